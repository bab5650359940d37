"""How a case's answers are put into words and figures for readers: used by templates only."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from flask_babel import format_date, format_decimal, get_locale
from flask_babel import lazy_gettext as _l

from exchange.core.markup import is_web_address, render
from exchange.practices import schema
from exchange.practices.models import TELLERS

EVIDENCE = list(schema.DESIGNS)
TOLD_BY = dict(
    zip(
        TELLERS,
        (
            _l("Told by the city"),
            _l("Told by a partner of the city"),
            _l("Told by an award"),
            _l("Told by researchers"),
            _l("Told by the network’s secretariat"),
        ),
        strict=True,
    )
)
ENDORSEMENTS = {
    "confirmed": _l("Confirmed by the city"),
    "disputed": _l("Disputed by the city"),
    "ended": _l("No longer supported by the city"),
}


def init_app(app):
    app.jinja_env.filters.update(markdown=render, partial_date=partial_date, figure=figure)
    app.jinja_env.globals.update(
        choice_label=choice_label,
        part_label=part_label,
        period=period,
        difference=difference,
        evidence_level=evidence_level,
        evidence_words=evidence_words,
        told_by=told_by,
        city_word=city_word,
        contacts_for=contacts_for,
        language_name=language_name,
        why_empty=why_empty,
        as_number=as_number,
        schema=schema, is_web_address=is_web_address,
    )


def choice_label(field, value):
    """The words of a choice of a field: choice_label('stage', 'running') → 'Running'."""
    return (schema.FIELDS[field].choices or {}).get(value, value)


def part_label(field, part, value):
    """The words of a choice in a row of a group."""
    found = next(one for one in schema.FIELDS[field].parts if one.name == part)
    return (found.choices or {}).get(value, value)


def partial_date(text):
    """'2006-01' as the reader's language writes it; what is no date comes back as it is."""
    parts = (text or "").split("-")
    try:
        numbers = [int(part) for part in parts]
        whole = date(*(numbers + [1, 1])[:3])
    except ValueError:
        return text or ""
    return parts[0] if len(parts) == 1 else format_date(whole, "MMMM y" if len(parts) == 2 else "long")


def as_number(text):
    """A typed figure as a Decimal, or None."""
    try:
        number = Decimal(str(text).replace(" ", "").replace(" ", ""))
    except (InvalidOperation, AttributeError):
        return None
    return number if number.is_finite() else None


def figure(text):
    """'1900000' as the reader's language groups it; words stay words."""
    number = as_number(text)
    return format_decimal(number) if number is not None else text


def difference(result):
    """'−22 %' between before and after, a plain difference between two percentages, or ''."""
    before, after = as_number(result.get("baseline")), as_number(result.get("value"))
    if before is None or after is None or before == after:
        return ""
    percent = "%" in result.get("unit", "") or PER_CENT.search(result.get("unit", ""))
    if before > 0 and not percent:
        return signed((after - before) / before * 100) + "\u202f%"
    return signed(after - before) + ("\u202f%" if percent and before == 0 else "")


PER_CENT = re.compile(r"per ?cent|pour ?cent|por ?ciento|prozent", re.IGNORECASE)


def signed(change):
    digits = "#,##0" if abs(change) >= 10 else "#,##0.#"
    return ("+" if change > 0 else "−") + format_decimal(abs(change), digits)


def period(revision):
    """'since 2006', '2020–2021', or '' when nobody recorded it."""
    start, end = str(revision.get("start"))[:4], str(revision.get("end"))[:4]
    if start and end:
        return start if start == end else f"{start}–{end}"
    return str(_l("since %(year)s", year=start)) if start else ""


def evidence_level(design):
    """1 (description) to 5 (trial); 0 when it is not recorded."""
    return EVIDENCE.index(design) + 1 if design in EVIDENCE else 0


def evidence_words(design, independence=""):
    """'Before and after, own': the two answers side by side, in words."""
    words = [schema.DESIGNS.get(design), schema.INDEPENDENCE.get(independence)]
    return " · ".join(str(word) for word in words if word)


def told_by(practice):
    """Who tells the case: never left out, never guessed."""
    if practice.is_imported:
        return _l("Imported, not told by the city")
    return TOLD_BY[practice.told_by]


def city_word(practice):
    """What the city says of it: its own telling, its latest word, or that it has not confirmed yet."""
    if practice.endorsement:
        return ENDORSEMENTS[practice.endorsement.word]
    return "" if practice.told_by == "city" else _l("Not confirmed by the city yet")


def contacts_for(revision, user):
    """The contacts this reader may see: some are for verified staff of member cities only."""
    staff = user.is_authenticated and user.verified_at and any(city.is_member for city in user.cities)
    return [one for one in revision.get("contacts", []) if one.get("shown_to") != "verified" or staff]


def language_name(code):
    """'fr' → 'French' in the reader's language."""
    return get_locale().languages.get((code or "").split("-")[0], code)


def why_empty(revision, field):
    """Why an answer is empty, in words, or ''."""
    reason = revision.missing.get(field)
    if not reason:
        return ""
    words = str(schema.REASONS.get(reason.get("reason"), ""))
    return f"{words}: {reason['why']}" if reason.get("why") else words


SECTIONS = (  # field, anchor, title – the order of the story
    ("story", "story", _l("The story")), ("challenge", "challenge", _l("Problem addressed")),
    ("objectives", "objectives", _l("Objectives")), ("solution", "solution", _l("What was done")),
    ("components", "components", _l("Parts one can take alone")), ("steps", "steps", _l("Steps")),
    ("results", "results", _l("Results")), ("obstacles", "obstacles", _l("Obstacles")),
    ("what_failed", "what_failed", _l("What failed")), ("side_effects", "side_effects", _l("Side effects")),
    ("success_factors", "success_factors", _l("What made it work")),
    ("transfer_conditions", "conditions", _l("What you would need")), ("costs", "costs", _l("Costs and funding")),
    ("contacts", "contact", _l("Contact")),
)


def contents_of(revision):
    """The parts of the page for its table of contents: (anchor, title, address)."""
    found = [(anchor, title) for field, anchor, title in SECTIONS if revision.get(field)]
    found += [("cite", _l("Cite")), ("versions", _l("Versions and review"))]
    return [(anchor, title, f"#{anchor}") for anchor, title in found]
