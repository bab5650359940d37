"""How well known items are found in the file of real cases: success@1 and nDCG@10 by language and style.

EXCHANGE_CASES=path names the file. EXAMPLES=n shows n questions a group that another engine answers better.
"""

import math
import os
import tempfile
from collections import defaultdict

from exchange.search import indexing
from tests.bench import finders, known_item
from tests.bench.installation import installation, put

MOST = 300  # cases asked for, of each language


def measure(report):
    report.heading("Relevance: known items in real cases")
    path = known_item.path()
    if not path.exists():
        report.say(f"Not measured: there is no file of cases at {path.name} (EXCHANGE_CASES names one).")
        report.target("relevance", "–", "≥ SQLite and tantivy", None)
        return
    with path.open(encoding="utf-8") as file:
        collection = known_item.collection(file)
    with tempfile.TemporaryDirectory() as folder, installation(folder) as app:
        put(map(known_item.told, collection.items))
        indexing.rebuild()
        with app.test_request_context():
            ranks = asked(collection, MOST)
    tell(report, collection, ranks)
    show_examples(report, collection, ranks, int(os.environ.get("EXAMPLES", "0")))


def asked(collection, most):
    """Everybody is asked everything: [(Wanted, {finder's name: what it found})]. Inside a request."""
    everybody = [finders.Ours(collection.items), *finders.others(collection.items)]
    return [(one, {who.name: who.find(one) for who in everybody}) for one in collection.wanted(most)]


def rank(wanted, found):
    """The place of the first right answer among the first ten, from 1; 0 when there is none."""
    return next((place for place, number in enumerate(found[:10], 1) if number in wanted.right), 0)


def figures(ranks):
    """(style, group) → finder → (success@1, nDCG@10, questions); of variants the better."""
    places = defaultdict(lambda: defaultdict(list))
    for wanted, found in ranks:
        for name, numbers in found.items():
            places[wanted.style, wanted.group][name].append(rank(wanted, numbers))
    return {key: best_of({name: scored(one) for name, one in row.items()}) for key, row in places.items()}


def scored(places):
    first = sum(place == 1 for place in places) / len(places)
    return first, sum(1 / math.log2(place + 1) for place in places if place) / len(places), len(places)


def best_of(row):
    """'SQLite, OR' and 'SQLite, AND' → 'SQLite': the better of the two."""
    found = {}
    for name, figures in row.items():
        short = name.partition(",")[0]
        if short not in found or figures[1] > found[short][1]:
            found[short] = figures
    return found


def tell(report, collection, ranks):
    report.say(f"{len(collection.items):,} cases; * marks the best. success@1 and nDCG@10.\n")
    rows, names = [], ("ours", "SQLite", "tantivy")
    for (style, group), row in figures(ranks).items():
        best = [max(round(row[name][place], 3) for name in row) for place in (0, 1)]
        cells = [
            f"{row[name][place]:.3f}{'*' if round(row[name][place], 3) == best[place] else ' '}"
            if name in row
            else "–"
            for place in (0, 1)
            for name in names
        ]
        rows.append((style, group, row["ours"][2], *cells))
        judge(report, style, group, row)
    rows.sort(key=lambda one: (known_item.STYLES.index(one[0]), known_item.GROUPS.index(one[1])))
    report.table(
        ("", "language", "asked", *(f"{name} s@1" for name in names), *(f"{name} nDCG" for name in names)),
        rows,
    )


def judge(report, style, group, row):
    for name in ("SQLite", "tantivy"):
        met = round(row["ours"][1], 3) >= round(row[name][1], 3) if name in row else None
        figure = f"{row['ours'][1]:.3f} : {row[name][1]:.3f}" if name in row else "–"
        report.target(f"nDCG@10, {style}, {group}, ours : {name}", figure, "≥", met)


def show_examples(report, collection, ranks, most):
    titles = {item.number: item.title for item in collection.items}
    shown = defaultdict(int)
    for wanted, found in ranks:
        ours, better = rank(wanted, found["ours"]), [name for name in found if beats(wanted, found, name)]
        if not better or shown[wanted.style, wanted.group] >= most:
            continue
        shown[wanted.style, wanted.group] += 1
        report.say(f"\n[{wanted.style}, {wanted.group}] {wanted.words}")
        report.say(
            f"  wanted: {titles[min(wanted.right)]}; ours at {ours or '–'}, better: {', '.join(better)}"
        )
        report.say(f"  ours began with: {' / '.join(titles[number] for number in found['ours'][:3])}")


def beats(wanted, found, name):
    ours, theirs = rank(wanted, found["ours"]), rank(wanted, found[name])
    return bool(theirs) and (not ours or theirs < ours)
