import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None
branch_labels = ("orders",)
depends_on = None
BATCH = 500
OLD_BATCH = 50  # expect: unreached


def upgrade():
    op.create_table("orders", sa.Column("id", sa.Integer()))
    fill()


def downgrade():
    op.drop_table("orders")


def fill():
    return BATCH


def fill_by_hand():  # expect: unreached
    return 0


class Leftover:  # expect: unreached
    pass
