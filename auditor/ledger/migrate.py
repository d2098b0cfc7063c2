"""Brings a ledger's schema to the newest revision. In: a `Database`. Out: what was done. Never drops evidence.

The whole step is one transaction under the writer's lock: two programs that open a ledger at once do it one after the
other, and one that is killed leaves it as it was. A ledger that exists is saved first, and what it held is compared
with what it holds then: where anything differs, nothing is changed. Alembic is imported only where there is something
to do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import holdings, schema
from auditor.ledger.database import Database
from auditor.model.keeping import Migration

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def configuration() -> "Config":
    """Return Alembic's configuration of the packaged migrations; there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def ensure_current(database: Database) -> Migration | None:
    """Migrate to the newest revision where the database is not there yet; return what was done to one that existed.

    Raises:
        StoreError: It was written by a newer auditor, cannot be saved or written, or would not hold what it held.
    """
    with database.reading() as connection:
        if holdings.revision_of(connection) == schema.HEAD:
            return None
    with database.writing(damage=True) as connection:
        revision = holdings.revision_of(connection)
        if revision == schema.HEAD:
            return None
        _reject_newer(database, revision)
        if revision is None:
            upgrade(connection)
            return None
        done = _migrated(database, connection, revision)
    database.backups.prune()
    return done


def require_current(database: Database) -> None:
    """Raise StoreError where the database is not at the newest revision; for readers, who change nothing."""
    with database.reading() as connection:
        revision = holdings.revision_of(connection)
    if revision is None:
        raise StoreError(f"ledger {database.place}: it holds no usage yet; run 'auditor collect' first")
    if revision != schema.HEAD:
        _reject_newer(database, revision)
        raise StoreError(f"ledger {database.place}: written by an older auditor; run 'auditor collect' to bring it up")


def is_known(revision: str) -> bool:
    """Return whether this auditor knows a revision: its own or an older one."""
    from alembic.script import ScriptDirectory

    return revision in {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Bring a database to a revision, inside the connection's transaction."""
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _migrated(database: Database, connection: sa.Connection, revision: str) -> Migration:
    from auditor.ledger.backup import making

    try:
        made = making.make(database)
    except StoreError as error:
        raise type(error)(f"ledger {database.place}: it must be migrated, and first be saved: {error}") from error
    assert made is not None, revision
    upgrade(connection)
    wrong = holdings.difference(made.held, holdings.measured(connection, like=made.held))
    if wrong:
        raise StoreError(
            f"ledger {database.place}: migrating it to {schema.HEAD} was taken back, nothing was changed: {wrong}; "
            f"keep using the auditor that wrote it and report this (a backup is {made.backup.path})"
        )
    return Migration(revision, schema.HEAD, made.backup, made.note)


def _reject_newer(database: Database, revision: str | None) -> None:
    if revision is not None and not is_known(revision):
        raise StoreError(
            f"ledger {database.place}: written by a newer auditor (revision {revision!r}); upgrade auditor, or run "
            "'auditor ledger rollback' for the backup that was made before"
        )
