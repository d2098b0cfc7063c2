"""Encoded facts that many machines share in a Redis.

In: a URL; keys and bytes. Out: the bytes that any of them stored under a key. A server that is away, slow, full,
read-only or holds something else gives misses: never an exception, never a wrong answer, and a few seconds at most.
What was wrong is one line, `problem`, without the URL. Whoever may write there decides what is found.
"""

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

_SCHEMES = ("redis", "rediss", "unix")
_PREFIX = "auditor:facts:2:"
"""History: 2 (2026-11) as the packs' format."""

_CONNECT_SECONDS = 1.0
_ANSWER_SECONDS = 1.5
_BATCH = 100
_KEPT_SECONDS = 14 * 86_400
_REFRESHED_SECONDS = 86_400
_LARGEST = 64 << 20
_SUM = 16


def is_redis(url: str) -> bool:
    """Return whether a place is a Redis, not a directory."""
    return url.partition("://")[0] in _SCHEMES and "://" in url


class SharedFacts:
    """What is under the keys of one Redis; connects when it is first asked.

    Args:
        url: `redis://`, `rediss://` or `unix://`; may hold a password.
        seconds: For a step and `each` entry of it, the longest it may take.
        each: See `seconds`.
    """

    def __init__(self, url: str, *, seconds: float = 2.0, each: float = 0.01) -> None:
        self.problem = ""
        self._url = url
        self._seconds = seconds
        self._each = each
        self._client: Any = None

    def fetch(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """Yield keys with what is stored under them; what is used stays for another while."""
        fading: list[bytes] = []
        for batch, answers in self._asked(keys, self._ask):
            for key, content, left in zip(batch, answers[::2], answers[1::2], strict=False):
                opened = _opened(key, content)
                if opened is not None:
                    if isinstance(left, int) and 0 <= left < _KEPT_SECONDS - _REFRESHED_SECONDS:
                        fading.append(key)
                    yield key, opened
        if not self.problem:
            for _ in self._asked(fading, self._refresh):
                pass

    def store(self, entries: Sequence[tuple[bytes, bytes]]) -> None:
        """Store what `closed` made of facts, by key."""
        if not self.problem:
            for _ in self._asked(entries, self._put):
                pass

    def _asked(self, asked: Sequence[Any], queue: Callable[[Any, Any], None]) -> Iterator[tuple[list[Any], list[Any]]]:
        """Yield batches with the server's answers, until something is wrong or time is over."""
        until = time.monotonic() + self._seconds + self._each * len(asked)
        rest = iter(asked)
        while batch := list(islice(rest, _BATCH)):
            answers = self._answers(batch, queue)
            yield batch, answers
            if self.problem:
                return
            if time.monotonic() > until:
                self.problem = "it answers too slowly"
                return

    def _answers(self, batch: list[Any], queue: Callable[[Any, Any], None]) -> list[Any]:
        import redis

        try:
            if self._client is None:
                self._client = self._connected(redis.Redis)
            answers = self._executed(batch, queue)
            if any(isinstance(one, redis.exceptions.MovedError) for one in answers):
                self._client.close()
                self._client = self._connected(redis.RedisCluster)
                answers = self._executed(batch, queue)
        except (redis.RedisError, OSError, ValueError, TypeError, LookupError) as error:
            self.problem = _explained(error)
            return []
        wrong = next((one for one in answers if isinstance(one, Exception)), None)
        if wrong is not None:
            self.problem = _explained(wrong)
        return answers

    def _executed(self, batch: list[Any], queue: Callable[[Any, Any], None]) -> list[Any]:
        pipeline = self._client.pipeline(transaction=False)
        for one in batch:
            queue(pipeline, one)
        return list(pipeline.execute(raise_on_error=False))

    def _connected(self, kind: Any) -> Any:  # noqa: ANN401 -- redis.Redis and redis.RedisCluster share no type
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        return kind.from_url(
            self._url, socket_connect_timeout=_CONNECT_SECONDS, socket_timeout=_ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )  # fmt: skip

    @staticmethod
    def _ask(pipeline: Any, key: bytes) -> None:  # noqa: ANN401 -- as above
        pipeline.get(_named(key))
        pipeline.ttl(_named(key))

    @staticmethod
    def _refresh(pipeline: Any, key: bytes) -> None:  # noqa: ANN401 -- as above
        pipeline.expire(_named(key), _KEPT_SECONDS)

    @staticmethod
    def _put(pipeline: Any, entry: tuple[bytes, bytes]) -> None:  # noqa: ANN401 -- as above
        pipeline.set(_named(entry[0]), entry[1], ex=_KEPT_SECONDS)


def closed(key: bytes, content: bytes) -> bytes:
    """Return bytes as they are stored under a key: compressed, with a checksum."""
    small = zlib.compress(content, 1)
    return blake2b(key + small, digest_size=_SUM).digest() + small


def _opened(key: bytes, stored: object) -> bytes | None:
    """Return the bytes that were stored under just this key; None for anything else."""
    if not isinstance(stored, bytes) or blake2b(key + stored[_SUM:], digest_size=_SUM).digest() != stored[:_SUM]:
        return None
    try:
        opener = zlib.decompressobj()
        content = opener.decompress(stored[_SUM:], _LARGEST)
    except zlib.error:
        return None
    return content if opener.eof else None


def _named(key: bytes) -> str:
    return _PREFIX + key.hex()


def _explained(error: Exception) -> str:
    """Return what failed in a few words: never the URL, which may hold a password."""
    from redis import exceptions as refusals

    text = str(error)
    for kinds, sign, said in (
        (refusals.ReadOnlyError, "", "it is read-only"),
        (refusals.OutOfMemoryError, "", "it is full"),
        (refusals.NoPermissionError, "", "the user may not; allow it +get +set +ttl +expire on ~auditor:facts:*"),
        ((refusals.AuthenticationError, refusals.AuthorizationError), "", "it refused the user or password"),
        (refusals.BusyLoadingError, "", "it is still starting"),
        (refusals.ResponseError, "WRONGTYPE", "a key holds another type"),
        ((refusals.TimeoutError, TimeoutError), "", "it does not answer"),
        (refusals.InvalidResponse, "", "what answers there is no Redis"),
        ((refusals.ConnectionError, OSError), "", "it cannot be reached"),
        (refusals.RedisError, "", "it refused to answer"),
    ):
        if isinstance(error, kinds) and sign in text:
            return said
    return "its url cannot be understood"
