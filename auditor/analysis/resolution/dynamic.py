"""Names that only exist at run time, graded: a pattern reaches what it matches, a bare unknown name only may.

In: dynamic accesses as facts. Out: edges, `maybe` edges, opaque modules. One `getattr(x, name)` never makes a whole
program alive; it holds back what it could name close by.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from auditor.analysis.extraction.dynamic_code import BESIDE
from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.analysis.resolution.passed import pass_in, pass_out, related, value_of
from auditor.analysis.resolution.symbol_places import UNKNOWN, Place, join, options
from auditor.model.code import DefinitionId, DynamicAccess, ModuleFacts, dotted, module_id, package_of

_KEYED = frozenset({"__getitem__", "__contains__", "get", "pop", "setdefault", "has_key", "move_to_end"})
"""Methods that are given keys."""


class _Names:
    """Every name that a definition of the project has, to be asked for by pattern."""

    def __init__(self, facts: Sequence[ModuleFacts]) -> None:
        self.every = frozenset({one.name for module in facts for one in module.definitions if one.name})
        self._sorted = sorted(self.every)
        self._known: dict[str, tuple[str, ...]] = {}

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Return the names that a pattern matches, sorted."""
        if pattern not in self._known:
            start = pattern.partition("*")[0]
            found: list[str] = []
            for position in range(bisect_left(self._sorted, start), len(self._sorted)):
                name = self._sorted[position]
                if not name.startswith(start):
                    break
                if matches(name, pattern):
                    found.append(name)
            self._known[pattern] = tuple(found)
        return self._known[pattern]


def matches(name: str, pattern: str) -> bool:
    """Return whether a name may be what a pattern stands for; only `*` is special in it."""
    return _expression(pattern).fullmatch(name) is not None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))))


