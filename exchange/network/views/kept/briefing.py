"""The briefing pack: a page that prints on two sheets, and the same as a file."""

from flask import Response, abort, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from exchange.core import i18n
from exchange.core.web import query
from exchange.network.service.kept import briefing as pack
from exchange.network.service.kept import collections, comparing, docx, publishing
from exchange.network.views import network
from exchange.network.views.kept.comparison import unlisted
from exchange.practices import service as practices


@network.get("/briefing")
def briefing():
    """On the cases of `ids`, or on those of a collection that everyone reads; without any, how to choose."""
    codes, content = asked()
    memo = pack.memo(codes, i18n.language(), content)
    ids = [told.case.practice.public_id for told in memo.cases]
    page = render_template(
        "network/briefing.html",
        memo=memo,
        ids=ids,
        unknown=[code for code in codes[: comparing.MOST] if code not in ids],
        left_out=max(len(codes) - comparing.MOST, 0),
        file_address=url_for("network.briefing_file") + query(),
    )
    return unlisted(page)


@network.get("/briefing.docx")
def briefing_file():
    codes, content = asked()
    memo = pack.memo(codes, i18n.language(), content)
    if not memo.cases:
        return redirect(url_for("network.briefing"), 303)  # where it says how to choose
    g.taken_away = [told.case.practice.public_id for told in memo.cases]
    response = Response(docx.of_memo(memo), content_type=docx.MEDIA_TYPE)
    name = practices.slug_of(f"{_('Briefing')} {memo.title}")[:60] or "briefing"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return unlisted(response)


def asked():
    """(codes, content of the collection or None) asked for; 404 for one that this person may not read."""
    codes = comparing.codes_in(request.args.getlist("ids"))
    ref = request.args.get("collection", "")
    if not ref:
        return codes, None
    found = collections.find(ref.split("-")[0])
    if found is None:
        abort(404)
    if found.may_be_worked_on_by(current_user):
        content = publishing.content_of(found)
    else:
        content = found.shown if publishing.is_for_all(found) else abort(404)
    return codes or publishing.codes_of(content), content
