"""`make bench`: what the program costs, beside what one could have instead; printed, and never asserted.

SIZE=1k,10k        or 100k
ONLY=speed,http    some of pages, index, speed, http, fuzz, relevance
RIVALS=tantivy     some of tantivy, sqlite, postgres, whoosh
KEEP=1             writes docs/bench.md
EXAMPLES=5         shows questions that others answer better
RECORDS=n, FILE=p  for `pages`
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.bench import fuzzing, installation, pages, relevance, serving, speed, suggestions, work
from tests.bench.report import Report
from tests.bench.rivals import NAMES

SIZES = {"1k": 1000, "10k": 10_000, "100k": 100_000}
PARTS = ("pages", "index", "speed", "http", "fuzz", "relevance")


def main():
    parts, sizes = set(chosen("ONLY", PARTS, PARTS)), chosen("SIZE", ("1k", "10k"), SIZES)
    report = Report()
    if "pages" in parts:
        pages.measure(report)
    if {"index", "speed", "http", "fuzz"} & parts:
        for size in sizes:
            measure_size(report, size, parts if size == sizes[-1] else parts - {"http"})
    if "relevance" in parts:
        relevance.measure(report)
    report.finish()


def chosen(name, usual, possible):
    found = [one for one in os.environ.get(name, "").split(",") if one] or list(usual)
    if wrong := set(found) - set(possible):
        sys.exit(f"{name}: '{wrong.pop()}' is none of {', '.join(possible)}")
    return found


def measure_size(report, size, parts):
    """One corpus in an installation of its own, and in every rival."""
    count = SIZES[size]
    with tempfile.TemporaryDirectory() as name, installation.installation(Path(name) / "ours") as app:
        folder, made = Path(name), installation.corpus()
        report.heading(f"Building, {size} cases")
        installation.fill(made, count)
        ours = work.build_ours(report, size)
        if "http" in parts:
            serving.measure(report, folder, made, count, size)
        if "fuzz" in parts:
            fuzzing.measure(report, app, size)
        if not {"index", "speed"} & parts:
            return
        names = chosen("RIVALS", NAMES, NAMES)
        rivals = work.build_rivals(report, names, folder, made, count, ours, size)
        if "speed" in parts:
            speed.measure(report, app, made, count, rivals, size)
            suggestions.measure(report, app, made, count, size)
        for rival in rivals:
            rival.close()
        if "index" in parts:
            report.heading(f"Keeping the index, {size} cases")
            work.measure_approvals(report, app, made, count, size)
            work.measure_memory(report, app, size)


if __name__ == "__main__":
    main()
