"""One question, many exits: the address of the search page with an ending gives all of it, to take away."""

import re
from dataclasses import replace
from itertools import chain

from flask import Response, abort, redirect, request, stream_with_context, url_for
from sqlalchemy import func, select

from exchange.api import citations, exports, feeds, rest, whole
from exchange.api.views import api, disposition
from exchange.core import i18n
from exchange.core.models import db, now
from exchange.core.web import edition
from exchange.moderation.models import ClaimCheck, Evaluation
from exchange.network.models.ledger import TransferStage, TransferWord
from exchange.network.models.reports import Hiding
from exchange.practices import service as practices
from exchange.practices.models import READABLE, Endorsement, Label, Practice, Translation
from exchange.search import service as search
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy

EXITS = {  # ending → (content type, query → its result piece by piece)
    "json": ("application/json", rest.as_json),
    "csv": ("text/csv; charset=utf-8; header=present", exports.as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exports.as_xlsx),
    "geojson": ("application/geo+json", exports.as_geojson),
    "bib": ("application/x-bibtex; charset=utf-8", citations.as_bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", citations.as_ris),
    "atom": ("application/atom+xml; charset=utf-8", feeds.as_atom),
}
CITATIONS = {"bib": citations.bibtex, "ris": citations.ris}
BLOCK = 1 << 14  # bytes
LONGEST_NAME = 50  # characters of what was asked


@api.get("/practices.<ext>")
def result(ext):
    """The whole result of a question; the feed, and JSON where a page is asked for, give one page of it."""
    content_type, write = EXITS.get(ext) or abort(404)
    query = Query.from_args(request.args, i18n.language())
    tag = tag_of(query, ext)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        pieces = () if request.method == "HEAD" else write(query)
        response = Response(streamed(pieces), content_type=content_type)
        response.headers["Content-Disposition"] = disposition(name_of(query), ext)
    response.set_etag(tag, weak=True)
    return response


@api.get("/practices/<ref>.<any(bib,ris):ext>")
@api.get("/practices/<ref>/revisions/<int(max=2147483647):number>.<any(bib,ris):ext>")
def citation(ref, ext, number=None):
    """One case to cite: the version that is public now, or the one of that number."""
    case = find_case(ref.split("-")[0], number)
    text = CITATIONS[ext](case, i18n.language())
    response = Response(text, content_type=EXITS[ext][0])
    response.headers["Content-Disposition"] = disposition(citations.key_of(case), ext)
    response.add_etag()
    return response.make_conditional(request)


@api.get("/practices/<ref>.json")
@api.get("/practices/<ref>/revisions/<int(max=2147483647):number>.json")
def whole_case(ref, number=None):
    """Every public answer of one case, and what stands beside its text."""
    case = find_case(ref.split("-")[0], number)
    response = Response(whole.as_json(case, i18n.language()), content_type="application/json")
    response.add_etag()
    return response.make_conditional(request)


def find_case(public_id, number):
    """The case if its page can be read by everyone; 410 when it was withdrawn, else 404."""
    practice = practices.find(public_id) or abort(404)
    if practice.merged_into_id:
        heir = practices.stands_for(practice).public_id
        wanted = {name: value for name, value in request.view_args.items() if name == "ext"}
        abort(redirect(url_for(request.endpoint, ref=heir, **wanted), 301))
    if practice.visibility == "tombstone":
        abort(410)
    find = practices.public_revision if number is None else lambda one: practices.revision_number(one, number)
    revision = find(practice) if practice.visibility in READABLE else None
    if revision is None:
        abort(404)
    tree = taxonomy.topics()
    return search.FoundCase(
        practice, revision, [tree[slug] for slug in revision.get("topics", []) if slug in tree], []
    )


def tag_of(query, ext):
    """Another one whenever the result reads otherwise: a published version never changes its words.

    JSON tells of cases beside those found: the counts of other values.
    """
    results = search.ask(replace(query, page=1, per_page=None))
    found = [(hit.public_id, hit.number) for hit in results.hits]
    beside = results.facets if ext == "json" else None
    asked = [request.full_path, query.language, edition()]
    return practices.fingerprint([*asked, found, beside, latest_words()])[:32]


def latest_words():
    """What was said last beside the texts: by cities, by reviewers of figures, of evaluations, in other
    languages, in the ledger, on whether it still holds; badges."""
    beside = (
        func.max(Endorsement.id),
        func.max(ClaimCheck.id),
        func.max(Evaluation.decided_at),
        func.max(Translation.decided_at),
        func.max(TransferStage.id),
        func.count(TransferStage.id),
        func.max(TransferWord.id),
        func.count(Hiding.ended_at),
        func.max(Hiding.id),
        func.max(Label.id),
        func.count(Label.removed_at),
    )
    holding = (
        func.max(Practice.confirmed_at),
        func.max(Practice.silent_since),
        func.count(Practice.silent_since),
    )
    said = select(*holding, *(select(one).scalar_subquery() for one in beside)).select_from(Practice)
    return [str(one) for one in db.session.execute(said).one()]


def streamed(pieces):
    """The pieces in blocks, as they come. What goes wrong before the first block is still told as error."""
    blocks = in_blocks(pieces)
    first = next(blocks, b"")
    return stream_with_context(chain([first], blocks))


def in_blocks(pieces):
    kept = bytearray()
    for piece in pieces:
        kept += piece if isinstance(piece, bytes) else piece.encode()
        if len(kept) >= BLOCK:
            yield bytes(kept)
            kept.clear()
    yield bytes(kept)


def name_of(query):
    """'practices-rent-housing-2026-11-26': what was asked, and when."""
    asked = " ".join([query.q, *chain.from_iterable(query.filters.values())]).lower()
    words = "-".join(re.findall(r"[^\W_]+", asked))[:LONGEST_NAME].strip("-")
    return "-".join(part for part in ("practices", words, now().date().isoformat()) if part)
