"""The verbs of saved searches: keep, confirm, change, stop, start, delete. The caller commits.

Whoever has the link from a letter may do all of it: the letter went to a proven address, and stopping
must need no account. What is new, and when it is told, is `lookout`'s business.
"""

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import and_, delete, func, or_, select
from werkzeug.datastructures import MultiDict

from exchange.accounts import service as accounts
from exchange.accounts.models import User
from exchange.core import journal
from exchange.core.forms import one_line
from exchange.core.models import db, now
from exchange.practices import service as practices
from exchange.search import labels, places
from exchange.search.indexing import lean
from exchange.search.models import Arrival, SavedSearch
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy

GAPS = {  # the least time between two letters
    "at-once": timedelta(minutes=10),  # a hundred cases published in a row make no hundred letters
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
}
TO_CONFIRM = timedelta(days=3)
KEPT_STOPPED = timedelta(days=30)  # without an account: then the address is forgotten
MOST = 50  # of one reader
OFTEN = 3  # failures after which somebody should know
LONGEST_NAME = 80
LINK, ASKING = "saved-search", "saved-search-asked"  # what the two kinds of token are good for
SUBJECT = "search:"


# Keeping


def save(query, name, rhythm, language, user=None, address=None):
    """Keep a question for a person, from now on, or for an address, which is asked by letter first.

    Returns the SavedSearch – the older one, changed, when the person has kept the same question before.
    Raises accounts.Refused when there are too many.
    """
    search = SavedSearch(
        id=secrets.token_urlsafe(12),
        user_id=user.id if user else None,
        address=None if user else accounts.normal(address),
        name=name or words_of(query),
        pairs=[list(pair) for pair in query.args()],
        language=language,
        rhythm=rhythm,
        mark=newest_place(),
    )
    db.session.add(search)
    db.session.flush()
    running = settle(search) if user else search
    asks = {} if user else {"language": language}
    journal.record("save search", subject(running), user, news=not user, rhythm=rhythm, **asks)
    return running


def confirm(search, by=None):
    """The address is proven: letters will come. Returns what runs now; raises accounts.Refused as `save`."""
    adopt(search, accounts.find_user(search.address))
    journal.record("confirm search", subject(search), by, news=False)
    return settle(search)


def change(search, name, rhythm, by=None):
    """Another name, another rhythm; the next letter does not wait longer than the new rhythm says."""
    rename(search, name, rhythm)
    journal.record("change search", subject(search), by, news=False, rhythm=rhythm)


def rename(search, name, rhythm):
    search.name, search.rhythm = name or words_of(question_of(search)), rhythm
    search.next_look_at = now() if rhythm == "at-once" else min(search.next_look_at, now() + GAPS[rhythm])


def stop(search, by=None):
    """No letter comes any more, not even one that waits already; a second time changes nothing."""
    if search.stopped_at:
        return
    search.stopped_at = now()
    journal.record("stop search", subject(search), by, news=False)


def start(search, by=None):
    """Letters come again, about what is new from now on."""
    if run_again(search):
        journal.record("start search", subject(search), by, news=False)


def run_again(search):
    """Whether it had been stopped."""
    if not search.stopped_at:
        return False
    search.stopped_at, search.mark, search.next_look_at = None, newest_place(), now()
    return True


def remove(search, by=None):
    """Nothing of it is kept but the audit's lines, which hold neither its words nor an address."""
    journal.record("delete search", subject(search), by, news=False)
    db.session.delete(search)


def settle(search):
    """It runs from now on; where its reader keeps the same question already, that one does instead."""
    others = searches_of(search.user_id, search.address)
    twin = next((one for one in others if one.pairs == search.pairs), None)
    if twin:
        rename(twin, search.name, search.rhythm)
        run_again(twin)
        db.session.delete(search)
        return twin
    if len(others) >= MOST:
        raise accounts.Refused("many")
    search.confirmed_at = search.next_look_at = now()
    db.session.flush()
    return search


def newest_place():
    return db.session.scalar(select(func.coalesce(func.max(Arrival.place), 0)))


