"""May the retirement begin? What production used that leads to the symbol, and what nobody measures.

In: the target, the analysis, observations or why there are none. Out: `PreFlight`. Missing evidence is never zero use.

A way leads to the symbol where code that runs for it does: that a module is imported, with all it defines, is no use.
"""

from collections.abc import Iterable, Mapping

import msgspec

from auditor.model.code import DefinitionId, container
from auditor.model.graph import Analysis, Edge, EntryPoint, ReferenceGraph, chain_to
from auditor.model.retirement import PreFlight, UnmeasuredEntry, UsedKey
from auditor.model.tables import DataTable
from auditor.model.usage import Observation, Observations
from auditor.plan.retire.spellings import Spellings

_LOADING = frozenset(("contains", "maybe", "overrides", "promised", "registers"))


def preflight(
    meant: Iterable[DefinitionId],
    spellings: Spellings,
    analysis: Analysis,
    observations: Observations | None,
    *,
    tables: Iterable[DataTable],
    days: int,
    missing: str = "",
) -> PreFlight:
    """Return whether evidence allows to begin.

    Args:
        meant: The definitions to be retired.
        spellings: Their name: a usage key that spells it counts as a use.
        analysis: The static side.
        observations: Production's side, None where there is none.
        tables: All tables: that one model points to another is no use of it.
        days: Length of the window.
        missing: Why there are no observations, in one sentence.
    """
    ways = _Ways(meant, analysis, frozenset(table.definition for table in tables))
    entries = ways.entries()
    if observations is None:
        return PreFlight("unknown", missing or "nothing is known of production", days,
                         unmeasured=_unmeasured(entries))  # fmt: skip
    used = tuple(sorted((*_used(ways, spellings, observations), *_spelled(spellings, observations)),
                        key=lambda one: (not one.contradicted, -one.count, one.key)))  # fmt: skip
    used = tuple({one.key: one for one in reversed(used)}.values())[::-1]
    measured = [one for one in entries if one.definition in observations.measured]
    unmeasured = _unmeasured(one for one in entries if one.definition not in observations.measured)
    quiet = tuple(sorted({one.usage_key or one.definition for one in measured} - {one.key for one in used}))
    state, reason = _answer(used, unmeasured, observations, bool(ways.retired))
    return PreFlight(state, reason, days, used, quiet, unmeasured, observations.watched_share)  # type: ignore[arg-type]


def _answer(
    used: tuple[UsedKey, ...], unmeasured: tuple[UnmeasuredEntry, ...], observations: Observations, known: bool
) -> tuple[str, str]:
    if used:
        calls = sum(one.count for one in used)
        return "used", f"production used what leads to it: {calls:,} calls of {len(used):,} keys in the window"
    if observations.insufficient:
        return "unknown", observations.insufficient
    if unmeasured:
        return "unknown", (
            f"nobody measures {len(unmeasured):,} of the ways that lead to it, and what is not measured is not unused"
        )
    if not known:
        return "unknown", "no Python defines it, so no evidence leads to it; components and routes by name got no call"
    return "go", "nothing that leads to it was used in the window, and all of it was watched"


class _Ways:
    """Who reaches the retired definitions by running code."""

    def __init__(self, meant: Iterable[DefinitionId], analysis: Analysis, models: frozenset[DefinitionId]) -> None:
        self.analysis = analysis
        roots = tuple(meant)
        definitions = analysis.graph.definitions
        self.retired = frozenset(
            key for key in definitions if any(key == root or key.startswith(f"{root}.") for root in roots)
        )
        self.graph = _running(analysis.graph, models)
        self.users = self._users()
        self.graph = _within(self.graph, self.users)

    def _users(self) -> frozenset[DefinitionId]:
        """Return every definition from which a chain of uses may lead to the retired: a superset, found backwards."""
        callers: dict[str, list[DefinitionId]] = {}
        for source, edges in self.graph.edges.items():
            for edge in edges:
                callers.setdefault(edge.target, []).append(source)
        for owner, members in self.graph.members.items():
            for name, found in members.items():
                for member in found:
                    callers.setdefault(member, []).extend((owner, f".{name}"))
        seen = set(self.retired)
        queue = sorted(self.retired)
        for current in queue:  # which grows
            for caller in callers.get(current, ()):
                if caller not in seen:
                    seen.add(caller)
                    queue.append(caller)
        return frozenset(seen)

    def chain(self, root: DefinitionId) -> tuple[DefinitionId, ...]:
        """Return the definitions from `root` down to a retired one; empty where it does not lead there."""
        if root in self.retired:
            return (root,)
        if root not in self.users:
            return ()
        links = self.graph.reached_from([root])
        found = next((key for key in links if key in self.retired), None)
        return tuple(link.definition for link in chain_to(found, links)) if found is not None else ()

    def entries(self) -> list[EntryPoint]:
        """Return the production entry points that lead to the retired ones, by place."""
        known: dict[DefinitionId, bool] = {}
        found: list[EntryPoint] = []
        for entry in self.analysis.entry_points:
            if not entry.production or entry.definition.endswith(":") or ".migrations." in entry.definition:
                continue
            if entry.definition in self.retired and not entry.usage_key:
                continue
            if entry.definition not in known:
                known[entry.definition] = bool(self.chain(entry.definition))
            if known[entry.definition]:
                found.append(entry)
        return sorted(found, key=lambda entry: (entry.path, entry.line, entry.usage_key))


