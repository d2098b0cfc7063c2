"""Does a change delete something that is still used?

In: two analysed commits and production's observations. Out: a result.

A refactoring is not a deletion. Code that moved, or that its surviving referrers no longer need, passes. What is judged
are the ends: routes, tasks, commands, scripts, what is reached by name at run time, and whatever production was
observed to call. Pure: never reads git, files or the ledger, and never passes for want of evidence.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted
from auditor.model.gate import Breach, BreachReason, GateResult
from auditor.model.graph import Analysis, EntryPoint, Route
from auditor.model.usage import Observation, Observations


class Side(msgspec.Struct, frozen=True):
    """One of the two commits compared: its analysis and the facts of its files. `commit` is a full hash."""

    commit: str
    analysis: Analysis
    facts: Sequence[ModuleFacts]

    @property
    def definitions(self) -> Mapping[DefinitionId, Definition]:
        """All definitions of the commit by id."""
        return self.analysis.graph.definitions


def judge_change(base: Side, head: Side, observations: Observations, *, allow_dormant: bool = False) -> GateResult:
    """Judge every deletion between `base` and `head`.

    Args:
        base: The commit that production runs, or that the change starts from.
        head: The commit with the change.
        observations: Production usage, attributed to the definitions of `base`.
        allow_dormant: Let endpoints go that a sufficiently watched window saw no call of.

    Returns:
        The result; `undecidable` is set when something deleted needs evidence and there is not enough.
    """
    return _Judge(base, head, observations, allow_dormant=allow_dormant).result()


class _Judge:
    """Holds both sides while the deletions are judged one by one."""

    def __init__(self, base: Side, head: Side, observations: Observations, *, allow_dormant: bool) -> None:
        self.base, self.head, self.observations, self.allow_dormant = base, head, observations, allow_dormant
        self.breaches: dict[tuple[DefinitionId, str], Breach] = {}
        self.notes: dict[DefinitionId, str] = {}
        self.needs_evidence: list[DefinitionId] = []
        gone = [d for d in base.definitions.values() if _counts(d) and not _stands(d, head)]
        self.moved = _moved(gone, base, head)
        self.deleted = {d.id: d for d in gone if d.id not in self.moved}
        self.entry_points: dict[DefinitionId, list[EntryPoint]] = {}
        for entry_point in base.analysis.entry_points:
            if entry_point.production:
                self.entry_points.setdefault(entry_point.definition, []).append(entry_point)
        self.referrers = _referrers(base, self.deleted)
        self.serving = {r.key: r for r in head.analysis.routes if r.shadowed_by is None}

    def result(self) -> GateResult:
        """Judge everything and sum up."""
        outermost = [d for d in self.deleted.values() if d.parent not in self.deleted]
        for definition in self.deleted.values():
            self.judge(definition)
        self.judge_dropped_routes()
        self.judge_dangling()
        breaches = tuple(sorted(self.breaches.values(), key=lambda b: (b.path, b.line, b.id, b.why)))
        undecidable = None
        if self.needs_evidence and self.observations.insufficient:
            first = self.needs_evidence[0]
            more = f" and {len(self.needs_evidence) - 1} more" if len(self.needs_evidence) > 1 else ""
            undecidable = f"whether {first}{more} is used cannot be known: {self.observations.insufficient}"
        return GateResult(
            base=self.base.commit,
            head=self.head.commit,
            passed=not breaches and undecidable is None,
            deleted=len(outermost),
            moved=len([i for i in self.moved if self.base.definitions[i].parent not in self.moved]),
            breaches=breaches,
            notes=tuple(f"{i}: {note}" for i, note in sorted(self.notes.items()) if not self.breached_within(i)),
            undecidable=undecidable,
        )

    def breached_within(self, definition: DefinitionId) -> bool:
        """Return whether a definition, or one inside it, may not be deleted."""
        inside = (f"{definition.rstrip(':')}:", f"{definition}.")
        return any(breached == definition or breached.startswith(inside) for breached, _ in self.breaches)

    def judge(self, definition: Definition) -> None:
        """Judge one deleted definition by its own observations, by being an end, and by who referred to it."""
        observed = self.observations.by_definition.get(definition.id)
        routes = [r for r in self.base.analysis.routes if r.handler == definition.id]
        if routes:
            self.judge_handler(definition, routes, observed)
            return
        if observed is not None and observed.count:
            reached = definition.id in self.base.analysis.reachability.production
            self.breach(definition, "called" if reached else "contradicted", self.calls(observed))
            return
        ends = [e for e in self.entry_points.get(definition.id, ()) if e.kind != "route"]
        if ends:
            self.breach(definition, "reachable", f"{ends[0].detail}; nothing measures whether it is called")
            return
        if definition.id in self.base.analysis.reachability.production:
            self.judge_reached(definition)
        elif definition.parent not in self.deleted:
            self.needs_evidence.append(definition.id)
            self.notes[definition.id] = "nothing reached it at base, and production was not seen to call it"

    def judge_handler(self, definition: Definition, routes: Sequence[Route], observed: Observation | None) -> None:
        """Judge a route's handler: shadowed ones never served; replaced ones live on under a new name."""
        serving = [r for r in routes if r.shadowed_by is None and not self.replaced(r)]
        if observed is not None and observed.count and (serving or not routes):
            takeover = self.takeover(serving)
            self.breach(definition, "called", self.calls(observed) + takeover)
            return
        if not serving:
            if any(r.shadowed_by for r in routes):
                self.needs_evidence.append(definition.id)
                self.notes[definition.id] = f"its route is shadowed by {routes[0].shadowed_by}, it never served"
            else:
                self.notes[definition.id] = f"replaced by {self.serving[routes[0].key].handler}"
            return
        self.needs_evidence.append(definition.id)
        keys = ", ".join(r.key for r in serving)
        if observed is None:
            self.breach(definition, "reachable", f"handles {keys}, whose usage is not measured{self.takeover(serving)}")
        elif not self.allow_dormant and not self.observations.insufficient:
            detail = f"handles {keys}: 0 calls in {self.observations.window.days:g} days, but an end that can be called"
            self.breach(definition, "reachable", f"{detail}; set gate.allow_dormant to let such endpoints go")
        elif not self.observations.insufficient:
            self.notes[definition.id] = f"{keys} had 0 calls in {self.observations.window.days:g} days"

    def replaced(self, route: Route) -> bool:
        """Return whether head serves the same key by code that base did not have, or by the handler moved elsewhere."""
        now = self.serving.get(route.key)
        return now is not None and now.handler not in self.base.definitions

    def takeover(self, routes: Iterable[Route]) -> str:
        """Say which older handler would serve a route after its own is gone: another one is not the same one."""
        for route in routes:
            now = self.serving.get(route.key)
            if now is not None:
                return f"; {route.key} would then be served by {now.handler}, which was shadowed until now"
        return ""

    def judge_reached(self, definition: Definition) -> None:
        """Judge code that was reached through others: by name at run time, or by referrers that live on unchanged."""
        for source, kind, line in self.referrers.get(definition.id, ()):
            survivor = self.head.definitions.get(source)
            if survivor is None or not self.unchanged(source):
                continue
            if kind in ("dynamic", "string", "attribute"):
                self.breach(
                    definition, "reachable",
                    f"{source} still reaches it by name ({self.base.definitions[source].path}:{line})",
                )  # fmt: skip
                return
        if definition.parent not in self.deleted:
            self.notes[definition.id] = "nothing at head needs it; its referrers are judged"

    def unchanged(self, source: DefinitionId) -> bool:
        """Return whether a definition has the same body on both sides."""
        return self.base.definitions[source].body_hash == self.head.definitions[source].body_hash

    def judge_dropped_routes(self) -> None:
        """Judge routes that are gone although their handler stayed: a dropped decorator, include or mount."""
        for route in self.base.analysis.routes:
            gone = route.key not in self.serving and route.shadowed_by is None
            if not gone or route.handler in self.deleted:
                continue
            observed = self.observations.by_definition.get(route.handler)
            definition = self.base.definitions.get(route.handler)
            if definition is None:
                continue
            if observed is not None and observed.count and route.key in observed.keys:
                self.breach(definition, "called", f"{route.key} is no longer served; {self.calls(observed)}")
            elif observed is None or self.observations.insufficient:
                self.needs_evidence.append(route.handler)
            elif not self.allow_dormant:
                self.breach(
                    definition, "reachable",
                    f"{route.key} is no longer served; it had 0 calls; set gate.allow_dormant to let such endpoints go",
                )  # fmt: skip

    def judge_dangling(self) -> None:
        """Find what head still refers to by a name that the change deleted or moved away."""
        gone = {dotted(d): d for d in (*self.deleted, *self.moved) if dotted(d) not in _names(self.head)}
        alive = self.head.analysis.reachability
        for module in self.head.facts:
            uses = [(r.target, r.line, r.source) for r in module.references]
            uses += [(i.target, i.line, i.scope) for i in module.imports if not i.guarded]
            for target, line, source in uses:
                found = _prefix_in(target, gone)
                if found is None or not (source in alive.production or source in alive.tests):
                    continue
                definition = self.base.definitions[gone[found]]
                detail = f"{module.path}:{line} still refers to it ({source})"
                self.breaches.setdefault(
                    (definition.id, "dangling_reference"),
                    Breach(definition.id, module.path, line, "dangling_reference", detail),
                )

    def calls(self, observed: Observation) -> str:
        """Say how often and when last production called something."""
        last = f", last at {observed.last_seen:%Y-%m-%dT%H:%M:%SZ}" if observed.last_seen else ""
        keys = ", ".join(observed.keys)
        return f"{observed.count:,} calls of {keys} in {self.observations.window.days:g} days{last}"

    def breach(self, definition: Definition, why: BreachReason, detail: str) -> None:
        """Note a breach at the nearest place that survives in head, or at base's place where the file is gone."""
        lines = next((m.lines for m in self.head.facts if m.path == definition.path), None)
        line = definition.line if lines is None else max(1, min(definition.line, lines))
        self.breaches.setdefault((definition.id, why), Breach(definition.id, definition.path, line, why, detail))


