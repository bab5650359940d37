"""Everything that is stored about a person, as plain JSON, by the list."""

from datetime import datetime

from sqlalchemy import LargeBinary, or_, select

from exchange.accounts.models import City, User
from exchange.core.journal import AuditLine
from exchange.core.models import db, now
from exchange.front.personal.tables import BENEATH, COLUMNS
from exchange.network.models.people import Correspondence, Message
from exchange.network.service.talk.reports import shown
from exchange.practices.models import Practice

SECRET = {"password_hash", "id_hash", "csrf", "content_hash", "text_hash", "key", "message_id"}
OURS = {"folded_title"}  # made of what stands beside it, for machines
OTHERS = {("vetted_texts", "hands")}  # holds the numbers of other people
LINKS = {("letters", "details")}  # may name a one-time link
WITHOUT_ID = {"one_time_links", "saved_searches", "shared_links", "invitations"}  # theirs is half of a link
APART = {"messages", "correspondences", "audit"}  # told in words of their own


def everything_about(user):
    """{'account', 'messages', 'acts', and each table of the list that holds rows of theirs: its rows}."""
    names = Names()
    told = {
        "exported_at": now().isoformat(),
        "account": row_of(User.__table__, own_row(User.__table__, User.id == user.id), names),
        "cities": [member.city.name for member in user.memberships if member.state == "approved"],
        "roles": sorted(user.roles),
    }
    for table in dict.fromkeys(column.table for column in COLUMNS if column.is_own):
        if table not in APART and (rows := rows_of(table, user, names)):
            told[table] = rows
    return {**told, "messages": messages_of(user), "acts": acts_of(user)}


class Names:
    """Numbers of cities and cases as the site's addresses name them."""

    def __init__(self):
        self.cities = dict(db.session.execute(select(City.id, City.slug)).all())
        self.practices = dict(db.session.execute(select(Practice.id, Practice.public_id)).all())

    def of(self, column, value):
        """(name, value) of a column that points elsewhere."""
        target = next(iter(column.foreign_keys)).column.table.name
        known = {"cities": self.cities, "practices": self.practices}.get(target)
        return (column.name.removesuffix("_id"), known.get(value)) if known else (column.name, value)


def own_row(table, condition):
    return db.session.execute(select(table).where(condition)).mappings().one()


def rows_of(name, user, names):
    """Rows of a table that are theirs, each with the rows that hang on it."""
    table = db.metadata.tables[name]
    columns = [table.c[one.name] for one in COLUMNS if one.table == name and one.is_own]
    order = list(table.primary_key.columns)
    mine = select(table).where(or_(*(column == user.id for column in columns))).order_by(*order)
    rows = db.session.execute(mine).mappings().all()
    told = [row_of(table, row, names) for row in rows]
    if name in BENEATH:
        for row, found in zip(rows, told, strict=True):
            found[BENEATH[name][0]] = rows_beneath(name, row["id"], names)
    return told


def rows_beneath(name, number, names):
    below, pointer = BENEATH[name]
    table = db.metadata.tables[below]
    rows = db.session.execute(select(table).where(table.c[pointer] == number).order_by(table.c.id))
    return [row_of(table, row, names) for row in rows.mappings()]


def row_of(table, row, names):
    return dict(
        value_of(column, row[column.name], names)
        for column in table.columns
        if is_told(table, column) and row[column.name] is not None
    )


def is_told(table, column):
    """Neither secrets nor the numbers of other people."""
    if column.name in SECRET | OURS or isinstance(column.type, LargeBinary):
        return False
    if (table.name, column.name) in LINKS | OTHERS or (column.name == "id" and table.name in WITHOUT_ID):
        return False
    return not any(key.column.table.name == "users" for key in column.foreign_keys)


def value_of(column, value, names):
    if column.foreign_keys:
        return names.of(column, value)
    return column.name, value.isoformat() if isinstance(value, datetime) else value


def messages_of(user):
    """What they wrote to others, and others to them as far as it is not hidden."""
    between = or_(Correspondence.one_id == user.id, Correspondence.other_id == user.id)
    seen = or_(Message.by_id == user.id, shown("message", Message.id))
    found = select(Message).join(Correspondence).where(between, seen).order_by(Message.id)
    return [
        {
            "at": one.at.isoformat(),
            "from": one.by.name,
            "to": one.to.name,
            "text": one.text,
            "language": one.language,
        }
        for one in db.session.scalars(found)
    ]


def acts_of(user):
    """What the record says that they did, and what was done with their account."""
    about = or_(AuditLine.by_id == user.id, AuditLine.subject == f"user:{user.id}")
    lines = select(AuditLine).where(about).order_by(AuditLine.id)
    return [
        {"at": line.at.isoformat(), "act": line.act, "subject": line.subject}
        for line in db.session.scalars(lines)
    ]
