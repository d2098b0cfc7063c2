"""The sentences a reviewer checks: why a definition has its verdict, and what production showed.

In: a definition with its verdict, and `Sources`. Out: `Evidence` values, never none. Each sentence can be understood
without knowing the tool, and carries the place it speaks of where there is one.
"""

from auditor.cross_reference.sentences import calls, listed, moment, only_by, times, watched_text, when_used
from auditor.cross_reference.silence import Sources, dormant, entry_name, quiet, silence
from auditor.cross_reference.standing import Standing, count_of, observation_of
from auditor.model.code import Definition, DefinitionId, lies_in
from auditor.model.graph import Analysis, Edge, chain_to
from auditor.model.verdict import Evidence, Verdict


def incoming(analysis: Analysis) -> dict[DefinitionId, tuple[Edge, ...]]:
    """Return the edges that lead to each definition, ordered by source and line; `contains` edges are left out."""
    found: dict[DefinitionId, list[Edge]] = {}
    for edges in analysis.graph.edges.values():
        for edge in edges:
            if edge.kind != "contains" and edge.source != edge.target and not edge.target.startswith("."):
                found.setdefault(edge.target, []).append(edge)
    return {target: tuple(sorted(edges, key=lambda e: (e.source, e.line))) for target, edges in found.items()}


def hanging(analysis: Analysis, standing: Standing) -> dict[DefinitionId, tuple[str, ...]]:
    """Return each dormant definition -> names of the silent entry points that lead to it, sorted."""
    found: dict[DefinitionId, set[str]] = {}
    for definition, entries in sorted(standing.quiet.items()):
        names = {entry_name(entry) for entry in entries}
        queue, seen = [definition], {definition}
        while queue:
            current = queue.pop()
            found.setdefault(current, set()).update(names)
            for edge in analysis.graph.edges.get(current, ()):
                target = edge.target
                if target in standing.production and target not in standing.awake and target not in seen:
                    seen.add(target)
                    queue.append(target)
    return {definition: tuple(sorted(names)) for definition, names in found.items()}


def evidence(definition: Definition, verdict: Verdict, sources: Sources) -> tuple[Evidence, ...]:
    """Return the evidence for a definition's verdict; the decisive statement first."""
    match verdict:
        case Verdict.CONTRADICTED:
            found = [_contradiction(definition, sources), _static(definition, sources)]
        case Verdict.LIVE:
            found = [*_observed(definition, sources), _alive(definition, sources)]
        case Verdict.DORMANT:
            found = [dormant(definition, sources), *silence(definition, sources)]
        case Verdict.UNDECIDED:
            found = [_undecided(sources), _static(definition, sources)]
        case _:
            found = [_static(definition, sources), *_replaced(definition, sources), quiet(definition, sources)]
            found += silence(definition, sources)
    return tuple(found)


def _contradiction(definition: Definition, sources: Sources) -> Evidence:
    observation = observation_of(sources.observations, definition.id)
    assert observation is not None, "a contradiction is a use that was seen"
    under = f" as {listed(observation.keys)}" if observation.keys else ""
    last = only_by(observation) or f", last {moment(observation.last_seen)}"
    replaced = sources.observations.replaced.get(definition.id)
    if replaced is not None:
        return Evidence(
            "runtime_use",
            "alive",
            f"production served {listed(observation.keys)} by it until {replaced:%Y-%m-%d}, in the window, and by "
            "another handler since: not yet watched without it for a whole window",
            definition.path,
            definition.line,
        )
    found = "only tests reach it" if sources.standing.row(definition.id) == "tests" else "nothing reaches it"
    return Evidence(
        "runtime_use",
        "alive",
        f"production ran it {times(observation.count)} {when_used(observation)}{under}{last}, although by the source "
        f"{found}: "
        "this is a blind spot of the analysis, and it must not be deleted",
        definition.path,
        definition.line,
    )


