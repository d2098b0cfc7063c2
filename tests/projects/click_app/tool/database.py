def upgrade():
    return 1


def downgrade():  # expect: unreached
    return -1
