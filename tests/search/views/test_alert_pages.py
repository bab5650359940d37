"""Keeping a search, in the browser: with an account, without one, from the link in a letter."""

import re

import pytest

from exchange.accounts import service as accounts
from exchange.cli import doctor
from exchange.core.models import db
from exchange.search import alerts
from exchange.search.models import SavedSearch
from exchange.search.query import Query
from tests import cast
from tests.accounts import visits
from tests.search import saved

NOA, NEW = saved.NOA, "/alerts/new?q=rent&topic=housing"


@pytest.fixture
def town(quiet_town):
    return quiet_town


@pytest.fixture
def chloe(town):
    return cast.client_of(town, visits.commit(town, cast.chloe))


def kept(app):
    """Every saved search: [(question, name, rhythm, confirmed, stopped, of a user)]."""
    with app.app_context():
        rows = db.session.query(SavedSearch).order_by(SavedSearch.created_at)
        return [(dict(r.pairs), r.name, r.rhythm, bool(r.confirmed_at), bool(r.stopped_at)) for r in rows]


def links(app):
    """(the first letter's page, the page of every other letter) of the one search there is."""
    with app.app_context():
        (search,) = db.session.query(SavedSearch)
        return f"/alerts/{alerts.asking_token_of(search)}/confirm", f"/alerts/{alerts.token_of(search)}"


def keep(app, **more):
    """A running search of Noa's, without an account; returns the address of its page."""
    with app.app_context():
        search = alerts.save(Query(q="rent", **more), "", "weekly", "en", address=NOA)
        alerts.confirm(search)
        db.session.commit()
        return f"/alerts/{alerts.token_of(search)}"


def test_the_search_page_leads_there_with_the_whole_question(town):
    page = town.test_client().get("/practices?q=rent&topic=housing&country=PT&country=AT&page=1")
    form = re.search(r'<form[^>]* action="/alerts/new">.*?</form>', page.text, re.DOTALL)[0]
    assert re.findall(r'name="(\w+)" value="(\w+)"', form) == [
        ("q", "rent"),
        ("topic", "housing"),
        ("country", "PT"),
        ("country", "AT"),
    ]
    assert "Set-Cookie" not in page.headers and 'method="post"' not in form


def test_with_an_account_a_search_runs_at_once(town, chloe):
    page = chloe.get(NEW + "&rhythm=daily")
    assert "Housing" in page.text and "rent" in page.text and 'type="email"' not in page.text
    assert re.search(r'value="daily"[^>]*checked|checked[^>]*value="daily"', page.text)
    answer = visits.send(chloe, NEW, rhythm="daily", name="")
    assert answer.status_code == 303
    assert kept(town) == [({"q": "rent", "topic": "housing"}, "“rent” · Housing", "daily", True, False)]
    assert "“rent” · Housing" in chloe.get("/alerts").text
    assert "Once a day" in chloe.get(answer.location).text


def test_without_an_account_the_address_is_asked_first(town):
    visitor = town.test_client()
    answer = visits.send(visitor, NEW, rhythm="weekly", name="Homes", address=" Noa@Cast.Example ")
    assert "We have sent a letter to Noa@Cast.Example" in visitor.get(answer.location).text
    assert kept(town)[0][3] is False
    ask, page = links(town)
    reader = town.test_client()
    assert reader.get(page).status_code == 404, "nothing can be changed before it is confirmed"
    shown = reader.get(ask)
    assert "Housing" in shown.text and "n…@cast.example" in shown.text and NOA not in shown.text
    assert kept(town)[0][3] is False, "looking confirms nothing"
    answer = visits.send(reader, ask)
    assert answer.status_code == 303 and answer.location == page and kept(town)[0][3] is True
    assert reader.get(ask).status_code == 404, "the button works once"
    assert reader.get(ask.removesuffix("/confirm")).status_code == 404, "and is good for nothing else"


def test_the_same_answer_whether_the_address_is_known(town):
    visits.commit(town, cast.chloe)
    answers = []
    for address in ("chloe@cast.example", "nobody@cast.example"):
        visitor = town.test_client()
        answer = visits.send(visitor, NEW, rhythm="weekly", name="", address=address)
        page = visitor.get(answer.location).text.replace(address, "")
        answers.append((answer.status_code, answer.location, re.sub(r"\?next=[^\"]+", "", page)))
    assert answers[0] == answers[1]


