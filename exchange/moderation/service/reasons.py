"""Canned reasons: kept by coordinators, begun with by moderators."""

import re

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.models import CannedReason
from exchange.moderation.service.refusals import CodeTaken
from exchange.practices.service import NotAllowed

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def canned_reasons(retired=False):
    """Those in use, or all, by code."""
    query = select(CannedReason).order_by(CannedReason.code)
    return db.session.scalars(query if retired else query.where(CannedReason.retired_at.is_(None))).all()


def find_reason(code):
    return db.session.scalar(select(CannedReason).where(CannedReason.code == code))


def add_reason(code, labels, texts, by):
    """A new reason; its code is in decisions for ever. Raises CodeTaken."""
    check_keeper(by)
    if not CODE.fullmatch(code):
        raise NotAllowed("a code is small letters, digits and hyphens")
    made = CannedReason(code=code, labels=labels, texts=texts)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError as error:
        raise CodeTaken from error
    record("add reason", made, by)
    return made


def change_reason(reason, labels, texts, by):
    check_keeper(by)
    hold_reason(reason)
    if (reason.labels, reason.texts) == (labels, texts):
        return
    reason.labels, reason.texts = labels, texts
    record("change reason", reason, by)


def retire_reason(reason, by):
    """No longer offered; decisions that began with it keep its code."""
    check_keeper(by)
    hold_reason(reason)
    if reason.retired_at is None:
        reason.retired_at = now()
        record("retire reason", reason, by)


def revive_reason(reason, by):
    check_keeper(by)
    hold_reason(reason)
    if reason.retired_at:
        reason.retired_at = None
        record("revive reason", reason, by)


def check_keeper(by):
    if not by.is_coordinator:
        raise NotAllowed("coordinators keep the canned reasons")


def hold_reason(reason):
    db.session.flush()
    db.session.refresh(reason, with_for_update=True)


def record(act, reason, by):
    journal.record(act, f"reason:{reason.code}", by, news=False)
