"""One collection into the ledger. In: a connection that holds the writer's lock, a Collection. Out: what it changed.

Each row's new state is the join of what was known and what was collected (`joins`). What a sick or sampled source gave
is kept as evidence of use; its watched minutes are not, as they would prove absence. Deletes nothing but minutes that
were watched in something else than the source reads now, and the old key of what is told again under a new one.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from auditor.errors import ChangedMeanwhileError
from auditor.ledger import joins, projection, renaming, rows, schema
from auditor.ledger.evidence import remainder
from auditor.ledger.rows import Row
from auditor.ledger.tables import merge, write
from auditor.model.answers import RecordedSource
from auditor.model.days import day_of
from auditor.model.usage import Collection


def record(connection: sa.Connection, collection: Collection, now: datetime) -> RecordedSource:
    """Join one collection into the ledger; `now` (aware) is when it was made.

    Raises:
        ChangedMeanwhileError: Its events were counted without knowing of those that were recorded since.
    """
    source = rows.storable(collection.source)
    _check_version(connection, source, collection)
    dropped = _drop_minutes_of_other(connection, source, collection)
    renamed = renaming.take_over(connection, source, collection)
    daily = (rows.usage_row(source, one) for one in collection.samples)
    days = merge(connection, schema.usage_days, (*renamed.days, *daily), joins.join_usage)
    days, lowered = remainder.shrunk(days)
    write(connection, schema.usage_days, lowered)
    hourly = (rows.hours_row(source, one) for one in collection.samples if one.hours)
    merge(connection, schema.usage_hours, (*renamed.hours, *hourly), joins.join_hours)
    projection.update(connection, source, days)
    projection.rebuild(connection, {row["day"] for row in renamed.days})
    _record_totals(connection, source, collection, day_of(now))
    minutes = _record_watched(connection, source, collection)
    _record_registered(connection, source, collection, now)
    _record_read(connection, source, collection, now)
    merge(connection, schema.sources, [rows.source_row(source, collection, now)], joins.join_source)
    return RecordedSource(
        source=collection.source,
        samples=len(collection.samples),
        changed=len(days.changes),
        minutes_added=minutes,
        routes=len(collection.routes),
        problem=collection.problem,
        minutes_dropped=dropped,
    )


def _drop_minutes_of_other(connection: sa.Connection, source: str, collection: Collection) -> int:
    """Drop what was watched, and marked as read, in something else under the source's name; return how many minutes.

    Fourteen days of a staging server's log prove nothing of the production server that the name stands for today. What
    was counted stays: it is use. A source that is sick says nothing of what it reads.
    """
    if not collection.reads or collection.problem is not None:
        return 0
    return believe(connection, source, collection.reads)


def believe(connection: sa.Connection, source: str, digest: str) -> int:
    """Take what `digest` stands for as what a source reads; drop, and count, minutes that were watched elsewhere."""
    known = reads(connection, source)
    merge(connection, schema.source_reads, [{"source": source, "digest": digest}], lambda _, newer: newer)
    if known in (None, digest):
        return 0
    minutes = 0
    for table in (schema.watched_days, schema.watched_kinds):
        bitmaps = connection.execute(sa.select(table.c.bitmap).where(table.c.source == source)).scalars()
        minutes += sum(int.from_bytes(bitmap).bit_count() for bitmap in bitmaps)
        connection.execute(sa.delete(table).where(table.c.source == source))
    connection.execute(sa.delete(schema.ingest_marks).where(schema.ingest_marks.c.source == source))
    return minutes


def reads(connection: sa.Connection, source: str) -> str | None:
    """Return the digest of what a source was known to read, None where nobody said."""
    table = schema.source_reads
    known: str | None = connection.execute(sa.select(table.c.digest).where(table.c.source == source)).scalar()
    return known


def version(connection: sa.Connection, source: str) -> int:
    """Return how often event ids of a source were added."""
    table = schema.ingest_versions
    known = connection.execute(sa.select(table.c.version).where(table.c.source == source)).scalar()
    return 0 if known is None else int(known)


def _check_version(connection: sa.Connection, source: str, collection: Collection) -> None:
    if collection.event_ids and collection.known_version != version(connection, source):
        raise ChangedMeanwhileError(
            f"source {collection.source}: another collection recorded events of it meanwhile; collect it again"
        )


def _record_totals(connection: sa.Connection, source: str, collection: Collection, today: date) -> None:
    """Record totals; one that has been counting since ever only where it is not what it was before."""
    if not collection.totals:
        return
    table = schema.totals
    earlier = (
        sa.select(table)
        .where(table.c.source == source, table.c.period_days == 0, table.c.day < today)
        .order_by(table.c.day)
    )
    latest = {_total(row): row for row in map(dict, connection.execute(earlier).mappings())}
    given = [rows.total_row(source, total, today) for total in collection.totals]
    news = [row for row in given if not _same(latest.get(_total(row)), row)]
    merge(connection, table, news, joins.join_total)


def _total(row: Row) -> tuple[Any, ...]:
    return row["kind"], row["key"], row["origin"], row["period_days"]


def _same(known: Row | None, row: Row) -> bool:
    return known is not None and all(known[name] == row[name] for name in ("count", "errors", "last_seen"))


def _record_watched(connection: sa.Connection, source: str, collection: Collection) -> int:
    """Record watched minutes of a source that can be trusted, and lost counts; return how many minutes are new."""
    trusted = collection.problem is None and not collection.only_for_use
    days = merge(
        connection,
        schema.watched_days,
        rows.watched_rows(source, collection.watched if trusted else ()),
        joins.join_watched,
    )
    kinds = rows.watched_kind_rows(source, collection.watched_kinds if trusted else {})
    merge(connection, schema.watched_kinds, kinds, joins.join_watched)
    merge(connection, schema.lost_days, rows.lost_rows(source, collection.lost), joins.join_lost)
    return sum(_minutes(row) - (_minutes(known) if known else 0) for known, row in days.changes)


def _record_registered(connection: sa.Connection, source: str, collection: Collection, now: datetime) -> None:
    routes = (rows.route_row(source, route, now) for route in collection.routes)
    merge(connection, schema.routes, routes, joins.join_published)
    names = (rows.name_row(source, name, now) for name in collection.names)
    versions = (rows.version_row(source, seen) for seen in collection.versions)
    merge(connection, schema.names, (*names, *versions), joins.join_published)


def _record_read(connection: sa.Connection, source: str, collection: Collection, now: datetime) -> None:
    """Record what was read, and count up the version where ids are new."""
    marks = (rows.mark_row(source, mark, now) for mark in collection.marks)
    merge(connection, schema.ingest_marks, marks, joins.join_mark)
    ids = (rows.event_ids_row(source, one) for one in collection.event_ids)
    if merge(connection, schema.event_ids, ids, joins.join_event_ids).changes:
        row = {"source": source, "version": version(connection, source) + 1}
        merge(connection, schema.ingest_versions, [row], lambda _, newer: newer)


def _minutes(row: Row) -> int:
    return int.from_bytes(row["bitmap"]).bit_count()
