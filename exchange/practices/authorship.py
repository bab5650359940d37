"""The verbs of those who write a case together: invite, accept, decline, change, leave, hand on.

A case has one lead author. An invitation to role 'lead' hands the case on, to somebody who works for its
city. Every verb holds the practice's row first. The caller commits.
"""

import secrets
from datetime import timedelta

from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices.models import WRITERS, Author, Invitation, Practice
from exchange.practices.service import NotAllowed, subject

LINK = "case-invitation"  # what its token is good for
LIFE = timedelta(days=14)
GIVEN = ("co-author", "commenter", "viewer")  # by invitation or by a change; the lead is handed on


class Refused(NotAllowed):
    """It cannot be; `why` is a key for the sentence that the person reads."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


# Asking


def invite(practice, email, role, by, language="en"):
    """Ask an address to take a part; a letter goes there. Returns the Invitation that is open from now on.

    Asked again for the same part, the first letter holds. Raises NotAllowed, or Refused('author', 'nobody',
    'elsewhere').
    """
    hold(practice)
    if not practice.may_be_submitted_by(by):
        raise NotAllowed("only the lead author or the city's admin invites")
    email = accounts.normal(email)
    refuse_unfit(practice, email, role)
    for older in waiting(practice):
        if older.email == email and older.role == role:
            return older
        if older.email == email or (role == "lead" and older.role == "lead"):
            close(older, "withdrawn", by)
    made = Invitation(
        id=secrets.token_urlsafe(12),
        practice_id=practice.id,
        email=email,
        role=role,
        by_id=by.id,
        expires_at=now() + LIFE,
    )
    db.session.add(made)
    db.session.flush()
    record("offer case" if role == "lead" else "invite author", made, by, role=role, language=language)
    return made


def refuse_unfit(practice, email, role):
    """Nobody is asked for what they have, and a case is handed on within its city only."""
    user = accounts.find_user(email)
    hand = practice.hand_of(user) if user else None
    if role == "lead":
        if user is None or not user.is_active or not may_receive(practice, user):
            raise Refused("elsewhere")
        if hand and hand.role == "lead":
            raise Refused("author")
    elif hand:
        raise Refused("author")


def may_receive(practice, user):
    return practice.city_id is not None and user.is_of(practice.city_id)


def withdraw(invitation, by):
    """It opens nothing any more; a second time changes nothing."""
    hold(invitation.practice)
    if not invitation.practice.may_be_submitted_by(by):
        raise NotAllowed("only the lead author or the city's admin withdraws an invitation")
    db.session.refresh(invitation)
    if invitation.answer is None:
        close(invitation, "withdrawn", by)
        record("withdraw invitation", invitation, by, news=False)


def close(invitation, answer, by):
    invitation.answer, invitation.answered_at = answer, now()
    invitation.user_id = by.id if by and answer != "withdrawn" else None
    db.session.flush()


# Answering


def accept(invitation, user):
    """This person takes the part they were asked to take; raises Refused('used', 'elsewhere', 'address')."""
    practice = open_again(invitation, user)
    if invitation.role == "lead":
        if not may_receive(practice, user):
            raise Refused("elsewhere")
        hand_on(practice, user)
    else:
        take_part(practice, user, invitation.role)
    close(invitation, "accepted", user)
    record("take over case" if invitation.role == "lead" else "join case", invitation, user)


def decline(invitation, user=None):
    """They would rather not; `user` is None where the address has no account."""
    open_again(invitation, user)
    close(invitation, "declined", user)
    record("decline invitation", invitation, user)


def open_again(invitation, user):
    """Its practice, held; the invitation as it stands now, or Refused."""
    hold(invitation.practice)
    db.session.refresh(invitation)
    if not is_open(invitation):
        raise Refused("used")
    if user is not None and user.email != invitation.email:
        raise Refused("address")
    return invitation.practice


def take_part(practice, user, role):
    """A part is given, never taken away by an invitation: who leads goes on leading."""
    hand = practice.hand_of(user)
    if hand is None:
        hand = Author(user=user)
        practice.authors.append(hand)
    elif hand.role == "lead":
        return
    hand.role = role
    hand.is_guest = not user.works_for(practice.city_id)
    db.session.flush()


def hand_on(practice, user):
    """Who led becomes a co-author."""
    for hand in practice.authors:
        if hand.role == "lead" and hand.user_id != user.id:
            hand.role = "co-author"
    db.session.flush()
    hand = practice.hand_of(user)
    if hand is None:
        hand = Author(user=user)
        practice.authors.append(hand)
    hand.role, hand.is_guest = "lead", False
    db.session.flush()


# Changing


def change(practice, user, role, by):
    """Another part for somebody who has one; raises NotAllowed for the lead, which is handed on instead."""
    hand = other_hand(practice, user, by)
    if not practice.may_be_submitted_by(by):
        raise NotAllowed("nobody gives themselves another part")
    if role not in GIVEN:
        raise NotAllowed("the lead is handed on, not given")
    if hand is None or hand.role == role:
        return
    hand.role = role
    hand.is_guest = hand.is_guest or not user.works_for(practice.city_id)
    tell_of("change author", practice, user, by, role=role)


def remove(practice, user, by):
    """They have no part in it any more; what they wrote stays. All but the lead may leave by themselves."""
    hand = other_hand(practice, user, by)
    if hand is None:
        return
    practice.authors.remove(hand)
    db.session.delete(hand)
    db.session.flush()
    tell_of("remove author" if user.id != by.id else "leave case", practice, user, by)


def other_hand(practice, user, by):
    """The Author row of somebody who is not the lead, held; None when they have left already."""
    hold(practice)
    if user.id != by.id and not practice.may_be_submitted_by(by):
        raise NotAllowed("only the lead author or the city's admin changes who writes")
    hand = practice.hand_of(user)
    if hand and hand.role == "lead":
        raise NotAllowed("a case keeps its lead author until another one accepts")
    return hand


def tell_of(act, practice, user, by, **details):
    journal.record(act, subject(practice), by, user_id=user.id, **details)


# Finding


def hold(practice):
    """Hold the practice's row until the commit, and read again who has a part in it."""
    db.session.flush()
    db.session.refresh(practice, ["visibility"], with_for_update=True)
    db.session.expire(practice, ["authors"])


