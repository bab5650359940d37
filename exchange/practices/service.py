"""The verbs of a case: begin, save, move between states, publish, take back. The caller commits."""

import hashlib
import json
import re
import secrets
import unicodedata
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices import history, schema
from exchange.practices.models import READABLE, WORKING, Author, Endorsement, Label, Practice, Revision

PLAIN_WORD = re.compile("[a-z0-9]+")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U
MOVES = {
    "draft": {"submitted"},
    "submitted": {"in_review", "draft"},
    "in_review": {"changes_requested", "approved", "rejected", "draft"},
    "approved": {"published", "draft"},
    "published": {"superseded"},
    "rejected": {"draft"},
    "changes_requested": set(),
    "superseded": set(),
}
SEEN = {
    "none": {"public"},
    "public": {"unlisted", "archived", "tombstone"},
    "unlisted": {"public", "archived", "tombstone"},
    "archived": {"public", "tombstone"},
    "tombstone": {"public"},
}


class NotAllowed(Exception):
    """The act does not fit the state the thing is in; the message is for the person who tried."""


class Changed(Exception):
    """Someone else saved meanwhile. `current` holds what stands now."""

    def __init__(self, current):
        super().__init__("changed meanwhile")
        self.current = current


def begin(by, city, title, language, told_by="city", country=None):
    """A new practice with its first draft; `by` becomes the lead author (None for imports)."""
    practice = Practice(
        public_id=new_public_id(), told_by=told_by, city=city, country=city.country if city else country
    )
    revision = Revision(
        practice=practice,
        title=title,
        language=language,
        created_by=by,
        edition=schema.EDITION,
        answers={"licence": "CC-BY-4.0"},
    )
    if by:
        practice.authors.append(Author(user=by, role="lead"))
    revision.content_hash = content_hash(revision)
    db.session.add(practice)
    db.session.flush()
    journal.record("begin", subject(practice), by, news=False)
    return revision


def new_public_id():
    """Six characters that are easy to read out; in use never, reused never."""
    while True:
        public_id = "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not db.session.scalar(select(Practice.id).where(Practice.public_id == public_id)):
            return public_id


def subject(practice):
    return f"practice:{practice.public_id}"


def lock(revision):
    """Hold the row until the commit, so that two who save at once come one after the other."""
    db.session.flush()
    db.session.refresh(revision, Revision.__mapper__.column_attrs.keys(), with_for_update=True)


def base_of(revision, names):
    """A fingerprint of some fields: what a form was filled in on top of."""
    values = {name: (revision.get(name, None), revision.missing.get(name)) for name in sorted(names)}
    return fingerprint(values)[:20]


def save(revision, answers, missing, by, base=None):
    """Put new answers into a draft; returns whether anything changed.

    `answers` and `missing` hold only the fields of one form. With `base` (from `base_of`) the save
    raises Changed, and writes nothing, when those fields were changed by someone else meanwhile.
    """
    lock(revision)
    if revision.state != "draft":
        raise NotAllowed("only a draft can be written to")
    names = set(answers) | set(missing)
    if base and base != base_of(revision, names):
        if stands_already(revision, answers, missing):
            return False
        raise Changed({name: revision.get(name, None) for name in names})
    return put(revision, answers, missing, by)


def put(revision, answers, missing, by, **details):
    """Write the answers down, with the audit's line and a snapshot; returns whether anything changed."""
    before = revision.content_hash, dict(revision.answers)
    history.remember_start(revision)
    write(revision, answers, missing)
    if (revision.content_hash, revision.answers) == before:
        return False
    revision.saved_at = now()
    history.remember(revision, by, fresh=bool(details))
    fields = sorted(set(answers) | set(missing))
    journal.record("save", subject(revision.practice), by, news=False, fields=fields, **details)
    return True


def restore(revision, snapshot, names, by, base):
    """Bring some fields back as they stood in an earlier text: a new save beside which all others are kept.

    `base` is from `base_of`. Returns whether anything changed; raises NotAllowed, Changed.
    """
    lock(revision)
    if revision.state != "draft":
        raise NotAllowed("only a draft can be written to")
    if base != base_of(revision, names):
        raise Changed({name: revision.get(name, None) for name in names})
    answers = {name: snapshot.get(name, None) for name in names}
    missing = {name: snapshot.missing.get(name) for name in names}
    return put(revision, answers, missing, by, restored=snapshot.id)


def stands_already(revision, answers, missing):
    return all(revision.get(name, None) == (answers[name] or None) for name in answers) and all(
        revision.missing.get(name) == (missing[name] or None) for name in missing
    )


def write(revision, answers, missing):
    kept = dict(revision.answers)
    for name, value in answers.items():
        if name in ("title", "summary", "language"):
            setattr(revision, name, value)
        elif value in (None, "", [], {}):
            kept.pop(name, None)
        else:
            kept[name] = value
    reasons = {**revision.missing, **missing}
    revision.answers = kept
    revision.missing = {name: reason for name, reason in reasons.items() if reason and name not in kept}
    revision.content_hash = content_hash(revision)


