"""Whoosh as its documentation shows it: its own searcher, groupedby for facets, its highlighter."""

from whoosh import index, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, KEYWORD, NUMERIC, TEXT, Schema
from whoosh.sorting import FieldFacet

from tests.bench.rivals import FACETS, TEN, Page, others

WEIGHTS = {"title": 6.0, "summary": 3.0, "body": 1.0}
MEMORY = 256  # MB


class Rival:
    name = "naive Whoosh"

    def __init__(self, folder, stream):
        analyzer = StemmingAnalyzer(stoplist=None, minsize=1, cachesize=-1)
        texts = {
            name: TEXT(stored=True, analyzer=analyzer, field_boost=boost) for name, boost in WEIGHTS.items()
        }
        facets = {name: KEYWORD(commas=True) if name == "topic" else ID() for name in FACETS}
        self.stem = lambda word: next(analyzer(word)).text
        self.index = index.create_in(folder, Schema(id=NUMERIC(stored=True), **texts, **facets))
        with self.index.writer(limitmb=MEMORY) as writer:
            for case in stream:
                writer.add_document(
                    id=case.number,
                    title=case.title,
                    summary=case.summary,
                    body=case.body,
                    **{name: ",".join(values) for name, values in case.facets.items()},
                )
        self.searcher = self.index.searcher()

    def ask(self, question):
        words, filters = self.words(question), question.filters
        free = [name for name in FACETS if name not in filters]
        found = self.searcher.search(words, limit=TEN, filter=narrowing(filters), groupedby=grouping(free))
        facets = {name: found.groups(name) for name in free}
        for name in filters:
            again = self.searcher.search(
                words, limit=1, filter=narrowing(others(filters, name)), groupedby=grouping([name])
            )
            facets[name] = again.groups(name)
        counts = {
            name: {value: len(numbers) for value, numbers in one.items()} for name, one in facets.items()
        }
        ten = found[:TEN]  # with groups, `limit` is silently not kept
        return Page(len(found), [(hit["id"], hit.score, hit.highlights("body")) for hit in ten], counts)

    def words(self, question):
        parts = [anywhere(query.Term, self.stem(word)) for word in question.words]
        if question.phrase:
            parts.append(anywhere(query.Phrase, [self.stem(word) for word in question.phrase]))
        if question.either:
            parts.append(query.Or([anywhere(query.Term, self.stem(word)) for word in question.either]))
        if question.prefix:
            parts.append(anywhere(query.Prefix, question.prefix))
        parts += [query.Not(anywhere(query.Term, self.stem(word))) for word in question.without]
        return query.And(parts)

    def close(self):
        self.searcher.close()
        self.index.close()


def anywhere(kind, what):
    return query.Or([kind(name, what) for name in WEIGHTS])


def narrowing(filters):
    return query.And([query.Term(name, values[0]) for name, values in filters.items()]) if filters else None


def grouping(names):
    return {name: FieldFacet(name, allow_overlap=name == "topic") for name in names}
