"""Which Redis server holds an app's keys. In: a sink's URL, a key of the app. Out: a plain client of that server.

    redis://user:password@host:6379/0          one server; rediss:// over TLS, unix:///path/redis.sock by socket
    redis+cluster://host1:6379,host2:6379      any nodes of a cluster
    redis+sentinel://:password@host1:26379,host2:26379/0?service=mymaster

A cluster is asked for the key and its MOVED is followed. All keys of an app share a slot, so one plain connection to
that slot's node takes the WATCH and MULTI that cluster clients refuse or spread, whatever their version. Sentinels are
asked for the primary. Every connection asks anew and begins with another of the servers named, so a failover is
followed and a server that hangs is passed by. Nothing is ever repeated by the client, and no question waits longer
than the given seconds.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    import redis

SCHEMES = (
    "redis", "rediss", "unix", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel",
)  # fmt: skip
_PORTS = {"cluster": 6379, "sentinel": 26379}
_SEARCH_SECONDS = 3.0
_MOST_MOVES = 5
_MOVED = re.compile(r"\b\d+ (\S*):(\d+)$")
_PARTS = re.compile(r"(?:(?P<credentials>[^/?#]*)@)?(?P<nodes>[^/?#@]*)(?:/(?P<database>[^?#]*))?(?:\?(?P<query>.*))?")

Node = tuple[str, int]


class RedisAddress:
    """A place in Redis, whatever it consists of. Used by one thread at a time.

    Args:
        url: See the module; the query takes redis-py's options of a connection (`ssl_ca_certs`), for sentinels also
            `service`, `sentinel_username` and `sentinel_password`.
        key: A key of the app.
        connect_seconds: Longest wait for a connection.
        answer_seconds: Longest wait for an answer.

    Raises:
        ValueError: The URL cannot be used; the message holds nothing of it that may be secret.
    """

    def __init__(self, url: str, key: str, connect_seconds: float = 1.0, answer_seconds: float = 1.0) -> None:
        scheme, _, rest = url.partition("://")
        if scheme not in SCHEMES:
            raise ValueError(f"a Redis url begins with {', '.join(f'{one}://' for one in SCHEMES)}")
        self._url = url
        self._key = key
        self._timeouts = {"socket_connect_timeout": connect_seconds, "socket_timeout": answer_seconds}
        self._base, _, self._mode = scheme.partition("+")
        self._turn = 0
        self._nodes: tuple[Node, ...] = ()
        self._last: Node | None = None  # the cluster's node that was right
        if self._mode:
            self._split(rest)

    def _split(self, rest: str) -> None:
        """Take apart what follows the scheme of a cluster's or of sentinels' URL."""
        parts = _PARTS.fullmatch(rest)
        if parts is None or not parts["nodes"]:
            raise ValueError(f"a {self._mode}'s url names its servers: redis+{self._mode}://host1:port,host2:port")
        self._nodes = tuple(_node(node, _PORTS[self._mode]) for node in parts["nodes"].split(",") if node)
        self._credentials = f"{parts['credentials']}@" if parts["credentials"] else ""
        self._database = (parts["database"] or "").strip("/")
        if self._mode == "cluster" and self._database not in ("", "0"):
            raise ValueError("a cluster has no database but 0")
        options = dict(parse_qsl(parts["query"] or "", keep_blank_values=True))
        self._service = options.pop("service", "mymaster")
        self._sentinel = {
            "username": options.pop("sentinel_username", None), "password": options.pop("sentinel_password", None)
        }  # fmt: skip
        self._query = urlencode(options)

    def connect(self) -> "redis.Redis":
        """Return a client of the server that holds the key and takes writes.

        Of a single server nothing is asked yet; others are asked for at most a few seconds.

        Raises:
            redis.RedisError: No server answers, or none knows; OSError likewise.
            ValueError: The URL, or an option in it, cannot be used; TypeError likewise.
        """
        if not self._mode:
            return self._client(self._url)
        problem: Exception | None = None
        ends = time.monotonic() + _SEARCH_SECONDS
        for node in self._in_turn():
            try:
                return self._follow(node) if self._mode == "cluster" else self._primary(node)
            except (_redis().RedisError, OSError) as error:
                problem = problem or error
            if time.monotonic() >= ends:
                break
        assert problem is not None
        raise problem

    def everywhere(self) -> Iterator["redis.Redis"]:
        """Yield a client of each server that holds keys: of each primary of a cluster, else of the one there is."""
        with self.connect() as client:
            if self._mode != "cluster":
                yield client
                return
            asked = str(client.connection_pool.connection_kwargs["host"])
            slots: Any = client.execute_command("CLUSTER", "SLOTS")  # in two words redis-py leaves it as it comes
        for host, port in sorted({(place[2][0], int(place[2][1])) for place in slots}):
            with self._client(self._node_url((_text(host or "") or asked, port))) as client:
                yield client

    def _in_turn(self) -> list[Node]:
        """Return the servers to ask, each time beginning with the next one; last the one that was right last."""
        self._turn += 1
        begin = self._turn % len(self._nodes)
        nodes = [*self._nodes[begin:], *self._nodes[:begin]]
        return nodes if self._last is None or self._last in nodes else [*nodes, self._last]

    def _follow(self, node: Node) -> "redis.Redis":
        """Return a client of the cluster's node that holds the key, asking `node` first."""
        for _ in range(_MOST_MOVES):
            client = self._client(self._node_url(node))
            try:
                client.exists(self._key)
            except Exception as error:
                client.close()
                moved = _moved(error)
                if moved is None:
                    raise
                node = (moved[0] or node[0], moved[1])
            else:
                self._last = node
                return client
        raise _redis().ConnectionError("the cluster's nodes send one another the app's keys")

    def _primary(self, sentinel: Node) -> "redis.Redis":
        """Return a client of the primary that a sentinel names."""
        address = f"{self._base}://{_at(*sentinel)}?{self._query}"
        with self._client(address, **self._sentinel) as client:
            found: Any = client.execute_command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self._service)
        if found is None:
            raise _redis().ConnectionError(f"the sentinel knows no service {self._service!r}")
        return self._client(self._node_url((_text(found[0]), int(found[1]))))

    def _node_url(self, node: Node) -> str:
        return f"{self._base}://{self._credentials}{_at(*node)}/{self._database}?{self._query}"

    def _client(self, url: str, **more: str | None) -> "redis.Redis":
        """Return a client that never repeats a command by itself; redis-py's own would, ten times."""
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        options: dict[str, Any] = {**self._timeouts, **more, "retry": Retry(NoBackoff(), 0)}
        client: redis.Redis = _redis().Redis.from_url(url, **options)
        return client


def elsewhere(error: Exception) -> bool:
    """Return whether an error says that another server takes the writes now: a slot moved, a failover."""
    return _moved(error) is not None or isinstance(error, _redis().exceptions.ReadOnlyError)


def _moved(error: Exception) -> Node | None:
    """Return where a key was moved to, None for other errors. Older clients leave the whole answer in the text."""
    is_moved = isinstance(error, _redis().exceptions.MovedError) or "MOVED " in str(error)
    found = _MOVED.search(str(error)) if is_moved else None
    return (found[1], int(found[2])) if found else None


def _node(text: str, default_port: int) -> Node:
    """Return host and port of `host`, `host:port` or `[address]:port`."""
    with suppress(ValueError):
        parts = urlsplit(f"//{text}")
        if parts.hostname:
            return unquote(parts.hostname), parts.port or default_port
    raise ValueError("a server in the url is not of the form host:port")


def _at(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _redis() -> Any:  # noqa: ANN401 - the module, imported when the first client is made
    import redis

    return redis
