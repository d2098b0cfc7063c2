"""Counts of one file -> usage samples. In: a `Counted`. Out: one sample a key and UTC day. Never holds a path."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import NamedTuple

from auditor.model.days import day_of_number
from auditor.model.measures import Durations, HourlyUse
from auditor.model.usage import UsageSample
from auditor.tracking import layout
from auditor.usage.logs.counting import Cell, Counted, Took

_GIVEN_UP = 504
"""What a proxy answers when the application took too long."""


def samples(counted: Counted, origin: str) -> tuple[UsageSample, ...]:
    """Return the samples of one file, sorted by key and day."""
    by_day: dict[tuple[str, date], dict[int, Cell]] = {}
    for (key, hour), cell in counted.cells.items():
        by_day.setdefault((key, day_of_number(hour // 24)), {})[hour % 24] = cell
    return tuple(_sample(*at, hours, counted.took.get(at), origin) for at, hours in sorted(by_day.items()))


def _sample(key: str, day: date, hours: Mapping[int, Cell], took: Took | None, origin: str) -> UsageSample:
    codes = _added(cell.by_code for cell in hours.values())
    ends = _Ends.of(codes)
    return UsageSample(
        key,
        "endpoint",
        day,
        ends.requests,
        ends.failed,
        _moment(max(cell.last for cell in hours.values())),
        ends.by_status,
        origin,
        {hour: _hourly(cell) for hour, cell in sorted(hours.items())},
        first_seen=_moment(min(cell.first for cell in hours.values())),
        succeeded=ends.succeeded,
        timed_out=codes.get(_GIVEN_UP, 0),
        durations=None if took is None else _durations(took),
        errors_by_code={str(code): count for code, count in sorted(codes.items()) if code >= 500},
    )


def _hourly(cell: Cell) -> HourlyUse:
    ends = _Ends.of(cell.by_code)
    return HourlyUse(
        ends.requests, ends.failed, _moment(cell.last), ends.by_status, succeeded=ends.succeeded,
        timed_out=cell.by_code.get(_GIVEN_UP, 0),
    )  # fmt: skip


def _durations(took: Took) -> Durations:
    return Durations(dict(sorted(took.buckets.items())), took.total, took.shortest, took.longest)


def _added(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    codes: dict[int, int] = {}
    for part in parts:
        for code, count in part.items():
            codes[code] = codes.get(code, 0) + count
    return codes


class _Ends(NamedTuple):
    """How requests ended; 405 is a class of its own, because the router answers it and no handler is called."""

    requests: int
    failed: int
    succeeded: int
    by_status: dict[str, int]

    @classmethod
    def of(cls, codes: Mapping[int, int]) -> "_Ends":
        """Return how requests ended of which some had each code; 0 is that of a log without any."""
        requests = failed = succeeded = 0
        classes: dict[str, int] = {}
        for code, number in codes.items():
            requests += number
            if code:
                name = _class(code)
                classes[name] = classes.get(name, 0) + number
                failed += number if 500 <= code < 600 else 0
                succeeded += number if code < 400 else 0
        return cls(requests, failed, succeeded, dict(sorted(classes.items())))


@cache
def _class(code: int) -> str:
    return "405" if code == 405 else layout.status_class(code)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
