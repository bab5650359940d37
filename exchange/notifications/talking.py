"""Letters about talk: answers, comments, outcomes; support questions; what was reported or hidden.

Nothing of a hidden thing goes out: when its turn comes, its letter finds nothing left to tell.
"""

from flask import current_app
from sqlalchemy import select

from exchange.accounts.models import RoleGrant, User
from exchange.core.i18n import speaking
from exchange.core.models import db
from exchange.network.models.reports import Hiding, Report
from exchange.network.models.talk import Answer, Request
from exchange.network.service.people import messages
from exchange.network.service.talk import answering, questions, reading, reports, routing

# To whom


def reachable(users, but=None):
    """Each once, without the one who knows already."""
    found = {user.id: user for user in users if user and user.id != but and user.is_active}
    return [(user, user.email) for user in found.values() if user.verified_at]


def thing_of(news):
    """(Kind, thing) that news or a letter speaks of, or None."""
    name, _colon, number = (news.get("subject") or "").partition(":")
    return reports.find(name, int(number)) if name in reports.KINDS and number.isdecimal() else None


def asker(news):
    return reachable([thing_of(news)[1].challenge.by], but=news["by_id"])


def those_concerned(news):
    return reachable(answering.concerned(thing_of(news)[1]), but=news["by_id"])


def who_answered(news):
    return reachable([thing_of(news)[1].by], but=news["by_id"])


def all_who_answered(news):
    challenge = thing_of(news)[1]
    standing = reading.standing(Answer, challenge).where(reports.shown("answer", Answer.id))
    return reachable([one.by for one in db.session.scalars(standing)], but=news["by_id"])


def who_is_asked(news):
    request = db.session.get(Request, news["request"])
    return reachable(routing.people_asked(request)) if request.passed_at is None else []


def coordinators_if_nobody(news):
    """A question for which nobody was found must not lie there unseen."""
    return [] if news["requests"] else with_role("coordinator")


def others_in_question(news):
    """Who asked, and those who replied so far: a reply concerns them, and that it becomes public."""
    _kind, thing = thing_of(news)
    question = getattr(thing, "question", thing)
    return reachable([question.by, *questions.who_replied(question)], but=news["by_id"])


def moderators(news):
    """Those who may decide: not the author, nor who did the act."""
    if (found := thing_of(news)) is None:
        return []
    kind, thing = found
    author = kind.author(thing)
    return [(user, mail) for user, mail in with_role("moderator", "coordinator") if user != author]


def moderators_who_did_not_hide_it(news):
    hiding = db.session.get(Hiding, news["hiding"])
    return [(user, mail) for user, mail in moderators(news) if hiding and user.id != hiding.by_id]


def author(news):
    found = thing_of(news)
    return reachable([found[0].author(found[1])], but=news["by_id"]) if found else []


def addressee(news):
    """Whoever is written to; nothing of it goes out when they have blocked the writer by then."""
    if (found := thing_of(news)) is None:
        return []
    _kind, message = found
    return [] if messages.blocked(message.to, message.by) else reachable([message.to])


def those_who_reported(news):
    found = db.session.scalars(select(Report).where(Report.id.in_(news["reports"])))
    return reachable([one.by for one in found], but=news["by_id"])


def with_role(*roles):
    granted = select(RoleGrant.user_id).where(RoleGrant.role.in_(roles))
    return reachable(db.session.scalars(select(User).where(User.id.in_(granted)).order_by(User.id)))


LETTERS = {  # news → [(letter, to whom)]
    "answer challenge": [("challenge-answered", asker)],
    "comment on challenge": [("challenge-commented", those_concerned)],
    "mark helped": [("answer-helped", who_answered)],
    "close challenge": [("challenge-closed", all_who_answered)],
    "put question": [("question-put", who_is_asked)],
    "ask question": [("question-unplaced", coordinators_if_nobody)],
    "reply to question": [("question-replied", others_in_question)],
    "agree to publish": [("question-agreed", others_in_question)],
    "close question": [("question-closed", others_in_question)],
    "send message": [("message", addressee)],
    "report": [("reported", moderators)],
    "keep": [("report-decided", those_who_reported)],
    "hide": [("hidden", author), ("report-decided", those_who_reported)],
    "show again": [("shown-again", author)],
    "appeal hiding": [("hiding-appealed", moderators_who_did_not_hide_it)],
    "uphold hiding": [("hiding-upheld", author)],
}
OF_HIDDEN = {"hidden", "shown-again", "hiding-appealed", "hiding-upheld", "report-decided", "reported"}


# What they speak of


def speaks_of_talk(letter):
    return letter.details.get("act") in LETTERS


def things_of(letter):
    """The thing, its words and address; None when it is hidden or taken back meanwhile, or answered."""
    found = thing_of(letter.details)
    if found is None or (letter.kind not in OF_HIDDEN and not stands(*found, letter.user)):
        return None
    kind, thing = found
    if letter.kind == "question-put" and is_dealt_with(letter):
        return None
    if letter.kind == "message" and not addressee(letter.details):
        return None
    if letter.kind == "reported" and not (letter.user.is_moderator and reports.open_reports(thing)):
        return None
    base = current_app.config["SETTINGS"].base_url
    with speaking(letter.language):
        kind_name = str(kind.label)
    return {
        "user": letter.user,
        "kind_name": kind_name,
        "thing": thing,
        "title": kind.title(thing),
        "words": kind.words(thing),
        "by": db.session.get(User, letter.details["by_id"]) if letter.details.get("by_id") else None,
        "address": base + kind.path(thing),
        "desk_address": f"{base}/reports/{kind.name}/{thing.id}/decision",
        "appeal_address": f"{base}/reports/{kind.name}/{thing.id}/appeal",
        "reason": letter.details.get("reason", ""),
        "was_hidden": letter.details["act"] == "hide",
        "reply_to": reply_to(letter, thing),
        **hiding_of(letter, kind),
    }


def reply_to(letter, thing):
    """The address of whoever wrote a message and wanted it to stand there; else none."""
    is_given = letter.kind == "message" and thing.gives_address and thing.by.is_active
    return thing.by.email if is_given else ""


def hiding_of(letter, kind):
    number = letter.details.get("hiding")
    return {"hiding": db.session.get(Hiding, number)} if number else {}


def stands(kind, thing, reader):
    """Whether its reader may read it still."""
    return reports.hiding_of(thing) is None and bool(kind.readable(thing, reader))


def is_dealt_with(letter):
    request = db.session.get(Request, letter.details["request"])
    return bool(request.answered_at or request.passed_at or not request.question.is_open)
