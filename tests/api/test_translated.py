"""What machines get of translations, and of whether a case still holds."""

import feedparser
import pytest

from exchange.core.models import db, now
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.practices import translating
from tests import cast
from tests.api import readers
from tests.api.readers import take
from tests.moderation.writing.test_translation_pages import queries_of
from tests.search import stage

FRENCH = {"title": "Des logements", "summary": "Les *coopératives* bâtissent."}


@pytest.fixture
def homes(app):
    """The public id of a case that can be read in French, beside one that cannot."""
    cases = [("Homes for all", dict(summary="Co-operatives build.")), ("Trams", dict(city="wien"))]
    found = stage.play(app, cases)["Homes for all"]
    with app.app_context():
        practice = practices.find(found)
        cast.translated(practice, practice.lead, stage.moderator(), **FRENCH)
        cast.translation(practice, practice.lead, "de", title="zqdraft", summary="zqdraft")
        db.session.commit()
    return found


def test_the_feed_speaks_the_language_it_was_asked_for(app, homes):
    entries = {
        one.id.rpartition("/")[2]: one for one in feedparser.parse(take(app, "atom", "?hl=fr")).entries
    }
    entry = entries.pop(homes)
    assert (entry.title, entry.title_detail.language) == ("Des logements", "fr")
    assert (entry.summary, entry.summary_detail.language) == ("Les coopératives bâtissent.", "fr")
    (other,) = entries.values()
    assert (other.title, other.title_detail.language) == ("Trams", "en")
    titles = [one.title for one in feedparser.parse(take(app, "atom", "?hl=es")).entries]
    assert sorted(titles) == ["Homes for all", "Trams"]


@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_a_table_keeps_the_original_and_has_the_language_asked_for_beside_it(app, homes, ext):
    if ext == "csv":
        french, english = (
            {row["id"]: row for row in readers.rows(take(app, ext, f"?hl={code}"))} for code in ("fr", "en")
        )
        row = french[homes]
        assert (row["title"], row["translated_title"]) == ("Homes for all", "Des logements")
        assert row["translations"] == "fr"
        assert row["translated_summary"] == "Les coopératives bâtissent."
        assert (english[homes]["translated_title"], english[homes]["translations"]) == ("", "fr")
    else:
        rows = readers.sheet(take(app, ext, "?hl=fr"))
        assert "Des logements" in [cell.value for row in rows for cell in row]


def test_a_found_case_names_its_titles_in_every_language(app, homes):
    items = {one["id"]: one for one in app.test_client().get("/practices.json?hl=es").json["items"]}
    assert (items[homes]["title"], items[homes]["translations"]) == ("Homes for all", {"fr": FRENCH})
    assert [one["translations"] for key, one in items.items() if key != homes] == [{}]


def test_a_case_whole_has_every_text_of_its_translations_and_says_how_it_came_about(app, homes):
    with app.app_context():
        practice = practices.find(homes)
        made = translating.begin(practice, "fr", practice.lead)
        source = practices.public_revision(practice)
        translating.fill(made, source, {"challenge": "Les loyers."}, practice.lead)
        translating.submit(made, practice.lead)
        moderation.decide_translation(made, "approve", stage.moderator())
        cast.next_published(practice, practice.lead, stage.moderator(), summary="They build.")
        db.session.commit()
    case = app.test_client().get(f"/practices/{homes}.json").json
    assert list(case["translations"]) == ["fr"]
    assert case["translations"]["fr"]["texts"] == {
        "title": {"text": FRENCH["title"], "how": "human", "stale": False},
        "summary": {"text": FRENCH["summary"], "how": "human", "stale": True},
        "challenge": {"text": "Les loyers.", "how": "machine", "stale": False},
    }
    assert app.test_client().get(f"/practices/{homes}/revisions/1.json").json["translations"] == {}


def test_every_exit_says_whether_a_case_was_confirmed_and_since_when_nobody_does(app, homes):
    with app.app_context():
        practice = practices.find(homes)
        practice.confirmed_at, practice.silent_since = now().replace(year=2024), now().replace(year=2025)
        due = practice.confirm_by.date().isoformat()
        db.session.commit()
    client = app.test_client()
    items = {one["id"]: one for one in client.get("/practices.json").json["items"]}
    row = next(row for row in readers.rows(take(app, "csv")) if row["id"] == homes)
    for told in (items[homes], client.get(f"/practices/{homes}.json").json, row):
        assert told["confirm_by"] == due
        assert (told["confirmed_at"][:4], told["not_confirmed_since"][:4]) == ("2024", "2025")
    assert [one["not_confirmed_since"] for key, one in items.items() if key != homes] == [None]


@pytest.mark.parametrize("ext", ["json", "csv", "atom"])
def test_a_new_translation_and_a_silence_are_another_result(app, homes, ext):
    client = app.test_client()
    first = client.get(f"/practices.{ext}")
    tag = first.headers["ETag"]
    assert first.data
    with app.app_context():
        practice = practices.find(homes)
        moderation.remove_translation(translating.public(practice, "fr"), stage.moderator(), "Wrong.")
        db.session.commit()
    other = client.get(f"/practices.{ext}", headers={"If-None-Match": tag})
    assert other.status_code == 200 and other.data
    with app.app_context():
        practices.find(homes).silent_since = now()
        db.session.commit()
    tag = other.headers["ETag"]
    last = client.get(f"/practices.{ext}", headers={"If-None-Match": tag})
    assert last.status_code == 200 and last.data
    tag = client.get(f"/practices.{ext}").headers["ETag"]
    assert client.get(f"/practices.{ext}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("ext", ["json", "csv", "atom"])
def test_translations_cost_the_same_number_of_queries_for_one_and_three(app, homes, ext):
    take(app, ext, "?hl=fr")
    before = queries_of(app, lambda: take(app, ext, "?hl=fr"))
    more = [(f"Home {number}", {}) for number in range(2)]
    told = stage.play(app, more)
    with app.app_context():
        for public_id in told.values():
            practice = practices.find(public_id)
            cast.translated(practice, practice.lead, stage.moderator(), **FRENCH)
        db.session.commit()
    take(app, ext, "?hl=fr")
    assert queries_of(app, lambda: take(app, ext, "?hl=fr")) == before
