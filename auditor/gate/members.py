"""Members that a class loses: methods and attributes that running code takes of receivers it does not name.

In: a `Case`. Out: breaches in it. `order.total()` names no class, so what it needs is judged by the name alone. Where
other classes, or built-in types, have the same name, the member passes if some caller gave the name up in the change.
"""

from collections.abc import Iterable, Mapping
from functools import cache

from auditor.gate.findings import Case
from auditor.gate.sides import Side
from auditor.gate.takers import likely_takers
from auditor.model.code import DefinitionId, ModuleFacts, dotted, module_id

_BUILTIN_TYPES: tuple[type, ...] = (
    str, bytes, bytearray, int, float, bool, list, tuple, dict, set, frozenset, object, type, Exception,
)  # fmt: skip

_LISTS = ("list_display", "list_display_links", "list_filter", "readonly_fields", "actions")
"""Attributes by which classes of Django's admin name their own members."""


def judge_members(case: Case) -> None:
    """Judge every attribute that a class of base had, by itself or by its bases, and has no more."""
    before, after = _takers(case.base), _takers(case.head)
    common = common_names(case.head)
    judged: set[DefinitionId] = set()
    for owner in sorted(d.id for d in case.base.definitions.values() if d.kind == "class" and not d.in_tests):
        now = case.fates.now(owner)
        for name, member in _vanished(case, owner, now).items():
            if member in judged or not case.base.in_production(member):
                continue
            if now is not None and (place := _listed(case, now, name)):
                case.breach(case.base.definitions[member], "dangling_reference", f"{place} still lists it by its name")
                judged.add(member)
                continue
            takers = after.get(name, {})
            if _has_new_home(case, name):
                takers = {source: line for source, line in takers.items() if _unchanged(case, source)}
            givers = _callers(case, before, name, member)
            takers = likely_takers(case, owner, name, takers, givers)
            if not takers or (name in common and (now is None or _given_up(case, givers, takers))):
                continue
            if now is None and not _lacked_by_heirs(case, owner, name):
                case.note(member, f"no object of {owner} is left that code could take it of")
                continue
            if now is not None and _pushed_down(case, now, name):
                continue
            judged.add(member)
            _breach(case, owner, name, member, takers)


def _listed(case: Case, owner: DefinitionId, name: str) -> str:
    """Return where a class of Django's admin lists a member that no class of head has, as `path:line`; else empty."""
    module = case.head.by_module[owner.partition(":")[0]]
    targets = {f"{dotted(owner)}.{attribute}" for attribute in _LISTS}
    for one in module.assignments:
        if one.target in targets and any(value.kind == "text" and value.text == name for value in one.value.values):
            classes = (found.id for found in case.head.definitions.values() if found.kind == "class")
            names = case.head.names
            known = any(name in names.members(other) or name in names.attributes(other) for other in classes)
            return "" if known else f"{module.path}:{one.line}"
    return ""


def _breach(
    case: Case, owner: DefinitionId, name: str, member: DefinitionId, takers: Mapping[DefinitionId, int]
) -> None:
    source, line = min(takers.items(), key=lambda one: (case.head.definitions[one[0]].path, one[1]))
    place = f"{case.head.definitions[source].path}:{line}"
    inherited = "" if case.base.definitions[member].parent == owner else f"{owner} no longer inherits it; "
    case.breach(
        case.base.definitions[member], "reachable", f"{inherited}{source} still takes .{name} of something ({place})"
    )


def _vanished(case: Case, owner: DefinitionId, now: DefinitionId | None) -> dict[str, DefinitionId]:
    """Return the members, by name, that a class of base had and its successor has not; special methods left out."""
    had = _all_members(case.base, owner)
    if now is None:
        return {name: member for name, member in had.items() if member in case.fates.deleted}
    if not case.head.names.lineage(now)[1] <= case.base.names.lineage(owner)[1]:
        return {}
    has = _all_members(case.head, now)
    if "__getattr__" in has:
        return {}
    has_too = {name for one in case.head.names.lineage(now)[0] for name in case.head.names.attributes(one)}
    has_too |= case.head.relation_names
    given = case.base.overriding if case.head.names.lineage(now)[1] else frozenset()
    return {
        name: member for name, member in had.items() if name not in has and name not in has_too and member not in given
    }


def _lacked_by_heirs(case: Case, owner: DefinitionId, name: str) -> bool:
    """Return whether some class took the place of a deleted one and does not have a member of it."""
    heirs = _heirs(case, owner)
    if not heirs or not all(case.head.names.lineage(one)[1] <= case.base.names.lineage(owner)[1] for one in heirs):
        return False
    has = {one for heir in heirs for one in _all_members(case.head, heir)}
    has |= {
        name for heir in heirs for one in case.head.names.lineage(heir)[0] for name in case.head.names.attributes(one)
    }
    return name not in has and "__getattr__" not in has


