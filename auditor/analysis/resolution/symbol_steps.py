"""One part of a dotted name or type expression: an attribute, a call, type arguments.

In: a symbol table, what precedes the part, and the part. Out: `Lookup`s, with the definitions and receivers passed on
the way. Never keeps anything between two parts. What is one of several is followed in each of them.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.analysis.resolution import symbol_containers as containers
from auditor.analysis.resolution.symbol_places import (
    UNKNOWN,
    Lookup,
    Part,
    Place,
    View,
    in_each,
    is_large,
    join,
    joined,
)
from auditor.model.code import DefinitionId, dotted

if TYPE_CHECKING:
    from auditor.analysis.resolution.symbol_lookup import Lookups

OPERATIONS = frozenset({
    "<is>", "<self>", "<class>", "<item>", "<aitem>", "<at>", "<slice>", "<enter>", "<aenter>", "<await>", "<not>",
    "<alias>",
})  # fmt: skip


class Steps(ABC):
    """One part of an expression: notes the definitions and receivers passed on the way."""

    __slots__ = ("absent", "depth", "lost", "missing", "receivers", "supers", "table", "trail", "view")

    def __init__(self, table: "Lookups", depth: int, view: View) -> None:
        self.table = table
        self.depth = depth
        self.view = view
        self.trail: list[DefinitionId] = []
        self.receivers: list[tuple[DefinitionId, str]] = []
        self.supers: list[tuple[DefinitionId, str]] = []
        self.missing: list[tuple[DefinitionId, str]] = []
        self.lost: list[str] = []
        self.absent = False

    def after(self, before: Lookup, part: Part) -> Lookup:
        """Return where one more part of an expression leads."""
        return joined(before, self._found(self.apply(before.place, part)))

    def called(self, before: Lookup, times: int) -> Lookup:
        """Return what calling each of the alternatives gives that an expression begins with."""
        return joined(before, self._found(self._finish(before.place, Part("", (), times)))) if times else before

    def local(self, name: str, part: Part) -> Lookup:
        """Return where a name inside a function leads."""
        identity = self.table.local_ids.get(name)
        if identity is None:
            return self._found(self._finish(self.table.value(name, self.depth), part))
        self.trail.append(identity)
        return self._found(self._finish(Place("definition", identity), part))

    def _found(self, place: Place) -> Lookup:
        return Lookup(
            tuple(dict.fromkeys(self.trail)) if self.trail else (), place, tuple(self.lost),
            tuple(dict.fromkeys(self.receivers)) if self.receivers else (), tuple(self.missing),
            tuple(dict.fromkeys(self.supers)) if self.supers else (),
        )  # fmt: skip

    def apply(self, place: Place, part: Part) -> Place:
        """Return what a part makes of a place."""
        if place.kind == "union":
            return self.each(place, part)
        if part.name.startswith("<"):
            place = self.operation(place, part) if part.name in OPERATIONS else self.unknown(part.name)
        elif part.name == "super" and part.calls:
            return self._finish(self.behind(place), replace(part, calls=part.calls - 1))
        else:
            place = self.step(place, part.name)
        return self._finish(place, part)

    @abstractmethod
    def operation(self, place: Place, part: Part) -> Place:
        """Return what a part in angle brackets makes of a place."""

    def _finish(self, place: Place, part: Part) -> Place:
        if part.args and not part.name.startswith("<") and place.kind in ("definition", "external"):
            place = replace(place, args=tuple(self.aside(one) for one in part.args))
        for _ in range(part.calls) if part.calls else ():
            place = in_each(place, self.call)
        return place

    def aside(self, expression: str) -> Place:
        """Return a place without noting what it touches."""
        found = self.table.part(expression, self.depth + 1, self.view)
        return UNKNOWN if found.rest or is_large(found.place) else found.place

    def each(self, place: Place, part: Part) -> Place:
        """Follow a part in each alternative; one that lacks the attribute does not count where another has it."""
        found: list[Place] = []
        absent: list[str] = []
        for option in place.args:
            before = len(self.lost)
            self.absent = False
            one = self.apply(option, part)
            if self.absent:
                absent = self.lost[before:]
                del self.lost[before:]
            else:
                found.append(one)
            self.absent = False
        if not found:
            self.lost += absent
            return UNKNOWN
        return join(found)

    # Attributes

    def step(self, place: Place, name: str) -> Place:
        """Return what the attribute `name` of a place is."""
        if place.kind == "union":
            return self.each(place, Part(name))
        if place.kind == "external":
            return Place("external", f"{place.name}.{name}", receiver=place if place.args else None)
        if place.kind == "module":
            return self._in_module(place.name, name)
        definition = self.table.by_id.get(place.name) if place.kind == "definition" else None
        if definition is None:
            return self.unknown(name)
        if definition.kind == "class":
            return self._member(place, name)
        if definition.kind in ("variable", "import", "property"):
            value = self.table.values.of(place, self.depth)
            if value != UNKNOWN:
                return self.step(value, name)
        return self.unknown(name)

    def unknown(self, name: str) -> Place:
        """Note an attribute of which nothing is known."""
        if name != "super":
            self.lost.append(name)
        return UNKNOWN

    def _follow(self, found: Lookup) -> Place:
        self.trail += found.trail
        self.receivers += found.receivers
        self.missing += found.missing
        if found.rest:
            self.lost += found.rest
            return UNKNOWN
        return found.place

    def _in_module(self, module: str, name: str) -> Place:
        found = self.table.in_module(module, name, self.depth)
        if found is not None:
            return self._follow(found)
        if name == "super":
            return UNKNOWN
        if module not in self.table.modules:
            return Place("external", f"{module}.{name}")
        return self.unknown(name)

    def _member(self, place: Place, name: str) -> Place:
        own, external = self.table.order(place.name)
        if place.receiver is not None:
            place = replace(place, receiver=None)
        if place.after:
            self.supers.append((place.name, name))
        else:
            self.receivers.append((place.name, name))
        owners, importing = self.table.owners(name), self.table.importing.get(name, ())
        for one in own[1:] if place.after else own:
            if one not in owners and one not in importing:
                continue
            identity = self.table.members(one).get(name)
            if identity is not None:
                self.trail.append(identity)
                return Place("definition", identity, receiver=place)
            target = self.table.imports.get((dotted(one), name))
            if target is not None:
                return self._follow(self.table.evaluate(target, self.depth + 1))
            return self.table.values.attribute(place, one, name, self.depth)
        return self._absent(place, name, external)

    def _absent(self, place: Place, name: str, external: tuple[str, ...]) -> Place:
        """Return what an attribute is that no class above has: a mixin's may be its subclasses'."""
        if place.after:
            if "?" not in external and all("?" not in self.table.order(one)[1] for one in self._below(place)):
                return Place("external", f"{external[0]}.{name}") if external else UNKNOWN
        elif not external and self._below(place) and self.table.is_mixed_in(place.name, name):
            return UNKNOWN
        self.missing.append((place.name, name))
        self.absent = "?" not in external and not self.table.has(place.name, "__getattr__")
        return self.unknown(name)

    def _below(self, place: Place) -> tuple[DefinitionId, ...]:
        return self.table.subclasses(place.name)

    def behind(self, place: Place) -> Place:
        """Return `super()` of a class."""
        if place.kind == "definition" and self.table.is_class(place.name):
            return Place("definition", place.name, instance=True, after=True)
        return UNKNOWN

    # Calls and what else gives a value

    def call(self, place: Place) -> Place:
        """Return what calling a place gives."""
        if place.kind == "external":
            return self._outside(place)
        definition = self.table.by_id.get(place.name) if place.kind == "definition" else None
        if definition is None:
            return UNKNOWN
        if definition.kind == "class":
            return (
                self.method(place, "__call__") if place.instance else self.table.values.constructed(place, self.depth)
            )
        if definition.kind in ("function", "method"):
            return self.table.values.returned(place, self.depth)
        if definition.kind in ("variable", "property"):
            return in_each(self.table.values.of(place, self.depth), self.call)
        return UNKNOWN

    def _outside(self, place: Place) -> Place:
        name = place.name.rpartition(".")[2]
        if place.receiver is not None and (found := containers.method(place.receiver, name)) is not None:
            return found
        if place.args and place.name.endswith("Callable()"):
            return place.args[0]
        return Place("external", f"{place.name}()", args=place.args)

    def method(self, place: Place, name: str) -> Place:
        """Return what a special method gives, unknown where there is none; it is no use of the name elsewhere."""
        for one in self.table.order(place.name)[0]:
            identity = self.table.members(one).get(name)
            if identity is not None:
                return self.call(Place("definition", identity, receiver=place))
        return UNKNOWN
