"""Ask a colleague: somebody outside reads fields of a draft; what they propose stands beside them."""

from sqlalchemy import func, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.asked_models import ColleagueAsk, Proposal
from exchange.moderation.service.links import by_link
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import AlreadyDecided, TextChanged
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

LIFE = "clearance_days"
MOST = 20  # links of one case that are open at the same time
IN_WORDS = ("line", "text")  # kinds of fields in which somebody outside may propose other words
FIELDS = [name for name, one in schema.FIELDS.items() if one.public and name != "declarations"]


# What authors do


def ask(practice, fields, question, name, address, language, by):
    """Send these fields of the draft to somebody; returns the ColleagueAsk. The same question goes once.

    Raises NotAllowed.
    """
    hold_practice(practice)
    if not practice.may_be_edited_by(by):
        raise NotAllowed("only its authors ask somebody about a draft")
    draft_of(practice)
    fields = [one for one in FIELDS if one in fields]
    running = open_asks(practice)
    for one in running:
        if (one.address, one.fields, one.question) == (address, fields, question):
            return one
    if len(running) >= MOST:
        raise NotAllowed("too many people are asked already")
    asked = ColleagueAsk(
        id=by_link.new_id(),
        practice=practice,
        name=name,
        address=address,
        language=language,
        fields=fields,
        question=question,
        by=by,
    )
    db.session.add(asked)
    by_link.send(asked, "send question", LIFE)
    by_link.record("ask colleague", asked, by, news=False)
    db.session.flush()
    return asked


def withdraw(asked, by):
    """The link opens nothing any more."""
    hold_practice(asked.practice)
    by_link.hold(asked)
    if not asked.practice.may_be_edited_by(by):
        raise NotAllowed("only its authors take a question back")
    if asked.stands == "open":
        asked.ended_at = now()
        by_link.record("withdraw question", asked, by, news=False)


def take(proposal, by):
    """The proposed answer becomes the draft's. Of a public case without a draft it begins one.

    Raises practices.Changed when the field is another one now, NotAllowed, AlreadyDecided.
    """
    if not hold_proposal(proposal, by, "taken"):
        return
    if "new" not in proposal.told:
        raise NotAllowed("a remark proposes nothing to take over")
    revision = draft_to_write(proposal.practice, by)
    practices.save(
        revision, {proposal.field: proposal.told["new"]}, {proposal.field: None}, by, proposal.base
    )
    settle(proposal, "taken", by)  # the save has left its line in the audit


def dismiss(proposal, by):
    """It is not taken over; it stays on record. Raises AlreadyDecided when it was taken meanwhile."""
    if hold_proposal(proposal, by, "dismissed"):
        settle(proposal, "dismissed", by)
        subject = practices.subject(proposal.practice)
        journal.record("dismiss proposal", subject, by, news=False, proposal=proposal.id)


# What the colleague does


def answer(asked, base, answers, remarks):
    """What the colleague proposes ({field: text}) and remarks ({field: words}); both may be empty.

    Raises LinkOver, and TextChanged when these fields are other ones than those that were read.
    """
    hold_practice(asked.practice)
    by_link.hold_open(asked)
    revision = practices.working_revision(asked.practice)
    if revision is None:
        raise by_link.LinkOver(asked)
    practices.lock(revision)
    if base != practices.base_of(revision, asked.fields):
        raise TextChanged
    made = [proposal_of(asked, revision, name, answers, remarks) for name in asked.fields]
    made = [one for one in made if one is not None]
    db.session.add_all(made)
    asked.answered_at = now()
    by_link.record("answer question", asked, proposals=len(made))
    db.session.flush()
    return made


def proposal_of(asked, revision, name, answers, remarks):
    """The Proposal for one field, or None when nothing is said of it."""
    old, new, words = revision.get(name, None), answers.get(name), (remarks.get(name) or "").strip()
    is_new = schema.FIELDS[name].kind in IN_WORDS and bool(new) and new != (old or "")
    if not (is_new or words):
        return None
    return propose(
        revision,
        name,
        asked.name,
        new=new if is_new else None,
        words=words,
        ask_id=asked.id,
    )


def propose(revision, name, who, new=None, words="", ask_id=None):
    """A Proposal for a field of this text; without `new` a remark. Not yet in the session."""
    old = revision.get(name, None)
    return Proposal(
        practice=revision.practice,
        ask_id=ask_id,
        name=who,
        field=name,
        base=practices.base_of(revision, {name}),
        told={"old": old, "new": new} if new is not None else {"old": old},
        words=words,
    )


# What there is


def open_asks(practice):
    """Those who can still answer, the latest last."""
    found = db.session.scalars(
        select(ColleagueAsk).where(
            ColleagueAsk.practice_id == practice.id,
            ColleagueAsk.answered_at.is_(None),
            ColleagueAsk.ended_at.is_(None),
        )
    )
    return [one for one in sorted(found, key=lambda one: one.created_at) if one.stands == "open"]


def asks(practice):
    """Everyone who was ever asked, the latest first."""
    return db.session.scalars(
        select(ColleagueAsk)
        .where(ColleagueAsk.practice_id == practice.id)
        .order_by(ColleagueAsk.created_at.desc())
    ).all()


def proposals(practice):
    """What waits for an author, field by field as they came."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.practice_id == practice.id, Proposal.verdict.is_(None))
        .order_by(Proposal.id)
    ).all()


def count_proposals(practice):
    return db.session.scalar(
        select(func.count(Proposal.id)).where(Proposal.practice_id == practice.id, Proposal.verdict.is_(None))
    )


def find_proposal(practice, proposal_id):
    """The proposal of that number for this case, decided or not; None where there is none."""
    found = db.session.get(Proposal, proposal_id)
    return found if found and found.practice_id == practice.id else None


# Below


def draft_of(practice):
    """The draft, or NotAllowed."""
    revision = practices.working_revision(practice)
    if revision is None or revision.state != "draft":
        raise NotAllowed("there is no draft")
    return revision


def draft_to_write(practice, by):
    """The draft; of a case that is public and has none, a new one. Raises NotAllowed while it is reviewed."""
    public = practices.public_revision(practice)
    if practices.working_revision(practice) is None and public is not None:
        return practices.next_draft(public, by)
    return draft_of(practice)


def hold_proposal(proposal, by, verdict):
    """Whether it still waits. Raises AlreadyDecided when somebody decided otherwise, NotAllowed."""
    hold_practice(proposal.practice)
    db.session.refresh(proposal, ["verdict"], with_for_update={"of": Proposal})
    if not proposal.practice.may_be_edited_by(by):
        raise NotAllowed("only its authors decide on proposals")
    if proposal.verdict not in (None, verdict):
        raise AlreadyDecided
    return proposal.verdict is None


def settle(proposal, verdict, by):
    proposal.verdict, proposal.decided_at, proposal.decided_by_id = verdict, now(), by.id
