"""A moderator who wrote neither the case nor its translation decides whether readers get it."""

from exchange.core import journal
from exchange.core.models import db, now
from exchange.moderation.service.refusals import (
    AlreadyDecided,
    ConflictOfInterest,
    ReasonMissing,
    TextChanged,
)
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices import translating
from exchange.practices.models import READABLE
from exchange.practices.service import NotAllowed


def decide_translation(translation, verdict, by, reason="", seen_hash=None):
    """Approve, request_changes or reject what was submitted.

    Raises AlreadyDecided, NotAllowed, ConflictOfInterest, TextChanged, ReasonMissing.
    """
    translating.hold(translation)
    if translation.state != "submitted":
        if (translation.verdict, translation.decided_by_id) == (verdict, by.id):
            return
        raise AlreadyDecided
    check_reader(translation, by)
    if seen_hash is not None and seen_hash != translation.content_hash:
        raise TextChanged
    if verdict != "approve" and not reason.strip():
        raise ReasonMissing
    TRANSLATION_VERBS[verdict](translation, by, reason.strip())


def say_what_is_read(user, languages):
    """The languages in which this moderator can judge a text; kept on the account."""
    if user.reads != languages:
        user.reads = languages
        journal.record("name languages", f"user:{user.id}", user, news=False, languages=languages)


def check_reader(translation, by):
    if not by.is_moderator:
        raise NotAllowed("only moderators decide on translations")
    if wrote(translation, by):
        raise ConflictOfInterest("author")


def wrote(translation, user):
    """Whether words of theirs may stand in it, or in the case."""
    return user.id in translation.writers or has_written(translation.practice, user)


def approve(translation, by, reason):
    """The translation becomes the public one of its language; the older one is superseded with it."""
    practice = translation.practice
    if practice.visibility not in READABLE or practices.public_revision(practice) is None:
        raise NotAllowed("the case is not public")
    if older := translating.public(practice, translation.language):
        translating.hold(older)
        translating.move(older, "superseded")
        db.session.flush()
    sign(translation, "approve", by, reason)
    translating.move(translation, "published")
    translation.published_at = translation.decided_at
    db.session.flush()
    translating.record("publish translation", translation, by)


def request_changes(translation, by, reason):
    sign(translation, "request_changes", by, reason)
    translating.move(translation, "draft")
    translating.record("ask translation", translation, by, reason=reason)


def reject(translation, by, reason):
    sign(translation, "reject", by, reason)
    translating.move(translation, "rejected")
    translating.record("reject translation", translation, by, reason=reason)


TRANSLATION_VERBS = {"approve": approve, "request_changes": request_changes, "reject": reject}


def sign(translation, verdict, by, reason):
    translation.verdict, translation.reason = verdict, reason
    translation.decided_by, translation.decided_by_id, translation.decided_at = by, by.id, now()


def remove_translation(translation, by, reason):
    """A public translation that is wrong goes off the page at once; readers get the original again."""
    translating.hold(translation)
    if translation.state == "superseded":
        return
    check_reader(translation, by)
    if not reason.strip():
        raise ReasonMissing
    translating.move(translation, "superseded")
    sign(translation, "take_down", by, reason.strip())
    translating.record("remove translation", translation, by, reason=reason.strip())
