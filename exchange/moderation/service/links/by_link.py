"""What all who are asked by a link have in common: the link, the letter, the reminder, the end.

Whoever holds the link is whom it was sent to: it opens one page, for some days, and takes one answer.
Looking at the page changes nothing, so that mail scanners may look first.
"""

import secrets
from datetime import timedelta

from flask import current_app
from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.asked_models import CityNotice, Clearance, ColleagueAsk, FreshnessAsk
from exchange.moderation.service.refusals import Refusal
from exchange.practices import service as practices

KINDS = {  # what the token is good for, and how the details of news and audit name the row
    Clearance: "clearance",
    ColleagueAsk: "colleague",
    CityNotice: "city-notice",
    FreshnessAsk: "freshness",
}


class LinkOver(Refusal):
    """The link takes no answer any more: `asked.stands` says why."""

    def __init__(self, asked):
        super().__init__(asked.stands)
        self.asked = asked


def new_id():
    return secrets.token_urlsafe(12)


def token_of(asked):
    return accounts.seal(KINDS[type(asked)], asked.id)


def find(kind, token):
    """The row that this token opens, whatever has become of it since, or None."""
    asked_id = accounts.unseal(KINDS[kind], token)
    return db.session.get(kind, asked_id) if asked_id else None


def of_details(details):
    """The row that news or a letter speaks of, or None."""
    for kind, name in KINDS.items():
        if name in details:
            return db.session.get(kind, details[name])
    return None


def days(setting):
    return timedelta(days=getattr(current_app.config["SETTINGS"], setting))


def hold(asked):
    """Hold the row until the commit and read it as it stands now."""
    db.session.flush()
    db.session.refresh(asked, with_for_update={"of": type(asked)})


def hold_open(asked):
    """The same, for whoever answers. Raises LinkOver when it takes no answer any more."""
    hold(asked)
    if asked.stands != "open":
        raise LinkOver(asked)


def send(asked, act, life, moment=None):
    """From now on the link works; the letter goes when the worker hears of it."""
    open_link(asked, life, moment)
    post(act, asked)


def open_link(asked, life, moment=None):
    """From now on the link works; some other letter carries it."""
    asked.asked_at = moment or now()
    asked.expires_at = asked.asked_at + days(life)


def post(act, asked):
    """News for the letter to this person; the act that led to it has its own line in the audit."""
    details = {KINDS[type(asked)]: asked.id, "language": asked.language}
    journal.tell(act, subject=practices.subject(asked.practice), **details)


def record(act, asked, by=None, news=True, **details):
    journal.record(
        act, practices.subject(asked.practice), by, news=news, **{KINDS[type(asked)]: asked.id}, **details
    )


def remind(kind, setting, act, moment=None):
    """By the clock: whoever has not answered after so many days gets one more letter. Returns how many."""
    moment = moment or now()
    late = db.session.scalars(
        select(kind).where(
            kind.asked_at <= moment - days(setting),
            kind.expires_at > moment,
            kind.answered_at.is_(None),
            kind.ended_at.is_(None),
            kind.reminded_at.is_(None),
        )
    ).all()
    for asked in late:
        asked.reminded_at = moment
        post(act, asked)
    db.session.commit()
    return len(late)
