"""What was asked just now: the same question over the same index is evaluated once.

An answer is remembered under all that it depends on: the question, the state of the index and the cases
that were taken back since. Each process remembers for itself; nothing is ever made invalid, what nobody
asks for any more is forgotten.
"""

import hashlib
from collections import OrderedDict
from threading import Lock

from exchange.search.engine import get_engine

MOST = 200  # answers
HEAVIEST = 8_000_000  # characters of all that is remembered
A_HIT = 200  # characters that a hit counts beside its texts


class Cache:
    """Answers by their keys, safe to share between threads; the longest unasked go first."""

    def __init__(self, most=MOST, heaviest=HEAVIEST):
        self.most, self.heaviest = most, heaviest
        self.kept, self.weight, self.lock = OrderedDict(), 0, Lock()

    def get(self, key):
        with self.lock:
            if key not in self.kept:
                return None
            self.kept.move_to_end(key)
            return self.kept[key][0]

    def put(self, key, results):
        weight = weight_of(results)
        with self.lock:
            self.drop(key)
            self.kept[key] = results, weight
            self.weight += weight
            while len(self.kept) > self.most or self.weight > self.heaviest:
                self.drop(next(iter(self.kept)))

    def drop(self, key):
        _results, weight = self.kept.pop(key, (None, 0))
        self.weight -= weight


def search(app, query, tree, hidden):
    """The engine's Results, perhaps of earlier; raises what the engine raises. Whole results are not kept."""
    engine, cache = get_engine(app), cache_of(app)
    key = key_of(query, tree, hidden, engine.state()) if query.per_page else None
    found = cache.get(key) if key else None
    if found is None:
        found = engine.search(query, tree, hidden)
        if key:
            cache.put(key, found)
    return found


def cache_of(app):
    return app.extensions.setdefault("search results", Cache())


def key_of(query, tree, hidden, state):
    """The same for all questions with the same answer, however their addresses put them."""
    words = digest(repr((query.q, tree)))
    filters = tuple((name, *sorted(values)) for name, values in sorted(query.filters.items()))
    place = query.within, query.near, query.like, tuple(sorted((query.alike or {}).items()))
    shape = query.order, query.page, query.per_page, query.language, query.strict, tuple(sorted(query.off))
    return state, digest("\n".join(sorted(hidden))), words, filters, place, shape


def digest(text):
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def weight_of(results):
    texts = sum(len(text) for hit in results.hits for text in hit.texts)
    return texts + A_HIT * (len(results.hits) + sum(len(counts) for counts in results.facets.values()))
