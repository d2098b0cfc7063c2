"""Where the ledger's database is and how it is opened. In: a URL. Out: a `Database` that begins transactions.

SQLite is opened by an absolute path and with explicit transactions (writers take the lock before they read); PostgreSQL
takes an advisory lock instead. Whatever the driver raises leaves here as a StoreError of one line. Never creates a file
unless asked to, and never writes through a database opened for reading. Damage is told by an error of its own.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from auditor.errors import ConfigError, StoreError
from auditor.ledger.backup.files import BackupDirectory
from auditor.ledger.encoding import UnreadableError

BUSY_SECONDS = 15.0
_WRITER_LOCK = 0x61756469746F72
"""PostgreSQL advisory lock of everyone who writes an auditor ledger."""

_DAMAGE_MEND = "run 'auditor ledger rollback' for its newest backup, or move it away and run 'auditor collect'"
_MENDS = {
    "SQLITE_BUSY": "another program is writing to it; try again when that has finished",
    "SQLITE_LOCKED": "another program is writing to it; try again when that has finished",
    "SQLITE_NOTADB": f"not a ledger: the file is no SQLite database; {_DAMAGE_MEND}",
    "SQLITE_CORRUPT": f"the file is damaged; {_DAMAGE_MEND}",
    "SQLITE_FULL": "the disk is full; nothing of this was recorded; make room and try again",
    "SQLITE_READONLY": "it may only be read; make the file and its directory writable",
    "SQLITE_CANTOPEN": "it cannot be opened; check the path and its permissions",
    "SQLITE_IOERR": "the disk refused to read or write it",
    "SQLITE_TOOBIG": "a value is too large to store",
}
_POSTGRES = {"55P03": "SQLITE_BUSY", "53100": "SQLITE_FULL", "25006": "SQLITE_READONLY"}
"""PostgreSQL's names (SQLSTATE) of what SQLite calls otherwise."""
_DAMAGE = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_STATE = Path(".auditor")


class DamagedError(StoreError):
    """What the ledger holds cannot be read: the file is damaged, or no database at all."""


