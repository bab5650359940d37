"""Links to look on: whoever has the address reads the unpublished text, for a while, without an account.

Made and ended by those who write the case. The caller commits.
"""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from exchange.accounts import service as accounts
from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices import schema
from exchange.practices.models import Medium, SharedLink
from exchange.practices.service import NotAllowed, latest_revision, subject, working_revision

LINK, FILE = "shared-draft", "shared-file"  # what the two kinds of token are good for
DAYS = (7, 30, 90)
MOST = 20  # that work at a time, of one case


def share(practice, by, days=30, for_whom="", email=None, language="en"):
    """A new link; a letter with it goes to `email` if there is one. Raises NotAllowed."""
    if not practice.may_be_shared_by(by):
        raise NotAllowed("only those who write a case show its draft")
    if len(working(practice)) >= MOST:
        raise NotAllowed("too many links")
    link = SharedLink(
        id=secrets.token_urlsafe(16),
        practice_id=practice.id,
        for_whom=for_whom,
        email=accounts.normal(email) or None,
        by_id=by.id,
        expires_at=now() + timedelta(days=days),
        openings=0,
    )
    db.session.add(link)
    db.session.flush()
    details = {"link": link.id, "days": days, "language": language}
    journal.record("share draft", subject(practice), by, news=bool(link.email), **details)
    return link


def end(link, by):
    """It opens nothing any more; a second time changes nothing."""
    if not link.practice.may_be_edited_by(by):
        raise NotAllowed("only those who write a case end its links")
    db.session.refresh(link, with_for_update={"of": SharedLink})
    if link.ended_at is None:
        link.ended_at = now()
        journal.record("end sharing", subject(link.practice), by, news=False, link=link.id)


def count_opening(link):
    """Somebody pressed its button."""
    db.session.execute(
        update(SharedLink)
        .where(SharedLink.id == link.id)
        .values(openings=SharedLink.openings + 1, opened_at=now())
    )


def token_of(link):
    return accounts.seal(LINK, link.id)


def find(token):
    """The link that this token names while it works, or None."""
    link_id = accounts.unseal(LINK, token)
    link = db.session.get(SharedLink, link_id) if link_id else None
    return link if link and works(link) and text_of(link) else None


def works(link):
    return link.ended_at is None and link.expires_at > now()


def text_of(link):
    """The unpublished text that it shows; None once there is none: the case is public, or was ended."""
    if link.practice.visibility == "tombstone":
        return None
    found = working_revision(link.practice)
    if found is None and link.practice.visibility == "none":
        found = latest_revision(link.practice)
    return found if found and found.state != "rejected" else None


def working(practice):
    """Links that can be opened, the latest first."""
    return [link for link in of(practice) if works(link)]


def of_news(news):
    """The link that a piece of news speaks of, while it works; else None."""
    link = db.session.get(SharedLink, news["link"])
    return link if link and works(link) and text_of(link) else None


def of(practice):
    rows = select(SharedLink).where(SharedLink.practice_id == practice.id)
    return db.session.scalars(rows.order_by(SharedLink.at.desc(), SharedLink.id)).all()


# Its files: an address of a picture opens that picture alone, and only while the link works


def file_token(link, medium_id):
    return accounts.seal(FILE, f"{link.id}:{medium_id}")


def opens_file(token, medium: Medium):
    """Whether this token opens this file: the link works, and its text shows the file."""
    link_id, _colon, medium_id = (accounts.unseal(FILE, token or "") or "").rpartition(":")
    link = db.session.get(SharedLink, link_id) if link_id and medium_id == medium.id else None
    text = text_of(link) if link and link.practice_id == medium.practice_id and works(link) else None
    return text is not None and medium.id in schema.files_of(text)
