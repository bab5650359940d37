"""People of the demonstration's cities, made when a file names them."""

from exchange.accounts import service as accounts
from exchange.accounts.models import Membership, User
from exchange.core.models import db, now


def official(name, city):
    """Somebody of this name who works for the city: one of the demonstration's cast, or a new one."""
    known = accounts.find_user(f"{name.lower()}@exchange.example")
    if known and known.is_of(city.id):
        return known
    address = f"{name.lower()}.{city.slug}@exchange.example"
    return accounts.find_user(address) or add(name, address, city)


def add(name, address, city):
    user = User(email=address, name=name, verified_at=now())
    user.memberships.append(Membership(city=city, state="approved", decided_at=now()))
    db.session.add(user)
    db.session.flush()
    return user