class Database:
    """One ledger database, connected anew for each transaction.

    Attributes:
        place: What to call it in messages; never holds a password.
        backups: Where it is saved before it is changed.
        file: The file of a SQLite ledger, None for PostgreSQL.
    """

    def __init__(self, engine: sa.Engine, place: str, backups: BackupDirectory, file: Path | None = None) -> None:
        self._engine = engine
        self.place = place
        self.backups = backups
        self.file = file

    @property
    def url(self) -> sa.URL:
        """The URL that connections are made by, with the password."""
        return self._engine.url

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection inside one transaction that sees one state of the database."""
        with self._translated(damage=True), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self, *, damage: bool = False) -> Iterator[sa.Connection]:
        """Yield a connection inside one transaction that holds the ledger's only writer lock from its start.

        With `damage`, stored values that cannot be decoded are told as damage.
        """
        with self._translated(damage=damage), self._engine.connect() as connection:
            connection.execution_options(auditor_writes=True)
            with connection.begin():
                if self._engine.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
                yield connection

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _translated(self, *, damage: bool = False) -> Iterator[None]:
        """Turn what the driver raises into StoreError; with `damage`, values that cannot be decoded as well."""
        try:
            yield
        except SQLAlchemyError as error:
            kind = DamagedError if _name(error).startswith(_DAMAGE) else StoreError
            raise kind(f"ledger {self.place}: {_reason(error)}") from error
        except ValueError as error:
            if not damage and not isinstance(error, UnreadableError):
                raise
            raise DamagedError(f"ledger {self.place}: {_MENDS['SQLITE_CORRUPT']} ({_one_line(error)})") from error


def connect(url: str, root: Path, *, writable: bool, busy_seconds: float = BUSY_SECONDS) -> Database:
    """Return the database that `url` names; SQLite's relative paths are relative to `root`.

    With `writable`, the file and its directory are created where missing; otherwise nothing is ever written.

    Raises:
        ConfigError: The URL is none, or of a kind that is not supported, or its driver is not installed.
        StoreError: The file is missing (without `writable`), or its directory cannot be made.
    """
    if url.startswith("env:"):
        name = url.removeprefix("env:")
        raise ConfigError(f"ledger: the environment variable {name} is not set; its value is the ledger's URL")
    try:
        parsed = sa.make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise ConfigError("ledger: not a database URL; write 'sqlite:///path' or 'postgresql+psycopg://…'") from error
    if kind == "sqlite":
        return _sqlite(parsed, root, writable=writable, busy_seconds=busy_seconds)
    if kind == "postgresql":
        return _postgresql(parsed, root, writable=writable, busy_seconds=busy_seconds)
    raise ConfigError(f"ledger: {kind} is not supported; use 'sqlite:///path' or 'postgresql+psycopg://…'")


def in_memory(engine: sa.Engine, file: Path) -> Database:
    """Return the database of an engine that holds what is in `file`: gone when it is closed."""
    return Database(engine, str(file), BackupDirectory(file.parent / "backups", file.name))


def _sqlite(url: sa.URL, root: Path, *, writable: bool, busy_seconds: float) -> Database:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ConfigError("ledger: a SQLite ledger needs a file, as in 'sqlite:///.auditor/ledger.db'")
    path = root / url.database
    if writable:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"ledger {url.database}: its directory cannot be made: {error.strerror}") from error
    elif not path.exists():
        raise StoreError(f"ledger {url.database}: no such file; run 'auditor collect' first")
    # "rw" and not "ro" for readers: SQLite must be able to roll back what a killed writer left half-done.
    address = f"file:{quote(os.fsencode(path.resolve()))}?mode={'rwc' if writable else 'rw'}"

    def open_file() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=busy_seconds, isolation_level=None, check_same_thread=False
        )
        if not writable:
            connection.execute("PRAGMA query_only = ON")
        return connection

    engine = sa.create_engine("sqlite://", creator=open_file, poolclass=NullPool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("auditor_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    name = path.stem if path.suffix == ".db" else path.name  # two ledgers of one directory never share their backups
    return Database(engine, url.database, BackupDirectory(path.parent / "backups", name), path)


def _postgresql(url: sa.URL, root: Path, *, writable: bool, busy_seconds: float) -> Database:
    place = url.render_as_string(hide_password=True)
    try:
        engine = sa.create_engine(url, poolclass=NullPool)
    except (ModuleNotFoundError, SQLAlchemyError) as error:
        raise ConfigError(f"ledger {place}: its driver is missing: pip install 'auditor[postgres]'") from error

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if not writable:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(busy_seconds * 1000)}")

    return Database(engine, place, BackupDirectory(root / _STATE / "backups", _backup_name(url)))


def _backup_name(url: sa.URL) -> str:
    """Return what backups of a PostgreSQL ledger are called: like no other database's, here or on another server."""
    address = f"{url.host}:{url.port or 5432}/{url.database}"
    name = re.sub(r"[^A-Za-z0-9_]+", "_", url.database or "")[:40] or "ledger"
    return f"{name}-{blake2b(address.encode(), digest_size=4).hexdigest()}"


def _name(error: SQLAlchemyError) -> str:
    """Return SQLite's name of what is wrong, or what stands for PostgreSQL's; empty where there is none."""
    original = getattr(error, "orig", None) or error
    state = getattr(original, "sqlstate", None) or ""
    if isinstance(original, sqlite3.Error) and "decode" in str(original):  # text that is no text any more
        return "SQLITE_CORRUPT"
    return getattr(original, "sqlite_errorname", None) or _POSTGRES.get(state, "")


def _reason(error: SQLAlchemyError) -> str:
    """Return what is wrong and what would mend it, in one line."""
    name = _name(error)
    for code, mend in _MENDS.items():
        if name.startswith(code):
            return mend
    return _one_line(getattr(error, "orig", None) or error)


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
