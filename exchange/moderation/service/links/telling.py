"""Who tells a case: of one that others tell, its city hears before it is public, and has its say.

It may confirm, dispute, take the case over, and reply on its page. Of a later version it hears anew when
that says something else: what the two say is compared by its words, without whom to ask and where to look.
"""

import re

from sqlalchemy import select, true

from exchange.accounts.models import Membership, User
from exchange.core import journal
from exchange.core.models import db, now
from exchange.core.words import folded
from exchange.moderation.asked_models import CityNotice, CityReply
from exchange.moderation.service.links import by_link
from exchange.moderation.service.links.clearing import next_version
from exchange.moderation.service.publication.visibility import hold_practice
from exchange.moderation.service.refusals import Hindrance, ReasonMissing
from exchange.moderation.service.rights import has_written, leads
from exchange.practices import service as practices
from exchange.practices.models import READABLE, TELLERS, Author, Revision
from exchange.practices.service import NotAllowed

LIFE = "confirm_link_days"
LONGEST_REPLY = 2000  # characters
ASIDE = {"contacts", "tags", "links", "licence", "declarations", "note_to_reviewers"}
WORDS = re.compile(r"\w+")


def concerns(practice):
    """Whether a city of ours is to hear of this case before it is public. Imports have their own letter."""
    told_by_others = practice.told_by != "city" and not practice.is_imported
    return told_by_others and practice.city is not None and practice.city.is_member


def is_to_hear(revision):
    """Whether its city is to hear of this text: the first one, or one that says something else."""
    if not concerns(revision.practice):
        return False
    public = practices.public_revision(revision.practice)
    return public is None or substance(revision) != substance(public)


def substance(revision):
    """What a text says, field by field: its words, whatever their signs, case and spaces."""
    said = {one: revision.get(one, None) for one in ("title", "summary", *revision.answers)}
    told = {one: words_in(value) for one, value in said.items() if one not in ASIDE}
    return {one: words for one, words in told.items() if words}


def words_in(value):
    """The folded words of an answer, in their order, whatever its shape."""
    if isinstance(value, dict):
        return [(name, words) for name, part in sorted(value.items()) if (words := words_in(part))]
    if isinstance(value, (list, tuple)):
        return [words for part in value if (words := words_in(part))]
    return WORDS.findall(folded(str(value))) if value not in (None, "") else []


# What the teller does


def choose(practice, told_by, by):
    """Say who tells the case, while nobody but its authors has it. Raises NotAllowed."""
    hold_practice(practice)
    if practice.told_by == told_by:
        return
    if told_by not in TELLERS or not may_choose(practice, by):
        raise NotAllowed("only the lead author says who tells a case, while it is a draft")
    if told_by == "secretariat" and not by.is_coordinator:
        raise NotAllowed("only coordinators tell for the secretariat")
    journal.record(
        "choose teller", practices.subject(practice), by, news=False, was=practice.told_by, now=told_by
    )
    practice.told_by = told_by


def may_choose(practice, user):
    working = practices.working_revision(practice)
    return leads(practice, user) and not practice.published_at and working and working.state == "draft"


def name_contact(practice, name, address, language, by):
    """Whom to tell in a city that has no admin here; after the submission the letter goes at once."""
    hold_practice(practice)
    if not leads(practice, by):
        raise NotAllowed("only the lead author names whom to tell")
    if not concerns(practice) or admins_of(practice):
        raise NotAllowed("the city has an admin, who is told")
    notices = notices_of(practice, next_version(practice))
    if any(one.address == address and one.ended_at is None for one in notices):
        return
    for other in notices:
        if other.asked_at is None:
            db.session.delete(other)
    db.session.flush()
    notice = add(practice, name, address, language, by)
    journal.record("name city contact", practices.subject(practice), by, news=False)
    working = practices.working_revision(practice)
    if working is not None and working.state != "draft" and is_to_hear(working):
        by_link.send(notice, "tell city", LIFE)


