"""The search page, and what its map asks for."""

from dataclasses import replace

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from exchange.core import i18n
from exchange.core.web import HEADERS, error_page, known
from exchange.search import places, service
from exchange.search.engine import OutOfTime
from exchange.search.forms import HOW_OFTEN
from exchange.search.query import FACETS, PER_PAGE, Query
from exchange.search.views import box, mapping, search
from exchange.search.views.addresses import address, by_name, exit_address, view_asked, views
from exchange.taxonomy import service as taxonomy

FIRST_SHOWN = 8  # values of a long facet before 'more'
ALWAYS = ("topic", "stage", "region", "country")
SORTS = {
    "relevance": _l("best match"),
    "newest": _l("newest here"),
    "year": _l("latest start"),
    "title": _l("title"),
    "evidence": _l("strongest evidence"),
    "adoptions": _l("most often taken up"),
    "nearest": _l("nearest"),
    "likeness": _l("most alike city"),
}
IN_TABLE = 50  # rows of a page
COME_BACK = 60  # seconds, for machines whose question took too long
COLUMNS = (  # of the table: name, title, the sort that puts it in order
    ("title", _l("Title"), "title"),
    ("city", _l("City"), ""),
    ("country", _l("Country"), ""),
    ("topic", _l("Topic"), ""),
    ("stage", _l("Stage"), ""),
    ("start", _l("Start"), "year"),
    ("evidence", _l("Evidence"), "evidence"),
    ("adoptions", _l("Taken up"), "adoptions"),
    ("away", _l("Distance"), "nearest"),
)
LOCATING = {
    "Permissions-Policy": HEADERS["Permissions-Policy"].replace("geolocation=()", "geolocation=(self)")
}
TITLES = {
    "topic": _l("Topic"),
    "stage": _l("Stage"),
    "region": _l("Region"),
    "country": _l("Country"),
    "city": _l("City"),
    "sdg": _l("Goal"),
    "year": _l("Start"),
    "adoptions": _l("Taken up"),
    "language": _l("Language"),
    "tag": _l("Tag"),
}
EXITS = {
    "csv": "CSV",
    "xlsx": "Excel",
    "json": "JSON",
    "geojson": "GeoJSON",
    "bib": "BibTeX",
    "ris": "RIS",
    "atom": _l("Atom feed"),
}


@search.get("/practices")
def practices():
    asked = places.read(request.args, Query.from_args(request.args, i18n.language()))
    if asked.moved and not asked.errors:
        return redirect(address(asked.query), 303)
    if (query := service.followed(asked.query)) != asked.query:
        return redirect(address(query, page=asked.query.page), 301)
    view = view_asked()
    query = replace(asked.query, per_page=IN_TABLE if view == "table" else PER_PAGE)
    answer, words = found(query), places.in_words(query)
    # A map has titles of cases that are no hits of its page
    response = None if view == "map" else known(service.stamp(answer), words, asked.errors)
    response = response or make_response(page(asked, answer, words, view))
    response.headers.update(LOCATING)
    if query.is_narrowed or view != "list":
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def page(asked, answer, words, view):
    query = answer.query
    return render_template(
        "search/practices.html",
        query=query,
        answer=answer,
        heading=heading(answer),
        groups=[group_of(name, answer) for name in FACETS],
        always=ALWAYS,
        chips=chips(answer, words),
        sorts=sorts(query),
        view=view,
        views=views(query),
        place=places.in_form(asked, words),
        away=places.away,
        columns=columns(query),
        **(on_map(answer) if view == "map" and not answer.out_of_time else {}),
        ways_out=ways_out(answer),
        **box.around(answer),
        address=address,
        exits=EXITS,
        how_often=HOW_OFTEN,
        exit_address=exit_address,
        page_address=lambda number: address(query, page=number),
    )


def found(query):
    try:
        return service.find(query)
    except OutOfTime:
        return service.unanswered(query)


def too_long(_error):
    """Of whatever is no page with a search box: it says so, and what to ask instead."""
    words = _("This question takes too long. Ask for less: fewer words, or words without a star.")
    response = error_page(503, message=words)
    response.headers["Retry-After"] = str(COME_BACK)
    return response


@search.get("/practices/clusters.json")
def clusters():
    """The circles of a question's map in the part of the world that a browser shows."""
    seen = mapping.bounds_of(request.args)
    if not seen:
        words = _("Say which part of the map: bounds=west,south,east,north in degrees, and a zoom.")
        return jsonify(error=words), 400
    query = Query.from_args(request.args, i18n.language())
    circles, count = mapping.in_view(query, *seen)
    response = jsonify(count=count, words=in_view(count), circles=[as_json(one, query) for one in circles])
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def in_view(count):
    number = i18n.number(count)
    return ngettext("%(number)s practice here", "%(number)s practices here", count, number=number)


def as_json(circle, query):
    return {
        "lon": round(circle.x, 4),
        "lat": round(circle.y, 4),
        "r": circle.r,
        "hit": circle.hit,
        "count": circle.count,
        "name": circle.name,
        "label": circle.label,
        "box": circle.box,
        "href": address(query, view="list", within=circle.box),
        "cases": [
            {"title": one.title, "language": one.language, "city": one.city, "href": one.path}
            for one in circle.cases
        ],
    }


