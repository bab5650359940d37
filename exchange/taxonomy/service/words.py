"""Topics, and the tags that cases bring along."""

import re
import unicodedata

from sqlalchemy import select

from exchange.core.models import db
from exchange.taxonomy.models import Tag, Topic


def topics():
    """Slug → Topic of the whole tree, in its order."""
    found = db.session.scalars(select(Topic).order_by(Topic.parent_id.is_not(None), Topic.position)).all()
    return {topic.slug: topic for topic in found}


def tag_slug(label):
    """'Öffentlicher Raum' → 'öffentlicher-raum': case and spaces do not make another tag."""
    folded = unicodedata.normalize("NFC", label).casefold().strip()
    return re.sub(r"[^\w]+", "-", folded).strip("-")[:80]


def let_in_tags(labels):
    """Tags of an approved case become part of the vocabulary."""
    wanted = {tag_slug(label): label for label in labels if tag_slug(label)}
    known = set(db.session.scalars(select(Tag.slug).where(Tag.slug.in_(wanted))))
    db.session.add_all(Tag(slug=slug, label=label) for slug, label in wanted.items() if slug not in known)


def suggest_tags(beginning, limit=8):
    """Tags of the vocabulary that begin so, for the writing form; typed wildcards are taken literally."""
    start = tag_slug(beginning)
    if not start:
        return []
    return db.session.scalars(
        select(Tag.label).where(Tag.slug.startswith(start, autoescape=True)).order_by(Tag.slug).limit(limit)
    ).all()
