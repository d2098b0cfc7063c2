"""What the ledger's evidence says. In: a LedgerReading, the time. Out: statistics, unused routes, health, a digest.

Pure functions. Where the evidence does not suffice the answer carries a refusal in one sentence, and no figures to be
mistaken for "nothing was used": what nobody watched is never shown as unused.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from math import ceil
from typing import Literal

import msgspec

from auditor.model.usage import (
    MINUTES_A_DAY,
    KeyStats,
    LedgerHealth,
    LedgerReading,
    RegisteredRoute,
    SourceHealth,
    SourceStatus,
    StatsRow,
    UndecidedRoute,
    UnusedRoute,
    UnusedRoutes,
    UsageKind,
    UsageSample,
    UsageStats,
    WatchedDay,
    Window,
)

_COLLECT = "run 'auditor collect'"


def key_stats(reading: LedgerReading) -> tuple[KeyStats, ...]:
    """Return the use of every key in the reading, summed over its days, by kind and key."""
    by_key: dict[tuple[UsageKind, str], list[UsageSample]] = defaultdict(list)
    for sample in reading.samples:
        by_key[sample.kind, sample.key].append(sample)
    return tuple(_summed(by_key[key]) for key in sorted(by_key))


def usage_stats(reading: LedgerReading, *, now: datetime) -> UsageStats:
    """Return what was used; `refusal` is set where nothing at all is known of the window."""
    rows: dict[UsageKind, dict[str, StatsRow]] = {"endpoint": {}, "component": {}, "task": {}, "function": {}}
    unmatched = 0
    for found in key_stats(reading):
        if found.kind == "endpoint" and not _is_endpoint(found.key):
            unmatched += found.calls
        elif found.calls:
            key = found.key.replace(" ", ":", 1) if found.kind == "endpoint" else found.key
            rows[found.kind][key] = StatsRow(found.calls, found.errors, found.last_seen, found.by_status)
    watched = _watched_minutes(reading)
    refusal = None
    if not any(watched.values()) and not reading.samples:
        refusal = f"nothing is known of {_span(reading.window)}: {_why_nothing(reading)}"
    return UsageStats(
        period_days=ceil(reading.window.days),
        endpoints_used=len(rows["endpoint"]),
        stats=rows["endpoint"],
        generated_at=now.astimezone(UTC),
        endpoints_registered=len({route.key for route in reading.routes}),
        unmatched=unmatched,
        components=rows["component"],
        tasks=rows["task"],
        functions=rows["function"],
        watched=watched,
        collected_since=reading.since,
        notes=_notes(reading),
        refusal=refusal,
    )


def unused(reading: LedgerReading, *, now: datetime, min_watched: float) -> UnusedRoutes:
    """Return the routes that were registered and watched for the whole window and never called.

    A route is judged by the source alone that published it: the share of the window's minutes which that source
    watched since the route's handler was first registered must be at least `min_watched`. Days on which counts were
    lost are not watched.
    """
    called = {sample.key for sample in reading.samples if sample.kind == "endpoint" and sample.count}
    silent = [route for route in reading.routes if not _answered(route.key) & called]
    doubts = [(route, _doubt(reading, route, min_watched)) for route in silent]
    refusal = _refusal(reading, min_watched)
    return UnusedRoutes(
        period_days=ceil(reading.window.days),
        unused=() if refusal else tuple(_unused_route(reading, route) for route, doubt in doubts if doubt is None),
        undecided=tuple(
            UndecidedRoute(route.key, route.handler.handler, route.source, doubt or refusal or "")
            for route, doubt in doubts
            if doubt or refusal
        ),
        registered=len(reading.routes),
        called=len(reading.routes) - len(silent),
        generated_at=now.astimezone(UTC),
        watched=_watched_minutes(reading),
        collected_since=reading.since,
        notes=_notes(reading),
        refusal=refusal,
    )


def health(reading: LedgerReading, *, now: datetime, max_age: timedelta) -> LedgerHealth:
    """Return whether evidence keeps coming in: each source collected well, and watched, within `max_age` of `now`."""
    rows = tuple(_source_status(reading, source, now, max_age) for source in reading.sources)
    well = sum(row.status == "ok" for row in rows)
    problems = [f"{row.name}: {row.problem}" for row in rows if row.status != "ok"]
    if not rows:
        problems.append(f"no source was ever collected; {_COLLECT}")
    return LedgerHealth(
        status="down" if not well else "ok" if well == len(rows) else "degraded",
        checked_at=now.astimezone(UTC),
        since=reading.window.start,
        problems=tuple(problems),
        sources=rows,
    )


def digest(reading: LedgerReading) -> str:
    """Return `sha256:…` over the evidence; when it was collected, and how a problem is worded, does not matter."""
    document = {
        "window": reading.window,
        "samples": reading.samples,
        "watched": reading.watched,
        "routes": reading.routes,
        "lost": reading.lost,
        "sources": [(source.name, source.healthy, source.only_for_use) for source in reading.sources],
    }
    return f"sha256:{sha256(msgspec.json.encode(document, order='sorted')).hexdigest()}"


def _summed(samples: list[UsageSample]) -> KeyStats:
    statuses: dict[str, int] = defaultdict(int)
    for sample in samples:
        for status, count in sample.by_status.items():
            statuses[status] += count
    return KeyStats(
        key=samples[0].key,
        kind=samples[0].kind,
        calls=sum(sample.count for sample in samples),
        errors=sum(sample.errors for sample in samples),
        last_seen=max((sample.last_seen for sample in samples if sample.last_seen), default=None),
        by_status=dict(sorted(statuses.items())),
        sources=tuple(sorted({name for sample in samples for name in sample.origin.split(", ")})),
    )


def _is_endpoint(key: str) -> bool:
    """Return whether a key is `METHOD /template`; requests that matched no route are counted under another."""
    return key.partition(" ")[2].startswith("/")


def _answered(key: str) -> set[str]:
    """Return the keys of requests that a route answers: a GET handler answers HEAD too."""
    method, _, template = key.partition(" ")
    return {key, f"HEAD {template}"} if method == "GET" else {key}


def _doubt(reading: LedgerReading, route: RegisteredRoute, min_watched: float) -> str | None:
    """Return why a route without calls is not known to be unused, None where it is."""
    source = next((source for source in reading.sources if source.name == route.source), None)
    if source is None or source.only_for_use:
        return f"source {route.source} can prove use, never absence"
    newest = _newest_version(reading.routes, route.source)
    if route.version != newest:
        return f"not registered by the newest version {newest!r}, only by {route.version!r}"
    window = reading.window
    since = route.first_registered
    if since is None or since > window.start:
        began = "at an unknown time" if since is None else f"on {since:%Y-%m-%d %H:%M} UTC, inside the window"
        if since is None or _minutes_since(reading, route.source, since) < min_watched * window.minutes:
            return f"its handler was first registered {began}"
    if _minutes_since(reading, route.source, window.start) < min_watched * window.minutes:
        return _too_little(reading, route.source, min_watched)
    return None


def _newest_version(routes: Iterable[RegisteredRoute], source: str) -> str:
    published = (route for route in routes if route.source == source and route.last_registered)
    latest = max(published, key=lambda route: (route.last_registered, route.version), default=None)
    return "" if latest is None else latest.version


def _minutes_since(reading: LedgerReading, source: str, start: datetime) -> int:
    """Return the watched minutes of one source from `start` to the window's end, without days that lost counts."""
    if start >= reading.window.end:
        return 0
    window = Window(max(start, reading.window.start), reading.window.end)
    lost = _lost_days(reading, source)
    return sum(day.minutes_within(window) for day in reading.watched.get(source, ()) if day.day not in lost)


