"""Operations on the files below a folder, watched: one of them may fail or be the last, and what a power cut
would leave of the folder is known after each.
"""

import builtins
import io
import os
import shutil
from pathlib import Path

NAMED = ("mkdir", "rmdir", "unlink", "remove", "symlink", "rename", "replace")
WRITING = ("open", "write", "fsync", "mkdir", "symlink")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Watched:
    """`with Watched(folder, at=7, happens=die) as watched:` – before the seventh operation `die()` is called.

    It is called before all writing from then on, too. Of a write that is hit one half is done before, as on
    a disk that fills up. `seen(operation, path)`,
    where it is given, is called before every operation. Only what this process does is watched.
    """

    def __init__(self, folder, at=None, happens=None, seen=None):
        self.folder, self.at, self.happens, self.seen = str(folder), at, happens, seen
        self.operations = []  # (name, path below the folder)
        self.originals = {}

    def __enter__(self):
        for name in NAMED:
            self.put(os, name, self.named(name))
        self.put(os, "fsync", self.fsync)
        self.put(os, "open", self.os_open)
        self.put(builtins, "open", self.open)
        self.put(io, "open", self.open)
        return self

    def __exit__(self, *_):
        for (module, name), original in self.originals.items():
            setattr(module, name, original)

    def put(self, module, name, ours):
        self.originals[module, name] = getattr(module, name)
        setattr(module, name, ours)

    def step(self, name, path, begin=lambda: None):
        """Called before each operation; `begin` does a part of it."""
        if not str(path).startswith(self.folder + os.sep) and str(path) != self.folder:
            return
        self.operations.append((name, os.path.relpath(path, self.folder)))
        if self.seen:
            self.seen(name, Path(path))
        number = len(self.operations)
        if self.at and (number == self.at or (number > self.at and name in WRITING)):
            begin()
            self.happens()

    def named(self, name):
        original = getattr(os, name)

        def ours(*args, **kwargs):
            path = os.fspath(args[1] if name in ("symlink", "rename", "replace") else args[0])
            if (handle := kwargs.get("dir_fd")) is not None:
                path = os.path.join(path_of(handle), path)
            self.step(name, os.path.abspath(path))
            return original(*args, **kwargs)

        return ours

    def fsync(self, handle):
        self.step("fsync", path_of(handle))
        self.originals[os, "fsync"](handle)

    def os_open(self, path, flags, *args, **kwargs):
        if flags & WRITES:
            self.step("open", os.path.abspath(path))
        return self.originals[os, "open"](path, flags, *args, **kwargs)

    def open(self, path, mode="r", *args, **kwargs):
        if isinstance(path, int) or not set(mode) & set("wax+"):
            return self.originals[io, "open"](path, mode, *args, **kwargs)
        path = os.path.abspath(path)
        self.step("open", path)
        file = io.BufferedWriter(WatchedFile(self, path, mode.replace("b", "").replace("t", "")))
        return file if "b" in mode else io.TextIOWrapper(file, kwargs.get("encoding") or "utf-8")


class WatchedFile(io.FileIO):
    def __init__(self, watched, path, mode):
        super().__init__(path, mode)
        self.watched, self.path = watched, path

    def write(self, data):
        half = bytes(data)[: len(data) // 2]
        self.watched.step("write", self.path, lambda: super(WatchedFile, self).write(half))
        return super().write(data)


def path_of(handle):
    return os.readlink(f"/proc/self/fd/{handle}")


class Disk:
    """What of a folder would survive a power cut: contents of synced files, names of synced folders."""

    def __init__(self, folder):
        self.folder = folder
        self.contents, self.names = {}, {}
        self.begun, self.held = [], []
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                self.sync(path)

    def close(self):
        for handle in self.held:
            os.close(handle)

    def seen(self, operation, path):
        """For Watched: called before each operation."""
        self.forget_begun()
        if operation == "fsync":
            self.sync(path)
        elif operation == "open":
            self.begun.append(path)

    def forget_begun(self):
        """Of a file that was opened to be written nothing is sure until it is synced."""
        for path in self.begun:
            if path.exists():
                self.contents[inode(path)] = b""
        self.begun = []

    def sync(self, path):
        if path.is_dir():
            self.names[path] = listing(path)
        else:
            self.contents[inode(path)] = path.read_bytes()
            self.held.append(os.open(path, os.O_RDONLY))  # so that no other file gets its inode

    def image(self, survives):
        """Path → bytes, link target or None for a folder. `survives(name)`: whether an unsynced name does."""
        self.forget_begun()
        return dict(self.walk(self.folder, survives))

    def walk(self, folder, survives):
        synced, now = self.names.get(folder, {}), listing(folder) if folder.is_dir() else {}
        for name in sorted({*synced, *now}):
            kind, what = (now if survives(name) else synced).get(name, (None, None))
            if kind:
                yield folder / name, self.contents.get(what, b"") if kind == "file" else what
            if kind == "folder":
                yield from self.walk(folder / name, survives)


def listing(folder):
    """Name → (kind, inode or target) of what lies in a folder."""
    found = {}
    for path in folder.iterdir():
        if path.is_symlink():
            found[path.name] = ("link", os.readlink(path))
        else:
            found[path.name] = ("folder", None) if path.is_dir() else ("file", inode(path))
    return found


def inode(path):
    return os.stat(path).st_ino


def put_back(folder, image):
    """Make the folder hold what is in the image, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, what in image.items():
        if what is None:
            path.mkdir()
        elif isinstance(what, str):
            path.symlink_to(what)
        else:
            path.write_bytes(what)
