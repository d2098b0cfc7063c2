"""What is registered and never used. In: a LedgerReading, what was used, the time. Out: UnusedRoutes. Pure.

Absence is concluded only where it was watched: what nobody watched, what is younger than the window and what the newest
version no longer registers is undecided, with the reason, and never unused.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from math import ceil
from pathlib import Path, PurePath

import msgspec

from auditor.ledger import absence, watching
from auditor.ledger.absence import Published
from auditor.ledger.spelling import Place
from auditor.model.answers import UndecidedName, UndecidedRoute, UnusedName, UnusedRoute, UnusedRoutes
from auditor.model.usage import LedgerReading


def unused(
    reading: LedgerReading, used: Collection[Place], *, now: datetime, min_watched: float, root: Path | None = None
) -> UnusedRoutes:
    """Return the routes and names that were registered and watched for the whole window and never used.

    Each is judged by the source alone that published it: the share of the window's minutes in which that source watched
    its kind, since its handler was first registered, must be at least `min_watched`. Days on which counts were lost are
    not watched. `used` are the kinds and keys that were used. Places below `root`, the audited root, are made relative
    to it.
    """
    everything = absence.published(reading)
    used = absence.with_renamed(used, everything)
    newest = absence.newest_versions(everything)
    silent = [one for one in everything if one.answered().isdisjoint(used)]
    refusal = absence.refusal(reading, everything, min_watched)
    judged = [(one, absence.doubt(reading, one, newest, min_watched) or refusal) for one in silent]
    idle = [one for one, doubt in judged if doubt is None]
    routes = sum(one.kind == "endpoint" for one in everything)
    silent_routes = sum(one.kind == "endpoint" for one in silent)
    return UnusedRoutes(
        period_days=ceil(reading.window.days),
        unused=tuple(_route(reading, one, root) for one in idle if one.kind == "endpoint"),
        undecided=tuple(
            UndecidedRoute(one.key, one.handler.handler, one.source, doubt)
            for one, doubt in judged
            if doubt and one.kind == "endpoint"
        ),
        registered=routes,
        called=routes - silent_routes,
        generated_at=now.astimezone(UTC),
        watched=watching.watched_minutes(reading),
        collected_since=reading.since,
        notes=(*watching.notes_on(reading), *_without_routes(everything)),
        refusal=refusal,
        names=tuple(_name(reading, one, root) for one in idle if one.kind != "endpoint"),
        undecided_names=tuple(
            UndecidedName(one.kind, one.key, one.handler.handler, one.source, doubt)
            for one, doubt in judged
            if doubt and one.kind != "endpoint"
        ),
        names_registered=len(everything) - routes,
        names_used=len(everything) - routes - (len(silent) - silent_routes),
        watched_kinds=watching.watched_kinds(reading),
    )


def _without_routes(everything: tuple[Published, ...]) -> tuple[str, ...]:
    """Return what an empty list of routes must not be taken for where only names were published."""
    if not everything or any(one.kind == "endpoint" for one in everything):
        return ()
    return ("no tracker has published a route table in the window, so nothing is known of unused routes",)


def _route(reading: LedgerReading, one: Published, root: Path | None) -> UnusedRoute:
    return UnusedRoute(
        key=one.key,
        handler=one.handler.handler,
        path=below(one.handler.path, root),
        line=one.handler.line,
        source=one.source,
        watched_minutes=_minutes(reading, one),
        version=one.version,
        first_registered=one.first_registered,
        last_registered=one.last_registered,
        shadowed=tuple(msgspec.structs.replace(other, path=below(other.path, root)) for other in one.shadowed),
    )


def _name(reading: LedgerReading, one: Published, root: Path | None) -> UnusedName:
    return UnusedName(
        kind=one.kind,
        name=one.key,
        handler=one.handler.handler,
        path=below(one.handler.path, root),
        line=one.handler.line,
        source=one.source,
        watched_minutes=_minutes(reading, one),
        version=one.version,
        first_registered=one.first_registered,
        last_registered=one.last_registered,
    )


def _minutes(reading: LedgerReading, one: Published) -> int:
    return watching.minutes_since(reading, one.source, one.first_registered or reading.window.start, one.kind)


def below(path: str, root: Path | None) -> str:
    """Return a published path relative to the audited root where it lies there, else as it is."""
    if root is None or not PurePath(path).is_relative_to(root):
        return path
    return PurePath(path).relative_to(root).as_posix()