# Finding


def searches_of(user_id=None, address=None):
    """What a reader keeps, running or stopped, the latest first."""
    mine = SavedSearch.user_id == user_id if user_id else SavedSearch.address == address
    rows = select(SavedSearch).where(mine, SavedSearch.confirmed_at.is_not(None))
    return db.session.scalars(rows.order_by(SavedSearch.created_at.desc(), SavedSearch.id)).all()


def token_of(search):
    """What every letter carries: it opens the page where the search is changed or stopped, for ever."""
    return accounts.seal(LINK, search.id)


def asking_token_of(search):
    """What the first letter to an address carries: good for confirming, and nothing else."""
    return accounts.seal(ASKING, search.id)


def find(token):
    """The confirmed search that a letter's link names, or None."""
    search = opened(LINK, token)
    return search if search and search.confirmed_at else None


def find_asked(token):
    """The search that waits for this token's button, or None."""
    search = opened(ASKING, token)
    waits = search and not search.confirmed_at and search.created_at > now() - TO_CONFIRM
    return search if waits else None


def failing():
    """Those that failed again and again, the longest failing last."""
    rows = select(SavedSearch).where(SavedSearch.tries >= OFTEN).order_by(SavedSearch.tries, SavedSearch.id)
    return db.session.scalars(rows).all()


def of_news(news):
    """The search that a piece of news, or a letter, speaks of; None when it is gone."""
    return db.session.get(SavedSearch, news["subject"].removeprefix(SUBJECT))


def opened(purpose, token):
    search_id = accounts.unseal(purpose, token)
    return db.session.get(SavedSearch, search_id) if search_id else None


def subject(search):
    return f"{SUBJECT}{search.id}"


# In words


def question_of(search):
    """The Query, as it was asked."""
    return Query.from_args(MultiDict(search.pairs), search.language)


def path_of(search):
    """Where the search page answers it now, the newest first."""
    return "/practices?" + urlencode(question_of(search).args(sort="newest"))


def words_of(query):
    """A question in a few words of the present language, as a name for it."""
    typed = one_line(query.q)
    words = [typed if '"' in typed else _("“%(words)s”", words=typed)] if typed else []
    words += [label for _name, chosen in choices_of(query) for label in chosen]
    words += [_("%(what)s: %(which)s", what=what, which=which) for what, which in places_of(query)]
    text = " · ".join(words) or _("All practices")
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


def choices_of(query):
    """[(facet, labels of its chosen values)] in the reader's language."""
    topics = taxonomy.topics()
    for name, values in query.filters.items():
        known = labels.LABELS[name](values, query.language, topics)
        yield name, [known.get(value) or value for value in values]


def places_of(query):
    """[(what, which)] of the places that it names."""
    return [(what, which) for what, which, _without in places.chips(query, places.in_words(query))]


def cases_of(public_ids):
    """[(practice, revision)] of those of these cases that are public at this moment, in the same order."""
    rows = db.session.execute(lean(practices.public(public_ids)))
    found = {practice.public_id: (practice, revision) for practice, revision in rows}
    return [found[public_id] for public_id in public_ids if public_id in found]


# When people come and go


def adopt(search, user):
    """Who has an account with that address keeps the search there; letters follow a change of address."""
    if user and user.verified_at and user.is_active:
        search.user_id, search.address = user.id, None


def adopt_all(news):
    """Handler: whoever has just proven an address finds there what they kept without an account."""
    user = db.session.get(User, news["by_id"])
    for search in searches_of(address=user.email):
        adopt(search, user)


def sweep():
    """By the clock: forget addresses that were never confirmed, and those whose letters were stopped."""
    unconfirmed = and_(SavedSearch.confirmed_at.is_(None), SavedSearch.created_at < now() - TO_CONFIRM)
    stopped = and_(SavedSearch.address.is_not(None), SavedSearch.stopped_at < now() - KEPT_STOPPED)
    db.session.execute(delete(SavedSearch).where(or_(unconfirmed, stopped)))
    db.session.commit()
