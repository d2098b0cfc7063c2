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
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day"),
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("kind", sa.Text, primary_key=True, doc="endpoint, component, task, command or function"),
    sa.Column("key", sa.Text, primary_key=True, doc="usage key: METHOD /template, or a name"),
    sa.Column("origin", sa.Text, primary_key=True, doc="who counted: a process, a file, a browser's tab"),
    sa.Column("count", sa.BigInteger, nullable=False, doc="uses, absolute"),
    sa.Column("errors", sa.BigInteger, nullable=False, doc="failures among them"),
    sa.Column("by_status", sa.JSON, nullable=False, doc="status class to uses"),
    sa.Column("last_seen", UtcTime, doc="last use, where the source has times"),
    sa.Column("first_seen", UtcTime, doc="first use, where the source has times"),
    sa.Column("succeeded", sa.BigInteger, nullable=False, server_default="0", doc="uses known to have succeeded"),
    sa.Column("timed_out", sa.BigInteger, nullable=False, server_default="0", doc="failures given up for time"),
    sa.Column("durations", sa.LargeBinary, doc="sketch of the durations: buckets of equal ratio, microseconds"),
    sa.Column("users", sa.LargeBinary, doc="HyperLogLog sketch of the users"),
    sa.Column("errors_by_code", sa.JSON(none_as_null=True), doc="status, exception class or error code to failures"),
    sa.Column(
        "cost", sa.BigInteger, nullable=False, server_default="0", doc="millionths of the source's unit, together"
    ),
    sa.Column("costed", sa.BigInteger, nullable=False, server_default="0", doc="uses whose cost is known"),
    sqlite_with_rowid=False,
)
"""Absolute counts of one UTC day; `by_status` splits `count`; each number is the highest ever collected."""

usage_hours = sa.Table(
    "auditor_usage_hours",
    metadata,
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day"),
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("kind", sa.Text, primary_key=True, doc="endpoint, component, task, command or function"),
    sa.Column("key", sa.Text, primary_key=True, doc="usage key: METHOD /template, or a name"),
    sa.Column("origin", sa.Text, primary_key=True, doc="who counted: a process, a file, a browser's tab"),
    sa.Column("hours", sa.LargeBinary, nullable=False, doc="24 counts, packed"),
    sqlite_with_rowid=False,
)
"""The same by UTC hour, all hours of a day in one row; kept for fewer days."""

usage_months = sa.Table(
    "auditor_usage_months",
    metadata,
    sa.Column("month", sa.Date, primary_key=True, doc="its first day"),
    sa.Column("kind", sa.Text, primary_key=True, doc="endpoint, component, task, command or function"),
    sa.Column("key", sa.Text, primary_key=True, doc="usage key: METHOD /template, or a name"),
    sa.Column("last_day", sa.Date, nullable=False, doc="up to which it is added up"),
    sa.Column("sources", sa.Text, nullable=False, doc="who saw the key, packed into one text"),
    sa.Column("count", sa.BigInteger, nullable=False, doc="uses, absolute"),
    sa.Column("errors", sa.BigInteger, nullable=False, doc="failures among them"),
    *(
        sa.Column(f"status_{status}", sa.BigInteger, nullable=False, doc=f"uses of status {status}")
        for status in STATUSES
    ),
    sa.Column("succeeded", sa.BigInteger, nullable=False, doc="uses known to have succeeded"),
    sa.Column("timed_out", sa.BigInteger, nullable=False, doc="failures given up for time"),
    sa.Column("cost", sa.BigInteger, nullable=False, doc="millionths of the source's unit, together"),
    sa.Column("costed", sa.BigInteger, nullable=False, doc="uses whose cost is known"),
    sa.Column("users", sa.BigInteger, doc="most on a day"),
    sa.Column("first_seen", UtcTime, doc="first use, where the source has times"),
    sa.Column("last_seen", UtcTime, doc="last use, where the source has times"),
    sa.Column("durations", sa.LargeBinary, doc="sketch of the durations: buckets of equal ratio, microseconds"),
    sa.Column("others", sa.LargeBinary, doc="statuses without a column, and errors by code, packed"),
    sa.Column("days", sa.LargeBinary, nullable=False, doc="calls of each day, packed"),
    sqlite_with_rowid=False,
)
"""Projection of `usage_days`: origins added up, sources joined, all of a month (its first day) summed, days beside it.

`users` are the most on a day, `others` the statuses without a column and the errors by code. A month that has no row
here was not projected yet.
"""

