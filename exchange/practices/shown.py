"""How a case's answers are put into words and figures for readers: used by templates only."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exchange.core.markup import is_web_address, render
from exchange.practices import media, money, pointers, schema, service, translating
from exchange.practices.models import TELLERS

EVIDENCE = list(schema.DESIGNS)
MOST_DIGITS = 15  # beyond that, on either side of the point, it is no figure that anyone measured
PER_CENT = re.compile(r"%|per ?cent|pour ?cent|por ?ciento|prozent", re.IGNORECASE)
GOES_ON = ("piloting", "running", "scaled")
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
CHECKS = {  # what reviewers found of a figure
    "unchecked": _l("Unchecked"),
    "checked": _l("Checked"),
    "disputed": _l("Disputed"),
    "outdated": _l("Outdated"),
}
ENDORSEMENTS = {
    "confirmed": _l("Confirmed by the city"),
    "disputed": _l("Disputed by the city"),
    "ended": _l("No longer supported by the city"),
}


SECTIONS = {  # anchor → (title, the fields it tells), in the order of the story
    "story": (_l("The story"), ("story",)),
    "challenge": (_l("Problem addressed"), ("challenge",)),
    "objectives": (_l("Objectives"), ("objectives",)),
    "solution": (_l("What was done"), ("solution",)),
    "components": (_l("Parts one can take alone"), ("components",)),
    "steps": (_l("Steps"), ("steps",)),
    "results": (_l("Results"), ("results",)),
    "evaluations": (_l("Evaluations"), ("evaluations",)),
    "obstacles": (_l("Obstacles"), ("obstacles",)),
    "what_failed": (_l("What failed"), ("what_failed",)),
    "side_effects": (_l("Side effects"), ("side_effects",)),
    "success_factors": (_l("What made it work"), ("success_factors",)),
    "conditions": (_l("What you would need"), ("transfer_conditions",)),
    "costs": (_l("Costs and funding"), ("costs", "funding", "staff_setup", "staff_running")),
    "participation": (_l("How residents took part"), ("participation",)),
    "legal_basis": (_l("Legal basis"), ("legal_basis",)),
    "borrowed_from": (_l("Borrowed from"), ("borrowed_from",)),
    "actors": (_l("Who took part"), ("actors",)),
    "pictures": (_l("Pictures"), ("media",)),
    "links": (_l("Sources, links and documents"), ("links", "awards", "documents")),
    "taken-up": (_l("Who took it up"), ()),  # told by others, as the next; on the page of a public case alone
    "here": (_l("Would it work here?"), ()),
}


LABELS = {
    "demonstration": _l("Demonstration"),
    "featured": _l("Featured"),
    "award": _l("Award"),
    "expert-reviewed": _l("Reviewed by experts"),
}


def init_app(app):
    app.jinja_env.filters.update(markdown=render, partial_date=partial_date, figure=figure, money=money_words)
    app.jinja_env.globals.update(
        choice_label=choice_label,
        focus_class=focus_class,
        picture_shapes=media.shapes_of,
        part_label=part_label,
        period=period,
        whole_period=whole_period,
        difference=difference,
        key_figures=key_figures,
        evidence_level=evidence_level,
        evidence_words=evidence_words,
        told_by=told_by,
        city_word=city_word,
        contacts_for=contacts_for,
        language_name=language_name,
        label_name=label_name,
        badges_of=badges_of,
        why_empty=why_empty,
        as_number=as_number,
        is_web_address=is_web_address,
        web_host=web_host,
        lang_of=translating.lang_of,
        is_stale=is_stale,
        section_title=section_title,
        costs_of=money.costs_of,
        models_of=pointers.models_of,
        other_cities_of=pointers.other_cities_of,
        place_words=place_words,
        claim_of=service.claim_of,
        check_label=check_label,
        any_checked=any_checked,
        unmeasured=unmeasured,
        has_section=has_section,
    )


def focus_class(row):
    """The classes that keep a focal point in sight where its picture is cut; in steps of five per cent."""
    places = [as_number(row.get(name)) for name in ("focus_x", "focus_y")]
    if any(place is None or not 0 <= place <= 100 for place in places):
        return ""
    across, down = (round(place / 5) * 5 for place in places)
    return f"focus-x-{across} focus-y-{down}"


def choice_label(field, value):
    """The words of a choice of a field: choice_label('stage', 'running') → 'Running'."""
    return (schema.FIELDS[field].choices or {}).get(value, value)


def part_label(field, part, value):
    """The words of a choice in a row of a group."""
    found = next(one for one in schema.FIELDS[field].parts if one.name == part)
    return (found.choices or {}).get(value, value)


def check_label(state):
    """What reviewers found of a figure, in a word."""
    return CHECKS[state]


def any_checked(revision, checks):
    """Whether a reviewer has said anything of a figure in this text."""
    keys = {(revision.practice.id, service.claim_of(row)) for row in revision.get("results", [])}
    return any(checks[key].state != "unchecked" for key in keys & set(checks))


def place_words(revision):
    """('Mill Street', 'this very place') of the place that the case names, or None."""
    for row in revision.get("location", []):
        precise = schema.PRECISIONS.get(row.get("precision"), "")
        if row.get("label") or precise:
            return row.get("label") or "", precise
    return None


def partial_date(text):
    """'2006-01' as the reader's language writes it; what is no date comes back as it is."""
    parts = (text or "").split("-")
    try:
        numbers = [int(part) for part in parts]
        whole = date(*(numbers + [1, 1])[:3])
    except ValueError:
        return text or ""
    if len(parts) == 2:
        return format_skeleton("yMMMM", whole, locale=get_locale())
    return parts[0] if len(parts) == 1 else format_date(whole, "long")


