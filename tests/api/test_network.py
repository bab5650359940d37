"""Dates, news, partners and positions for machines."""

import feedparser

from exchange.core.models import db
from exchange.network.service import vetting
from exchange.network.service.positions import signing
from tests import cast
from tests.network import things


def test_the_feed_of_news_is_read_by_feed_readers_and_never_goes_back(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        things.public_news(ana, bruno, title="Trams & <buses>", topics=["cycling"])
        last = things.public_news(ana, bruno, title="Gone", day="2026-11-21")
        db.session.commit()
    client = app.test_client()
    before = feedparser.parse(client.get("/news.atom").data)
    assert not before.bozo and [one.title for one in before.entries] == ["Gone", "Trams & <buses>"]
    assert "<em>Monday</em>" in before.entries[0].content[0].value
    with app.app_context():
        vetting.hide("news", last.public_id, db.session.get(cast.User, bruno.id), "It was wrong.")
        db.session.commit()
    after = feedparser.parse(client.get("/news.atom").data)
    assert [one.title for one in after.entries] == ["Trams & <buses>"]
    assert after.feed.updated == before.feed.updated
    found = feedparser.parse(client.get("/news.atom?topic=mobility").data)
    assert len(found.entries) == 1 and client.get("/news.atom?topic=none").status_code == 404


def test_json_tells_moments_with_their_zone_and_whole_days_as_days(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        things.public_event(ana, bruno, city="porto")
        whole = {"start_time": "", "end_time": "", "end_day": "2099-12-05"}
        things.public_event(ana, bruno, title="Whole", **whole, cancelled=True)
        db.session.commit()
    one, two = sorted(app.test_client().get("/events.json").json["items"], key=lambda item: item["title"])
    assert (one["start"], one["end"]) == ("2099-12-03T10:30:00+00:00", "2099-12-03T12:00:00+00:00")
    assert (one["zone"], one["city"], one["is_over"]) == ("Pacific/Auckland", "porto", False)
    assert (two["start"], two["end"], two["whole_days"]) == ("2099-12-03", "2099-12-05", True)
    assert two["cancelled"]


def test_json_of_positions_says_who_signed_these_words(app):
    with app.app_context():
        ines, bruno = cast.person("Ines", city="porto", city_admin=True), cast.bruno()
        position = things.public_position(ines, bruno)
        signing.sign(position, cast.find_city("porto"), ines, position.words_hash)
        things.public_partner(bruno, cast.person("Milan", "moderator"))
        db.session.commit()
    client = app.test_client()
    (item,) = client.get("/positions.json").json["items"]
    assert item["signatories"] == [{"city": "porto", "these_words": True}]
    (partner,) = client.get("/partners.json").json["items"]
    assert partner["about"] == {"en": "It keeps trams."}
