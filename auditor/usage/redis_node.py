"""One Redis server, asked for the keys of a pattern and what they hold: in bounded steps, in a bounded time.

In: a plain client of one server. Out: keys, answers; what cannot be gone on without is a `SickError`. SCAN, never KEYS;
no command names two keys, so that a cluster's node answers for whatever it holds. Never writes, never asks twice.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import redis

from auditor.config.key_patterns import TextPattern
from auditor.tracking.redis_address import elsewhere
from auditor.usage.redis_problems import lacks_right, unanswered
from auditor.usage.sources import one_line

MOST_KEYS = 200_000
TOTAL_SECONDS = 120.0
_A_ROUND = 2_000
_MOST_ROUNDS = 50_000
_A_PIPELINE = 2_000

_OPTIONAL = ("ttl",)

RIGHTS_LACK = "lacks rights on the keys of the pattern; config/redis-acl.conf lists them for counters of your own"
WRONG_TYPE = object()
"""Answer for a key of another type than the command wants."""

Command = tuple[str, tuple[Any, ...], dict[str, Any]]


class SickError(Exception):
    """What is wrong with the source, in one line."""


class MovedError(Exception):
    """A cluster moved keys while they were read, so some may not have been seen."""


class RedisNode:
    """A server, and what asking it came to.

    `refused` are commands that can be done without and that the user may not run.

    Args:
        client: Of the server.
        deadline: `time.monotonic()` at which to give up.
    """

    def __init__(self, client: redis.Redis, deadline: float) -> None:
        self.client = client
        self._deadline = deadline
        self.refused: set[str] = set()

    def keys(self, pattern: TextPattern, moments: Iterable[datetime]) -> Iterator[bytes]:
        """Yield each key of the server that the pattern's glob finds, once.

        Where times alone tell the keys, those of `moments` that are there are asked for; nothing is searched.
        """
        if not pattern.timed_only:
            yield from self._found(pattern.glob)
            return
        wanted = list(dict.fromkeys(pattern.written(moment) for moment in moments))
        answers = self.ask([("exists", (key,), {}) for key in wanted], elsewhere_is_none=True)
        yield from (key.encode() for key, there in zip(wanted, answers, strict=True) if there)

    def _found(self, glob: str) -> Iterator[bytes]:
        seen: set[bytes] = set()
        cursor = 0
        for _ in range(_MOST_ROUNDS):
            answer: Any = self.ask([("scan", (cursor,), {"match": glob, "count": _A_ROUND})])[0]
            cursor, found = int(answer[0]), answer[1]
            fresh = [key for key in dict.fromkeys(found) if key not in seen]
            seen.update(fresh)
            yield from fresh
            if cursor == 0:
                return
            if len(seen) > MOST_KEYS:
                raise SickError(f"more than {MOST_KEYS:,} keys have the pattern; count by route, not by path")
        raise SickError("the server holds too many keys to look through; give the counters a database of their own")

    def ask(self, commands: Sequence[Command], *, elsewhere_is_none: bool = False) -> list[Any]:
        """Return the answer to each command; `WRONG_TYPE` for a key of another type than the command wants.

        Raises:
            SickError: The server refuses, or takes too long altogether.
            MovedError: Another node holds the key now.
            redis.RedisError: The server does not answer; OSError likewise.
        """
        answers: list[Any] = []
        for start in range(0, len(commands), _A_PIPELINE):
            if time.monotonic() > self._deadline:
                raise SickError(f"reading took longer than {TOTAL_SECONDS:g} s; the rest was left out")
            with self.client.pipeline(transaction=False) as pipeline:
                for name, arguments, options in commands[start : start + _A_PIPELINE]:
                    getattr(pipeline, name)(*arguments, **options)
                answers += pipeline.execute(raise_on_error=False)
        return [
            self._checked(answer, name, elsewhere_is_none)
            for answer, (name, _, _) in zip(answers, commands, strict=True)
        ]

    def _checked(self, answer: object, command: str, elsewhere_is_none: bool) -> Any:  # noqa: ANN401 - as redis-py
        if not isinstance(answer, Exception):
            return answer
        if elsewhere(answer) or isinstance(answer, redis.exceptions.AskError | redis.exceptions.TryAgainError):
            if elsewhere_is_none:
                return None
            raise MovedError
        if "WRONGTYPE" in str(answer):
            return WRONG_TYPE
        if lacks_right(answer):
            if command in _OPTIONAL:
                self.refused.add(command)
                return None
            raise SickError(f"the user may not run {command.upper()}: it {RIGHTS_LACK}")
        said = str(answer).partition(", with args")[0]  # what follows are keys, which may hold anything
        raise SickError(unanswered(answer) or f"the server refused {command.upper()}: {one_line(said)}")

    def present(self) -> datetime | None:
        """Return the server's own time, None where the user may not ask for it."""
        try:
            seconds: Any = self.client.time()
        except redis.ResponseError:
            return None
        return datetime.fromtimestamp(int(seconds[0]), UTC)

    def type_of(self, key: bytes) -> str:
        """Return the type of a key, empty where it is not told."""
        try:
            told: Any = self.client.type(key)
        except redis.ResponseError:
            return ""
        return told.decode() if isinstance(told, bytes) else str(told)
