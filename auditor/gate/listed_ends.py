"""The ends of one side: what something outside the code calls by a name: tasks, commands, hooks, entries of tables.

In: a `Side`. Out: its `End`s. Never judges, and never lists routes: they are compared by themselves.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from auditor.gate.sides import Side, is_module, management_command
from auditor.model.code import CallFact, Definition, DefinitionId, Value, dotted
from auditor.model.graph import EntryPoint

_INCLUDING = frozenset({
    "mount", "Mount", "host", "Host", "include_router", "add_typer", "register_blueprint", "add_command",
})  # fmt: skip
_FILES = (" may be run or read by itself", " is no module's path: ", " are copied")
"""What the details of entries say where a file is the end, whatever stands in it."""
_NAMED_VALUES = (" builds a ", " declares ", " serves ")
"""What the details of entries say where a variable is one as well; else it is a value that code reads."""
_OF_CLASSES = frozenset({"pydantic", "marshmallow", "attr", "attrs", "sqlalchemy", "wtforms", "functools"})
"""Packages whose decorators say what a class does with itself: they give a method no name outside of it."""
_OUTSIDE_KINDS = ("public_api", "keep", "task", "command", "route")
_LINE = re.compile(r":\d+\b")
_DECLARES = re.compile(r" declares (.* =) ")


class End(msgspec.Struct, frozen=True):
    """An end of one side.

    `name` is what the outside calls it by; None where that cannot be told, so that only `sort` can be compared.
    `droppable`: it may also vanish while its definition stays, as when a decorator is taken away. `table` is the
    dictionary that holds it: where that goes as a whole, those who looked into it are judged. `hook` is true of what a
    framework or tool calls by itself, and does without. `is_computed`: it is given a name that only running code knows.
    """

    definition: DefinitionId
    sort: tuple[str, ...]
    name: str | None
    detail: str
    droppable: bool = True
    table: str = ""
    hook: bool = False
    is_computed: bool = False


def ends_of(side: Side, *, unreached: bool = False) -> Iterator[End]:
    """Yield the production ends of one side that are no routes; `unreached`: those too that nothing reaches."""
    registrations: dict[DefinitionId, list[CallFact]] = {}
    for module in side.facts:
        for call in module.calls:
            if call.decorates is not None:
                registrations.setdefault(call.decorates, []).append(call)
    routed = {route.handler for route in side.analysis.routes}
    included = _included(side)
    inner = {
        (e.detail, e.definition.partition(":")[0]) for e in side.analysis.entry_points if not is_module(e.definition)
    }
    for entry in side.analysis.entry_points:
        if not entry.production or (entry.kind == "route" and entry.definition in routed) or not _is_end(side, entry):
            continue
        if is_module(entry.definition) and (entry.detail, entry.definition[:-1]) in inner and not _of_file(entry):
            continue
        if " builds a " in entry.detail and (entry.definition in included or _holds(included, entry.definition)):
            continue
        yield _end(entry, registrations.get(entry.definition, ()))
    yield from _kept_by_decorators(side, registrations, unreached=unreached)
    yield from _table_entries(side, unreached=unreached)


def _is_end(side: Side, entry: EntryPoint) -> bool:
    """Return whether an entry is an end by itself: not a value or an import, nor what merely stands in a file."""
    definition = side.definitions[entry.definition]
    if _of_file(entry) and (not is_module(entry.definition) or _is_imported(side, entry)):
        return False
    if management_command(entry.definition):
        return False  # judged by its name, in `commands`
    if definition.kind == "import":
        return entry.kind == "keep" or (entry.kind == "public_api" and _exported(side, definition))
    if definition.kind != "variable" or entry.usage_key or entry.kind in _OUTSIDE_KINDS:
        return True
    return entry.detail.startswith("@") or any(sign in entry.detail for sign in _NAMED_VALUES)


def _is_imported(side: Side, entry: EntryPoint) -> bool:
    """Return whether other code imports a file that lies where no module should: then it is a module like others."""
    module = entry.definition.removesuffix(":")
    users = side.incoming.get(entry.definition, frozenset())
    return " is no module's path: " in entry.detail and any(
        user.partition(":")[0] != module and not side.definitions[user].in_tests for user in users
    )


def _of_file(entry: EntryPoint) -> bool:
    return any(sign in entry.detail for sign in _FILES)


def _exported(side: Side, binding: Definition) -> bool:
    """Return whether an import binding is offered to others: by `__all__`, or as a name of the project's own."""
    module = side.by_module.get(binding.module)
    offered = module is not None and module.exports is not None and binding.name in module.exports
    return offered or side.names.resolve("", dotted(binding.id)).trail[-1:] not in ((), (binding.id,))


def _holds(included: frozenset[DefinitionId], definition: DefinitionId) -> bool:
    return is_module(definition) and any(one.startswith(definition) for one in included)


