"""Bytes by key, kept between runs in a directory of packs that never change once they are there.

In: a directory. Out: exactly the bytes that were put under a key, or nothing. A run writes what is new as one pack of
its own, so runs at once never wait for each other and break nothing; a pack that another run deletes stays readable
for those that have it open. What is cut off, damaged, foreign, unreadable or unwritable is a miss: never an error.
"""

import contextlib
import os
import re
import struct
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

import msgspec

_MAGIC = b"auditor facts 2\n"
"""History: 1 (2026-11) one msgpack file, never published. 2 (2026-11) packs."""

_NAME = re.compile(r"facts-[0-9a-f]{16}\.pack")
_UNFINISHED = re.compile(r"\.facts-[0-9a-f]{16}\.pack")
_RECORD = struct.Struct("<16sQII8s")
"""Of an entry: key, offset, length, day of its last use (days since 1970), checksum."""
_END = struct.Struct("<Q16s16s")
"""Of a pack: number of records before it, their digest, magic."""

_MOST_PACKS = 16
_FEW_PACKS = 8
_MOST_BYTES = 256 << 20
_WASTE = 16 << 20
_DAY = 86_400
_REFRESHED = 7
_FORGOTTEN = 30
_LEFT_BEHIND = 3600


class _Pack(msgspec.Struct, eq=False):
    path: Path
    stream: BinaryIO
    size: int


class _Entry(msgspec.Struct, frozen=True, gc=False):
    pack: _Pack
    offset: int
    length: int
    day: int
    checksum: bytes


class Packs:
    """What earlier runs put, and what this one does; `save` keeps it. `directory` None: keeps nothing.

    `today` are days since 1970, UTC. What is used is written anew once a week; what was not for a month, or is beyond
    the bound on bytes, goes when packs are merged.
    """

    def __init__(self, directory: Path | None, today: int | None = None) -> None:
        self.directory = directory
        self._today = int(time.time()) // _DAY if today is None else today
        self._packs: list[_Pack] = []
        self._entries: dict[bytes, _Entry] = {}
        self._spoilt: set[_Pack] = set()
        self._leavings: list[Path] = []
        self._used: set[bytes] = set()
        self._writer: _Writer | None = None
        self._unwritable = directory is None
        self._load()

    def __contains__(self, key: bytes) -> bool:
        return key in self._entries

    def get(self, key: bytes) -> bytes | None:
        """Return what was put under a key."""
        entry = self._entries.get(key)
        content = self._read(key, entry) if entry else None
        if entry and content is not None:
            self._used.add(key)
            if entry.day <= self._today - _REFRESHED:
                self.put(key, content)
        return content

    def put(self, key: bytes, content: bytes) -> None:
        """Put bytes under a key."""
        self._used.add(key)
        self._append(key, content, self._today)

    def save(self) -> None:
        """Keep what was put, merge what became too much, and let go of all files."""
        try:
            merged = self._keep_merged()
            if self._writer is not None and self._writer.finish():
                for pack in merged:
                    pack.stream.close()
                    _remove(pack.path)
            for path in self._leavings:
                _remove(path)
        finally:
            self._release()

    def _release(self) -> None:
        if self._writer is not None:
            self._writer.discard()
        for pack in self._packs:
            pack.stream.close()
        self._writer, self._unwritable = None, True
        self._entries.clear()

    def _read(self, key: bytes, entry: _Entry) -> bytes | None:
        content = _at(entry.pack.stream, entry.offset, entry.length)
        if content is not None and _checksum(key, content) == entry.checksum:
            return content
        self._spoilt.add(entry.pack)
        del self._entries[key]
        return None

    def _append(self, key: bytes, content: bytes, day: int) -> None:
        if self._unwritable or self.directory is None:
            return
        if self._writer is None:
            self._writer = _Writer.begun(self.directory)
        if self._writer is None or not self._writer.append(key, content, day):
            self._unwritable = True

    def _keep_merged(self) -> list[_Pack]:
        """Write anew what is worth keeping of the packs that are to go; return these."""
        merged = self._too_many()
        if not merged:
            return []
        going = set(merged)
        room = self._bound() * 3 // 4 if len(merged) == len(self._packs) else self._bound()
        newest = sorted(self._entries.items(), key=lambda one: (one[0] in self._used, one[1].day), reverse=True)
        for key, entry in newest:
            if entry.pack not in going or (self._writer is not None and key in self._writer.keys):
                continue
            room -= entry.length
            wanted = key in self._used or (room > 0 and entry.day > self._today - _FORGOTTEN)
            content = self._read(key, entry) if wanted else None
            if content is not None:
                self._append(key, content, self._today if key in self._used else min(entry.day, self._today))
        if self._writer is None and self.directory is not None:
            self._writer = _Writer.begun(self.directory)
        return merged

    def _too_many(self) -> list[_Pack]:
        """Return the packs to merge: all where there is too much garbage, the smallest where there are many packs."""
        written = self._writer.size if self._writer is not None else 0
        total = sum(pack.size for pack in self._packs) + written
        live = sum(entry.length for entry in self._entries.values() if entry.day > self._today - _FORGOTTEN)
        if total > self._bound() or total - live - written > max(_WASTE, live):
            return self._packs
        if len(self._packs) >= _MOST_PACKS:
            return sorted(self._packs, key=lambda pack: (pack.size, pack.path.name))[: 1 - _FEW_PACKS]
        return [pack for pack in self._packs if pack in self._spoilt]

    def _bound(self) -> int:
        return max(_MOST_BYTES, 4 * sum(self._entries[key].length for key in self._used if key in self._entries))

    def _load(self) -> None:
        for path in _files(self.directory):
            if _UNFINISHED.fullmatch(path.name):
                self._leave(path)
                continue
            with contextlib.suppress(OSError):
                self._add(path)

    def _add(self, path: Path) -> None:
        stream = path.open("rb", buffering=0)
        size = os.fstat(stream.fileno()).st_size
        index = _index(stream, size)
        if index is None:
            if _at(stream, 0, len(_MAGIC)) == _MAGIC:
                self._leave(path)
            stream.close()
            return
        pack = _Pack(path, stream, size)
        self._packs.append(pack)
        entries = self._entries
        for key, offset, length, day, checksum in _RECORD.iter_unpack(index):
            known = entries.get(key)
            if known is None or known.day < day:
                entries[key] = _Entry(pack, offset, length, day, checksum)

    def _leave(self, path: Path) -> None:
        """Take away what a killed run left behind, once nobody can be writing it any more."""
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                self._leavings.append(path)


