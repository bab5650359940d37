"""Lists of cases speak the reader's language where somebody translated title and summary."""

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.front import coverage
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.search.views import offers
from tests import cast
from tests.moderation.writing.test_translation_pages import queries_of
from tests.search import stage

PAGES = ("/", "/cities/porto", "/topics/governance", "/practices")
TITLE, SUMMARY = "Des logements pour tous", "Les coopératives bâtissent."


@pytest.fixture
def homes(app):
    """The path of Ana's case, which can be read in French; a German translation waits for its moderator."""
    found = stage.play(app, [("Homes for all", dict(summary="Co-operatives build."))])["Homes for all"]
    with app.app_context():
        practice = practices.find(found)
        cast.translated(practice, practice.lead, stage.moderator(), title=TITLE, summary=SUMMARY)
        waits = cast.translation(practice, practice.lead, "de", title="zqwohnen", summary="zqbauen")
        translating.submit(waits, practice.lead)
        db.session.commit()
        while reactions.react():
            pass
    return f"/practices/{found}-homes-for-all"


def read(app, path, language):
    answer = app.test_client().get(path, query_string={"hl": language})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES)
def test_a_list_tells_title_and_summary_in_the_readers_language(app, homes, path):
    page = read(app, path, "fr")
    assert f">{TITLE}</a>" in page and SUMMARY in page and "Homes for all" not in page
    assert f'href="{homes}"' in page, "the address stays, whatever the reader's language"
    page = read(app, path, "es")
    assert ">Homes for all</a>" in page and TITLE not in page


def test_what_waits_for_its_moderator_is_in_no_list(app, homes):
    for path in (
        "/",
        "/cities/porto",
        "/topics/governance",
        "/practices",
        "/practices.json",
        "/practices.atom",
    ):
        page = read(app, path, "de")
        assert "Homes for all" in page and "zqwohnen" not in page and "zqbauen" not in page, path


def test_the_call_for_cases_tells_them_so_too(app, homes, monkeypatch):
    with app.app_context():
        rows = db.session.execute(practices.public()).all()
    monkeypatch.setattr(coverage, "cases_of", lambda cell: rows)
    page = read(app, "/coverage/governance/150/small", "fr")
    assert f'<a href="{homes}" lang="fr">{TITLE}</a>' in page


def suggested(app, typed, language):
    with app.test_request_context():
        found = offers.while_typing(typed, language)
    return [(one.label, one.language) for one in found if one.kind == "case"]


def test_the_box_offers_the_translated_title_whichever_title_is_typed(app, homes):
    assert suggested(app, "hom", "fr") == suggested(app, "logem", "fr") == [(TITLE, "fr")]
    assert (
        suggested(app, "logements pour to", "fr") == suggested(app, "logement tou", "fr") == [(TITLE, "fr")]
    )
    assert suggested(app, "hom", "es") == [("Homes for all", "en")]
    assert suggested(app, "logem", "es") == [], "nobody is offered a title that they are not shown"


def test_the_box_offers_no_case_for_words_that_only_its_translated_summary_has(app, homes):
    assert suggested(app, "bâtissent", "fr") == suggested(app, "coopératives logements", "fr") == []
    assert suggested(app, "zqwoh", "de") == []
    assert suggested(app, "hom", "de") == [("Homes for all", "en")], "the German title waits"


@pytest.mark.parametrize("path", ["/", "/cities/porto"])
def test_three_cases_cost_as_many_looks_into_the_database_as_one(app, homes, path):
    read(app, path, "fr")
    before = queries_of(app, lambda: read(app, path, "fr"))
    with app.app_context():
        ana = stage.author_of("porto")
        for number in range(2):
            practice = cast.published(ana, stage.moderator(), title=f"N {number}")
            cast.translated(practice, ana, stage.moderator(), title=f"F {number}", summary="S")
        db.session.commit()
        while reactions.react():
            pass
    assert "F 1" in read(app, path, "fr")
    assert queries_of(app, lambda: read(app, path, "fr")) == before
