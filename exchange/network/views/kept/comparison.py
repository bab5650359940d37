"""Two to six cases side by side. The address is the whole state: adding and taking out are links."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from exchange.core import i18n
from exchange.core.forms import tidy
from exchange.core.models import now
from exchange.network.service.kept import comparing
from exchange.network.service.kept.briefing import short
from exchange.network.views import network
from exchange.search import service as search
from exchange.search.engine import OutOfTime
from exchange.search.query import Query

OFFERED = 8


@network.get("/compare")
def compare():
    codes = comparing.codes_in(request.args.getlist("ids"))
    words = (tidy(request.args.get("q")) or "")[:200]
    only, whole = request.args.get("only") == "differences", request.args.get("texts") == "whole"
    if request.args.getlist("ids") not in ([], [",".join(codes)]):
        return redirect(address(codes, q=words, only=only, whole=whole), 301)
    found = comparing.compare(codes, i18n.language())
    page = render_template(
        "network/compare.html",
        comparison=found,
        only=only,
        whole=whole,
        words=words,
        offers=offers(found, words),
        most=comparing.MOST,
        some_items=comparing.SOME,
        most_words=comparing.WORDS,
        shortened=short,
        least=comparing.LEAST,
        address=address,
        heading=heading(found),
        today=now(),
        with_case=lambda code: address([*found.ids, code]),
        without=lambda code: address([one for one in found.ids if one != code], only=only, whole=whole),
        moved=lambda code: address(moved_first(found.ids, code), only=only, whole=whole),
    )
    return unlisted(page)


def heading(found):
    places = [case.city.label(i18n.language()) if case.city else case.told.title for case in found.cases]
    if len(places) < comparing.LEAST:
        return _("Compare cases")
    return _("%(places)s side by side", places=", ".join(places))


def offers(found, words):
    """Cases that one may add: those that were looked for, else those like the first."""
    if len(found.cases) >= comparing.MOST:
        return []
    if words:
        hits = searched(words)
    elif found.cases:
        hits = search.related(found.cases[0].practice, i18n.language(), OFFERED)
    else:
        hits = []
    return [hit for hit in hits if hit.practice.public_id not in found.ids]


def searched(words):
    try:
        return search.find(Query(q=words, language=i18n.language(), per_page=OFFERED)).hits
    except OutOfTime:
        return []


def address(codes, q="", only=False, whole=False):
    """'/compare?ids=A,B': commas stay as they are, for people read these addresses to each other."""
    told = f"{url_for('network.compare')}?ids={','.join(codes)}" if codes else url_for("network.compare")
    more = {"q": q, "only": "differences" if only else "", "texts": "whole" if whole else ""}
    tail = url_for("network.compare", **{name: value for name, value in more.items() if value})
    extra = tail.partition("?")[2]
    return f"{told}{'&' if codes else '?'}{extra}" if extra else told


def moved_first(codes, code):
    return [code, *(one for one in codes if one != code)]


def unlisted(page):
    """Endless combinations are nothing for robots."""
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
