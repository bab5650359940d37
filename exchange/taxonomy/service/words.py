"""Topics, the tags that cases bring along, and what became of those that were merged."""

import re
import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import aliased

from exchange.core.models import db
from exchange.taxonomy.models import Tag, Topic


def topics():
    """Slug → Topic of the whole tree, in its order; those that were merged or retired are still read."""
    found = db.session.scalars(select(Topic).order_by(Topic.parent_id.is_not(None), Topic.position)).all()
    return {topic.slug: topic for topic in found}


def merged(session=None, tree=None):
    """Facet → {slug of old: slug of what it was merged into}; two queries, one with a tree at hand."""
    session = session or db.session
    tree = tree or {topic.slug: topic for topic in session.scalars(select(Topic))}
    slugs = {topic.id: slug for slug, topic in tree.items()}
    tags = session.execute(select(Tag.slug, Tag.merged_into).where(Tag.merged_into.is_not(None)))
    return {
        "topic": {slug: slugs[one.merged_into_id] for slug, one in tree.items() if one.merged_into_id},
        "tag": dict(tags.all()),
    }


def current(facet, values):
    """The same values of a facet, in their order, what was merged replaced by what it was merged into."""
    if facet not in ("topic", "tag") or not values:
        return list(values)
    moved = dict(db.session.execute(moves_of(facet, values)).all())
    return list(dict.fromkeys(moved.get(value, value) for value in values))


def moves_of(facet, values):
    if facet == "tag":
        return select(Tag.slug, Tag.merged_into).where(Tag.slug.in_(values), Tag.merged_into.is_not(None))
    target = aliased(Topic)
    return (
        select(Topic.slug, target.slug)
        .join(target, target.id == Topic.merged_into_id)
        .where(Topic.slug.in_(values))
    )


def tags():
    """Slug → Tag of every tag, by slug."""
    return {tag.slug: tag for tag in db.session.scalars(select(Tag).order_by(Tag.slug))}


def find_word(facet, value):
    """The Topic or Tag of a slug, or None."""
    model = {"topic": Topic, "tag": Tag}.get(facet)
    return db.session.scalar(select(model).where(model.slug == value)) if model else None


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
        select(Tag.label)
        .where(
            Tag.slug.startswith(start, autoescape=True), Tag.merged_into.is_(None), Tag.retired_at.is_(None)
        )
        .order_by(Tag.slug)
        .limit(limit)
    ).all()
