"""Minutes in which somebody watched, by day. In: epoch minutes. Out: `WatchedDay`s. Pure."""

from collections.abc import Iterable

from auditor.model.days import day_of_number
from auditor.model.usage import MINUTES_A_DAY, WatchedDay


def watched_days(minutes: Iterable[int]) -> tuple[WatchedDay, ...]:
    """Return the days of epoch minutes (since 1970, UTC) that were watched, in order."""
    by_day: dict[int, set[int]] = {}
    for minute in minutes:
        by_day.setdefault(minute // MINUTES_A_DAY, set()).add(minute % MINUTES_A_DAY)
    return tuple(WatchedDay.of_minutes(day_of_number(day), watched) for day, watched in sorted(by_day.items()))
