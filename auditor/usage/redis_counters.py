"""The tracker's counters in Redis -> a collection.

In: a Redis URL, an app's name, a window. Out: one `Collection`; whatever is wrong with the server or its keys is its
`problem`, in one line without the URL. Reads the layout of `auditor.tracking.layout` in one pipelined trip. Never
writes, never retries, never waits longer than a few seconds, never raises.
"""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from auditor.model.usage import BITMAP_BYTES, Collection, RegisteredRoute, UsageKind, WatchedDay, Window
from auditor.tracking import layout
from auditor.usage.records import LastFlush, Tally, abandoned, moment, registered_route
from auditor.usage.sources import one_line

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 5.0
_SCAN_ROUNDS = 200
_SCHEMES = ("redis", "rediss", "unix")
_NAMES: tuple[tuple[str, UsageKind], ...] = (("components", "component"), ("tasks", "task"), ("functions", "function"))
_PER_DAY = 4 + len(_NAMES)


class _SickError(Exception):
    """What is wrong with the source, in one line; never leaves this module."""


class RedisCounters:
    """The counters one app's trackers keep in Redis.

    Args:
        name: The configured name.
        url: `redis://`, `rediss://` or `unix://`; may hold a password.
        app: Name under which the trackers write.
    """

    def __init__(self, name: str, url: str, app: str) -> None:
        self.name = name
        self._url = url
        self._app = app

    def collect(self, window: Window) -> Collection:
        """Return the counts of every UTC day the window touches, watched minutes, lost counts and the route table."""
        try:
            client = self._client()
        except _SickError as sick:
            return Collection(self.name, window, problem=str(sick))
        except (redis.RedisError, OSError, ValueError) as error:
            return Collection(self.name, window, problem=_explain(error))
        try:
            return self._read(client, window)
        except _SickError as sick:
            return Collection(self.name, window, problem=str(sick))
        except (redis.RedisError, OSError, ValueError) as error:
            return Collection(self.name, window, problem=_explain(error))
        finally:
            client.close()

    def _client(self) -> redis.Redis:
        if self._url.partition("://")[0] not in _SCHEMES:
            raise _SickError(f"its url must start with {', '.join(f'{scheme}://' for scheme in _SCHEMES)}")
        return redis.Redis.from_url(
            self._url,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def _read(self, client: redis.Redis, window: Window) -> Collection:
        days = window.dates()
        keys, answers = self._ask(client, days)
        for key, answer in zip(keys, answers, strict=True):
            if isinstance(answer, redis.ResponseError):
                raise _SickError(_explain(answer, key))
        if not any(answers):
            raise _SickError(self._no_evidence(client))
        tally = Tally(_times(answers[0]))
        routes, foreign = _routes(answers[1])
        instances: dict[bytes, bytes] = {}
        watched: list[WatchedDay] = []
        lost: list[tuple[date, int]] = []
        for index, day in enumerate(days):
            calls, bitmap, missing, flushed, *names = answers[2 + index * _PER_DAY : 2 + (index + 1) * _PER_DAY]
            foreign += _count(tally, day, calls, names)
            instances.update(flushed)
            if bitmap:
                watched.append(WatchedDay(day, bitmap[:BITMAP_BYTES].ljust(BITMAP_BYTES, b"\0")))
            if missing:
                lost.append((day, _positive(missing) or 1))
        problem, unchecked = self._eviction(client)
        return Collection(
            self.name, window, tuple(watched) if problem is None else (), tally.samples(), routes, tuple(lost),
            problem, (*_notes(foreign, watched, routes), *abandoned(_last_flushes(instances), window), *unchecked),
        )  # fmt: skip

    def _ask(self, client: redis.Redis, days: Sequence[date]) -> tuple[list[str], list[Any]]:
        """Return every key read, and the server's answer to each; a wrong type is an answer, not an exception."""
        app = self._app
        pipeline = client.pipeline(transaction=False)
        keys = [layout.last_key(app), layout.routes_key(app)]
        pipeline.hgetall(keys[0])
        pipeline.hgetall(keys[1])
        for day in days:
            pipeline.hgetall(layout.counts_key(app, "calls", day))
            pipeline.get(layout.watched_key(app, day))
            pipeline.get(layout.lost_key(app, day))
            pipeline.hgetall(layout.instances_key(app, day))
            keys += [layout.counts_key(app, "calls", day), layout.watched_key(app, day), layout.lost_key(app, day)]
            keys.append(layout.instances_key(app, day))
            for kind, _ in _NAMES:
                pipeline.hgetall(layout.counts_key(app, kind, day))
                keys.append(layout.counts_key(app, kind, day))
        return keys, pipeline.execute(raise_on_error=False)

    def _no_evidence(self, client: redis.Redis) -> str:
        """Say that the app has no keys in the window, and where it might have been meant to look."""
        apps: set[str] = set()
        cursor = 0
        for _ in range(_SCAN_ROUNDS):
            answer: Any = client.scan(cursor, match="{auditor:*}:*", count=1000)
            cursor = answer[0]
            apps.update(_text(key).partition("{auditor:")[2].partition("}:")[0] for key in answer[1])
            if cursor == 0:
                break
        here = one_line(self._app)
        if self._app in apps:
            return f"no evidence: app {here!r} has keys, but none for the days of the window; is its tracker running?"
        if apps:
            found = ", ".join(sorted(one_line(app, 60) for app in apps)[:8])
            return f"no evidence: there are no keys of app {here!r}; apps found here: {found}"
        others = _other_databases(client)
        hint = f"; {others} holds keys: does the tracker write there?" if others else "; is the tracker running?"
        return f"no evidence: there are no keys of app {here!r} nor of any other{hint}"

    def _eviction(self, client: redis.Redis) -> tuple[str | None, tuple[str, ...]]:
        """Return what is wrong where the server throws away keys by itself, the rarely used first; and a note."""
        try:
            stats: Any = client.info("stats")
            memory: Any = client.info("memory")
        except redis.ResponseError:
            return None, ("the user may not run INFO, so evicted counts would go unnoticed; allow it +info",)
        evicted, policy = stats.get("evicted_keys", 0), str(memory.get("maxmemory_policy", ""))
        if not evicted or not policy.startswith(("allkeys", "volatile")):
            return None, ()
        return (
            f"the server has evicted {evicted:,} keys (maxmemory-policy {policy}), so counts may be missing; "
            "set noeviction or give it more memory, run CONFIG RESETSTAT, and let the window pass"
        ), ()


def _count(tally: Tally, day: date, calls: Mapping[bytes, bytes], names: Sequence[Mapping[bytes, bytes]]) -> int:
    """Add one day's hashes; return how many fields hold no count."""
    foreign = 0
    for field, value in calls.items():
        key, status = layout.split_call_field(_text(field))
        count = _positive(value)
        if count is None or not key:
            foreign += 1
        else:
            tally.add_call(key, status, day, count)
    for (_, kind), counts in zip(_NAMES, names, strict=True):
        for field, value in counts.items():
            count = _positive(value)
            if count is None:
                foreign += 1
            else:
                tally.add(_text(field), kind, day, count)
    return foreign


def _routes(published: Mapping[bytes, bytes]) -> tuple[tuple[RegisteredRoute, ...], int]:
    """Return the published route table, sorted by key, and how many records cannot be read."""
    routes = [registered_route(_text(key), record) for key, record in published.items()]
    readable = sorted((route for route in routes if route is not None), key=lambda route: route.key)
    return tuple(readable), len(routes) - len(readable)


def _notes(foreign: int, watched: Sequence[WatchedDay], routes: Sequence[RegisteredRoute]) -> tuple[str, ...]:
    notes = []
    if foreign:
        notes.append(f"{foreign:,} fields were not written by a tracker and were left out")
    if not watched:
        notes.append("no whole minute of the window was watched yet")
    if not routes:
        notes.append("no route table is published, so a route that nobody called cannot be told from one untracked")
    return tuple(notes)


def _last_flushes(instances: Mapping[bytes, bytes]) -> list[LastFlush]:
    """Return each tracker's last flush; what is none is left out."""
    found = []
    for record in instances.values():
        with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
            found.append(msgspec.json.decode(record, type=LastFlush))
    return found


def _times(last: Mapping[bytes, bytes]) -> dict[str, float]:
    times = {}
    for key, value in last.items():
        try:
            seconds = float(value)
        except ValueError:
            continue
        if moment(seconds) is not None:
            times[_text(key)] = seconds
    return times


def _positive(value: bytes) -> int | None:
    """Return a count, None where the value is none; more digits than any counter has are no count."""
    return int(value) if value.isdigit() and len(value) < 19 else None


def _text(raw: bytes | str) -> str:
    return raw if isinstance(raw, str) else raw.decode("utf-8", "replace")


def _other_databases(client: redis.Redis) -> str:
    """Name the databases of the server that hold keys; empty where none does or it will not say."""
    try:
        keyspace: Any = client.info("keyspace")
    except redis.RedisError:
        return ""
    return ", ".join(sorted(name for name in keyspace if name.startswith("db")))


def _explain(error: Exception, key: str = "") -> str:
    """Return one line on what failed; never the URL, which may hold a password."""
    text = one_line(error)
    if isinstance(error, redis.AuthenticationError | redis.exceptions.AuthorizationError) or "NOAUTH" in text:
        return "the server wants another user or password; check the url's"
    if isinstance(error, redis.exceptions.NoPermissionError) or "NOPERM" in text:
        return "the user may not read the keys; allow it +@read and +info on ~{auditor:*"
    if isinstance(error, redis.TimeoutError | TimeoutError):
        return f"the server did not answer within {_ANSWER_SECONDS:g} s"
    if isinstance(error, redis.exceptions.InvalidResponse):
        return "what answers there is no Redis server; check the url's host and port"
    if isinstance(error, redis.ConnectionError | OSError):
        return f"the server cannot be reached: {text or 'the connection failed'}"
    if "WRONGTYPE" in text:
        return f"key {one_line(key)} holds another type than the tracker writes; is another program using the name?"
    if isinstance(error, redis.ResponseError):
        return f"the server refused to answer: {text}" if not key else f"the server refused {one_line(key)}: {text}"
    return "its url cannot be understood; it must look like redis://host:6379/0"
