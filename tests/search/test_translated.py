"""A case is found in its own language and in each into which it was translated, and shown in the reader's."""

import pytest

from exchange import reactions
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.search import indexing, service
from exchange.search.engine import Unusable, get_engine
from exchange.search.engines import whoosh_engine
from exchange.search.query import Query
from tests import cast
from tests.moderation.writing.test_translation_pages import queries_of
from tests.search import stage

FRENCH = {
    "title": "Des logements pour tous",
    "summary": "Les coopératives bâtissent.",
    "challenge": "Les loyers étouffaient.",
}
CASES = (
    ("Homes for all", dict(summary="Co-operatives build.", challenge="Rents were choking.")),
    ("Trams on Sundays", dict(city="wien")),
)


@pytest.fixture
def homes(app):
    """The public id of the case that was translated into French; the index has heard of it."""
    found = stage.play(app, CASES)["Homes for all"]
    with app.app_context():
        practice = practices.find(found)
        cast.translated(practice, practice.lead, stage.moderator(), **FRENCH)
        db.session.commit()
        while reactions.react():
            pass
    return found


def found(app, q, language="fr", **more):
    return [hit.practice.public_id for hit in stage.ask(app, q, language, **more).hits]


@pytest.mark.parametrize(
    "q", ["logements", "logement", "batir coopératives", '"pour tous"', "loyer", "homes", "home", "choking"]
)
def test_it_is_found_by_the_words_and_forms_of_either_language(app, homes, q):
    for language in ("fr", "en", "es"):
        assert found(app, q, language) == [homes]


def test_a_form_of_a_language_in_which_it_cannot_be_read_does_not_find_it(app, homes):
    with app.app_context():
        assert "logement" not in get_engine(app).current().words("logementos", "logementos")
    assert found(app, "coopérativa", "it") == []


def test_whoever_reads_french_sees_title_and_summary_in_french(app, homes):
    (hit,) = stage.ask(app, "logement", "fr").hits
    assert hit.told.title == FRENCH["title"] and hit.plain_snippet == FRENCH["summary"]
    assert hit.path.endswith("homes-for-all")
    (hit,) = stage.ask(app, "logement", "en").hits
    assert hit.told.title == "Homes for all"


def test_the_page_names_the_language_of_each_line(app, homes):
    page = app.test_client().get("/practices?q=choking&hl=fr").get_data(as_text=True)
    assert f">{FRENCH['title']}</a>" in page and 'lang="fr"' not in page.partition("result__title")[2][:200]
    assert 'result__snippet" lang="en">Rents were <mark>choking</mark>' in page
    page = app.test_client().get("/practices?q=logement&hl=fr&view=table").get_data(as_text=True)
    assert f">{FRENCH['title']}</a>" in page


def test_those_who_can_read_it_find_it_before_those_who_cannot(app, homes):
    with app.app_context():
        other = cast.published(
            cast.person("Wim", city="wien"),
            stage.moderator(),
            title="Logements",
            summary="Rien.",
            city="wien",
            language="fr",
        )
        db.session.commit()
        indexing.rebuild()
    own, foreign = (
        {hit.public_id: hit.score for hit in stage.ask(app, "loyers", language).results.hits}
        for language in ("fr", "es")
    )
    assert own[homes] > foreign[homes]
    assert other.public_id


def test_while_the_engine_is_away_it_is_found_by_its_translated_title(app, homes, monkeypatch):
    def away(*_args, **_more):
        raise Unusable("away")

    with app.app_context():
        practice = practices.find(homes)
        cast.translation(practice, practice.lead, "de", title="Zwergpalmen", summary="Genossenschaften.")
        db.session.commit()
    monkeypatch.setattr(type(get_engine(app)), "search", away)
    assert stage.ask(app, "Zwergpalmen", "de").hits == []
    answer = stage.ask(app, "pour tous", "fr")
    assert answer.degraded and [hit.told.title for hit in answer.hits] == [FRENCH["title"]]
    assert stage.ask(app, "chocolat", "fr").hits == []


def test_a_draft_of_a_translation_is_found_by_nobody(app, homes):
    with app.app_context():
        practice = practices.find(homes)
        draft = cast.translation(practice, practice.lead, "de", title="Zwergpalmen", summary="Genossen.").id
        db.session.commit()
        indexing.rebuild()
    assert found(app, "Zwergpalmen", "de") == []
    with app.app_context():
        translating.submit(translating.find(draft), practices.find(homes).lead)
        db.session.commit()
        indexing.rebuild()
    assert found(app, "Zwergpalmen", "de") == []


def test_what_was_taken_off_the_page_is_found_no_more_once_the_worker_has_heard(app, homes):
    with app.app_context():
        practice = practices.find(homes)
        moderation.remove_translation(translating.public(practice, "fr"), stage.moderator(), "Wrong.")
        db.session.commit()
        while reactions.react():
            pass
    assert found(app, "loyers") == [] and found(app, "choking") == [homes]


def test_a_merge_of_segments_keeps_the_languages_of_a_case(app, homes, monkeypatch):
    monkeypatch.setattr(whoosh_engine, "FULL", 1)
    with app.app_context():
        assert get_engine(app).tend()
    assert found(app, "logement") == [homes]
    assert stage.ask(app, "logement", "fr").hits[0].told.title == FRENCH["title"]


def test_a_list_costs_one_query_for_all_its_translations(app, homes):
    def look():
        with app.test_request_context():
            service.find(Query(language="fr"))

    look()
    before = queries_of(app, look)
    with app.app_context():
        for number in range(3):
            practice = cast.published(
                cast.person(f"P{number}", city="dakar"), stage.moderator(), title=f"N {number}", city="dakar"
            )
            cast.translated(practice, practice.lead, stage.moderator(), title=f"F {number}", summary="S")
        db.session.commit()
        indexing.rebuild()
    look()
    assert queries_of(app, look) == before
