"""The gate never fails open: whatever goes wrong around it, its exit code is not 0 where something used is deleted."""

import contextlib
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.cli import program
from tests.changes import SHOP, build
from tests.production import Project

NOW = "2026-11-21T12:00:00Z"
WITHOUT_MONEY = SHOP["shop/api.py"].replace('@router.get("/money")\ndef money():\n    return in_cents(3)\n', "")
STAGES = (
    "auditor.git.reading.Reader.resolve",
    "auditor.pipeline.commits.policies",
    "auditor.analysis.discover.discover_commit",
    "auditor.analysis.outside.project_metadata.read_commit",
    "auditor.analysis.extraction.extract_all.extract",
    "auditor.analysis.resolution.resolve.resolve",
    "auditor.analysis.routing.routes.find",
    "auditor.analysis.reachability.reach",
    "auditor.pipeline.change.observe",
    "auditor.pipeline.mentions.lost_mentions",
    "auditor.gate.judge_change",
    "auditor.report.formats.gate",
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = build(tmp_path_factory.mktemp("shop"))
    project.branch("used", {"shop/api.py": WITHOUT_MONEY})
    project.branch("dead", {"shop/dead.py": None})
    project.branch("broken-config", {"auditor.toml": "gate = 3\n", "shop/api.py": WITHOUT_MONEY})
    project.branch("no-config", {"auditor.toml": None, "shop/api.py": WITHOUT_MONEY})
    return project


@pytest.fixture
def gate(shop: Project, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.chdir(shop.root)

    def run(head: str = "used", *arguments: str) -> int:
        return program.run(["gate", "--base", "main", "--head", head, "--now", NOW, *arguments])

    return run


def broken(error: BaseException) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize("stage", STAGES)
def test_an_error_in_any_stage_exits_with_2(
    gate: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stage: str
) -> None:
    others = (RecursionError("deep"), MemoryError(), SystemExit(0), SystemExit(None)) if stage == STAGES[1] else ()
    for error in (RuntimeError("broken"), *others):
        with monkeypatch.context() as patch:
            patch.setattr(stage, broken(error))
            assert gate("dead", "--exit-zero") == 2, error
    assert "Traceback" not in capsys.readouterr().err


def test_git_that_is_missing_or_hangs_exits_with_2(gate: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.git.process._TIMEOUT_SECONDS", 0)
    assert gate("dead") == 2
    monkeypatch.undo()
    monkeypatch.setenv("PATH", "")
    assert gate("dead") == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGALRM, -14)])
