"""The Redis sink against a real server: what it writes, once, whatever happens to the server meanwhile."""

import json
import select
import signal
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import redis

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.delta import Delta
from auditor.tracking.redis_sink import RedisSink
from auditor.tracking.sinks import SinkError, open_sink

DAY = date(2026, 11, 21)
NOON = 1_795_262_400.0
MINUTE = int(NOON) // 60


def delta(sequence: int = 0, **fields: Any) -> Delta:
    given: dict[str, Any] = {"counts": {"calls": {DAY: {"GET /a 2xx": 3}}}, "last": {"GET /a": NOON - 1}}
    return Delta(**{"at": NOON, "version": "v1", "sequence": sequence, **given, **fields})


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    yield client
    client.close()


@pytest.fixture
def sink(redis_url: str) -> Iterator[RedisSink]:
    sink = RedisSink(redis_url, "shop", "one")
    yield sink
    sink.close()


def calls(client: redis.Redis) -> Any:
    return client.hgetall(layout.counts_key("shop", "calls", DAY))


def test_a_delta_is_stored_as_the_layout_says(sink: RedisSink, client: redis.Redis) -> None:
    sink.write(
        delta(
            1, minutes=(MINUTE, MINUTE + 1), lost={DAY: 2},
            counts={"calls": {DAY: {"GET /a 2xx": 3}}, "components": {DAY: {"export": 1}}},
        )
    )  # fmt: skip
    assert calls(client) == {"GET /a 2xx": "3"}
    assert client.hgetall(layout.counts_key("shop", "components", DAY)) == {"export": "1"}
    assert client.hgetall(layout.last_key("shop")) == {"GET /a": repr(NOON - 1)}
    assert client.bitcount(layout.watched_key("shop", DAY)) == 2
    assert client.getbit(layout.watched_key("shop", DAY), 12 * 60) == 1
    assert client.get(layout.lost_key("shop", DAY)) == "2"
    instance = json.loads(str(client.hget(layout.instances_key("shop", DAY), "one")))
    assert instance == layout.instance_record("v1", 0.0, NOON, 0.0, ("calls",), closed=False)


def test_an_outage_that_was_bridged_is_told_and_an_idle_minute_is_none(sink: RedisSink, client: redis.Redis) -> None:
    sink.write(delta(1, since=NOON - 66, interval=5.0))
    assert not client.exists(layout.outages_key("shop", DAY))
    sink.write(delta(2, since=NOON - 600, interval=5.0))
    assert client.hgetall(layout.outages_key("shop", DAY)) == {f"one {NOON - 600:.0f}": f"{NOON:.0f}"}
    assert client.ttl(layout.outages_key("shop", DAY)) > 0


def test_every_key_is_the_apps_and_expires(sink: RedisSink, client: redis.Redis) -> None:
    sink.publish("routes", {"GET /a": layout.route_record("m:a", "m.py", 1, "", [], NOON, NOON)}, "v1")
    sink.write(delta(1, minutes=(MINUTE,), lost={DAY: 1}))
    keys = client.keys("*")
    assert len(keys) == 7
    for key in keys:
        assert key.startswith("{auditor:shop}:")
        assert 0 < client.ttl(key) <= 31 * 86400
    assert client.ttl(layout.counts_key("shop", "calls", DAY)) > 30 * 86400


def test_deltas_add_up(sink: RedisSink, client: redis.Redis, redis_url: str) -> None:
    sink.write(delta(1))
    sink.write(delta(2))
    other = RedisSink(redis_url, "shop", "two")
    other.write(delta(1))
    other.close()
    assert calls(client) == {"GET /a 2xx": "9"}


def test_the_same_number_counts_once(sink: RedisSink, client: redis.Redis) -> None:
    for _ in range(3):
        sink.write(delta(1))
    sink.write(delta(2))
    sink.write(delta(1))
    assert calls(client) == {"GET /a 2xx": "6"}


