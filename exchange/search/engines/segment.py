"""One segment of the index, opened for reading: never changed, safe to share between threads.

Terms and columns are held in memory, postings and texts are read when they are asked for.
"""

import io
import os
import weakref
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import whoosh.codec.whoosh3
import whoosh.filedb.filetables
import whoosh.filedb.structfile

from exchange.search.engines import columns
from exchange.search.engines.spelling import Vocabulary
from exchange.search.engines.whoosh_writer import FIELDS, TERM
from exchange.search.query import Document

MOST_KEPT = 1_000_000  # postings and places of one segment that are kept in memory


class Segment:
    """`live` tells which of its cases are still there; it is the one thing that differs between commits."""

    def __init__(self, generation, description):
        self.id, self.size = description.segment_id(), description.doc_count_all()
        self.live = np.ones(self.size, bool)
        self.live[list(description.deleted_docs())] = False
        self.shared = Shared(generation / self.id, self.size)

    def renewed(self, description):
        """The same segment as a later commit describes it; what was read of it stays read."""
        other = object.__new__(Segment)
        other.id, other.size, other.shared = self.id, self.size, self.shared
        other.live = np.ones(self.size, bool)
        other.live[list(description.deleted_docs())] = False
        return other

    @property
    def living(self):
        return int(self.live.sum())

    def __getattr__(self, name):
        return getattr(self.__dict__["shared"], name)

    def document(self, local):
        """A Document with everything but its words, for a merge."""
        place = float(self.columns["lat"][local]), float(self.columns["lon"][local])
        known = not np.isnan(place[0])
        return Document(
            public_id=self.ids[local],
            number=int(self.columns["number"][local]),
            language=self.about["languages"][self.columns["language"][local]],
            title=self.titles[local],
            summary="",
            body="",
            facets={name: self.values(name, local) for name in self.about["facets"]},
            published=float(self.columns["published"][local]),
            evidence=int(self.columns["evidence"][local]),
            adoptions=int(self.columns["adoptions"][local]),
            silent=bool(self.columns["silent"][local]),
            lat=place[0] if known else None,
            lon=place[1] if known else None,
            stamp=self.stamps[local],
        )

    def flat(self, words, base):
        """(number of the word, case, place) arrays of the living cases, numbered from `base`, per word."""
        numbers = np.cumsum(self.live) - 1 + base
        for number, word in enumerate(words):
            if posting := self.shared.read(word):
                alive = np.repeat(self.live[posting.cases], posting.totals)
                documents = np.repeat(numbers[posting.cases], posting.totals)[alive].astype(np.uint32)
                yield np.full(len(documents), number, np.uint32), documents, posting.places[alive]


class Shared:
    """What a segment holds on disk, and what of it was read."""

    def __init__(self, path, size):
        self.columns, self.about = columns.unpacked(path.with_suffix(".col").read_bytes())
        self.lexicon = Lexicon(path.with_suffix(".trm").read_bytes())
        self.ids = columns.as_texts(self.columns["ids"], size)
        self.place_of = {public_id: place for place, public_id in enumerate(self.ids)}
        self.postings_file = self.open(path.with_suffix(".pst"))
        self.texts_file = self.open(path.with_suffix(".txt"))
        self.size, self.kept, self.weight = size, {}, 0

    def open(self, path):
        handle = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, handle)
        return handle

    @cached_property
    def stamps(self):
        return columns.as_texts(self.columns["stamps"], self.size)

    @cached_property
    def titles(self):
        return columns.as_texts(self.columns["titles"], self.size)

    @cached_property
    def vocabulary(self):
        return Vocabulary(self.lexicon)

    def values(self, facet, local):
        """The values of a facet that one case has."""
        cases, values = self.columns[f"{facet} cases"], self.columns[f"{facet} values"]
        start, stop = np.searchsorted(cases, (local, local + 1))
        return [self.about["facets"][facet][number] for number in values[start:stop]]

    def raw_texts(self, local):
        ends = self.columns["texts"]
        start = int(ends[local - 1]) if local else 0
        return read_exactly(self.texts_file, int(ends[local]) - start, start)

    def summary_and_body(self, local):
        """The plain texts of a case but its title; the answers of the body are lines."""
        return tuple(self.raw_texts(local).decode().split("\n", 2)[1:])

    def texts(self, local):
        """The plain texts of a case: title, summary, then each answer."""
        return self.raw_texts(local).decode().split("\n")

    def posting(self, word):
        """The Posting of a folded word, or None; kept in memory."""
        try:
            return self.kept[word]
        except KeyError:
            found = self.read(word.encode())
        if self.weight > MOST_KEPT:
            self.kept, self.weight = {}, 0
        self.kept[word] = found
        self.weight += len(found.cases) + 8 if found else 8
        return found

    def read(self, term):
        value = self.lexicon.get(0, term)
        if value is None:
            return None
        place, count, places, flags = TERM.unpack(value)
        fields = [field for field in range(len(FIELDS)) if flags >> field & 1]
        size = count * (4 + 2 * len(fields))
        data = read_exactly(self.postings_file, size, place)
        cases = np.frombuffer(data, np.uint32, count)
        counts = {
            field: np.frombuffer(data, np.uint16, count, count * (4 + 2 * at))
            for at, field in enumerate(fields)
        }
        return Posting(self, cases, counts, place + size + -size % 4, places)

    def count(self, term):
        """In how many cases, living or not, a term (bytes) stands."""
        value = self.lexicon.get(0, term)
        return TERM.unpack(value)[1] if value else 0

    def stemmed(self, stem):
        """The folded words that are kept under a stem (bytes: see whoosh_writer.STEM)."""
        value = self.lexicon.get(1, stem)
        return value.decode().split("\n") if value else ()


