"""Topics and tags renamed, merged, retired and offered again. What was merged leads to what it became.

Cases keep what they said; the index and every question follow the merge. Each verb holds the rows it changes,
writes one line of the audit, and does nothing when all is as wished already.
"""

from contextlib import suppress

from sqlalchemy import select, update

from exchange.core import journal
from exchange.core.forms import one_line
from exchange.core.models import db, now
from exchange.taxonomy.models import ROOTS, KeptApart, Synonym, Tag, Topic
from exchange.taxonomy.service.synonyms import CHANGED, LONGEST_SYNONYM, SUBJECT, KnownAlready, folded, put
from exchange.taxonomy.service.words import find_word, tags, topics

MODELS = {"topic": Topic, "tag": Tag}


class WordRefused(ValueError):
    """It cannot be so; `why` is one of: root, same, gone, unfit, nameless, taken."""

    def __init__(self, why, word=""):
        super().__init__(why)
        self.why, self.word = why, word


class Meanwhile(Exception):
    """Somebody else has changed the word since the page was opened."""


def rename(facet, value, texts, by, before=None):
    """Other names, by language; the slug stays for ever. Returns whether anything changed.

    `before` are the names that whoever renames has seen. Raises Meanwhile, WordRefused.
    """
    word = hold(facet, value)
    wanted = {code: one_line(text) for code, text in texts.items() if one_line(text)}
    if wanted == word.texts:
        return False
    if not word.stands or (before is not None and before != word.texts):
        raise Meanwhile(value)
    check_names(facet, value, wanted)
    journal.record(CHANGED, SUBJECT, by, facet=facet, value=value, names=wanted, instead_of=word.texts)
    if facet == "tag":
        word.label = wanted.pop("")
    word.names = wanted
    return True


def check_names(facet, value, wanted):
    if not wanted or (facet == "tag" and not wanted.get("")):
        raise WordRefused("nameless")
    for text in wanted.values():
        if len(text) > LONGEST_SYNONYM or not any(char.isalnum() for char in text):
            raise WordRefused("unfit", text)
    others = (topics() if facet == "topic" else tags()).items()
    called = {
        (code, folded(text))
        for slug, other in others
        if slug != value and other.stands
        for code, text in other.texts.items()
    }
    if twice := [text for code, text in wanted.items() if (code, folded(text)) in called]:
        raise WordRefused("taken", twice[0])


def merge(facet, value, into, by):
    """One word from now on: the old address leads to the new one, its names and synonyms stand for it.

    Returns whether anything changed. Raises Meanwhile, WordRefused.
    """
    if value == into:
        raise WordRefused("same")
    held = {slug: hold(facet, slug) for slug in sorted((value, into))}
    old, new = held[value], held[into]
    if merged_into(old) == key_of(new):
        return False
    if not old.stands:
        raise Meanwhile(value)
    if not new.is_offered:
        raise WordRefused("gone")
    if facet == "topic" and value in ROOTS:
        raise WordRefused("root")
    hand_over_words(facet, old, new, by)
    point(facet, old, new)
    journal.record(CHANGED, SUBJECT, by, facet=facet, value=value, merged_into=into)
    return True


def merged_into(word):
    return word.merged_into_id if isinstance(word, Topic) else word.merged_into


def key_of(word):
    return word.id if isinstance(word, Topic) else word.slug


def hand_over_words(facet, old, new, by):
    """What the old one was called, and every synonym of it, finds the new one."""
    theirs = select(Synonym).where(
        Synonym.facet == facet, Synonym.value == old.slug, Synonym.removed_at.is_(None)
    )
    synonyms = db.session.scalars(theirs).all()
    named = {folded(text) for text in new.texts.values()}
    words = [(text, code) for code, text in old.texts.items()]
    words += [(one.text, one.language) for one in synonyms]
    for text, code in words:
        if folded(text) not in named:
            with suppress(KnownAlready):
                put(facet, new.slug, text, code, by)
    for one in synonyms:
        one.removed_at, one.removed_by_id = now(), by.id


def point(facet, old, new):
    """The old one leads to the new one, and so does what was merged into the old one before."""
    if facet == "topic":
        db.session.execute(update(Topic).where(Topic.merged_into_id == old.id).values(merged_into_id=new.id))
        old.merged_into_id = new.id
    else:
        db.session.execute(update(Tag).where(Tag.merged_into == old.slug).values(merged_into=new.slug))
        old.merged_into = new.slug
    db.session.flush()


def retire(facet, value, by):
    """Whoever writes is offered it no more; whoever reads still finds it. Returns whether that is new."""
    word = hold(facet, value)
    if not word.stands:
        raise Meanwhile(value)
    if facet == "topic" and value in ROOTS:
        raise WordRefused("root")
    if word.retired_at:
        return False
    word.retired_at = now()
    journal.record(CHANGED, SUBJECT, by, facet=facet, value=value, retired=True)
    return True


def offer_again(facet, value, by):
    word = hold(facet, value)
    if not word.stands:
        raise Meanwhile(value)
    if not word.retired_at:
        return False
    word.retired_at = None
    journal.record(CHANGED, SUBJECT, by, facet=facet, value=value, retired=False)
    return True


def hold(facet, value):
    """The row, ours until the commit, as it stands now. Raises WordRefused for what there is not."""
    model = MODELS[facet]
    found = select(model).where(model.slug == value).with_for_update(of=model)
    word = db.session.scalar(found.execution_options(populate_existing=True))
    if word is None:
        raise WordRefused("gone")
    return word


def keep_apart(first, second, by):
    """Two tags that look alike are two; returns whether that is new."""
    first, second = sorted((first, second))
    if first == second or not find_word("tag", first) or not find_word("tag", second):
        raise WordRefused("gone")
    if db.session.get(KeptApart, (first, second), with_for_update=True):
        return False
    db.session.add(KeptApart(first=first, second=second))
    journal.record("keep tags apart", SUBJECT, by, news=False, first=first, second=second)
    return True
