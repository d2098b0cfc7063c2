"""What looks wrong with the evidence of a monitoring period. In: a reading, counts by source. Out: `Anomaly`s. Pure.

Each is a reason why a key without a use may be in use after all, or why counts may be those of something else. Today is
never compared with whole days, days that were not watched are gaps and no fall, and small numbers prove nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import msgspec

from auditor.ledger import absence, gaps, watching
from auditor.ledger.daily_counts import DailyCount
from auditor.model.answers import USES
from auditor.model.monitoring import Anomaly
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, SourceHealth, UsageKind
from auditor.model.window import Window
from auditor.tracking import layout

FEWEST_CALLS = 100
"""Calls a day below which a fall, or a difference between two sources, may be chance."""
_FALLEN_TO = 0.1
_WATCHED_WELL = 0.9
_SEEN_ELSEWHERE = 1.5
_UNMATCHED_SHARE = 0.1
_QUIET_AFTER = timedelta(hours=2)
_QUIET_AT_MOST = timedelta(hours=12)
_WEEK = timedelta(days=7)
_NAMES = 5


class Evidence(msgspec.Struct, frozen=True):
    """What anomalies are looked for in.

    Attributes:
        reading: What the ledger knows of the days looked at and of the two weeks before them.
        counts: The same days' uses by source.
        undated: Sources that counted uses at no known day.
        first: First of the days looked at.
        now: The present.
    """

    reading: LedgerReading
    counts: tuple[DailyCount, ...]
    undated: frozenset[str]
    first: date
    now: datetime

    def watched_well(self, source: str, kind: UsageKind, day: date) -> bool:
        """Return whether a source watched nearly all of a whole day."""
        found = next((one for one in watching.days_of(self.reading, source, kind) if one.day == day), None)
        return found is not None and found.minutes >= _WATCHED_WELL * MINUTES_A_DAY

    def whole_days(self) -> list[date]:
        """Return the days looked at that are over."""
        today = self.now.date()
        return [day for day in self.reading.window.dates() if self.first <= day < today]


def anomalies(evidence: Evidence) -> tuple[Anomaly, ...]:
    """Return what a person should look at, the gravest kinds first."""
    looks: tuple[Callable[[Evidence], Iterable[Anomaly]], ...] = (
        _quiet, _empty, _fallen, _untracked, _lost, _unknown_routes, _unmatched, _version_skew,
    )  # fmt: skip
    return tuple(found for look in looks for found in look(evidence))


def _fallen(evidence: Evidence) -> Iterable[Anomaly]:
    """Compare each whole day with the same weekday before it: the lower one of two, so that one busy day is no norm."""
    totals: dict[tuple[str, UsageKind], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in evidence.counts:
        totals[one.source, one.kind][one.day] += one.count
    for (source, kind), by_day in sorted(totals.items()):
        for day in evidence.whole_days():
            before = [
                by_day[earlier]
                for earlier in (day - _WEEK, day - 2 * _WEEK)
                if evidence.watched_well(source, kind, earlier)
            ]
            if not before or not evidence.watched_well(source, kind, day):
                continue
            usual = min(before)
            if usual >= FEWEST_CALLS and by_day[day] <= _FALLEN_TO * usual:
                yield Anomaly(
                    "traffic_fell",
                    f"{source} counted {by_day[day]:,} {USES[kind]} on {day:%A}, {day}, and {usual:,} on the same "
                    "weekday before: was it a holiday, or does traffic pass the tracker by?",
                    source,
                    day,
                )


def _quiet(evidence: Evidence) -> Iterable[Anomaly]:
    for source in _claiming(evidence.reading):
        if source.problem is not None or source.collected_at is None:
            continue
        for kind in USES:
            if found := _quiet_since(evidence, source.name, kind, min(source.collected_at, evidence.now)):
                yield found


def _quiet_since(evidence: Evidence, source: str, kind: UsageKind, until: datetime) -> Anomaly | None:
    """Return that a source has stopped watching a kind, for longer than it ever paused before; None where not."""
    days = watching.days_of(evidence.reading, source, kind)
    until = until.replace(second=0, microsecond=0)
    if not any(day.minutes for day in days) or until <= evidence.reading.window.start:
        return None
    found = gaps.gaps(days, Window(evidence.reading.window.start, until))
    if not found or found[-1].end < until or found[-1].start <= evidence.reading.window.start:
        return None  # it watched to the end, or began only then
    silence = timedelta(minutes=found[-1].minutes)
    begun = evidence.reading.window.start
    earlier = timedelta(minutes=max((gap.minutes for gap in found[:-1] if gap.start > begun), default=0))
    if silence < max(_QUIET_AFTER, min(1.5 * earlier, _QUIET_AT_MOST)):
        return None
    hours = silence / timedelta(hours=1)
    return Anomaly(
        "source_quiet",
        f"{source} watched no {USES[kind]} in the last {hours:,.0f} h before it was collected, since "
        f"{found[-1].start:%Y-%m-%d %H:%M} UTC: does it still run?",
        source,
        found[-1].start.date(),
    )


def _empty(evidence: Evidence) -> Iterable[Anomaly]:
    counted = {one.source for one in evidence.counts if one.day >= evidence.first} | evidence.undated
    for source in evidence.reading.sources:
        if source.problem is None and source.name not in counted:
            yield Anomaly(
                "source_empty",
                f"{source.name} was collected and is well, but counted not a single use: does traffic go there?",
                source.name,
            )


def _untracked(evidence: Evidence) -> Iterable[Anomaly]:
    """Look for keys that another source counts far more often than the tracker that published them."""
    published = {(route.source, route.key) for route in evidence.reading.routes}
    trackers = {source for source, _ in published}
    tracked: dict[tuple[str, date], int] = defaultdict(int)
    for one in evidence.counts:
        if (one.source, one.key) in published and one.kind == "endpoint":
            tracked[one.key, one.day] += one.count
    known = {key for _, key in published}
    days = {day for day in evidence.whole_days() for name in trackers if evidence.watched_well(name, "endpoint", day)}
    found: dict[str, list[tuple[DailyCount, int]]] = defaultdict(list)
    for one in evidence.counts:
        if one.source in trackers or one.kind != "endpoint" or one.key not in known or one.day not in days:
            continue
        seen = tracked[one.key, one.day]
        if one.count > _SEEN_ELSEWHERE * seen and one.count - seen > FEWEST_CALLS:
            found[one.source].append((one, seen))
    for source, rows in sorted(found.items()):
        yield _untracked_anomaly(source, rows)


def _untracked_anomaly(source: str, rows: list[tuple[DailyCount, int]]) -> Anomaly:
    worst, seen = max(rows, key=lambda row: (row[0].count - row[1], row[0].key))
    days, keys = {row.day for row, _ in rows}, [row.key for row, _ in sorted(rows, key=lambda row: -row[0].count)]
    more = f" ({_count(len(set(keys)), 'key')} on {_count(len(days), 'day')} in all)" if len(rows) > 1 else ""
    return Anomaly(
        "untracked_instance",
        f"{source} saw {worst.count:,} calls of {worst.key} on {worst.day}, the tracker {seen:,}{more}: "
        "an instance may run without a tracker, or something answers before the application",
        source,
        max(days),
        tuple(dict.fromkeys(keys))[:_NAMES],
    )


def _lost(evidence: Evidence) -> Iterable[Anomaly]:
    for source, days in sorted(evidence.reading.lost.items()):
        lost = {day: count for day, count in days if count and day >= evidence.first}
        if lost:
            named = ", ".join(day.isoformat() for day in sorted(lost)[:_NAMES])
            yield Anomaly(
                "counts_lost",
                f"{source} lost {sum(lost.values()):,} counts, so these days prove no absence: {named}"
                f"{', …' if len(lost) > _NAMES else ''}",
                source,
                max(lost),
            )


def _unknown_routes(evidence: Evidence) -> Iterable[Anomaly]:
    answered = {key for one in absence.published(evidence.reading) for kind, key in one.answered()}
    if not evidence.reading.routes:
        return
    seen: dict[str, int] = defaultdict(int)
    for one in evidence.counts:
        if one.day >= evidence.first and one.kind == "endpoint" and " /" in one.key and one.key not in answered:
            seen[one.key] += one.count
    if seen:
        keys = sorted(seen, key=lambda key: (-seen[key], key))
        yield Anomaly(
            "unknown_routes",
            f"{_count(len(keys), 'key')} that no tracker has published: {keys[0]} has {_count(seen[keys[0]], 'call')}; "
            "is there an instance of another version, or another application behind the same source?",
            keys=tuple(keys[:_NAMES]),
        )


def _unmatched(evidence: Evidence) -> Iterable[Anomaly]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in evidence.counts:
        if one.day >= evidence.first and one.kind == "endpoint":
            totals[one.source][one.key == layout.UNMATCHED] += one.count
    for source, (matched, unmatched) in sorted(totals.items()):
        if unmatched >= FEWEST_CALLS and unmatched > _UNMATCHED_SHARE * (matched + unmatched):
            share = 100 * unmatched / (matched + unmatched)
            yield Anomaly(
                "unmatched_requests",
                f"{unmatched:,} requests in {source} ({share:.0f} %) matched no route: crawlers and scanners, or "
                "routes that auditor does not know",
                source,
            )


def _version_skew(evidence: Evidence) -> Iterable[Anomaly]:
    """Look for a version that was started after a newer one had been."""
    everything = [one for one in absence.published(evidence.reading) if one.last_registered is not None and one.version]
    newest = absence.newest_versions(everything)
    for (source, kind), version in sorted(newest.items()):
        rows = [one for one in everything if (one.source, one.kind) == (source, kind)]
        began = min(one.last_registered for one in rows if one.version == version and one.last_registered)
        older = {
            one.version
            for one in rows
            if one.version != version and one.last_registered and one.last_registered > began
        }
        if older and began.date() >= evidence.first:
            yield Anomaly(
                "version_skew",
                f"{source} saw {', '.join(sorted(older))} start after {version} had: do two versions serve side by "
                "side?",
                source,
                began.date(),
            )


def _claiming(reading: LedgerReading) -> list[SourceHealth]:
    return [source for source in reading.sources if not source.only_for_use]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
