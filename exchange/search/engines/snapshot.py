"""One commit of the index, opened once and never changed: its segments side by side, cases numbered through.

What is read of a segment stays with the segment, so the next commit opens quickly.
"""

import os
from bisect import bisect_right
from functools import cached_property
from pathlib import Path

import numpy as np

from exchange.search.engine import Unusable
from exchange.search.engines import whoosh_files as files
from exchange.search.engines.facets import Facets
from exchange.search.engines.names import Names
from exchange.search.engines.segment import Segment
from exchange.search.engines.whoosh_writer import FIELDS, STEM
from exchange.search.query import TRANSLATED
from exchange.search.words import analysis

MOST_KEPT = 8_000_000  # numbers of slots that are kept in memory
A_SLOT = 50  # numbers that one weighs by being there


class Snapshot:
    """Raises Unusable when it is not what was sealed. Segments of an older one, `before`, are used again."""

    def __init__(self, link, before=None, checked=None):
        self.generation, self.link = Path(os.path.realpath(link)), link
        self.seal = files.read_seal(self.generation)
        self.sign = files.look(self.generation, self.seal)
        files.check_files(self.generation, self.seal["files"], checked)
        try:
            self.load(before)
        except Exception as error:
            raise Unusable(f"the index could not be opened: {error!r}") from error

    def load(self, before):
        known = (
            {one.id: one for one in before.segments}
            if before and before.generation == self.generation
            else {}
        )
        self.segments = [
            known[one.segment_id()].renewed(one)
            if one.segment_id() in known
            else Segment(self.generation, one)
            for one in files.segments_of(self.generation, self.seal)
        ]
        self.bases = np.cumsum([0, *(segment.size for segment in self.segments)]).tolist()
        self.size = self.bases[-1]
        self.live = self.joined([segment.live for segment in self.segments], bool)
        self.whole = bool(self.live.all())
        self.count = int(self.live.sum())
        self.languages, self.language = self.in_common("languages", self.column("language"))
        self.norm_inputs = [self.column(f"length {name}").astype(np.float32) for name in FIELDS]
        names = files.names_of(self.generation, self.seal)
        self.names = before.names if before is not None and before.names.rows == names else Names(names)
        self.kept, self.weight = {}, 0

    def column(self, name):
        return self.joined([segment.columns[name] for segment in self.segments], np.uint32)

    def joined(self, arrays, kind):
        return np.concatenate(arrays) if arrays else np.empty(0, kind)

    def in_common(self, name, numbers):
        """(values, numbers) of a column whose values each segment has numbered by itself."""
        values = {}
        renumbered = [
            np.array([values.setdefault(value, len(values)) for value in segment.about[name]], np.int64)
            for segment in self.segments
        ]
        parts = [
            renumbered[at][numbers[self.bases[at] : self.bases[at + 1]]] for at in range(len(self.segments))
        ]
        return list(values), self.joined(parts, np.int64)

    def is_untouched(self):
        try:
            same_link = os.readlink(self.link) == self.generation.name
            return same_link and self.sign == files.look(self.generation, self.seal)
        except (OSError, Unusable):
            return False

    def speaking(self, language):
        """A mask of the cases that can be read in that language; of all of them for ''."""
        if language == "":
            return np.ones(self.size, bool)
        if language not in self.languages:
            return np.zeros(self.size, bool)
        own = self.language == self.languages.index(language)
        return own | self.facets.having(TRANSLATED, language)

    def are_in(self, languages, cases):
        """Of each of these cases, whether it can be read in one of these languages (their numbers)."""
        found = np.isin(self.language[cases], list(languages))
        for number in languages if TRANSLATED in self.facets.facets else ():
            found |= self.translated_into(self.languages[number])[cases]
        return found

    def translated_into(self, language):
        key = ("translated", language)
        return self.keep(key, len, lambda: self.facets.having(TRANSLATED, language))

    # The columns

    @cached_property
    def facets(self):
        names = dict.fromkeys(name for segment in self.segments for name in segment.about["facets"])
        return Facets({name: self.pairs(name) for name in names}, self.size)

    def pairs(self, name):
        values, cases, numbers = {}, [], []
        for base, segment in zip(self.bases, self.segments, strict=False):
            if name in segment.about["facets"]:
                known = [values.setdefault(value, len(values)) for value in segment.about["facets"][name]]
                cases.append(segment.columns[f"{name} cases"].astype(np.int32) + np.int32(base))
                numbers.append(np.array(known, np.int32)[segment.columns[f"{name} values"]])
        return list(values), np.concatenate(cases), np.concatenate(numbers)

    @cached_property
    def published(self):
        return self.column("published")

    @cached_property
    def number(self):
        return self.column("number")

    @cached_property
    def evidence(self):
        return self.column("evidence").astype(np.int64)

    @cached_property
    def adoptions(self):
        return self.column("adoptions").astype(np.int64)

    @cached_property
    def silent(self):
        return self.column("silent").astype(bool)

    @cached_property
    def lat(self):
        return self.column("lat").astype(np.float64)

    @cached_property
    def lon(self):
        return self.column("lon").astype(np.float64)

    @cached_property
    def year(self):
        """The start year of each case; 0 where none is said."""
        found = np.zeros(self.size, np.int64)
        if "year" in self.facets.facets:
            values, cases, numbers = self.pairs("year")
            found[cases] = np.array([int(value) if value.isdecimal() else 0 for value in values])[numbers]
        return found

    @cached_property
    def title_rank(self):
        titles = [title for segment in self.segments for title in segment.titles]
        rank = np.empty(self.size, np.int64)
        rank[sorted(range(self.size), key=titles.__getitem__)] = np.arange(self.size)
        same = {}
        return np.array([same.setdefault(title, rank[at]) for at, title in enumerate(titles)], np.int64)

    def local(self, case):
        """(what its segment holds, number in it) of a case."""
        at = bisect_right(self.bases, case) - 1
        return self.segments[at].shared, case - self.bases[at]

    def ids_of(self, cases):
        """The public ids of cases, as a list."""
        return [segment.ids[local] for segment, local in map(self.local, cases.tolist())]

    def find(self, public_id):
        """The number of a living case, or None."""
        for base, segment in zip(self.bases, self.segments, strict=False):
            place = segment.place_of.get(public_id)
            if place is not None and segment.live[place]:
                return base + place
        return None

    def live_without(self, public_ids):
        """A mask of the living cases but these."""
        mask = self.live.copy()
        for public_id in public_ids:
            if (case := self.find(public_id)) is not None:
                mask[case] = False
        return mask

    def cards(self, cases):
        """(public id, number of its revision, latitude, longitude) of each of these cases, an array."""
        lat, lon = self.lat[cases], self.lon[cases]
        lat, lon = (np.where(np.isnan(lat), None, one).tolist() for one in (lat, lon))
        return list(zip(self.ids_of(cases), self.number[cases].tolist(), lat, lon, strict=True))

    def texts_of(self, cases):
        """The plain (summary, body) of each of these cases."""
        return [segment.summary_and_body(local) for segment, local in map(self.local, cases.tolist())]

    # Words

    def words(self, folded, written, off=()):
        """Folded word → the numbers of the languages in whose texts it is the typed word (None: in all)."""
        found = dict.fromkeys(analysis.spellings(folded, written))
        for word in self.stemmed(analysis.WRITTEN_OUT, folded):
            found[word] = None
        if "stems" in off:
            return found
        for number, language in enumerate(self.languages):
            for stem in analysis.keys(folded, written, language):
                for word in self.stemmed(language, stem):
                    if found.get(word, ()) is not None:
                        found.setdefault(word, set()).add(number)
        return found

    def stemmed(self, kind, stem):
        key = f"{kind}{STEM}{stem}".encode()
        return {word for segment in self.segments for word in segment.stemmed(key)}

    def beginning(self, start, most, field=None):
        """The folded words that begin so and stand in that field, the most frequent first."""
        totals, wanted = {}, 0xFF if field is None else 1 << field
        for segment in self.segments:
            for word, value in segment.lexicon.items(0, start.encode()):
                if value[16] & wanted:
                    totals[word] = totals.get(word, 0) + int.from_bytes(value[8:12], "little")
        best = sorted(totals, key=lambda word: (-totals[word], word))[:most]
        return [word.decode() for word in best]

    def keep(self, key, weight, make):
        """What `make` returns, made once; forgotten when too much has come together."""
        try:
            return self.kept[key]
        except KeyError:
            found = make()
        if self.weight > MOST_KEPT:
            self.kept, self.weight = {}, 0
        self.kept[key] = found
        self.weight += weight(found) + A_SLOT + len(repr(key))  # nonsense finds nothing, and weighs
        return found
