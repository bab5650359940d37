"""What the pages behind a link without an account have in common: found, kept secret, counted, ended."""

from flask import make_response, render_template, request
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.moderation import service

HEADERS = {  # a page that nobody else is to see, keep, find, or learn the address of
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def link_page(template, status=200, **more):
    response = make_response(render_template(f"moderation/{template}.html", **more), status)
    response.headers.update(HEADERS)
    return response


def found_or_dead(kinds, token):
    """(the row that the token opens, None), or (None, the page that says it opens nothing)."""
    for kind in kinds:
        if found := service.by_link.find(kind, token):
            return found, None
    return None, link_page("dead_link", 404)


def over_page(asked, status=410, typed=()):
    """The link was used, withdrawn or is too old: said plainly. What was just typed is shown to be copied."""
    return link_page("link_over", status, asked=asked, typed=[one for one in typed if one])


def over_limit(asked):
    """Counts one more answer through this link; the seconds to wait when there were too many, else 0."""
    try:
        accounts.count_try("link", asked.id, request.remote_addr)
    except accounts.TooManyTries as refusal:
        return refusal.seconds
    return 0


def actor():
    return current_user._get_current_object() if current_user.is_authenticated else None
