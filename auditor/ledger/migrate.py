"""Brings a ledger's schema to the newest revision. In: a `Database`. Out: nothing. Never drops or rewrites evidence.

The whole step is one transaction under the writer's lock: two programs that open a new ledger at once do it one after
the other, and one that is killed leaves the schema as it was. Alembic is imported only where there is something to do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import schema
from auditor.ledger.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> "Config":
    """Return Alembic's configuration of the packaged migrations; there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision a database is at, None where it holds no ledger."""
    if not sa.inspect(connection).has_table(schema.REVISION_TABLE):
        return None
    revision: str | None = connection.execute(sa.text(f"SELECT version_num FROM {schema.REVISION_TABLE}")).scalar()
    return revision


def ensure_current(database: Database) -> None:
    """Migrate to the newest revision where the database is not there yet.

    Raises:
        StoreError: It was written by a newer auditor, or cannot be written.
    """
    with database.reading() as connection:
        if revision_of(connection) == schema.HEAD:
            return
    with database.writing() as connection:
        revision = revision_of(connection)
        if revision == schema.HEAD:
            return
        _reject_newer(database, revision)
        _upgrade(connection)


def require_current(database: Database) -> None:
    """Raise StoreError where the database is not at the newest revision; for readers, who change nothing."""
    with database.reading() as connection:
        revision = revision_of(connection)
    if revision is None:
        raise StoreError(f"ledger {database.place}: it holds no usage yet; run 'auditor collect' first")
    if revision != schema.HEAD:
        _reject_newer(database, revision)
        raise StoreError(f"ledger {database.place}: written by an older auditor; run 'auditor collect' to bring it up")


def _reject_newer(database: Database, revision: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            f"ledger {database.place}: written by a newer auditor (revision {revision!r}); upgrade auditor"
        )


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
