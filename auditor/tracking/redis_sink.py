"""Writes usage to Redis in the key layout of `layout`. In: deltas and route tables. Out: one transaction a delta.

Exactly once: the transaction also stores the delta's number under the instance's own key, and that key is WATCHed and
read first. A reply that got lost leaves three cases, all safe: the old transaction ran before the retry looks (the
number says so, nothing is written), while it looks (the retry's EXEC is refused and it looks again), or arrives after
it (its own WATCH is broken, Redis drops it). Where the server knows a lower number than it confirmed, it has forgotten
deltas: they are stored again in the same transaction, or their uses are recorded as lost. Repeats only what another
server has to take, once; never waits longer than its own short timeouts, never reads or writes keys of other apps.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.tracking import layout
from auditor.tracking.confirmed import Confirmed, add_to
from auditor.tracking.delta import Delta
from auditor.tracking.redis_address import RedisAddress, elsewhere
from auditor.tracking.sinks import SinkError

if TYPE_CHECKING:
    import redis

_SECONDS_A_DAY = 86400
CLOSED_SECONDS = 3600
"""After its last delta an instance repeats nothing for longer: processes that run for a moment leave little behind."""

_Answer = TypeVar("_Answer")


class RedisSink:
    """A `Sink` on Redis: a server, a cluster or behind sentinels; connects at the first write and after every failure.

    Raises:
        ValueError: The URL cannot be used.
    """

    def __init__(self, url: str, app: str, instance: str, retention_days: int = layout.RETENTION_DAYS) -> None:
        import concurrent.futures.thread  # noqa: F401 - redis loads it, which Python refuses once a program is ending

        self._address = RedisAddress(url, layout.sequence_key(app, instance))
        self._app = app
        self._instance = instance
        self._keep_seconds = (retention_days + 1) * _SECONDS_A_DAY
        self._client: redis.Redis | None = None
        self._confirmed = Confirmed(self._keep_seconds)
        self._refused: dict[date, int] = {}
        self._published: dict[str, tuple[Mapping[str, Mapping[str, object]], str]] = {}
        self._unpublished = False

    def write(self, delta: Delta) -> None:
        """Apply a delta in one MULTI/EXEC; publish the routes again where the server has lost them."""
        if self._at_the_server(lambda client: self._apply(client, delta)):
            self._at_the_server(self._publish_again)

    def publish(self, table: str, records: Mapping[str, Mapping[str, object]], version: str) -> None:
        """Write a table, keeping when a record with the same handler was first published."""
        self._at_the_server(lambda client: self._publish(client, table, records, version))
        self._published[table] = (records, version)

    def close(self) -> None:
        """Drop the connection."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _at_the_server(self, work: Callable[["redis.Redis"], _Answer]) -> _Answer:
        """Do something where the app's keys are; once more where it turns out that they are on another server now."""
        try:
            import redis
        except ImportError as error:
            raise SinkError(f"the Redis client cannot be imported: {error}") from error
        try:
            try:
                return work(self._connected())
            except redis.ResponseError as error:
                if not elsewhere(error):
                    raise
                self.close()
                return work(self._connected())
        except (redis.RedisError, OSError) as error:
            self.close()
            raise SinkError(f"{type(error).__name__}: {error}") from error
        except TypeError as error:
            if "keyword argument" not in str(error):
                raise
            raise SinkError(f"the sink's url has an option that the Redis client does not know: {error}") from error

    def _connected(self) -> "redis.Redis":
        if self._client is None:
            try:
                self._client = self._address.connect()
            except ValueError as error:  # its text may show a part of a password
                raise SinkError("the sink's url cannot be understood") from error
        return self._client

    def _apply(self, client: "redis.Redis", delta: Delta) -> bool:
        """Return False where the delta's number says that it was applied before."""
        with client.pipeline(transaction=True) as pipe:
            known = self._known(pipe, delta)
            if known >= delta.sequence > 0:
                self._confirm(delta, known)
                self._admit(client)
                return False
            forgotten = self._confirmed.forgotten(known, delta)
            delta = _with_lost(delta, forgotten.lost, self._refused)
            deltas = (*forgotten.again, delta)
            self._unpublished |= bool(forgotten.again or forgotten.lost)
            last = {key: seen for one in deltas for key, seen in one.last.items()}
            newer = self._newer(pipe if delta.sequence else client, last)
            if delta.sequence:
                pipe.multi()
            carried = [uses for one in deltas for uses in self._queue_counts(pipe, one)]
            for one in deltas:
                self._queue(pipe, one)
            self._queue_last(pipe, newer)
            if delta.sequence:
                seconds = CLOSED_SECONDS if delta.closing else self._keep_seconds
                pipe.set(layout.sequence_key(self._app, self._instance), delta.sequence, ex=seconds)
            results: list[Any] = pipe.execute(raise_on_error=False)
        self._refused = {}
        self._confirm(delta, known)
        failed = [result for result in results if isinstance(result, Exception)]
        if failed:
            for (day, count), result in zip(carried, results, strict=False):
                if isinstance(result, Exception) and count:
                    add_to(self._refused, {day: count})
            self._admit(client)
            raise SinkError(f"part of it was refused; uses among it are recorded as lost: {failed[0]}") from failed[0]
        return True

    def _known(self, pipe: "redis.client.Pipeline", delta: Delta) -> int:
        """Return the number of the last delta that the server applied, 0 for none; from here on it is watched."""
        if not delta.sequence:
            return 0
        key = layout.sequence_key(self._app, self._instance)
        pipe.watch(key)  # type: ignore[no-untyped-call]  # redis leaves it untyped
        known: Any = pipe.get(key)
        return int(known or 0)

    def _newer(self, client: "redis.Redis", last: Mapping[str, float]) -> dict[str, float]:
        """Return those times that are later than what is stored; a past day written late changes nothing."""
        import redis

        if not last:
            return {}
        keys = list(last)
        try:
            stored: Any = client.hmget(layout.last_key(self._app), keys)
        except redis.ResponseError as error:
            if "WRONGTYPE" not in str(error):
                raise
            return dict(last)  # is refused as well, and stops no count
        return {key: last[key] for key, old in zip(keys, stored, strict=True) if last[key] > _seconds(old)}

    def _confirm(self, delta: Delta, known: int) -> None:
        if delta.sequence:
            self._confirmed.add(delta, known)

    def _queue_counts(self, pipe: "redis.client.Pipeline", delta: Delta) -> Iterator[tuple[date, int]]:
        """Queue a command for each count, and yield the day and how many uses it carries."""
        for kind, days in delta.counts.items():
            for day, fields in days.items():
                key = layout.counts_key(self._app, kind, day)
                for name, count in fields.items():
                    pipe.hincrby(key, name, count)
                    yield day, count if kind in layout.USES else 0

    def _queue_last(self, pipe: "redis.client.Pipeline", newer: Mapping[str, float]) -> None:
        if newer:
            key = layout.last_key(self._app)
            pipe.hset(key, mapping={name: repr(seen) for name, seen in newer.items()})
            pipe.expire(key, self._keep_seconds)

    def _queue(self, pipe: "redis.client.Pipeline", delta: Delta) -> None:
        """Queue all of a delta but its counts and times."""
        touched = {layout.counts_key(self._app, kind, day) for kind, days in delta.counts.items() for day in days}
        for day, count in delta.lost.items():
            touched.add(layout.lost_key(self._app, day))
            pipe.incrby(layout.lost_key(self._app, day), count)
        for kind, minutes in {layout.CALLS: delta.minutes, **delta.watched}.items():
            for minute in minutes:
                key = layout.watched_key(self._app, _day(minute * 60), kind)
                touched.add(key)
                pipe.setbit(key, minute % layout.MINUTES_A_DAY, 1)
        touched |= self._queue_users(pipe, delta)
        touched |= self._queue_instance(pipe, delta)
        for key in sorted(touched):
            pipe.expire(key, self._keep_seconds)

    def _queue_instance(self, pipe: "redis.client.Pipeline", delta: Delta) -> set[str]:
        """Say that this process lives, where its silence would mean something, and when it could not deliver."""
        if not delta.watching:
            return set()
        day = _day(delta.at)
        touched = {layout.instances_key(self._app, day)}
        flushed = layout.instance_record(
            delta.version, delta.started, delta.at, delta.interval, delta.watching, delta.closing
        )
        pipe.hset(layout.instances_key(self._app, day), self._instance, json.dumps(flushed))
        if layout.is_outage(delta.since, delta.at, delta.interval):
            touched.add(layout.outages_key(self._app, day))
            pipe.hset(layout.outages_key(self._app, day), f"{self._instance} {delta.since:.0f}", f"{delta.at:.0f}")
        return touched

    def _queue_users(self, pipe: "redis.client.Pipeline", delta: Delta) -> set[str]:
        """Merge sketches of users into those that are stored; Redis merges keys only, hence one for the moment."""
        merging = layout.users_key(self._app, _day(delta.at), f"merging {self._instance}")
        touched: set[str] = set()
        for day, sketches in delta.users.items():
            for name, sketch in sketches.items():
                key = layout.users_key(self._app, day, name)
                touched.add(key)
                pipe.set(merging, sketch.redis_value())
                pipe.pfmerge(key, merging)
        if touched:
            pipe.delete(merging)
        return touched

    def _admit(self, client: "redis.Redis") -> None:
        """Record as lost what single commands of a transaction refused (a key of another type): none is rolled back."""
        for day in tuple(self._refused):
            client.incrby(layout.lost_key(self._app, day), self._refused[day])
            del self._refused[day]
            client.expire(layout.lost_key(self._app, day), self._keep_seconds)

    def _table_key(self, table: str) -> str:
        return layout.routes_key(self._app) if table == "routes" else layout.registered_key(self._app)

    def _publish_again(self, client: "redis.Redis") -> None:
        for table, (records, version) in self._published.items():
            if self._unpublished or not client.exists(self._table_key(table)):
                self._publish(client, table, records, version)
        self._unpublished = False

    def _publish(
        self, client: "redis.Redis", table: str, records: Mapping[str, Mapping[str, object]], version: str
    ) -> None:
        key = self._table_key(table)
        stored: Any = client.hgetall(key)
        old = {_text(name): _record(value) for name, value in stored.items()}
        latest = max((_number(record.get("last")) for record in records.values()), default=0.0)
        stale = [
            name for name in old if name not in records and _number(old[name].get("last")) < latest - self._keep_seconds
        ]
        with client.pipeline(transaction=True) as pipe:
            for name, record in records.items():
                first = _number(record.get("first"))
                known = old.get(name, {})
                if known.get("handler") == record.get("handler") and _number(known.get("first")) > 0:
                    first = min(first, _number(known.get("first")))
                pipe.hset(key, name, json.dumps({**record, "version": version, "first": first}))
            if stale:
                pipe.hdel(key, *stale)
            pipe.expire(key, self._keep_seconds)
            pipe.execute()


def _with_lost(delta: Delta, *more: Mapping[date, int]) -> Delta:
    """Return a delta that states more as lost."""
    if not any(more):
        return delta
    lost: dict[date, int] = {}
    for counts in (delta.lost, *more):
        add_to(lost, counts)
    return delta._replace(lost=lost)


def _day(seconds: float) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _seconds(stored: bytes | None) -> float:
    """Return a stored time; 0 for none and for what is no time."""
    try:
        return float(stored or 0)
    except ValueError:
        return 0.0


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _record(value: bytes | str) -> dict[str, object]:
    try:
        record = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
