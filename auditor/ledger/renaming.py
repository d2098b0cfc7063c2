"""Counts that are collected again under a route's new spelling. In: a connection, a collection. Out: rows to join.

A log that is read again after `/users/{id}` became `/users/{user_id}` gives the same requests under the new key. Their
rows are taken over: beside the new ones they would count every request twice. A row is taken over only where the same
origin's day is told again without the old key, not fewer under the new one, and that for the first time; so two routes
that differ in nothing but names stay two. A tracker's counts of before stay as they are: it tells both.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa

from auditor.ledger import schema
from auditor.ledger.rows import Row, storable
from auditor.model.route_keys import nameless
from auditor.model.usage import Collection

Place = tuple[date, str]
"""Day and origin."""
_TABLES = (schema.usage_days, schema.usage_hours)


class Renamed(NamedTuple):
    """Rows under their new key: of `usage_days` and of `usage_hours`."""

    days: list[Row]
    hours: list[Row]


def take_over(connection: sa.Connection, source: str, collection: Collection) -> Renamed:
    """Take the rows that are told under a new key out of the ledger and return them under it."""
    told = _told(collection)
    spelled = {nameless(key) for keys in told.values() for key in keys}
    new_keys = _renamed(connection, source, told, spelled, {storable(route.key) for route in collection.routes})
    found = Renamed([], [])
    for (day, origin, old), new in new_keys.items():
        for table, rows in zip(_TABLES, found, strict=True):
            columns = table.c
            here = sa.and_(
                columns.source == source, columns.kind == "endpoint", columns.key == old, columns.day == day,
                columns.origin == origin,
            )  # fmt: skip
            rows += [{**row, "key": new} for row in connection.execute(sa.select(table).where(here)).mappings()]
            connection.execute(sa.delete(table).where(here))
    return found


def _told(collection: Collection) -> dict[Place, dict[str, int]]:
    """Return the counts of keys with parameters, by day and origin."""
    told: dict[Place, dict[str, int]] = {}
    for sample in collection.samples:
        if sample.kind == "endpoint" and "{" in sample.key:
            told.setdefault((sample.day, storable(sample.origin)), {})[storable(sample.key)] = sample.count
    return told


def _renamed(
    connection: sa.Connection,
    source: str,
    told: Mapping[Place, Mapping[str, int]],
    spelled: set[str],
    published: set[str],
) -> dict[tuple[date, str, str], str]:
    """Return the new key of each stored row (day, origin, key) that is told again under another spelling."""
    if not told:
        return {}
    table = schema.usage_days.c
    days = [day for day, _ in told]
    query = sa.select(table.day, table.origin, table.key, table.count).where(
        table.source == source, table.kind == "endpoint", table.day.between(min(days), max(days)),
        table.key.contains("{", autoescape=True),
    )  # fmt: skip
    stored: dict[Place, dict[str, int]] = {}
    for day, origin, key, count in connection.execute(query):
        if (day, origin) in told and nameless(key) in spelled:
            stored.setdefault((day, origin), {})[key] = count
    return {
        (*place, old): new
        for place, known in stored.items()
        for old, count in known.items()
        if old not in told[place] and old not in published
        for new in _heirs(old, count, told[place], known)
    }


def _heirs(old: str, count: int, told: Mapping[str, int], known: Mapping[str, Any]) -> Sequence[str]:
    """Return the one key that tells a row's requests now, none where there is none or it may be any of several."""
    alike = [key for key in told if nameless(key) == nameless(old)]
    return alike if len(alike) == 1 and alike[0] not in known and told[alike[0]] >= count else ()
