"""What may be counted besides calls, and who may count: signals' handlers, forks that Python does not see."""

import os
import signal
import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import redis

from auditor.tracking import hooks, layout, registered, shared
from auditor.tracking.counters import Counters
from auditor.tracking.counts import Counts
from auditor.tracking.sinks import open_sink

TODAY = date(2026, 11, 21)


@pytest.fixture
def counters(memory: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Counters:
    made = Counters(lambda: memory, app="shop", clock=clock, max_keys=3)
    monkeypatch.setattr(made, "_run", lambda: None)  # the tests flush by hand
    return made


def test_outcomes_and_durations_stand_beside_uses_and_are_never_lost_counts(counters: Counters, memory: Any) -> None:
    counters.add("tasks", "shop.mail")
    counters.took("tasks", "shop.mail", 0.25)
    counters.took("tasks", "shop.mail", 0.25)
    for number in range(5):
        counters.beside("outcomes", layout.outcome_field("tasks", f"t{number}", "failed"))
    counters.flush()
    (delta,) = memory.deltas
    bucket = layout.duration_bucket(0.25)
    assert delta.counts["durations"] == {TODAY: {f"tasks {bucket} shop.mail": 2, "tasks sum shop.mail": 500_000}}
    assert delta.counts["outcomes"] == {TODAY: {"tasks failed t0": 1}}
    assert delta.counts["tasks"] == {TODAY: {"shop.mail": 1}}
    assert (delta.lost, delta.counted(), set(delta.last)) == ({}, {TODAY: 1}, {"shop.mail"})


@pytest.mark.parametrize("seconds", [1e-6, 0.0004, 0.25, 3.0, 86_400.0])
def test_a_bucket_stands_for_its_durations_within_five_percent(seconds: float) -> None:
    assert layout.bucket_seconds(layout.duration_bucket(seconds)) == pytest.approx(seconds, rel=0.05)
    assert layout.duration_bucket(0.0) == layout.duration_bucket(-1.0) == 0


def test_fields_are_taken_apart_as_they_were_put_together() -> None:
    field = layout.outcome_field("commands", "shop users import", "failed")
    assert layout.split_outcome_field(field) == ("commands", "shop users import", "failed")


def test_requests_of_monitors_are_no_last_use_but_are_lost_when_they_do_not_fit(
    counters: Counters, memory: Any
) -> None:
    for number in range(4):
        counters.add("probes", f"GET /{number} 2xx", "")
    counters.flush()
    (delta,) = memory.deltas
    assert (delta.last, delta.lost) == ({}, {TODAY: 1})
    assert sum(delta.counts["probes"][TODAY].values()) == 3


def test_each_kind_proves_its_own_minutes(counters: Counters, memory: Any, clock: Any) -> None:
    first = int(clock() // 60)
    counters.watch("tasks")
    for _ in range(24):
        counters.flush()
        clock.advance(5)
    counters.watch("calls")
    for _ in range(25):
        counters.flush()
        clock.advance(5)
    counters.unwatch("tasks")
    clock.advance(60)
    counters.flush()
    assert memory.minutes() == [first + 2, first + 3, first + 4]
    tasks = [minute for delta in memory.deltas for minute in delta.watched.get("tasks", ())]
    assert tasks == [first, first + 1, first + 2, first + 3]


def test_a_handler_that_counts_amid_a_count_neither_blocks_nor_loses(
    counters: Counters, memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Counts._count
    interrupted = []

    def interrupting(self: Counts, *arguments: Any) -> None:
        if not interrupted:
            interrupted.append(True)
            signal.raise_signal(signal.SIGUSR1)  # Python runs the handler at the next chance: here, under the lock
        original(self, *arguments)

    monkeypatch.setattr(Counts, "_count", interrupting)
    before = signal.signal(signal.SIGUSR1, lambda *_: counters.add("components", "handler"))
    try:
        counters.add("components", "block")
    finally:
        signal.signal(signal.SIGUSR1, before)
    counters.flush()
    assert interrupted
    assert memory.deltas[0].counts["components"] == {TODAY: {"block": 1, "handler": 1}}


def test_a_child_that_was_forked_behind_pythons_back_counts_only_its_own(
    memory: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    counters = Counters(lambda: memory, clock=clock)
    counters.add("components", "parent")
    own = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: own + 1)
    counters.add("components", "child")
    counters.flush()
    assert memory.deltas[0].counts["components"] == {TODAY: {"child": 1}}


def test_what_exists_is_published_where_only_others_are_used(counters: Counters, memory: Any, clock: Any) -> None:
    counters.flush()
    assert memory.published == []
    hooks.register("tasks", "shop.mail", test_what_exists_is_published_where_only_others_are_used)
    counters.flush()
    counters.flush()
    (published,) = memory.published
    record = published["registered"]["tasks shop.mail"]
    assert record["handler"] == f"{__name__}:test_what_exists_is_published_where_only_others_are_used"
    assert record["file"] == __file__
    assert record["first"] == record["last"] == clock()
    hooks.register("components", "export", Counters)
    counters.flush()
    assert set(memory.published[-1]["registered"]) == {"tasks shop.mail", "components export"}


def test_redis_holds_all_of_it(redis_url: str) -> None:
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    registered.register("tasks", "shop.mail", Counters)
    counters = Counters(lambda: open_sink(redis_url, "shop"), app="shop")
    counters._watch("tasks")
    for number in range(200):
        counters.saw("GET /a", f"user-{number % 100}")
    counters.add("bots", "GET /a 2xx", "")
    counters.took("calls", "GET /a", 0.01)
    assert counters.flush(closing=True)
    for number in range(90, 120):
        counters.saw("GET /a", f"user-{number}")
    assert counters.flush()
    today = next(iter(client.scan_iter("*:bots:*"))).rpartition(":")[2]
    day = date.fromisoformat(today)
    assert client.pfcount(layout.users_key("shop", day, "GET /a")) == pytest.approx(120, abs=3)
    assert client.hgetall(layout.counts_key("shop", "bots", day)) == {"GET /a 2xx": "1"}
    assert client.hget(layout.counts_key("shop", "durations", day), "calls sum GET /a") == "10000"
    assert client.bitcount(layout.watched_key("shop", day, "tasks")) >= 1
    assert not client.exists(layout.watched_key("shop", day))
    assert client.hkeys(layout.registered_key("shop")) == ["tasks shop.mail"]
    assert not [key for key in client.scan_iter("*merging*")]
    assert all(client.ttl(key) > 0 for key in client.scan_iter("*"))


def test_a_file_holds_all_of_it(tmp_path: Path, records: Any) -> None:
    counters = Counters(lambda: open_sink(f"file://{tmp_path}", "shop"), app="shop")
    counters._watch("tasks")
    counters.saw("GET /a", "ada")
    counters.add("bots", "GET /a 2xx", "")
    assert counters.flush(closing=True)
    (record,) = records(tmp_path)
    assert list(record["bots"].values()) == [{"GET /a 2xx": 1}]
    assert len(record["watched"]["tasks"]) == 1
    ((register, rank),) = next(iter(record["users"].values()))["GET /a"]
    assert 0 <= register < 2**14
    assert rank >= 1
    assert "ada" not in next(tmp_path.rglob("*.jsonl")).read_text()


def test_a_use_is_never_behind_the_mark_of_its_minute(memory: Any, clock: Any) -> None:
    """The thread that counts is held up after it has looked at the clock, while another one delivers."""
    held_up = threading.Event()

    def slow_clock() -> float:
        now: float = clock()
        if threading.current_thread().name == "counting":
            held_up.set()
            threading.Event().wait(0.2)
        return now

    counters = Counters(lambda: memory, clock=slow_clock)
    counters._watch("calls")
    counting = threading.Thread(target=counters.add, args=("calls", "k 2xx", "k"), name="counting")
    counting.start()
    assert held_up.wait(10)
    clock.advance(60)
    counters.flush()
    counting.join()
    counters.flush()
    assert next(delta for delta in memory.deltas if delta.minutes).counts, "the minute is marked before its use comes"


def test_a_mistake_of_a_hook_is_a_lost_use_and_names_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: Any, tracker_log: Any
) -> None:
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")
    monkeypatch.setenv("AUDITOR_APP", "shop")

    def broken(*_: object) -> None:
        raise KeyError("alice@example.com")

    with monkeypatch.context() as patch:
        patch.setattr(Counters, "add", broken)
        hooks.count("tasks", "shop.mail")
        with hooks.counting:
            broken()
    shared.close_all()
    assert sum(count for record in records(tmp_path) for count in record.get("lost", {}).values()) == 2
    assert len(tracker_log.messages) == 1
    assert "alice" not in tracker_log.text
    assert f"KeyError at {__file__}:" in tracker_log.messages[0]


def test_early_uses_that_do_not_fit_are_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: Any) -> None:
    for _ in range(1003):
        hooks.count("components", "early")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")
    monkeypatch.setenv("AUDITOR_APP", "shop")
    hooks.count("components", "late")
    shared.close_all()
    found = records(tmp_path)
    assert sum(count for record in found for count in record.get("lost", {}).values()) == 3
    used = [fields for record in found for fields in record.get("components", {}).values()]
    assert sum(fields.get("early", 0) for fields in used) == 1000
    assert sum(fields.get("late", 0) for fields in used) == 1
