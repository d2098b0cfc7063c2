"""What one log file holds, added up row by row. In: rows of counts from DuckDB. Out: a `Counted`. Holds no path."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from auditor.model.days import day_of_number
from auditor.usage.logs.line_formats import BROKEN, OTHER, REQUEST, TIMELESS, UNREADABLE

_KNOWN_AT_A_TIME = 100_000
_FIELD_OF = {UNREADABLE: "unreadable", TIMELESS: "timeless", OTHER: "others", BROKEN: "broken"}

KeyOf = Callable[[str, str, str], str]
"""Usage key of a method, a request target and a route's template; the last two may be empty."""


class Cell(msgspec.Struct):
    """Requests of one key in one hour: how many by HTTP status (0: the log has none), first and last epoch second."""

    by_code: dict[int, int] = {}
    first: int = 0
    last: int = 0

    @property
    def count(self) -> int:
        """Number of requests."""
        return sum(self.by_code.values())


class Took(msgspec.Struct):
    """Durations of one key on one day: buckets of `tracking.layout.duration_bucket`; the rest in microseconds."""

    buckets: dict[int, int] = {}
    total: int = 0
    shortest: int = 0
    longest: int = 0


class Tally(msgspec.Struct):
    """How many lines of a file were what.

    `requests` were readable (of any day), `zoneless` of them had a time without a zone that nobody configured, and
    `twice` one that the clock showed twice; `sampled` stand for more requests than one. `timeless` had no time;
    `unreadable` look like requests and are not; `others` are no requests; `broken` ones a JSON reader did not give out.
    """

    requests: int = 0
    others: int = 0
    unreadable: int = 0
    timeless: int = 0
    zoneless: int = 0
    twice: int = 0
    sampled: int = 0
    broken: int = 0

    @property
    def lines(self) -> int:
        """Number of lines; `zoneless` and the like are of the requests."""
        return self.requests + self.others + self.unreadable + self.timeless + self.broken

    def add(self, other: "Tally") -> None:
        """Add the lines of another file."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Counted(msgspec.Struct):
    """What one file holds.

    `cells` are by key and epoch hour, `took` by key and UTC day, of the days wanted. `minutes` are those of an epoch
    hour with a request, as the bits of a number: bit 0 is the first. `first` and `last` are epoch seconds over all
    days. `shapes` show lines that could not be read, with every word and number masked; `fields_seen` are the names in
    a JSON log.
    """

    cells: dict[tuple[str, int], Cell] = {}
    took: dict[tuple[str, date], Took] = {}
    minutes: dict[int, int] = {}
    tally: Tally = msgspec.field(default_factory=Tally)
    first: int | None = None
    last: int | None = None
    shapes: tuple[str, ...] = ()
    fields_seen: tuple[str, ...] = ()


class Keys:
    """Usage keys of groups of paths; one path of each group is asked for, and the latest answers are kept."""

    def __init__(self, key_of: KeyOf) -> None:
        self._key_of = key_of
        self._known: dict[tuple[str | None, str | None, str | None], str] = {}

    def of(self, verb: str | None, place: str | None, route: str | None, target: str | None) -> str:
        """Return the key of the group `place`, to which `target` belongs."""
        key = self._known.get((verb, place, route))
        if key is None:
            if len(self._known) >= _KNOWN_AT_A_TIME:
                self._known.clear()
            key = self._known[verb, place, route] = self._key_of(verb or "", target or "", route or "")
        return key


def add_requests(counted: Counted, keys: Keys, row: tuple[Any, ...]) -> None:
    """Add a group of lines: state, hour, verb, place, route, code, target, number, first, last, minutes, …."""
    state, hour, verb, place, route, code, target, number, first, last, minutes, zoneless, twice, sampled = row[:14]
    tally = counted.tally
    if state != REQUEST:
        name = _FIELD_OF[state]
        setattr(tally, name, getattr(tally, name) + number)
        return
    tally.requests += number
    tally.zoneless += zoneless
    tally.twice += twice
    tally.sampled += sampled
    counted.first = first if counted.first is None or first < counted.first else counted.first
    counted.last = last if counted.last is None or last > counted.last else counted.last
    if hour is None:
        return
    counted.minutes[hour] = counted.minutes.get(hour, 0) | minutes
    at = keys.of(verb, place, route, target), hour
    cell = counted.cells.get(at)
    if cell is None:
        cell = counted.cells[at] = Cell({}, first, last)
    cell.by_code[code] = cell.by_code.get(code, 0) + number
    cell.first, cell.last = min(cell.first, first), max(cell.last, last)


def add_durations(counted: Counted, keys: Keys, row: tuple[Any, ...]) -> None:
    """Add a group of durations: a row as `add_requests` takes it, and day, bucket, total, shortest, longest, number."""
    _, _, verb, place, route, _, target = row[:7]
    day, bucket, total, shortest, longest, number = row[14:]
    at = keys.of(verb, place, route, target), day_of_number(day)
    took = counted.took.setdefault(at, Took({}, 0, shortest, longest))
    took.buckets[bucket] = took.buckets.get(bucket, 0) + number
    took.total += total
    took.shortest, took.longest = min(took.shortest, shortest), max(took.longest, longest)
