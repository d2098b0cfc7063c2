"""Uses a day of every key, by source. In: a connection, days. Out: `DailyCount`s. Never writes.

Where a reading joins what several sources saw, this keeps them apart: what one counted and another did not is what
gives away an instance without a tracker. Uses at no known day are not among them.
"""

from datetime import date

import msgspec
import sqlalchemy as sa

from auditor.ledger import schema
from auditor.model.usage import UsageKind


class DailyCount(msgspec.Struct, frozen=True):
    """How often one source saw one key used on one UTC day."""

    day: date
    source: str
    kind: UsageKind
    key: str
    count: int


def daily_counts(connection: sa.Connection, first: date, last: date) -> tuple[DailyCount, ...]:
    """Return the counts above zero of the days from `first` to `last`, both inclusive."""
    table = schema.usage_days
    place = (table.c.day, table.c.source, table.c.kind, table.c.key)
    total = sa.func.sum(table.c.count)
    query = sa.select(*place, total).where(table.c.day.between(first, last)).group_by(*place).order_by(*place)
    return tuple(
        DailyCount(day, source, kind, key, int(count))
        for day, source, kind, key, count in connection.execute(query)
        if count
    )
