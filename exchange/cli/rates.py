"""`exchange rates`: the table by which costs in other currencies are also shown in euros."""

import csv

from click import ClickException

from exchange.core.models import db
from exchange.taxonomy import service as taxonomy


def import_file(file, dry_run=False):
    """(sentences to print, whether lines were refused). A bad line takes no other with it."""
    try:
        lines, problems = taxonomy.read_rates(file)
    except (taxonomy.BadRates, csv.Error, UnicodeDecodeError) as error:
        raise ClickException(f"This is no file of rates: {error}.") from error
    counts = taxonomy.import_rates(lines)
    db.session.rollback() if dry_run else db.session.commit()
    told = [f"line {number}: {words}" for number, words in problems]
    parts = [f"{count} {word}" for word, count in counts.items()]
    end = " Nothing was written." if dry_run else ""
    return [*told, f"{', '.join(parts)}, {len(problems)} refused.{end}"], bool(problems)


def listed():
    """The rates, one a line."""
    rates = taxonomy.all_rates()
    if not rates:
        return ["There are no rates: costs are shown in their own money alone."]
    return [f"{rate.currency} {rate.year}  {rate.per_euro} per euro  {rate.source}" for rate in rates]
