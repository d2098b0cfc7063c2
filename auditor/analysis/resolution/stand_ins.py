"""Objects that stand where another class is declared: duck typing against annotations, casts, virtual subclasses.

In: what files declare and put there. Out: classes counted as subclasses of the declared ones. Never doubts a
declaration without having seen an object of an unrelated class go there.
"""

from collections.abc import Iterator, Mapping, Sequence

from auditor.analysis.resolution.symbol_places import Place, options
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import DefinitionId, ModuleFacts, dotted

_DEEP = 4
Parameters = Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]


def add_stand_ins(facts: Sequence[ModuleFacts], symbols: SymbolTable) -> None:
    """Count as subclasses the classes of objects that are seen to go where an unrelated class is declared."""
    accepts = {name: (one.module, given) for one in facts for name, given in one.accepts.items()}
    expected = _Wanted(accepts, symbols)
    pairs: dict[tuple[DefinitionId, Place], None] = {}
    for one in facts:
        for wanted, given in (*_claimed(one, symbols), *_handed(one, expected, symbols), *_registered(one, symbols)):
            pairs.update(dict.fromkeys(_strangers(wanted, given, symbols)))
    waiting = list(pairs)
    for identity, declared in waiting:
        for more in _answers(identity, declared, symbols):
            if more not in pairs:
                pairs[more] = None
                waiting.append(more)
    if _count(waiting, symbols):
        symbols.forget()


def _answers(identity: DefinitionId, declared: Place, symbols: SymbolTable) -> Iterator[tuple[DefinitionId, Place]]:
    """Yield what a class's own methods and attributes give, where the declared class's give objects of others."""
    if declared.kind != "definition":
        return
    for name, member in symbols.members(identity).items():
        if symbols.has(declared.name, name):
            call = "()" if symbols.by_id[member].kind == "method" else ""
            wanted = _place("", f"{dotted(declared.name)}().{name}{call}", symbols)
            yield from _strangers(wanted, _place("", f"{dotted(identity)}().{name}{call}", symbols), symbols)


def _count(pairs: Sequence[tuple[DefinitionId, Place]], symbols: SymbolTable) -> bool:
    """Count what stands in as a subclass of what is declared and of its bases; return whether that changed anything."""
    changed = False
    for identity, declared in pairs:
        above = symbols.bases(declared.name) if declared.kind == "definition" else ()
        name = dotted(declared.name) if declared.kind == "definition" else declared.name.removesuffix("()")
        for below in (identity, *symbols.subclasses(identity)):
            changed |= symbols.count_as_subclass(below, (name, *above))
    return changed


def _place(module: str, expression: str, symbols: SymbolTable) -> list[Place]:
    """Return the classes whose objects an expression may be or hold."""
    found = symbols.lookup(symbols.near(module, expression))
    return [] if found.rest else list(_classes(symbols.settled(found.place, 0), symbols, 0))


def _classes(place: Place, symbols: SymbolTable, depth: int) -> Iterator[Place]:
    for one in options(place):
        if one.kind == "definition" and symbols.is_class(one.name):
            yield Place("definition", one.name, instance=one.instance)
        elif one.kind == "external" and one.name.endswith("()"):
            if one.args:
                for inside in one.args if depth < _DEEP else ():
                    yield from _classes(inside, symbols, depth + 1)
            else:
                yield Place("external", one.name)


def _claimed(facts: ModuleFacts, symbols: SymbolTable) -> Iterator[tuple[list[Place], list[Place]]]:
    for wanted, given in facts.claims:
        found = _place(facts.module, given, symbols)
        if any(one.kind == "definition" for one in found):
            yield _place(facts.module, wanted, symbols), found


def _handed(facts: ModuleFacts, wanted: "_Wanted", symbols: SymbolTable) -> Iterator[tuple[list[Place], list[Place]]]:
    """Yield what parameters declare with what they are given; what is given matters only where a class is declared."""
    for callee, key, given in facts.handed:
        every = wanted.by(symbols.near(facts.module, callee), key)
        if every:
            found = [one for one in _place(facts.module, given, symbols) if one.kind == "definition"]
            for one in every if found else ():
                yield one, found


