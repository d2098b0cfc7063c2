"""Ctrl-C at any moment: one line, exit code 130, no traceback, nothing half-written, a cache that still serves."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.errors import ConfigError
from auditor.files import write_atomically
from tests.cli.terminal import Terminal, seen

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize(("part", "jobs"), [
    ("reading code", "1"), ("reading code", "2"), ("resolving names", "2"), ("judging what is found", "1"),
])  # fmt: skip
def test_ctrl_c_on_a_terminal(several: Path, tmp_path: Path, auditor: Run, part: str, jobs: str) -> None:
    output = tmp_path / "scan.json"
    shown = Terminal("scan", "--format", "json", "--jobs", jobs, "-o", str(output), cwd=several, linger=part)
    assert part in shown.read(part)
    shown.press_ctrl_c()
    assert shown.wait() == 130, shown.shown
    assert seen(shown.shown, 80) == ["auditor: interrupted", ""]
    assert list(tmp_path.iterdir()) == []
    assert not _left_over(several)


def test_the_cache_serves_after_interruptions(several: Path, auditor: Run) -> None:
    fresh = auditor("scan", "--format", "json", "--no-cache", cwd=several)
    kept = auditor("scan", "--format", "json", cwd=several)
    assert (kept.stdout, kept.returncode, kept.stderr) == (fresh.stdout, 0, "")


def test_sigint_at_any_moment_is_one_line_at_most(shop: Path, auditor: Run) -> None:
    whole = auditor("scan", "--format", "json", cwd=shop).stdout
    chance = random.Random(7)
    for _ in range(12):
        output = shop / "scan.json"
        started = subprocess.Popen(
            [sys.executable, "-m", "auditor", "scan", "--format", "json", "-o", str(output)], cwd=shop,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        time.sleep(0.15 + chance.random() * 0.8)
        started.send_signal(signal.SIGINT)
        said, complained = started.communicate(timeout=60)
        assert said == ""
        if started.returncode == 130:
            assert complained == "auditor: interrupted\n"
        elif started.returncode == 0:
            assert output.read_text("utf-8") == whole
        assert started.returncode in (0, 130), complained
        assert not _left_over(shop)
        output.unlink(missing_ok=True)


def test_interrupted_while_a_reader_does_not_read(several: Path) -> None:
    reading, writing = os.pipe()
    started = subprocess.Popen(
        [sys.executable, "-m", "auditor", "scan", "--format", "json"], cwd=several, stdout=writing,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(writing)
    assert os.read(reading, 1)  # now it writes more than the pipe takes
    time.sleep(0.2)
    started.send_signal(signal.SIGINT)
    _, complained = started.communicate(timeout=20)
    os.close(reading)
    assert (started.returncode, complained) == (130, "auditor: interrupted\n")


def test_interrupted_while_a_string_is_executed_still_ends_with_130(tmp_path: Path, auditor: Run) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import auditor.cli.program as p\np.run = lambda _: exec('raise KeyboardInterrupt')\n", "utf-8"
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    done = auditor("scan", cwd=tmp_path, env={"PYTHONPATH": path})
    assert (done.returncode, done.stdout) == (130, "")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_file_whose_writing_is_interrupted_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    path = tmp_path / "kept"
    write_atomically(path, "before")

    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else ConfigError):
        write_atomically(path, "after")
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    assert path.read_text("utf-8") == "before"


def test_a_file_is_written_with_the_usual_permissions(tmp_path: Path) -> None:
    write_atomically(tmp_path / "ours", "x")
    (tmp_path / "usual").write_text("x", "utf-8")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def _left_over(root: Path) -> list[str]:
    """Return temporary files of ours that nobody took away."""
    every = (one.relative_to(root).as_posix() for one in root.rglob(".*.*"))
    return [one for one in every if not one.startswith(".git/")]
