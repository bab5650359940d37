"""Cities, who works for them, and who may decide on that."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from exchange.accounts.models import City, Membership, User
from exchange.accounts.service.shared import Refused, read_again, storable, subject
from exchange.core import journal
from exchange.core.models import db, now

MAX_OPEN_REQUESTS = 3


def find_city(slug):
    return db.session.scalar(select(City).where(City.slug == storable(slug)))


def cities():
    return db.session.scalars(select(City).order_by(City.name)).all()


def member_cities():
    return db.session.scalars(select(City).where(City.is_member).order_by(City.name)).all()


def admins_of(city_id):
    """Whoever administers a city, in the order they came."""
    approved = (Membership.city_id == city_id, Membership.is_admin, Membership.state == "approved")
    return db.session.scalars(
        select(User).join(Membership, Membership.user_id == User.id).where(*approved).order_by(Membership.id)
    ).all()


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


def request_membership(user, city, department):
    """The bare row; nobody is told before the person's address is proven."""
    member = known_or_new(user, city)
    member.state, member.is_admin = "requested", False
    member.department, member.requested_at = department, now()
    db.session.flush()
    return member


def decide_membership(member, approve, by, as_admin=False):
    """Let a person in for a city, or not. Raises Refused when that was decided meanwhile."""
    read_again(member, "state")
    if member.state != "requested":
        raise Refused("decided")
    member.state = "approved" if approve else "declined"
    member.is_admin = approve and as_admin
    member.decided_at, member.decided_by_id = now(), by.id
    journal.record(f"membership {member.state}", subject(member.user), by, membership=member.id)


def end_membership(member, by):
    """The person no longer works for the city; a second time changes nothing."""
    if has_ended(member):
        journal.record("membership ended", subject(member.user), by, membership=member.id)


def has_ended(member):
    """Whether it was ended just now, by this."""
    if member.state not in ("requested", "approved"):
        return False
    member.state, member.is_admin = "ended", False
    return True


def set_city_admin(member, is_admin, by):
    """The person looks after the city's people and cases, or does so no longer."""
    if member.state != "approved" or member.is_admin == is_admin:
        return
    member.is_admin = is_admin
    act = "make city admin" if is_admin else "end city admin"
    journal.record(act, subject(member.user), by, news=False, membership=member.id)


def may_manage_people(user, city_id):
    """A coordinator, or the city's own admin."""
    return user.is_authenticated and user.is_active and (user.is_coordinator or user.is_admin_of(city_id))


def may_decide(user, member):
    """Whoever manages the city's people; what happens to oneself is for others to decide."""
    return may_manage_people(user, member.city_id) and member.user_id != user.id


def may_end(user, member):
    return user.is_authenticated and (member.user_id == user.id or may_decide(user, member))


def find_member(member_id):
    """A membership with its person, or None."""
    return db.session.scalar(with_people().where(Membership.id == member_id))


def members_of(city):
    """Who works for a city or asks to: approved and requested memberships, by name."""
    return people_who_count(Membership.city_id == city.id, Membership.state.in_(("requested", "approved")))


def requests():
    """Whoever waits to be let in, in any city, the longest waiting first."""
    return people_who_count(Membership.state == "requested", order=(Membership.requested_at, Membership.id))


def lock(user):
    """Two requests of one person go one after the other."""
    read_again(user, "name")
    db.session.refresh(user, ["memberships"])


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


def with_people():
    return select(Membership).join(Membership.user).options(contains_eager(Membership.user))


def people_who_count(*conditions, order=(User.name, Membership.id)):
    there = (User.verified_at.is_not(None), User.suspended_at.is_(None), User.left_at.is_(None))
    found = with_people().where(*conditions, *there).order_by(*order)
    return db.session.scalars(found).all()
