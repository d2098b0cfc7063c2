import json
import os
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from auditor.tracking.counters import Counters
from auditor.tracking.sinks import open_sink

TODAY = date(2026, 11, 21)


class Owner:
    """Whose routes never change."""

    def refresh(self) -> None: ...


@pytest.fixture
def counters(memory: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Counters:
    made = Counters(lambda: memory, version="v1", clock=clock, max_keys=3)
    monkeypatch.setattr(made, "_run", lambda: None)  # the tests flush by hand
    made.watch("calls")
    return made


def test_counts_last_seen_and_version_travel_in_one_delta(counters: Counters, memory: Any, clock: Any) -> None:
    counters.add("calls", "GET /a 2xx", "GET /a")
    clock.advance(2)
    counters.add("calls", "GET /a 2xx", "GET /a")
    counters.add("components", "export")
    assert counters.flush()
    (delta,) = memory.deltas
    assert delta.counts == {"calls": {TODAY: {"GET /a 2xx": 2}}, "components": {TODAY: {"export": 1}}}
    assert delta.last == {"GET /a": clock(), "export": clock()}
    assert (delta.version, delta.sequence, delta.lost, delta.minutes) == ("v1", 1, {}, ())


def test_counts_belong_to_the_utc_day_on_which_they_happened(counters: Counters, memory: Any, clock: Any) -> None:
    clock.advance(12 * 3600 - 1)
    counters.add("calls", "k", "k")
    clock.advance(1)
    counters.add("calls", "k", "k")
    counters.flush()
    assert memory.deltas[0].counts["calls"] == {TODAY: {"k": 1}, date(2026, 11, 22): {"k": 1}}


def test_an_idle_application_proves_its_minutes_and_writes_no_more_than_that(
    counters: Counters, memory: Any, clock: Any
) -> None:
    for _ in range(12 * 5 + 1):
        counters.flush()
        clock.advance(5)
    first = int(clock() - 305) // 60
    assert memory.minutes() == list(range(first, first + 5))
    assert len(memory.deltas) == 6


def test_a_process_that_does_not_see_the_requests_proves_no_minute(memory: Any, clock: Any) -> None:
    counters = Counters(lambda: memory, clock=clock)
    for _ in range(60):
        counters.add("components", "export")
        counters.flush()
        clock.advance(5)
    counters.flush(closing=True)
    assert memory.total("components", "export") == 60
    assert memory.minutes() == []


def test_an_outage_is_bridged_without_loss_and_without_counting_twice(
    counters: Counters, memory: Any, clock: Any, tracker_log: Any
) -> None:
    start = int(clock()) // 60
    memory.away = True
    for _ in range(240):
        counters.add("calls", "k", "k")
        assert not counters.flush()
        clock.advance(5)
    assert len(tracker_log.messages) == 1
    memory.away = False
    assert counters.flush()
    assert memory.total("calls", "k") == 240
    assert memory.minutes() == list(range(start, start + 20))
    assert [delta.sequence for delta in memory.deltas] == [1, 2]
    assert "delivered again" in tracker_log.messages[-1]
    assert len(tracker_log.messages) == 2


def test_a_delta_whose_fate_is_unknown_is_written_again_unchanged(counters: Counters, memory: Any) -> None:
    written = []
    original = memory.write

    def reply_lost(delta: Any) -> None:
        written.append(delta)
        memory.away = len(written) == 1
        original(delta)

    memory.write = reply_lost
    counters.add("calls", "k", "k")
    counters.flush()
    counters.add("calls", "k", "k")
    counters.flush()
    assert written[0] is written[1]
    assert [delta.counts["calls"][TODAY] for delta in written[1:]] == [{"k": 1}, {"k": 1}]


def test_what_does_not_fit_is_lost_and_said(counters: Counters, memory: Any) -> None:
    for number in range(5):
        counters.add("components", f"name-{number}")
        counters.add("components", "name-0")
    counters.flush()
    (delta,) = memory.deltas
    assert set(delta.counts["components"][TODAY]) == {"name-0", "name-1", "name-2"}
    assert delta.lost == {TODAY: 2}
    assert memory.total("components", "name-0") == 6
    assert len(delta.last) == 3
    counters.add("components", "name-9")
    counters.flush()
    assert memory.total("components", "name-9") == 1


def test_counts_older_than_the_retention_are_given_up_as_lost(memory: Any, clock: Any) -> None:
    counters = Counters(lambda: memory, clock=clock, retention_days=2)
    memory.away = True
    counters.flush()  # the first delta, a heartbeat, waits
    counters.add("calls", "k", "k")
    clock.advance(4 * 86400)
    counters.flush()
    memory.away = False
    counters.flush()
    assert memory.total("calls", "k") == 0
    assert memory.deltas[-1].lost == {TODAY: 1}


def test_a_delta_that_no_sink_will_ever_take_is_lost_and_blocks_nothing(counters: Counters, memory: Any) -> None:
    memory.error = UnicodeError("never")
    counters.add("calls", "k", "k")
    assert not counters.flush()
    memory.error = None
    counters.add("calls", "k", "k")
    assert counters.flush()
    assert memory.total("calls", "k") == 1
    assert memory.deltas[-1].lost == {TODAY: 1}


def test_names_no_store_could_hold_are_made_storable(counters: Counters, memory: Any) -> None:
    counters.add("components", "bad\udc80" + "x" * 10_000)
    counters.flush()
    (name,) = memory.deltas[0].counts["components"][TODAY]
    assert name.encode("utf-8").startswith(b"bad\\udc80")
    assert len(name) < 600


def test_routes_are_published_at_once_daily_and_when_they_change(counters: Counters, memory: Any, clock: Any) -> None:
    owner, other = Owner(), Owner()
    counters.publish(owner, {"GET /a": {"handler": "m:a"}})
    counters.flush()
    counters.flush()
    assert len(memory.published) == 1
    assert memory.published[0]["version"] == "v1"
    assert memory.published[0]["routes"]["GET /a"]["first"] == clock()
    clock.advance(86400)
    counters.flush()
    assert len(memory.published) == 2
    counters.publish(owner, {"GET /b": {"handler": "m:b"}})
    counters.publish(other, {"GET /c": {"handler": "m:c"}})
    memory.away = True
    counters.flush()
    memory.away = False
    counters.flush()
    assert set(memory.published[2]["routes"]) == {"GET /b", "GET /c"}


def test_switching_off_stops_the_watch(
    counters: Counters, memory: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = int(clock()) // 60
    for second in range(0, 600, 5):
        monkeypatch.setenv("AUDITOR_TRACKING", "off" if 125 <= second < 300 else "on")
        counters.flush()
        clock.advance(5)
    counters.flush()
    assert memory.minutes() == [start, start + 1, *range(start + 6, start + 10)]


def test_an_orderly_end_delivers_the_last_minute_and_says_so(counters: Counters, memory: Any, clock: Any) -> None:
    counters.add("calls", "k", "k")
    counters.flush(closing=True)
    assert memory.deltas[-1].closing
    assert memory.minutes() == [int(clock()) // 60]


def test_threads_count_exactly(memory: Any) -> None:
    counters = Counters(lambda: memory, flush_interval=0.01)
    counters.start()

    def work() -> None:
        for _ in range(5000):
            counters.add("calls", "k", "k")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counters.close()
    assert memory.total("calls", "k") == 20_000
    assert memory.deltas[-1].closing
    assert memory.closed
    assert [delta.sequence for delta in memory.deltas] == list(range(1, len(memory.deltas) + 1))


def test_one_thread_flushes(memory: Any) -> None:
    counters = Counters(lambda: memory, flush_interval=60)
    for _ in range(3):
        counters.start()
    assert sum(thread.name == "auditor-tracking" for thread in threading.enumerate()) == 1
    assert next(t for t in threading.enumerate() if t.name == "auditor-tracking").daemon
    counters.close()


def test_a_use_while_the_thread_is_being_started_holds_nobody_up(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    counters = Counters(lambda: memory)
    start = threading.Thread.start

    def finalized(thread: threading.Thread) -> None:
        """Start a thread in which, before it says that it has started, a finalizer uses something."""
        monkeypatch.undo()
        finalizer = threading.Thread(target=lambda: (counters.start(), counters.add("components", "export")))
        finalizer.start()
        finalizer.join(10)
        assert not finalizer.is_alive()
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", finalized)
    counters.start()
    counters.close()
    assert memory.total("components", "export") == 1


def test_routes_that_cannot_be_read_cost_no_counts(counters: Counters, memory: Any, tracker_log: Any) -> None:
    class Broken(Owner):
        def refresh(self) -> None:
            raise RuntimeError("routes")

    broken = Broken()
    counters.publish(broken, {"GET /a": {"handler": "m:a"}})
    counters.add("calls", "k", "k")
    assert counters.flush()
    assert counters.flush()
    assert memory.total("calls", "k") == 1
    assert len(tracker_log.messages) == 1


def test_a_forked_child_starts_empty_under_its_own_name(tmp_path: Path) -> None:
    counters = Counters(lambda: open_sink(f"file://{tmp_path}", "app"), flush_interval=60)
    counters.start()
    time.sleep(0.2)
    counters.add("calls", "parent", "parent")
    with counters._lock:  # as another thread would at a bad moment
        child = os.fork()
    if child == 0:
        try:
            counters.start()
            counters.add("calls", "child", "child")
            counters.close()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    counters.close()
    names = {}
    for file in (tmp_path / "app").iterdir():
        calls = [json.loads(line)["calls"] for line in file.read_text().splitlines()]
        names[file.name] = {name for days in calls for fields in days.values() for name in fields}
    assert sorted(names.values(), key=sorted) == [{"child"}, {"parent"}]
