"""SQLite FTS5: bm25 with weights, snippet(), facets counted by SQL over the matches."""

import sqlite3

from tests.bench.rivals import FACETS, TEN, Page, others

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -200000;
PRAGMA mmap_size = 2000000000;
CREATE TABLE cases (id INTEGER PRIMARY KEY, stage TEXT, country TEXT, year TEXT, language TEXT);
CREATE TABLE topics (topic TEXT, id INTEGER, PRIMARY KEY (topic, id)) WITHOUT ROWID;
CREATE INDEX topics_of ON topics (id, topic);
CREATE VIRTUAL TABLE texts
USING fts5(title, summary, body, tokenize = 'porter unicode61 remove_diacritics 2');
INSERT INTO texts (texts, rank) VALUES ('rank', 'bm25(6.0, 3.0, 1.0)');
"""
BEST = """
SELECT rowid, rank, snippet(texts, -1, '<mark>', '</mark>', '…', 32) FROM texts
WHERE texts MATCH :words {narrowed} ORDER BY rank LIMIT {ten}
"""


class Rival:
    name = "SQLite FTS5"

    def __init__(self, folder, stream):
        self.base = sqlite3.connect(folder / "cases.sqlite", isolation_level=None)
        self.base.executescript(SCHEMA)
        self.base.execute("BEGIN")
        for case in stream:
            self.take_in(case)
        self.base.execute("COMMIT")
        self.base.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self.base.execute("ANALYZE")

    def take_in(self, case):
        values = [case.number, *(case.facets[name][0] for name in FACETS[1:])]
        self.base.execute("INSERT INTO cases VALUES (?, ?, ?, ?, ?)", values)
        self.base.executemany(
            "INSERT INTO topics VALUES (?, ?)", [(one, case.number) for one in case.facets["topic"]]
        )
        self.base.execute(
            "INSERT INTO texts (rowid, title, summary, body) VALUES (?, ?, ?, ?)",
            (case.number, case.title, case.summary, case.body),
        )

    def ask(self, question):
        values = {"words": match(question), **bound(question.filters)}
        narrowed = "".join(
            f" AND {one.replace('cases.id', 'texts.rowid')}" for one in conditions(question.filters)
        )
        hits = self.base.execute(BEST.format(narrowed=narrowed, ten=TEN), values).fetchall()
        facets, total = {name: {} for name in FACETS}, 0
        for name, value, count in self.base.execute(counting(question.filters), values):
            if name == "total":
                total = count
            else:
                facets[name][value] = count
        return Page(total, [(number, -score, text) for number, score, text in hits], facets)

    def close(self):
        self.base.close()


def match(question):
    """The question in FTS5's own words."""
    parts = [f'"{word}"' for word in question.words]
    parts += [f'"{" ".join(question.phrase)}"'] if question.phrase else []
    parts += ["(" + " OR ".join(f'"{word}"' for word in question.either) + ")"] if question.either else []
    parts += [f'"{question.prefix}" *'] if question.prefix else []
    return " AND ".join(parts) + "".join(f' NOT "{word}"' for word in question.without)


def counting(filters):
    """One statement: the matches once, then the total and each facet over them."""
    parts = [part("total", "''", filters)] + [
        part(name, f"cases.{name}", others(filters, name)) for name in FACETS[1:]
    ]
    topics = part("topic", "topics.topic", others(filters, "topic"))
    topics = topics.replace("CROSS JOIN cases", "CROSS JOIN cases CROSS JOIN topics ON topics.id = cases.id")
    matches = "WITH found AS MATERIALIZED (SELECT rowid AS id FROM texts WHERE texts MATCH :words) "
    return matches + " UNION ALL ".join([*parts, topics])


def part(name, column, filters):
    where = " AND ".join(["cases.id = found.id", *conditions(filters)])
    return f"SELECT '{name}', {column}, count(*) FROM found CROSS JOIN cases WHERE {where} GROUP BY 2"


def conditions(filters):
    for name in filters:
        if name == "topic":
            yield "cases.id IN (SELECT id FROM topics WHERE topic = :topic)"
        else:
            yield f"cases.id IN (SELECT id FROM cases WHERE {name} = :{name})"


def bound(filters):
    return {name: values[0] for name, values in filters.items()}
