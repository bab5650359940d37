"""A text is begun, saved against a base, brought back; nothing that somebody else wrote is overwritten."""

import secrets

from sqlalchemy import select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.practices import history, schema
from exchange.practices.models import Author, Practice, Revision
from exchange.practices.service.finding import subject
from exchange.practices.service.hashes import content_hash, fingerprint
from exchange.practices.service.refusals import Changed, NotAllowed

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0/O, 1/I/L, U


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