totals = sa.Table(
    "auditor_totals",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("kind", sa.Text, primary_key=True, doc="endpoint, component, task, command or function"),
    sa.Column("key", sa.Text, primary_key=True, doc="usage key: METHOD /template, or a name"),
    sa.Column("origin", sa.Text, primary_key=True, doc="who counted: a process, a file, a browser's tab"),
    sa.Column(
        "period_days",
        sa.Integer,
        primary_key=True,
        autoincrement=False,
        doc="how many days the total covers; 0: since ever",
    ),
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day on which it was collected"),
    sa.Column("count", sa.BigInteger, nullable=False, doc="uses, absolute"),
    sa.Column("errors", sa.BigInteger, nullable=False, doc="failures among them"),
    sa.Column("last_seen", UtcTime, doc="last use, where the source has times"),
    sqlite_with_rowid=False,
)
"""Counts of no known day, by the UTC day on which they were collected; `period_days` 0 counts since ever."""

ingest_marks = sa.Table(
    "auditor_ingest_marks",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("origin", sa.Text, primary_key=True, doc="a file, by its fingerprint"),
    sa.Column("size", sa.BigInteger, nullable=False, doc="bytes read"),
    sa.Column("digest", sa.Text, nullable=False, doc="of what was read, and of what read it"),
    sa.Column("first_day", sa.Date, nullable=False, doc="first UTC day in it"),
    sa.Column("last_day", sa.Date, nullable=False, doc="last UTC day in it"),
    sa.Column("first", sa.BigInteger, doc="epoch seconds of the first line"),
    sa.Column("last", sa.BigInteger, doc="epoch seconds of the last line"),
    sa.Column("marked_at", UtcTime, nullable=False, doc="when it was read"),
    sqlite_with_rowid=False,
)
"""Up to where each origin was read."""

event_ids = sa.Table(
    "auditor_event_ids",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day"),
    sa.Column("origin", sa.Text, primary_key=True, doc="a file, by its fingerprint"),
    sa.Column("digests", sa.LargeBinary, nullable=False, doc="8 bytes each, sorted"),
    sqlite_with_rowid=False,
)
"""Digests of the ids of counted events, 8 bytes each, sorted."""

ingest_versions = sa.Table(
    "auditor_ingest_versions",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("version", sa.BigInteger, nullable=False, doc="times that event ids were added"),
    sqlite_with_rowid=False,
)
"""How often event ids of a source were added."""

source_reads = sa.Table(
    "auditor_source_reads",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("digest", sa.Text, nullable=False, doc="SHA-256 of what it reads, and how"),
    sqlite_with_rowid=False,
)
"""Digest of what a source's watched minutes were watched in; where it changes, they are no evidence of the new."""

watched_days = sa.Table(
    "auditor_watched_days",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day"),
    sa.Column("bitmap", sa.LargeBinary, nullable=False, doc="180 bytes, a bit a minute, in Redis's bit order"),
    sqlite_with_rowid=False,
)
"""180 bytes, one bit a minute of the UTC day, in Redis bit order: when requests were watched."""

watched_kinds = sa.Table(
    "auditor_watched_kinds",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("kind", sa.Text, primary_key=True, doc="endpoint, component, task, command or function"),
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day"),
    sa.Column("bitmap", sa.LargeBinary, nullable=False, doc="180 bytes, a bit a minute, in Redis's bit order"),
    sqlite_with_rowid=False,
)
"""The same for uses of other kinds."""

