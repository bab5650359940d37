"""The verbs of review: submit, take, comment, decide, publish, take back. The caller commits.

Every verb first holds the revision's row until the commit, so that of two who act at once one wins
and the other is told. The same act repeated has no second effect.
"""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.moderation.models import RUBRIC, Comment, Decision, Review
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.practices.service import NotAllowed
from exchange.taxonomy import service as taxonomy

DAYS_TO_REVIEW = DAYS_TO_MEND = 14
IMPORT_GATE = ("title", "text", "source", "address", "licence")
TEXTS = ("story", "summary", "challenge", "objectives", "solution", "results")
REOPENINGS = 1


class Refusal(Exception):
    """A verb of this room says no, and has changed nothing; see the kinds below (and NotAllowed)."""


class NotReady(Refusal):
    """The text does not pass the gate. `gaps` are the fields of the schema that are missing."""

    def __init__(self, gaps):
        super().__init__(", ".join(getattr(gap, "name", gap) for gap in gaps))
        self.gaps = gaps


class NotYet(Refusal):
    """What keeps a review from being approved: `gaps` (fields), `comments` (how many block), `evidence`."""

    def __init__(self, gaps=(), comments=0, evidence=False):
        super().__init__("not yet")
        self.gaps, self.comments, self.evidence = list(gaps), comments, evidence

    def __bool__(self):
        return bool(self.gaps or self.comments or self.evidence)


