"""The ten rules of review. Where the database itself holds one, raw SQL tries to break it."""

import json

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from exchange import reactions
from exchange.core import journal
from exchange.core.journal import AuditLine, News
from exchange.core.models import db
from exchange.moderation import service
from exchange.moderation.models import Decision, Review
from exchange.notifications.models import Letter
from exchange.notifications.things import things_of
from exchange.notifications.wording import words_of
from exchange.practices import service as practices
from exchange.practices.models import Revision
from exchange.practices.service import NotAllowed
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


def refused_by_the_database(statement, **values):
    """Whether the database refuses this raw statement; what was done before stays as it is."""
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.execute(text(statement), values)
    except DatabaseError:
        return True
    return False


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_rule_1_nothing_is_published_without_the_recorded_decision_of_somebody_who_is_not_an_author(stand):
    writer, bruno = cast.person("Wanda", "moderator", "coordinator", city="porto"), cast.bruno()
    review = stage.in_review(writer, bruno)
    with pytest.raises(service.ConflictOfInterest):
        service.decide(review, "approve", writer, **stage.JUDGED)
    with pytest.raises(NotAllowed):
        service.publish(review.revision, bruno)  # in review, not approved
    practices.move(review.revision, "approved")  # somebody goes round the verbs: no decision is recorded
    review.revision.approved_hash = review.revision.content_hash
    with pytest.raises(NotAllowed):
        service.publish(review.revision, bruno)
    db.session.add(
        Decision(review=review, verdict="approve", by=writer, content_hash=review.revision.content_hash)
    )
    db.session.flush()
    with pytest.raises(service.ConflictOfInterest):  # recorded, but by the author herself
        service.publish(review.revision, bruno)
    review.decision.by = bruno
    db.session.flush()
    with pytest.raises(NotAllowed):
        service.publish(review.revision, writer)
    service.publish(review.revision, bruno)
    assert review.revision.state == "published"


def test_rule_2_every_later_revision_goes_through_review_too(stand):
    ana, bruno = cast.ana(), cast.bruno()
    first = stage.published(ana, bruno)
    with pytest.raises(NotAllowed):
        practices.save(first.revision, {"objectives": "Slipped in"}, {}, ana)
    second = stage.next_version(first, ana)
    with pytest.raises(NotAllowed):
        service.publish(second.revision, bruno)
    assert practices.public_revision(first.practice).id == first.revision_id


