"""How people come to have an account: they ask for one, or a city invites them."""

from sqlalchemy import select

from exchange.accounts.models import OneTimeLink
from exchange.accounts.service import passwords
from exchange.accounts.service.links import (
    leave_no_trace_of_absence,
    prove_address,
    send_link,
    use_link,
    void_links,
)
from exchange.accounts.service.memberships import known_or_new, lock, request_membership
from exchange.accounts.service.people import find_user, new_user
from exchange.accounts.service.sessions import end_sessions
from exchange.accounts.service.shared import subject
from exchange.core import journal
from exchange.core.models import db, now


def sign_up(email, name, password, language, city=None, department=None):
    """Ask for an account. A letter goes to the address either way; nothing tells whether it was known.

    An address that nobody has proven belongs to nobody: whoever asks last is the one it will be.
    """
    password_hash = passwords.hasher.hash(password)
    answers = {"name": name, "password_hash": password_hash, "language": language}
    user = find_user(email) or new_user(email, **answers)
    if user.verified_at or not user.is_active:
        leave_no_trace_of_absence("verify", "account letter", kind="known-address", user_id=user.id)
        return
    end_sessions(user)
    void_links(user)
    user.name, user.password_hash, user.language = answers.values()
    if city:
        request_membership(user, city, department)
    journal.record("sign up", subject(user), user, news=False)
    send_link("verify", user)


def invite(email, city, by, as_admin=False):
    """Post an invitation to work for a city; whoever holds that address may accept it, once."""
    link = send_link("invitation", email=email, city_id=city.id, by=by, as_admin=as_admin)
    journal.record("invite", f"city:{city.slug}", by, news=False, as_admin=as_admin)
    return link


def is_for_a_newcomer(link):
    """Whether the address of an invitation has no account of its own yet."""
    return is_newcomer(link.email)


def is_newcomer(email):
    """Whether nobody has proven this address yet."""
    user = find_user(email)
    return user is None or not user.verified_at


def accept_invitation(link, name=None, password=None, language=None):
    """Use it: its address is proven and works for the city. Returns the user, made now for a newcomer.

    `name` and `password` are a newcomer's. Raises Refused when the invitation was used.
    """
    newcomer = is_for_a_newcomer(link)
    use_link(link)
    user = welcome(link.email, name, password, language) if newcomer else find_user(link.email)
    join(user, link, newcomer)
    return user


def invitations_of(city):
    """Invitations that still wait for an answer, the latest first."""
    open_ones = (OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now())
    here = (OneTimeLink.purpose == "invitation", OneTimeLink.city_id == city.id)
    return db.session.scalars(
        select(OneTimeLink).where(*here, *open_ones).order_by(OneTimeLink.created_at.desc(), OneTimeLink.id)
    ).all()


def welcome(email, name, password, language):
    """The account of somebody whose letter proved their address; whoever asked for it before is put out."""
    password_hash = passwords.hasher.hash(password) if password else None
    answers = {"name": name, "password_hash": password_hash, "language": language}
    user = find_user(email) or new_user(email, **answers)
    user.name, user.password_hash, user.language = answers.values()
    prove_address(user, keep_password=True, told=True)
    return user


def join(user, link, newcomer):
    lock(user)
    member = known_or_new(user, link.city)
    member.is_admin = link.as_admin or (member.state == "approved" and member.is_admin)
    member.state, member.decided_at, member.decided_by_id = "approved", now(), link.created_by_id
    db.session.flush()
    about = {"membership": member.id, "newcomer": newcomer}
    journal.record("accept invitation", subject(user), user, news=False, **about)
