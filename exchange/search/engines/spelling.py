"""'Did you mean': for a word that no public case holds, the nearest word that one does.

Nearest by edits (a letter more, less, other, or two of them swapped), then by how many cases hold it.
Words of cases that nobody may see are never offered.
"""

import re
from itertools import islice

import numpy as np

from exchange.search.words import analysis, parser

SHORTEST = 4  # letters of a word that is corrected
MOST_UNKNOWN = 6  # words; a question with more of them is not one with a slip
MOST_LOOKED_AT = 600
MOST_TRIED = 20
SIGNED = 20  # bytes of a word that its signature knows


def suggestion(snapshot, text, tree, visible, has_cases):
    """The typed text with its unknown words corrected, or None when nothing better is known.

    `visible` is a mask of the cases that may be spoken of; `has_cases(text)` tells whether a question
    finds some.
    """
    words = list(islice(unknown(snapshot, tree, visible), MOST_UNKNOWN + 1))
    if len(words) > MOST_UNKNOWN:
        return None
    corrected = text
    for word in words:
        if better := nearest(snapshot, word, visible):
            corrected = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _, by=better: by, corrected)
    return corrected if corrected != text and has_cases(corrected) else None


def unknown(snapshot, tree, visible):
    """The typed words that stand in no visible case, nor in a name."""
    for part in parser.sought(tree):
        for written in (
            analysis.WORD.findall(part.text) if isinstance(part, parser.Word | parser.Phrase) else ()
        ):
            places = analysis.asked(written)
            if (
                len(places) == 1
                and len(places[0][0]) >= SHORTEST
                and not is_known(snapshot, places[0], visible)
            ):
                yield written


def is_known(snapshot, place, visible):
    words = snapshot.words(*place)
    return any(stands(snapshot, word, visible) for word in words) or bool(snapshot.names.matches((place,)))


def stands(snapshot, word, visible):
    """The number of a visible case in which a folded word stands, plus one; 0 for none."""
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
        if posting := segment.posting(word):
            cases = posting.cases.astype(np.int64) + base
            seen = cases[visible[cases]]
            if len(seen):
                return int(seen[0]) + 1
    return 0


def nearest(snapshot, written, visible):
    """The best known word for a mistyped one, as a text writes it; None when none is near."""
    folded = analysis.fold(written)
    most = 1 if len(folded) <= 5 else 2
    found = {}
    for word, count in candidates(snapshot, folded):
        edits = distance(folded, word, most)
        if edits <= most and word not in analysis.STOP_WORDS:
            found[word] = (edits, word[:1] != folded[:1], -count)
    for word in sorted(found, key=lambda word: (*found[word], word))[:MOST_TRIED]:
        if case := stands(snapshot, word, visible):
            return as_written(snapshot, word, case - 1)
        if any(
            (snapshot.facets.having(one.facet, one.value) & visible).any()
            for one in snapshot.names.matches(((word, word),))
        ):
            return word
    return None


def candidates(snapshot, folded):
    """(word, in how many cases) of words with nearly the same letters."""
    found = dict.fromkeys(snapshot.names.sorted, 0)
    found = {word: 1 for word in found if abs(len(word) - len(folded)) <= 2 and word[:1] == folded[:1]}
    for segment in snapshot.segments:
        for word, count in segment.vocabulary.like(folded, MOST_LOOKED_AT):
            found[word] = found.get(word, 0) + count
    return found.items()


def as_written(snapshot, word, case):
    """A folded word with its accents, as this case writes it."""
    segment, local = snapshot.local(case)
    for text in segment.texts(local):
        for written in analysis.WORD.findall(text):
            if word in analysis.pieces(written):
                return written.lower()
    return word


def distance(one, other, most):
    """How many edits lead from one word to the other; `most` + 1 for more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before, row = [], list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for place, sign in enumerate(other, 1):
            cost = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != sign))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == sign:
                cost = min(cost, last[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


class Vocabulary:
    """The words of a segment with a signature of their letters: a sieve over all of them at once."""

    def __init__(self, lexicon):
        self.lexicon = lexicon
        data = np.frombuffer(lexicon.data, np.uint8)
        places = lexicon.places_of(0)
        self.places = places
        self.lengths = data[places + 3].astype(np.int64) - 2
        counts = [data[places + 10 + self.lengths + 8 + at].astype(np.int64) << (8 * at) for at in range(4)]
        self.counts = sum(counts) if len(places) else np.empty(0, np.int64)
        self.signs = np.zeros(len(places), np.uint64)
        for at in range(SIGNED):
            inside = self.lengths > at
            letters = data[places[inside] + 10 + at].astype(np.uint64) & np.uint64(63)
            self.signs[inside] |= np.uint64(1) << letters

    def like(self, folded, most):
        """(word, in how many cases) of words that two edits might make of this one; the likeliest."""
        letters = folded.encode()
        sign = np.uint64(0)
        for letter in letters[:SIGNED]:
            sign |= np.uint64(1) << np.uint64(letter & 63)
        spare = 2 if folded.isascii() else 6
        other = np.bitwise_count(self.signs ^ sign)
        numbers = np.flatnonzero((np.abs(self.lengths - len(letters)) <= spare) & (other <= 4))
        numbers = numbers[np.lexsort((-self.counts[numbers], other[numbers]))[:most]]
        return [
            (self.lexicon.key(self.places[n])[2:].decode(), int(self.counts[n])) for n in numbers.tolist()
        ]
