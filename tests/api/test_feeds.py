"""The feed of a question: newest first, page by page, stamps that never go back."""

from datetime import timedelta

import pytest

from exchange.api import feeds
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.search import indexing
from tests import cast
from tests.api import readers
from tests.api.readers import take
from tests.moderation import stage as reviews
from tests.search import stage

SITE = "http://127.0.0.1:8000"


def read(app, query=""):
    return readers.feed(take(app, "atom", query))


def links(feed):
    return {link.rel: link.href for link in feed.feed.links}


def test_a_feed_says_what_it_is(app):
    told = stage.play(app)
    feed = read(app, "?q=told&city=wien&hl=de")
    assert feed.version == "atom10"
    assert links(feed) == {
        "self": f"{SITE}/practices.atom?q=told&city=wien&hl=de",
        "alternate": f"{SITE}/practices?q=told&city=wien&hl=de",
        "first": f"{SITE}/practices.atom?q=told&city=wien&hl=de",
        "last": f"{SITE}/practices.atom?q=told&city=wien&hl=de",
    }
    assert feed.feed.id == links(feed)["self"]
    assert feed.feed.title.startswith("Exchange – ") and "told" in feed.feed.title
    [entry] = feed.entries
    public_id = told["Fahrradstraßen in Zürich"]
    assert entry.id == f"{SITE}/practices/{public_id}"
    assert entry.link == f"{SITE}/practices/{public_id}-fahrradstrassen-in-zurich"
    assert (entry.title, entry.summary) == ("Fahrradstraßen in Zürich", "Told in few words.")
    assert entry.title_detail.language == "de"
    assert (entry.author, entry.rights) == ("Wien", "CC-BY-4.0")
    assert [(tag.term, tag.scheme) for tag in entry.tags] == [("cycling", f"{SITE}/topics/")]
    assert entry.published and entry.updated


def test_the_newest_comes_first_unless_the_question_says_otherwise(app):
    stage.play(app)
    titles = [title for title, _ in stage.CASES]
    assert [entry.title for entry in read(app).entries] == titles[::-1]
    assert [entry.title for entry in read(app, "?sort=title").entries] == sorted(titles)


def test_words_do_not_put_the_best_match_before_the_newest(app):
    stage.play(app, [("Garden by garden", {}), ("Else", dict(summary="One garden."))])
    assert [entry.title for entry in read(app, "?q=garden").entries] == ["Else", "Garden by garden"]
    by_match = read(app, "?q=garden&sort=relevance").entries
    assert [entry.title for entry in by_match] == ["Garden by garden", "Else"]


def test_one_walks_from_page_to_page_to_the_last_case(app, monkeypatch):
    monkeypatch.setattr(feeds, "PER_PAGE", 3)
    told = stage.play(app, [(f"Case {n:02}", {}) for n in range(8)])
    feed, seen = read(app, "?q=case"), []
    identity, last = feed.feed.id, links(feed)["last"]
    while True:
        assert feed.feed.id == identity, "one feed, however many pages"
        assert len(feed.entries) <= 3
        seen += [entry.id for entry in feed.entries]
        if "next" not in links(feed):
            break
        feed = read(app, links(feed)["next"].removeprefix(f"{SITE}/practices.atom"))
        assert "previous" in links(feed)
    assert links(feed)["self"] == last
    assert len(seen) == 8
    assert {readers.id_of(one) for one in seen} == set(told.values())


def test_a_page_too_far_is_an_empty_feed(app):
    stage.play(app)
    feed = read(app, "?page=99")
    assert (
        feed.entries == [] and "next" not in links(feed) and links(feed)["last"].endswith("/practices.atom")
    )


def test_an_empty_network_has_a_feed(app):
    assert read(app).entries == []


@pytest.fixture
def review(app):
    """The closed review of Ana's public case."""
    with app.app_context():
        review = reviews.published(cast.ana(), cast.bruno())
        db.session.commit()
        indexing.repair()
        return review


def test_a_stamp_never_goes_back_even_if_the_clock_does(app, review):
    before = read(app)
    with app.app_context():
        review = db.session.merge(review)
        ana, bruno = review.practice.lead, review.reviewer
        newer = reviews.next_version(review, ana, title="Told again")
        moderation.take(newer, bruno)
        moderation.decide(newer, "approve", bruno, **reviews.JUDGED)
        newer.revision.published_at -= timedelta(days=400)
        db.session.commit()
        indexing.repair()
    after = read(app)
    assert after.entries[0].title == "Told again"
    assert after.entries[0].id == before.entries[0].id
    assert after.entries[0].updated == before.entries[0].updated
    assert after.feed.updated == before.feed.updated


def test_a_newer_version_and_a_word_of_the_city_are_news(app, review):
    with app.app_context():
        review = db.session.merge(review)
        review.revision.published_at -= timedelta(days=9)
        db.session.commit()
    first = read(app)
    with app.app_context():
        practices.endorse(db.session.merge(review).practice, "disputed", stage.moderator())
        db.session.commit()
    second = read(app)
    assert second.entries[0].updated > first.entries[0].updated
    assert second.feed.updated > first.feed.updated
    assert second.entries[0].published == first.entries[0].published


def test_a_withdrawal_does_not_put_the_feed_back(app):
    told = stage.play(app)
    with app.app_context():
        newest = practices.find(told["Fahrradstraßen in Zürich"])
        practices.public_revision(newest).published_at += timedelta(days=2)
        db.session.commit()
    before = read(app)
    with app.app_context():
        practices.show(practices.find(newest.public_id), "tombstone", stage.moderator(), "Gone.")
        db.session.commit()
    after = read(app)
    assert len(after.entries) == len(before.entries) - 1
    assert after.feed.updated == before.feed.updated


def test_the_search_page_names_its_feed(app):
    stage.play(app)
    page = app.test_client().get("/practices?q=told&topic=cycling&hl=en").get_data(as_text=True)
    address = "/practices.atom?q=told&amp;topic=cycling&amp;hl=en"
    assert (
        f'<link rel="alternate" type="application/atom+xml" title="2 practices for “told”" href="{address}">'
        in page
    )
