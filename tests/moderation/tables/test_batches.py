"""A batch: opened by a coordinator, sent by a partner, vetted once, told to each city once, and approved."""

import re
from datetime import timedelta

import pytest

from exchange.accounts import service as accounts
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.bulk_models import Batch, BatchCase
from exchange.moderation.models import Decision
from exchange.moderation.service.tables import batches
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import schema
from exchange.practices.models import Practice
from tests import cast
from tests.moderation import sending, stage
from tests.moderation.sending import Sender, drafts, words
from tests.moderation.tables.test_bulk import queries_of

DECLARED = list(schema.DECLARATIONS)
HEADINGS = [
    "City", "Title", "Summary", "Lead unit", "Scale", "Topics", "Stage", "Start", "Challenge", "Solution",
    "contacts 1 name", "contacts 1 mail",
]  # fmt: skip
VETTED = {
    "who": "Jury of the award",
    "how": "Read by three, two sites visited.",
    "on": "2026-03",
    "rubric_clear": "yes",
}
TOGETHER = {"design": "monitoring", "independence": "partner", "publish_now": "y"}


def row(city, title, **changes):
    told = {
        "City": city, "Title": title, "Summary": "In short.", "Lead unit": "Office", "Scale": "City",
        "Topics": "Cycling", "Stage": "Running", "Start": "2019", "Challenge": "Cars.", "Solution": "Fewer.",
        "contacts 1 name": "Office", "contacts 1 mail": "office@city.example", **changes,
    }  # fmt: skip
    return [told[name] for name in HEADINGS]


ROWS = [row("Porto", "Porto one"), row("Porto", "Porto two"), row("Vienne", "Vienna one")]


@pytest.fixture
def people(app):
    found = sending.people(app)
    with app.app_context():
        cast.find_city("wien")
        db.session.commit()
    return found


@pytest.fixture
def award(app, people):
    """The number of an open batch of two cities, which Paula sends."""
    return sending.batch(app, people, "porto", "wien")


@pytest.fixture
def paula(app, people, award):
    return Sender(app, people["paula"], into=f"batch:{award}")


@pytest.fixture
def bruno(app, people):
    return Sender(app, people["bruno"])


@pytest.fixture
def received(app, paula, award):
    """The award with three drafts."""
    paula.made(*ROWS, headings=HEADINGS)
    return award


@pytest.fixture
def submitted(paula, received):
    paula.send(f"/batches/{received}/submission", declarations=DECLARED)
    return received


@pytest.fixture
def vetted(bruno, submitted):
    bruno.send(f"/batches/{submitted}/vetting", **VETTED)
    return submitted


def counts(app, number):
    with app.app_context():
        found = batches.progress([db.session.get(Batch, number)])[number]
        return {name: count for name, count in found.items() if count}


def letters(app, *kinds):
    """(kind, address) of every letter of these kinds, once the worker has been."""
    sending.work(app)
    with app.app_context():
        found = db.session.query(Letter).order_by(Letter.id)
        return [(one.kind, one.address.partition("@")[0]) for one in found if one.kind in kinds]


# Opening


def described(**changes):
    return {"kind": "award", "name": "Prize", "sender": "paula@cast.example", **changes}


def test_a_coordinator_opens_a_batch_and_its_sender_gets_a_letter(app, people):
    dora = Sender(app, people["dora"])
    address = dora.send(
        "/batches/new", **described(cities="Porto\nVienne", languages="English, fr", deadline="2090-03-31")
    )
    page = words(dora.see(address))
    assert "Prize" in page and "Porto, Vienna" in page and "English, French" in page and "31 Mar 2090" in page
    assert letters(app, "batch-opened") == [("batch-opened", "paula")]


@pytest.mark.parametrize(
    "wrong,message",
    [
        ({"name": ""}, "Give it a name."),
        ({"kind": ""}, "Choose one."),
        ({"sender": "nobody@cast.example"}, "Nobody here has this address."),
        ({"cities": "Porto\nAtlantis"}, "We know no city “Atlantis”."),
        ({"deadline": "2026-03"}, "Write a day like"),
        ({"name": "GREEN city award"}, "Another batch has this name."),
    ],
)
def test_a_batch_that_makes_no_sense_comes_back_as_it_was_typed(app, people, award, wrong, message):
    page = Sender(app, people["dora"]).send("/batches/new", status=422, **described(rules="zqrules", **wrong))
    assert message in words(page) and "zqrules" in page
    with app.app_context():
        assert db.session.query(Batch).count() == 1


