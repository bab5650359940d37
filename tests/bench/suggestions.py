"""Suggestions while somebody types: the server's time for each beginning, from the request to the answer."""

import random
import time

from exchange.core.models import db
from exchange.search.engine import get_engine
from exchange.search.views import offers
from tests.bench.speed import p50, p95

BEGINNINGS = 200
LONGEST = 12  # letters that are typed of one word
SEED = 11
LIMIT = 20  # ms
TOPICS = ("housing", "logement", "Fahrrad", "agua", "Portugal")


def measure(report, app, made, count, size):
    """Cold: every beginning for the first time since the index was opened. Warm: asked once more."""
    typed = beginnings(made, count)
    get_engine(app).snapshot = None
    get_engine(app).current()
    ask(app, "")  # the first request of a process pays for more than itself
    report.heading(f"Suggestions while typing, {size} cases: {len(typed)} beginnings, ms")
    rows = [(name, [ask(app, text) for text in typed]) for name in ("cold", "warm")]
    figures = [
        (name, *(f"{figure:.1f}" for figure in (p50(times), p95(times), max(times)))) for name, times in rows
    ]
    report.table(("", "p50", "p95", "longest"), figures)
    for name, times in rows:
        if size != "100k":  # a limit for the sizes that one small machine is meant for
            report.at_most(f"{size} suggestions, {name}, p95", p95(times), LIMIT, "ms")


def beginnings(made, count):
    """What stands in the box letter by letter: of titles, and of names of topics, cities and countries."""
    chance, found = random.Random(SEED), []
    while len(found) < BEGINNINGS:
        text = chance.choice((title, name))(made, count, chance)[: chance.randint(3, LONGEST)]
        found += [text[:letters] for letters in range(1, len(text) + 1)]
    return found[:BEGINNINGS]


def title(made, count, chance):
    return made.case(chance.randrange(count)).title


def name(made, count, chance):
    return chance.choice((chance.choice(made.cities)[1], *TOPICS))


def ask(app, typed):
    """ms for one answer, as the application makes it."""
    client = app.test_client()
    began = time.perf_counter()
    answer = client.get("/suggest.json", query_string={"q": typed, "hl": "en"})
    spent = (time.perf_counter() - began) * 1000
    db.session.remove()
    if answer.status_code != 200 or len(answer.json["groups"]) > len(offers.GROUPS):
        raise RuntimeError(f"not answered: {typed}")
    return spent
