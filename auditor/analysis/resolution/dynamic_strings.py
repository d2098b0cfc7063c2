"""Strings that may be names which are only looked up at run time: those of members, and of modules.

In: strings as facts, what looks names up. Out: `maybe` edges. Never asked where nothing in the program looks an unknown
name up, or imports one.
"""

from collections.abc import Mapping, Sequence

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.model.code import DefinitionId, DynamicAccess, ModuleFacts, module_id
from auditor.model.graph import EdgeKind

_KEYED = frozenset({"__getitem__", "__contains__", "get", "pop", "setdefault", "has_key", "move_to_end"})
"""Methods that are given keys."""


def named_in_strings(
    facts: Sequence[ModuleFacts], build: EdgeBuilder, lookers: Mapping[DefinitionId, DynamicAccess]
) -> None:
    """Note that a string may be the name of a member that some `getattr` looks up (`dispatch("notify_daily")`).

    To be looked up, a string has to get there. One that is only a key, compared, logged or formatted gets nowhere, save
    to code beside it, and to a class of the project that looks its keys up as attributes. Any other may: it is given
    away, returned, listed or kept, and where to is not followed.
    """
    members = _members_by_name(build)
    in_tests = {
        name: tuple(one for one in found if build.symbols.by_id[one].in_tests) for name, found in members.items()
    }
    looking = {source.partition(":")[0] for source in lookers}
    keyed = _looks_keys_up(facts, lookers)
    for one in facts:
        loud = keyed or one.module in looking
        named = in_tests if one.in_tests else members
        for text, line, source in one.strings:
            if text in named and (loud or (text, source) not in one.quiet):
                build.maybe(source, named[text], line, "string")


def _members_by_name(build: EdgeBuilder) -> dict[str, tuple[DefinitionId, ...]]:
    """Return the members of all classes, save nested classes."""
    found: dict[str, list[DefinitionId]] = {}
    for identity, definition in build.symbols.by_id.items():
        if definition.kind in ("method", "property", "variable"):
            owner, _, name = identity.rpartition(".")
            if build.symbols.is_class(owner):
                found.setdefault(name, []).append(identity)
    return {name: tuple(identities) for name, identities in found.items()}


def _looks_keys_up(facts: Sequence[ModuleFacts], lookers: Mapping[DefinitionId, DynamicAccess]) -> bool:
    """Return whether keys may be names: some `__getitem__` or `get` looks up by itself or calls what does."""
    called = {looker.rpartition(":")[2].rpartition(".")[2] for looker in lookers}
    for one in facts:
        keyed = {definition.id for definition in one.definitions if definition.name in _KEYED and not one.in_tests}
        if keyed & lookers.keys():
            return True
        for reference in one.references if keyed else ():
            if reference.source in keyed and reference.target.rpartition(".")[2].removesuffix("()") in called:
                return True
    return False


def modules_in_strings(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Note that a string may be the last part of a module's name that some import puts together (`"receivers"`)."""
    modules: dict[str, list[str]] = {}
    for module in build.symbols.modules:
        modules.setdefault(module.rpartition(".")[2], []).append(module)
    for one in facts:
        asked: dict[str, tuple[DefinitionId, ...]] = {}
        for text, line, source in one.strings:
            if text in asked:
                build.maybe(source, asked[text], line, "string")
            elif text in modules:
                asked[text] = _may_mean(source, line, one, modules[text], build)


def _may_mean(
    source: DefinitionId, line: int, facts: ModuleFacts, modules: Sequence[str], build: EdgeBuilder
) -> tuple[DefinitionId, ...]:
    """Note that a string may mean one of some modules, save the file's own; return their bodies."""
    meant = [
        one for one in modules
        if one != facts.module and (not facts.in_tests or build.symbols.modules[one].in_tests)
    ]  # fmt: skip
    return hold_modules(source, meant, line, "string", build)


def hold_modules(
    source: DefinitionId, modules: Sequence[str], line: int, kind: EdgeKind, build: EdgeBuilder
) -> tuple[DefinitionId, ...]:
    """Hold back modules and, once one of them is reached, what it has at its top; return their bodies."""
    held = build.group(("modules", *modules), lambda: map(module_id, modules))
    build.maybe(source, held, line, kind)
    for module in modules:
        build.maybe(module_id(module), build.top(build.symbols.modules[module]), 0, "contains")
    return held
