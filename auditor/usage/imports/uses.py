"""What a file of statistics says, row by row. In: checked rows, route keys. Out: one Collection. Never reads a file.

Counts are absolute for a key, a UTC day and the exporting program, which is the origin: a file that is imported again,
or a later export of the same days, joins by the larger and counts nothing twice.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from auditor.errors import ConfigError
from auditor.model.days import midnight
from auditor.model.measures import HourlyUse
from auditor.model.usage import Collection, UsageKind, UsageSample, UsageTotal
from auditor.model.window import Window
from auditor.tracking import layout
from auditor.usage.sources import one_line
from auditor.usage.told_keys import ToldKeys

_NUMBERS = ("count", "errors", "succeeded", "timed_out", "cost", "costed")
_NAMED_NUMBERS = ("by_status", "errors_by_code")


class Use(msgspec.Struct, frozen=True):
    """Uses of one key in one hour of a UTC day, or on the whole day (`hour` None). Messages name the row `row`."""

    row: str
    kind: UsageKind
    key: str
    day: date
    hour: int | None
    counted: HourlyUse


class Statistics(msgspec.Struct, frozen=True):
    """What one file says.

    Attributes:
        file: Its name, for messages.
        origin: The exporting program, as far as the file tells.
        uses: By day and hour.
        totals: Of no known day; their keys are as the file writes them.
        made_at: When the totals were made, aware UTC; None for uses.
        notes: A sentence each.
    """

    file: str
    origin: str
    uses: tuple[Use, ...] = ()
    totals: tuple[UsageTotal, ...] = ()
    made_at: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def names_endpoints(self) -> bool:
        """Whether routes are needed to match its keys against."""
        kinds = {*(use.kind for use in self.uses), *(total.kind for total in self.totals)}
        return "endpoint" in kinds

    def window(self) -> Window:
        """Return the UTC days that the file tells of."""
        days = [use.day for use in self.uses]
        for total in self.totals:
            assert self.made_at is not None
            days += [self.made_at.date(), (self.made_at - timedelta(days=total.period_days or 0)).date()]
        return Window(midnight(min(days)), midnight(max(days) + timedelta(days=1)))


def collection(statistics: Statistics, source: str, route_keys: Sequence[str]) -> Collection:
    """Return the collection of a file under a source's name.

    Args:
        statistics: What the file says.
        source: The source's name in the ledger.
        route_keys: Known usage keys in the order of registration.

    Raises:
        ConfigError: Paths are told and no route is known, or a name is none.
    """
    keys = _Keys(statistics, route_keys)
    samples = _samples(statistics, keys)
    totals = _totals(statistics, keys)
    notes = (*statistics.notes, *keys.notes())
    return Collection(source, statistics.window(), samples=samples, totals=totals, notes=notes, only_for_use=True)


class _Keys:
    """A file's keys as usage keys, and how many requests matched no route."""

    def __init__(self, statistics: Statistics, route_keys: Sequence[str]) -> None:
        self._file = statistics.file
        self._route_keys = route_keys
        self._told: dict[UsageKind, ToldKeys] = {}
        self._unmatched: set[str] = set()
        if statistics.names_endpoints and ToldKeys("endpoint", route_keys).lacks_routes():
            raise ConfigError(
                f"{statistics.file}: no route is known to match its paths against; import it where 'auditor routes' "
                "has any; nothing was imported"
            )

    def of(self, kind: UsageKind, text: str, row: str) -> tuple[str, ...]:
        """Return the usage keys that a row's key names."""
        keys = self._told.setdefault(kind, ToldKeys(kind, self._route_keys))
        names = keys.told(text) if kind == "endpoint" else keys.named(text)
        if not names:
            raise ConfigError(
                f"{self._file}: {row} ({one_line(text, 40)}): its name is no {kind}'s: up to 200 printable characters "
                "are, of which none are an id or an address, and at most 10,000 of them; nothing was imported"
            )
        if names == (layout.UNMATCHED,):
            self._unmatched.add(text)
        return names

    def notes(self) -> tuple[str, ...]:
        if not self._unmatched:
            return ()
        return (f"{len(self._unmatched):,} of its paths match no route and count together as {layout.UNMATCHED}",)


def _samples(statistics: Statistics, keys: _Keys) -> tuple[UsageSample, ...]:
    """Return one sample a key, kind and day; several paths' uses of one route add up."""
    by_text: dict[tuple[UsageKind, str, date], list[Use]] = defaultdict(list)
    for use in statistics.uses:
        by_text[use.kind, use.key, use.day].append(use)
    found: dict[tuple[str, UsageKind, date], list[list[Use]]] = defaultdict(list)
    for (kind, text, day), uses in by_text.items():
        for key in keys.of(kind, text, uses[0].row):
            found[key, kind, day].append(uses)
    return tuple(_sample(*place, statistics.origin, found[place]) for place in sorted(found))


def _sample(key: str, kind: UsageKind, day: date, origin: str, texts: Sequence[Sequence[Use]]) -> UsageSample:
    by_hour: dict[int, list[HourlyUse]] = defaultdict(list)
    for uses in texts:
        for use in uses:
            if use.hour is not None:
                by_hour[use.hour].append(use.counted)
    hours = {hour: _sum(by_hour[hour]) for hour in sorted(by_hour)}
    whole = msgspec.structs.asdict(_sum([_of_day(uses) for uses in texts]))
    return UsageSample(key=key, kind=kind, day=day, origin=origin, hours=hours, **whole)


def _of_day(uses: Sequence[Use]) -> HourlyUse:
    """Return a day's uses: those of its hours together, or of the row for the whole day, of each number the larger."""
    hours = _sum([use.counted for use in uses if use.hour is not None])
    return _each(max, [hours, *(use.counted for use in uses if use.hour is None)])


def _sum(uses: Sequence[HourlyUse]) -> HourlyUse:
    return _each(lambda numbers: sum(numbers), uses)


def _each(of_all: Callable[[list[int]], int], uses: Sequence[HourlyUse]) -> HourlyUse:
    """Return one use whose numbers are each made of all the uses' numbers, at the latest of their times."""
    numbers: dict[str, Any] = {name: of_all([getattr(use, name) for use in uses] or [0]) for name in _NUMBERS}
    named: dict[str, Any] = {name: _named(of_all, [getattr(use, name) for use in uses]) for name in _NAMED_NUMBERS}
    last = max((use.last_seen for use in uses if use.last_seen), default=None)
    return HourlyUse(**numbers, **named, last_seen=last)


def _named(of_all: Callable[[list[int]], int], parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = sorted({name for part in parts for name in part})
    return {name: of_all([part.get(name, 0) for part in parts]) for name in names}


def _totals(statistics: Statistics, keys: _Keys) -> tuple[UsageTotal, ...]:
    found: dict[tuple[UsageKind, str], UsageTotal] = {}
    for total in statistics.totals:
        for key in keys.of(total.kind, total.key, "stats"):
            known = found.get((total.kind, key))
            given = msgspec.structs.replace(total, key=key, origin=statistics.origin)
            found[total.kind, key] = given if known is None else _together(known, given)
    return tuple(total for _, total in sorted(found.items()))


def _together(one: UsageTotal, other: UsageTotal) -> UsageTotal:
    seen = [moment for moment in (one.last_seen, other.last_seen) if moment]
    return msgspec.structs.replace(
        one, count=one.count + other.count, errors=one.errors + other.errors, last_seen=max(seen, default=None)
    )
