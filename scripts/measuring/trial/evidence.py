"""A ledger that nobody recorded: fully watched, with what an application's tests run as what production called.

In: an application's repository, the lines that its tests execute. Out: its ledger, and how much was called.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from auditor.config import load
from auditor.ledger.store import Ledger
from auditor.model.code import DefinitionId
from auditor.model.graph import Analysis
from auditor.model.usage import UsageSample
from auditor.pipeline.static import analyse
from measuring.applications import Application
from measuring.measure import units_below
from measuring.trial.repository import DAYS, NOW
from measuring.units import executed
from measuring.watched import OTHER_KINDS, SOURCE, callables, sample, watched


class Called(NamedTuple):
    """How many definitions of production code there are, and how many of them the ledger says were called."""

    definitions: int
    called: int


def record(application: Application, tree: Path, lines: Mapping[str, frozenset[int]], *, only_reached: bool) -> Called:
    """Write the ledger of a repository; `only_reached`: what only tests reach counts as not called."""
    loaded = load(tree)
    analysis = analyse(loaded, today=NOW.date(), cache=False, opinions=False).analysis
    ran = executed(units_below(tree, application), lines)
    ours = callables(analysis)
    called = {d.id for d in ours if (d.path, d.qualified_name) in ran}
    if only_reached:
        called &= analysis.reachability.production.keys()
    functions = (sample(one, "function", NOW) for one in sorted(called))
    collection = watched(analysis, (*_calls(analysis, called), *functions), NOW, DAYS)
    with Ledger.open(loaded.config.ledger, loaded.root, sources=[SOURCE]) as ledger:
        ledger.record([collection], now=NOW)
    return Called(len(ours), len(called))


def _calls(analysis: Analysis, called: Collection[DefinitionId]) -> Iterable[UsageSample]:
    """Yield a sample for every route, task and command whose definition was called."""
    keys = {route.key for route in analysis.routes if route.shadowed_by is None and route.handler in called}
    yield from (sample(key, "endpoint", NOW) for key in sorted(keys))
    for entry in analysis.entry_points:
        if entry.kind in OTHER_KINDS and entry.usage_key and entry.definition in called:
            yield sample(entry.usage_key, OTHER_KINDS[entry.kind], NOW)
