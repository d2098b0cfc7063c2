"""Workers: every part answered once, whoever dies; nobody left behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from auditor.analysis.extraction import workers
from auditor.analysis.extraction.extract_all import _parts

PARTS = [[number] * 3 for number in range(20)]


def twice(part: list[int]) -> bytes:
    return bytes(2 * one for one in part)


def dies(part: list[int]) -> bytes:
    if part[0] in (3, 7):
        os.kill(os.getpid(), signal.SIGKILL)
    return twice(part)


def large(part: list[int]) -> bytes:
    return bytes(part) * 1_000_000


@pytest.mark.parametrize("jobs", [1, 2, 5, 50])
def test_every_part_is_answered_once(jobs: int) -> None:
    found = dict(workers.answers(PARTS, twice, jobs))
    assert [found[number] for number in range(20)] == [twice(part) for part in PARTS]
    assert not multiprocessing.active_children()


def test_answers_larger_than_a_pipe_holds() -> None:
    assert sum(len(one) for _, one in workers.answers(PARTS, large, 2)) == 60_000_000


def test_where_threads_forbid_a_fork() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert dict(workers.answers(PARTS[:4], twice, 2)) == {number: twice(PARTS[number]) for number in range(4)}
    finally:
        done.set()
        thread.join()


def test_what_a_dead_worker_had_is_left_out() -> None:
    found = dict(workers.answers(PARTS, dies, 2))
    assert {3, 7}.isdisjoint(found)
    assert all(one == twice(PARTS[number]) for number, one in found.items())
    assert not multiprocessing.active_children()


def test_no_process_may_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert dict(workers.answers(PARTS, twice, 2)) == {}


def test_a_caller_that_stops_leaves_nobody_behind() -> None:
    found = workers.answers(PARTS, twice, 3)
    next(found)
    found.close()
    assert not multiprocessing.active_children()


_ASKS = """
import sys, time
from auditor.analysis.extraction import workers
def slow(part):
    print("at work", flush=True)
    time.sleep(60)
    return b""
list(workers.answers([1, 2, 3], slow, 2))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_who_asked(number: signal.Signals, tmp_path: Path) -> None:
    """A killed one cannot end them; they end when they see that nobody listens, at the end of their part."""
    script = tmp_path / "asks.py"
    script.write_text(_ASKS.replace("60", "1" if number is signal.SIGKILL else "60"))
    started = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout is not None
    started.stdout.readline()
    begun = time.monotonic()
    started.send_signal(number)
    _, complained = started.communicate(timeout=30)  # returns once nobody holds the pipes any more
    assert time.monotonic() - begun < 15
    assert complained.count(b"Traceback") == (number is signal.SIGINT)


def test_parts_are_balanced_and_hold_every_file() -> None:
    sizes = [10, 900_000, 5, 70_000, 40_000, 0, 200_000, *[3000] * 500]
    parts = _parts(sizes, 2)
    assert sorted(number for part in parts for number in part) == list(range(len(sizes)))
    assert parts[0] == [1]
    totals = [sum(sizes[number] for number in part) for part in parts[1:]]
    assert max(totals) <= 250_000
    assert len(parts) >= 8