def test_unnumbered_deltas_of_past_days_are_stored_each_time_and_never_look_newer(
    sink: RedisSink, client: redis.Redis
) -> None:
    sink.write(delta(1))
    past = date(2026, 11, 8)
    midnight = 1_794_096_000
    assert midnight % 86400 == 0
    minutes = tuple(range(midnight // 60, midnight // 60 + 1440))
    sink.write(Delta(at=midnight + 86399.0, counts={"calls": {past: {"GET /a 2xx": 7}}}, minutes=minutes,
                     last={"GET /a": midnight + 80000.0}))  # fmt: skip
    assert client.hgetall(layout.counts_key("shop", "calls", past)) == {"GET /a 2xx": "7"}
    assert client.bitcount(layout.watched_key("shop", past)) == 1440
    assert client.hget(layout.last_key("shop"), "GET /a") == repr(NOON - 1)


def test_a_late_transaction_of_a_lost_connection_is_dropped(sink: RedisSink, client: redis.Redis) -> None:
    """The reply was lost, the retry was applied, and then the first transaction arrives after all."""
    key = layout.sequence_key("shop", "one")
    late = client.pipeline(transaction=True)
    late.watch(key)
    assert late.get(key) is None
    late.multi()
    late.set(key, 1)
    late.hincrby(layout.counts_key("shop", "calls", DAY), "GET /a 2xx", 3)
    sink.write(delta(1))
    with pytest.raises(redis.WatchError):
        late.execute()
    assert calls(client) == {"GET /a 2xx": "3"}


def test_refused_commands_are_recorded_as_lost_not_as_silence(sink: RedisSink, client: redis.Redis) -> None:
    client.set(layout.counts_key("shop", "calls", DAY), "someone else's")
    with pytest.raises(SinkError, match="recorded as lost"):
        sink.write(delta(1, minutes=(MINUTE,)))
    assert client.get(layout.lost_key("shop", DAY)) == "3"
    sink.write(delta(1, minutes=(MINUTE,)))
    assert client.get(layout.lost_key("shop", DAY)) == "3"


def test_routes_keep_their_first_publication_while_the_handler_stays(sink: RedisSink, client: redis.Redis) -> None:
    def record(handler: str, at: float) -> dict[str, dict[str, object]]:
        return {"GET /a": layout.route_record(handler, "m.py", 1, "", [], at, at)}

    def stored() -> Any:
        return json.loads(str(client.hget(layout.routes_key("shop"), "GET /a")))

    sink.publish("routes", record("m:a", NOON), "v1")
    sink.publish("routes", record("m:a", NOON + 86400), "v2")
    assert (stored()["first"], stored()["last"], stored()["version"]) == (NOON, NOON + 86400, "v2")
    sink.publish("routes", record("m:b", NOON + 2 * 86400), "v3")
    assert (stored()["handler"], stored()["first"]) == ("m:b", NOON + 2 * 86400)


def test_routes_that_are_gone_for_longer_than_the_retention_are_removed(sink: RedisSink, client: redis.Redis) -> None:
    old = layout.route_record("m:a", "m.py", 1, "", [], NOON - 40 * 86400, NOON - 40 * 86400)
    recent = layout.route_record("m:b", "m.py", 1, "", [], NOON - 86400, NOON - 86400)
    now = layout.route_record("m:c", "m.py", 1, "", [], NOON, NOON)
    for key, value in (("GET /old", old), ("GET /recent", recent), ("GET /now", now)):
        sink.publish("routes", {key: value}, "v")
    assert set(client.hgetall(layout.routes_key("shop"))) == {"GET /recent", "GET /now"}


def test_an_emptied_server_gets_the_routes_again(sink: RedisSink, client: redis.Redis) -> None:
    sink.publish("routes", {"GET /a": layout.route_record("m:a", "m.py", 1, "", [], NOON, NOON)}, "v1")
    client.flushdb()
    sink.write(delta(1))
    assert client.hkeys(layout.routes_key("shop")) == ["GET /a"]


def test_a_stored_time_that_is_none_stops_nothing(sink: RedisSink, client: redis.Redis) -> None:
    client.hset(layout.last_key("shop"), "GET /a", "yesterday")
    client.hset(layout.routes_key("shop"), "GET /a", "[" * 5000)
    sink.write(delta(1))
    sink.publish("routes", {"GET /a": layout.route_record("m:a", "m.py", 1, "", [], NOON, NOON)}, "v1")
    assert client.hget(layout.last_key("shop"), "GET /a") == repr(NOON - 1)
    assert json.loads(str(client.hget(layout.routes_key("shop"), "GET /a")))["handler"] == "m:a"


def test_errors_do_not_show_the_password(redis_url: str) -> None:
    sink = RedisSink(redis_url.replace("://", "://nobody:s3cret@"), "shop", "one")
    with pytest.raises(SinkError) as caught:
        sink.write(delta(1))
    assert "s3cret" not in str(caught.value)


class LossyProxy(threading.Thread):
    """Stands between client and server; hangs up on the client after passing on a transaction, before its reply."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listener.getsockname()[1]}/0"
        self.drops = 0
        self.start()

    def run(self) -> None:
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            while True:
                for source in select.select([client, server], [], [])[0]:
                    heard = source.recv(1 << 20)
                    if not heard:
                        return
                    if source is client and b"EXEC" in heard and self.drops > 0:
                        self.drops -= 1
                        server.sendall(heard)
                        server.recv(1 << 20)  # it was applied; nobody will know
                        return
                    (server if source is client else client).sendall(heard)


def test_a_lost_reply_is_not_counted_twice(redis_server: Any) -> None:
    proxy = LossyProxy(redis_server.port)
    counters = counters_on(proxy.url)
    for round_ in range(1, 6):
        proxy.drops = 2
        for _ in range(10):
            counters.add("calls", "k 2xx", "k")
        assert not counters.flush()
        assert total(redis_server.url) == round_ * 10 + round_ - 1
        counters.add("calls", "late 2xx", "late")
        proxy.drops = 0
        assert counters.flush()
        assert counters.flush()
    client = redis.Redis.from_url(redis_server.url, decode_responses=True)
    counted = {name: n for key in client.keys("*:calls:*") for name, n in dict(client.hgetall(key)).items()}
    client.close()
    assert counted == {"k 2xx": "50", "late 2xx": "5"}


def counters_on(url: str, **settings: Any) -> Counters:
    return Counters(lambda: open_sink(url, "shop"), flush_interval=0.05, **settings)


def wait_for(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def total(url: str) -> int:
    client = redis.Redis.from_url(url, decode_responses=True)
    try:
        return sum(int(str(n)) for key in client.keys("*:calls:*") for n in client.hvals(key))
    finally:
        client.close()


def test_a_server_that_comes_late_and_restarts_gets_every_count(redis_server: Any) -> None:
    redis_server.stop()
    counters = counters_on(redis_server.url)
    counters.start()
    took = []
    for _ in range(50):
        begin = time.perf_counter()
        counters.add("calls", "k 2xx", "k")
        took.append(time.perf_counter() - begin)
        time.sleep(0.004)
    assert sorted(took)[45] < 0.01
    redis_server.start()
    wait_for(lambda: total(redis_server.url) == 50)
    redis_server.stop()  # with all it held: this server keeps nothing
    for _ in range(30):
        counters.add("calls", "k 2xx", "k")
    time.sleep(0.2)
    redis_server.start()
    wait_for(lambda: total(redis_server.url) == 30)
    counters.add("calls", "k 2xx", "k")
    counters.close()
    assert total(redis_server.url) == 31


def test_a_hung_server_slows_nothing_and_doubles_nothing(redis_server: Any) -> None:
    counters = counters_on(redis_server.url)
    counters.start()
    counters.add("calls", "k 2xx", "k")
    wait_for(lambda: total(redis_server.url) == 1)
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        took = []
        deadline = time.monotonic() + 3.5
        sent = 1
        while time.monotonic() < deadline:
            begin = time.perf_counter()
            counters.add("calls", "k 2xx", "k")
            took.append(time.perf_counter() - begin)
            sent += 1
            time.sleep(0.01)
        begin = time.perf_counter()
        assert not counters.flush()
        assert time.perf_counter() - begin < 5
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    assert sorted(took)[len(took) * 9 // 10] < 0.01
    wait_for(lambda: total(redis_server.url) == sent)
    counters.close()
    assert total(redis_server.url) == sent


def test_leaving_while_the_server_hangs_takes_seconds_at_most(redis_server: Any) -> None:
    counters = counters_on(redis_server.url)
    counters.start()
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        counters.add("calls", "k 2xx", "k")
        begin = time.monotonic()
        counters.close()
        assert time.monotonic() - begin < 8
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
