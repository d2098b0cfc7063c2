"""Backups before a migration, and going back to one: a ledger is as it was, or as the backup has it, never between."""

import gzip
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from auditor.errors import StoreError
from auditor.ledger import holdings, migrate, schema
from auditor.ledger.backup import files, making, pg_dump
from auditor.ledger.database import Database, connect
from auditor.ledger.rollback import roll_back
from auditor.ledger.store import Ledger
from auditor.model.keeping import Migration
from tests.ledger.samples import NOW, collection, sample
from tests.ledger.versions import make

ROOT = Path(__file__).parents[2]
URL = "sqlite:///ledger.db"
OLD = "0001"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


@contextmanager
def database(url: str, root: Path, seconds: float = 20) -> Iterator[Database]:
    opened = connect(url, root, writable=True, busy_seconds=seconds)
    yield opened
    opened.close()


def migrated(url: str, root: Path) -> Migration:
    with database(url, root) as opened:
        done = migrate.ensure_current(opened)
    assert done is not None
    return done


def held(url: str, root: Path) -> tuple[str | None, holdings.Holdings]:
    with database(url, root) as opened, opened.reading() as connection:
        return holdings.revision_of(connection), holdings.measured(connection)


def complaint(call: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    return text


@pytest.fixture(params=["sqlite", "pg_dump", "rows"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A ledger of the first version: on SQLite, on PostgreSQL, and on PostgreSQL without its programs."""
    url = URL if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
    if request.param == "rows":
        monkeypatch.setattr(pg_dump.shutil, "which", lambda name: None)
    elif request.param == "pg_dump":
        assert pg_dump.shutil.which("pg_dump"), "PostgreSQL's client programs belong to what tests need"
    make.load(OLD, url, tmp_path)
    return url


def test_a_migration_saves_the_ledger_first_and_a_rollback_puts_it_back(old_url: str, tmp_path: Path) -> None:
    before = held(old_url, tmp_path)
    done = migrated(old_url, tmp_path)
    assert (done.before, done.after, done.backup.revision) == (OLD, schema.HEAD, OLD)
    with Ledger.open(old_url, tmp_path) as ledger:
        ledger.record([collection(samples=(sample("GET /new", 7),))], now=NOW)
    newer = held(old_url, tmp_path)
    with database(old_url, tmp_path) as opened:
        back = roll_back(opened)
    assert held(old_url, tmp_path) == before
    assert (back.backup, back.revision) == (done.backup.path, OLD)
    assert back.kept is not None
    with database(old_url, tmp_path) as opened:
        assert [(one.aside, one.revision) for one in opened.backups.all()] == [(True, schema.HEAD), (False, OLD)]
        roll_back(opened, Path(back.kept.path))
    assert held(old_url, tmp_path) == newer


def test_a_ledger_that_was_rolled_back_is_migrated_again(old_url: str, tmp_path: Path) -> None:
    migrated(old_url, tmp_path)
    with database(old_url, tmp_path) as opened:
        roll_back(opened)
    with Ledger.open(old_url, tmp_path) as ledger:
        ledger.record([collection()], now=NOW)
    assert held(old_url, tmp_path)[0] == schema.HEAD
    told = make.answers(old_url, tmp_path)["stats"]["stats"]
    assert {key: row["calls"] for key, row in told.items()} == {
        key: row["calls"] for key, row in make.pinned(OLD)["stats"]["stats"].items()
    }


def test_a_backup_is_readable_by_its_owner_like_the_ledger(old_url: str, tmp_path: Path) -> None:
    if old_url == URL:
        (tmp_path / "ledger.db").chmod(0o640)
    path = Path(migrated(old_url, tmp_path).backup.path)
    assert path.stat().st_mode & 0o777 == (0o640 if old_url == URL else 0o600)
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_without_pg_dump_the_backup_says_how_it_was_made(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.load(OLD, postgres_url, tmp_path)
    monkeypatch.setattr(pg_dump.shutil, "which", lambda name: None)
    done = migrated(postgres_url, tmp_path)
    assert done.note == "pg_dump is not installed, so the backup holds the rows in auditor's own form"
    assert done.backup.path.endswith(files.ROWS)


def test_a_pg_dump_that_fails_is_not_the_end(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.load(OLD, postgres_url, tmp_path)
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho half of it\necho 'pg_dump: error: server version mismatch' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    done = migrated(postgres_url, tmp_path)
    assert done.note is not None
    assert "server version mismatch" in done.note
    assert done.backup.path.endswith(files.ROWS)
    assert not [path for path in (tmp_path / ".auditor/backups").iterdir() if path.name.endswith(files.PG_DUMP)]


def test_no_password_is_on_a_command_line_or_in_a_message(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.load(OLD, postgres_url, tmp_path)
    url = sa.make_url(postgres_url).set(password="secret-word").render_as_string(hide_password=False)
    program = tmp_path / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/told\necho "$PGPASSWORD" > {tmp_path}/password\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    done = migrated(url, tmp_path)
    assert (tmp_path / "password").read_text() == "secret-word\n"
    assert "secret-word" not in (tmp_path / "told").read_text() + str(done)
    with database(url, tmp_path) as opened:
        Path(done.backup.path).write_bytes(b"")
        assert "secret-word" not in complaint(lambda: roll_back(opened))


@pytest.mark.parametrize("old_url", ["sqlite", "pg_dump"], indirect=True)
def test_other_tables_of_the_database_are_neither_saved_nor_touched(old_url: str, tmp_path: Path) -> None:
    with database(old_url, tmp_path) as opened, opened.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (secret TEXT)")
        connection.exec_driver_sql("INSERT INTO theirs VALUES ('of another program')")
    done = migrated(old_url, tmp_path)
    with database(old_url, tmp_path) as opened:
        roll_back(opened)
        with opened.reading() as connection:
            assert connection.exec_driver_sql("SELECT secret FROM theirs").all() == [("of another program",)]
    if done.backup.path.endswith(".gz"):
        assert b"theirs" not in gzip.decompress(Path(done.backup.path).read_bytes())


def test_the_newest_backups_stay_and_what_was_set_aside_always_does(tmp_path: Path) -> None:
    directory = files.BackupDirectory(tmp_path, "ledger")
    other = files.BackupDirectory(tmp_path, "other")
    made = [directory.add("0001", files.COPY, lambda path: path.write_bytes(b"x")) for _ in range(6)]
    aside = [directory.add("0002", files.COPY, lambda path: None, aside=True) for _ in range(5)]
    theirs = other.add("0001", files.COPY, lambda path: None)
    directory.prune()
    assert [one for one in directory.all() if not one.aside] == made[:-4:-1]
    assert [one for one in directory.all() if one.aside] == aside[::-1]
    assert other.all() == (theirs,)


def test_what_a_killed_backup_left_is_swept_and_never_taken_for_one(tmp_path: Path) -> None:
    directory = files.BackupDirectory(tmp_path, "ledger")
    left = tmp_path / ".ledger-0001-20261101T000000Z.db.partial"
    left.write_bytes(b"half")
    assert directory.all() == ()
    directory.add("0001", files.COPY, lambda path: None)
    assert not left.exists()
    assert len(directory.all()) == 1


@pytest.mark.parametrize("why", ["a file is in the way", "not writable", "not what was asked for"])
def test_no_migration_without_a_backup(old_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    before = held(old_url, tmp_path)
    with database(old_url, tmp_path) as opened:
        place = opened.backups.path
        if why == "a file is in the way":
            place.parent.mkdir(exist_ok=True)
            place.write_text("")
        elif why == "not writable":

            def refuse(*_: object, **__: object) -> None:
                raise PermissionError(13, "Permission denied")

            monkeypatch.setattr(Path, "touch", refuse)
        else:
            monkeypatch.setattr(making.holdings, "revision_of", lambda connection: OLD)
            for module in (making.sqlite_copy, making.pg_dump, making.row_dump):
                monkeypatch.setattr(module, "revision_of", lambda path: "0000")
        text = complaint(lambda: migrate.ensure_current(opened))
    assert "nothing was changed" in text
    assert str(place) in text
    monkeypatch.undo()
    if why == "a file is in the way":
        place.unlink()
    assert held(old_url, tmp_path) == before
    with database(old_url, tmp_path) as opened:
        assert opened.backups.all() == ()


def test_a_disk_that_is_full_during_the_backup(tmp_path: Path) -> None:
    make.load(OLD, URL, tmp_path)
    before = held(URL, tmp_path)
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from auditor.errors import StoreError; from auditor.ledger.store import Ledger\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try: Ledger.open('sqlite:///ledger.db', Path(sys.argv[1]))\n"
        "except StoreError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert "no backup could be made" in done.stdout, done
    assert "make room" in done.stdout
    assert held(URL, tmp_path) == before
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".gitignore"]


@pytest.mark.parametrize(
    ("old_url", "moment"),
    [("sqlite", "save"), ("sqlite", "upgrade"), ("pg_dump", "upgrade"), ("rows", "upgrade")],
    indirect=["old_url"],
)
def test_a_migration_that_is_killed_leaves_the_ledger_as_it_was(old_url: str, tmp_path: Path, moment: str) -> None:
    before = held(old_url, tmp_path)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from auditor.ledger import migrate; from auditor.ledger.backup import files; "
        "from auditor.ledger.store import Ledger\n"
        "careful = migrate.upgrade\n"
        "def killed(*arguments):\n"
        f"    if {moment == 'upgrade'}: careful(*arguments)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{'migrate.upgrade' if moment == 'upgrade' else 'files.synchronise'} = killed\n"
        "Ledger.open(sys.argv[1], Path(sys.argv[2]))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, old_url, str(tmp_path)], env=ENVIRONMENT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert held(old_url, tmp_path) == before
    assert migrated(old_url, tmp_path).before == OLD


@pytest.mark.parametrize("old_url", ["sqlite", "pg_dump"], indirect=True)
def test_two_programs_migrate_one_after_the_other(old_url: str, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from auditor.ledger.store import Ledger\n"
        "sys.stdin.read(); Ledger.open(sys.argv[1], Path(sys.argv[2]), busy_seconds=60)\n"
    )
    command = [sys.executable, "-c", program, old_url, str(tmp_path)]
    both = [subprocess.Popen(command, env=ENVIRONMENT, stdin=subprocess.PIPE) for _ in range(2)]
    for one in both:
        assert one.stdin is not None
        one.stdin.close()
    assert [one.wait() for one in both] == [0, 0]
    with database(old_url, tmp_path) as opened:
        assert [(one.revision, one.aside) for one in opened.backups.all()] == [(OLD, False)]
    assert held(old_url, tmp_path)[0] == schema.HEAD


def test_a_rollback_without_a_backup_says_so(ledger_url: str, tmp_path: Path) -> None:
    with Ledger.open(ledger_url, tmp_path):
        pass
    before = held(ledger_url, tmp_path)
    with database(ledger_url, tmp_path) as opened:
        told = complaint(lambda: roll_back(opened))
        assert "there is no backup in" in told and "run 'auditor collect'" in told
        assert "no such file" in complaint(lambda: roll_back(opened, tmp_path / "nothing.db"))
    assert held(ledger_url, tmp_path) == before


@pytest.mark.parametrize("old_url", ["sqlite", "pg_dump"], indirect=True)
def test_a_rollback_waits_for_no_collector(old_url: str, tmp_path: Path) -> None:
    migrated(old_url, tmp_path)
    before = held(old_url, tmp_path)
    begun, end = threading.Event(), threading.Event()

    def collect() -> None:
        with database(old_url, tmp_path) as other, other.writing():
            begun.set()
            end.wait(30)

    writer = threading.Thread(target=collect)
    writer.start()
    try:
        assert begun.wait(30)
        with database(old_url, tmp_path, seconds=0.3) as opened:
            assert "another program is writing" in complaint(lambda: roll_back(opened))
    finally:
        end.set()
        writer.join()
    assert held(old_url, tmp_path) == before


def test_a_view_on_the_ledger_stands_in_the_way_and_is_named(postgres_url: str, tmp_path: Path) -> None:
    make.load(OLD, postgres_url, tmp_path)
    migrated(postgres_url, tmp_path)
    before = held(postgres_url, tmp_path)
    with database(postgres_url, tmp_path) as opened:
        with opened.writing() as connection:
            connection.exec_driver_sql("CREATE VIEW board AS SELECT key, count FROM auditor_usage_days")
        text = complaint(lambda: roll_back(opened))
        assert "nothing was changed" in text
        assert "cannot drop table" in text
    assert held(postgres_url, tmp_path) == before


def test_what_a_url_says_and_the_programs_cannot_be_told(postgres_url: str, tmp_path: Path) -> None:
    make.load(OLD, postgres_url, tmp_path)
    dumped = migrated(postgres_url, tmp_path).backup
    strange = f"{postgres_url}?keepalives=1"
    with database(strange, tmp_path) as opened:
        assert "cannot be told the URL's 'keepalives'" in complaint(lambda: roll_back(opened))
    with database(postgres_url, tmp_path) as opened:
        roll_back(opened)
    done = migrated(strange, tmp_path)
    assert done.note is not None
    assert "'keepalives'" in done.note
    assert done.backup.path.endswith(files.ROWS)
    assert dumped.path.endswith(files.PG_DUMP)


def test_without_psql_a_dump_is_not_put_back(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.load(OLD, postgres_url, tmp_path)
    migrated(postgres_url, tmp_path)
    before = held(postgres_url, tmp_path)
    monkeypatch.setattr(pg_dump.shutil, "which", lambda name: None)
    with database(postgres_url, tmp_path) as opened:
        assert "install PostgreSQL's client programs" in complaint(lambda: roll_back(opened))
    assert held(postgres_url, tmp_path) == before


def test_ledgers_of_one_directory_do_not_share_their_backups(tmp_path: Path) -> None:
    names = ("ledger.db", "ledger.sqlite", "other.db")
    for name in names:
        make.load(OLD, f"sqlite:///{name}", tmp_path)
        migrated(f"sqlite:///{name}", tmp_path)
    for name in names:
        with database(f"sqlite:///{name}", tmp_path) as opened:
            assert len(opened.backups.all()) == 1


@pytest.mark.parametrize("harm", ["cut off", "changed", "empty", "another kind"])
def test_a_damaged_backup_is_not_put_back(old_url: str, tmp_path: Path, harm: str) -> None:
    path = Path(migrated(old_url, tmp_path).backup.path)
    content = path.read_bytes()
    if harm == "cut off":
        path.write_bytes(content[: len(content) // 2])
    elif harm == "changed":
        at = content.index(b"GET /orders") if old_url == URL else len(content) // 2
        path.write_bytes(content[:at] + b"PUT" + content[at + 3 :])
    elif harm == "empty":
        path.write_bytes(b"")
    else:
        path = path.rename(path.parent / "ledger.tar")
    before = held(old_url, tmp_path)
    with database(old_url, tmp_path) as opened:
        assert str(path) in complaint(lambda: roll_back(opened, path))
    assert held(old_url, tmp_path) == before


def test_a_rollback_that_is_killed_changes_nothing(old_url: str, tmp_path: Path) -> None:
    migrated(old_url, tmp_path)
    before = held(old_url, tmp_path)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from auditor.ledger import rollback; from auditor.ledger.backup import pg_dump\n"
        "from auditor.ledger.database import connect\n"
        "def kill(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
        "rollback.holdings.difference = kill\n"
        "feed = pg_dump._feed\n"
        "def half(file, lines):\n"
        "    lines = list(lines)\n"
        "    feed(file, lines[:len(lines) * 3 // 4]); file.flush(); kill()\n"
        "pg_dump._feed = half\n"
        "import auditor.ledger.backup.making as making; made = making.make\n"
        "def careful(*a, **k):\n"
        "    rollback.holdings.difference = lambda *_: None; done = made(*a, **k)\n"
        "    rollback.holdings.difference = kill\n"
        "    return done\n"
        "making.make = careful\n"
        "rollback.roll_back(connect(sys.argv[1], Path(sys.argv[2]), writable=True))\n"
    )
    done = subprocess.run([sys.executable, "-c", program, old_url, str(tmp_path)], env=ENVIRONMENT, check=False)
    assert done.returncode == -signal.SIGKILL
    assert held(old_url, tmp_path) == before


def test_a_ledger_of_a_newer_auditor_is_rolled_back_by_an_older_one(old_url: str, tmp_path: Path) -> None:
    migrated(old_url, tmp_path)
    with database(old_url, tmp_path) as opened, opened.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {schema.REVISION_TABLE} SET version_num = '9999'")
        connection.exec_driver_sql("CREATE TABLE auditor_of_tomorrow (x INTEGER)")
    assert "auditor ledger rollback" in complaint(lambda: Ledger.open(old_url, tmp_path))
    with database(old_url, tmp_path) as opened:
        back = roll_back(opened)
        assert back.kept is not None
        assert back.kept.revision == "9999"
        assert "newer auditor" in complaint(lambda: roll_back(opened, Path(back.kept.path)))
    revision, tables = held(old_url, tmp_path)
    assert revision == OLD
    assert "auditor_of_tomorrow" not in tables


@pytest.mark.parametrize("harm", ["bits", "cut off", "another file", "gone", "empty"])
def test_a_file_that_cannot_be_read_is_set_aside_and_replaced(tmp_path: Path, harm: str) -> None:
    make.load(OLD, URL, tmp_path)
    before = held(URL, tmp_path)
    migrated(URL, tmp_path)
    path = tmp_path / "ledger.db"
    content = path.read_bytes()
    harmed = {
        "bits": content[:4096] + bytes(len(content) - 4096),
        "cut off": content[:5000],
        "another file": b"no database, and long enough to be read " * 40,
        "gone": None,
        "empty": b"",
    }[harm]
    path.unlink()
    if harmed is not None:
        path.write_bytes(harmed)
    with database(URL, tmp_path) as opened:
        back = roll_back(opened)
    assert held(URL, tmp_path) == before
    if harmed:
        assert back.kept is not None
        assert back.kept.revision == "damaged"
        assert Path(back.kept.path).read_bytes() == harmed
        assert back.notes == ("the ledger could not be read, so its file was replaced",)
    else:
        assert back.kept is None


def test_whatever_is_damaged_a_rollback_puts_the_backup_back(tmp_path: Path) -> None:
    make.load(OLD, URL, tmp_path)
    before = held(URL, tmp_path)
    migrated(URL, tmp_path)
    whole = (tmp_path / "ledger.db").read_bytes()
    chance, seen = random.Random(13), set()
    for turn in range(8):
        harmed = bytearray(whole)
        start, length = chance.randrange(len(whole)), chance.choice((1, 20, 3000))
        harmed[start : start + length] = chance.randbytes(length)
        if turn % 4 == 0:
            del harmed[chance.randrange(100, len(harmed)) :]
        (tmp_path / "ledger.db").write_bytes(harmed)
        with database(URL, tmp_path) as opened:
            back = roll_back(opened)
        assert held(URL, tmp_path) == before
        seen.add(bool(back.notes))
        assert back.kept is not None
        Path(back.kept.path).unlink()
    assert seen == {False, True}


def test_a_journal_of_a_damaged_file_is_not_applied_to_what_takes_its_place(tmp_path: Path) -> None:
    make.load(OLD, URL, tmp_path)
    before = held(URL, tmp_path)
    migrated(URL, tmp_path)
    path = tmp_path / "ledger.db"
    program = (
        "import sqlite3, os, signal, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 2'); c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('UPDATE auditor_usage_days SET count = 99')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert Path(f"{path}-journal").exists()
    path.write_bytes(b"no database, and long enough to be read " * 40)
    with database(URL, tmp_path) as opened:
        back = roll_back(opened)
    assert held(URL, tmp_path) == before
    assert back.kept is not None
    path.write_bytes(b"no database, and long enough to be read " * 40)
    Path(f"{path}-journal").write_bytes(bytes(512))
    with database(URL, tmp_path) as opened:
        back = roll_back(opened)
    assert held(URL, tmp_path) == before
    assert back.kept is not None
    assert Path(f"{back.kept.path}-journal").read_bytes() == bytes(512)
    assert not Path(f"{path}-journal").exists()


def test_a_backup_is_one_file_whatever_journal_the_ledger_has(tmp_path: Path) -> None:
    make.load(OLD, URL, tmp_path)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("UPDATE auditor_usage_days SET errors = errors + 1 WHERE key = 'GET /orders'")
        other.commit()
        before = held(URL, tmp_path)
        done = migrated(URL, tmp_path)
    assert sorted(path.name for path in (tmp_path / "backups").iterdir()) == [".gitignore", Path(done.backup.path).name]
    with database(URL, tmp_path) as opened:
        roll_back(opened)
    assert held(URL, tmp_path) == before
