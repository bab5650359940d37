"""The file in which the web notes that a case was read, until the worker adds it up.

A line has the day, the case and the act, and nothing about who. A page that is looked at never writes to the
database, so it appends here; any number of processes may. The worker takes the file away by renaming it, and
adds it up when nobody writes to it any more. Unsynced lines are lost with the power: they are counts.
"""

import fcntl
import os
import re
from collections import Counter
from contextlib import contextmanager
from uuid import uuid4

MOST_BYTES = 8 * 1024 * 1024  # of lines that wait; what comes then, while no worker runs, is not counted
TRIES = 50  # as often as the worker may take the file away just then
OPEN = "open"
LINE = re.compile(rb"(\d{4}-\d\d-\d\d) ([0-9A-Z]{4,12}) (read|download)")


def note(folder, day, public_id, act):
    """Whether it was noted. Raises OSError when the disk does not take it."""
    line, path = f"{day.isoformat()} {public_id} {act}\n".encode(), folder / OPEN
    for _try in range(TRIES):
        with opened(path) as file:
            if not is_still_there(file, path):
                continue  # the worker took it away just now
            if os.fstat(file).st_size + len(line) > MOST_BYTES:
                return False
            os.write(file, line)
            return True
    return False


@contextmanager
def opened(path):
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    try:
        file = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, flags, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def is_still_there(file, path):
    """Hold the open file, so that the worker waits; False when it has another name by now."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return os.fstat(file).st_ino == os.stat(path).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def taken(folder):
    """The files that wait to be added up: those that a worker left when it fell, else all that was noted."""
    left = sorted(folder.glob("taken-*"))
    return left or take(folder)


def take(folder):
    path = folder / f"taken-{uuid4().hex}"
    try:
        os.rename(folder / OPEN, path)
    except FileNotFoundError:
        return []
    return [path]


def counted(path):
    """(day, public id, act) → how often, of a file that was taken; what is no line counts nothing."""
    with open(path, "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # whoever was writing has finished
        found = Counter(LINE.fullmatch(line.rstrip(b"\n")) for line in file)
    numbers = Counter()
    for match, number in found.items():
        if match:
            numbers[tuple(part.decode() for part in match.groups())] += number
    return numbers
