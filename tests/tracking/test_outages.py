"""Exactness: whatever happens to a real Redis, each use is stored once or stated as lost, and no minute claims more."""

import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis as client
from measuring.tracking.serving import Redis, free_port, redis_server

from auditor.tracking import layout, registered
from tests.tracking.faults import FAULTS, HALF_REPLY, LATE, SWALLOW_REPLY, FaultyProxy
from tests.tracking.fleet import APP, Fleet, Held, assert_all_there, assert_exact, assert_sound, day_of, wait_until


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis that has on its disk whatever it acknowledged."""
    with redis_server(tmp_path / "redis") as server:
        yield server


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis that no test stops."""
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def start_fleet() -> Iterator[Callable[..., Fleet]]:
    """Make fleets, which are ended after the test."""
    fleets: list[Fleet] = []

    def start(*given: Any, **settings: Any) -> Fleet:
        fleets.append(Fleet(*given, **settings))
        return fleets[-1]

    yield start
    for fleet in fleets:
        fleet.end()


@pytest.fixture
def proxy(redis: Redis) -> Iterator[FaultyProxy]:
    proxy = FaultyProxy(redis.port)
    yield proxy
    proxy.close()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("connected", [False, True])
def test_one_fault_at_any_request_changes_nothing(
    lasting: Redis, clock: Any, start_fleet: Any, fault: str, connected: bool
) -> None:
    proxy = FaultyProxy(lasting.port)
    struck = True
    at = -1
    while struck:
        at += 1
        app = f"{FAULTS.index(fault)}-{connected}-{at}"
        fleet = start_fleet(proxy.url, clock, app)
        fleet.lives[0].publish(fleet, {"GET /a": {"handler": "m:a"}})
        if connected:
            fleet.use()
            fleet.deliver()
        fleet.use(2)
        clock.advance(60)
        proxy.arm(fault, at)
        fleet.lives[0].flush()
        fleet.use(3)
        fleet.lives[0].flush()
        struck = proxy.disarm()
        fleet.deliver()
        if struck and fault == LATE:
            proxy.release()
            fleet.deliver()
        held = Held(lasting, app)
        assert_all_there(fleet, held)
        assert held.watched == {int(clock()) // 60 - 1}
        assert lasting.ask("HKEYS", layout.routes_key(app)) == ["GET /a"]
    assert at >= (5 if connected else 7), "the exchange has more requests than that"
    proxy.close()


def test_a_server_killed_and_restarted_with_its_data(redis: Redis, clock: Any, start_fleet: Any) -> None:
    fleet = start_fleet(redis.url, clock)
    fleet.live(90)
    redis.kill()
    fleet.live(600)
    redis.start()
    fleet.live(90)
    fleet.end()
    held = Held(redis)
    assert_all_there(fleet, held)
    assert held.watched == set(fleet.counted) | {int(clock()) // 60}


def test_a_server_restarted_empty_amid_a_minute(redis: Redis, clock: Any, start_fleet: Any) -> None:
    """The minute is half before, half after: the later half alone does not prove it."""
    fleet = start_fleet(redis.url, clock)
    fleet.live(90)
    redis.kill()
    redis.start(empty=True)
    fleet.live(90)
    fleet.end()
    assert_exact(fleet, Held(redis))


def test_a_server_restarted_empty_while_a_reply_is_pending(
    redis: Redis, proxy: FaultyProxy, clock: Any, start_fleet: Any
) -> None:
    fleet = start_fleet(proxy.url, clock)
    fleet.live(30)
    fleet.use(7)
    proxy.arm(SWALLOW_REPLY, 3)
    assert not fleet.lives[0].flush()
    assert proxy.disarm()
    assert Held(redis).stored.total() == 13, "it was applied, and the tracker does not know"
    redis.kill()
    redis.start(empty=True)
    fleet.live(60)
    held = Held(redis)
    assert_exact(fleet, held)
    assert held.stored.total() == 7 + 12


def test_two_processes_claim_nothing_of_one_another_that_a_server_forgot(
    redis: Redis, proxy: FaultyProxy, clock: Any, start_fleet: Any
) -> None:
    """One had delivered before the server was emptied, the other marks the same minute only afterwards."""
    fleet = start_fleet(redis.url, clock)
    away = FaultyProxy(free_port())
    second = fleet.join(away.url)
    fleet.live(180)
    redis.kill()
    redis.start(empty=True)
    away.to = redis.port
    assert second.flush() or second.flush()
    fleet.live(60)
    held = Held(redis)
    away.close()
    assert_exact(fleet, held)
    assert held.watched, "the second process proves its minutes"


def test_a_failover_to_a_replica_that_lags(
    tmp_path: Path, redis: Redis, proxy: FaultyProxy, clock: Any, start_fleet: Any
) -> None:
    with redis_server(tmp_path / "replica") as replica:
        fleet = start_fleet(proxy.url, clock)
        replica.ask("REPLICAOF", "127.0.0.1", str(redis.port))
        wait_until(lambda: replica.ask("INFO", "replication")["master_link_status"] == "up")
        fleet.live(90)
        redis.ask("WAIT", "1", "5000")
        replica.ask("REPLICAOF", "NO", "ONE")  # from here on it lags
        fleet.live(90)
        redis.kill()
        proxy.to = replica.port
        proxy.cut()
        fleet.live(90)
        fleet.end()
        assert_exact(fleet, Held(replica))


def test_a_server_that_comes_back_with_an_old_snapshot(tmp_path: Path, clock: Any, start_fleet: Any) -> None:
    with redis_server(tmp_path, ("--appendonly", "no")) as redis:
        fleet = start_fleet(redis.url, clock)
        fleet.live(90)
        redis.ask("SAVE")
        fleet.live(90)
        redis.kill()
        redis.start()
        fleet.live(90)
        fleet.end()
        assert_exact(fleet, Held(redis))


def test_a_server_that_hangs_amid_a_transaction(redis: Redis, clock: Any, start_fleet: Any) -> None:
    fleet = start_fleet(f"{redis.url}?socket_timeout=0.3", clock)
    fleet.live(30)
    redis.send(signal.SIGSTOP)
    fleet.live(15)
    redis.send(signal.SIGCONT)
    fleet.live(60)
    fleet.deliver()
    assert_all_there(fleet, Held(redis))


SICK: dict[str, tuple[Callable[[Redis], object], Callable[[Redis], object]]] = {
    "OOM": (
        lambda r: r.ask("CONFIG", "SET", "maxmemory", "1"),
        lambda r: r.ask("CONFIG", "SET", "maxmemory", "0"),
    ),
    "READONLY": (
        lambda r: r.ask("REPLICAOF", "127.0.0.1", str(free_port())),
        lambda r: r.ask("REPLICAOF", "NO", "ONE"),
    ),
    "NOREPLICAS": (
        lambda r: r.ask("CONFIG", "SET", "min-replicas-to-write", "1"),
        lambda r: r.ask("CONFIG", "SET", "min-replicas-to-write", "0"),
    ),
    "NOAUTH": (
        lambda r: r.ask("CONFIG", "SET", "requirepass", "x"),
        lambda r: client.Redis(port=r.port, password="x").config_set("requirepass", ""),
    ),
    "NOPERM": (
        lambda r: r.ask("ACL", "SETUSER", "default", "-hincrby"),
        lambda r: r.ask("ACL", "SETUSER", "default", "+@all"),
    ),
}


@pytest.mark.parametrize("error", SICK)
def test_a_server_that_refuses_to_write_gets_everything_later(
    redis: Redis, clock: Any, start_fleet: Any, error: str, tracker_log: Any
) -> None:
    begin, end = SICK[error]
    fleet = start_fleet(redis.url, clock)
    fleet.live(60)
    begin(redis)
    for counters in fleet.lives:
        counters._sink.close()  # type: ignore[union-attr]  # a connection that is open needs no password
    fleet.live(60)
    assert not fleet.lives[0].flush()
    end(redis)
    fleet.live(60)
    held = Held(redis)
    assert_all_there(fleet, held)
    assert set(fleet.counted) - {int(clock()) // 60 - 1} <= held.watched
    assert len([line for line in tracker_log.messages if "cannot be delivered" in line]) == 1


def test_a_key_of_another_type_costs_what_it_refuses_and_no_more(redis: Redis, clock: Any, start_fleet: Any) -> None:
    fleet = start_fleet(redis.url, clock)
    redis.ask("SET", layout.counts_key(APP, "calls", day_of(int(clock()) // 60)), "someone else's")
    fleet.use(5)
    fleet.lives[0].add("components", "export")
    fleet.lives[0].flush()
    redis.ask("DEL", layout.counts_key(APP, "calls", day_of(int(clock()) // 60)))
    fleet.live(90)
    assert_exact(fleet, Held(redis))
    components = layout.counts_key(APP, "components", day_of(int(clock()) // 60))
    assert redis.ask("HGETALL", components) == {"export": "1"}


@pytest.mark.parametrize("key", [layout.last_key(APP), layout.routes_key(APP), layout.registered_key(APP)])
def test_a_foreign_key_beside_the_counts_stops_no_count(redis: Redis, clock: Any, start_fleet: Any, key: str) -> None:
    fleet = start_fleet(redis.url, clock)
    redis.ask("SET", key, "someone else's")
    fleet.live(90)
    assert_all_there(fleet, Held(redis))


def test_a_foreign_watched_key_is_no_claim_and_costs_no_count(redis: Redis, clock: Any, start_fleet: Any) -> None:
    fleet = start_fleet(redis.url, clock)
    redis.ask("LPUSH", layout.watched_key(APP, day_of(int(clock()) // 60)), "someone else's")
    fleet.live(90)
    held_calls = redis.ask("HVALS", layout.counts_key(APP, "calls", day_of(int(clock()) // 60)))
    assert sum(map(int, held_calls)) == 18
    assert redis.ask("KEYS", "*}:lost:*") == []


def test_an_emptied_server_gets_the_tables_of_every_process_again(redis: Redis, clock: Any, start_fleet: Any) -> None:
    """Also of the one that finds the table of another process there already."""
    registered.register("tasks", "mail", wait_until)
    fleet = start_fleet(redis.url, clock)
    second = fleet.join()
    fleet.lives[0].publish(fleet, {"GET /a": layout.route_record("m:a", "m.py", 1, "", [], 0.0, 0.0)})
    other = Owner()
    second.publish(other, {"GET /b": layout.route_record("m:b", "m.py", 2, "", [], 0.0, 0.0)})
    fleet.live(30)
    redis.kill()
    redis.start(empty=True)
    fleet.live(30)
    assert sorted(redis.ask("HKEYS", layout.routes_key(APP))) == ["GET /a", "GET /b"]
    assert redis.ask("HKEYS", layout.registered_key(APP)) == [layout.registered_field("tasks", "mail")]


class Owner:
    def refresh(self) -> None: ...


def test_an_outage_of_hours_fills_no_memory_and_says_what_it_cost(redis: Redis, clock: Any, start_fleet: Any) -> None:
    """Every minute another name: more than is kept. What fits is stored later, the rest is stated."""
    fleet = start_fleet(redis.url, clock, max_keys=60)
    fleet.live(60)
    redis.kill()
    fleet.live(5 * 3600, step=60)
    counters = fleet.lives[0]
    assert sum(map(len, counters._buckets.values())) <= 60
    assert len(counters._last) <= 60
    redis.start()
    fleet.live(60)
    fleet.end()
    held = Held(redis)
    assert_exact(fleet, held)
    assert held.lost.total() > 200


def test_an_outage_of_hours_is_bridged_where_all_fits(redis: Redis, clock: Any, start_fleet: Any) -> None:
    fleet = start_fleet(redis.url, clock)
    fleet.live(60)
    redis.kill()
    fleet.live(5 * 3600, step=60)
    redis.start()
    fleet.live(60)
    fleet.end()
    held = Held(redis)
    assert_all_there(fleet, held)
    assert held.watched == set(fleet.counted) | {int(clock()) // 60}


@pytest.mark.parametrize("empty", [False, True])
def test_an_outage_across_midnight(redis: Redis, clock: Any, start_fleet: Any, empty: bool) -> None:
    clock.advance(11 * 3600 + 55 * 60)
    today, tomorrow = day_of(int(clock()) // 60), day_of(int(clock()) // 60 + 1440)
    fleet = start_fleet(redis.url, clock)
    fleet.live(180)
    redis.kill()
    fleet.live(240)
    redis.start(empty=empty)
    fleet.live(60)
    fleet.end()
    held = Held(redis)
    assert (
        {day_of(minute) for minute in held.stored} == {day_of(minute) for minute in held.watched} == {today, tomorrow}
    )
    if empty:
        assert_exact(fleet, held)
        assert set(held.lost) == {today}
    else:
        assert_all_there(fleet, held)
        assert held.watched == set(fleet.counted) | {int(clock()) // 60}


def test_days_long_over_are_not_stated_as_lost_again(redis: Redis, clock: Any, start_fleet: Any) -> None:
    """They may have been collected since, whole; nobody will claim their minutes any more."""
    fleet = start_fleet(redis.url, clock)
    fleet.live(60)
    clock.advance(5 * 86400)
    fleet.live(60)
    redis.kill()
    redis.start(empty=True)
    fleet.live(60)
    held = Held(redis)
    assert_sound(fleet, held)
    assert set(held.lost) == {day_of(int(clock()) // 60)}


def test_a_number_is_remembered_for_as_long_as_the_counts(redis: Redis, clock: Any, start_fleet: Any) -> None:
    """A delta whose reply was lost may come again after days."""
    fleet = start_fleet(redis.url, clock)
    fleet.use()
    fleet.deliver()
    (number,) = redis.ask("KEYS", "*}:sequence:*")
    counts = redis.ask("TTL", layout.counts_key(APP, "calls", day_of(int(clock()) // 60)))
    assert redis.ask("TTL", number) >= counts - 1


STEPS = ("live", "live", "live", "kill and restart", "kill and restart empty", "snapshot", "roll back", "full",
         "swallow", "late", "cut", "apart")  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_misfortunes(tmp_path: Path, clock: Any, start_fleet: Any, seed: int) -> None:
    """Three processes, two of them through proxies, and a server that is handled badly at random."""
    chance = random.Random(seed)
    with redis_server(tmp_path, ("--appendonly", "no")) as redis:
        proxies = [FaultyProxy(redis.port) for _ in range(2)]
        fleet = start_fleet(redis.url, clock)
        for proxy in proxies:
            fleet.join(proxy.url)
        for _ in range(40):
            misfortune(chance.choice(STEPS), redis, proxies, chance)
            fleet.live(chance.choice((5, 10, 40, 70)), chance.randrange(3))
        redis.ask("CONFIG", "SET", "maxmemory", "0")
        for proxy in proxies:
            proxy.to = redis.port
            proxy.disarm()
        fleet.live(130)
        fleet.deliver()
        assert_exact(fleet, Held(redis))
        for proxy in proxies:
            proxy.close()


def misfortune(step: str, redis: Redis, proxies: list[FaultyProxy], chance: random.Random) -> None:
    proxy = chance.choice(proxies)
    if step.startswith("kill"):
        if step == "kill and restart":
            redis.ask("SAVE")
        redis.kill()
        redis.start(empty=step.endswith("empty"))
    elif step == "snapshot":
        redis.ask("SAVE")
    elif step == "roll back":
        redis.kill()
        redis.start()
    elif step == "full":
        redis.ask("CONFIG", "SET", "maxmemory", chance.choice(("0", "1")))
    elif step in ("swallow", "late"):
        proxy.arm(SWALLOW_REPLY if step == "swallow" else HALF_REPLY, chance.randrange(6))
    elif step == "cut":
        proxy.cut()
    elif step == "apart":
        proxy.to = redis.port if proxy.to != redis.port else free_port()
        proxy.cut()
