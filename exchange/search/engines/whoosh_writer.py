"""Writing segments: Whoosh's own table of terms and table of contents, our postings, columns and texts.

A segment has four files: .trm, Whoosh's ordered hash of terms · .pst, the postings: for each term
the cases (u4), how often it stands in each field of theirs (u2), and its places (u4) · .col, the columns
of the cases · .txt, their plain texts, for snippets. A place is a field and a count of words: see PLACE.
"""

import struct
from array import array
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain, islice

import numpy as np
import whoosh.codec.whoosh3
import whoosh.filedb.filetables
import whoosh.index
import whoosh.writing

from exchange.search.engines import columns
from exchange.search.engines import whoosh_files as files
from exchange.search.query import TRANSLATED
from exchange.search.words import analysis

FIELDS = ("title", "summary", "body", "translated")  # as they are numbered in a place
PLACE = 28  # bits of a place that count words; those above are the field
MOST_WORDS = 60_000  # of one text
MOST_ADOPTIONS = 65_535
TERM = struct.Struct("<QIIB")  # of a term: where its postings begin, how many, how many places, which fields
LENGTHS = struct.Struct("!ii")  # of a key and its value, before them
CHUNK = 20_000_000  # places that are merged at a time
STEM = "\x1f"  # between the kind of a stem and the stem
COLUMNS = {
    "number": np.int32,
    "language": np.uint16,
    "published": np.float64,
    "evidence": np.uint8,
    "adoptions": np.uint16,
    "silent": np.uint8,
    "lat": np.float64,
    "lon": np.float64,
    **{f"length {name}": np.uint32 for name in FIELDS},
    "texts": np.uint64,  # where a case's texts end in .txt
}


class Files:
    """What Whoosh asks its per-document writer: ours writes columns and texts when a segment is full."""

    is_closed = False

    def close(self):
        self.is_closed = True


class TermTable(whoosh.filedb.filetables.OrderedHashWriter):
    """Whoosh's own without its hashes, which cost most of the time: terms are found by their order."""

    def add(self, key, value):
        assert key > self.lastkey
        self.lastkey = key
        self.index.append(self.dbfile.tell())
        self.dbfile.write(LENGTHS.pack(len(key), len(value)) + key + value)


class FieldWriter(whoosh.codec.whoosh3.W3FieldWriter):
    """Whoosh's own, but each term comes with the bytes that are kept of it."""

    def __init__(self, *args):
        with ExitStack() as files:
            self.files = files
            super().__init__(*args)
            self.files = files.pop_all()
        self._tindex.__class__ = TermTable

    def _create_file(self, ending):
        file = super()._create_file(ending)
        self.files.callback(file.file.close)
        return file

    def add(self, field, term, value):
        self._tindex.add(bytes((0, field)) + term, value)

    def write(self, postings):
        """Append bytes to the postings; returns where they begin."""
        place = self._postfile.tell()
        self._postfile.write(postings)
        return place

    def close(self):
        if not self.is_closed:
            with self.files:  # closed in any case, also when the disk is full
                super().close()


class Codec(whoosh.codec.whoosh3.W3Codec):
    length_stats = False

    def per_document_writer(self, storage, segment):
        return Files()

    def field_writer(self, storage, segment):
        return FieldWriter(self, storage, segment)


class Known(dict):
    """Word as it is written → numbers of the words that it becomes; what is new is learnt on the way."""

    def __init__(self, learn, language):
        self.learn, self.language = learn, language

    def __missing__(self, word):
        found = self[word] = self.learn(word, self.language)
        return found

    def read(self, text):
        """The numbers of a text's words in the vocabulary, in their order."""
        numbers = chain.from_iterable(map(self.__getitem__, analysis.WORD.findall(text)))
        return list(islice(numbers, MOST_WORDS))


