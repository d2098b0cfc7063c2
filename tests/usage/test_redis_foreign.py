"""Counters that other programs keep, read from a real Redis: what they prove, and every sickness as a value."""

import socket
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import redis

from auditor.config import SourceConfig
from auditor.model.usage import Collection, UsageSample
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage import redis_foreign_counters, redis_node
from auditor.usage.redis_foreign import RedisForeign
from tests.redis_deployments import Certificate, RedisCluster, RedisSentinels, RedisServer, TlsFront

NOW = datetime.now(UTC).replace(second=0, microsecond=0)  # a server's own time is the present that keys expire in
WINDOW = Window.last_days(14, NOW)
TODAY = NOW.date()
ROUTES = ("GET /users/me", "GET /users/{id}", "POST /pam/chat", "GET /old", "POST /old", "DELETE /users/{id:int}")
ACL = Path(__file__).parents[2] / "config" / "redis-acl.conf"
USAGE = SourceConfig(name="own", kind="redis", layout="endpoint_usage")


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    connection = redis.Redis.from_url(redis_url)
    yield connection
    connection.close()


def source(kind: str, pattern: str = "", **more: Any) -> SourceConfig:
    return msgspec.structs.replace(USAGE, layout=kind, pattern=pattern, **more)


def collect(
    url: str, configured: SourceConfig = USAGE, window: Window = WINDOW, routes: Sequence[str] = ROUTES
) -> Collection:
    return RedisForeign(configured, url, routes).collect(window)


def call(
    client: redis.Redis, endpoint: str, *moments: datetime, unit: int = 1, member: str = "{:%Y-%m-%dT%H:%M:%S.%f}"
) -> None:
    """Write calls as the program of the layout does: member is a time without zone, score the same in epoch seconds."""
    members = {member.format(moment, n=n): moment.timestamp() * unit for n, moment in enumerate(moments)}
    client.zadd(f"endpoint_usage:{endpoint}", members)


def ago(**how: float) -> datetime:
    return NOW - timedelta(**how)


def by_key(found: Collection) -> dict[tuple[str, date], UsageSample]:
    return {(sample.key, sample.day): sample for sample in found.samples}


def counts(found: Collection) -> dict[str, int]:
    totals: dict[str, int] = {}
    for one in (*found.samples, *found.totals):
        totals[one.key] = totals.get(one.key, 0) + one.count
    return totals


def watched(found: Collection) -> set[datetime]:
    return {
        datetime(*day.day.timetuple()[:3], tzinfo=UTC) + timedelta(minutes=at)
        for day in found.watched
        for at in range(1440)
        if day.bitmap[at >> 3] & (0x80 >> (at & 7))
    }


# calls with their times


def test_calls_are_counted_by_route_day_and_hour(client: redis.Redis, redis_url: str) -> None:
    at = ago(days=2).replace(hour=9, minute=0)
    call(client, "POST:/pam/chat", at, at + timedelta(seconds=1), at + timedelta(minutes=61))
    call(client, "GET:/users/42", at)
    call(client, "GET:/users/43", at + timedelta(minutes=5))
    call(client, "GET:/users/me", at)
    found = collect(redis_url)
    assert found.problem is None and not found.only_for_use
    chat = by_key(found)["POST /pam/chat", at.date()]
    assert (chat.count, chat.last_seen) == (3, at + timedelta(minutes=61))
    assert {hour: use.count for hour, use in chat.hours.items()} == {9: 2, 10: 1}
    assert counts(found) == {"POST /pam/chat": 3, "GET /users/{id}": 2, "GET /users/me": 1}
    assert watched(found) == {at, at + timedelta(minutes=61), at + timedelta(minutes=5)}


def test_ids_scanners_and_preflights_make_no_keys(client: redis.Redis, redis_url: str) -> None:
    for endpoint in (
        "GET:/wp-login.php",
        "GET:/users/42/anna@example.org",
        "OPTIONS:/pam/chat",
        "GET:/.env?key=s3cret",
    ):
        call(client, endpoint, ago(days=1))
    call(client, "GET:/old/", ago(days=1))
    found = collect(redis_url)
    assert counts(found) == {layout.UNMATCHED: 4, "GET /old": 1}
    for word in (b"anna", b"s3cret", b"wp-login", b"users/42"):
        assert word not in msgspec.json.encode(found)


