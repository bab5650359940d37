"""Is this case told already? Public cases like a draft, and those that are likely to be the very same."""

import re
from difflib import SequenceMatcher

from sqlalchemy import false, or_
from sqlalchemy.orm import lazyload

from exchange.core import i18n
from exchange.core.models import db
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision
from exchange.search import service as search

WORD = re.compile(r"[^\W_]+")
SAME_LETTERS = 0.85  # of two titles, from which on they are very like each other
SAME_WORDS = 0.6
MOST = 4


def similar(practice, revision, user):
    """FoundCases of others that a draft resembles, the most like first; [] while the engine is away."""
    own = [one.public_id for one, _revision in practices.mine(user)]
    return search.alike(revision, i18n.language(), {practice.public_id, *own}, MOST)


def likely(practice, revision):
    """(practice, revision) of the public cases that may be the same: its city's, or of its origin."""
    origin = practice.origin.get("url")
    of_city = Practice.city_id == practice.city_id if practice.city_id else false()
    of_origin = Practice.origin["url"].as_string() == origin if origin else false()
    query = practices.public().where(Practice.id != practice.id, or_(of_city, of_origin))
    query = query.options(lazyload(Revision.practice), lazyload(Practice.authors)).order_by(Practice.id)
    found = [
        (one, other)
        for one, other in db.session.execute(query)
        if (origin and one.origin.get("url") == origin) or are_alike(other.title, revision.title)
    ]
    return found[:MOST]


def are_alike(one, other):
    """Whether two titles say the same: nearly the same letters, or mostly the same words."""
    one, other = one.casefold(), other.casefold()
    words, others = set(WORD.findall(one)), set(WORD.findall(other))
    shared = len(words & others) / max(1, len(words | others))
    return shared >= SAME_WORDS or SequenceMatcher(None, one, other).ratio() >= SAME_LETTERS