def token_of(invitation):
    return accounts.seal(LINK, invitation.id)


def find(token):
    """The open invitation that a letter's link names, or None."""
    invitation_id = accounts.unseal(LINK, token)
    found = db.session.get(Invitation, invitation_id) if invitation_id else None
    return found if found and is_open(found) else None


def is_open(invitation):
    """Not answered, in time, and its sender still has a say."""
    fresh = invitation.answer is None and invitation.expires_at > now()
    return fresh and invitation.practice.may_be_submitted_by(invitation.by) and invitation.by.is_active


def waiting(practice):
    """Every invitation without an answer, the latest first; those past their time stay until withdrawn."""
    return db.session.scalars(
        select(Invitation)
        .where(Invitation.practice_id == practice.id, Invitation.answered_at.is_(None))
        .order_by(Invitation.at.desc(), Invitation.id)
    ).all()


def waiting_for(user):
    """The open invitations to this person's address, for the list of their cases."""
    rows = db.session.scalars(
        select(Invitation)
        .where(
            Invitation.email == user.email,
            Invitation.answered_at.is_(None),
            Invitation.expires_at > now(),
        )
        .order_by(Invitation.at)
    ).all()
    return [one for one in rows if is_open(one)]


def writes_somewhere(user):
    """Whether this person has a part in any case."""
    return db.session.scalar(select(Author.id).where(Author.user_id == user.id).limit(1)) is not None


def is_writer(author):
    return author.role in WRITERS


def of_news(news):
    """The invitation that a piece of news speaks of."""
    return db.session.get(Invitation, news["invitation"])


def record(act, invitation, by, news=True, **details):
    practice = db.session.get(Practice, invitation.practice_id)
    journal.record(act, subject(practice), by, news=news, invitation=invitation.id, **details)
