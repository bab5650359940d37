"""The embedded index on disk: Whoosh's files, made durable and checked before they are believed.

    index.lock            whoever holds it writes (fcntl), one at a time
    index/current         a link to the generation that is read
    index/<generation>/   Whoosh's segments and table of contents, and `sealed.json`

Whoosh never calls fsync and has no checksums. So a commit counts only when `sealed.json` names it:
written last, after every file it lists is safely on disk, with the size and checksum of each. Readers
open exactly what it lists. Files of a commit that was cut off are swept away by the next writer.
"""

import fcntl
import json
import os
import secrets
import shutil
import warnings
import zlib
from array import array
from contextlib import contextmanager, suppress
from importlib import metadata

from exchange.search.engine import Unusable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh is older than this Python; only its import is loud
    import whoosh
    import whoosh.codec.whoosh3
    import whoosh.filedb.filestore
    import whoosh.index
    import whoosh.matching
    import whoosh.multiproc
    import whoosh.reading
    import whoosh.searching
    import whoosh.writing
    from whoosh import fields, formats

FORMAT = f"1, whoosh {metadata.version('whoosh')}, snowball {metadata.version('snowballstemmer')}"
NAME = "MAIN"  # as Whoosh calls an index
SEALED = "sealed.json"
SEARCHED = ("title", "summary", "names", "body")
BLOCK = 2048  # postings
COMPRESSION = 0
PLACE = "I"  # the array type of a place in a text


class Places(formats.Format):
    """A posting's value: the places of the term in the text, as an array of unsigned integers."""

    def decode_positions(self, value):
        return array(PLACE, value).tolist()


class Terms(fields.FieldType):
    """A field of terms. Texts are analysed before they come here: see Writer.put."""

    def __init__(self, format_):
        super().__init__(format_, None)


SCHEMA = fields.Schema(
    card=fields.STORED(), spelt=Terms(formats.Existence()), **{name: Terms(Places()) for name in SEARCHED}
)


@contextmanager
def only_writer(folder):
    """Hold the lock of this index, waiting for whoever has it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.parent / (folder.name + ".lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# Reading


def read_seal(generation):
    """What was committed last: {format, number, files: {name: [size, checksum]}}; raises Unusable."""
    try:
        seal = json.loads((generation / SEALED).read_bytes())
        if seal["format"] == FORMAT and isinstance(seal["number"], int) and seal["files"]:
            return seal
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"there is no index: {error!r}") from error
    raise Unusable(f"an index of another format: {seal['format']}")


def check_files(generation, seal):
    """Raise Unusable unless every sealed file has its size and checksum."""
    for name, known in seal["files"].items():
        try:
            found = fingerprint(generation / name)
        except OSError as error:
            raise Unusable(f"a file of the index is missing: {name}") from error
        if found != known:
            raise Unusable(f"a file of the index is damaged: {name}")


def fingerprint(path):
    """[size, checksum] of a file."""
    size, checksum = 0, 0
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            size += len(block)
            checksum = zlib.crc32(block, checksum)
    return [size, checksum]


def look(generation, seal):
    """A cheap sign of the sealed files, another one whenever any of them was touched; raises Unusable."""
    try:
        return tuple(
            (stat.st_size, stat.st_mtime_ns, stat.st_ino)
            for stat in (os.stat(generation / name) for name in (SEALED, *seal["files"]))
        )
    except OSError as error:
        raise Unusable(f"a file of the index is missing: {error.filename}") from error


def open_readers(generation, seal):
    """Whoosh's readers of the sealed segments, each with the number of its first case."""
    storage = storage_of(generation)
    toc = whoosh.index.TOC.read(storage, NAME, gen=seal["number"], schema=SCHEMA)
    reader = whoosh.index.FileIndex._reader(storage, SCHEMA, toc.segments, seal["number"])
    return reader, reader.leaf_readers() if toc.segments else []


def storage_of(generation):
    # Not mapped into memory: a file that is cut short under our feet must raise, not kill the process.
    return whoosh.filedb.filestore.FileStorage(str(generation), supports_mmap=False)


# Writing: the caller holds the lock


class PostingsWriter(whoosh.codec.whoosh3.W3PostingsWriter):
    """Whoosh's own, but a term's postings come all at once and every weight is 1."""

    def add_all(self, numbers, values):
        for start in range(0, len(numbers), BLOCK):
            if start:
                self._write_block()
            self._ids = array("I", numbers[start : start + BLOCK])
            self._values = values[start : start + BLOCK]
            self._weights = array("f", (1.0,)) * len(self._ids)

    def _mini_weights(self):
        return None


