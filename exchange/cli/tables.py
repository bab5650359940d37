"""`exchange import FILE.csv|xlsx`: the rows of a table become drafts, by the code that the site runs."""

from collections import Counter

from click import ClickException

from exchange.accounts import service as accounts
from exchange.core.i18n import speaking
from exchange.core.models import db
from exchange.moderation.bulk import checking, report
from exchange.moderation.bulk_models import OUTCOMES
from exchange.moderation.service.tables import batches, uploads
from exchange.practices import tables

ENDINGS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xls")
LATER = 100  # rows between two commits


def is_table(path):
    return path.lower().endswith(ENDINGS)


def import_table(data, city=None, batch=None, as_=None, language=None, dry_run=False):
    """Check every row, and make drafts of the good ones unless it is a dry run.

    Returns the lines of the report, and whether every row was good. Raises ClickException for a file,
    city, batch or person that will not do.
    """
    batch = find_batch(batch) if batch else None
    city = find_city(city) if city else None
    by = author_of(city, batch, as_)
    table = read(data)
    mapping = [tables.guess(heading) for heading in table.headings]
    plan = plan_of(mapping, city, batch, language or by.language or "en")
    with speaking("en"):
        lines, counts, good = check_rows(table, plan, by, batch)
    for number, (answers, key, place) in enumerate(good, start=1):
        outcome, _practice = uploads.take_row(answers, key, by, place, batch)
        counts[outcome] += 1
        if not dry_run and number % LATER == 0:
            db.session.commit()
    db.session.rollback() if dry_run else db.session.commit()
    return [*left_out(table, mapping), *lines, summary(counts, dry_run)], not counts["refused"]


def find_batch(name):
    found = batches.named(name)
    if found is None:
        raise ClickException(f"There is no batch '{name}'.")
    if not found.is_open:
        raise ClickException(f"The last day of '{found.name}' is over.")
    return found


def find_city(slug):
    found = accounts.find_city(slug)
    if found is None:
        raise ClickException(f"There is no city '{slug}'.")
    return found


def author_of(city, batch, email):
    """Whose drafts they become: the sender of the batch; else the person named, or the city's admin."""
    if batch:
        if city and city not in batches.cities_of(batch):
            raise ClickException(f"'{batch.name}' holds no cases of {city.name}.")
        return batch.sender
    if city is None:
        raise ClickException("Name a city with --city, or a batch with --batch.")
    person = accounts.find_user(email) if email else next(iter(accounts.admins_of(city.id)), None)
    if person is None or not person.is_of(city.id):
        who = email or "Nobody"
        raise ClickException(f"{who} works for {city.name} as its admin: name somebody with --as EMAIL.")
    return person


def read(data):
    with speaking("en"):
        try:
            return tables.read(data)
        except tables.BadTable as problem:
            raise ClickException(str(problem)) from problem


def plan_of(mapping, city, batch, language):
    cities = [city] if city else batches.cities_of(batch)
    with speaking("en"):
        for place, message in checking.mapping_problems(mapping, len(cities) != 1):
            raise ClickException(message if place is None else f"Column {report.letters(place)}: {message}")
    return checking.Plan(tuple(mapping), tuple(cities), language)


def check_rows(table, plan, by, batch):
    """(what is wrong line by line, counts, [(answers, key, city)] of the good rows)."""
    lines, counts, good, seen = [], Counter(), [], {}
    for row in table.rows:
        found = checking.check(row.cells, plan)
        first = seen.setdefault((found.city.id, found.key), row.number) if found.city else row.number
        if first != row.number:
            found.problems.append([None, checking.same_key_words(first), found.key])
        lines += [told(row, table, problem) for problem in found.problems]
        counts["refused"] += bool(found.problems)
        if not found.problems:
            good.append((found.answers, found.key, found.city))
    return lines, counts, good


def told(row, table, problem):
    place, message, text = problem
    column = f", column {report.letters(place)} ({table.headings[place]})" if place is not None else ""
    there = f" – there was: {report.shortened(text)}" if text else ""
    return f"row {row.number}{column}: {message}{there}"


def left_out(table, mapping):
    unknown = [
        heading for heading, target in zip(table.headings, mapping, strict=True) if not target and heading
    ]
    return [f"Left out, for no column of ours is called so: {', '.join(unknown)}."] if unknown else []


def summary(counts, dry_run):
    parts = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES]
    ending = " Dry run: nothing was written." if dry_run else ""
    return f"{', '.join(parts)}, {counts['refused']} refused.{ending}"
