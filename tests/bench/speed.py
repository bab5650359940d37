"""The full page: total, ten hits with snippets, five facets. Every engine is asked each question in turn."""

import statistics
import time

from exchange.core.models import db
from exchange.search import cache, service
from exchange.search.engine import get_engine
from exchange.search.words import snippets, strategies
from tests.bench.questions import questions
from tests.bench.rivals import FACETS, Page

ROUNDS = 4  # after one in which everything is asked for the first time
ENGINE, WHOLE = "ours: engine and snippets", "ours: all, with the database"
WANTED = {  # size → rival → how many times as quick as it we want to be
    "10k": {"tantivy": 2, "SQLite FTS5": 5, "PostgreSQL": 10, "naive Whoosh": 40},
    "100k": {"tantivy": 1},
}


def measure(report, app, made, count, rivals, size):
    asked = questions(made)
    languages = {case.public_id: case.language for case in made.cases(count)}
    sides = {ENGINE: engine_page(app, languages), WHOLE: whole_find(app)}
    sides.update((rival.name, rival.ask) for rival in rivals)
    report.heading(f"The full page, {size} cases: {len(asked)} questions, each in {ROUNDS} rounds, ms")
    pages, first, times, work = ask_everybody(sides, asked)
    show(report, pages, first, times, work)
    show_kinds(report, asked, times)
    judge(report, times, size)


def ask_everybody(sides, asked):
    """By side: the pages, the times of the first round, then each question's median time in the other
    rounds by the clock, and by the work of this process, which a busy machine does not change.

    In each round the sides take turns, each with all its questions: none finds the processor's memory
    full of what another has just left there, as it would not in a process of its own.
    """
    pages = {name: [] for name in sides}
    rounds, work = ({name: [[] for _ in asked] for name in sides} for _ in range(2))
    for turn in range(ROUNDS + 1):
        for name, ask in sides.items():
            for number, question in enumerate(asked):
                began, worked = time.perf_counter(), time.process_time()
                page = ask(question)
                rounds[name][number].append((time.perf_counter() - began) * 1000)
                work[name][number].append((time.process_time() - worked) * 1000)
                if not turn:
                    pages[name].append(page)
    first = {name: [one[0] for one in spent] for name, spent in rounds.items()}
    return pages, first, medians(rounds), medians(work)


def medians(rounds):
    return {name: [p50(one[1:]) for one in spent] for name, spent in rounds.items()}


# Ours


def engine_page(app, languages):
    """What an engine does: hidden cases are known, texts come from the index, nothing from the database."""
    with app.test_request_context():
        hidden = service.hidden_ids()
    engine = get_engine(app)

    def ask(question):
        tree = strategies.read(question.typed, engine.place_of).tree
        results = engine.search(question.query, tree, hidden)
        hits = [(hit.public_id, hit.score, snippet(hit, tree, languages)) for hit in results.hits]
        return Page(results.total, hits, five_of(results))

    return ask


def snippet(hit, tree, languages):
    marker = snippets.marker_of(tree, languages[hit.public_id])
    return snippets.marked(snippets.snippet(hit.texts, marker))


def whole_find(app):
    """What the search page asks for, in a request of its own: hidden cases, rows and labels are looked up."""

    def ask(question):
        cache.cache_of(app).kept.clear()  # nobody asked just this just now
        with app.test_request_context():
            answer = service.find(question.query)
            page = Page(answer.total, [hit.snippet for hit in answer.hits], five_of(answer.results))
            db.session.remove()
        return page

    return ask


def five_of(results):
    return {name: results.facets.get(name, {}) for name in FACETS}


# Telling


def show(report, pages, first, times, work):
    base = p50(times[ENGINE]), p95(times[ENGINE])
    rows = []
    for name, spent in times.items():
        figures = (p50(spent), p95(spent), p50(first[name]), p95(first[name]))
        ratios = (figures[0] / base[0], figures[1] / base[1])
        cells = [*(f"{one:.2f}" for one in figures), *(f"{one:.1f} ×" for one in ratios)]
        worked = "–" if name == "PostgreSQL" else f"{p50(work[name]):.2f}"
        rows.append((name, *cells, worked, agreement(pages, name)))
    head = (
        "",
        "p50",
        "p95",
        "first p50",
        "first p95",
        "p50 : ours",
        "p95 : ours",
        "work p50",
        "counts as ours",
    )
    report.table(head, rows)


def agreement(pages, name):
    """To how many questions this side gives the same total and the same counts as ours: the same work."""
    pairs = zip(pages[ENGINE], pages[name], strict=True)
    same = sum(ours.total == theirs.total and ours.facets == theirs.facets for ours, theirs in pairs)
    return f"{same} of {len(pages[name])}"


def show_kinds(report, asked, times):
    rows = []
    for kind in dict.fromkeys(question.kind for question in asked):
        places = [place for place, question in enumerate(asked) if question.kind == kind]
        rows.append((kind, *(f"{p50([spent[place] for place in places]):.2f}" for spent in times.values())))
    report.say()
    report.table(("p50 by kind", *times), rows)


def judge(report, times, size):
    for ours in (ENGINE, WHOLE):
        for rival, least in WANTED.get(size, {}).items():
            for which, figure in (("p50", p50), ("p95", p95)):
                theirs = figure(times[rival]) if rival in times else None
                what = f"{size} page, {which}, {ours} : {rival}"
                report.times(what, theirs, figure(times[ours]), least)


def p50(values):
    return statistics.median(values)


def p95(values):
    return sorted(values)[int(len(values) * 0.95)]
