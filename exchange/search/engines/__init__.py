"""The engines behind `search.engine`: the embedded one, and the database as its stand-in.

`whoosh_engine` is the embedded engine: Whoosh keeps the files (`whoosh_files`, `whoosh_writer`), a
`snapshot` of its `segment`s is read, `evaluation` and `reranking` say what a question finds.
"""