def on_map(answer):
    """What the map's part of the page shows."""
    query = answer.query
    drawing = mapping.draw(query, service.points(query))
    return {
        "drawing": drawing,
        "unplaced": 0 if answer.degraded else max(answer.total - drawing.placed, 0),
        "clusters_address": url_for("search.clusters", **by_name(query.args())),
        "area_address": address(query, view="map", near=None, within=None),
        "squeeze": mapping.SQUEEZE,
        "zooms": (mapping.LEAST_ZOOM, mapping.MOST_ZOOM),
        "topic_root": topic_root(answer),
    }


def sorts(query):
    """Sort → words, of the orders that make sense for a question."""
    needs = {"relevance": query.q, "nearest": query.near, "likeness": query.like}
    return {sort: words for sort, words in SORTS.items() if needs.get(sort, True)}


def columns(query):
    """(name, title, address that sorts by it, whether it does now) of the table's columns."""
    shown = [one for one in COLUMNS if one[0] != "away" or query.near]
    return [
        (name, title, address(query, sort=sort) if sort else "", bool(sort) and sort == query.order)
        for name, title, sort in shown
    ]


def topic_root(answer):
    """The root topic of all topics asked for, whose colour a map takes; '' without one."""
    asked = answer.query.filters.get("topic", ())
    roots = {answer.topics[slug].root for slug in asked if slug in answer.topics}
    return roots.pop() if len(roots) == 1 else ""


def heading(answer):
    """'38 practices for “housing rent”', in the reader's language."""
    number = i18n.number(answer.total)
    if answer.out_of_time:
        return _("Practices for “%(words)s”", words=shortened(answer.query.q))
    if answer.query.q:
        return ngettext(
            "%(number)s practice for “%(words)s”",
            "%(number)s practices for “%(words)s”",
            answer.total,
            number=number,
            words=shortened(answer.query.q),
        )
    return ngettext("%(number)s practice", "%(number)s practices", answer.total, number=number)


def shortened(text, length=80):
    return text if len(text) <= length else text[: length - 1] + "…"


def group_of(name, answer):
    """One facet for the page: its first values and the rest, each (value, label, count, chosen, level)."""
    chosen = answer.query.filters.get(name, ())
    rows = [
        (one.value, one.label, counted(one), one.value in chosen, level)
        for one, level in offered(name, answer, chosen)
    ]
    whole = name in ("topic", "stage", "region", "adoptions")
    first = [row for place, row in enumerate(rows) if whole or place < FIRST_SHOWN or row[3]]
    return {
        "name": name,
        "title": TITLES[name],
        "first": first,
        "rest": [] if whole else [row for row in rows[FIRST_SHOWN:] if not row[3]],
        "chosen": len(chosen),
    }


def offered(name, answer, chosen):
    """(value, its level in the tree) of one facet, as they are offered."""
    values = answer.facets[name]
    if name not in ("topic", "region"):
        return [(one, 0) for one in values]
    parents = {one.value: parent_of(name, one.value, answer.topics) for one in values}
    return [
        (one, int(bool(parents[one.value])))
        for one in in_tree(values, parents)
        if one.value in chosen or is_open(parents, one.value, chosen)
    ]


def counted(one):
    return "" if one.count is None else i18n.number(one.count)


def in_tree(values, parents):
    """The same values, each child right after its parent."""
    place = {one.value: n for n, one in enumerate(values)}
    return sorted(
        values, key=lambda one: (place.get(parents[one.value], place[one.value]), bool(parents[one.value]))
    )


def is_open(parents, value, chosen):
    """Sub-topics and sub-regions are offered once their parent or a sibling is chosen."""
    parent = parents[value]
    return parent is None or parent in chosen or any(parents[one] == parent for one in chosen)


def parent_of(name, value, topics):
    if name == "topic":
        topic = topics.get(value)
        return topic.parent.slug if topic and topic.parent else None
    return (taxonomy.regions().get(value) or {}).get("parent") or None


def chips(answer, words):
    """(title, value's label, address without it) of every filter and place that applies."""
    labels = {name: {one.value: one.label for one in values} for name, values in answer.facets.items()}
    query = answer.query
    found = [
        (TITLES[name], labels[name].get(value, value), address(query, filters=query.without(name, value)))
        for name, values in query.filters.items()
        for value in values
    ]
    return found + [
        (title, value, address(query, **rest)) for title, value, rest in places.chips(query, words)
    ]


def ways_out(answer):
    """For an empty page: (words, address) without its costliest filter, without any, without the words."""
    without = answer.results.without
    costly = [name for name in without if name not in ("filters", "q")]
    names = [*sorted(costly, key=without.get, reverse=True)[:1], "filters", "q"]
    return [way_out(name, without[name], answer.query) for name in names if name in without]


def way_out(name, total, query):
    number = i18n.number(total)
    if name == "q":
        return ngettext(
            "Without the words: %(number)s practice",
            "Without the words: %(number)s practices",
            total,
            number=number,
        ), address(query, q="")
    if name == "filters":
        return ngettext(
            "Without any filter: %(number)s practice",
            "Without any filter: %(number)s practices",
            total,
            number=number,
        ), address(query, filters={})
    if name == "place":
        return ngettext(
            "Wherever it is: %(number)s practice",
            "Wherever they are: %(number)s practices",
            total,
            number=number,
        ), address(query, within=None, near=None, like="")
    return ngettext(
        "Without the filter “%(name)s”: %(number)s practice",
        "Without the filter “%(name)s”: %(number)s practices",
        total,
        name=TITLES[name],
        number=number,
    ), address(query, filters=query.without(name))
