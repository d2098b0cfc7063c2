"""How well a window was watched. In: a LedgerReading. Out: minutes, days and sentences. Pure; never reads a clock."""

from datetime import date, datetime

from auditor.model.usage import MINUTES_A_DAY, LedgerReading, UsageKind, WatchedDay, WatchedMinutes
from auditor.model.window import Window

COLLECT = "run 'auditor collect'"


def days_of(reading: LedgerReading, source: str, kind: UsageKind = "endpoint") -> tuple[WatchedDay, ...]:
    """Return the days in which a source recorded uses of a kind: watching requests says nothing of tasks."""
    if kind == "endpoint":
        return reading.watched.get(source, ())
    return reading.watched_kinds.get(source, {}).get(kind, ())


def watched_minutes(reading: LedgerReading) -> dict[str, int]:
    """Return watched minutes inside the window by source; a source without any has 0."""
    names = sorted({source.name for source in reading.sources} | set(reading.watched))
    return {name: sum(day.minutes_within(reading.window) for day in reading.watched.get(name, ())) for name in names}


def watched_kinds(reading: LedgerReading) -> dict[str, dict[UsageKind, int]]:
    """Return watched minutes inside the window of other kinds than endpoints, by source and kind."""
    return {
        source: {kind: sum(day.minutes_within(reading.window) for day in days) for kind, days in sorted(kinds.items())}
        for source, kinds in sorted(reading.watched_kinds.items())
        if kinds
    }


def anything(reading: LedgerReading) -> bool:
    """Return whether any source watched a single minute of any kind."""
    kinds = watched_kinds(reading).values()
    return any(watched_minutes(reading).values()) or any(any(minutes.values()) for minutes in kinds)


def minutes_since(reading: LedgerReading, source: str, start: datetime, kind: UsageKind = "endpoint") -> int:
    """Return the minutes in which a source watched a kind, from `start` on, without days that lost counts."""
    if start >= reading.window.end:
        return 0
    window = Window(max(start, reading.window.start), reading.window.end)
    lost = lost_days(reading, source)
    return sum(day.minutes_within(window) for day in days_of(reading, source, kind) if day.day not in lost)


def lost_days(reading: LedgerReading, source: str) -> set[date]:
    """Return the days on which a tracker could not deliver counts: they prove no absence."""
    return {day for day, count in reading.lost.get(source, ()) if count}


def thin_day(
    reading: LedgerReading, source: str, min_watched: float, kind: UsageKind = "endpoint"
) -> WatchedMinutes | None:
    """Return the first whole UTC day of which a source watched a kind for less than the share `min_watched`.

    A window may be watched well enough on average and still have a day in which nobody would have seen a call.
    """
    lost = lost_days(reading, source)
    known = {day.day: day.minutes for day in days_of(reading, source, kind) if day.day not in lost}
    for day in reading.window.full_days():
        if known.get(day, 0) < min_watched * MINUTES_A_DAY:
            return WatchedMinutes(source, day, known.get(day, 0))
    return None


def notes_on(reading: LedgerReading) -> tuple[str, ...]:
    """Return what the window lacks, a sentence each."""
    notes = []
    first = reading.window.start.date()
    if reading.since is not None and reading.since > first:
        lacking = min((reading.since - first).days, len(reading.window.dates()))
        notes.append(
            f"the ledger knows nothing before {reading.since}: {lacking} days of the window are without evidence"
        )
    for source in reading.sources:
        if source.problem:
            notes.append(f"{source.name} is sick: {source.problem}")
        if source.only_for_use:
            notes.append(f"{source.name} can prove use, never absence")
        lost = sum(count for _, count in reading.lost.get(source.name, ()))
        if lost:
            notes.append(f"{source.name} lost {lost:,} counts in the window")
    return tuple(notes)


def span(window: Window) -> str:
    """Return a window as text, in UTC."""
    return f"{window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M} UTC"