class Writer(whoosh.writing.SegmentWriter):
    """One commit: new documents, deletions, or a merge; sealed before what it replaces is deleted."""

    def __init__(self, generation, before, names=None):
        self.folder, self.before, self.names = generation, before["files"], names
        index = whoosh.index.FileIndex(files.storage_of(generation), files.SCHEMA, files.NAME)
        super().__init__(index, codec=Codec(), compound=False, _lk=False)  # the lock is ours
        self.text_file = None
        self.rows = {name: [] for name in COLUMNS}
        self.ids, self.stamps, self.titles = [], [], []
        self.languages, self.facet_values, self.facet_rows = {}, {}, {}
        self.known, self.vocabulary, self.stems = {}, {}, {}
        self.merged = ()
        self.terms, self.places, self.sizes = array("I"), array("I"), array("I")

    # One document

    def put(self, document):
        before = len(self.terms)
        for field, (name, numbers) in enumerate(zip(FIELDS, self.numbered(document), strict=True)):
            start = field << PLACE
            self.terms.extend(numbers)
            self.places.extend(range(start, start + len(numbers)))
            self.rows[f"length {name}"].append(len(numbers))
        self.sizes.append(len(self.terms) - before)
        self.keep_columns(document)
        self.keep_texts(
            "\n".join((one_line(document.title), one_line(document.summary), document.body)).encode()
        )
        self._added = True
        self.docnum += 1

    def numbered(self, document):
        """The numbers of the words of each field; those of translations are read in their own languages."""
        own = self.known_in(document.language)
        yield from (own.read(text) for text in (document.title, document.summary, document.body))
        texts = (self.known_in(language).read(text) for language, text in document.translations)
        yield list(islice(chain.from_iterable(texts), MOST_WORDS))

    def known_in(self, language):
        if language not in self.known:
            self.known[language] = Known(self.learn, language)
        return self.known[language]

    def learn(self, word, language):
        """The numbers of the words that this one becomes; its stems are kept."""
        folded = analysis.pieces(word)
        for kind, stem in analysis.stems(word, language):
            self.stems.setdefault(f"{kind}{STEM}{stem}".encode(), set()).update(folded)
        return tuple(self.vocabulary.setdefault(one, len(self.vocabulary)) for one in folded)

    def keep_columns(self, document):
        place = (document.lat, document.lon) if document.lat is not None else (np.nan, np.nan)
        rows = self.rows
        rows["number"].append(document.number)
        rows["language"].append(self.languages.setdefault(document.language, len(self.languages)))
        for language in document.facets.get(TRANSLATED, ()):
            self.languages.setdefault(language, len(self.languages))
        rows["published"].append(document.published)
        rows["evidence"].append(document.evidence)
        rows["adoptions"].append(min(document.adoptions, MOST_ADOPTIONS))
        rows["silent"].append(document.silent)
        rows["lat"].append(place[0])
        rows["lon"].append(place[1])
        self.ids.append(document.public_id)
        self.stamps.append(document.stamp)
        self.titles.append(analysis.fold_all(document.title))
        for name, values in document.facets.items():
            known = self.facet_values.setdefault(name, {})
            row = [known.setdefault(value, len(known)) for value in values]
            self.facet_rows.setdefault(name, []).append((self.docnum, row))

    def keep_texts(self, data):
        if self.text_file is None:
            self.text_file = open(self.folder / self.newsegment.make_filename(".txt"), "wb")  # noqa: SIM115
        self.text_file.write(data)
        self.rows["texts"].append(self.text_file.tell())

    # Segments that become one

    def take_over(self, segments):
        """Put the living cases of these open segments (and of no other) into this one."""
        self.merged = segments
        for segment in segments:
            for local in np.flatnonzero(segment.live).tolist():
                self.keep_columns(segment.document(local))
                for name in FIELDS:
                    self.rows[f"length {name}"].append(segment.columns[f"length {name}"][local])
                self.keep_texts(segment.raw_texts(local))
                self.docnum += 1
        self._added = self.docnum > 0
        gone = {segment.id for segment in segments}
        self.segments = [one for one in self.segments if one.segment_id() not in gone]

    # The commit

    def _merge_segments(self, mergetype, optimize, merge):
        return self.segments  # a commit merges nothing by the way: see `take_over`

    def _flush_segment(self):
        if self.merged:
            write_merged(self.fieldwriter, self.merged)
        else:
            self.write_new()
        self.text_file.close()
        data = columns.packed(*self.as_columns())
        (self.folder / self.newsegment.make_filename(".col")).write_bytes(data)
        self.perdocwriter.close()
        self.fieldwriter.close()

    def write_new(self):
        words = sorted((word.encode(), number) for word, number in self.vocabulary.items())
        rank = np.empty(len(words), np.int64)
        rank[[number for _, number in words]] = np.arange(len(words))
        terms = rank[np.frombuffer(self.terms, np.uint32)] if self.terms else np.empty(0, np.int64)
        documents = np.repeat(np.arange(self.docnum, dtype=np.uint32), np.frombuffer(self.sizes, np.uint32))
        order = np.argsort(terms, kind="stable")
        places = np.frombuffer(self.places, np.uint32) if self.places else np.empty(0, np.uint32)
        write_terms(
            self.fieldwriter, [word for word, _ in words], terms[order], documents[order], places[order]
        )
        write_stems(self.fieldwriter, self.stems)

    def as_columns(self):
        arrays = {name: np.array(self.rows[name], kind) for name, kind in COLUMNS.items()}
        arrays["ids"], arrays["stamps"] = columns.as_bytes(self.ids), columns.as_bytes(self.stamps)
        arrays["titles"] = columns.as_bytes(self.titles)
        for name, rows in self.facet_rows.items():
            arrays[f"{name} cases"] = np.repeat(
                np.array([number for number, _ in rows], np.uint32), [len(values) for _, values in rows]
            )
            arrays[f"{name} values"] = np.array([one for _, values in rows for one in values], np.uint32)
        about = {
            "languages": list(self.languages),
            "facets": {name: list(values) for name, values in self.facet_values.items()},
        }
        return arrays, about

    def _close_segment(self):
        try:
            super()._close_segment()
        finally:
            if self.text_file:
                self.text_file.close()

    def _commit_toc(self, segments):
        whoosh.index.TOC(self.schema, segments, self.generation).write(self.storage, files.NAME)
        names = self.names or next((name for name in self.before if name.startswith(files.NAMES)), None)
        ids = {segment.segment_id() for segment in segments}
        files.seal(self.folder, self.generation, ids, names, self.before)
        whoosh.index.clean_files(self.storage, files.NAME, self.generation, segments)