def content_hash(revision):
    """What an approval names: everything a reader may see of the revision."""
    public = {
        name: value
        for name, value in revision.answers.items()
        if name not in schema.FIELDS or schema.FIELDS[name].public
    }
    return fingerprint(
        [
            revision.title,
            revision.summary or "",
            revision.language,
            revision.edition or 1,
            public,
            revision.missing or {},
        ]
    )


def claim_of(row):
    """The fingerprint of one row of results: the same as long as the row says the same, in its own words."""
    row = getattr(row, "written", row)
    return fingerprint({name: value for name, value in row.items() if value not in (None, "")})[:20]


def fingerprint(value):
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def move(revision, state):
    """The only place where a revision changes its state; raises NotAllowed for any other way."""
    if state not in MOVES[revision.state]:
        raise NotAllowed(f"from {revision.state} to {state}")
    revision.state = state


def next_draft(revision, by):
    """A new draft with the text of this revision, which stays as it is."""
    if working_revision(revision.practice):
        raise NotAllowed("there is a newer text already")
    draft = Revision(
        practice=revision.practice,
        parent_id=revision.id,
        title=revision.title,
        summary=revision.summary,
        language=revision.language,
        answers=dict(revision.answers),
        missing=dict(revision.missing),
        created_by=by,
        edition=schema.EDITION,
    )
    draft.content_hash = content_hash(draft)
    db.session.add(draft)
    db.session.flush()
    return draft


def new_version(revision, by):
    """A draft in which somebody tells anew what this revision tells; asked again, the one that is there."""
    lock(revision)
    if draft := working_revision(revision.practice):
        return draft
    draft = next_draft(revision, by)
    journal.record("begin version", subject(revision.practice), by, news=False, revision=draft.id)
    return draft


def working_revision(practice):
    """The draft, submission or approved text on its way, or None."""
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id, Revision.state.in_(WORKING))
    )


def public_revision(practice):
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id, Revision.state == "published")
    )


def shows(practice, medium):
    """Whether a text that everybody may read shows this file: the public one, or one that was it before."""
    return medium.id in public_files(practice)


def public_files(practice):
    """The ids of the files in every version that can be read now; the older ones stay public history."""
    if practice.visibility not in READABLE:
        return set()
    told = select(Revision.answers["media"], Revision.answers["documents"])
    rows = db.session.execute(
        told.where(Revision.practice_id == practice.id, Revision.state.in_(("published", "superseded")))
    )
    return {one.get("file") for row in rows for listed in row for one in listed or ()}


def revision_number(practice, number):
    """The published or superseded revision of that number, or None."""
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id, Revision.number == number)
    )


def latest_revision(practice):
    return db.session.scalar(
        select(Revision).where(Revision.practice_id == practice.id).order_by(Revision.id.desc()).limit(1)
    )


def publish(revision, by, **details):
    """The approved text becomes the public one; the older one is superseded in the same transaction.

    `details` go into the audit line.
    """
    lock(revision)
    if revision.state != "approved" or revision.approved_hash != content_hash(revision):
        raise NotAllowed("only an approved, unchanged text can be published")
    practice = revision.practice
    if practice.merged_into_id:
        raise NotAllowed("the case was merged into another one")
    if older := public_revision(practice):
        move(older, "superseded")
        db.session.flush()
    last = db.session.scalar(select(func.max(Revision.number)).where(Revision.practice_id == practice.id))
    revision.number = (last or 0) + 1
    revision.published_at = now()
    move(revision, "published")
    practice.published_at = practice.published_at or revision.published_at
    practice.confirm_by, practice.silent_since = due_after(revision.published_at), None
    if practice.visibility == "none":
        practice.visibility = "public"
    numbers = {"revision": revision.id, "number": revision.number}
    journal.record("publish", subject(practice), by, **numbers, **details)


def due_after(moment):
    """When a case that was true at that moment is to be asked after again."""
    return moment + timedelta(days=current_app.config["SETTINGS"].confirm_every_days)


def show(practice, visibility, by, reason):
    """Unlist, archive, restore, or leave a withdrawal notice; raises NotAllowed for other ways."""
    if visibility not in SEEN[practice.visibility] or practice.merged_into_id:
        raise NotAllowed(f"from {practice.visibility} to {visibility}")
    practice.visibility = visibility
    practice.notice = None if visibility == "public" else reason
    practice.withdrawal_asked = None
    journal.record(f"make {visibility}", subject(practice), by, reason=reason)


def ask_withdrawal(practice, by, reason):
    """The lead author asks; a moderator decides."""
    if practice.visibility == "tombstone":
        raise NotAllowed("it has been withdrawn already")
    practice.withdrawal_asked = reason
    journal.record("ask withdrawal", subject(practice), by, reason=reason)


