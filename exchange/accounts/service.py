"""The verbs of people: sign up, sign in, one-time links, membership, roles. The caller commits.

Known and unknown addresses cost the same work and get the same answer.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import current_app
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, lazyload
from zxcvbn import zxcvbn

from exchange.accounts.models import Attempt, City, Membership, OneTimeLink, RoleGrant, Session, User
from exchange.core import journal
from exchange.core.models import db, now

SESSION_DAYS = 14
LINK_LIFE = {
    "verify": timedelta(days=3),
    "sign-in": timedelta(minutes=30),
    "reset": timedelta(hours=2),
    "invitation": timedelta(days=14),
}
MIN_PASSWORD, MAX_PASSWORD = 12, 200
ZXCVBN_SEES = 72  # it raises over that
MAX_OPEN_REQUESTS = 3
GIVEN_HERE = ("expert", "moderator", "coordinator")  # admins are made on the command line alone
PAGE = 50

hasher = PasswordHasher()


@dataclass(frozen=True)
class Limit:
    """How many tries per window of time: against one address, and from one host (an office shares one)."""

    per_address: int
    per_host: int
    window: timedelta


LIMITS = {
    "sign-in": Limit(10, 60, timedelta(minutes=15)),
    "letter": Limit(5, 30, timedelta(hours=1)),
    "sign-up": Limit(5, 30, timedelta(hours=1)),
    "invitation": Limit(5, 60, timedelta(hours=1)),
}


class Refused(Exception):
    """The account service says no; the message is a key for the sentence that the person reads."""


class TooManyTries(Refused):
    """Over the limit; `seconds` until it is worth trying again."""

    def __init__(self, what, seconds):
        super().__init__(what)
        self.seconds = seconds


# People


def find_user(email):
    """The user of an address, or None: one query either way, so that the time tells nothing."""
    alone = (lazyload(User.grants), lazyload(User.memberships))
    return db.session.scalar(select(User).where(User.email == normal(email)).options(*alone))


def normal(email):
    return storable(email).lower()


def storable(text):
    """Text that any database can be asked about: PostgreSQL refuses the null character."""
    return (text or "").replace("\x00", "").strip()


def sign_up(email, name, password, language, city=None, department=None):
    """Ask for an account. A letter goes to the address either way; nothing tells whether it was known.

    An address that nobody has proven belongs to nobody: whoever asks last is the one it will be.
    """
    password_hash = hasher.hash(password)
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


def new_user(email, **answers):
    """A user of that address, just made – or just made by someone quicker."""
    user = User(email=normal(email), **answers)
    try:
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        return find_user(email)
    return user


def leave_no_trace_of_absence(purpose, act, **payload):
    """Write as much as for someone who does get a link: one that opens nothing, and one piece of news."""
    link = make_link(purpose, used_at=now())
    journal.tell(act, **(payload or {"link_id": link.id}))


def subject(user):
    return f"user:{user.id}"


def change_details(user, name, language):
    user.name, user.language = name, language
    journal.record("change details", subject(user), user, news=False)


def set_password(user, password):
    """A new password; every browser is signed out, and links sent before open nothing."""
    user.password_hash = hasher.hash(password)
    end_sessions(user)
    void_links(user)
    journal.record("set password", subject(user), user, news=False)


def weakness(password, *own_words):
    """Why a password is too weak, as a key of the form's messages, or None when it will do."""
    if len(password) < MIN_PASSWORD:
        return "short"
    if len(password) > MAX_PASSWORD:
        return "long"
    pieces = [piece for word in own_words if word for piece in (word, *re.split(r"\W+", word))]
    return "guessable" if zxcvbn(password[:ZXCVBN_SEES], pieces)["score"] < 3 else None


