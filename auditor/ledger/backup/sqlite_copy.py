"""Copies of a SQLite ledger. In: a path. Out: a file like it, made by SQLite's own backup; a saved ledger to read.

The copy sees what was committed: whoever holds the writer's lock gets exactly what the ledger holds. A copy is one
file, whatever journal the original has, and carries a checksum of what it holds, in SQLite's `user_version`. Never
writes to the original.
"""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from auditor.errors import StoreError
from auditor.ledger import holdings

_MEND = "choose another one with --to FILE"
_FULL = ("SQLITE_FULL", "SQLITE_IOERR")


def copy(original: Path, held: holdings.Holdings, target: Path) -> None:
    """Copy a ledger, which holds `held`, to `target`, which exists and is empty.

    Raises:
        StoreError: There is no room, or the original cannot be read.
    """
    try:
        with (
            closing(sqlite3.connect(_address(original, "mode=ro"), uri=True)) as source,
            closing(sqlite3.connect(target)) as made,
        ):
            source.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")
            made.execute(f"PRAGMA user_version = {_checksum(held)}")
    except sqlite3.Error as error:
        reason = getattr(error, "sqlite_errorname", "")
        why = "there is no room" if reason.startswith(_FULL) else str(error)
        raise StoreError(
            f"no backup could be made in {target.parent}: {why}; nothing was changed; make room, and try again"
        ) from error


def revision_of(path: Path) -> str:
    """Return the revision of the ledger in a copy.

    Raises:
        StoreError: It is no ledger that can be read; as the other functions raise it.
    """
    with _opened(path) as connection:
        revision = holdings.revision_of(connection)
    if revision is None:
        raise StoreError(f"backup {path}: it holds no ledger; {_MEND}")
    return revision


def figures_of(path: Path) -> holdings.Holdings:
    """Return what the ledger in a copy holds, which is what was copied."""
    with _opened(path) as connection:
        held = holdings.measured(connection)
        noted = connection.exec_driver_sql("PRAGMA user_version").scalar()
    if noted and noted != _checksum(held):
        raise StoreError(f"backup {path}: it is damaged: its rows are not those that were copied; {_MEND}")
    return held


def read(path: Path) -> Iterator[tuple[str, tuple[str, ...], tuple[Any, ...]]]:
    """Yield table, columns and values of each row."""
    with _opened(path) as connection:
        for table in holdings.tables(connection):
            columns = holdings.columns_of(table)
            for row in holdings.rows(connection, table, columns):
                yield str(table.name), columns, row


@contextmanager
def _opened(path: Path) -> Iterator[sa.Connection]:
    """Yield a connection to a copy, which nobody writes; nothing is made beside it."""
    engine = sa.create_engine(
        "sqlite://",
        poolclass=NullPool,
        creator=lambda: sqlite3.connect(_address(path, "mode=ro&immutable=1"), uri=True),
    )
    try:
        with engine.connect() as connection:
            yield connection
    except (sa.exc.SQLAlchemyError, ValueError) as error:
        text = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        raise StoreError(f"backup {path}: it cannot be read: {text}; {_MEND}") from error
    finally:
        engine.dispose()


def _checksum(held: holdings.Holdings) -> int:
    """Return 31 bits, never 0, that tell what was copied from what has changed since."""
    digests = " ".join(f"{name} {held[name].digest}" for name in sorted(held))
    return zlib.crc32(digests.encode()) & 0x7FFFFFFF or 1


def _address(path: Path, options: str) -> str:
    return f"file:{quote(str(path.resolve()))}?{options}"
