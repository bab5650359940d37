"""Taking cases in, pages in one process, covers.

RECORDS=n sets how many made-up cases are taken in (1,000); FILE=path measures a file of records instead.
"""

import gzip
import json
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

from exchange.cli import importing
from exchange.core import maps
from exchange.search import indexing
from tests.bench import installation

WORDS = str.split(
    "city street tram bus cycle rent housing water heat tree garden school budget council waste energy"
    " roof market river bridge night safety child parent office plan law price map park"
)
QUERIES = (
    "rent",
    "water heat",
    '"city street"',
    "tram -bus",
    "garde*",
    "housing OR roof",
    "school budget council",
)
ROUNDS = 40


def measure(report):
    report.heading("Taking in, and pages")
    with tempfile.TemporaryDirectory() as name, installation.installation(name) as app:
        by = installation.moderator().email
        measure_import(report, Path(name), by)
        measure_index(report)
        measure_pages(report, app)
    measure_covers(report)


def measure_import(report, folder, by):
    path = Path(os.environ.get("FILE") or folder / "records.jsonl")
    if not path.exists():
        path.write_text(
            "\n".join(json.dumps(record(n)) for n in range(int(os.environ.get("RECORDS", "1000"))))
        )
    began = time.perf_counter()
    with path.open(encoding="utf-8") as file:
        done = importing.import_lines(file, approve_as=by)
    seconds, count = time.perf_counter() - began, sum(done.counts.values())
    tell(report, "import with approval", f"{count} records, {count / seconds:.0f} a second", "30 a second")


def record(n):
    chance = random.Random(n)
    body = "\n\n".join(" ".join(chance.choices(WORDS, k=120)) + "." for _ in range(6))
    return {
        "source": "bench",
        "source_id": str(n),
        "title": " ".join(chance.choices(WORDS, k=6)),
        "summary": " ".join(chance.choices(WORDS, k=25)),
        "body": body,
        "city": "",
        "country": "",
        "language": "en",
        "country_code": chance.choice(["FR", "BR", "IN", "SN", "DE"]),
        "lat": chance.uniform(-50, 60),
        "lon": chance.uniform(-120, 140),
        "year": chance.randint(1990, 2025),
        "tags": chance.choices(WORDS, k=3),
        "themes": ["SDG 11."],
        "url": "https://bench.example/",
        "licence": "CC0",
    }


def measure_index(report):
    began = time.perf_counter()
    count = indexing.rebuild()
    seconds = time.perf_counter() - began
    tell(report, "index built anew", f"{count} cases, {count / seconds:.0f} a second")


def measure_pages(report, app):
    client = app.test_client()
    addresses = {
        "home": ["/"],
        "search page": [f"/practices?q={q}" for q in QUERIES],
        "search as JSON": [f"/practices.json?q={q}" for q in QUERIES],
        "cities": ["/cities"],
    }
    for name, paths in addresses.items():
        times, size = [], 0
        for path in paths * max(1, ROUNDS // len(paths)):
            began = time.perf_counter()
            answer = client.get(path)
            times.append((time.perf_counter() - began) * 1000)
            size = max(size, len(gzip.compress(answer.data)))
        ordered = sorted(times)
        tell(
            report,
            name,
            f"p50 {statistics.median(ordered):.0f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms, "
            f"{size / 1000:.0f} kB gzipped",
        )


def measure_covers(report):
    times = []
    for n in range(40):
        chance = random.Random(n)
        began = time.perf_counter()
        maps.cover_svg(chance.uniform(-50, 65), chance.uniform(-180, 180), "mobility", 376, 235, 1800)
        times.append((time.perf_counter() - began) * 1000)
    tell(report, "cover drawn", f"p50 {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")


def tell(report, name, figure, wanted=""):
    report.say(f"{name:<22} {figure}" + (f"   (wanted: {wanted})" if wanted else ""))
