"""Whether an event log must be read again. In: a file, what the ledger remembers of it. Out: a mark, or what it held.

A mark holds for a file of the same size whose ends are the same, read in the same way for the same days: what it
counted is in the ledger, and so are the ids that it claimed. What is to be said of its lines stands behind the mark's
digest. Reads the ends of a file only.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from auditor.config import SourceConfig
from auditor.model.days import day_of_second
from auditor.model.ingestion import IngestMark
from auditor.own_sources import sources_digest
from auditor.usage.events.numbers import Numbers
from auditor.usage.logs.ends import size_and_digest
from auditor.usage.logs.identity import LogFile

_READERS = ("usage/events/*.py",)
"""What reads events: a version number would be forgotten."""


class EventMarks:
    """What is remembered of one source's files.

    Args:
        before: Marks by origin, as the ledger has them.
        source: The source's configuration.
        app: Name of the application.
        days: UTC days that are read for, in order.
    """

    def __init__(self, before: Mapping[str, IngestMark], source: SourceConfig, app: str, days: Sequence[date]) -> None:
        self._before = before
        self._days = days
        decides = msgspec.structs.replace(source, path="", name="", complete=False)
        self._context = hashlib.blake2b(
            msgspec.json.encode((decides, app, sources_digest(_READERS, ()))), digest_size=16
        ).digest()

    def unchanged(self, file: LogFile) -> tuple[IngestMark, Numbers] | None:
        """Return the mark of a file that is as it was and was read for all days it can hold, and what it held."""
        mark = self._before.get(file.fingerprint)
        if mark is None or mark.first is None or mark.last is None:
            return None
        first, last = max(self._days[0], day_of_second(mark.first)), min(self._days[-1], day_of_second(mark.last))
        if first > last or first < mark.first_day or mark.last_day < last:
            return None
        size, digest = self.look(file)
        known, _, held = mark.digest.partition(":")
        if (size, digest) != (mark.size, known):
            return None
        try:
            return mark, Numbers(*(int(number) for number in held.split(",")))
        except (TypeError, ValueError):
            return None

    def look(self, file: LogFile) -> tuple[int, str]:
        """Return a file's size and the digest of its ends and of how it is read; to be taken before it is read.

        Raises:
            OSError: It cannot be read.
        """
        return size_and_digest(file.path, self._context)

    def mark(
        self, file: LogFile, seen: tuple[int, str], numbers: Numbers, first: int | None, last: int | None
    ) -> IngestMark:
        """Return the mark of a file that was read: `seen` is from before, `first` and `last` its times, of any day."""
        held = ",".join(str(number) for number in msgspec.structs.astuple(numbers))
        return IngestMark(file.fingerprint, seen[0], f"{seen[1]}:{held}", self._days[0], self._days[-1], first, last)
