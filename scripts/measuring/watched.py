"""A window in which production was watched for every minute, for ledgers that nobody recorded.

In: an analysis, what was called. Out: a `Collection`. Every route, task, command and function counts as published and
watched for the whole window, so that silence means something.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from auditor.model.code import Definition
from auditor.model.graph import Analysis
from auditor.model.usage import (
    Collection,
    RegisteredHandler,
    RegisteredName,
    RegisteredRoute,
    UsageKind,
    UsageSample,
    WatchedDay,
)
from auditor.model.window import Window

SOURCE = "production"
CALLABLE = ("function", "method", "property", "class")
OTHER_KINDS: Mapping[str, UsageKind] = {"task": "task", "command": "command"}
CALLS = 40


def callables(analysis: Analysis) -> tuple[Definition, ...]:
    """Return what of production code can be called."""
    return tuple(d for d in analysis.graph.definitions.values() if d.kind in CALLABLE and not d.in_tests)


def sample(key: str, kind: UsageKind, now: datetime) -> UsageSample:
    """Return calls of a key two days ago."""
    seen = now - timedelta(days=2)
    return UsageSample(key, kind, seen.date(), CALLS, last_seen=seen)


def watched(analysis: Analysis, samples: Iterable[UsageSample], now: datetime, days: int) -> Collection:
    """Return the collection of a window of so many days that ends at `now`."""
    window = Window(now - timedelta(days=days), now)
    full = tuple(WatchedDay(day, b"\xff" * 180) for day in window.dates())
    kinds: tuple[UsageKind, ...] = ("task", "command", "function", "component")
    since = now - timedelta(days=3 * days)
    return Collection(
        SOURCE, window, full, tuple(samples), _routes(analysis, since, now), names=_names(analysis, since, now),
        watched_kinds=dict.fromkeys(kinds, full),
    )  # fmt: skip


def _routes(analysis: Analysis, since: datetime, now: datetime) -> tuple[RegisteredRoute, ...]:
    return tuple(
        RegisteredRoute(route.key, RegisteredHandler(route.handler), "", since, now)
        for route in analysis.routes
        if route.shadowed_by is None
    )


def _names(analysis: Analysis, since: datetime, now: datetime) -> tuple[RegisteredName, ...]:
    found: list[tuple[str, UsageKind, str]] = [
        (one.id, "function", one.id) for one in callables(analysis) if one.kind != "class"
    ]
    found += [
        (entry.usage_key, OTHER_KINDS[entry.kind], entry.definition)
        for entry in analysis.entry_points
        if entry.kind in OTHER_KINDS and entry.usage_key
    ]
    return tuple(RegisteredName(kind, name, RegisteredHandler(target), "", since, now) for name, kind, target in found)
