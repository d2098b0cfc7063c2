"""What reaching a class means: its bases, its special methods, what its external bases call, and overrides.

In: class definitions and framework rules. Out: edges. Never assumes that an external base it does not know leaves a
method uncalled: then every method of the class, and of the project's classes mixed into it, lives with the class.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.analysis.resolution.outside_bases import NEUTRAL, OutsideBases, globs_by_base
from auditor.analysis.resolution.protocols import is_protocol
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted
from auditor.model.framework import FrameworkRule

_SUBCLASS_HOOKS = frozenset({"__init_subclass__", "__pydantic_init_subclass__"})
_PLAIN_METACLASSES = frozenset({"", "abc.ABCMeta", "builtins.type"})


def add_class_rules(facts: Sequence[ModuleFacts], build: EdgeBuilder, rules: Sequence[FrameworkRule]) -> None:
    """Add the edges of every class."""
    members = _OutsideUses(build, rules)
    registering = tuple(glob for rule in rules for glob in rule.registering_bases)
    house = globs_by_base([rule for rule in rules if rule.house])
    called = frozenset(name for rule in rules for name in rule.method_names)
    promised = _promised(facts, build)
    for one in facts:
        for definition in one.definitions:
            if definition.kind == "class" and build.symbols.by_id[definition.id] == definition:
                _add_bases(definition, build)
                _add_own(definition, build, called)
                members.add(definition)
                _add_registered(definition, build, registering)
                if house:
                    _add_called_in_house(definition.id, build, house)
                _add_overrides(definition.id, build)
                _add_promises(definition.id, build, promised)
        _add_matched(one, build)


def _add_matched(facts: ModuleFacts, build: EdgeBuilder) -> None:
    """Reach what a `case Point(x, y)` reads by position: the names in a class's `__match_args__`."""
    for one in facts.assignments:
        owner, _, name = one.target.rpartition(".")
        cls = build.symbols.definition(owner) if name == "__match_args__" else None
        for text in one.value.values if cls is not None else ():
            member = build.symbols.members(cls).get(text.text) if cls is not None else None
            if cls is not None and member is not None:
                build.add(cls, member, "contains", one.line)


def _add_bases(definition: Definition, build: EdgeBuilder) -> None:
    for base in (*definition.bases, definition.metaclass):
        if base and base != "?":
            for identity in build.symbols.lookup(build.symbols.near(definition.module, base)).trail:
                build.add(definition.id, identity, "inherits", definition.line)


_STREAM = frozenset({
    "read", "read1", "readinto", "readline", "readlines", "readable", "write", "writelines", "writable", "seek",
    "seekable",
    "tell", "truncate", "flush", "close", "closed", "fileno", "isatty", "encoding", "errors", "buffer",
})  # fmt: skip


_TEST_CLASS = re.compile(r"^[Tt]est|Tests?$|TestCase$|TestBase$")


_LOOKED_UP = frozenset({
    "from_param", "_as_parameter_", "find_spec", "find_module", "create_module", "exec_module", "load_module",
})  # fmt: skip


def is_protocol_name(name: str) -> bool:
    """Return whether other programs look a method up by this name on any object (IPython, ctypes, imports)."""
    return (name.startswith(("_repr_", "_ipython_")) and name.endswith("_")) or name in _LOOKED_UP


def _add_own(definition: Definition, build: EdgeBuilder, called: frozenset[str]) -> None:
    """Reach with their class what is called on any object: special methods, abstract ones, a stream's, `called`.

    Classes of tests that are no test cases imitate others: what is called on those is called on them.
    """
    members, by_id = build.symbols.members(definition.id), build.symbols.by_id
    streams = len(members.keys() & _STREAM) > 1
    double = definition.in_tests and not _TEST_CLASS.search(definition.name)
    for name, identity in members.items():
        member = by_id[identity]
        special = (name.startswith("__") and name.endswith("__")) or is_protocol_name(name)
        abstract = member.decorators and any("abstract" in one.rpartition(".")[2] for one in member.decorators)
        if (
            special
            or abstract
            or double
            or name in called
            or (streams and name in _STREAM)
            or (name == "keys" and "__getitem__" in members)
        ):
            build.add(definition.id, identity, "contains", member.line)
        if not special:
            build.add_member(definition.id, name, identity)


class _OutsideUses:
    """Which members go with their class because something outside calls them, or builds fields from its body."""

    def __init__(self, build: EdgeBuilder, rules: Sequence[FrameworkRule]) -> None:
        self._build = build
        self._bases = OutsideBases(rules)
        self._used: dict[
            tuple[DefinitionId, Callable[[str], bool] | None, bool, bool], tuple[tuple[DefinitionId, int], ...]
        ] = {}

    def add(self, definition: Definition) -> None:
        """Reach what external bases call, and fields where something builds them from the class's body."""
        build = self._build
        order, external = build.symbols.order(definition.id)
        outside = tuple(base for base in external if base not in NEUTRAL)
        whole = is_protocol(definition.id, build.symbols) or _is_declaration(definition, build)
        fields = bool(outside) or _builds_fields(order, build) or _is_inside_declaration(definition, build)
        calls = self._bases.calls(outside)
        for one in order if whole or fields or calls else ():
            key = one, calls, fields, whole
            if key not in self._used:
                self._used[key] = tuple(self._members(*key))
            for member, line in self._used[key]:
                build.add(definition.id, member, "overrides", line)
        if _registers_itself(order, build) and (parent := definition.parent):
            build.add(parent, definition.id, "registers", definition.line)

    def _members(
        self, owner: DefinitionId, calls: Callable[[str], bool] | None, fields: bool, whole: bool
    ) -> Iterator[tuple[DefinitionId, int]]:
        """Yield what is used of the body of one class, with its line: it is asked once for all that extend it alike."""
        symbols = self._build.symbols
        for name, identity in symbols.members(owner).items():
            member = symbols.by_id[identity]
            if whole or (calls is not None and calls(name)) or (fields and self._is_field(member)):
                yield identity, member.line

    def _is_field(self, member: Definition) -> bool:
        """Return whether a member may be a field of its class; what extends a class that a rule knows is no field."""
        if member.kind != "class":
            return member.kind == "variable"
        external = self._build.symbols.external_bases(member.id)
        return not self._bases.are_known([base for base in external if base not in NEUTRAL])


