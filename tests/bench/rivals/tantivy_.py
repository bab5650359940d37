"""tantivy, a search library in Rust: its query objects, snippet generator and aggregations on fast fields."""

from tests.bench.rivals import FACETS, TEN, Missing, Page, others

try:
    import tantivy
except ImportError:
    tantivy = None

WEIGHTS = {"title": 6.0, "summary": 3.0, "body": 1.0}
MOST = 100  # values of a facet
HEAP = 256_000_000


class Rival:
    name = "tantivy"

    def __init__(self, folder, stream):
        if tantivy is None:
            raise Missing("tantivy is not installed (python3 bootstrap bench)")
        self.schema = schema()
        self.index = tantivy.Index(self.schema, path=str(folder))
        writer = self.index.writer(heap_size=HEAP)
        for case in stream:
            writer.add_document(document(case))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()
        self.stemmer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(
            tantivy.Filter.lowercase()
        )
        self.stemmer = self.stemmer.filter(tantivy.Filter.stemmer("english")).build()

    def ask(self, question):
        words = self.words(question)
        query = self.narrowed(words, question.filters)
        found = self.searcher.search(query, limit=TEN, count=True)
        snippets = tantivy.SnippetGenerator.create(self.searcher, words, self.schema, "body")
        hits = []
        for score, address in found.hits:
            document = self.searcher.doc(address)
            hits.append((document.get_first("id"), score, snippets.snippet_from_doc(document).to_html()))
        return Page(found.count, hits, self.facets(words, question.filters))

    def words(self, question):
        must, must_not = tantivy.Occur.Must, tantivy.Occur.MustNot
        parts = [(must, self.anywhere(self.term, word)) for word in question.words]
        if question.phrase:
            parts.append((must, self.anywhere(self.phrase, question.phrase)))
        if question.either:
            parts.append((must, any_of(self.anywhere(self.term, word) for word in question.either)))
        if question.prefix:
            parts.append((must, self.anywhere(self.beginning, question.prefix)))
        parts += [(must_not, self.anywhere(self.term, word)) for word in question.without]
        return parts[0][1] if len(parts) == 1 else tantivy.Query.boolean_query(parts)

    def anywhere(self, make, what):
        """In title, summary or body, the title weighing most."""
        return any_of(tantivy.Query.boost_query(make(name, what), boost) for name, boost in WEIGHTS.items())

    def term(self, name, word):
        return tantivy.Query.term_query(self.schema, name, self.stem(word), "freq")

    def phrase(self, name, words):
        return tantivy.Query.phrase_query(self.schema, name, [self.stem(word) for word in words])

    def beginning(self, name, letters):
        return tantivy.Query.regex_query(self.schema, name, f"{letters}.*")

    def stem(self, word):
        return self.stemmer.analyze(word)[0]

    def narrowed(self, words, filters):
        if not filters:
            return words
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query(
            [(must, words), *((must, self.has(*one)) for one in filters.items())]
        )

    def has(self, name, values):
        term = tantivy.Query.term_query(self.schema, name, values[0], "basic")
        return tantivy.Query.const_score_query(term, 0.0)

    def facets(self, words, filters):
        """Those without a filter of their own in one pass, each of the others in one of its own."""
        free = [name for name in FACETS if name not in filters]
        counts = self.counted(self.narrowed(words, filters), free)
        for name in filters:
            counts.update(self.counted(self.narrowed(words, others(filters, name)), [name]))
        return counts

    def counted(self, query, names):
        found = self.searcher.aggregate(
            query, {name: {"terms": {"field": name, "size": MOST}} for name in names}
        )
        return {name: {one["key"]: one["doc_count"] for one in found[name]["buckets"]} for name in names}

    def close(self):
        self.searcher = self.index = None


def any_of(queries):
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def schema():
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=True)
    for name in WEIGHTS:
        builder.add_text_field(name, stored=True, tokenizer_name="en_stem")
    for name in FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def document(case):
    made = tantivy.Document(title=case.title, summary=case.summary, body=case.body)
    made.add_unsigned("id", case.number)
    for name, values in case.facets.items():
        for value in values:
            made.add_text(name, value)
    return made
