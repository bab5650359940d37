"""The embedded engine: Whoosh keeps the files, the evaluation is ours.

A `Snapshot` is one sealed commit, opened once and never changed. Whoosh's readers may not be shared
between threads, so they are asked for postings under a lock; what they answered is plain data.
"""

import logging
import math
import time
import weakref
from array import array
from collections import OrderedDict
from itertools import islice
from threading import Lock

from exchange.search import analysis, parser
from exchange.search import whoosh_files as files
from exchange.search.engine import Engine, Unusable
from exchange.search.facets import Facets, bits_of, numbers_of
from exchange.search.query import Hit, Results

K1 = 1.2  # how soon more of the same word stops counting (BM25)
FIELDS = {  # name: (weight, how much longer texts are held back)
    "title": (6.0, 0.5),
    "summary": (3.0, 0.6),
    "names": (2.5, 0.4),
    "body": (1.0, 0.75),
}
SIDE_BY_SIDE = 1.0  # of a phrase's score, for two words of the question that stand next to each other
MOST_COMPLETIONS = 200  # of one prefix
SEGMENT = 1000  # documents that are written at a time
MOST_POSTINGS = 2_000_000  # kept in memory
GAP = 100  # places between two names, so that no phrase spans them
PATIENCE = (0.01, 0.03)  # seconds between tries while a commit replaces files
REST = 1.0  # seconds before a broken index is looked at again

log = logging.getLogger(__name__)


class WhooshEngine(Engine):
    name = "whoosh"

    def __init__(self, folder):
        self.folder = folder
        self.opening = Lock()
        self.snapshot = None
        self.rests_until, self.reason = 0.0, ""

    def search(self, query, hidden=frozenset()):
        begun = time.perf_counter()
        snapshot = self.current()
        try:
            return snapshot.answer(query, hidden, begun)
        except Exception as error:
            self.snapshot = None
            raise Unusable(f"the index could not be read: {error!r}") from error

    def known(self):
        cards = self.current().cards
        return {card["id"]: (card["number"], card["stamp"]) for card in cards if card}

    def current(self):
        """The snapshot of what is committed now; opened anew when any of its files was touched."""
        snapshot = self.snapshot
        if snapshot is not None and snapshot.is_untouched():
            return snapshot
        with self.opening:
            if self.snapshot is None or not self.snapshot.is_untouched():
                self.snapshot = None
                self.snapshot = self.open_patiently()
            return self.snapshot

    def open_patiently(self):
        if time.monotonic() < self.rests_until:
            raise Unusable(self.reason)
        for pause in (*PATIENCE, None):
            try:
                return Snapshot(self.folder / "current")
            except Unusable as error:
                if pause is None:
                    self.rests_until, self.reason = time.monotonic() + REST, str(error)
                    raise
                time.sleep(pause)
        return None

    def check(self):
        self.current()

    # Writing

    def upsert(self, documents, removed=()):
        documents = list(documents)
        gone = {document.public_id for document in documents} | set(removed)
        with files.only_writer(self.folder):
            snapshot = Snapshot(self.folder / "current")
            files.sweep_unsealed(snapshot.generation, snapshot.seal)
            with files.writing(snapshot.generation) as writer:
                for public_id in gone & snapshot.numbers.keys():
                    writer.delete_document(snapshot.numbers[public_id])
                for document in documents:
                    writer.put(*indexed(document))
        self.rests_until = 0.0

    def replace(self, documents):
        with files.only_writer(self.folder):
            generation = files.begin_generation(self.folder)
            try:
                count = write_all(generation, documents)
                Snapshot(generation)
                files.make_current(self.folder, generation)
            finally:
                files.sweep_generations(self.folder)
        self.rests_until = 0.0
        return count


def write_all(generation, documents):
    """Commit the documents in segments that fit into memory; returns how many they were."""
    documents, count = iter(documents), 0
    while True:
        with files.writing(generation) as writer:
            for document in islice(documents, SEGMENT):
                writer.put(*indexed(document))
                count += 1
        if count % SEGMENT or not writer.doc_count():
            return count


def indexed(document):
    """A Document as the writer takes it: its card, the words spelt in it, field → term → places."""
    language = document.language
    texts = {"title": document.title, "summary": document.summary, "body": document.body}
    words = {name: analysis.words_of(text) for name, text in texts.items()}
    found = {name: analysis.places(one, language) for name, one in words.items()}
    found["names"] = {}
    for place, (name, name_language) in enumerate(document.names):
        analysis.places(analysis.words_of(name, place * GAP), name_language, found["names"])
    card = {
        "id": document.public_id,
        "number": document.number,
        "stamp": document.stamp,
        "language": language,
        "published": document.published,
        "place": (document.lat, document.lon) if document.lat is not None else None,
        "title": analysis.fold_all(document.title),
        "facets": document.facets,
        "lengths": [sum(map(len, found[name].values())) for name in FIELDS],
    }
    return card, analysis.spellings(set().union(*words.values()), language), found


