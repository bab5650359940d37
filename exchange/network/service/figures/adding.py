"""The worker adds what the web noted to the totals of days, and days long gone to the totals of their years.

Both may stop at any moment and be done again: no line counts twice.
"""

from collections import defaultdict
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, func, select

from exchange.core.models import db, now
from exchange.network.models.figures import ReadTotal, SpoolAdded
from exchange.network.service.figures import spool
from exchange.practices.models import Practice

AT_A_TIME = 500  # cases
KEEP_NAMES = timedelta(days=90)
DAY = len("2026-11-26")


def add_up():
    """Add all that was noted to the totals; commits file by file."""
    for path in spool.taken(current_app.config["SETTINGS"].reads):
        if db.session.get(SpoolAdded, path.name) is None:
            add(spool.counted(path))
            db.session.add(SpoolAdded(name=path.name))
        db.session.commit()
        path.unlink(missing_ok=True)


def add(numbers):
    """Add (period, public id, act) → number; unknown cases are left out."""
    by_case = defaultdict(dict)
    for (period, public_id, act), number in numbers.items():
        by_case[public_id][period, act] = number
    names = sorted(by_case)
    for start in range(0, len(names), AT_A_TIME):
        some = names[start : start + AT_A_TIME]
        ids = db.session.execute(
            select(Practice.id, Practice.public_id).where(Practice.public_id.in_(some))
        ).all()
        put({practice_id: by_case[public_id] for practice_id, public_id in ids})


def put(numbers):
    """Add practice id → {(period, act): number}."""
    periods = {period for those in numbers.values() for period, _act in those}
    rows = db.session.scalars(
        select(ReadTotal)
        .where(ReadTotal.practice_id.in_(numbers), ReadTotal.period.in_(periods))
        .with_for_update()
    )
    known = {(row.practice_id, row.period, row.act): row for row in rows}
    for practice_id, those in numbers.items():
        for (period, act), number in those.items():
            row = known.get((practice_id, period, act))
            if row:
                row.number += number
            else:
                db.session.add(ReadTotal(practice_id=practice_id, period=period, act=act, number=number))
    db.session.flush()


def sweep():
    """Days longer ago than the setting says become part of their year; commits."""
    last = now().date() - timedelta(days=current_app.config["SETTINGS"].reads_days)
    old = (func.length(ReadTotal.period) == DAY, ReadTotal.period < last.isoformat())
    year = func.substr(ReadTotal.period, 1, 4)
    columns = ReadTotal.practice_id, year, ReadTotal.act
    sums = db.session.execute(select(*columns, func.sum(ReadTotal.number)).where(*old).group_by(*columns))
    by_case = defaultdict(dict)
    for practice_id, period, act, number in sums:
        by_case[practice_id][period, act] = number
    ids = sorted(by_case)
    for start in range(0, len(ids), AT_A_TIME):
        put({practice_id: by_case[practice_id] for practice_id in ids[start : start + AT_A_TIME]})
    db.session.execute(delete(ReadTotal).where(*old))
    db.session.execute(delete(SpoolAdded).where(SpoolAdded.at < now() - KEEP_NAMES))
    db.session.commit()