class _Wanted:
    """The declared classes of what each callee is given, worked out once for all its calls."""

    def __init__(self, accepts: Parameters, symbols: SymbolTable) -> None:
        self._accepts = accepts
        self._symbols = symbols
        self._known: dict[tuple[str, str], list[list[Place]]] = {}

    def by(self, callee: str, key: str) -> list[list[Place]]:
        """Return the classes that each definition a callee may be declares for a parameter."""
        found = self._known.get((callee, key))
        if found is None:
            places = [
                place.name for place in options(self._symbols.lookup(callee).place)
                if place.kind == "definition" and not place.instance
            ]  # fmt: skip
            every = (_wanted(one, key, self._accepts, self._symbols) for one in places)
            found = self._known[callee, key] = [one for one in every if one]
        return found


def _wanted(callee: DefinitionId, key: str, accepts: Parameters, symbols: SymbolTable) -> list[Place]:
    """Return the declared classes of one parameter of a function, or of what makes an object of a class."""
    if not symbols.is_class(callee):
        module, parameters = accepts.get(dotted(callee), ("", ()))
        return _declared(module, _bound(callee, parameters, symbols), key, symbols)
    order = symbols.order(callee)[0]
    for one in order:
        made = symbols.members(one).get("__init__")
        if made is not None:
            module, parameters = accepts.get(dotted(made), ("", ()))
            return _declared(module, parameters[1:], key, symbols)
    fields = [name for one in reversed(order) for name in symbols.members(one) if _is_field(one, name, symbols)]
    name = fields[int(key)] if key.isdigit() and int(key) < len(fields) else key
    owner = next((one for one in order if _is_field(one, name, symbols)), None)
    return list(_classes(symbols.value(f"{dotted(owner)}.{name}", 0), symbols, 0)) if owner else []


def _is_field(owner: DefinitionId, name: str, symbols: SymbolTable) -> bool:
    return f"{dotted(owner)}.{name}" in symbols.declared and name in symbols.members(owner)


def _bound(
    callee: DefinitionId, parameters: tuple[tuple[str, str], ...], symbols: SymbolTable
) -> tuple[tuple[str, str], ...]:
    """Return the parameters that a call gives: not the object of a method."""
    found = symbols.by_id[callee]
    is_static = any(one.endswith("staticmethod") for one in found.decorators)
    return parameters[1:] if symbols.is_class(found.parent or "") and not is_static else parameters


def _declared(module: str, parameters: tuple[tuple[str, str], ...], key: str, symbols: SymbolTable) -> list[Place]:
    for position, (name, expression) in enumerate(parameters):
        if key in (name, str(position)):
            return _place(module, expression, symbols) if expression else []
    return []


def _registered(facts: ModuleFacts, symbols: SymbolTable) -> Iterator[tuple[list[Place], list[Place]]]:
    """Yield virtual subclasses: `@Base.register class Foo` and `Base.register(Foo)`."""
    found = [(decorator, dotted(one.id)) for one in facts.definitions if one.kind == "class"
             for decorator in one.decorators]  # fmt: skip
    for callee, given in (*found, *((callee, given) for callee, _, given in facts.handed)):
        if callee.endswith(".register") and callee != ".register":
            base = callee.removesuffix(".register")
            yield _place(facts.module, base, symbols), _place(facts.module, given, symbols)


def _strangers(
    wanted: Sequence[Place], given: Sequence[Place], symbols: SymbolTable
) -> Iterator[tuple[DefinitionId, Place]]:
    """Yield the given classes that are none of the wanted ones, each with each of these."""
    for one in given:
        if one.kind != "definition":
            continue
        names = {one.name, *symbols.order(one.name)[0], *symbols.subclasses(one.name)}
        outside = {f"{base}()" for base in symbols.external_bases(one.name)}
        if any(other.name in names or other.name in outside for other in wanted):
            continue
        for other in wanted:
            if other.kind == "external" or other.instance == one.instance:
                yield one.name, other
