"""The board of blind spots, and the call for cases that an empty or old cell becomes."""

from urllib.parse import urlencode

from flask import abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from exchange.core import i18n
from exchange.core.models import now
from exchange.front import coverage
from exchange.front.views import front
from exchange.search import service as search
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import ROOTS

SIZES = {
    "small": _l("under 100,000"),
    "middle": _l("100,000 to 1 million"),
    "large": _l("over 1 million"),
    "": _l("size not known"),
}
SHORT = {"small": _l("S"), "middle": _l("M"), "large": _l("L"), "": _l("?")}
CELL = "/coverage/<topic>/<region>/<any(small, middle, large):size>"


@front.get("/coverage")
def board():
    asked = {
        "topic": one_of(request.args.get("topic"), ROOTS),
        "region": one_of(request.args.get("region"), coverage.REGIONS),
        "size": one_of(request.args.get("size"), coverage.SIZES),
        "sort": one_of(request.args.get("sort"), coverage.SORTS),
    }
    rows, columns = coverage.board(*asked.values())
    empty, old = coverage.gaps_in(rows)
    page = render_template(
        "front/coverage.html",
        rows=rows,
        columns=columns,
        asked=asked,
        empty=empty,
        old=old,
        years=coverage.OLD,
        regions=[(code, taxonomy.region_name(code, i18n.language())) for code in coverage.REGIONS],
        region_name=taxonomy.region_name,
        sizes=SIZES,
        short=SHORT,
        topics_of_form=[(slug, taxonomy.topics()[slug].label(i18n.language())) for slug in ROOTS],
        sizes_of_form=[(size, SIZES[size]) for size in coverage.SIZES],
        before=now().year - coverage.OLD + 1,
        address=lambda **changed: url_for(
            "front.board", **{name: value for name, value in {**asked, **changed}.items() if value}
        ),
        in_words=in_words,
        weight=weight,
    )
    return no_index(page) if any(asked.values()) else page


@front.get(CELL)
def call_for_cases(topic, region, size):
    """What there is in a cell, and the call for what there is not: a page that one sends to a city."""
    found = taxonomy.topics().get(topic)
    if found is None or region not in coverage.REGIONS:
        abort(404)
    if not found.stands:
        now_called = taxonomy.current("topic", [topic])[0]
        return redirect(url_for("front.call_for_cases", topic=now_called, region=region, size=size), 301)
    cell, language = coverage.cell(topic, region, size), i18n.language()
    base = current_app.config["SETTINGS"].base_url
    return no_index(
        render_template(
            "front/call_for_cases.html",
            topic=found,
            region=taxonomy.region_name(region, language),
            region_code=region,
            size=size,
            size_name=SIZES[size],
            cell=cell,
            years=coverage.OLD,
            cases=search.listed(coverage.cases_of(cell), language),
            cities=coverage.cities_there(region, size),
            is_open=cell.is_gap and found.is_offered,
            address=base + request.path,
            letter=letter_to_a_city(found, taxonomy.region_name(region, language), SIZES[size], base),
        )
    )


def letter_to_a_city(topic, region, size, base):
    """A mailto address with subject and words, for whoever wants to ask a city; it names no receiver."""
    site, name = current_app.config["SETTINGS"].site_name, topic.label(i18n.language())
    subject = _("A case on %(topic)s from your city?", topic=name)
    words = _(
        "On %(site)s, cities tell each other what they tried. There is hardly anything on “%(topic)s” from "
        "cities of %(size)s inhabitants in %(region)s. Has your city done something that others should know? "
        "An hour is enough to begin:",
        site=site,
        topic=name,
        size=size,
        region=region,
    )
    body = f"{words}\n\n{base}{request.path}\n"
    return "mailto:?" + urlencode({"subject": subject, "body": body}).replace("+", "%20")


def in_words(topic, region, size, cell):
    """What a cell says to whoever does not see it."""
    where = _("%(topic)s, %(region)s, %(size)s", topic=topic, region=region, size=SIZES[size])
    if not cell.count:
        return _("%(where)s: no case", where=where)
    told = {"where": where, "number": i18n.number(cell.count), "year": cell.newest or "–"}
    if cell.is_old:
        return _("%(where)s: %(number)s, the newest began in %(year)s – long ago", **told)
    return _("%(where)s: %(number)s, the newest began in %(year)s", **told)


def weight(cell):
    """How dark a cell is drawn: 0 to 3."""
    return (cell.count > 0) + (cell.count > 2) + (cell.count > 9)


def one_of(value, known):
    return value if value in known else ""


def no_index(page):
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
