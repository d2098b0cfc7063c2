"""A PostgreSQL ledger through PostgreSQL's own programs. In: a URL, tables. Out: a dump; a ledger put back from one.

Only the auditor's tables are dumped, as compressed SQL. The programs find the database by variables of their
environment: no password stands on a command line or in a message. Restoring is one transaction that is committed only
after the last line, so whatever ends it early leaves the ledger as it was.
"""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import schema

_OPTIONS = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "sslrootcert": "PGSSLROOTCERT",
    "sslcrl": "PGSSLCRL", "requiressl": "PGREQUIRESSL", "passfile": "PGPASSFILE", "service": "PGSERVICE",
    "options": "PGOPTIONS", "application_name": "PGAPPNAME", "connect_timeout": "PGCONNECT_TIMEOUT",
    "channel_binding": "PGCHANNELBINDING", "gssencmode": "PGGSSENCMODE", "krbsrvname": "PGKRBSRVNAME",
    "target_session_attrs": "PGTARGETSESSIONATTRS", "client_encoding": "PGCLIENTENCODING",
}  # fmt: skip
"""What a URL may say of a connection -> the variable of libpq's that says the same."""
_COPY = re.compile(rb"COPY \S*?\.?\"?(auditor_[0-9a-z_]+)\"? \(.*\) FROM stdin;")
_COMPLETE = b"-- PostgreSQL database dump complete"
_WAIT_MILLISECONDS = 15_000


class Unfit(Exception):  # noqa: N818 not an error of the user's: another kind of backup is made
    """`pg_dump` cannot be used here; the text says why, in a few words."""


def dump(url: sa.URL, schema_name: str, tables: Iterable[str], path: Path) -> None:
    """Write tables of a database to `path`.

    Raises:
        Unfit: There is no `pg_dump`, it does not fit the server, or the URL says what it cannot be told.
        OSError: The file cannot be written.
    """
    program = shutil.which("pg_dump")
    if program is None:
        raise Unfit("pg_dump is not installed")
    command = [
        program, "--no-password", "--format=plain", "--no-owner", f"--lock-wait-timeout={_WAIT_MILLISECONDS}",
        *(f'--table="{schema_name}"."{table}"' for table in tables),
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:
        with subprocess.Popen(
            command, env=_environment(url), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        ) as running:
            assert running.stdout is not None
            try:
                with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as file:
                    shutil.copyfileobj(running.stdout, file)
            except BaseException:
                running.kill()
                raise
        if running.returncode:
            raise Unfit(f"pg_dump failed: {_last_line(complaints)}")


def rows_of(path: Path) -> Mapping[str, int]:
    """Return table -> rows of a dump, after reading all of it.

    Raises:
        StoreError: The file is damaged or cut off.
    """
    return _contents(path)[0]


def revision_of(path: Path) -> str:
    """Return the revision of the ledger in a dump.

    Raises:
        StoreError: The file is damaged, cut off, or holds no ledger.
    """
    revision = _contents(path)[1]
    if revision is None:
        raise _damaged(path, "it holds no ledger")
    return revision


def restore(url: sa.URL, schema_name: str, drop: Iterable[str], path: Path) -> None:
    """Put the ledger of a dump in the place of the tables `drop`, in one transaction.

    Only for who holds the writer's lock, and reads no table meanwhile.

    Raises:
        StoreError: There is no `psql`, the dump is damaged, or the database refused; nothing was changed.
    """
    program = shutil.which("psql")
    if program is None:
        raise StoreError(f"backup {path}: psql is needed to put it back; install PostgreSQL's client programs")
    wanted = rows_of(path)
    try:
        environment = _environment(url)
    except Unfit as unfit:
        raise StoreError(f"backup {path}: not put back: {unfit}; leave it out of the URL for this once") from unfit
    with tempfile.TemporaryFile() as complaints:
        running = subprocess.Popen(
            [program, "--no-password", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints,
        )  # fmt: skip
        assert running.stdin is not None
        try:
            with suppress(BrokenPipeError):  # psql says why
                _feed(running.stdin, _script(schema_name, drop, wanted, path))
            with suppress(BrokenPipeError):
                running.stdin.close()
            running.wait()
        except BaseException:
            running.kill()
            running.wait()
            raise
        if running.returncode:
            raise StoreError(f"backup {path}: not put back, nothing was changed: {_last_line(complaints)}")


def _script(schema_name: str, drop: Iterable[str], wanted: Mapping[str, int], path: Path) -> Iterator[bytes]:
    yield f"BEGIN;\nSET LOCAL lock_timeout = {_WAIT_MILLISECONDS};\n".encode()
    for table in drop:
        yield f'DROP TABLE "{schema_name}"."{table}";\n'.encode()
    yield from _lines(path)
    for table, rows in wanted.items():
        yield (
            f'DO $$ BEGIN IF (SELECT count(*) FROM "{schema_name}"."{table}") <> {rows} THEN '
            f"RAISE EXCEPTION 'table {table} has not the {rows} rows of the backup'; END IF; END $$;\n"
        ).encode()
    # Last of all: where this process is killed, psql ends without it, and the server takes everything back.
    yield b"COMMIT;\n"


def _feed(file: IO[bytes], lines: Iterator[bytes]) -> None:
    for line in lines:
        file.write(line)


def _contents(path: Path) -> tuple[Mapping[str, int], str | None]:
    rows: dict[str, int] = {}
    table, revision, complete = None, None, False
    for line in _lines(path):
        if table is not None and line == b"\\.\n":
            table = None
        elif table is not None:
            rows[table] += 1
            if table == schema.REVISION_TABLE:
                revision = line.decode().strip()
        elif match := _COPY.match(line):
            table = match[1].decode()
            rows[table] = 0
        complete = complete or line.startswith(_COMPLETE)
    if not complete:
        raise _damaged(path, "its end is missing")
    return rows, revision


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path) as file:
            yield from file
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, str(error)) from error


def _environment(url: sa.URL) -> dict[str, str]:
    """Return the process's environment with what the URL says of the connection.

    Raises:
        Unfit: The URL says what no variable can.
    """
    said = {
        "host": url.host, "port": url.port, "user": url.username, "password": url.password, "dbname": url.database,
        **url.query,
    }  # fmt: skip
    told = {name: value for name, value in said.items() if value is not None}
    strange = [name for name, value in told.items() if name not in _OPTIONS or isinstance(value, tuple)]
    if strange:
        raise Unfit(f"PostgreSQL's programs cannot be told the URL's {strange[0]!r}")
    return {**os.environ, "LC_ALL": "C", **{_OPTIONS[name]: str(value) for name, value in told.items()}}


def _last_line(complaints: IO[bytes]) -> str:
    """Return what a program complained of, without what it says of files and lines."""
    complaints.seek(0)
    lines = [line for line in complaints.read(20_000).decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if "rror:" in line or "ERROR:" in line]
    return " ".join((telling or lines or ["no reason was given"])[0].split())[:300]


def _damaged(path: Path, why: str) -> StoreError:
    return StoreError(f"backup {path}: it is damaged: {why}; choose another one with --to FILE")
