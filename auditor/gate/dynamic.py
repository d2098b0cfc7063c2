"""Names that are computed at run time: `getattr(module, f"on_{kind}")` reaches what nothing else names.

In: a `Case`. Out: breaches in it, and what cannot be known. A computed name of which a part is known is a use of what
it matches; one of which nothing is known makes the answer unknown for what stands where it looks.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from auditor.gate.findings import Case
from auditor.gate.sides import Side, is_module
from auditor.model.code import Definition, DefinitionId, DynamicAccess, dotted

_ANY = "*"
_FAR = ("import", "load")
"""Kinds of access that could name any module or its contents: too far to make every deletion unknown."""


def judge_dynamic(case: Case) -> None:
    """Judge what code that runs in head computes the names of."""
    left: dict[tuple[DefinitionId | None, str], list[DynamicAccess]] = {}
    for access in _accesses(case.head):
        left.setdefault((access.source, access.pattern), []).append(access)
    reached = _reached(case.base)
    still = _reached(case.head)
    for definition in (*case.fates.deleted.values(), *(case.base.definitions[d] for d in case.fates.moved)):
        if case.head.leads_somewhere(dotted(definition.id)) or case.fates.now(definition.id) in still:
            continue
        sources = reached.get(definition.id, set()) | reached.get(f".{definition.name}", set())
        _judge(case, definition, sources, left)
        if definition.id in case.fates.deleted and not case.base.in_production(definition.id):
            _judge_unknown(case, definition, left)


_Left = dict[tuple[DefinitionId | None, str], list[DynamicAccess]]


def _judge(case: Case, definition: Definition, sources: set[DefinitionId], left: _Left) -> None:
    """Stop what a name with a known part reached and would still reach, from the same place or from a renamed one."""
    name = definition.module if is_module(definition.id) else definition.name
    now = {case.fates.now(source) for source in sources}
    for (source, pattern), accesses in left.items():
        if pattern != _ANY and fnmatchcase(name, pattern) and now and (source in now or None in now):
            place = f"{case.head.definitions[accesses[0].source].path}:{accesses[0].line}"
            detail = f"{source} still reaches it by a computed name, {pattern!r} ({place})"
            case.breach(definition, "reachable", detail)
            return


def _judge_unknown(case: Case, definition: Definition, left: _Left) -> None:
    """Say what cannot be known: code that running code looks into by a name of which nothing is known."""
    for source, guesses in case.base.analysis.graph.maybe.items():
        accesses = left.get((case.fates.now(source), _ANY))
        if accesses is None or not any(one.kind == "maybe" and definition.id in one.targets for one in guesses):
            continue
        place = f"{case.head.definitions[accesses[0].source].path}:{accesses[0].line}"
        sentence = f"a name computed in {place} could be its name"
        observed = case.observed(definition.id)
        if observed is not None and not observed.count and definition.id in case.observations.measured:
            case.need(definition.id)
            case.note(definition.id, f"{sentence}, but it was watched for that, and never ran")
        elif is_module(definition.id) or all(access.kind in _FAR for access in accesses):
            case.note(definition.id, f"nothing names it, but {sentence}")
        else:
            case.cannot_see(f"whether {definition.id} is used cannot be known: {sentence}")


def _reached(side: Side) -> dict[str, set[DefinitionId]]:
    """Return who reaches a definition, or (`.name`) a member of an unknown class, by a computed name at base."""
    found: dict[str, set[DefinitionId]] = {}
    for source, edges in side.edges.items():
        for edge in edges:
            if edge.kind == "dynamic" and side.in_production(source):
                target = edge.target
                if target.startswith("."):
                    target = f".{target.rpartition('#')[2].lstrip('.')}"
                found.setdefault(target, set()).add(source)
    return found


def _accesses(side: Side) -> Iterator[DynamicAccess]:
    for module in side.facts:
        for access in module.dynamic:
            if side.runs(access.source) and access.source in side.definitions:
                yield access
