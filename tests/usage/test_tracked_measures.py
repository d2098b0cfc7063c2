"""Durations, users and outcomes that the tracker stores are what its readers give; what is foreign is left out."""

import json
import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import redis

from auditor.model.usage import UsageSample
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.tracking.delta import Delta
from auditor.tracking.sinks import open_sink
from auditor.tracking.sketches import UserSketch
from auditor.usage import user_sketches
from auditor.usage.file_counters import FileCounters
from auditor.usage.redis_counters import RedisCounters
from auditor.usage.user_sketches import is_sketch
from tests.redis_deployments import RedisServer

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
WINDOW = Window.last_days(2, NOW)
TODAY = NOW.date()
USERS = "GET /users/{id}"
REMIND = "shop.tasks.remind"


def sketch(*users: str, day: date = TODAY) -> UserSketch:
    made = UserSketch()
    for user in users:
        made.add(user, "shop", day)
    return made


def delta(instance: int, *users: str) -> Delta:
    took = {layout.duration_field("calls", USERS, 30): 2, layout.duration_field("calls", USERS, "sum"): 40}
    ran = {layout.duration_field("tasks", REMIND, 145): 3, layout.duration_field("tasks", REMIND, "sum"): 3_000_000}
    ended = {layout.outcome_field("tasks", REMIND, outcome): 1 for outcome in ("failed", "timed_out", "retried")}
    return Delta(
        at=NOW.timestamp() - instance,
        version="3f9c",
        sequence=1,
        counts={
            "calls": {TODAY: {layout.call_field(USERS, "2xx"): 5, layout.call_field(USERS, "4xx"): 1}},
            "tasks": {TODAY: {REMIND: 9}},
            "functions": {TODAY: {"shop.api:get_user": 1}},
            "outcomes": {TODAY: ended},
            "durations": {TODAY: took | ran},
        },
        users={TODAY: {USERS: sketch(*users)}},
    )


def samples(kind: str, url: str) -> dict[str, UsageSample]:
    source = RedisCounters("live", url, "shop") if kind == "redis" else FileCounters("live", url, "shop")
    found = source.collect(WINDOW)
    assert found.problem is None
    assert not [note for note in found.notes if "left out" in note]
    return {sample.key: sample for sample in found.samples}


@pytest.mark.parametrize("kind", ["redis", "file"])
def test_what_a_sink_stores_of_durations_users_and_outcomes_is_read(kind: str, tmp_path: Path, redis_url: str) -> None:
    url = redis_url if kind == "redis" else tmp_path.as_uri()
    sink = open_sink(url, "shop", instance="web-1")
    sink.write(delta(1, "anna", "bob"))
    sink.close()
    found = samples(kind, url)
    users, remind = found[USERS], found[REMIND]
    assert users.durations is not None and remind.durations is not None
    assert (dict(users.durations.buckets), users.durations.total) == ({30: 2}, 40)
    assert (users.succeeded, users.errors, users.timed_out) == (5, 0, 0), "a 4xx neither succeeded nor failed"
    assert users.users == sketch("anna", "bob").redis_value()
    assert (remind.succeeded, remind.errors, remind.timed_out) == (6, 2, 1), "three of nine ended otherwise"
    assert remind.durations.quantile(0.5) == pytest.approx(1e6, rel=0.06)
    assert found["shop.api:get_user"].succeeded == 0, "nobody says how a function ended"


def test_users_of_two_processes_are_one_set(tmp_path: Path, redis_url: str) -> None:
    for url in (redis_url, tmp_path.as_uri()):
        for number, users in enumerate((("anna", "bob"), ("bob", "carl")), 1):
            sink = open_sink(url, "shop", instance=f"web-{number}")
            sink.write(delta(number, *users))
            sink.close()
    (merged,) = (one.users for key, one in samples("redis", redis_url).items() if key == USERS)
    client = redis.Redis.from_url(redis_url)
    client.set("merged", merged)
    assert client.pfcount("merged") == 3
    client.close()
    files = FileCounters("live", tmp_path.as_uri(), "shop").collect(WINDOW).samples
    assert sorted(one.origin.rpartition("-")[0] for one in files if one.users) == ["web-1", "web-2"]