def test_a_link_whose_time_is_over_or_that_was_tampered_with_opens_nothing(town, monkeypatch):
    visits.send(town.test_client(), NEW, rhythm="weekly", name="", address=NOA)
    ask, page = links(town)
    client = town.test_client()
    for wrong in (ask.replace("/confirm", "x/confirm"), "/alerts/x.y/confirm", page[:-1] + "_", "/alerts/ü"):
        assert client.get(wrong).status_code == 404
    with town.app_context():
        (search,) = db.session.query(SavedSearch)
        asking = alerts.asking_token_of(search)
    assert client.get(f"/alerts/{asking}/stop").status_code == 404, "a link is good for one thing"
    saved.Clock(monkeypatch).move(days=4)
    assert client.get(ask).status_code == 404


def test_nobody_can_have_an_address_flooded_with_letters(town):
    visitor = town.test_client()
    limit = accounts.LIMITS["alert"].per_address
    for number in range(limit):
        answer = visits.send(visitor, f"/alerts/new?q=r{number}", rhythm="weekly", name="", address=NOA)
        assert answer.status_code == 303
    stranger = town.test_client()
    answer = visits.send(stranger, NEW, rhythm="daily", name="My own words", address=NOA.upper())
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "My own words" in answer.text and "Wait" in answer.text, "nothing typed is lost"
    assert len(kept(town)) == limit


def test_one_sender_cannot_write_to_the_whole_world(town, monkeypatch):
    limit = accounts.Limit(5, 3, accounts.LIMITS["alert"].window)
    monkeypatch.setitem(accounts.LIMITS, "alert", limit)
    codes = [
        visits.send(
            town.test_client(), NEW, rhythm="weekly", name="", address=f"n{n}@cast.example"
        ).status_code
        for n in range(4)
    ]
    assert codes == [303, 303, 303, 429]


@pytest.mark.parametrize(
    "typed",
    [
        dict(address="", rhythm="weekly"),
        dict(address="no address", rhythm="weekly"),
        dict(address="ü@example.org", rhythm="weekly"),
        dict(address=NOA, rhythm="hourly"),
        dict(address=NOA, rhythm=""),
        dict(address=NOA, rhythm="weekly", name="x" * 81),
    ],
)
def test_what_makes_no_sense_is_explained_and_nothing_is_kept(town, typed):
    answer = visits.send(town.test_client(), NEW, **{"name": "", **typed})
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert kept(town) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=" + "x" * 10_000,
        "?q=%00%01%22&topic=<b>&near=1,2,3&like=porto&within=1,2,3,4&page=9&off=stems",
        "?topic=no-such-topic&country=zz&year=abc&like=nowhere&near=x",
        "?rhythm=<script>",
    ],
)
def test_any_question_can_be_kept(town, chloe, query):
    assert chloe.get(f"/alerts/new{query}").status_code == 200
    answer = visits.send(chloe, f"/alerts/new{query}", rhythm="at-once", name="")
    page = chloe.get(answer.location)
    assert page.status_code == 200 and "<b>" not in page.text.split("<main")[1].split("topic")[-1]
    assert "page" not in kept(town)[0][0]
    with town.app_context():
        saved.come_round()
        assert db.session.query(SavedSearch).one().known is not None


def test_from_the_letter_the_rhythm_is_changed_and_the_search_stopped_started_and_deleted(town):
    page, reader = keep(town), town.test_client()
    shown = reader.get(page)
    assert NOA not in shown.text and shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["X-Robots-Tag"] == "noindex"
    visits.send(reader, page, rhythm="daily", name="Homes")
    assert kept(town)[0][1:] == ("Homes", "daily", True, False)
    assert "Stop these letters" in reader.get(f"{page}/stop").text and kept(town)[0][4] is False
    assert "Set-Cookie" not in town.test_client().get(f"{page}/stop").headers
    assert "No more letters come" in reader.post(f"{page}/stop").text and kept(town)[0][4] is True
    visits.send(reader, f"{page}/start", on=page)
    assert kept(town)[0][4] is False
    visits.send(reader, f"{page}/deletion", on=page)
    assert kept(town) == [] and reader.get(page).status_code == 404


