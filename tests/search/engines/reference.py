"""A searcher that is slow and plain: what a question finds, said case by case, straight from the table.

It knows no index, no arrays and no other code of the engine than how words are read (`analysis`, `parser`,
`strategies`) and the numbers by which they are weighed (`evaluation`). Whatever the engine answers is
held against it.
"""

import math
from dataclasses import dataclass, field, replace
from functools import cache

from sqlalchemy import select

from exchange.accounts.models import City
from exchange.search import vocabulary
from exchange.search.engines import evaluation, reranking
from exchange.search.words import analysis, parser, strategies
from tests.search.told import FIELDS, Spellings, cases, how_like, how_often, is_within, kilometres, written_in

UNSPOKEN = "en"  # whose stems serve names of no language
PLACES = ("city", "country", "region")  # whose names are as good in any language


@dataclass(frozen=True)
class Hit:
    public_id: str
    score: float
    keys: tuple  # by what it is sorted, the most important first; small means early


@dataclass
class Found:
    """What a question finds: Hits in their order, facet → {value: count}."""

    hits: list
    facets: dict
    loose: bool
    without: dict = field(default_factory=dict)

    @property
    def total(self):
        return len(self.hits)


class Reference:
    """The network as it is committed now. `remembered` takes (written word, language) pairs: an index that
    has seen a word written with an umlaut knows it until it is built anew, whoever wrote it."""

    def __init__(self, session, remembered=None):
        self.cases = cases(session)
        self.cities = {city.slug: city for city in session.scalars(select(City))}
        self.names = [Named(name) for name in vocabulary.names(session)]
        self.spelt = Spellings((word, name.language) for name in self.names for word in name.written)
        remembered = set() if remembered is None else remembered
        remembered |= {pair for case in self.cases for pair in written_in(case)}
        self.stems = Spellings(remembered)
        self.vocabulary = how_often(self.cases)
        self.called, self.beginning = cache(self.called), cache(self.beginning)
        self.label = cache(self.label)
        self.average = {name: mean([len(case.words[name]) for case in self.cases]) for name in FIELDS}

    def ask(self, query, hidden=()):
        return Question(self, query, hidden).answer()

    def tree(self, query):
        return strategies.read(query.q, self.place_of).tree

    def place_of(self, text):
        return next((facet for facet in ("city", "country") if self.called(facet, text)), None)

    def called(self, facet, text):
        folded = analysis.fold_all(text)
        return {one.value for one in self.names if (one.facet, one.folded) == (facet, folded)}

    def beginning(self, start):
        """The words that begin so; of very many, those that stand in most cases."""
        found = [word for word in self.vocabulary if word.startswith(start)]
        return sorted(found, key=lambda w: (-self.vocabulary[w], w))[: evaluation.MOST_COMPLETIONS]

    def label(self, facet, value, language):
        """What a value is called in a language, but for synonyms; None where it has no name there."""
        names = (one for one in self.names if (one.facet, one.value, one.own) == (facet, value, language))
        return next((name.text for name in names if not name.synonym), None)

    def norm(self, case, name):
        weight, penalty = evaluation.WEIGHTS[name]
        return weight / (1 - penalty + penalty * len(case.words[name]) / (self.average[name] or 1.0))


class Named:
    """A name of a facet's value, in words."""

    def __init__(self, name):
        self.facet, self.value, self.synonym, self.own = name.facet, name.value, name.synonym, name.language
        self.text, self.written = name.text, analysis.WORD.findall(name.text)
        self.words = analysis.terms(name.text)
        self.folded = analysis.fold_all(name.text)
        self.language = name.language or UNSPOKEN

    def is_off(self, query):
        foreign = self.own not in ("", query.language)
        return (self.synonym and "synonyms" in query.off) or (foreign and "translations" in query.off)

    def worth(self, case):
        is_spoken = self.facet in PLACES or self.own in {"", *case.languages}
        return evaluation.NAMED if is_spoken else evaluation.TRANSLATED


