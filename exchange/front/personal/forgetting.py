"""When a person has left: their rows are removed or emptied, table by table, by the list."""

from sqlalchemy import delete, select, text, update

from exchange.core.journal import News
from exchange.core.models import db
from exchange.front.personal.tables import ADDRESSES, BENEATH, COLUMNS, NOBODY, NOWHERE, REMOVED
from exchange.network.service.kept import publishing
from exchange.network.service.talk import questions, reports


def forget_person(news):
    """Handler: nothing that names the person is left but lines with their number; it bears a repeat."""
    user_id, old = news["user_id"], news["old"]
    questions.pass_all(user_id)
    for column in COLUMNS:
        if column.leaving == REMOVED:
            remove(column, user_id)
        elif column.blank:
            blank(column, user_id)
    for address in ADDRESSES:
        blank_address(address, old, user_id)
    reports.forget_lost()
    publishing.forget_lost()
    forget_news(news["news_id"])


def remove(column, user_id):
    table = db.metadata.tables[column.table]
    mine = table.c[column.name] == user_id
    if column.unless:
        mine &= text(f"NOT ({column.unless})")
    if column.table in BENEATH:
        name, pointer = BENEATH[column.table]
        beneath = db.metadata.tables[name]
        db.session.execute(delete(beneath).where(beneath.c[pointer].in_(select(table.c.id).where(mine))))
    db.session.execute(delete(table).where(mine))


def blank(column, user_id):
    table = db.metadata.tables[column.table]
    values = {name: filled(table, value) for name, value in column.blank}
    db.session.execute(update(table).where(table.c[column.name] == user_id).values(values))


def filled(table, value):
    """What stands there afterwards; '#' becomes the row's own key, so that it stays the only one."""
    if value is None or "#" not in value:
        return value
    before, _hash, after = value.partition("#")
    key = next(iter(table.primary_key.columns))
    return before + key.cast(db.String) + after


def blank_address(address, old, user_id):
    """Their address where it stands without their number: where they were asked without an account."""
    table = db.metadata.tables[address.table]
    if address.table in ("letters", "one_time_links", "saved_searches"):
        db.session.execute(delete(table).where(table.c[address.column] == old))
    elif address.table != "users":
        empty(address, table.c[address.column] == old)


def empty(address, *conditions):
    """No address, no name any more."""
    table = db.metadata.tables[address.table]
    values = {address.column: filled(table, NOWHERE)}
    if table.c[address.column].nullable:
        values[address.column] = None
    if address.name:
        values[address.name] = NOBODY
    return db.session.execute(update(table).where(*conditions).values(values)).rowcount


def forget_news(news_id):
    """The outbox keeps its line, without the address that it carried here."""
    line = db.session.get(News, news_id)
    line.payload = {name: value for name, value in line.payload.items() if name != "old"} | {"old": ""}
