"""What a ledger no longer keeps. In: a connection that writes, the days to keep. Out: how many daily rows went.

Only days before those that a window of `keep_days` touches go, with the ids of their events: nobody asks about them.
The window ends with the newest day that is known, where that is past: a clock that is wrong once must not cost what was
kept. Of a total that has been counting since ever its latest value before them stays: later ones are told by their
rise.
"""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from auditor.ledger import projection, schema
from auditor.model.days import midnight
from auditor.model.window import Window


def prune(connection: sa.Connection, *, now: datetime, keep_days: int, keep_hours: int) -> int:
    """Remove days older than `keep_days`, and hours older than `keep_hours` days; return how many daily rows went."""
    now = _end_of_known(connection, now)
    first = _first_day(now, keep_days)
    hours = schema.usage_hours
    connection.execute(sa.delete(hours).where(hours.c.day < max(first, _first_day(now, keep_hours))))
    for table in (schema.watched_days, schema.watched_kinds, schema.lost_days, schema.event_ids):
        connection.execute(sa.delete(table).where(table.c.day < first))
    _prune_totals(connection, first)
    _prune_marks(connection, first)
    days = schema.usage_days
    removed = connection.execute(sa.delete(days).where(days.c.day < first)).rowcount
    if removed:
        projection.cut(connection, first)
    return removed


def _end_of_known(connection: sa.Connection, now: datetime) -> datetime:
    """Return the end of the newest day on which anything was used or watched; `now` if that is yet to come."""
    tables = (schema.usage_days, schema.watched_days, schema.watched_kinds)
    days = [connection.execute(sa.select(sa.func.max(table.c.day))).scalar() for table in tables]
    newest = max((day for day in days if day is not None), default=now.date())
    return now if newest >= now.date() else midnight(newest + timedelta(days=1))


def _first_day(now: datetime, days: int) -> date:
    """Return the first UTC day that a window of so many days touches; none is kept where it is 0."""
    return Window.last_days(days, now).dates()[0] if days else now.date() + timedelta(days=2)


def _prune_totals(connection: sa.Connection, first: date) -> None:
    """Remove totals of old periods, and old values of totals that count since ever but the latest of each."""
    table = schema.totals
    connection.execute(sa.delete(table).where(table.c.day < first, table.c.period_days > 0))
    newer = table.alias()
    same = (newer.c[name] == table.c[name] for name in ("source", "kind", "key", "origin", "period_days"))
    is_later = sa.exists().where(*same, newer.c.day > table.c.day, newer.c.day < first)
    connection.execute(sa.delete(table).where(table.c.day < first, is_later))


def _prune_marks(connection: sa.Connection, first: date) -> None:
    """Take back that days were read which are gone."""
    table = schema.ingest_marks
    connection.execute(sa.delete(table).where(table.c.last_day < first))
    connection.execute(sa.update(table).where(table.c.first_day < first).values(first_day=first))