def test_a_coordinator_changes_what_a_batch_says_of_itself(app, people, award):
    dora = Sender(app, people["dora"])
    assert "Porto\nVienna" in dora.see(f"/batches/{award}/description")
    dora.send(f"/batches/{award}/description", **described(name="Green City Award", cities="Porto"))
    assert "Porto" in dora.see(f"/batches/{award}") and "Vienna" not in dora.see(f"/batches/{award}")


@pytest.mark.parametrize("name", ["ana", "ines", "paula", "bruno"])
def test_nobody_else_opens_batches(app, people, name):
    Sender(app, people[name]).send("/batches/new", status=404, **described())
    with app.app_context(), pytest.raises(service.NotAllowed):
        person = accounts.find_user(people[name].email)
        batches.open_batch(person, person, kind="award", name="Mine")


# Sending


def test_the_sender_sends_cases_of_every_city_of_the_batch(app, received):
    assert drafts(app) == [("Porto one",), ("Porto two",), ("Vienna one",)]
    with app.app_context():
        found = db.session.query(Practice).all()
        told = {(one.city.slug, one.told_by, one.lead.name) for one in found}
        assert told == {("porto", "award", "Paula"), ("wien", "award", "Paula")}
    assert counts(app, received) == {"received": 3, "drafts": 3}


def test_the_sender_can_mend_a_draft_by_hand(app, paula, received):
    (first, *_rest) = sending.ids(app)
    address = f"/write/{first}/what-and-where"
    assert f'href="{address}"' in paula.see(f"/batches/{received}")
    assert "Porto one" in paula.see(address)


def test_a_city_that_is_not_of_the_batch_is_a_mistake(app, paula):
    said = paula.report(paula.checked(row("Dakar", "A"), row("", "B"), *ROWS, headings=HEADINGS))
    assert "This is none of the cities of this batch. Dakar" in said and "Name the city." in said
    assert "3 new drafts" in said


def test_a_batch_without_a_list_of_cities_takes_every_member(app, people):
    number = sending.batch(app, people, name="Open to all")
    paula = Sender(app, people["paula"], into=f"batch:{number}")
    with app.app_context():
        cast.find_city("dakar")
        db.session.commit()
    assert "1 new draft" in paula.report(paula.checked(row("Dakar", "A"), headings=HEADINGS))


def test_nobody_else_sends_into_a_batch(app, people, award):
    for name in ("ana", "bruno", "dora"):
        sender = Sender(app, people[name], into=f"batch:{award}")
        sender.send_file(b"Title\nA", status=422 if name == "ana" else 404)


def test_after_the_last_day_nothing_is_taken_in(app, people, paula, award):
    number = paula.checked(*ROWS, headings=HEADINGS)
    with app.app_context():
        db.session.get(Batch, award).deadline = now() - timedelta(seconds=1)
        db.session.commit()
    paula.send(f"/bulk/{number}/drafts", status=409)
    sending.work(app)
    assert drafts(app) == []
    paula.send_file(b"Title\nA", status=404)


def test_the_same_row_of_another_batch_is_another_case(app, people, received):
    other = sending.batch(app, people, "porto", name="Second award")
    Sender(app, people["paula"], into=f"batch:{other}").made(ROWS[0], headings=HEADINGS)
    assert len(drafts(app)) == 4


# Handing in


def test_the_sender_submits_all_that_is_ready_and_no_letter_goes_for_a_single_case(app, submitted):
    assert counts(app, submitted) == {"received": 3, "submitted": 3}
    assert letters(app, "submitted", "case-waits") == []


def test_what_lacks_an_answer_stays_a_draft_and_the_sender_sees_which(app, paula, award):
    paula.made(*ROWS, row("Porto", "Bare", Challenge=""), headings=HEADINGS)
    page = paula.send(f"/batches/{award}/submission", status=200, declarations=DECLARED)
    assert "3 cases are submitted." in page and "These answers are missing: Problem addressed." in words(page)
    assert counts(app, award) == {"received": 4, "submitted": 3, "drafts": 1}


def test_without_the_declarations_nothing_is_submitted(app, paula, received):
    page = paula.send(f"/batches/{received}/submission", status=422, declarations=DECLARED[:2])
    assert "All three are needed." in page and counts(app, received)["drafts"] == 3