def _observed(definition: Definition, sources: Sources) -> list[Evidence]:
    observation = observation_of(sources.observations, definition.id)
    if observation is None:
        return []
    if observation.count == 0:
        if definition.id not in sources.observations.measured:
            return []
        watched = watched_text(sources.observations, observation.watched_minutes)
        detail = f"{listed(observation.keys) or 'it'} was called 0 times in {watched}"
        return [Evidence("runtime_zero", "dead", detail, definition.path, definition.line)]
    failed = f", {observation.errors:,} of them failed" if observation.errors else ""
    last = only_by(observation) or f", last {moment(observation.last_seen)}"
    under = listed(observation.keys) or "itself"
    detail = f"production called it {times(observation.count)} {when_used(observation)} as {under}{failed}{last}"
    return [Evidence("runtime_use", "alive", detail, definition.path, definition.line)]


def _alive(definition: Definition, sources: Sources) -> Evidence:
    standing = sources.standing
    if standing.revived(definition.id):
        root = chain_to(definition.id, standing.awake)[0].definition
        by = "code inside it was" if root == definition.id else f"`{root}` reaches it, which was"
        return Evidence(
            "reached_from_observed",
            "alive",
            f"no entry point reaches it, but {by} seen to run in production: alive in effect",
            definition.path,
            definition.line,
        )
    links = standing.awake if definition.id in standing.awake else standing.production
    names = [link.definition for link in chain_to(definition.id, links)]
    way = " -> ".join(f"`{name}`" for name in names) if len(names) <= 6 else (
        f"`{names[0]}` -> ... -> `{names[-1]}` ({len(names)} steps)"
    )  # fmt: skip
    detail = "it is an entry point" if len(names) <= 1 else f"reached from production: {way}"
    return Evidence("chain", "alive", detail, definition.path, definition.line)


def _undecided(sources: Sources) -> Evidence:
    reason = (sources.observations.insufficient or "production was not watched").rstrip(".")
    return Evidence("not_watched", "alive", f"nothing may be concluded from production: {reason}")


def _static(definition: Definition, sources: Sources) -> Evidence:
    """Say what statically reaches it, and who refers to it all the same."""
    row = sources.standing.row(definition.id)
    if row == "production":
        return _alive(definition, sources)
    head = "no production entry point reaches it, only tests do" if row == "tests" else (
        "no production entry point and no test reaches it"
    )  # fmt: skip
    edges = sources.referrers.get(definition.id, ())
    outside = [edge.source for edge in edges if not lies_in(edge.source, definition.id)]
    users = tuple(dict.fromkeys(user for user in outside if not _is_import(user, sources))) or tuple(outside[:1])
    if not users:
        tail = "nothing refers to it"
    else:
        kind = "tests" if row == "tests" and all(_in_tests(user, sources) for user in users) else "unreached code"
        tail = (
            f"it is referred to by {listed(users)}" if row == "tests" else f"only {kind} refers to it: {listed(users)}"
        )
    return Evidence("static", "dead", f"{head}; {tail}", definition.path, definition.line)


def _is_import(definition: DefinitionId, sources: Sources) -> bool:
    found = sources.analysis.graph.definitions.get(definition)
    return found is not None and found.kind == "import"


def _in_tests(definition: DefinitionId, sources: Sources) -> bool:
    found = sources.analysis.graph.definitions.get(definition)
    return found is not None and found.in_tests


def _replaced(definition: Definition, sources: Sources) -> list[Evidence]:
    """Name who serves instead of a handler whose every route is shadowed."""
    server = sources.standing.displaced.get(definition.id)
    if server is None:
        return []
    keys = tuple(sorted(route.key for route in sources.analysis.routes if route.handler == definition.id))
    found = sources.analysis.graph.definitions.get(server)
    count = count_of(sources.observations, server)
    return [
        Evidence(
            "shadowed",
            "dead",
            f"{listed(keys)} is served by `{server}` instead, registered before it: {calls(count)} there, 0 here",
            found.path if found else definition.path,
            found.line if found else definition.line,
        )
    ]