def _counts(definition: Definition) -> bool:
    """Return whether deleting it is a deletion at all: imports are bindings, tests are not production."""
    return definition.kind != "import" and not definition.in_tests


def _stands(definition: Definition, side: Side) -> bool:
    """Return whether a definition is there; a name that is only imported any more is defined elsewhere."""
    there = side.definitions.get(definition.id)
    return there is not None and there.kind != "import"


def _moved(gone: Sequence[Definition], base: Side, head: Side) -> dict[DefinitionId, DefinitionId]:
    """Return base id -> head id for definitions with the same name and body elsewhere, and for all inside them."""
    fresh: dict[tuple[str, str, str], list[DefinitionId]] = {}
    for definition in head.definitions.values():
        if definition.id not in base.definitions and not definition.in_tests:
            fresh.setdefault((definition.name, definition.kind, definition.body_hash), []).append(definition.id)
    moved: dict[DefinitionId, DefinitionId] = {}
    for definition in sorted(gone, key=lambda d: (d.qualified_name.count("."), d.id)):
        parent = definition.parent
        if parent in moved:
            inside = f"{moved[parent]}{definition.id[len(parent) :]}"
            if inside in head.definitions:
                moved[definition.id] = inside
                continue
        if definition.kind == "module":
            targets = [i for (_, kind, digest), ids in fresh.items() for i in ids
                       if kind == "module" and digest == definition.body_hash]  # fmt: skip
        else:
            targets = fresh.get((definition.name, definition.kind, definition.body_hash), [])
        if targets:
            moved[definition.id] = sorted(targets)[0]
    return moved


