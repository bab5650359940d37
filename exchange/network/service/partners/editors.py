"""Who writes for a partner: named and dismissed by coordinators. The caller commits."""

from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.partners import Partner, PartnerEditor
from exchange.practices.service import NotAllowed


class NoSuchPerson(Exception):
    """Nobody with a proven address has this mail address."""


def name_editor(partner, email, by):
    """This person writes for the partner from now on; named twice, nothing happens. Returns the row."""
    may_name(by)
    hold(partner)
    user = accounts.find_user(email)
    if user is None or not user.verified_at or not user.is_active:
        raise NoSuchPerson
    standing = db.session.scalar(
        select(PartnerEditor).where(
            PartnerEditor.partner_id == partner.id,
            PartnerEditor.user_id == user.id,
            PartnerEditor.ended_at.is_(None),
        )
    )
    if standing:
        return standing
    row = PartnerEditor(partner=partner, user=user, by_id=by.id)
    db.session.add(row)
    db.session.flush()
    journal.record("name editor", f"partner:{partner.public_id}", by, user_id=user.id)
    return row


def dismiss_editor(partner, row, by):
    """This person writes for the partner no more; a second time changes nothing."""
    may_name(by)
    hold(partner)
    db.session.refresh(row, ["ended_at"])
    if row.ended_at:
        return
    row.ended_at, row.ended_by_id = max(now(), row.at), by.id  # clocks are put back sometimes
    journal.record("dismiss editor", f"partner:{partner.public_id}", by, user_id=row.user_id)


def may_name(by):
    if not (by.is_authenticated and by.is_coordinator):
        raise NotAllowed("coordinators name the editors of partners")


def hold(partner):
    db.session.flush()
    db.session.refresh(partner, ["name"], with_for_update={"of": Partner})


def find(partner, row_id):
    row = db.session.get(PartnerEditor, row_id)
    return row if row is not None and row.partner_id == partner.id else None


def editors_of(partner):
    """Those who write for it now, in the order they came."""
    wanted = PartnerEditor.partner_id == partner.id, PartnerEditor.ended_at.is_(None)
    return db.session.scalars(select(PartnerEditor).where(*wanted).order_by(PartnerEditor.id)).all()