class ConflictOfInterest(Refusal):
    """`kind` is 'author' (never) or 'city' (only with a coordinator's recorded note)."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class ReasonMissing(Refusal):
    """This act needs a reason in words."""


class TextChanged(Refusal):
    """The text is not the one that the moderator read."""


class AlreadyOpen(Refusal):
    """Another review of this practice is open."""


class AlreadyTaken(Refusal):
    """Someone else has this review; `who` is that person."""

    def __init__(self, who):
        super().__init__(who.name if who else "")
        self.who = who


class AlreadyDecided(Refusal):
    """The matter was closed meanwhile; `decision` says by whom and how, where there is one."""

    def __init__(self, decision=None):
        super().__init__(decision.verdict if decision else "")
        self.decision = decision


# Into the queue and out of it


def submit(revision, by):
    """Put a draft into the queue; returns its open Review.

    Gate S for a case that a city tells, gate I for an imported one (`by` may be None there).
    Raises NotAllowed, NotReady(gaps), AlreadyOpen.
    """
    practices.lock(revision)
    practice = revision.practice
    imported = practice.is_imported
    already = open_review(practice)
    if already and already.revision_id == revision.id and revision.state != "draft":
        return already
    if not imported and not practice.may_be_submitted_by(by):
        raise NotAllowed("only the lead author or the city's admin can submit")
    if missing := import_gaps(revision) if imported else schema.gaps(revision, "S"):
        raise NotReady(missing)
    practices.move(revision, "submitted")
    revision.submitted_at = now()
    revision.content_hash = practices.content_hash(revision)
    review = add_review(revision)
    journal.record("submit", practices.subject(practice), by, news=not imported, review=review.id)
    return review


def open_review(practice):
    return db.session.scalar(
        select(Review).where(Review.practice_id == practice.id, Review.closed_at.is_(None))
    )


def import_gaps(revision):
    """What gate I misses, as names of IMPORT_GATE."""
    origin = revision.practice.origin
    told = {
        "title": revision.title,
        "text": any(
            revision.get(name)
            for name in ("story", "summary", "challenge", "solution", "objectives", "results")
        ),
        "source": revision.practice.origin_source,
        "address": origin.get("url"),
        "licence": origin.get("licence"),
    }
    return [name for name in IMPORT_GATE if not told[name]]


def new_review(revision):
    return Review(
        practice=revision.practice,
        revision=revision,
        due_at=now() + timedelta(days=DAYS_TO_REVIEW),
        evidence_design=revision.get("evidence_design", None),
        evidence_independence=revision.get("evidence_independence", None),
    )


def add_review(revision):
    review = new_review(revision)
    try:
        with db.session.begin_nested():
            db.session.add(review)
    except IntegrityError as error:
        raise AlreadyOpen from error
    return review


def withdraw(review, by):
    """The lead author takes a submission back to write on; the review is closed."""
    hold(review)
    if review.decision and review.decision.verdict == "withdraw":
        return
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if not leads(review.practice, by):
        raise NotAllowed("only the lead author can take a submission back")
    practices.move(review.revision, "draft")
    close(review, "withdraw", by)
    record("withdraw", review, by)


def take_back(revision, by):
    """The lead author changes an approved, unpublished text: the approval is cancelled, the text a draft."""
    practices.lock(revision)
    if not leads(revision.practice, by):
        raise NotAllowed("only the lead author can take an approved text back")
    if revision.state != "approved":
        raise NotAllowed("only an approved text can be taken back")
    practices.move(revision, "draft")
    revision.approved_hash = None
    journal.record("cancel approval", practices.subject(revision.practice), by, revision=revision.id)


def leads(practice, user):
    return any(author.user_id == user.id and author.role == "lead" for author in practice.authors)


# Who reads it


def conflict_of(practice, user):
    """'author' for whoever wrote on this case, 'city' for people of its city, None for everyone else."""
    if has_written(practice, user):
        return "author"
    return "city" if practice.city_id is not None and user.is_of(practice.city_id) else None


def has_written(practice, user):
    """An author now, or somebody whose saves are in the audit: roles can be handed on, words stay."""
    if practice.is_author(user):
        return True
    saved = select(AuditLine.id).where(
        AuditLine.subject == practices.subject(practice),
        AuditLine.by_id == user.id,
        AuditLine.act.in_(("begin", "save", "add file")),
    )
    return db.session.scalar(saved.limit(1)) is not None


def take(review, by, conflict_note=""):
    """The review becomes this moderator's. Raises AlreadyTaken(who), AlreadyDecided, ConflictOfInterest.

    Only a coordinator may note why a conflict of interest does no harm here.
    """
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if review.reviewer_id == by.id:
        return
    if not by.is_moderator:
        raise NotAllowed("only moderators take reviews")
    if review.reviewer_id:
        raise AlreadyTaken(review.reviewer)
    give(review, by, conflict_note if by.is_coordinator else "")
    record("take", review, by)


def assign(review, to, by, conflict_note=""):
    """A coordinator gives the review to a moderator or an expert."""
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if not by.is_coordinator or has_written(review.practice, by):
        raise NotAllowed("only a coordinator who did not write the case assigns it")
    if not (to.may_review and to.is_active):
        raise NotAllowed("this person does not review")
    if review.reviewer_id == to.id:
        return
    give(review, to, conflict_note)
    record("assign", review, by, to=to.id)


def give(review, to, conflict_note):
    conflict = conflict_of(review.practice, to)
    if conflict == "author" or (conflict and not conflict_note):
        raise ConflictOfInterest(conflict)
    review.reviewer, review.reviewer_id = to, to.id
    review.taken_at = now()
    review.conflict_note = conflict_note if conflict else ""
    if review.revision.state == "submitted":
        practices.move(review.revision, "in_review")
    db.session.flush()


def release(review, by):
    """Back to those that nobody has. The review has begun, so its text stays 'in review'."""
    hold(review)
    if review.closed_at:
        raise AlreadyDecided(review.decision)
    if review.reviewer_id is None:
        return
    if not (review.reviewer_id == by.id or by.is_coordinator):
        raise NotAllowed("only whoever has it, or a coordinator, gives a review back")
    review.reviewer = review.reviewer_id = review.taken_at = None
    review.conflict_note = ""
    record("release", review, by, news=False)


# Remarks


def comment(review, field, words, by, audience="authors", blocking=False):
    """A remark on one field ('' for the whole), for the authors or for reviewers only.

    Authors answer to everyone and block nothing.
    """
    hold(review)
    if review.closed_at or review.revision.state != "in_review":
        raise NotAllowed("remarks are made while a case is in review")
    writes = has_written(review.practice, by)
    if not (writes or may_read(review, by)):
        raise NotAllowed("only reviewers and authors make remarks")
    made = Comment(
        review=review,
        revision_id=review.revision_id,
        field=field,
        words=words,
        by=by,
        audience="authors" if writes else audience,
        blocking=blocking and not writes,
    )
    db.session.add(made)
    db.session.flush()
    record("comment", review, by, comment=made.id, audience=made.audience)
    return made


def may_read(review, user):
    """Moderators who did not write the case may open its review, and the expert who has it."""
    assigned = "expert" in user.powers and review.reviewer_id == user.id
    return (user.is_moderator or assigned) and not has_written(review.practice, user)


def resolve(remark, by):
    """The remark is dealt with. Its writer, whoever has the case now, or a coordinator says so."""
    hold(remark.review)
    db.session.refresh(remark)
    if remark.resolved_at:
        return
    if not may_resolve(remark, by):
        raise NotAllowed("only its writer or the reviewer resolves a remark")
    remark.resolved_at, remark.resolved_by_id = now(), by.id
    record("resolve comment", remark.review, by, news=False, comment=remark.id)


def may_resolve(remark, user):
    current = open_review(remark.review.practice)
    has_it = current is not None and current.reviewer_id == user.id
    wrote = remark.by_id == user.id
    return wrote or ((has_it or user.is_coordinator) and not has_written(remark.review.practice, user))


# Decisions


def decide(
    review,
    verdict,
    by,
    reason="",
    design=None,
    independence=None,
    public_note="",
    publish_now=True,
    seen_hash=None,
    rubric=None,
):
    """Approve, request_changes or reject; returns the Decision. An approval names the exact text by hash.

    Raises AlreadyDecided, NotAllowed, ConflictOfInterest, TextChanged, NotYet, ReasonMissing.
    """
    hold(review)
    if review.closed_at:
        return repeated(review, verdict, by)
    check_judge(review, by)
    if seen_hash is not None and seen_hash != practices.content_hash(review.revision):
        raise TextChanged
    review.rubric = {line: mark for line, mark in (rubric or {}).items() if line in RUBRIC and mark}
    review.public_note = public_note
    decision = VERBS[verdict](review, by, reason.strip(), design, independence)
    if verdict == "approve" and publish_now:
        publish(review.revision, by)
    return decision


def repeated(review, verdict, by):
    """The same decision by the same person changes nothing; any other comes too late."""
    decision = review.decision
    if decision and decision.verdict == verdict and decision.by_id == by.id:
        return decision
    raise AlreadyDecided(decision)


def check_judge(review, by):
    if not may_decide(review, by):
        raise NotAllowed("only the moderator who has the review decides")
    conflict = conflict_of(review.practice, by)
    noted = review.conflict_note and review.reviewer_id == by.id
    if conflict == "author" or (conflict and not noted):
        raise ConflictOfInterest(conflict)


def may_decide(review, user):
    """The moderator who has the review, or a coordinator; an expert reads and comments."""
    return user.is_moderator and (review.reviewer_id == user.id or user.is_coordinator)


def approve(review, by, reason, design, independence):
    revision = review.revision
    imported = review.practice.is_imported
    review.evidence_design, review.evidence_independence = design or None, independence or None
    if lacking := hindrances(review):
        raise lacking
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    practices.move(revision, "approved")
    decision = close(review, "approve", by, reason, gate="I" if imported else "P")
    record("approve", review, by, news=not imported)
    return decision


def hindrances(review):
    """A NotYet that is true when something still keeps this review from being approved."""
    imported = review.practice.is_imported
    gaps = import_gaps(review.revision) if imported else schema.gaps(review.revision, "P")
    judged = review.evidence_design and review.evidence_independence
    return NotYet(gaps, blocking_comments(review.practice), evidence=not (judged or imported))


def blocking_comments(practice):
    """How many remarks block approval; those of earlier rounds count until someone resolves them."""
    return db.session.scalar(
        select(func.count(Comment.id))
        .join(Review, Review.id == Comment.review_id)
        .where(Review.practice_id == practice.id, Comment.blocking, Comment.resolved_at.is_(None))
    )


def request_changes(review, by, reason, _design, _independence):
    """The text and its review stay as they are; the author finds the text in a new draft."""
    if review.practice.is_imported:
        raise NotAllowed("an imported case has no author to ask")
    remarks = [one for one in review.comments if one.audience == "authors" and not one.resolved_at]
    if not (reason or remarks):
        raise ReasonMissing
    revision = review.revision
    practices.move(revision, "changes_requested")
    review.due_at = now() + timedelta(days=DAYS_TO_MEND)
    decision = close(review, "request_changes", by, reason)
    practices.next_draft(revision, review.practice.lead or revision.created_by)
    record("request changes", review, by)
    return decision


def reject(review, by, reason, _design, _independence):
    if not reason:
        raise ReasonMissing
    practices.move(review.revision, "rejected")
    decision = close(review, "reject", by, reason)
    record("reject", review, by, news=not review.practice.is_imported)
    return decision


VERBS = {"approve": approve, "request_changes": request_changes, "reject": reject}


def close(review, verdict, by, reason="", gate="P"):
    decision = Decision(
        review=review,
        verdict=verdict,
        by=by,
        reason=reason,
        gate=gate,
        content_hash=practices.content_hash(review.revision),
    )
    db.session.add(decision)
    review.closed_at = now()
    db.session.flush()
    return decision


def publish(revision, by):
    """The approved text goes public. Needs the recorded approval of this very text by a non-author."""
    practices.lock(revision)
    if revision.state == "published":
        return
    if not by.is_moderator or has_written(revision.practice, by):
        raise NotAllowed("only a moderator who did not write the case publishes it")
    decision = approval_of(revision)
    if decision is None or decision.content_hash != practices.content_hash(revision):
        raise NotAllowed("nobody has approved this text")
    if has_written(revision.practice, decision.by):
        raise ConflictOfInterest("author")
    practices.publish(revision, by)
    let_in_tags(revision.get("tags", []))


def approval_of(revision):
    """The latest Decision that approved this revision, or None; its review holds evidence and note."""
    return db.session.scalar(
        select(Decision)
        .join(Review, Review.id == Decision.review_id)
        .where(Review.revision_id == revision.id, Decision.verdict == "approve")
        .order_by(Decision.id.desc())
        .limit(1)
    )


def let_in_tags(tags):
    if not tags:
        return
    try:
        with db.session.begin_nested():
            taxonomy.let_in_tags(tags)
    except IntegrityError:  # somebody let in the same word at the same moment
        taxonomy.let_in_tags(tags)


def approve_import(revision, by):
    """Submit, approve and publish an imported text by this moderator's recorded decision, through gate I.

    Raises NotReady, ConflictOfInterest, AlreadyTaken or NotAllowed, and leaves the text where it was.
    Imports bring thousands: the steps are the usual ones, written down in one go, with one line of news.
    """
    practice = revision.practice
    if not by.is_moderator or not practice.is_imported:
        raise NotAllowed("only a moderator approves, and only imported cases this way")
    practices.lock(revision)
    if revision.state == "published":
        return
    if practice.city_id and (conflict := conflict_of(practice, by)):  # without a city nobody can have written
        raise ConflictOfInterest(conflict)
    if missing := import_gaps(revision):
        raise NotReady(missing)
    review = taken_import(revision, by)
    practices.move(revision, "approved")
    revision.approved_hash = revision.content_hash = practices.content_hash(revision)
    close(review, "approve", by, gate="I")
    record("approve", review, by, news=False)
    practices.publish(revision, by)
    let_in_tags(revision.get("tags", []))


def taken_import(revision, by):
    """The review of an imported text in this moderator's hands, opened now unless it waits already."""
    review = open_review(revision.practice) if revision.state != "draft" else None
    if review is None:
        practices.move(revision, "submitted")
        revision.submitted_at = now()
        review = new_review(revision)
        db.session.add(review)
    if review.reviewer_id not in (None, by.id):
        raise AlreadyTaken(review.reviewer)
    review.reviewer, review.taken_at = by, review.taken_at or now()
    if revision.state == "submitted":
        practices.move(revision, "in_review")
    return review


