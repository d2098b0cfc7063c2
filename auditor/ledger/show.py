"""All that is known of one key. In: a LedgerReading, the key's history. Out: KeyReport. Pure.

No use is told together with who watched: "0 calls and 20,131 of 20,160 minutes watched" is an answer, "not watched" is
none.
"""

from datetime import date, timedelta
from pathlib import Path

import msgspec

from auditor.ledger import absence, merging, watching
from auditor.ledger.key_history import KeyHistory
from auditor.ledger.spelling import Place
from auditor.ledger.summing import KeySum
from auditor.ledger.unused import below
from auditor.model.answers import USES
from auditor.model.days import midnight
from auditor.model.key_answers import KeyDay, KeyHandler, KeyReport, KeyWatched
from auditor.model.usage import UNDATED, LedgerReading, UsageKind, UsageSample
from auditor.model.window import Window


def report(
    reading: LedgerReading, place: Place, history: KeyHistory, *, min_watched: float, root: Path | None = None
) -> KeyReport:
    """Return what is known of a key in the reading's window.

    Args:
        reading: What the ledger knows of the window.
        place: Kind and key.
        history: What the sources hold of it.
        min_watched: Share of the window's minutes that must be watched for no use to mean anything; above 0 up to 1.
        root: The audited root; places below it are made relative to it.
    """
    kind, key = place
    samples = [sample for sample in reading.samples if (sample.kind, sample.key) == place and sample.count]
    total = KeySum()
    for sample in samples:
        total.add(sample)
    stats = total.stats(kind, key)
    watched = _watched(reading, kind)
    return KeyReport(
        kind=kind,
        key=key,
        window=reading.window,
        calls=stats.calls,
        errors=stats.errors,
        succeeded=stats.succeeded,
        timed_out=stats.timed_out,
        users=stats.users,
        undated=stats.by_status.get(UNDATED, 0),
        ever=history.ever,
        by_status={status: count for status, count in stats.by_status.items() if status != UNDATED},
        by_source=history.by_source,
        by_hour=history.by_hour,
        days=_days(reading, kind, samples),
        duration_ms=stats.duration_ms,
        errors_by_code=stats.errors_by_code,
        cost=stats.cost,
        costed=stats.costed,
        handlers=_handlers(reading, place, root),
        watched=watched,
        conclusion="" if stats.calls else _conclusion(reading, place, watched, min_watched),
        nothing_known=not stats.calls and not any(one.minutes for one in watched),
    )


def _days(reading: LedgerReading, kind: UsageKind, samples: list[UsageSample]) -> tuple[KeyDay, ...]:
    by_day: dict[date, list[UsageSample]] = {}
    for sample in samples:
        if not sample.by_status.get(UNDATED):
            by_day.setdefault(sample.day, []).append(sample)
    found = []
    for day in reading.window.dates():
        of_day = by_day.get(day, [])
        watched, of = _watched_of(reading, kind, day)
        found.append(
            KeyDay(
                day,
                sum(sample.count for sample in of_day),
                sum(sample.errors for sample in of_day),
                watched,
                of,
                users=max((merging.user_count(sample.users) for sample in of_day if sample.users), default=None),
            )
        )
    return tuple(found)


def _watched_of(reading: LedgerReading, kind: UsageKind, day: date) -> tuple[int, int]:
    """Return how much of a day was watched by the source that watched most of it, and how long it is in the window."""
    begin = midnight(day)
    start, end = max(begin, reading.window.start), min(begin + timedelta(days=1), reading.window.end)
    part = Window(start, end)
    minutes = [
        one.minutes_within(part)
        for source in reading.sources
        if not source.only_for_use
        for one in watching.days_of(reading, source.name, kind)
        if one.day == day
    ]
    return max(minutes, default=0), part.minutes


def _handlers(reading: LedgerReading, place: Place, root: Path | None) -> tuple[KeyHandler, ...]:
    return tuple(
        KeyHandler(
            one.handler.handler,
            below(one.handler.path, root),
            one.handler.line,
            one.source,
            one.version,
            one.first_registered,
            one.last_registered,
            tuple(msgspec.structs.replace(other, path=below(other.path, root)) for other in one.shadowed),
        )
        for one in absence.published(reading)
        if (one.kind, one.key) == place
    )


def _watched(reading: LedgerReading, kind: UsageKind) -> tuple[KeyWatched, ...]:
    """Return for each source that claims absence, and watches the kind at all, how long it did."""
    return tuple(
        KeyWatched(
            source.name,
            watching.minutes_since(reading, source.name, reading.window.start, kind),
            reading.window.minutes,
        )
        for source in reading.sources
        if not source.only_for_use and watching.days_of(reading, source.name, kind)
    )


def _conclusion(reading: LedgerReading, place: Place, watched: tuple[KeyWatched, ...], min_watched: float) -> str:
    """Return in one sentence what it means that a key was not used."""
    kind, _ = place
    everything = absence.published(reading)
    newest = absence.newest_versions(everything)
    mine = [one for one in everything if (one.kind, one.key) == place]
    doubts = [absence.doubt(reading, one, newest, min_watched) for one in mine]
    if not mine:
        doubts = [absence.too_little(reading, one.source, kind, min_watched) for one in watched]
    best = max(watched, key=lambda one: one.minutes, default=None)
    if best is None or not best.minutes:
        return f"no source watched {USES[kind]} in this time, so nothing is known of it"
    told = f"0 calls, and {best.minutes:,} of {best.of:,} minutes were watched by {best.source}"
    reasons = [doubt for doubt in doubts if doubt]
    if doubts and not reasons:
        return f"{told}: it was not used{'' if mine else '; no tracker has published it'}"
    return f"{told}; that proves nothing: {'; '.join(dict.fromkeys(reasons))}"
