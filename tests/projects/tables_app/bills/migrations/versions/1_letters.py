import sqlalchemy as sa
from alembic import op

revision = "1"


def upgrade():
    op.create_table("notes", sa.Column("letter", sa.Integer(), sa.ForeignKey("letter.id")))


def downgrade():
    op.drop_table("notes")
