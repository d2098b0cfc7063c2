"""Measures of uses, uses by the hour, totals, what was read already, and two projections: of months, and of scores.

In: a ledger of the second version. Out: more columns, empty, and more tables. Never changes what is there. Months are
projected when something is recorded; until then they are read by day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and create the tables."""
    _measures()
    _hours()
    _watched_kinds()
    _totals()
    _read_already()
    _months()
    _scores()


def _measures() -> None:
    days = "auditor_usage_days"
    op.add_column(days, sa.Column("first_seen", sa.DateTime))
    op.add_column(days, sa.Column("succeeded", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column(days, sa.Column("timed_out", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column(days, sa.Column("durations", sa.LargeBinary))
    op.add_column(days, sa.Column("users", sa.LargeBinary))
    op.add_column(days, sa.Column("errors_by_code", sa.JSON))
    op.add_column(days, sa.Column("cost", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column(days, sa.Column("costed", sa.BigInteger, nullable=False, server_default="0"))


def _hours() -> None:
    op.create_table(
        "auditor_usage_hours",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("hours", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _watched_kinds() -> None:
    op.create_table(
        "auditor_watched_kinds",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("bitmap", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _totals() -> None:
    op.create_table(
        "auditor_totals",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("period_days", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("errors", sa.BigInteger, nullable=False),
        sa.Column("last_seen", sa.DateTime),
        sqlite_with_rowid=False,
    )


def _read_already() -> None:
    op.create_table(
        "auditor_ingest_marks",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("first", sa.BigInteger),
        sa.Column("last", sa.BigInteger),
        sa.Column("marked_at", sa.DateTime, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_event_ids",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("digests", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_ingest_versions",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_source_reads",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _months() -> None:
    op.create_table(
        "auditor_usage_months",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("sources", sa.Text, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("errors", sa.BigInteger, nullable=False),
        sa.Column("status_1xx", sa.BigInteger, nullable=False),
        sa.Column("status_2xx", sa.BigInteger, nullable=False),
        sa.Column("status_3xx", sa.BigInteger, nullable=False),
        sa.Column("status_4xx", sa.BigInteger, nullable=False),
        sa.Column("status_405", sa.BigInteger, nullable=False),
        sa.Column("status_5xx", sa.BigInteger, nullable=False),
        sa.Column("status_err", sa.BigInteger, nullable=False),
        sa.Column("status_probe", sa.BigInteger, nullable=False),
        sa.Column("status_bot", sa.BigInteger, nullable=False),
        sa.Column("succeeded", sa.BigInteger, nullable=False),
        sa.Column("timed_out", sa.BigInteger, nullable=False),
        sa.Column("cost", sa.BigInteger, nullable=False),
        sa.Column("costed", sa.BigInteger, nullable=False),
        sa.Column("users", sa.BigInteger),
        sa.Column("first_seen", sa.DateTime),
        sa.Column("last_seen", sa.DateTime),
        sa.Column("durations", sa.LargeBinary),
        sa.Column("others", sa.LargeBinary),
        sa.Column("days", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _scores() -> None:
    op.create_table(
        "auditor_scores",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("sample_size", sa.BigInteger, nullable=False),
        sa.Column("success_rate", sa.Double),
        sa.Column("average_cost", sa.Double),
        sa.Column("median_duration", sa.Double),
        sa.Column("computed_at", sa.DateTime, nullable=False),
        sqlite_with_rowid=False,
    )
