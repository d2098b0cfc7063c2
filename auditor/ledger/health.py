"""Whether evidence keeps coming in. In: a LedgerReading of the last days, the time. Out: a LedgerHealth. Pure.

A source that was collected but has stopped watching is as stale as one that nobody collects. Any kind that it watches
counts: an application of tasks alone watches no requests.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from auditor.ledger import watching
from auditor.model.answers import USES, LedgerHealth, SourceStatus
from auditor.model.days import midnight
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, SourceHealth, WatchedDay

_AHEAD = timedelta(hours=1)
"""How far the clock of who collects may run ahead."""


def health(
    reading: LedgerReading, *, now: datetime, max_age: timedelta, configured: Collection[str] = ()
) -> LedgerHealth:
    """Return whether evidence keeps coming in: each source collected well, and watched, within `max_age` of `now`.

    A source that is `configured` and was never collected is stale.
    """
    never = (SourceHealth(name, healthy=False) for name in {*configured} - {source.name for source in reading.sources})
    sources = sorted((*reading.sources, *never), key=lambda source: source.name) if reading.sources else ()
    rows = tuple(_source_status(reading, source, now, max_age) for source in sources)
    well = sum(row.status == "ok" for row in rows)
    problems = [f"{row.name}: {row.problem}" for row in rows if row.status != "ok"]
    if not rows:
        problems.append(f"no source was ever collected; {watching.COLLECT}")
    return LedgerHealth(
        status="down" if not well else "ok" if well == len(rows) else "degraded",
        checked_at=now.astimezone(UTC),
        since=reading.window.start,
        problems=tuple(problems),
        sources=rows,
        collected_since=reading.since,
        newest=max((row.last_watched for row in rows if row.last_watched), default=None),
    )


def _source_status(reading: LedgerReading, source: SourceHealth, now: datetime, max_age: timedelta) -> SourceStatus:
    ends = (last_watched(watching.days_of(reading, source.name, kind), now) for kind in USES)
    last = max((end for end in ends if end), default=None)
    status, problem = _state(source, last, now, max_age)
    return SourceStatus(
        name=source.name,
        status=status,
        problem=problem,
        collected_at=source.collected_at,
        healthy_at=source.healthy_at,
        last_watched=last,
        watched_minutes=watching.watched_minutes(reading).get(source.name, 0),
        lost=sum(count for _, count in reading.lost.get(source.name, ())),
        only_for_use=source.only_for_use,
        notes=source.notes,
        watched_kinds=watching.watched_kinds(reading).get(source.name, {}),
    )


def _state(
    source: SourceHealth, last_watched: datetime | None, now: datetime, max_age: timedelta
) -> tuple[Literal["ok", "stale", "sick"], str | None]:
    """Return how a source does, and what is wrong with it."""
    if source.problem is not None:
        return "sick", source.problem
    hours = f"{max_age / timedelta(hours=1):g} h"
    if source.collected_at is None:
        return "stale", f"never collected; {watching.COLLECT}"
    if now - source.collected_at > max_age:
        return "stale", f"not collected within {hours}; {watching.COLLECT}"
    if source.collected_at - now > _AHEAD:
        return "stale", "collected at a time that is yet to come; check the clock, or --now, of who collects"
    if not source.only_for_use and (last_watched is None or now - last_watched > max_age):
        return "stale", (
            f"nothing was watched within {hours}; check that the tracker runs or the log is written "
            "(a minute counts once it is over)"
        )
    return "ok", None


def last_watched(days: Iterable[WatchedDay], now: datetime) -> datetime | None:
    """Return the start of the last watched minute up to `now` (a clock may run ahead), None where there is none."""
    for day in sorted(days, key=lambda day: day.day, reverse=True):
        begin = midnight(day.day)
        begun = min(max(0, (now - begin) // timedelta(minutes=1) + 1), MINUTES_A_DAY)
        bits = int.from_bytes(day.bitmap) >> (MINUTES_A_DAY - begun)
        if bits:
            return begin + timedelta(minutes=begun - (bits & -bits).bit_length())
    return None
