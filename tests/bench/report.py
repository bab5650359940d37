"""What was measured, as plain text: printed as it comes, and kept in docs/bench.md when KEEP=1."""

import importlib.metadata
import os
import platform
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

KEPT = Path(__file__).resolve().parents[2] / "docs" / "bench.md"
LIBRARIES = ("numpy", "Whoosh", "SQLAlchemy", "Flask", "waitress", "tantivy", "datasette", "psycopg")
WORDS = {True: "met", False: "NOT MET", None: "not measured"}


class Report:
    def __init__(self):
        self.lines, self.targets, self.began = [], [], time.monotonic()
        self.say(f"# What it costs, and what the others cost\n\n{machine()}")

    def say(self, text=""):
        print(text, flush=True)
        self.lines.append(text)

    def heading(self, text):
        self.say(f"\n## {text}\n")

    def table(self, head, rows):
        """Columns as wide as what stands in them; figures to the right."""
        rows = [[str(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        for row in (head, ["-" * width for width in widths], *rows):
            first, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            figures = (cell.strip().rjust(len(cell)) for cell in others)
            self.say(f"| {' | '.join([first, *figures])} |")

    def target(self, what, figure, wanted, met):
        """One line of SEARCH.md §4; `met` is None where it could not be measured."""
        self.targets.append((what, figure, wanted, WORDS[met]))

    def at_most(self, what, ours, limit, unit):
        met = None if ours is None else ours <= limit
        self.target(what, "–" if ours is None else f"{ours:,.0f} {unit}", f"≤ {limit:,} {unit}", met)

    def times(self, what, more, less, least):
        """The one is at least so many times the other; None is what could not be measured."""
        times = more / less if more and less else None
        met = None if times is None else times >= least
        self.target(what, "–" if times is None else f"{times:.2f} ×", f"≥ {least:.3g} ×", met)

    def finish(self):
        self.heading("Targets")
        if self.targets:
            self.table(("target", "measured", "wanted", ""), self.targets)
        missed = sum(1 for *_, word in self.targets if word == WORDS[False])
        self.say(f"\n{len(self.targets)} targets, {missed} of them missed. {load()}")
        self.say(f"It took {(time.monotonic() - self.began) / 60:.0f} minutes.")
        if os.environ.get("KEEP") == "1":
            KEPT.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def machine():
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC · {processor()}, {os.cpu_count()} cores, {memory()} · "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {libraries}\n\n{load()}"
    )


def version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "–"


def processor():
    return line_of("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()


def memory():
    kilobytes = line_of("/proc/meminfo", "MemTotal").split()[:1]
    return f"{int(kilobytes[0]) / 1e6:.0f} GB" if kilobytes else "unknown memory"


def load():
    return f"Load of the machine: {os.getloadavg()[0]:.1f}."


def line_of(path, name):
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