def one_line(text):
    return " ".join(text.split())


@contextmanager
def writing(generation, names=None):
    """`with writing(…) as writer:` – one commit, or nothing when something goes wrong.

    `names` is the file of names that belongs to it, where it is a new one.
    """
    try:
        before = files.read_seal(generation)
    except files.Unusable:
        before = {"files": {}}  # the first commit of a new generation
    writer = Writer(generation, before, names)
    try:
        yield writer
        writer.commit()
    except BaseException:
        with suppress(Exception):  # on a full disk even this may fail; the next writer sweeps
            writer.cancel()
        raise


# Postings


def write_terms(writer, words, terms, documents, places):
    """Write the postings of sorted `words` (bytes); the arrays are sorted by term, document, place."""
    if not len(terms):
        return
    begin = np.flatnonzero(np.concatenate(([True], (np.diff(terms) != 0) | (np.diff(documents) != 0))))
    cases, owners = documents[begin], terms[begin]
    fields = places >> PLACE
    counts = [np.add.reduceat(fields == field, begin, dtype=np.uint16) for field in range(len(FIELDS))]
    first = np.searchsorted(owners, np.arange(len(words) + 1)).tolist()
    ends = np.append(begin, len(terms))[first].tolist()
    flags = sum(
        (np.maximum.reduceat(one, first[:-1]) > 0).astype(np.uint8) << field
        for field, one in enumerate(counts)
    ).tolist()
    for number, word in enumerate(words):
        start, stop = first[number], first[number + 1]
        blob = [cases[start:stop].tobytes()]
        blob += [
            counts[field][start:stop].tobytes() for field in range(len(FIELDS)) if flags[number] >> field & 1
        ]
        size = sum(map(len, blob))
        blob += [b"\0" * (-size % 4), places[ends[number] : ends[number + 1]].tobytes()]
        value = TERM.pack(
            writer.write(b"".join(blob)), stop - start, ends[number + 1] - ends[number], flags[number]
        )
        writer.add(0, word, value)


def write_stems(writer, stems):
    for stem, words in sorted(stems.items()):
        writer.add(1, stem, "\n".join(sorted(words)).encode())


def write_merged(writer, segments):
    """Write all terms of open segments, their living cases numbered anew, a range of terms at a time."""
    bases = np.cumsum([0, *(int(segment.live.sum()) for segment in segments)])[:-1]
    for words in ranges_of(segments):
        parts = [part for base, one in zip(bases, segments, strict=True) for part in one.flat(words, base)]
        terms, documents, places = (
            (np.concatenate(column) for column in zip(*parts, strict=True)) if parts else 3 * [()]
        )
        if len(terms):
            order = np.lexsort((places, documents, terms))
            left, terms = np.unique(terms[order], return_inverse=True)
            write_terms(writer, [words[n] for n in left], terms, documents[order], places[order])
    write_stems(writer, stems_of(segments))


def ranges_of(segments):
    """The terms of all segments in their order, in lists that have at most CHUNK places (or one term)."""
    sizes = {}
    for segment in segments:
        for word, value in segment.lexicon.items(0):
            sizes[word] = sizes.get(word, 0) + TERM.unpack(value)[2]
    chunk, held = [], 0
    for word in sorted(sizes):
        if chunk and held + sizes[word] > CHUNK:
            yield chunk
            chunk, held = [], 0
        chunk.append(word)
        held += sizes[word]
    if chunk:
        yield chunk


def stems_of(segments):
    found = {}
    for segment in segments:
        for stem, words in segment.lexicon.items(1):
            found.setdefault(stem, set()).update(words.decode().split("\n"))
    return found
