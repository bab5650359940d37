"""What the tests of saved searches do again and again: keep one, publish a case, let the clock come round."""

from datetime import datetime, timedelta

from exchange import reactions
from exchange.core import models
from exchange.core.journal import News
from exchange.core.models import db
from exchange.moderation import service as moderation
from exchange.practices import service as practices
from exchange.search import alerts, lookout
from exchange.search.models import SavedSearch
from exchange.search.query import Query
from tests.search import stage

NOA = "noa@cast.example"


class Clock:
    """Moves the present moment for the whole program, forwards and back."""

    def __init__(self, monkeypatch):
        self.by = timedelta()
        clock = self

        class Moved(datetime):
            @classmethod
            def now(cls, zone=None):
                return datetime.now(zone) + clock.by

        monkeypatch.setattr(models, "datetime", Moved)

    def move(self, **by):
        self.by += timedelta(**by)


def keep(q="rent", rhythm="at-once", user=None, language="en", **asked):
    """A search that runs, as the worker knows it: it has learnt what there is already."""
    query = Query(q=q, language=language, **asked)
    search = alerts.save(query, "", rhythm, language, user=user, address=None if user else NOA)
    if not user:
        search = alerts.confirm(search)
    db.session.commit()
    come_round()
    return search


def publish(title, **answers):
    """A case goes public; nobody has heard of it yet."""
    practice = practices.find(stage.tell(stage.moderator(), title, answers))
    db.session.commit()
    return practice


def come_round():
    """The worker does all that waits, the clock's look for what is new included."""
    while reactions.react():
        pass
    lookout.look_around()
    while reactions.react():
        pass


def told(search=None):
    """The titles of each piece of news so far, the oldest first: [[title, …], …]."""
    rows = db.session.query(News).filter(News.act == "new cases").order_by(News.id)
    mine = [
        news.payload for news in rows if search is None or news.payload["subject"] == alerts.subject(search)
    ]
    return [[one.title for _, one in alerts.cases_of(news["cases"])] for news in mine]


def again(search):
    """The search as the database has it now."""
    return db.session.get(SavedSearch, search.id, populate_existing=True)


def revise(practice, **answers):
    """The author tells it anew, and Bruno approves."""
    draft = practices.next_draft(practices.public_revision(practice), practice.lead)
    practices.write(draft, answers, {})
    review = moderation.submit(draft, practice.lead)
    moderation.take(review, stage.moderator())
    moderation.decide(review, "approve", stage.moderator(), design="before-after", independence="own")
    db.session.commit()
