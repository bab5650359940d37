"""What people keep, for machines: a comparison as a table, the collections that everyone reads as JSON."""

import json

from flask import Response, abort, g, request
from flask_babel import gettext as _

from exchange.api.facts import absolute, one_line
from exchange.api.feeds import stamp
from exchange.api.views import api
from exchange.core import i18n
from exchange.core.cells import BOM, line_writer
from exchange.core.markup import plain
from exchange.core.pages import page_count, page_number
from exchange.network.service.kept import collections, comparing, publishing

FED = 50


@api.get("/compare.csv")
def compare_csv():
    """The rows of a comparison; a column for each case. Nothing in it is a formula."""
    found = comparing.compare(comparing.codes_in(request.args.getlist("ids")), i18n.language())
    g.taken_away = found.ids
    write = line_writer()
    head = ["", *(one_line(case.told.title) for case in found.cases)]
    lines = [write([str(row.label), *map(cell, row.cells)]) for row in found.rows]
    addresses = write([_("Address"), *(absolute(comparing.version_path(case)) for case in found.cases)])
    response = Response(
        BOM + "".join([write(head), *lines, addresses]),
        content_type="text/csv; charset=utf-8; header=present",
    )
    name = "-".join(["compare", *found.ids]).lower()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def cell(found):
    return "; ".join(plain(item.words) if item.is_long else one_line(item.words) for item in found.items)


@api.get("/collections.json")
def collections_json():
    page = page_number(request.args.get("page"))
    found, total = publishing.latest(page, FED)
    sizes = publishing.sizes(found)
    told = {
        "total": total,
        "page": page,
        "pages": page_count(total, FED),
        "items": [item(one, sizes[one.id]) for one in found],
    }
    return answered(told)


@api.get("/collections/<ref>.json")
def collection_json(ref):
    """One of them whole: its introduction, and its cases that are public now, in order, with their notes."""
    found = collections.find(ref.split("-")[0])
    if found is None or not publishing.is_for_all(found):
        abort(404)
    cases = comparing.read(publishing.codes_of(found.shown), i18n.language())
    notes = {entry["practice"]: entry["note"] for entry in found.shown["entries"]}
    told = [entry(case, notes[case.practice.public_id]) for case in cases]
    return answered({**item(found, len(told)), "introduction": found.shown["introduction"], "cases": told})


def item(one, cases_total):
    """What a list tells of a collection; people are not named to machines."""
    return {
        "id": one.public_id,
        "title": one.shown["title"],
        "url": absolute(collections.path_of(one)),
        "language": one.shown["language"],
        "cases_total": cases_total,
        "published": stamp(one.shown_at),
        "demonstration": one.is_demonstration,
    }


def entry(case, note):
    return {
        "id": case.practice.public_id,
        "title": case.revision.title,
        "url": absolute(case.path),
        "version": case.revision.number,
        "version_url": absolute(comparing.version_path(case)),
        "city": case.city.label(i18n.language()) if case.city else None,
        "country": case.country,
        "note": note or None,
    }


def answered(told):
    response = Response(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    response.add_etag()
    return response.make_conditional(request)
