"""Names that only exist at run time, graded: a pattern reaches what it matches, a bare unknown name only may.

In: dynamic accesses as facts. Out: edges, `maybe` edges, opaque modules. One `getattr(x, name)` never makes a whole
program alive; it holds back what it could name close by.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from auditor.analysis.extraction.dynamic_code import BESIDE
from auditor.analysis.resolution.dynamic_strings import hold_modules, modules_in_strings, named_in_strings
from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.analysis.resolution.passed import pass_in, pass_out, related, value_of
from auditor.analysis.resolution.symbol_places import UNKNOWN, Place, join, options
from auditor.model.code import DefinitionId, DynamicAccess, ModuleFacts, dotted, module_id, package_of


class _Names:
    """Every name that a definition of the project has, to be asked for by pattern."""

    def __init__(self, facts: Sequence[ModuleFacts]) -> None:
        self.every = frozenset({one.name for module in facts for one in module.definitions} - {""})
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
        named_in_strings(facts, build, lookers)
        pass_in(facts, build, lookers)
    if any(access.kind == "import" and access.pattern == "*" for one in facts for access in one.dynamic):
        modules_in_strings(facts, build)


def _evaluate(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Note that code put together at run time may use whatever its module has, imported names too."""
    held = build.group(("evaluated", facts.path), lambda: (
        one.id for one in facts.definitions if one.kind != "module" and "<locals>" not in one.id
    ))  # fmt: skip
    build.maybe(access.source, held, access.line, "evaluated")


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


def _import(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder, *, looks: bool) -> None:
    """Reach the modules that an import by a computed name matches; one of which nothing is known holds back."""
    if access.pattern != "*":
        for module in _imported(access, build):
            build.add(access.source, module_id(module), "dynamic", access.line)
            build.escaped.setdefault(module, None)
            if looks:
                build.maybe(access.source, build.top(build.symbols.modules[module]), access.line)
        return
    package = package_of(facts.module, is_package=facts.is_package)
    if access.receiver == BESIDE:
        _beside(facts, access, build)
    meant = [one for one in build.symbols.modules if package and one.startswith(f"{package}.") and one != facts.module]
    hold_modules(access.source, meant, access.line, "maybe", build)


def _beside(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Hold back files in the folders beside a file that its strings name, else those beside it: they are loaded."""
    beside: dict[str, list[ModuleFacts]] = {}
    for one in build.symbols.modules.values():
        beside.setdefault(one.path.rpartition("/")[0], []).append(one)
    folder = facts.path.rpartition("/")[0]
    named = {f"{folder}/{text}" if folder else text for text, _, _ in facts.strings}
    for path in sorted(named & beside.keys()) or [folder]:
        for one in beside[path] if path else ():
            if one.module != facts.module:
                build.maybe(access.source, build.body_and_top(one), access.line)


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
    if package:
        build.maybe(access.source, build.group(("load", package), lambda: _loadable(package, build)), access.line)


def _loadable(package: str, build: EdgeBuilder) -> Iterator[DefinitionId]:
    """Yield the public classes with a base at the top of a package's modules."""
    for module, one in build.symbols.modules.items():
        if module == package or module.startswith(f"{package}."):
            for definition in one.definitions:
                named = definition.qualified_name
                if definition.bases and "." not in named and not named.startswith("_"):
                    yield definition.id


def _attribute(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder, names: _Names) -> None:
    for place in options(_receiver(facts, access, build)):
        _looked_up(facts, access, place, build, names)


def _looked_up(facts: ModuleFacts, access: DynamicAccess, place: Place, build: EdgeBuilder, names: _Names) -> None:
    if access.pattern == "*":
        build.maybe(access.source, _nearby(facts, access, place, build), access.line)
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
    matching: dict[DefinitionId, list[tuple[str, DefinitionId]]] = {}
    for one in build.symbols.subclasses(owner):
        for cls in build.symbols.order(one)[0]:
            if cls not in matching:
                members = build.symbols.members(cls).items()
                matching[cls] = [(name, member) for name, member in members if matches(name, access.pattern)]
            for name, member in matching[cls]:
                key = f"{dotted(owner)}#{name}"
                build.add_member(one, key, member)
                build.add(access.source, f".{key}", "dynamic", access.line)


def _listed(user: str, build: EdgeBuilder) -> Iterable[DefinitionId]:
    """Return what a list of members may hold: functions and classes of the modules that the file uses as values."""
    for name in build.used_in.get(user, ()):
        facts = build.symbols.modules.get(name)
        for one in facts.definitions if facts is not None else ():
            if one.kind in ("class", "function") and "." not in one.qualified_name:
                yield one.id


def _nearby(facts: ModuleFacts, access: DynamicAccess, place: Place, build: EdgeBuilder) -> tuple[DefinitionId, ...]:
    """Return what an unknown name could name: the known receiver's members, else those of the file's classes."""
    if place.kind == "module":
        return build.top(build.symbols.modules[place.name])
    if place.kind == "definition":
        return related(place.name, build)
    if place.kind == "external":
        return ()
    if access.kind == "members" and place.kind == "unknown":
        return build.group(("listed", facts.module), lambda: _listed(facts.module, build))
    if access.receiver.endswith(".<locals>"):
        return build.group(("locals", facts.path, access.receiver), lambda: _locals(facts, access))
    if access.kind == "globals":
        return build.top(facts)
    return build.group(("inner", facts.path), lambda: (
        one.id for one in facts.definitions if "." in one.qualified_name and "<locals>" not in one.qualified_name
    ))  # fmt: skip
