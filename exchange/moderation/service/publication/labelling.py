"""Badges that moderators give to a case and take again, with a note; they make no revision."""

from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import ReasonMissing
from exchange.moderation.service.rights import has_written
from exchange.practices import service as practices
from exchange.practices.models import READABLE
from exchange.practices.service import NotAllowed

GIVEN = ("featured", "award", "expert-reviewed")  # 'demonstration' comes with the program alone


def give_label(practice, kind, by, note, name="", year=None):
    """The case has this label; given again, nothing happens. An award has a name and perhaps a year."""
    hold_practice(practice)
    check(practice, by)
    if kind not in GIVEN or practice.visibility not in READABLE:
        raise NotAllowed("public cases get labels, of the kinds that there are")
    if not note.strip() or (kind == "award" and not name.strip()):
        raise ReasonMissing
    about = {"name": name.strip(), "year": year} if kind == "award" else {}
    practices.give_label(practice, kind, by, note.strip(), **about)


def take_label(practice, label, by, note):
    """The case loses it; taken again, nothing happens."""
    hold_practice(practice)
    check(practice, by)
    if label.removed_at:
        return
    if label.kind not in GIVEN:
        raise NotAllowed("what marks a demonstration stays")
    if not note.strip():
        raise ReasonMissing
    practices.take_label(practice, label, by, note.strip())


def check(practice, by):
    if not by.is_moderator or has_written(practice, by):
        raise NotAllowed("moderators who did not write a case give and take its labels")