def endorse(practice, word, by, reason="", anew=False):
    """The city's word on a case told by others: confirmed, disputed or ended; repeated, it does nothing.

    `by` is None when it came through a link that was sent to the city. `anew`: somebody else of the city
    says so, or says it of another text.
    """
    if practice.endorsement and practice.endorsement.word == word and not anew:
        return
    add_endorsement(practice, word, by, reason)
    journal.record(f"endorsement {word}", subject(practice), by, reason=reason)


def add_endorsement(practice, word, by, reason=""):
    """The same as a part of another act, whose line in the audit tells of it."""
    by_id = by.id if by else None
    db.session.add(Endorsement(practice_id=practice.id, word=word, by_id=by_id, reason=reason))
    db.session.flush()
    db.session.expire(practice, ["endorsements"])


def give_label(practice, kind, by=None, note="", name="", year=None):
    """The case has this label now; returns it, or None when it had it before. No revision is made."""
    if any((label.kind, label.name) == (kind, name) for label in practice.labels):
        return None
    label = Label(kind=kind, note=note, name=name, year=year, by_id=by.id if by else None)
    practice.labels.append(label)
    db.session.flush()
    journal.record("give label", subject(practice), by, news=False, label=label.id, kind=kind, name=name)
    return label


def take_label(practice, label, by, note):
    """The case has it no more; that it had it stays on record."""
    if label.removed_at:
        return
    label.removed_at, label.removed_by_id, label.removal_note = now(), by.id, note
    db.session.flush()
    db.session.expire(practice, ["labels"])
    about = {"label": label.id, "kind": label.kind, "name": label.name, "reason": note}
    journal.record("take label", subject(practice), by, news=False, **about)


def find_label(practice, label_id):
    """A label that this case has or had, or None."""
    return db.session.scalar(select(Label).where(Label.id == label_id, Label.practice_id == practice.id))


def find(public_id):
    """The practice of that public id in whatever state, or None."""
    return db.session.scalar(select(Practice).where(Practice.public_id == public_id))


def stands_for(practice):
    """The case at which the address of this one leads now: itself, unless it was merged, perhaps twice."""
    seen = {practice.id}
    while practice.merged_into_id and practice.merged_into_id not in seen:
        practice = db.session.get(Practice, practice.merged_into_id)
        seen.add(practice.id)
    return practice


def public(among=None):
    """The one rule of who may be listed: `select` of public practices with their public revision.

    `among`: only those with these public ids. They are looked up by themselves, because SQLite would
    rather walk through all that is public than look for more than a few of them.
    """
    found = (
        select(Practice, Revision)
        .join(Revision, Revision.practice_id == Practice.id)
        .where(Practice.visibility == "public", Revision.state == "published")
    )
    if among is None:
        return found
    return found.where(Practice.id.in_(select(Practice.id).where(Practice.public_id.in_(among))))


def public_titles(public_ids):
    """Public id → (title, language) of those of these practices that are public now; one query."""
    if not public_ids:
        return {}
    columns = Practice.public_id, Revision.title, Revision.language
    rows = db.session.execute(public(public_ids).with_only_columns(*columns))
    return {public_id: (title, language) for public_id, title, language in rows}


def mine(user):
    """(practice, latest revision) of every case this person writes, newest first."""
    latest = select(func.max(Revision.id)).group_by(Revision.practice_id)
    return db.session.execute(
        select(Practice, Revision)
        .join(Revision, Revision.practice_id == Practice.id)
        .join(Author, Author.practice_id == Practice.id)
        .where(Author.user_id == user.id, Revision.id.in_(latest))
        .order_by(Revision.saved_at.desc())
    ).all()


def slug_of(text):
    """A title as the readable end of an address; may be empty."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return "-".join(PLAIN_WORD.findall(folded))[:80].rstrip("-")


def path_of(practice, title):
    """'/practices/K7Q2MX-a-price-on-the-bridges': permanent, whatever becomes of the title."""
    return path_to(practice.public_id, title)


def path_to(public_id, title):
    slug = slug_of(title)
    return f"/practices/{public_id}" + (f"-{slug}" if slug else "")


def place_of(practice, answers):
    """(lat, lon) where a case stands: its own place, else the centre of its city; None if nobody knows."""
    if own := own_place(answers):
        return own
    city = practice.city
    return (city.lat, city.lon) if city and city.lat is not None and city.lon is not None else None


def own_place(answers):
    """(lat, lon) that the case itself names, or None."""
    for row in answers.get("location") or ():
        lat, lon = degrees(row.get("lat"), 90), degrees(row.get("lon"), 180)
        if lat is not None and lon is not None:
            return lat, lon
    return None


def degrees(text, most):
    """A typed angle as a number, or None."""
    try:
        found = float(text)
    except (TypeError, ValueError):
        return None
    return found if abs(found) <= most else None
