"""The state of a ledger as it lies there, of whatever revision. In: a `Database`. Out: a LedgerState. Never writes."""

from collections.abc import Collection
from datetime import UTC, date, datetime

import sqlalchemy as sa

from auditor.ledger import holdings, migrate, schema
from auditor.ledger.database import Database
from auditor.model.keeping import KeptSource, LedgerState


def state(database: Database, configured: Collection[str] = ()) -> LedgerState:
    """Return what the ledger holds, how large it is and which backups there are; `configured` are sources' names.

    Raises:
        StoreError: It cannot be read.
    """
    with database.reading() as connection:
        revision = holdings.revision_of(connection)
        tables = holdings.tables(connection)
        rows = {table.name: _count(connection, table) for table in tables}
        first, last = _days(connection, tables)
        sources = _sources(connection, tables, configured)
        size = _size(connection, database, tables)
    return LedgerState(
        place=database.place,
        revision=revision,
        newest_revision=schema.HEAD,
        size=size,
        first_day=first,
        last_day=last,
        rows=rows,
        sources=sources,
        backups=database.backups.all(),
        backup_directory=str(database.backups.path),
        next_step=_next_step(revision),
    )


def _next_step(revision: str | None) -> str | None:
    if revision == schema.HEAD:
        return None
    if revision is None:
        return "it holds no usage yet; run 'auditor collect'"
    if migrate.is_known(revision):
        return "written by an older auditor; 'auditor collect' saves it and brings it up"
    return "written by a newer auditor; upgrade auditor, or run 'auditor ledger rollback'"


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() or 0


def _days(connection: sa.Connection, tables: tuple[sa.Table, ...]) -> tuple[date | None, date | None]:
    found: list[date] = []
    for table in tables:
        if "day" in table.c:
            ends = connection.execute(sa.select(sa.func.min(table.c.day), sa.func.max(table.c.day))).one()
            found += [day for day in ends if day is not None]
    return min(found, default=None), max(found, default=None)


def _sources(
    connection: sa.Connection, tables: tuple[sa.Table, ...], configured: Collection[str]
) -> tuple[KeptSource, ...]:
    table = next((table for table in tables if table.name == schema.sources.name), None)
    if table is None:
        return ()
    query = sa.select(table.c.name, table.c.collected_at, table.c.healthy_at).order_by(table.c.name)
    return tuple(
        KeptSource(name, name in configured, _utc(collected), _utc(healthy))
        for name, collected, healthy in connection.execute(query)
    )


def _utc(time: datetime | None) -> datetime | None:
    return None if time is None else time.replace(tzinfo=UTC)


def _size(connection: sa.Connection, database: Database, tables: tuple[sa.Table, ...]) -> int:
    if database.file is not None:
        return database.file.stat().st_size
    size = sa.text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
    return sum(connection.execute(size, {"name": table.name}).scalar() or 0 for table in tables)
