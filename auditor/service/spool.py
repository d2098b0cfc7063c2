"""Where the service keeps deliveries of components until they are collected. In: exports. Out: lines in files.

`<directory>/YYYY-MM-DD.jsonl`, by the UTC day of receipt; each line is the JSON of one `model.component_export.
ReceivedExport`. A reader takes all files and keeps the largest count of each (origin id, UTC day, component), and of
each (browser, undated component); so it may read lines twice, in any order. A last line without its newline is none.

Lines of several workers never mix: who writes holds a lock on `<directory>/lock`. A file that has grown is rewritten
with one line a browser, by the same rule. Files that nobody has written to for longer than the retention are removed.
Never holds more bytes than it may, never writes anywhere else.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TypeVar

import msgspec

from auditor.files import keep_out_of_git
from auditor.model.component_export import ComponentExport, ComponentOrigin, ComponentUse, ReceivedExport
from auditor.tracking import layout

try:
    import fcntl
except ImportError:  # Windows: one worker only
    fcntl = None  # type: ignore[assignment]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_COMPACT_FROM = 8 * 1024 * 1024
_SECONDS_A_DAY = 86400


class SpoolFullError(Exception):
    """The spool has no room for another line."""


class ComponentSpool:
    """A spool of at most `most_bytes` in `directory`, which is made at the first line.

    Attributes:
        most_bytes: That bound.
    """

    def __init__(self, directory: Path, most_bytes: int, compact_from: int = _COMPACT_FROM) -> None:
        self._directory = directory
        self.most_bytes = most_bytes
        self._compact_from = compact_from
        self._compacted = ("", 0)
        self._lock = Lock()

    def append(self, export: ComponentExport, now: datetime) -> None:
        """Keep an export that was received at `now` (aware UTC).

        Raises:
            SpoolFullError: There is no room.
            OSError: It could not be written; nothing of it is there.
        """
        line = msgspec.json.encode(ReceivedExport(now, export)) + b"\n"
        if not self._directory.is_dir():
            self._directory.mkdir(parents=True, exist_ok=True)
            keep_out_of_git(self._directory)
        path = self._directory / f"{now.date().isoformat()}.jsonl"
        with self._locked():
            self._remove_old()
            if self._size(path) + len(line) > max(self._compact_from, 2 * self._smallest(path)):
                self._compact(path)
            if self._size() + len(line) > self.most_bytes:
                raise SpoolFullError
            _append(path, line)

    def size(self) -> int:
        """Return the bytes that are kept."""
        return self._size()

    def _size(self, path: Path | None = None) -> int:
        """Return the bytes of one file, or of all."""
        sizes = 0
        for each in self._directory.glob("*.jsonl") if path is None else (path,):
            with suppress(FileNotFoundError):
                sizes += each.stat().st_size
        return sizes

    def _smallest(self, path: Path) -> int:
        """Return the size of a file when it was last rewritten here."""
        return self._compacted[1] if self._compacted[0] == path.name else 0

    def _compact(self, path: Path) -> None:
        smaller = path.with_suffix(".new")
        try:
            smaller.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in merged(path)))
            smaller.replace(path)
        finally:
            smaller.unlink(missing_ok=True)
        self._compacted = (path.name, self._size(path))

    def _remove_old(self) -> None:
        oldest = time.time() - (layout.RETENTION_DAYS + 1) * _SECONDS_A_DAY
        for path in self._directory.glob("*.jsonl"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock, (self._directory / "lock").open("ab") as held:
            if fcntl is not None:
                fcntl.flock(held, fcntl.LOCK_EX)
            yield


def _append(path: Path, line: bytes) -> None:
    """Write a line wholly or not at all; the lock is held."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
    try:
        before = os.fstat(descriptor).st_size
        written = 0
        try:
            while written < len(line):
                written += os.write(descriptor, line[written:])
        except OSError:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def merged(path: Path) -> list[ReceivedExport]:
    """Return what a spool's file says with one line a browser; a line that cannot be read is left out."""
    by_browser: dict[str | None, ReceivedExport] = {}
    with suppress(FileNotFoundError), path.open("rb") as stream:
        for line in stream:
            try:
                received = msgspec.json.decode(line, type=ReceivedExport)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue
            known = by_browser.get(received.export.browser)
            by_browser[received.export.browser] = received if known is None else _joined(known, received)
    return list(by_browser.values())


def _joined(one: ReceivedExport, other: ReceivedExport) -> ReceivedExport:
    older, newer = sorted((one, other), key=lambda received: received.export.exported_at)
    origins = {origin.id: origin for origin in older.export.origins}
    for origin in newer.export.origins:
        origins[origin.id] = _joined_origin(origins[origin.id], origin) if origin.id in origins else origin
    export = msgspec.structs.replace(
        newer.export,
        evidence="days" if "days" in (older.export.evidence, newer.export.evidence) else newer.export.evidence,
        origins=tuple(origins.values()),
        undated=_largest(older.export.undated, newer.export.undated, _more),
        dropped=newer.export.dropped or older.export.dropped,
    )
    return ReceivedExport(max(one.received_at, other.received_at), export)


def _joined_origin(one: ComponentOrigin, other: ComponentOrigin) -> ComponentOrigin:
    days = _largest(one.days, other.days, lambda first, second: _largest(first, second, _more))
    return ComponentOrigin(one.id, days, _largest(one.lost, other.lost, max))


def _more(one: ComponentUse, other: ComponentUse) -> ComponentUse:
    return one if one.count >= other.count else other


def _largest(
    one: Mapping[_Key, _Value], other: Mapping[_Key, _Value], join: Callable[[_Value, _Value], _Value]
) -> dict[_Key, _Value]:
    """Return the entries of both, joined where both have one."""
    return {**one, **{key: join(one[key], value) if key in one else value for key, value in other.items()}}
