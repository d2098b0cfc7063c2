"""Values as rows of the ledger's tables. In: samples, routes, totals of one source. Out: dictionaries by column. Pure.

Sources are hostile: texts and numbers are cut to what every database can hold.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from auditor.ledger import schema
from auditor.ledger.encoding import StoredHour, packed_durations, packed_hours
from auditor.model.ingestion import EventIds, IngestMark
from auditor.model.measures import HourlyUse, UsageMeasures
from auditor.model.usage import (
    Collection,
    RegisteredName,
    RegisteredRoute,
    SeenVersion,
    UsageKind,
    UsageSample,
    UsageTotal,
    WatchedDay,
)
from auditor.tracking.sketches import UserSketch

Row = dict[str, Any]
_LARGEST = 2**63 - 1
_LARGEST_LINE = 2**31 - 1
_ID_BYTES = 8
_UNCOUNTED = b"\0\0\0\0\0\0\0\x80"
"""What Redis writes where a sketch's number is yet to be estimated."""


def storable(text: str) -> str:
    """Return `text` as every database can hold and index it: no lone surrogates, no NUL, at most 512 UTF-8 bytes.

    A longer one is cut and ends in a digest of the whole, so two long ones never become one.
    """
    if text.isascii() and len(text) <= schema.TEXT_BYTES and "\0" not in text:
        return text
    encoded = text.encode("utf-8", "backslashreplace").replace(b"\0", b"\\x00")
    if len(encoded) > schema.TEXT_BYTES:
        digest = blake2b(encoded, digest_size=8).hexdigest()
        encoded = encoded[: schema.TEXT_BYTES - 20].decode("utf-8", "ignore").encode() + f"…{digest}".encode()
    return encoded.decode("utf-8")


def bounded(number: int, largest: int = _LARGEST) -> int:
    """Return a count that every database can hold: hostile sources hold any integer."""
    return min(max(number, 0), largest)


def usage_row(source: str, sample: UsageSample) -> Row:
    """Return the row of a day, without its hours."""
    measures = _measures(sample, sample.count, sample.errors, sample.by_status, sample.last_seen)
    return _place(source, sample) | measures


def hours_row(source: str, sample: UsageSample) -> Row:
    """Return the row of a day's hours."""
    hours = {hour: _stored_hour(hour, use) for hour, use in sample.hours.items() if 0 <= hour < 24}
    return _place(source, sample) | {"hours": packed_hours(hours)}


def _place(source: str, sample: UsageSample) -> Row:
    return {
        "day": sample.day,
        "source": source,
        "kind": sample.kind,
        "key": storable(sample.key),
        "origin": storable(sample.origin),
    }


def _stored_hour(hour: int, use: HourlyUse) -> StoredHour:
    return StoredHour(hour=hour, **_measures(use, use.count, use.errors, use.by_status, use.last_seen))


def _measures(
    use: UsageMeasures, count: int, errors: int, by_status: Mapping[str, int], last_seen: datetime | None
) -> Row:
    statuses = {storable(status): bounded(of_status) for status, of_status in sorted(by_status.items())}
    codes = {storable(code): bounded(failed) for code, failed in sorted(use.errors_by_code.items())}
    return whole(
        {
            "count": bounded(count),
            "errors": bounded(errors),
            "by_status": statuses,
            "last_seen": last_seen,
            "first_seen": use.first_seen,
            "succeeded": bounded(use.succeeded),
            "timed_out": bounded(use.timed_out),
            "durations": packed_durations(use.durations),
            "users": _users(use.users),
            "errors_by_code": codes or None,
            "cost": bounded(use.cost),
            "costed": bounded(use.costed),
        }
    )


def _users(registers: bytes) -> bytes | None:
    """Return a sketch of users without the number that Redis keeps beside it; None for none, and for garbage."""
    try:
        known = len(UserSketch.of_redis_value(registers)) if registers else 0
    except ValueError:
        return None
    return registers[:8] + _UNCOUNTED + registers[16:] if known else None


def whole(row: Row) -> Row:
    """Return a row that counts no fewer uses than its parts add up to."""
    ended = row["succeeded"] + row["errors"] if row["succeeded"] else 0
    return row | {"count": bounded(max(row["count"], sum(row["by_status"].values()), ended))}


