"""What cases say that they borrowed, kept in rows: from the public text of each, whenever it changes."""

from sqlalchemy import delete, func, or_, select

from exchange.core.models import db
from exchange.network.models.ledger import Borrowing
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Practice, Revision


def refresh(payload):
    """Handler for news of a practice: afterwards its rows say what its public text says.

    So do those of the cases that borrowed from it: where it was merged, they lead to the one that goes on.
    """
    named = [payload["subject"].partition(":")[2], payload.get("into")]
    ids = select(Practice.id).where(Practice.public_id.in_(named))
    younger = select(Borrowing.practice_id).where(Borrowing.model_id.in_(ids))
    both = or_(Practice.id.in_(ids), Practice.id.in_(younger))
    for practice in db.session.scalars(select(Practice).where(both)).all():
        write(practice)


def write(practice):
    models = set(models_of(practice)) - {practice.id}
    known = set(db.session.scalars(select(Borrowing.model_id).where(Borrowing.practice_id == practice.id)))
    if gone := known - models:
        db.session.execute(
            delete(Borrowing).where(Borrowing.practice_id == practice.id, Borrowing.model_id.in_(gone))
        )
    db.session.add_all(Borrowing(practice_id=practice.id, model_id=one) for one in models - known)
    db.session.flush()


def models_of(practice):
    """Ids of the practices that its public text names as what it took its idea from."""
    revision = practices.public_revision(practice) if practice.visibility in READABLE else None
    rows = revision.get("borrowed_from", []) if revision else []
    named = [row["practice"] for row in rows if isinstance(row, dict) and row.get("practice")]
    heir = func.coalesce(Practice.merged_into_id, Practice.id)
    return db.session.scalars(select(heir).where(Practice.public_id.in_(named))).all() if named else []


def rebuild():
    """By the clock, in case some news was lost: every row as the texts say now."""
    told = practices.public().where(Revision.answers["borrowed_from"].as_string().is_not(None))
    ids = select(Borrowing.practice_id).union(told.with_only_columns(Practice.id))
    for practice in db.session.scalars(select(Practice).where(Practice.id.in_(ids))).all():
        write(practice)
    db.session.commit()
