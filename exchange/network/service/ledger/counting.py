"""How often a practice was taken up: a column of the case, so that search can sort and count by it."""

from sqlalchemy import or_, select

from exchange.core import journal
from exchange.core.models import db
from exchange.network.models.ledger import Transfer
from exchange.network.service.ledger.reported import KIND
from exchange.network.service.talk.reports import shown
from exchange.practices.models import Practice
from exchange.practices.service import stands_for, subject


def count(practice):
    """Write the number down, at the case where its address leads; search hears of another one."""
    practice = stands_for(practice)
    times = len({one.city_id for one in records_of(practice) if one.counts})
    if times == practice.times_taken_up:
        return
    practice.times_taken_up = times
    db.session.flush()
    journal.tell("adoptions counted", subject=subject(practice))


def records_of(practice):
    """The records of a case and of those that were merged into it; not the hidden ones."""
    return db.session.scalars(
        select(Transfer)
        .where(Transfer.practice_id.in_(ids_of(practice.id)), shown(KIND, Transfer.id))
        .order_by(Transfer.id)
        .execution_options(populate_existing=True)
    ).all()


def ids_of(practice_id):
    """`select` of the ids of a case and of those merged into it."""
    return select(Practice.id).where(or_(Practice.id == practice_id, Practice.merged_into_id == practice_id))