def add_dynamic(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Add the edges of every dynamic access."""
    names = _Names(facts)
    lookers: dict[DefinitionId, DynamicAccess] = {}
    for one in facts:
        pass_out(one, build, names.every)
        looks = any(_is_bare_in_import(one, access, build) for access in one.dynamic)
        for access in (*one.dynamic, *_namespaces(one, build)):
            if access.kind == "eval":
                _evaluate(one, access, build)
            elif access.kind == "import":
                _import(one, access, build, looks=looks)
            elif access.kind == "load":
                _load(one, access, build)
            else:
                _attribute(one, access, build, names)
            if _is_bare(one, access, build):
                lookers.setdefault(access.source, access)
    if lookers:
        _named_in_strings(facts, build, lookers)
        pass_in(facts, build, lookers)
    if any(access.kind == "import" and access.pattern == "*" for one in facts for access in one.dynamic):
        _modules_in_strings(facts, build)


def _evaluate(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Note that code put together at run time may use whatever its module has, imported names too."""
    for definition in facts.definitions:
        if definition.kind != "module" and "<locals>" not in definition.qualified_name:
            build.maybe(access.source, definition.id, access.line, "evaluated")


def _namespaces(facts: ModuleFacts, build: EdgeBuilder) -> Iterator[DynamicAccess]:
    """Yield reads of a whole namespace by `module.__dict__` or `Class.__dict__`; an instance's holds no code."""
    for reference in facts.references:
        owner, found, _ = reference.target.partition(".__dict__")
        if found and owner and not owner.endswith(")"):
            place = build.symbols.lookup(build.symbols.near(facts.module, owner)).place
            if place.kind in ("module", "definition") and not place.instance:
                yield DynamicAccess(reference.source, "members", owner, "*", reference.line)


def _is_bare(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> bool:
    """Return whether nothing is known of an access: neither the name nor what it is looked up in."""
    if access.kind == "eval":
        return True
    if access.kind != "getattr" or access.pattern != "*":
        return False
    return any(place.kind == "unknown" for place in options(_receiver(facts, access, build)))


def _named_in_strings(
    facts: Sequence[ModuleFacts], build: EdgeBuilder, lookers: Mapping[DefinitionId, DynamicAccess]
) -> None:
    """Note that a string may be the name of a member that some `getattr` looks up (`dispatch("notify_daily")`).

    To be looked up, a string has to get there. One that is only a key, compared, logged or formatted gets nowhere, save
    to code beside it, and to a class of the project that looks its keys up as attributes. Any other may: it is given
    away, returned, listed or kept, and where to is not followed.
    """
    members: dict[str, list[DefinitionId]] = {}
    for identity, definition in build.symbols.by_id.items():
        owner = build.symbols.by_id.get(definition.parent or "")
        if owner is not None and owner.kind == "class" and definition.kind in ("method", "property", "variable"):
            members.setdefault(definition.name, []).append(identity)
    looking = {source.partition(":")[0] for source in lookers}
    keyed = _looks_keys_up(facts, lookers)
    for one in facts:
        loud = keyed or one.module in looking
        for text, line, source in one.strings:
            if text in members and (loud or (text, source) not in one.quiet):
                for identity in members[text]:
                    if not one.in_tests or build.symbols.by_id[identity].in_tests:
                        build.maybe(source, identity, line, "string")


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


def _modules_in_strings(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Note that a string may be the last part of a module's name that some import puts together (`"receivers"`)."""
    modules: dict[str, list[str]] = {}
    for module in build.symbols.modules:
        modules.setdefault(module.rpartition(".")[2], []).append(module)
    for one in facts:
        for text, line, source in one.strings:
            for module in modules.get(text, ()):
                target = build.symbols.modules[module]
                if module != one.module and (not one.in_tests or target.in_tests):
                    build.maybe(source, module_id(module), line, "string")
                    _hold_top(target, build)


def _hold_top(facts: ModuleFacts, build: EdgeBuilder) -> None:
    """Hold back what a module that may be imported by name has at its top, once it is."""
    for definition in facts.definitions:
        if definition.qualified_name and "." not in definition.qualified_name:
            build.maybe(module_id(facts.module), definition.id, definition.line, "contains")


def _import(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder, *, looks: bool) -> None:
    """Reach the modules that an import by a computed name matches; one of which nothing is known holds back."""
    if access.pattern != "*":
        for module in _imported(access, build):
            build.add(access.source, module_id(module), "dynamic", access.line)
            build.escaped.setdefault(module, None)
            for definition in build.symbols.modules[module].definitions if looks else ():
                if definition.qualified_name and "." not in definition.qualified_name:
                    build.maybe(access.source, definition.id, access.line)
        return
    package = package_of(facts.module, is_package=facts.is_package)
    if access.receiver == BESIDE:
        _beside(facts, access, build)
    for module, one in build.symbols.modules.items():
        if package and module.startswith(f"{package}.") and module != facts.module:
            build.maybe(access.source, module_id(module), access.line)
            _hold_top(one, build)


def _beside(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Hold back files in the folders beside a file that its strings name, else those beside it: they are loaded."""
    beside: dict[str, list[ModuleFacts]] = {}
    for one in build.symbols.modules.values():
        beside.setdefault(one.path.rpartition("/")[0], []).append(one)
    folder = facts.path.rpartition("/")[0]
    named = {f"{folder}/{text}" if folder else text for text, _, _ in facts.strings}
    for path in sorted(named & beside.keys()) or [folder]:
        for one in beside[path] if path else ():
            for definition in one.definitions if one.module != facts.module else ():
                if "." not in definition.qualified_name:
                    build.maybe(access.source, definition.id, access.line)


def _is_bare_in_import(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> bool:
    """Return whether an unknown name may be looked up in a module that was imported by name."""
    by_name = access.receiver.startswith(("importlib.import_module", "builtins.__import__"))
    if access.kind == "getattr" and access.pattern == "*" and by_name:
        return True
    return _is_bare(facts, access, build)


def _imported(access: DynamicAccess, build: EdgeBuilder) -> Iterator[str]:
    """Yield the modules that a pattern, or the end of a file's path, stands for."""
    if access.pattern.endswith(".py"):
        path = access.pattern.removeprefix("./").lstrip("/")
        for module, one in build.symbols.modules.items():
            if one.path == path or one.path.endswith(f"/{path}"):
                yield module
    elif "*" in access.pattern:
        yield from (module for module in build.symbols.modules if matches(module, access.pattern))
    elif access.pattern in build.symbols.modules:
        yield access.pattern


def _load(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Note that a dotted name may be that of any class with a base in the package whose code loads it."""
    package = package_of(facts.module, is_package=facts.is_package)
    for module, one in build.symbols.modules.items():
        if package and (module == package or module.startswith(f"{package}.")):
            for definition in one.definitions:
                named = definition.qualified_name
                if definition.bases and "." not in named and not named.startswith("_"):
                    build.maybe(access.source, definition.id, access.line)


def _attribute(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder, names: _Names) -> None:
    for place in options(_receiver(facts, access, build)):
        _looked_up(facts, access, place, build, names)


def _looked_up(facts: ModuleFacts, access: DynamicAccess, place: Place, build: EdgeBuilder, names: _Names) -> None:
    if access.pattern == "*":
        for identity in _nearby(facts, access, place, build):
            build.maybe(access.source, identity, access.line)
    elif access.receiver.endswith(".<locals>"):
        for identity in _locals(facts, access):
            if matches(identity.rpartition(".")[2], access.pattern):
                build.add(access.source, identity, "dynamic", access.line)
    elif place.kind == "module":
        for definition in build.symbols.modules[place.name].definitions:
            name = definition.qualified_name
            if name and "." not in name and matches(name, access.pattern):
                build.add(access.source, definition.id, "dynamic", access.line)
    elif place.kind == "definition":
        _members(access, place.name, build)
    else:
        for name in (*names.matching(access.pattern), *names.matching(_as_written(access.pattern))):
            build.add(access.source, f".{name}", "dynamic", access.line)


def _as_written(pattern: str) -> str:
    """Return what a mangled name is called in its class: `_*__hook` looks for `__hook`."""
    written = pattern[pattern.find("__", 1) :]
    return written if pattern.startswith("_*__") and "*" not in written else pattern


def _locals(facts: ModuleFacts, access: DynamicAccess) -> Iterator[DefinitionId]:
    """Yield what is defined in the function whose `locals()` are asked."""
    for definition in facts.definitions:
        outer, _, name = dotted(definition.id).rpartition(".")
        if name and outer == access.receiver:
            yield definition.id


def _receiver(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> Place:
    if not access.receiver:
        return Place("unknown")
    found = build.symbols.lookup(build.symbols.near(facts.module, access.receiver))
    return UNKNOWN if found.rest else join(_namespace(place, build) for place in options(found.place))


def _namespace(place: Place, build: EdgeBuilder) -> Place:
    """Return what an attribute is looked up in: a module, a class, something outside, else unknown."""
    if place.kind == "module" and place.name not in build.symbols.modules:
        return UNKNOWN
    place = value_of(place, build)
    if place.kind == "definition" and build.symbols.by_id[place.name].kind != "class":
        return UNKNOWN
    return place


def _members(access: DynamicAccess, owner: DefinitionId, build: EdgeBuilder) -> None:
    """Reach matching members of a class and its bases, and of subclasses that are reached."""
    for one in build.symbols.order(owner)[0]:
        for name, member in build.symbols.members(one).items():
            if matches(name, access.pattern):
                build.add(access.source, member, "dynamic", access.line)
    for one in build.symbols.subclasses(owner):
        for cls in build.symbols.order(one)[0]:
            for name in build.symbols.members(cls):
                if matches(name, access.pattern):
                    key = f"{dotted(owner)}#{name}"
                    build.add_member(one, key, build.symbols.members(cls)[name])
                    build.add(access.source, f".{key}", "dynamic", access.line)


def _listed(user: str, build: EdgeBuilder) -> Iterable[DefinitionId]:
    """Return what a list of members may hold: functions and classes of the modules that the file uses as values."""
    for name in build.used_in.get(user, ()):
        facts = build.symbols.modules.get(name)
        for one in facts.definitions if facts is not None else ():
            if one.kind in ("class", "function") and "." not in one.qualified_name:
                yield one.id


def _nearby(facts: ModuleFacts, access: DynamicAccess, place: Place, build: EdgeBuilder) -> Iterable[DefinitionId]:
    """Return what an unknown name could name: the known receiver's members, else those of the file's classes."""
    symbols = build.symbols
    if place.kind == "module":
        top = symbols.modules[place.name].definitions
        return [one.id for one in top if one.qualified_name and "." not in one.qualified_name]
    if place.kind == "definition":
        return related(place.name, build)
    if place.kind == "external":
        return []
    if access.kind == "members" and place.kind == "unknown":
        return _listed(facts.module, build)
    if access.receiver.endswith(".<locals>"):
        return _locals(facts, access)
    if access.kind == "globals":
        return [one.id for one in facts.definitions if one.qualified_name and "." not in one.qualified_name]
    return [one.id for one in facts.definitions if "." in one.qualified_name and "<locals>" not in one.qualified_name]