def _heirs(case: Case, owner: DefinitionId) -> set[DefinitionId]:
    """Return the classes that those who named a deleted class name instead of it at head."""
    heirs: set[DefinitionId] = set()
    for source in case.base.incoming.get(owner, ()):
        now = case.fates.now(source)
        if now is None or source.startswith(f"{owner}."):
            continue
        known = {case.fates.now(edge.target) for edge in case.base.edges.get(source, ())}
        targets = {edge.target for edge in case.head.edges.get(now, ()) if edge.kind != "contains"} - known
        heirs |= {one for one in targets if one in case.head.definitions and case.head.definitions[one].kind == "class"}
    return heirs


def _pushed_down(case: Case, now: DefinitionId, name: str) -> bool:
    """Return whether every class below one has a member."""
    below = case.head.subclasses.get(now, ())
    return bool(below) and all(name in _all_members(case.head, one) for one in below)


def _all_members(side: Side, owner: DefinitionId) -> dict[str, DefinitionId]:
    found: dict[str, DefinitionId] = {}
    for one in side.names.lineage(owner)[0]:
        for name, member in side.names.members(one).items():
            if name == "__getattr__" or not (name.startswith("__") and name.endswith("__")):
                found.setdefault(name, member)
    return found


def _takers(side: Side) -> dict[str, dict[DefinitionId, int]]:
    """Return name -> who takes it of an unknown receiver, with the line; only what runs."""
    found: dict[str, dict[DefinitionId, int]] = {}
    for module in side.facts:
        for reference in () if _is_test_data(module) else module.references:
            if reference.target.startswith(".") and side.runs(reference.source):
                for name in reference.target.strip(".").split("."):
                    found.setdefault(name.removesuffix("()"), {}).setdefault(reference.source, reference.line)
    imported = _imported_uses(side)
    data = {module_id(module.module) for module in side.facts if _is_test_data(module)}
    for source, edges in side.edges.items():
        for edge in edges:
            plain = edge.target.startswith(".") and "#" not in edge.target and ":" not in edge.target
            is_name = (source, edge.line, edge.target[1:]) in imported
            if plain and edge.kind == "attribute" and not is_name and side.runs(source) and source not in data:
                found.setdefault(edge.target[1:], {}).setdefault(source, edge.line)
    return found


def _is_test_data(module: ModuleFacts) -> bool:
    """Return whether a file is a page among the tests: what a parser is fed, not what a program renders."""
    return module.in_tests and module.module.startswith("/")


def _imported_uses(side: Side) -> frozenset[tuple[DefinitionId, int, str]]:
    """Return where an imported name is used, or one of an imported top-level module: neither is taken of an object."""
    found: set[tuple[DefinitionId, int, str]] = set()
    for module in side.facts:
        targets = {one.target for one in module.imports}
        for reference in module.references:
            name = reference.target.removesuffix("()")
            owner, _, last = name.rpartition(".")
            if name in targets or ("." not in owner and owner in targets):
                found.add((reference.source, reference.line, last))
    return frozenset(found)


def _callers(
    case: Case, before: Mapping[str, Mapping[DefinitionId, int]], name: str, member: DefinitionId
) -> set[DefinitionId]:
    """Return who took a member at base, of a known or an unknown receiver."""
    return {*before.get(name, ()), *case.base.incoming.get(member, ())}


def _given_up(case: Case, givers: Iterable[DefinitionId], takers: Mapping[DefinitionId, int]) -> bool:
    """Return whether some caller of base takes the name no more, or is gone."""
    return any(case.fates.now(source) not in takers for source in givers)


def _has_new_home(case: Case, name: str) -> bool:
    """Return whether a class of head has a member of that name which base did not have: it may have moved there."""
    return any(
        case.head.definitions[one].name == name
        and case.head.definitions[one].kind in ("method", "property", "variable")
        for one in case.fates.fresh
    )


def _unchanged(case: Case, source: DefinitionId) -> bool:
    """Return whether code of head is what it was at base: then it cannot mean a member that is new."""
    before = case.base.definitions.get(source)
    return before is not None and before.body_hash == case.head.definitions[source].body_hash


def common_names(side: Side) -> frozenset[str]:
    """Return the names of all members of all classes, and of built-in types."""
    classes = (d.id for d in side.definitions.values() if d.kind == "class" and not d.in_tests)
    named = frozenset(name for owner in classes for name in side.names.members(owner))
    return named | _tuple_fields(side) | _builtin_names()


def _tuple_fields(side: Side) -> frozenset[str]:
    """Return the fields of tuples that calls make: `namedtuple("Reason", "scope name")`."""
    found: set[str] = set()
    for module in side.facts:
        for call in () if module.in_tests else module.calls:
            if call.callee.rpartition(".")[2] in ("namedtuple", "NamedTuple"):
                for given in call.args[1:2]:
                    texts = [one.text for value in given.values for one in (value, *value.values[:1])]
                    found.update(name for text in (given.text, *texts) for name in text.replace(",", " ").split())
    return frozenset(found)


@cache
def _builtin_names() -> frozenset[str]:
    return frozenset(name for one in _BUILTIN_TYPES for name in dir(one))
