"""Names of facet values, searched in: whoever asks for 'logement' finds every case about housing.

They are not written into the cases' postings: a name is looked up here, and stands for the cases that
have its value. So a synonym holds from the moment it is known, and costs nothing in the index.
"""

from bisect import bisect_left
from dataclasses import dataclass

from exchange.search.query import Name
from exchange.search.words import analysis

MOST_COMPLETIONS = 500
PROPER = ("city", "country", "region")  # their names are as good in any language
NO_LANGUAGE = "en"  # whose stems serve names that belong to no language


@dataclass(frozen=True)
class Match:
    """A value that is meant, and how well its name fits: the share of its words that were asked for."""

    facet: str
    value: str
    language: str  # '' when the name is good in any language
    share: float


class Names:
    """`rows` are Names as plain lists."""

    def __init__(self, rows):
        self.rows = rows
        self.names = [Name(*row) for row in rows]
        self.words = [analysis.terms(name.text) for name in self.names]
        self.languages = {self.language(number) for number in range(len(self.names))}
        self.spots_of = {}  # folded word → [(number of a name, place in it)]
        self.kept = {}  # (kind, stem) → folded words
        self.whole = {}  # folded name → Names
        self.labels = {}  # facet → value → {language: name}
        for number, name in enumerate(self.names):
            self.learn(number, name)
        self.sorted = sorted(self.spots_of)

    def learn(self, number, name):
        for place, word in enumerate(self.words[number]):
            self.spots_of.setdefault(word, []).append((number, place))
        for written in analysis.WORD.findall(name.text):
            for stem in analysis.stems(written, self.language(number)):
                self.kept.setdefault(stem, set()).update(analysis.pieces(written))
        self.whole.setdefault(analysis.fold_all(name.text), []).append(name)
        if not name.synonym:
            texts = self.labels.setdefault(name.facet, {}).setdefault(name.value, {})
            texts.setdefault(name.language, name.text)

    def language(self, number):
        return self.names[number].language or NO_LANGUAGE

    # What is meant

    def matches(self, places, reader="", off=()):
        """A Match for each value that some name means by these words in a row (see analysis.asked)."""
        spots = [self.spots(*place, off) for place in places]
        starts = [{(number, at - distance) for number, at in one} for distance, one in enumerate(spots)]
        found = set.intersection(*starts) if starts else set()
        return self.best({number for number, _ in found}, len(places), reader, off)

    def beginning(self, start, reader="", off=()):
        """A Match for each value with a word in its name that begins so."""
        numbers = {number for word in self.completions(start) for number, _ in self.spots_of[word]}
        return self.best(numbers, 1, reader, off)

    def completions(self, start, most=MOST_COMPLETIONS):
        at = bisect_left(self.sorted, start)
        found = []
        while at < len(self.sorted) and self.sorted[at].startswith(start) and len(found) < most:
            found.append(self.sorted[at])
            at += 1
        return found

    def best(self, numbers, asked, reader, off):
        shares = {}
        for number in numbers:
            name = self.names[number]
            if not is_off(name, reader, off):
                key = (name.facet, name.value, "" if name.facet in PROPER else name.language)
                shares[key] = max(shares.get(key, 0.0), asked / len(self.words[number]))
        return [Match(*key, share) for key, share in sorted(shares.items())]

    def spots(self, folded, written, off):
        """(number of a name, place in it) of every word that is this one, perhaps in another form."""
        found = {spot for word in analysis.spellings(folded, written) for spot in self.spots_of.get(word, ())}
        for word in self.kept.get((analysis.WRITTEN_OUT, folded), ()):
            found.update(self.spots_of[word])
        if "stems" in off:
            return found
        for language in self.languages:
            for stem in analysis.keys(folded, written, language):
                for word in self.kept.get((language, stem), ()):
                    found.update(spot for spot in self.spots_of[word] if self.language(spot[0]) == language)
        return found

    def called(self, facet, text):
        """The values of a facet that have this whole name, or are written so."""
        folded = analysis.fold_all(text)
        return {name.value for name in self.whole.get(folded, ()) if name.facet == facet}


def is_off(name, reader, off):
    """Whether the reader turned off what this name brings."""
    foreign = name.language not in ("", reader)
    return (name.synonym and "synonyms" in off) or (foreign and "translations" in off)
