"""Collections for everybody: read by a moderator first, or made by one. The caller commits.

`Collection.shown` holds what everyone reads; what is proposed waits as a VettedText (see `vetting`).
"""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from exchange.core import journal
from exchange.core.models import db, now
from exchange.network.models.kept import Collection
from exchange.network.models.vetting import VettedText
from exchange.network.service import vetting
from exchange.network.service.kept import collections
from exchange.network.service.kept.collections import Refusal, subject
from exchange.network.service.talk import kinds, reports
from exchange.practices import service as practices
from exchange.practices.service import NotAllowed, fingerprint

KIND = "collection"
PAGE = 20


class NothingToShow(Refusal):
    """A collection needs an introduction and a case before everyone reads it."""


def publish(collection, by):
    """Everyone shall read it as it stands now: a moderator's own at once, others' once one has read it.

    Returns 'public', 'proposed', or '' when exactly that is public already. Raises NotAllowed, NothingToShow.
    """
    hold_own(collection, by)
    content = content_of(collection)
    if not content["introduction"].strip() or not content["entries"]:
        raise NothingToShow
    if by.is_moderator:
        return "public" if let_through_at_once(collection, content, by) else ""
    return "proposed" if vetting.propose(KIND, collection.public_id, content, by) else ""


def let_through_at_once(collection, content, by):
    """A moderator answers for their own words; the record says who. Returns whether anything changed."""
    found, standing = fingerprint(content), vetting.latest(KIND, collection.public_id, lock=True)
    if standing is not None and standing.state == "public" and standing.content_hash == found:
        return False
    text = vetting.working(KIND, collection.public_id)
    if text is None:
        text = VettedText(kind=KIND, thing=collection.public_id, hands=[])
    for earlier in vetting.history(KIND, collection.public_id):
        if earlier.state == "public":
            earlier.state = "superseded"
    db.session.flush()
    text.content, text.content_hash, text.at, text.by = content, found, now(), by
    text.hands = sorted({*text.hands, by.id})
    text.state, text.decided_at, text.decided_by = "public", now(), by
    db.session.add(text)
    put(collection.public_id, content, text)
    db.session.flush()
    journal.record("publish text", subject(collection), by, text=text.id, at_once=True)
    return True


def take_back(collection, by):
    """What waits for a moderator waits no more; without anything, nothing happens."""
    hold_own(collection, by)
    if text := vetting.working(KIND, collection.public_id):
        vetting.take_back(text, by)


def withdraw(collection, by):
    """Nobody else reads it any more, now; its owner still has it."""
    hold_own(collection, by)
    take_back_quietly(collection)
    if not collection.is_public:
        return
    for text in vetting.history(KIND, collection.public_id):
        if text.state == "public":
            text.state = "superseded"
    empty(collection.public_id)
    db.session.flush()
    journal.record("withdraw collection", subject(collection), by, news=False)


def remove(collection, by):
    """It is gone for everybody, and nothing of it waits."""
    collections.hold(collection, by)
    if collection.is_owned_by(by):
        take_back_quietly(collection)
        reports.forget(collection)
    collections.remove(collection, by)


def take_back_quietly(collection):
    if text := vetting.working(KIND, collection.public_id):
        text.state = "taken-back"
        db.session.flush()


def forget_lost():
    """A collection that went with its owner leaves no text behind: none of them was public."""
    lost = VettedText.kind == KIND, VettedText.thing.not_in(select(Collection.public_id))
    db.session.execute(delete(VettedText).where(*lost))


def hold_own(collection, by):
    collections.hold(collection, by)
    if not collection.is_owned_by(by):
        raise NotAllowed("its owner says who reads a collection")


def content_of(collection):
    """What everyone would read of it as it stands now."""
    return {
        "title": collection.title,
        "introduction": collection.introduction,
        "language": collection.language,
        "entries": [{"practice": code, "note": note} for code, note in collections.told(collection)],
    }


# What vetting does


def put(thing, content, _text):
    found = collections.find(thing)
    if found is not None:
        found.shown, found.shown_at = content, now()


def empty(thing):
    found = collections.find(thing)
    if found is not None:
        found.shown, found.shown_at = None, None


def lines(content):
    titles = practices.public_titles({entry["practice"] for entry in content["entries"]})
    notes = [
        vetting.Line(_("Case %(number)s", number=number), told_in_a_line(entry, titles), is_long=True)
        for number, entry in enumerate(content["entries"], start=1)
    ]
    return [
        vetting.Line(_("Title"), content["title"]),
        vetting.Line(_("Introduction"), content["introduction"], is_long=True),
        *notes,
    ]


def told_in_a_line(entry, titles):
    title = titles.get(entry["practice"], (entry["practice"], ""))[0]
    return f"{title} – {entry['note']}" if entry["note"] else title


vetting.register(
    vetting.Kind(
        name=KIND,
        label=_l("Collection"),
        publish=put,
        hide=empty,
        title=lambda content: content["title"],
        lines=lines,
        path=lambda thing, content: collections.path_to(thing, content["title"]),
        edit_path=lambda thing: f"/collections/{thing}/change",
    )
)


# What everyone reads


def listed():
    """The one rule of which collections everyone reads."""
    return select(Collection).where(Collection.shown_at.is_not(None), reports.shown(KIND, Collection.id))


def latest(page=1, per_page=PAGE):
    """([Collection], how many in all), the latest first."""
    total = db.session.scalar(listed().with_only_columns(func.count(Collection.id)))
    order = Collection.shown_at.desc(), Collection.id.desc()
    rows = listed().order_by(*order).limit(per_page).offset((page - 1) * per_page)
    return db.session.scalars(rows).all(), total


def sizes(found):
    """Collection id → how many of its cases everyone can read now; one query."""
    public = practices.public_titles({code for one in found for code in codes_of(one.shown)})
    return {one.id: sum(code in public for code in codes_of(one.shown)) for one in found}


def is_for_all(collection):
    return collection.is_public and reports.hiding_of(collection) is None


def codes_of(content):
    return [entry["practice"] for entry in content["entries"]]


def all_words(collection):
    content = collection.shown or {}
    notes = [entry["note"] for entry in content.get("entries", ())]
    return "\n\n".join(filter(None, [content.get("title", ""), content.get("introduction", ""), *notes]))


kinds.register(
    kinds.Kind(
        name=KIND,
        model=Collection,
        label=_l("Collection"),
        author=lambda one: one.by,
        path=collections.path_of,
        title=lambda one: one.shown["title"] if one.is_public else one.title,
        words=all_words,
        readable=lambda one, user: one.is_public,
        counted=False,  # most are nobody else's business, and the others wait for a moderator
    )
)