def _add_registered(definition: Definition, build: EdgeBuilder, registering: Sequence[str]) -> None:
    """Reach what a base outside keeps as soon as it is made; in a test, making such a class may be the test."""
    outside = [base for base in build.symbols.external_bases(definition.id) if base not in NEUTRAL]
    made_in_test = definition.in_tests and "<locals>" in definition.id
    if definition.parent and outside and (
        made_in_test or any(fnmatchcase(base, glob) for base in outside for glob in registering)
    ):  # fmt: skip
        build.add(definition.parent, definition.id, "registers", definition.line)


def _add_called_in_house(identity: DefinitionId, build: EdgeBuilder, hooks: Mapping[str, tuple[str, ...]]) -> None:
    """Reach what the configuration says that a base class of the project calls by computed names."""
    order = build.symbols.order(identity)[0]
    globs = tuple(
        glob for one in order for base, names in hooks.items() if fnmatchcase(dotted(one), base) for glob in names
    )
    for one in order if globs else ():
        for name, member in build.symbols.members(one).items():
            if any(fnmatchcase(name, glob) for glob in globs):
                build.add(identity, member, "overrides", build.symbols.by_id[member].line)


def _promised(
    facts: Sequence[ModuleFacts], build: EdgeBuilder
) -> dict[DefinitionId, tuple[tuple[str, DefinitionId], ...]]:
    """Return by class the members that only say what subclasses must have, by name."""
    every = frozenset[str]().union(*(one.promises for one in facts))
    owners = {identity.rpartition(".")[0] for identity in every}
    return {
        owner: tuple((name, one) for name, one in build.symbols.members(owner).items() if one in every)
        for owner in owners
    }


def _add_promises(
    identity: DefinitionId, build: EdgeBuilder, promised: Mapping[DefinitionId, Sequence[tuple[str, DefinitionId]]]
) -> None:
    """Let a method that is used reach the one that it overrides where that only says what subclasses must have."""
    for base in build.symbols.order(identity)[0][1:]:
        for name, member in promised.get(base, ()):
            override = build.symbols.members(identity).get(name)
            if override is not None:
                build.add(override, member, "promised", build.symbols.by_id[override].line)


def _is_inside_declaration(definition: Definition, build: EdgeBuilder) -> bool:
    """Return whether a class stands in one that something outside builds: Django's `Meta`, pydantic's `Config`."""
    outer = build.symbols.by_id.get(definition.parent or "")
    return (
        outer is not None
        and outer.kind == "class"
        and any(base not in NEUTRAL for base in build.symbols.external_bases(outer.id))
    )


def _is_declaration(definition: Definition, build: EdgeBuilder) -> bool:
    """Return whether a class inside another one has no base of its own: then it is there to be read as a whole."""
    return not build.symbols.external_bases(definition.id) and _is_inside_declaration(definition, build)


def _builds_fields(order: Sequence[DefinitionId], build: EdgeBuilder) -> bool:
    """Return whether a decorator, a metaclass or `__init_subclass__` may read the class's variables."""
    for one in order:
        found = build.symbols.by_id[one]
        members = build.symbols.members(one)
        if found.decorators or found.metaclass not in _PLAIN_METACLASSES or "__init_subclass__" in members:
            return True
    return False


def _registers_itself(order: Sequence[DefinitionId], build: EdgeBuilder) -> bool:
    """Return whether a base of the project may keep its subclasses, so that nothing needs to name them."""
    for position, one in enumerate(order):
        found = build.symbols.by_id[one]
        if position and (build.symbols.members(one).keys() & _SUBCLASS_HOOKS or _is_registry(found, build)):
            return True
        if found.metaclass not in _PLAIN_METACLASSES and not found.metaclass.endswith(("EnumMeta", "EnumType")):
            return True
    return False


def _is_registry(base: Definition, build: EdgeBuilder) -> bool:
    """Return whether a decorator of the project stands on a base class: it may have made it keep its subclasses."""
    return any(
        build.symbols.definition(build.symbols.near(base.module, one.replace("()", ""))) is not None
        for one in base.decorators
    )


def _add_overrides(identity: DefinitionId, build: EdgeBuilder) -> None:
    """Let a use of a method reach what stands in for it in this class, if the class is reached."""
    order = build.symbols.order(identity)[0]
    first = dict(build.symbols.members(order[0]))
    for one in order[1:]:
        for name, member in build.symbols.members(one).items():
            if name not in first:
                first[name] = member
            elif first[name] != member:
                build.add_member(identity, member, first[name])
                build.add(member, f".{member}", "overrides", build.symbols.by_id[member].line)
