"""Facts shared in a real Redis: the same answers whatever it does, one line about it, no waiting."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from auditor.analysis.extraction import shared_facts
from auditor.analysis.extraction.extract_all import extract_all
from auditor.analysis.extraction.facts_cache import FactsCache
from auditor.analysis.extraction.shared_facts import SharedFacts, closed
from auditor.model.code import SourceFile
from tests.redis_deployments import RedisServer, free_port, redis_binary

CALLS = frozenset({"path"})
TEXTS = [b"def f%d(a):\n    return path(a.b%d)\n" % (number, number) for number in range(250)]
SOURCES = [
    (SourceFile(f"m{number}.py", f"m{number}", False, False, blake2b(text, digest_size=16).hexdigest()), text)
    for number, text in enumerate(TEXTS)
]
FACTS = extract_all(SOURCES, CALLS, 1)


class Scan:
    """What a scan with a shared cache found, complained about, and how long it took."""

    def __init__(self, url: str, directory: Path | None, caplog: pytest.LogCaptureFixture) -> None:
        caplog.clear()
        begun = time.monotonic()
        cache = FactsCache(directory, SharedFacts(url, seconds=1.0))
        self.facts = extract_all(SOURCES, CALLS, 1, cache)
        self.hits = cache.hits
        self.seconds = time.monotonic() - begun
        self.said = [one.getMessage() for one in caplog.records if one.name == "auditor"]
        assert self.facts == FACTS


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    connection = redis.Redis.from_url(redis_server.url)
    yield connection
    connection.close()


def test_one_machine_extracts_and_another_finds(
    redis_server: RedisServer, client: redis.Redis, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = Scan(redis_server.url, tmp_path / "one", caplog)
    assert (first.hits, first.said) == (0, [])
    keys = client.keys("*")
    assert len(keys) == 250
    assert all(key.startswith(b"auditor:facts:2:") for key in keys)
    assert all(13 * 86_400 < client.ttl(key) <= 14 * 86_400 for key in keys)
    for directory in (tmp_path / "two", None):
        other = Scan(redis_server.url, directory, caplog)
        assert (other.hits, other.said) == (250, [])
    client.flushall()
    assert Scan(redis_server.url, tmp_path / "two", caplog).hits == 250
    assert client.dbsize() == 0, "what is known locally is asked of nobody"


def test_what_is_used_stays_and_is_told_so_once_a_day(
    redis_server: RedisServer, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    Scan(redis_server.url, None, caplog)
    keys = client.keys("*")
    for key in keys[:10]:
        client.expire(key, 1000)
    client.config_resetstat()
    Scan(redis_server.url, None, caplog)
    assert client.info("commandstats")["cmdstat_expire"]["calls"] == 10
    assert min(client.ttl(key) for key in keys) > 13 * 86_400
    client.config_resetstat()
    Scan(redis_server.url, None, caplog)
    assert "cmdstat_expire" not in client.info("commandstats")


def test_nobody_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"redis://someone:s3cret@127.0.0.1:{probe.getsockname()[1]}/0"
        scan = Scan(url, tmp_path, caplog)
    assert scan.said == ["auditor: scan.cache is used in part: it cannot be reached"]
    assert Scan(url, tmp_path, caplog).said == [], "all is known locally"


def test_a_server_that_stands_still(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    Scan(redis_server.url, None, caplog)
    redis_server.process.send_signal(signal.SIGSTOP)
    try:
        scan = Scan(redis_server.url, None, caplog)
    finally:
        redis_server.process.send_signal(signal.SIGCONT)
    assert scan.said == ["auditor: scan.cache is used in part: it does not answer"]
    assert scan.seconds < 6


def test_a_full_server(redis_server: RedisServer, client: redis.Redis, caplog: pytest.LogCaptureFixture) -> None:
    client.config_set("maxmemory", 1)
    client.config_set("maxmemory-policy", "noeviction")
    assert Scan(redis_server.url, None, caplog).said == ["auditor: scan.cache is used in part: it is full"]


def test_a_read_only_server_is_read(
    redis_server: RedisServer, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    Scan(redis_server.url, None, caplog)
    for key in client.keys("*"):
        client.expire(key, 1000)
    client.replicaof("127.0.0.1", "1")
    client.config_set("replica-serve-stale-data", "yes")
    scan = Scan(redis_server.url, None, caplog)
    assert (scan.hits, scan.said) == (250, ["auditor: scan.cache is used in part: it is read-only"])


@pytest.mark.parametrize("kind", ["type", "garbage", "cut", "swapped", "flipped", "bomb", "no facts"])
def test_what_does_not_belong_there(
    kind: str, redis_server: RedisServer, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    Scan(redis_server.url, None, caplog)
    keys = sorted(client.keys("*"))[:100]
    stored = [client.get(key) or b"" for key in keys]
    for number, key in enumerate(keys):
        name = bytes.fromhex(key.decode().rpartition(":")[2])
        client.delete(key)
        if kind == "type":
            client.lpush(key, "x")
        else:
            client.set(key, {
                "garbage": b"\0garbage" * 9, "cut": stored[number][:-5], "swapped": stored[number - 1],
                "flipped": stored[number][:30] + bytes([stored[number][30] ^ 1]) + stored[number][31:],
                "bomb": closed(name, bytes(65 << 20)) if number == 0 else b"", "no facts": closed(name, b"\x95\1"),
            }[kind])  # fmt: skip
    scan = Scan(redis_server.url, None, caplog)
    assert scan.hits <= 150
    assert scan.said == (["auditor: scan.cache is used in part: a key holds another type"] if kind == "type" else [])
    if kind != "type":
        assert Scan(redis_server.url, None, caplog).hits == 250, "what does not belong there is replaced"


def test_a_password_that_is_wrong_or_missing_is_not_told(
    redis_server: RedisServer, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    client.config_set("requirepass", "right")
    place = redis_server.url.removeprefix("redis://")
    assert Scan(redis_server.url, None, caplog).said == [
        "auditor: scan.cache is used in part: it refused the user or password"
    ]
    wrong = Scan(f"redis://:s3cret@{place}", None, caplog)
    assert wrong.said == ["auditor: scan.cache is used in part: it refused the user or password"]
    assert Scan(f"redis://:right@{place}", None, caplog).said == []
    assert Scan("redis://:s3cret@host:port/0", None, caplog).said[0].endswith("its url cannot be understood")


def test_a_user_who_may_do_no_more_than_needed(
    redis_server: RedisServer, client: redis.Redis, caplog: pytest.LogCaptureFixture
) -> None:
    client.execute_command(
        "ACL", "SETUSER", "facts", "on", ">word", "~auditor:facts:*", "resetchannels", "-@all", "+get", "+set", "+ttl",
        "+expire",
    )  # fmt: skip
    client.execute_command(
        "ACL", "SETUSER", "reader", "on", ">word", "~auditor:facts:*", "resetchannels", "-@all", "+get", "+ttl"
    )
    place = redis_server.url.removeprefix("redis://")
    assert Scan(f"redis://facts:word@{place}", None, caplog).said == []
    for key in client.keys("*"):
        client.expire(key, 1000)
    assert Scan(f"redis://facts:word@{place}", None, caplog).said == []
    reader = Scan(f"redis://reader:word@{place}", None, caplog)
    assert (reader.hits, reader.said) == (250, [])
    client.flushall()
    (said,) = Scan(f"redis://reader:word@{place}", None, caplog).said
    assert said.endswith("allow it +get +set +ttl +expire on ~auditor:facts:*")


class Relay:
    """A server between the scan and Redis that passes on so many bytes of the answer, then hangs up or dribbles."""

    def __init__(self, port: int, most: int, *, dribbles: bool) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.listener.getsockname()[1]}/0"
        self.port, self.most, self.dribbles = port, most, dribbles
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        while True:
            try:
                ours, _ = self.listener.accept()
            except OSError:
                return
            theirs = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self.upwards, args=(ours, theirs), daemon=True).start()
            threading.Thread(target=self.downwards, args=(theirs, ours), daemon=True).start()

    @staticmethod
    def upwards(source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(65536):
                target.sendall(content)
        except OSError:
            return

    def downwards(self, source: socket.socket, target: socket.socket) -> None:
        passed = 0
        try:
            while content := source.recv(4096):
                if passed + len(content) > self.most:
                    if not self.dribbles:
                        target.close()
                        return
                    time.sleep(0.2)
                target.sendall(content)
                passed += len(content)
        except OSError:
            return


def test_a_connection_that_is_lost_midway(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    Scan(redis_server.url, None, caplog)
    for most in (3, 1000, 20_000, 60_000):
        relay = Relay(redis_server.port, most, dribbles=False)
        assert len(Scan(relay.url, None, caplog).said) == 1
        relay.listener.shutdown(socket.SHUT_RDWR)


def test_a_server_that_dribbles_is_given_up(redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    Scan(redis_server.url, None, caplog)
    relay = Relay(redis_server.port, 0, dribbles=True)
    scan = Scan(relay.url, None, caplog)
    relay.listener.shutdown(socket.SHUT_RDWR)
    assert scan.said == ["auditor: scan.cache is used in part: it answers too slowly"]
    assert scan.seconds < 12


def test_a_cluster(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ports: list[int] = []
    while len(ports) < 2:
        port = free_port()
        ports += [port] if port < 55_000 else []  # a node also listens 10,000 above
    nodes = []
    try:
        for port in ports:
            (tmp_path / str(port)).mkdir()
            command = [
                redis_binary(),
                "--port",
                str(port),
                "--bind",
                "127.0.0.1",
                "--cluster-enabled",
                "yes",
                "--save",
                "",
            ]
            nodes.append(subprocess.Popen([*command, "--dir", str(tmp_path / str(port))], stdout=subprocess.DEVNULL))
        clients = [redis.Redis(port=port, retry=Retry(ConstantBackoff(0.05), 100)) for port in ports]
        clients[0].execute_command("CLUSTER", "ADDSLOTS", *range(8192))
        clients[1].execute_command("CLUSTER", "ADDSLOTS", *range(8192, 16384))
        clients[0].execute_command("CLUSTER", "MEET", "127.0.0.1", ports[1])
        until = time.monotonic() + 20
        while any(b"cluster_state:ok" not in one.execute_command("CLUSTER", "INFO") for one in clients):
            assert time.monotonic() < until
            time.sleep(0.05)
        first = Scan(f"redis://127.0.0.1:{ports[0]}/0", None, caplog)
        second = Scan(f"redis://127.0.0.1:{ports[1]}/0", None, caplog)
        assert (first.said, second.said, second.hits) == ([], [], 250)
        assert all(one.dbsize() > 50 for one in clients)
    finally:
        for node in nodes:
            node.kill()
            node.wait()


def test_what_answers_is_no_redis(caplog: pytest.LogCaptureFixture) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                line, _ = listener.accept()
                line.recv(10)
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                line.close()
            except OSError:
                return

    threading.Thread(target=answer, daemon=True).start()
    scan = Scan(f"redis://127.0.0.1:{listener.getsockname()[1]}", None, caplog)
    listener.shutdown(socket.SHUT_RDWR)
    assert len(scan.said) == 1


def test_a_unix_socket(redis_server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert shared_facts.is_redis("unix:///run/redis.sock")
    assert not shared_facts.is_redis("/var/cache/auditor")
    scan = Scan(f"unix://{tmp_path}/nobody.sock", None, caplog)
    assert scan.said == ["auditor: scan.cache is used in part: it cannot be reached"]
