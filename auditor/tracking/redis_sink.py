"""Writes usage to Redis in the key layout of `layout`. In: deltas and route tables. Out: one transaction a delta.

Exactly once: the transaction also stores the delta's number under the instance's own key, and that key is WATCHed and
read first. A reply that got lost leaves three cases, all safe: the old transaction ran before the retry looks (the
number says so, nothing is written), while it looks (the retry's EXEC is refused and it looks again), or arrives after
it (its own WATCH is broken, Redis drops it). Where the server knows a lower number than it confirmed, it has forgotten
deltas, and their uses are recorded as lost. Repeats only what another server has to take, once; never waits longer
than its own short timeouts, never reads or writes keys of other apps.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.tracking import layout
from auditor.tracking.confirmed import Confirmed
from auditor.tracking.delta import Delta
from auditor.tracking.redis_address import RedisAddress, elsewhere
from auditor.tracking.sinks import SinkError

if TYPE_CHECKING:
    import redis

_SECONDS_A_DAY = 86400
_SEQUENCE_SECONDS = 2 * _SECONDS_A_DAY
_CLOSED_SECONDS = 3600
"""After its last delta an instance repeats nothing for longer: processes that run for a moment leave little behind."""

_Answer = TypeVar("_Answer")


class RedisSink:
    """A `Sink` on Redis: a server, a cluster or behind sentinels; connects at the first write and after every failure.

    Raises:
        ValueError: The URL cannot be used.
    """

    def __init__(self, url: str, app: str, instance: str, retention_days: int = layout.RETENTION_DAYS) -> None:
        self._address = RedisAddress(url, layout.sequence_key(app, instance))
        self._app = app
        self._instance = instance
        self._keep_seconds = (retention_days + 1) * _SECONDS_A_DAY
        self._client: redis.Redis | None = None
        self._confirmed = Confirmed(_SEQUENCE_SECONDS)
        self._published: dict[str, tuple[Mapping[str, Mapping[str, object]], str]] = {}

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
        sequence_key = layout.sequence_key(self._app, self._instance)
        newer = self._newer(client, delta.last)
        forgotten: Mapping[date, int] = {}
        with client.pipeline(transaction=True) as pipe:
            if delta.sequence:
                pipe.watch(sequence_key)  # type: ignore[no-untyped-call]  # redis leaves it untyped
                applied: Any = pipe.get(sequence_key)
                if applied is not None and int(applied) >= delta.sequence:
                    self._confirm(delta)
                    return False
                forgotten = self._confirmed.missing(int(applied or 0), delta.at)
                pipe.multi()
                pipe.set(sequence_key, delta.sequence, ex=_CLOSED_SECONDS if delta.closing else _SEQUENCE_SECONDS)
            self._queue(pipe, delta, newer, forgotten)
            results: list[Any] = pipe.execute(raise_on_error=False)
        failed = [result for result in results if isinstance(result, Exception)]
        if failed:
            self._admit(client, delta, failed[0])
        if forgotten:
            self._confirmed.forget()
        self._confirm(delta)
        return True

    def _newer(self, client: "redis.Redis", last: Mapping[str, float]) -> dict[str, float]:
        """Return those times that are later than what is stored; a past day written late changes nothing."""
        if not last:
            return {}
        keys = list(last)
        stored: Any = client.hmget(layout.last_key(self._app), keys)
        return {key: last[key] for key, old in zip(keys, stored, strict=True) if last[key] > _seconds(old)}

    def _confirm(self, delta: Delta) -> None:
        if delta.sequence:
            self._confirmed.add(delta)

    def _queue(
        self, pipe: "redis.client.Pipeline", delta: Delta, newer: Mapping[str, float], forgotten: Mapping[date, int]
    ) -> None:
        touched: set[str] = set()
        for kind, days in delta.counts.items():
            for day, fields in days.items():
                key = layout.counts_key(self._app, kind, day)
                touched.add(key)
                for name, count in fields.items():
                    pipe.hincrby(key, name, count)
        if newer:
            touched.add(layout.last_key(self._app))
            pipe.hset(layout.last_key(self._app), mapping={key: repr(seen) for key, seen in newer.items()})
        for day, count in (*delta.lost.items(), *forgotten.items()):
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
        flushed = layout.instance_record(delta.version, delta.at, delta.interval, delta.watching, delta.closing)
        pipe.hset(layout.instances_key(self._app, day), self._instance, json.dumps(flushed))
        if delta.since and delta.at - delta.since > layout.may_be_silent(delta.interval):
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

    def _admit(self, client: "redis.Redis", delta: Delta, error: Exception) -> None:
        """Record a delta as lost of which single commands failed (a key of another type): Redis does not roll back.

        The number is stored, so it is not applied again; its days must not prove absence.
        """
        days = delta.counted() or {_day(delta.at): 0}
        try:
            for day, count in days.items():
                client.incrby(layout.lost_key(self._app, day), max(count, 1))
                client.expire(layout.lost_key(self._app, day), self._keep_seconds)
        finally:
            raise SinkError(f"part of the counts was refused and is recorded as lost: {error}") from error

    def _table_key(self, table: str) -> str:
        return layout.routes_key(self._app) if table == "routes" else layout.registered_key(self._app)

    def _publish_again(self, client: "redis.Redis") -> None:
        for table, (records, version) in self._published.items():
            if not client.exists(self._table_key(table)):
                self._publish(client, table, records, version)

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