class FieldWriter(whoosh.codec.whoosh3.W3FieldWriter):
    """Whoosh's own, fed term by term."""

    def add_postings(self, schema, lengths, terms):
        current = None
        for (field, term), (numbers, values) in terms:
            if field != current:
                if current is not None:
                    self.finish_field()
                self.start_field(field, schema[field])
                current = field
            self.start_term(term)
            self._postwriter.add_all(numbers, values)
            self.finish_term()
        if current is not None:
            self.finish_field()


class Codec(whoosh.codec.whoosh3.W3Codec):
    """Whoosh's own, without the lengths of fields: we keep them ourselves."""

    length_stats = False

    def field_writer(self, storage, segment):
        return FieldWriter(self, storage, segment)

    def postings_writer(self, dbfile, byteids=False):
        return PostingsWriter(dbfile, BLOCK, byteids, COMPRESSION)


class Pool:
    """The postings of a segment on their way to disk: grouped by term in memory, not sorted through files."""

    def __init__(self):
        self.found = {}

    def add(self, posting):
        field, term, number, _, value = posting
        self.put(field, term, number, value)

    def put(self, field, term, number, value):
        rows = self.found.get((field, term))
        if rows is None:
            rows = self.found[field, term] = ([], [])
        rows[0].append(number)
        rows[1].append(value)

    def iter_postings(self):
        """((field, term), (numbers, values)) in the order of the index."""
        return iter(sorted(self.found.items()))

    def cleanup(self):
        self.found = {}


class Writer(whoosh.writing.SegmentWriter):
    """Whoosh's writer, whose commit is sealed before the files it replaces are deleted."""

    def __init__(self, generation):
        self.folder = generation
        index = whoosh.index.FileIndex(storage_of(generation), SCHEMA, NAME)
        super().__init__(index, codec=Codec(), compound=False)
        self.pool = Pool()  # instead of the one that Whoosh has just made, whatever class it is told

    def put(self, card, spelt, found):
        """Add a case: its card, the words spelt in it, and field → term → places."""
        number = self.docnum
        self.perdocwriter.start_doc(number)
        self.perdocwriter.add_field("card", SCHEMA["card"], card, 0)
        self.perdocwriter.finish_doc()
        for field, terms in found.items():
            for term, places in terms.items():
                self.pool.put(field, term.encode(), number, array(PLACE, places).tobytes())
        for term in spelt:
            self.pool.put("spelt", term.encode(), number, b"")
        self._added = True
        self.docnum += 1

    def _commit_toc(self, segments):
        whoosh.index.TOC(self.schema, segments, self.generation).write(self.storage, NAME)
        seal(self.folder, self.generation, {segment.segment_id() for segment in segments})
        whoosh.index.clean_files(self.storage, NAME, self.generation, segments)


@contextmanager
def writing(generation):
    """`with writing(…) as writer:` – one commit, or nothing when something goes wrong."""
    writer = Writer(generation)
    try:
        yield writer
    except BaseException:
        writer.cancel()
        raise
    writer.commit()


def begin_generation(folder):
    """A new, empty generation beside the one that is read."""
    generation = folder / f"g-{secrets.token_hex(8)}"
    generation.mkdir(parents=True)
    whoosh.index.TOC.create(storage_of(generation), SCHEMA, NAME)
    return generation


def sweep_unsealed(generation, seal):
    """Delete what a writer left behind that was cut off before it sealed."""
    for path in generation.iterdir():
        if path.name != SEALED and path.name not in seal["files"]:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()


def seal(generation, number, segments):
    """Make the commit of that number safe on disk, then the one that counts."""
    toc = whoosh.index.TOC._filename(NAME, number)
    names = [path.name for path in generation.iterdir() if path.name.split(".")[0] in segments] + [toc]
    for name in names:
        sync(generation / name)
    sync(generation)
    files = {name: fingerprint(generation / name) for name in sorted(names)}
    write_safely(
        generation / SEALED, json.dumps({"format": FORMAT, "number": number, "files": files}, indent=1)
    )


def write_safely(path, text):
    """Replace a small file whole; it is on disk when this returns."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text)
    sync(beside)
    os.replace(beside, path)
    sync(path.parent)


def sync(path):
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_current(folder, generation):
    """From now on this generation is read; the link is replaced in one step."""
    link = folder / f"current-{secrets.token_hex(4)}"
    link.symlink_to(generation.name)
    os.replace(link, folder / "current")
    sync(folder)


def sweep_generations(folder):
    """Delete every generation that is not the current one. Who reads one still has its files open."""
    current = os.path.realpath(folder / "current")
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink() and str(path) != current:
            shutil.rmtree(path, ignore_errors=True)
