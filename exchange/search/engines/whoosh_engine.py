"""The embedded engine: Whoosh keeps the files, the evaluation is ours.

Readers share a `Snapshot` of the last sealed commit; what any of them reads of a segment serves all.
Writers hold a lock over processes and leave the last commit as it is until the next is sealed.
"""

import json
import logging
import os
import time
from contextlib import contextmanager
from dataclasses import astuple, replace
from itertools import islice
from threading import Lock

import numpy as np

from exchange.search.engine import About, Engine, OutOfTime, Unusable
from exchange.search.engines import geography, related, spelling, suggesting
from exchange.search.engines import whoosh_files as files
from exchange.search.engines.evaluation import Evaluation
from exchange.search.engines.reranking import best_of
from exchange.search.engines.snapshot import Snapshot
from exchange.search.engines.whoosh_writer import writing
from exchange.search.query import Hit, Results
from exchange.search.words import strategies

SEGMENT = 20_000  # documents that are written at a time
FULL = 8  # small segments, from which on they are merged
OVERFULL = 24  # small segments, at which a commit does not wait for somebody to merge
PATIENCE = (0.01, 0.03)  # seconds between tries while a commit replaces files
REST = 1.0  # seconds before a broken index is looked at again
FEW_FOUND = 3  # cases, up to which a word is looked at for a slip
BUDGET = 2.0  # seconds of work for one question, however busy the machine is

log = logging.getLogger(__name__)


class WhooshEngine(Engine):
    name = "whoosh"

    def __init__(self, folder):
        self.folder = folder
        self.opening = Lock()
        self.snapshot, self.checked = None, {}
        self.rests_until, self.reason = 0.0, ""

    # Reading

    def search(self, query, tree, hidden=frozenset()):
        begun = time.perf_counter()
        with self.reading() as snapshot:
            return answer(snapshot, query, tree, hidden, begun)

    def suggest(self, beginning, language, hidden=frozenset(), most=8):
        with self.reading() as snapshot:
            return suggesting.suggest(snapshot, beginning, language, visible_to(snapshot, hidden), most)

    def related(self, public_id, hidden=frozenset(), most=4):
        with self.reading() as snapshot:
            case = snapshot.find(public_id)
            if case is None:
                return []
            found = related.related(snapshot, case, visible_to(snapshot, hidden), most)
            return [Hit(*card[:2]) for card in snapshot.cards(np.array(found, np.int64))]

    def alike(self, texts, topics=(), hidden=frozenset(), most=4):
        with self.reading() as snapshot:
            visible = visible_to(snapshot, hidden)
            found = related.like_texts(snapshot, texts, topics, visible, most)
            return [Hit(*card[:2]) for card in snapshot.cards(np.array(found, np.int64))]

    @contextmanager
    def reading(self):
        """The snapshot to read from; Unusable when its files cannot be read, or turn out to be damaged."""
        snapshot = self.current()
        try:
            yield snapshot
        except Exception as error:
            files.check_files(snapshot.generation, snapshot.seal["files"])
            if isinstance(error, OSError):
                raise Unusable(f"the index could not be read: {error!r}") from error
            raise

    def known(self, public_ids=None):
        snapshot = self.current()
        cases = (
            np.flatnonzero(snapshot.live).tolist() if public_ids is None else map(snapshot.find, public_ids)
        )
        found = [snapshot.local(case) for case in cases if case is not None]
        return {
            segment.ids[local]: (int(segment.columns["number"][local]), segment.stamps[local])
            for segment, local in found
        }

    def count(self):
        return self.current().count

    def state(self):
        snapshot = self.current()
        return f"{snapshot.generation.name}-{snapshot.seal['number']}"

    def names(self):
        return self.current().names.names

    def labels(self, facet):
        return self.current().names.labels.get(facet, {})

    def place_of(self, text):
        names = self.current().names
        return next((facet for facet in ("city", "country") if names.called(facet, text)), None)

    def current(self):
        """The snapshot of what is committed now; opened anew when any of its files was touched."""
        snapshot = self.snapshot
        if snapshot is not None and snapshot.is_untouched():
            return snapshot
        with self.opening:
            if self.snapshot is None or not self.snapshot.is_untouched():
                self.snapshot = self.open_patiently(self.snapshot)
            return self.snapshot

    def open_patiently(self, before):
        if time.monotonic() < self.rests_until:
            raise Unusable(self.reason)
        self.snapshot = None
        for pause in (*self.patience(), None):
            try:
                return self.open(before)
            except Unusable as error:
                if pause is None:
                    self.rests_until, self.reason = time.monotonic() + REST, str(error)
                    raise
                time.sleep(pause)
        return None

    def patience(self):
        """No commit is about to bring an index that nobody has made yet."""
        return PATIENCE if os.path.lexists(self.folder / files.CURRENT) else ()

    def open(self, before=None):
        return Snapshot(self.folder / files.CURRENT, before, self.checked)

    def check(self):
        self.current()

    def inspect(self):
        snapshot = self.current()
        files.check_seal(snapshot.generation, snapshot.seal)
        files.check_files(snapshot.generation, snapshot.seal["files"])

    def about(self):
        snapshot = self.current()
        return About(snapshot.count, len(snapshot.segments), files.named_at(snapshot.seal))

    # Writing

    def upsert(self, documents, removed=(), names=None):
        documents = list(documents)
        gone = {document.public_id for document in documents} | set(removed)
        with files.only_writer(self.folder):
            snapshot = self.open(self.snapshot)
            files.sweep_unsealed(snapshot.generation, snapshot.seal)
            if len(small(snapshot.segments)) >= OVERFULL:
                snapshot = self.merge_in(snapshot)
            with writing(snapshot.generation, put_names(snapshot.generation, names)) as writer:
                for public_id in gone:
                    if (number := snapshot.find(public_id)) is not None:
                        writer.delete_document(number)
                for document in documents:
                    writer.put(document)
        self.rests_until = 0.0

    def replace(self, documents, names=()):
        with files.only_writer(self.folder):
            try:
                generation = files.begin_generation(self.folder)
                count = write_all(generation, documents, put_names(generation, names))
                Snapshot(generation, checked=self.checked)
                files.make_current(self.folder, generation)
            finally:
                files.sweep_generations(self.folder)
        self.rests_until = 0.0
        return count

    def tend(self):
        if len(small(self.current().segments)) <= FULL:
            return False
        with files.only_writer(self.folder):
            self.merge_in(self.open(self.snapshot))
        return True

    def merge_in(self, snapshot):
        """Make one segment of the small ones; returns the snapshot of that commit."""
        files.sweep_unsealed(snapshot.generation, snapshot.seal)
        segments = to_merge(snapshot.segments)
        files.check_files(snapshot.generation, files.of_segments(snapshot.seal, segments))
        with writing(snapshot.generation) as writer:
            writer.take_over(segments)
        return self.open(snapshot)


