"""The tracker's counters in Redis -> a collection.

In: a Redis URL, an app's name, a window. Out: one `Collection`; whatever is wrong with the server or its keys is its
`problem`, in one line without the URL. Reads all keys in one pipelined trip to the server that holds them, and the
users of what was called in a few more. Never writes, never asks again but where a cluster has just moved them, never
waits longer than a few seconds, never raises.
"""

import contextlib
import functools
from collections.abc import Sequence
from typing import Any

import msgspec
import redis

from auditor.model.usage import Collection
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.tracking.redis_address import RedisAddress, elsewhere
from auditor.usage.redis_answers import collected, questions
from auditor.usage.redis_problems import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    eviction,
    lacks_right,
    other_databases,
    short_lived,
    unanswered,
)
from auditor.usage.sources import one_line
from auditor.usage.user_sketches import UserSketches

_SCAN_ROUNDS = 200


class _SickError(Exception):
    """What is wrong with the source, in one line; never leaves this module."""


class RedisCounters:
    """The counters one app's trackers keep in Redis.

    Args:
        name: The configured name.
        url: As `auditor.tracking.redis_address` takes it; may hold a password.
        app: Name under which the trackers write.
    """

    def __init__(self, name: str, url: str, app: str) -> None:
        self.name = name
        self._url = url
        self._app = app

    def collect(self, window: Window) -> Collection:
        """Return the counts of every UTC day the window touches, watched minutes, lost counts and what is published."""
        try:
            address = RedisAddress(self._url, layout.last_key(self._app), CONNECT_SECONDS, ANSWER_SECONDS)
        except ValueError as error:
            return Collection(self.name, window, problem=f"its url cannot be used: {one_line(error)}")
        try:
            return self._read(address, window)
        except _SickError as sick:
            return Collection(self.name, window, problem=str(sick))
        except (redis.RedisError, OSError, ValueError, TypeError) as error:
            return Collection(self.name, window, problem=_explain(error))

    def _read(self, address: RedisAddress, window: Window, *, again: bool = True) -> Collection:
        with address.connect() as client:
            answers = self._ask(client, window)
            if again and any(
                isinstance(answer, redis.ResponseError) and elsewhere(answer) for answer in answers.values()
            ):
                return self._read(address, window, again=False)
            notes = self._refused(answers, window)
            if not any(answers.values()):
                raise _SickError(self._no_evidence(address))
            problem, unchecked = eviction(client)
            expiring = short_lived(client, self._renewed(window), window)
            sketches = UserSketches(self._app, functools.partial(_send, client))
            found = sketches.added(collected(self.name, self._app, window, answers))
        found = msgspec.structs.replace(found, problem=problem, notes=(*found.notes, *notes, *unchecked, *expiring))
        return found if problem is None else msgspec.structs.replace(found, watched=(), watched_kinds={})

    def _renewed(self, window: Window) -> list[str]:
        """Return keys of which each delivery renews one."""
        newest = (layout.watched_key(self._app, day) for day in window.dates()[-2:])
        return [layout.last_key(self._app), *newest]

    def _ask(self, client: redis.Redis, window: Window) -> dict[str, Any]:
        """Return the server's answer for each key; what it refuses is an answer, not an exception."""
        asked = questions(self._app, window)
        with client.pipeline(transaction=False) as pipeline:
            for question in asked:
                (pipeline.hgetall if question.is_hash else pipeline.get)(question.key)
            answers = pipeline.execute(raise_on_error=False)
        return {question.key: answer for question, answer in zip(asked, answers, strict=True)}

    def _refused(self, answers: dict[str, Any], window: Window) -> list[str]:
        """Return a note on each refused answer that can be done without, and take it out; raise for others."""
        notes = []
        for question in questions(self._app, window):
            refusal = answers[question.key]
            if isinstance(refusal, Exception):
                if question.needed:
                    raise _SickError(_explain(refusal, question.key))
                notes.append(_explain(refusal, question.key))
                answers[question.key] = None
        return notes

    def _no_evidence(self, address: RedisAddress) -> str:
        """Say that the app has no keys in the window, and where it might have been meant to look."""
        apps: set[str] = set()
        others = ""
        with contextlib.suppress(redis.ResponseError):  # the user may read nothing else
            for client in address.everywhere():
                apps |= _apps(client)
                others = others or other_databases(client)
        here = one_line(self._app)
        if self._app in apps:
            return f"no evidence: app {here!r} has keys, but none for the days of the window; is its tracker running?"
        if apps:
            found = ", ".join(sorted(one_line(app, 60) for app in apps)[:8])
            return f"no evidence: there are no keys of app {here!r}; apps found here: {found}"
        hint = f"; {others} holds keys: does the tracker write there?" if others else "; is the tracker running?"
        return f"no evidence: there are no keys of app {here!r} nor of any other{hint}"


def _send(client: redis.Redis, command: str, keys: Sequence[str]) -> list[Any]:
    """Send a command for each key in one trip and return the answers, refusals as exceptions among them."""
    with client.pipeline(transaction=False) as pipeline:
        ask = {"STRLEN": pipeline.strlen, "GET": pipeline.get}[command]
        for key in keys:
            ask(key)
        answers: list[Any] = pipeline.execute(raise_on_error=False)
        return answers


def _apps(client: redis.Redis) -> set[str]:
    """Return the names of the apps that have keys on a server; SCAN sees one server only, of a cluster as well."""
    apps: set[str] = set()
    cursor = 0
    for _ in range(_SCAN_ROUNDS):
        answer: Any = client.scan(cursor, match="{auditor:*}:*", count=1000)
        cursor = answer[0]
        keys = (key.decode("utf-8", "replace") for key in answer[1])
        apps.update(key.partition("{auditor:")[2].partition("}:")[0] for key in keys)
        if cursor == 0:
            break
    return apps


def _explain(error: Exception, key: str = "") -> str:
    """Return one line on what failed; never the URL, which may hold a password."""
    if lacks_right(error):
        return "the user may not read the keys; allow it +@read and +info on ~{auditor:*"
    problem = unanswered(error)
    if problem is not None:
        return problem
    text = one_line(error)
    if "WRONGTYPE" in text:
        return f"key {one_line(key)} holds another type than the tracker writes; is another program using the name?"
    return f"the server refused to answer: {text}" if not key else f"the server refused {one_line(key)}: {text}"