def _end(entry: EntryPoint, calls: "list[CallFact] | tuple[CallFact, ...]") -> End:
    if entry.usage_key:
        return End(entry.definition, (entry.kind,), entry.usage_key, entry.detail)
    if entry.kind == "main":
        return End(entry.definition, ("main",), entry.definition, entry.detail)
    if declared := _DECLARES.search(entry.detail):
        return End(entry.definition, ("declared",), declared[1], entry.detail)
    if " builds a " in entry.detail:
        return End(entry.definition, ("application",), dotted(entry.definition), entry.detail, droppable=False)
    if entry.detail.startswith("@"):
        call = next((one for one in calls if one.callee.endswith(entry.detail[1:].partition(" ")[0])), None)
        if call is not None:
            named = entry.kind in ("command", "task")
            return _registered(entry.definition, entry.kind, call, entry.detail, by_own_name=named)
    detail = _LINE.sub("", entry.detail)
    hook = entry.kind in ("hook", "script", "main")
    return End(entry.definition, (entry.kind, detail), entry.definition, entry.detail, droppable=False, hook=hook)


def _registered(identity: DefinitionId, kind: str, call: CallFact, detail: str, *, by_own_name: bool) -> End:
    """Return the end that a decorator makes: named by its arguments, or by the function's own name."""
    sort = (kind, call.callee.rpartition(".")[2])
    given = _given(call)
    if by_own_name:
        text = next((value.text for value in call.args if value.kind == "text"), None)
        text = text or next(
            (v.text for k, v in call.keywords.items() if k in ("name", "id") and v.kind == "text"), None
        )
        name: str | None = text or dotted(identity).rpartition(".")[2].replace("_", "-")
    else:
        sender = kind == "signal" and any(one.kind in ("call", "unknown") for one in call.keywords.values())
        name = None if sender else given or None  # get_user_model() and User may be the same
    return End(identity, sort, name, detail, is_computed=name is None and bool(call.args or call.keywords))


def _given(call: CallFact) -> str:
    values = [*call.args, *(value for _, value in sorted(call.keywords.items()))]
    return ", ".join(value.text.rpartition(".")[2] for value in values if value.kind in ("text", "number", "name"))


def _included(side: Side) -> frozenset[DefinitionId]:
    """Return applications that other code of the tree mounts: those who refer to them are judged."""
    found: set[DefinitionId] = set()
    for module in side.facts:
        for call in module.calls:
            if call.callee.rpartition(".")[2] in _INCLUDING:
                for value in (*call.args, *call.keywords.values()):
                    if value.kind in ("name", "call") and value.text:
                        found.update(side.names.resolve(module.module, value.text).trail[-1:])
    return frozenset(found)


def _kept_by_decorators(
    side: Side, registrations: Mapping[DefinitionId, list[CallFact]], *, unreached: bool
) -> Iterator[End]:
    """Yield what decorators or bases of the project keep, so that it can be called although nothing names it."""
    ended = {entry.definition for entry in side.analysis.entry_points}
    for source, edges in side.edges.items():
        for edge in edges:
            if edge.kind != "registers" or edge.target in ended or side.definitions[edge.target].in_tests:
                continue
            if not (unreached or (side.in_production(source) and side.in_production(edge.target))):
                continue
            calls = [call for call in registrations.get(edge.target, ()) if call.line == edge.line]
            if calls:
                detail = f"@{calls[0].callee.rpartition('.')[2]} may keep it, to be called later"
                kept = _registered(edge.target, "kept", calls[0], detail, by_own_name=False)
                yield msgspec.structs.replace(kept, hook=calls[0].callee.partition(".")[0] in _OF_CLASSES)
            else:
                yield End(edge.target, ("kept by its base",), None, "its base class keeps its subclasses")


def _table_entries(side: Side, *, unreached: bool) -> Iterator[End]:
    """Yield functions and classes that a dictionary of a module or class holds under a literal key.

    What is called for several keys only makes values, as a schema does: the keys do not stand for it.
    """
    for module in side.facts:
        for assignment in module.assignments:
            table = assignment.value
            if module.in_tests or table.kind != "dict" or len(table.keys) != len(table.values):
                continue
            owner = side.names.resolve(module.module, assignment.target).trail[-1:]
            if not owner or not (unreached or side.in_production(owner[0])):
                continue
            called = Counter(value.text for value in table.values if value.kind == "call")
            for key, value in zip(table.keys, table.values, strict=True):
                identity = _named(side, module.module, value)
                if identity is not None and called[value.text] < 2:
                    detail = f"{dotted(owner[0])} holds it under {key!r}"
                    yield End(
                        identity, ("table", dotted(owner[0]).rpartition(".")[2]), key, detail, table=dotted(owner[0])
                    )


def _named(side: Side, module: str, value: Value) -> DefinitionId | None:
    """Return the function or class of the tree that an entry of a table stands for."""
    if value.kind not in ("name", "call") or not value.text:
        return None
    trail = side.names.resolve(module, value.text).trail
    found = side.definitions.get(trail[-1]) if trail else None
    return found.id if found is not None and found.kind in ("function", "class", "method") else None
