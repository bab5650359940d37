"""Every row of the table of languages, twice: word by word, and as a reader who searches public cases."""

import pytest

from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.search import indexing
from tests import cast, conftest
from tests.search import stage
from tests.search.words.languages import CASES, NOT_YET
from tests.search.words.test_analysis import meet

ROWS = [
    pytest.param(
        *row,
        marks=[pytest.mark.xfail(strict=True, reason="not yet")] if row[:2] in NOT_YET else (),
        id=" ".join((row[0], row[2], "in", row[1])),
    )
    for row in CASES
]


@pytest.fixture(scope="module")
def library(template, tmp_path_factory):
    """An installation with a public case for each text of the table, and hardly another word in it."""
    app = conftest.copied_app(template, tmp_path_factory.mktemp("library"))
    with app.app_context():
        bruno = cast.bruno()
        for number, (language, text, _question, _found) in enumerate(CASES):
            let_in(number, language, text, bruno)
        db.session.commit()
        indexing.repair()
    yield app
    conftest.put_away(app)


def let_in(number, language, text, bruno):
    """An imported case that tells nothing but this text, approved by Bruno."""
    revision = practices.begin(None, None, f"Case {number}", language, "secretariat", "PT")
    practice = revision.practice
    practice.origin_source, practice.origin_id = "library", str(number)
    practice.origin = {"url": f"https://library.example/{number}", "licence": "CC-BY-4.0"}
    practices.write(revision, {"story": text}, {})
    db.session.flush()
    moderation.approve_import(revision, bruno)


def test_every_row_stands_once_and_every_gap_is_a_row():
    assert len({row[:2] for row in CASES}) == len(CASES)
    assert {row[:2] for row in CASES} >= NOT_YET


@pytest.mark.parametrize("language, text, question, found", ROWS)
def test_a_question_meets_a_text(language, text, question, found):
    assert meet(question, text, language) is found


@pytest.mark.parametrize("language, text, question, found", ROWS)
def test_a_reader_finds_the_case(library, language, text, question, found):
    answer = stage.ask(library, question, per_page=None, strict=True)
    assert not answer.degraded
    assert ((language, text) in {told(hit) for hit in answer.hits}) is found


def told(hit):
    return hit.revision.language, hit.revision.get("story")
