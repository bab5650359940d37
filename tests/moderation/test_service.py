"""The table of acts: each row, at the level of its verb."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from exchange.core.journal import AuditLine, News
from exchange.core.models import db, now
from exchange.moderation import service
from exchange.moderation.models import Decision, Review
from exchange.practices import service as practices
from exchange.practices.models import Revision
from exchange.practices.service import NotAllowed
from exchange.taxonomy.models import Tag
from tests import cast
from tests.moderation import stage


@pytest.fixture
def stand(app):
    """An open app context: these tests make no requests."""
    with app.app_context():
        yield app


def acts_of(practice):
    subject = practices.subject(practice)
    return db.session.scalars(
        select(AuditLine.act).where(AuditLine.subject == subject).order_by(AuditLine.id)
    ).all()


def news_of(act):
    return [news.payload for news in db.session.scalars(select(News).where(News.act == act))]


# Submit and withdraw


def test_ana_submits_and_the_case_waits_with_a_date_by_which_she_may_expect_an_answer(stand):
    ana = cast.ana()
    revision = cast.draft(ana)
    review = service.submit(revision, ana)
    db.session.commit()
    assert (revision.state, review.closed_at, review.reviewer_id) == ("submitted", None, None)
    assert review.due_at - now() > timedelta(days=13)
    assert revision.submitted_at and revision.content_hash == practices.content_hash(revision)
    assert (review.evidence_design, review.evidence_independence) == ("before-after", "own")
    assert news_of("submit") == [
        {"subject": practices.subject(revision.practice), "by_id": ana.id, "review": review.id}
    ]


def test_a_case_with_gaps_cannot_be_submitted_and_the_gaps_are_named(stand):
    ana = cast.ana()
    revision = cast.draft(ana, challenge=None, contacts=None)
    with pytest.raises(service.NotReady) as refusal:
        service.submit(revision, ana)
    assert [gap.name for gap in refusal.value.gaps] == ["challenge", "contacts"]
    assert revision.state == "draft"


def test_only_the_lead_author_of_the_city_or_its_admin_submits(stand):
    ana, chloe = cast.ana(), cast.chloe()
    newcomer = cast.person("Nuno", city="porto", member_state="requested")
    admin = cast.person("Adela", city="porto", city_admin=True)
    for person in (chloe, newcomer, cast.person("Willi", city="wien", city_admin=True), cast.bruno()):
        with pytest.raises(NotAllowed):
            service.submit(cast.draft(ana), person)
    with pytest.raises(NotAllowed):
        service.submit(cast.draft(newcomer), newcomer)
    assert service.submit(cast.draft(ana), admin).revision.state == "submitted"


def test_ana_takes_her_submission_back_before_and_during_the_review(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.submitted(ana)
    service.withdraw(review, ana)
    assert (review.revision.state, review.decision.verdict) == ("draft", "withdraw")
    again = service.submit(review.revision, ana)
    assert again.id != review.id
    service.take(again, bruno)
    service.withdraw(again, ana)
    assert again.revision.state == "draft" and again.closed_at
    with pytest.raises(service.AlreadyDecided):
        service.take(again, bruno)


def test_nobody_but_the_lead_author_takes_a_submission_back(stand):
    ana = cast.ana()
    review = stage.submitted(ana)
    for person in (cast.chloe(), cast.bruno(), stage.dora()):
        with pytest.raises(NotAllowed):
            service.withdraw(review, person)
    assert review.revision.state == "submitted"


# Take, assign, release


def test_bruno_takes_a_case_and_milan_is_told_who_has_it(stand):
    ana, bruno, milan = cast.ana(), cast.bruno(), stage.milan()
    review = stage.submitted(ana)
    service.take(review, bruno)
    assert (review.revision.state, review.reviewer_id) == ("in_review", bruno.id)
    with pytest.raises(service.AlreadyTaken) as refusal:
        service.take(review, milan)
    assert refusal.value.who.id == bruno.id


def test_neither_authors_nor_outsiders_nor_experts_take_a_case(stand):
    writer = cast.person("Wanda", "moderator", city="porto")
    review = stage.submitted(writer)
    with pytest.raises(service.ConflictOfInterest) as refusal:
        service.take(review, writer)
    assert refusal.value.kind == "author"
    for person in (cast.chloe(), stage.eva(), cast.person("Otto", "admin")):
        with pytest.raises(NotAllowed):
            service.take(review, person)
    assert review.reviewer_id is None


def test_whoever_saved_a_word_stays_an_author_even_after_the_case_was_handed_on(stand):
    admin = cast.person("Adela", "moderator", city="porto", city_admin=True)
    revision = cast.draft(cast.ana())
    practices.save(revision, {"objectives": "Written by the city's admin."}, {}, admin)
    for member in admin.memberships:
        member.state = "ended"
    db.session.flush()
    assert service.conflict_of(revision.practice, admin) == "author"


def test_a_moderator_of_the_same_city_needs_the_note_of_a_coordinator(stand):
    ana, dora = cast.ana(), stage.dora()
    neighbour = cast.person("Nora", "moderator", city="porto")
    review = stage.submitted(ana)
    for note in ("", "I was on leave when it was written"):
        with pytest.raises(service.ConflictOfInterest):
            service.take(review, neighbour, note)
    with pytest.raises(service.ConflictOfInterest):
        service.assign(review, neighbour, dora)
    service.assign(review, neighbour, dora, "Nobody else reads Portuguese")
    assert review.conflict_note == "Nobody else reads Portuguese"
    service.decide(review, "approve", neighbour, **stage.JUDGED)
    assert review.revision.state == "published"


def test_a_coordinator_takes_a_case_of_her_own_city_only_with_a_note(stand):
    ana, dora = cast.ana(), stage.dora(city="porto")
    review = stage.submitted(ana)
    with pytest.raises(service.ConflictOfInterest):
        service.take(review, dora)
    service.take(review, dora, "The only one who reads Portuguese")
    assert review.conflict_note


def test_the_note_of_one_reviewer_does_not_cover_the_next(stand):
    ana, dora, neighbour = cast.ana(), stage.dora(), cast.person("Nora", "moderator", city="porto")
    other = cast.person("Clara", "coordinator", city="porto")
    review = stage.submitted(ana)
    service.assign(review, neighbour, dora, "No one else")
    with pytest.raises(service.ConflictOfInterest):
        service.decide(review, "approve", other, **stage.JUDGED)
    service.release(review, neighbour)
    assert review.conflict_note == ""


def test_a_coordinator_assigns_and_moderators_do_not(stand):
    ana, bruno, dora, eva = cast.ana(), cast.bruno(), stage.dora(), stage.eva()
    review = stage.submitted(ana)
    with pytest.raises(NotAllowed):
        service.assign(review, eva, bruno)
    with pytest.raises(NotAllowed):
        service.assign(review, cast.chloe(), dora)
    service.assign(review, eva, dora)
    assert (review.reviewer_id, review.revision.state) == (eva.id, "in_review")
    service.assign(review, bruno, dora)
    assert review.reviewer_id == bruno.id


def test_bruno_gives_a_case_back_and_milan_can_take_it(stand):
    ana, bruno, milan = cast.ana(), cast.bruno(), stage.milan()
    review = stage.in_review(ana, bruno)
    with pytest.raises(NotAllowed):
        service.release(review, milan)
    service.release(review, bruno)
    assert (review.reviewer_id, review.revision.state) == (None, "in_review")
    service.take(review, milan)
    assert review.reviewer_id == milan.id


# Remarks


def test_reviewers_and_authors_remark_while_a_case_is_in_review_and_nobody_else(stand):
    ana, bruno, eva = cast.ana(), cast.bruno(), stage.eva()
    review = stage.submitted(ana)
    with pytest.raises(NotAllowed):
        service.comment(review, "title", "Too early", bruno)
    service.take(review, bruno)
    for person in (cast.chloe(), eva, cast.person("Otto", "admin")):
        with pytest.raises(NotAllowed):
            service.comment(review, "title", "Not mine to say", person)
    made = service.comment(review, "results", "Who counted?", bruno, "reviewers", blocking=True)
    answer = service.comment(review, "results", "We did.", ana, "reviewers", blocking=True)
    assert (made.audience, made.blocking) == ("reviewers", True)
    assert (answer.audience, answer.blocking) == ("authors", False)
    service.assign(review, eva, stage.dora())
    assert service.comment(review, "results", "Plausible.", eva).by_id == eva.id


def test_a_remark_is_resolved_by_its_writer_or_whoever_has_the_case_but_not_by_the_author(stand):
    ana, bruno, milan = cast.ana(), cast.bruno(), stage.milan()
    review = stage.in_review(ana, bruno)
    made = service.comment(review, "title", "Name the year", milan, blocking=True)
    with pytest.raises(NotAllowed):
        service.resolve(made, ana)
    service.resolve(made, bruno)
    assert made.resolved_at and made.resolved_by_id == bruno.id


# Decisions


def test_asking_for_changes_freezes_the_text_and_gives_ana_a_copy_to_write_on(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    service.decide(review, "request_changes", bruno, reason="Name the source of the figure.")
    draft = practices.working_revision(review.practice)
    assert (review.revision.state, review.decision.reason) == (
        "changes_requested",
        "Name the source of the figure.",
    )
    assert (draft.state, draft.parent_id, draft.created_by_id) == ("draft", review.revision_id, ana.id)
    assert draft.answers == review.revision.answers and draft.answers is not review.revision.answers
    with pytest.raises(NotAllowed):
        practices.save(review.revision, {"objectives": "Too late"}, {}, ana)
    practices.save(draft, {"objectives": "Mended"}, {}, ana)
    assert service.submit(draft, ana).id != review.id
    assert len(news_of("request changes")) == 1


def test_asking_for_changes_needs_a_reason_or_a_remark_that_the_authors_can_read(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    service.comment(review, "title", "Between us", bruno, "reviewers")
    with pytest.raises(service.ReasonMissing):
        service.decide(review, "request_changes", bruno, reason="  ")
    service.comment(review, "title", "Name the year", bruno)
    service.decide(review, "request_changes", bruno)
    assert review.revision.state == "changes_requested"


def test_approving_waits_for_answers_remarks_and_evidence(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno, objectives=None)
    made = service.comment(review, "title", "Name the year", bruno, blocking=True)
    with pytest.raises(service.NotYet) as refusal:
        service.decide(review, "approve", bruno)
    assert [gap.name for gap in refusal.value.gaps] == ["objectives"]
    assert (refusal.value.comments, refusal.value.evidence) == (1, True)
    service.resolve(made, bruno)
    review.revision.missing = {"objectives": {"reason": "not-known", "why": "nobody wrote them down"}}
    service.decide(review, "approve", bruno, **stage.JUDGED)
    assert review.revision.state == "published"


def test_a_blocking_remark_of_an_earlier_round_still_blocks_until_it_is_resolved(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    made = service.comment(review, "results", "Name the source", bruno, blocking=True)
    service.decide(review, "request_changes", bruno)
    second = service.submit(practices.working_revision(review.practice), ana)
    service.take(second, bruno)
    with pytest.raises(service.NotYet):
        service.decide(second, "approve", bruno, **stage.JUDGED)
    service.resolve(made, bruno)
    service.decide(second, "approve", bruno, **stage.JUDGED)
    assert second.revision.state == "published"


def test_a_moderator_who_read_another_text_is_told(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    with pytest.raises(service.TextChanged):
        service.decide(review, "approve", bruno, seen_hash="what stood there before", **stage.JUDGED)
    service.decide(review, "approve", bruno, seen_hash=review.revision.content_hash, **stage.JUDGED)


def test_approved_and_published_later_or_at_once(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno, tags=["Orçamento", "assemblies"])
    service.decide(
        review,
        "approve",
        bruno,
        publish_now=False,
        public_note="Well told.",
        rubric={"clear": "yes"},
        **stage.JUDGED,
    )
    assert (review.revision.state, review.practice.visibility) == ("approved", "none")
    assert (review.public_note, review.rubric) == ("Well told.", {"clear": "yes"})
    service.publish(review.revision, stage.dora())
    assert (review.revision.state, review.revision.number) == ("published", 1)
    assert review.practice.visibility == "public"
    assert set(db.session.scalars(select(Tag.label))) >= {"Orçamento", "assemblies"}
    assert service.approval_of(review.revision).content_hash == review.revision.content_hash


def test_a_newer_text_is_reviewed_while_the_old_one_stays_public(stand):
    ana, bruno = cast.ana(), cast.bruno()
    first = stage.published(ana, bruno)
    second = stage.next_version(first, ana)
    service.take(second, bruno)
    assert practices.public_revision(first.practice).id == first.revision_id
    service.decide(second, "approve", bruno, **stage.JUDGED)
    assert (first.revision.state, second.revision.state) == ("superseded", "published")
    assert (first.revision.number, second.revision.number) == (1, 2)


def test_who_may_decide(stand):
    ana, bruno, eva, dora = cast.ana(), cast.bruno(), stage.eva(), stage.dora()
    review = stage.submitted(ana)
    service.assign(review, eva, dora)
    for person in (eva, bruno, ana, cast.chloe(), cast.person("Otto", "admin")):
        for verdict in ("approve", "request_changes", "reject"):
            with pytest.raises(NotAllowed):
                service.decide(review, verdict, person, reason="No", **stage.JUDGED)
    service.decide(review, "reject", dora, reason="Not a practice.")
    assert review.revision.state == "rejected"


def test_a_case_that_nobody_took_is_not_decided(stand):
    review = stage.submitted(cast.ana())
    with pytest.raises(NotAllowed):
        service.decide(review, "approve", stage.dora(), **stage.JUDGED)


def test_rejecting_needs_a_reason_and_one_appeal_leads_back_to_a_draft(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    review = stage.in_review(ana, bruno)
    with pytest.raises(service.ReasonMissing):
        service.decide(review, "reject", bruno, reason=" ")
    service.decide(review, "reject", bruno, reason="This advertises a product.")
    with pytest.raises(NotAllowed):
        service.reopen(review, bruno, "I was wrong")
    with pytest.raises(service.ReasonMissing):
        service.reopen(review, dora, "")
    service.reopen(review, dora, "The product is gone from the text.")
    assert review.revision.state == "draft"
    second = service.submit(review.revision, ana)
    service.take(second, bruno)
    service.decide(second, "reject", bruno, reason="It still does.")
    with pytest.raises(NotAllowed):
        service.reopen(second, dora, "Again")


def test_ana_takes_an_approved_text_back_and_the_approval_is_gone(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.approved(ana, bruno)
    with pytest.raises(NotAllowed):
        service.take_back(review.revision, bruno)
    service.take_back(review.revision, ana)
    assert (review.revision.state, review.revision.approved_hash) == ("draft", None)
    with pytest.raises(NotAllowed):
        service.publish(review.revision, bruno)


# Imported cases


def test_an_imported_case_waits_and_passes_through_its_own_gate(stand):
    bruno = cast.bruno()
    revision = stage.imported()
    review = service.submit(revision, None)
    assert revision.state == "submitted" and news_of("submit") == []
    service.take(review, bruno)
    with pytest.raises(NotAllowed):
        service.decide(review, "request_changes", bruno, reason="There is nobody to ask")
    decision = service.decide(review, "approve", bruno)
    assert (decision.gate, revision.state, len(news_of("publish"))) == ("I", "published", 1)


@pytest.mark.parametrize("missing", ["text", "address", "licence"])
def test_gate_i_names_what_an_import_lacks(stand, missing):
    revision = stage.imported()
    practice = revision.practice
    if missing == "text":
        revision.answers = {}
    else:
        practice.origin = {
            k: v for k, v in practice.origin.items() if k != {"address": "url"}.get(missing, missing)
        }
    with pytest.raises(service.NotReady) as refusal:
        service.submit(revision, None)
    assert refusal.value.gaps == [missing]


def test_an_import_is_approved_by_a_recorded_decision_with_one_line_of_news(stand):
    bruno = cast.bruno()
    revision = stage.imported()
    service.approve_import(revision, bruno)
    service.approve_import(revision, bruno)
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.by_id, decision.gate, decision.content_hash) == (bruno.id, "I", revision.content_hash)
    assert (revision.state, revision.number, revision.practice.visibility) == ("published", 1, "public")
    assert [news.act for news in db.session.scalars(select(News))] == ["publish"]


def test_an_import_that_waits_already_is_approved_too(stand):
    bruno = cast.bruno()
    revision = stage.imported()
    service.submit(revision, None)
    service.approve_import(revision, bruno)
    assert revision.state == "published" and db.session.scalar(select(func.count(Review.id))) == 1


def test_only_imports_are_approved_as_imports_and_only_by_moderators_from_elsewhere(stand):
    ana, bruno = cast.ana(), cast.bruno()
    with pytest.raises(NotAllowed):
        service.approve_import(cast.draft(ana), bruno)
    with pytest.raises(NotAllowed):
        service.approve_import(stage.imported(), ana)
    neighbour = cast.person("Nora", "moderator", city="porto")
    revision = stage.imported(2, city="porto")
    with pytest.raises(service.ConflictOfInterest):
        service.approve_import(revision, neighbour)
    assert revision.state == "draft"


# The public case


def test_the_lead_author_asks_and_a_moderator_decides_on_the_withdrawal(stand):
    ana, bruno = cast.ana(), cast.bruno()
    practice = stage.published(ana, bruno).practice
    with pytest.raises(service.AlreadyDecided):
        service.decide_withdrawal(practice, bruno, True, "Nobody asked")
    practices.ask_withdrawal(practice, ana, "We stopped.")
    for person in (cast.chloe(), stage.eva()):
        with pytest.raises(NotAllowed):
            service.decide_withdrawal(practice, person, True, "Mine")
    with pytest.raises(service.ReasonMissing):
        service.decide_withdrawal(practice, bruno, True, " ")
    service.decide_withdrawal(practice, bruno, False, "It is history by now.")
    assert (practice.visibility, practice.withdrawal_asked) == ("public", None)
    practices.ask_withdrawal(practice, ana, "We really stopped.")
    service.decide_withdrawal(practice, bruno, True, "The city ended it in May.")
    service.decide_withdrawal(practice, bruno, True, "The city ended it in May.")
    assert (practice.visibility, practice.notice) == ("tombstone", "The city ended it in May.")
    assert acts_of(practice).count("make tombstone") == 1


def test_an_author_who_moderates_does_not_decide_on_the_withdrawal_of_her_case(stand):
    writer = cast.person("Wanda", "moderator", city="porto")
    practice = stage.published(writer, cast.bruno()).practice
    practices.ask_withdrawal(practice, writer, "We stopped.")
    with pytest.raises(service.ConflictOfInterest):
        service.decide_withdrawal(practice, writer, True, "Mine")


def test_a_coordinator_takes_a_case_down_and_a_moderator_brings_it_back(stand):
    ana, bruno, dora = cast.ana(), cast.bruno(), stage.dora()
    practice = stage.published(ana, bruno).practice
    for person in (ana, bruno, cast.chloe()):
        with pytest.raises(NotAllowed):
            service.take_down(practice, person, "A reason")
    with pytest.raises(service.ReasonMissing):
        service.take_down(practice, dora, "")
    service.take_down(practice, dora, "A private person is named.")
    assert (practice.visibility, practice.notice) == ("tombstone", "A private person is named.")
    for person in (ana, cast.person("Otto", "admin"), stage.eva()):
        with pytest.raises(NotAllowed):
            service.restore(practice, person, "Mine")
    service.restore(practice, bruno, "The name is gone.")
    assert (practice.visibility, practice.notice) == ("public", None)


def test_a_case_that_was_never_public_cannot_be_brought_back(stand):
    review = stage.submitted(cast.ana())
    with pytest.raises(NotAllowed):
        service.restore(review.practice, stage.dora(), "Early")


def test_the_citys_admin_confirms_disputes_and_ends_what_others_tell(stand):
    ana, bruno = cast.ana(), cast.bruno()
    admin = cast.person("Adela", city="porto", city_admin=True)
    practice = stage.published(ana, bruno).practice
    with pytest.raises(NotAllowed):
        service.confirm(practice, "confirmed", admin)
    practice.told_by = "researcher"
    for person in (ana, bruno, cast.person("Willi", city="wien", city_admin=True)):
        with pytest.raises(NotAllowed):
            service.confirm(practice, "confirmed", person)
    with pytest.raises(service.ReasonMissing):
        service.confirm(practice, "disputed", admin)
    service.confirm(practice, "confirmed", admin)
    service.confirm(practice, "confirmed", admin)
    db.session.refresh(practice)
    assert [one.word for one in practice.endorsements] == ["confirmed"]
    service.confirm(practice, "ended", admin, "Ended by the new council.")
    db.session.refresh(practice)
    assert (practice.endorsement.word, practice.endorsement.by_id) == ("ended", admin.id)
    assert practices.public_revision(practice) is not None


def test_no_act_leaves_a_second_draft(stand):
    ana, bruno = cast.ana(), cast.bruno()
    review = stage.in_review(ana, bruno)
    service.decide(review, "request_changes", bruno, reason="Mend it.")
    with pytest.raises(service.AlreadyDecided):
        service.decide(review, "approve", bruno, **stage.JUDGED)
    drafts = select(func.count(Revision.id)).where(Revision.state == "draft")
    assert db.session.scalar(drafts) == 1
