"""What the tracker's two sinks have in common: adding up counts, and reading what was published.

In: counts and JSON as the tracker writes them. Out: `UsageSample`s, `RegisteredRoute`s and `RegisteredName`s. Never
reads a server or a file.
"""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypedDict

import msgspec

from auditor.model.measures import Durations
from auditor.model.usage import (
    BOT,
    PROBE,
    RegisteredHandler,
    RegisteredName,
    RegisteredRoute,
    UsageKind,
    UsageSample,
)
from auditor.tracking import layout
from auditor.tracking.sketches import UserSketch

NAMED: Mapping[str, UsageKind] = {
    "components": "component", "tasks": "task", "commands": "command", "functions": "function",
}  # fmt: skip
"""Kinds of the layout whose fields are plain names."""
_MACHINES = {"probes": PROBE, "bots": BOT}
_FAILURES = ("failed", "timed_out")
_ENDINGS = (*_FAILURES, "retried")
_FAILED_STATUSES = ("5xx", "err")
_SUCCEEDED_STATUSES = ("1xx", "2xx", "3xx")
_ENDINGS_TOLD: frozenset[UsageKind] = frozenset({"component", "task", "command"})
"""Kinds whose trackers say of each use that fails that it did."""
_HIGHEST_BUCKET = 400
"""Above a thousand years: no tracker measured that."""

_Key = tuple[str, UsageKind, date]


class _Cell:
    """What was counted of one key on one day."""

    __slots__ = ("buckets", "endings", "errors", "microseconds", "statuses", "succeeded", "users")

    def __init__(self) -> None:
        self.statuses: dict[str, int] = {}
        self.errors = self.succeeded = self.microseconds = 0
        self.endings: dict[str, int] = {}
        self.buckets: dict[int, int] = {}
        self.users: UserSketch | None = None

    def measures(self, kind: UsageKind) -> "_Measures":
        """Return what is known of the uses besides their number."""
        return {
            "succeeded": self._succeeded(kind),
            "timed_out": self.endings.get("timed_out", 0),
            "durations": Durations(dict(sorted(self.buckets.items())), self.microseconds) if self.buckets else None,
            "users": self.users.redis_value() if self.users is not None and len(self.users) else b"",
        }

    def _succeeded(self, kind: UsageKind) -> int:
        """Return the uses that ended well; of tasks and the like, those of which no other end is known.

        One that is still running counts among them until it fails, one that was cancelled always does.
        """
        if kind == "endpoint":
            return self.succeeded
        return max(0, sum(self.statuses.values()) - sum(self.endings.values())) if kind in _ENDINGS_TOLD else 0


class _Measures(TypedDict):
    succeeded: int
    timed_out: int
    durations: Durations | None
    users: bytes


