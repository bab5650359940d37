"""To whom a support question is put: to people who offered such help, and to cities that know the matter.

Other subjects of the network enter their own sources: `add_source`. Each is asked in turn, the surest
first; nobody is asked beyond the number of open questions that their city's team takes.
"""

from sqlalchemy import func, or_, select

from exchange.accounts.models import City, Membership, User
from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.talk import OPEN_REQUESTS, HelpDesk, Question, Request
from exchange.network.service.ledger.listing import adopters_of
from exchange.network.service.talk.kinds import subject
from exchange.practices import service as practices
from exchange.practices.models import Practice, Revision

MOST_ASKED = 4  # at a time
MOST_LOOKED_AT = 400  # public cases of the topics
ORDER = ("told", "offered", "adopted", "topic")  # the surest first
SOURCES = []  # (why, question → ids of cities or of people, the surest first, whether these are people)


def add_source(why, find, people=False):
    """`find`: a Question → the ids of cities (or people) that may answer. `why`: one of Request.WHYS."""
    SOURCES.append((why, find, people))


def route(question):
    """Put it to as many as are free, up to MOST_ASKED; returns the new Requests.

    Called again when somebody passes: whoever was asked once is not asked again.
    """
    known = requests_of(question)
    room = MOST_ASKED - sum(not (one.passed_at or one.answered_at) for one in known)
    cities = {one.city_id for one in known} | {question.city_id}
    people = {one.user_id for one in known} | {question.by_id}
    made = []
    for why, city_id, user_id in candidates(question):
        if len(made) >= room:
            break
        if city_id in cities if city_id else user_id in people:
            continue
        if city_id and not takes_more(city_id):
            continue
        (cities if city_id else people).add(city_id or user_id)
        made.append(put(question, why, city_id, user_id))
    return made


def put(question, why, city_id=None, user_id=None):
    """One more is asked; the letter goes when the worker hears of it."""
    made = Request(question=question, why=why, city_id=city_id, user_id=user_id)
    db.session.add(made)
    db.session.flush()
    journal.tell("put question", subject=subject("question", question.id), request=made.id)
    return made


def candidates(question):
    """(why, city id or None, person's id or None), the surest first; only those who can be reached."""
    for why, find, are_people in sorted(SOURCES, key=lambda source: ORDER.index(source[0])):
        ids = list(find(question))
        there = reachable_people(ids) if are_people else staffed(ids)
        yield from ((why, None, one) if are_people else (why, one, None) for one in ids if one in there)


def staffed(city_ids):
    """Those of these cities for which somebody reads."""
    return set(
        db.session.scalars(
            select(Membership.city_id)
            .join(User, User.id == Membership.user_id)
            .where(Membership.city_id.in_(city_ids), Membership.state == "approved", *active())
        )
    )


def reachable_people(user_ids):
    return set(db.session.scalars(select(User.id).where(User.id.in_(user_ids), *active())))


def active():
    return User.verified_at.is_not(None), User.suspended_at.is_(None), User.left_at.is_(None)


def city_of_practice(question):
    """The city whose practice the question is about."""
    practice = question.practice
    return [practice.city_id] if practice and practice.city_id else []


def cities_that_adopted(question):
    """Cities that took the practice up, then those that took one on the same topics up."""
    same = adopters_of([question.practice_id]) if question.practice_id else []
    like = adopters_of([practice_id for practice_id, _city, _shared in cases_of_topics(question)])
    return list(dict.fromkeys(city.id for city in [*same, *like]))


def cities_of_topics(question):
    """Cities with public practices on the question's topics, those with the most first."""
    found = {}
    for _practice, city_id, shared in cases_of_topics(question):
        found[city_id] = found.get(city_id, 0) + shared
    return sorted(found, key=lambda city_id: (-found[city_id], city_id))


def cases_of_topics(question):
    """(practice id, city id, how many topics they share) of the latest public cases on its topics."""
    rows = db.session.execute(
        practices.public()
        .where(Practice.city_id.is_not(None))
        .with_only_columns(Practice.id, Practice.city_id, Revision.answers)
        .order_by(Practice.published_at.desc())
        .limit(MOST_LOOKED_AT)
    )
    wanted = set(question.topics)
    told = ((one, city, len(wanted & set(answers.get("topics") or ()))) for one, city, answers in rows)
    return [(one, city, shared) for one, city, shared in told if shared]


add_source("told", city_of_practice)
add_source("adopted", cities_that_adopted)
add_source("topic", cities_of_topics)


# How much a team takes


def takes_more(city_id):
    return open_requests(city_id) < most_open(city_id)


def most_open(city_id):
    desk = db.session.get(HelpDesk, city_id, populate_existing=True)
    return desk.most_open if desk else OPEN_REQUESTS


def open_requests(city_id):
    return db.session.scalar(select(func.count(Request.id)).where(Request.city_id == city_id, *waiting()))


def waiting():
    """The condition under which a Request still waits for an answer."""
    still_open = select(Question.id).where(Question.closed_at.is_(None))
    return (
        Request.answered_at.is_(None),
        Request.passed_at.is_(None),
        Request.question_id.in_(still_open),
    )


def set_most_open(city, most, by):
    """The team takes so many open questions at a time from now on. Returns whether that is another number."""
    db.session.refresh(city, ["id"], with_for_update=True)
    desk = db.session.get(HelpDesk, city.id, populate_existing=True)
    if (desk.most_open if desk else OPEN_REQUESTS) == most:
        return False
    if desk is None:
        desk = HelpDesk(city_id=city.id)
        db.session.add(desk)
    desk.most_open, desk.set_at, desk.set_by_id = most, now(), by.id
    db.session.flush()
    journal.record("set open questions", f"city:{city.slug}", by, news=False, most=most)
    return True


# Who was asked


def requests_of(question):
    found = select(Request).where(Request.question_id == question.id).order_by(Request.id)
    return db.session.scalars(found.execution_options(populate_existing=True)).all()


def request_of(question, user):
    """The Request by which this person was asked, by name or for their city; None when they were not."""
    if not user.is_authenticated:
        return None
    mine = [one for one in requests_of(question) if is_for(one, user)]
    return next((one for one in mine if not one.passed_at), None)


def is_for(request, user):
    return request.user_id == user.id or (request.city_id is not None and user.is_of(request.city_id))


def asked_of(user):
    """The condition under which a Request was put to this person."""
    return or_(Request.user_id == user.id, Request.city_id.in_([city.id for city in user.cities]))


def people_asked(request):
    """Whom the letter goes to: the person, or the city's admins, or without any all who work for it."""
    if request.user_id:
        return [request.user]
    members = db.session.execute(
        select(User, Membership.is_admin)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.city_id == request.city_id, Membership.state == "approved", *active())
        .order_by(User.id)
    ).all()
    return [user for user, is_admin in members if is_admin] or [user for user, _is_admin in members]


def city_by_slug(slug):
    return db.session.scalar(select(City).where(City.slug == slug))
