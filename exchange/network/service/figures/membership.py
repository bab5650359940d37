"""What one city gave to the network in a year, and what it got: for the council that votes the fee.

Read by the people of the city and by coordinators. Lists are cut to what two printed pages hold; the numbers
count all of it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from exchange.accounts.models import City, Membership, User
from exchange.core.models import db, now
from exchange.network.models.dates import Event
from exchange.network.models.members import TermOfOffice
from exchange.network.models.positions import Position, Signature
from exchange.network.models.talk import Answer, Challenge, Question, QuestionReply
from exchange.network.service.figures import reads
from exchange.network.service.figures.overview import answers_shown
from exchange.network.service.ledger import listing
from exchange.network.service.members import offices
from exchange.network.service.members.partial import first_day, last_day
from exchange.practices import service as practices
from exchange.practices.models import Practice
from exchange.search.indexing import lean

FIRST = 1950
MOST_CASES = 7  # that are named, as the next ones
MOST = 4  # of answers and adoptions, each way
MOST_OFFICES = 6
MOST_DATES = 3  # and of positions


@dataclass(frozen=True)
class ToldCase:
    practice: Practice
    revision: object
    reads: int
    downloads: int
    is_new: bool  # first public in that year

    @property
    def path(self):
        return practices.path_of(self.practice, self.revision.title)


@dataclass(frozen=True)
class Some:
    """The first of many: those that are named, how many there are, and how many of them are of that year."""

    shown: list = field(default_factory=list)
    total: int = 0
    new: int = 0

    @property
    def more(self):
        return self.total - len(self.shown)


@dataclass(frozen=True)
class MembershipYear:
    """All that the two pages tell."""

    city: City
    year: int
    is_over: bool
    people: int  # who work for the city here, today
    offices: Some  # of TermOfOffice
    cases: Some  # of ToldCase; total: all that are public, new: first public in that year
    reads: int
    downloads: int
    given: Some  # of Answer, as the next
    got: Some
    helped: int  # answers given that helped
    replied: int  # questions of others to which it replied
    replies: int  # own questions that others replied to
    adopted: Some  # of ledger Records: what others took; new: that moved in that year
    took: Some
    events: Some
    positions: Some


def may_be_seen_by(user, city):
    return user.is_authenticated and (user.is_of(city.id) or user.is_coordinator)


def is_year(year):
    return FIRST <= year <= now().year


def of(city, year):
    """The MembershipYear of a city; the same number of queries however much there is."""
    span = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    told = told_by(city, year)
    answers_given = answers(span, Answer.city_id == city.id)
    return MembershipYear(
        city=city,
        year=year,
        is_over=year < now().year,
        people=people_of(city),
        offices=some([term for term in offices.terms_of(city) if touches(term, year)], MOST_OFFICES),
        cases=Some(told[:MOST_CASES], len(told), sum(one.is_new for one in told)),
        reads=sum(one.reads for one in told),
        downloads=sum(one.downloads for one in told),
        given=some(answers_given),
        got=some(answers(span, Challenge.city_id == city.id)),
        helped=sum(one.helped_at is not None for one in answers_given),
        replied=replies(span, QuestionReply.city_id == city.id, Question.city_id != city.id),
        replies=replies(span, QuestionReply.city_id.is_distinct_from(city.id), Question.city_id == city.id),
        adopted=records(listing.given_by(city), year),
        took=records(listing.taken_by(city), year),
        events=some(events(city, year), MOST_DATES),
        positions=some(positions(city, year), MOST_DATES),
    )


def people_of(city):
    those = select(func.count(Membership.id)).join(User, User.id == Membership.user_id)
    return db.session.scalar(
        those.where(
            Membership.city_id == city.id,
            Membership.state == "approved",
            User.suspended_at.is_(None),
            User.left_at.is_(None),
        )
    )


def touches(term: TermOfOffice, year):
    """Whether a term of office lasts on some day of a year."""
    ends = term.end is None or last_day(term.end) >= date(year, 1, 1)
    return first_day(term.start) <= date(year, 12, 31) and ends


def told_by(city, year):
    """The city's public cases, those of that year first, then the most read; what came later is left out."""
    rows = db.session.execute(lean(practices.public().where(Practice.city_id == city.id))).all()
    there = [row for row in rows if row[0].published_at and row[0].published_at.year <= year]
    numbers = reads.in_that_year([practice.id for practice, _revision in there], year)
    found = [
        ToldCase(practice, revision, *numbers.get(practice.id, (0, 0)), practice.published_at.year == year)
        for practice, revision in there
    ]
    return sorted(found, key=lambda one: (not one.is_new, -one.reads, one.practice.public_id))


def answers(span, whose):
    """The answers to challenges in that time: those that helped first, then the latest."""
    those = answers_shown().where(whose, Answer.at >= span[0], Answer.at < span[1])
    order = Answer.helped_at.is_(None), Answer.at.desc(), Answer.id.desc()
    return db.session.scalars(those.options(joinedload(Answer.challenge)).order_by(*order)).all()


def replies(span, *whose):
    """How many support questions were replied to in that time."""
    return db.session.scalar(
        select(func.count(Question.id.distinct()))
        .join(QuestionReply, QuestionReply.question_id == Question.id)
        .where(QuestionReply.at >= span[0], QuestionReply.at < span[1], *whose)
    )


def records(found, year):
    """Some of the ledger: what moved in that year first."""
    there = [one for one in found if began(one) <= year]
    moved = [one for one in there if year in years_of(one)]
    rest = [one for one in there if year not in years_of(one)]
    return Some([*moved, *rest][:MOST], len(there), len(moved))


def began(record):
    return min(years_of(record), default=record.transfer.created_at.year)


def years_of(record):
    """The years in which a record came to one of its stages."""
    return {int(stage.since[:4]) if stage.since else stage.at.year for stage in record.transfer.stages}


def events(city, year):
    """Those that began in that year on the calendar of their place; nothing that was called off."""
    begins_in = func.substr(Event.content["start_day"].as_string(), 1, 4)
    those = select(Event).where(Event.shown(), Event.city_id == city.id, begins_in == str(year))
    found = db.session.scalars(those.order_by(Event.starts_at, Event.id))
    return [event for event in found if not event.get("cancelled")]


def positions(city, year):
    signed = select(Signature.position_id).where(
        Signature.city_id == city.id, Signature.withdrawn_at.is_(None)
    )
    those = select(Position).where(Position.shown(), Position.id.in_(signed))
    those = those.where(func.substr(Position.day, 1, 4) == str(year))
    return db.session.scalars(those.order_by(Position.day, Position.id)).all()


def some(found, most=MOST):
    return Some(found[:most], len(found), len(found))
