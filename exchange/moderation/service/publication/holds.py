"""Times in which nothing goes public: an embargo on one case, a pause of one city or of all.

What is public already stays public.
"""

from sqlalchemy import and_, or_, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Hold
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import AlreadyDecided, Hindrance, NotLater, ReasonMissing
from exchange.moderation.service.rights import has_written, leads
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

EVERYONE = "pause:all"


def holds_on(practice):
    """The holds that keep this practice from going public now, the longest first."""
    return db.session.scalars(
        select(Hold)
        .where(
            or_(
                Hold.practice_id == practice.id,
                and_(
                    Hold.practice_id.is_(None),
                    or_(Hold.city_id.is_(None), Hold.city_id == practice.city_id),
                ),
            ),
            *running(),
        )
        .order_by(Hold.ends_at.desc(), Hold.id)
    ).all()


def running():
    moment = now()
    return Hold.ended_at.is_(None), Hold.starts_at <= moment, Hold.ends_at > moment


def hinder(revision):
    """What `gates` asks before publishing."""
    return [
        Hindrance("embargo" if hold.practice_id else "pause", hold.ends_at, hold.reason, scope_of(hold))
        for hold in holds_on(revision.practice)
    ]


def scope_of(hold):
    """The name of the city that pauses; '' for all, and for one case."""
    return hold.city.name if hold.city else ""


# An embargo


def embargo_of(practice):
    """The embargo that stands on this case, or None."""
    standing = Hold.practice_id == practice.id, Hold.ended_at.is_(None), Hold.ends_at > now()
    return db.session.scalar(select(Hold).where(*standing))


def may_embargo(practice, user):
    """Its lead author, or a moderator who did not write it."""
    if not user.is_authenticated:
        return False
    return leads(practice, user) or (user.is_moderator and not has_written(practice, user))


def may_change(hold, practice, user):
    """What a moderator set is the moderators' to change; an author changes what authors asked for."""
    if not may_embargo(practice, user):
        return False
    return user.is_moderator or hold is None or practice.is_author(hold.by)


def set_embargo(practice, until, by, reason):
    """Nothing of this case goes public before that moment. A standing embargo gives way to the new one."""
    hold_practice(practice)
    standing = embargo_of(practice)
    if not may_change(standing, practice, by):
        raise NotAllowed("the lead author or a moderator sets an embargo; a moderator’s is theirs to change")
    if standing and (standing.ends_at, standing.reason) == (until, reason.strip()):
        return standing
    check(now(), until, reason)
    end_row(practice, by)
    made = Hold(practice_id=practice.id, ends_at=until, reason=reason.strip(), by=by)
    db.session.add(made)
    db.session.flush()
    subject = practices.subject(practice)
    journal.record("set embargo", subject, by, until=until.isoformat(), reason=made.reason)
    return made


def lift_embargo(practice, by):
    """It ends now; a second time changes nothing."""
    hold_practice(practice)
    standing = embargo_of(practice)
    if standing is None:
        return
    if not may_change(standing, practice, by):
        raise NotAllowed("a moderator’s embargo is the moderators’ to lift")
    end_row(practice, by)
    journal.record("lift embargo", practices.subject(practice), by)


def end_row(practice, by):
    """Close the open row of the case, also one whose time is over: there is one open row at most."""
    for old in db.session.scalars(
        select(Hold).where(Hold.practice_id == practice.id, Hold.ended_at.is_(None))
    ):
        old.ended_at, old.ended_by_id = now(), by.id
    db.session.flush()


# A pause, as before an election


def pauses():
    """Every pause that runs or is still to come, the next first."""
    wanted = Hold.practice_id.is_(None), Hold.ended_at.is_(None), Hold.ends_at > now()
    return db.session.scalars(select(Hold).where(*wanted).order_by(Hold.starts_at, Hold.id)).all()


def may_pause(user, city_id=None):
    """A coordinator everywhere, a city's admin for the own city. City None: for all."""
    if not user.is_authenticated:
        return False
    return user.is_coordinator or (city_id is not None and user.is_admin_of(city_id))


def pause(starts_at, ends_at, by, reason, city=None):
    """Nothing of this city (None: of anybody) goes public in that time; returns the Hold."""
    if not may_pause(by, city.id if city else None):
        raise NotAllowed("coordinators pause, and a city’s admin for the own city")
    check(starts_at, ends_at, reason)
    if known := same_pause(starts_at, ends_at, city):
        return known
    made = Hold(city=city, starts_at=starts_at, ends_at=ends_at, reason=reason.strip(), by=by)
    db.session.add(made)
    db.session.flush()
    when = {"from": starts_at.isoformat(), "until": ends_at.isoformat()}
    journal.record("pause publishing", subject_of(made), by, news=False, **when, reason=made.reason)
    return made


def same_pause(starts_at, ends_at, city):
    """The pause of exactly this time, sent twice by the same form."""
    scope = Hold.city_id == city.id if city else Hold.city_id.is_(None)
    when = Hold.starts_at == starts_at, Hold.ends_at == ends_at, Hold.ended_at.is_(None)
    return db.session.scalar(select(Hold).where(Hold.practice_id.is_(None), scope, *when))


def end_pause(hold, by):
    """It ends now, or never begins; a second time changes nothing."""
    db.session.flush()
    db.session.refresh(hold, with_for_update={"of": Hold})
    if hold.practice_id is not None or not may_pause(by, hold.city_id):
        raise NotAllowed("coordinators end pauses, and a city’s admin the own city’s")
    if hold.ended_at:
        return
    if hold.ends_at <= now():
        raise AlreadyDecided
    hold.ended_at, hold.ended_by_id = now(), by.id
    journal.record("end pause", subject_of(hold), by, news=False)


def subject_of(hold):
    return f"city:{hold.city.slug}" if hold.city else EVERYONE


def check(starts_at, ends_at, reason):
    if not reason.strip():
        raise ReasonMissing
    if ends_at <= max(starts_at, now()):
        raise NotLater
