"""What two readings of the same say together. In: a known row and one that was collected. Out: their join. Pure.

Every join is commutative, associative and idempotent (max, min, union), so the order and repetition of collections do
not matter, and a source that was restarted empty lowers nothing.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import asdict

from auditor.ledger.encoding import (
    StoredHour,
    UnreadableError,
    packed_durations,
    packed_hours,
    unpacked_durations,
    unpacked_hours,
)
from auditor.ledger.rows import Row, united, whole
from auditor.model.usage import WatchedDay
from auditor.tracking.sketches import UserSketch


def join_usage(known: Row, row: Row) -> Row:
    """Return the higher of each number; never fewer calls than their parts add up to."""
    return whole(row | _joined(known, row))


def _joined(known: Row, row: Row) -> Row:
    return {
        "count": max(known["count"], row["count"]),
        "errors": max(known["errors"], row["errors"]),
        "by_status": _higher(known["by_status"], row["by_status"]),
        "last_seen": _latest(known["last_seen"], row["last_seen"]),
        "first_seen": min((at for at in (known["first_seen"], row["first_seen"]) if at), default=None),
        "succeeded": max(known["succeeded"], row["succeeded"]),
        "timed_out": max(known["timed_out"], row["timed_out"]),
        "durations": _joined_durations(known["durations"], row["durations"]),
        "users": _joined_users(known["users"], row["users"]),
        "errors_by_code": _higher(known["errors_by_code"] or {}, row["errors_by_code"] or {}) or None,
        "cost": max(known["cost"], row["cost"]),
        "costed": max(known["costed"], row["costed"]),
    }


def join_hours(known: Row, row: Row) -> Row:
    """Return for each hour the higher of each number."""
    one, other = unpacked_hours(known["hours"]), unpacked_hours(row["hours"])
    joined = {
        hour: _joined_hour(one[hour], other[hour]) if hour in one and hour in other else one.get(hour) or other[hour]
        for hour in {*one, *other}
    }
    return row | {"hours": packed_hours(joined)}


def join_watched(known: Row, row: Row) -> Row:
    """Return the minutes that either watched."""
    union = WatchedDay(row["day"], known["bitmap"]).union(WatchedDay(row["day"], row["bitmap"]))
    return row | {"bitmap": union.bitmap}


def join_lost(known: Row, row: Row) -> Row:
    """Return the higher count."""
    return row | {"count": max(known["count"], row["count"])}


def join_total(known: Row, row: Row) -> Row:
    """Return the higher of two totals of one day."""
    return row | {
        "count": max(known["count"], row["count"]),
        "errors": max(known["errors"], row["errors"]),
        "last_seen": _latest(known["last_seen"], row["last_seen"]),
    }


def join_mark(known: Row, row: Row) -> Row:
    """Return the later mark; of the same content, the days that both were read for where they touch."""
    earlier, later = sorted((known, row), key=_recency)
    same = (known["size"], known["digest"]) == (row["size"], row["digest"])
    begin, end = earlier["first_day"], earlier["last_day"]
    if not same or (later["first_day"] - end).days > 1 or (begin - later["last_day"]).days > 1:
        return later
    return later | {"first_day": min(begin, later["first_day"]), "last_day": max(end, later["last_day"])}


def join_event_ids(known: Row, row: Row) -> Row:
    """Return all ids."""
    return row | {"digests": united(known["digests"], row["digests"])}


def join_published(known: Row, row: Row) -> Row:
    """Return the latest description of one handler of a route or name, registered from its first to its last time."""
    newest = max(known, row, key=_description)
    return newest | {"first_registered": min(known["first_registered"], row["first_registered"])}


def join_source(known: Row, row: Row) -> Row:
    """Return the latest health; of two at one moment, the sick one."""
    newest = max(known, row, key=_severity)
    return newest | {"healthy_at": _latest(known["healthy_at"], row["healthy_at"])}


def _joined_hour(one: StoredHour, other: StoredHour) -> StoredHour:
    return StoredHour(hour=one.hour, **whole(_joined(asdict(one), asdict(other))))


def _joined_durations(one: bytes | None, other: bytes | None) -> bytes | None:
    if one == other or other is None:
        return one
    known = unpacked_durations(one)
    return other if known is None else packed_durations(known.joined(unpacked_durations(other)))


def _joined_users(one: bytes | None, other: bytes | None) -> bytes | None:
    """Return the union of two sketches, as bytes that are the same whatever the order."""
    if one == other or other is None:
        return one
    if one is None:
        return other
    try:
        sketch = UserSketch.of_redis_value(one)
    except ValueError as error:
        raise UnreadableError(f"a stored value is damaged: {error}") from error
    sketch.merge(UserSketch.of_redis_value(other))
    return sketch.redis_value()


def _higher(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in sorted({*one, *other})}


def _recency(row: Row) -> tuple[Any, ...]:
    return row["marked_at"], row["size"], row["digest"], row["last_day"], row["first_day"]


def _description(row: Row) -> tuple[Any, ...]:
    return row["last_registered"], row["version"], row["path"], row["line"], json.dumps(row.get("shadowed"))


def _severity(row: Row) -> tuple[Any, ...]:
    return row["collected_at"], not row["healthy"], row["problem"] or "", row["only_for_use"], json.dumps(row["notes"])


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    times = [time for time in (one, other) if time is not None]
    return max(times, default=None)
