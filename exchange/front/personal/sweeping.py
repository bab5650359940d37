"""By the clock: what the settings EXCHANGE_KEEP_… promise."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, select, update

from exchange.core.models import db, now
from exchange.front.personal.forgetting import empty
from exchange.front.personal.tables import ADDRESSES
from exchange.network.models.people import Correspondence, Message
from exchange.network.models.reports import Report
from exchange.network.service.talk import reports


def sweep():
    """Old messages, what was said in reports long decided, addresses of people who were asked by a link."""
    forget_messages()
    forget_words_of_reports()
    forget_addresses()
    db.session.commit()


def before(setting):
    return now() - timedelta(days=getattr(current_app.config["SETTINGS"], setting))


def forget_messages():
    """But for those that moderators still have to look at."""
    waiting = select(Report.thing_id).where(Report.kind == "message", Report.decided_at.is_(None))
    old = (Message.at < before("keep_messages_days"), Message.id.not_in(waiting))
    if not db.session.execute(delete(Message).where(*old)).rowcount:
        return
    without = Correspondence.id.not_in(select(Message.correspondence_id))
    db.session.execute(delete(Correspondence).where(without))
    reports.forget_lost()


def forget_words_of_reports():
    old = (Report.decided_at < before("keep_reports_days"), Report.words != "")
    db.session.execute(update(Report).where(*old).values(words=""))


def forget_addresses():
    """Names and addresses of those who were asked for a clearance, a part, a word, once that is long over."""
    for address in ADDRESSES:
        if address.since:
            table = db.metadata.tables[address.table]
            column = table.c[address.column]
            known = column.is_not(None) & column.not_like("left-%@left.invalid")
            empty(address, table.c[address.since] < before("keep_asked_days"), known)