class Question:
    """One Query to a Reference."""

    def __init__(self, reference, query, hidden=()):
        known = query.like in reference.cities
        self.reference, self.query = reference, query if known else replace(query, like="")
        self.visible = [case for case in reference.cases if case.public_id not in hidden]
        self.tree = reference.tree(query)
        for slow in ("forms_in", "counts", "meant", "alike"):  # asked again for every case
            setattr(self, slow, cache(getattr(self, slow)))

    def answer(self):
        found, scores, loose = self.matching()
        there = [case for case in found if self.is_there(case)]
        hits = [
            Hit(case.public_id, scores[case.public_id], self.keys(case, scores))
            for case in self.narrowed(there)
        ]
        return Found(
            hits=sorted(hits, key=lambda hit: (*hit.keys, hit.public_id)),
            facets=self.facets(there),
            loose=loose,
            without={} if hits else self.without(found, there),
        )

    # What fits

    def matching(self):
        """(cases, public id → score, whether they hold only some of the words)."""
        found = [case for case in self.visible if self.fits(self.tree, case)]
        all_of_it, is_loose = len(found), self.may_be_loose(found)
        if is_loose:
            found = self.most_of_it()
        scores = {case.public_id: self.whole_score(case, is_loose) for case in found}
        self.look_again(found, scores)
        return found, scores, len(found) > all_of_it

    def fits(self, node, case):
        match node:
            case None:
                return True
            case parser.And():
                return all(self.fits(part, case) for part in asked_of(node)) and self.is_spared(case, node)
            case parser.Or():
                return any(self.fits(part, case) for part in node.parts)
            case parser.Not():
                return not self.fits(node.part, case)
            case parser.Having():
                return self.has(node, case)
        return self.counts(node).get(case.public_id, 0) > 0

    def is_spared(self, case, node):
        return not any(self.fits(part.part, case) for part in node.parts if isinstance(part, parser.Not))

    def has(self, node, case):
        values = case.facets.get(node.facet, [])
        if node.facet == "year":
            year = int(values[0]) if values and values[0].isdecimal() else 0
            return year > 0 and node.values[0] <= year <= node.values[1]
        wanted = set()
        for typed in node.values:
            wanted |= {typed.lower(), typed.upper(), *self.reference.called(node.facet, typed)}
        return not wanted.isdisjoint(values)

    def may_be_loose(self, found):
        if self.query.strict or not isinstance(self.tree, parser.And):
            return False
        telling = asked_of(self.tree)
        if not all(isinstance(part, parser.Word) for part in telling):
            return False
        return len(found) < evaluation.ENOUGH[min(len(telling), len(evaluation.ENOUGH) - 1)]

    def most_of_it(self):
        """Cases that hold a third of the words; fewer words, as long as hardly a case does."""
        least = math.ceil(len(asked_of(self.tree)) * evaluation.LOOSE)
        while least > 1 and self.holding(least) < evaluation.ENOUGH[-1]:
            least -= 1
        return [case for case in self.visible if self.held(case) >= least and self.is_spared(case, self.tree)]

    def holding(self, least):
        return sum(self.held(case) >= least for case in self.visible)

    def held(self, case):
        return sum(self.fits(part, case) for part in asked_of(self.tree))

    # How well

    def whole_score(self, case, is_loose):
        parts = asked_of(self.tree) if is_loose else [self.tree]
        score = sum(self.score(part, case) for part in parts)
        if is_loose:
            score *= (self.held(case) / len(parts)) ** evaluation.TOGETHER
        score *= evaluation.OWN_LANGUAGE if self.query.language in case.languages else 1
        return score * (evaluation.SILENT if case.silent else 1)

    def score(self, node, case):
        match node:
            case None | parser.Not() | parser.Having():
                return 0.0
            case parser.And():
                fits = self.fits(node, case)
                return sum(self.score(part, case) for part in asked_of(node)) if fits else 0.0
            case parser.Or():
                return sum(self.score(part, case) for part in node.parts)
        count = self.counts(node).get(case.public_id, 0)
        return self.rarity(node) * saturated(count)

    def rarity(self, node):
        total, having = len(self.reference.cases), len(self.counts(node))
        return max(0.01, math.log(1 + (total - having + 0.5) / (having + 0.5)))

    def counts(self, node):
        """Public id → how often a word, a phrase or a beginning stands there, weighed by field and form."""
        name, node = (node.name, node.part) if isinstance(node, parser.Field) else (None, node)
        names = FIELDS if name is None else (name,)
        found = {}
        for case in self.reference.cases:
            count = math.fsum(self.count(node, case, one) * self.reference.norm(case, one) for one in names)
            if name is None:
                count += self.named(node, case) + evaluation.TRANSLATED * saturated(self.said(node, case))
            if count > 0:
                found[case.public_id] = count
        return found

    def count(self, node, case, name):
        words = case.words[name]
        if isinstance(node, parser.Prefix):
            start = analysis.fold(node.text)
            begun = set(self.reference.beginning(start))
            return math.fsum(1.0 if word == start else evaluation.BEGUN for word in words if word in begun)
        places = places_of(node)
        return (self.words_there if len(places) == 1 else self.rows_there)(places, words, case)

    def in_a_row(self, places, distances, case, words):
        """How often these words stand at these distances from the first of them."""
        if not places:
            return 0
        forms = [self.forms(place, case) for place in places]
        return sum(
            all(
                at + away < len(words) and words[at + away] in one
                for away, one in zip(distances, forms, strict=True)
            )
            for at in range(len(words))
        )

    def forms(self, place, case):
        return self.forms_in(place, frozenset(case.languages))

    def forms_in(self, place, languages):
        """Folded word → what it counts in a text that may be in any of these languages."""
        if analysis.is_single(place[0]):
            spelt = analysis.spellings(*place)
            words = self.reference.beginning(place[0])
            return {word: 1.0 if word in spelt else evaluation.STEMMED for word in words}
        found = {}
        for language in languages:
            for word, worth in self.reference.stems.forms(place, language, self.query.off).items():
                found[word] = max(worth, found.get(word, 0.0))
        return found

    # Names

    def named(self, node, case):
        """What the best of the names counts by which the words mean a value that the case has."""
        worths = [
            name.worth(case) * share
            for name, share in self.meant(node)
            if name.value in case.facets.get(name.facet, ())
        ]
        return max(worths, default=0.0)

    def said(self, node, case):
        """How often a name that was typed whole stands there as the language of the case says it."""
        if isinstance(node, parser.Prefix) or "translations" in self.query.off:
            return 0.0
        whole = {(name.facet, name.value) for name, share in self.meant(node) if share == 1}
        texts = [self.reference.label(*key, language) for key in whole for language in case.languages]
        rows = [analysis.asked(text) for text in texts if text]
        return max((self.weighed(places, case) for places in rows if places), default=0.0)

    def weighed(self, places, case):
        counted = self.words_there if len(places) == 1 else self.rows_there
        return math.fsum(
            counted(places, case.words[one], case) * self.reference.norm(case, one) for one in FIELDS
        )

    def words_there(self, places, words, case):
        forms = self.forms(places[0], case)
        return math.fsum(forms.get(word, 0.0) for word in words)

    def rows_there(self, places, words, case):
        return self.in_a_row(places, range(len(places)), case, words)

    def meant(self, node):
        """(name, the share of its words that was asked for) of every name that the words may mean."""
        names = [name for name in self.reference.names if name.words and not name.is_off(self.query)]
        if isinstance(node, parser.Prefix):
            start = analysis.fold(node.text)
            begun = [name for name in names if any(word.startswith(start) for word in name.words)]
            return [(name, 1 / len(name.words)) for name in begun]
        places = places_of(node)
        return [(name, len(places) / len(name.words)) for name in names if self.holds(name, places)]

    def holds(self, name, places):
        forms = [self.reference.spelt.forms(place, name.language, self.query.off) for place in places]
        starts = range(len(name.words) - len(places) + 1) if places else ()
        return any(all(name.words[at + n] in one for n, one in enumerate(forms)) for at in starts)

    # A second look at the best

    def look_again(self, found, scores):
        words = words_of(self.tree)
        best = best_of(found, scores, reranking.RERANKED) if words else []
        for (one, place), (other, next_place), away in neighbours(words):
            rare = (self.rarity(one) + self.rarity(other)) / 2
            for case in best:
                count = math.fsum(
                    self.in_a_row((place, next_place), (0, away), case, case.words[name])
                    * self.reference.norm(case, name)
                    for name in FIELDS
                )
                scores[case.public_id] += reranking.SIDE_BY_SIDE * rare * saturated(count)
        for case in best:
            scores[case.public_id] *= 1 + reranking.TITLED * self.titled(words, case)

    def titled(self, words, case):
        """1 where the title was typed and nothing else; the less, the less of either the other holds."""
        title, places = case.words["title"], {place for word in words for place in analysis.asked(word.text)}
        held = [sum(word in self.forms(place, case) for word in title) for place in places]
        of_title = min(1.0, sum(held) / max(1, len(title)))
        return of_title * sum(map(bool, held)) / max(1, len(places))

    # Where, which of them, in what order

    def is_there(self, case):
        query = self.query
        if query.within and not (case.place and is_within(case.place, query.within)):
            return False
        if query.near and kilometres(case.place, query.near) > query.near[2]:
            return False
        return not query.like or case.city in self.alike()

    def alike(self):
        """City → how like it is to the one that was named: by its people and by where it lies."""
        one = self.reference.cities[self.query.like]
        told = {case.city for case in self.reference.cases if case.city} - {one.slug}
        likeness = {slug: how_like(one, self.reference.cities[slug]) for slug in told}
        return {slug: worth for slug, worth in likeness.items() if worth >= 0.5}

    def narrowed(self, cases, but=None):
        filters = {name: values for name, values in self.query.filters.items() if name != but}
        return [
            case
            for case in cases
            if all(set(values) & set(case.facets.get(name, ())) for name, values in filters.items())
        ]

    def facets(self, cases):
        """Facet → value → cases; what a facet itself filters does not shrink its own counts."""
        counted = {}
        for name in {name for case in self.reference.cases for name in case.facets} | set(self.query.filters):
            values = counted[name] = dict.fromkeys(self.query.filters.get(name, ()), 0)
            for case in self.narrowed(cases, but=name):
                for value in case.facets.get(name, ()):
                    values[value] = values.get(value, 0) + 1
        return counted

    def without(self, found, there):
        filters = self.query.filters
        totals = {name: len(self.narrowed(there, but=name)) for name in filters}
        if len(filters) > 1:
            totals["filters"] = len(there)
        if self.tree is not None and filters:
            totals["q"] = len(self.narrowed([case for case in self.visible if self.is_there(case)]))
        if self.query.within or self.query.near or self.query.like:
            totals["place"] = len(self.narrowed(found))
        return {name: total for name, total in totals.items() if total}

    def keys(self, case, scores):
        score, newest = scores[case.public_id], -case.published
        match self.query.order:
            case "title":
                return analysis.fold_all(case.title), newest
            case "year":
                year = case.facets.get("year", ["0"])[0]
                return -int(year) if year.isdecimal() else 0, newest
            case "evidence":
                return -case.evidence, -score, newest
            case "adoptions":
                return -case.adoptions, -score, newest
            case "nearest":
                return kilometres(case.place, self.query.near), newest
            case "likeness":
                return -self.alike().get(case.city, 0.0), -score, newest
            case "relevance":
                return -round(score, 9), newest
        return (newest,)


