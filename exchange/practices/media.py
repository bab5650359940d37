"""Files of a case: pictures made anew in three widths, documents kept as they came.

The content decides what a file is; names on the disk are ours. Its bytes are safe on the disk before its
row is written, and nothing here commits.
"""

import hashlib
import io
import os
import re
import secrets
import shutil
import threading
import time
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps
from sqlalchemy import delete, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices.models import Medium, Practice, Revision, Snapshot

WIDTHS = (320, 640, 1280)
SHAPES = {"webp": ("WEBP", "image/webp", {"quality": 80}), "jpg": ("JPEG", "image/jpeg", {"quality": 82})}
READ = ("JPEG", "PNG", "WEBP", "GIF")  # SVG is a program, not a picture
MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_BYTES_PER_CASE = 200 * MEGABYTE
JUST_NOW = timedelta(hours=1)
FORSAKEN = timedelta(days=1)  # a request that made a folder has ended by then
UNUSED = timedelta(days=14)
AT_ONCE = 300  # cases looked through together
MAX_PIXELS = 40_000_000
TALLEST = 3  # times the width: taller ones are made narrower
OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
BY_PART = {
    "word/document.xml": ("docx", OFFICE + "wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", OFFICE + "spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", OFFICE + "presentationml.presentation"),
}
BY_MIME = {OPEN + "text": "odt", OPEN + "spreadsheet": "ods", OPEN + "presentation": "odp"}

Image.MAX_IMAGE_PIXELS = None  # we count ourselves, from the header, before anything is unpacked
one_at_a_time = threading.Lock()  # unpacked pictures are large: never several in memory at once


class Refused(Exception):
    """This file is not taken; the message is for the person who sent it."""


@dataclass
class Received:
    """A file that was read and found good: what to write where, and what its row will say."""

    kind: str
    file_name: str
    content_type: str
    size: int
    sha256: str
    files: dict  # name on the disk → bytes
    width: int | None = None
    height: int | None = None


# Receiving: takes time, touches no database


def read_image(stream, file_name):
    """A picture made anew (no metadata, first frame, upright) in each width and shape; or Refused."""
    data = read_all(stream)
    with one_at_a_time:
        picture = decode(data)
        files = {
            f"{width}.{shape}": encode(scaled(picture, width), shape) for width in WIDTHS for shape in SHAPES
        }
        width, height = scaled(picture, WIDTHS[-1]).size
    return Received(
        "image", clean_name(file_name, None), "image/webp", len(data), digest(data), files, width, height
    )


def read_document(stream, file_name):
    """A PDF or an office document without macros, as it came; or Refused."""
    data = read_all(stream)
    ending, content_type = document_type(data)
    return Received(
        "document", clean_name(file_name, ending), content_type, len(data), digest(data), {"document": data}
    )


