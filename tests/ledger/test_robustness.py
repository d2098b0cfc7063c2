"""Several writers, killed writers, broken files: nothing is lost or doubled, and every complaint is one line."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import AuditorError, ConfigError, StoreError
from auditor.ledger.database import connect
from auditor.ledger.store import Ledger
from tests.ledger.recorder import split
from tests.ledger.samples import NOW, WINDOW, all_day, collection, durations, key_stats, sample
from tests.redis_deployments import free_port

ROOT = Path(__file__).parents[2]
URL = "sqlite:///ledger.db"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}


def recorder(url: str, root: Path, first: int, rounds: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.recorder", url, str(root), str(first), str(rounds)],
        cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def counts(ledger: Ledger) -> dict[str, int]:
    return {found.key: found.calls for found in key_stats(ledger.read(WINDOW))}


def complaint(call: Callable[[], object], kind: type[AuditorError] = StoreError) -> str:
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    assert "\n" not in text
    return text


def recorded(path: Path) -> Path:
    with Ledger.open(f"sqlite:///{path}", path.parent) as ledger:
        ledger.record([collection(samples=tuple(sample(f"GET /{n}", 1) for n in range(2000)))], now=NOW)
    return path


def test_two_recorders_that_meet_at_an_empty_ledger_lose_and_double_nothing(ledger_url: str, tmp_path: Path) -> None:
    rounds = 8
    recorders = [recorder(ledger_url, tmp_path, first, rounds) for first in (1, 2)]
    assert [process.wait() for process in recorders if process.communicate()] == [0, 0]
    with Ledger.open(ledger_url, tmp_path) as ledger:
        found = {one.key: one for one in ledger.key_stats(WINDOW)}
        assert tuple(found.values()) == key_stats(ledger.read(WINDOW))
        assert [found[key].calls for key in ("GET /1", "GET /2", "GET /shared")] == [rounds, rounds, 2 * rounds]
        assert found["GET /events"].calls == rounds
        assert (found["GET /shared"].succeeded, found["shared"].calls) == (2 * rounds, 2 * rounds)
        taken = {one.key: one.durations for one in ledger.read(WINDOW).samples}
        assert taken["GET /shared"] == durations(*range(1, rounds + 1), *range(1, rounds + 1))
        (day,), kinds = ledger.read(WINDOW).watched["redis"], ledger.read(WINDOW).watched_kinds["redis"]
        before = ledger.before("redis")
    assert (day.minutes, kinds["task"][0].minutes) == (2 * rounds, 2 * rounds)
    assert {mark.origin: mark.size for mark in before.marks.values()} == {"1": rounds, "2": rounds}
    ids = [one for of_origin in before.event_ids for one in split(of_origin.digests)]
    assert sorted(ids) == [number.to_bytes(8) for number in range(1, rounds + 1)]


def test_a_killed_writer_leaves_all_it_had_recorded(ledger_url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    least = 0
    for _ in range(4):
        process = recorder(ledger_url, tmp_path, 1, 10_000)
        assert process.stdout is not None
        done = [int(process.stdout.readline()) for _ in range(3)]
        time.sleep(chance.random() * 0.05)
        process.kill()
        done += [int(line) for line in process.communicate()[0].split()]
        least = max(least, *done)
        # A server may have been told to commit before the kill, and not be done: writing waits for it.
        with Ledger.open(ledger_url, tmp_path) as ledger:
            ledger.record([collection("another")], now=NOW)
            found = {one.key: one.calls for one in ledger.key_stats(WINDOW)}
            assert found == counts(ledger)
            (day,) = ledger.read(WINDOW).watched["redis"]
            ids = len(ledger.before("redis").event_ids[0].digests) // 8
        assert least <= found["GET /1"] <= least + 1
        assert found["GET /shared"] == found["GET /1"] == found["GET /padding/299"] == day.minutes
        assert found["GET /events"] == found["shared"] == found["GET /1"] == ids


def test_a_writer_killed_within_its_transaction_is_rolled_back_even_by_a_reader(tmp_path: Path) -> None:
    path = recorded(tmp_path / "ledger.db")
    program = (
        "import sqlite3, os, signal, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 2'); c.execute('BEGIN IMMEDIATE')\n"
        "c.execute('UPDATE auditor_usage_days SET count = 99')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert Path(f"{path}-journal").exists(), "the writer left a journal that is to be rolled back"
    with Ledger.read_only(URL, tmp_path) as ledger:
        assert set(counts(ledger).values()) == {1}


def test_a_writer_killed_before_its_commit_recorded_nothing(ledger_url: str, tmp_path: Path) -> None:
    with Ledger.open(ledger_url, tmp_path) as ledger:
        ledger.record([collection(samples=(sample("GET /known", 3),), watched=all_day())], now=NOW)
        before = ledger.digest(WINDOW)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from auditor.ledger import recording; from auditor.ledger.store import Ledger\n"
        "from tests.ledger.samples import NOW, collection, sample\n"
        "careful = recording.record\n"
        "def killed(*arguments, **more):\n"
        "    careful(*arguments, **more); os.kill(os.getpid(), signal.SIGKILL)\n"
        "recording.record = killed\n"
        "samples = (sample('GET /known', 9), *(sample(f'GET /more/{n}') for n in range(500)))\n"
        "Ledger.open(sys.argv[1], Path(sys.argv[2])).record([collection(samples=samples)], now=NOW)\n"
    )
    command = [sys.executable, "-c", program, ledger_url, str(tmp_path)]
    assert subprocess.run(command, env=ENVIRONMENT, check=False).returncode == -signal.SIGKILL
    with Ledger.open(ledger_url, tmp_path) as ledger:
        assert ledger.digest(WINDOW) == before
        ledger.record([collection(samples=(sample("GET /known", 9),))], now=NOW)
        assert counts(ledger) == {"GET /known": 9}


def test_a_reader_never_waits_for_long_nor_sees_half_a_collection(tmp_path: Path) -> None:
    process = recorder(URL, tmp_path, 1, 12)
    assert process.stdout is not None
    process.stdout.readline()
    while process.poll() is None:
        with Ledger.read_only(URL, tmp_path) as ledger:
            found = counts(ledger)
        assert found["GET /1"] == found["GET /shared"] == found["GET /padding/0"]
    process.communicate()


def test_a_locked_ledger_is_an_error_after_waiting(tmp_path: Path) -> None:
    path = recorded(tmp_path / "ledger.db")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="another program is writing"):
        Ledger.open(URL, tmp_path, busy_seconds=0.2)
    other.execute("ROLLBACK")
    with Ledger.open(URL, tmp_path, busy_seconds=0.2) as ledger:
        other.execute("BEGIN IMMEDIATE")
        assert "another program is writing" in complaint(lambda: ledger.record([collection()], now=NOW))
        assert len(counts(ledger)) == 2000
    other.close()


def test_a_locked_ledger_on_postgresql_is_an_error_after_waiting(postgres_url: str, tmp_path: Path) -> None:
    with Ledger.open(postgres_url, tmp_path, busy_seconds=0.3) as ledger:
        ledger.record([collection(samples=(sample("GET /known", 3),))], now=NOW)
        other = connect(postgres_url, tmp_path, writable=True)
        with other.writing():
            assert "another program is writing" in complaint(lambda: ledger.record([collection()], now=NOW))
        assert counts(ledger) == {"GET /known": 3}


def test_a_full_disk_on_postgresql_is_an_error_and_loses_nothing(postgres_url: str, tmp_path: Path) -> None:
    """PostgreSQL tells by SQLSTATE 53100; a trigger does here what a full disk would."""
    with Ledger.open(postgres_url, tmp_path) as ledger:
        ledger.record([collection(samples=(sample("GET /known", 3),))], now=NOW)
        other = connect(postgres_url, tmp_path, writable=True)
        with other.writing() as connection:
            for statement in (
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "IF NEW.key = 'GET /last' THEN RAISE EXCEPTION 'cannot extend' USING ERRCODE = '53100'; END IF; "
                "RETURN NEW; END $$",
                "CREATE TRIGGER disk BEFORE INSERT ON auditor_usage_days FOR EACH ROW EXECUTE FUNCTION full_disk()",
            ):
                connection.exec_driver_sql(statement)
        samples = (sample("GET /known", 9), sample("GET /new"), sample("GET /last"))
        text = complaint(lambda: ledger.record([collection(samples=samples)], now=NOW))
        assert "the disk is full" in text
        assert "make room" in text
        assert counts(ledger) == {"GET /known": 3}


def test_a_server_that_goes_away_is_one_line_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://auditor:secret-word@127.0.0.1:{free_port()}/shop"
    for opened in (Ledger.open, Ledger.read_only):
        text = complaint(lambda opened=opened: opened(url, tmp_path))  # type: ignore[misc]  # bound at once
        assert text.startswith("ledger postgresql+psycopg://auditor:***@127.0.0.1:")
        assert "secret-word" not in text


@pytest.mark.parametrize(
    "content", [b"no database, and long enough to be read " * 40, b"SQLite format 3\0" + b"\7" * 5000]
)
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.db").write_bytes(content)
    for opened in (Ledger.open, Ledger.read_only):
        text = complaint(lambda opened=opened: opened(URL, tmp_path))  # type: ignore[misc]  # bound at once
        assert text.startswith("ledger ledger.db: ")
        assert "move it away" in text
    assert (tmp_path / "ledger.db").read_bytes() == content


def test_a_damaged_file_is_an_error_or_read_right_and_never_a_traceback(tmp_path: Path) -> None:
    whole = recorded(tmp_path / "whole.db")
    chance, seen = random.Random(11), set()
    for _ in range(60):
        content = bytearray(whole.read_bytes())
        start = chance.randrange(len(content))
        content[start : start + 200] = chance.randbytes(200)
        if chance.random() < 0.3:
            del content[chance.randrange(100, len(content)) :]
        (tmp_path / "ledger.db").write_bytes(content)
        try:
            with Ledger.open(URL, tmp_path) as ledger:
                ledger.read(WINDOW)
                ledger.record([collection()], now=NOW)
            seen.add("read")
        except StoreError as error:
            assert "\n" not in str(error)
            seen.add("refused")
    assert "refused" in seen


def test_a_reader_creates_nothing(tmp_path: Path) -> None:
    assert "auditor collect" in complaint(lambda: Ledger.read_only("sqlite:///.auditor/ledger.db", tmp_path))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "ledger.db").touch()
    assert "auditor collect" in complaint(lambda: Ledger.read_only(URL, tmp_path))
    assert (tmp_path / "ledger.db").stat().st_size == 0


def test_a_reader_cannot_write(ledger_url: str, tmp_path: Path) -> None:
    with Ledger.open(ledger_url, tmp_path):
        pass
    with Ledger.read_only(ledger_url, tmp_path) as ledger:
        assert "may only be read" in complaint(lambda: ledger.record([collection()], now=NOW))


def test_a_file_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    path = recorded(tmp_path / "ledger.db")
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with Ledger.read_only(URL, tmp_path) as ledger:
            assert len(counts(ledger)) == 2000
    finally:
        tmp_path.chmod(0o755)


def test_a_directory_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    assert "cannot be opened" in complaint(lambda: Ledger.open(URL, tmp_path))
    assert "cannot be opened" in complaint(lambda: Ledger.read_only(URL, tmp_path))


def test_a_file_where_the_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    assert "directory cannot be made" in complaint(lambda: Ledger.open("sqlite:///state/ledger.db", tmp_path))


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    recorded(tmp_path / "ledger.db")
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from auditor.errors import StoreError; from auditor.ledger.store import Ledger\n"
        "from tests.ledger.samples import NOW, collection, sample\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "ledger = Ledger.open('sqlite:///ledger.db', Path(sys.argv[1]))\n"
        "size = Path(sys.argv[1], 'ledger.db').stat().st_size + 4096\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "try: ledger.record([collection(samples=tuple(sample(f'GET /more/{n}') for n in range(20000)))], now=NOW)\n"
        "except StoreError as error: print(error)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert "disk" in done.stdout, done
    assert done.stdout.count("\n") == 1
    with Ledger.read_only(URL, tmp_path) as ledger:
        assert len(counts(ledger)) == 2000


@pytest.mark.parametrize(
    "url",
    ["", "::", "ledger.db", "sqlite://", "sqlite:///:memory:", "mysql://root@localhost/db", "postgresql+nothing://x/y"],
)
def test_a_wrong_url_is_an_error_that_says_what_would_be_right(tmp_path: Path, url: str) -> None:
    assert "ledger" in complaint(lambda: Ledger.open(url, tmp_path), ConfigError)


def test_a_copy_of_a_ledger_is_a_ledger(tmp_path: Path) -> None:
    shutil.copy(recorded(tmp_path / "one.db"), tmp_path / "ledger.db")
    with Ledger.open(URL, tmp_path) as ledger:
        ledger.record([collection(samples=(sample("GET /0", 5),))], now=NOW)
        assert counts(ledger)["GET /0"] == 5