def asked_of(node):
    """The parts of an And that a case must hold: small words count only among their like."""
    wanted = [part for part in node.parts if not isinstance(part, parser.Not)]
    return [part for part in wanted if not is_small(part)] or wanted


def is_small(part):
    return isinstance(part, parser.Word) and all(map(analysis.is_stop_word, analysis.asked(part.text)))


def places_of(node):
    places = analysis.asked(node.text)
    return analysis.without_stop_words(places) if isinstance(node, parser.Word) else places


def saturated(count):
    return count / (count + evaluation.K1)


def words_of(tree):
    """The plain words of a question, in their order."""
    parts = tree.parts if isinstance(tree, parser.And) else [tree]
    return [part for part in parts if isinstance(part, parser.Word)]


def neighbours(words):
    """((word, place), (word, place), distance) of telling words that were typed in a row, or nearly."""
    row, at = [], 0
    for word in words:
        places = analysis.asked(word.text)
        row += [(at + n, word, place) for n, place in enumerate(places) if not analysis.is_stop_word(place)]
        at += len(analysis.terms(word.text))  # as many as they would fill in a text
    for (at, word, place), (next_at, other, next_place) in zip(row, row[1:], strict=False):
        if word is not other and next_at - at <= reranking.FARTHEST:
            yield (word, place), (other, next_place), next_at - at


def best_of(cases, scores, most):
    """The best of them, and whoever is as good as the last."""
    order = sorted((scores[case.public_id] for case in cases), reverse=True)
    last = order[most - 1] if len(order) > most else -math.inf
    return [case for case in cases if scores[case.public_id] >= last]


def mean(numbers):
    return sum(numbers) / len(numbers) if numbers else 0.0
