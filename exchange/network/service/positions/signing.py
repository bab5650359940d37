"""A city signs a position by its admin, and may withdraw its name. The caller commits."""

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.positions import Position, Signature
from exchange.practices.service import NotAllowed


class OtherWords(Exception):
    """The position reads otherwise by now than what the signer read."""


def may_sign_for(user):
    """The member cities for which this person signs."""
    if not (user.is_authenticated and user.verified_at):
        return []
    return [city for city in user.cities if city.is_member and user.is_admin_of(city.id)]


def sign(position, city, by, seen):
    """The city says it, too; `seen` is the hash of the words that its admin read.

    The same words signed twice are signed once; words that were changed since are signed anew.
    """
    if city.id not in {one.id for one in may_sign_for(by)}:
        raise NotAllowed("the admin of a member city signs for it")
    hold(position)
    if not position.is_public:
        raise NotAllowed("what is public can be signed")
    if seen != position.words_hash:
        raise OtherWords
    standing = signature_of(position, city)
    if standing and standing.words_hash == position.words_hash:
        return standing
    if standing:
        end(standing, by)
    return add(position, city, by)


def add(position, city, by=None):
    """The bare signature; without a person when it is told by a source."""
    row = Signature(
        position_id=position.id, city=city, words_hash=position.words_hash, by_id=by.id if by else None
    )
    db.session.add(row)
    db.session.flush()
    if by:
        journal.record("sign position", subject(position), by, city=city.slug)
    return row


def withdraw(position, city, by):
    """The city's name stands there no more; a second time changes nothing."""
    if not by.is_admin_of(city.id):
        raise NotAllowed("the admin of a city withdraws its signature")
    hold(position)
    standing = signature_of(position, city)
    if standing is None:
        return
    end(standing, by)
    journal.record("withdraw signature", subject(position), by, city=city.slug)


def end(signature, by):
    signature.withdrawn_at, signature.withdrawn_by_id = max(now(), signature.at), by.id  # clocks are put back
    db.session.flush()


def signature_of(position, city):
    """The one that stands, or None."""
    mine = Signature.position_id == position.id, Signature.city_id == city.id
    return db.session.scalar(select(Signature).where(*mine, Signature.withdrawn_at.is_(None)))


def signatures_of(position):
    """Those that stand, in the order of signing."""
    standing = Signature.position_id == position.id, Signature.withdrawn_at.is_(None)
    return db.session.scalars(select(Signature).where(*standing).order_by(Signature.id)).all()


def hold(position):
    db.session.flush()
    columns = ["words_hash", "published_at", "is_hidden"]
    db.session.refresh(position, columns, with_for_update={"of": Position})


def subject(position):
    return f"position:{position.public_id}"