def check_password(email, password):
    """The user of that address and password, or None; the same work is done either way."""
    spare = dummy_hash()
    user = find_user(email)
    try:
        hasher.verify(user.password_hash if user and user.password_hash else spare, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    if not (user and user.password_hash and user.is_active):
        return None
    if hasher.check_needs_rehash(user.password_hash):
        user.password_hash = hasher.hash(password)
    return user


def dummy_hash():
    """A hash that no password opens, made once, so that unknown addresses take as long as known ones."""
    if not hasattr(dummy_hash, "made"):
        dummy_hash.made = hasher.hash(secrets.token_urlsafe(32))
    return dummy_hash.made


# Sessions


def start_session(user, agent=""):
    """Sign this browser in; returns the token for its cookie. Only the hash of it is kept."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            id_hash=hashed(token),
            user_id=user.id,
            csrf=secrets.token_hex(20),
            expires_at=now() + timedelta(days=SESSION_DAYS),
            agent=agent[:200],
        )
    )
    journal.record("sign in", subject(user), user, news=False)
    return token


def find_session(token):
    """The live session of a cookie's token, or None: expired, revoked, suspended, left."""
    row = db.session.get(Session, hashed(token))
    return row if row and row.expires_at > now() and row.user.is_active else None


def hashed(token):
    return hashlib.sha256(token.encode()).hexdigest()


def sessions_of(user):
    """Where a person is signed in just now, the latest first."""
    live = select(Session).where(Session.user_id == user.id, Session.expires_at > now())
    return db.session.scalars(live.order_by(Session.created_at.desc(), Session.id_hash)).all()


def end_session(row):
    db.session.execute(delete(Session).where(Session.id_hash == row.id_hash))


def end_sessions(user, but=None):
    """Sign a person out everywhere, but perhaps for one browser's session."""
    kept = but.id_hash if but else ""
    db.session.execute(delete(Session).where(Session.user_id == user.id, Session.id_hash != kept))


# One-time links


def make_link(purpose, user=None, email=None, by=None, **more):
    """A new one-time link; its token is `token_of(link)`."""
    link = OneTimeLink(
        id=secrets.token_urlsafe(12),
        purpose=purpose,
        user_id=user.id if user else None,
        email=user.email if user else normal(email),
        created_by_id=by.id if by else None,
        expires_at=now() + LINK_LIFE[purpose],
        **more,
    )
    db.session.add(link)
    db.session.flush()
    return link


def send_link(purpose, user=None, **more):
    """Make a one-time link and have it posted; the letter is written by the worker."""
    link = make_link(purpose, user, **more)
    journal.tell("link letter", link_id=link.id)
    return link


def ask_link(purpose, email):
    """Post a link to sign in or to choose a new password, if somebody has that address."""
    user = find_user(email)
    if user and user.is_active:
        send_link(purpose, user)
    else:
        leave_no_trace_of_absence(purpose, "link letter")


def token_of(link):
    """What the letter carries: the link's id, and a code that only this installation can make."""
    return f"{link.id}.{code_of(link.id)}"


def code_of(link_id):
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, b"one-time-link:" + link_id.encode(), hashlib.sha256).hexdigest()[:40]


def find_link(token):
    """The link that a token opens, still unused and in time, or None."""
    link_id, _, code = token.partition(".")
    if not hmac.compare_digest(code.encode(), code_of(link_id).encode()):
        return None
    link = db.session.get(OneTimeLink, link_id)
    usable = link and not link.used_at and link.expires_at > now()
    return link if usable and still_makes_sense(link) else None


def still_makes_sense(link):
    """Nothing is left to verify for the verified; an invitation is worth as much as its sender's word."""
    if link.purpose == "invitation":
        guest, host = find_user(link.email), link.created_by
        return (guest is None or guest.is_active) and may_manage_people(host, link.city_id)
    return link.user.is_active and not (link.purpose == "verify" and link.user.verified_at)


def use_link(link):
    """Mark it used and return its user, whose address is thereby proven. Raises Refused when used.

    Whoever signed up with a password before the address was proven may have been anybody: unless this
    is the letter that they were sent for it, the password goes, and every other browser is signed out.
    """
    read_again(link, "used_at")
    if link.used_at:
        raise Refused("used")
    link.used_at = now()
    user = link.user
    if user and not user.verified_at:
        prove_address(user, keep_password=link.purpose == "verify")
    return user


def prove_address(user, keep_password):
    user.verified_at = now()
    end_sessions(user)
    if not keep_password:
        user.password_hash = None
    journal.record("verify", subject(user), user, news=False)
    for member in user.memberships:
        if member.state == "requested":
            tell_of_request(member)


def void_links(user):
    """Links sent to a person so far open nothing any more."""
    open_ones = OneTimeLink.used_at.is_(None) & (OneTimeLink.user_id == user.id)
    db.session.execute(update(OneTimeLink).where(open_ones).values(used_at=now()))


def read_again(row, name):
    """Take a row for ourselves until the commit, and see what others made of it before."""
    db.session.flush()  # or what we changed ourselves would be forgotten
    db.session.refresh(row, [name], with_for_update=True)


# Cities and who works for them


def find_city(slug):
    return db.session.scalar(select(City).where(City.slug == storable(slug)))


def cities():
    return db.session.scalars(select(City).order_by(City.name)).all()


def member_cities():
    return db.session.scalars(select(City).where(City.is_member).order_by(City.name)).all()


def ask_membership(user, city, department=None):
    """Ask to work for a city; its admin or a coordinator answers. Asking twice does nothing.

    Raises Refused when too many requests of this person wait already.
    """
    lock(user)
    known = next((m for m in user.memberships if m.city_id == city.id), None)
    if known and known.state in ("requested", "approved"):
        return known
    if sum(m.state == "requested" for m in user.memberships) >= MAX_OPEN_REQUESTS:
        raise Refused("many")
    member = request_membership(user, city, department)
    tell_of_request(member)
    return member


