"""A draft shown to somebody without an account: a cover with a button, and the text as readers will see it.

The address opens everything, so it goes nowhere else: no referrer, no index, no cache.
"""

from flask import g, make_response, redirect, render_template, request, url_for

from exchange.core.models import db
from exchange.core.web import csrf
from exchange.moderation.views import moderation
from exchange.practices import sharing
from exchange.taxonomy import service as taxonomy


@moderation.route("/shared/<token>", methods=["GET", "POST"])
@csrf.exempt
def shared(token):
    """Looking at the cover counts for nothing: mail programs look first. Whoever has the link may press."""
    link = sharing.find(token)
    if link is None:
        return page("dead_link", 404)
    if request.method != "POST":
        return page("cover", link=link, token=token)
    sharing.count_opening(link)
    db.session.commit()
    return secret(redirect(url_for("moderation.shared_text", token=token), 303))


@moderation.get("/shared/<token>/text")
def shared_text(token):
    link = sharing.find(token)
    if link is None:
        return page("dead_link", 404)
    g.shared_link = link  # its pictures carry keys of their own
    revision, tree = sharing.text_of(link), taxonomy.topics()
    return page(
        "text",
        link=link,
        practice=link.practice,
        revision=revision,
        topics=[tree[slug] for slug in revision.get("topics", []) if slug in tree],
    )


def page(name, status=200, **more):
    return secret(make_response(render_template(f"moderation/shared_{name}.html", **more), status))


def secret(response):
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
