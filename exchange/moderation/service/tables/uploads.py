"""A file on its way to drafts: staged with an owner and an end, mapped, checked, made. The caller commits.

What a cell means is decided in `bulk.checking`; here is what the database knows of it.
"""

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.bulk_models import ColumnNames, TakenRow, Upload, UploadRow
from exchange.moderation.service.refusals import Refusal
from exchange.moderation.service.tables import batches
from exchange.practices import schema
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

KEPT = timedelta(hours=24)
MOST_WAITING = 10  # uploads of one person at a time
MOST_NAMES = 500  # of columns that are remembered for a person
OPEN = ("columns", "checking", "checked")  # its columns can still be changed


class TooManyUploads(Refusal):
    """This person has enough files here; one must go first."""


def subject(upload):
    return f"upload:{upload.id}"


def mine(user):
    """The uploads of a person that are still kept, newest first; without their bytes."""
    return db.session.scalars(
        select(Upload)
        .options(db.defer(Upload.content))
        .where(Upload.owner_id == user.id, Upload.expires_at > now())
        .order_by(Upload.id.desc())
    ).all()


def find(upload_id, user):
    """The upload of that number while it is kept, for its owner alone; else None."""
    found = db.session.get(Upload, upload_id)
    return found if found and found.owner_id == user.id and found.expires_at > now() else None


def may_send(user, city=None, batch=None):
    """Officials for their own city, and the sender of a batch while it is open."""
    if batch is not None:
        return batch.is_open and batch.is_sent_by(user)
    return city is not None and user.is_of(city.id)


def stage(by, data, file_name, table, mapping, language, city=None, batch=None):
    """Keep a file and its rows for a day; returns the Upload. Raises NotAllowed, TooManyUploads."""
    if not may_send(by, city, batch):
        raise NotAllowed("only officials of the city and senders of a batch send tables")
    if len(mine(by)) >= MOST_WAITING:
        raise TooManyUploads
    upload = Upload(
        owner=by,
        city=city,
        batch=batch,
        file_name=file_name[-200:],
        content=data,
        language=language,
        told_language=language,
        expires_at=now() + KEPT,
    )
    db.session.add(upload)
    put_rows(upload, table, mapping)
    journal.record("stage upload", subject(upload), by, news=False, rows=len(table.rows))
    return upload


def put_rows(upload, table, mapping):
    """The rows of one sheet in place of those there were."""
    upload.sheet, upload.sheets = table.sheet, table.sheets
    upload.headings, upload.mapping, upload.key_column = table.headings, mapping, None
    db.session.flush()
    db.session.execute(delete(UploadRow).where(UploadRow.upload_id == upload.id))
    db.session.add_all(
        UploadRow(upload_id=upload.id, number=row.number, cells=row.cells) for row in table.rows
    )
    db.session.flush()


def hold(upload):
    """Hold the row until the commit, and read it as it stands."""
    db.session.flush()
    names = {attribute.key for attribute in Upload.__mapper__.column_attrs} - {"content"}
    db.session.refresh(upload, names, with_for_update={"of": Upload})


def choose_sheet(upload, table, mapping):
    hold(upload)
    if upload.state not in OPEN:
        raise NotAllowed("its drafts are being made")
    upload.state = "columns"
    put_rows(upload, table, mapping)
    journal.record("choose sheet", subject(upload), upload.owner, news=False, rows=len(table.rows))


def choose_columns(upload, mapping, key_column, told_language):
    """Say what the columns mean, and have every row checked anew."""
    hold(upload)
    if upload.state not in OPEN:
        raise NotAllowed("its drafts are being made")
    upload.mapping, upload.key_column, upload.told_language = mapping, key_column, told_language
    upload.state = "checking"
    remember(upload.owner_id, upload.headings, mapping)
    for row in rows(upload):
        row.state, row.outcome, row.problems, row.answers, row.key = "waiting", None, [], {}, ""
    by = upload.owner
    journal.record("choose columns", subject(upload), by, news=False, columns=sum(map(bool, mapping)))
    journal.tell("upload waits", upload=upload.id)


def start_making(upload, by):
    """Have the good rows made into drafts; repeated, it does nothing. Raises NotAllowed before the check."""
    hold(upload)
    if upload.state in ("making", "made"):
        return
    if upload.state != "checked":
        raise NotAllowed("the file has not been checked")
    if not may_send(by, upload.city, upload.batch):
        raise NotAllowed("only officials of the city and senders of a batch send tables")
    upload.state = "making"
    journal.record("make drafts", subject(upload), by, news=False)
    journal.tell("upload waits", upload=upload.id)


def remove(upload, by):
    journal.record("remove upload", subject(upload), by, news=False)
    forget([upload.id])


def sweep():
    """By the clock: what nobody needs any more goes after its day."""
    forget(db.session.scalars(select(Upload.id).where(Upload.expires_at <= now())).all())
    db.session.commit()


def forget(ids):
    db.session.execute(delete(UploadRow).where(UploadRow.upload_id.in_(ids)))
    db.session.execute(delete(Upload).where(Upload.id.in_(ids)))


# Rows


def rows(upload, *conditions):
    return db.session.scalars(
        select(UploadRow).where(UploadRow.upload_id == upload.id, *conditions).order_by(UploadRow.number)
    ).all()


