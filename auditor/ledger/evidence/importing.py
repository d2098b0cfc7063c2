"""An evidence file into a ledger, or alone into memory. In: a file that is being read, a connection. Out: rows.

All or nothing: the seal is the last line, so whoever calls holds a transaction open until all is read, and takes it
back where anything is raised. Into a ledger everything is joined as by a collection: again, or an older file after a
newer one, changes nothing. Into memory rows go as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from auditor.ledger import joins, projection, recording, renaming, schema
from auditor.ledger.evidence import remainder
from auditor.ledger.evidence.reading import EvidenceFile
from auditor.ledger.evidence.tables import (
    EXPORTED,
    LOST,
    NAMES,
    READS,
    ROUTES,
    SOURCES,
    TOTALS,
    USES,
    WATCHED,
    WATCHED_KINDS,
    Part,
)
from auditor.ledger.rows import Row
from auditor.ledger.tables import Join, Merged, known_rows, merge, place_of, write
from auditor.model.days import midnight
from auditor.model.usage import Collection, RegisteredHandler, RegisteredRoute, UsageSample
from auditor.model.window import Window

_AT_ONCE = 5000
_OF_DAYS = (USES, WATCHED, WATCHED_KINDS)
_JOINS: dict[str, Join] = {
    ROUTES.head.name: joins.join_published,
    NAMES.head.name: joins.join_published,
    WATCHED.head.name: joins.join_watched,
    WATCHED_KINDS.head.name: joins.join_watched,
    LOST.head.name: joins.join_lost,
    TOTALS.head.name: joins.join_total,
    SOURCES.head.name: joins.join_source,
}


def alone(file: EvidenceFile, first: date | None = None) -> sa.Engine:
    """Return a database in memory that holds what the file does, and nothing else.

    With `first`, uses and minutes of earlier days are left out, but for one row of the first that is known of.

    Raises:
        EvidenceError: The file may not be used.
    """
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    schema.metadata.create_all(engine)
    told = _Recent(file.rows(), first)
    with engine.begin() as connection:
        for part, rows in _batches(told):
            connection.execute(sa.insert(part.table), rows)
        for part, rows in _batches(told.eldest):
            connection.execute(sa.insert(part.table), rows)
    return engine


class _Recent:
    """The rows that tell of the days from `first` on; `eldest` is then the eldest one that does not."""

    def __init__(self, rows: Iterable[tuple[Part, Row]], first: date | None) -> None:
        self._rows = rows
        self._first = first or date.min
        self.eldest: list[tuple[Part, Row]] = []

    def __iter__(self) -> Iterator[tuple[Part, Row]]:
        for part, row in self._rows:
            if part not in _OF_DAYS or row["day"] >= self._first:
                yield part, row
            elif not self.eldest or row["day"] < self.eldest[0][1]["day"]:
                self.eldest = [(part, row)]


def join(connection: sa.Connection, file: EvidenceFile) -> int:
    """Join a file into a ledger whose writer's lock the connection holds; return how many of its rows were news.

    Raises:
        EvidenceError: The file may not be used; take the transaction back.
    """
    done = _Joining(connection)
    for part, rows in _batches(file.rows()):
        done.add(part, rows)
    return done.changed


class _Joining:
    """What was joined so far: which sources may say when they watched, and which routes they published."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        known = sa.select(schema.sources.c.name, schema.sources.c.collected_at)
        self._collected = {name: at for name, at in connection.execute(known)}
        self._told_at: dict[str, Any] = {}
        self._outdated: set[str] = set()
        self._routes: dict[str, list[str]] = defaultdict(list)
        self.changed = 0

    def add(self, part: Part, rows: list[Row]) -> None:
        """Join rows of one table and one source."""
        source = _source(rows[0])
        if part is READS:
            self._compare(source, rows[0])
            return
        if part is USES:
            self._add_uses(source, rows)
            return
        if part in (WATCHED, WATCHED_KINDS) and source in self._outdated:
            return
        if part is SOURCES:
            self._told_at |= {row["name"]: row["collected_at"] for row in rows}
        if part is ROUTES:
            self._routes[source] += [row["key"] for row in rows]
        self.changed += len(merge(self._connection, part.table, rows, _JOINS[part.head.name]).changes)

    def _compare(self, source: str, row: Row) -> None:
        """Believe of two that read something else under one name the minutes of who collected last."""
        known = recording.reads(self._connection, source)
        earlier, later = self._collected.get(source), self._told_at.get(source)
        if known not in (None, row["digest"]) and earlier is not None and (later is None or later < earlier):
            self._outdated.add(source)
        else:
            recording.believe(self._connection, source, row["digest"])

    def _add_uses(self, source: str, rows: list[Row]) -> None:
        renamed = renaming.take_over(self._connection, source, self._collection(source, rows))
        merge(self._connection, schema.usage_days, renamed.days, joins.join_usage)
        merge(self._connection, schema.usage_hours, renamed.hours, joins.join_hours)
        projection.rebuild(self._connection, {row["day"] for row in renamed.days})
        known = known_rows(self._connection, schema.usage_days, rows)
        changes = remainder.raised(known, rows)
        write(self._connection, schema.usage_days, changes)
        now = known | {place_of(schema.usage_days, row): row for _, row in changes}
        projection.update(self._connection, source, Merged(changes, now))
        self.changed += len(changes)

    def _collection(self, source: str, rows: list[Row]) -> Collection:
        """Return what the file tells of some days as a collection, for keys that are spelled otherwise than before."""
        samples = (UsageSample(row["key"], row["kind"], row["day"], row["count"], origin=EXPORTED) for row in rows)
        routes = (RegisteredRoute(key, RegisteredHandler("")) for key in self._routes[source])
        days = [row["day"] for row in rows]
        window = Window(midnight(min(days)), midnight(max(days)) + timedelta(days=1))
        return Collection(source, window, samples=tuple(samples), routes=tuple(routes))


def _batches(rows: Iterable[tuple[Part, Row]]) -> Iterator[tuple[Part, list[Row]]]:
    """Yield rows together that are of one table and source; of uses, whole days of it."""
    for _, of_source in groupby(rows, key=_table_and_source):
        batch: list[Row] = []
        for part, row in of_source:
            if len(batch) >= _AT_ONCE and row.get("day") != batch[-1].get("day"):
                yield part, batch
                batch = []
            batch.append(row | {"origin": EXPORTED, "users": None} if part is USES else row)
        yield part, batch


def _table_and_source(one: tuple[Part, Row]) -> tuple[str, str]:
    return one[0].head.name, _source(one[1])


def _source(row: Row) -> str:
    return str(row["source"] if "source" in row else row["name"])