def test_only_the_sender_hands_in(app, people, received):
    for name in ("ana", "bruno", "dora"):
        Sender(app, people[name]).send(f"/batches/{received}/submission", status=404, declarations=DECLARED)
    with app.app_context(), pytest.raises(service.NotAllowed):
        batches.hand_in(batches.find(received), accounts.find_user("dora@cast.example"), DECLARED)


# Vetting


def test_the_vetting_is_recorded_once_and_stands_in_each_review(app, bruno, vetted):
    page = words(bruno.see(f"/batches/{vetted}"))
    assert "Jury of the award" in page and "March 2026" in page and "Recorded by Bruno" in page
    for number in (1, 2, 3):
        review = words(bruno.see(f"/review/{number}"))
        assert "Vetted with the batch “Green City Award” by Jury of the award." in review
        assert "two sites visited" in review
    bruno.send(f"/batches/{vetted}/vetting", **VETTED)
    bruno.send(f"/batches/{vetted}/vetting", status=409, **{**VETTED, "who": "Somebody else"})
    with app.app_context():
        assert stage.acts("vet batch") == ["vet batch"]
        assert db.session.get(Batch, vetted).vetted_by == "Jury of the award"


@pytest.mark.parametrize("missing,sentence", [("who", "Say who"), ("how", "Say how."), ("on", "Say when.")])
def test_a_vetting_says_who_how_and_when(app, bruno, submitted, missing, sentence):
    page = bruno.send(f"/batches/{submitted}/vetting", status=422, **{**VETTED, missing: ""})
    assert sentence in words(page)
    with app.app_context():
        assert not db.session.get(Batch, submitted).is_vetted


def test_a_sender_who_moderates_does_not_vet_their_own_batch(app, people):
    with app.app_context():
        accounts.grant(accounts.find_user("paula@cast.example"), "moderator")
        db.session.commit()
    number = sending.batch(app, people, "porto", name="Own")
    paula = Sender(app, people["paula"], into=f"batch:{number}")
    paula.made(ROWS[0], headings=HEADINGS)
    paula.send(f"/batches/{number}/submission", declarations=DECLARED)
    paula.send(f"/batches/{number}/vetting", status=409, **VETTED)
    Sender(app, people["bruno"]).send(f"/batches/{number}/vetting", **VETTED)
    paula.send(f"/batches/{number}/approval", status=409, **TOGETHER)
    assert counts(app, number) == {"received": 1, "submitted": 1}


# Letters to the cities


def test_each_city_gets_one_letter_that_lists_all_of_its_cases(app, paula, submitted):
    paula.send(f"/batches/{submitted}/letters")
    assert letters(app, "batch-city") == [("batch-city", "ines"), ("batch-city", "otto")]
    with app.app_context():
        first, second = db.session.query(Letter).filter_by(kind="batch-city").order_by(Letter.id)
        subject, text = words_of(first, things_of(first))
        assert "Porto" in subject and "* Porto one" in text and "* Porto two" in text
        assert "Vienna" not in text and "* Vienna one" in words_of(second, things_of(second))[1]
    paula.send(f"/batches/{submitted}/letters")
    assert len(letters(app, "batch-city")) == 2


def test_a_case_that_comes_later_is_the_only_one_in_the_next_letter(app, paula, submitted):
    paula.send(f"/batches/{submitted}/letters")
    paula.made(*ROWS, row("Porto", "Porto three"), headings=HEADINGS)
    paula.send(f"/batches/{submitted}/submission", declarations=DECLARED)
    paula.send(f"/batches/{submitted}/letters")
    assert letters(app, "batch-city") == [("batch-city", name) for name in ("ines", "otto", "ines")]
    with app.app_context():
        last = db.session.query(Letter).filter_by(kind="batch-city").order_by(Letter.id.desc()).first()
        text = words_of(last, things_of(last))[1]
    assert re.findall(r"\* (.*)", text) == ["Porto three"]


def test_drafts_are_told_to_no_city(app, paula, received):
    paula.send(f"/batches/{received}/letters")
    assert letters(app, "batch-city") == []


def test_where_a_city_has_no_admin_the_coordinators_hear(app, people, paula, submitted):
    with app.app_context():
        accounts.find_user("otto@cast.example").memberships[0].is_admin = False
        db.session.commit()
    paula.send(f"/batches/{submitted}/letters")
    assert letters(app, "batch-city") == [("batch-city", "ines"), ("batch-city", "dora")]


