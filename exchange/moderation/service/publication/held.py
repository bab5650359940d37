"""Whose approved text is held back by an embargo or a pause: its authors hear when that begins and ends.

By the clock, because a pause may begin long after it was set, and a text may be approved in its midst.
One letter to a person for all that falls together.
"""

from collections import defaultdict

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import HeldText, Hold
from exchange.moderation.service.publication.holds import holds_on, running
from exchange.practices.models import WRITERS, Practice, Revision

AT_ONCE = 500


def tell_of_holds():
    """Called by the clock; each part commits by itself."""
    for part in (tell_held, tell_free):
        part()
        db.session.commit()


def tell_held():
    """Whoever writes a text that has come under a hold hears so – but not of a hold that is their own."""
    told = defaultdict(list)
    for hold, revision in newly_held():
        if remember(hold, revision):
            add(told, revision, hold.by_id)
    tell_each("text held back", told)


def newly_held():
    """(Hold, approved Revision) of what is held back now and was not yet told."""
    scope = or_(
        Hold.practice_id == Practice.id,
        and_(Hold.practice_id.is_(None), or_(Hold.city_id.is_(None), Hold.city_id == Practice.city_id)),
    )
    known = exists().where(HeldText.hold_id == Hold.id, HeldText.revision_id == Revision.id)
    return db.session.execute(
        select(Hold, Revision)
        .join(Practice, scope)
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Revision.state == "approved", ~Practice.is_from_elsewhere(), *running(), ~known)
        .order_by(Hold.id, Revision.id)
        .limit(AT_ONCE)
    ).all()


def remember(hold, revision):
    """Whether it was written down here; False when another worker was first."""
    try:
        with db.session.begin_nested():
            db.session.add(HeldText(hold_id=hold.id, revision_id=revision.id))
    except IntegrityError:
        return False
    return True


def tell_free():
    """Whoever heard that a text is held back hears that nothing holds it back any more."""
    told = defaultdict(list)
    for held in no_more_held():
        held.over_at = now()
        if held.revision.state == "approved" and not holds_on(held.revision.practice):
            add(told, held.revision, held.hold.ended_by_id)
    tell_each("text held no more", told)


def no_more_held():
    over = or_(Hold.ended_at.is_not(None), Hold.ends_at <= now())
    found = select(HeldText).join(Hold, Hold.id == HeldText.hold_id).where(HeldText.over_at.is_(None), over)
    found = found.options(joinedload(HeldText.revision)).order_by(HeldText.hold_id, HeldText.revision_id)
    locked = found.with_for_update(of=HeldText, skip_locked=True).limit(AT_ONCE)
    return db.session.scalars(locked.execution_options(populate_existing=True)).unique().all()


def add(told, revision, but):
    for hand in revision.practice.authors:
        if hand.role in WRITERS and hand.user_id != but and revision.id not in told[hand.user_id]:
            told[hand.user_id].append(revision.id)


def tell_each(act, told):
    for user_id, revisions in told.items():
        if revisions:
            journal.tell(act, user_id=user_id, held=revisions)
