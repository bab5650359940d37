"""An answer of a case in words: a few Items, each with its language. For any field of the one table."""

from dataclasses import dataclass, field

from exchange.practices import schema, shown
from exchange.practices.money import cost_of, key_of, residents
from exchange.practices.translating import lang_of

LONG = ("text", "group", "media", "documents")


@dataclass(frozen=True)
class Item:
    """One thing said. `lang` where it is somebody's own words; `is_long`: Markdown of several lines."""

    words: str
    lang: str = ""
    is_long: bool = False
    href: str = ""


@dataclass(frozen=True)
class Around:
    """What the words of several cases are looked up in, fetched once for all of them."""

    language: str
    topics: dict = field(default_factory=dict)  # slug → Topic
    cities: dict = field(default_factory=dict)  # slug → City
    titles: dict = field(default_factory=dict)  # public id → (title, language) of public cases
    rates: dict = field(default_factory=dict)  # (currency, year) → Rate


def items_of(asked, told, around):
    """The Items of one field of a case; `told`: the revision, or as a language tells it."""
    value = told.get(asked.name, None)
    if asked.has_rows and isinstance(value, list):
        value = [row for row in value if isinstance(row, dict)]
    if value in (None, "", [], {}):
        return []
    if asked.name in OWN:
        return OWN[asked.name](asked, told, value, around)
    if asked.has_rows:
        return [row_item(asked, row, told) for row in value]
    values = value if isinstance(value, list) else [value]
    return [
        Item(words_of(asked, one), lang=language_of(asked, one, told), is_long=asked.kind == "text")
        for one in values
    ]


def words_of(asked, value):
    """A single value as its kind is written."""
    if asked.choices:
        return str(asked.choices.get(value, value))
    if asked.kind in ("date", "year"):
        return shown.partial_date(str(value))
    if asked.kind == "number":
        return str(shown.figure(value))
    if asked.kind in ("language", "languages"):
        return shown.language_name(value)
    return value if isinstance(value, str) else str(value)


def language_of(asked, value, told):
    """The language of words that somebody wrote; '' of what the platform says."""
    return lang_of(value, told) if asked.kind in ("line", "text", "tags") else ""


def row_item(asked, row, told):
    """A row in a line: what it cannot go without first, then the rest."""
    parts = sorted(asked.parts, key=lambda part: not part.key)
    said = [(part, row[part.name]) for part in parts if row.get(part.name) not in (None, "", [])]
    words = " · ".join(part_words(part, value) for part, value in said)
    langs = [lang_of(value, told) for part, value in said if part.kind in ("line", "text")]
    return Item(words, lang=langs[0] if langs else "", is_long=any(part.kind == "text" for part, _ in said))


def part_words(part, value):
    if isinstance(value, list):
        return ", ".join(words_of(part, one) for one in value)
    return words_of(part, value)


# Fields that say more than their parts


def topics(_asked, _told, value, around):
    return [
        Item(around.topics[slug].label(around.language), href=f"/topics/{slug}")
        for slug in value
        if slug in around.topics
    ]


def other_cities(_asked, _told, value, around):
    known = around.cities
    return [
        Item(known[one].label(around.language), href=f"/cities/{one}") if one in known else Item(str(one))
        for one in value
    ]


def goals(_asked, told, value, around):
    from exchange.taxonomy.service import goal_name

    return [
        Item(f"{row.get('target') or row.get('goal')} {goal_name(row.get('goal'), around.language)}".strip())
        for row in value
    ]


def results(_asked, told, value, _around):
    return [result(row, told) for row in value]


def result(row, told):
    """'Voters: 1,200 people (2015) → 5,400 (2019), +350 %'"""
    before, after = (dated(row, name) for name in ("baseline", "value"))
    figures = " → ".join(filter(None, [before, after]))
    unit = row.get("unit") or ""
    told_figures = f"{figures} {unit}".strip() if figures else ""
    changed = shown.as_number(row.get("baseline")) not in (None, 0)  # from nothing, the figure says it all
    parts = [told_figures, shown.difference(row) if changed else ""]
    tail = ", ".join(filter(None, parts))
    indicator = row.get("indicator") or ""
    return Item(f"{indicator}: {tail}" if tail else indicator, lang=lang_of(indicator, told))


def dated(row, name):
    if not row.get(name):
        return ""
    when = shown.partial_date(row.get(f"{name}_when"))
    return f"{shown.figure(row[name])} ({when})" if when else str(shown.figure(row[name]))


def costs(asked, told, value, around):
    people = residents(told.practice.city)
    return [cost(cost_of(row, people, around.rates.get(key_of(row))), told) for row in value]


def cost(found, told):
    from flask_babel import gettext as _

    row = found.row
    amount = f"{shown.figure(row['amount'])} {row.get('currency') or ''}".strip() if row.get("amount") else ""
    year = _("prices of %(year)s", year=row["price_year"]) if row.get("price_year") else ""
    kind = shown.part_label("costs", "kind", row["kind"]) if row.get("kind") else ""
    head = ""
    if found.per_head is not None:
        head = _("%(amount)s per head", amount=f"{shown.money_words(found.per_head)} {row['currency']}")
    what = row.get("item") or str(kind)
    tail = ", ".join(filter(None, [amount, year, head]))
    return Item(
        f"{what}: {tail}" if what and tail else what or tail, lang=lang_of(row.get("item") or "", told)
    )


def conditions(_asked, told, value, _around):
    """Must-conditions first."""
    rows = sorted(value, key=lambda row: row.get("firmness") != "must")
    return [condition(row, told) for row in rows]


def condition(row, told):
    firm = shown.part_label("transfer_conditions", "firmness", row["firmness"]) if row.get("firmness") else ""
    note = f" ({row['note']})" if row.get("note") else ""
    words = f"{row.get('condition') or ''}{note}"
    return Item(f"{firm}: {words}" if firm else words, lang=lang_of(row.get("condition") or "", told))


def models(_asked, told, value, around):
    found = []
    for row in value:
        title, lang = around.titles.get(row.get("practice"), ("", ""))
        words = " – ".join(filter(None, [title, row.get("text"), row.get("changed")]))
        if words:
            found.append(Item(words, lang=lang or told.language, is_long=not title))
    return found


OWN = {
    "topics": topics,
    "other_cities": other_cities,
    "sdgs": goals,
    "results": results,
    "costs": costs,
    "transfer_conditions": conditions,
    "borrowed_from": models,
}


def is_long(asked):
    """Whether its answers are told in sentences or rows rather than in a word."""
    return asked.kind in LONG or asked.name in schema.FIELDS and schema.FIELDS[asked.name].limit > 400
