"""Until when an answer is due, set by hand: by a coordinator, or within limits by whoever has the case."""

from datetime import timedelta

import pytest

from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.models import Review
from exchange.notifications.models import Letter
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage
from tests.moderation.review.test_desk import browsers, people, play
from tests.notifications.test_desk_letters import kinds, one_day_on

__all__ = ["browsers", "people"]  # fixtures
SOON = timedelta(days=5)


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def test_whoever_has_it_or_a_coordinator_sets_the_date_and_one_line_tells_of_it(stand):
    bruno, dora = cast.bruno(), stage.dora()
    review = stage.in_review(cast.ana(), bruno)
    for person in (bruno, dora):
        was, moment = review.due_at, now() + SOON
        assert service.set_due(review, moment, person)
        assert not service.set_due(review, moment, person)  # the same again: nothing happens
        assert review.due_at == moment
        line = db.session.query(AuditLine).filter_by(act="set due date", by_id=person.id).one()
        assert (line.details["until"], line.details["was"]) == (moment.isoformat(), was.isoformat())


def test_nobody_else_moves_it(stand):
    ana, wim = cast.ana(), cast.person("Wim", "coordinator", city="porto")
    review = stage.in_review(ana, cast.bruno())
    written = stage.in_review(wim, stage.milan(), title="Wim's own")
    for person, one in ((ana, review), (stage.eva(), review), (wim, written)):
        with pytest.raises(NotAllowed):
            service.set_due(one, now() + SOON, person)


def test_whoever_has_it_stays_within_four_weeks_of_the_submission_and_a_coordinator_within_a_year(stand):
    bruno, dora = cast.bruno(), stage.dora()
    review = stage.in_review(cast.ana(), bruno)
    with pytest.raises(service.TooFar) as refusal:
        service.set_due(review, review.opened_at + timedelta(days=29), bruno)
    assert refusal.value.until == review.opened_at + timedelta(days=28)
    service.set_due(review, review.opened_at + timedelta(days=60), dora)
    for moment, error in ((now() + timedelta(days=400), service.TooFar), (now() - SOON, service.NotLater)):
        with pytest.raises(error):
            service.set_due(review, moment, dora)


def test_a_review_that_is_decided_has_no_date_any_more(stand):
    bruno = cast.bruno()
    review = stage.approved(cast.ana(), bruno)
    with pytest.raises(service.AlreadyDecided):
        service.set_due(review, now() + SOON, bruno)


def test_the_new_date_is_reminded_of_and_whoever_has_the_case_hears_of_a_coordinators(stand):
    bruno, dora = cast.bruno(), stage.dora()
    review = stage.in_review(cast.ana(), bruno)
    review.due_at = now() + timedelta(days=1)
    one_day_on()
    assert "reviews-due" in kinds() and "due-set" not in kinds()
    service.set_due(review, now() + SOON, dora)
    assert review.reminded_at is None
    review.due_at = now() + timedelta(days=1)
    one_day_on()
    assert db.session.query(Letter).filter_by(kind="reviews-due").count() == 2
    assert kinds()["due-set"] == bruno.email


def test_she_who_sets_it_herself_gets_no_letter(stand):
    bruno = cast.bruno()
    review = stage.in_review(cast.ana(), bruno)
    service.set_due(review, now() + SOON, bruno)
    one_day_on()
    assert "due-set" not in kinds()


# Pages


def test_the_date_is_set_on_the_review_and_read_on_the_desk_and_by_the_author(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people, title="Rain gardens")
    day = (now() + timedelta(days=20)).date()
    bruno, here = browsers("bruno"), f"/review/{review_id}"
    assert "Another date" in bruno.see(here) and "Another date" not in browsers("milan").see(here)
    bruno.send(f"{here}/due", **{"due-day": day.isoformat()})
    with app.app_context():
        review = db.session.get(Review, review_id)
        assert review.due_at.date() == day
        address = f"/write/{review.practice.public_id}/submission"
    words = f"{day.day} {day:%b}"
    assert words in bruno.see(here) and words in bruno.see("/review")
    assert f"{day.day} {day:%B %Y}" in browsers("ana").see(address)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Choose a day."),
        ("soon", "Choose a day."),
        ("2020-01-01", "still to come"),
        ("2199-01-01", "until"),
    ],
)
def test_what_cannot_be_is_told_and_stays_as_it_was_typed(app, people, browsers, typed, said):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    page = browsers("bruno").send(f"/review/{review_id}/due", 422, **{"due-day": typed})
    assert said in page
    assert typed[:1] != "2" or f'value="{typed}"' in page


def test_another_moderator_is_told_that_it_is_not_hers(app, people, browsers):
    review_id = play(app, stage.in_review, "ana", "bruno", people=people)
    day = (now() + SOON).date().isoformat()
    browsers("milan").send(f"/review/{review_id}/due", 409, **{"due-day": day})
    browsers("eva").send(f"/review/{review_id}/due", 404, **{"due-day": day})
