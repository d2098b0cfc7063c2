"""`auditor collect --watch` as a process: it collects again and again, outlives what is sick, and ends when asked."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.cli import collect_watch, program
from tests.production import Project
from tests.redis_deployments import wait_for
from tests.webhooks import Webhook

Run = Callable[..., subprocess.CompletedProcess[str]]
LEDGER = ".auditor/ledger.db"


class Watching:
    """`auditor collect --watch ARGUMENTS` in a project."""

    def __init__(self, root: Path, *arguments: str, **environment: str) -> None:
        self._log = root / f"watch-{len(list(root.glob('watch-*')))}.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "auditor", "collect", "--watch", "--every", "1s", *arguments],
            cwd=root, stderr=self._log.open("w"), env={**os.environ, **environment}, start_new_session=True,
        )  # fmt: skip

    @property
    def lines(self) -> list[str]:
        return self._log.read_text().splitlines()

    def wait_for(self, text: str, times: int = 1) -> list[str]:
        """Return the lines that hold a text once there are so many of them."""

        def found() -> list[str]:
            assert self.process.poll() is None, self.lines
            lines = [line for line in self.lines if text in line]
            return lines if len(lines) >= times else []

        return list(wait_for(found))

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, {"shop/__init__.py": ""})
    made.watch({"GET /price": 3}, {"GET /price": "shop:price"}, days=1, until=datetime.now(UTC))
    return made


@pytest.fixture
def watch(project: Project) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def run(*arguments: str, **environment: str) -> Watching:
        started.append(Watching(project.root, *arguments, **environment))
        return started[-1]

    yield run
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait(30)
        assert not [line for line in each.lines if "Traceback" in line]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_collects_until_it_is_asked_to_end(
    watch: Callable[..., Watching], auditor: Run, project: Project, number: int
) -> None:
    watching = watch()
    first, second, *_ = watching.wait_for("collected 1 of 1 sources, 2 daily counts", times=2)
    assert first < second
    assert first.endswith("counts")
    assert watching.end(number) == 0
    assert len(watching.lines) == len([line for line in watching.lines if "collected 1 of 1" in line])
    assert '"calls": 6' in auditor("usage", "stats", "--format", "json", cwd=project.root).stdout


def test_two_of_them_on_one_ledger_count_once(watch: Callable[..., Watching], auditor: Run, project: Project) -> None:
    both = watch("--days", "2"), watch("--days", "3")
    for each in both:
        each.wait_for("collected 1 of 1", times=3)
    assert [each.end() for each in both] == [0, 0]
    assert '"calls": 6' in auditor("usage", "stats", "--format", "json", cwd=project.root).stdout


def test_it_outlives_a_source_that_is_sick_and_says_so_once(watch: Callable[..., Watching], project: Project) -> None:
    usage = project.root.parent / "usage"
    usage.rename(usage.with_name("away"))
    hook = Webhook()
    config = project.root / "auditor.toml"
    config.write_text(config.read_text() + '[usage]\nalert_webhook = "env:HOOK"\n')
    watching = watch("--quiet", HOOK=hook.address)
    watching.wait_for("collected 0 of 1 sources, 0 daily counts; production is sick: ", times=2)
    assert len(watching.wait_for("auditor: alert: source production: stopped: ")) == 1
    assert [message["state"] for message in hook.wait_for(1)] == ["stopped"]
    usage.with_name("away").rename(usage)
    sick = len(watching.lines)
    wait_for(
        lambda: sqlite3.connect(project.root / LEDGER).execute("SELECT count(*) FROM auditor_usage_days").fetchone()[0]
    )
    assert watching.end() == 0
    assert not [line for line in watching.lines[sick:] if "alert" in line]  # it stopped less than an hour ago
    hook.close()


def test_it_outlives_a_ledger_that_cannot_be_written(watch: Callable[..., Watching], project: Project) -> None:
    ledger = project.root / LEDGER
    ledger.parent.mkdir()
    ledger.write_bytes(b"garbage" * 1000)
    watching = watch()
    watching.wait_for("nothing was collected: ledger .auditor/ledger.db: not a ledger", times=2)
    ledger.unlink()
    watching.wait_for("collected 1 of 1")
    assert watching.end() == 0


def test_the_collection_under_way_is_finished_first(
    watch: Callable[..., Watching], auditor: Run, project: Project
) -> None:
    auditor("collect", "--days", "14", cwd=project.root)
    with closing(sqlite3.connect(project.root / LEDGER, isolation_level=None)) as holder:
        holder.execute("DELETE FROM auditor_usage_days")
        holder.execute("BEGIN IMMEDIATE")
        watching = watch()
        wait_for(lambda: Path(LEDGER).name in open_files(watching.process.pid))
        watching.process.send_signal(signal.SIGTERM)
        holder.execute("ROLLBACK")
    assert watching.process.wait(30) == 0
    assert [line for line in watching.lines if "collected 1 of 1" in line]
    assert '"calls": 6' in auditor("usage", "stats", "--format", "json", cwd=project.root).stdout


def open_files(pid: int) -> str:
    """Return the names of the files that a process holds open."""
    names = []
    for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            names.append(descriptor.readlink().name)
        except OSError:
            continue
    return " ".join(names)


def test_a_wrong_configuration_ends_it_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "auditor.toml").write_text('app = "shop"\n')
    monkeypatch.chdir(tmp_path)
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert program.run(["collect", "--watch"]) == 2
    assert "no usage source is configured" in capsys.readouterr().err
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--watch", "--now", "2026-11-21"), "leave --now out"),
        (("--every", "5m"), "--every is for --watch"),
        (("--watch", "--every", "soon"), "is not a duration"),
        (("--watch", "--every", "0s"), "above zero"),
    ],
)
def test_options_that_do_not_go_together(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.run(["collect", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_cron_tells_once_that_a_source_stopped(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = project.root.parent / "usage"
    usage.rename(usage.with_name("away"))
    monkeypatch.chdir(project.root)
    assert program.run(["collect"]) == 3
    assert capsys.readouterr().err.count("auditor: alert: source production: stopped: ") == 1
    assert program.run(["collect"]) == 3
    told = capsys.readouterr().err
    assert ("alert" in told, "auditor: source production: " in told) == (False, True)


@pytest.mark.parametrize(
    ("ticks", "clock", "waits"),
    [(0, 0, True), (899, 899, True), (900, 900, False), (5, 900, False), (900, 5, False), (5, -7200, True)],
)
def test_it_waits_by_two_clocks(ticks: float, clock: float, waits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime(2026, 11, 21, tzinfo=UTC)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return began + timedelta(seconds=clock)

    monkeypatch.setattr(collect_watch, "datetime", Clock)
    monkeypatch.setattr(collect_watch.time, "monotonic", lambda: 100.0 + ticks)
    assert collect_watch._waits(began, 100.0, timedelta(minutes=15)) is waits
