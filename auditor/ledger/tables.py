"""Rows joined into a table. In: a connection, a table, rows, a join. Out: what changed. Never deletes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from auditor.ledger.rows import Row

Join = Callable[[Row, Row], Row]
Place = tuple[Any, ...]
"""A row's primary key."""


class Merged(NamedTuple):
    """What merging rows did.

    Attributes:
        changes: Rows as they were (None: not there) and as they are now, those alone that are not what they were.
        now: All rows of the given ones' source and days as they are now, by primary key.
    """

    changes: list[tuple[Row | None, Row]]
    now: Mapping[Place, Row]


def merge(connection: sa.Connection, table: sa.Table, incoming: Iterable[Row], join: Join) -> Merged:
    """Join rows of one source into a table."""
    keys = tuple(column.name for column in table.primary_key)
    joined: dict[Place, Row] = {}
    for row in incoming:
        place = tuple(row[name] for name in keys)
        joined[place] = join(joined[place], row) if place in joined else row
    if not joined:
        return Merged([], {})
    rows = known_rows(connection, table, joined.values())
    changes: list[tuple[Row | None, Row]] = []
    for place, row in joined.items():
        before = rows.get(place)
        after = join(before, row) if before else row
        if after != before:
            changes.append((before, after))
            rows[place] = after
    write(connection, table, changes)
    return Merged(changes, rows)


def write(connection: sa.Connection, table: sa.Table, changes: Iterable[tuple[Row | None, Row]]) -> None:
    """Insert the rows that were not there, and update the others."""
    keys = {column.name for column in table.primary_key}
    found = list(changes)
    fresh = [row for known, row in found if known is None]
    raised = [row for known, row in found if known is not None]
    if fresh:
        connection.execute(sa.insert(table), fresh)
    if raised:
        matches = [table.c[name] == sa.bindparam(f"key_{name}") for name in sorted(keys)]
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


def place_of(table: sa.Table, row: Row) -> Place:
    """Return a row's primary key."""
    return tuple(row[column.name] for column in table.primary_key)


def known_rows(connection: sa.Connection, table: sa.Table, wanted: Iterable[Row]) -> dict[Place, Row]:
    """Return what the table holds of the source, and of the days, of rows; there is at least one, all of one source."""
    rows = list(wanted)
    keys = [column.name for column in table.primary_key]
    column = "source" if "source" in keys else "name"
    query = sa.select(table).where(table.c[column] == rows[0][column])
    if "day" in keys:
        days = [row["day"] for row in rows]
        query = query.where(table.c.day.between(min(days), max(days)))
    found = map(dict, connection.execute(query).mappings())
    return {tuple(row[name] for name in keys): row for row in found}
