"""Made-up cases of about a thousand words, each from its number alone: a small corpus begins a large one.

Content words are invented and belong to no language; their frequencies follow Zipf's law (flattened at
the top, where real texts have function words). A case keeps to a theme, and some words like to follow
each other, so that phrases are found.
"""

import random
from dataclasses import dataclass
from functools import cached_property

import numpy as np

words_in = str.split

SEED = 3
VOCABULARY = 64_000
FLATTENED = 50  # the shift of Zipf–Mandelbrot
LANGUAGES = ("en", "fr", "es", "de")
SHARES = (0.55, 0.2, 0.15, 0.1)  # of the cases in these languages
FUNCTION_WORDS = {
    "en": "the of and to in a is that for it as was with be by on not he his but at are this have from or",
    "fr": "le de la et les des en un du une que est pour qui dans par plus pas au sur ne se ce il sont avec",
    "es": "el de la que y en los se del las un por con no una su para es al lo como más o pero sus le ha",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an",
}
SAID_BY_FUNCTION_WORDS = 0.35  # of the words of a text
ON_THEME = 0.3
FOLLOWING = 0.15
TITLE, SUMMARY, BODY, SENTENCE = 6, 25, 960, 14  # words
SECTIONS = ("challenge", "objectives", "solution", "participation", "success_factors", "what_failed")
STAGES = ("piloting", "running", "scaled", "completed", "discontinued")
COUNTRIES = words_in(
    "FR DE ES BR IN US GB IT MX CO SN KE ZA JP KR ID PH PL NL SE NO FI PT AR CL PE MA TN EG TR"
)
CITIES, TAGS = 300, 400
ONSETS = words_in("b c d f g k l m n p r s t v br cr dr gr pr st tr pl")
VOWELS, CODAS = "aeiou", ("", "", "", *"lnrkmpt")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Case:
    number: int
    language: str
    title: str
    summary: str
    sections: dict  # field of the form → text
    topics: tuple  # slugs, as chosen
    roots: dict  # slug → slug of its root
    stage: str
    country: str
    city: int
    goals: tuple
    year: int
    tags: tuple

    @property
    def public_id(self):
        return public_id(self.number)

    @property
    def body(self):
        return "\n".join(self.sections.values())

    @property
    def facets(self):
        """The five facets that every engine counts: name → values; a topic counts for its root too."""
        topics = dict.fromkeys([*self.topics, *(self.roots[one] for one in self.topics)])
        return {
            "topic": list(topics),
            "stage": [self.stage],
            "country": [self.country],
            "year": [str(self.year)],
            "language": [self.language],
        }


def public_id(number):
    """Six characters of the program's own alphabet, another for each number."""
    found = ""
    for _ in range(6):
        number, place = divmod(number, len(ALPHABET))
        found = ALPHABET[place] + found
    return found


class Corpus:
    """Cases by number. `topics` is slug → slug of its root."""

    def __init__(self, topics):
        self.roots = topics
        self.leaves = [slug for slug, root in topics.items() if slug != root]
        self.functions = {code: words.split() for code, words in FUNCTION_WORDS.items()}

    @cached_property
    def words(self):
        """The vocabulary, the most frequent word first; frequent words are short, as everywhere."""
        chance, found = random.Random(SEED), {}
        taken = {word for words in self.functions.values() for word in words}
        for syllables, until in ((2, 3000), (3, 30_000), (4, VOCABULARY)):
            while len(found) < until:
                word = "".join(syllable(chance) for _ in range(syllables))
                if word not in taken:
                    found.setdefault(word)
        return list(found)

    @cached_property
    def cumulative(self):
        weights = 1 / (np.arange(VOCABULARY) + FLATTENED)
        return np.cumsum(weights) / weights.sum()

    @cached_property
    def followers(self):
        """Which word likes to follow each word: one about as frequent."""
        return (np.arange(VOCABULARY) * 7 + 13) % VOCABULARY

    @cached_property
    def cities(self):
        """(slug, name, country) of the cities."""
        names = self.names(SEED + 1, CITIES)
        return [(name, name.capitalize(), COUNTRIES[n % len(COUNTRIES)]) for n, name in enumerate(names)]

    @cached_property
    def tags(self):
        return self.names(SEED + 2, TAGS)

    def names(self, seed, count):
        """Words that no text has, so that a question for words of texts means the same to every engine."""
        chance, found, taken = random.Random(seed), {}, set(self.words)
        while len(found) < count:
            name = "x" + "".join(syllable(chance) for _ in range(3))
            if name not in taken:
                found.setdefault(name)
        return list(found)

    def cases(self, count, first=0):
        """A stream of them: nothing is kept."""
        return map(self.case, range(first, first + count))

    def case(self, number):
        chance = np.random.default_rng((SEED, number))
        language = LANGUAGES[chance.choice(len(LANGUAGES), p=SHARES)]
        theme = np.searchsorted(self.cumulative, chance.random(40))
        city = int(chance.zipf(1.3)) % CITIES
        title, summary, *parts = self.texts(chance, language, theme)
        return Case(
            number=number,
            language=language,
            title=title.rstrip("."),
            summary=summary,
            sections=dict(zip(SECTIONS, parts, strict=True)),
            topics=tuple(self.leaves[n] for n in few(chance, len(self.leaves), 3)),
            roots=self.roots,
            stage=STAGES[chance.choice(5, p=(0.2, 0.4, 0.15, 0.2, 0.05))],
            country=self.cities[city][2],
            city=city,
            goals=tuple(int(n) + 1 for n in few(chance, 17, 3)),
            year=2025 - int(chance.integers(30) * chance.random()),
            tags=tuple(self.tags[n] for n in few(chance, TAGS, 5)),
        )

    def texts(self, chance, language, theme):
        """Title, summary, and one text for each section."""
        words = self.running_text(chance, language, theme, TITLE + SUMMARY + BODY)
        yield " ".join(words[:TITLE]).capitalize()
        yield sentences(words[TITLE : TITLE + SUMMARY])
        rest = words[TITLE + SUMMARY :]
        length = -(-len(rest) // len(SECTIONS))
        for start in range(0, len(rest), length):
            yield sentences(rest[start : start + length])

    def running_text(self, chance, language, theme, count):
        ranks = np.searchsorted(self.cumulative, chance.random(count))
        on_theme = chance.random(count) < ON_THEME
        ranks[on_theme] = theme[chance.integers(len(theme), size=int(on_theme.sum()))]
        following = np.flatnonzero(chance.random(count - 1) < FOLLOWING)
        ranks[following + 1] = self.followers[ranks[following]]
        said = [self.words[rank] for rank in ranks.tolist()]
        functions = self.functions[language]
        for place in np.flatnonzero(chance.random(count) < SAID_BY_FUNCTION_WORDS).tolist():
            said[place] = functions[place * 7 % len(functions)]
        return said


def syllable(chance):
    return chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS)


def few(chance, size, most):
    """One to `most` different numbers below `size`, low ones more often."""
    found = (size * chance.random(int(chance.integers(1, most + 1))) ** 1.5).astype(int)
    return list(dict.fromkeys(found.tolist()))


def sentences(words):
    return " ".join(
        " ".join(words[start : start + SENTENCE]).capitalize() + "."
        for start in range(0, len(words), SENTENCE)
    )