class _Writer:
    """One pack that is being written, under a hidden name until it is whole."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream
        self._records: list[bytes] = []
        self.keys: set[bytes] = set()
        self.size = 0

    @classmethod
    def begun(cls, directory: Path) -> "_Writer | None":
        """Return a writer in a directory, which is made; None where that cannot be."""
        path = directory / f".facts-{os.urandom(8).hex()}.pack"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            writer = cls(path, path.open("xb", buffering=1 << 20))
        except OSError:
            return None
        return writer if writer._write(_MAGIC) else None

    def append(self, key: bytes, content: bytes, day: int) -> bool:
        """Add an entry; return whether that could be written."""
        if key in self.keys:
            return True
        self.keys.add(key)
        self._records.append(_RECORD.pack(key, self.size, len(content), day, _checksum(key, content)))
        return self._write(content)

    def finish(self) -> bool:
        """Give the pack its name; return whether it has it."""
        index = b"".join(self._records)
        if not self._write(index + _END.pack(len(self._records), _digest(index), _MAGIC)):
            return False
        try:
            self._stream.close()
            if self._records:
                self._path.replace(self._path.with_name(self._path.name[1:]))
        except OSError:
            return False
        return True

    def discard(self) -> None:
        """Take away what has no name yet."""
        with contextlib.suppress(OSError):
            self._stream.close()
        _remove(self._path)

    def _write(self, content: bytes) -> bool:
        try:
            self._stream.write(content)
        except (OSError, ValueError):  # ValueError: closed, because something failed before
            self.discard()
            return False
        self.size += len(content)
        return True


def _files(directory: Path | None) -> Iterator[Path]:
    """Yield the files there that are named as ours, in a steady order."""
    if directory is None:
        return
    with contextlib.suppress(OSError), os.scandir(directory) as found:
        for entry in sorted(found, key=lambda one: one.name):
            ours = _NAME.fullmatch(entry.name) or _UNFINISHED.fullmatch(entry.name)
            if ours and entry.is_file():
                yield directory / entry.name


def _index(stream: BinaryIO, size: int) -> bytes | None:
    """Return the records of a pack; None for anything but a whole pack."""
    end = _at(stream, size - _END.size, _END.size)
    try:
        count, digest, magic = _END.unpack(end or b"")
    except struct.error:
        return None
    length = count * _RECORD.size
    if magic != _MAGIC or length > size:
        return None
    index = _at(stream, size - _END.size - length, length)
    return index if index is not None and _digest(index) == digest else None


def _at(stream: BinaryIO, offset: int, length: int) -> bytes | None:
    """Return so many bytes of a file; None where they cannot be read.

    Read, not mapped: a file that shrinks under a mapping kills the process.
    """
    try:
        stream.seek(offset)
        content = stream.read(length)
    except (OSError, ValueError, OverflowError):
        return None
    return content if len(content) == length else None


def _checksum(key: bytes, content: bytes) -> bytes:
    digest = blake2b(key, digest_size=8)
    digest.update(content)
    return digest.digest()


def _digest(index: bytes) -> bytes:
    return blake2b(index, digest_size=16).digest()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
