"""Figures that reviewers check one by one: beside the text, by the row, until the row changes."""

import pytest
from sqlalchemy import func, select

from exchange.core.journal import AuditLine
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import ClaimCheck
from exchange.practices import service as practices
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import browsers, people  # noqa: F401 – fixtures

VOTERS = cast.ANSWERS["results"][0]
WOMEN = {"indicator": "Women among them", "unit": "%", "baseline": "41", "value": "55"}


@pytest.fixture
def town(app, people):  # noqa: F811
    """A public case of Ana's with two figures; its public id."""
    with app.app_context():
        ana, bruno = (db.session.get(cast.User, people[name].id) for name in ("ana", "bruno"))
        public_id = cast.published(ana, bruno, results=[VOTERS, WOMEN]).public_id
        db.session.commit()
    return public_id


def acting(app, public_id, people, name):  # noqa: F811
    return practices.find(public_id), db.session.get(cast.User, people[name].id)


def check(app, public_id, people, name, row, state, note="", seen=0):  # noqa: F811
    with app.app_context():
        practice, by = acting(app, public_id, people, name)
        made = service.check_claim(practice, practices.claim_of(row), state, by, note, seen)
        db.session.commit()
        return made.id


def states(public_id):
    practice = practices.find(public_id)
    return {
        one.row["indicator"]: one.check.state if one.check else None for one in service.claims_of(practice)
    }


# The verb


def test_a_check_stands_beside_the_row_and_makes_no_version(app, town, people):  # noqa: F811
    with app.app_context():
        before = practices.public_revision(practices.find(town)).content_hash
    check(app, town, people, "milan", VOTERS, "checked", "I read the count.")
    with app.app_context():
        public = practices.public_revision(practices.find(town))
        assert (public.number, public.content_hash) == (1, before)
        assert states(town) == {"Voters": "checked", "Women among them": None}
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "check claim")).one()
        assert line.details["state"] == "checked" and line.subject == f"practice:{town}"


def test_an_unchanged_row_keeps_its_check_in_a_new_version_and_a_changed_one_loses_it(app, town, people):  # noqa: F811
    check(app, town, people, "milan", VOTERS, "checked")
    check(app, town, people, "milan", WOMEN, "checked")
    with app.app_context():
        practice, ana = acting(app, town, people, "ana")
        draft = practices.next_draft(practices.public_revision(practice), ana)
        practices.write(draft, {"results": [{**WOMEN, "value": "56"}, VOTERS], "title": "Told again"}, {})
        review = service.submit(draft, ana)
        milan = db.session.get(cast.User, people["milan"].id)
        service.take(review, milan)
        service.decide(review, "approve", milan, **stage.JUDGED)
        db.session.commit()
    with app.app_context():
        assert states(town) == {"Women among them": None, "Voters": "checked"}


def test_the_same_check_twice_is_one(app, town, people):  # noqa: F811
    first = check(app, town, people, "milan", VOTERS, "disputed", "Counted twice.")
    assert check(app, town, people, "milan", VOTERS, "disputed", "Counted twice.") == first
    with app.app_context():
        assert db.session.scalar(select(func.count(ClaimCheck.id))) == 1
        acts = select(func.count(AuditLine.id)).where(AuditLine.act == "check claim")
        assert db.session.scalar(acts) == 1


def test_the_second_of_two_who_checked_at_once_is_told(app, town, people):  # noqa: F811
    check(app, town, people, "milan", VOTERS, "checked")
    with pytest.raises(service.CheckedMeanwhile) as told:
        check(app, town, people, "dora", VOTERS, "disputed", "Counted twice.")
    assert told.value.check.by.name == "Milan"
    with app.app_context():
        assert states(town)["Voters"] == "checked"


def test_of_two_in_the_same_moment_one_wins(app, town, people):  # noqa: F811
    def act(name, state):
        def do():
            practice, by = acting(app, town, people, name)
            return service.check_claim(practice, practices.claim_of(VOTERS), state, by, "Why.", 0).state

        return do

    outcomes = stage.both_at_once(app, act("milan", "checked"), act("dora", "disputed"))
    assert sum(isinstance(one, str) for one in outcomes) == 1
    assert sum(isinstance(one, service.CheckedMeanwhile) for one in outcomes) == 1


@pytest.mark.parametrize("state", ["disputed", "outdated"])
def test_whoever_doubts_a_figure_says_why(app, town, people, state):  # noqa: F811
    with pytest.raises(service.ReasonMissing):
        check(app, town, people, "milan", VOTERS, state, "  ")


@pytest.mark.parametrize("name", ["ana", "nora", "chloe", "eva", "otto", "willi"])
def test_neither_authors_nor_people_of_the_city_nor_strangers_check_a_figure(app, town, people, name):  # noqa: F811
    with pytest.raises(service.ConflictOfInterest):
        check(app, town, people, name, VOTERS, "checked")
    with app.app_context():
        assert states(town)["Voters"] is None