def test_many_calls_are_counted_by_the_server(client: redis.Redis, redis_url: str) -> None:
    """Enough that they are neither read nor kept: counts, hours, minutes and the last time are as if they were."""
    start = ago(days=3).replace(hour=0, minute=0)
    calls = [start + timedelta(seconds=n * 7) for n in range(2_000)]  # of the first 14,000 s, each minute
    quiet = [start + timedelta(hours=20, seconds=n / 10) for n in range(300)]  # one minute only
    call(client, "POST:/pam/chat", *calls, *quiet)
    call(client, "GET:/old", *(moment + timedelta(hours=8) for moment in calls[:150]))
    found = collect(redis_url)
    chat = by_key(found)["POST /pam/chat", start.date()]
    assert chat.count == 2_300 and chat.last_seen == quiet[-1]
    assert sum(use.count for use in chat.hours.values()) == 2_300 and chat.hours[20].count == 300
    expected = {moment.replace(second=0, microsecond=0) for moment in (*calls, *quiet)}
    assert watched(found) == expected | {(m + timedelta(hours=8)).replace(second=0) for m in calls[:150]}


@pytest.mark.parametrize("unit", [1_000, 1_000_000, 1_000_000_000])
def test_scores_of_finer_units_are_told_from_seconds(client: redis.Redis, redis_url: str, unit: int) -> None:
    at = ago(days=2)
    call(client, "POST:/pam/chat", at, at - timedelta(days=3), unit=unit)
    client.zadd("endpoint_usage:POST:/pam/chat", {"before the change": ago(days=5, minutes=7).timestamp()})
    found = collect(redis_url)
    assert found.problem is None and not found.only_for_use and not found.totals
    days = {at.date(): 1, (at - timedelta(days=3)).date(): 1}
    days[ago(days=5, minutes=7).date()] = days.get(ago(days=5, minutes=7).date(), 0) + 1
    assert {day: sample.count for (_, day), sample in by_key(found).items()} == days
    assert watched(found) == {at, at - timedelta(days=3), ago(days=5, minutes=7)}


@pytest.mark.parametrize("hours", [11, -8, 5.75])
def test_a_server_outside_of_utc_is_found_out_by_its_members(client: redis.Redis, redis_url: str, hours: float) -> None:
    """`utcnow().timestamp()` takes UTC for local time: the score is off by the zone, the member is not."""
    times = [ago(days=3), ago(minutes=5)]
    members = {f"{at:%Y-%m-%dT%H:%M:%S.%f}": (at - timedelta(hours=hours)).timestamp() for at in times}
    client.zadd("endpoint_usage:POST:/pam/chat", members)
    found = collect(redis_url)
    assert found.only_for_use and found.watched == () and found.problem is None
    assert any(f"differ by {hours:+g} h" in note for note in found.notes)
    assert counts(found) == {"POST /pam/chat": 2}
    latest = max(sample.last_seen for sample in found.samples if sample.last_seen)
    assert latest == ago(minutes=5), "the times of the members: the scores are in the past, or in the future"


def test_a_zone_that_was_mended_is_forgotten_when_the_window_has_passed(client: redis.Redis, redis_url: str) -> None:
    off = timedelta(hours=11)
    call(client, "POST:/pam/chat", ago(days=1))
    for days, doubted in ((20, False), (6, True)):
        at = ago(days=days)
        client.zadd("endpoint_usage:POST:/pam/chat", {f"{at:%Y-%m-%dT%H:%M:%S}": (at - off).timestamp()})
        found = collect(redis_url)
        assert found.only_for_use is doubted and bool(found.watched) is not doubted
    many = {
        f"{ago(days=8, seconds=n):%Y-%m-%dT%H:%M:%S}": (ago(days=8, seconds=n) - off).timestamp() for n in range(200)
    }
    client.delete("endpoint_usage:POST:/pam/chat")
    client.zadd("endpoint_usage:POST:/pam/chat", many)
    call(client, "POST:/pam/chat", ago(days=1))
    assert collect(redis_url).only_for_use, "where calls are counted by the server as well"


