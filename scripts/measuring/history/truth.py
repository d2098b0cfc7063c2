"""What production would have been seen to call, and what the right answer to a change is.

In: analyses of base, head and the next release. Out: samples for the ledger, and `Truth`. The next release decides: a
route, task or command of base that it has was called; one that it has no more had no call in a window that was watched
throughout. Functions count as called where something called reaches them, or where the next release's tests do. Never
asks the gate.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from auditor.analysis import reachability
from auditor.model.code import DefinitionId
from auditor.model.graph import Analysis
from auditor.model.route_keys import shape
from auditor.model.usage import UsageKind, UsageSample
from auditor.pipeline.static import Static
from measuring.watched import OTHER_KINDS, callables, sample

Expected = Literal["stop", "pass", "ask", "unread"]


class Truth(NamedTuple):
    """What the gate ought to answer, and why.

    `ask` is said by a person alone: something was deleted on purpose that no evidence measures, so that the gate has to
    ask (stop, or say that it cannot know) although the change was right. `unread`: a file of production is written for
    another Python, so that nothing but "unknown" may be expected, whatever the change does.
    """

    expected: Expected
    why: str


class Key(NamedTuple):
    """What the outside calls an end by. `key` is the route's shape for endpoints."""

    kind: UsageKind
    key: str


def keys(analysis: Analysis) -> dict[Key, DefinitionId]:
    """Return the ends of one side that production counts, with what answers to them."""
    found = {
        Key("endpoint", shape(route.key)): route.handler for route in analysis.routes if route.shadowed_by is None
    }  # fmt: skip
    for entry in analysis.entry_points:
        if entry.production and entry.kind in OTHER_KINDS and entry.usage_key:
            found[Key(OTHER_KINDS[entry.kind], entry.usage_key)] = entry.definition
    return found


def samples(base: Analysis, release: Analysis, restored: Iterable[str], now: datetime) -> tuple[UsageSample, ...]:
    """Return what production was seen to call of `base`: what the next release has, and what came back within days."""
    back = set(restored)
    own = keys(base)
    later = {*keys(release), *(key for key, definition in own.items() if definition.partition(":")[2] in back)}
    found = [
        sample(route.key, "endpoint", now)
        for route in base.routes
        if route.shadowed_by is None and Key("endpoint", shape(route.key)) in later
    ]
    found += [sample(one.key, one.kind, now) for one in own if one.kind != "endpoint" and one in later]
    functions = _reached(base, _silent(base, release, later, back))
    functions |= release.reachability.tests.keys() - release.reachability.production.keys()
    return (
        *found,
        *(sample(d.id, "function", now) for d in callables(base) if d.kind != "class" and d.id in functions),
    )


def _silent(
    base: Analysis, release: Analysis, later: Collection[Key], back: Collection[str]
) -> frozenset[DefinitionId]:
    """Return the ends of base that nobody called: those that the next release has no more, and did not come back.

    What a framework calls of a class (a validator, `save`) runs with its class.
    """
    called: dict[DefinitionId, bool] = {}
    for key, definition in keys(base).items():
        called[definition] = called.get(definition, False) or key in later
    for entry in base.entry_points:
        is_hook = entry.kind == "hook" and "." in entry.definition.partition(":")[2]
        if entry.production and not is_hook and entry.definition not in release.graph.definitions:
            called.setdefault(entry.definition, entry.definition.partition(":")[2] in back)
    return frozenset(definition for definition, was_called in called.items() if not was_called)


def _reached(base: Analysis, silent: Collection[DefinitionId]) -> frozenset[DefinitionId]:
    """Return what runs of base: what leads through silent ends alone is left out."""
    edges = {
        source: tuple(edge for edge in found if edge.target not in silent) for source, found in base.graph.edges.items()
    }
    entries = tuple(one for one in base.entry_points if one.definition not in silent)
    return frozenset(reachability.reach(msgspec.structs.replace(base.graph, edges=edges), entries).production)


def truth(base: Static, head: Static, release: Static, restored: Iterable[str]) -> Truth:
    """Return the right answer to a change from base to head, as far as a rule can tell.

    `restored` are qualified names that the change took away and that came back within days.
    """
    for module in (*base.facts, *head.facts):
        if not module.parsed and not module.in_tests:
            return Truth("unread", f"{module.path} cannot be parsed")
    back = frozenset(restored)
    reasons = (*_lost_keys(base, head, release, back), *_lost_definitions(base, head, release, back))
    return Truth("stop", reasons[0]) if reasons else Truth("pass", "")


def _lost_keys(base: Static, head: Static, release: Static, back: Collection[str]) -> Iterator[str]:
    """Yield what says that the outside calls something which head does not answer to."""
    now, later = keys(head.analysis), keys(release.analysis)
    for key, definition in sorted(keys(base.analysis).items()):
        if key not in now and key in later:
            yield f"{key.kind} {key.key} ({definition}) is gone, and there again in the next release"
        elif key not in now and definition.partition(":")[2] in back:
            yield f"{key.kind} {key.key} ({definition}) is gone, and came back within days"


def _lost_definitions(base: Static, head: Static, release: Static, back: Collection[str]) -> Iterator[str]:
    """Yield what says that a definition came back because it was missed."""
    left = {entry.definition for entry in head.analysis.entry_points}
    routed = {route.handler for route in base.analysis.routes}
    for entry in base.analysis.entry_points:
        is_end = entry.production and entry.definition not in routed
        if is_end and entry.definition.partition(":")[2] in back and entry.definition not in left:
            yield f"{entry.definition} is gone ({entry.detail}), and came back within days"
    reached = release.analysis.reachability
    gone = base.analysis.graph.definitions.keys() - head.analysis.graph.definitions.keys()
    for one in sorted(gone & (reached.tests.keys() - reached.production.keys())):
        if one.partition(":")[2] in back and one not in base.analysis.reachability.production:
            yield f"{one} is gone, and came back within days; nothing but the ledger knew that it is called"
    for name in sorted(one for one in back if "." not in one):
        if place := _names(head, name):
            yield f"{name} came back within days, and {place} still names it"


def _names(head: Static, name: str) -> str | None:
    """Return a place where production code of head uses a name that nothing in it defines any more."""
    ours = [module for module in head.facts if not module.in_tests]
    if any(one.name == name and one.kind != "import" for module in ours for one in module.definitions):
        return None
    for module in ours:
        for reference in module.references:
            if reference.target.rpartition(".")[2] == name:
                return f"{module.path}:{reference.line}"
    return None