def tell(practice, by=None, quiet=False):
    """On submission: the admins of the city hear of it, or the contact; each of them once a version.

    `quiet`: the links open, and the letter of a batch carries them.
    """
    working = practices.working_revision(practice)
    if working is None or not is_to_hear(working):
        return
    known = {one.address for one in notices_of(practice, next_version(practice))}
    for name, address, language, user in whom_to_tell(practice):
        if address not in known:
            add(practice, name, address, language, by, user)
    for notice in notices_of(practice, next_version(practice)):
        if notice.stands == "waiting" and quiet:
            by_link.open_link(notice, LIFE)
        elif notice.stands == "waiting":
            by_link.send(notice, "tell city", LIFE)


def whom_to_tell(practice):
    """(name, address, language, user or None): the city's admins; without any, who was told before."""
    admins = [(user.name, user.email, user.language or "en", user) for user in admins_of(practice)]
    last = notices_of(practice, next_version(practice) - 1)
    contacts = [(one.name, one.address, one.language, None) for one in last if one.user_id is None]
    return admins or contacts


def token_for(practice, address):
    """What opens the page of the city's word for whoever was told at this address, or ''."""
    open_ones = [one for one in notices_of(practice) if one.address == address and one.stands == "open"]
    return by_link.token_of(open_ones[-1]) if open_ones else ""


def hinders(revision):
    """For gates.HINDERS: a text told by others waits until its city has known of it for some days."""
    practice, life = revision.practice, by_link.days("tell_city_days")
    if not life or not is_to_hear(revision) or is_confirmed(practice):
        return []
    told = [one.asked_at for one in notices_of(practice, next_version(practice)) if one.asked_at]
    if not told:
        return [Hindrance("city-untold", who=practice.city.name)]
    until = min(told) + life
    return [Hindrance("city-told", until=until, who=practice.city.name)] if until > now() else []


def is_confirmed(practice):
    """Whether the city need not be waited for: its word on the version that comes next is a yes.

    Of a first version every word of the city counts; what it said of an earlier text is no word on a new one.
    """
    if practice.published_at is None:
        return practice.endorsement is not None and practice.endorsement.word == "confirmed"
    said = sorted(
        (one.answered_at, one.word) for one in notices_of(practice, next_version(practice)) if one.word
    )
    return bool(said) and said[-1][1] == "confirmed"


# What the city does


def answer(notice, word, reason=""):
    """The city confirms or disputes, through its link. Raises LinkOver, ReasonMissing."""
    practice = notice.practice
    hold_practice(practice)
    by_link.hold(notice)
    if notice.answered_at and notice.word == word:
        return
    if notice.stands != "open" or practice.told_by == "city" or text_of(notice) is None:
        raise by_link.LinkOver(notice)
    if word == "disputed" and not reason.strip():
        raise ReasonMissing
    notice.word, notice.reason, notice.answered_at = word, reason.strip(), now()
    by = db.session.get(User, notice.user_id) if notice.user_id else None
    practices.endorse(practice, word, by, reason.strip(), anew=True)


def take_over(practice, by):
    """The city tells the case itself from now on: its admin leads; who led is told, and stays co-author."""
    hold_practice(practice)
    if practice.city_id is None or not by.is_admin_of(practice.city_id):
        raise NotAllowed("only the admin of the case's city takes it over")
    if practice.told_by == "city":
        return
    if practice.is_imported or practice.visibility not in ("none", *READABLE):
        raise NotAllowed("this case cannot be taken over")
    was, former = practice.told_by, practice.lead
    lead(practice, by)
    practice.told_by = "city"
    for notice in notices_of(practice):
        settle(notice, by)
    if practice.endorsement and practice.endorsement.word != "confirmed":
        practices.add_endorsement(practice, "confirmed", by)
    journal.record(
        "take over", practices.subject(practice), by, was=was, user_id=former.id if former else None
    )