# Pulled out, and together


def pull_out(app, bruno, number, place, status=303, reason="Two figures contradict each other."):
    public_id = sending.ids(app)[place]
    return bruno.send(f"/batches/{number}/exceptions/{public_id}", status=status, reason=reason)


def test_the_rest_is_approved_together_each_by_its_own_decision(app, bruno, vetted):
    pull_out(app, bruno, vetted, 1)
    bruno.send(f"/batches/{vetted}/approval", **TOGETHER)
    assert counts(app, vetted) == {"received": 3, "published": 2, "submitted": 1, "excepted": 1}
    with app.app_context():
        found = db.session.query(Decision).all()
        assert [(one.verdict, one.gate, one.by.name) for one in found] == [("approve", "P", "Bruno")] * 2
        assert all(one.content_hash == one.review.revision.approved_hash for one in found)
        assert {one.review.evidence_design for one in found} == {"monitoring"}
        assert {one.review.rubric["clear"] for one in found} == {"yes"}
        assert stage.acts("approve") == ["approve"] * 2
        assert stage.acts("take") == [] and stage.acts("publish") == []


def test_readers_see_with_which_batch_a_case_was_vetted(app, bruno, vetted):
    pull_out(app, bruno, vetted, 1)
    bruno.send(f"/batches/{vetted}/approval", **TOGETHER)
    sending.work(app)
    first, second, _third = sending.ids(app)
    visitor = app.test_client()
    page = words(visitor.get(f"/practices/{first}", follow_redirects=True).get_data(as_text=True))
    assert "Vetted with the batch “Green City Award” by Jury of the award." in page
    with app.app_context():
        review = service.open_review(service.practices.find(second))
        decide_singly(review)
        db.session.commit()
    page = words(visitor.get(f"/practices/{second}", follow_redirects=True).get_data(as_text=True))
    assert "Porto two" in page and "Vetted with the batch" not in page


def decide_singly(review):
    bruno = accounts.find_user("bruno@cast.example")
    service.take(review, bruno)
    service.decide(review, "approve", bruno, **stage.JUDGED)


def test_a_later_version_was_not_vetted_with_the_batch(app, bruno, vetted):
    bruno.send(f"/batches/{vetted}/approval", **TOGETHER)
    with app.app_context():
        practice = db.session.query(Practice).first()
        public = service.practices.public_revision(practice)
        paula = accounts.find_user("paula@cast.example")
        newer = service.practices.next_draft(public, paula)
        service.practices.save(newer, {"summary": "Other words."}, {}, paula)
        decide_singly(service.submit(newer, paula))
        assert batches.vetting_of(public) is not None and batches.vetting_of(newer) is None
        db.session.rollback()


def test_what_was_taken_back_and_written_on_was_not_vetted_with_the_batch(app, bruno, vetted):
    bruno.send(f"/batches/{vetted}/approval", **{**TOGETHER, "publish_now": ""})
    with app.app_context():
        practice = db.session.query(Practice).first()
        revision = service.practices.working_revision(practice)
        paula = accounts.find_user("paula@cast.example")
        assert batches.vetting_of(revision) is not None
        service.take_back(revision, paula)
        service.practices.save(revision, {"summary": "Other words."}, {}, paula)
        decide_singly(service.submit(revision, paula))
        assert revision.state == "published" and batches.vetting_of(revision) is None
        db.session.rollback()


def test_a_case_is_pulled_out_with_a_reason_that_its_reviewer_reads(app, bruno, vetted):
    assert "Give a reason." in words(pull_out(app, bruno, vetted, 0, status=422, reason=""))
    pull_out(app, bruno, vetted, 0)
    pull_out(app, bruno, vetted, 0, reason="Again")
    assert "Two figures contradict each other." in words(bruno.see("/review/1"))
    assert "Vetted with the batch" not in words(bruno.see("/review/1"))
    with app.app_context():
        assert stage.acts("pull out%") == ["pull out of batch"]


def test_what_was_approved_together_is_not_pulled_out_afterwards(app, bruno, vetted):
    bruno.send(f"/batches/{vetted}/approval", **TOGETHER)
    pull_out(app, bruno, vetted, 0, status=409)


