"""Objects that are given away: to code outside the project, and to code of ours that looks unknown names up.

In: what each file passes to which callee. Out: `maybe` edges. Where the class of an object is not known, nothing is
held back by this: then only names in strings and the file that looks up count.
"""

import re
from collections.abc import Iterator, Sequence

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.analysis.resolution.symbol_places import Lookup, Place, options
from auditor.model.code import DefinitionId, DynamicAccess, ModuleFacts, Reference, dotted

_KEEPS = re.compile(
    r"(?:builtins\.(?:list|set|dict)|collections\.(?:deque|OrderedDict|defaultdict|Counter)|queue\.\w+|asyncio\.\w*Queue)"
    r"\(\)\.\w+|logging\.(?:getLogger\(\)\.)?(?:debug|info|warning|warn|error|exception|critical|log)"
)
"""Methods of containers, which compare and hash what they are given, and of loggers, which print it."""
_LISTED = frozenset({"append", "appendleft", "remove", "discard", "index", "count"})


def _is_outside(callee: Lookup, names: frozenset[str]) -> bool:
    """Return whether a callee is outside the project: known to be, or of a name that nothing in the project has.

    A container's method calls nothing of what it is given but `__eq__` and `__hash__`, and a logger's nothing but
    `__str__` and `__repr__`. What an object of the project keeps in an attribute of unknown type is a container too
    where the method is one that lists and sets have: `self.link.devices.remove(self)`.
    """
    place = callee.place
    if place.kind == "external":
        return _KEEPS.fullmatch(place.name) is None
    if not callee.rest or callee.rest[-1] in names:
        return False
    return not (callee.rest[-1] in _LISTED and len(callee.rest) == 2 and callee.receivers)


def value_of(place: Place, build: EdgeBuilder) -> Place:
    """Return what a variable holds; anything else as it is."""
    if place.kind == "definition" and build.symbols.by_id[place.name].kind == "variable":
        return build.symbols.value(dotted(place.name), 0)
    return place


def pass_out(facts: ModuleFacts, build: EdgeBuilder, names: frozenset[str]) -> None:
    """Note that outside code may call any public method of an object it is given, whatever its class is called."""
    symbols = build.symbols
    outside: dict[str, bool] = {}
    for source, callee, given, line in facts.passed:
        is_outside = outside.get(callee)
        if is_outside is None:
            is_outside = outside[callee] = _is_outside(symbols.lookup(symbols.near(facts.module, callee)), names)
        for place in _given(facts, given, build) if is_outside else ():
            if place.instance and not symbols.external_bases(place.name):
                build.maybe(source, _public(place.name, build), line, "passed")


def _public(cls: DefinitionId, build: EdgeBuilder) -> tuple[DefinitionId, ...]:
    """Return the public members of a class and its bases."""
    symbols = build.symbols
    return build.group(("public", cls), lambda: (
        member
        for owner in symbols.order(cls)[0]
        for name, member in symbols.members(owner).items()
        if not name.startswith("_")
    ))  # fmt: skip


def add_asked_subclasses(facts: Sequence[ModuleFacts], asking: Sequence[Reference], build: EdgeBuilder) -> None:
    """Reach the subclasses of every class that is given away, where code asks what it is given for its subclasses."""
    symbols = build.symbols
    for one in facts if asking else ():
        for _, _, given in one.handed:
            found = symbols.lookup(symbols.near(one.module, given)) if given[-1] not in ")>]}" else None
            for place in options(found.place) if found is not None and not found.rest else ():
                if place.kind == "definition" and not place.instance and symbols.is_class(place.name):
                    for asked in asking:
                        for subclass in symbols.subclasses(place.name):
                            build.add(asked.source, subclass, "dynamic", asked.line)


def _given(facts: ModuleFacts, expression: str, build: EdgeBuilder) -> Iterator[Place]:
    """Yield the definitions of the project that a value may be, or be an object of."""
    found = build.symbols.lookup(build.symbols.near(facts.module, expression))
    for option in options(found.place) if not found.rest else ():
        for place in options(value_of(option, build)):
            if place.kind == "definition":
                yield place


def pass_in(facts: Sequence[ModuleFacts], build: EdgeBuilder, lookers: dict[DefinitionId, DynamicAccess]) -> None:
    """Note that code which looks unknown names up may do so in what it is given: objects of known classes."""
    symbols = build.symbols
    by_name: dict[str, list[DefinitionId]] = {}
    for looker in lookers:
        definition = symbols.by_id.get(looker)
        if definition is not None and definition.qualified_name:
            by_name.setdefault(definition.name, []).append(looker)
            owner = definition.parent
            if owner is not None and symbols.is_class(owner):
                by_name.setdefault(owner, []).append(looker)
    for one in facts if by_name else ():
        for _, callee, given, _ in (*one.passed, *one.passed_by_name):
            found = _callees(one, callee, build, by_name)
            for looker in found:
                _hold(one, given, lookers[looker], build)


def _callees(
    facts: ModuleFacts, callee: str, build: EdgeBuilder, by_name: dict[str, list[DefinitionId]]
) -> Sequence[DefinitionId]:
    """Return the lookers that a callee may be: the function itself, or methods of the class that is built."""
    last = callee.rpartition(".")[2].removesuffix("()")
    if callee.startswith("."):
        return by_name.get(last, ())
    found: list[DefinitionId] = []
    for place in options(build.symbols.lookup(build.symbols.near(facts.module, callee)).place):
        if place.kind == "definition":
            name = build.symbols.by_id[place.name].name
            found += by_name.get(place.name) or [one for one in by_name.get(name, ()) if one == place.name]
        elif place.kind == "unknown":
            found += by_name.get(last, ())
    return found


def _hold(facts: ModuleFacts, given: str, access: DynamicAccess, build: EdgeBuilder) -> None:
    """Hold back the members of what is given: an object's class with its relatives."""
    for place in _given(facts, given, build):
        if build.symbols.is_class(place.name):
            build.maybe(access.source, related(place.name, build), access.line)


def related(owner: DefinitionId, build: EdgeBuilder) -> tuple[DefinitionId, ...]:
    """Return the members of a class, of its bases, of its subclasses and of those subclasses' bases."""
    return build.group(("related", owner), lambda: _related(owner, build))


def _related(owner: DefinitionId, build: EdgeBuilder) -> Iterator[DefinitionId]:
    symbols = build.symbols
    classes = [*symbols.order(owner)[0], *symbols.subclasses(owner)]
    for one in dict.fromkeys(base for cls in classes for base in symbols.order(cls)[0]):
        yield from symbols.members(one).values()
