"""What the tracker's two sinks have in common: adding up counts, and reading what was published.

In: counts and JSON as the tracker writes them. Out: `UsageSample`s, `RegisteredRoute`s and `RegisteredName`s. Never
reads a server or a file.
"""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime

import msgspec

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

NAMED: Mapping[str, UsageKind] = {
    "components": "component", "tasks": "task", "commands": "command", "functions": "function",
}  # fmt: skip
"""Kinds of the layout whose fields are plain names."""
_MACHINES = {"probes": PROBE, "bots": BOT}
_FAILURES = ("failed", "timed_out")
_FAILED_STATUSES = ("5xx", "err")

_Key = tuple[str, UsageKind, date]


class Tally:
    """Counts of one origin, added up by key, kind and UTC day.

    Args:
        last: Usage key -> last seen, epoch seconds.
        origin: The samples' origin.
    """

    def __init__(self, last: Mapping[str, float], origin: str = "") -> None:
        self._last = last
        self._origin = origin
        self._counts: dict[_Key, dict[str, int]] = {}
        self._errors: dict[_Key, int] = {}

    def add(self, kind: str, day: date, field: str, count: int) -> bool:
        """Add what a field of a kind of the layout counted on `day`; return False where the field is none of a tracker.

        Requests of monitors and crawlers are uses of the route as well, under a status of their own.
        """
        if kind == "outcomes":
            return self._add_outcome(day, field, count)
        if kind in NAMED:
            self._count((field, NAMED[kind], day), "", count)
            return True
        key, status = layout.split_call_field(field)
        if not key:
            return False
        place: _Key = (key, "endpoint", day)
        self._count(place, _MACHINES.get(kind, status), count)
        if status in _FAILED_STATUSES:
            self._errors[place] = self._errors.get(place, 0) + count
        return True

    def _count(self, place: _Key, status: str, count: int) -> None:
        statuses = self._counts.setdefault(place, {})
        statuses[status] = statuses.get(status, 0) + count

    def _add_outcome(self, day: date, field: str, count: int) -> bool:
        kind, name, outcome = layout.split_outcome_field(field)
        if kind not in NAMED or not name:
            return False
        if outcome in _FAILURES:
            place = (name, NAMED[kind], day)
            self._counts.setdefault(place, {})
            self._errors[place] = self._errors.get(place, 0) + count
        return True

    def samples(self) -> tuple[UsageSample, ...]:
        """Return one sample a key, kind and day with a count, sorted.

        The one time known of a key goes to its day; a day before it has no time of its own.
        """
        return tuple(self._sample(place, statuses) for place, statuses in sorted(self._counts.items()))

    def _sample(self, place: _Key, statuses: Mapping[str, int]) -> UsageSample:
        key, kind, day = place
        last = moment(self._last.get(key))
        return UsageSample(
            key, kind, day, sum(statuses.values()), self._errors.get(place, 0),
            last if last is not None and last.date() == day else None,
            {status: count for status, count in sorted(statuses.items()) if status}, self._origin,
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
