"""How a monitoring period goes. In: a reading, counts by source, the time. Out: a `MonitoringStatus`. Pure.

A day counts for what was known of it when the sources were last collected: minutes that nobody has read yet are neither
watched nor missed. When deletion may begin follows the plan's own rule: each of the last days watched well enough.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from auditor.ledger import absence, anomalies, gaps, watching
from auditor.ledger.daily_counts import DailyCount, DailyCounts
from auditor.model.answers import USES, LedgerHealth
from auditor.model.days import midnight
from auditor.model.monitoring import Checkpoint, DayWatched, Gap, MonitoringStatus, NewKeys, NotJudged, WatchStrip
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, UsageKind, WatchedDay
from auditor.model.window import Window
from auditor.tracking import layout

LOOK_BACK = timedelta(days=14)
"""Before the days shown: two of the same weekday to compare with."""
_LONGEST_GAPS = 3
_SHORTEST_GAP = 10
_DAY = timedelta(days=1)


class Period(msgspec.Struct, frozen=True):
    """What is asked about.

    Attributes:
        start: First UTC day of the monitoring; None where nothing is known.
        days: How long it is to last.
        now: The present, aware UTC.
        min_watched: Share of each day's minutes that must be watched.
    """

    start: date | None
    days: int
    now: datetime
    min_watched: float

    @property
    def number(self) -> int:
        """Return which day it is, from 1; 0 before it begins."""
        return 0 if self.start is None else max(0, (self.now.date() - self.start).days + 1)

    def first_shown(self) -> date:
        """Return the first day to show: that of the period, or of its last `days` days and today where it is over."""
        today = self.now.date()
        return today if self.start is None else max(self.start, today - timedelta(days=self.days))

    def window(self) -> Window:
        """Return what must be read of the ledger: the days shown, and those before that they are compared with."""
        return Window(midnight(self.first_shown()) - LOOK_BACK, self.now.replace(second=0, microsecond=0))


def status(
    period: Period, reading: LedgerReading, uses: DailyCounts, health: LedgerHealth, insufficient: str | None
) -> MonitoringStatus:  # fmt: skip
    """Return how the period goes.

    Args:
        period: What is asked about.
        reading: What the ledger knows of `period.window()`.
        uses: Uses by source of the same days.
        health: Whether evidence keeps coming in.
        insufficient: Why a plan over the last `period.days` days would be refused now; None where it would not.
    """
    first, today = period.first_shown(), period.now.date()
    begun = period.start is not None and period.start <= today
    union = _union(reading)
    known = known_until(reading, period.now)
    days = _days(union.values(), Window(midnight(first), known)) if begun and known > midnight(first) else ()
    thin = _thin_days(reading, days, period.min_watched)
    not_before = _not_before(period, thin)
    may = begun and insufficient is None and not_before <= today
    named = tuple(one for one in uses.counts if one.key != layout.UNMATCHED)
    shown = tuple(one for one in named if one.day >= first)
    new = _new_keys(named, first, today) if begun else ()
    return MonitoringStatus(
        state="unknown" if period.start is None else "waiting" if not begun else "complete" if may else "running",
        checked_at=period.now,
        period_start=period.start,
        period_days=period.days,
        day=period.number,
        deletion_may_begin=may,
        not_before=None if may or period.start is None else not_before,
        because=None if may else _because(period, days, thin, insufficient, not_before),
        health=health.status,
        problems=health.problems,
        min_watched=period.min_watched,
        watched_share=_share(days),
        thin_days=thin,
        strips=_strips(reading, first, known) if begun else (),
        checkpoints=_checkpoints(period, shown, days, thin) if begun else (),
        keys=len({(one.kind, one.key) for one in shown}),
        new_keys=new,
        days_without_new_keys=_without_new(new, today),
        anomalies=anomalies.anomalies(anomalies.Evidence(reading, uses.counts, uses.undated, first, period.now))
        if begun
        else (),
        not_judged=_not_judged(period, reading, uses) if begun else (),
    )


def _not_judged(period: Period, reading: LedgerReading, uses: DailyCounts) -> tuple[NotJudged, ...]:
    """Return the routes of the newest versions that nobody called and whose silence proves nothing yet, by source."""
    window = Window.last_days(period.days, period.now)
    asked = msgspec.structs.replace(reading, window=window)
    everything = [one for one in absence.published(asked) if one.kind == "endpoint"]
    newest = absence.newest_versions(everything)
    days = set(window.dates())
    used = {(one.kind, one.key) for one in uses.counts if one.day in days}
    found = []
    for source in sorted({one.source for one in everything}):
        version = newest.get((source, "endpoint"), "")
        routes = [one for one in everything if (one.source, one.version) == (source, version)]
        silent = [one for one in routes if one.answered().isdisjoint(used)]
        doubts = Counter(doubt for one in silent if (doubt := absence.doubt(asked, one, newest, period.min_watched)))
        if doubts:
            found.append(NotJudged(source, doubts.total(), len(routes), doubts.most_common(1)[0][0]))
    return tuple(found)


def known_until(reading: LedgerReading, now: datetime) -> datetime:
    """Return up to when the ledger can know anything: the last collection of a source that claims absence."""
    collected = [one.collected_at for one in reading.sources if one.collected_at and not one.only_for_use]
    return min(max(collected, default=now), now).replace(second=0, microsecond=0)


def _union(reading: LedgerReading) -> dict[date, WatchedDay]:
    """Return what any source watched: requests, and other kinds only where nobody watches requests."""
    kinds: tuple[UsageKind, ...] = ("endpoint",) if any(reading.watched.values()) else tuple(USES)
    union: dict[date, WatchedDay] = {}
    for source in reading.sources:
        for kind in kinds if not source.only_for_use else ():
            for day in watching.days_of(reading, source.name, kind):
                union[day.day] = union[day.day].union(day) if day.day in union else day
    return union


def _days(watched: Iterable[WatchedDay], window: Window) -> tuple[DayWatched, ...]:
    by_day = {day.day: day for day in watched}
    found = []
    for day in window.dates():
        begin = midnight(day)
        of = int((min(begin + _DAY, window.end) - begin) / timedelta(minutes=1))
        minutes = by_day[day].minutes_within(window) if day in by_day else 0
        found.append(DayWatched(day, minutes, of))
    return tuple(found)


def _thin_days(reading: LedgerReading, days: tuple[DayWatched, ...], min_watched: float) -> tuple[date, ...]:
    """Return the days that a plan cannot rest on, today only where it is lost already."""
    trusted = {source.name for source in reading.sources if not source.only_for_use}
    lost = {day for name in trusted for day in watching.lost_days(reading, name)}
    spare = (1 - min_watched) * MINUTES_A_DAY
    return tuple(one.day for one in days if one.day in lost or one.of - one.minutes > spare)


def _not_before(period: Period, thin: tuple[date, ...]) -> date:
    """Return the first day on which each of the days before it was watched well, if all are from now on."""
    start = period.start or period.now.date()
    return max([start, *(day + _DAY for day in thin)]) + timedelta(days=period.days)


def _because(
    period: Period, days: tuple[DayWatched, ...], thin: tuple[date, ...], insufficient: str | None, not_before: date
) -> str | None:
    """Return why deletion may not begin, in one sentence."""
    today = period.now.date()
    if period.start is None:
        return f"nothing is known yet; {watching.COLLECT}"
    if period.start > today:
        return f"the period begins on {period.start}"
    if not_before > today and thin:
        last = next(day for day in days if day.day == thin[-1])
        if last.of - last.minutes <= (1 - period.min_watched) * MINUTES_A_DAY:
            return f"counts were lost on {last.day}"
        needed = f"{100 * period.min_watched:g} % of each day are needed"
        return f"on {last.day}, {last.minutes:,} of {last.of:,} minutes were watched, and {needed}"
    if not_before > today:
        return f"the {period.days} days are not over"
    return insufficient


def _share(days: tuple[DayWatched, ...]) -> float:
    of = sum(day.of for day in days)
    return sum(day.minutes for day in days) / of if of else 0.0


def _strips(reading: LedgerReading, first: date, known: datetime) -> tuple[WatchStrip, ...]:
    if known <= midnight(first):
        return ()
    window = Window(midnight(first), known)
    found = []
    for source in reading.sources:
        for kind in USES if not source.only_for_use else ():
            days = watching.days_of(reading, source.name, kind)
            if any(day.minutes for day in days) or (kind == "endpoint" and not reading.watched_kinds.get(source.name)):
                told, left_out = _worst(gaps.gaps(days, window))
                found.append(WatchStrip(source.name, kind, _days(days, window), told, left_out))
    return tuple(found)


def _worst(found: list[Gap]) -> tuple[tuple[Gap, ...], int]:
    """Return the longest gaps in order of time, and how many more there are of ten minutes or longer."""
    long = [gap for gap in found if gap.minutes >= _SHORTEST_GAP]
    worst = sorted(long, key=lambda gap: (-gap.minutes, gap.start))[:_LONGEST_GAPS]
    return tuple(sorted(worst, key=lambda gap: gap.start)), len(long) - len(worst)


def _checkpoints(
    period: Period, shown: tuple[DailyCount, ...], days: tuple[DayWatched, ...], thin: tuple[date, ...]
) -> tuple[Checkpoint, ...]:
    """Return the checkpoints whose day is shown or yet to come."""
    start = period.start or period.now.date()
    numbers = sorted({*range(7, period.days + 1, 7), period.days})
    found = []
    for number in numbers:
        day = start + timedelta(days=number - 1)
        if day < period.first_shown():
            continue
        if day >= period.now.date():
            found.append(Checkpoint(number, day, reached=False))
            continue
        found.append(
            Checkpoint(
                number,
                day,
                reached=True,
                keys=len({(one.kind, one.key) for one in shown if one.day <= day}),
                watched_share=_share(tuple(one for one in days if one.day <= day)),
                thin_days=tuple(one for one in thin if one <= day),
            )
        )
    return tuple(found)


def _new_keys(counts: tuple[DailyCount, ...], first: date, today: date) -> tuple[NewKeys, ...]:
    """Return how many keys each shown day was the first to use, of all days that are known."""
    began: dict[tuple[str, str], date] = {}
    for one in counts:
        place = (one.kind, one.key)
        began[place] = min(began.get(place, one.day), one.day)
    length = (today - first).days + 1
    by_day: Mapping[date, int] = {first + timedelta(days=n): 0 for n in range(length)}
    found = dict(by_day)
    for day in began.values():
        if day in found:
            found[day] += 1
    return tuple(NewKeys(day, number) for day, number in found.items())


def _without_new(new: tuple[NewKeys, ...], today: date) -> int:
    """Return for how many whole days up to today no key was used for the first time."""
    if not any(one.keys for one in new) or new[-1].keys:
        return 0
    last = max(one.day for one in new if one.keys)
    return (today - last).days - 1
