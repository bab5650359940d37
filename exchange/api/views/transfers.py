"""The ledger for machines: all records of a question, and one record."""

import json

from flask import Response, abort, request
from flask_login import current_user

from exchange.api.ledger import COLUMNS, flat, told
from exchange.api.views import api, disposition
from exchange.core.cells import BOM, line_writer
from exchange.network.service.ledger import listing
from exchange.network.service.talk import reports


@api.get("/transfers.<any(json,csv):ext>")
def transfers(ext):
    """Every record of a question that may be listed."""
    records = listing.every(listing.Question.from_args(request.args))
    response = as_csv(records) if ext == "csv" else as_json(listed(records))
    response.headers["Content-Disposition"] = disposition("transfers", ext)
    response.add_etag()
    return response.make_conditional(request)


@api.get("/transfers/<ref>.json")
def transfer(ref):
    record = listing.find_record(ref.split("-")[0]) or abort(404)
    if not reports.may_read(record.transfer, current_user):
        abort(404)
    response = as_json(told(record))
    response.add_etag()
    return response.make_conditional(request)


def listed(records):
    return {"total": len(records), "items": [told(record) for record in records]}


def as_json(value):
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return Response(text, content_type="application/json")


def as_csv(records):
    write = line_writer()
    lines = [write(COLUMNS), *(write([flat(record)[name] for name in COLUMNS]) for record in records)]
    content_type = "text/csv; charset=utf-8; header=present"
    return Response(BOM + "".join(lines), content_type=content_type)
