"""What a visitor holds already is not sent again: tags of pages, and 304."""

import pytest

from exchange.accounts import service as accounts
from exchange.core import web
from exchange.core.models import db
from exchange.core.web import notice_signer
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.search.views import practices as views
from tests import cast
from tests.search import stage

RENT = stage.CASES[0][0]


@pytest.fixture
def told(app):
    return stage.play(app)


@pytest.fixture
def visitor(app, told):
    return app.test_client()


def addresses(told):
    case = f"/practices/{told[RENT]}-rent-regulation-street-by-street"
    pages = ("/", "/practices", "/cities", "/cities/porto", "/topics/cycling", "/about", "/sitemap.xml", case)
    asked = [f"/practices?q=told&view={view}" for view in ("list", "table", "map")]
    exits = [f"/practices.{ext}?q=told" for ext in ("json", "csv", "xlsx", "geojson", "bib", "ris", "atom")]
    drawn = f"/covers/{told[RENT]}-mini.svg", "/practices/clusters.json?bounds=-180,-90,180,90&zoom=0"
    return [*pages, *asked, *exits, *drawn, f"{case}.bib", "/robots.txt"]


def test_an_old_address_leads_on_whatever_bytes_its_question_holds(told, visitor):
    answer = visitor.get(f"/practices/{told[RENT]}", environ_overrides={"QUERY_STRING": "q=\xff"})
    assert answer.status_code == 301 and "?q=" in answer.location


def test_a_visitor_who_holds_a_page_is_told_that_it_is_still_the_same(told, visitor):
    for path in addresses(told):
        first = visitor.get(path, buffered=True)
        assert first.status_code == 200 and first.data, path
        tag = first.headers["ETag"]
        for held in (tag, f'"older", W/"x, y", {tag}', tag.removeprefix("W/"), "*"):
            again = visitor.get(path, headers={"If-None-Match": held}, buffered=True)
            assert (again.status_code, again.data) == (304, b""), (path, held)
            assert again.headers["ETag"] == tag
        for name in (
            "Vary",
            "Cache-Control",
            "Content-Security-Policy",
            "Permissions-Policy",
            "X-Robots-Tag",
        ):
            assert again.headers.get(name) == first.headers.get(name), (path, name)
        other = visitor.get(path, headers={"If-None-Match": 'W/"of something else"'}, buffered=True)
        assert other.status_code == 200 and other.data, path


def test_looking_at_the_head_alone_tells_the_same(told, visitor):
    for path in addresses(told):
        tag = visitor.get(path, buffered=True).headers["ETag"]
        head = visitor.head(path, buffered=True)
        assert (head.status_code, head.headers["ETag"], head.data) == (200, tag, b""), path
        assert visitor.head(path, headers={"If-None-Match": tag}).status_code == 304, path


def test_tags_of_pages_are_weak_and_kept_for_asking_again(visitor):
    page = visitor.get("/practices")
    assert page.headers["ETag"].startswith('W/"')
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.headers["Vary"] == "Accept-Language, Cookie"


def test_another_language_is_another_page(visitor):
    tags = {
        visitor.get(path, headers={"Accept-Language": language}).headers["ETag"]
        for path in ("/practices?q=told", "/practices?q=told&utm_source=x")
        for language in ("en", "fr")
    }
    assert len(tags) == 4
    visitor.set_cookie("language", "de")
    assert visitor.get("/practices?q=told").headers["ETag"] not in tags


def test_whoever_is_signed_in_gets_pages_of_their_own(app, told, visitor):
    with app.app_context():
        token = accounts.start_session(cast.person("Rita"))
        db.session.commit()
    reader = app.test_client()
    reader.set_cookie("exchange", f"s.{token}")
    for path in ("/", "/practices", "/practices?q=told", "/cities/porto"):
        tag = visitor.get(path).headers["ETag"]
        page = reader.get(path, headers={"If-None-Match": tag})
        assert page.status_code == 200 and "Rita" in page.get_data(as_text=True)
        assert "ETag" not in page.headers
        assert page.headers["Cache-Control"] == "private, no-store"


def test_a_page_with_a_notice_or_a_form_is_nobody_elses(app, visitor):
    tag = visitor.get("/practices").headers["ETag"]
    visitor.set_cookie("notice", notice_of(app, "Confirmed."))
    page = visitor.get("/practices", headers={"If-None-Match": tag})
    assert "Confirmed." in page.get_data(as_text=True) and "ETag" not in page.headers
    assert "ETag" not in app.test_client().get("/sign-in").headers
    assert "ETag" not in app.test_client().get("/no-such-page").headers


def notice_of(app, sentence):
    with app.app_context():
        return notice_signer().dumps(sentence)


# What is other than it was is sent again


@pytest.fixture
def held(visitor):
    """Address → the tag under which a visitor holds its page."""
    paths = (
        "/practices",
        "/practices?q=words",
        "/practices?q=words&view=table",
        "/practices?q=words&view=map",
    )
    return {path: visitor.get(path).headers["ETag"] for path in paths}


def assert_sent_again(app, held):
    for path, tag in held.items():
        answer = app.test_client().get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200, path
        assert answer.headers["ETag"] != tag


def test_a_new_case_makes_another_page(app, held):
    stage.play(app, [("A fifth one", {})])
    assert_sent_again(app, held)


def test_a_case_that_is_counted_beside_those_found_makes_another_json(app, visitor):
    path = "/practices.json?topic=cycling"
    held = {path: visitor.get(path, buffered=True).headers["ETag"]}
    stage.play(app, [("A fifth one", {"topics": ["rent-regulation"]})])
    assert_sent_again(app, held)


def test_a_case_that_is_taken_back_makes_another_page(app, told, held):
    with app.app_context():
        practice = practices.find(told[RENT])
        moderation.take_down(practice, cast.person("Cora", "coordinator"), "The city asked.")
        db.session.commit()
    assert_sent_again(app, held)


def test_a_case_that_is_told_anew_makes_another_page_before_the_index_knows(app, told, held):
    with app.app_context():
        older = practices.public_revision(practices.find(told[RENT]))
        newer = practices.next_draft(older, older.created_by)
        practices.save(newer, {"title": "Rent regulation, house by house"}, {}, older.created_by)
        review = moderation.submit(newer, older.created_by)
        moderation.take(review, stage.moderator())
        moderation.decide(review, "approve", stage.moderator(), design="before-after", independence="own")
        db.session.commit()
    assert_sent_again(app, held)


def test_a_city_with_another_name_makes_another_page(app, told, held):
    with app.app_context():
        cast.find_city("porto").names = {"en": "Oporto"}
        db.session.commit()
    assert_sent_again(app, held)


def test_another_edition_of_the_program_makes_another_page(app, held, monkeypatch):
    monkeypatch.setattr(web, "edition", lambda: "the next")
    del held["/practices?q=words&view=map"]  # its tag is made of the page itself
    assert_sent_again(app, held)


def test_a_page_that_is_known_is_not_even_made(app, held, monkeypatch):
    monkeypatch.setattr(views, "page", None)
    path, tag = "/practices?q=words", held["/practices?q=words"]
    assert app.test_client().get(path, headers={"If-None-Match": tag}).status_code == 304
    assert app.test_client().get(path).status_code == 500, "else it would have been"
