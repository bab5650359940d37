"""Challenges for machines: what their pages show, and nothing that is hidden."""

import feedparser

from exchange.core.models import db
from exchange.network.service.talk import answering, challenges, reports
from tests import cast
from tests.network.talk import stage


def told(app):
    """Ana's challenge with an answer that helped, one that is hidden, and a comment; her hidden challenge."""
    with app.app_context():
        ana, otto, bruno = cast.ana(), stage.otto(), cast.bruno()
        practice = cast.published(ana, bruno, title="Sails over the market")
        found = stage.posed(ana)
        answer = answering.answer(
            found, otto, cast.find_city("wien"), "practice", "They last.", "en", practice.public_id
        )
        answering.mark_helped(answer, ana)
        answering.comment(found, ana, "How long?", "en", answer)
        reports.hide(stage.advice(found, otto, "Buy mine."), bruno, "It advertises.")
        hidden = stage.posed(ana, title="Hidden challenge")
        reports.hide(hidden, bruno, "It names a neighbour.")
        challenges.close(found, ana, "We hung twelve sails.")
        db.session.commit()
        return found.public_id, hidden.public_id


def test_the_list_counts_what_everyone_reads(app):
    code, _hidden = told(app)
    found = app.test_client().get("/challenges.json?topic=climate").json
    (item,) = found["items"]
    assert found["total"] == 1 and item["id"] == code and item["state"] == "closed"
    assert (item["answers_total"], item["helped_total"], item["by_when"]) == (1, 1, "2027-03")
    assert app.test_client().get("/challenges.json?state=open").json["total"] == 0


def test_one_challenge_comes_whole_with_its_answers_and_without_names_of_people(app):
    code, hidden = told(app)
    client = app.test_client()
    found = client.get(f"/challenges/{code}.json").json
    (answer,) = found["answers"]
    assert answer["practice"]["title"] == "Sails over the market" and answer["helped"]
    assert [one["text"] for one in answer["comments"]] == ["How long?"]
    assert found["outcome"] == "We hung twelve sails."
    text = client.get(f"/challenges/{code}.json").get_data(as_text=True)
    assert "Buy mine." not in text and "Otto" not in text and "Ana" not in text
    assert client.get(f"/challenges/{hidden}.json").status_code == 404


def test_the_feed_is_read_by_feed_readers_and_its_stamp_never_goes_back(app):
    code, _hidden = told(app)
    feed = feedparser.parse(app.test_client().get("/challenges.atom").data)
    assert not feed.bozo and [one.title for one in feed.entries] == [stage.WORDS["title"]]
    assert feed.entries[0].id.endswith(f"/challenges/{code}") and feed.entries[0].author == "Porto"
    with app.app_context():
        found = challenges.find(code)
        reports.hide(found, db.session.query(type(found.by)).filter_by(name="Bruno").one(), "It insults.")
        db.session.commit()
    later = feedparser.parse(app.test_client().get("/challenges.atom").data)
    assert later.entries == [] and later.feed.updated >= feed.feed.updated


def test_whoever_holds_the_list_already_hears_that_it_is_the_same(app):
    told(app)
    client = app.test_client()
    tag = client.get("/challenges.atom").headers["ETag"]
    assert client.get("/challenges.atom", headers={"If-None-Match": tag}).status_code == 304