def test_being_stopped_is_no_approval(shop: Project, number: int, code: int) -> None:
    script = (
        "import os, sys\nfrom auditor.cli import program\nimport auditor.gate\n"
        f"auditor.gate.judge_change = lambda *_, **__: os.kill(os.getpid(), {int(number)})\n"
        f"sys.argv = ['auditor', 'gate', '--base', 'main', '--head', 'dead', '--now', {NOW!r}]\nprogram.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=shop.root, capture_output=True, check=False)
    assert done.returncode == code, done.stderr


def test_a_worker_that_is_killed_loses_nothing(
    gate: Callable[..., int], shop: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.analysis.extraction import extract_all

    here, extract = os.getpid(), extract_all.extract  # type: ignore[attr-defined]  # as it is called there

    def killed(*arguments: object, **keywords: object) -> object:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return extract(*arguments, **keywords)  # type: ignore[arg-type]  # what it was called with

    config = (shop.root / "auditor.toml").read_text("utf-8")
    try:
        (shop.root / "auditor.toml").write_text(f"{config}\n[scan]\ncache = false\njobs = 2\n", "utf-8")
        monkeypatch.setattr(extract_all, "_WORTH_A_POOL", 0)
        monkeypatch.setattr(extract_all, "extract", killed)
        assert (gate("used"), gate("dead")) == (1, 0)
    finally:
        (shop.root / "auditor.toml").write_text(config, "utf-8")


def test_a_cache_that_is_spoilt_or_cannot_be_written_changes_no_answer(gate: Callable[..., int], shop: Project) -> None:
    assert gate("used") == 1
    cache = shop.root / ".auditor" / "cache"
    spoilt = [path for path in cache.rglob("*") if path.is_file()]
    assert spoilt
    for path in spoilt:
        path.write_bytes(bytes(byte ^ 0x55 for byte in path.read_bytes()))
    assert gate("used") == 1
    for path in spoilt:
        path.write_bytes(path.read_bytes()[:20])
    assert gate("used") == 1
    subprocess.run(["rm", "-rf", str(cache)], check=True)
    cache.write_text("no directory", "utf-8")
    assert (gate("used"), gate("dead")) == (1, 0)
    cache.unlink()


def test_a_ledger_that_cannot_be_read_gives_no_evidence(gate: Callable[..., int], shop: Project) -> None:
    ledger = shop.root / ".auditor" / "ledger.db"
    kept = ledger.read_bytes()
    try:
        with contextlib.closing(sqlite3.connect(ledger)) as connection:
            connection.execute("UPDATE auditor_revision SET version_num = '9999'")
            connection.commit()
        assert gate("dead") == 3
        ledger.write_bytes(kept[:5000] + bytes(200) + kept[5200:])
        assert gate("dead") in (0, 3)  # what is not touched may still be read
        ledger.write_bytes(b"")
        assert gate("dead") == 3
        ledger.unlink()
        assert gate("dead", "--exit-zero") == 3
    finally:
        ledger.write_bytes(kept)
    assert gate("dead") == 0


def test_a_commit_whose_file_is_not_in_the_repository_is_an_error(gate: Callable[..., int], shop: Project) -> None:
    blob = shop.repository.files_at(shop.repository.resolve("main"))["shop/jobs.py"]
    place = shop.root / ".git" / "objects" / blob[:2] / blob[2:]
    kept = place.read_bytes()
    subprocess.run(["rm", "-rf", str(shop.root / ".auditor" / "cache"), str(place)], check=True)
    try:
        assert gate("dead") in (2, 3)
    finally:
        place.write_bytes(kept)


def test_configuration_that_is_broken_or_deleted_stops_nothing_less(gate: Callable[..., int], shop: Project) -> None:
    assert gate("broken-config") == 1
    assert gate("no-config") == 1
    for head, codes in (("broken-config", {2}), ("no-config", {1, 3})):
        shop.repository.run("checkout", "-q", head)
        try:
            assert gate(head) in codes, head
        finally:
            shop.repository.run("checkout", "-q", "main")
    assert gate("used", "--config", "nowhere.toml") == 2


def test_output_that_cannot_be_written_is_no_approval(gate: Callable[..., int]) -> None:
    assert gate("dead", "--output", ".") == 2
    assert gate("dead", "--output", "/proc/version/gate.txt") == 2


def test_output_to_a_device_is_written_there(gate: Callable[..., int], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert gate("dead", "--output", str(pipe)) == 0
        assert b"PASSED" in os.read(reader, 10_000)
        assert pipe.is_fifo()
    finally:
        os.close(reader)


def test_redis_that_goes_away_while_it_is_read_is_no_evidence(gate: Callable[..., int], shop: Project) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def answer_once() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(100)
                connection.sendall(b"-ERR unknown command\r\n")

    threading.Thread(target=answer_once, daemon=True).start()
    config = (shop.root / "auditor.toml").read_text("utf-8")
    source = f'kind = "redis"\nurl = "redis://127.0.0.1:{server.getsockname()[1]}/0"'
    changed = "\n".join(line for line in config.splitlines() if not line.startswith("url")).replace(
        'kind = "file"', source
    )
    ledger = shop.root / ".auditor" / "ledger.db"
    kept = ledger.read_bytes()
    try:
        (shop.root / "auditor.toml").write_text(changed, "utf-8")
        assert gate("dead", "--collect") == 3
        assert gate("used", "--collect") in (1, 3)
    finally:
        server.close()
        (shop.root / "auditor.toml").write_text(config, "utf-8")
        for path in ledger.parent.glob("ledger.db*"):
            path.unlink()
        ledger.write_bytes(kept)
