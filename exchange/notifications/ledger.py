"""Letters about the ledger: the city of origin is asked to confirm, the adopting city hears what it said."""

from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import Membership, User
from exchange.core.models import db
from exchange.network.models.ledger import Transfer
from exchange.network.service.ledger import listing
from exchange.network.service.talk import reports
from exchange.practices.models import WRITERS


def origin_people(news):
    """Those of the city of origin who write the case, and its admins; else everybody whom it has let in.

    A change of words alone asks nobody again who has not answered yet.
    """
    record = record_of(news)
    if record is None or record.origin is None:
        return []
    if (
        news["act"] == "change transfer"
        and not record.transfer.words
        and news.get("was") == news.get("stage")
    ):
        return []
    city_id, but = record.origin.id, news["by_id"]
    writers = [hand.user for hand in record.transfer.practice.authors if hand.role in WRITERS]
    ours = [user for user in writers if user.is_of(city_id)]
    return reachable([*ours, *accounts.admins_of(city_id)], but) or reachable(people_of(city_id), but)


def adopting_people(news):
    """Whoever recorded it, if still of that city, and the city's admins."""
    record = record_of(news)
    if record is None:
        return []
    city_id, recorder = record.transfer.city_id, record.transfer.created_by
    ours = [recorder] if recorder and recorder.is_of(city_id) else []
    found = reachable([*ours, *accounts.admins_of(city_id)], news["by_id"])
    return found or reachable(people_of(city_id), news["by_id"])


def people_of(city_id):
    """Everybody whom a city has let in."""
    approved = Membership.city_id == city_id, Membership.state == "approved"
    return db.session.scalars(
        select(User).join(Membership, Membership.user_id == User.id).where(*approved).order_by(User.id)
    ).all()


def reachable(users, but=None):
    """Each once, without the one who knows already."""
    found = {user.id: user for user in users if user.id != but and user.is_active and user.verified_at}
    return [(user, user.email) for user in found.values()]


LETTERS = {  # news → [(letter, to whom)]
    "record transfer": [("transfer-recorded", origin_people)],
    "change transfer": [("transfer-recorded", origin_people)],
    "confirm transfer": [("transfer-answered", adopting_people)],
    "dispute transfer": [("transfer-answered", adopting_people)],
}


def record_of(details):
    """The Record that such news is about, while it can be read."""
    transfer = db.session.get(Transfer, int(details["subject"].partition(":")[2]))
    if transfer is None or reports.hiding_of(transfer) is not None:
        return None
    return listing.find_record(transfer.public_id)


def things_of(details):
    """The record as it reads now; None when there is nothing left to tell."""
    record = record_of(details)
    return {"record": record, "transfer": record.transfer, "act": details["act"]} if record else None
