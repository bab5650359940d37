"""Documents of an event: kept as they came, given away as attachments only, public when its text says so."""

import secrets
import shutil
import time

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from exchange.core.models import db
from exchange.network.models.dates import EventFile
from exchange.network.service import vetted, vetting
from exchange.network.service.dates import events
from exchange.practices import media
from exchange.practices.media import MEGABYTE, Refused

MAX_BYTES_PER_EVENT = 60 * MEGABYTE


def add(event, received, name, by, base=None):
    """Keep a file that `media.read_document` took, and propose the event's text with it.

    Raises Refused when the event holds too much, and what `events.propose` raises.
    """
    held = db.session.scalar(select(func.sum(EventFile.size)).where(EventFile.event_id == event.id)) or 0
    if held + received.size > MAX_BYTES_PER_EVENT:
        most = MAX_BYTES_PER_EVENT // MEGABYTE
        raise Refused(_l("The documents of one event may have %(limit)s MB together.", limit=most))
    told = ("file_name", "content_type", "size", "sha256")
    row = EventFile(
        id=secrets.token_hex(10),
        event_id=event.id,
        by_id=by.id,
        **{column: getattr(received, column) for column in told},
    )
    db.session.add(row)
    content = vetted.text_of(events.KIND, event)
    documents = [*content["documents"], {"file": row.id, "name": name or row.file_name}]
    _event, text = events.propose({**content, "documents": documents}, by, event, base)
    media.write_files(folder_of(row), received.files)
    return text


def remove(event, file_id, by):
    """Propose its text without a document; a second time changes nothing. Raises vetting.Meanwhile."""
    text = vetting.latest(events.KIND, event.public_id)
    left = [one for one in text.content["documents"] if one["file"] != file_id]
    if len(left) == len(text.content["documents"]):
        return None
    return events.propose({**text.content, "documents": left}, by, event, vetting.hash_of(text))[1]


def find(event, file_id):
    row = db.session.get(EventFile, file_id)
    return row if row is not None and row.event_id == event.id else None


def names_of(event):
    """File id → (name, bytes) of all that were added to an event; nothing is asked when it shows none."""
    if not event.get("documents", []):
        return {}
    rows = db.session.scalars(select(EventFile).where(EventFile.event_id == event.id))
    return {row.id: (row.file_name, row.size) for row in rows}


def is_public(event, row):
    return event.is_public and any(one["file"] == row.id for one in event.get("documents", []))


def folder_of(row):
    return root() / row.id


def root():
    return current_app.config["SETTINGS"].instance / "documents"


def sweep():
    """Remove what requests left behind that came to nothing."""
    if not root().is_dir():
        return
    for folder in sorted(root().iterdir()):
        old = time.time() - folder.stat().st_mtime > media.FORSAKEN.total_seconds()
        if old and db.session.get(EventFile, folder.name) is None:
            shutil.rmtree(folder, ignore_errors=True)
