"""Registered names: which definition runs under the name of a task, component, command or function.

In: a ledger of the first version. Out: one more table. Never changes what is there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "auditor_names",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("handler", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("line", sa.Integer, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("first_registered", sa.DateTime, nullable=False),
        sa.Column("last_registered", sa.DateTime, nullable=False),
        sqlite_with_rowid=False,
    )
