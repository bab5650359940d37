"""Who looks for the known items: ours and two others, each over title, summary, tags and body."""

import sqlite3

from exchange.search import service
from exchange.search.query import Query
from tests.bench.known_item import words_of

try:
    import tantivy
except ImportError:
    tantivy = None

TEN = 10
FIELDS = ("title", "summary", "tags", "body")
BOOSTS = {
    "titles first": (4.0, 2.0, 1.0, 1.0),
    "nearly even": (1.5, 1.0, 0.5, 1.5),
}  # the best that were found


class Ours:
    """Through the service, as a page asks; the words as they are typed. Inside a request."""

    name = "ours"

    def __init__(self, items):
        self.numbers = {item.public_id: item.number for item in items}

    def find(self, wanted):
        results = service.ask(Query(q=wanted.words, language=wanted.language))
        return [self.numbers[hit.public_id] for hit in results.hits]


class Sqlite:
    """FTS5 with weights: all of the words, or any of them."""

    def __init__(self, items, joined):
        self.name, self.joined = f"SQLite, {joined}", joined
        self.base = sqlite3.connect(":memory:")
        tokens = "porter unicode61 remove_diacritics 2"
        self.base.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(FIELDS)}, tokenize='{tokens}')")
        self.base.execute("INSERT INTO texts (texts, rank) VALUES ('rank', 'bm25(4.0, 2.0, 2.0, 1.0)')")
        rows = ((item.number, item.title, item.summary, " · ".join(item.tags), item.body) for item in items)
        self.base.executemany(
            "INSERT INTO texts (rowid, title, summary, tags, body) VALUES (?, ?, ?, ?, ?)", rows
        )

    def find(self, wanted):
        words = f" {self.joined} ".join(f'"{word}"' for word in words_of(wanted.words))
        found = self.base.execute(
            f"SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT {TEN}", (words,)
        )
        return [number for (number,) in found] if words else []


class Tantivy:
    """Its query parser over the four fields with boosts, any of the words, English stems."""

    def __init__(self, items, boosts):
        self.name = f"tantivy, {boosts}"
        self.boosts = dict(zip(FIELDS, BOOSTS[boosts], strict=True))
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", stored=True)
        for name in FIELDS:
            builder.add_text_field(name, tokenizer_name="en_stem")
        self.index = tantivy.Index(builder.build())
        writer = self.index.writer()
        for item in items:
            document = tantivy.Document(title=item.title, summary=item.summary, body=item.body)
            document.add_text("tags", " · ".join(item.tags))
            document.add_unsigned("number", item.number)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def find(self, wanted):
        words = " ".join(words_of(wanted.words))
        query = self.index.parse_query(words, list(FIELDS), field_boosts=self.boosts)
        found = self.searcher.search(query, limit=TEN, count=False).hits
        return [self.searcher.doc(address).get_first("number") for _score, address in found]


def others(items):
    """The finders that are here besides ours; of those before the same comma the better one counts."""
    found = [Sqlite(items, joined) for joined in ("OR", "AND")]
    return found + ([Tantivy(items, boosts) for boosts in BOOSTS] if tantivy else [])
