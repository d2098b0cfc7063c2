"""What a ledger remembers of what was read, so that nothing is counted twice: marks of files, digests of event ids.

In: nothing. Out: frozen structs. All days are UTC dates. Never holds a name, a path or a line.
"""

from collections.abc import Mapping
from datetime import date

import msgspec


class IngestMark(msgspec.Struct, frozen=True):
    """Up to where one origin (a log file) was read, so that it need not be read again while it stays as it is.

    Attributes:
        origin: As in the samples.
        size: Bytes that were there.
        digest: Over the content's ends and all that decides how it is read: format, time zone, route table.
        first_day: First UTC day that was read for; days before must be read again.
        last_day: Last one, inclusive.
        first: First time in the file, epoch seconds, whatever day was read for; None where it holds none.
        last: Last one.
    """

    origin: str
    size: int
    digest: str
    first_day: date
    last_day: date
    first: int | None = None
    last: int | None = None


class EventIds(msgspec.Struct, frozen=True):
    """Digests of the ids of the events that one origin counted on one UTC day: 8 bytes each, sorted, concatenated.

    The same event in another file later is recognised by them, and not counted again.
    """

    day: date
    origin: str
    digests: bytes


class IngestedBefore(msgspec.Struct, frozen=True):
    """What a ledger holds of a source's earlier collections; `version` is counted up by each that adds event ids."""

    marks: Mapping[str, IngestMark] = {}
    event_ids: tuple[EventIds, ...] = ()
    version: int = 0
