"""A backup of a ledger as it is now. In: a database whose writer's lock is held. Out: a verified file.

SQLite is copied by SQLite; of PostgreSQL `pg_dump` writes the auditor's tables, and where it cannot, their rows are
written in our own form. What was written is read again and compared before it counts. Never changes the ledger.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec
import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import holdings, schema
from auditor.ledger.backup import pg_dump, row_dump, sqlite_copy
from auditor.ledger.backup.files import COPY, PG_DUMP, ROWS
from auditor.ledger.database import Database
from auditor.model.keeping import Backup


class Made(msgspec.Struct, frozen=True):
    """A backup that was made: what the ledger held then, and in `note` how it was made where not in the usual way."""

    backup: Backup
    held: Mapping[str, holdings.TableFigures]
    note: str | None = None


def make(database: Database, *, aside: bool = False) -> Made | None:
    """Return a new backup of what is committed, None where the database holds no ledger.

    `aside` marks it as what a rollback replaces. Only for who holds the writer's lock: through another connection, so
    that this one keeps no lock on a table.

    Raises:
        StoreError: It could not be made, or is not what the ledger holds; nothing is left behind.
    """
    with database.reading() as connection:
        revision = holdings.revision_of(connection)
        if revision is None:
            return None
        held = holdings.measured(connection)
        if database.file is not None:
            write = partial(_copied, database.file, revision, held)
            made = database.backups.add(revision, COPY, write, aside=aside, like=database.file)
            return Made(made, held)
        try:
            write = partial(_dumped, database, connection, revision, held)
            return Made(database.backups.add(revision, PG_DUMP, write, aside=aside), held)
        except pg_dump.Unfit as unfit:
            note = f"{unfit}, so the backup holds the rows in auditor's own form"
        write = partial(_rows_written, connection, revision, held)
        return Made(database.backups.add(revision, ROWS, write, aside=aside), held, note)


def _copied(original: Path, revision: str, held: holdings.Holdings, path: Path) -> None:
    sqlite_copy.copy(original, held, path)
    wrong = holdings.difference(held, sqlite_copy.figures_of(path))
    _require(path, revision, sqlite_copy.revision_of(path), wrong)


def _dumped(database: Database, connection: sa.Connection, revision: str, held: holdings.Holdings, path: Path) -> None:
    schema_name = sa.inspect(connection).default_schema_name or "public"
    pg_dump.dump(database.url, schema_name, [*held, schema.REVISION_TABLE], path)
    rows = pg_dump.rows_of(path)
    wrong = next((f"table {name} has other rows" for name in held if rows.get(name) != held[name].rows), None)
    _require(path, revision, pg_dump.revision_of(path), wrong)


def _rows_written(connection: sa.Connection, revision: str, held: holdings.Holdings, path: Path) -> None:
    row_dump.write(connection, revision, path)
    _require(path, revision, row_dump.revision_of(path), holdings.difference(held, row_dump.figures_of(path)))


def _require(path: Path, revision: str, found: str | None, difference: str | None) -> None:
    """Raise StoreError where a backup is not what the ledger holds."""
    wrong = difference if found == revision else f"it holds revision {found!r} and not {revision!r}"
    if wrong:
        raise StoreError(f"the backup in {path.parent} is not what the ledger holds: {wrong}; nothing was changed")
