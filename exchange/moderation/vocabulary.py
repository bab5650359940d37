"""The vocabulary as moderators see it: what has a name, and by which other words readers ask for it.

Nothing changes here.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from exchange.accounts import service as accounts
from exchange.accounts.models import User
from exchange.config import LANGUAGES
from exchange.core import journal
from exchange.core.i18n import in_language
from exchange.core.models import db
from exchange.search import service as search
from exchange.search.query import Query
from exchange.taxonomy import service as taxonomy
from exchange.taxonomy.models import ROOTS

PAGE = 40


@dataclass(frozen=True)
class Row:
    value: str
    label: str
    root: str  # of a topic; '' for everything else
    names: list  # (language, name) but the label
    synonyms: list
    shown: list  # of the synonyms, those to show while the row is closed
    count: int = 0  # of public cases
    missing: tuple = ()  # names of languages in which a topic has no name
    is_retired: bool = False

    @property
    def more(self):
        return len(self.synonyms) - len(self.shown)

    @property
    def by_language(self):
        """Language → synonyms, in their order."""
        found = defaultdict(list)
        for one in self.synonyms:
            found[one.language].append(one)
        return dict(found)


def names():
    """(facet, value) → {language: name} of everything that has one; a city's own name has no language."""
    cities = {("city", city.slug): {"": city.name, **city.names} for city in accounts.cities()}
    return {**taxonomy.names(), **cities}


def counts(facet):
    """Value → how many public cases have it; the index counts."""
    return search.ask(Query(per_page=1)).facets.get(facet, {})


def rows(facet, known, language, words="", always="", by_use=False):
    """The Rows of a facet in which a name or synonym holds words that begin so, and of the value `always`."""
    used, things = counts(facet), words_of(facet)
    synonyms = defaultdict(list)
    for one in taxonomy.synonyms(facet):
        synonyms[one.value].append(one)
    for several in synonyms.values():
        several.sort(key=lambda one: (one.language != "", one.language != language))
    found = [
        row(value, texts, synonyms[value], language, words, things.get(value), used.get(value, 0))
        for (of, value), texts in known.items()
        if of == facet and (value == always or is_about(texts, synonyms[value], words))
    ]
    if by_use:
        return sorted(found, key=lambda one: (-one.count, taxonomy.folded(one.label), one.value))
    return sorted(found, key=lambda one: place(one, facet, things))


def words_of(facet):
    """Slug → Topic or Tag; {} of every other facet, whose values are nobody's to change here."""
    return {"topic": taxonomy.topics, "tag": taxonomy.tags}.get(facet, dict)()


def is_about(texts, synonyms, words):
    sought = taxonomy.folded(words)
    if not sought:
        return True
    folded = [*map(taxonomy.folded, texts.values()), *(one.folded for one in synonyms)]
    return any(begins(sought, text) for text in folded)


def row(value, texts, synonyms, language, words, thing, count):
    label = label_of(texts, language)
    sought = taxonomy.folded(words)
    return Row(
        value,
        label,
        getattr(thing, "root", ""),
        [(code, text) for code, text in texts.items() if text != label],
        synonyms,
        [one for one in synonyms if is_near(one, language, sought)],
        count,
        tuple(name for code, name in LANGUAGES.items() if code not in texts)
        if hasattr(thing, "root")
        else (),
        bool(thing and thing.retired_at),
    )


def is_near(synonym, language, sought):
    """A word of the reader's language, of none, or one that was looked for."""
    return synonym.language in ("", language) or bool(sought and begins(sought, synonym.folded))


def begins(sought, text):
    """Whether a word of the text begins so."""
    return re.search(rf"\b{re.escape(sought)}", text) is not None


def label_of(texts, language):
    return texts.get(language) or texts.get("") or in_language(texts, language)


def place(row, facet, things):
    """Topics as in their tree, goals by number, everything else by name."""
    if facet == "topic":
        topic = things[row.value]
        return (ROOTS.index(row.root), topic.parent_id is not None, topic.position)
    if facet == "sdg":
        return int(row.value)
    return (taxonomy.folded(row.label), row.value)


# One word


def came_from(facet, word):
    """The labels of what was merged into it."""
    if facet == "topic":
        return [one for one in taxonomy.topics().values() if one.merged_into_id == word.id]
    return [one for one in taxonomy.tags().values() if one.merged_into == word.slug]


def history(facet, value, limit=30):
    """[(AuditLine, name of who did it)] of a word, the latest first."""
    about = journal.AuditLine.details
    lines = (
        select(journal.AuditLine, User.name)
        .outerjoin(User, User.id == journal.AuditLine.by_id)
        .where(journal.AuditLine.subject == taxonomy.SUBJECT)
        .where(about["facet"].as_string() == facet)
        .where((about["value"].as_string() == value) | (about["merged_into"].as_string() == value))
        .order_by(journal.AuditLine.id.desc())
        .limit(limit)
    )
    return db.session.execute(lines).all()


def line_in_words(line, value):
    """What a line of the audit says of the word."""
    told = line.details
    if "merged_into" in told:
        if told["value"] == value:
            return _("merged into “%(word)s”", word=told["merged_into"])
        return _("“%(word)s” merged into it", word=told["value"])
    if "retired" in told:
        return _("no longer offered") if told["retired"] else _("offered again")
    if "names" in told:
        return _("named: %(names)s", names=", ".join(told["names"].values()))
    if "added" in told:
        return _("synonym added: %(word)s", word=told["added"])
    return _("synonym removed: %(word)s", word=told.get("removed", ""))


def people(ids):
    """User id → name, one query for all."""
    return dict(db.session.execute(select(User.id, User.name).where(User.id.in_(ids))).all())
