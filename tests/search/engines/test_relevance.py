"""Who remembers a case finds it, at least as surely as with SQLite's own full text."""

import random
from pathlib import Path

import pytest

from exchange.search import indexing
from tests.bench import known_item, relevance
from tests.bench.corpus import SEED
from tests.bench.installation import put

MADE_UP = Path(__file__).with_name("made_up.jsonl")
SAMPLE = 400  # of the real cases
MOST = 0.75  # of the made-up cases, asked for in words that somebody else would choose


@pytest.fixture
def remembered(app):
    """Asks for every case of some lines; returns {(style, language): {engine: (success@1, …)}}."""

    def ask(lines):
        collection = known_item.collection(lines)
        with app.app_context():
            put(map(known_item.told, collection.items))
            indexing.rebuild()
        with app.test_request_context():
            return relevance.figures(relevance.asked(collection, most=len(collection.items)))

    return ask


def test_somebody_who_remembers_a_case_in_other_words_finds_it_first(remembered):
    found = remembered(lines_of(MADE_UP))
    for style in ("title", "paraphrase"):
        ours, theirs = (together(found, style, engine) for engine in ("ours", "SQLite"))
        assert ours >= max(theirs, 1.0 if style == "title" else MOST), style


def test_known_real_cases_are_found_no_worse_than_by_sqlite(remembered):
    if not known_item.path().exists():
        pytest.skip("there is no file of real cases; EXCHANGE_CASES names one")
    lines = lines_of(known_item.path())
    found = remembered(random.Random(SEED).sample(lines, min(SAMPLE, len(lines))))
    for style in known_item.STYLES:
        ours, theirs = (together(found, style, engine) for engine in ("ours", "SQLite"))
        assert ours >= theirs, style


def lines_of(path):
    with path.open(encoding="utf-8") as file:
        return list(file)


def together(found, style, engine):
    """Success@1 over all languages."""
    rows = [row[engine] for (one, _group), row in found.items() if one == style]
    return sum(success * asked for success, _, asked in rows) / sum(asked for _, _, asked in rows)
