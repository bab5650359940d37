"""`exchange import`: one JSON record a line, into cases that wait for review or are approved by a moderator."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field

from click import ClickException

from exchange.accounts import service as accounts
from exchange.cli.people import find
from exchange.cli.progress import Progress
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import imports

BATCH = 100


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
    progress, read = Progress("Importing"), 0
    for number, line in enumerate(file, start=1):
        read += len(line.encode("utf-8", "surrogateescape"))
        if line.strip():
            import_line(number, line, by, report)
        if number % BATCH == 0:
            finish_batch(dry_run)
        progress(read // 1024, total // 1024)
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
            outcome, revision = imports.take_in(json.loads(line))
            if revision is not None:
                moderation.approve_import(revision, by) if by else moderation.submit(revision, None)
    except (imports.BadRecord, ValueError) as error:
        report.problems.append((number, str(error)))
    else:
        report.counts[outcome] += 1


def finish_batch(dry_run):
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    db.session.expunge_all()