def test_rule_3_text_changed_after_approval_cancels_the_approval(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.approved(ana, bruno)
    revision = review.revision
    with pytest.raises(NotAllowed):
        practices.save(revision, {"objectives": "Slipped in"}, {}, ana)
    assert refused_by_the_database(
        "UPDATE revisions SET content_hash = 'another' WHERE id = :id", id=revision.id
    )
    assert refused_by_the_database("UPDATE revisions SET approved_hash = NULL WHERE id = :id", id=revision.id)
    revision.answers = {**revision.answers, "objectives": "Slipped in past every verb"}
    with pytest.raises(NotAllowed):
        service.publish(revision, bruno)
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    with pytest.raises(NotAllowed):  # even with both hashes forged, the decision names another text
        service.publish(revision, bruno)


def test_rule_4_one_public_revision_and_at_most_one_open_review(stand):
    ana, bruno = cast.ana(), cast.bruno()
    first = stage.published(ana, bruno)
    second = stage.next_version(first, ana)
    other = stage.published(ana, bruno, title="Another case")
    third = stage.next_version(other, ana)
    assert refused_by_the_database(
        "UPDATE revisions SET state = 'published', number = 2, approved_hash = content_hash WHERE id = :id",
        id=second.revision_id,
    )
    assert refused_by_the_database(
        "INSERT INTO reviews "
        "(practice_id, revision_id, opened_at, conflict_note, public_note, rubric, rubric_notes) "
        "SELECT practice_id, revision_id, opened_at, '', '', rubric, rubric FROM reviews WHERE id = :id",
        id=second.id,
    )
    assert refused_by_the_database(
        "UPDATE reviews SET practice_id = :practice WHERE id = :id", practice=second.practice_id, id=third.id
    )
    assert refused_by_the_database(
        "INSERT INTO decisions (review_id, verdict, by_id, at, reason, gate, content_hash) "
        "SELECT review_id, 'reject', by_id, at, 'Twice', gate, content_hash FROM decisions "
        "WHERE review_id = :id",
        id=first.id,
    )
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(Review(practice=second.practice, revision=second.revision))


def test_rule_4_a_second_open_review_is_told_so_and_not_a_broken_page(stand):
    ana, bruno = cast.ana(), cast.bruno()
    second = stage.next_version(stage.published(ana, bruno), ana)
    db.session.commit()
    db.session.execute(
        text("UPDATE revisions SET state = 'rejected' WHERE id = :id"), {"id": second.revision_id}
    )
    db.session.expire_all()
    draft = practices.next_draft(second.revision, ana)
    with pytest.raises(service.AlreadyOpen):
        service.submit(draft, ana)
    db.session.rollback()
    assert count(Review) == 2


MARK = "xq7z"


def test_rule_5_drafts_comments_and_notes_reach_nobody_who_may_not_read_them(app):
    with app.app_context():
        ana, bruno, dora, chloe = cast.ana(), cast.bruno(), stage.dora(), cast.chloe()
        first = stage.published(ana, bruno)
        second = stage.next_version(first, ana, objectives=f"draft-{MARK}", note_to_reviewers=f"note-{MARK}")
        service.take(second, bruno)
        service.comment(second, "title", f"comment-{MARK}", bruno)
        remark = service.comment(second, "title", f"reviewers-{MARK}", bruno, "reviewers")
        service.answer(remark, f"answer-{MARK}", dora)
        service.suggest(second, bruno, "summary", f"wording-{MARK}")
        service.keep_note(second, bruno, f"kept-{MARK}", {}, service.base_of_note(None))
        listed = [revision.id for _practice, revision in db.session.execute(practices.public())]
        told = json.dumps([news.payload for news in db.session.scalars(select(News))])
        db.session.commit()
        readers = [None, ana, chloe, stage.eva(), cast.person("Otto", "admin")]
        db.session.commit()
        review_id, public_id = second.id, second.practice.public_id
    assert listed == [first.revision_id]
    assert MARK not in told
    for reader in readers:
        client = cast.client_of(app, reader)
        for address in (f"/review/{review_id}", "/review"):
            assert MARK not in client.get(address).get_data(as_text=True)
    page = cast.client_of(app, dora).get(f"/review/{review_id}").get_data(as_text=True)
    page_of_ana = cast.client_of(app, ana).get(f"/write/{public_id}/wording").get_data(as_text=True)
    assert f"wording-{MARK}" in page_of_ana and f"kept-{MARK}" not in page_of_ana
    for planted in ("draft", "note", "comment", "reviewers", "answer", "wording", "kept"):
        assert f"{planted}-{MARK}" in page  # the danger was there


def test_rule_6_the_audit_is_append_only_with_one_line_per_act(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    made = service.comment(review, "title", "Name the year", bruno)
    service.resolve(made, bruno)
    service.decide(review, "approve", bruno, **stage.JUDGED)
    acts = db.session.scalars(
        select(AuditLine.act)
        .where(AuditLine.subject == practices.subject(review.practice))
        .order_by(AuditLine.id)
    ).all()
    assert acts == ["begin", "submit", "take", "comment", "resolve comment", "approve"]
    last = db.session.scalars(select(AuditLine).where(journal.did("publish"))).one()
    assert (last.act, last.details["with"], last.details["number"]) == ("approve", ["publish"], 1)
    assert refused_by_the_database("UPDATE audit SET act = 'nothing'")
    assert refused_by_the_database("DELETE FROM audit")
    assert count(AuditLine) >= len(acts)


def test_rule_7_two_who_take_at_once_one_has_it_and_the_other_is_told(app):
    with app.app_context():
        people = {person.name: person.id for person in (cast.bruno(), stage.milan())}
        review_id = stage.submitted(cast.ana()).id
        db.session.commit()

    def take(name):
        def act():
            review = db.session.get(Review, review_id)
            service.take(review, db.session.get(cast.User, people[name]))
            return name

        return act

    outcomes = stage.both_at_once(app, *map(take, people))
    winners = [one for one in outcomes if isinstance(one, str)]
    told = [str(one) for one in outcomes if isinstance(one, service.AlreadyTaken)]
    assert len(winners) == 1 and told == winners  # the other is told the winner's name


@pytest.mark.parametrize("other", ["reject", "request_changes"])
def test_rule_7_two_who_decide_at_once_one_wins_and_the_other_is_told(app, other):
    with app.app_context():
        bruno, dora = cast.bruno(), stage.dora()
        review_id = stage.in_review(cast.ana(), bruno).id
        db.session.commit()
        people = {"approve": bruno.id, other: dora.id}

    def decide(verdict):
        def act():
            review, by = db.session.get(Review, review_id), db.session.get(cast.User, people[verdict])
            return service.decide(review, verdict, by, reason="As I see it", **stage.JUDGED).verdict

        return act

    outcomes = stage.both_at_once(app, decide("approve"), decide(other))
    told = [str(one) for one in outcomes if isinstance(one, service.AlreadyDecided)]
    winners = [one for one in outcomes if isinstance(one, str)]
    assert len(winners) == 1 and told == winners, outcomes
    with app.app_context():
        decision = db.session.scalars(select(Decision)).one()
        assert decision.verdict == winners[0]
        assert count(Revision) == (2 if decision.verdict == "request_changes" else 1)


def test_rule_7_withdrawn_while_it_is_approved_ends_one_way_only(app):
    with app.app_context():
        ana, bruno = cast.ana(), cast.bruno()
        review = stage.in_review(ana, bruno)
        db.session.commit()
        ids = review.id, ana.id, bruno.id

    def withdraw():
        service.withdraw(db.session.get(Review, ids[0]), db.session.get(cast.User, ids[1]))
        return "draft"

    def approve():
        by = db.session.get(cast.User, ids[2])
        service.decide(db.session.get(Review, ids[0]), "approve", by, **stage.JUDGED)
        return "published"

    outcomes = stage.both_at_once(app, withdraw, approve)
    won = [one for one in outcomes if isinstance(one, str)]
    assert len(won) == 1 and isinstance(outcomes[1 - outcomes.index(won[0])], service.AlreadyDecided)
    with app.app_context():
        assert db.session.get(Review, ids[0]).revision.state == won[0]


def test_rule_7_a_case_submitted_twice_at_once_has_one_open_review(app):
    with app.app_context():
        ana = cast.ana()
        ids = cast.draft(ana).id, ana.id
        db.session.commit()

    def submit():
        return service.submit(db.session.get(Revision, ids[0]), db.session.get(cast.User, ids[1])).id

    first, second = stage.both_at_once(app, submit, submit)
    assert first == second
    with app.app_context():
        assert count(Review) == 1
        assert db.session.scalar(select(func.count()).where(AuditLine.act == "submit")) == 1


def test_rule_8_the_same_act_repeated_has_no_second_effect(stand):
    ana, bruno, dora, eva = cast.ana(), cast.bruno(), stage.dora(), stage.eva()
    revision = cast.draft(ana)
    assert service.submit(revision, ana) is service.submit(revision, ana)
    review = service.open_review(revision.practice)
    twice(service.assign, review, eva, dora)
    twice(service.release, review, eva)
    twice(service.take, review, bruno)
    made = service.comment(review, "title", "Name the year", bruno)
    twice(service.resolve, made, bruno)
    decisions = [service.decide(review, "approve", bruno, **stage.JUDGED) for _time in range(2)]
    assert decisions[0] is decisions[1]
    twice(service.publish, revision, bruno)
    twice(service.take_down, review.practice, dora, "A reason")
    twice(service.restore, review.practice, dora, "A reason")
    second = stage.next_version(review, ana)
    twice(service.withdraw, second, ana)
    third = service.submit(second.revision, ana)
    service.take(third, bruno)
    twice(service.decide, third, "reject", bruno, "No longer a practice")
    twice(service.reopen, third, dora, "On appeal")


def twice(verb, *args):
    """Do it once, count every line of the audit and the outbox, do it again: nothing was added."""
    verb(*args)
    db.session.flush()
    before = [count(model) for model in (AuditLine, News, Decision, Revision, Review)]
    verb(*args)
    db.session.flush()
    assert [count(model) for model in (AuditLine, News, Decision, Revision, Review)] == before, verb


def test_rule_9_labels_make_no_revisions(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.published(ana, bruno)
    before = count(Revision), practices.content_hash(review.revision)
    practices.give_label(review.practice, "featured", bruno)
    db.session.flush()
    assert (count(Revision), practices.content_hash(review.revision)) == before
    assert review.revision.state == "published"


def test_rule_10_each_act_that_people_wait_for_is_news_with_who_and_which_case(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    service.decide(review, "request_changes", bruno, reason="Mend it")
    second = service.submit(practices.working_revision(review.practice), ana)
    service.take(second, bruno)
    service.decide(second, "approve", bruno, **stage.JUDGED)
    heard = {news.act: news.payload for news in db.session.scalars(select(News))}
    assert set(heard) == {"submit", "take", "request changes", "approve", "publish"}
    for act, payload in heard.items():
        assert payload["subject"] == practices.subject(review.practice), act
        assert payload["by_id"] in (ana.id, bruno.id), act


@pytest.mark.parametrize(
    ("preference", "kinds", "gathered"),
    [
        ("none", set(), set()),
        ("must", {"changes"}, set()),
        ("all", {"submitted", "taken", "changes"}, set()),
        ("daily", {"submitted", "taken", "changes"}, {"submitted", "taken"}),
    ],
)
def test_rule_10_letters_follow_a_preference_are_gathered_by_day_and_say_why_they_come(
    stand, preference, kinds, gathered
):
    ana, bruno = cast.ana(letters=preference), cast.bruno()
    service.decide(stage.in_review(ana, bruno), "request_changes", bruno, reason="Mend it")
    db.session.commit()
    reactions.journal.deliver(reactions.HANDLERS)
    hers = db.session.query(Letter).filter_by(user_id=ana.id).all()
    assert {one.kind for one in hers} == kinds
    assert {one.kind for one in hers if one.for_digest} == gathered
    for one in hers:
        _subject, text = words_of(one, things_of(one))
        assert "You get this letter because" in text and "/account/details" in text, one.kind


def test_the_database_knows_only_the_states_verdicts_and_reasons_that_there_are(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    service.decide(review, "reject", bruno, reason="Not a practice")
    assert refused_by_the_database("UPDATE revisions SET state = 'perhaps'")
    assert refused_by_the_database("UPDATE decisions SET verdict = 'perhaps'")
    assert refused_by_the_database("UPDATE decisions SET reason = ''")
    assert refused_by_the_database("UPDATE practices SET visibility = 'sometimes'")
    assert refused_by_the_database("UPDATE revisions SET state = 'published', number = NULL")
