"""Known-item questions made from real cases: somebody remembers a case and looks for it.

Four styles, each made mechanically and from a seed: the case's own title; a paraphrase of its summary
(common words dropped, then a third of the others, the rest shuffled, lower case, some in other forms);
three such words only; the words of its body that are most its own. A case with the same title or summary
is as right as the case itself.
"""

import json
import math
import os
import random
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from exchange.practices import imports
from exchange.search.words import texts
from tests.bench.corpus import SEED, public_id
from tests.bench.installation import Told

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "practices.jsonl"
GROUPS = ("en", "fr", "es", "de", "others")
STYLES = ("title", "paraphrase", "three words", "own words")
COMMON = 0.2  # of the cases of a language: a word in more of them says nothing
DROPPED, CHANGED = 1 / 3, 1 / 3  # of the words of a paraphrase
SHORTEST, LONGEST = 4, 12  # words of a paraphrase
FORM, MOST_OWN = 4, 5  # letters of a word that has forms; own words
WORD = re.compile(r"[^\W_]+")
ENDINGS = {  # what words of a language change at their end
    "en": ("", "s", "es", "d", "ed", "ing", "al", "ly"),
    "fr": ("", "s", "e", "es", "x", "r", "é", "ée", "és"),
    "es": ("", "s", "es", "o", "a", "os", "as", "r", "do"),
    "de": ("", "e", "en", "n", "er", "s", "es", "em"),
}


@dataclass(frozen=True)
class Item:
    """A document that may be looked for."""

    number: int
    language: str
    title: str
    summary: str
    body: str
    tags: tuple
    record: dict = field(repr=False)

    @property
    def public_id(self):
        return public_id(self.number)

    @property
    def group(self):
        return self.language if self.language in GROUPS else "others"


@dataclass(frozen=True)
class Wanted:
    """A question, and the numbers of the cases that answer it."""

    style: str
    group: str
    language: str  # of the reader
    words: str
    right: frozenset


class Collection:
    def __init__(self, items):
        self.items = list(items)

    def wanted(self, most):
        """Questions of every style about a seeded sample of at most so many cases for each group."""
        for group in GROUPS:
            known = [item for item in self.items if item.group == group]
            for item in random.Random(SEED).sample(known, min(most, len(known))):
                for style, words in self.asked(item):
                    if words:
                        yield Wanted(style, group, reader_of(item), words, self.twins(item))

    def asked(self, item):
        chance = random.Random(f"{SEED} {item.record.get('source')} {item.record.get('source_id')}")
        yield "title", item.title
        yield "paraphrase", item.record.get("paraphrase") or self.paraphrase(item, chance)
        yield "three words", self.three_words(item, chance)
        yield "own words", self.own_words(item, chance)

    def paraphrase(self, item, chance):
        kept = [word for word in self.telling(item.summary, item.language) if chance.random() >= DROPPED]
        return self.retold(kept, LONGEST, item.language, chance) if len(kept) >= SHORTEST else ""

    def three_words(self, item, chance):
        known = self.telling(f"{item.title} {item.summary}", item.language)
        return self.retold(known, 3, item.language, chance) if len(known) >= 3 else ""

    def telling(self, text, language):
        """Its different words but the common ones."""
        counts, most = self.counts[language], max(COMMON * self.sizes[language], 3)
        return [word for word in dict.fromkeys(words_of(text)) if counts[word] <= most]

    def retold(self, words, most, language, chance):
        """So many of the words in another order, some in another form."""
        chosen = chance.sample(words, min(most, len(words)))
        return " ".join(
            self.other_form(word, language, chance) if chance.random() < CHANGED else word for word in chosen
        )

    def other_form(self, word, language, chance):
        """The word with another ending, if cases of the language have it so."""
        endings, known = ENDINGS.get(language, ()), self.counts[language]
        stems = [(word.removesuffix(end), end) for end in endings if word.endswith(end)]
        forms = {stem + new for stem, old in stems if len(stem) >= FORM for new in endings if new != old}
        possible = sorted(form for form in forms if known[form] > 1)
        return chance.choice(possible) if possible else word

    def own_words(self, item, chance):
        """Three to five words that it has often and others seldom."""
        counts, cases = self.counts[item.language], self.sizes[item.language]
        said = Counter(word for word in words_of(item.body) if word.isalpha() and len(word) >= FORM)
        weight = {word: (1 + math.log(n)) * math.log(cases / counts[word]) for word, n in said.items()}
        best = sorted(weight, key=lambda word: (-weight[word], word))
        return " ".join(best[: chance.randint(3, MOST_OWN)])

    def twins(self, item):
        return frozenset(number for mark in marks_of(item) for number in self.marked[mark])

    @cached_property
    def marked(self):
        found = defaultdict(set)
        for item in self.items:
            for mark in marks_of(item):
                found[mark].add(item.number)
        return found

    @cached_property
    def counts(self):
        """Language → word → in how many of its cases it stands."""
        found = defaultdict(Counter)
        for item in self.items:
            found[item.language].update(set(words_of(f"{item.title} {item.summary} {item.body}")))
        return found

    @cached_property
    def sizes(self):
        return Counter(item.language for item in self.items)


def words_of(text):
    return WORD.findall(unicodedata.normalize("NFC", text).lower())


def marks_of(item):
    """What makes two cases twins: the same title, or the same summary."""
    yield item.number
    yield "title", " ".join(words_of(item.title))
    if summary := " ".join(words_of(item.summary)):
        yield "summary", summary


def reader_of(item):
    return item.language if item.language in GROUPS[:4] else "en"


# From a file of records


def path():
    return Path(os.environ.get("EXCHANGE_CASES") or SHARED)


def collection(lines):
    return Collection(item(number, json.loads(line)) for number, line in enumerate(lines) if line.strip())


def item(number, record):
    return Item(
        number=number,
        language=imports.language_of(record).split("-")[0],
        title=record["title"].strip(),
        summary=texts.flat(record.get("summary") or ""),
        body=texts.flat(record.get("body") or ""),
        tags=tuple(imports.facts({**record, "topics": []}).get("tags", ())),
        record=record,
    )


def told(item):
    """The case as importing and approving the record would leave it, but for its city."""
    answers = {**imports.sections(item.record.get("body") or ""), **imports.facts(item.record)}
    return Told(
        public_id=item.public_id,
        language=item.language,
        title=item.title,
        summary=(item.record.get("summary") or "").strip(),
        answers={name: value for name, value in answers.items() if value},
        country=item.record.get("country_code") or None,
    )