def lock(user):
    """Two requests of one person go one after the other."""
    read_again(user, "name")
    db.session.refresh(user, ["memberships"])


def request_membership(user, city, department):
    """The bare row; nobody is told before the person's address is proven."""
    member = known_or_new(user, city)
    member.state, member.is_admin = "requested", False
    member.department, member.requested_at = department, now()
    db.session.flush()
    return member


def known_or_new(user, city):
    """A person has one row per city, whatever became of it."""
    member = next((m for m in user.memberships if m.city_id == city.id), None)
    if member is None:
        member = Membership(city=city)
        user.memberships.append(member)
    return member


def tell_of_request(member):
    journal.record(
        "ask membership", subject(member.user), member.user, city=member.city.slug, membership=member.id
    )


def decide_membership(member, approve, by, as_admin=False):
    """Let a person in for a city, or not. Raises Refused when that was decided meanwhile."""
    read_again(member, "state")
    if member.state != "requested":
        raise Refused("decided")
    member.state = "approved" if approve else "declined"
    member.is_admin = approve and as_admin
    member.decided_at, member.decided_by_id = now(), by.id
    journal.record(f"membership {member.state}", subject(member.user), by, membership=member.id)


def may_manage_people(user, city_id):
    """A coordinator, or the city's own admin."""
    return user.is_authenticated and user.is_active and (user.is_coordinator or user.is_admin_of(city_id))


def may_decide(user, member):
    """Whoever manages the city's people; what happens to oneself is for others to decide."""
    return may_manage_people(user, member.city_id) and member.user_id != user.id


def may_end(user, member):
    return user.is_authenticated and (member.user_id == user.id or may_decide(user, member))


def end_membership(member, by):
    """The person no longer works for the city; a second time changes nothing."""
    if member.state not in ("requested", "approved"):
        return
    member.state, member.is_admin = "ended", False
    journal.record("membership ended", subject(member.user), by, membership=member.id)


def set_city_admin(member, is_admin, by):
    """The person looks after the city's people and cases, or does so no longer."""
    if member.state != "approved" or member.is_admin == is_admin:
        return
    member.is_admin = is_admin
    act = "make city admin" if is_admin else "end city admin"
    journal.record(act, subject(member.user), by, news=False, membership=member.id)


def invite(email, city, by, as_admin=False):
    """Post an invitation to work for a city; whoever holds that address may accept it, once."""
    link = send_link("invitation", email=email, city_id=city.id, by=by, as_admin=as_admin)
    journal.record("invite", f"city:{city.slug}", by, news=False, as_admin=as_admin)
    return link


def is_for_a_newcomer(link):
    """Whether the address of an invitation has no account of its own yet."""
    user = find_user(link.email)
    return user is None or not user.verified_at


def accept_invitation(link, name=None, password=None, language=None):
    """Use it: its address is proven and works for the city. Returns the user, made now for a newcomer.

    `name` and `password` are a newcomer's. Raises Refused when the invitation was used.
    """
    newcomer = is_for_a_newcomer(link)
    use_link(link)
    user = welcome(link.email, name, password, language) if newcomer else find_user(link.email)
    join(user, link)
    return user


def welcome(email, name, password, language):
    answers = {"name": name, "password_hash": hasher.hash(password), "language": language}
    user = find_user(email) or new_user(email, **answers)
    user.name, user.password_hash, user.language = answers.values()
    journal.record("sign up", subject(user), user, news=False)
    prove_address(user, keep_password=True)
    return user


def join(user, link):
    lock(user)
    member = known_or_new(user, link.city)
    member.is_admin = link.as_admin or (member.state == "approved" and member.is_admin)
    member.state, member.decided_at, member.decided_by_id = "approved", now(), link.created_by_id
    db.session.flush()
    journal.record("accept invitation", subject(user), user, news=False, membership=member.id)


def find_member(member_id):
    """A membership with its person, or None."""
    return db.session.scalar(with_people().where(Membership.id == member_id))


def members_of(city):
    """Who works for a city or asks to: approved and requested memberships, by name."""
    return people_who_count(Membership.city_id == city.id, Membership.state.in_(("requested", "approved")))


def requests():
    """Whoever waits to be let in, in any city, the longest waiting first."""
    return people_who_count(Membership.state == "requested", order=(Membership.requested_at, Membership.id))


def people_who_count(*conditions, order=(User.name, Membership.id)):
    there = (User.verified_at.is_not(None), User.suspended_at.is_(None), User.left_at.is_(None))
    found = with_people().where(*conditions, *there).order_by(*order)
    return db.session.scalars(found).all()


