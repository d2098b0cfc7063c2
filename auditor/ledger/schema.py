"""The ledger's tables, portable between SQLite and PostgreSQL. In: nothing. Out: SQLAlchemy Core tables. No I/O.

Daily aggregates only: no row for a request, nothing about a person. Every row's state only ever grows (counts and dates
by max or min, bitmaps and sketches by union), so the order and the repetition of collections cannot matter. Only
projections, which others can be made from again, are replaced. Tables carry a prefix, as they may share a PostgreSQL
database with others. What is in a blob is told in `encoding`.

History (Alembic revisions): 0001 (2026-11) first version. 0002 (2026-11) registered names. 0003 (2026-11) measures,
hours, other kinds' watched minutes, totals, what was read already; projections of months and of scores.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

HEAD = "0003"
"""The newest revision; a test compares it with the migrations."""
REVISION_TABLE = "auditor_revision"
TEXT_BYTES = 512
"""Longest source, origin or key stored, in UTF-8 bytes: PostgreSQL cannot index much more."""

STATUSES = ("1xx", "2xx", "3xx", "4xx", "405", "5xx", "err", "probe", "bot")
"""Statuses that have a column of their own in the projection of months."""


class UtcTime(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python, UTC without a zone in the database: SQLite knows no zones."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ANN401 the base class's signature
        """Return the naive UTC time to store; reject naive ones, which would be taken for the server's zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ANN401 the base class's signature
        """Return the stored time as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData()

usage_days = sa.Table(
    "auditor_usage_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("errors", sa.BigInteger, nullable=False),
    sa.Column("by_status", sa.JSON, nullable=False),
    sa.Column("last_seen", UtcTime),
    sa.Column("first_seen", UtcTime),
    sa.Column("succeeded", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("timed_out", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("durations", sa.LargeBinary),
    sa.Column("users", sa.LargeBinary),
    sa.Column("errors_by_code", sa.JSON(none_as_null=True)),
    sa.Column("cost", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("costed", sa.BigInteger, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
)
"""Absolute counts of one UTC day; `by_status` splits `count`; each number is the highest ever collected."""

usage_hours = sa.Table(
    "auditor_usage_hours",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("hours", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The same by UTC hour, all hours of a day in one row; kept for fewer days."""

usage_months = sa.Table(
    "auditor_usage_months",
    metadata,
    sa.Column("month", sa.Date, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("sources", sa.Text, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("errors", sa.BigInteger, nullable=False),
    *(sa.Column(f"status_{status}", sa.BigInteger, nullable=False) for status in STATUSES),
    sa.Column("succeeded", sa.BigInteger, nullable=False),
    sa.Column("timed_out", sa.BigInteger, nullable=False),
    sa.Column("cost", sa.BigInteger, nullable=False),
    sa.Column("costed", sa.BigInteger, nullable=False),
    sa.Column("users", sa.BigInteger),
    sa.Column("first_seen", UtcTime),
    sa.Column("last_seen", UtcTime),
    sa.Column("durations", sa.LargeBinary),
    sa.Column("others", sa.LargeBinary),
    sa.Column("days", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Projection of `usage_days`: origins added up, sources joined, all of a month (its first day) summed, days beside it.

`users` are the most on a day, `others` the statuses without a column and the errors by code. A month that has no row
here was not projected yet.
"""

totals = sa.Table(
    "auditor_totals",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("period_days", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("errors", sa.BigInteger, nullable=False),
    sa.Column("last_seen", UtcTime),
    sqlite_with_rowid=False,
)
"""Counts of no known day, by the UTC day on which they were collected; `period_days` 0 counts since ever."""

ingest_marks = sa.Table(
    "auditor_ingest_marks",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("first", sa.BigInteger),
    sa.Column("last", sa.BigInteger),
    sa.Column("marked_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
"""Up to where each origin was read."""

event_ids = sa.Table(
    "auditor_event_ids",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("digests", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Digests of the ids of counted events, 8 bytes each, sorted."""

ingest_versions = sa.Table(
    "auditor_ingest_versions",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How often event ids of a source were added."""

source_reads = sa.Table(
    "auditor_source_reads",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""Digest of what a source's watched minutes were watched in; where it changes, they are no evidence of the new."""

watched_days = sa.Table(
    "auditor_watched_days",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("bitmap", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""180 bytes, one bit a minute of the UTC day, in Redis bit order: when requests were watched."""

watched_kinds = sa.Table(
    "auditor_watched_kinds",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("bitmap", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The same for uses of other kinds."""

lost_days = sa.Table(
    "auditor_lost_days",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Counts of one UTC day that a tracker could not deliver."""

routes = sa.Table(
    "auditor_routes",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("handler", sa.Text, primary_key=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("shadowed", sa.JSON, nullable=False),
    sa.Column("first_registered", UtcTime, nullable=False),
    sa.Column("last_registered", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
"""One row a handler: the one registered last serves, and its own first registration bounds what was observed of it."""

names = sa.Table(
    "auditor_names",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("handler", sa.Text, primary_key=True),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("first_registered", UtcTime, nullable=False),
    sa.Column("last_registered", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
"""One row for each definition that ran under a name of a task, component, command or function.

And one of kind `version` for each version of the application: from when to when it was seen to run.
"""

sources = sa.Table(
    "auditor_sources",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("healthy", sa.Boolean, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("only_for_use", sa.Boolean, nullable=False),
    sa.Column("notes", sa.JSON, nullable=False),
    sa.Column("collected_at", UtcTime, nullable=False),
    sa.Column("healthy_at", UtcTime),
    sqlite_with_rowid=False,
)
"""How each source did when it was last collected."""

scores = sa.Table(
    "auditor_scores",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("sample_size", sa.BigInteger, nullable=False),
    sa.Column("success_rate", sa.Double),
    sa.Column("average_cost", sa.Double),
    sa.Column("median_duration", sa.Double),
    sa.Column("computed_at", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
"""Projection: how well each key did in the `days` before `computed_at`; replaced as a whole.

`success_rate` is 0 to 1, `average_cost` in millionths of the source's unit, `median_duration` in microseconds.
"""
