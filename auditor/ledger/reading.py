"""One window out of the ledger. In: a connection, a Window. Out: a LedgerReading. Never writes.

Counts of one source's origins add up; of different sources the largest counts, since sources that watch the same
traffic count the same calls.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor.ledger import merging, recording, schema, totals
from auditor.ledger.encoding import unpacked_durations
from auditor.ledger.rows import VERSION
from auditor.model.days import midnight
from auditor.model.ingestion import EventIds, IngestedBefore, IngestMark
from auditor.model.usage import (
    LedgerReading,
    RegisteredHandler,
    RegisteredName,
    RegisteredRoute,
    SeenVersion,
    SourceHealth,
    UsageKind,
    UsageSample,
    WatchedDay,
)
from auditor.model.window import Window


def read(
    connection: sa.Connection, window: Window, configured: frozenset[str] | None = None, *, samples: bool = True
) -> LedgerReading:
    """Return what is known of `window`; samples by kind, key and day, routes by key and source, sources by name.

    Of sources that are not `configured` (None: all are) only what they saw used is told. Without `samples`, which are
    nearly all there is to read, it tells who watched and what was published.
    """
    routes, earlier = _routes(connection, window)
    reading = LedgerReading(
        window=window,
        samples=_samples(connection, window) if samples else (),
        watched=_watched(connection, window),
        watched_kinds=_watched_kinds(connection, window),
        routes=routes,
        earlier_routes=earlier,
        lost=_lost(connection, window),
        sources=_sources(connection),
        since=_since(connection),
        names=_names(connection, window),
        versions=_versions(connection, window),
    )
    return reading if configured is None else _of_configured(reading, configured)


def _of_configured(reading: LedgerReading, configured: frozenset[str]) -> LedgerReading:
    return msgspec.structs.replace(
        reading,
        watched={name: days for name, days in reading.watched.items() if name in configured},
        watched_kinds={name: kinds for name, kinds in reading.watched_kinds.items() if name in configured},
        routes=tuple(route for route in reading.routes if route.source in configured),
        earlier_routes=tuple(route for route in reading.earlier_routes if route.source in configured),
        names=tuple(name for name in reading.names if name.source in configured),
        versions=tuple(seen for seen in reading.versions if seen.source in configured),
        lost={name: days for name, days in reading.lost.items() if name in configured},
        sources=tuple(source for source in reading.sources if source.name in configured),
    )


def _samples(connection: sa.Connection, window: Window) -> tuple[UsageSample, ...]:
    days = window.dates()
    by_day = merging.by_key(usage_rows(connection, schema.usage_days.c.day.between(days[0], days[-1])))
    whole = totals.completed(by_day, totals.uses(connection, window))
    return tuple(whole[key] for key in sorted(whole))


def usage_rows(
    connection: sa.Connection, wanted: sa.ColumnElement[bool], order: Iterable[sa.ColumnElement[Any]] = ()
) -> Iterator[UsageSample]:
    """Yield the counts of the days that are wanted, in any order where none is asked for; `origin` is the source."""
    columns = schema.usage_days.c
    # Positions, not names: this loop sees every row of the window.
    query = sa.select(
        columns.key, columns.kind, columns.day, columns.count, columns.errors, columns.last_seen, columns.by_status,
        columns.source, columns.first_seen, columns.succeeded, columns.timed_out, columns.durations, columns.users,
        columns.errors_by_code, columns.cost, columns.costed,
    ).where(wanted).order_by(*order)  # fmt: skip
    for (
        key, kind, day, count, errors, last, statuses, source, first, succeeded, timed_out, durations, users, codes,
        cost, costed,
    ) in connection.execute(query):  # fmt: skip
        yield UsageSample(
            key, kind, day, count, errors, last, statuses, source, first_seen=first, succeeded=succeeded,
            timed_out=timed_out, durations=unpacked_durations(durations), users=users or b"",
            errors_by_code=codes or {}, cost=cost, costed=costed,
        )  # fmt: skip


def _watched(connection: sa.Connection, window: Window) -> dict[str, tuple[WatchedDay, ...]]:
    table = schema.watched_days
    query = sa.select(table.c.source, table.c.day, table.c.bitmap).order_by(table.c.source, table.c.day)
    days: dict[str, list[WatchedDay]] = defaultdict(list)
    for source, day, bitmap in connection.execute(_in_window(query, table, window)):
        days[source].append(WatchedDay(day, bytes(bitmap)))
    return {source: tuple(days[source]) for source in sorted(days)}


def _watched_kinds(connection: sa.Connection, window: Window) -> dict[str, Mapping[UsageKind, tuple[WatchedDay, ...]]]:
    table = schema.watched_kinds
    query = sa.select(table.c.source, table.c.kind, table.c.day, table.c.bitmap).order_by(
        table.c.source, table.c.kind, table.c.day
    )
    found: dict[str, dict[UsageKind, tuple[WatchedDay, ...]]] = defaultdict(dict)
    for source, kind, day, bitmap in connection.execute(_in_window(query, table, window)):
        found[source][kind] = (*found[source].get(kind, ()), WatchedDay(day, bytes(bitmap)))
    return {source: found[source] for source in sorted(found)}


def before(connection: sa.Connection, source: str, reads: str = "") -> IngestedBefore:
    """Return what is known of a source's earlier collections; no marks where it read something else than `reads`."""
    marks, ids = schema.ingest_marks, schema.event_ids
    of_origin = (
        IngestMark(
            row["origin"], row["size"], row["digest"], row["first_day"], row["last_day"], row["first"], row["last"]
        )
        for row in connection.execute(sa.select(marks).where(marks.c.source == source)).mappings()
    )
    found = connection.execute(
        sa.select(ids.c.day, ids.c.origin, ids.c.digests)
        .where(ids.c.source == source)
        .order_by(ids.c.day, ids.c.origin)
    )
    same = not reads or recording.reads(connection, source) in (None, reads)
    return IngestedBefore(
        marks={mark.origin: mark for mark in of_origin if same},
        event_ids=tuple(EventIds(day, origin, bytes(digests)) for day, origin, digests in found),
        version=recording.version(connection, source),
    )