def with_people():
    return select(Membership).join(Membership.user).options(contains_eager(Membership.user))


def invitations_of(city):
    """Invitations that still wait for an answer, the latest first."""
    open_ones = (OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > now())
    here = (OneTimeLink.purpose == "invitation", OneTimeLink.city_id == city.id)
    return db.session.scalars(
        select(OneTimeLink).where(*here, *open_ones).order_by(OneTimeLink.created_at.desc(), OneTimeLink.id)
    ).all()


# Roles, and who is here at all


def grant(user, role, by=None):
    """Give a role; the person's sessions end, so that the next sign-in carries it."""
    if role in user.roles:
        return
    user.grants.append(RoleGrant(role=role, granted_by_id=by.id if by else None))
    end_sessions(user)
    journal.record("grant role", subject(user), by, news=False, role=role)


def revoke(user, role, by=None):
    if role not in user.roles:
        return
    user.grants = [held for held in user.grants if held.role != role]
    end_sessions(user)
    journal.record("revoke role", subject(user), by, news=False, role=role)


def suspend(user, by, reason):
    """The person is signed out at once and cannot come in; a second time changes nothing."""
    if user.suspended_at:
        return
    user.suspended_at = now()
    end_sessions(user)
    void_links(user)
    journal.record("suspend", subject(user), by, news=False, reason=reason)


def restore(user, by, reason=""):
    if not user.suspended_at:
        return
    user.suspended_at = None
    journal.record("restore", subject(user), by, news=False, reason=reason)


def may_administer(user, other):
    """The system's admin changes others, never themselves."""
    return user.is_authenticated and user.is_admin and user.id != other.id


def leave(user):
    """The person leaves: signed out everywhere, memberships ended, the address freed."""
    for member in user.memberships:
        end_membership(member, user)
    user.grants = []
    user.left_at = now()
    user.password_hash = None
    db.session.execute(delete(OneTimeLink).where(OneTimeLink.user_id == user.id))
    user.email = f"left-{user.id}@left.invalid"
    user.name = "–"
    end_sessions(user)
    journal.record("leave", subject(user), user, news=False)


def find_accounts(words, page):
    """Accounts whose name or address holds the words, by name: (users of a page, how many, which page)."""
    words = storable(words)
    found = select(User).where(User.left_at.is_(None))
    if words:
        found = found.where(
            or_(User.name.icontains(words, autoescape=True), User.email.icontains(words, autoescape=True))
        )
    total = db.session.scalar(select(func.count()).select_from(found.subquery()))
    page = max(1, min(page, -(-total // PAGE)))
    rows = found.order_by(User.name, User.id).limit(PAGE).offset((page - 1) * PAGE)
    return db.session.scalars(rows).all(), total, page


def history(user, limit=20):
    """What was done with an account, the latest first: the audit's lines."""
    lines = select(journal.AuditLine).where(journal.AuditLine.subject == subject(user))
    return db.session.scalars(lines.order_by(journal.AuditLine.id.desc()).limit(limit)).all()


# Limits


def count_try(what, address, host):
    """Count one more try against an address and from a host; raises TooManyTries over a limit.

    Commits at once, so that a try counts whatever becomes of it.
    """
    limit = LIMITS[what]
    keys = {limit_key("address", address): limit.per_address, limit_key("host", host): limit.per_host}
    for key, most in keys.items():
        tries = tries_of(what, key, limit)
        if len(tries) >= most:
            db.session.rollback()
            raise TooManyTries(what, max(1, int((tries[-most] + limit.window - now()).total_seconds())))
    db.session.add_all(Attempt(what=what, who_hash=key) for key in keys)
    db.session.commit()


def tries_of(what, key, limit):
    """When it was tried within the window, the oldest first."""
    mine = (Attempt.what == what, Attempt.who_hash == key, Attempt.at > now() - limit.window)
    return db.session.scalars(select(Attempt.at).where(*mine).order_by(Attempt.at)).all()


def forget_tries(what, address):
    """Whoever got in has not been guessing."""
    mine = (Attempt.what == what, Attempt.who_hash == limit_key("address", address))
    db.session.execute(delete(Attempt).where(*mine))


def limit_key(kind, who):
    key = current_app.config["SETTINGS"].secret_key.encode()
    return hmac.new(key, f"{kind}:{normal(who)}".encode(), hashlib.sha256).hexdigest()[:32]


def sweep():
    """Forget old tries, ended sessions and links past their end."""
    db.session.query(Attempt).filter(Attempt.at < now() - timedelta(days=1)).delete()
    db.session.query(Session).filter(Session.expires_at < now()).delete()
    db.session.query(OneTimeLink).filter(OneTimeLink.expires_at < now() - timedelta(days=30)).delete()
    db.session.commit()