def read_all(stream):
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Refused(_l("This file is too large: %(limit)s MB at most.", limit=MAX_BYTES // MEGABYTE))
    if not data:
        raise Refused(_l("This file is empty."))
    return data


def digest(data):
    return hashlib.sha256(data).hexdigest()


def decode(data):
    """The first frame as an upright RGB picture on white, not much larger than we need it."""
    try:
        check_size(opened(data))
        opened(data).verify()
        picture = opened(data)
        picture.draft("RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1]))  # a JPEG is unpacked at a fraction of its size
        return on_white(ImageOps.exif_transpose(picture))
    except Refused:
        raise
    except (
        Exception
    ) as error:  # Pillow raises a dozen kinds for broken files; all mean the same to the sender
        raise Refused(_l("This picture is broken, or only a part of it arrived.")) from error


def opened(data):
    try:
        return Image.open(io.BytesIO(data), formats=READ)
    except Image.UnidentifiedImageError as error:
        raise Refused(_l("This is not a picture that we can read: send JPEG, PNG, WebP or GIF.")) from error


def check_size(picture):
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise Refused(
            _l(
                "This picture has too many pixels (%(width)s × %(height)s): %(limit)s million at most.",
                width=width,
                height=height,
                limit=MAX_PIXELS // 1_000_000,
            )
        )


def on_white(picture):
    """A new picture that holds nothing but pixels: what rides along in a file stays behind."""
    clear = picture.convert("RGBA") if "transparency" in picture.info or "A" in picture.mode else None
    clean = Image.new("RGB", picture.size, "white")
    clean.paste(clear or picture.convert("RGB"), mask=clear)
    return clean


def scaled(picture, width):
    small = picture.copy()
    small.thumbnail((width, width * TALLEST), Image.Resampling.LANCZOS)
    return small


def encode(picture, shape):
    form, _content_type, how = SHAPES[shape]
    target = io.BytesIO()
    picture.save(target, form, **how)
    return target.getvalue()


def document_type(data):
    """(ending, content type) by what is inside, whatever the file was called."""
    if data[:5] == b"%PDF-" and b"%%EOF" in data[-2048:]:
        return "pdf", "application/pdf"
    try:
        found = office_type(zipfile.ZipFile(io.BytesIO(data)))
    except (zipfile.BadZipFile, ValueError, KeyError, RuntimeError, NotImplementedError, OSError, EOFError):
        found = None
    if not found:
        raise Refused(_l("Send a PDF, or a document like docx, xlsx, pptx, odt, ods or odp without macros."))
    return found


def office_type(archive):
    names = set(archive.namelist())
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
        mime = archive.read("mimetype").decode("ascii", "replace").strip()
        runs = any(name.startswith(("Basic/", "Scripts/")) for name in names)
        return (BY_MIME[mime], mime) if mime in BY_MIME and not runs else None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((what for part, what in BY_PART.items() if part in names), None)


def clean_name(file_name, ending):
    """The owner's name for a file, fit for a disk and a header; with the ending that its content deserves."""
    name = unicodedata.normalize("NFC", (file_name or "").replace("\\", "/").rsplit("/", 1)[-1])
    stem = PurePosixPath(name).stem if ending else name
    stem = re.sub(r"[^\w .()+-]+", "-", stem).strip(" .-")[:100]
    return f"{stem or 'document'}.{ending}" if ending else stem or "picture"


# Keeping


def keep(received, practice, by):
    """Write the bytes down for good, then add the row; raises Refused when the case holds too much."""
    if held_bytes(practice) + received.size > MAX_BYTES_PER_CASE:
        raise Refused(
            _l(
                "The files of one case may have %(limit)s MB together: remove one first.",
                limit=MAX_BYTES_PER_CASE // MEGABYTE,
            )
        )
    medium = Medium(
        id=secrets.token_hex(10),
        practice_id=practice.id,
        by_id=by.id,
        **{
            name: getattr(received, name)
            for name in ("kind", "file_name", "content_type", "size", "sha256", "width", "height")
        },
    )
    write_files(folder_of(medium), received.files)
    db.session.add(medium)
    journal.record(
        "add file", f"practice:{practice.public_id}", by, news=False, medium=medium.id, kind=medium.kind
    )
    return medium


def held_bytes(practice):
    """What counts against a case's share: the files that its texts show, and those that came just now."""
    shown = files_shown([practice.id])
    rows = db.session.execute(
        select(Medium.id, Medium.size, Medium.at).where(Medium.practice_id == practice.id)
    )
    return sum(size for medium_id, size, at in rows if medium_id in shown or at > now() - JUST_NOW)


def files_shown(practice_ids):
    """The ids of all files that some text of these cases shows, an earlier one of a draft included."""
    columns = lambda text: (text.answers["media"], text.answers["documents"])  # noqa: E731
    texts = select(*columns(Revision)).where(Revision.practice_id.in_(practice_ids))
    earlier = (
        select(*columns(Snapshot))
        .join(Revision, Revision.id == Snapshot.revision_id)
        .where(Revision.practice_id.in_(practice_ids))
    )
    rows = [*db.session.execute(texts), *db.session.execute(earlier)]
    return {one.get("file") for row in rows for listed in row for one in listed or ()}


def folder_of(medium):
    return current_app.config["SETTINGS"].media / medium.id


def write_files(folder, files):
    folder.mkdir(parents=True)
    for name, data in files.items():
        with open(folder / name, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for directory in (folder, folder.parent):
        sync_folder(directory)


def sync_folder(folder):
    """The names in it survive a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# By the clock


def sweep():
    """Remove files that no text shows any more, and what requests left behind that came to nothing."""
    sweep_rows()
    root = current_app.config["SETTINGS"].media
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if folder.is_dir() and is_left_behind(folder):
            shutil.rmtree(folder, ignore_errors=True)


def is_left_behind(folder):
    """No row names it, and whoever made it has long ended."""
    old = time.time() - folder.stat().st_mtime > FORSAKEN.total_seconds()
    return old and db.session.scalar(select(Medium.id).where(Medium.id == folder.name)) is None


def sweep_rows():
    """Rows of files that were added a while ago and that no text shows; their folders go after them."""
    old = now() - UNUSED
    candidates = db.session.execute(
        select(Medium.practice_id, Medium.id).where(Medium.at < old).order_by(Medium.practice_id)
    ).all()
    practice_ids = sorted({practice_id for practice_id, _medium in candidates})
    for start in range(0, len(practice_ids), AT_ONCE):
        some = practice_ids[start : start + AT_ONCE]
        shown = files_shown(some)
        spare = [one for practice_id, one in candidates if practice_id in some and one not in shown]
        if spare:
            db.session.execute(delete(Medium).where(Medium.id.in_(spare)))
        db.session.commit()


# Who else may have a file that is not public: rooms above know of readers that this one does not


def open_to(app, rule):
    """From now on whoever fulfils rule(user, practice, medium) gets the file too."""
    app.extensions.setdefault("readers of files", []).append(rule)


def is_open_to(user, practice, medium):
    rules = current_app.extensions.get("readers of files", ())
    return user.is_authenticated and any(rule(user, practice, medium) for rule in rules)


# Looking up


def of(practice):
    """Medium id → Medium of all files that were ever added to this case."""
    return {
        medium.id: medium
        for medium in db.session.scalars(select(Medium).where(Medium.practice_id == practice.id))
    }


def shapes_of(revision):
    """Medium id → (width, height) of the largest size of every picture that this text shows."""
    ids = [row.get("file") for row in revision.get("media", [])]
    rows = db.session.execute(select(Medium.id, Medium.width, Medium.height).where(Medium.id.in_(ids)))
    return {medium_id: (width, height) for medium_id, width, height in rows if width and height}


def find(medium_id):
    """(medium, its practice), or None."""
    medium = db.session.get(Medium, medium_id)
    return (medium, db.session.get(Practice, medium.practice_id)) if medium else None