def next_rows(upload, state, most):
    found = select(UploadRow).where(UploadRow.upload_id == upload.id, UploadRow.state == state)
    return db.session.scalars(found.order_by(UploadRow.number).limit(most)).all()


def counts(upload):
    """State, and 'outcome:new' …, → how many rows."""
    found = db.session.execute(
        select(UploadRow.state, UploadRow.outcome, func.count())
        .where(UploadRow.upload_id == upload.id)
        .group_by(UploadRow.state, UploadRow.outcome)
    ).all()
    told = {"all": 0}
    for state, outcome, number in found:
        for name in ("all", state, f"outcome:{outcome}"):
            told[name] = told.get(name, 0) + number
    return told


def same_key(row):
    """The number of an earlier row of this file with the same key for the same city, or None."""
    return db.session.scalar(
        select(func.min(UploadRow.number)).where(
            UploadRow.upload_id == row.upload_id,
            UploadRow.key == row.key,
            UploadRow.city_id == row.city_id,
            UploadRow.number < row.number,
        )
    )


# What becomes of a row


def scope_of(batch):
    return f"batch:{batch.id}" if batch else "city"


def taken(scope, city_id, key):
    return db.session.scalar(
        select(TakenRow)
        .where(TakenRow.scope == scope, TakenRow.city_id == city_id, TakenRow.key == key)
        .with_for_update(of=TakenRow)
    )


def outcome_of(known, answers, by):
    """'new', 'same', 'changed' (an untouched draft takes it) or 'conflict' (somebody has worked on it)."""
    if known is None:
        return "new"
    if known.row_hash == practices.fingerprint(answers):
        return "same"
    return "changed" if untouched(known, by) else "conflict"


def untouched(known, by):
    """The draft as it was made from its row, if nobody has written in it or submitted it; else None."""
    draft = practices.working_revision(known.practice)
    free = draft and draft.state == "draft" and practices.content_hash(draft) == known.draft_hash
    return draft if free and (by is None or known.practice.may_be_edited_by(by)) else None


def take_row(answers, key, by, city, batch=None):
    """Make or change the draft of one row; returns (outcome, practice). Twice at once it makes one."""
    scope = scope_of(batch)
    known = taken(scope, city.id, key)
    if known is None:
        try:
            with db.session.begin_nested():
                return "new", make(answers, key, by, city, batch)
        except IntegrityError:  # somebody took the same row at the same moment
            known = taken(scope, city.id, key)
            if known is None:
                raise
    outcome = outcome_of(known, answers, by)
    if outcome == "changed":
        outcome = rewrite(known, answers, by, batch)
    return outcome, known.practice


def make(answers, key, by, city, batch):
    revision = practices.begin(by, city, answers["title"], answers["language"], told_by(batch, by, city))
    practices.write(revision, told(answers), unrecorded(answers, batch))
    practice = revision.practice
    for hand in practice.authors:
        hand.is_guest = batch is not None and not hand.user.is_of(city.id)
    db.session.add(
        TakenRow(
            scope=scope_of(batch),
            city_id=city.id,
            key=key,
            practice=practice,
            row_hash=practices.fingerprint(answers),
            draft_hash=revision.content_hash,
        )
    )
    db.session.flush()
    if batch:
        batches.add_case(batch, practice)
    return practice


def rewrite(known, answers, by, batch):
    """Put a changed row into its draft; 'conflict' when somebody wrote in it a moment ago."""
    draft = untouched(known, by)
    practices.lock(draft)
    if draft.state != "draft" or practices.content_hash(draft) != known.draft_hash:
        return "conflict"
    practices.save(draft, told(answers), unrecorded(answers, batch), by)
    known.row_hash, known.draft_hash = practices.fingerprint(answers), draft.content_hash
    db.session.flush()
    return "changed"


def told(answers):
    """As the revision keeps them; an emptied cell empties the answer, but the licence stays what it is."""
    return {name: value for name, value in answers.items() if value or name not in ("licence", "language")}


def unrecorded(answers, batch):
    """What a batch does not say was not recorded; what a city leaves open in its own draft it still tells."""
    if not batch:
        return {}
    asked = (field.name for field in schema.fields_for("P") if field.gate == "P")
    return {name: {"reason": "not-recorded", "why": ""} for name in asked if not answers.get(name)}


def told_by(batch, by, city):
    if batch is None or (batch.kind == "call" and by is not None and by.is_of(city.id)):
        return "city"
    return "award" if batch.kind == "award" else "partner"


# Remembered


def remembered(user):
    found = db.session.get(ColumnNames, user.id)
    return found.names if found else {}


def remember(user_id, headings, mapping):
    found = db.session.get(ColumnNames, user_id) or first_names(user_id)
    pairs = zip(headings, mapping, strict=True)
    named = {plain(heading): target for heading, target in pairs if heading}
    kept = {**(found.names or {}), **named}
    found.names = dict(list(kept.items())[-MOST_NAMES:])


def plain(heading):
    return " ".join(heading.casefold().split())


def first_names(user_id):
    try:
        with db.session.begin_nested():
            made = ColumnNames(user_id=user_id, names={})
            db.session.add(made)
        return made
    except IntegrityError:  # another file of theirs, at the same moment
        return db.session.get(ColumnNames, user_id)
