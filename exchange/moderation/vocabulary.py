"""The vocabulary as moderators see it: what has a name, and by which other words readers ask for it.

Nothing changes here.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from exchange.accounts import service as accounts
from exchange.core.i18n import in_language
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


def rows(facet, known, language, words="", always=""):
    """The Rows of a facet in which a name or synonym holds words that begin so, and of the value `always`."""
    synonyms = defaultdict(list)
    for one in taxonomy.synonyms(facet):
        synonyms[one.value].append(one)
    for several in synonyms.values():
        several.sort(key=lambda one: (one.language != "", one.language != language))
    topics = taxonomy.topics() if facet == "topic" else {}
    found = [
        row(value, texts, synonyms[value], language, words, topics.get(value))
        for (of, value), texts in known.items()
        if of == facet and (value == always or is_about(texts, synonyms[value], words))
    ]
    return sorted(found, key=lambda one: place(one, facet, topics))


def is_about(texts, synonyms, words):
    sought = taxonomy.folded(words)
    if not sought:
        return True
    folded = [*map(taxonomy.folded, texts.values()), *(one.folded for one in synonyms)]
    return any(begins(sought, text) for text in folded)


def row(value, texts, synonyms, language, words, topic):
    label = label_of(texts, language)
    sought = taxonomy.folded(words)
    return Row(
        value,
        label,
        topic.root if topic else "",
        [(code, text) for code, text in texts.items() if text != label],
        synonyms,
        [one for one in synonyms if is_near(one, language, sought)],
    )


def is_near(synonym, language, sought):
    """A word of the reader's language, of none, or one that was looked for."""
    return synonym.language in ("", language) or bool(sought and begins(sought, synonym.folded))


def begins(sought, text):
    """Whether a word of the text begins so."""
    return re.search(rf"\b{re.escape(sought)}", text) is not None


def label_of(texts, language):
    return texts.get(language) or texts.get("") or in_language(texts, language)


def place(row, facet, topics):
    """Topics as in their tree, goals by number, everything else by name."""
    if facet == "topic":
        topic = topics[row.value]
        return (ROOTS.index(row.root), topic.parent_id is not None, topic.position)
    if facet == "sdg":
        return int(row.value)
    return (taxonomy.folded(row.label), row.value)
