"""The meaning of a question: which cases it finds and how well each fits, as operations on whole arrays.

BM25 over fields: the words of a case are counted in each field, less in a text longer than most, added
up, and saturate together. A word of the question counts by its rarity. Names of topics, goals, places
and tags count as a field of their own.
"""

import math
import time
from functools import cached_property

import numpy as np

from exchange.search.engine import OutOfTime
from exchange.search.engines.reranking import rerank
from exchange.search.engines.whoosh_writer import FIELDS, PLACE
from exchange.search.words import analysis, parser

K1 = 1.2  # how soon more of the same word stops counting
WEIGHTS = {  # weight, penalty of length
    "title": (5.0, 0.3),
    "summary": (2.0, 0.4),
    "body": (1.0, 0.6),
    "translated": (1.5, 0.0),  # mostly title and summary; few cases have any, so no length is usual
}
NAMED = 2.0  # a name in the language of the case, or of a place
TRANSLATED = 0.3  # a name in another language than the case's
STEMMED = 0.7  # another form of the word that was typed
BEGUN = 0.5  # a word that only begins as it was typed
OWN_LANGUAGE = 1.3  # times the score of cases that can be read in the reader's language
SILENT = 0.9  # times the score of cases that nobody has confirmed for long
MOST_COMPLETIONS = 300  # of one prefix
# Cases that hold all of so many words, below which those that hold most of them are shown too.
ENOUGH = (0, 0, 1, 3, 10)
TOGETHER = 1.0  # how much it counts then that a case holds more of the words
LOOSE = 1 / 3  # of the words of a description: what a case must hold at least


