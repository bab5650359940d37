"""The files of the embedded index: Whoosh's segments, committed so that a power cut loses nothing.

A generation is a folder with one Whoosh index; `current` links to the one that is read. Whoosh never
syncs and deletes what it replaces, so every commit ends with a seal: a small file that names the
files that count, their sizes and checksums, written when all of them are on the disk.
"""

import fcntl
import json
import os
import secrets
import shutil
import warnings
import zlib
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import metadata

from exchange.search.engine import Unusable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Whoosh is older than this Python; only its import is loud
    import whoosh
    import whoosh.codec.whoosh3
    import whoosh.filedb.filestore
    import whoosh.filedb.filetables
    import whoosh.filedb.structfile
    import whoosh.index
    import whoosh.matching
    import whoosh.multiproc
    import whoosh.reading
    import whoosh.searching
    import whoosh.writing
    from whoosh import fields, formats

FORMAT = f"4, whoosh {metadata.version('whoosh')}, snowball {metadata.version('pystemmer')}"
NAME = "MAIN"  # as Whoosh calls an index
SEALED = "sealed.json"
CURRENT = "current"
GENERATION = "g-"  # the beginning of the names of generations
NAMES = "names-"  # the beginning of the file that holds the names of facet values


class Terms(fields.FieldType):
    """A field of terms. Texts are analysed before they come here: see whoosh_writer."""

    def __init__(self):
        super().__init__(formats.Existence(), None)


SCHEMA = fields.Schema(text=Terms(), stems=Terms())


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
        if seal["format"] == FORMAT and seal["files"][toc_name(seal["number"])]:
            return seal
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unusable(f"there is no index: {error!r}") from error
    raise Unusable(f"an index of another format: {seal['format']}")


def check_seal(generation, seal):
    """Raise Unusable unless this is the seal that lies there."""
    try:
        if read_seal(generation) == seal:
            return
    except Unusable:
        pass
    touch(generation / SEALED)
    raise Unusable("the seal of the index is damaged")


def check_files(generation, sealed, checked=None):
    """Raise Unusable unless every sealed file (name → [size, checksum]) is as it was sealed.

    `checked` remembers files that were found whole and have not been touched since. A damaged file is
    touched, so that every process that has it open looks at it anew.
    """
    checked = {} if checked is None else checked
    for name, known in sealed.items():
        path = generation / name
        sign = stat_of(path)
        if checked.get(path) == (sign, known):
            continue
        if not is_as_sealed(path, known):
            touch(path)
            raise Unusable(f"a file of the index is damaged: {name}")
        checked[path] = (sign, known)


def touch(path):
    with suppress(OSError):
        os.utime(path)


def is_as_sealed(path, known):
    try:
        return fingerprint(path) == known
    except OSError:
        return False


def toc_name(number):
    return whoosh.index.TOC._filename(NAME, number)


def stat_of(path):
    try:
        stat = os.stat(path)
    except OSError as error:
        raise Unusable(f"a file of the index is missing: {error.filename}") from error
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


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
    folder = str(generation)
    return tuple(stat_of(f"{folder}/{name}") for name in (SEALED, *seal["files"]))


def segments_of(generation, seal):
    """Whoosh's descriptions of the sealed segments."""
    storage = storage_of(generation)
    return whoosh.index.TOC.read(storage, NAME, gen=seal["number"], schema=SCHEMA).segments


def names_of(generation, seal):
    """The rows of the sealed file of names; [] where there is none."""
    found = [name for name in seal["files"] if name.startswith(NAMES)]
    return json.loads((generation / found[0]).read_bytes()) if found else []


def named_at(seal):
    """When the names were written, or None where there are none."""
    found = [name for name in seal["files"] if name.startswith(NAMES)]
    digits = found[0].removeprefix(NAMES).removesuffix(".json") if found else ""
    return datetime.fromtimestamp(int(digits) / 1e9, UTC) if digits.isdecimal() else None


def of_segments(seal, segments):
    """The sealed files of these segments: name → [size, checksum]."""
    ids = {segment.id for segment in segments}
    return {name: known for name, known in seal["files"].items() if name.split(".")[0] in ids}


def storage_of(generation):
    # Not mapped into memory: a file that is cut short under our feet must raise, not kill the process.
    return whoosh.filedb.filestore.FileStorage(str(generation), supports_mmap=False)


# Writing: the caller holds the lock


def begin_generation(folder):
    """A new, empty generation beside the one that is read."""
    if folder.is_file() and not folder.is_symlink():
        folder.rename(folder.with_name(f"{folder.name}-{secrets.token_hex(4)}.aside"))
    generation = folder / f"{GENERATION}{secrets.token_hex(8)}"
    generation.mkdir(parents=True)
    sync(folder)
    whoosh.index.TOC.create(storage_of(generation), SCHEMA, NAME)
    return generation


def sweep_unsealed(generation, seal):
    """Delete what writers left behind that were cut off before they sealed."""
    sweep_generations(generation.parent)
    for path in generation.iterdir():
        if path.name != SEALED and path.name not in seal["files"]:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()


def seal(generation, number, segments, names, before):
    """Make the commit of that number safe on disk, then the one that counts.

    `segments` are the ids of its segments, `names` is the file of names or None, `before` what was
    sealed last: its files are never written again, so they need no second look.
    """
    wanted = [path.name for path in generation.iterdir() if path.name.split(".")[0] in segments]
    wanted += [toc_name(number), *([names] if names else [])]
    fresh = [name for name in wanted if name not in before]
    for name in fresh:
        sync(generation / name)
    sync(generation)
    files = {name: before.get(name) or fingerprint(generation / name) for name in sorted(wanted)}
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
    current = folder / CURRENT
    if current.is_dir() and not current.is_symlink():
        shutil.rmtree(current)
    link = folder / f"{CURRENT}-{secrets.token_hex(4)}"
    link.symlink_to(generation.name)
    os.replace(link, current)
    sync(folder)


def sweep_generations(folder):
    """Delete all generations but the current one. Who reads one still has its files open."""
    current = os.path.basename(os.path.realpath(folder / CURRENT))
    for path in folder.glob(f"{GENERATION}*"):
        if path.name != current:
            shutil.rmtree(path, ignore_errors=True)
    for path in folder.glob(f"{CURRENT}-*"):
        path.unlink(missing_ok=True)