def _lost_days(reading: LedgerReading, source: str) -> set[date]:
    return {day for day, count in reading.lost.get(source, ()) if count}


def _refusal(reading: LedgerReading, min_watched: float) -> str | None:
    """Return why nothing may be concluded from the window for any route, None where something may."""
    if not reading.sources:
        return f"no source was ever collected; {_COLLECT}"
    if not reading.routes:
        return "no tracker has published a route table, so nothing is known to be registered; mount the tracker"
    needed = min_watched * reading.window.minutes
    publishers = sorted({route.source for route in reading.routes})
    if any(_minutes_since(reading, source, reading.window.start) >= needed for source in publishers):
        return None
    return "; ".join(_too_little(reading, source, min_watched) for source in publishers)


def _too_little(reading: LedgerReading, source: str, min_watched: float) -> str:
    minutes = _minutes_since(reading, source, reading.window.start)
    text = (
        f"{source} watched {minutes:,} of the {reading.window.minutes:,} minutes of {_span(reading.window)} "
        f"({minutes / reading.window.minutes:.1%}), less than the {min_watched:.1%} needed"
    )
    lost = sorted(_lost_days(reading, source))
    if lost:
        text += f"; counts were lost on {', '.join(day.isoformat() for day in lost)}"
    state = next((row for row in reading.sources if row.name == source), None)
    if state is not None and state.problem:
        text += f"; it is sick: {state.problem}"
    if reading.since is not None and reading.since > reading.window.start.date():
        text += f"; nothing is known before {reading.since}"
    return text


