"""What was done, by whom, when: the audit, asked by thing, person, act and time. Nothing changes here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from exchange.accounts.models import User
from exchange.accounts.service.shared import normal, storable
from exchange.core import journal
from exchange.core.journal import AuditLine
from exchange.core.models import db, reading
from exchange.core.pages import page_count

AUDIT_PAGE = 50
BATCH = 1000
MOST_PEOPLE = 200  # of one name that are looked for


@dataclass(frozen=True)
class AuditQuestion:
    """`case` is a public id, `person` a name, mail address or number; what is empty is not asked."""

    case: str = ""
    person: str = ""
    act: str = ""
    since: datetime | None = None
    until: datetime | None = None


def audit_page(question, page):
    """([(AuditLine, name or None)] of one page, the latest first; how many in all; which page it is)."""
    conditions = asked(question)
    total = db.session.scalar(select(func.count(AuditLine.id)).where(*conditions))
    page = max(1, min(page, page_count(total, AUDIT_PAGE)))
    rows = with_names(conditions).limit(AUDIT_PAGE).offset((page - 1) * AUDIT_PAGE)
    return db.session.execute(rows).all(), total, page


def trail(subject, limit=50):
    """[(AuditLine, name or None)] of one thing, the latest first."""
    return db.session.execute(with_names([AuditLine.subject == subject]).limit(limit)).all()


def every_line(question):
    """Rows (at, act, subject, by_id, name, details) of the whole answer, the latest first.

    Batch by batch, each read in a session of its own: a slow reader holds no transaction.
    """
    conditions, last = asked(question), None
    columns = AuditLine.id, AuditLine.at, AuditLine.act, AuditLine.subject, AuditLine.by_id
    query = select(*columns, User.name, AuditLine.details).outerjoin(User, User.id == AuditLine.by_id)
    query = query.where(*conditions).order_by(AuditLine.id.desc()).limit(BATCH)
    while True:
        with reading(), Session(db.engine) as session:
            rows = session.execute(query if last is None else query.where(AuditLine.id < last)).all()
        yield from (row[1:] for row in rows)
        if len(rows) < BATCH:
            return
        last = rows[-1].id


def with_names(conditions):
    # Only these columns: the relations of a User would cost queries of their own
    return (
        select(AuditLine, User.name)
        .outerjoin(User, User.id == AuditLine.by_id)
        .where(*conditions)
        .order_by(AuditLine.id.desc())
    )


def asked(question):
    conditions = []
    if question.case:
        conditions.append(AuditLine.subject == f"practice:{storable(question.case).upper()}")
    if question.person:
        ids = people_called(storable(question.person))
        subjects = [f"user:{one}" for one in ids]
        conditions.append(or_(AuditLine.by_id.in_(ids), AuditLine.subject.in_(subjects)))
    if question.act:
        conditions.append(journal.did(storable(question.act)))
    if question.since:
        conditions.append(AuditLine.at >= question.since)
    if question.until:
        conditions.append(AuditLine.at < question.until)
    return conditions


def people_called(words):
    """The ids of everybody with this number or address, or whose name holds these words."""
    named = [User.name.icontains(words, autoescape=True), User.email == normal(words)]
    if words.isascii() and words.isdecimal() and len(words) < 10:
        named.append(User.id == int(words))
    return db.session.scalars(select(User.id).where(or_(*named)).order_by(User.id).limit(MOST_PEOPLE)).all()
