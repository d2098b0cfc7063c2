"""Members that an enumeration loses while head still makes it of values from outside: stored ones, sent ones.

In: a `Case`. Out: breaches in it. `State(text)`, `State[name]`, a column, a field of a model and a parameter of a
handler read values that were written before the change. What another member, or `_missing_`, takes is read as well.
"""

import re
from collections.abc import Iterable, Iterator

from auditor.gate.findings import Case
from auditor.gate.registered import given_names
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId, ModuleFacts, dotted

_KINDS = ("Enum", "Flag", "Choices")
"""Last words of the names of classes that are enumerations."""
_PARSING = (
    "pydantic", "pydantic_settings", "sqlmodel", "msgspec", "marshmallow", "ninja", "beanie", "odmantic",
    "mongoengine", "rest_framework", "strawberry", "typer",
)  # fmt: skip
"""Packages whose classes make the values of their fields of what they are given."""
_DECLARED = re.compile(r"[^\W\d][\w.]*(?=\.<is>)")
_LISTS = (".choices", ".values", ".names", ".labels", ".__members__")
_NAMED, _VALUED = "[]", "value"


def judge_enums(case: Case) -> None:
    """Judge every member that an enumeration of both sides has lost."""
    for owner, members in _lost(case).items():
        now = case.fates.now(owner)
        if now is None or "_missing_" in _members(case.head, now):
            continue
        places = dict(_made(case.head, now))
        kept = set(_values(case.head, now).values())
        values = _values(case.base, owner)
        for member in members:
            name = case.base.definitions[member].name
            value = values.get(name)
            place = places.get(_VALUED) if value is None or value not in kept else None
            if place := place or places.get(_NAMED):
                detail = f"{place} still makes {now} of values that were stored or are sent, which {name} may be among"
                case.breach(case.base.definitions[member], "reachable", detail)


def _lost(case: Case) -> dict[DefinitionId, list[DefinitionId]]:
    """Return enumerations of base that head has, with the members that went."""
    found: dict[DefinitionId, list[DefinitionId]] = {}
    for one in case.fates.deleted.values():
        owner = case.base.definitions.get(one.parent or "")
        if one.kind != "variable" or owner is None or owner.kind != "class" or one.name.startswith("_"):
            continue
        if case.fates.now(owner.id) is not None and _is_enum(case.base, owner.id):
            found.setdefault(owner.id, []).append(one.id)
    return found


def _is_enum(side: Side, owner: DefinitionId) -> bool:
    return any(base.rstrip("()").endswith(_KINDS) for base in side.names.lineage(owner)[1])


def _members(side: Side, owner: DefinitionId) -> set[str]:
    return {name for one in side.names.lineage(owner)[0] for name in side.names.members(one)}


def _values(side: Side, owner: DefinitionId) -> dict[str, str]:
    """Return the values of members that are written there, by name; of a pair (Django's) the first part."""
    prefix = f"{dotted(owner)}."
    found: dict[str, str] = {}
    module = side.by_module.get(owner.partition(":")[0])
    for one in module.assignments if module is not None else ():
        value = one.value.values[0] if one.value.kind == "list" and one.value.values else one.value
        if one.target.startswith(prefix) and value.kind in ("text", "number"):
            found[one.target.removeprefix(prefix)] = f"{value.kind} {value.text}"
    return found


def _made(side: Side, enum: DefinitionId) -> Iterator[tuple[str, str]]:
    """Yield where code that runs makes an enumeration of values (`value`) or of names (`[]`), the latest first."""
    inputs = {dotted(route.handler) for route in side.analysis.routes}
    inputs |= {dotted(entry.definition) for entry in side.analysis.entry_points if entry.kind in ("command", "task")}
    for module in reversed(side.facts):
        for how, line, expressions in () if module.in_tests else _places(side, module, inputs):
            if any(_means(side, module.module, name, enum) for name in expressions):
                yield how, f"{module.path}:{line}"


def _places(side: Side, module: ModuleFacts, inputs: set[str]) -> Iterator[tuple[str, int, Iterable[str]]]:
    """Yield what of a file may make an enumeration: how, line, the names of which one may be the enumeration's."""
    for source, expression, operation, line in module.operations:
        if operation in (_VALUED, _NAMED) and side.runs(source):
            yield operation, line, (expression,)
    for call in module.calls:
        field = side.definitions.get(_identity(module, call.assigned_to or ""))
        if field is not None and _is_field(side, field.parent):
            names = given_names((*call.args, *call.keywords.values()))
            yield _VALUED, call.line, tuple(_without_list(one) for one in names)
    for name, declared in module.types.items():
        field = side.definitions.get(_identity(module, name))
        if field is not None and (_parses(side, field.parent) or "Mapped[" in declared):
            yield _VALUED, field.line, _DECLARED.findall(declared)
    for name in inputs & module.accepts.keys():
        definition = side.definitions.get(_identity(module, name))
        for _, declared in module.accepts[name] if definition is not None else ():
            yield _VALUED, definition.line if definition is not None else 1, _DECLARED.findall(declared)


def _identity(module: ModuleFacts, name: str) -> DefinitionId:
    return f"{module.module}:{name.removeprefix(f'{module.module}.')}"


def _without_list(name: str) -> str:
    return next((name.removesuffix(end) for end in _LISTS if name.endswith(end)), name)


def _is_field(side: Side, owner: DefinitionId | None) -> bool:
    found = side.definitions.get(owner or "")
    return found is not None and found.kind == "class" and side.runs(found.id)


def _parses(side: Side, owner: DefinitionId | None) -> bool:
    """Return whether a class makes the values of its fields of what it is given."""
    outside = side.names.lineage(owner)[1] if owner is not None and _is_field(side, owner) else ()
    return any(base.partition(".")[0] in _PARSING for base in outside)


def _means(side: Side, module: str, name: str, enum: DefinitionId) -> bool:
    return name.rpartition(".")[2][:1].isalpha() and side.names.resolve(module, name).trail[-1:] == (enum,)
