"""Static findings: what nothing reaches, what only tests reach, and what is unused inside one file.

In: `Analysis` and facts. Out: `ScanFinding`s sorted by path, line and id, outermost first. `unreached` is the strong
claim: it is never made where a dynamic access is known that could name the thing. Never decides what may be deleted.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Literal

from auditor.analysis.findings.local import local_findings
from auditor.model.code import Definition, DefinitionId, ModuleFacts, containers
from auditor.model.graph import Analysis, Edge, ReferenceGraph
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence


def scan_findings(analysis: Analysis, facts: Sequence[ModuleFacts]) -> tuple[ScanFinding, ...]:
    """Return every static finding; one that lies inside another names the outermost in `inside`."""
    lengths = {one.path: one.lines for one in facts}
    markers = {one.definitions[0].id for one in facts if _is_marker(one)}
    live = analysis.reachability.production
    asleep = [one for one in analysis.graph.definitions.values() if one.id not in live and one.kind != "import"]
    asleep.sort(key=lambda one: (one.path, one.line, -one.end_line, one.id))
    judged: dict[DefinitionId, Literal["unreached", "test_only"]] = {}
    for definition in asleep:
        status = _status(analysis, definition, judged)
        if status is None or (definition.kind == "module" and not lengths.get(definition.path)):
            continue
        if definition.id not in markers:
            judged[definition.id] = status
    users = _users(analysis.graph, judged)
    found: dict[DefinitionId, ScanFinding] = {}
    for identity, status in judged.items():
        found[identity] = _finding(analysis, analysis.graph.definitions[identity], status, users, found)
    local = local_findings(analysis, facts, found)
    return tuple(
        sorted((*found.values(), *local), key=lambda one: (one.path, one.line, -one.end_line, one.id, one.rule))
    )


def _is_marker(facts: ModuleFacts) -> bool:
    """Return whether a file does nothing but make its directory a package."""
    return facts.is_package and len(facts.definitions) == 1 and not (facts.references or facts.imports or facts.calls)


def _status(
    analysis: Analysis, definition: Definition, judged: Container[DefinitionId]
) -> Literal["unreached", "test_only"] | None:
    """Return what may be said of a definition that production does not reach; `judged` are the outer ones."""
    graph, reached = analysis.graph, analysis.reachability
    if definition.id in reached.tests:
        held = definition.in_tests or definition.module in graph.opaque or definition.id in reached.possible
        return None if held else "test_only"
    if definition.module in graph.opaque:
        return None
    if definition.id in reached.possible:
        return None
    if definition.kind == "variable" and definition.name.startswith("__"):
        return "unreached" if any(outer in judged for outer in containers(definition.id)) else None
    return "unreached"


def _outer(definition: Definition, found: Mapping[DefinitionId, ScanFinding]) -> DefinitionId | None:
    """Return the outermost finding that contains a definition."""
    return next((found[outer].inside or outer for outer in containers(definition.id) if outer in found), None)


def _finding(
    analysis: Analysis,
    definition: Definition,
    status: Literal["unreached", "test_only"],
    users: Mapping[DefinitionId, Sequence[Edge]],
    found: Mapping[DefinitionId, ScanFinding],
) -> ScanFinding:
    rule = "AUD003" if status == "test_only" else "AUD002" if definition.kind == "module" else "AUD001"
    evidence = _evidence(analysis, definition, status, users.get(definition.id, ()))
    return ScanFinding(
        definition.id, definition.kind, "python", definition.path, definition.line, definition.end_line,
        definition.lines, status, rule, (), tuple(evidence), _outer(definition, found),
    )  # fmt: skip


def _evidence(analysis: Analysis, definition: Definition, status: str, edges: Sequence[Edge]) -> Iterable[Evidence]:
    graph = analysis.graph
    if status == "test_only":
        chain = analysis.reachability.chain(definition.id)
        start = graph.definitions[chain[0].definition] if chain else definition
        detail = f"only tests reach it, first from {start.id}"
        yield Evidence("static_reachability", "dead", detail, start.path, start.line)
        return
    outside = [edge for edge in edges if not edge.source.startswith(definition.id)]
    if not outside:
        detail = "no entry point reaches it and nothing refers to it"
        yield Evidence("static_reachability", "dead", detail, definition.path, definition.line)
        return
    first = outside[0]
    user = graph.definitions.get(first.source, definition)
    more = f" and {len(outside) - 1} more" if len(outside) > 1 else ""
    detail = f"no entry point reaches it; it is referred to by {first.source}{more}, not reached either"
    yield Evidence("static_reachability", "dead", detail, user.path, first.line or user.line)


def _users(graph: ReferenceGraph, wanted: Container[DefinitionId]) -> dict[DefinitionId, list[Edge]]:
    """Return who refers to those definitions that are asked for, in the graph's order; containing is no reference."""
    users: dict[DefinitionId, list[Edge]] = {}
    for edges in graph.edges.values():
        for edge in edges:
            if edge.target in wanted and edge.kind != "contains":
                users.setdefault(edge.target, []).append(edge)
    return users
