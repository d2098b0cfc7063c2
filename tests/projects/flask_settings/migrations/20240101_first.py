from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("a")


def downgrade():
    op.drop_table("a")
