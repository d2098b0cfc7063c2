"""What is registered and never called. In: a LedgerReading, the time. Out: UnusedRoutes. Pure.

Absence is concluded only where it was watched: what nobody watched, what is younger than the window and what the newest
version no longer registers is undecided, with the reason, and never unused.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import ceil
from pathlib import Path, PurePath

import msgspec

from auditor.ledger import watching
from auditor.model.answers import UndecidedRoute, UnusedRoute, UnusedRoutes
from auditor.model.usage import MINUTES_A_DAY, LedgerReading, RegisteredRoute


def unused(reading: LedgerReading, *, now: datetime, min_watched: float, root: Path | None = None) -> UnusedRoutes:
    """Return the routes that were registered and watched for the whole window and never called.

    A route is judged by the source alone that published it: the share of the window's minutes which that source
    watched since the route's handler was first registered must be at least `min_watched`. Days on which counts were
    lost are not watched. Places below `root`, the audited root, are made relative to it.
    """
    called = {sample.key for sample in reading.samples if sample.kind == "endpoint" and sample.count}
    silent = [route for route in reading.routes if not _answered(route.key) & called]
    doubts = [(route, _doubt(reading, route, min_watched)) for route in silent]
    refusal = _refusal(reading, min_watched)
    return UnusedRoutes(
        period_days=ceil(reading.window.days),
        unused=()
        if refusal
        else tuple(_unused_route(reading, route, root) for route, doubt in doubts if doubt is None),
        undecided=tuple(
            UndecidedRoute(route.key, route.handler.handler, route.source, doubt or refusal or "")
            for route, doubt in doubts
            if doubt or refusal
        ),
        registered=len(reading.routes),
        called=len(reading.routes) - len(silent),
        generated_at=now.astimezone(UTC),
        watched=watching.watched_minutes(reading),
        collected_since=reading.since,
        notes=watching.notes_on(reading),
        refusal=refusal,
    )


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
        if since is None or watching.minutes_since(reading, route.source, since) < min_watched * window.minutes:
            return f"its handler was first registered {began}"
    return _too_little(reading, route.source, min_watched)


def _newest_version(routes: Iterable[RegisteredRoute], source: str) -> str:
    published = (route for route in routes if route.source == source and route.last_registered)
    latest = max(published, key=lambda route: (route.last_registered, route.version), default=None)
    return "" if latest is None else latest.version


def _refusal(reading: LedgerReading, min_watched: float) -> str | None:
    """Return why nothing may be concluded from the window for any route, None where something may."""
    if not reading.sources:
        return f"no source was ever collected; {watching.COLLECT}"
    sick = [source for source in reading.sources if source.problem and not source.only_for_use]
    if sick:
        return "; ".join(f"{source.name} is sick: {source.problem}" for source in sick)
    if not reading.routes:
        return (
            "no tracker has published a route table in the window, which ends with the last whole minute: mount the "
            "tracker, or ask again in a minute"
        )
    doubts = [
        _too_little(reading, source, min_watched) for source in sorted({route.source for route in reading.routes})
    ]
    return None if None in doubts else "; ".join(doubt for doubt in doubts if doubt)


def _too_little(reading: LedgerReading, source: str, min_watched: float) -> str | None:
    """Return how little a source watched of the window or of one of its whole days, None where it was enough."""
    window = reading.window
    watched, wanted = watching.minutes_since(reading, source, window.start), window.minutes
    place = watching.span(window)
    if watched >= min_watched * wanted:
        thin = watching.thin_day(reading, source, min_watched)
        if thin is None:
            return None
        watched, wanted, place = thin.minutes, MINUTES_A_DAY, f"{thin.day}"
    text = (
        f"{source} watched {watched:,} of the {wanted:,} minutes of {place} "
        f"({int(1000 * watched / wanted) / 10} %), {100 * min_watched:g} % are needed"
    )
    lost = sorted(watching.lost_days(reading, source))
    if lost:
        text += f"; counts were lost on {', '.join(day.isoformat() for day in lost)}"
    if reading.since is not None and reading.since > window.start.date():
        text += f"; nothing is known before {reading.since}"
    return text


def _unused_route(reading: LedgerReading, route: RegisteredRoute, root: Path | None) -> UnusedRoute:
    return UnusedRoute(
        key=route.key,
        handler=route.handler.handler,
        path=_below(route.handler.path, root),
        line=route.handler.line,
        source=route.source,
        watched_minutes=watching.minutes_since(reading, route.source, route.first_registered or reading.window.start),
        version=route.version,
        first_registered=route.first_registered,
        last_registered=route.last_registered,
        shadowed=tuple(msgspec.structs.replace(one, path=_below(one.path, root)) for one in route.shadowed),
    )


def _below(path: str, root: Path | None) -> str:
    """Return a published path relative to the audited root where it lies there, else as it is."""
    if root is None or not PurePath(path).is_relative_to(root):
        return path
    return PurePath(path).relative_to(root).as_posix()
