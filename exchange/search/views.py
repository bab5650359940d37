"""The search page."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import lazy_gettext as _l

from exchange.core import i18n
from exchange.search import service
from exchange.search.query import FACETS, Query
from exchange.taxonomy import service as taxonomy

FIRST_SHOWN = 8  # values of a long facet before 'more'
MOST_SHOWN = 200
ALWAYS = ("topic", "stage", "region", "country")
SORTS = {
    "relevance": _l("best match"),
    "newest": _l("newest here"),
    "year": _l("latest start"),
    "title": _l("title"),
}
TITLES = {
    "topic": _l("Topic"),
    "stage": _l("Stage"),
    "region": _l("Region"),
    "country": _l("Country"),
    "city": _l("City"),
    "sdg": _l("Goal"),
    "year": _l("Start"),
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

search = Blueprint("search", __name__)


def init_app(app):
    app.register_blueprint(search)


@search.get("/practices")
def practices():
    query = Query.from_args(request.args, i18n.language())
    answer = service.find(query)
    response = make_response(
        render_template(
            "search/practices.html",
            query=query,
            answer=answer,
            heading=heading(answer),
            groups=[group_of(name, answer) for name in FACETS],
            always=ALWAYS,
            chips=chips(answer),
            sorts=SORTS,
            ways_out=ways_out(answer),
            address=address,
            exits=EXITS,
            exit_address=exit_address,
            page_address=lambda number: address(query, page=number),
        )
    )
    if query.is_narrowed:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def address(query, **changes):
    """The address that asks this question, perhaps with another page, sort or filters."""
    return url_for("search.practices", **by_name(query.args(**changes)))


def exit_address(query, ext):
    """Where all of it is taken away in that form; a feed reader knows no language but the one it is given."""
    language = {"hl": query.language} if ext == "atom" else {}
    return url_for("api.result", ext=ext, **by_name(query.args()), **language)


def by_name(pairs):
    names = {}
    for name, value in pairs:
        names.setdefault(name, []).append(value)
    return names


def heading(answer):
    """'38 practices for “housing rent”', in the reader's language."""
    number = format_decimal(answer.total)
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
    parents = {one.value: parent_of(name, one.value, answer.topics) for one in answer.facets[name]}
    rows = [
        (one.value, one.label, format_decimal(one.count), one.value in chosen, int(bool(parents[one.value])))
        for one in in_tree(answer.facets[name], parents)
        if one.value in chosen or is_open(parents, one.value, chosen)
    ]
    whole = name in ("topic", "stage", "region")
    first = [row for place, row in enumerate(rows) if whole or place < FIRST_SHOWN or row[3]]
    return {
        "name": name,
        "title": TITLES[name],
        "first": first,
        "rest": [row for row in rows if row not in first][:MOST_SHOWN],
        "chosen": len(chosen),
    }


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
    if name == "region":
        return (taxonomy.regions().get(value) or {}).get("parent") or None
    return None


def chips(answer):
    """(facet's title, value's label, address without it) of every filter that applies."""
    labels = {name: {one.value: one.label for one in values} for name, values in answer.facets.items()}
    query = answer.query
    return [
        (TITLES[name], labels[name].get(value, value), address(query, filters=query.without(name, value)))
        for name, values in query.filters.items()
        for value in values
    ]


def ways_out(answer):
    """For an empty page: (words, address) of what finds something, the most first."""
    found = sorted(answer.results.without.items(), key=lambda item: -item[1])
    return [way_out(name, total, answer.query) for name, total in found]


def way_out(name, total, query):
    number = format_decimal(total)
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
    return ngettext(
        "Without the filter “%(name)s”: %(number)s practice",
        "Without the filter “%(name)s”: %(number)s practices",
        total,
        name=TITLES[name],
        number=number,
    ), address(query, filters=query.without(name))