lost_days = sa.Table(
    "auditor_lost_days",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("day", sa.Date, primary_key=True, doc="UTC day"),
    sa.Column("count", sa.BigInteger, nullable=False, doc="uses that were counted and never delivered"),
    sqlite_with_rowid=False,
)
"""Counts of one UTC day that a tracker could not deliver."""

routes = sa.Table(
    "auditor_routes",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("key", sa.Text, primary_key=True, doc="usage key: METHOD /template, or a name"),
    sa.Column("handler", sa.Text, primary_key=True, doc="pkg.mod:qualname of what runs"),
    sa.Column("path", sa.Text, nullable=False, doc="its file"),
    sa.Column("line", sa.Integer, nullable=False, doc="its line"),
    sa.Column("version", sa.Text, nullable=False, doc="of the application that published it"),
    sa.Column("shadowed", sa.JSON, nullable=False, doc="handlers registered behind it, each with file and line"),
    sa.Column("first_registered", UtcTime, nullable=False, doc="first publication"),
    sa.Column("last_registered", UtcTime, nullable=False, doc="latest publication"),
    sqlite_with_rowid=False,
)
"""One row a handler: the one registered last serves, and its own first registration bounds what was observed of it."""

names = sa.Table(
    "auditor_names",
    metadata,
    sa.Column("source", sa.Text, primary_key=True, doc="name of the usage source"),
    sa.Column("kind", sa.Text, primary_key=True, doc="task, component, command, function or version"),
    sa.Column("name", sa.Text, primary_key=True, doc="of the task, component, command or function"),
    sa.Column("handler", sa.Text, primary_key=True, doc="pkg.mod:qualname of what runs"),
    sa.Column("path", sa.Text, nullable=False, doc="its file"),
    sa.Column("line", sa.Integer, nullable=False, doc="its line"),
    sa.Column("version", sa.Text, nullable=False, doc="of the application that published it"),
    sa.Column("first_registered", UtcTime, nullable=False, doc="first publication"),
    sa.Column("last_registered", UtcTime, nullable=False, doc="latest publication"),
    sqlite_with_rowid=False,
)
"""One row for each definition that ran under a name of a task, component, command or function.

And one of kind `version` for each version of the application: from when to when it was seen to run.
"""

sources = sa.Table(
    "auditor_sources",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, doc="of the usage source"),
    sa.Column("healthy", sa.Boolean, nullable=False, doc="whether all of it could be read"),
    sa.Column("problem", sa.Text, doc="what is wrong, one sentence"),
    sa.Column("only_for_use", sa.Boolean, nullable=False, doc="whether its silence means nothing"),
    sa.Column("notes", sa.JSON, nullable=False, doc="a sentence each"),
    sa.Column("collected_at", UtcTime, nullable=False, doc="when it was last read"),
    sa.Column("healthy_at", UtcTime, doc="when it was last well"),
    sqlite_with_rowid=False,
)
"""How each source did when it was last collected."""

scores = sa.Table(
    "auditor_scores",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True, doc="endpoint, component, task, command or function"),
    sa.Column("key", sa.Text, primary_key=True, doc="usage key: METHOD /template, or a name"),
    sa.Column("days", sa.Integer, nullable=False, doc="length of the window"),
    sa.Column("sample_size", sa.BigInteger, nullable=False, doc="uses"),
    sa.Column("success_rate", sa.Double, doc="0 to 1, of the uses with a known end"),
    sa.Column("average_cost", sa.Double, doc="millionths of the source's unit"),
    sa.Column("median_duration", sa.Double, doc="microseconds"),
    sa.Column("computed_at", UtcTime, nullable=False, doc="end of the window"),
    sqlite_with_rowid=False,
)
"""Projection: how well each key did in the `days` before `computed_at`; replaced as a whole.

`success_rate` is 0 to 1, `average_cost` in millionths of the source's unit, `median_duration` in microseconds.
"""
