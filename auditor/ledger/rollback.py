"""Puts a backup in a ledger's place. In: a database, a backup. Out: what was done. Never deletes the present ledger.

The present ledger is set aside first, as a backup of its own; then the backup's rows replace its tables in one
transaction under the writer's lock: a collector writes before or after, and whatever ends it early changes nothing.
A SQLite file that cannot be read any more is replaced as a file.
"""

import contextlib
import shutil
from collections.abc import Iterable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import holdings, migrate, schema
from auditor.ledger.backup import making, pg_dump, row_dump, sqlite_copy
from auditor.ledger.backup.files import COPY, PG_DUMP, ROWS, synchronise
from auditor.ledger.database import DamagedError, Database
from auditor.model.keeping import Backup, RolledBack

_AT_ONCE = 1000
_JOURNALS = ("-journal", "-wal", "-shm")

_ANEW = "move it away, its -wal and -journal with it, and run 'auditor collect' for what the sources still hold"
_ANEW_POSTGRES = "restore the database from its server's backups, then run 'auditor collect'"

_Rows = Iterable[tuple[str, tuple[str, ...], Any]]


def roll_back(database: Database, to: Path | None = None) -> RolledBack:
    """Put the newest backup, or the one in the file `to`, in the ledger's place.

    Raises:
        StoreError: There is no backup, it is damaged or of a newer auditor, another program is writing, or there is
            no room; the ledger is as it was.
    """
    path = _chosen(database, to)
    revision = _revision(database, path)
    if not migrate.is_known(revision):
        raise StoreError(f"backup {path}: written by a newer auditor (revision {revision!r}); upgrade auditor")
    try:
        return _put_back(database, path, revision)
    except DamagedError:
        if database.file is None:
            raise
        kept = _replace(database, database.file, path)
        return RolledBack(str(path), revision, kept, ("the ledger could not be read, so its file was replaced",))


def _chosen(database: Database, to: Path | None) -> Path:
    if to is not None:
        if not to.is_file():
            raise StoreError(f"backup {to}: no such file; 'auditor ledger status' lists the backups")
        return to
    newest = database.backups.newest()
    if newest is None:
        raise StoreError(
            f"ledger {database.place}: there is no backup in {database.backups.path}; one is made before each "
            f"migration. If the ledger is damaged, {_ANEW if database.file else _ANEW_POSTGRES}"
        )
    return Path(newest.path)


def _revision(database: Database, path: Path) -> str:
    """Return the revision of the ledger in a backup, after looking whether it can be put back here."""
    if path.name.endswith(PG_DUMP) and database.file is None:
        return pg_dump.revision_of(path)
    if path.name.endswith(ROWS) and database.file is None:
        return row_dump.revision_of(path)
    if path.name.endswith(COPY) and database.file is not None:
        return sqlite_copy.revision_of(path)
    kinds = f"a file that ends in {COPY}" if database.file else f"a file that ends in {PG_DUMP} or {ROWS}"
    raise StoreError(f"backup {path}: it is no backup of this kind of ledger, which is {kinds}")


def _put_back(database: Database, path: Path, revision: str) -> RolledBack:
    # This connection holds the writer's lock, and until all is read it reads no table: psql must be able to drop them.
    with database.writing(damage=True) as connection:
        made = making.make(database, aside=True)
        if path.name.endswith(PG_DUMP):
            inspector = sa.inspect(connection)
            present = [name for name in inspector.get_table_names() if name.startswith("auditor_")]
            pg_dump.restore(database.url, inspector.default_schema_name or "public", present, path)
        elif path.name.endswith(ROWS):
            _replace_tables(connection, path, revision, row_dump.figures_of(path), row_dump.read(path))
        else:
            _replace_tables(connection, path, revision, sqlite_copy.figures_of(path), sqlite_copy.read(path))
    notes = () if made is None or made.note is None else (made.note,)
    return RolledBack(str(path), revision, None if made is None else made.backup, notes)


def _replace_tables(connection: sa.Connection, path: Path, revision: str, held: holdings.Holdings, rows: _Rows) -> None:
    """Make the tables of `revision` in the place of those that are there, and fill them; all of it or nothing."""
    for table in holdings.tables(connection):
        table.drop(connection)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {schema.REVISION_TABLE}")
    migrate.upgrade(connection, revision)
    made = {table.name: table for table in holdings.tables(connection)}
    for table in made.values():
        for column in table.c:
            if isinstance(column.type, sa.JSON):
                column.type.none_as_null = True  # nothing stays nothing, and does not become JSON's null
    foreign = next((name for name in held if name not in made), None)
    if foreign is not None:
        raise StoreError(f"backup {path}: revision {revision} has no table {foreign}; nothing was changed")
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        _insert(connection, made, some)
    wrong = holdings.difference(held, holdings.measured(connection, like=held))
    if wrong:
        raise StoreError(f"backup {path}: not put back, nothing was changed: {wrong}")


def _insert(connection: sa.Connection, made: dict[str, sa.Table], rows: list[tuple[str, tuple[str, ...], Any]]) -> None:
    for name in dict.fromkeys(name for name, _, _ in rows):
        types = {column.name: _type(column) for column in made[name].c}
        values = [_values(row, types, columns) for other, columns, row in rows if other == name]
        connection.execute(sa.insert(made[name]), values)


def _values(row: Any, types: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401 any row
    return row_dump.converted(row, types, columns) if isinstance(row, list) else dict(zip(columns, row, strict=True))


def _type(column: sa.Column[Any]) -> Any:  # noqa: ANN401 a type
    return None if isinstance(column.type, sa.JSON) else column.type.python_type


def _replace(database: Database, file: Path, path: Path) -> Backup:
    """Put a copy of a backup in the place of a file that cannot be read, after copying that one and its journals."""
    kept = database.backups.add("damaged", COPY, partial(shutil.copyfile, file), aside=True, like=file)
    fresh = file.with_name(f".{file.name}.restored")
    try:
        for ending in _JOURNALS:
            journal = file.with_name(file.name + ending)
            if journal.exists():
                shutil.copyfile(journal, kept.path + ending)
        shutil.copyfile(path, fresh)
        shutil.copymode(file, fresh)
        synchronise(fresh)
        for ending in _JOURNALS:  # which SQLite would apply to the file that takes their place
            file.with_name(file.name + ending).unlink(missing_ok=True)
        fresh.replace(file)
        synchronise(file.parent)
    except OSError as error:
        raise StoreError(
            f"ledger {database.place}: the backup {path} cannot be put back: {error.strerror or error}; make room, or "
            "make the directory writable, and try again"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    return kept