def test_without_a_recorded_vetting_nothing_is_approved_together(app, bruno, submitted):
    assert "Record the vetting first." in words(bruno.see(f"/batches/{submitted}"))
    bruno.send(f"/batches/{submitted}/approval", status=409, **TOGETHER)
    assert counts(app, submitted) == {"received": 3, "submitted": 3}


def test_the_usual_gates_hold_for_each_and_what_they_stop_is_told(app, bruno, people, vetted):
    with app.app_context():
        nora = cast.person("Nora", "moderator", city="wien")
        db.session.commit()
    page = Sender(app, nora).send(f"/batches/{vetted}/approval", status=200, **TOGETHER)
    assert "2 cases are approved." in page and "1 case stays as it is" in page
    assert "People of a case’s own city judge it only" in words(page)
    assert counts(app, vetted) == {"received": 3, "published": 2, "submitted": 1}


def test_a_blocking_comment_keeps_one_case_and_no_other(app, bruno, vetted):
    with app.app_context():
        review = service.open_review(db.session.query(Practice).first())
        by = accounts.find_user("bruno@cast.example")
        service.take(review, by)
        service.comment(review, "summary", "Since when?", by, blocking=True)
        db.session.commit()
    page = bruno.send(f"/batches/{vetted}/approval", status=200, **TOGETHER)
    assert "2 cases are approved." in page and "Approve opens when one comment is resolved." in words(page)
    with app.app_context():
        told = db.session.query(BatchCase).order_by(BatchCase.practice_id)
        assert [one.vetted_revision_id is not None for one in told] == [False, True, True]


def test_approved_without_publishing_it_waits(app, bruno, vetted):
    bruno.send(f"/batches/{vetted}/approval", **{**TOGETHER, "publish_now": ""})
    assert counts(app, vetted)["approved"] == 3


def test_the_sender_hears_of_it_in_one_letter(app, bruno, vetted):
    bruno.send(f"/batches/{vetted}/approval", **TOGETHER)
    kinds = ("taken", "approved", "published", "batch-approved")
    assert letters(app, *kinds) == [("batch-approved", "paula")]
    with app.app_context():
        (letter,) = db.session.query(Letter).filter_by(kind="batch-approved")
        assert "3 cases of your batch" in words_of(letter, things_of(letter))[1]


def test_of_a_case_that_was_pulled_out_the_letters_go_as_of_any(app, bruno, vetted):
    pull_out(app, bruno, vetted, 0)
    with app.app_context():
        decide_singly(service.open_review(db.session.query(Practice).first()))
        db.session.commit()
    assert letters(app, "published") == [("published", "paula")]


def test_two_moderators_who_approve_at_once_decide_each_case_once(app, bruno, people, vetted):
    with app.app_context():
        stage.milan()
        db.session.commit()

    def approve(name):
        def act():
            by = accounts.find_user(f"{name}@cast.example")
            return len(batches.approve_together(batches.find(vetted), by, "trial", "own"))

        return act

    found = stage.both_at_once(app, approve("bruno"), approve("milan"))
    assert sorted(found) == [0, 3]
    with app.app_context():
        assert db.session.query(Decision).count() == 3


# Who sees it


def test_moderators_and_its_sender_see_a_batch_and_nobody_else(app, people, received):
    for name, status in (("paula", 200), ("bruno", 200), ("dora", 200), ("ana", 404), ("ines", 404)):
        Sender(app, people[name]).see(f"/batches/{received}", status=status)
        Sender(app, people[name]).see("/batches", status=status)
    assert app.test_client().get(f"/batches/{received}").status_code == 401


def test_a_batch_costs_the_same_for_three_cases_and_for_thirty(app, paula, bruno, award):
    seen = []
    for number in (3, 30):
        paula.made(*(row("Porto", f"Case {one}") for one in range(number)), headings=HEADINGS)
        paula.send(f"/batches/{award}/submission", declarations=DECLARED)
        seen.append(queries_of(app, lambda: bruno.see(f"/batches/{award}")))
    assert seen[0] == seen[1]


def test_the_list_of_batches_costs_the_same_for_one_and_for_five(app, people, bruno, award):
    seen = [queries_of(app, lambda: bruno.see("/batches"))]
    for number in range(4):
        sending.batch(app, people, "porto", name=f"Award {number}")
    assert queries_of(app, lambda: bruno.see("/batches")) == seen[0]