def reopen(review, by, reason):
    """On appeal a coordinator lets a rejected text be written on: once."""
    hold(review)
    if not by.is_coordinator or has_written(review.practice, by):
        raise NotAllowed("only a coordinator who did not write the case reopens it")
    if review.decision is None or review.decision.verdict != "reject":
        raise NotAllowed("only a rejected text is reopened")
    if review.revision.state == "draft":
        return
    if not reason.strip():
        raise ReasonMissing
    if rejections(review.practice) > REOPENINGS:
        raise NotAllowed("there is one appeal")
    if practices.working_revision(review.practice):
        raise NotAllowed("there is a newer text already")
    practices.move(review.revision, "draft")
    record("reopen", review, by, reason=reason.strip())


def rejections(practice):
    return db.session.scalar(
        select(func.count(Decision.id))
        .join(Review, Review.id == Decision.review_id)
        .where(Review.practice_id == practice.id, Decision.verdict == "reject")
    )


# The public case


def decide_withdrawal(practice, by, agree, reason=""):
    """Answer the lead author's wish: a withdrawal notice with this reason, or the case stays."""
    hold_practice(practice)
    if practice.withdrawal_asked is None:
        if agree and practice.visibility == "tombstone":
            return
        raise AlreadyDecided
    if not by.is_moderator:
        raise NotAllowed("only moderators decide on withdrawals")
    if conflict := conflict_of(practice, by):
        raise ConflictOfInterest(conflict)
    if not reason.strip():
        raise ReasonMissing
    if agree:
        practices.show(practice, "tombstone", by, reason.strip())
    else:
        practice.withdrawal_asked = None
        journal.record("decline withdrawal", practices.subject(practice), by, reason=reason.strip())


