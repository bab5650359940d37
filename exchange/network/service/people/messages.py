"""Messages that the site carries from one person to another: neither learns the other's address.

Whoever is written to gets a letter with the words and a link; the answer is given here. The caller commits.
"""

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.people import Block, Correspondence, Message
from exchange.network.service.codes import new_code
from exchange.network.service.people import profiles
from exchange.network.service.talk.kinds import Kind, register, subject
from exchange.network.service.talk.limits import TooMuch, check_writing, is_new, written
from exchange.network.service.talk.reports import DoneBefore, Refusal, add, hidings, hold, shown
from exchange.practices.service import NotAllowed

PAGE = 20
LATEST = 50  # messages of a correspondence on its page
UNANSWERED = 3  # that one may write in a row


class TakesNone(Refusal):
    """The person takes no messages – from anybody, or from this one: which, nobody learns."""


class WaitForAnswer(Refusal):
    """Enough was written without an answer."""


# Writing


def may_write(by, to):
    """Whether this person may write to that one; who has blocked whom is not told here."""
    return bool(by.is_authenticated and by.verified_at and by.id != to.id and takes(to, by))


def takes(to, by):
    """Whether somebody takes messages: their profile says so, or they have written to this person before."""
    profile = profiles.of(to)
    is_here = to.is_active and bool(to.verified_at)
    return is_here and bool((profile and profile.takes_messages) or has_written(to, by))


def send(by, to, text, language, gives_address=False):
    """The words go to a person by letter, and stand in their correspondence; returns the Message.

    The same words again in a row are sent once. Raises NotAllowed, TakesNone, WaitForAnswer, limits.TooMuch.
    """
    if not (by.is_authenticated and by.verified_at) or by.id == to.id:
        raise NotAllowed("whoever has a proven address writes to others")
    if not takes(to, by) or blocked(to, by):
        raise TakesNone
    if blocked(by, to):
        raise NotAllowed("one does not write to whom one has blocked")
    found = correspondence_of(by, to) or begin(by, to)
    hold(found)
    last = latest_of(found, UNANSWERED)
    if last and last[0].by_id == by.id and last[0].text == text.strip():
        return last[0]
    if len(last) == UNANSWERED and all(one.by_id == by.id for one in last):
        raise WaitForAnswer
    check_day(by)
    return put(found, by, text, language, gives_address)


def put(correspondence, by, text, language, gives_address):
    made = Message(
        correspondence=correspondence,
        by=by,
        text=text.strip(),
        language=language,
        gives_address=gives_address,
    )
    db.session.add(made)
    correspondence.last_at = now()
    db.session.flush()
    journal.record("send message", subject("message", made.id), by)
    return made


def begin(by, to):
    one, other = sorted((by, to), key=lambda user: user.id)
    made = Correspondence(public_id=new_code(Correspondence.public_id), one=one, other=other)
    add(made)
    return made


def check_day(by):
    """Raises TooMuch: what all may write in a day, and fewer messages than that from a new account."""
    check_writing(by)
    settings = current_app.config["SETTINGS"]
    new = is_new(by)
    most = settings.new_account_messages if new else settings.messages_a_day
    if written(Message, by) >= most:
        raise TooMuch(most, new)


# Blocking


def block(by, user):
    """No message of that person reaches this one any more; repeated, nothing happens."""
    if by.id == user.id:
        raise NotAllowed("nobody blocks themselves")
    if blocked(by, user):
        return
    try:
        add(Block(by_id=by.id, user_id=user.id))
    except DoneBefore:
        return  # the same button was pressed twice at once
    journal.record("block", f"user:{by.id}", by, news=False)


def unblock(by, user):
    if found := db.session.get(Block, (by.id, user.id)):
        db.session.delete(found)
        db.session.flush()
        journal.record("unblock", f"user:{by.id}", by, news=False)


def blocked(by, user):
    """Whether `by` has blocked `user`."""
    return db.session.get(Block, (by.id, user.id)) is not None


def blocked_by(user):
    """The ids of everybody whom this person has blocked."""
    return set(db.session.scalars(select(Block.user_id).where(Block.by_id == user.id)))


# Reading


def mine(user):
    return or_(Correspondence.one_id == user.id, Correspondence.other_id == user.id)


def correspondences(user, page=1):
    """([(Correspondence, its latest Message that stands, or None)] of a page, the latest first; how many)."""
    found = select(Correspondence).where(mine(user))
    total = db.session.scalar(found.with_only_columns(func.count(Correspondence.id)))
    order = (Correspondence.last_at.desc(), Correspondence.id.desc())
    rows = db.session.scalars(found.order_by(*order).limit(PAGE).offset((page - 1) * PAGE)).all()
    last = last_words([one.id for one in rows])
    return [(one, last.get(one.id)) for one in rows], total


def last_words(ids):
    newest = select(func.max(Message.id)).where(
        Message.correspondence_id.in_(ids), shown("message", Message.id)
    )
    found = select(Message).where(Message.id.in_(newest.group_by(Message.correspondence_id)))
    return {one.correspondence_id: one for one in db.session.scalars(found)} if ids else {}


def messages_for(correspondence, user):
    """(the latest that this person reads, oldest first; number → Hiding of hidden ones; how many in all)."""
    found = latest_of(correspondence, LATEST)[::-1]
    hidden = hidings("message", [one.id for one in found])
    seen = [one for one in found if one.id not in hidden or one.by_id == user.id]
    whole = select(func.count(Message.id)).where(Message.correspondence_id == correspondence.id)
    return seen, hidden, db.session.scalar(whole)


def latest_of(correspondence, most):
    found = select(Message).where(Message.correspondence_id == correspondence.id)
    return db.session.scalars(found.order_by(Message.id.desc()).limit(most)).all()


def correspondence_of(user, other):
    one, two = sorted((user.id, other.id))
    return db.session.scalar(
        select(Correspondence).where(Correspondence.one_id == one, Correspondence.other_id == two)
    )


def has_written(user, to):
    found = correspondence_of(user, to)
    return found is not None and db.session.scalar(
        select(Message.id).where(Message.correspondence_id == found.id, Message.by_id == user.id).limit(1)
    )


def find(public_id, user):
    """The correspondence of an address, for the two whose it is; None for everybody else."""
    found = db.session.scalar(select(Correspondence).where(Correspondence.public_id == public_id))
    return found if found and found.is_between(user) else None


def path_of(message):
    return f"/messages/{message.correspondence.public_id}#message-{message.id}"


def readable(message, user):
    """The two whose correspondence it is in."""
    return message.correspondence.is_between(user)


register(
    Kind(
        name="message",
        model=Message,
        label=_l("Message"),
        author=lambda one: one.by,
        path=path_of,
        title=lambda one: _("Message from %(name)s", name=one.by.name),
        words=lambda one: one.text,
        readable=readable,
    )
)
