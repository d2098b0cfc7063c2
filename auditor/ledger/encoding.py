"""What the ledger's blobs hold. In: durations, uses by the hour, the days of a month. Out: bytes, and back. Pure.

All are MessagePack. Durations: total, shortest, longest (microseconds), number of the lowest bucket, its count and
those of the buckets that follow it. Hours: a list of `StoredHour`. Raises UnreadableError for bytes that none of this
wrote; never evaluates them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from auditor.model.measures import Durations

T = TypeVar("T")
MOST = 2**55
"""Largest count in a bucket, and in a projection: a hundred months of it still fit into 64 bits when added up."""
HIGHEST_BUCKET = 399
"""1.1 to the power of 399 microseconds are over a thousand years."""
_LARGEST = 2**63 - 1


class UnreadableError(ValueError):
    """Stored bytes are not what was stored."""


class StoredHour(msgspec.Struct, frozen=True, omit_defaults=True):
    """One hour of a day; as `HourlyUse`, with its durations as stored."""

    hour: int = msgspec.field(name="h")
    count: int = msgspec.field(name="n")
    errors: int = msgspec.field(name="e", default=0)
    last_seen: datetime | None = msgspec.field(name="l", default=None)
    by_status: dict[str, int] = msgspec.field(name="s", default_factory=dict)
    first_seen: datetime | None = msgspec.field(name="f", default=None)
    succeeded: int = msgspec.field(name="o", default=0)
    timed_out: int = msgspec.field(name="t", default=0)
    durations: bytes | None = msgspec.field(name="d", default=None)
    users: bytes | None = msgspec.field(name="u", default=None)
    errors_by_code: dict[str, int] | None = msgspec.field(name="c", default=None)
    cost: int = msgspec.field(name="m", default=0)
    costed: int = msgspec.field(name="k", default=0)


def packed_durations(durations: Durations | None) -> bytes | None:
    """Return durations as stored; None for none."""
    counts: dict[int, int] = {}
    for number, count in durations.buckets.items() if durations else ():
        if count > 0:
            place = min(max(number, 0), HIGHEST_BUCKET)
            counts[place] = min(counts.get(place, 0) + count, MOST)
    if durations is None or not counts:
        return None
    low, high = min(counts), max(counts)
    shortest, longest = _bounded(durations.shortest), _bounded(durations.longest)
    values = [_bounded(durations.total), shortest, longest, low]
    return msgspec.msgpack.encode(values + [counts.get(number, 0) for number in range(low, high + 1)])


def unpacked_durations(stored: bytes | None) -> Durations | None:
    """Return durations from what was stored."""
    if stored is None:
        return None
    total, shortest, longest, lowest, *counts = decoded(stored, list[int | None])
    if total is None or lowest is None or not 0 <= lowest <= lowest + len(counts) - 1 <= HIGHEST_BUCKET:
        raise UnreadableError("stored durations are damaged")
    return Durations({lowest + index: count for index, count in enumerate(counts) if count}, total, shortest, longest)


def packed_hours(hours: Mapping[int, StoredHour]) -> bytes:
    """Return the hours of a day as stored, by hour."""
    return msgspec.msgpack.encode([hours[hour] for hour in sorted(hours)])


def unpacked_hours(stored: bytes) -> dict[int, StoredHour]:
    """Return the hours of a day from what was stored."""
    return {hour.hour: hour for hour in decoded(stored, list[StoredHour])}


def decoded(stored: bytes, wanted: type[T]) -> T:
    """Return stored MessagePack as what is wanted."""
    try:
        return msgspec.msgpack.decode(stored, type=wanted)
    except msgspec.DecodeError as error:
        raise UnreadableError(f"a stored value is damaged: {error}") from error


def _bounded(number: int | None) -> int | None:
    return None if number is None else min(max(number, 0), _LARGEST)
