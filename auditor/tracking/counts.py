"""What was counted in this process and not delivered yet. In: uses as they happen. Out: one `Delta` at a time.

Counting is a dictionary update under a lock, whoever counts: a thread, a signal's handler, a finalizer. What waits is
bounded; a use that does not fit is counted as lost for its day. Never writes, never starts a thread, knows no sink.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from auditor.tracking import layout, switch
from auditor.tracking.delta import Delta
from auditor.tracking.minutes import WatchedMinutes

if TYPE_CHECKING:
    from auditor.tracking.sketches import UserSketch

_SECONDS_A_DAY = 86400
_LONGEST_NAME = 500
_FROZEN_SECONDS = 120.0
_MOST_REGISTERS = 200_000
"""Registers of all user sketches that wait: about 20 MB. Beyond, users go unnoticed: their number is a lower bound."""


class Counts:
    """The counts of one app in this process.

    Args:
        app: Name under which usage is stored; it keys the sketches of users.
        version: The application's version.
        flush_interval: Seconds between two deliveries.
        max_keys: How many different counts (of a kind, a day and a name) wait at most; further uses are lost. As many
            outcomes and durations may wait beside them.
        retention_days: Days after which an undelivered count is given up as lost.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        app: str = "",
        version: str = "",
        flush_interval: float = switch.Settings.flush_interval,
        max_keys: int = switch.Settings.max_keys,
        retention_days: int = layout.RETENTION_DAYS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._version = version
        self._interval = flush_interval
        self._max_keys = max_keys
        self._retention_days = retention_days
        self._clock = clock
        self._reset()

    def _reset(self) -> None:
        """Start empty: at first, and in a forked child, whose copied counts are its parent's to deliver."""
        self._process = os.getpid()
        self._lock = threading.RLock()
        self._inside = False
        self._interrupting: list[tuple[str, str, str | None, float]] = []
        self._buckets: dict[tuple[str, int], dict[str, int]] = {}
        self._size = 0
        self._beside: dict[tuple[str, int], dict[str, int]] = {}
        self._beside_size = 0
        self._users: dict[tuple[int, str], UserSketch] = {}
        self._registers = 0
        self._last: dict[str, float] = {}
        self._lost: dict[int, int] = {}
        self._minutes: dict[str, WatchedMinutes] = {}
        self._watching: set[str] = set()
        self._pending: Delta | None = None
        self._sequence = 0
        self._delivered_at = self._started_at = self._clock()

    def add(self, kind: str, name: str, key: str | None = None) -> None:
        """Count one use of `name`; `key` is the usage key whose last use this is, where it differs from the name.

        An empty `key` leaves the time of the last use as it is.
        """
        if self._process != os.getpid():  # forked without Python's knowledge, as some servers do
            self._reset()
        with self._lock:
            now = self._clock()  # under the lock: a minute is not marked between the look at the clock and the count
            if self._inside:  # a signal's handler or a finalizer that ran amid a count of this very thread
                self._interrupt(kind, name, key, now)
                return
            self._inside = True
            try:
                self._count(kind, name, key, now)
            finally:
                self._inside = False

    def _interrupt(self, kind: str, name: str, key: str | None, now: float) -> None:
        if len(self._interrupting) < self._max_keys:
            self._interrupting.append((kind, name, key, now))
        else:
            self.lose()

    def _count(self, kind: str, name: str, key: str | None, now: float) -> None:
        bucket_key = (kind, int(now // _SECONDS_A_DAY))
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
        if key != "":
            self._last[key or name] = now

    def beside(self, kind: str, field: str, count: int = 1) -> None:
        """Count what says more about a use that is counted already: an outcome, a duration. Nothing is lost with it."""
        if self._process != os.getpid():
            self._reset()
        bucket_key = (kind, int(self._clock() // _SECONDS_A_DAY))
        with self._lock:
            bucket = self._beside.setdefault(bucket_key, {})
            known = bucket.get(field)
            if known is None:
                if self._beside_size >= self._max_keys:
                    return
                self._beside_size += 1
                known = 0
            bucket[field] = known + count

    def took(self, kind: str, name: str, seconds: float) -> None:
        """Count the duration of a use, in seconds."""
        self.beside("durations", layout.duration_field(kind, name, layout.duration_bucket(seconds)))
        self.beside("durations", layout.duration_field(kind, name, "sum"), max(0, round(seconds * 1e6)))

    def saw(self, key: str, user: str | bytes) -> None:
        """Add a user of a usage key to the day's sketch; who it was is forgotten at once."""
        from auditor.tracking.sketches import UserSketch

        if self._process != os.getpid():
            self._reset()
        day = int(self._clock() // _SECONDS_A_DAY)
        with self._lock:
            sketch = self._users.get((day, key))
            if sketch is None:
                sketch = self._users[day, key] = UserSketch()
            before = len(sketch)
            if self._registers < _MOST_REGISTERS:
                sketch.add(user, self._app, _date(day))
            self._registers += len(sketch) - before

    def lose(self, count: int = 1) -> None:
        """Say that uses happened that could not be counted."""
        day = int(self._clock() // _SECONDS_A_DAY)
        with self._lock:
            self._lost[day] = self._lost.get(day, 0) + count

    def pause(self) -> None:
        """Say that tracking was found switched off: this minute is not watched."""
        with self._lock:
            for minutes in self._minutes.values():
                minutes.pause(self._clock())

    def unwatch(self, kind: str, since: float | None = None) -> None:
        """Say that not every use of a kind was seen since a time, now by default; its minute is not watched.

        A kind that was not watched before is watched from the minute after the next `watch` on.
        """
        with self._lock:
            self._watching.discard(kind)
            self._minutes_of(kind).pause(self._clock() if since is None else since)

    def _watch(self, kind: str) -> None:
        with self._lock:
            if kind in self._watching:
                return
            self._watching.add(kind)
            self._minutes_of(kind).tick(self._clock())

    def _minutes_of(self, kind: str) -> WatchedMinutes:
        minutes = self._minutes.get(kind)
        if minutes is None:
            allowance, keep = self._interval + _FROZEN_SECONDS, self._retention_days * layout.MINUTES_A_DAY
            minutes = self._minutes[kind] = WatchedMinutes(allowance, keep)
        return minutes

    def _cut(self, closing: bool) -> None:
        """Turn what was counted into the pending delta, unless one is still waiting."""
        with self._lock:
            now = self._clock()
            interrupting, self._interrupting = self._interrupting, []
            self._inside = True
            try:
                for use in interrupting:
                    self._count(*use)
                self._live(now, closing)
                if self._pending is None:
                    self._pending = self._taken(now, closing)
                else:
                    self._drop_old(now)
            finally:
                self._inside = False

    def _live(self, now: float, closing: bool) -> None:
        """Say that the process lives, to all minutes that it watches."""
        for kind, minutes in self._minutes.items():
            if not switch.is_on():
                minutes.pause(now)
            elif kind in self._watching:
                (minutes.end if closing else minutes.tick)(now)

    def _taken(self, now: float, closing: bool) -> Delta | None:
        """Return all that was counted and forget it here, None where there is nothing worth delivering."""
        minutes = {kind: over for kind, watched in self._minutes.items() if (over := watched.take())}
        first = self._sequence == 0 and switch.is_on()
        counted = self._size or self._beside_size or self._users or self._lost
        if not (minutes or counted or first or (closing and self._sequence)):
            return None
        buckets = self._buckets | self._beside
        self._buckets, self._size, self._beside, self._beside_size = {}, 0, {}, 0
        users, self._users, self._registers = self._users, {}, 0
        last, self._last = self._last, {}
        lost, self._lost = self._lost, {}
        self._sequence += 1
        return Delta(
            at=now, since=self._delivered_at, started=self._started_at, interval=self._interval, version=self._version,
            counts=_by_kind(buckets), minutes=minutes.pop(layout.CALLS, ()),
            watched=minutes, last={_clean(key): seen for key, seen in last.items()},
            lost={_date(day): count for day, count in lost.items()}, users=_by_day(users),
            watching=tuple(sorted(self._watching)), sequence=self._sequence, closing=closing,
        )  # fmt: skip

    def _drop_old(self, now: float) -> None:
        """Give up counts older than the retention; called with the lock held."""
        oldest = int(now // _SECONDS_A_DAY) - self._retention_days
        for bucket_key in [old for old in self._buckets if old[1] < oldest]:
            bucket = self._buckets.pop(bucket_key)
            self._size -= len(bucket)
            self._lost[bucket_key[1]] = self._lost.get(bucket_key[1], 0) + sum(bucket.values())
        for bucket_key in [old for old in self._beside if old[1] < oldest]:
            self._beside_size -= len(self._beside.pop(bucket_key))
        for user_key in [old for old in self._users if old[0] < oldest]:
            self._registers -= len(self._users.pop(user_key))
        for day in [day for day in self._lost if day < oldest - self._retention_days]:
            del self._lost[day]

    def _forget_pending(self) -> None:
        """Drop a delta that no sink will ever take, and say how much it held."""
        with self._lock:
            delta, self._pending = self._pending, None
            if delta is None:
                return
            for counts in (delta.counted(), delta.lost):
                for day, count in counts.items():
                    number = _number(day)
                    self._lost[number] = self._lost.get(number, 0) + count


def _by_kind(buckets: Mapping[tuple[str, int], Mapping[str, int]]) -> dict[str, dict[date, dict[str, int]]]:
    counts: dict[str, dict[date, dict[str, int]]] = {kind: {} for kind in layout.KINDS}
    for (kind, day), fields in buckets.items():
        cleaned = counts[kind].setdefault(_date(day), {})
        for name, count in fields.items():
            clean = _clean(name)
            cleaned[clean] = cleaned.get(clean, 0) + count
    return {kind: days for kind, days in counts.items() if days}


def _by_day(users: Mapping[tuple[int, str], "UserSketch"]) -> dict[date, dict[str, "UserSketch"]]:
    days: dict[date, dict[str, UserSketch]] = {}
    for (day, key), sketch in users.items():
        days.setdefault(_date(day), {})[_clean(key)] = sketch
    return days


def _clean(name: str) -> str:
    """Return a name that every sink can store: valid UTF-8 and of bounded length."""
    return name[:_LONGEST_NAME].encode("utf-8", "backslashreplace").decode("utf-8")


def _date(day: int) -> date:
    return datetime.fromtimestamp(day * _SECONDS_A_DAY, UTC).date()


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