def take_down(practice, by, reason):
    """A coordinator takes a public case off, at once; a notice with the reason stays."""
    change_visibility(practice, "tombstone", by.is_coordinator, by, reason)


def restore(practice, by, reason):
    """A moderator brings back a case that was taken down, withdrawn or archived."""
    change_visibility(practice, "public", by.is_moderator, by, reason)


def change_visibility(practice, visibility, may, by, reason):
    hold_practice(practice)
    if practice.visibility == visibility:
        return
    if not may or has_written(practice, by):
        raise NotAllowed("only moderators who did not write a case bring it back, coordinators take it down")
    if visibility == "public" and not practices.public_revision(practice):
        raise NotAllowed("it has never been public")
    if not reason.strip():
        raise ReasonMissing
    practices.show(practice, visibility, by, reason.strip())


def confirm(practice, word, by, reason=""):
    """The city's admin speaks for it: confirmed or disputed (what others tell), or no longer supported."""
    hold_practice(practice)
    if practice.city_id is None or not by.is_admin_of(practice.city_id):
        raise NotAllowed("only the admin of the case's city speaks for the city")
    if practice.told_by == "city" and word != "ended":
        raise NotAllowed("the city tells this case itself")
    if practice.visibility not in ("public", "unlisted", "archived"):
        raise NotAllowed("it is not public")
    if word != "confirmed" and not reason.strip():
        raise ReasonMissing
    practices.endorse(practice, word, by, reason.strip())


# Shared


def hold(review):
    """Hold the row of the text until the commit, then read its review as it stands now."""
    practices.lock(review.revision)
    db.session.refresh(review, Review.__mapper__.column_attrs.keys())
    db.session.expire(review, ["reviewer", "decision", "comments"])


def hold_practice(practice):
    db.session.flush()
    db.session.refresh(practice, with_for_update={"of": Practice})


def record(act, review, by, news=True, **details):
    subject = practices.subject(review.practice)
    journal.record(act, subject, by, news=news, review=review.id, revision=review.revision_id, **details)
