"""A ledger's evidence as lines. In: a connection, the first day. Out: lines, always the same of the same ledger.

Uses are added up over all origins (processes, files, browsers' tabs) of a source: sums of a day, nothing of one of
them. Everything else stands as the ledger holds it, for the days that are asked for: whoever reads the lines answers
as the ledger itself does. Never writes.
"""

from collections.abc import Iterator
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor.ledger import merging, reading
from auditor.ledger.encoding import packed_durations
from auditor.ledger.evidence.reading import Head
from auditor.ledger.evidence.tables import PARTS, TOTALS, USES, WATCHED, WATCHED_KINDS, Part
from auditor.model.usage import UsageSample

_DATED = (WATCHED, WATCHED_KINDS, USES, TOTALS)
"""Tables whose first day is the first that a ledger knows anything of."""


def lines(connection: sa.Connection, head: Head) -> Iterator[bytes]:
    """Yield the lines of an evidence file, from `head.first_day` on."""
    yield msgspec.json.encode(head, order="sorted")
    eldest, since = _eldest(connection)
    for part in PARTS:
        wanted = _wanted(connection, part, head.first_day, since if part is eldest else None)
        yield msgspec.json.encode(part.head)
        for values in _rows(connection, part, head.first_day, wanted):
            yield msgspec.json.encode(values, order="sorted")


def _rows(
    connection: sa.Connection, part: Part, first: date, wanted: sa.ColumnElement[bool]
) -> Iterator[tuple[Any, ...]]:
    order = [_ordered(connection, part.table.c[name]) for name in part.by]
    if part is USES:
        yield from _uses(connection, wanted, order)
        return
    found = connection.execute(
        sa.select(*(part.table.c[name] for name in part.head.columns)).where(wanted).order_by(*order)
    )
    rows = (tuple(row) for row in found)
    yield from _telling(rows, first) if part is TOTALS else rows


def _uses(
    connection: sa.Connection, wanted: sa.ColumnElement[bool], order: list[sa.ColumnElement[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Yield the uses of each key and day, those of a source's origins added up."""
    single = (msgspec.structs.replace(one, users=b"") for one in reading.usage_rows(connection, wanted, order))
    for _, same in groupby(single, key=lambda one: (one.origin, one.day, one.kind, one.key)):
        yield _values(reduce(merging.added, same))


def _values(use: UsageSample) -> tuple[Any, ...]:
    row = msgspec.structs.asdict(use) | {
        "source": use.origin,
        "by_status": dict(use.by_status),
        "errors_by_code": dict(use.errors_by_code) or None,
        "durations": packed_durations(use.durations),
    }
    return tuple(row[name] for name in USES.head.columns)


def _telling(totals: Iterator[tuple[Any, ...]], first: date) -> Iterator[tuple[Any, ...]]:
    """Yield the totals that tell of the days from `first` on: rises are told by the latest before them as well."""
    day, period = TOTALS.head.columns.index("day"), TOTALS.head.columns.index("period_days")
    for _, same in groupby(totals, key=lambda row: row[:day]):
        series = list(same)
        before = [row for row in series if row[day] < first and not row[period]]
        yield from (*before[-1:], *(row for row in series if row[day] >= first))


def _wanted(connection: sa.Connection, part: Part, first: date, since: date | None) -> sa.ColumnElement[bool]:
    """Return which rows of a table are wanted; with `since`, one of that day as well, so that it stays the first."""
    columns = part.table.c
    if part is TOTALS or "day" not in columns:
        return sa.true()
    if since is None or since >= first:
        return columns.day >= first
    keys = [columns[name] for name in part.by]
    eldest = connection.execute(sa.select(*keys).where(columns.day == since).order_by(*keys).limit(1)).one()
    return (columns.day >= first) | sa.and_(*(key == value for key, value in zip(keys, eldest, strict=True)))


def _eldest(connection: sa.Connection) -> tuple[Part | None, date | None]:
    """Return the table with the first day that the ledger knows anything of, and that day."""
    days = [(connection.execute(sa.select(sa.func.min(part.table.c.day))).scalar(), part) for part in _DATED]
    since = min((day for day, _ in days if day is not None), default=None)
    return next((part for day, part in days if day is not None and day == since), None), since


def _ordered(connection: sa.Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return what to sort by: texts by their bytes, whatever language the database sorts in."""
    is_text = isinstance(column.type, sa.Text)
    return column.collate("C") if is_text and connection.dialect.name == "postgresql" else column
