"""What was used. In: a LedgerReading, its keys' uses, the time. Out: statistics, and a digest of the evidence. Pure.

Where nothing is known of a window the answer carries a refusal in one sentence, so that its empty figures are never
mistaken for "nothing was used".
"""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import get_args

import msgspec

from auditor.ledger import watching
from auditor.ledger.encoding import packed_durations
from auditor.model.answers import KeyStats, StatsRow, UsageStats
from auditor.model.days import midnight
from auditor.model.measures import UsageMeasures
from auditor.model.usage import (
    LedgerReading,
    RegisteredName,
    RegisteredRoute,
    UsageKind,
    UsageSample,
    WatchedDay,
)

_COUNTED = ("key", "kind", "day", "count", "errors", "last_seen", "by_status", "origin")
_UNMEASURED = msgspec.structs.asdict(UsageMeasures())
_MEASURED = tuple(name for name in _UNMEASURED if name != "users")
"""How many users there were decides nothing, and does not leave the ledger."""


def usage_stats(reading: LedgerReading, uses: Iterable[KeyStats], *, now: datetime) -> UsageStats:
    """Return what was used; `refusal` is set where nothing at all is known of the window.

    `uses` are those of the reading's window, whose samples are not looked at.
    """
    used = tuple(uses)
    rows: dict[UsageKind, dict[str, StatsRow]] = {kind: {} for kind in get_args(UsageKind)}
    unmatched = 0
    for found in used:
        if found.kind == "endpoint" and not _is_endpoint(found.key):
            unmatched += found.calls
        elif found.calls:
            key = found.key.replace(" ", ":", 1) if found.kind == "endpoint" else found.key
            rows[found.kind][key] = _row(found)
    watched = watching.watched_minutes(reading)
    watched_kinds = watching.watched_kinds(reading)
    refusal = None
    if not watching.anything(reading) and not used:
        refusal = f"nothing is known of {watching.span(reading.window)}: {_why_nothing(reading)}"
    return UsageStats(
        period_days=ceil(reading.window.days),
        endpoints_used=len(rows["endpoint"]),
        stats=rows["endpoint"],
        generated_at=now.astimezone(UTC),
        endpoints_registered=len({route.key for route in reading.routes}),
        unmatched=unmatched,
        components=rows["component"],
        tasks=rows["task"],
        commands=rows["command"],
        functions=rows["function"],
        watched=watched,
        collected_since=reading.since,
        notes=watching.notes_on(reading),
        refusal=refusal,
        watched_kinds=watched_kinds,
    )


def digest(reading: LedgerReading) -> str:
    """Return `sha256:…` over the evidence; when it was collected, and how a problem is worded, does not matter."""
    document: dict[str, object] = {
        "window": reading.window,
        "samples": [_evidence(sample) for sample in reading.samples],
        "watched": reading.watched,
        "routes": reading.routes,
        "lost": reading.lost,
        "sources": [(source.name, source.healthy, source.only_for_use) for source in reading.sources],
    }
    # Only what there is of the rest, so that evidence without it keeps its digest.
    if reading.earlier_routes:
        document["earlier_routes"] = reading.earlier_routes
    if reading.names:
        document["names"] = reading.names
    if reading.watched_kinds:
        document["watched_kinds"] = reading.watched_kinds
    return f"sha256:{sha256(msgspec.json.encode(document, order='sorted')).hexdigest()}"


def settled_digest(reading: LedgerReading) -> str:
    """Return `sha256:…` over that part of the evidence which later collections leave as it is.

    It is what was counted and watched on the window's full days, who was registered to serve then, whether sources are
    well. Collecting on changes nothing of it; a log that comes late, a source that falls sick, a count that is
    corrected do.
    """
    full = frozenset(reading.window.full_days())
    end = midnight(max(full)) + timedelta(days=1) if full else reading.window.start
    routes = (*reading.routes, *reading.earlier_routes)
    served = {(one.source, one.key, one.handler.handler, tuple(two.handler for two in one.shadowed))
              for one in routes if _began_before(one, end)}  # fmt: skip
    document = {
        "window": reading.window,
        "samples": [_evidence(sample) for sample in reading.samples if sample.day in full],
        "watched": {source: _on(full, days) for source, days in reading.watched.items()},
        "watched_kinds": {
            source: {kind: _on(full, days) for kind, days in kinds.items()}
            for source, kinds in reading.watched_kinds.items()
        },
        "routes": sorted(served),
        "names": sorted({(one.source, one.kind, one.name, one.target.handler)
                         for one in reading.names if _began_before(one, end)}),
        "lost": {source: [row for row in rows if row[0] in full] for source, rows in reading.lost.items()},
        "sources": [(source.name, source.healthy, source.only_for_use) for source in reading.sources],
    }  # fmt: skip
    return f"sha256:{sha256(msgspec.json.encode(document, order='sorted')).hexdigest()}"


def _began_before(one: RegisteredRoute | RegisteredName, end: datetime) -> bool:
    return one.first_registered is None or one.first_registered < end


def _on(days: Collection[date], watched: Iterable[WatchedDay]) -> list[WatchedDay]:
    return [one for one in watched if one.day in days]


def _evidence(sample: UsageSample) -> dict[str, object]:
    """Return what a digest covers of a sample: its counts, and those of its measures that there are."""
    counted: dict[str, object] = {name: getattr(sample, name) for name in _COUNTED}
    measured = {name: value for name in _MEASURED if (value := getattr(sample, name)) != _UNMEASURED[name]}
    if sample.durations:  # JSON keys are texts
        measured["durations"] = packed_durations(sample.durations)
    return counted | measured


def _row(found: KeyStats) -> StatsRow:
    return StatsRow(
        found.calls,
        found.errors,
        found.last_seen,
        found.by_status,
        found.first_seen,
        succeeded=found.succeeded,
        timed_out=found.timed_out,
        duration_ms=found.duration_ms,
        users=found.users,
        cost=found.cost,
        costed=found.costed,
        errors_by_code=found.errors_by_code,
    )


def _is_endpoint(key: str) -> bool:
    """Return whether a key is `METHOD /template`; requests that matched no route are counted under another."""
    return key.partition(" ")[2].startswith("/")


def _why_nothing(reading: LedgerReading) -> str:
    if not reading.sources:
        return f"no source was ever collected; {watching.COLLECT}"
    sick = [f"{source.name} is sick: {source.problem}" for source in reading.sources if source.problem]
    return "; ".join(sick) or "no source watched and none recorded a call"