def as_number(text):
    """A typed figure as a Decimal, or None for words, nothing, and what nobody could have measured."""
    try:
        number = Decimal("".join(str(text).split()))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MOST_DIGITS else None


def figure(text):
    """'-1900000' as the reader's language writes it, '−1,900,000'; words stay words."""
    number = as_number(text)
    return written(number) if number is not None else text


def written(number, digits=None):
    found = format_decimal(number, digits, locale=get_locale(), decimal_quantization=digits is not None)
    return found.replace("-", "−")


def money_words(number):
    """An amount: with cents below ten, without above."""
    return written(number, "#,##0.00" if abs(number) < 10 else "#,##0")


def difference(result):
    """'−22 %' between before and after, a plain difference between two percentages, or ''."""
    before, after = as_number(result.get("baseline")), as_number(result.get("value"))
    if before is None or after is None:
        return ""
    percentages = PER_CENT.search(result.get("unit") or "")
    if before > 0 and not percentages:
        return signed((after - before) / before * 100, "\u202f%")
    return signed(after - before, "\u202f%" if percentages and before == 0 else "")


def key_figures(revision, most=3):
    """(indicator, unit unless the figure carries it, difference) of the first results that changed."""
    found = [(row["indicator"], row.get("unit", ""), difference(row)) for row in revision.get("results", [])]
    return [(words, "" if "%" in change else unit, change) for words, unit, change in found if change][:most]


def signed(change, unit):
    """A change with its sign and as many digits as it deserves; '' when none of them would show."""
    if abs(change) < Decimal("0.05"):
        return ""
    digits = "#,##0" if abs(change) >= 10 else "#,##0.#"
    return ("+" if change > 0 else "−") + written(abs(change), digits) + unit


def period(revision):
    """'since 2006', '2020–2021', '2020' of what does not go on, or '' when nobody recorded it."""
    start, end = str(revision.get("start"))[:4], str(revision.get("end"))[:4]
    if start and end:
        return start if start == end else f"{start}–{end}"
    if not start or revision.get("stage") not in GOES_ON:
        return start
    return _("since %(year)s", year=start)


def whole_period(revision):
    """The same with months and days: 'since January 2006', 'February 2020 – March 2021'."""
    start, end = partial_date(revision.get("start")), partial_date(revision.get("end"))
    if start and end:
        return f"{start} – {end}"
    if not start or revision.get("stage") not in GOES_ON:
        return start
    return _("since %(date)s", date=start)


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
    if practice.told_by == "city" and not practice.is_imported:
        return ""
    return _l("Not confirmed by the city yet") if practice.city else _l("Not confirmed by any city")


def label_name(label):
    """'Featured', 'Guangzhou Award 2018': a label in words."""
    words = label.name or str(LABELS[label.kind])
    return f"{words} {label.year}" if label.year else words


def badges_of(practice):
    """The labels that lists and the page of a case show; that it is a demonstration is said elsewhere."""
    return [label_name(label) for label in practice.labels if label.kind != "demonstration"]


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
    words = (
        "" if reason.get("reason") == "not-measured" else str(schema.REASONS.get(reason.get("reason"), ""))
    )
    if not words:
        return reason.get("why") or ""
    return f"{words}: {reason['why']}" if reason.get("why") else words


def unmeasured(revision):
    """Whether the case says that its results are described and not yet measured."""
    return revision.missing.get("results", {}).get("reason") in ("not-measured", "not-known")


def web_host(address):
    """'https://www.berlin.de/sen/' → 'berlin.de': enough to know whose page it is."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.") or address
    except ValueError:
        return address


def is_stale(revision, field):
    """Whether the words shown were translated from others than those that stand there now."""
    return field in getattr(revision, "stale", ())


def section_title(anchor):
    return SECTIONS[anchor][0]


def has_section(revision, anchor):
    """Whether there is anything to tell; results have their part also when it says why there are none."""
    _title, fields = SECTIONS[anchor]
    told = any(revision.get(field) for field in fields)
    return told or (anchor == "results" and bool(revision.missing.get("results")))


def contents_of(revision, user=None, beside=()):
    """The parts of the page as this reader sees it: (anchor, title, address).

    `beside`: anchors of parts that hold something from outside the text.
    """
    found = [
        (anchor, title)
        for anchor, (title, _fields) in SECTIONS.items()
        if anchor in beside or has_section(revision, anchor)
    ]
    if revision.get("contacts") if user is None else contacts_for(revision, user):
        found.append(("contact", _l("Contact")))
    if revision.practice.is_imported:
        found.append(("origin", _l("Where this text comes from")))
    found += [("cite", _l("Cite")), ("versions", _l("Versions and review"))]
    return [(anchor, title, f"#{anchor}") for anchor, title in found]