def test_what_is_no_measure_of_a_tracker_is_left_out_and_said(redis_url: str, tmp_path: Path) -> None:
    client = redis.Redis.from_url(redis_url)
    client.hset(layout.counts_key("shop", "calls", TODAY), f"{USERS} 2xx", 5)
    client.hset(layout.counts_key("shop", "calls", TODAY), "GET /x 2xx", 1)
    client.hset(layout.counts_key("shop", "calls", TODAY), "GET /y 2xx", 1)
    garbage = ["calls 1 ", "calls -4 GET /x", "calls ２ GET /x", "calls 999 GET /x", "stairs 3 GET /x", "calls"]
    client.hset(layout.counts_key("shop", "durations", TODAY), mapping=dict.fromkeys(garbage, 1))
    client.set(layout.users_key("shop", TODAY, USERS), "HYLL\x01\0\0\0 anna@example.org, bob@example.org")
    client.hset(layout.users_key("shop", TODAY, "GET /x"), "a", 1)
    client.set(layout.users_key("shop", TODAY, "GET /y"), b"x" * 100_000)
    found = RedisCounters("live", redis_url, "shop").collect(WINDOW)
    client.close()
    assert found.problem is None
    assert {(one.key, one.count, one.users, one.durations) for one in found.samples} == {
        (USERS, 5, b"", None), ("GET /x", 1, b"", None), ("GET /y", 1, b"", None),
    }  # fmt: skip
    assert f"{len(garbage)} fields were not written by a tracker and were left out" in found.notes
    assert "3 keys of users hold something else than a tracker's sketch and were left out" in found.notes
    line = {"v": 1, "kind": "flush", "at": NOW.timestamp(), "users": {str(TODAY): {USERS: [[1, 99]]}}}
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "a.jsonl").write_text(json.dumps(line) + "\n")
    files = FileCounters("live", tmp_path.as_uri(), "shop").collect(WINDOW)
    assert files.samples == ()
    assert "1 sketches of users were not written by a tracker and were left out" in files.notes


def test_a_reader_that_may_not_read_users_says_so_and_reads_the_rest(redis_server: RedisServer) -> None:
    allowed = "+get +exists +hgetall +info +scan +ping +select"
    client = redis.Redis.from_url(redis_server.url)
    client.execute_command("ACL", "SETUSER", "old", "on", ">secret", "~{auditor:shop}:*", "-@all", *allowed.split())
    client.hset(layout.counts_key("shop", "calls", TODAY), f"{USERS} 2xx", 5)
    client.set(layout.users_key("shop", TODAY, USERS), sketch("anna").redis_value())
    found = RedisCounters("live", f"redis://old:secret@127.0.0.1:{redis_server.port}/0", "shop").collect(WINDOW)
    client.close()
    assert found.problem is None and [(one.count, one.users) for one in found.samples] == [(5, b"")]
    assert any("allow the user +strlen" in note for note in found.notes)


def test_more_sketches_than_fit_are_left_out_and_said(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_sketches, "_MOST_BYTES", 100)
    client = redis.Redis.from_url(redis_url)
    for number in range(9):
        client.hset(layout.counts_key("shop", "calls", TODAY), f"GET /{number} 2xx", 5)
        client.set(layout.users_key("shop", TODAY, f"GET /{number}"), sketch("anna").redis_value())
    found = RedisCounters("live", redis_url, "shop").collect(WINDOW)
    client.close()
    assert found.problem is None and {one.count for one in found.samples} == {5}
    with_users = sum(bool(one.users) for one in found.samples)
    assert 0 < with_users < 9
    assert any(note.startswith(f"{9 - with_users} sketches of users were left out") for note in found.notes)


def test_a_sketch_is_told_from_other_strings() -> None:
    for many in (1, 30, 3000):
        value = sketch(*(f"user {number}" for number in range(many))).redis_value()
        assert is_sketch(value)
        assert not is_sketch(value[:-1])
    assert not is_sketch(b"") and not is_sketch(b"HYLL") and not is_sketch(b"HYLL\x02" + b"\0" * 400)
    dice = random.Random(1)
    assert not any(is_sketch(b"HYLL\x01" + dice.randbytes(40)) for _ in range(200))
