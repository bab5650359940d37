"""One row: its cells put into the forms of a case, and what the forms say of them."""

from dataclasses import dataclass, field

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from exchange.moderation.bulk import values
from exchange.moderation.forms import writing
from exchange.practices import schema, tables
from exchange.practices import service as practices
from exchange.practices.tables.columns import folded

LONGEST_KEY = 200
FIRST = schema.STEPS[0].slug


@dataclass(frozen=True)
class Plan:
    """How a file is read. `mapping` is the target of each column or ''; `cities` are those a row may name,
    one alone needs no column; `key_column` is a column's place, None for title and start."""

    mapping: tuple
    cities: tuple
    language: str
    key_column: int | None = None


@dataclass
class Checked:
    """What a row says: {field: answer} of every field that has a column, its key and city, and the problems.

    A problem is [place of the column or None, what is wrong, what was there].
    """

    answers: dict = field(default_factory=dict)
    key: str = ""
    city: object = None
    problems: list = field(default_factory=list)


def mapping_problems(mapping, several_cities):
    """(place of the column or None, message) of a mapping that cannot be used."""
    seen = {}
    for place, target in enumerate(mapping):
        if target in seen:
            yield place, _("Another column means this already: column %(number)s.", number=seen[target] + 1)
        elif target:
            seen[target] = place
    if "title" not in seen:
        yield None, _("Say which column is the title.")
    if several_cities and "city" not in seen:
        yield None, _("Say which column is the city.")


def check(cells, plan):
    """Read one row by the plan; what is wrong is told in the language that is spoken just now."""
    row, sent = Checked(), MultiDict()
    for place, target in enumerate(plan.mapping):
        text = cells[place] if place < len(cells) else ""
        if target and text and target != "city":
            put(row, sent, place, tables.find_column(target), text)
    sent.setdefault("language", plan.language)
    read_forms(row, sent, plan.mapping, cells)
    row.city = city_of(row, cells, plan)
    row.key = key_of(row, cells, plan)
    row.problems.sort(key=lambda problem: len(cells) if problem[0] is None else problem[0])
    return row


def put(row, sent, place, column, text):
    try:
        for control, value in values.read(column, text):
            sent.add(control, value)
    except values.Unknown as problem:
        row.problems.append([place, str(problem), text])


def read_forms(row, sent, mapping, cells):
    """Fill in the steps that have a column, and the first one, which knows what a case cannot do without."""
    wanted = fields_of(mapping)
    wrong = {mapping[place] for place, _message, _text in row.problems}
    for step in schema.STEPS:
        named = [one for one in step.fields if one.name in wanted]
        if not named and step.slug != FIRST:
            continue
        form = writing.form_class(step.slug)(formdata=sent, meta={"csrf": False})
        if not form.validate():
            for target, label, message in (one for found in form.problems().values() for one in found):
                complain(row, mapping, cells, target, label, message, wrong)
        row.answers |= {one.name: form.answer(one)[0] for one in named}
    row.answers["language"] = sent["language"]


def fields_of(mapping):
    return {tables.find_column(target).field.name for target in mapping if target and target != "city"}


def complain(row, mapping, cells, target, label, message, wrong):
    """At the column whose control is wrong; where the file has none, with the name of the question."""
    target = "topics" if target.startswith("topics-") else target
    if target in wrong:
        return  # said already: the cell holds no possible answer
    if target in mapping:
        place = mapping.index(target)
        row.problems.append([place, str(message), cells[place] if place < len(cells) else ""])
    elif column := tables.find_column(target):
        row.problems.append(
            [None, _("A column “%(name)s” is needed for what this row says.", name=column.label), ""]
        )
    else:
        row.problems.append([None, _("%(label)s: %(error)s", label=label, error=message), ""])


def city_of(row, cells, plan):
    """The only city there is, or the one that the row names."""
    if "city" not in plan.mapping or len(plan.cities) == 1:
        return plan.cities[0] if len(plan.cities) == 1 else None
    place = plan.mapping.index("city")
    text = cells[place] if place < len(cells) else ""
    found = [city for city in plan.cities if folded(text) in names_of(city)] if text else []
    if len(found) == 1:
        return found[0]
    message = _("This is none of the cities of this batch.") if text else _("Name the city.")
    row.problems.append([place, message, text])
    return None


def same_key_words(number):
    return _("Row %(number)s of this file has the same key.", number=number)


def names_of(city):
    return {folded(name) for name in (city.slug, city.name, *city.names.values())}


def key_of(row, cells, plan):
    """What finds the row again in the next file: its own key, else title and start."""
    if plan.key_column is None:
        words = [row.answers.get("title") or "", row.answers.get("start") or ""]
        return short(" · ".join(filter(None, words)))
    text = cells[plan.key_column] if plan.key_column < len(cells) else ""
    if not text:
        row.problems.append([plan.key_column, _("This row has no key."), ""])
    return short(text)


def short(text):
    text = " ".join(text.casefold().split())
    return text if len(text) <= LONGEST_KEY else practices.fingerprint(text)
