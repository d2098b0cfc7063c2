from alembic import context
from store.models import metadata


def include_object(thing, name, kind, reflected, compare_to):
    return not name.startswith("tmp_")


def include_nothing(thing, name):  # expect: unreached
    return False


def run_migrations_online():
    context.configure(target_metadata=metadata, include_object=include_object)
    with context.begin_transaction():
        context.run_migrations()


run_migrations_online()