def watched_rows(source: str, days: Iterable[WatchedDay]) -> Iterable[Row]:
    """Return the rows of days in which requests were watched."""
    return ({"source": source, "day": day.day, "bitmap": day.bitmap} for day in days)


def watched_kind_rows(source: str, kinds: Mapping[UsageKind, Iterable[WatchedDay]]) -> Iterable[Row]:
    """Return the rows of days in which uses of other kinds were watched."""
    return (row | {"kind": kind} for kind in sorted(kinds) for row in watched_rows(source, kinds[kind]))


def lost_rows(source: str, lost: Iterable[tuple[date, int]]) -> Iterable[Row]:
    """Return the rows of days on which counts were lost."""
    return ({"source": source, "day": day, "count": bounded(count)} for day, count in lost)


def total_row(source: str, total: UsageTotal, day: date) -> Row:
    """Return the row of a total that was collected on `day`."""
    return {
        "source": source,
        "kind": total.kind,
        "key": storable(total.key),
        "origin": storable(total.origin),
        "period_days": bounded(total.period_days or 0, _LARGEST_LINE),
        "day": day,
        "count": bounded(total.count),
        "errors": bounded(total.errors),
        "last_seen": total.last_seen,
    }


def mark_row(source: str, mark: IngestMark, now: datetime) -> Row:
    """Return the row of a mark."""
    return {
        "source": source,
        "origin": storable(mark.origin),
        "size": bounded(mark.size),
        "digest": storable(mark.digest),
        "first_day": mark.first_day,
        "last_day": mark.last_day,
        "first": mark.first,
        "last": mark.last,
        "marked_at": now,
    }


def event_ids_row(source: str, ids: EventIds) -> Row:
    """Return the row of the ids of one origin's events of a day."""
    return {"source": source, "day": ids.day, "origin": storable(ids.origin), "digests": united(ids.digests, b"")}


def united(one: bytes, other: bytes) -> bytes:
    """Return all ids that are in either; an incomplete one at an end is none."""
    ids = {
        digests[at : at + _ID_BYTES]
        for digests in (one, other)
        for at in range(0, len(digests) - _ID_BYTES + 1, _ID_BYTES)
    }
    return b"".join(sorted(ids))


def route_row(source: str, route: RegisteredRoute, now: datetime) -> Row:
    """Return a route's row; without times it is known to be registered only since it was collected."""
    last = route.last_registered or route.first_registered or now
    return {
        "source": source,
        "key": storable(route.key),
        "handler": storable(route.handler.handler),
        "path": storable(route.handler.path),
        "line": bounded(route.handler.line, _LARGEST_LINE),
        "version": storable(route.version),
        "shadowed": [[storable(h.handler), storable(h.path), bounded(h.line, _LARGEST_LINE)] for h in route.shadowed],
        "first_registered": route.first_registered or last,
        "last_registered": last,
    }


def name_row(source: str, name: RegisteredName, now: datetime) -> Row:
    """Return a name's row; without times it is known to be registered only since it was collected."""
    last = name.last_registered or name.first_registered or now
    return {
        "source": source,
        "kind": name.kind,
        "name": storable(name.name),
        "handler": storable(name.target.handler),
        "path": storable(name.target.path),
        "line": bounded(name.target.line, _LARGEST_LINE),
        "version": storable(name.version),
        "first_registered": name.first_registered or last,
        "last_registered": last,
    }


VERSION = "version"
"""Kind under which versions of the application stand among the names that it registered."""


def version_row(source: str, seen: SeenVersion) -> Row:
    """Return a version's row among the registered names: registered from when to when it ran."""
    return {
        "source": source,
        "kind": VERSION,
        "name": storable(seen.version),
        "handler": "",
        "path": "",
        "line": 0,
        "version": storable(seen.version),
        "first_registered": seen.first,
        "last_registered": seen.last,
    }


def source_row(source: str, collection: Collection, now: datetime) -> Row:
    """Return how a source did."""
    healthy = collection.problem is None
    return {
        "name": source,
        "healthy": healthy,
        "problem": None if collection.problem is None else storable(collection.problem),
        "only_for_use": collection.only_for_use,
        "notes": [storable(note) for note in collection.notes],
        "collected_at": now,
        "healthy_at": now if healthy else None,
    }