def _referrers(
    base: Side, deleted: Mapping[DefinitionId, Definition]
) -> dict[DefinitionId, list[tuple[DefinitionId, str, int]]]:
    """Return who referred to each deleted definition at base, as (source, edge kind, line).

    An attribute of an unknown receiver refers to every member of that name.
    """
    found: dict[DefinitionId, list[tuple[DefinitionId, str, int]]] = {}
    by_name: dict[str, list[DefinitionId]] = {}
    for definition in deleted.values():
        owner = definition.parent
        if owner is not None and owner in base.analysis.graph.members:
            by_name.setdefault(definition.name, []).append(definition.id)
    for source, edges in base.analysis.graph.edges.items():
        if source not in base.analysis.reachability.production:
            continue
        for edge in edges:
            if edge.target.startswith("."):
                for target in by_name.get(edge.target[1:], ()):
                    found.setdefault(target, []).append((source, "attribute", edge.line))
            elif edge.target in deleted and edge.kind in ("dynamic", "string"):
                found.setdefault(edge.target, []).append((source, edge.kind, edge.line))
    return found


def _names(side: Side) -> set[str]:
    """Return the dotted names that exist on one side, import bindings included: a re-export keeps a name alive."""
    return {dotted(definition) for definition in side.definitions}


def _prefix_in(target: str, names: Mapping[str, object]) -> str | None:
    """Return the longest dotted prefix of `target` (itself included) that is one of `names`."""
    while target:
        if target in names:
            return target
        target = target.rpartition(".")[0]
    return None