def small(segments):
    """Those that may be merged, the smallest first; news would wait for too long while large ones are."""
    found = [segment for segment in segments if segment.living < SEGMENT // 2]
    return sorted(found, key=lambda segment: segment.living)


def to_merge(segments):
    """The smallest two, and whoever is not much larger than those before it together."""
    chosen, total = [], 0
    for segment in small(segments):
        if len(chosen) >= 2 and segment.living > 2 * total:
            break
        chosen.append(segment)
        total += segment.living
    return [segment for segment in segments if segment in chosen]


def write_all(generation, documents, names):
    """Commit the documents in segments that fit into memory; returns how many they were."""
    documents, count = iter(documents), 0
    while True:
        with writing(generation, names) as writer:
            for document in islice(documents, SEGMENT):
                writer.put(document)
                count += 1
        if count % SEGMENT or not writer.doc_count():
            return count


def put_names(generation, names):
    """Write the names into a file of their own; returns its name, or None where there are none to write."""
    if names is None:
        return None
    name = f"{files.NAMES}{time.time_ns()}.json"
    rows = [astuple(one) for one in names]
    (generation / name).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return name


# Answering


def answer(snapshot, query, tree, hidden, begun):
    visible, deadline = visible_to(snapshot, hidden), time.thread_time() + BUDGET
    evaluation = Evaluation(snapshot, query, tree, deadline, visible)
    everything = in_place(snapshot, query, visible)
    found = evaluation.found & everything
    narrowed = snapshot.facets.narrow(found, query.filters)
    cases = np.flatnonzero(narrowed)
    page = ordered(snapshot, cases, evaluation.scores, query)
    return Results(
        total=len(cases),
        hits=hits(snapshot, page, evaluation.scores, with_texts=query.per_page is not None),
        facets=snapshot.facets.counts(found, query.filters),
        engine=WhooshEngine.name,
        took_ms=round((time.perf_counter() - begun) * 1000, 2),
        loose=evaluation.loose,
        suggestion=corrected(snapshot, query, tree, visible, deadline)
        if is_doubtful(tree, evaluation, cases)
        else None,
        without={}
        if len(cases)
        else without(snapshot, query, tree, evaluation.found, visible, found, everything),
    )


def visible_to(snapshot, hidden):
    """A mask of the cases that may be spoken of."""
    if not hidden:
        return snapshot.live
    return snapshot.keep(("visible", hidden), len, lambda: snapshot.live_without(hidden))


def corrected(snapshot, query, tree, visible, deadline):
    """The question as it was perhaps meant, if that finds cases and there is time to see."""

    def has_cases(text):
        other = strategies.read(text).tree
        found = Evaluation(snapshot, replace(query, q=text), other, deadline).found & visible
        return bool(snapshot.facets.narrow(found, query.filters).any())

    try:
        return spelling.suggestion(snapshot, query.q, tree, visible, has_cases)
    except OutOfTime:
        return None


def is_doubtful(tree, evaluation, cases):
    """Whether a word may have been mistyped: hardly a case was found, or none that holds every word."""
    return tree is not None and (len(cases) <= FEW_FOUND or evaluation.loose)


def without(snapshot, query, tree, matching, visible, found, everything):
    """What could be dropped → how many cases there would be then."""
    totals = snapshot.facets.without(found, everything, query.filters, tree is not None)
    if query.within or query.near or query.like:
        anywhere = snapshot.facets.narrow(matching & visible, query.filters)
        totals["place"] = int(anywhere.sum())
    return {name: total for name, total in totals.items() if total}


def in_place(snapshot, query, mask):
    """Those of the mask that lie where the question looks, and in cities that it means."""
    if query.within or query.near:
        mask = geography.narrow(mask, snapshot.lat, snapshot.lon, query)
    if query.like:
        mask = snapshot.facets.narrow(mask, {"city": list(query.alike or ())})
    return mask


def hits(snapshot, cases, scores, with_texts):
    cards, scored = snapshot.cards(cases), scores[cases].tolist()
    texts = snapshot.texts_of(cases) if with_texts else ((),) * len(cards)
    return [
        Hit(public_id, number, score, lat, lon, said)
        for (public_id, number, lat, lon), score, said in zip(cards, scored, texts, strict=True)
    ]


def ordered(snapshot, cases, scores, query):
    """The cases of the page that is asked for, in the order that is asked for; ties: the newest first."""
    last = len(cases) if query.per_page is None else query.offset + query.per_page
    if query.offset >= len(cases):
        return cases[:0]  # a page beyond the last is nobody's, and costs no sorting
    cases = best_of(cases, sort_keys(snapshot, cases, scores, query)[0], last)
    keys = sort_keys(snapshot, cases, scores, query)
    order = np.lexsort([np.array(snapshot.ids_of(cases)), -snapshot.published[cases], *reversed(keys)])
    return cases[order][query.offset : last]


def sort_keys(snapshot, cases, scores, query):
    """Arrays with an entry for each of the cases, the most important first; small means early."""
    match query.order:
        case "title":
            return [snapshot.title_rank[cases]]
        case "year":
            return [-snapshot.year[cases]]
        case "evidence":
            return [-snapshot.evidence[cases], -scores[cases]]
        case "adoptions":
            return [-snapshot.adoptions[cases], -scores[cases]]
        case "nearest":
            far = geography.kilometres(snapshot.lat[cases], snapshot.lon[cases], query.near[:2])
            return [np.nan_to_num(far, nan=np.inf)]
        case "likeness":
            return [-likeness(snapshot, query.alike or {})[cases], -scores[cases]]
        case "relevance":
            return [-np.round(scores[cases], 9)]
    return [-snapshot.published[cases]]


def likeness(snapshot, alike):
    found = np.zeros(snapshot.size)
    for slug, worth in alike.items():
        found = np.maximum(found, np.where(snapshot.facets.having("city", slug), worth, 0.0))
    return found
