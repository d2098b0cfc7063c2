"""The sentences a reviewer checks: why a definition has its verdict, and what production showed.

In: a definition with its verdict, and `Sources`. Out: `Evidence` values, never none. Each sentence can be understood
without knowing the tool, and carries the place it speaks of where there is one.
"""

from collections.abc import Mapping

import msgspec

from auditor.cross_reference.holds import registering_decorators
from auditor.cross_reference.sentences import calls, listed, moment, only_by, times, watched_text, when_used
from auditor.cross_reference.standing import Standing, count_of, observation_of
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis, Edge, EntryPoint, chain_to
from auditor.model.usage import Observations
from auditor.model.verdict import Evidence, Verdict


class Sources(msgspec.Struct, frozen=True):
    """What sentences are drawn from.

    `referrers` holds incoming edges by target. `hangs_on` maps each dormant definition to the silent endpoints that
    lead to it. `siblings` maps a module to the calls its measured definitions got, `measured_in` to how many there are.
    """

    analysis: Analysis
    observations: Observations
    standing: Standing
    referrers: Mapping[DefinitionId, tuple[Edge, ...]]
    hangs_on: Mapping[DefinitionId, tuple[str, ...]]
    siblings: Mapping[str, int]
    measured_in: Mapping[str, int]


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


def entry_name(entry: EntryPoint) -> str:
    """Return the name people know an entry point by: its usage key, or its definition."""
    return entry.usage_key or entry.definition


def evidence(definition: Definition, verdict: Verdict, sources: Sources) -> tuple[Evidence, ...]:
    """Return the evidence for a definition's verdict; the decisive statement first."""
    match verdict:
        case Verdict.CONTRADICTED:
            found = [_contradiction(definition, sources), _static(definition, sources)]
        case Verdict.LIVE:
            found = [*_observed(definition, sources), _alive(definition, sources)]
        case Verdict.DORMANT:
            found = [_dormant(definition, sources), *_registered(definition, sources), *_siblings(definition, sources)]
        case Verdict.UNDECIDED:
            found = [_undecided(sources), _static(definition, sources)]
        case _:
            found = [_static(definition, sources), *_replaced(definition, sources), *_quiet_window(definition, sources)]
    return tuple(found)


def _contradiction(definition: Definition, sources: Sources) -> Evidence:
    observation = observation_of(sources.observations, definition.id)
    assert observation is not None, "a contradiction is a use that was seen"
    under = f" as {listed(observation.keys)}" if observation.keys else ""
    last = only_by(observation) or f", last {moment(observation.last_seen)}"
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
        detail = f"{listed(observation.keys) or 'it'} was called 0 times in {watched_text(sources.observations)}"
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


def _dormant(definition: Definition, sources: Sources) -> Evidence:
    names = sources.hangs_on.get(definition.id) or _roots_by_chain(definition, sources)
    how = "runs only for" if definition.id in sources.standing.quiet else "is reached only from"
    detail = f"it {how} {listed(names)}: 0 calls in {watched_text(sources.observations)}"
    return Evidence("dormant", "dead", detail, definition.path, definition.line)


def _roots_by_chain(definition: Definition, sources: Sources) -> tuple[str, ...]:
    chain = chain_to(definition.id, sources.standing.production)
    root = chain[0].definition if chain else definition.id
    return tuple(sorted({entry_name(entry) for entry in sources.standing.quiet.get(root, ())})) or (root,)


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
    outside = [edge.source for edge in edges if not _within(edge.source, definition.id)]
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


def _within(inner: DefinitionId, outer: DefinitionId) -> bool:
    return inner == outer or inner.startswith(outer if outer.endswith(":") else f"{outer}.")


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


def _quiet_window(definition: Definition, sources: Sources) -> list[Evidence]:
    """Say how well production was watched, and that its neighbours were seen meanwhile."""
    observations = sources.observations
    measured = definition.id in observations.measured
    what = "it was measured, with 0 calls" if measured else "no use of it was seen"
    zero = Evidence("runtime_zero", "dead", f"{what} in {watched_text(observations)}")
    return [zero, *_registered(definition, sources), *_siblings(definition, sources)]


def _registered(definition: Definition, sources: Sources) -> list[Evidence]:
    """Say that a decorator registers it, and that it was never called through that while it was measured."""
    names = registering_decorators(definition)
    if definition.id not in sources.observations.measured or not names:
        return []
    detail = f"it is registered by {', '.join(f'`@{name}`' for name in names)}, and was never called through it"
    return [Evidence("registered", "dead", detail, definition.path, definition.line)]


def _siblings(definition: Definition, sources: Sources) -> list[Evidence]:
    observations = sources.observations
    others = sources.measured_in.get(definition.module, 0) - (definition.id in observations.measured)
    if others > 0 and (count := sources.siblings.get(definition.module, 0)):
        who = f"the other {others:,} watched definitions" if others > 1 else "the other watched definition"
        return [Evidence("siblings", "dead", f"{who} of `{definition.module}` got {calls(count)} in the same window")]
    total = sum(observation.count for observation in observations.by_definition.values())
    if not total:
        return []
    where = len([o for o in observations.by_definition.values() if o.count])
    return [
        Evidence(
            "siblings",
            "dead",
            f"production was seen at work meanwhile: {calls(total)} to {where:,} "
            f"{'definition' if where == 1 else 'definitions'} of this project",
        )
    ]
