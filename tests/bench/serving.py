"""The search page over HTTP, beside our own plain list and Datasette with full text and facets."""

import http.client
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlencode

from tests.bench import installation
from tests.bench.questions import questions
from tests.bench.rivals import FACETS
from tests.bench.rivals.sqlite_ import match
from tests.bench.speed import p50, p95
from tests.server import PATIENCE, Server, free_port

PROCESSES, CLIENTS = 2, 4
OURS, THEIRS = 400, 80  # requests
KEPT = 10  # requests over one connection: readers come and go, so no process has all of them for long
ANOTHER = 77  # seed: not the questions that were asked before
TABLE = """
CREATE TABLE cases (id INTEGER PRIMARY KEY, title TEXT, summary TEXT, body TEXT,
                    topic TEXT, stage TEXT, country TEXT, year TEXT, language TEXT);
CREATE INDEX stages ON cases (stage); CREATE INDEX countries ON cases (country);
CREATE INDEX years ON cases (year); CREATE INDEX languages ON cases (language);
CREATE INDEX topics ON cases (topic);
CREATE VIRTUAL TABLE cases_fts USING fts5(title, summary, body, content='cases', content_rowid='id',
                                          tokenize='porter unicode61 remove_diacritics 2');
"""


def measure(report, folder, made, count, size):
    """`folder` holds a filled installation, "ours"; Datasette's table is made beside it."""
    report.heading(f"Over HTTP, {size} cases, {PROCESSES} processes, {CLIENTS} clients")
    asked = questions(made, OURS, seed=ANOTHER)
    figures = {}
    server = Server(folder / "ours", demo=False, EXCHANGE_WEB_PROCESSES=str(PROCESSES)).start()
    try:
        warm = [f"/practices?{urlencode({'q': word})}" for word in made.words[300:340]]
        load([server.port], warm)
        figures["search page"] = load([server.port], [ours(question) for question in asked])
        pages = [f"/practices?page={n % (count // 10) + 1}" for n in range(OURS)]
        figures["plain list page"] = load([server.port], pages)
    finally:
        server.stop()
    with datasettes(report, folder, installation.public(made.cases(count))) as ports:
        if ports:
            load(ports, [theirs(question) for question in asked[-8:]])
            figures["Datasette"] = load(ports, [theirs(question) for question in asked[:THEIRS]])
    tell(report, figures, size)


def ours(question):
    pairs = [(name, value) for name, values in question.filters.items() for value in values]
    return f"/practices?{urlencode([('q', question.typed), *pairs])}"


def theirs(question):
    pairs = [("_search", match(question)), ("_searchmode", "raw"), ("_size", "10")]
    pairs += [("_col", "title"), ("_col", "summary"), *(("_facet", name) for name in FACETS)]
    pairs += [(name, values[0]) for name, values in question.filters.items()]
    return f"/cases/cases?{urlencode(pairs)}"


def load(ports, paths):
    """Ask for every path once, from CLIENTS threads on loopback; returns (requests a second, times)."""
    waiting, times, failures = iter(enumerate(paths)), [], []
    lock = threading.Lock()

    def client(number):
        connection, asked = http.client.HTTPConnection("127.0.0.1", ports[number % len(ports)], timeout=60), 0
        while True:
            with lock:
                place, path = next(waiting, (None, None))
            if path is None or failures:
                return connection.close()
            began = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            size = len(answer.read())
            times.append((time.perf_counter() - began) * 1000)
            if answer.status != 200 or size < 1000:
                failures.append((answer.status, path))
            asked += 1
            if asked % KEPT == 0:
                connection.close()  # it opens again by itself

    began = time.perf_counter()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures or len(times) != len(paths):
        raise RuntimeError(f"not answered: {failures or len(paths) - len(times)}")
    return len(paths) / (time.perf_counter() - began), times


@contextmanager
def datasettes(report, folder, stream):
    """The ports of as many Datasettes as we have web processes; [] where it is not installed."""
    try:
        import datasette  # noqa: F401
    except ImportError:
        report.say("Datasette: not measured, it is not installed (python3 bootstrap bench)")
        yield []
        return
    path = make_table(folder / "cases.db", stream)
    ports = [free_port() for _ in range(PROCESSES)]
    processes = [start(path, port) for port in ports]
    try:
        for port in ports:
            wait_for(port)
        yield ports
    finally:
        for process in processes:
            process.terminate()
            process.wait(PATIENCE)


def make_table(path, stream):
    base = sqlite3.connect(path)
    base.executescript(TABLE)
    rows = (
        (case.number, case.title, case.summary, case.body, *(case.facets[name][0] for name in FACETS))
        for case in stream
    )
    base.executemany("INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.execute("INSERT INTO cases_fts (cases_fts) VALUES ('rebuild')")
    base.execute("ANALYZE")
    base.commit()
    base.close()
    return path


def start(path, port):
    limits = ("facet_time_limit_ms", "10000", "sql_time_limit_ms", "20000")
    words = ["-i", str(path), "--port", str(port), "--setting", *limits[:2], "--setting", *limits[2:]]
    return subprocess.Popen(
        [sys.executable, "-m", "datasette", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def wait_for(port):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Datasette does not answer")


def tell(report, figures, size):
    rows = [
        (name, f"{speed:.1f}", f"{p50(times):.1f}", f"{p95(times):.1f}")
        for name, (speed, times) in figures.items()
    ]
    report.table(("", "requests/s", "p50 ms", "p95 ms"), rows)
    ours = figures["search page"][0]
    report.times(
        f"{size} search page : Datasette, requests/s", ours, figures.get("Datasette", (None,))[0], 10
    )
    report.times(
        f"{size} search page : plain list page, requests/s", ours, figures["plain list page"][0], 0.6
    )
