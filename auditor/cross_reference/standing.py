"""Where a definition stands: which row and column of the verdict table it is in.

In: `Analysis` and `Observations`. Out: `Standing` (closures over the graph, computed once) and, for each definition,
the cell of the table. Never decides what may be planned.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from auditor.model.code import Definition, DefinitionId, module_id
from auditor.model.graph import Analysis, Edge, EntryPoint, Link, ReferenceGraph
from auditor.model.usage import Observation, Observations
from auditor.model.verdict import Verdict

Row = Literal["production", "tests", "unreached"]
"""What statically reaches a definition: a production entry point, tests only, nothing."""

Column = Literal["called", "quiet", "unwatched", "unmeasured"]
"""What production says.

`called`: its use, or the use of an entry point that reaches it, was seen. `quiet`: not called, window watched.
`unwatched`: not called, window not watched enough. `unmeasured`: it hangs on an entry point that nobody measures.
"""

TABLE: Mapping[tuple[Row, Column], Verdict] = {
    ("production", "called"): Verdict.LIVE,
    ("production", "quiet"): Verdict.DORMANT,
    ("production", "unwatched"): Verdict.UNDECIDED,
    ("production", "unmeasured"): Verdict.LIVE,
    ("tests", "called"): Verdict.CONTRADICTED,
    ("tests", "quiet"): Verdict.TEST_ONLY,
    ("tests", "unwatched"): Verdict.UNDECIDED,
    ("unreached", "called"): Verdict.CONTRADICTED,
    ("unreached", "quiet"): Verdict.DEAD,
    ("unreached", "unwatched"): Verdict.UNDECIDED,
}
"""The verdict table. Only what production code reaches can be `unmeasured`: the other rows hang on no entry point."""

_REGISTERING_LEVEL = ("module", "variable")
_MEASURABLE = ("route", "task")
_DESCRIBING = (".yaml", ".yml", ".json", ".toml", ".ini", ".cfg")
"""Files that are not Python and may hold a route table, as a description of an API does."""


class Standing(msgspec.Struct, frozen=True):
    """The closures that the table is read with.

    `production` is what production entry points reach, routes that never serve left out. `tests` is what tests reach
    besides. `called` is what is reached from definitions whose use was seen; `awake` is that, plus what unmeasured
    entry points reach. `quiet` are the production entry points that were measured with zero calls, by definition.
    `displaced` maps a handler whose every route is shadowed, and that was never called while the serving one was, to
    the handler that serves instead. `watched` is whether absence may be concluded.
    """

    production: Mapping[DefinitionId, Link]
    tests: Mapping[DefinitionId, Link]
    called: Mapping[DefinitionId, Link]
    awake: Mapping[DefinitionId, Link]
    quiet: Mapping[DefinitionId, tuple[EntryPoint, ...]]
    displaced: Mapping[DefinitionId, DefinitionId]
    watched: bool

    def row(self, definition: DefinitionId) -> Row:
        """Return what statically reaches `definition`."""
        if definition in self.production:
            return "production"
        return "tests" if definition in self.tests else "unreached"

    def column(self, definition: DefinitionId, observed: int) -> Column:
        """Return what production says of `definition`, whose own use was seen `observed` times."""
        if observed > 0:
            return "called"
        if self.row(definition) == "production":
            if definition in self.called:
                return "called"
            if definition in self.awake:
                return "unmeasured"
        return "quiet" if self.watched else "unwatched"

    def revived(self, definition: DefinitionId) -> bool:
        """Return whether it is alive only because code that the analysis believed unreached was seen to run."""
        return self.row(definition) != "production" and definition in self.awake

    def verdict(self, definition: DefinitionId, observed: int) -> Verdict:
        """Return the verdict: the cell of the table, or LIVE for what a contradicted definition reaches."""
        if observed == 0 and self.revived(definition):
            return Verdict.LIVE
        return TABLE[self.row(definition), self.column(definition, observed)]


def count_of(observations: Observations, definition: DefinitionId) -> int:
    """Return how often the use of `definition` was seen in the window; 0 also where it is not measured."""
    observation = observations.by_definition.get(definition)
    return observation.count if observation else 0


def judged(definition: Definition) -> bool:
    """Return whether a definition gets a verdict: production code, imports left out (they follow what they name)."""
    return not definition.in_tests and definition.kind != "import"


def stand(analysis: Analysis, observations: Observations) -> Standing:
    """Compute the closures. Code that a module body or a table names only to register it is not thereby called."""
    production = [entry for entry in analysis.entry_points if entry.production]
    displaced = _displaced(analysis, production, observations)
    quiet = _quiet(production, observations)
    registered_only = frozenset(quiet) | frozenset(displaced)
    graph = _without_registrations(analysis.graph, registered_only)
    bodies = _bodies(analysis.graph, (entry.definition for entry in production))
    roots = [d for d, link in analysis.reachability.production.items() if link.via is None]
    effective = [d for d in (*(e.definition for e in production), *roots) if d not in displaced]
    seen = [d for d, o in sorted(observations.by_definition.items()) if o.count > 0 and d in analysis.graph.definitions]
    seen_roots = [*seen, *_bodies(analysis.graph, seen)]
    unmeasured = [root for root in effective if root not in quiet]
    awake = graph.reached_from([*seen_roots, *unmeasured, *bodies])
    return Standing(
        production=_production(analysis, effective, bodies, displaced),
        tests=analysis.reachability.tests,
        called=graph.reached_from(seen_roots),
        awake=awake,
        quiet=quiet,
        displaced=displaced,
        watched=observations.insufficient is None,
    )


def _production(
    analysis: Analysis,
    effective: list[DefinitionId],
    bodies: list[DefinitionId],
    displaced: Mapping[DefinitionId, DefinitionId],
) -> Mapping[DefinitionId, Link]:
    """Return what is statically reached; searched again only where a displaced handler must not count as a root."""
    if not displaced:
        return {**analysis.graph.reached_from(bodies), **analysis.reachability.production}
    only_displaced = _without_registrations(analysis.graph, frozenset(displaced))
    return only_displaced.reached_from([*effective, *bodies])


def _displaced(
    analysis: Analysis, production: list[EntryPoint], observations: Observations
) -> dict[DefinitionId, DefinitionId]:
    """Return shadowed handler -> serving handler, where production confirms it: zero calls here, calls there."""
    other_entries = {entry.definition for entry in production if entry.kind != "route"}
    serving: dict[DefinitionId, list[DefinitionId | None]] = {}
    for route in analysis.routes:
        serving.setdefault(route.handler, []).append(route.shadowed_by)
    found: dict[DefinitionId, DefinitionId] = {}
    for handler, servers in serving.items():
        named = [server for server in servers if server is not None and server != handler]
        if len(named) < len(servers) or handler in other_entries or handler not in observations.measured:
            continue
        if count_of(observations, handler) == 0 and all(count_of(observations, server) > 0 for server in named):
            found[handler] = named[0]
    return found


def _quiet(production: list[EntryPoint], observations: Observations) -> dict[DefinitionId, tuple[EntryPoint, ...]]:
    """Return the definitions all of whose production entry points are measured and were called zero times."""
    entries: dict[DefinitionId, list[EntryPoint]] = {}
    for entry in production:
        entries.setdefault(entry.definition, []).append(entry)
    return {
        definition: tuple(found)
        for definition, found in entries.items()
        if definition in observations.measured
        and count_of(observations, definition) == 0
        and all(entry.usage_key or entry.kind in _MEASURABLE for entry in found)
    }


def _without_registrations(graph: ReferenceGraph, targets: frozenset[DefinitionId]) -> ReferenceGraph:
    """Return the graph without edges by which module-level code names `targets`: a route table registers, not calls."""
    if not targets:
        return graph

    def kept(edge: Edge) -> bool:
        source = graph.definitions.get(edge.source)
        return edge.target not in targets or source is None or not _registers(source)

    edges = {
        source: tuple(filter(kept, found)) if any(edge.target in targets for edge in found) else found
        for source, found in graph.edges.items()
    }
    return msgspec.structs.replace(graph, edges=edges)


def _registers(source: Definition) -> bool:
    """Return whether what names something may do so only to register it; a script that names it runs it."""
    if source.id.startswith("/"):
        return source.path.endswith(_DESCRIBING)
    return source.kind in _REGISTERING_LEVEL


def _bodies(graph: ReferenceGraph, definitions: Iterable[DefinitionId]) -> list[DefinitionId]:
    """Return what must have run for `definitions` to exist: enclosing scopes' modules and their packages, in order."""
    bodies: dict[DefinitionId, None] = {}
    for definition in definitions:
        module = definition.partition(":")[0]
        while module:
            bodies.setdefault(module_id(module))
            module = module.rpartition(".")[0]
        found = graph.definitions.get(definition)
        parent = found.parent if found else None
        while parent is not None and (owner := graph.definitions.get(parent)) is not None and owner.kind == "class":
            bodies.setdefault(parent)
            parent = owner.parent
    return [body for body in bodies if body in graph.definitions]


def observation_of(observations: Observations, definition: DefinitionId) -> Observation | None:
    """Return the observation of `definition`, None where no usage key leads to it."""
    return observations.by_definition.get(definition)
