"""One collection into the ledger. In: a connection that holds the writer's lock, a Collection. Out: what it changed.

Each row's new state is the join of what was known and what was collected (max, min, OR), so the order and repetition of
collections do not matter and a source that was restarted empty lowers nothing. What a sick or sampled source gave is
kept as evidence of use; its watched minutes are not, as they would prove absence. Never deletes.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from auditor.ledger import schema
from auditor.model.answers import RecordedSource
from auditor.model.usage import Collection, RegisteredName, RegisteredRoute, UsageSample, WatchedDay

Row = dict[str, Any]
Join = Callable[[Row, Row], Row]
_LARGEST = 2**63 - 1
_LARGEST_LINE = 2**31 - 1


def record(connection: sa.Connection, collection: Collection, now: datetime) -> RecordedSource:
    """Join one collection into the ledger; `now` (aware) is when it was made."""
    source = storable(collection.source)
    changed = _merge(
        connection, schema.usage_days, (_usage_row(source, sample) for sample in collection.samples), join_usage
    )
    trusted = collection.problem is None and not collection.only_for_use
    watched = collection.watched if trusted else ()
    bitmaps = _merge(
        connection,
        schema.watched_days,
        ({"source": source, "day": day.day, "bitmap": day.bitmap} for day in watched),
        join_watched,
    )
    _merge(
        connection,
        schema.lost_days,
        ({"source": source, "day": day, "count": _bounded(count)} for day, count in collection.lost),
        join_lost,
    )
    _merge(connection, schema.routes, (_route_row(source, route, now) for route in collection.routes), join_published)
    _merge(connection, schema.names, (_name_row(source, name, now) for name in collection.names), join_published)
    _merge(connection, schema.sources, [_source_row(source, collection, now)], join_source)
    return RecordedSource(
        source=collection.source,
        samples=len(collection.samples),
        changed=len(changed),
        minutes_added=sum(_minutes(row) - (_minutes(known) if known else 0) for known, row in bitmaps),
        routes=len(collection.routes),
        problem=collection.problem,
    )


def join_usage(known: Row, row: Row) -> Row:
    """Return the higher of each number; never fewer calls than the statuses add up to."""
    statuses = {
        status: max(known["by_status"].get(status, 0), row["by_status"].get(status, 0))
        for status in sorted({*known["by_status"], *row["by_status"]})
    }
    return row | {
        "count": _bounded(max(known["count"], row["count"], sum(statuses.values()))),
        "errors": max(known["errors"], row["errors"]),
        "by_status": statuses,
        "last_seen": _latest(known["last_seen"], row["last_seen"]),
    }


def join_watched(known: Row, row: Row) -> Row:
    """Return the minutes that either watched."""
    union = WatchedDay(row["day"], known["bitmap"]).union(WatchedDay(row["day"], row["bitmap"]))
    return row | {"bitmap": union.bitmap}


def join_lost(known: Row, row: Row) -> Row:
    """Return the higher count."""
    return row | {"count": max(known["count"], row["count"])}


def join_published(known: Row, row: Row) -> Row:
    """Return the latest description of one handler of a route or name, registered from its first to its last time."""
    newest = max(known, row, key=_description)
    return newest | {"first_registered": min(known["first_registered"], row["first_registered"])}


def join_source(known: Row, row: Row) -> Row:
    """Return the latest health; of two at one moment, the sick one."""
    newest = max(known, row, key=_severity)
    return newest | {"healthy_at": _latest(known["healthy_at"], row["healthy_at"])}


def storable(text: str) -> str:
    """Return `text` as every database can hold and index it: no lone surrogates, no NUL, at most 512 UTF-8 bytes.

    A longer one is cut and ends in a digest of the whole, so two long ones never become one.
    """
    encoded = text.encode("utf-8", "backslashreplace").replace(b"\0", b"\\x00")
    if len(encoded) > schema.TEXT_BYTES:
        digest = blake2b(encoded, digest_size=8).hexdigest()
        encoded = encoded[: schema.TEXT_BYTES - 20].decode("utf-8", "ignore").encode() + f"…{digest}".encode()
    return encoded.decode("utf-8")


def _merge(
    connection: sa.Connection, table: sa.Table, incoming: Iterable[Row], join: Join
) -> list[tuple[Row | None, Row]]:
    """Join rows into a table; return (known before or None, now) for each row that this changed."""
    keys = tuple(column.name for column in table.primary_key)
    joined: dict[tuple[Any, ...], Row] = {}
    for row in incoming:
        key = tuple(row[name] for name in keys)
        joined[key] = join(joined[key], row) if key in joined else row
    if not joined:
        return []
    known = _known_rows(connection, table, keys, joined)
    changed: list[tuple[Row | None, Row]] = []
    for key, row in joined.items():
        before = known.get(key)
        after = join(before, row) if before else row
        if after != before:
            changed.append((before, after))
    _write(connection, table, keys, changed)
    return changed


def _known_rows(
    connection: sa.Connection, table: sa.Table, keys: tuple[str, ...], wanted: Mapping[tuple[Any, ...], Row]
) -> dict[tuple[Any, ...], Row]:
    """Return what the table holds of the wanted rows' source and days."""
    first = next(iter(wanted.values()))
    column = "source" if "source" in keys else "name"
    query = sa.select(table).where(table.c[column] == first[column])
    if "day" in keys:
        days = [row["day"] for row in wanted.values()]
        query = query.where(table.c.day.between(min(days), max(days)))
    rows = (dict(row) for row in connection.execute(query).mappings())
    return {tuple(row[name] for name in keys): row for row in rows}