def test_local_members_beside_right_scores_never_make_a_use_older(client: redis.Redis, redis_url: str) -> None:
    """`now().isoformat()` in a zone behind UTC, with `time.time()`: the later of the two counts."""
    at = ago(days=2)
    client.zadd("endpoint_usage:POST:/pam/chat", {f"{at - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}": at.timestamp()})
    (sample,) = collect(redis_url).samples
    assert sample.last_seen == at


def test_members_in_the_future_are_not_believed(client: redis.Redis, redis_url: str) -> None:
    """`now().isoformat()` in a zone before UTC: the later of the two cannot be."""
    at = ago(minutes=5)
    client.zadd("endpoint_usage:POST:/pam/chat", {f"{at + timedelta(hours=11):%Y-%m-%dT%H:%M:%S}": at.timestamp()})
    (sample,) = collect(redis_url).samples
    assert sample.last_seen == at


def test_times_that_cannot_be_are_uses_without_a_date(client: redis.Redis, redis_url: str) -> None:
    client.zadd("endpoint_usage:GET:/old", {"a": (NOW + timedelta(hours=7)).timestamp(), "b": 17, "c": -4})
    call(client, "POST:/pam/chat", ago(days=1))
    call(client, "GET:/old", ago(days=1), ago(days=2))
    found = collect(redis_url)
    assert [(total.key, total.count) for total in found.totals] == [("GET /old", 3)]
    assert counts(found) == {"GET /old": 5, "POST /pam/chat": 1}
    assert found.only_for_use and found.watched == ()
    assert any("3 calls are dated in the future or before 2000" in note for note in found.notes)


def test_calls_outside_of_the_window_are_not_counted(client: redis.Redis, redis_url: str) -> None:
    call(client, "POST:/pam/chat", ago(days=15), ago(days=400), ago(days=1))
    found = collect(redis_url)
    assert counts(found) == {"POST /pam/chat": 1} and found.problem is None
    past = collect(redis_url, window=Window.last_days(1, ago(days=14)))
    assert counts(past) == {"POST /pam/chat": 1}, "what was called after a window that ends in the past is no mistake"
    assert not past.only_for_use


def test_keys_that_expire_within_the_window_leave_it_unwatched(client: redis.Redis, redis_url: str) -> None:
    """A key is gone 7 days after its last call, the minutes of its calls are still there by others' calls."""
    call(client, "POST:/pam/chat", ago(days=12), ago(days=3))
    client.expire("endpoint_usage:POST:/pam/chat", timedelta(days=4))
    found = collect(redis_url)
    assert counts(found) == {"POST /pam/chat": 2}
    assert watched(found) == {ago(days=3)}
    assert any("expire after about 7 days and the window has 14" in note for note in found.notes)
    client.expire("endpoint_usage:POST:/pam/chat", timedelta(days=27))
    enough = collect(redis_url)
    assert watched(enough) == {ago(days=12), ago(days=3)} and not any("expire" in note for note in enough.notes)


def test_a_complete_source_watched_between_its_first_and_last_call(client: redis.Redis, redis_url: str) -> None:
    call(client, "POST:/pam/chat", ago(days=20), ago(hours=2))
    found = collect(redis_url, source("endpoint_usage", complete=True))
    assert max(watched(found)) == ago(hours=2)
    assert sum(day.minutes_within(WINDOW) for day in found.watched) == WINDOW.minutes - 120 + 1


def test_totals_beside_calls_say_something_only_where_no_call_is_left(client: redis.Redis, redis_url: str) -> None:
    call(client, "POST:/pam/chat", ago(days=1))
    call(client, "GET:/users/42", ago(days=30))
    for endpoint, number in {"POST:/pam/chat": 900, "GET:/users/42": 7, "GET:/old": 12}.items():
        client.set(f"endpoint_count:{endpoint}", number)
    found = collect(redis_url)
    assert counts(found) == {"POST /pam/chat": 1, "GET /old": 12}
    assert [total.key for total in found.totals] == ["GET /old"]


