"""Whether a window was watched well enough to conclude absence from it.

In: the ledger's reading. Out: one sentence that says why not, or None; watched minutes. Only sources that claim absence
count: a sampled one proves use and nothing else. Never looks at what was called.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

import msgspec

from auditor.model.days import midnight
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, SourceHealth, UsageKind, WatchedDay, WatchedMinutes

STILL_THERE = timedelta(days=2)
"""Trackers publish once a day: a route or name that is missing for longer has lost the process that ran it."""


def claiming(reading: LedgerReading) -> tuple[SourceHealth, ...]:
    """Return the sources whose silence means something."""
    return tuple(source for source in reading.sources if not source.only_for_use)


def watched_minutes(reading: LedgerReading) -> tuple[tuple[WatchedMinutes, ...], int]:
    """Return watched minutes inside the window by source and day, sorted; and of their union over the sources."""
    rows = [
        WatchedMinutes(name, day.day, minutes)
        for name, days in sorted(_watched(reading).items())
        for day in sorted(days, key=lambda day: day.day)
        if (minutes := day.minutes_within(reading.window))
    ]
    return tuple(rows), sum(day.minutes_within(reading.window) for day in _union(reading).values())


def minutes_of(reading: LedgerReading, sources: Collection[str]) -> int:
    """Return in how many minutes of the window some of `sources` watched, of those that claim absence."""
    return sum(day.minutes_within(reading.window) for day in _union(reading, sources).values())


def minutes_of_kind(reading: LedgerReading, kind: UsageKind, source: str) -> int:
    """Return in how many minutes of the window one source watched uses of a kind."""
    days = reading.watched_kinds.get(source, {}).get(kind, ())
    return sum(day.minutes_within(reading.window) for day in days)


def watched_kind_enough(reading: LedgerReading, kind: UsageKind, source: str, min_watched: float) -> bool:
    """Return whether one source watched enough of the window, and of each of its full days, for uses of a kind."""
    alone = of_kinds(msgspec.structs.replace(
        reading, watched_kinds={source: {kind: reading.watched_kinds.get(source, {}).get(kind, ())}}
    ))  # fmt: skip
    return _thin(alone, min_watched) is None and _thin_day(alone, min_watched) is None


def of_kinds(reading: LedgerReading) -> LedgerReading:
    """Return the reading with the minutes in which other uses than requests were recorded in place of requests'."""
    watched: dict[str, tuple[WatchedDay, ...]] = {}
    for source, kinds in reading.watched_kinds.items():
        union: dict[date, WatchedDay] = {}
        for day in (day for days in kinds.values() for day in days):
            union[day.day] = union[day.day].union(day) if day.day in union else day
        watched[source] = tuple(union[day] for day in sorted(union))
    return msgspec.structs.replace(reading, watched=watched)


def of_what_runs(reading: LedgerReading, *, has_routes: bool) -> LedgerReading:
    """Return the reading as its watched minutes count: where nothing is ever requested, in workers by what they run.

    Args:
        reading: What the ledger knows of the window.
        has_routes: The code has routes, whether or not anybody published them.
    """
    requested = has_routes or reading.routes or any(reading.watched.values())
    return reading if requested else of_kinds(reading)


def insufficiency(reading: LedgerReading, *, now: datetime, min_watched: float, max_age: timedelta) -> str | None:
    """Return in one sentence why nothing absent may be concluded from the window, None where it may.

    Args:
        reading: What the ledger knows of the window.
        now: Aware time that ages are measured from.
        min_watched: Share of minutes that must be watched, of the window and of each of its full days; above 0 to 1.
        max_age: Greatest age of the newest watched minute.
    """
    return (
        _sick(reading)
        or _stale(reading, now, max_age)
        or _thin(reading, min_watched)
        or _thin_day(reading, min_watched)
        or _lost(reading)
    )


