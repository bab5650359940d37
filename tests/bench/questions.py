"""Seeded questions to a corpus: the same meaning, said to each engine in its own way."""

import random
import re
from dataclasses import dataclass, field

from exchange.search.query import Query
from tests.bench.corpus import SEED

COUNT = 200
KINDS = (  # kind, of 200
    ("one word", 55),
    ("two words", 45),
    ("three words", 25),
    ("a phrase", 20),
    ("with filters", 25),
    ("a beginning", 10),
    ("without a word", 10),
    ("either word", 10),
)
BANDS = ((20, 400), (400, 4000), (4000, 40_000))  # ranks of frequent, middle and rare words
ASKED_ABOUT = 1000  # the first cases, which every corpus has
FILTERS = ("topic", "stage", "country", "year", "language")
PREFIX = 4  # letters
SAFE = re.compile(r".{3,}[aou][klp]")  # endings that no stemmer here takes off


@dataclass(frozen=True)
class Question:
    """Cases that hold all `words`, the `phrase`, one of `either`, a word that begins with `prefix`, and
    none of `without`; filters as in a Query."""

    kind: str
    words: tuple = ()
    phrase: tuple = ()
    either: tuple = ()
    without: tuple = ()
    prefix: str = ""
    filters: dict = field(default_factory=dict)

    @property
    def typed(self):
        """As it is typed into our box."""
        parts = [*self.words, *([f'"{" ".join(self.phrase)}"'] if self.phrase else [])]
        parts += [" OR ".join(self.either)] if self.either else []
        parts += [f"{self.prefix}*"] if self.prefix else []
        return " ".join(parts + [f"-{word}" for word in self.without])

    @property
    def query(self):
        return Query(q=self.typed, filters=self.filters, strict=True)


def questions(corpus, count=COUNT, seed=SEED):
    """Each has at least one answer: it is made of words of one case."""
    chance = random.Random(seed)
    ranks = {word: rank for rank, word in enumerate(corpus.words)}
    kinds = [kind for kind, share in KINDS for _ in range(share)]
    chance.shuffle(kinds)
    return [question(corpus, ranks, chance, kinds[n % len(kinds)], n) for n in range(count)]


def question(corpus, ranks, chance, kind, n):
    case = corpus.case(chance.randrange(ASKED_ABOUT))
    said = [word.strip(".").lower() for word in case.body.split()]
    bands = [
        [w for w in dict.fromkeys(said) if low <= ranks.get(w, -1) < high and SAFE.fullmatch(w)]
        for low, high in BANDS
    ]
    frequent, middle, rare = (chance.sample(band, min(3, len(band))) for band in bands)
    one = (frequent, middle, rare)[n % 3][:1]
    two = (frequent[:2], [frequent[0], middle[0]], middle[:2])[n % 3]
    match kind:
        case "one word":
            return Question(kind, words=tuple(one))
        case "two words":
            return Question(kind, words=tuple(two))
        case "three words":
            return Question(kind, words=(*frequent[:2], middle[0]))
        case "a phrase":
            return Question(kind, phrase=pair(corpus, said, ranks, chance))
        case "with filters":
            names = chance.sample(FILTERS, 1 + n % 2)
            return Question(kind, words=tuple(two), filters={name: case.facets[name][:1] for name in names})
        case "a beginning":
            return Question(
                kind, prefix=next(word[:PREFIX] for word in bands[1] if word[PREFIX - 1] not in "es")
            )
        case "without a word":
            others = [word for word in corpus.words[400:800] if SAFE.fullmatch(word)]
            return Question(kind, words=(frequent[0],), without=(chance.choice(others),))
        case "either word":
            return Question(kind, either=(middle[0], rare[0]))


def pair(corpus, said, ranks, chance):
    """Two words that stand side by side, and like to."""
    pairs = [
        (one, two)
        for one, two in zip(said, said[1:], strict=False)
        if one in ranks and ranks.get(two) == corpus.followers[ranks[one]]
    ]
    return chance.choice(pairs)