class Snapshot:
    """One commit, opened for reading. Raises Unusable when it is not what was sealed."""

    def __init__(self, link):
        self.generation = link.resolve()
        self.link = link
        self.seal = files.read_seal(self.generation)
        self.sign = files.look(self.generation, self.seal)
        files.check_files(self.generation, self.seal)
        self.reading = Lock()
        self.postings_kept, self.weight_kept = OrderedDict(), 0
        try:
            self.load()
        except Exception as error:
            raise Unusable(f"the index could not be opened: {error!r}") from error

    def load(self):
        reader, self.leaves = files.open_readers(self.generation, self.seal)
        weakref.finalize(self, reader.close)
        self.cards = [None] * reader.doc_count_all()
        for leaf, first in self.leaves:
            for number, stored in leaf.iter_docs():
                self.cards[first + number] = stored["card"]
        self.size = len(self.cards)
        self.numbers = {card["id"]: number for number, card in enumerate(self.cards) if card}
        self.kinds = [analysis.kind_of(card["language"]) if card else "" for card in self.cards]
        self.live = bits_of(self.numbers.values(), self.size)
        self.facets = Facets([card["facets"] if card else {} for card in self.cards])
        self.norms = {name: self.norm(place, *FIELDS[name]) for place, name in enumerate(FIELDS)}

    def norm(self, place, weight, hold):
        """What one occurrence in this field counts, for each case: less in a text longer than most."""
        lengths = [card["lengths"][place] if card else 0 for card in self.cards]
        average = sum(lengths) / max(len(self.numbers), 1) or 1.0
        return array("d", (weight / (1 - hold + hold * length / average) for length in lengths))

    def is_untouched(self):
        try:
            same_link = self.link.resolve() == self.generation
            return same_link and self.sign == files.look(self.generation, self.seal)
        except Unusable:
            return False

    # Answering

    def answer(self, query, hidden, begun):
        live = self.live & ~bits_of([self.numbers[one] for one in hidden if one in self.numbers], self.size)
        tree = parser.read(query.q)
        scores = {} if tree is None else self.scores(tree)
        found = live if tree is None else bits_of(scores, self.size) & live
        narrowed = self.facets.narrow(found, query.filters)
        total = narrowed.bit_count()
        page = self.ordered(numbers_of(narrowed), scores, query)
        page = page[query.offset : query.offset + query.per_page] if query.per_page else page
        return Results(
            total=total,
            hits=[
                Hit(card["id"], card["number"], scores.get(n, 0.0), *(card["place"] or (None, None)))
                for n in page
                for card in (self.cards[n],)
            ],
            facets=self.facets.counts(found, query.filters),
            engine=WhooshEngine.name,
            took_ms=round((time.perf_counter() - begun) * 1000, 2),
            without={} if total else self.facets.without(found, live, query.filters, tree is not None),
        )

    def ordered(self, numbers, scores, query):
        cards = self.cards
        newest_first = sorted(numbers, key=lambda n: (-cards[n]["published"], cards[n]["id"]))
        if query.order == "title":
            return sorted(newest_first, key=lambda n: cards[n]["title"])
        if query.order == "year":
            return sorted(newest_first, key=lambda n: cards[n]["facets"].get("year", [""])[0], reverse=True)
        if query.order == "relevance":
            return sorted(newest_first, key=lambda n: -scores.get(n, 0.0))
        return newest_first

    # Evaluating a tree: case number → score

    def scores(self, node):
        match node:
            case parser.And():
                return self.all_of(node.parts)
            case parser.Or():
                return added(self.scores(part) for part in node.parts)
            case parser.Not():
                found = self.scores(node.part)
                return {number: 0.0 for number in self.numbers.values() if number not in found}
            case parser.Phrase():
                return self.rated(self.phrase(analysis.asked(node.text)))
            case parser.Prefix():
                return self.rated(self.beginning(node.text))
            case parser.Word():
                return self.rated(self.phrase(analysis.without_stop_words(analysis.asked(node.text))))

    def all_of(self, parts):
        """Cases that every part finds and no part behind a minus does. Stop words are asked of nobody."""
        wanted = [part for part in parts if not isinstance(part, parser.Not)]
        telling = [part for part in wanted if not is_stop_word(part)] or wanted
        if not telling:
            return self.scores(parser.Not(parser.Or(tuple(part.part for part in parts))))
        found = together([self.scores(part) for part in telling])
        for part in parts:
            if isinstance(part, parser.Not):
                for number in self.scores(part.part):
                    found.pop(number, None)
        return self.with_neighbours(found, wanted)

    def with_neighbours(self, found, wanted):
        """More for cases in which words of the question stand side by side as they were typed."""
        for one, next_one in zip(wanted, wanted[1:], strict=False):
            if isinstance(one, parser.Word) and isinstance(next_one, parser.Word) and found:
                pair = self.phrase([*analysis.asked(one.text), *analysis.asked(next_one.text)], among=found)
                for number, score in self.rated(pair).items():
                    found[number] += score * SIDE_BY_SIDE
        return found

    def rated(self, counts):
        """BM25 over fields: `counts` are weighted occurrences for each case."""
        rarity = math.log(1 + (len(self.numbers) - len(counts) + 0.5) / (len(counts) + 0.5))
        return {number: max(rarity, 0.01) * count / (count + K1) for number, count in counts.items()}

    def phrase(self, slots, among=None):
        """Weighted occurrences of words in a row; slots as from `analysis.asked`."""
        if not slots:
            return {}
        counts = {}
        for name, norm in self.norms.items():
            found = [self.slot(name, slot) for slot in slots]
            if len(found) == 1:
                for number, values in found[0].items():
                    counts[number] = counts.get(number, 0.0) + len(values) / PLACE_BYTES * norm[number]
                continue
            smallest = min(found, key=len)
            for number in smallest if among is None or len(smallest) < len(among) else among:
                if times := in_a_row([values.get(number) for values in found]):
                    counts[number] = counts.get(number, 0.0) + times * norm[number]
        return counts

    def slot(self, name, terms):
        """Case → places (as bytes) of any of these terms in a field, each in texts of its languages only."""
        merged = {}
        for term, kinds in terms.items():
            for number, places in self.postings(name, term).items():
                if kinds is None or name == "names" or self.kinds[number] in kinds:
                    known = merged.get(number)
                    merged[number] = places if known is None or known == places else known + places
        return merged

    def beginning(self, text):
        """Weighted occurrences of every word that begins so, as it was written or as it was stemmed."""
        start = analysis.fold(text)
        counts = {}
        for name in ("spelt", *FIELDS):
            norm = self.norms.get(name)
            for term in self.completions(name, start):
                for number, places in self.postings(name, term).items():
                    times = len(places) / PLACE_BYTES * norm[number] if norm else 0.5
                    counts[number] = counts.get(number, 0.0) + times
        return counts

    def completions(self, name, start):
        with self.reading:
            terms = {
                term.decode()
                for reader, _ in self.leaves
                for _, term in zip(range(MOST_COMPLETIONS), reader.expand_prefix(name, start), strict=False)
            }
        return sorted(terms, key=lambda term: (len(term), term))[:MOST_COMPLETIONS]

    # Postings: field and term → {case number: places as bytes}

    def postings(self, name, term):
        key = (name, term)
        with self.reading:
            kept = self.postings_kept.get(key)
            if kept is None:
                kept = self.postings_kept[key] = self.read_postings(name, term.encode())
                self.weight_kept += len(kept) + 1
                while self.weight_kept > MOST_POSTINGS:
                    _, oldest = self.postings_kept.popitem(last=False)
                    self.weight_kept -= len(oldest) + 1
            else:
                self.postings_kept.move_to_end(key)
        return kept

    def read_postings(self, name, term):
        found = {}
        for reader, first in self.leaves:
            if (name, term) in reader:
                matcher = reader.postings(name, term)
                while matcher.is_active():
                    found[first + matcher.id()] = matcher.value()
                    matcher.next()
        return found


PLACE_BYTES = array(files.PLACE).itemsize


def in_a_row(found):
    """How often places follow each other by one, from the first array of bytes to the last."""
    if any(values is None for values in found):
        return 0
    starts = set(array(files.PLACE, found[0]))
    for distance, values in enumerate(found[1:], start=1):
        starts &= {place - distance for place in array(files.PLACE, values)}
        if not starts:
            return 0
    return len(starts)


def is_stop_word(part):
    """Whether this part of a question is a single stop word outside quotation marks."""
    if not isinstance(part, parser.Word):
        return False
    return all(analysis.is_stop_word(slot) for slot in analysis.asked(part.text))


def together(found):
    """Cases of all, with their scores added."""
    common = set.intersection(*map(set, found))
    return {number: sum(one[number] for one in found) for number in common}


def added(found):
    total = {}
    for one in found:
        for number, score in one.items():
            total[number] = total.get(number, 0.0) + score
    return total
