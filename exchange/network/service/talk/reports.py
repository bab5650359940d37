"""Reporting and hiding whatever the network holds: generic, by kind and number. The caller commits.

A hidden thing is read by its author and by moderators alone. Whoever lists, counts, feeds or searches things
of a kind asks `shown(name, Model.id)` in the query; whoever opens one asks `may_read(thing, user)`.
"""

from sqlalchemy import delete, exists, func, select
from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.reports import Hiding, Lock, Report
from exchange.network.service.talk.kinds import KINDS, Kind, find, name_of, register, subject
from exchange.network.service.talk.limits import check_day
from exchange.practices.service import NotAllowed

__all__ = ["KINDS", "Kind", "NotAllowed", "find", "name_of", "register", "subject"]
MOST_REPORTS = 20  # of one person in a day


class Refusal(Exception):
    """A verb of talk says no; its class says why."""


class ReasonMissing(Refusal):
    """Whoever hides, locks or appeals says why."""


class DoneBefore(Refusal):
    """Somebody else did this, or the contrary of it, meanwhile; `by` is the User, or None."""

    def __init__(self, by=None):
        super().__init__("done meanwhile")
        self.by = by


# What stands where


def shown(name, column):
    """The SQL condition under which a row of this kind, named by its id column, is not hidden."""
    hidden = select(Hiding.thing_id).where(Hiding.kind == name, Hiding.ended_at.is_(None))
    return column.not_in(hidden)


def hidden_now(name, column):
    """The contrary of `shown`."""
    hidden = (Hiding.kind == name, Hiding.thing_id == column, Hiding.ended_at.is_(None))
    return exists().where(*hidden)


