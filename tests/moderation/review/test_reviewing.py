"""What reviewers do beside deciding: claims, threads, other words, readings, notes, many at once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from exchange.core.journal import AuditLine, News
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.models import Comment, Decision, Reading, Review, Suggestion
from exchange.practices import service as practices
from exchange.practices.service import Changed, NotAllowed
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    with app.app_context():
        yield app


@pytest.fixture
def people(stand):
    """(Ana, Bruno, Dora, Milan)"""
    return cast.ana(), cast.bruno(), stage.dora(), stage.milan()


def news_of(act):
    return [news.payload for news in db.session.scalars(select(News).where(News.act == act))]


def audit(act):
    return db.session.scalar(select(func.count(AuditLine.id)).where(AuditLine.act == act))


# Claims


def days_from_now(moment):
    return round((moment - now()).total_seconds() / 86400, 2)


def test_a_claim_runs_for_a_week_and_anew_with_whatever_its_holder_does(people):
    ana, bruno, _dora, milan = people
    review = stage.in_review(ana, bruno)
    assert days_from_now(review.claim_until) == 7
    acts = (
        lambda: service.comment(review, "title", "Name the year", bruno),
        lambda: service.suggest(review, bruno, "summary", "Residents spend a part of the budget."),
        lambda: service.keep_note(review, bruno, "Ask Eva", {}, service.base_of_note(None)),
        lambda: service.read(review, bruno),
        lambda: service.resolve(review.comments[0], bruno),
    )
    for act in acts:
        review.claim_until, review.warned_at = now() + timedelta(hours=1), now()
        act()
        assert (days_from_now(review.claim_until), review.warned_at) == (7, None)
    review.claim_until = early = now() + timedelta(hours=1)
    service.comment(review, "title", "Somebody else is at work on it", milan)
    assert review.claim_until == early


def test_a_claim_that_nobody_touched_goes_back_after_one_warning_and_one_letter_for_all(people):
    ana, bruno, _dora, milan = people
    reviews = [stage.in_review(ana, bruno, title=f"Case {number}") for number in range(3)]
    fresh = stage.in_review(ana, bruno, title="Fresh")
    for review in reviews:
        review.claim_until = now() + timedelta(days=1)
    db.session.commit()
    for _time in range(2):
        service.look_at_the_clock()
    assert news_of("claims end soon") == [{"user_id": bruno.id, "reviews": [one.id for one in reviews]}]
    assert all(one.reviewer_id == bruno.id for one in reviews)
    for review in reviews:
        review.claim_until = now() - timedelta(minutes=1)
    service.comment(reviews[0], "title", "At work again", bruno)
    db.session.commit()
    for _time in range(2):
        service.look_at_the_clock()
    assert news_of("claims lapsed") == [{"user_id": bruno.id, "reviews": [one.id for one in reviews[1:]]}]
    assert [one.reviewer_id for one in (*reviews, fresh)] == [bruno.id, None, None, bruno.id]
    assert audit("lapse") == 2
    service.take(reviews[1], milan)
    assert (reviews[1].reviewer_id, reviews[1].revision.state) == (milan.id, "in_review")


def test_what_a_coordinator_assigned_does_not_lapse(people):
    ana, bruno, dora, _milan = people
    review = stage.submitted(ana)
    service.assign(review, bruno, dora)
    assert review.claim_until is None
    service.comment(review, "title", "Name the year", bruno)
    assert review.claim_until is None


def test_reviewers_and_authors_are_reminded_once_before_their_dates_pass(people):
    ana, bruno, dora, _milan = people
    soon, later, asked, done, nobodys = (
        stage.in_review(ana, bruno, title=title) for title in ("Soon", "Later", "Asked", "Done", "Nobody's")
    )
    for review in (asked, done):
        service.decide(review, "request_changes", bruno, reason="Name the source.")
        assert days_from_now(review.due_at) == 14
    service.submit(practices.working_revision(done.practice), ana)
    service.release(nobodys, bruno)
    for review in (soon, asked, done, nobodys):
        review.due_at = now() + timedelta(days=1)
    db.session.commit()
    for _time in range(2):
        service.look_at_the_clock()
    assert news_of("reviews due") == [{"user_id": bruno.id, "reviews": [soon.id]}]
    assert news_of("mending due") == [{"subject": practices.subject(asked.practice), "review": asked.id}]
    service.assign(soon, stage.eva(), dora)  # who gets it anew hears of the date, too
    db.session.commit()
    service.look_at_the_clock()
    assert len(news_of("reviews due")) == 2


# Threads


def test_ana_answers_beneath_a_remark_and_only_one_level_deep(people):
    ana, bruno, _dora, milan = people
    review = stage.in_review(ana, bruno)
    remark = service.comment(review, "results", "Who counted?", bruno, blocking=True)
    answer = service.answer(remark, "The participation office.", ana)
    again = service.answer(remark, "The participation office.", ana)
    assert (answer.parent_id, answer.field, answer.audience, answer.blocking) == (
        remark.id,
        "results",
        "authors",
        False,
    )
    assert again.id == answer.id and audit("answer") == 1
    service.answer(remark, "Then name it.", milan)
    for person in (bruno, ana):
        with pytest.raises(NotAllowed):
            service.answer(answer, "Deeper", person)
        with pytest.raises(NotAllowed):
            service.resolve(answer, person)
    service.resolve(remark, bruno)
    with pytest.raises(NotAllowed):
        service.answer(remark, "Too late", ana)
    with pytest.raises(NotAllowed):
        service.answer(service.comment(review, "title", "Year?", bruno), "Mine", cast.chloe())


def test_an_author_neither_reads_nor_answers_what_reviewers_say_among_themselves(people):
    ana, bruno, _dora, milan = people
    review = stage.in_review(ana, bruno)
    remark = service.comment(review, "results", "Is that plausible?", bruno, "reviewers")
    with pytest.raises(NotAllowed):
        service.answer(remark, "It is", ana)
    assert service.answer(remark, "It agrees with the census.", milan).audience == "reviewers"


def test_a_remark_of_an_earlier_round_is_answered_in_this_one_and_not_between(people):
    ana, bruno, _dora, _milan = people
    review = stage.in_review(ana, bruno)
    remark = service.comment(review, "results", "Who counted?", bruno)
    service.decide(review, "request_changes", bruno)
    with pytest.raises(NotAllowed):
        service.answer(remark, "We did", ana)
    second = service.submit(practices.working_revision(review.practice), ana)
    service.take(second, bruno)
    answer = service.answer(remark, "We did, in May.", ana)
    assert (answer.review_id, answer.revision_id) == (review.id, second.revision_id)


# Other words

SHORT = "Residents spend a part of the budget."


def test_words_taken_in_review_go_into_the_next_draft_and_never_into_the_text_under_review(people):
    ana, bruno, _dora, _milan = people
    review = stage.in_review(ana, bruno)
    before = review.revision.content_hash
    taken = service.suggest(review, bruno, "summary", SHORT, why="Shorter")
    declined = service.suggest(review, bruno, "solution", "Assemblies vote every spring.")
    open_ = service.suggest(review, bruno, "results", "Votes cast", row=0, part="indicator")
    service.accept(taken, ana)
    service.accept(taken, ana)
    service.decline(declined, ana)
    assert practices.content_hash(review.revision) == before and taken.applied_at is None
    with pytest.raises(service.NotYet) as refusal:
        service.decide(review, "approve", bruno, **stage.JUDGED)
    assert refusal.value.wording == 1
    service.decide(review, "request_changes", bruno, reason="See my wording.")
    draft = practices.working_revision(review.practice)
    assert (draft.summary, draft.get("solution")) == (SHORT, cast.ANSWERS["solution"])
    assert draft.content_hash == practices.content_hash(draft) and taken.applied_at
    assert review.revision.summary == cast.ANSWERS["summary"]
    service.accept(open_, ana)  # what she had not answered yet, she can still take
    assert draft.get("results")[0]["indicator"] == "Votes cast"
    assert draft.get("results")[0]["value"] == "5400"
    assert (audit("accept wording"), audit("decline wording")) == (2, 1)


def test_words_are_not_put_over_others_and_one_answer_stands(people):
    ana, bruno, _dora, milan = people
    review = stage.in_review(ana, bruno)
    first = service.suggest(review, bruno, "summary", SHORT)
    rival = service.suggest(review, milan, "summary", "Residents decide.")
    same = service.suggest(review, bruno, "summary", SHORT)
    assert same.id == first.id and audit("suggest wording") == 2
    service.accept(first, ana)
    with pytest.raises(service.AlreadyTakenUp):
        service.accept(rival, ana)
    with pytest.raises(service.AlreadyAnswered):
        service.decline(first, ana)
    service.decide(review, "request_changes", bruno, reason="See my wording.")
    draft = practices.working_revision(review.practice)
    practices.save(draft, {"summary": "Ana's own words, written since."}, {}, ana)
    with pytest.raises(service.TextChanged):
        service.accept(rival, ana)
    assert (draft.summary, rival.answer) == ("Ana's own words, written since.", None)


def test_a_row_that_moved_is_found_by_its_words_and_never_guessed_at(people):
    ana, bruno, _dora, _milan = people
    rows = [
        {"obstacle": "Distrust", "handled": "Open accounts"},
        {"obstacle": "Time", "handled": "Evening meetings"},
    ]
    review = stage.in_review(ana, bruno, obstacles=rows)
    moved = service.suggest(review, bruno, "obstacles", "Meetings in the evening", row=1, part="handled")
    gone = service.suggest(review, bruno, "obstacles", "Accounts open to all", row=0, part="handled")
    service.decide(review, "request_changes", bruno, reason="See my wording.")
    draft = practices.working_revision(review.practice)
    practices.save(draft, {"obstacles": [rows[1]]}, {}, ana)
    service.accept(moved, ana)
    assert draft.get("obstacles") == [{"obstacle": "Time", "handled": "Meetings in the evening"}]
    with pytest.raises(service.TextChanged):
        service.accept(gone, ana)


def test_who_suggests_and_who_answers(people):
    ana, bruno, dora, _milan = people
    eva, chloe = stage.eva(), cast.chloe()
    review = stage.submitted(ana)
    service.assign(review, eva, dora)
    for person in (eva, ana, chloe):
        with pytest.raises(NotAllowed):
            service.suggest(review, person, "summary", SHORT)
    for place in (
        ("cost_band", None, None),
        ("results", 0, "value"),
        ("results", 7, "source"),
        ("no", 0, "x"),
    ):
        with pytest.raises(NotAllowed):
            service.suggest(review, bruno, place[0], SHORT, place[1], place[2])
    for words in ("  ", cast.ANSWERS["summary"]):
        with pytest.raises(NotAllowed):
            service.suggest(review, bruno, "summary", words)
    made = service.suggest(review, bruno, "summary", SHORT)
    for person in (chloe, dora, bruno, eva):
        for act in (service.accept, service.decline):
            with pytest.raises(NotAllowed):
                act(made, person)
    with pytest.raises(NotAllowed):
        service.take_back_wording(made, dora)
    service.take_back_wording(made, bruno)
    with pytest.raises(service.AlreadyAnswered):
        service.accept(made, ana)
    imported = service.submit(stage.imported(), None)
    service.take(imported, bruno)
    with pytest.raises(NotAllowed):
        service.suggest(imported, bruno, "title", "Nobody could take these words")


def test_an_approved_text_takes_no_words_until_its_approval_is_cancelled(people):
    ana, bruno, _dora, _milan = people
    review = stage.in_review(ana, bruno)
    made = service.suggest(review, bruno, "summary", SHORT)
    service.decide(review, "approve", bruno, publish_now=False, **stage.JUDGED)
    with pytest.raises(NotAllowed):
        service.accept(made, ana)
    assert review.revision.approved_hash == practices.content_hash(review.revision)
    service.take_back(review.revision, ana)
    service.accept(made, ana)
    assert (review.revision.summary, review.revision.state) == (SHORT, "draft")


# Readings


def test_what_bruno_read_is_kept_so_that_he_sees_what_changed_since(people):
    ana, bruno, _dora, milan = people
    review = stage.in_review(ana, bruno)
    practice, first = review.practice, review.revision.content_hash
    assert service.last_reading(practice, bruno) is None
    with pytest.raises(service.TextChanged):
        service.read(review, bruno, "another text")
    for _time in range(2):
        service.read(review, bruno, first)
    assert audit("read") == 1
    service.withdraw(review, ana)
    practices.save(review.revision, {"objectives": "Changed in the same draft."}, {}, ana)
    again = service.submit(review.revision, ana)
    now_ = again.revision.content_hash
    kept = service.last_reading(practice, bruno, other_than=now_)
    assert (kept.content_hash, kept.get("objectives")) == (first, cast.ANSWERS["objectives"])
    assert (kept.get("title"), kept.get("what_failed", None)) == (review.revision.title, None)
    service.take(again, bruno)
    service.read(again, bruno, now_)
    assert service.last_reading(practice, bruno, other_than=now_).content_hash == first
    assert service.last_reading(practice, milan) is None
    with pytest.raises(NotAllowed):
        service.read(again, ana)
    for number in range(3):
        service.withdraw(again, ana)
        practices.save(again.revision, {"objectives": f"Once more {number}"}, {}, ana)
        again = service.submit(again.revision, ana)
        service.read(again, bruno)
    assert db.session.scalar(select(func.count(Reading.id))) == 2


# Notes


def test_two_windows_lose_nothing_of_what_bruno_notes(people):
    ana, bruno, _dora, milan = people
    review = stage.in_review(ana, bruno)
    start = service.base_of_note(None)
    note = service.keep_note(review, bruno, "Ask the census", {"reason": ["Name"]}, start)
    with pytest.raises(Changed) as refusal:
        service.keep_note(review, bruno, "Written in the other window", {}, start)
    assert refusal.value.current.words == "Ask the census"
    service.keep_note(review, bruno, "Ask the census", {"reason": ["Name"]}, start)  # the same is no conflict
    assert audit("keep notes") == 1
    service.keep_note(review, bruno, "Ask twice", {}, service.base_of_note(note))
    service.keep_note(review, milan, "Mine", {}, start)
    assert (service.note_of(review, bruno).words, service.note_of(review, milan).words) == (
        "Ask twice",
        "Mine",
    )
    with pytest.raises(NotAllowed):
        service.keep_note(review, ana, "Not hers", {}, start)
    service.decide(review, "reject", bruno, reason="No")
    with pytest.raises(service.AlreadyDecided):
        service.keep_note(review, bruno, "Too late", {}, service.base_of_note(note))


# Canned reasons


def test_coordinators_keep_the_standard_reasons_and_a_code_is_never_given_twice(people):
    _ana, bruno, dora, _milan = people
    assert "no-source" in [one.code for one in service.canned_reasons()]
    made = service.add_reason("too-short", {"en": "Too short"}, {"en": "Tell more.", "de": "Mehr."}, dora)
    assert (made.text("de"), made.text("fr")) == ("Mehr.", "Tell more.")
    for act in (
        lambda: service.add_reason("other", {}, {}, bruno),
        lambda: service.change_reason(made, {}, {}, bruno),
        lambda: service.retire_reason(made, bruno),
        lambda: service.add_reason("Not a code", {}, {}, dora),
    ):
        with pytest.raises(NotAllowed):
            act()
    with pytest.raises(service.CodeTaken):
        service.add_reason("too-short", {"en": "Again"}, {"en": "Again."}, dora)
    for _time in range(2):
        service.retire_reason(made, dora)
    assert made not in service.canned_reasons() and made in service.canned_reasons(retired=True)
    service.revive_reason(made, dora)
    service.change_reason(made, {"en": "Short"}, {"en": "Tell more."}, dora)
    assert made in service.canned_reasons() and made.label("en") == "Short"
    assert [audit(f"{act} reason") for act in ("add", "retire", "revive", "change")] == [1, 1, 1, 1]


def test_a_decision_keeps_the_code_it_began_with_and_what_was_found_line_by_line(people):
    ana, bruno, _dora, _milan = people
    review = stage.in_review(ana, bruno)
    service.decide(
        review,
        "request_changes",
        bruno,
        reason="Who counted?",
        reason_code="no-source",
        rubric={"sources": "no", "nonsense": "yes"},
        rubric_notes={"sources": "None for the voters", "clear": ""},
    )
    assert (review.decision.reason_code, review.rubric) == ("no-source", {"sources": "no"})
    assert review.rubric_notes == {"sources": "None for the voters"}


# Many at once


def waiting(*numbers, **answers):
    return [service.submit(stage.imported(number, **answers), None) for number in numbers]


def seen(reviews):
    return [(review, review.revision.content_hash) for review in reviews]


def test_many_imports_are_approved_each_by_a_decision_of_its_own_and_nothing_is_half_done(people):
    ana, bruno, _dora, milan = people
    good, bare, taken, blocked, changed = waiting(1, 2, 3, 4, 5)
    bare.practice.origin = {"url": "https://library.example/2"}  # no licence
    service.take(taken, milan)
    service.take(blocked, bruno)
    service.comment(blocked, "title", "Whose is this?", bruno, blocking=True)
    told = stage.submitted(ana)
    pairs = seen([good, bare, taken, blocked, told]) + [(changed, "another text")]
    states = [review.revision.state for review, _hash in pairs]
    done, refused = service.in_bulk("approve", pairs, bruno)
    assert [one.id for one in done] == [good.id]
    assert [(one.id, type(error).__name__) for one, error in refused] == [
        (bare.id, "NotYet"),
        (taken.id, "AlreadyTaken"),
        (blocked.id, "NotYet"),
        (told.id, "NotAllowed"),
        (changed.id, "TextChanged"),
    ]
    assert (good.revision.state, good.decision.gate, good.decision.by_id) == ("published", "I", bruno.id)
    assert [review.revision.state for review, _hash in pairs][1:] == states[1:]
    assert db.session.scalar(select(func.count(Decision.id))) == 1
    done, refused = service.in_bulk("approve", seen([good]), bruno)  # the same act again
    assert (done, refused) == ([good], []) and audit("approve") == 1


def test_many_imports_are_taken_or_rejected_with_one_reason(people):
    _ana, bruno, _dora, milan = people
    reviews = waiting(1, 2, 3)
    done, refused = service.in_bulk("take", seen(reviews), bruno)
    assert len(done) == 3 and {one.reviewer_id for one in reviews} == {bruno.id}
    done, refused = service.in_bulk("take", seen(reviews), milan)
    assert done == [] and [error.who.id for _one, error in refused] == [bruno.id] * 3
    with pytest.raises(service.ReasonMissing):
        service.in_bulk("reject", seen(reviews), bruno, " ")
    done, refused = service.in_bulk("reject", seen(reviews), bruno, "Advertises a product.")
    assert [one.decision.reason for one in done] == ["Advertises a product."] * 3 and audit("reject") == 3
    done, refused = service.in_bulk("approve", seen(reviews), milan)
    assert [error.decision.verdict for _one, error in refused] == ["reject"] * 3
    with pytest.raises(NotAllowed):
        service.in_bulk("take", seen(reviews) * 34, bruno)


def test_nobody_but_moderators_from_elsewhere_deals_with_many(people):
    _ana, bruno, _dora, _milan = people
    neighbour = cast.person("Nora", "moderator", city="porto")
    review = service.submit(stage.imported(1, city="porto"), None)
    for person, error in (
        (stage.eva(), NotAllowed),
        (cast.person("Otto", "admin"), NotAllowed),
        (neighbour, service.ConflictOfInterest),
    ):
        for act in ("take", "approve", "reject"):
            done, refused = service.in_bulk(act, seen([review]), person, "No")
            assert done == [] and isinstance(refused[0][1], error)
    assert (review.revision.state, review.reviewer_id) == ("submitted", None)


def test_the_database_knows_which_answers_there_are(people):
    ana, bruno, _dora, _milan = people
    review = stage.in_review(ana, bruno)
    made = service.suggest(review, bruno, "summary", SHORT)
    db.session.commit()
    for change in (
        {"answer": "perhaps", "answered_at": now()},
        {"answer": "accepted"},
        {"applied_at": now()},
    ):
        with pytest.raises(Exception, match="(?i)constraint"), db.session.begin_nested():
            db.session.query(Suggestion).filter_by(id=made.id).update(change)
    assert db.session.query(Review).count() == 1 and db.session.query(Comment).count() == 0
