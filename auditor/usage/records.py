"""What the tracker's two sinks have in common: adding up counts, and reading a published route.

In: counts and JSON as the tracker writes them. Out: `UsageSample`s and `RegisteredRoute`s. Never reads a server or a
file.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from auditor.model.usage import RegisteredHandler, RegisteredRoute, UsageKind, UsageSample, Window


class Tally:
    """Counts of one origin, added up by key, kind and UTC day.

    Args:
        last: Usage key -> last seen, epoch seconds.
        origin: The samples' origin.
    """

    def __init__(self, last: Mapping[str, float], origin: str = "") -> None:
        self._last = last
        self._origin = origin
        self._counts: dict[tuple[str, UsageKind, date], dict[str, int]] = {}

    def add(self, key: str, kind: UsageKind, day: date, count: int, status: str = "") -> None:
        """Add `count` uses of `key` on `day`, of a status class where there is one."""
        statuses = self._counts.setdefault((key, kind, day), {})
        statuses[status] = statuses.get(status, 0) + count

    def add_call(self, key: str, status: str, day: date, count: int) -> None:
        """Add `count` requests that ended in a status class (`"2xx"`; `"err"` is an exception before a response)."""
        self.add(key, "endpoint", day, count, status)

    def samples(self) -> tuple[UsageSample, ...]:
        """Return one sample a key, kind and day with a count, sorted.

        The one time known of a key goes to its day; a day before it has no time of its own.
        """
        return tuple(
            self._sample(key, kind, day, statuses) for (key, kind, day), statuses in sorted(self._counts.items())
        )

    def _sample(self, key: str, kind: UsageKind, day: date, statuses: Mapping[str, int]) -> UsageSample:
        last = moment(self._last.get(key))
        return UsageSample(
            key, kind, day, sum(statuses.values()), statuses.get("5xx", 0) + statuses.get("err", 0),
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


def registered_route(key: str, record: bytes) -> RegisteredRoute | None:
    """Return the route that one JSON record publishes under `key`, None where it cannot be read."""
    try:
        return msgspec.json.decode(record, type=RouteRecord).registered(key)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


class LastFlush(msgspec.Struct, frozen=True):
    """A tracker's latest flush, epoch seconds; `closed` if it was the last of an orderly exit, None if not said."""

    flushed: float
    closed: bool | None = None


def abandoned(flushes: Iterable[LastFlush], window: Window) -> tuple[str, ...]:
    """Return a note on trackers that fell silent without a last flush, over a quarter of an hour before the end."""
    limit = (window.end - timedelta(minutes=15)).timestamp()
    silent = sum(1 for flush in flushes if flush.closed is False and flush.flushed < limit)
    if not silent:
        return ()
    return (f"{silent:,} processes ended without a last flush; each may have taken seconds of counts with it",)


def moment(seconds: float | None) -> datetime | None:
    """Return epoch seconds as aware UTC, None for none and for what is no time of this era."""
    if seconds is None or not math.isfinite(seconds) or not 0 < seconds < 32_503_680_000:
        return None
    return datetime.fromtimestamp(seconds, UTC)
