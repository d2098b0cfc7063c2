"""What one log file holds, added up. In: rows of sums from DuckDB. Out: a `Counted`. Holds no path."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from auditor.model.days import day_of_number

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


def add_requests(cells: dict[tuple[str, int], Cell], key: str, row: tuple[Any, ...]) -> None:
    """Add the requests of a key in one hour: hour, codes, how many of each, first and last epoch second."""
    hour, codes, numbers, first, last = row
    cell = cells.setdefault((key, hour), Cell({}, first, last))
    for code, number in zip(codes, numbers, strict=True):
        cell.by_code[code] = cell.by_code.get(code, 0) + number
    cell.first, cell.last = min(cell.first, first), max(cell.last, last)


def add_durations(all_took: dict[tuple[str, date], Took], key: str, row: tuple[Any, ...]) -> None:
    """Add the durations of a key on one day: number of the day, buckets, how many in each, total, shortest, longest."""
    day, buckets, numbers, total, shortest, longest = row
    took = all_took.setdefault((key, day_of_number(day)), Took({}, 0, shortest, longest))
    for bucket, number in zip(buckets, numbers, strict=True):
        took.buckets[bucket] = took.buckets.get(bucket, 0) + number
    took.total += total
    took.shortest, took.longest = min(took.shortest, shortest), max(took.longest, longest)
