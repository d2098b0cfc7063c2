"""Uses a day of every key, by source. In: a connection, a window. Out: `DailyCounts`. Never writes.

Where a reading joins what several sources saw, this keeps them apart: what one counted and another did not is what
gives away an instance without a tracker. Uses at no known day are not among them.
"""

from datetime import date

import msgspec
import sqlalchemy as sa

from auditor.ledger import schema
from auditor.model.usage import UsageKind
from auditor.model.window import Window


class DailyCount(msgspec.Struct, frozen=True, gc=False):
    """How often one source saw one key used on one UTC day."""

    day: date
    source: str
    kind: UsageKind
    key: str
    count: int


class DailyCounts(msgspec.Struct, frozen=True):
    """Uses by day, source and key; and the names of `undated` sources, which counted uses at no known day."""

    counts: tuple[DailyCount, ...] = ()
    undated: frozenset[str] = frozenset()


def daily_counts(connection: sa.Connection, window: Window) -> DailyCounts:
    """Return the uses of every UTC day that the window touches."""
    days = window.dates()
    table, totals = schema.usage_days, schema.totals
    place = (table.c.day, table.c.source, table.c.kind, table.c.key)
    query = sa.select(*place, sa.func.sum(table.c.count)).where(table.c.day.between(days[0], days[-1])).group_by(*place)
    undated = sa.select(totals.c.source).where(totals.c.day.between(days[0], days[-1]), totals.c.count > 0).distinct()
    return DailyCounts(
        tuple(
            DailyCount(day, source, kind, key, int(count))
            for day, source, kind, key, count in connection.execute(query.order_by(*place)).all()
            if count
        ),
        frozenset(connection.execute(undated).scalars()),
    )
