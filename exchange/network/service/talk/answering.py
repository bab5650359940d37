"""Answers and comments to a challenge, and what of them helped. The caller commits."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from exchange.accounts.models import User
from exchange.core import journal, markup
from exchange.core.models import db, now
from exchange.network.models.talk import Answer, TalkComment
from exchange.network.service.talk import challenges
from exchange.network.service.talk.kinds import Kind, register, subject
from exchange.network.service.talk.limits import check_writing
from exchange.network.service.talk.reports import Refusal, add, hiding_of, hold
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed


class NoSuchPractice(Refusal):
    """What was named is no public practice."""


def may_answer(challenge, user):
    """People of other cities, as long as it is open."""
    return bool(user.is_authenticated and challenge.is_open and cities_to_answer_for(challenge, user))


def cities_to_answer_for(challenge, user):
    return [city for city in user.cities if city.id != challenge.city_id]


def may_comment(challenge, user):
    """Whoever has a proven address."""
    return bool(user.is_authenticated and user.verified_at and challenge.is_open)


def answer(challenge, by, city, kind, text, language, public_id=""):
    """A city brings a practice, advice or the offer to talk; returns the Answer.

    The same practice brought again by the same city is the answer that stands already, as are the same words
    sent twice. Raises NotAllowed,
    Closed, Locked, NoSuchPractice, DoneBefore, limits.TooMuch.
    """
    challenges.hold_open(challenge)
    if not by.is_of(city.id) or city.id == challenge.city_id:
        raise NotAllowed("those who work for another city answer")
    practice = public_practice(public_id) if kind == "practice" else None
    known = (
        answer_with(challenge, city, practice)
        if practice
        else answered_before(challenge, by, city, kind, text)
    )
    if known:
        return known
    check_writing(by)
    made = put_answer(challenge, by, city, kind, text, language, practice)
    record("answer challenge", "answer", made, by)
    return made


def put_answer(challenge, by, city, kind, text, language, practice=None):
    """The same without asking who may, and without telling anyone: for demonstrations."""
    made = Answer(
        challenge=challenge,
        by=by,
        city=city,
        kind=kind,
        practice_id=practice.id if practice else None,
        text=text.strip(),
        language=language,
    )
    add(made)
    return made


def public_practice(reference):
    """The public practice of a code, or of an address that holds it; raises NoSuchPractice."""
    public_id = reference.strip().rstrip("/").rpartition("/")[2].split("-")[0].split("?")[0].upper()
    found = practices.find(public_id) if public_id else None
    if found is None or found.visibility != "public" or practices.public_revision(found) is None:
        raise NoSuchPractice(reference)
    return found


def answered_before(challenge, by, city, kind, text):
    """What this person answered last for the city, if it stands and says just that; else None."""
    mine = (Answer.challenge_id == challenge.id, Answer.by_id == by.id, Answer.city_id == city.id)
    standing = select(Answer).where(*mine, Answer.taken_back_at.is_(None))
    last = db.session.scalar(standing.order_by(Answer.id.desc()).limit(1))
    return last if last and (last.kind, last.text) == (kind, text.strip()) else None


def answer_with(challenge, city, practice):
    same = (Answer.challenge_id == challenge.id, Answer.city_id == city.id)
    with_it = (Answer.practice_id == practice.id, Answer.taken_back_at.is_(None))
    return db.session.scalar(select(Answer).where(*same, *with_it))


def comment(challenge, by, text, language, to=None):
    """A remark on a challenge, or on one of its answers (`to`); returns the TalkComment.

    The same words of the same person in the same place are said once. Raises NotAllowed, Closed, Locked,
    TooMuch.
    """
    challenges.hold_open(challenge)
    if not may_comment(challenge, by) or (to is not None and not stands(to, challenge)):
        raise NotAllowed("whoever has a proven address comments on what stands there")
    if known := said_before(challenge, by, text, to):
        return known
    check_writing(by)
    made = TalkComment(
        challenge=challenge,
        answer=to,
        by=by,
        city_id=city_id_of(by, challenge, to),
        text=text.strip(),
        language=language,
    )
    db.session.add(made)
    db.session.flush()
    record("comment on challenge", "comment", made, by)
    return made


def stands(answer, challenge):
    return answer.challenge_id == challenge.id and not answer.taken_back_at and not hiding_of(answer)


def said_before(challenge, by, text, to):
    place = (TalkComment.challenge_id == challenge.id, TalkComment.by_id == by.id)
    place += (TalkComment.answer_id == (to.id if to else None), TalkComment.taken_back_at.is_(None))
    last = select(TalkComment).where(*place).order_by(TalkComment.id.desc()).limit(1)
    known = db.session.scalar(last)
    return known if known and known.text == text.strip() else None


def city_id_of(user, challenge, to):
    """The city for which somebody speaks here: one of the two that talk, else the first of theirs."""
    own = [city.id for city in user.cities]
    talking = [challenge.city_id, to.city_id if to else None]
    return next((one for one in [*talking, *own] if one in own), None)


def mark_helped(answer, by, helped=True):
    """The asking city says that an answer helped, or that it did not after all. Repeated, nothing happens."""
    hold(answer)
    challenges.check_asker(answer.challenge, by)
    if answer.taken_back_at or hiding_of(answer):
        raise NotAllowed("it does not stand there any more")
    if bool(answer.helped_at) == helped:
        return
    answer.helped_at, answer.helped_by_id = (now(), by.id) if helped else (None, None)
    record("mark helped" if helped else "unmark helped", "answer", answer, by, news=helped)


def may_take_back(thing, user):
    """Whoever wrote an answer or a comment, as long as it stands."""
    return user.is_authenticated and thing.by_id == user.id and not thing.taken_back_at


def take_back(thing, by):
    """Its author takes an answer or a comment back; repeated, nothing happens."""
    hold(thing)
    if thing.by_id != by.id:
        raise NotAllowed("whoever wrote it takes it back")
    if thing.taken_back_at:
        return
    thing.taken_back_at = now()
    name = "answer" if isinstance(thing, Answer) else "comment"
    record(f"take back {name}", name, thing, by, news=False)


def find_answer(challenge, answer_id):
    """An answer to this challenge that was not taken back, or None."""
    found = db.session.get(Answer, answer_id)
    return found if found and found.challenge_id == challenge.id and not found.taken_back_at else None


def find_comment(challenge, comment_id):
    found = db.session.get(TalkComment, comment_id)
    return found if found and found.challenge_id == challenge.id and not found.taken_back_at else None


def concerned(comment):
    """The people whom a new comment concerns: who asked, who answered, who spoke in the same place."""
    place = TalkComment.answer_id == comment.answer_id, TalkComment.challenge_id == comment.challenge_id
    spoke = select(TalkComment.by_id).where(*place, TalkComment.taken_back_at.is_(None))
    ids = {comment.challenge.by_id, *db.session.scalars(spoke)}
    if comment.answer:
        ids.add(comment.answer.by_id)
    return db.session.scalars(select(User).where(User.id.in_(ids - {comment.by_id})).order_by(User.id)).all()


def record(act, name, thing, by, news=True):
    journal.record(act, subject(name, thing.id), by, news=news, challenge=thing.challenge_id)


def anchor(thing):
    place = "answer" if isinstance(thing, Answer) else "comment"
    return f"{challenges.path_of(thing.challenge)}#{place}-{thing.id}"


def readable(thing, _user):
    """What stands beneath a hidden challenge is hidden with it, as is what stands beneath a hidden answer."""
    above = getattr(thing, "answer", None)
    hidden = hiding_of(thing.challenge) or (above is not None and hiding_of(above))
    return not (thing.taken_back_at or hidden)


for name, model, label in (("answer", Answer, _l("Answer")), ("comment", TalkComment, _l("Comment"))):
    register(
        Kind(
            name=name,
            model=model,
            label=label,
            author=lambda one: one.by,
            path=anchor,
            title=lambda one: one.challenge.title,
            words=lambda one: markup.plain(one.text),
            readable=readable,
        )
    )
