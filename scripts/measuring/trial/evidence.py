"""A ledger that nobody recorded: fully watched, with what an application's tests run as what production called.

In: an application's repository, the lines that its tests execute. Out: its ledger, and how much was called. Every
route, task, command and function counts as published and watched for the whole window, so that silence means something.
"""

from collections.abc import Collection as AbstractCollection
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from auditor.config import load
from auditor.ledger.store import Ledger
from auditor.model.code import Definition, DefinitionId
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
from auditor.pipeline.static import analyse
from measuring.applications import Application
from measuring.measure import units_below
from measuring.trial.repository import DAYS, NOW, SOURCE
from measuring.units import executed

CALLABLE = ("function", "method", "property", "class")
OTHER_KINDS: Mapping[str, UsageKind] = {"task": "task", "command": "command"}
CALLS = 40


class Called(NamedTuple):
    """How many definitions of production code there are, and how many of them the ledger says were called."""

    definitions: int
    called: int


def record(application: Application, tree: Path, lines: Mapping[str, frozenset[int]], *, only_reached: bool) -> Called:
    """Write the ledger of a repository; `only_reached`: what only tests reach counts as not called."""
    loaded = load(tree)
    analysis = analyse(loaded, today=NOW.date(), cache=False, opinions=False).analysis
    ran = executed(units_below(tree, application), lines)
    ours = [d for d in analysis.graph.definitions.values() if d.kind in CALLABLE and not d.in_tests]
    called = {d.id for d in ours if (d.path, d.qualified_name) in ran}
    if only_reached:
        called &= analysis.reachability.production.keys()
    window = Window(NOW - timedelta(days=DAYS), NOW)
    days = tuple(WatchedDay(day, b"\xff" * 180) for day in window.dates())
    collection = Collection(
        SOURCE, window, days, (*_calls(analysis, called), *(_sample(one, "function") for one in sorted(called))),
        _routes(analysis), names=_names(analysis, ours), watched_kinds={
            "task": days, "command": days, "function": days, "component": days,
        },
    )  # fmt: skip
    with Ledger.open(loaded.config.ledger, loaded.root, sources=[SOURCE]) as ledger:
        ledger.record([collection], now=NOW)
    return Called(len(ours), len(called))


def _sample(key: str, kind: UsageKind) -> UsageSample:
    day = (NOW - timedelta(days=2)).date()
    return UsageSample(key, kind, day, CALLS, last_seen=NOW - timedelta(days=2))


def _calls(analysis: Analysis, called: AbstractCollection[DefinitionId]) -> Iterable[UsageSample]:
    """Yield a sample for every route, task and command whose definition was called."""
    keys = {route.key for route in analysis.routes if route.shadowed_by is None and route.handler in called}
    yield from (_sample(key, "endpoint") for key in sorted(keys))
    for entry in analysis.entry_points:
        if entry.kind in OTHER_KINDS and entry.usage_key and entry.definition in called:
            yield _sample(entry.usage_key, OTHER_KINDS[entry.kind])


def _routes(analysis: Analysis) -> tuple[RegisteredRoute, ...]:
    begin = NOW - timedelta(days=3 * DAYS)
    return tuple(
        RegisteredRoute(route.key, RegisteredHandler(route.handler), "", begin, NOW)
        for route in analysis.routes
        if route.shadowed_by is None
    )


def _names(analysis: Analysis, ours: Iterable[Definition]) -> tuple[RegisteredName, ...]:
    begin = NOW - timedelta(days=3 * DAYS)
    found = [(one.id, "function", one.id) for one in ours if one.kind != "class"]
    found += [
        (entry.usage_key, OTHER_KINDS[entry.kind], entry.definition)
        for entry in analysis.entry_points
        if entry.kind in OTHER_KINDS and entry.usage_key
    ]
    return tuple(RegisteredName(kind, name, RegisteredHandler(target), "", begin, NOW) for name, kind, target in found)
