"""Addresses of the search page: one question, looked at as a list, on a map or in a table."""

from flask import request, url_for
from flask_babel import lazy_gettext as _l

VIEWS = {"list": _l("List"), "map": _l("Map"), "table": _l("Table")}


def address(query, view=None, **changes):
    """The address that asks this question in this view, or in the present one, perhaps changed."""
    view = view or view_asked()
    names = by_name(query.args(**changes))
    return url_for("search.practices", **names, view=None if view == "list" else view)


def exit_address(query, ext):
    """Where all of it is taken away in that form; a feed reader knows no language but the one it is given."""
    language = {"hl": query.language} if ext == "atom" else {}
    return url_for("api.result", ext=ext, **by_name(query.args()), **language)


def by_name(pairs):
    """(name, value) pairs as name → values, as addresses are built."""
    names = {}
    for name, value in pairs:
        names.setdefault(name, []).append(value)
    return names


def view_asked():
    """The view that this request asks for; the list where it asks for none, or for what there is not."""
    view = request.args.get("view")
    return view if view in VIEWS else "list"


def views(query):
    """(value, text, address) of each view of the same question."""
    return [(view, text, address(query, view)) for view, text in VIEWS.items()]
