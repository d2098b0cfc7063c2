"""ModuleFacts kept between runs, by content and place.

In: a directory. Out: facts that are exactly what extraction would give again. A cache that is cut off, foreign or
unwritable is an empty one: never an error, never a wrong answer.
"""

import contextlib
import functools
import importlib.metadata
import sys
from hashlib import blake2b
from pathlib import Path

import msgspec

from auditor.errors import ConfigError
from auditor.files import write_atomically
from auditor.model.code import ModuleFacts, SourceFile

FORMAT_VERSION = 2
"""Of the cache file. History: 1 (2026-11) first version. 2 (2026-11) keys are bytes."""

_EXTRACTORS = ("analysis/**/*.py", "model/*.py")
"""The files that decide what facts say, and more: one left out would be a stale answer."""

_KEPT = 20_000
_NAME = "facts.msgpack"


class _CacheFile(msgspec.Struct, frozen=True):
    format_version: int
    entries: dict[bytes, msgspec.Raw]


class FactsCache:
    """Facts by (content, place, tests or not, extractor, Python, recorded calls). `directory` None: keeps nothing."""

    def __init__(self, directory: Path | None) -> None:
        self.directory = directory
        self.hits = 0
        self._stored = self._load()
        self._used: dict[bytes, msgspec.Raw] = {}
        self._changed = False

    def get(self, file: SourceFile, calls: frozenset[str], *, opinions: bool = True) -> ModuleFacts | None:
        """Return the facts of a file if they were stored for just these circumstances."""
        key = self.key(file, calls, opinions=opinions)
        raw = self._used.get(key) or self._stored.get(key)
        if raw is None:
            return None
        try:
            facts = msgspec.msgpack.decode(raw, type=ModuleFacts)
        except msgspec.DecodeError:
            return None
        self._used[key] = raw
        self.hits += 1
        return facts

    def put(self, file: SourceFile, calls: frozenset[str], facts: ModuleFacts, *, opinions: bool = True) -> None:
        """Store the facts of a file; `save` writes them."""
        if self.directory is not None:
            self._used[self.key(file, calls, opinions=opinions)] = msgspec.Raw(msgspec.msgpack.encode(facts))
            self._changed = True

    def save(self) -> None:
        """Write the cache if anything changed: what this run used first, then older entries up to a bound."""
        if self.directory is None or not self._changed:
            return
        entries = dict(self._used)
        for key, raw in self._stored.items():
            if len(entries) >= _KEPT:
                break
            entries.setdefault(key, raw)
        content = msgspec.msgpack.encode(_CacheFile(FORMAT_VERSION, entries))
        with contextlib.suppress(ConfigError):
            write_atomically(self.directory / _NAME, content)
        self._changed = False

    def _load(self) -> dict[bytes, msgspec.Raw]:
        if self.directory is None:
            return {}
        try:
            content = (self.directory / _NAME).read_bytes()
            stored = msgspec.msgpack.decode(content, type=_CacheFile)
        except (OSError, msgspec.DecodeError):
            return {}
        return stored.entries if stored.format_version == FORMAT_VERSION else {}

    @staticmethod
    def key(file: SourceFile, calls: frozenset[str], *, opinions: bool = True) -> bytes:
        """Return the 16 bytes that name the facts of a file: equal exactly where extraction gives equal facts."""
        digest = _circumstances(calls, opinions).copy()
        place = (file.digest, file.path, file.module, str(file.is_package), str(file.in_tests))
        digest.update("\0".join(place).encode("utf-8", "surrogateescape"))
        return digest.digest()


@functools.lru_cache(maxsize=8)
def _circumstances(calls: frozenset[str], opinions: bool) -> blake2b:
    """Return the begun digest of what is the same for all files of a scan; copied, never updated."""
    python = (sys.implementation.name, hex(sys.hexversion))
    parts = (_extractor(), *python, str(opinions), str(len(calls)), *sorted(calls), "")
    return blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16)


@functools.cache
def _extractor() -> str:
    """Return a digest of the code that extracts, so that no change of it can be answered from an older one's facts."""
    digest = blake2b(digest_size=16)
    package = Path(__file__).parents[2]
    for path in sorted(path for glob in _EXTRACTORS for path in package.glob(glob)):
        digest.update(path.read_bytes())
    for library in ("auditor", "vulture", "libcst"):
        digest.update(importlib.metadata.version(library).encode())
    return digest.hexdigest()
