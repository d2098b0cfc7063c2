"""Events of one file, added up by name, day and hour. In: events. Out: `UsageSample`s. No I/O.

Memory depends on the number of names and days, not of events: where names times hours become too many, hours are given
up and days are kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from auditor.model.days import day_of_number
from auditor.model.measures import Durations, HourlyUse
from auditor.model.usage import UsageKind, UsageSample
from auditor.tracking import layout
from auditor.tracking.sketches import UserSketch, pair_of
from auditor.usage.events.fields import Event
from auditor.usage.events.names import OTHER, error_code

_MOST_HOURS = 100_000
_MOST_CODES = 50
_MOST_REGISTERS = 1_000_000
_MOST_PAIRS = 20_000
_LONGEST_KEPT = 100
_HOURS_A_DAY = 24


class _Cell:
    """What was counted of one name in one hour, or on one day."""

    __slots__ = (
        "buckets", "codes", "cost", "costed", "count", "errors", "first", "last", "longest", "microseconds",
        "shortest", "succeeded", "timed_out",
    )  # fmt: skip

    def __init__(self) -> None:
        self.count = self.errors = self.succeeded = self.timed_out = self.cost = self.costed = self.microseconds = 0
        self.first: int | None = None
        self.last: int | None = None
        self.shortest: int | None = None
        self.longest: int | None = None
        self.buckets: dict[int, int] = {}
        self.codes: dict[str, int] = {}

    def see(self, at: int) -> None:
        if self.first is None or at < self.first:
            self.first = at
        if self.last is None or at > self.last:
            self.last = at

    def measure(self, event: Event, code: str) -> None:
        """Add how a use ended, how long it took and what it cost; `code` is empty but for failures."""
        if event.outcome == "succeeded":
            self.succeeded += 1
        elif code:
            self.errors += 1
            self.timed_out += event.outcome == "timed_out"
            code = code if code in self.codes or len(self.codes) < _MOST_CODES else OTHER
            self.codes[code] = self.codes.get(code, 0) + 1
        if event.cost is not None:
            self.cost += event.cost
            self.costed += 1
        if event.microseconds is not None:
            self._took(event.microseconds)

    def _took(self, microseconds: int) -> None:
        bucket = layout.duration_bucket(microseconds / 1e6)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.microseconds += microseconds
        if self.shortest is None or microseconds < self.shortest:
            self.shortest = microseconds
        if self.longest is None or microseconds > self.longest:
            self.longest = microseconds

    def add(self, other: "_Cell") -> None:
        """Add another hour of the same name."""
        for number in ("count", "errors", "succeeded", "timed_out", "cost", "costed", "microseconds"):
            setattr(self, number, getattr(self, number) + getattr(other, number))
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        for code, count in other.codes.items():
            code = code if code in self.codes or len(self.codes) < _MOST_CODES else OTHER
            self.codes[code] = self.codes.get(code, 0) + count
        for at in (other.first, other.last):
            if at is not None:
                self.see(at)
        self.shortest = min((one for one in (self.shortest, other.shortest) if one is not None), default=None)
        self.longest = max((one for one in (self.longest, other.longest) if one is not None), default=None)

    def durations(self) -> Durations | None:
        if not self.buckets:
            return None
        return Durations(dict(sorted(self.buckets.items())), self.microseconds, self.shortest, self.longest)

    def hourly(self) -> HourlyUse:
        return HourlyUse(
            self.count, self.errors, _moment(self.last), first_seen=_moment(self.first), succeeded=self.succeeded,
            timed_out=self.timed_out, durations=self.durations(), errors_by_code=dict(sorted(self.codes.items())),
            cost=self.cost, costed=self.costed,
        )  # fmt: skip


class FileTally:
    """The events of one file.

    Args:
        kind: What the names name.
        app: Name of the application: it keys the sketches of users.
    """

    def __init__(self, kind: UsageKind, app: str) -> None:
        self._kind = kind
        self._app = app
        self._hours: dict[tuple[str, int], _Cell] = {}
        self._days: dict[tuple[str, int], _Cell] = {}
        self._users: dict[tuple[str, int], UserSketch] = {}
        self._pairs: dict[tuple[int, str], tuple[int, int]] = {}
        self._registers = 0
        self.hours_given_up = self.users_given_up = False

    def add(self, name: str, event: Event, *, counts: bool) -> None:
        """Add an event of `name`; where it does not `count`, only how it ended: its beginning was counted."""
        hour = event.at // 3600
        cell = self._hours.get((name, hour))
        if cell is None:
            cell = self._hours[name, hour] = _Cell()
        cell.count += counts
        cell.see(event.at)
        if event.outcome != "begun":
            failed = event.outcome in ("failed", "timed_out")
            cell.measure(event, error_code(event.code, event.error) if failed else "")
        if event.user:
            self._see(name, hour // _HOURS_A_DAY, event.user)
        if len(self._hours) > _MOST_HOURS:
            self._give_up_hours()

    def _see(self, name: str, day: int, user: str) -> None:
        sketch = self._users.get((name, day))
        if sketch is None:
            sketch = self._users[name, day] = UserSketch()
        if self._registers >= _MOST_REGISTERS:
            self.users_given_up = True
            return
        pair = self._pairs.get((day, user))
        if pair is None:
            if len(self._pairs) >= _MOST_PAIRS:
                self._pairs.clear()
            pair = pair_of(user, self._app, day_of_number(day))
            if len(user) <= _LONGEST_KEPT:
                self._pairs[day, user] = pair
        before = len(sketch)
        sketch.add_pair(pair)
        self._registers += len(sketch) - before

    def _give_up_hours(self) -> None:
        self.hours_given_up = True
        for (name, hour), cell in self._hours.items():
            self._days.setdefault((name, hour // _HOURS_A_DAY), _Cell()).add(cell)
        self._hours.clear()

    def absorb(self, other: "FileTally") -> None:
        """Add another part of the same file; the other is not to be used afterwards."""
        for mine, others in ((self._hours, other._hours), (self._days, other._days)):
            for place, cell in others.items():
                if place in mine:
                    mine[place].add(cell)
                else:
                    mine[place] = cell
        for day, sketch in other._users.items():
            self._users.setdefault(day, UserSketch()).merge(sketch)
        self.hours_given_up |= other.hours_given_up
        self.users_given_up |= other.users_given_up

    def samples(self, origin: str) -> tuple[UsageSample, ...]:
        """Return one sample a name and day, sorted."""
        hours: dict[tuple[str, int], dict[int, _Cell]] = {}
        if self.hours_given_up:
            self._give_up_hours()
        for (name, hour), cell in self._hours.items():
            hours.setdefault((name, hour // _HOURS_A_DAY), {})[hour % _HOURS_A_DAY] = cell
        for place, cells in hours.items():
            whole = self._days.setdefault(place, _Cell())
            for cell in cells.values():
                whole.add(cell)
        return tuple(
            self._sample(name, day, cell, hours.get((name, day), {}), origin)
            for (name, day), cell in sorted(self._days.items(), key=lambda one: one[0])
        )

    def _sample(self, name: str, day: int, cell: _Cell, hours: Mapping[int, _Cell], origin: str) -> UsageSample:
        users = self._users.get((name, day))
        return UsageSample(
            name, self._kind, day_of_number(day), cell.count, cell.errors, _moment(cell.last), {}, origin,
            {hour: one.hourly() for hour, one in sorted(hours.items())},
            first_seen=_moment(cell.first), succeeded=cell.succeeded, timed_out=cell.timed_out,
            durations=cell.durations(), users=users.redis_value() if users is not None and len(users) else b"",
            errors_by_code=dict(sorted(cell.codes.items())), cost=cell.cost, costed=cell.costed,
        )  # fmt: skip


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
