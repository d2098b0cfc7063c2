"""Whether a file must be read again. In: a file, what the ledger remembers of it. Out: a mark, or a file to skip.

A mark holds for a file of the same size whose ends are the same, read in the same way for the same days: its counts and
minutes are in the ledger. What else it held stands in the mark's digest, behind the digest itself, so that the source
says the same of it as if it had read it. Reads the ends of a file only.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from auditor.config import SourceConfig
from auditor.model.days import day_of_second
from auditor.model.ingestion import IngestMark
from auditor.own_sources import sources_digest
from auditor.usage.logs.counting import Counted, Tally
from auditor.usage.logs.ends import size_and_digest
from auditor.usage.logs.identity import LogFile

_READERS, _LIBRARIES = ("usage/logs/*.py", "usage/routes.py"), ("duckdb",)
"""What reads logs: a version number would be forgotten."""


class Skipped(msgspec.Struct, frozen=True):
    """A file that need not be read: its mark, and what it held."""

    mark: IngestMark
    tally: Tally


class Marks:
    """What is remembered of one source's files.

    Args:
        before: Marks by origin, as the ledger has them.
        source: The source's configuration.
        route_keys: Usage keys in the order of registration.
    """

    def __init__(self, before: Mapping[str, IngestMark], source: SourceConfig, route_keys: Sequence[str]) -> None:
        self._before = before
        decides = msgspec.structs.replace(source, path="", name="", complete=False)
        self._context = hashlib.blake2b(
            msgspec.json.encode((decides, tuple(route_keys), sources_digest(_READERS, _LIBRARIES))), digest_size=16
        ).digest()

    def skipped(self, file: LogFile, days: Sequence[date]) -> Skipped | None:
        """Return what is known of a file that is as it was and was read for all of `days` it can hold, else None."""
        mark = self._before.get(file.fingerprint)
        if mark is None or mark.first is None or mark.last is None:
            return None
        first, last = max(days[0], day_of_second(mark.first)), min(days[-1], day_of_second(mark.last))
        if first <= last and not (mark.first_day <= first and last <= mark.last_day):
            return None
        size, digest = self.looked_at(file)
        known, _, tally = mark.digest.partition(":")
        if (size, digest) != (mark.size, known):
            return None
        try:
            return Skipped(mark, Tally(*(int(number) for number in tally.split(","))))
        except (TypeError, ValueError):
            return None

    def shrank(self, file: LogFile) -> bool:
        """Return whether a file is smaller than when it was last read, and compressed as little."""
        mark = self._before.get(file.fingerprint)
        if mark is None or not mark.digest.startswith(file.compression[:1]):
            return False
        return file.path.stat().st_size < mark.size

    def mark(self, file: LogFile, counted: Counted, days: Sequence[date], looked_at: tuple[int, str]) -> IngestMark:
        """Return the mark of a file that was read for `days`; `looked_at` is from before it was read."""
        size, digest = looked_at
        tally = ",".join(map(str, msgspec.structs.astuple(counted.tally)))
        return IngestMark(file.fingerprint, size, f"{digest}:{tally}", days[0], days[-1], counted.first, counted.last)

    def looked_at(self, file: LogFile) -> tuple[int, str]:
        """Return a file's size and the digest of its ends and of how it is read; to be taken before it is read.

        Raises:
            OSError: It cannot be read.
        """
        size, digest = size_and_digest(file.path, self._context)
        return size, f"{file.compression[:1]}{digest}"
