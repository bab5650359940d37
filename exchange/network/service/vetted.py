"""What things share whose text a moderator reads first: making and filling their rows, topics, who may."""

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from exchange.accounts import service as accounts
from exchange.core.i18n import language
from exchange.core.models import db, now
from exchange.network.models.partners import Partner, PartnerEditor
from exchange.network.models.vetted import TopicOf
from exchange.network.service import codes, vetting
from exchange.practices.service import slug_of
from exchange.taxonomy import service as taxonomy


def begin(model, by, code=""):
    """(row, whether it is new): a thing that nobody reads yet, by the name that its form carried.

    The same form sent twice finds the same thing.
    """
    code = code if codes.is_code(code) else codes.new_code(model.public_id)
    known = find(model, code)
    if known is not None:
        return known, False
    return put(model(public_id=code, by_id=by.id, content={}))


def put(row):
    """(row, True), or the one that has its name since this very moment and False."""
    model, code = type(row), row.public_id
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:  # the same form, sent twice at once
        return find(model, code), False
    return row, True


def find(model, public_id):
    return db.session.scalar(select(model).where(model.public_id == accounts.shared.storable(public_id)))


def path(room, public_id, title):
    """'/events/K7Q2MX-annual-assembly': permanent, whatever becomes of the title."""
    slug = slug_of(title)
    return f"/{room}/{public_id}" + (f"-{slug}" if slug else "")


def find_public(model, public_id):
    """The thing if everybody may read it, or None."""
    row = find(model, public_id)
    return row if row is not None and row.is_public else None


def fill(row, kind, content):
    """What was let through is what everybody reads from now on."""
    db.session.flush()
    db.session.refresh(row, ["content", "published_at", "is_hidden"], with_for_update={"of": type(row)})
    row.content = content
    row.published_at = row.published_at or now()
    row.changed_at = now()
    row.is_hidden = False
    put_topics(kind, row.public_id, content.get("topics", ()))


def empty(row, kind):
    """Nobody reads it any more; its rows stay for the day on which it comes back."""
    row.is_hidden = True
    put_topics(kind, row.public_id, ())


# Topics


def put_topics(kind, thing, slugs):
    db.session.execute(delete(TopicOf).where(TopicOf.kind == kind, TopicOf.thing == thing))
    db.session.add_all(TopicOf(kind=kind, thing=thing, topic=slug) for slug in dict.fromkeys(slugs))


def about(kind, model, slug):
    """The condition that a thing is about this topic, one below it, or one that was merged into them."""
    tree = taxonomy.topics()
    ids = {topic.id for topic in tree.values() if topic.slug == slug}
    ids |= {topic.id for topic in tree.values() if topic.parent_id in ids}
    family = {topic.slug for topic in tree.values() if topic.id in ids or topic.merged_into_id in ids}
    things = select(TopicOf.thing).where(TopicOf.kind == kind, TopicOf.topic.in_(family))
    return model.public_id.in_(things)


# Who may


def partners_of(user):
    """The partners that this person writes for now, by name."""
    if not (user.is_authenticated and user.verified_at):
        return []
    mine = PartnerEditor.user_id == user.id, PartnerEditor.ended_at.is_(None)
    ids = select(PartnerEditor.partner_id).where(*mine)
    return db.session.scalars(select(Partner).where(Partner.id.in_(ids)).order_by(Partner.name)).all()


def may_propose(user):
    """Officials, editors of partners, moderators: those who may propose a date or a piece of news."""
    if not (user.is_authenticated and user.verified_at):
        return False
    return bool(user.cities) or user.is_moderator or bool(partners_of(user))


def may_change(kind, row, user):
    """Who proposed it, the officials of its public city, the editors of its public partner, moderators."""
    if not may_propose(user):
        return False
    city = getattr(row, "city_id", None)
    if row.by_id == user.id or user.is_moderator or (city is not None and user.is_of(city)):
        return True
    host = row.get("partner")
    return bool(host) and host in {partner.public_id for partner in partners_of(user)}


def is_seen_by(kind, row, user):
    """Whether this person may read it: everybody what is public, its writers and moderators what is not."""
    return row.is_public or may_change(kind, row, user)


# Words of an answer, for moderators


def city_words(slug):
    city = accounts.find_city(slug) if slug else None
    return city.label(language()) if city else slug or ""


def partner_words(slug):
    partner = find(Partner, slug) if slug else None
    return partner.name if partner and partner.name else slug or ""


def topic_words(slugs):
    tree = taxonomy.topics()
    return ", ".join(tree[slug].label(language()) if slug in tree else slug for slug in slugs)


def linked(rows, *names):
    """Rows of small answers as lines: 'Agenda (https://…)'."""
    return "\n".join(" – ".join(row[name] for name in names if row.get(name)) for row in rows or ())


def base_of(kind, row):
    return vetting.base_of(kind, row.public_id)


def text_of(kind, row):
    """The content that a form starts from: what waits, or came last; {} of a new thing."""
    text = vetting.latest(kind, row.public_id)
    return text.content if text else {}