def _write(
    connection: sa.Connection, table: sa.Table, keys: tuple[str, ...], changed: list[tuple[Row | None, Row]]
) -> None:
    fresh = [row for known, row in changed if known is None]
    raised = [row for known, row in changed if known is not None]
    if fresh:
        connection.execute(sa.insert(table), fresh)
    if raised:
        matches = [table.c[name] == sa.bindparam(f"key_{name}") for name in keys]
        values: dict[str, Any] = {
            column.name: sa.bindparam(f"new_{column.name}") for column in table.c if column.name not in keys
        }
        connection.execute(
            sa.update(table).where(*matches).values(values),
            [
                {(f"key_{name}" if name in keys else f"new_{name}"): value for name, value in row.items()}
                for row in raised
            ],
        )


def _usage_row(source: str, sample: UsageSample) -> Row:
    statuses = {storable(status): _bounded(count) for status, count in sorted(sample.by_status.items())}
    return {
        "day": sample.day,
        "source": source,
        "kind": sample.kind,
        "key": storable(sample.key),
        "origin": storable(sample.origin),
        "count": _bounded(max(sample.count, sum(statuses.values()))),
        "errors": _bounded(sample.errors),
        "by_status": statuses,
        "last_seen": sample.last_seen,
    }


def _route_row(source: str, route: RegisteredRoute, now: datetime) -> Row:
    """Return a route's row; without times it is known to be registered only since it was collected."""
    last = route.last_registered or route.first_registered or now
    return {
        "source": source,
        "key": storable(route.key),
        "handler": storable(route.handler.handler),
        "path": storable(route.handler.path),
        "line": _bounded(route.handler.line, _LARGEST_LINE),
        "version": storable(route.version),
        "shadowed": [[storable(h.handler), storable(h.path), _bounded(h.line, _LARGEST_LINE)] for h in route.shadowed],
        "first_registered": route.first_registered or last,
        "last_registered": last,
    }


def _name_row(source: str, name: RegisteredName, now: datetime) -> Row:
    """Return a name's row; without times it is known to be registered only since it was collected."""
    last = name.last_registered or name.first_registered or now
    return {
        "source": source,
        "kind": name.kind,
        "name": storable(name.name),
        "handler": storable(name.target.handler),
        "path": storable(name.target.path),
        "line": _bounded(name.target.line, _LARGEST_LINE),
        "version": storable(name.version),
        "first_registered": name.first_registered or last,
        "last_registered": last,
    }


def _source_row(source: str, collection: Collection, now: datetime) -> Row:
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


def _description(row: Row) -> tuple[Any, ...]:
    return row["last_registered"], row["version"], row["path"], row["line"], json.dumps(row.get("shadowed"))


def _severity(row: Row) -> tuple[Any, ...]:
    return row["collected_at"], not row["healthy"], row["problem"] or "", row["only_for_use"], json.dumps(row["notes"])


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    times = [time for time in (one, other) if time is not None]
    return max(times, default=None)


def _bounded(number: int, largest: int = _LARGEST) -> int:
    """Return a count that every database can hold: hostile sources hold any integer."""
    return min(max(number, 0), largest)


def _minutes(row: Row) -> int:
    return int.from_bytes(row["bitmap"]).bit_count()