def reply(practice, words, name, by=None, notice=None):
    """The city's public answer on the page: by its admin, or through the link of a notice.

    Raises NotAllowed, LinkOver, ReasonMissing.
    """
    hold_practice(practice)
    if notice is not None and not may_reply_by(notice):
        raise by_link.LinkOver(notice)
    if notice is None and not (by and practice.city_id is not None and by.is_admin_of(practice.city_id)):
        raise NotAllowed("only the case's city replies to it")
    if practice.told_by == "city" or practice.is_imported:
        raise NotAllowed("the city tells this case itself")
    words = words.strip()
    if not words:
        raise ReasonMissing
    last = last_reply(practice)
    if last and last.words == words and not last.hidden_at:
        return
    made = CityReply(
        practice_id=practice.id, words=words[:LONGEST_REPLY], name=name, by_id=by.id if by else None
    )
    db.session.add(made)
    db.session.flush()
    journal.record("city replied", practices.subject(practice), by, reply=made.id)


def hide_reply(practice, reason, by):
    """A moderator takes the city's reply off the page; it stays on record with the reason."""
    hold_practice(practice)
    if not by.is_moderator or has_written(practice, by):
        raise NotAllowed("only moderators who did not write the case hide a reply")
    shown = last_reply(practice)
    if shown is None or shown.hidden_at:
        return
    if not reason.strip():
        raise ReasonMissing
    shown.hidden_at, shown.hidden_by_id, shown.hidden_reason = now(), by.id, reason.strip()
    journal.record("hide reply", practices.subject(practice), by, reply=shown.id, reason=reason.strip())


# What there is


def reply_of(practice):
    """The city's reply as everyone may read it, or None."""
    last = last_reply(practice)
    return last if last and not last.hidden_at else None


def last_reply(practice):
    return db.session.scalar(
        select(CityReply).where(CityReply.practice_id == practice.id).order_by(CityReply.id.desc()).limit(1)
    )


def notices_of(practice, version=None):
    """Whoever was told, or is to be, in their order; of one version only, if one is named."""
    of_it = CityNotice.version == version if version else true()
    found = select(CityNotice).where(CityNotice.practice_id == practice.id, of_it)
    return db.session.scalars(found.order_by(CityNotice.created_at)).all()


def text_of(notice):
    """The text of which this notice tells: the one on its way, and once that is public, what is public.

    None while there is neither: what was taken back is its authors' draft again.
    """
    practice = notice.practice
    public = practices.public_revision(practice)
    if public is not None and notice.version <= public.number:
        return public
    on_its_way = Revision.state.in_(("submitted", "in_review", "changes_requested", "approved"))
    found = select(Revision).where(Revision.practice_id == practice.id, on_its_way)
    sent = db.session.scalar(found.order_by(Revision.id.desc()).limit(1))
    return sent or public


def may_reply_by(notice):
    return bool(notice.asked_at and not notice.ended_at and notice.expires_at > now())


def admins_of(practice):
    """The admins of the case's city who did not write it and can be reached."""
    found = db.session.scalars(
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.city_id == practice.city_id,
            Membership.is_admin,
            Membership.state == "approved",
            User.verified_at.is_not(None),
            User.suspended_at.is_(None),
            User.left_at.is_(None),
        )
        .order_by(User.id)
    )
    return [user for user in found if not practice.is_author(user)]


# Below


def add(practice, name, address, language, by, user=None):
    notice = CityNotice(
        id=by_link.new_id(),
        practice=practice,
        version=next_version(practice),
        name=name,
        address=address,
        language=language,
        by_id=by.id if by else None,
        user_id=user.id if user else None,
    )
    db.session.add(notice)
    db.session.flush()
    return notice


def lead(practice, user):
    """This person leads; who led before goes on as co-author, no more as the guest that a batch let in."""
    mine = next((author for author in practice.authors if author.user_id == user.id), None)
    for author in practice.authors:
        if author.role == "lead" and author is not mine:
            author.role, author.is_guest = "co-author", False
    if mine is None:
        mine = Author(user=user)
        practice.authors.append(mine)
    mine.role = "lead"


def settle(notice, by):
    """A notice needs no answer any more: the city has taken the case over."""
    if notice.user_id == by.id and notice.answered_at is None:
        notice.word, notice.answered_at = "taken-over", now()
    elif notice.answered_at is None:
        notice.ended_at = notice.ended_at or now()