def test_only_stopping_needs_no_secret_of_a_form(town):
    page = keep(town)
    client = town.test_client()
    before = kept(town)
    for act in ("", "/start", "/deletion"):
        answer = client.post(page + act, data={"rhythm": "daily", "name": "Taken over"})
        assert answer.status_code == 400, act
    assert kept(town) == before
    client.post(
        f"{page}/stop", data={"rhythm": "daily", "name": "Taken over", "List-Unsubscribe": "One-Click"}
    )
    assert kept(town) == [(*before[0][:4], True)], "stopped, and nothing else"


def test_the_list_shows_ones_own_and_nobody_elses(town, chloe):
    visits.send(chloe, NEW, rhythm="weekly", name="Of Chloe")
    keep(town)
    otto = cast.client_of(town, visits.commit(town, lambda: cast.person("Otto")))
    assert "Of Chloe" in chloe.get("/alerts").text and NOA not in chloe.get("/alerts").text
    assert "Of Chloe" not in otto.get("/alerts").text and "You keep no search yet" in otto.get("/alerts").text


def test_the_list_costs_the_same_for_one_and_for_three(town, chloe):
    counts = []
    for number in range(3):
        visits.send(chloe, f"/alerts/new?q=r{number}", rhythm="weekly", name="")
        with visits.statements() as seen:
            chloe.get("/alerts")
        counts.append(sum(seen.values()))
    assert counts[0] == counts[1] == counts[2]


def test_an_account_whose_address_is_not_proven_is_asked_by_letter_like_anyone(town):
    una = cast.client_of(town, visits.commit(town, lambda: cast.person("Una", verified=False)))
    assert 'type="email"' in una.get(NEW).text
    visits.send(una, NEW, rhythm="weekly", name="", address="una@cast.example")
    page = una.get("/alerts/sent", follow_redirects=True)
    assert "We have sent a letter to una@cast.example" in page.text
    assert kept(town)[0][3] is False
    assert una.get("/alerts").status_code == 404


def test_too_many_searches_are_refused_kindly(town, chloe, monkeypatch):
    monkeypatch.setattr(alerts, "MOST", 1)
    visits.send(chloe, NEW, rhythm="weekly", name="")
    answer = visits.send(chloe, "/alerts/new?q=budget", rhythm="weekly", name="Kept text")
    assert answer.status_code == 422 and "Kept text" in answer.text and "1 searches" in answer.text
    keep(town)
    visits.send(town.test_client(), "/alerts/new?q=bicycles", rhythm="weekly", name="", address=NOA)
    with town.app_context():
        waiting = db.session.query(SavedSearch).filter(SavedSearch.confirmed_at.is_(None)).one()
        ask = f"/alerts/{alerts.asking_token_of(waiting)}/confirm"
    assert visits.send(town.test_client(), ask).status_code == 422


def test_a_visitor_who_signs_in_comes_back_to_the_question(town):
    page = town.test_client().get(NEW).text
    assert 'href="/sign-in?next=/alerts/new?q%3Drent%26topic%3Dhousing"' in page


def test_the_owner_of_a_search_that_fails_is_told_so(town, chloe):
    page = visits.send(chloe, NEW, rhythm="weekly", name="").location
    assert "We keep trying" not in chloe.get(page).text
    with town.app_context():
        db.session.query(SavedSearch).update(
            {"tries": alerts.OFTEN, "error": "Traceback\nOutOfTime: too long"}
        )
        db.session.commit()
        assert "OutOfTime: too long" in doctor.saved_searches()
    assert "We keep trying" in chloe.get(page).text


def test_robots_stay_out(town):
    assert "Disallow: /alerts\n" in town.test_client().get("/robots.txt").text


def test_old_letters_never_open_another_search(town):
    """Ids are not used again, whatever was deleted."""
    page = keep(town)
    with town.app_context():
        db.session.query(SavedSearch).delete()
        db.session.commit()
    keep(town)
    assert town.test_client().get(page).status_code == 404
    assert town.test_client().post(f"{page}/stop").status_code == 404
    assert kept(town)[0][4] is False
