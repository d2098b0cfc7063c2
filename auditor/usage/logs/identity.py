"""What makes a log file the same file after rotation, compression and growth.

In: paths. Out: each distinct log with a fingerprint, copies left out. Reads the first lines only, and more of a file
only where two begin alike. Never writes.

The fingerprint is the BLAKE2b of the directory, the name without rotation marks, and the first line that holds a time
of day, decompressed. That line neither grows nor moves; the directory and name keep apart the logs of two servers that
begin with the same health check.
"""

import hashlib
import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import msgspec

from auditor.usage.logs.opening import CHUNK, Compression, compression, opened

_LINES = 500
_LINE_BYTES = 1024
_TIME = re.compile(rb"\d\d:\d\d:\d\d|\b1[0-9]{9}")
_MARK = re.compile(r"\d+(?:[tT]\d+)?|gz|zst|old|bak")


class LogFile(msgspec.Struct, frozen=True):
    """One log. `fingerprint` stays the same while the file grows and is renamed or compressed by rotation."""

    path: Path
    fingerprint: str
    compression: Compression


def identify(paths: Sequence[Path]) -> tuple[tuple[LogFile, ...], int]:
    """Return the distinct logs among `paths`, in their order, and how many copies of another were left out.

    Where two files begin with the same line, one that begins with all the other holds replaces it (a rotation under
    way leaves `access.log.1` beside `access.log.1.gz`); two that differ later are told apart by their names.

    Raises:
        OSError: A file cannot be read or decompressed; `filename` says which.
    """
    groups: dict[str, list[LogFile]] = {}
    for path in paths:
        file = LogFile(path, _fingerprint(path), compression(path))
        groups.setdefault(file.fingerprint, []).append(file)
    kept: list[LogFile] = []
    for group in groups.values():
        distinct = _without_copies(group)
        kept += distinct if len(distinct) == 1 else [_told_apart(file) for file in distinct]
    order = {path: index for index, path in enumerate(paths)}
    return tuple(sorted(kept, key=lambda file: order[file.path])), len(paths) - len(kept)


def _fingerprint(path: Path) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in (str(path.parent), *_family(path.name)):
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    with opened(path) as stream:
        first = b""
        for _ in range(_LINES):
            line = stream.readline(_LINE_BYTES)
            first = first or line
            if not line or _TIME.search(line):
                break
        digest.update((line or first).rstrip(b"\r\n"))
    return digest.hexdigest()


def _family(name: str) -> tuple[str, ...]:
    """Return the parts of a log's name that rotation leaves alone: `access.log-20261121.gz` -> `access`, `log`."""
    return tuple(part for part in re.split(r"[.\-_]+", name) if not _MARK.fullmatch(part))


def _without_copies(group: Sequence[LogFile]) -> list[LogFile]:
    """Drop every file of which another one holds the whole beginning."""
    dropped: set[Path] = set()
    for one, other in combinations(group, 2):
        if one.path not in dropped and other.path not in dropped:
            shorter = _prefix_of(one, other)
            if shorter is not None:
                dropped.add(shorter.path)
    return [file for file in group if file.path not in dropped]


def _prefix_of(one: LogFile, other: LogFile) -> LogFile | None:
    """Return the file that the other one begins with, None where they differ."""
    with opened(one.path) as first, opened(other.path) as second:
        while True:
            left, right = first.read(CHUNK), second.read(CHUNK)
            common = min(len(left), len(right))
            if left[:common] != right[:common]:
                return None
            if len(left) != len(right) or not left:
                return other if len(right) <= len(left) else one


def _told_apart(file: LogFile) -> LogFile:
    digest = hashlib.blake2b(f"{file.fingerprint}\0{file.path}".encode("utf-8", "surrogateescape"), digest_size=16)
    return msgspec.structs.replace(file, fingerprint=digest.hexdigest())