class Tally:
    """Counts of one origin, added up by key, kind and UTC day.

    Args:
        last: Usage key -> last seen, epoch seconds.
        origin: The samples' origin.
    """

    def __init__(self, last: Mapping[str, float], origin: str = "") -> None:
        self._last = last
        self._origin = origin
        self._cells: dict[_Key, _Cell] = {}

    def add(self, kind: str, day: date, field: str, count: int) -> bool:
        """Add what a field of a kind of the layout counted on `day`; return False where the field is none of a tracker.

        Requests of monitors and crawlers are uses of the route as well, under a status of their own.
        """
        if kind == "outcomes":
            return self._add_outcome(day, field, count)
        if kind == "durations":
            return self._add_duration(day, field, count)
        if kind in NAMED:
            self._count(self._cell(field, NAMED[kind], day), "", count)
            return True
        key, status = layout.split_call_field(field)
        if not key:
            return False
        cell = self._cell(key, "endpoint", day)
        self._count(cell, _MACHINES.get(kind, status), count)
        cell.errors += count if status in _FAILED_STATUSES else 0
        cell.succeeded += count if status in _SUCCEEDED_STATUSES else 0
        return True

    def saw(self, day: date, key: str, users: UserSketch) -> None:
        """Add users of an endpoint on `day`."""
        cell = self._cell(key, "endpoint", day)
        if cell.users is None:
            cell.users = UserSketch()
        cell.users.merge(users)

    def _cell(self, key: str, kind: UsageKind, day: date) -> _Cell:
        place: _Key = (key, kind, day)
        cell = self._cells.get(place)
        if cell is None:
            cell = self._cells[place] = _Cell()
        return cell

    def _count(self, cell: _Cell, status: str, count: int) -> None:
        cell.statuses[status] = cell.statuses.get(status, 0) + count

    def _add_outcome(self, day: date, field: str, count: int) -> bool:
        kind, name, outcome = layout.split_outcome_field(field)
        if kind not in NAMED or not name:
            return False
        if outcome in _ENDINGS:
            cell = self._cell(name, NAMED[kind], day)
            cell.endings[outcome] = cell.endings.get(outcome, 0) + count
            cell.errors += count if outcome in _FAILURES else 0
        return True

    def _add_duration(self, day: date, field: str, count: int) -> bool:
        kind, name, bucket = layout.split_duration_field(field)
        measured: UsageKind | None = "endpoint" if kind == layout.CALLS else NAMED.get(kind)
        if measured is None or not name:
            return False
        if bucket == "sum":
            self._cell(name, measured, day).microseconds += count
            return True
        if not (bucket.isascii() and bucket.isdigit() and len(bucket) <= 3 and int(bucket) <= _HIGHEST_BUCKET):
            return False
        buckets = self._cell(name, measured, day).buckets
        buckets[int(bucket)] = buckets.get(int(bucket), 0) + count
        return True

    def samples(self) -> tuple[UsageSample, ...]:
        """Return one sample a key, kind and day with a count, sorted.

        The one time known of a key goes to its day; a day before it has no time of its own.
        """
        return tuple(self._sample(place, cell) for place, cell in sorted(self._cells.items(), key=lambda one: one[0]))

    def _sample(self, place: _Key, cell: _Cell) -> UsageSample:
        key, kind, day = place
        last = moment(self._last.get(key))
        return UsageSample(
            key, kind, day, sum(cell.statuses.values()), cell.errors,
            last if last is not None and last.date() == day else None,
            {status: count for status, count in sorted(cell.statuses.items()) if status}, self._origin,
            **cell.measures(kind),
        )  # fmt: skip


class _Handler(msgspec.Struct, frozen=True):
    handler: str
    file: str = ""
    line: int = 0


class RouteRecord(msgspec.Struct, frozen=True):
    """A published route as `auditor.tracking.layout.route_record` lays it out; times are epoch seconds."""

    handler: str
    file: str = ""
    line: int = 0
    version: str = ""
    shadowed: tuple[_Handler, ...] = ()
    first: float | None = None
    last: float | None = None

    def registered(self, key: str) -> RegisteredRoute:
        """Return the route under its usage key."""
        return RegisteredRoute(
            key,
            RegisteredHandler(self.handler, self.file, self.line),
            self.version,
            moment(self.first),
            moment(self.last),
            tuple(RegisteredHandler(other.handler, other.file, other.line) for other in self.shadowed),
        )

    def named(self, field: str) -> RegisteredName | None:
        """Return the name that is registered under a `layout.registered_field`, None where it has no known kind."""
        kind, _, name = field.partition(" ")
        if kind not in NAMED or not name:
            return None
        target = RegisteredHandler(self.handler, self.file, self.line)
        return RegisteredName(NAMED[kind], name, target, self.version, moment(self.first), moment(self.last))


def registered_route(key: str, record: bytes) -> RegisteredRoute | None:
    """Return the route that one JSON record publishes under `key`, None where it cannot be read."""
    try:
        return msgspec.json.decode(record, type=RouteRecord).registered(key)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def registered_name(field: str, record: bytes) -> RegisteredName | None:
    """Return the name that one JSON record publishes under a registered field, None where it cannot be read."""
    try:
        return msgspec.json.decode(record, type=RouteRecord).named(field)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def moment(seconds: float | None) -> datetime | None:
    """Return epoch seconds as aware UTC, None for none and for what is no time of this era."""
    if seconds is None or not math.isfinite(seconds) or not 0 < seconds < 32_503_680_000:
        return None
    return datetime.fromtimestamp(seconds, UTC)