class Evaluation:
    """One question over one snapshot. `found` and `scores` have an entry for every case, dead or alive."""

    K1 = K1

    def __init__(self, snapshot, query, tree, deadline=math.inf, visible=None):
        self.snapshot, self.tree, self.deadline = snapshot, tree, deadline
        self.visible = snapshot.live if visible is None else visible  # the cases that may be spoken of
        self.reader, self.off, self.strict = query.language, query.off, query.strict
        self.loose = False
        self.found, self.scores = self.whole()

    def whole(self):
        if self.tree is None:
            return self.visible, np.zeros(self.snapshot.size)
        found, scores = self.node(self.tree)
        found = found & self.visible
        cases = np.flatnonzero(found)
        scores[cases] *= np.where(self.speaks(self.reader)[cases], OWN_LANGUAGE, 1.0)
        scores[cases] *= np.where(self.snapshot.silent[cases], SILENT, 1.0)
        return found, rerank(self, found, scores)

    # A node: (mask, scores)

    def node(self, node):
        if time.thread_time() > self.deadline:
            raise OutOfTime
        match node:
            case parser.And():
                return self.all_of(node.parts)
            case parser.Or():
                return self.one_of(node.parts)
            case parser.Not():
                return ~self.node(node.part)[0], self.nothing
            case parser.Field():
                return self.rated(*self.slot(node.part, field=FIELDS.index(node.name)))
            case parser.Having():
                return self.having(node)
            case _:
                return self.rated(*self.slot(node))

    @property
    def nothing(self):
        return np.zeros(self.snapshot.size)

    def one_of(self, parts):
        found, scores = np.zeros(self.snapshot.size, bool), self.nothing
        for part in parts:
            mask, more = self.node(part)
            found, scores = found | mask, scores + more
        return found, scores

    def all_of(self, parts):
        """Cases that every part finds and no part behind a minus does. Small words are asked of nobody."""
        wanted = [part for part in parts if not isinstance(part, parser.Not)]
        telling = [part for part in wanted if not is_small(part)] or wanted
        number, scores = np.zeros(self.snapshot.size, np.uint8), self.nothing
        for part in telling:
            mask, more = self.node(part)
            number += mask
            scores += more
        found = (number == len(telling)) & self.visible
        excluded = np.zeros(self.snapshot.size, bool)
        for part in parts:
            if isinstance(part, parser.Not):
                excluded |= self.node(part.part)[0]
        found &= ~excluded
        if self.may_be_loose(parts, telling, found):
            loose = self.most_of(number, len(telling)) & ~excluded
            self.loose = bool(loose.sum() > found.sum())
            found, scores = loose, scores * (number / len(telling)) ** TOGETHER
        return found, np.multiply(scores, found, out=scores)

    def may_be_loose(self, parts, telling, found):
        """Only plain words describe: whoever writes signs means them."""
        is_top = parts is getattr(self.tree, "parts", None)
        if self.strict or not is_top or not all(isinstance(part, parser.Word) for part in telling):
            return False
        return int(found.sum()) < ENOUGH[min(len(telling), len(ENOUGH) - 1)]

    def most_of(self, number, asked):
        """Cases that hold a third of so many words; fewer, as long as hardly a case does."""
        for least in range(math.ceil(asked * LOOSE), 0, -1):
            loose = (number >= least) & self.visible
            if loose.sum() >= ENOUGH[-1]:
                break
        return loose

    def having(self, node):
        """Cases that have one of some values, or a year in a range; none fits better than another."""
        snapshot = self.snapshot
        if node.facet == "year":
            year = snapshot.year
            return (year >= node.values[0]) & (year <= node.values[1]) & (year > 0), self.nothing
        found = np.zeros(snapshot.size, bool)
        for typed in node.values:
            for value in {typed.lower(), typed.upper(), *snapshot.names.called(node.facet, typed)}:
                found |= snapshot.facets.having(node.facet, value)
        return found, self.nothing

    def rated(self, cases, counts):
        """Counted occurrences as scores: rare words tell more, and the tenth time tells little."""
        found, scores = np.zeros(self.snapshot.size, bool), self.nothing
        found[cases] = True
        scores[cases] = rarity(len(cases), self.snapshot.count) * counts / (counts + K1)
        return found, scores

    # A slot: (cases, counted occurrences) of a word, a phrase or a beginning

    def slot(self, node, field=None):
        """Kept for the next question, since the same words are asked again and again."""
        key = (node, field, self.reader if "translations" in self.off else "", self.off)
        return self.snapshot.keep(key, lambda slot: 3 * len(slot[0]), lambda: self.make_slot(node, field))

    def make_slot(self, node, field):
        if isinstance(node, parser.Prefix):
            counts = self.beginning(analysis.fold(node.text), field)
        else:
            places = analysis.asked(node.text)
            if isinstance(node, parser.Word):
                places = analysis.without_stop_words(places)
            counts = self.word(*places[0], field) if len(places) == 1 else self.phrase(places, field)
            if field is None:
                matches = self.snapshot.names.matches(places, self.reader, self.off)
                counts = self.add_translations(self.add_names(counts, matches), matches)
        cases = np.flatnonzero((counts > 0) & self.snapshot.live)
        return cases, counts[cases]

    def word(self, folded, written, field):
        words = self.forms(folded, written)
        exact = analysis.spellings(folded, written)
        return self.counted(
            {word: (1.0 if word in exact else STEMMED, of) for word, of in words.items()}, field
        )

    def forms(self, folded, written):
        """Folded word → the languages in whose texts it is the typed one, None for all."""
        key = ("forms", folded, written, self.off)
        return self.snapshot.keep(key, len, lambda: self.make_forms(folded, written))

    def make_forms(self, folded, written):
        if analysis.is_single(folded):
            return dict.fromkeys(self.snapshot.beginning(folded, MOST_COMPLETIONS))
        return self.snapshot.words(folded, written, self.off)

    def beginning(self, start, field):
        words = self.snapshot.beginning(start, MOST_COMPLETIONS, field)
        counts = self.counted({word: (1.0 if word == start else BEGUN, None) for word in words}, field)
        if field is not None:
            return counts
        return self.add_names(counts, self.snapshot.names.beginning(start, self.reader, self.off))

    def counted(self, words, field):
        """The occurrences of any of these words in each case; word → (what it counts, languages or None)."""
        counts = self.nothing
        for word, (worth, languages) in words.items():
            for base, segment in zip(self.snapshot.bases, self.snapshot.segments, strict=False):
                if posting := segment.posting(word):
                    self.add_posting(counts, posting, base, worth, languages, field)
        return counts

    def add_posting(self, counts, posting, base, worth, languages, only):
        cases = posting.cases.astype(np.int64) + base
        values = np.zeros(len(cases))
        for field, times in posting.counts.items():
            if only is None or field == only:
                values += times * self.norms[field][cases]
        if languages is not None:
            values *= self.snapshot.are_in(languages, cases)
        counts[cases] += worth * values

    def add_names(self, counts, matches):
        named = self.nothing
        for match in matches:
            mask = self.snapshot.facets.having(match.facet, match.value)
            worth = np.where(self.speaks(match.language), NAMED, TRANSLATED) * match.share
            named = np.maximum(named, np.where(mask, worth, 0.0))
        return counts + named

    def add_translations(self, counts, matches):
        """A name that was typed whole is also looked for in texts of other languages, as they say it."""
        if "translations" in self.off:
            return counts
        said = self.nothing
        for facet, value in dict.fromkeys(
            (match.facet, match.value) for match in matches if match.share == 1.0
        ):
            for language, text in self.snapshot.names.labels.get(facet, {}).get(value, {}).items():
                if language in self.snapshot.languages and (places := analysis.asked(text)):
                    there = self.word(*places[0], None) if len(places) == 1 else self.phrase(places)
                    said = np.maximum(said, np.where(self.speaks(language), there, 0.0))
        return counts + TRANSLATED * said / (said + K1)

    def speaks(self, language):
        """A mask of the cases that can be read in that language; of all of them for ''."""
        return self.snapshot.keep(("speaks", language), len, lambda: self.snapshot.speaking(language))

    @cached_property
    def norms(self):
        return self.snapshot.keep("norms", lambda norms: 0, lambda: norms_of(self.snapshot))

    # Words in a row

    def phrase(self, places, field=None):
        """The occurrences of these words in a row in each case."""
        if not places:
            return self.nothing
        once = [self.present(self.forms(*place)) for place in dict.fromkeys(places)]
        among = np.flatnonzero(np.logical_and.reduce(once))
        cases, counts = self.in_a_row(places, range(1, len(places)), among, field)
        return np.bincount(cases, counts, minlength=self.snapshot.size)

    def in_a_row(self, places, distances, among, field=None):
        """(case, what it counts) of every time that these words stand so far from the first, in the cases
        `among`, ascending."""
        words = [self.forms(*place) for place in places]
        rows = self.spots(words[0], among)
        for distance, one in zip(distances, words[1:], strict=True):
            if not len(rows):
                break
            rows = rows[is_in(rows + distance, self.spots(one, among))]
        fields = (rows & 0xFFFFFFFF) >> PLACE
        if field is not None:
            rows, fields = rows[fields == field], fields[fields == field]
        cases = rows >> 32
        return cases, self.norms[fields, cases]

    def present(self, words):
        """A mask of the cases in which one of these words stands, in whatever language: a quick sieve."""
        found = np.zeros(self.snapshot.size, bool)
        for word in words:
            for base, segment in zip(self.snapshot.bases, self.snapshot.segments, strict=False):
                if posting := segment.posting(word):
                    found[posting.cases.astype(np.int64) + base] = True
        return found

    def spots(self, words, among):
        """Case and place, in one number each, ascending, of any of these words in those cases."""
        found = []
        for word, languages in words.items():
            for base, segment in zip(self.snapshot.bases, self.snapshot.segments, strict=False):
                posting = segment.posting(word)
                inside = among[among.searchsorted(base) : among.searchsorted(base + segment.size)] - base
                if posting is None or not len(inside):
                    continue
                cases, places = posting.places_in(inside)
                cases = cases.astype(np.int64) + base
                if languages is not None:
                    speaking = self.snapshot.are_in(languages, cases)
                    cases, places = cases[speaking], places[speaking]
                found.append(cases << 32 | places)
        return found[0] if len(found) == 1 else np.unique(np.concatenate([np.empty(0, np.int64), *found]))

    def rarity_of(self, word):
        return rarity(len(self.slot(word)[0]), self.snapshot.count)


def norms_of(snapshot):
    """What one occurrence counts in each field (a row) of each case."""
    norms = []
    for name, lengths in zip(FIELDS, snapshot.norm_inputs, strict=True):
        weight, penalty = WEIGHTS[name]
        average = float(lengths[snapshot.live].mean()) if snapshot.count else 0.0
        norms.append(weight / (1 - penalty + penalty * lengths / (average or 1.0)))
    return np.stack(norms)


def rarity(count, total):
    return max(0.01, math.log(1 + (total - count + 0.5) / (count + 0.5)))


def is_small(part):
    """Whether this part of a question is a single stop word outside quotation marks."""
    return isinstance(part, parser.Word) and all(map(analysis.is_stop_word, analysis.asked(part.text)))


def is_in(sought, ascending):
    """A mask of those of `sought` that are in the other array."""
    if not len(ascending):
        return np.zeros(len(sought), bool)
    at = np.minimum(np.searchsorted(ascending, sought), len(ascending) - 1)
    return ascending[at] == sought