def test_what_is_sampled_or_names_no_method_proves_use_only(client: redis.Redis, redis_url: str) -> None:
    call(client, "POST:/pam/chat", ago(days=1))
    sampled = collect(redis_url, source("endpoint_usage", sampled=True))
    assert sampled.only_for_use and sampled.watched == () and counts(sampled) == {"POST /pam/chat": 1}
    client.zadd("calls:/old", {"x": ago(days=1).timestamp()})
    found = collect(redis_url, source("endpoint_usage", "calls:{path}"))
    assert counts(found) == {"GET /old": 1, "POST /old": 1}, "which of them was called is not known"
    assert found.only_for_use and found.watched == () and any("name no method" in note for note in found.notes)


def test_calls_of_tasks_are_counted_as_tasks(client: redis.Redis, redis_url: str) -> None:
    client.zadd("runs:shop.mail", {"x": ago(days=1).timestamp()})
    found = collect(redis_url, source("endpoint_usage", "runs:{name}", counts="task"), routes=())
    (sample,) = found.samples
    assert (sample.kind, sample.key, sample.count) == ("task", "shop.mail", 1)
    assert found.only_for_use and found.watched == ()


# counters


def test_a_counter_a_route_has_no_date(client: redis.Redis, redis_url: str) -> None:
    client.mset({"hits:GET:/users/1": 3, "hits:GET:/users/2": 4, "hits:POST:/pam/chat": 9, "hits:GET:/nothing": 5})
    client.mset({"hits:GET:/users/3": 0, "hits:GET:/users/4": "many", "hits:7:about": 7, "other:GET:/old": 1})
    found = collect(redis_url, source("counter", "hits:{method}:{path}"))
    assert {total.key: total.count for total in found.totals} == {
        "GET /users/{id}": 7, "POST /pam/chat": 9, layout.UNMATCHED: 5
    }  # fmt: skip
    assert all(total.period_days is None and total.last_seen is None for total in found.totals)
    assert found.samples == () and found.watched == () and found.only_for_use and found.problem is None
    notes = " ".join(found.notes)
    assert "without a date" in notes and "as they hold no count: 1 of" in notes
    assert "as they are not written like the pattern: 1 of" in notes


def test_hashes_and_sorted_sets_of_counts(client: redis.Redis, redis_url: str) -> None:
    client.hset("hits", mapping={"GET:/users/1": 3, "POST /pam/chat": 2, "DELETE /users/{n}": 1})
    client.zadd("top", {"GET /users/7": 5, "GET /old": 1.0})
    hashed = collect(redis_url, source("hash", "hits"))
    assert counts(hashed) == {"GET /users/{id}": 3, "POST /pam/chat": 2, "DELETE /users/{id:int}": 1}
    ranked = collect(redis_url, source("sorted_set", "top => {method} {path}"))
    assert counts(ranked) == {"GET /users/{id}": 5, "GET /old": 1}
    assert hashed.only_for_use and ranked.only_for_use


def test_a_large_hash_is_read_in_pages_and_counts_once(client: redis.Redis, redis_url: str) -> None:
    client.hset("hits", mapping={f"GET:/users/{number}": 2 for number in range(5_000)})
    client.zadd("top", {f"GET:/users/{number}": 2 for number in range(5_000)})
    assert counts(collect(redis_url, source("hash", "hits"))) == {"GET /users/{id}": 10_000}
    assert counts(collect(redis_url, source("sorted_set", "top"))) == {"GET /users/{id}": 10_000}