def _unused_route(reading: LedgerReading, route: RegisteredRoute) -> UnusedRoute:
    return UnusedRoute(
        key=route.key,
        handler=route.handler.handler,
        path=route.handler.path,
        line=route.handler.line,
        source=route.source,
        watched_minutes=_minutes_since(reading, route.source, route.first_registered or reading.window.start),
        version=route.version,
        first_registered=route.first_registered,
        last_registered=route.last_registered,
        shadowed=route.shadowed,
    )


def _source_status(reading: LedgerReading, source: SourceHealth, now: datetime, max_age: timedelta) -> SourceStatus:
    days = reading.watched.get(source.name, ())
    last = _last_watched(days, now)
    status, problem = _state(source, last, now, max_age)
    return SourceStatus(
        name=source.name,
        status=status,
        problem=problem,
        collected_at=source.collected_at,
        healthy_at=source.healthy_at,
        last_watched=last,
        watched_minutes=sum(day.minutes_within(reading.window) for day in days),
        lost=sum(count for _, count in reading.lost.get(source.name, ())),
        only_for_use=source.only_for_use,
        notes=source.notes,
    )


def _state(
    source: SourceHealth, last_watched: datetime | None, now: datetime, max_age: timedelta
) -> tuple[Literal["ok", "stale", "sick"], str | None]:
    """Return how a source does, and what is wrong with it."""
    if source.problem is not None:
        return "sick", source.problem
    hours = f"{max_age / timedelta(hours=1):g} h"
    if source.collected_at is None or now - source.collected_at > max_age:
        return "stale", f"not collected within {hours}; {_COLLECT}"
    if not source.only_for_use and (last_watched is None or now - last_watched > max_age):
        return "stale", f"nothing was watched within {hours}; check that the tracker runs or the log is written"
    return "ok", None


def _last_watched(days: Iterable[WatchedDay], now: datetime) -> datetime | None:
    """Return the start of the last watched minute up to `now` (a clock may run ahead), None where there is none."""
    for day in sorted(days, key=lambda day: day.day, reverse=True):
        midnight = datetime(day.day.year, day.day.month, day.day.day, tzinfo=UTC)
        begun = min(max(0, (now - midnight) // timedelta(minutes=1) + 1), MINUTES_A_DAY)
        bits = int.from_bytes(day.bitmap) >> (MINUTES_A_DAY - begun)
        if bits:
            return midnight + timedelta(minutes=begun - (bits & -bits).bit_length())
    return None


def _watched_minutes(reading: LedgerReading) -> dict[str, int]:
    """Return watched minutes inside the window by source; a source without any has 0."""
    names = sorted({source.name for source in reading.sources} | set(reading.watched))
    return {name: sum(day.minutes_within(reading.window) for day in reading.watched.get(name, ())) for name in names}


def _notes(reading: LedgerReading) -> tuple[str, ...]:
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


def _why_nothing(reading: LedgerReading) -> str:
    if not reading.sources:
        return f"no source was ever collected; {_COLLECT}"
    sick = [f"{source.name} is sick: {source.problem}" for source in reading.sources if source.problem]
    return "; ".join(sick) or "no source watched and none recorded a call"


def _span(window: Window) -> str:
    return f"{window.start:%Y-%m-%d %H:%M} to {window.end:%Y-%m-%d %H:%M} UTC"
