"""Names that only exist at run time, graded: a pattern reaches what it matches, a bare unknown name only may.

In: dynamic accesses as facts. Out: edges, `maybe` edges, opaque modules. One `getattr(x, name)` never makes a whole
program alive; it holds back what it could name close by.
"""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from auditor.analysis.resolve_edges import EdgeBuilder
from auditor.analysis.symbol_places import UNKNOWN, Lookup, Place, join, options
from auditor.model.code import DefinitionId, DynamicAccess, ModuleFacts, dotted, module_id


def add_dynamic(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Add the edges of every dynamic access."""
    names = sorted({name for one in facts for definition in one.definitions for name in [definition.name] if name})
    known = frozenset(names)
    for one in facts:
        _pass_out(one, build, known)
        for access in one.dynamic:
            if access.kind == "eval":
                build.opaque.add(one.module)
            elif access.kind == "import":
                _import(one, access, build)
            elif access.kind == "load":
                _load(one, access, build)
            else:
                _attribute(one, access, build, names)
        for access in _namespaces(one, build):
            _attribute(one, access, build, names)
    if any(_is_bare(one, access, build) for one in facts for access in one.dynamic):
        _named_in_strings(facts, build)


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
    return access.kind == "getattr" and access.pattern == "*" and _receiver(facts, access, build).kind == "unknown"


def _named_in_strings(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> None:
    """Note that a string may be the name of a member that some `getattr` looks up (`dispatch("notify_daily")`)."""
    members: dict[str, list[DefinitionId]] = {}
    for identity, definition in build.symbols.by_id.items():
        owner = build.symbols.by_id.get(definition.parent or "")
        if owner is not None and owner.kind == "class" and definition.kind in ("method", "property", "variable"):
            members.setdefault(definition.name, []).append(identity)
    for one in facts:
        for text, line, source in one.strings:
            for identity in members.get(text, ()):
                if not one.in_tests or build.symbols.by_id[identity].in_tests:
                    build.maybe(source, identity, line, "string")


def _is_outside(callee: Lookup, names: frozenset[str]) -> bool:
    """Return whether a callee is outside the project: known to be, or of a name that nothing in the project has."""
    return callee.place.kind == "external" or (bool(callee.rest) and callee.rest[-1] not in names)


def _value(place: Place, build: EdgeBuilder) -> Place:
    """Return what a variable holds; anything else as it is."""
    if place.kind == "definition" and build.symbols.by_id[place.name].kind == "variable":
        return build.symbols.value(dotted(place.name), 0)
    return place


def _pass_out(facts: ModuleFacts, build: EdgeBuilder, names: frozenset[str]) -> None:
    """Note that outside code may call any public method of an object it is given, whatever its class is called."""
    symbols = build.symbols
    for source, callee, given, line in facts.passed:
        place = _value(symbols.lookup(symbols.near(facts.module, given)).place, build)
        if place.kind != "definition" or not place.instance or symbols.external_bases(place.name):
            continue
        if _is_outside(symbols.lookup(symbols.near(facts.module, callee)), names):
            for owner in symbols.order(place.name)[0]:
                for name, member in symbols.members(owner).items():
                    if not name.startswith("_"):
                        build.maybe(source, member, line, "passed")


def _import(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    if access.pattern != "*":
        for module in build.symbols.modules:
            if fnmatchcase(module, access.pattern):
                build.add(access.source, module_id(module), "dynamic", access.line)
                build.escaped.setdefault(module, None)
        return
    package = facts.module if facts.is_package else facts.module.rpartition(".")[0]
    for module, one in build.symbols.modules.items():
        if package and module.startswith(f"{package}.") and module != facts.module:
            build.maybe(access.source, module_id(module), access.line)
            for definition in one.definitions:
                if "." not in definition.qualified_name:
                    build.maybe(module_id(module), definition.id, definition.line, "contains")


def _load(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Note that a dotted name may be that of any class with a base in the package whose code loads it."""
    package = facts.module if facts.is_package else facts.module.rpartition(".")[0]
    for module, one in build.symbols.modules.items():
        if package and (module == package or module.startswith(f"{package}.")):
            for definition in one.definitions:
                named = definition.qualified_name
                if definition.bases and "." not in named and not named.startswith("_"):
                    build.maybe(access.source, definition.id, access.line)


def _attribute(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder, names: Sequence[str]) -> None:
    for place in options(_receiver(facts, access, build)):
        _looked_up(facts, access, place, build, names)


def _looked_up(
    facts: ModuleFacts, access: DynamicAccess, place: Place, build: EdgeBuilder, names: Sequence[str]
) -> None:
    if access.pattern == "*":
        for identity in _nearby(facts, access, place, build):
            build.maybe(access.source, identity, access.line)
        return
    if place.kind == "module":
        for definition in build.symbols.modules[place.name].definitions:
            name = definition.qualified_name
            if name and "." not in name and fnmatchcase(name, access.pattern):
                build.add(access.source, definition.id, "dynamic", access.line)
    elif place.kind == "definition":
        _members(access, place.name, build)
    else:
        for name in names:
            if fnmatchcase(name, access.pattern):
                build.add(access.source, f".{name}", "dynamic", access.line)


def _receiver(facts: ModuleFacts, access: DynamicAccess, build: EdgeBuilder) -> Place:
    if not access.receiver:
        return Place("unknown")
    found = build.symbols.lookup(build.symbols.near(facts.module, access.receiver))
    return UNKNOWN if found.rest else join(_namespace(place, build) for place in options(found.place))


def _namespace(place: Place, build: EdgeBuilder) -> Place:
    """Return what an attribute is looked up in: a module, a class, something outside, else unknown."""
    if place.kind == "module" and place.name not in build.symbols.modules:
        return UNKNOWN
    place = _value(place, build)
    if place.kind == "definition" and build.symbols.by_id[place.name].kind != "class":
        return UNKNOWN
    return place


def _members(access: DynamicAccess, owner: DefinitionId, build: EdgeBuilder) -> None:
    """Reach matching members of a class and its bases, and of subclasses that are reached."""
    for one in build.symbols.order(owner)[0]:
        for name, member in build.symbols.members(one).items():
            if fnmatchcase(name, access.pattern):
                build.add(access.source, member, "dynamic", access.line)
    for one in build.symbols.subclasses(owner):
        for cls in build.symbols.order(one)[0]:
            for name in build.symbols.members(cls):
                if fnmatchcase(name, access.pattern):
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
        classes = [*symbols.order(place.name)[0], *symbols.subclasses(place.name)]
        related = dict.fromkeys(one for cls in classes for one in symbols.order(cls)[0])
        return [member for cls in related for member in symbols.members(cls).values()]
    if place.kind == "external":
        return []
    if access.kind == "members" and place.kind == "unknown":
        return _listed(facts.module, build)
    if access.kind == "globals":
        return [one.id for one in facts.definitions if one.qualified_name and "." not in one.qualified_name]
    return [one.id for one in facts.definitions if "." in one.qualified_name and "<locals>" not in one.qualified_name]
