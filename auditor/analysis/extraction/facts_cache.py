"""ModuleFacts kept between runs, by content and place.

In: a directory, and where there is one, a cache shared with other machines. Out: facts that are exactly what extraction
would give again. A cache that is cut off, foreign or unwritable is an empty one: never an error, never a wrong answer.
"""

import functools
import logging
import sys
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from auditor.analysis.extraction import facts_bytes, shared_facts
from auditor.analysis.extraction.packs import Packs
from auditor.analysis.extraction.shared_facts import SharedFacts
from auditor.model.code import ModuleFacts, SourceFile
from auditor.own_sources import sources_digest

_EXTRACTORS = ("analysis/**/*.py", "model/*.py")
"""The files that decide what facts say, and more: one left out would be a stale answer."""
_LIBRARIES = ("vulture", "libcst")


class FactsCache:
    """Facts by (content, place, tests or not, extractor, Python, recorded calls). `directory` None: keeps nothing."""

    def __init__(self, directory: Path | None, shared: SharedFacts | None = None) -> None:
        self.keeps = directory is not None or shared is not None
        self.hits = 0
        self._packs = Packs(directory)
        self._shared = shared
        self._fetched: dict[bytes, bytes] = {}
        self._unshared: list[tuple[bytes, bytes]] = []

    def fetch(self, files: Iterable[SourceFile], calls: frozenset[str], *, opinions: bool = True) -> None:
        """Ask the shared cache, if there is one, for what is not here."""
        if self._shared is not None:
            keys = [self.key(file, calls, opinions=opinions) for file in files]
            for key, content in self._shared.fetch([key for key in keys if key not in self._packs]):
                self._fetched[key] = content
                self._packs.put(key, content)

    def get(self, file: SourceFile, calls: frozenset[str], *, opinions: bool = True) -> ModuleFacts | None:
        """Return the facts of a file if they were kept for just these circumstances."""
        if not self.keeps:
            return None
        key = self.key(file, calls, opinions=opinions)
        content = self._fetched.pop(key, None) or self._packs.get(key)
        if content is None:
            return None
        try:
            facts = facts_bytes.decode(content)
        except ValueError:
            return None
        self.hits += 1
        return facts

    def put(self, key: bytes, facts: bytes) -> None:
        """Keep facts, as `facts_bytes.encode` gives them; for good once `save` is called, for others by `share`."""
        self._packs.put(key, facts)
        if self._shared is not None and not self._shared.problem:
            self._unshared.append((key, shared_facts.closed(key, facts)))

    def save(self) -> None:
        """Write what was put, and take no more."""
        self._packs.save()

    def share(self) -> None:
        """Give others what was put; log in one line what was wrong with the shared cache."""
        if self._shared is not None:
            self._shared.store(self._unshared)
            self._unshared.clear()
            if self._shared.problem:
                logging.getLogger("auditor").warning("auditor: scan.cache is used in part: %s", self._shared.problem)

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
    parts = (sources_digest(_EXTRACTORS, _LIBRARIES), *python, str(opinions), str(len(calls)), *sorted(calls), "")
    return blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=16)
