"""Processes that are ended by a signal: what is delivered, and that they end as they would have."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.tracking import endings

ROOT = str(Path(__file__).parents[2])


class Script:
    """A Python process that says when it is ready, and what it delivered."""

    def __init__(self, directory: Path, code: str, **environment: str) -> None:
        given = {"AUDITOR_APP": "script", "AUDITOR_SINK": f"file://{directory}/usage", "PYTHONPATH": ROOT}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], env=os.environ | given | environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def wait_for(self, line: str) -> None:
        assert self.process.stdout is not None
        for found in self.process.stdout:
            if found.strip() == line:
                return
        pytest.fail(f"no {line!r}: {self.process.stderr.read() if self.process.stderr else ''}")

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; return the exit status and what was complained about."""
        self.process.send_signal(how)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@pytest.fixture
def script(tmp_path: Path) -> Iterator[Any]:
    running: list[Script] = []

    def start(code: str, **environment: str) -> Script:
        running.append(Script(tmp_path, code, **environment))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


def components(records: list[dict[str, Any]]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for record in records:
        for fields in record.get("components", {}).values():
            for name, count in fields.items():
                totals[name] = totals.get(name, 0) + count
    return totals


WAITING = """
import threading, time
from auditor.tracking import component
with component("export"): pass
print("ready", flush=True)
time.sleep(60)
"""


def test_a_script_delivers_and_dies_by_the_same_signal(script: Any, tmp_path: Path, records: Any) -> None:
    waiting = script(WAITING)
    waiting.wait_for("ready")
    assert waiting.end() == (-signal.SIGTERM, "")
    found = records(tmp_path / "usage")
    assert components(found) == {"export": 1}
    assert [record for record in found if record["kind"] == "flush"][-1]["closed"]


def test_what_another_thread_started_is_delivered_too(script: Any, tmp_path: Path, records: Any) -> None:
    serving = script("""
import threading, time
from auditor.tracking import switch, shared
counters = shared.of(switch.settings())  # as while an application is imported
def serve():
    counters.watch("calls")
    for number in range(50):
        counters.add("components", "export")
    print("ready", flush=True)
    time.sleep(60)
threading.Thread(target=serve, daemon=True).start()
time.sleep(60)
""")
    serving.wait_for("ready")
    minute = int(time.time()) // 60
    assert serving.end() == (-signal.SIGTERM, "")
    found = records(tmp_path / "usage")
    assert components(found) == {"export": 50}
    flushes = [record for record in found if record["kind"] == "flush"]
    assert minute not in {one for record in flushes for one in record["minutes"]}, "a thread could still count"
    assert not flushes[-1]["closed"]


@pytest.mark.parametrize(
    "handler",
    ["lambda *_: (os.write(1, b'theirs'), sys.exit(3))", "signal.SIG_IGN"],
)
def test_a_handler_that_somebody_set_stays_in_charge(script: Any, tmp_path: Path, records: Any, handler: str) -> None:
    waiting = script(f"""
import os, signal, sys, time
signal.signal(signal.SIGTERM, {handler})
mine = signal.getsignal(signal.SIGTERM)
from auditor.tracking import component
with component("export"): pass
assert signal.getsignal(signal.SIGTERM) is mine
print("ready", flush=True)
time.sleep(0.5)
""")
    waiting.wait_for("ready")
    status, errors = waiting.end()
    assert (status, errors) == (3 if "theirs" in handler else 0, "")
    assert components(records(tmp_path / "usage")) == {"export": 1}


def test_a_signal_amid_a_count_neither_hangs_nor_loses(script: Any, tmp_path: Path, records: Any) -> None:
    counting = script("""
import os
from auditor.tracking import component
part = component("export")
total = 0
while True:
    with part:
        total += 1
    if total % 1000 == 0:
        with open(os.environ["SEEN"], "a") as seen:
            seen.write(f"{total}\\n")
    if total == 1000:
        print("ready", flush=True)
""", SEEN=str(tmp_path / "seen"))  # fmt: skip
    counting.wait_for("ready")
    begin = time.monotonic()
    assert counting.end() == (-signal.SIGTERM, "")
    assert time.monotonic() - begin < 10
    seen = int((tmp_path / "seen").read_text().split()[-1])
    assert components(records(tmp_path / "usage"))["export"] >= seen


def test_a_sink_that_hangs_holds_the_end_back_for_two_seconds_at_most(script: Any, redis_server: Any) -> None:
    waiting = script(WAITING, AUDITOR_SINK=redis_server.url)
    waiting.wait_for("ready")
    redis_server.process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    status, _ = waiting.end()
    took = time.monotonic() - begin
    redis_server.process.send_signal(signal.SIGCONT)
    assert status == -signal.SIGTERM
    assert took < 8, "two seconds, and what a loaded machine adds"


def test_a_forked_child_that_is_terminated_ends_by_the_signal(script: Any, tmp_path: Path, records: Any) -> None:
    parent = script("""
import multiprocessing, sys, time
from auditor.tracking import component
def work(ready):
    with component("child"): pass
    ready.set()
    time.sleep(60)
with component("parent"): pass
context = multiprocessing.get_context("fork")
ready = context.Event()
child = context.Process(target=work, args=(ready,))
child.start()
ready.wait()
child.terminate()
child.join()
print(f"ended {child.exitcode}", flush=True)
time.sleep(60)
""")
    parent.wait_for("ended -15")
    parent.end()
    assert components(records(tmp_path / "usage")) == {"parent": 1, "child": 1}


def test_signals_below_python_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """uWSGI handles SIGTERM in C; to Python it looks as if nobody did."""
    before = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        monkeypatch.setitem(sys.modules, "uwsgi", sys)
        endings.prepare(lambda closing: None)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGTERM, before)
