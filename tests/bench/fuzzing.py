"""What the worst questions cost: strings that nobody should type (tests/search/fuzz.py), each asked once.

STRINGS=n sets how many (2,000); the worst that we know of come first.
"""

import os
import time
from itertools import islice

from werkzeug.datastructures import MultiDict

from exchange.cli.supervisor import settle
from exchange.search import cache, service
from exchange.search.query import Query
from tests.bench.speed import p50, p95
from tests.search import fuzz

STRINGS = "2000"
MOST_MS = 250
SHOWN = 12  # of the slowest
LONGEST = 60  # characters of one that are shown


def measure(report, app, size):
    count = int(os.environ.get("STRINGS", STRINGS))
    report.heading(f"Strings that nobody should type, {size} cases: {count:,}, ms")
    ask(app, "housing")
    settle(app)  # as a web process does
    asked = [(*ask(app, typed), typed) for typed in islice(fuzz.strings(), count)]
    clock, work = ([one[place] for one in asked] for place in (0, 1))
    over = sum(one > MOST_MS for one in work)
    report.say(
        f"by the clock p50 {p50(clock):.1f}, p95 {p95(clock):.1f}, worst {max(clock):.0f}; of work p50 "
        f"{p50(work):.1f}, p95 {p95(work):.1f}, worst {max(work):.0f}; {over} took more than {MOST_MS} ms"
    )
    slowest = sorted(asked, key=lambda one: -one[1])[:SHOWN]
    rows = [
        (ascii(typed[:LONGEST]), len(typed), f"{ms:.0f}", f"{worked:.0f}") for ms, worked, typed in slowest
    ]
    report.table(("the slowest", "characters", "clock", "work"), rows)
    report.at_most(f"{size} the worst of {count:,} strings, work", max(work), MOST_MS, "ms")


def ask(app, typed):
    """(milliseconds by the clock, of work) of one question, as the search page asks it."""
    cache.cache_of(app).kept.clear()
    query, began, worked = Query.from_args(MultiDict([("q", typed)])), time.perf_counter(), time.thread_time()
    with app.test_request_context():
        service.find(query)
    return (time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000
