"""What keeping the index costs: building it, one approval until it is found, the memory of who answers."""

import json
import os
import subprocess
import sys
import time

from exchange import reactions
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import imports
from exchange.search import indexing
from exchange.search.engine import get_engine
from exchange.search.query import Query
from exchange.search.words import parser
from tests.bench import installation, rivals
from tests.bench.speed import p50

APPROVALS = 9
MOST_FOR_WHOOSH = 20_000  # cases: it would take most of an hour


def build_ours(report, size):
    """The whole way: rows are read, documents made and written. Returns cases a second."""
    began = time.perf_counter()
    count = indexing.rebuild()
    seconds = time.perf_counter() - began
    report.say(f"ours: {count:,} cases indexed in {seconds:.1f} s, {count / seconds:.0f} a second")
    if size == "10k":
        report.at_most("reindex of 10,000", seconds, 60, "s")
    return count / seconds


def build_rivals(report, names, folder, made, count, ours, size):
    """Every rival that is here, built; how quickly is told."""
    built, speeds = [], {}
    for name in names:
        if name == "whoosh" and count > MOST_FOR_WHOOSH:
            report.say("naive Whoosh: not built at this size, it takes too long")
            continue
        began = time.perf_counter()
        try:
            rival = rivals.open_rival(name, folder / name, installation.public(made.cases(count)))
        except rivals.Missing as error:
            report.say(f"{name}: not measured, {error}")
            continue
        seconds = time.perf_counter() - began
        speeds[rival.name] = count / seconds
        report.say(f"{rival.name}: {seconds:.1f} s, {count / seconds:.0f} a second")
        built.append(rival)
    report.times(f"{size} bulk index : naive Whoosh", ours, speeds.get("naive Whoosh"), 3)
    report.times(f"{size} bulk index : tantivy", ours, speeds.get("tantivy"), 0.2)
    return built


def measure_approvals(report, app, made, count, size):
    """From the moderator's commit until another process finds the case: the work of both, without waiting."""
    by = installation.moderator()
    reader = type(get_engine(app))(app.config["SETTINGS"].index)  # a web process has an engine of its own
    reactions.react()
    spent = []
    for number in range(count, count + APPROVALS):
        title = approve(installation.record(made, number), by)
        find(reader, title)
        began = time.perf_counter()
        reactions.react()
        written = time.perf_counter()
        found = find(reader, title)
        spent.append(((written - began) * 1000, (time.perf_counter() - written) * 1000))
        assert found.total, title
    writing, reading = (p50([one[place] for one in spent]) for place in (0, 1))
    whole = [sum(one) for one in spent]
    report.say(
        f"one case approved: written in {writing:.0f} ms, found by another process {reading:.0f} ms later; "
        f"worst of {APPROVALS}: {max(whole):.0f} ms"
    )
    report.at_most(f"{size} approved → visible, work", p50(whole), 200, "ms")


def approve(record, by):
    _outcome, revision = imports.take_in(record)
    moderation.approve_import(revision, by)
    db.session.commit()
    return revision.title


def find(reader, title):
    query = Query(q=f'"{title}"')
    return reader.search(query, parser.read(query.q))


def measure_memory(report, app, size):
    """The memory of a new process that has answered every question."""
    command = [sys.executable, "-m", "tests.bench.answering"]
    environ = {**os.environ, "EXCHANGE_INSTANCE": str(app.config["SETTINGS"].instance)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    report.say(
        f"a process that answers: {told['megabytes']:.0f} MB ({told['bare_megabytes']:.0f} MB before any "
        f"question), its first answer after {told['first_ms']:.0f} ms"
    )
    report.at_most(f"{size} memory of a web process", told["megabytes"], 400, "MB")