def test_counters_of_a_day_and_of_an_hour(client: redis.Redis, redis_url: str) -> None:
    for days, number in ((0, 1), (1, 20), (14, 300), (15, 4_000), (-1, 50_000)):
        client.set(f"hits:GET:/old:{ago(days=days):%Y%m%d}", number)
        client.set(f"hour:GET:/old:{ago(days=days).replace(hour=5):%Y-%m-%dT%H}", number)
    daily = collect(redis_url, source("daily_counter", "hits:{method}:{path}:{day:%Y%m%d}"))
    expected = {ago(days=14).date(): 300, ago(days=1).date(): 20, TODAY: 1}
    assert {sample.day: sample.count for sample in daily.samples} == expected
    assert all(not sample.hours and sample.last_seen is None for sample in daily.samples)
    assert daily.only_for_use and daily.watched == () and daily.problem is None
    assert any("nothing tells in which minutes it was counting" in note for note in daily.notes)
    hourly = collect(redis_url, source("hourly_counter", "hour:{method}:{path}:{hour}"))
    assert {sample.day: sample.count for sample in hourly.samples} == expected
    assert all(set(sample.hours) == {5} and sample.hours[5].count == sample.count for sample in hourly.samples)


def test_a_hash_a_day_needs_no_search(client: redis.Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    client.hset(f"hits:{TODAY}", mapping={"shop.mail": 2, "shop.export": "3", "bad\nname": 4, "x" * 300: 5})
    client.hset(f"hits:{ago(days=3).date()}", mapping={"shop.mail": 7})
    monkeypatch.setattr(redis_node.RedisNode, "_found", None)
    found = collect(redis_url, source("daily_hash", "hits:{day}", counts="task"), routes=())
    assert {(sample.key, sample.day): sample.count for sample in found.samples} == {
        ("shop.mail", TODAY): 2, ("shop.export", TODAY): 3, ("shop.mail", ago(days=3).date()): 7
    }  # fmt: skip
    assert any("as they name nothing that can be told: 2 of" in note for note in found.notes)


def test_days_of_another_zone_count_where_most_of_them_lies(client: redis.Redis, redis_url: str) -> None:
    day = ago(days=5).date()
    client.hset(f"hits:{day}", "shop.mail", 1)
    client.set(f"hour:{day}T03:shop.mail", 1)
    daily = {
        zone: collect(redis_url, source("daily_hash", "hits:{day}", counts="task", timezone=zone), routes=())
        for zone in ("", "UTC", "Europe/Berlin", "Pacific/Kiritimati")
    }
    assert {zone: found.samples[0].day for zone, found in daily.items()} == {
        "": day, "UTC": day, "Europe/Berlin": day, "Pacific/Kiritimati": day - timedelta(days=1)
    }  # fmt: skip
    assert any("read as days in UTC" in note for note in daily[""].notes) and not daily["UTC"].notes[1:]
    assert any("days in Europe/Berlin" in note for note in daily["Europe/Berlin"].notes)
    hourly = source("hourly_counter", "hour:{hour}:{name}", counts="task", timezone="Asia/Kolkata")
    (sample,) = collect(redis_url, hourly, routes=()).samples
    assert (sample.day, list(sample.hours)) == (day - timedelta(days=1), [22]), "03:30 there is 22:00 UTC"


def test_dated_keys_that_expire_within_the_window_are_said(client: redis.Redis, redis_url: str) -> None:
    configured = source("daily_counter", "hits:{key}:{day}")
    client.set(f"hits:GET /old:{ago(days=1).date()}", 4)
    assert not any("expire" in note for note in collect(redis_url, configured).notes)
    client.expire(f"hits:GET /old:{ago(days=1).date()}", timedelta(days=6))
    assert any(
        "expire after about 7 days" in note or "about 8 days" in note for note in collect(redis_url, configured).notes
    )
    client.expire(f"hits:GET /old:{ago(days=1).date()}", timedelta(days=29))
    assert not any("expire" in note for note in collect(redis_url, configured).notes)


def test_keys_that_look_like_globs_are_literal(client: redis.Redis, redis_url: str) -> None:
    client.mset({"h[i]t*s?:GET /old": 1, "hit:GET /old": 2, "hitxs!:GET /old": 4})
    assert counts(collect(redis_url, source("counter", "h[i]t*s?:{key}"))) == {"GET /old": 1}


def test_names_without_end_are_bounded(client: redis.Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.usage import told_keys

    monkeypatch.setattr(told_keys, "MOST_NAMES", 10)
    client.hset("runs", mapping={f"task-{number}": 1 for number in range(30)})
    found = collect(redis_url, source("hash", "runs", counts="task"), routes=())
    assert len(found.totals) == 10 and any("be told: 20 of" in note for note in found.notes)
    monkeypatch.setattr(redis_foreign_counters, "MOST_FIELDS", 2_000)
    client.hset("many", mapping={f"task-{number}": 1 for number in range(6_000)})
    assert "more than 2,000 counts" in str(collect(redis_url, source("hash", "many", counts="task"), routes=()).problem)
    monkeypatch.setattr(redis_node, "MOST_KEYS", 2_000)
    client.mset({f"hits:{number}": 1 for number in range(6_000)})
    found = collect(redis_url, source("counter", "hits:{name}", counts="task"), routes=())
    assert "more than 2,000 keys have the pattern" in str(found.problem) and found.totals, "what was read is use"


# sicknesses


def test_collecting_twice_gives_the_same(client: redis.Redis, redis_url: str) -> None:
    call(client, "POST:/pam/chat", ago(days=1), ago(days=2))
    client.hset("hits", "GET /old", 4)
    for configured in (USAGE, source("hash", "hits")):
        assert collect(redis_url, configured) == collect(redis_url, configured)


def test_keys_of_another_type_are_a_problem_that_names_the_layout(client: redis.Redis, redis_url: str) -> None:
    client.set("endpoint_usage:GET:/users/s3cret", 4)
    call(client, "POST:/pam/chat", ago(days=1))
    found = collect(redis_url)
    assert found.problem is not None and found.watched == () and counts(found) == {"POST /pam/chat": 1}
    assert "1 of the 2 keys" in found.problem and "hold a string" in found.problem and "s3cret" not in found.problem
    assert "layout counter, daily_counter or hourly_counter would fit" in found.problem
    client.hset("hits:GET:/old", "x", 1)
    for kind, pattern in (("counter", "hits:{key}"), ("sorted_set", "hits:{method}:/old => {path}")):
        problem = collect(redis_url, source(kind, pattern)).problem
        assert problem is not None and "layout hash or daily_hash would fit" in problem


def test_no_key_of_the_pattern_is_no_evidence_and_names_other_databases(redis_server: RedisServer) -> None:
    assert "the server holds no keys at all" in str(collect(redis_server.url).problem)
    with redis.Redis(port=redis_server.port, db=1) as connection:
        call(connection, "POST:/pam/chat", ago(days=1))
    found = collect(redis_server.url)
    assert found.problem is not None and found.samples == ()
    assert (
        "no key has the pattern 'endpoint_usage:{method}:{path}'" in found.problem
        and "keys are in db1" in found.problem
    )
    assert collect(redis_server.url.replace("/0", "/1")).problem is None


def test_without_routes_nothing_can_be_matched(client: redis.Redis, redis_url: str) -> None:
    call(client, "POST:/pam/chat", ago(days=1))
    problem = collect(redis_url, routes=()).problem
    assert problem is not None and "no route is known" in problem


def test_a_server_that_evicted_keys_proves_no_absence(redis_server: RedisServer) -> None:
    with redis.Redis(port=redis_server.port) as connection:
        call(connection, "POST:/pam/chat", ago(days=1))
        connection.config_set("maxmemory-policy", "allkeys-lfu")
        memory: Any = connection.info("memory")
        connection.config_set("maxmemory", int(memory["used_memory"]) + 200_000)
        for number in range(1000):
            connection.set(f"filler:{number}", "x" * 1000)
        connection.config_set("maxmemory", 0)
        call(connection, "POST:/pam/chat", ago(days=1))
    found = collect(redis_server.url)
    assert found.problem is not None and "evicted" in found.problem and "allkeys-lfu" in found.problem
    assert found.watched == () and found.samples


def test_a_server_that_is_away_hangs_or_wants_a_password(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = collect("redis://127.0.0.1:1/0")
    assert "cannot be reached" in str(away.problem)
    assert not away.only_for_use, "what may prove absence is missed when it is sick"
    assert collect("redis://127.0.0.1:1/0", source("counter", "hits:{key}")).only_for_use
    monkeypatch.setattr("auditor.usage.redis_foreign.ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as hung:
        assert "did not answer" in str(collect(f"redis://127.0.0.1:{hung.getsockname()[1]}/0").problem)
    with redis.Redis(port=redis_server.port) as connection:
        connection.config_set("requirepass", "right")
    problem = str(collect(redis_server.url.replace("//", "//:wr0ng@")).problem)
    assert "password" in problem and "wr0ng" not in problem
    assert "redis://" in str(collect("localhost:6379").problem)


def test_reading_has_an_end(client: redis.Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    call(client, "POST:/pam/chat", ago(days=1))
    monkeypatch.setattr("auditor.usage.redis_foreign.TOTAL_SECONDS", -1.0)
    assert "took longer than" in str(collect(redis_url).problem)


# rights and deployments


def test_the_documented_rights_are_enough_and_for_nothing_else(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--include", str(ACL))
    url = f"redis://auditor-counters:change-me-counters@127.0.0.1:{server.port}/0"
    configured = [
        USAGE, source("counter", "hits:{method}:{path}"), source("daily_hash", "hits-{day}"),
        source("sorted_set", "hits/top"), source("hourly_counter", "hits@{hour}@{key}"),
    ]  # fmt: skip
    try:
        assert "no evidence" in str(collect(url).problem)
        with redis.Redis(port=server.port) as connection:
            call(connection, "POST:/pam/chat", *(ago(days=1, seconds=n) for n in range(300)), ago(days=2))
            connection.set("endpoint_count:GET:/old", 3)
            connection.set("hits:GET:/old", 3)
            connection.hset(f"hits-{TODAY}", "GET /old", 3)
            connection.zadd("hits/top", {"GET /old": 3})
            connection.set(f"hits@{NOW:%Y-%m-%dT%H}@GET /old", 3)
            connection.set("secret", 1)
        for one in configured:
            found = collect(url, one)
            assert found.problem is None and counts(found)["GET /old"] == 3
            assert found == collect(server.url, one), "no more is seen with all rights"
        assert "hold a string" in str(collect(url, source("hash", "hits:{any}:/old => {key}")).problem)
        refused = collect(url, source("counter", "secret:{key}"))
        assert "no evidence" in str(refused.problem), "SCAN may be run, and finds nothing"
        with redis.Redis.from_url(url) as connection:
            for write in (lambda: connection.set("hits:x", 1), lambda: connection.get("secret")):
                with pytest.raises(redis.exceptions.NoPermissionError):
                    write()
    finally:
        server.stop()


def test_a_right_that_is_missing_is_named(redis_server: RedisServer) -> None:
    with redis.Redis(port=redis_server.port) as connection:
        connection.set("hits:GET:/users/s3cret", 3)
        rights = ["+get", "+scan", "+type", "+info", "+time", "+ttl"]
        for missing, expected in (("+get", "GET"), ("+scan", "SCAN")):
            kept = [right for right in rights if right != missing]
            connection.execute_command("ACL", "SETUSER", "r", "reset", "on", ">pw", "~hits:*", *kept)
            found = collect(redis_server.url.replace("//", "//r:pw@"), source("counter", "hits:{method}:{path}"))
            assert f"may not run {expected}: it lacks rights" in str(found.problem) and "s3cret" not in str(found)
        connection.execute_command("ACL", "SETUSER", "r", "reset", "on", ">pw", "~hits:*", "+get", "+scan")
        found = collect(redis_server.url.replace("//", "//r:pw@"), source("counter", "hits:{method}:{path}"))
    assert found.problem is None and counts(found) == {"GET /users/{id}": 3}
    assert any("INFO" in note for note in found.notes) and any("TTL" in note for note in found.notes)


def test_a_command_that_a_server_lacks_is_named_without_a_key(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--rename-command", "GET", "")
    with redis.Redis(port=server.port) as connection:
        connection.set("hits:GET:/users/s3cret", 3)
    problem = str(collect(server.url, source("counter", "hits:{method}:{path}")).problem)
    server.stop()
    assert "the server refused GET: unknown command" in problem and "s3cret" not in problem


def test_every_node_of_a_cluster_is_read(redis_cluster: RedisCluster) -> None:
    """SCAN on one node sees a part of the keys, and no command may name keys of two slots."""
    keys = [f"hits:GET:/users/{number}" for number in range(60)]
    owners = set()
    for key in keys:
        owner = redis_cluster.owner(key)
        owners.add(owner.port)
        with redis.Redis(port=owner.port) as connection:
            connection.set(key, 1)
    at = ago(days=1)
    for number, endpoint in enumerate(("POST:/pam/chat", "GET:/old", "GET:/users/me", "GET:/users/9")):
        with redis.Redis(port=redis_cluster.owner(f"endpoint_usage:{endpoint}").port) as connection:
            call(connection, endpoint, at + timedelta(minutes=number))
    with redis.Redis(port=redis_cluster.owner(f"day:{TODAY}").port) as connection:
        connection.hset(f"day:{TODAY}", "GET /old", 8)
    assert len(owners) == 3
    assert counts(collect(redis_cluster.url, source("counter", "hits:{method}:{path}"))) == {"GET /users/{id}": 60}
    found = collect(redis_cluster.url)
    assert found.problem is None and len(counts(found)) == 4 and len(watched(found)) == 4
    assert counts(collect(redis_cluster.url, source("daily_hash", "day:{day}"))) == {"GET /old": 8}
    assert "no database but 0" in str(collect(f"{redis_cluster.url}/1").problem)


def test_a_cluster_that_moves_keys_meanwhile_is_read_again(
    redis_cluster: RedisCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "hits:GET:/old"
    owner = redis_cluster.owner(key)
    with redis.Redis(port=owner.port) as connection:
        connection.set(key, 5)
    target = next(node for node in redis_cluster.nodes if node is not owner)
    asked = redis_node.RedisNode.ask
    moves = iter([True])

    def moved(node: redis_node.RedisNode, commands: Any, **more: Any) -> Any:
        if any(name == "get" for name, _, _ in commands) and next(moves, False):
            redis_cluster.move(key, target)
        return asked(node, commands, **more)

    monkeypatch.setattr(redis_node.RedisNode, "ask", moved)
    found = collect(redis_cluster.url, source("counter", "hits:{method}:{path}"))
    redis_cluster.move(key, owner)
    assert next(moves, None) is None, "it was moved between the search and the reading"
    assert found.problem is None and counts(found) == {"GET /old": 5}


def test_sentinels_tls_and_sockets(tmp_path: Path) -> None:
    sentinels = RedisSentinels(tmp_path / "sentinels", password="s3cret", sentinels=1)
    server = RedisServer(tmp_path, "--unixsocket", str(tmp_path / "redis.sock"))
    certificate = Certificate(tmp_path)
    front = TlsFront(server.port, certificate)
    try:
        with redis.Redis(port=sentinels.primary.port, password="s3cret") as connection:
            call(connection, "POST:/pam/chat", ago(days=1))
        with redis.Redis(port=server.port) as connection:
            call(connection, "POST:/pam/chat", ago(days=1))
        authority = f"ssl_ca_certs={certificate.certificate}"
        for url in (
            sentinels.url, f"unix://{tmp_path}/redis.sock", f"rediss://127.0.0.1:{front.port}/0?{authority}"
        ):  # fmt: skip
            found = collect(url)
            assert found.problem is None and counts(found) == {"POST /pam/chat": 1}, url
        untrusted = str(collect(f"rediss://127.0.0.1:{front.port}/0").problem)
        assert "cannot be reached" in untrusted and "certificate" in untrusted.lower()
    finally:
        front.close()
        server.stop()
        sentinels.stop()
