"""`exchange import`: one JSON record a line becomes a case that waits for review, or is approved at once."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field

from click import ClickException
from sqlalchemy.exc import DataError, IntegrityError

from exchange.accounts import service as accounts
from exchange.cli.people import find
from exchange.cli.progress import Progress
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import imports
from exchange.practices.service import NotAllowed

BATCH = 100
REFUSALS = (ValueError, moderation.Refusal, NotAllowed, IntegrityError, DataError)


@dataclass
class Report:
    counts: Counter = field(default_factory=Counter)
    problems: list = field(default_factory=list)  # (line number, reason)

    def summary(self):
        parts = [f"{self.counts[key]} {key}" for key in ("new", "changed", "same", "under review")]
        lines = [f"line {number}: {reason}" for number, reason in self.problems]
        return "\n".join([*lines, f"{', '.join(parts)}, {len(self.problems)} refused."])


def import_lines(file, approve_as=None, dry_run=False):
    """Take in every line that makes sense, report the others by number; commits every 100 records."""
    by = find_moderator(approve_as) if approve_as else None
    report, total = Report(), size_of(file)
    progress, done = Progress("Importing"), 0
    for number, line in enumerate(file, start=1):
        done += len(line.encode("utf-8", "surrogateescape"))
        if line.strip():
            import_line(number, line, by, report)
        if number % BATCH == 0:
            finish_batch(dry_run)
        progress(done // 1024, total // 1024)
    finish_batch(dry_run)
    progress.close()
    return report


def find_moderator(email):
    user = find(email)
    if not user.is_moderator:
        raise ClickException(f"{accounts.normal(email)} is no moderator: only a moderator's approval counts.")
    return user


def size_of(file):
    try:
        return os.fstat(file.fileno()).st_size or 1
    except OSError:
        return 1


def import_line(number, line, by, report):
    """One record in a savepoint of its own, so that a bad one takes nothing else with it."""
    try:
        with db.session.begin_nested():
            outcome, revision = imports.take_in(read(line))
            if revision is not None:
                moderation.approve_import(revision, by) if by else moderation.submit(revision, None)
    except REFUSALS as error:
        report.problems.append((number, reason(error)))
    else:
        report.counts[outcome] += 1


def read(line):
    """The record of a line; raises BadRecord where it is no JSON, or holds what cannot be stored."""
    try:
        line.encode()
        record = json.loads(line)
        if any(b"\x00" in text.encode() for text in texts_of(record)):
            raise imports.BadRecord("it holds a NUL character")
    except UnicodeError as error:
        raise imports.BadRecord("it is not UTF-8 text") from error
    except RecursionError as error:
        raise imports.BadRecord("it is not JSON that anybody would write") from error
    except json.JSONDecodeError as error:
        raise imports.BadRecord(f"it is not JSON: {error}") from error
    return record


def texts_of(value):
    """Every piece of text in a record, names of fields included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value:
            yield from texts_of(one)
        yield from texts_of(list(value.values())) if isinstance(value, dict) else ()


def reason(error):
    """Why a record was refused, in one line for the person who imports."""
    if isinstance(error, moderation.ConflictOfInterest):
        return "the moderator belongs to its city, or wrote it: somebody else approves it"
    if isinstance(error, moderation.AlreadyTaken):
        return f"its review is in the hands of {error}"
    if isinstance(error, moderation.NotReady):
        return f"missing: {error}"
    return " ".join(str(getattr(error, "orig", error)).split())


def finish_batch(dry_run):
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    db.session.expunge_all()
