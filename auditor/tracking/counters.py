"""Counts in the application's process. In: names that were called. Out: deltas, delivered to a sink by one thread.

Counting is a dictionary update under a lock; everything slow happens in the flushing thread. While the sink is away the
counts stay here, bounded, and are delivered later; what does not fit is counted as lost for its day. A delta whose
fate is unknown keeps its number and is written again unchanged. Never raises into the application, never touches
signals: an orderly end is `atexit` or the server's own shutdown; of a killed process the minutes since the last
delivery are not marked watched, so what it lost is never taken for silence.
"""

import atexit
import logging
import os
import random
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Protocol

from auditor.tracking import layout, switch
from auditor.tracking.delta import KINDS, Delta
from auditor.tracking.minutes import WatchedMinutes
from auditor.tracking.sinks import Sink, SinkError

_SECONDS_A_DAY = 86400
_LONGEST_NAME = 500
_FROZEN_SECONDS = 120.0
_EXIT_SECONDS = 4.0
_log = logging.getLogger("auditor.tracking")

Routes = Mapping[str, Mapping[str, object]]


class RouteOwner(Protocol):
    """Who knows the routes of an application; asked in the flushing thread before each delivery."""

    def refresh(self) -> None:
        """Publish the routes again where they changed."""


class Counters:
    """The counts of one app in this process.

    Args:
        open_sink: Opens the sink; called in the flushing thread, again after a fork.
        version: The application's version.
        flush_interval: Seconds between two deliveries.
        max_keys: How many different counts (of a kind, a day and a name) are kept; further ones are counted as lost.
        retention_days: Days after which an undelivered count is given up as lost.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        open_sink: Callable[[], Sink],
        version: str = "",
        flush_interval: float = 5.0,
        max_keys: int = 10_000,
        retention_days: int = layout.RETENTION_DAYS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._open_sink = open_sink
        self._version = version
        self._interval = flush_interval
        self._max_keys = max_keys
        self._retention_days = retention_days
        self._clock = clock
        self._tables: weakref.WeakKeyDictionary[RouteOwner, Routes] = weakref.WeakKeyDictionary()
        self._reset()
        _all.add(self)

    def _reset(self) -> None:
        """Start empty: at first, and in a forked child, whose copied counts are its parent's to deliver."""
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._sink: Sink | None = None
        self._buckets: dict[tuple[str, int], dict[str, int]] = {}
        self._size = 0
        self._last: dict[str, float] = {}
        self._lost: dict[int, int] = {}
        self._watching = False
        self._minutes = WatchedMinutes(self._interval + _FROZEN_SECONDS, self._retention_days * layout.MINUTES_A_DAY)
        self._pending: Delta | None = None
        self._sequence = 0
        self._failing = False
        self._routes_failing = False
        self._published_on = -1

    def add(self, kind: str, name: str, key: str | None = None) -> None:
        """Count one call of `name`; `key` is the usage key whose last use this is, where it differs from the name."""
        now = self._clock()
        bucket_key = (kind, int(now // _SECONDS_A_DAY))
        with self._lock:
            bucket = self._buckets.get(bucket_key)
            if bucket is None:
                bucket = self._buckets[bucket_key] = {}
            count = bucket.get(name)
            if count is None:
                if self._size >= self._max_keys:
                    self._lost[bucket_key[1]] = self._lost.get(bucket_key[1], 0) + 1
                    return
                self._size += 1
                count = 0
            bucket[name] = count + 1
            self._last[key or name] = now

    def lose(self, count: int = 1) -> None:
        """Say that calls happened that could not be counted."""
        day = int(self._clock() // _SECONDS_A_DAY)
        with self._lock:
            self._lost[day] = self._lost.get(day, 0) + count

    def pause(self) -> None:
        """Say that tracking was found switched off: this minute is not watched."""
        with self._lock:
            self._minutes.pause(self._clock())

    def publish(self, owner: "RouteOwner", routes: Routes) -> None:
        """Have the flushing thread publish the routes of an owner, with all others': now and daily."""
        with self._lock:
            self._tables[owner] = routes
            self._published_on = -1
        self._wake.set()

    def start(self, *, watching: bool = False) -> None:
        """Start the flushing thread unless it runs in this process. Cheap when it does.

        Args:
            watching: From now on the caller sees every request of the application. Only then do minutes without calls
                prove anything; a script that merely uses a component proves nothing about the application's routes.
        """
        if self._thread is not None and (self._watching or not watching):
            return
        with self._lock:
            if watching and not self._watching:
                self._watching = True
                self._minutes.tick(self._clock())
            if self._thread is not None or self._stopped:
                return
            thread = threading.Thread(target=self._run, name="auditor-tracking", daemon=True)
            try:
                thread.start()
            except RuntimeError as error:  # the interpreter is shutting down
                _log.warning("auditor: usage is not tracked any more: %s", error)
                self._stopped = True
                return
            self._thread = thread
        atexit.register(self.close)
        forks = sys.modules.get("multiprocessing.util")
        if forks is not None:  # its children end without atexit
            forks.Finalize(self, self.close, exitpriority=0)

    def close(self, timeout: float = _EXIT_SECONDS) -> None:
        """Deliver what there is and stop. Takes at most about `timeout` seconds, and the sink's own time-outs."""
        self._stopped = True
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        if self._thread is not None:
            self.flush(closing=True, timeout=timeout)
        self._thread = None
        atexit.unregister(self.close)
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close()

    def flush(self, *, closing: bool = False, timeout: float = -1) -> bool:
        """Deliver now and return whether everything was taken.

        `closing` says that nothing will be counted any more in this minute, as at an orderly shutdown of a server.
        """
        if not self._flushing.acquire(timeout=timeout):
            return False
        try:
            return self._deliver(closing)
        except SinkError as error:
            self._complain(error)
            return False
        except Exception as error:  # noqa: BLE001 - nothing may reach the application, whatever a sink does
            self._give_up(error)
            return False
        finally:
            self._flushing.release()

    def _run(self) -> None:
        while not self._stopped:
            self.flush()
            if not self._stopped:
                self._wake.wait(self._interval * random.uniform(0.9, 1.1))  # many processes, not all at once
            self._wake.clear()

    def _deliver(self, closing: bool) -> bool:
        self._look_again()
        self._cut(closing)
        if self._sink is None:
            self._sink = self._open_sink()
        for _ in range(2):  # the delta that waited, then what gathered meanwhile
            if self._pending is None:
                break
            self._sink.write(self._pending)
            self._pending = None
            if self._failing:
                self._cut(closing)
        self._publish(self._sink)
        if self._failing:
            self._failing = False
            _log.warning("auditor: usage is delivered again")
        return True

    def _look_again(self) -> None:
        """Let the owners of route tables publish what changed."""
        with self._lock:
            owners = list(self._tables) if switch.is_on() else []
        for owner in owners:
            try:
                owner.refresh()
            except Exception as error:  # noqa: BLE001 - the application's routes may be in any state
                self._complain_of_routes(error)

    def _complain_of_routes(self, error: Exception) -> None:
        if not self._routes_failing:
            _log.warning("auditor: the route table could not be read: %s: %s", type(error).__name__, error)
        self._routes_failing = True

    def _publish(self, sink: Sink) -> None:
        now = self._clock()
        today = int(now // _SECONDS_A_DAY)
        with self._lock:
            routes = {key: record for table in self._tables.values() for key, record in table.items()}
            due = bool(routes) and self._published_on != today and switch.is_on()
            if due:
                self._published_on = today
        if not due:
            return
        try:
            sink.publish({key: {**record, "first": now, "last": now} for key, record in routes.items()}, self._version)
        except Exception:
            self._published_on = -1
            raise

    def _cut(self, closing: bool) -> None:
        """Turn what was counted into the pending delta, unless one is still waiting."""
        with self._lock:
            now = self._clock()
            if not switch.is_on():
                self._minutes.pause(now)
            elif not self._watching:
                pass
            elif closing:
                self._minutes.end(now)
            else:
                self._minutes.tick(now)
            if self._pending is not None:
                return self._drop_old(now)
            minutes = self._minutes.take()
            first = self._sequence == 0 and switch.is_on()
            if not (minutes or self._size or self._lost or first or (closing and self._sequence)):
                return None
            buckets, self._buckets, self._size = self._buckets, {}, 0
            last, self._last = self._last, {}
            lost, self._lost = self._lost, {}
            self._sequence += 1
        self._pending = Delta(
            at=now, version=self._version, counts=_by_kind(buckets), minutes=minutes,
            last={_clean(key): seen for key, seen in last.items()},
            lost={_date(day): count for day, count in lost.items()},
            sequence=self._sequence, closing=closing,
        )  # fmt: skip
        return None

    def _drop_old(self, now: float) -> None:
        """Give up counts older than the retention; called with the lock held."""
        oldest = int(now // _SECONDS_A_DAY) - self._retention_days
        for bucket_key in [old for old in self._buckets if old[1] < oldest]:
            bucket = self._buckets.pop(bucket_key)
            self._size -= len(bucket)
            self._lost[bucket_key[1]] = self._lost.get(bucket_key[1], 0) + sum(bucket.values())
        for day in [day for day in self._lost if day < oldest - self._retention_days]:
            del self._lost[day]

    def _complain(self, error: Exception) -> None:
        """Log once an outage, without the sink's URL, which may hold a password."""
        if not self._failing:
            _log.warning("auditor: usage cannot be delivered and is kept for later: %s", error)
        self._failing = True

    def _give_up(self, error: Exception) -> None:
        """Drop a delta that no sink will ever take, and say how much it held."""
        if not self._failing:
            _log.error("auditor: usage cannot be delivered: %s: %s", type(error).__name__, error)
        self._failing = True
        delta, self._pending = self._pending, None
        if delta is None:
            return
        with self._lock:
            for counts in (delta.counted(), delta.lost):
                for day, count in counts.items():
                    number = _number(day)
                    self._lost[number] = self._lost.get(number, 0) + count


def _by_kind(buckets: Mapping[tuple[str, int], Mapping[str, int]]) -> dict[str, dict[date, dict[str, int]]]:
    counts: dict[str, dict[date, dict[str, int]]] = {kind: {} for kind in KINDS}
    for (kind, day), fields in buckets.items():
        cleaned = counts[kind].setdefault(_date(day), {})
        for name, count in fields.items():
            clean = _clean(name)
            cleaned[clean] = cleaned.get(clean, 0) + count
    return {kind: days for kind, days in counts.items() if days}


def _clean(name: str) -> str:
    """Return a name that every sink can store: valid UTF-8 and of bounded length."""
    return name[:_LONGEST_NAME].encode("utf-8", "backslashreplace").decode("utf-8")


def _date(day: int) -> date:
    return datetime.fromtimestamp(day * _SECONDS_A_DAY, UTC).date()


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _after_fork() -> None:
    """Give the child its own empty counters; a lock that another thread held at the fork would never be released."""
    for counters in list(_all):
        counters._reset()


_all: "weakref.WeakSet[Counters]" = weakref.WeakSet()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
