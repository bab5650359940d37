"""Support questions: put to some, replied to, public when both sides agree. The caller commits."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, func, select

from exchange.core import journal, markup
from exchange.core.models import db, now
from exchange.network.models.talk import Question, QuestionReply, Request
from exchange.network.service.codes import new_code
from exchange.network.service.talk import routing
from exchange.network.service.talk.challenges import Closed
from exchange.network.service.talk.kinds import Kind, register, subject
from exchange.network.service.talk.limits import check_writing
from exchange.network.service.talk.reports import Refusal, hiding_of, hidings, hold, shown
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed

PAGE = 20


class AskedBefore(Refusal):
    """This city was asked already."""


def ask(by, city, kind, title, text, language, topics, practice=None, agrees=False):
    """A city asks for help; it is put to those who may know. Returns the Question.

    The same words sent twice are one question. Raises NotAllowed, limits.TooMuch.
    """
    if not by.is_of(city.id):
        raise NotAllowed("only those who work for a city ask for it")
    db.session.refresh(city, ["id"], with_for_update=True)
    told = {"kind": kind, "title": title, "text": text.strip(), "topics": topics}
    told |= {"practice_id": practice.id if practice else None, "language": language}
    if known := asked_before(by, city, told):
        return known
    check_writing(by)
    made = Question(
        public_id=new_code(Question.public_id),
        city=city,
        by=by,
        **told,
        agreed_at=now() if agrees else None,
    )
    db.session.add(made)
    db.session.flush()
    asked = routing.route(made)
    record("ask question", made, by, requests=[one.id for one in asked])
    return made


def asked_before(by, city, told):
    """What this person asked last for the city, if it is open and says just that; else None."""
    mine = select(Question).where(Question.by_id == by.id, Question.city_id == city.id)
    last = db.session.scalar(mine.order_by(Question.id.desc()).limit(1))
    is_same = last and last.is_open and all(getattr(last, name) == value for name, value in told.items())
    return last if is_same else None


def reply(question, by, text, language, agrees=False):
    """The asker, or somebody who was asked, says something to it; returns the QuestionReply.

    The same words again are said once. Raises NotAllowed, Closed, limits.TooMuch.
    """
    hold_open(question)
    request = routing.request_of(question, by)
    if request is None and not is_asker(question, by):
        raise NotAllowed("those who ask and those who were asked")
    if known := said_before(question, by, text):
        return known
    check_writing(by)
    made = QuestionReply(
        question=question,
        by=by,
        city_id=speaks_for(question, by, request),
        text=text.strip(),
        language=language,
        agreed_at=now() if agrees else None,
    )
    db.session.add(made)
    if request is not None and request.answered_at is None:
        request.answered_at = now()
    db.session.flush()
    journal.record(
        "reply to question", subject("reply", made.id), by, question=question.id, agrees=bool(agrees)
    )
    return made


def speaks_for(question, by, request):
    if request is None:
        return question.city_id
    return request.city_id or next((city.id for city in by.cities), None)


def said_before(question, by, text):
    mine = (QuestionReply.question_id == question.id, QuestionReply.by_id == by.id)
    last = db.session.scalar(select(QuestionReply).where(*mine).order_by(QuestionReply.id.desc()).limit(1))
    return last if last and last.text == text.strip() else None


def pass_on(question, by):
    """Whoever was asked has no answer: the next one is asked. Repeated, nothing happens."""
    hold(question)
    request = routing.request_of(question, by)
    if request is None or request.answered_at:
        return
    request.passed_at, request.passed_by_id = now(), by.id
    db.session.flush()
    asked = routing.route(question) if question.is_open else []
    requests = [one.id for one in asked]
    record("pass question on", question, by, news=False, request=request.id, requests=requests)


def pass_all(user_id):
    """Somebody has left: whatever waits for them is put to others. Repeated, nothing happens."""
    waiting = select(Request).where(Request.user_id == user_id, *routing.waiting()).order_by(Request.id)
    for request in db.session.scalars(waiting).all():
        hold(request.question)
        request.passed_at, request.passed_by_id = now(), user_id
        db.session.flush()
        routing.route(request.question)


def forward(question, city, by):
    """A coordinator puts it to one more city. Raises NotAllowed, Closed, AskedBefore."""
    hold_open(question)
    if not by.is_coordinator or city.id == question.city_id:
        raise NotAllowed("a coordinator asks another city")
    if any(one.city_id == city.id for one in routing.requests_of(question)):
        raise AskedBefore
    made = routing.put(question, "topic", city.id)
    record("forward question", question, by, news=False, request=made.id)


def agree(question, by, agrees=True):
    """Somebody would have their words public, or would not any more. Repeated, nothing happens.

    It is public from when the asker and at least one who replied agree, with the replies of those who do.
    """
    hold(question)
    mine = replies_by(question, by)
    things = [question, *mine] if is_asker(question, by) else mine
    if not things:
        raise NotAllowed("those who wrote something of it")
    changed = [one for one in things if bool(one.agreed_at) != agrees]
    for one in changed:
        one.agreed_at = now() if agrees else None
    db.session.flush()
    if changed:
        record("agree to publish" if agrees else "object to publishing", question, by, news=agrees)


def close(question, by):
    """The asker has what they need: nobody is asked any more. Repeated, nothing happens."""
    hold(question)
    if not is_asker(question, by):
        raise NotAllowed("those who ask")
    if question.is_open:
        question.closed_at = now()
        record("close question", question, by)


def hold_open(question):
    hold(question)
    if hiding_of(question):
        raise NotAllowed("it is hidden")
    if not question.is_open:
        raise Closed


# Who reads what


def is_asker(question, user):
    """Whoever works for the city that asks."""
    return user.is_authenticated and user.is_of(question.city_id)


def is_party(question, user):
    """Those who ask, those who were asked, and coordinators, who see to it that somebody answers."""
    if not user.is_authenticated:
        return False
    if is_asker(question, user) or user.is_coordinator:
        return True
    return any(routing.is_for(one, user) for one in routing.requests_of(question))


def is_public(question):
    """Both sides agree, and what they agreed to is not hidden."""
    found = select(Question.id).where(Question.id == question.id, *public())
    return db.session.scalar(found) is not None


def public():
    """The conditions under which everyone reads a Question."""
    answered = exists().where(
        QuestionReply.question_id == Question.id,
        QuestionReply.agreed_at.is_not(None),
        QuestionReply.by_id != Question.by_id,
        QuestionReply.city_id.is_distinct_from(Question.city_id),
        shown("reply", QuestionReply.id),
    )
    return Question.agreed_at.is_not(None), shown("question", Question.id), answered


def readable(question, user):
    return is_public(question) or is_party(question, user)


def replies_for(question, user):
    """What this person reads of the replies: everyone those agreed to, the parties all of them."""
    found = select(QuestionReply).where(QuestionReply.question_id == question.id).order_by(QuestionReply.id)
    replies = db.session.scalars(found).all()
    if not is_party(question, user):
        replies = [one for one in replies if one.agreed_at]
    hidden = hidings("reply", [one.id for one in replies])
    return [one for one in replies if one.id not in hidden or sees_hidden(one, user)], hidden


def sees_hidden(reply, user):
    return user.is_authenticated and (user.is_moderator or reply.by_id == user.id)


def who_replied(question):
    """The people who replied, in turn; of those whose reply is hidden, none."""
    standing = (QuestionReply.question_id == question.id, shown("reply", QuestionReply.id))
    found = select(QuestionReply).where(*standing).order_by(QuestionReply.id)
    return list(dict.fromkeys(one.by for one in db.session.scalars(found)))


def replies_by(question, user):
    mine = (QuestionReply.question_id == question.id, QuestionReply.by_id == user.id)
    return db.session.scalars(select(QuestionReply).where(*mine)).all()


def find(public_id):
    return db.session.scalar(select(Question).where(Question.public_id == public_id))


def path_of(question):
    slug = practices.slug_of(question.title)
    return f"/questions/{question.public_id}" + (f"-{slug}" if slug else "")


# Lists


def listing(user, which, kind="", page=1):
    """(questions of a page, how many there are); `which`: one of LISTS."""
    found = select(Question).where(*LISTS[which](user))
    found = found.where(Question.kind == kind) if kind else found
    total = db.session.scalar(found.with_only_columns(func.count(Question.id)))
    rows = found.order_by(Question.at.desc(), Question.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return db.session.scalars(rows).all(), total


def asked_by(user):
    return (Question.city_id.in_([city.id for city in user.cities]), shown("question", Question.id))


def put_to(user):
    mine = select(Request.question_id).where(routing.asked_of(user), *routing.waiting())
    return (Question.id.in_(mine), shown("question", Question.id))


def without_answer(_user):
    """For coordinators: open, and nobody has answered or been asked who still might."""
    replied = exists().where(
        QuestionReply.question_id == Question.id, QuestionReply.city_id.is_distinct_from(Question.city_id)
    )
    return (Question.closed_at.is_(None), shown("question", Question.id), ~replied)


LISTS = {
    "public": lambda _user: public(),
    "asked": asked_by,
    "waiting": put_to,
    "unanswered": without_answer,
}


def counts(found):
    """Question id → how many replies everyone reads; one query."""
    ids = [one.id for one in found]
    rows = db.session.execute(
        select(QuestionReply.question_id, func.count(QuestionReply.id))
        .where(
            QuestionReply.question_id.in_(ids),
            QuestionReply.agreed_at.is_not(None),
            shown("reply", QuestionReply.id),
        )
        .group_by(QuestionReply.question_id)
    )
    return dict(rows.all()) if ids else {}


def record(act, question, by, news=True, **details):
    journal.record(act, subject("question", question.id), by, news=news, **details)


register(
    Kind(
        name="question",
        model=Question,
        label=_l("Question"),
        author=lambda one: one.by,
        path=path_of,
        title=lambda one: one.title,
        words=lambda one: f"{one.title}\n\n{markup.plain(one.text)}",
        readable=readable,
    )
)
register(
    Kind(
        name="reply",
        model=QuestionReply,
        label=_l("Reply"),
        author=lambda one: one.by,
        path=lambda one: f"{path_of(one.question)}#reply-{one.id}",
        title=lambda one: one.question.title,
        words=lambda one: markup.plain(one.text),
        readable=lambda one, user: (
            hiding_of(one.question) is None
            and (is_party(one.question, user) or bool(one.agreed_at and is_public(one.question)))
        ),
    )
)
