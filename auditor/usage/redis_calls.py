"""Sorted sets with one member a call and its time as score, in one Redis server -> counts by hour, watched minutes.

In: a `RedisNode`, a pattern. Out: calls added to a `ForeignCounts`; `CallTimes`. Scores may be seconds, milli-, micro-
or nanoseconds. Few calls are read, many are counted by the server, so a set of any size takes little memory. Members
are looked at only where they are times: a program that writes `utcnow().timestamp()` is off by its server's zone, and
its members tell. Never writes, never keeps a member.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple

from auditor.config.key_patterns import ForeignPattern
from auditor.model.days import EARLIEST, first_second
from auditor.model.usage import MINUTES_A_DAY, WatchedDay
from auditor.usage.foreign_counts import ForeignCounts
from auditor.usage.minutes import watched_days
from auditor.usage.redis_foreign_counters import LONGEST_KEY, KeysSeen
from auditor.usage.redis_node import WRONG_TYPE, Command, RedisNode

_BATCH = 200
_FEW = 100
_A_PAGE = 1_000
_AT_ONCE = 48
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_UNITS = (1, 10**3, 10**6, 10**9)
_AHEAD = 300
"""Seconds that clocks may differ by."""
_SAME = 60
_STEP = 900
"""Zones differ by multiples of a quarter of an hour."""
_LARGEST_SHIFT = 14 * _HOUR
_ISO = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


class CallTimes:
    """What the times of calls tell, of all servers together; epoch seconds and minutes.

    `kept` is the shortest time for which a key is kept after a call, seconds; None where none expires.
    """

    def __init__(self) -> None:
        self.minutes: set[int] = set()
        self.first: float | None = None
        self.last: float | None = None
        self.kept: float | None = None
        self.misdated = 0
        self.shift = 0

    def note(self, first: float, last: float) -> None:
        """Take in the first and the last call of a key."""
        self.first = first if self.first is None else min(first, self.first)
        self.last = last if self.last is None else max(last, self.last)

    def note_shift(self, shift: int) -> None:
        """Take in by how much member and score of a call in the window differ; the largest stays."""
        self.shift = shift if abs(shift) > abs(self.shift) else self.shift

    def watched(self, days: Sequence[date], *, since: float, complete: bool) -> tuple[WatchedDay, ...]:
        """Return the watched minutes of `days` from `since` on: those with a call of anybody, or all in between."""
        if complete and self.first is not None and self.last is not None:
            bounds = first_second(min(days)) // _MINUTE, first_second(max(days)) // _MINUTE + MINUTES_A_DAY
            minutes = set(
                range(max(int(self.first) // _MINUTE, bounds[0]), min(int(self.last) // _MINUTE + 1, bounds[1]))
            )
        else:
            minutes = self.minutes
        found = watched_days(minute for minute in minutes if minute * _MINUTE >= since)
        return tuple(day for day in found if day.day in days)


class _Calls(NamedTuple):
    """One key, one unit of its scores: `shift` seconds are to be added to them. What is after `latest` cannot be."""

    key: bytes
    names: tuple[str, ...]
    unit: int
    shift: int
    latest: float

    def between(self, start: float, end: float) -> tuple[str, str]:
        """Return the scores from `start` up to, not including, `end` or what cannot be, as Redis takes them."""
        end = min(end, self.latest)
        return str(int((start - self.shift) * self.unit)), f"({int((end - self.shift) * self.unit)}"

    def seconds(self, score: float) -> float:
        return score / self.unit + self.shift


class CallReading:
    """Reads the keys of one pattern from one server after the other.

    Args:
        pattern: How the keys are written.
        counts: Takes the calls.
        seen: Takes what was odd about the keys.
        times: Takes what the times tell.
        present: The present of the server.
        claims: Whether watched minutes are wanted.
    """

    def __init__(
        self, pattern: ForeignPattern, counts: ForeignCounts, seen: KeysSeen, times: CallTimes, present: datetime,
        *, claims: bool,
    ) -> None:  # fmt: skip
        self._pattern = pattern
        self._counts = counts
        self._seen = seen
        self._times = times
        self._present = present.timestamp()
        self._claims = claims

    def read(self, node: RedisNode) -> None:
        """Add what one server holds."""
        keys = iter(node.keys(self._pattern.key, ()))
        while batch := tuple(islice(keys, _BATCH)):
            self._seen.found += len(batch)
            self._read_batch(node, batch)

    def _read_batch(self, node: RedisNode, keys: Sequence[bytes]) -> None:
        calls = list(self._calls(node, keys))
        self._count_misdated(node, calls)
        days = sorted(self._counts.days)
        places = [(one, day) for one in calls for day in days]
        numbers = node.ask([_zcount(one, first_second(day), first_second(day) + _DAY) for one, day in places])
        few = [place for place, n in zip(places, numbers, strict=True) if 0 < n <= _FEW]
        many = [(n, *place) for place, n in zip(places, numbers, strict=True) if n > _FEW]
        self._read_few(node, few)
        self._count_many(node, many)

    def _calls(self, node: RedisNode, keys: Sequence[bytes]) -> Iterator[_Calls]:
        """Yield what each key is, and take in its first and last time and for how long it is kept."""
        ends: list[Command] = [("zrange", (key, at, at), {"withscores": True}) for key in keys for at in (0, -1)]
        answers = node.ask([*ends, *(("ttl", (key,), {}) for key in keys)])
        for number, key in enumerate(keys):
            lowest, highest = answers[2 * number : 2 * number + 2]
            said = self._pattern.said(key.decode(errors="replace")) if len(key) <= LONGEST_KEY else None
            if lowest is WRONG_TYPE:
                self._seen.note_wrong_type(node, key)
            elif not lowest or not highest:
                self._seen.gone += 1
            elif said is None:
                self._counts.add(None, None)
            else:
                yield from self._of_key(
                    key, self._counts.names(said), lowest[0], highest[0], answers[2 * len(keys) + number]
                )

    def _of_key(
        self,
        key: bytes,
        names: tuple[str, ...],
        lowest: tuple[bytes, float],
        highest: tuple[bytes, float],
        seconds: int | None,
    ) -> Iterator[_Calls]:
        units = [unit for unit in _UNITS if _unit(float(lowest[1])) <= unit <= _unit(float(highest[1]))]
        shift = self._shift(highest[0], float(highest[1]) / units[-1])
        found = [_Calls(key, names, unit, shift, self._present + _AHEAD) for unit in units]
        last = found[-1].seconds(float(highest[1]))
        self._times.note(found[0].seconds(float(lowest[1])), last)
        if seconds is not None and seconds >= 0 and last <= self._present + _AHEAD:
            kept = max(0.0, self._present - last) + seconds
            self._times.kept = kept if self._times.kept is None else min(kept, self._times.kept)
        yield from found

    def _shift(self, member: bytes, score: float) -> int:
        """Return how many seconds to add to a key's scores: 0, or what its newest member is off by.

        Member and score differ by the zone of a server whose program mixes local time and UTC; which of the two is
        right is not known. The later is taken, so that a use never looks older than it is, unless it is in the future.
        """
        shift = _difference(member, score)
        later, earlier = (shift, 0) if shift > 0 else (0, shift)
        return later if score + later <= self._present + _AHEAD else earlier

    def _count_misdated(self, node: RedisNode, calls: Sequence[_Calls]) -> None:
        """Count calls dated in the future or before 2000 as uses of which no time is known."""
        sizes = node.ask([("zcard", (one.key,), {}) for one in calls])
        numbers = node.ask([_zcount(one, EARLIEST, one.latest) for one in calls])
        dated: dict[bytes, int] = {}
        for one, number in zip(calls, numbers, strict=True):
            dated[one.key] = dated.get(one.key, 0) + number
        for one, size in {one.key: (one, size) for one, size in zip(calls, sizes, strict=True)}.values():
            if size > dated[one.key]:
                self._times.misdated += size - dated[one.key]
                self._counts.add_undated(one.names, size - dated[one.key])

    def _read_few(self, node: RedisNode, places: Sequence[tuple[_Calls, date]]) -> None:
        bounds = [one.between(first_second(day), first_second(day) + _DAY) for one, day in places]
        asked: list[Command] = [
            ("zrangebyscore", (one.key, *bound), {"withscores": True, "start": 0, "num": _A_PAGE})
            for (one, _), bound in zip(places, bounds, strict=True)
        ]
        for (one, day), found in zip(places, node.ask(asked), strict=True):
            hours: dict[int, list[float]] = {}
            for member, score in found:
                seconds = one.seconds(float(score))
                self._times.note_shift(_difference(member, float(score) / one.unit))
                hours.setdefault(int(seconds - first_second(day)) // _HOUR, []).append(seconds)
                self._times.minutes.add(int(seconds) // _MINUTE)
            for hour, called in hours.items():
                self._counts.add_hour(one.names, day, hour, len(called), max(called))

    def _count_many(self, node: RedisNode, places: list[tuple[int, _Calls, date]]) -> None:
        """Have the server count by hour; then find the minutes, of the busiest first, that none had a call in yet."""
        hours = [
            (one, day, hour, first_second(day) + hour * _HOUR) for _, one, day in places for hour in range(24)
        ]  # fmt: skip
        numbers = node.ask([_zcount(one, start, start + _HOUR) for one, _, _, start in hours])
        called = [(n, *place) for place, n in zip(hours, numbers, strict=True) if n]
        newest: list[Command] = []
        for _, one, _, _, start in called:
            low, below = one.between(start, start + _HOUR)
            newest.append(("zrevrangebyscore", (one.key, below, low), {"start": 0, "num": 1, "withscores": True}))
        for (n, one, day, hour, start), found in zip(called, node.ask(newest), strict=True):
            member, score = found[0] if found else (b"", (start - one.shift) * one.unit)
            self._times.note_shift(_difference(member, float(score) / one.unit))
            self._counts.add_hour(one.names, day, hour, n, one.seconds(float(score)))
        if self._claims:
            busiest = sorted(called, key=lambda place: -place[0])
            for begin in range(0, len(busiest), _AT_ONCE):
                self._find_minutes(
                    node, [(one, int(start)) for _, one, _, _, start in busiest[begin : begin + _AT_ONCE]]
                )

    def _find_minutes(self, node: RedisNode, hours: Sequence[tuple[_Calls, int]]) -> None:
        unknown = [
            (one, minute)
            for one, start in hours
            for minute in range(start // _MINUTE, start // _MINUTE + 60)
            if minute not in self._times.minutes
        ]
        asked = [_zcount(one, minute * _MINUTE, (minute + 1) * _MINUTE) for one, minute in unknown]
        found = zip(unknown, node.ask(asked), strict=True)
        self._times.minutes.update(minute for (_, minute), number in found if number)


def _zcount(one: _Calls, start: float, end: float) -> Command:
    return "zcount", (one.key, *one.between(start, end)), {}


def _unit(score: float) -> int:
    """Return how many of a score's units are a second: a time of this era has 9 to 11 digits in seconds."""
    return next((unit for unit in _UNITS if score < 10**11 * unit), _UNITS[-1])


def _difference(member: bytes, score: float) -> int:
    """Return by how many seconds a member that is a time differs from its score: 0, or what zones differ by."""
    told = _moment(member)
    if told is None or not _SAME < abs(told - score) <= _LARGEST_SHIFT + _SAME:
        return 0
    return round((told - score) / _STEP) * _STEP


def _moment(member: bytes) -> float | None:
    """Return the epoch seconds of a member that is an ISO 8601 time, without a zone read as UTC; None for others."""
    if not _ISO.match(member):
        return None
    try:
        moment = datetime.fromisoformat(member[:40].decode("ascii"))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
