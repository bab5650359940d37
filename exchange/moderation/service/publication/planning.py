"""When an approved text goes public: planned, changed, cancelled, and done by the clock."""

import logging

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import Plan
from exchange.moderation.service.publication.gates import publication_hindrances
from exchange.moderation.service.publication.publishing import check_approval, go_public
from exchange.moderation.service.refusals import AlreadyDecided, Refusal
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

log = logging.getLogger(__name__)


def plan_of(revision):
    """The running Plan of this text, or None."""
    return db.session.scalar(select(Plan).where(Plan.revision_id == revision.id, Plan.ended_at.is_(None)))


def plan(revision, moment, by):
    """This approved text goes public then, or as soon after it as nothing hinders that; returns the Plan.

    A running plan gives way. Raises NotAllowed, AlreadyDecided when it went public meanwhile.
    """
    practices.lock(revision)
    check_planner(revision, by)
    running = plan_of(revision)
    if running and running.publish_at == moment:
        return running
    check_approval(revision)
    made = put_plan(revision, moment, by)
    tell("plan publication", revision, by, at=moment.isoformat())
    return made


def cancel_plan(revision, by):
    """It stays approved and waits until somebody publishes it; a second time changes nothing."""
    practices.lock(revision)
    check_planner(revision, by)
    if end_plan(revision):
        tell("cancel publication", revision, by)


def check_planner(revision, by):
    if not by.is_moderator or has_written(revision.practice, by):
        raise NotAllowed("only a moderator who did not write the case says when it goes public")
    if revision.state == "published":
        raise AlreadyDecided
    if revision.state != "approved":
        raise NotAllowed("only an approved text goes public")


def put_plan(revision, moment, by):
    end_plan(revision)
    made = Plan(revision_id=revision.id, publish_at=moment, by=by)
    db.session.add(made)
    db.session.flush()
    return made


def end_plan(revision):
    """Whether there was one."""
    running = plan_of(revision)
    if running is None:
        return False
    running.ended_at = now()
    db.session.flush()
    return True


def tell(act, revision, by, **details):
    journal.record(act, practices.subject(revision.practice), by, revision=revision.id, **details)


# By the clock


def publish_due():
    """Publish what is due and hindered by nothing, each text in a transaction of its own; returns how many.

    Two workers at once publish once: the second finds the text published and its plan ended.
    """
    due = select(Plan.id).where(Plan.ended_at.is_(None), Plan.publish_at <= now()).order_by(Plan.publish_at)
    ids = db.session.scalars(due).all()
    db.session.rollback()
    return sum(publish_one(plan_id) for plan_id in ids)


def publish_one(plan_id):
    """Whether this plan's text went public just now. What fails is tried again, and hinders no other."""
    try:
        done = carry_out(db.session.get(Plan, plan_id, populate_existing=True))
        db.session.commit()
        return done
    except (Refusal, NotAllowed) as refusal:
        db.session.rollback()
        log.error("plan %s is not carried out: %r", plan_id, refusal)
    except Exception:
        db.session.rollback()
        log.exception("plan %s is not carried out", plan_id)
    return False


def carry_out(running):
    revision = running.revision
    practices.lock(revision)
    db.session.refresh(running)
    if running.ended_at or running.publish_at > now():
        return False
    if revision.state != "approved":
        end_plan(revision)
        return False
    if publication_hindrances(revision):
        return False
    running.ended_at = now()
    check_approval(revision)
    go_public(revision, running.by, planned_for=running.publish_at.isoformat())
    return True