def hiding_of(thing):
    """The Hiding that hides a thing now, or None."""
    name = name_of(thing)
    return db.session.scalar(
        select(Hiding)
        .where(Hiding.kind == name, Hiding.thing_id == thing.id, Hiding.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def hidings(name, ids):
    """Number → the Hiding of each of these things that is hidden; one query."""
    found = select(Hiding).where(Hiding.kind == name, Hiding.thing_id.in_(ids), Hiding.ended_at.is_(None))
    return {one.thing_id: one for one in db.session.scalars(found)} if ids else {}


def lock_of(thing):
    """The Lock that lies on a thing now, or None."""
    name = name_of(thing)
    return db.session.scalar(
        select(Lock).where(Lock.kind == name, Lock.thing_id == thing.id, Lock.ended_at.is_(None))
    )


def may_read(thing, user):
    """Whether this person may read it: what is hidden is left to its author and to moderators."""
    kind = KINDS[name_of(thing)]
    if hiding_of(thing) is None:
        return bool(kind.readable(thing, user))
    return may_moderate(thing, user) or is_author(thing, user)


def is_author(thing, user):
    author = KINDS[name_of(thing)].author(thing)
    return user.is_authenticated and author is not None and author.id == user.id


def may_moderate(thing, user):
    """A moderator who did not write it."""
    return user.is_authenticated and user.is_moderator and not is_author(thing, user)


def may_report(thing, user):
    """Whoever has a proven address and can read it, but its author."""
    if not (user.is_authenticated and user.verified_at) or is_author(thing, user):
        return False
    return hiding_of(thing) is None and bool(KINDS[name_of(thing)].readable(thing, user))


# Reporting


def report(thing, by, why, words=""):
    """Somebody asks the moderators to look at it; returns the Report. Asked again, it is the one that waits.

    Raises NotAllowed, limits.TooMuch.
    """
    hold(thing)
    if known := open_report(thing, by):
        return known
    if not may_report(thing, by):
        raise NotAllowed("only what one can read is reported, and never one's own")
    check_day(by, Report, MOST_REPORTS)
    made = Report(kind=name_of(thing), thing_id=thing.id, why=why, words=words.strip(), by=by)
    add(made)
    record("report", thing, by, report=made.id, why=why)
    return made


def keep(thing, by, reason):
    """The reports of it were looked at and it stays; those who reported it hear why. Once is enough."""
    hold(thing)
    check_moderator(thing, by)
    if not (waiting := open_reports(thing)):
        return
    check_reason(reason)
    decide(waiting, "kept", by, reason)
    record("keep", thing, by, reason=reason.strip(), reports=[one.id for one in waiting])


def hide(thing, by, reason):
    """From now on only its author and moderators read it; the author gets the reason. Returns the Hiding.

    Raises NotAllowed, ReasonMissing, DoneBefore when another moderator was quicker.
    """
    hold(thing)
    check_moderator(thing, by)
    if known := hiding_of(thing):
        return unless_done(known, by)
    check_reason(reason)
    made = Hiding(kind=name_of(thing), thing_id=thing.id, reason=reason.strip(), by=by)
    add(made)
    waiting = open_reports(thing)
    decide(waiting, "hidden", by, "")
    record("hide", thing, by, hiding=made.id, reason=made.reason, reports=[one.id for one in waiting])
    return made


def show(thing, by, reason):
    """A hidden thing is public again – on appeal, or because a moderator thought again.

    Raises NotAllowed, ReasonMissing. On an appeal, whoever hid it is not the one who answers.
    """
    hold(thing)
    check_moderator(thing, by)
    if (hiding := hiding_of(thing)) is None:
        return
    if hiding.waits_for_answer and hiding.by_id == by.id:
        raise NotAllowed("a moderator who did not hide it decides on an appeal")
    check_reason(reason)
    hiding.ended_at, hiding.ended_by_id, hiding.answer = now(), by.id, reason.strip()
    record("show again", thing, by, hiding=hiding.id, reason=reason.strip())


# Appeals


def may_appeal(thing, user):
    """Its author, once for each time that it was hidden."""
    hiding = hiding_of(thing)
    return hiding is not None and hiding.appealed_at is None and is_author(thing, user)


def appeal(thing, by, words):
    """The author asks somebody else to think again; asked again, nothing happens. Returns the Hiding.

    Raises NotAllowed, ReasonMissing.
    """
    hold(thing)
    hiding = hiding_of(thing)
    if hiding is None or not is_author(thing, by):
        raise NotAllowed("the author of a hidden thing appeals")
    if hiding.appealed_at:
        return hiding
    check_reason(words)
    hiding.appeal, hiding.appealed_at = words.strip(), now()
    record("appeal hiding", thing, by, hiding=hiding.id)
    return hiding


def may_answer_appeal(thing, user):
    """A moderator who neither wrote nor hid it, while an appeal waits."""
    hiding = hiding_of(thing)
    waits = hiding is not None and hiding.waits_for_answer
    return waits and may_moderate(thing, user) and hiding.by_id != user.id


def uphold(thing, by, reason):
    """On appeal, it stays hidden; the author gets the reason.

    Raises NotAllowed, ReasonMissing, DoneBefore.
    """
    hold(thing)
    hiding = hiding_of(thing)
    if hiding is None:
        raise DoneBefore
    if hiding.upheld_at:
        return unless_done(hiding, by, hiding.upheld_by_id)
    if not may_answer_appeal(thing, by):
        raise NotAllowed("a moderator who did not hide it decides on an appeal")
    check_reason(reason)
    hiding.upheld_at, hiding.upheld_by_id, hiding.answer = now(), by.id, reason.strip()
    record("uphold hiding", thing, by, hiding=hiding.id, reason=reason.strip())
    return hiding


# Locks


def lock(thing, by, reason):
    """Nobody adds anything beneath it from now on; everyone reads why. Returns the Lock.

    Raises NotAllowed, ReasonMissing, DoneBefore.
    """
    hold(thing)
    check_moderator(thing, by)
    if not KINDS[name_of(thing)].lockable:
        raise NotAllowed("nothing stands beneath it")
    if known := lock_of(thing):
        return unless_done(known, by)
    check_reason(reason)
    made = Lock(kind=name_of(thing), thing_id=thing.id, reason=reason.strip(), by=by)
    add(made)
    record("lock", thing, by, news=False, lock=made.id, reason=made.reason)
    return made


def unlock(thing, by):
    """The talk goes on."""
    hold(thing)
    check_moderator(thing, by)
    if known := lock_of(thing):
        known.ended_at, known.ended_by_id = now(), by.id
        record("unlock", thing, by, news=False, lock=known.id)


# The moderators' queue


def open_reports(thing):
    mine = (Report.kind == name_of(thing), Report.thing_id == thing.id, Report.decided_at.is_(None))
    return db.session.scalars(select(Report).where(*mine).order_by(Report.id)).all()


def count_waiting():
    """How many things wait for a moderator: reported, or hidden with an appeal that nobody has answered."""
    reported = select(Report.kind, Report.thing_id).where(Report.decided_at.is_(None)).distinct().subquery()
    appealed = select(func.count(Hiding.id)).where(
        Hiding.appealed_at.is_not(None), Hiding.upheld_at.is_(None), Hiding.ended_at.is_(None)
    )
    return db.session.scalar(select(func.count()).select_from(reported)) + db.session.scalar(appealed)


def forget(thing):
    """What was said about a thing goes with it, for its number may be given to another one."""
    for model in (Report, Hiding, Lock):
        mine = model.kind == name_of(thing), model.thing_id == thing.id
        db.session.execute(delete(model).where(*mine))


def forget_lost():
    """What was said about things that are gone – a message, say, whose writer has left – goes with them."""
    for name, kind in KINDS.items():
        for model in (Report, Hiding, Lock):
            lost = model.thing_id.not_in(select(kind.model.id))
            db.session.execute(delete(model).where(model.kind == name, lost))


# What all verbs have in common


def hold(thing):
    """Hold the row until the commit and read it as it stands now."""
    db.session.flush()
    columns = type(thing).__mapper__.column_attrs.keys()
    db.session.refresh(thing, columns, with_for_update={"of": type(thing)})


def check_moderator(thing, by):
    if not may_moderate(thing, by):
        raise NotAllowed("a moderator who did not write it decides")


def check_reason(reason):
    if not (reason or "").strip():
        raise ReasonMissing


def unless_done(known, by, by_id=None):
    """The same act of the same person has no second effect; another person is told."""
    if (by_id or known.by_id) != by.id:
        raise DoneBefore(known.by)
    return known


def open_report(thing, by):
    return next((one for one in open_reports(thing) if one.by_id == by.id), None)


def decide(waiting, outcome, by, reason):
    for one in waiting:
        one.outcome, one.reason = outcome, reason.strip()
        one.decided_at, one.decided_by_id = now(), by.id
    db.session.flush()


def add(row):
    """Put a row there can be one of; raises DoneBefore when another was quicker."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise DoneBefore from error


def record(act, thing, by, news=True, **details):
    journal.record(act, subject(name_of(thing), thing.id), by, news=news, **details)
