from alembic import op

revision = "a2"
down_revision = "a1"


def upgrade(engine_name):
    globals()[f"upgrade_{engine_name}"]()


def downgrade(engine_name):
    globals()[f"downgrade_{engine_name}"]()


def upgrade_main():
    op.add_column("orders", None)


def downgrade_main():
    op.drop_column("orders", "x")
