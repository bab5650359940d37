"""When an approved text goes public: at its hour, once, and never while anything hinders it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.models import Hold, Plan
from exchange.moderation.service.publication import planning
from exchange.practices import service as practices
from exchange.practices.models import Revision
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage

SOON = timedelta(hours=2)


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def kinds(revision):
    return [one.kind for one in service.publication_hindrances(revision)]


def later(model, **changes):
    """Let time pass: put the moments of every row of a table elsewhere."""
    db.session.query(model).update(changes)
    db.session.commit()


# Planned


def test_a_planned_text_goes_public_at_its_hour_and_not_before(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.approved(ana, bruno)
    service.plan(review.revision, now() + SOON, bruno)
    db.session.commit()
    assert service.publish_due() == 0 and review.revision.state == "approved"
    later(Plan, publish_at=now() - SOON)
    assert service.publish_due() == 1 and review.revision.state == "published"
    assert service.publish_due() == 0
    line = db.session.scalars(select(AuditLine).where(AuditLine.act == "publish")).one()
    assert line.by_id == bruno.id and "planned_for" in line.details


def test_an_approval_may_name_the_hour_in_the_same_breath(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    service.decide(review, "approve", bruno, publish_at=now() + SOON, **stage.JUDGED)
    assert review.revision.state == "approved" and service.plan_of(review.revision).by_id == bruno.id
    acts = stage.acts()
    assert acts[-1] == "approve" and "publish" not in acts


def test_a_plan_is_changed_and_cancelled_by_moderators_who_did_not_write_the_case(stand):
    ana, bruno, milan = cast.ana(), cast.bruno(), stage.milan()
    revision = stage.approved(ana, bruno).revision
    first = service.plan(revision, now() + SOON, bruno)
    assert service.plan(revision, first.publish_at, milan) is first  # the same hour: nothing happens
    second = service.plan(revision, now() + 2 * SOON, milan)
    assert first.ended_at and service.plan_of(revision) is second
    for person in (ana, cast.chloe(), stage.eva()):
        with pytest.raises(NotAllowed):
            service.plan(revision, now() + SOON, person)
        with pytest.raises(NotAllowed):
            service.cancel_plan(revision, person)
    service.cancel_plan(revision, bruno)
    service.cancel_plan(revision, bruno)
    assert service.plan_of(revision) is None and revision.state == "approved"
    db.session.commit()
    later(Plan, publish_at=now() - SOON)
    assert service.publish_due() == 0 and revision.state == "approved"


def test_a_text_taken_back_by_its_author_is_not_published_by_the_clock(stand):
    ana, bruno = cast.ana(), cast.bruno()
    revision = stage.approved(ana, bruno).revision
    service.plan(revision, now() + SOON, bruno)
    service.take_back(revision, ana)
    db.session.commit()
    later(Plan, publish_at=now() - SOON)
    assert service.publish_due() == 0 and revision.state == "draft"
    assert service.plan_of(revision) is None


def test_a_plan_put_off_while_the_worker_was_about_to_carry_it_out_waits(stand):
    ana, bruno = cast.ana(), cast.bruno()
    revision = stage.approved(ana, bruno).revision
    due = service.plan(revision, now() - SOON, bruno)
    put_off = service.plan(revision, now() + SOON, bruno)
    db.session.commit()
    assert not planning.publish_one(due.id) and not planning.publish_one(put_off.id)
    assert revision.state == "approved"


def test_only_an_approved_text_is_planned_and_a_public_one_says_so(stand):
    ana, bruno = cast.ana(), cast.bruno()
    with pytest.raises(NotAllowed):
        service.plan(stage.in_review(ana, bruno).revision, now() + SOON, bruno)
    public = stage.published(ana, bruno, title="Another")
    with pytest.raises(service.AlreadyDecided):
        service.plan(public.revision, now() + SOON, bruno)


def test_words_changed_behind_the_approval_are_not_published_by_the_clock(stand):
    ana, bruno = cast.ana(), cast.bruno()
    revision = stage.approved(ana, bruno).revision
    service.plan(revision, now() - SOON, bruno)
    revision.answers = {**revision.answers, "objectives": "Slipped in past every verb"}
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    db.session.commit()
    assert service.publish_due() == 0 and revision.state == "approved"


def test_one_plan_that_stumbles_keeps_no_other_from_its_hour(stand, monkeypatch):
    ana, bruno = cast.ana(), cast.bruno()
    bad, good = (stage.approved(ana, bruno, title=title).revision for title in ("Bad", "Good"))
    for revision in (bad, good):
        service.plan(revision, now() - SOON, bruno)
    db.session.commit()
    real = planning.check_approval

    def stumble(revision):
        return 1 / 0 if revision.title == "Bad" else real(revision)

    monkeypatch.setattr(planning, "check_approval", stumble)
    assert service.publish_due() == 1
    db.session.expire_all()
    assert (bad.state, good.state) == ("approved", "published")
    monkeypatch.undo()
    assert service.publish_due() == 1  # tried again


def test_two_workers_at_the_same_moment_publish_once(app):
    with app.app_context():
        revision = stage.approved(cast.ana(), cast.bruno()).revision
        service.plan(revision, now() - SOON, service.approval_of(revision).by)
        db.session.commit()
        revision_id = revision.id
    outcomes = stage.both_at_once(app, service.publish_due, service.publish_due)
    assert sorted(outcomes) == [0, 1]
    with app.app_context():
        assert db.session.get(Revision, revision_id).state == "published"
        assert db.session.scalar(select(func.count()).where(AuditLine.act == "publish")) == 1


def test_the_clock_and_a_moderator_at_the_same_moment_publish_once(app):
    with app.app_context():
        review = stage.approved(cast.ana(), cast.bruno())
        service.plan(review.revision, now() - SOON, review.reviewer)
        db.session.commit()
        ids = review.revision_id, review.reviewer_id

    def press():
        service.publish(db.session.get(Revision, ids[0]), db.session.get(cast.User, ids[1]))

    stage.both_at_once(app, service.publish_due, press)
    with app.app_context():
        assert db.session.get(Revision, ids[0]).state == "published"
        assert db.session.scalar(select(func.count()).where(AuditLine.act == "publish")) == 1
        assert db.session.scalar(select(func.count()).where(Plan.ended_at.is_(None))) == 0


# Embargo


def test_under_an_embargo_an_approved_text_waits_and_goes_public_by_itself_when_it_ends(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    until = now() + timedelta(days=3)
    service.set_embargo(review.practice, until, ana, "The council speaks first.")
    service.decide(review, "approve", bruno, **stage.JUDGED)
    assert review.revision.state == "approved"
    with pytest.raises(service.Hindered) as told:
        service.publish(review.revision, bruno)
    (hindrance,) = told.value.hindrances
    assert (hindrance.kind, hindrance.until, hindrance.reason) == (
        "embargo",
        until,
        "The council speaks first.",
    )
    db.session.commit()
    assert service.publish_due() == 0
    later(Hold, ends_at=now() - timedelta(seconds=1), starts_at=now() - SOON)
    assert service.publish_due() == 1
    db.session.expire_all()
    assert review.revision.state == "published"


def test_authors_change_their_own_embargo_but_not_a_moderators(stand):
    ana, bruno = cast.ana(), cast.bruno()
    practice = stage.in_review(ana, bruno).practice
    service.set_embargo(practice, now() + SOON, ana, "The council first.")
    mine = service.set_embargo(practice, now() + 2 * SOON, ana, "The council a day later.")
    assert service.embargo_of(practice) is mine
    service.lift_embargo(practice, ana)
    service.lift_embargo(practice, ana)
    assert service.embargo_of(practice) is None
    service.set_embargo(practice, now() + SOON, bruno, "The award is announced first.")
    with pytest.raises(NotAllowed):
        service.lift_embargo(practice, ana)
    with pytest.raises(NotAllowed):
        service.set_embargo(practice, now() + timedelta(minutes=1), ana, "Sooner")
    service.lift_embargo(practice, bruno)
    acts = db.session.scalars(
        select(AuditLine.act).where(AuditLine.act.like("%embargo")).order_by(AuditLine.id)
    ).all()
    assert acts == ["set embargo", "set embargo", "lift embargo", "set embargo", "lift embargo"]


def test_an_embargo_needs_a_reason_a_future_and_somebody_who_may(stand):
    ana, bruno = cast.ana(), cast.bruno()
    practice = cast.draft(ana).practice
    with pytest.raises(service.ReasonMissing):
        service.set_embargo(practice, now() + SOON, ana, " ")
    with pytest.raises(service.NotLater):
        service.set_embargo(practice, now() - SOON, ana, "Yesterday")
    for person in (cast.chloe(), cast.person("Otto", city="wien"), stage.eva()):
        with pytest.raises(NotAllowed):
            service.set_embargo(practice, now() + SOON, person, "Mine")
    service.set_embargo(practice, now() + SOON, bruno, "The award first.")


# Pause


def test_before_an_election_nothing_of_that_city_goes_public_and_others_do(stand):
    bruno, ines = cast.bruno(), cast.person("Ines", city="porto", city_admin=True)
    ana, otto = cast.ana(), cast.person("Otto", city="wien")
    before = stage.published(ana, bruno, title="Public before")
    service.pause(now() - SOON, now() + SOON, ines, "Election", cast.find_city("porto"))
    waiting = stage.in_review(ana, bruno, title="Waiting")
    service.decide(waiting, "approve", bruno, **stage.JUDGED)
    free = stage.in_review(otto, bruno, title="Free", city="wien")
    service.decide(free, "approve", bruno, **stage.JUDGED)
    assert (waiting.revision.state, free.revision.state) == ("approved", "published")
    assert before.revision.state == "published" and before.practice.visibility == "public"
    (hindrance,) = service.publication_hindrances(waiting.revision)
    assert (hindrance.kind, hindrance.who, hindrance.reason) == ("pause", "Porto", "Election")
    db.session.commit()
    assert service.publish_due() == 0
    service.end_pause(service.pauses()[0], ines)
    db.session.commit()
    assert service.publish_due() == 1 and service.pauses() == []


def test_a_pause_for_all_holds_for_imports_too_and_they_follow_by_themselves(stand):
    bruno, dora = cast.bruno(), stage.dora()
    service.pause(now() - SOON, now() + SOON, dora, "The network votes")
    revision = stage.imported()
    service.approve_import(revision, bruno)
    assert revision.state == "approved" and kinds(revision) == ["pause"]
    db.session.commit()
    later(Hold, ends_at=now() - timedelta(seconds=1), starts_at=now() - 2 * SOON)
    assert service.publish_due() == 1 and revision.state == "published"


def test_a_pause_that_is_still_to_come_hinders_nobody_yet(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    service.pause(now() + SOON, now() + 2 * SOON, dora, "Election")
    assert stage.published(ana, bruno).revision.state == "published"


def test_coordinators_pause_for_all_and_a_citys_admin_for_the_own_city_alone(stand):
    ines, dora = cast.person("Ines", city="porto", city_admin=True), stage.dora()
    porto, wien = cast.find_city("porto"), cast.find_city("wien")
    when = now() + SOON, now() + 2 * SOON
    for person, city in ((ines, None), (ines, wien), (cast.bruno(), porto), (cast.ana(), porto)):
        with pytest.raises(NotAllowed):
            service.pause(*when, person, "Election", city)
    first = service.pause(*when, ines, "Election", porto)
    assert service.pause(*when, ines, "Election", porto) is first  # the form sent twice
    for_all = service.pause(*when, dora, "Election")
    with pytest.raises(NotAllowed):
        service.end_pause(for_all, ines)
    with pytest.raises(service.NotLater):
        service.pause(when[1], when[0], dora, "Backwards")
    with pytest.raises(service.ReasonMissing):
        service.pause(*when, dora, "")
    service.end_pause(for_all, dora)
    service.end_pause(for_all, dora)
    acts = db.session.scalars(
        select(AuditLine.act).where(AuditLine.act.like("%pause%")).order_by(AuditLine.id)
    ).all()
    assert acts == ["pause publishing", "pause publishing", "end pause"]


def test_what_hinders_is_told_all_at_once(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    revision = stage.approved(ana, bruno).revision
    service.pause(now() - SOON, now() + SOON, dora, "Election")
    service.set_embargo(revision.practice, now() + 3 * SOON, ana, "The council first")
    assert kinds(revision) == ["embargo", "pause"]  # the longest first