def test_an_expert_checks_the_figures_of_the_case_she_was_given(app, people):  # noqa: F811
    with app.app_context():
        ana, dora, eva = (db.session.get(cast.User, people[name].id) for name in ("ana", "dora", "eva"))
        review = stage.submitted(ana)
        service.assign(review, eva, dora)
        key = practices.claim_of(VOTERS)
        assert service.check_claim(review.practice, key, "checked", eva).state == "checked"


def test_a_figure_that_stands_in_the_case_no_more_is_not_checked(app, town, people):  # noqa: F811
    with pytest.raises(practices.NotAllowed):
        check(app, town, people, "milan", {**VOTERS, "value": "1"}, "checked")


# On the pages


def fields(page, key):
    seen = page.partition(f'id="seen-{key}"')[2].partition('value="')[2].partition('"')[0]
    return {"seen": seen}


def test_a_moderator_checks_figures_beside_the_public_case(app, town, browsers):  # noqa: F811
    milan, key = browsers("milan"), practices.claim_of(VOTERS)
    case = milan.see(milan.client.get(f"/practices/{town}").location)
    assert f"/review/figures/{town}" in case and "No reviewer has checked a figure yet" in case
    page = milan.see(f"/review/figures/{town}")
    where = f"/review/figures/{town}/{key}"
    answer = milan.send(where, 422, state="disputed", **fields(page, key))
    assert "Say what is disputed" in answer and "Voters" in answer
    milan.send(where, state="disputed", note="Counted <b>twice</b>.", **fields(page, key))
    reader = app.test_client().get(f"/practices/{town}", follow_redirects=True).text
    assert "Not checked by a reviewer yet" in reader, "of the other figure"
    assert "Disputed" in reader and "Counted &lt;b&gt;twice" in reader and "Milan" not in reader
    late = browsers("dora").send(where, 409, state="checked", note="Looks right.", **fields(page, key))
    assert "Milan has said something else" in late and "Looks right." in late


def test_figures_are_checked_on_the_review_page_too_and_it_comes_back(app, people, browsers):  # noqa: F811
    with app.app_context():
        ana, bruno = (db.session.get(cast.User, people[name].id) for name in ("ana", "bruno"))
        review = stage.in_review(ana, bruno)
        number, public_id = review.id, review.practice.public_id
        db.session.commit()
    bruno, key = browsers("bruno"), practices.claim_of(VOTERS)
    page = bruno.see(f"/review/{number}")
    where = bruno.send(
        f"/review/figures/{public_id}/{key}", state="checked", note="", review=number, **fields(page, key)
    )
    assert where == f"/review/{number}#claim-{key}"
    assert "Not public yet" in bruno.see(f"/review/{number}")
    with app.app_context():
        assert states(public_id) == {"Voters": "checked"}


def test_a_review_of_no_number_leads_back_to_the_figures(town, browsers):  # noqa: F811
    milan, key = browsers("milan"), practices.claim_of(VOTERS)
    page = milan.see(f"/review/figures/{town}")
    sent = {"state": "checked", "note": "", "review": "9" * 30, **fields(page, key)}
    assert milan.send(f"/review/figures/{town}/{key}", **sent) == f"/review/figures/{town}#claim-{key}"


def test_who_may_not_check_finds_no_page_and_no_form(app, town, browsers):  # noqa: F811
    for name in ("ana", "nora", "chloe", "eva"):
        browser = browsers(name)
        browser.see(f"/review/figures/{town}", 404)
        case = browser.see(browser.client.get(f"/practices/{town}").location)
        assert "/review/figures/" not in case
    assert app.test_client().get(f"/review/figures/{town}").status_code == 401


# At the exits


def test_every_exit_says_what_was_found(app, town, people):  # noqa: F811
    def item():
        return next(
            one
            for one in app.test_client().get("/practices.json", buffered=True).json["items"]
            if one["id"] == town
        )

    with app.app_context():
        from exchange.search import indexing

        indexing.repair()
    first = app.test_client().get("/practices.json", buffered=True)
    assert [one["check"] for one in item()["results"]] == [{"state": "unchecked"}] * 2
    check(app, town, people, "milan", VOTERS, "outdated", "There is a count of 2025.")
    again = app.test_client().get(
        "/practices.json", headers={"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 200, "what was kept is not what is said now"
    told = item()["results"][0]["check"]
    assert told["state"] == "outdated" and told["note"] == "There is a count of 2025." and "date" in told
    table = app.test_client().get("/practices.csv", buffered=True).text
    assert "5400 (2019) people – outdated; Women among them" in table
    whole = app.test_client().get(f"/practices/{town}.json").json
    assert whole["results"][0]["check"]["state"] == "outdated" and "Milan" not in str(whole)
