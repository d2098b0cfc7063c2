"""First version: daily usage, watched minutes, lost counts, routes, sources.

In: an empty database. Out: the tables. Never drops anything; there is no way down, restore a copy instead.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "auditor_usage_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("origin", sa.Text, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("errors", sa.BigInteger, nullable=False),
        sa.Column("by_status", sa.JSON, nullable=False),
        sa.Column("last_seen", sa.DateTime),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_watched_days",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("bitmap", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_lost_days",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_routes",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("handler", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("shadowed", sa.JSON, nullable=False),
        sa.Column("first_registered", sa.DateTime, nullable=False),
        sa.Column("last_registered", sa.DateTime, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "auditor_sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("healthy", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("only_for_use", sa.Boolean, nullable=False),
        sa.Column("notes", sa.JSON, nullable=False),
        sa.Column("collected_at", sa.DateTime, nullable=False),
        sa.Column("healthy_at", sa.DateTime),
        sqlite_with_rowid=False,
    )
