"""Finding the server that takes an app's writes, whatever the deployment, within seconds."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from auditor.tracking import layout
from auditor.tracking.redis_address import RedisAddress, elsewhere
from tests.redis_deployments import (
    Certificate,
    RedisCluster,
    RedisSentinels,
    RedisServer,
    TlsFront,
    connect,
    hung,
    wait_for,
)  # fmt: skip

KEY = layout.last_key("shop")


def port_of(client: redis.Redis) -> int:
    found = int(client.connection_pool.connection_kwargs["port"])
    client.close()
    return found


def find(url: str) -> int:
    return port_of(RedisAddress(url, KEY).connect())


def test_a_cluster_is_asked_by_any_of_its_nodes(redis_cluster: RedisCluster) -> None:
    owner = redis_cluster.owner(KEY).port
    assert [find(f"redis+cluster://127.0.0.1:{node.port}") for node in redis_cluster.nodes] == [owner] * 3


def test_every_app_is_found_on_its_own_node(redis_cluster: RedisCluster) -> None:
    found = set()
    for number in range(12):
        key = layout.last_key(f"app{number}")
        client = RedisAddress(redis_cluster.url, key).connect()
        client.set(key, "x")
        found.add(port_of(client))
    assert found == {node.port for node in redis_cluster.nodes}


def test_a_slot_that_moves_is_followed(redis_cluster: RedisCluster) -> None:
    address = RedisAddress(redis_cluster.url, KEY)
    before = address.connect()
    before.set(KEY, "x")
    source = redis_cluster.owner(KEY)
    target = next(node for node in redis_cluster.nodes if node is not source)
    redis_cluster.move(KEY, target)
    try:
        with pytest.raises(redis.ResponseError) as refused:
            before.set(KEY, "y")
        assert elsewhere(refused.value)
        assert port_of(address.connect()) == target.port
    finally:
        before.close()
        redis_cluster.move(KEY, source)


def test_an_error_inside_a_transaction_is_known_as_well(redis_cluster: RedisCluster) -> None:
    other = next(node for node in redis_cluster.nodes if node is not redis_cluster.owner(KEY))
    with connect(other.port) as client, client.pipeline(transaction=True) as pipe:
        pipe.set(KEY, "x")
        with pytest.raises(redis.ResponseError) as refused:
            pipe.execute()
    assert elsewhere(refused.value)


def test_nodes_that_hang_or_are_gone_are_passed_by(redis_cluster: RedisCluster) -> None:
    listeners, ports = hung(2)
    gone = ",".join(f"127.0.0.1:{port}" for port in (*ports, 1))
    address = RedisAddress(f"redis+cluster://{gone},{redis_cluster.hosts}", KEY)
    owner = redis_cluster.owner(KEY).port
    for _ in range(6):
        begin = time.monotonic()
        assert port_of(address.connect()) == owner
        assert time.monotonic() - begin < 8
    for listener in listeners:
        listener.close()


def test_where_all_hang_the_search_ends_within_seconds() -> None:
    listeners, ports = hung(8)
    address = RedisAddress("redis+sentinel://" + ",".join(f"127.0.0.1:{port}" for port in ports), KEY)
    begin = time.monotonic()
    with pytest.raises(redis.TimeoutError):
        address.connect()
    assert time.monotonic() - begin < 8
    for listener in listeners:
        listener.close()


def test_the_nodes_that_hold_keys_are_the_primaries(redis_cluster: RedisCluster) -> None:
    found = [
        int(one.connection_pool.connection_kwargs["port"]) for one in RedisAddress(redis_cluster.url, KEY).everywhere()
    ]
    assert sorted(found) == sorted(node.port for node in redis_cluster.nodes)


def test_one_server_is_everywhere(redis_url: str) -> None:
    assert [one.ping() for one in RedisAddress(redis_url, KEY).everywhere()] == [True]


@pytest.fixture(scope="module")
def sentinels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisSentinels]:
    deployment = RedisSentinels(tmp_path_factory.mktemp("sentinels"), password="s3cret")
    yield deployment
    deployment.stop()


def test_a_service_that_no_sentinel_knows_is_named(sentinels: RedisSentinels) -> None:
    with pytest.raises(redis.ConnectionError, match="'mymaster'"):
        RedisAddress(sentinels.url.replace("service=shopdb", ""), KEY).connect()


def test_sentinels_have_a_user_of_their_own(sentinels: RedisSentinels) -> None:
    """With the rights that config/redis-acl.conf gives as an example."""
    for sentinel in sentinels.sentinels:
        with connect(sentinel.port) as client:
            rights = ("resetchannels", "-@all", "+sentinel|get-master-addr-by-name", "+ping")
            client.execute_command("ACL", "SETUSER", "auditor", "on", ">secret", *rights)
    url = f"{sentinels.url}&sentinel_username=auditor&sentinel_password="
    assert find(f"{url}secret") in sentinels.named_primaries()
    with pytest.raises(redis.AuthenticationError):
        find(f"{url}wrong")


def test_a_replica_that_refuses_to_write_is_not_the_place(sentinels: RedisSentinels) -> None:
    with sentinels.client(sentinels.replica) as replica, pytest.raises(redis.ResponseError) as refused:
        replica.set(KEY, "y")
    assert elsewhere(refused.value)


def test_a_failover_is_followed(sentinels: RedisSentinels) -> None:
    """The primary dies, the replica takes over; the old one comes back as it was, and is not taken for the primary."""
    address = RedisAddress(sentinels.url, KEY)
    assert port_of(address.connect()) == sentinels.primary.port
    sentinels.primary.stop()
    wait_for(lambda: sentinels.named_primaries() == {sentinels.replica.port})
    wait_for(lambda: address.connect().set(KEY, "x"))
    sentinels.primary.start()
    assert [port_of(address.connect()) for _ in range(2)] == [sentinels.replica.port] * 2


def test_sentinels_that_hang_are_passed_by(sentinels: RedisSentinels) -> None:
    sentinels.sentinels[0].process.send_signal(signal.SIGSTOP)
    try:
        address = RedisAddress(sentinels.url, KEY)
        for _ in range(3):
            begin = time.monotonic()
            assert port_of(address.connect()) in sentinels.named_primaries(1)
            assert time.monotonic() - begin < 8
    finally:
        sentinels.sentinels[0].process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls_front(redis_server: Any, certificate: Certificate) -> Iterator[TlsFront]:
    front = TlsFront(redis_server.port, certificate)
    yield front
    front.close()


def test_tls_takes_the_options_of_the_url(tls_front: TlsFront, certificate: Certificate) -> None:
    url = f"rediss://127.0.0.1:{tls_front.port}/0"
    with pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        RedisAddress(url, KEY).connect().ping()
    with RedisAddress(f"{url}?ssl_ca_certs={certificate.certificate}", KEY).connect() as client:
        assert client.ping()


def test_a_cluster_url_carries_tls_options_to_its_nodes(tls_front: TlsFront, certificate: Certificate) -> None:
    url = f"rediss+cluster://127.0.0.1:{tls_front.port}?ssl_ca_certs={certificate.certificate}"
    with RedisAddress(url, KEY).connect() as client:
        assert client.set(KEY, "x")


def test_a_unix_socket_is_an_address(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--unixsocket", str(tmp_path / "redis.sock"))
    with RedisAddress(f"unix://{tmp_path}/redis.sock?db=1", KEY).connect() as client:
        assert client.set(KEY, "x")
    with connect(server.port, db=1) as client:
        assert client.get(KEY) == "x"
    server.stop()


@pytest.mark.parametrize(
    "url",
    ["http://host", "redis+cluster://", "redis+cluster://:hunter2@", "redis+cluster://host:7000/1",
     "redis+sentinel://:hunter2@host:port", "redis+sentinel://:hunt/er2@host:26379"],
)  # fmt: skip
def test_a_url_that_is_none_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError) as refused:
        RedisAddress(url, KEY)
    assert "hunt" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "nodes"),
    [
        ("redis+cluster://a,b:7001", [("a", 6379), ("b", 7001)]),
        ("redis+sentinel://u:p%40w@[::1]:7000,[fe80::2]/3?service=x", [("::1", 7000), ("fe80::2", 26379)]),
    ],
)
def test_servers_of_a_url(url: str, nodes: list[tuple[str, int]]) -> None:
    assert list(RedisAddress(url, KEY)._nodes) == nodes