def _sick(reading: LedgerReading) -> str | None:
    if not reading.sources:
        return "no usage source was ever collected; configure one in usage.sources and run auditor collect"
    sick = [source for source in reading.sources if not source.healthy]
    if len(sick) == len(reading.sources):
        return f"every usage source is sick; {_named(sick[0])}"
    trusted = claiming(reading)
    if not trusted:
        names = ", ".join(source.name for source in reading.sources)
        return f"no source can prove absence: {names} can only prove use"
    for source in trusted:
        if not source.healthy:
            return f"a usage source is sick; {_named(source)}"
    return None


def _named(source: SourceHealth) -> str:
    return f"{source.name}: {source.problem or 'it was never collected'}"


def is_stale(reading: LedgerReading, *, now: datetime, max_age: timedelta) -> bool:
    """Return whether the age of the evidence is what `insufficiency` complains of."""
    return not _sick(reading) and _stale(reading, now, max_age) is not None


def _stale(reading: LedgerReading, now: datetime, max_age: timedelta) -> str | None:
    newest = _newest(reading)
    if newest is None or now - newest <= max_age:
        return None
    return (
        f"the newest evidence is from {newest:%Y-%m-%dT%H:%MZ}, {_hours(now - newest)} ago, "
        f"and may be {_hours(max_age)} old at most; run auditor collect"
    )


def _hours(period: timedelta) -> str:
    return f"{period / timedelta(hours=1):,.0f} h" if period >= timedelta(hours=1) else f"{period.seconds // 60} min"


def _newest(reading: LedgerReading) -> datetime | None:
    """Return the end of the last watched minute that the reading holds."""
    for day, watched in sorted(_union(reading).items(), reverse=True):
        bits = int.from_bytes(watched.bitmap)
        if bits:
            minutes = MINUTES_A_DAY - ((bits & -bits).bit_length() - 1)
            return midnight(day) + timedelta(minutes=minutes)
    return None


def _thin(reading: LedgerReading, min_watched: float) -> str | None:
    _, watched = watched_minutes(reading)
    total = reading.window.minutes
    if watched >= min_watched * total:
        return None
    return f"{_share(watched, total, min_watched)}"


def _thin_day(reading: LedgerReading, min_watched: float) -> str | None:
    union = _union(reading)
    for day in reading.window.full_days():
        watched = union[day].minutes if day in union else 0
        if watched < min_watched * MINUTES_A_DAY:
            return f"on {day.isoformat()} {_share(watched, MINUTES_A_DAY, min_watched)}"
    return None


def _share(watched: int, total: int, wanted: float) -> str:
    """Return watched against total minutes; shares are rounded so that too little never looks like enough."""
    share = int(1000 * watched / total) / 10
    return f"{watched:,} of {total:,} minutes watched ({share:g} %), {100 * wanted:g} % needed"


def _lost(reading: LedgerReading) -> str | None:
    days = set(reading.window.dates())
    trusted = {source.name for source in claiming(reading)}
    losses = sorted(
        (day, name, count)
        for name, lost in reading.lost.items()
        for day, count in lost
        if count and day in days and name in trusted
    )
    if not losses:
        return None
    day, name, count = losses[0]
    more = f" (and on {len(losses) - 1} other days)" if len(losses) > 1 else ""
    return f"{count:,} counts of {name} were lost on {day.isoformat()}{more}, so that day proves no absence"


def _watched(reading: LedgerReading) -> dict[str, tuple[WatchedDay, ...]]:
    trusted = {source.name for source in claiming(reading)}
    return {name: days for name, days in reading.watched.items() if name in trusted}


def _union(reading: LedgerReading, sources: Collection[str] | None = None) -> Mapping[date, WatchedDay]:
    """Return what any of `sources` watched, of all that claim absence by default."""
    union: dict[date, WatchedDay] = {}
    for name, days in _watched(reading).items():
        for day in days if sources is None or name in sources else ():
            union[day.day] = union[day.day].union(day) if day.day in union else day
    return union
