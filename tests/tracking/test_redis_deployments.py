"""The Redis sink on clusters, behind sentinels, over TLS, few rights: counts are exact, or what is lost is said."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import redis

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.delta import Delta
from auditor.tracking.redis_sink import RedisSink
from auditor.tracking.sinks import SinkError, open_sink
from auditor.tracking.sketches import UserSketch
from tests.redis_deployments import (
    Certificate,
    RedisCluster,
    RedisSentinels,
    RedisServer,
    TlsFront,
    connect,
    free_port,
    wait_for,
)

DAY = date(2026, 11, 21)
NOON = 1_795_262_400.0
KEY = layout.last_key("shop")
ACL = Path(__file__).parents[2] / "config" / "redis-acl.conf"


def delta(sequence: int, count: int = 1, **fields: Any) -> Delta:
    given: dict[str, Any] = {"counts": {"calls": {DAY: {"GET /a 2xx": count}}}, "last": {"GET /a": NOON}}
    return Delta(**{"at": NOON + sequence, "sequence": sequence, **given, **fields})


def counters_on(url: str) -> Counters:
    return Counters(lambda: open_sink(url, "shop"), "shop", flush_interval=0.02)


def counted(client: redis.Redis) -> tuple[int, int]:
    """Return how many calls a server holds, and how many uses it knows to be lost."""
    calls = sum(int(str(n)) for key in client.keys("*:calls:*") for n in client.hvals(key))
    return calls, sum(int(str(client.get(key))) for key in client.keys("*:lost:*"))


def test_counts_stay_exact_while_their_slot_moves(redis_cluster: RedisCluster) -> None:
    counters = counters_on(redis_cluster.url)
    counters.start()
    home = redis_cluster.owner(KEY)
    nodes = [node for node in redis_cluster.nodes if node is not home]
    sent = 0
    for node in (*nodes, home):
        for _ in range(100):
            counters.add("calls", "GET /a 2xx", "GET /a")
            sent += 1
            time.sleep(0.001)
        redis_cluster.move(KEY, node)
    counters.close()
    with connect(home.port) as client:
        assert counted(client) == (sent, 0)


def test_a_moved_slot_is_followed_within_one_delivery(redis_cluster: RedisCluster) -> None:
    home = redis_cluster.owner(KEY)
    target = next(node for node in redis_cluster.nodes if node is not home)
    with closing(RedisSink(redis_cluster.url, "shop", "one")) as sink:
        sink.write(delta(1))
        redis_cluster.move(KEY, target)
        sink.write(delta(2))
        redis_cluster.move(KEY, home)
        sink.publish("routes", {"GET /a": layout.route_record("m:a", "m.py", 1, "", [], NOON, NOON)}, "v1")
    with connect(home.port) as client:
        assert counted(client) == (2, 0)
        assert client.hkeys(layout.routes_key("shop")) == ["GET /a"]


def test_a_node_that_hangs_holds_a_delivery_for_seconds_at_most(redis_cluster: RedisCluster) -> None:
    owner = redis_cluster.owner(KEY)
    with closing(RedisSink(redis_cluster.url, "shop", "one")) as sink:
        sink.write(delta(1))
        owner.process.send_signal(signal.SIGSTOP)
        try:
            for _ in range(2):
                begin = time.monotonic()
                with pytest.raises(SinkError):
                    sink.write(delta(2))
                assert time.monotonic() - begin < 8
        finally:
            owner.process.send_signal(signal.SIGCONT)
        wait_for(lambda: sink.write(delta(2)) is None)
    with connect(owner.port) as client:
        assert counted(client) == (2, 0)


@pytest.fixture
def sentinels(tmp_path: Path) -> Iterator[RedisSentinels]:
    deployment = RedisSentinels(tmp_path / "sentinels", sentinels=1)
    yield deployment
    deployment.stop()


def test_through_a_failover_counts_are_exact_or_lost_knowingly(sentinels: RedisSentinels) -> None:
    """The replica stops following before the primary dies: what the primary alone had confirmed is lost, and said."""
    counters = counters_on(sentinels.url)
    counters.start()
    for _ in range(40):
        counters.add("calls", "GET /a 2xx", "GET /a")
    with sentinels.client(sentinels.replica) as replica:
        wait_for(lambda: counted(replica) == (40, 0))
        sentinels.replica.process.send_signal(signal.SIGSTOP)
        for _ in range(7):
            counters.add("calls", "GET /a 2xx", "GET /a")
        with sentinels.client(sentinels.primary) as primary:
            wait_for(lambda: counted(primary) == (47, 0))
        sentinels.primary.stop()
        sentinels.replica.process.send_signal(signal.SIGCONT)
        for _ in range(5):
            counters.add("calls", "GET /a 2xx", "GET /a")
        wait_for(lambda: replica.info("replication")["role"] == "master")  # type: ignore[index]
        wait_for(lambda: sum(counted(replica)) == 52)
        counters.add("calls", "GET /a 2xx", "GET /a")
        counters.close()
        calls, lost = counted(replica)
    assert calls + lost == 53
    assert lost in (0, 7), "7 unless the stopped replica had them in its buffer"


def test_what_a_server_has_forgotten_is_lost_and_said_once(redis_server: RedisServer) -> None:
    before = DAY.replace(day=20)
    with closing(RedisSink(redis_server.url, "shop", "one")) as sink, connect(redis_server.port) as client:
        sink.write(delta(1, counts={"calls": {before: {"GET /a 2xx": 4}}, "probes": {DAY: {"GET /a 2xx": 2}}}))
        sink.write(delta(2, 30))
        client.flushall()
        sink.write(delta(3, 500))
        sink.write(delta(4, 500))
        assert client.get(layout.lost_key("shop", before)) == "4"
        assert client.get(layout.lost_key("shop", DAY)) == "32"
        assert client.hgetall(layout.counts_key("shop", "calls", DAY)) == {"GET /a 2xx": "1000"}


def test_an_older_state_of_the_server_gets_again_what_came_later(redis_server: RedisServer) -> None:
    with closing(RedisSink(redis_server.url, "shop", "one")) as sink, connect(redis_server.port) as client:
        for sequence in (1, 2, 3):
            sink.write(delta(sequence, 10**sequence))
        client.set(layout.sequence_key("shop", "one"), 2)
        client.hset(layout.counts_key("shop", "calls", DAY), "GET /a 2xx", "110")
        sink.write(delta(4, 1))
        assert counted(client) == (1111, 0)


def test_an_instance_that_was_away_for_days_has_lost_nothing(redis_server: RedisServer) -> None:
    """Its number expires while it has nothing to deliver; so it does after an orderly end."""
    with closing(RedisSink(redis_server.url, "shop", "one")) as sink, connect(redis_server.port) as client:
        sink.write(delta(1))
        client.delete(layout.sequence_key("shop", "one"))
        sink.write(delta(2, at=NOON + 31 * 86400 + 2, closing=True))
        client.delete(layout.sequence_key("shop", "one"))
        sink.write(delta(3, at=NOON + 31 * 86400 + 9))
        assert counted(client) == (3, 0)


def test_the_sink_over_tls(redis_server: RedisServer, tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    with closing(TlsFront(redis_server.port, certificate)) as front:
        url = f"rediss://127.0.0.1:{front.port}/0"
        with closing(RedisSink(f"{url}?ssl_ca_certs={certificate.certificate}", "shop", "one")) as sink:
            sink.write(delta(1))
        with closing(RedisSink(url, "shop", "two")) as doubtful, pytest.raises(SinkError, match="CERTIFICATE"):
            doubtful.write(delta(1))
    with connect(redis_server.port) as client:
        assert counted(client) == (1, 0)


@pytest.mark.parametrize(
    ("url", "told"),
    [("redis://127.0.0.1:{port}/0?colour=blue", "'colour'"), ("redis://:hunter/2@127.0.0.1:{port}", "understood")],
)
def test_a_url_that_the_client_refuses_keeps_the_counts_and_shows_no_password(url: str, told: str) -> None:
    with closing(RedisSink(url.format(port=free_port()), "shop", "one")) as sink:
        for _ in range(2):
            with pytest.raises(SinkError, match=told) as refused:
                sink.write(delta(1))
            assert "hunter" not in str(refused.value)


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[RedisServer]:
    """A server with the users of config/redis-acl.conf."""
    server = RedisServer(tmp_path, "--include", str(ACL))
    yield server
    server.stop()


def test_the_documented_rights_are_enough_for_the_tracker(guarded: RedisServer) -> None:
    url = f"redis://auditor-tracker:change-me-tracker@127.0.0.1:{guarded.port}/0"
    record = layout.route_record("m:a", "m.py", 1, "", [], NOON, NOON)
    gone = layout.route_record("m:b", "m.py", 1, "", [], NOON - 90 * 86400, NOON - 90 * 86400)
    sketch = UserSketch()
    sketch.add("someone", "shop", DAY)
    with closing(RedisSink(url, "shop", "one")) as sink:
        sink.publish("routes", {"GET /gone": gone}, "v1")
        sink.publish("routes", {"GET /a": record}, "v1")
        sink.publish("registered", {"tasks a": record}, "v1")
        sink.write(
            delta(
                1, minutes=(1,), watched={"tasks": (1,)}, lost={DAY: 2}, users={DAY: {"GET /a": sketch}},
                counts={kind: {DAY: {"x": 1}} for kind in layout.KINDS},
            )
        )  # fmt: skip
        sink.write(delta(1))
    with connect(guarded.port) as client:
        assert len(client.keys("{auditor:shop}:*")) == len(client.keys("*")) == len(layout.KINDS) + 9
        assert client.pfcount(layout.users_key("shop", DAY, "GET /a")) == 1
        assert json.loads(str(client.hget(layout.registered_key("shop"), "tasks a")))["handler"] == "m:a"
        refused = {str(entry["object"]) for entry in client.acl_log() if entry["username"] == "auditor-tracker"}
        assert refused <= {"client", "client|setinfo", "client|maint_notifications"}, "redis-py goes on without those"


def test_the_tracker_may_touch_nothing_else(guarded: RedisServer) -> None:
    url = f"redis://auditor-tracker:change-me-tracker@127.0.0.1:{guarded.port}/0"
    with closing(RedisSink(url, "webshop", "one")) as sink, pytest.raises(SinkError, match="NoPermission"):
        sink.write(delta(1))
    with redis.Redis.from_url(url) as client, pytest.raises(redis.exceptions.NoPermissionError):
        client.keys("*")