def _running(graph: ReferenceGraph, models: frozenset[DefinitionId]) -> ReferenceGraph:
    """Return a graph without what only loads: modules, things that contain others, fields of models for others.

    What stands in a class's body (`queryset = …`, `class Meta`) is used where the class is, and the class where one of
    its methods runs: frameworks read it from there.
    """
    edges: dict[DefinitionId, tuple[Edge, ...]] = {}
    for source, found in graph.edges.items():
        if source.endswith(":"):
            continue
        owner = _owner(graph, source)
        declares = source in models or (owner in models and _is(graph, source, "variable"))
        kept = tuple(
            edge
            for edge in found
            if (edge.kind not in _LOADING or (edge.kind == "contains" and edge.target == owner))
            and not edge.target.endswith(":")
            and not (declares and edge.target in models and edge.kind not in ("inherits", "contains"))
        )
        if kept:
            edges[source] = kept
    for source in sorted(edges, key=lambda one: -one.count(".")):
        owner = _owner(graph, source)
        if owner and _is(graph, source, "variable", "class"):
            edges[owner] = (*edges.get(owner, ()), *edges[source])
    return msgspec.structs.replace(graph, edges=edges)


def _owner(graph: ReferenceGraph, definition: DefinitionId) -> DefinitionId:
    """Return the class in whose body a definition stands, `""` where it stands in none."""
    outer = container(definition)
    return outer if outer is not None and _is(graph, outer, "class") else ""


def _is(graph: ReferenceGraph, definition: DefinitionId, *kinds: str) -> bool:
    found = graph.definitions.get(definition)
    return found is not None and found.kind in kinds


def _within(graph: ReferenceGraph, users: frozenset[str]) -> ReferenceGraph:
    """Return the part of a graph in which every way to the retired lies: each search then looks at little else."""
    edges = {
        source: kept
        for source, found in graph.edges.items()
        if source in users and (kept := tuple(edge for edge in found if edge.target in users))
    }
    members = {
        owner: {name: tuple(one for one in held if one in users) for name, held in names.items()}
        for owner, names in graph.members.items()
        if owner in users
    }
    return msgspec.structs.replace(graph, edges=edges, members=members)


def _used(ways: _Ways, spellings: Spellings, observations: Observations) -> Iterable[UsedKey]:
    reached: Mapping[DefinitionId, object] = ways.analysis.reachability.production
    for definition, observation in sorted(observations.by_definition.items()):
        if not observation.count:
            continue
        chain = ways.chain(definition)
        if chain:
            yield from _keys(observation, chain, definition not in reached)
        elif any(_spells(spellings, key) for key in observation.keys):
            yield from _keys(observation, (definition,), contradicted=False)


def _keys(observation: Observation, chain: tuple[DefinitionId, ...], contradicted: bool) -> Iterable[UsedKey]:
    counts = {key: count for key, count in observation.counts.items() if count}
    for key, count in (counts or {observation.definition: observation.count}).items():
        yield UsedKey(key, count, observation.last_seen, chain, contradicted)


def _spelled(spellings: Spellings, observations: Observations) -> Iterable[UsedKey]:
    """Yield what was used under the symbol's own name and leads to no definition of the target."""
    for key, count in observations.unattributed:
        if count and _spells(spellings, key):
            yield UsedKey(key, count, None, ())


def _spells(spellings: Spellings, key: str) -> bool:
    """Return whether a usage key holds the symbol's own name."""
    return any(hit.kind == "exact" for hit in spellings.hits(key))


def _unmeasured(entries: Iterable[EntryPoint]) -> tuple[UnmeasuredEntry, ...]:
    """Return ways in, each definition once: as a route where it is one."""
    found: dict[DefinitionId, EntryPoint] = {}
    for one in entries:
        if one.definition not in found or (one.kind == "route" and found[one.definition].kind != "route"):
            found[one.definition] = one
    return tuple(UnmeasuredEntry(one.definition, one.kind, one.path, one.line, one.detail) for one in found.values())
