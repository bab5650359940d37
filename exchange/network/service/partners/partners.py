"""Partner organisations: proposed, read by a moderator, public; what they brought. The caller commits."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from exchange.core.models import db
from exchange.network.models.dates import Event
from exchange.network.models.partners import Partner, PartnerEditor
from exchange.network.service import vetted, vetting
from exchange.practices import service as practices
from exchange.practices.models import Author, Practice
from exchange.practices.service import NotAllowed, slug_of

KIND = "partner"
PER_PAGE = 50
KINDS = {
    "united-nations": _l("United Nations"),
    "international": _l("International organisation"),
    "bank": _l("Development bank"),
    "cities": _l("Network of cities"),
    "agency": _l("Development agency"),
    "research": _l("University or research institute"),
    "foundation": _l("Foundation"),
    "association": _l("Association"),
    "government": _l("National or regional government"),
    "company": _l("Company"),
    "other": _l("Other organisation"),
}
EMPTY = {
    "name": "",
    "kind": "other",
    "website": "",
    "about": {},  # language → Markdown
    "links": [],  # {name, address}
    "programmes": [],  # {name, years, text, address}
    "practices": [],  # public ids of cases that it brought
    "topics": [],
    "source": "",
}


class NameTaken(Exception):
    """Another partner has this name already."""


def may_propose(user):
    """A new partner is the moderators' to propose; its editors write about it from then on."""
    return user.is_authenticated and user.is_moderator


def may_change(partner, user):
    return may_propose(user) or is_editor(partner, user)


def is_editor(partner, user):
    return partner.public_id in {one.public_id for one in vetted.partners_of(user)}


def propose(content, by, partner=None, base=None, slug=""):
    """(partner, VettedText or None). Raises NotAllowed, NameTaken, or vetting.Meanwhile."""
    content = {**EMPTY, **content}
    if partner is None:
        if not may_propose(by):
            raise NotAllowed("moderators propose new partners")
        partner = begin(content, by, slug or slug_of(content["name"]))
    if not may_change(partner, by):
        raise NotAllowed("a partner’s editors and moderators change its text")
    return partner, vetting.propose(KIND, partner.public_id, content, by, base)


def begin(content, by, slug):
    """The partner of that name, made now unless the same form came twice."""
    if not slug or slug == "new":
        raise NameTaken
    known, is_new = find(slug), False
    if known is None:
        known, is_new = vetted.put(Partner(public_id=slug, by_id=by.id, content={}))
    latest = vetting.latest(KIND, slug)
    if not is_new and (latest is None or latest.content != content or latest.by_id != by.id):
        raise NameTaken
    return known


def publish(public_id, content, _text):
    partner = find(public_id)
    vetted.fill(partner, KIND, content)
    partner.name = content["name"]


def hide(public_id):
    vetted.empty(find(public_id), KIND)


# Looking up


def find(slug):
    return vetted.find(Partner, slug)


def public(kind="", page=1):
    """([Partner], how many in all) by name."""
    those = select(Partner).where(Partner.shown())
    if kind in KINDS:
        those = those.where(Partner.content["kind"].as_string() == kind)
    total = db.session.scalar(select(func.count()).select_from(those.subquery()))
    rows = those.order_by(Partner.name, Partner.id).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return db.session.scalars(rows).all(), total


def names():
    """Slug → name of every public partner, by name."""
    return dict(
        db.session.execute(
            select(Partner.public_id, Partner.name).where(Partner.shown()).order_by(Partner.name)
        ).all()
    )


def kinds_there_are():
    """Kind → how many public partners are of it."""
    told = select(Partner.content["kind"].as_string().label("kind")).where(Partner.shown()).subquery()
    return dict(db.session.execute(select(told.c.kind, func.count()).group_by(told.c.kind)).all())


def brought(partner, limit=100):
    """(practice, revision) of the public cases that it brought, the latest first.

    Those that its text names, and those told by a partner or an award whose lead author writes for it.
    """
    editors = select(PartnerEditor.user_id).where(PartnerEditor.partner_id == partner.id)
    led = select(Author.practice_id).where(Author.role == "lead", Author.user_id.in_(editors))
    told = Practice.id.in_(led) & Practice.told_by.in_(("partner", "award"))
    named = Practice.public_id.in_(partner.get("practices", []))
    those = (
        practices.public().where(or_(told, named)).order_by(Practice.published_at.desc(), Practice.id.desc())
    )
    return db.session.execute(those.limit(limit)).all()


def events_of(partner, limit=10):
    """Public events that name it, the latest first."""
    named = Event.content["partner"].as_string() == partner.public_id
    those = select(Event).where(Event.shown(), named).order_by(Event.starts_at.desc(), Event.id.desc())
    return db.session.scalars(those.limit(limit)).all()


def path_of(slug):
    return f"/partners/{slug}"


# For moderators


def lines(content):
    return [
        vetting.Line(_l("Name"), content["name"]),
        vetting.Line(_l("Kind"), str(KINDS.get(content["kind"], content["kind"]))),
        vetting.Line(_l("Web site"), content["website"]),
        *(
            vetting.Line(_("What it is (%(language)s)", language=code), text, is_long=True)
            for code, text in sorted(content["about"].items())
        ),
        vetting.Line(
            _l("Joint programmes"), vetted.linked(content["programmes"], "name", "years", "text", "address")
        ),
        vetting.Line(_l("Links"), vetted.linked(content["links"], "name", "address")),
        vetting.Line(_l("Practices it brought"), ", ".join(content["practices"])),
        vetting.Line(_l("Topics"), vetted.topic_words(content["topics"])),
        vetting.Line(_l("Source"), content["source"]),
    ]


vetting.register(
    vetting.Kind(
        KIND,
        _l("Partner"),
        publish=publish,
        hide=hide,
        title=lambda content: content["name"],
        lines=lines,
        path=lambda thing, _content: path_of(thing),
        edit_path=lambda thing: f"/partners/{thing}/edit",
    )
)
