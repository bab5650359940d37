"""Saved searches and their readers: kept, confirmed, stopped, forgotten."""

import re

import pytest

from exchange.accounts import service as accounts
from exchange.core.models import db
from exchange.search import alerts
from exchange.search.models import SavedSearch
from exchange.search.query import Query
from tests import cast
from tests.accounts import visits
from tests.search import saved, stage


def test_without_confirmation_nobody_is_told(town):
    alerts.save(Query(q="rent"), "", "at-once", "en", address=saved.NOA)
    db.session.commit()
    saved.publish("A cap on rents")
    saved.come_round()
    assert saved.told() == []


def test_the_stopped_are_told_nothing_and_start_again_with_what_comes_then(town):
    search = saved.keep("rent")
    alerts.stop(search)
    db.session.commit()
    saved.publish("Rents while stopped")
    saved.come_round()
    alerts.start(search)
    db.session.commit()
    saved.come_round()
    assert saved.told() == []
    saved.publish("Rents afterwards")
    saved.come_round()
    assert saved.told() == [["Rents afterwards"]]


def test_the_suspended_are_told_nothing(town):
    chloe = cast.chloe()
    search = saved.keep("rent", user=chloe)
    accounts.suspend(chloe, stage.moderator(), "for a test")
    saved.publish("A cap on rents")
    saved.come_round()
    assert saved.told(search) == []
    accounts.restore(chloe, stage.moderator())
    db.session.commit()
    saved.come_round()
    assert saved.told(search) == [["A cap on rents"]]


def test_the_same_question_kept_twice_is_one_search(town):
    chloe = cast.chloe()
    first = saved.keep("rent", "weekly", user=chloe)
    second = saved.keep("rent", "daily", user=chloe)
    assert second.id == first.id and second.rhythm == "daily"
    third, fourth = saved.keep("rent"), saved.keep("rent")
    assert fourth.id == third.id != first.id
    assert db.session.query(SavedSearch).count() == 2


def test_who_has_an_account_finds_there_what_was_kept_without_one(town):
    before = saved.keep("rent")
    link = accounts.make_link("verify", cast.person("Noa", verified=False))
    accounts.use_link(link)
    db.session.commit()
    saved.come_round()
    later = saved.keep("budget")
    noa = accounts.find_user(saved.NOA)
    assert {one.id for one in alerts.searches_of(noa.id)} == {before.id, later.id}
    assert saved.again(before).address is None


def test_an_unproven_account_finds_nothing_of_that_address(town):
    una = cast.person("Noa", verified=False)
    search = saved.keep("rent")
    assert search.address == saved.NOA and alerts.searches_of(una.id) == []


def test_leaving_deletes_what_was_kept(town):
    chloe = cast.chloe()
    saved.keep("rent", user=chloe)
    other = saved.keep("rent")
    accounts.leave(chloe)
    saved.publish("A cap on rents")
    saved.come_round()
    assert [one.id for one in db.session.query(SavedSearch)] == [other.id]


def test_fifty_searches_are_enough(town, monkeypatch):
    monkeypatch.setattr(alerts, "MOST", 2)
    chloe = cast.chloe()
    saved.keep("rent", user=chloe)
    saved.keep("budget", user=chloe)
    with pytest.raises(accounts.Refused):
        alerts.save(Query(q="bicycles"), "", "daily", "en", user=chloe)
    db.session.rollback()
    assert len(alerts.searches_of(chloe.id)) == 2


def test_unconfirmed_and_stopped_addresses_are_forgotten_after_a_while(town, clock):
    alerts.save(Query(q="rent"), "", "at-once", "en", address="una@cast.example")
    stopped, running = saved.keep("rent"), saved.keep("budget")
    stopped_by_chloe = saved.keep("rent", user=cast.chloe())
    alerts.stop(stopped)
    alerts.stop(stopped_by_chloe)
    alerts.sweep()
    assert db.session.query(SavedSearch).count() == 4
    clock.move(days=4)
    alerts.sweep()
    assert db.session.query(SavedSearch).filter_by(address="una@cast.example").count() == 0
    clock.move(days=30)
    alerts.sweep()
    assert {one.id for one in db.session.query(SavedSearch)} == {running.id, stopped_by_chloe.id}


def test_every_act_leaves_its_line_and_no_line_holds_an_address_or_a_word_of_the_question(town):
    search = saved.keep("zqsecret")
    alerts.change(search, "zqname", "daily")
    alerts.stop(search)
    alerts.start(search)
    alerts.remove(search)
    db.session.commit()
    lines = [line for line in visits.audit(town) if line[1].startswith("search:")]
    acts = ["save search", "confirm search", "change search", "stop search", "start search", "delete search"]
    assert [line[0] for line in lines] == acts
    assert not any(secret in str(lines) for secret in ("zqsecret", "zqname", saved.NOA))


def test_a_question_is_put_into_words_in_the_readers_language(app):
    with app.test_request_context("/?hl=de"):
        query = Query(q="Miete\nund  Boden", filters={"topic": ["housing"], "country": ["AT"]}, language="de")
        assert re.fullmatch("[„“]Miete und Boden[“”] · Wohnen · Österreich", alerts.words_of(query))
    with app.test_request_context("/"):
        assert alerts.words_of(Query()) == "All practices"
        assert len(alerts.words_of(Query(q="long " * 100))) == alerts.LONGEST_NAME