@dataclass
class Posting:
    """Where one word stands: the cases (ascending), and how often in which field."""

    segment: Shared
    cases: np.ndarray  # u4
    counts: dict  # field → u2, as long as cases
    start: int
    length: int

    @cached_property
    def totals(self):
        return sum(one.astype(np.int64) for one in self.counts.values())

    @cached_property
    def ends(self):
        return np.cumsum(self.totals)

    @cached_property
    def places(self):
        self.segment.weight += self.length
        return np.frombuffer(read_exactly(self.segment.postings_file, 4 * self.length, self.start), np.uint32)

    def places_in(self, wanted):
        """(case, place) arrays of those of the `wanted` cases (ascending) that have it."""
        at = np.searchsorted(self.cases, wanted)
        at[at == len(self.cases)] = 0
        at = at[self.cases[at] == wanted]
        lengths = self.totals[at]
        starts = self.ends[at] - lengths
        index = np.repeat(starts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
        return np.repeat(self.cases[at], lengths), self.places[index]


class Lexicon:
    """Whoosh's ordered hash of terms, held in memory and searched by halving: safe to share."""

    def __init__(self, data):
        file = whoosh.filedb.structfile.StructFile(io.BytesIO(data))
        table = whoosh.filedb.filetables.OrderedHashReader(file, len(data))
        kind = np.dtype(table.extras["indextype"]).newbyteorder(">")
        self.data = data
        self.places = array("q")
        if table.indexlen:
            places = np.frombuffer(data, kind, table.indexlen, table.indexbase)
            self.places.frombytes(places.astype(np.int64).tobytes())

    def key(self, place):
        return self.data[place + 8 : place + 8 + int.from_bytes(self.data[place : place + 4])]

    def value(self, place):
        key, value = (
            int.from_bytes(self.data[place : place + 4]),
            int.from_bytes(self.data[place + 4 : place + 8]),
        )
        return self.data[place + 8 + key : place + 8 + key + value]

    def get(self, field, term):
        key = bytes((0, field)) + term
        at = bisect_left(self.places, key, key=self.key)
        if at < len(self.places) and self.key(self.places[at]) == key:
            return self.value(self.places[at])
        return None

    def places_of(self, field):
        """Where the keys of a field lie in the data, as an array."""
        start, stop = (bisect_left(self.places, bytes((0, one)), key=self.key) for one in (field, field + 1))
        return np.array(self.places[start:stop], np.int64)

    def items(self, field, start=b""):
        """(term, value) of every term of a field that begins so, in order."""
        key = bytes((0, field)) + start
        for at in range(bisect_left(self.places, key, key=self.key), len(self.places)):
            found = self.key(self.places[at])
            if not found.startswith(key):
                return
            yield found[2:], self.value(self.places[at])


def read_exactly(handle, size, place):
    data = os.pread(handle, size, place)
    if len(data) != size:
        raise OSError("the file is shorter than it was")
    return data


assert whoosh.codec.whoosh3.W3Codec.TERMS_EXT == ".trm"
