"""Would a case work here? The city it is held against: the one that is asked for, else the reader's own."""

from dataclasses import dataclass

from flask import request
from flask_login import current_user

from exchange.accounts import service as accounts
from exchange.core import i18n
from exchange.network.service.ledger import fitting
from exchange.search import places

MOST_TICKS = 50


@dataclass(frozen=True)
class Here:
    """What the part of the page shows: the Fit, or what was typed and why no city was found by it."""

    fit: fitting.Fit | None = None
    typed: str = ""
    problem: str = ""
    may_keep: bool = False  # whether this person may keep the ticks for the city


def asked(practice, revision, topics):
    """The Here of a case for this reader."""
    typed = " ".join(request.args.get("here", "").split())[:100]
    try:
        city = city_called(typed) if typed else own_city(practice)
    except places.Unplaced as error:
        return Here(typed=typed, problem=str(error))
    if city is None or city.id == practice.city_id:
        return Here(typed=typed)
    ours = current_user.is_authenticated and current_user.is_of(city.id)
    ticked = request.args.getlist("have")[:MOST_TICKS]
    ticked = ticked or (fitting.ticks_of(city, practice) if ours else ())
    return Here(fitting.fit(practice, revision, city, topics, ticked), city.label(i18n.language()), "", ours)


def city_called(typed):
    return accounts.find_city(typed.lower()) or places.find_city(typed, i18n.language())


def own_city(practice):
    """The first city that the reader works for and that the case is not from."""
    cities = current_user.cities if current_user.is_authenticated else ()
    return next((city for city in cities if city.id != practice.city_id), None)
