"""The ledger's tables, portable between SQLite and PostgreSQL. In: nothing. Out: SQLAlchemy Core tables. No I/O.

Daily aggregates only: no row for a request, nothing about a person. Every row's state only ever grows (counts and dates
by max or min, bitmaps by OR), so the order and the repetition of collections cannot matter. Tables carry a prefix, as
they may share a PostgreSQL database with others.

History (Alembic revisions): 0001 (2026-11) first version. 0002 (2026-11) registered names.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

HEAD = "0002"
"""The newest revision; a test compares it with the migrations."""
REVISION_TABLE = "auditor_revision"
TEXT_BYTES = 512
"""Longest source, origin or key stored, in UTF-8 bytes: PostgreSQL cannot index much more."""


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
    sqlite_with_rowid=False,
)
"""Absolute counts of one UTC day; `by_status` splits `count`; each number is the highest ever collected."""

watched_days = sa.Table(
    "auditor_watched_days",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("bitmap", sa.LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""180 bytes, one bit a minute of the UTC day, in Redis bit order."""

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
"""One row for each definition that ran under a name of a task, component, command or function."""

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