def _lost(connection: sa.Connection, window: Window) -> dict[str, tuple[tuple[date, int], ...]]:
    table = schema.lost_days
    query = sa.select(table.c.source, table.c.day, table.c.count).order_by(table.c.source, table.c.day)
    days: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for source, day, count in connection.execute(_in_window(query, table, window)):
        days[source].append((day, count))
    return {source: tuple(days[source]) for source in sorted(days)}


def _routes(
    connection: sa.Connection, window: Window
) -> tuple[tuple[RegisteredRoute, ...], tuple[RegisteredRoute, ...]]:
    """Return for each source and key the handler registered last before the window's end; and its others in it.

    A window ends with the last whole minute: what was registered in the minute that is not over yet is known as well.
    """
    table = schema.routes
    rows: dict[tuple[str, str], list[sa.RowMapping]] = defaultdict(list)
    query = sa.select(table).where(table.c.first_registered < window.end + timedelta(minutes=1))
    for row in connection.execute(query).mappings():
        rows[row["key"], row["source"]].append(row)
    begin = midnight(window.dates()[0])
    found = [_since_or_latest(sorted(rows[place], key=_recency), begin) for place in sorted(rows)]
    serving = tuple(_route(group[-1]) for group in found)
    return serving, tuple(_route(row) for group in found for row in group[:-1])


def _recency(row: sa.RowMapping) -> tuple[Any, ...]:
    return row["last_registered"], row["first_registered"], row["version"], row["handler"]


def _route(row: sa.RowMapping) -> RegisteredRoute:
    return RegisteredRoute(
        key=row["key"],
        handler=RegisteredHandler(row["handler"], row["path"], row["line"]),
        version=row["version"],
        first_registered=row["first_registered"],
        last_registered=row["last_registered"],
        shadowed=tuple(RegisteredHandler(*handler) for handler in row["shadowed"]),
        source=row["source"],
    )


def _names(connection: sa.Connection, window: Window) -> tuple[RegisteredName, ...]:
    """Return for each source and name the definitions that were registered in the window, at least the latest one.

    As counts do, registrations count on every day that the window touches.
    """
    days = window.dates()
    begin, end = midnight(days[0]), midnight(days[-1]) + timedelta(days=1)
    rows: dict[tuple[str, str, str], list[sa.RowMapping]] = defaultdict(list)
    table = schema.names
    query = sa.select(table).where(table.c.first_registered < end, table.c.kind != VERSION)
    for row in connection.execute(query).mappings():
        rows[row["kind"], row["name"], row["source"]].append(row)
    return tuple(
        RegisteredName(
            row["kind"], row["name"], RegisteredHandler(row["handler"], row["path"], row["line"]), row["version"],
            row["first_registered"], row["last_registered"], row["source"],
        )
        for place in sorted(rows)
        for row in _since_or_latest(sorted(rows[place], key=_recency), begin)
    )  # fmt: skip


def _versions(connection: sa.Connection, window: Window) -> tuple[SeenVersion, ...]:
    """Return the versions that were seen to run in the window, by source and by when they were first."""
    table = schema.names
    query = sa.select(table.c.name, table.c.first_registered, table.c.last_registered, table.c.source).where(
        table.c.kind == VERSION, table.c.first_registered < window.end, table.c.last_registered >= window.start
    )
    found = (SeenVersion(*row) for row in connection.execute(query))
    return tuple(sorted(found, key=lambda seen: (seen.source, seen.first, seen.version)))


def _since_or_latest(rows: list[sa.RowMapping], begin: datetime) -> list[sa.RowMapping]:
    return [row for row in rows if row is rows[-1] or row["last_registered"] >= begin]


def _sources(connection: sa.Connection) -> tuple[SourceHealth, ...]:
    rows = connection.execute(sa.select(schema.sources)).mappings()
    found = (
        SourceHealth(
            name=row["name"],
            healthy=row["healthy"],
            problem=row["problem"],
            collected_at=row["collected_at"],
            only_for_use=row["only_for_use"],
            healthy_at=row["healthy_at"],
            notes=tuple(row["notes"]),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda source: source.name))


def _since(connection: sa.Connection) -> date | None:
    tables = (schema.usage_days, schema.watched_days, schema.watched_kinds, schema.totals)
    days = [connection.execute(sa.select(sa.func.min(table.c.day))).scalar() for table in tables]
    return min((day for day in days if day is not None), default=None)


def _in_window(query: sa.Select[Any], table: sa.Table, window: Window) -> sa.Select[Any]:
    days = window.dates()
    return query.where(table.c.day.between(days[0], days[-1]))
