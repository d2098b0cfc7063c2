"""One evaluation of a dotted name or type expression, part by part.

In: a SymbolTable and the parts of a name. Out: `Place`s, and the definitions and receivers passed on the way. Never
keeps anything between two evaluations.
"""

import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

from auditor.model.code import Definition, DefinitionId, dotted

if TYPE_CHECKING:
    from auditor.analysis.symbols import SymbolTable

_CLASSES = ("builtins.type", "type", "typing.Type", "typing.Any", "builtins.object")
"""Declared types that say nothing of what attributes the value has: classes of the project may be among them."""
_DESCRIPTORS = frozenset({"Mapped", "WriteOnlyMapped", "DynamicMapped", "ClassVar", "ForeignKey", "OneToOneField"})
"""Declared types that stand for a descriptor."""
_SELVES = frozenset({"typing.Self", "typing_extensions.Self"})


class Place(NamedTuple):
    """What a prefix of a dotted name leads to.

    `name` is a module's name, a definition's id, or an external dotted name; `instance` tells an instance of a class
    from the class; `after` is set for `super()`: members are looked up behind the class itself.
    """

    kind: Literal["module", "definition", "external", "unknown"]
    name: str = ""
    instance: bool = False
    after: bool = False


UNKNOWN = Place("unknown")


class Lookup(NamedTuple):
    """Where a dotted name leads.

    `trail` are the project's definitions it touches, in order (import bindings included); `place` is its end; `rest`
    are the attributes taken from a value that nothing is known of; `receivers` are (class, attribute) pairs looked up
    on a known class of the project.
    """

    trail: tuple[DefinitionId, ...]
    place: Place
    rest: tuple[str, ...]
    receivers: tuple[tuple[DefinitionId, str], ...]
    missing: tuple[tuple[DefinitionId, str], ...]


class Trace:
    """One evaluation: notes the definitions and receivers passed on the way."""

    def __init__(self, table: "SymbolTable", depth: int) -> None:
        self.table = table
        self.depth = depth
        self.trail: list[DefinitionId] = []
        self.receivers: list[tuple[DefinitionId, str]] = []
        self.missing: list[tuple[DefinitionId, str]] = []
        self.lost: tuple[str, ...] = ()

    def end(self, place: Place, rest: tuple[str, ...]) -> Lookup:
        """Return the lookup so far."""
        return Lookup(
            tuple(dict.fromkeys(self.trail)), place, rest, tuple(dict.fromkeys(self.receivers)), tuple(self.missing)
        )

    def start(self, parts: list[str]) -> tuple[Place, int]:
        """Return the place of the first parts (up to a name inside a function) and how many that took."""
        if "<locals>" in parts:
            end = len(parts) - parts[::-1].index("<locals>") + 1
            local = ".".join(parts[:end])
            identity = self.table.local_ids.get(local.removesuffix("()"))
            if identity is None:
                value = self.table.value(local, self.depth)
                return value, end
            self.trail.append(identity)
            place = Place("definition", identity)
            return (self.call(place) if local.endswith("()") else place), end
        first = parts[0].removesuffix("()")
        for end in range(len(parts) - 1, 1, -1):
            module = ".".join(parts[:end])
            if module in self.table.hidden() and self.table.in_module(
                module, parts[end].removesuffix("()"), self.depth + 1
            ):
                return Place("module", module), end
        if first in self.table.modules or first in self.table.packages:
            return Place("module", first), 1
        return Place("external", first), 1

    def _follow(self, found: Lookup) -> Place:
        self.trail += found.trail
        self.receivers += found.receivers
        self.missing += found.missing
        if found.rest:
            self.lost = found.rest
            return UNKNOWN
        return found.place

    def step(self, place: Place, name: str) -> Place:
        """Return what the attribute `name` of a place is."""
        if place.kind == "external":
            return Place("external", f"{place.name}.{name}")
        if place.kind == "module":
            return self._in_module(place.name, name)
        definition = self.table.by_id.get(place.name)
        if definition is None:
            return self._unknown(name)
        if definition.kind == "class":
            return self._member(place, name)
        if definition.kind in ("variable", "import", "property"):
            value = self._value_of(definition)
            if value.kind != "unknown":
                return self.step(value, name)
        return self._unknown(name)

    def _unknown(self, name: str) -> Place:
        self.lost = (name,)
        return UNKNOWN

    def _in_module(self, module: str, name: str) -> Place:
        found = self.table.in_module(module, name, self.depth)
        if found is not None:
            return self._follow(found)
        if name == "super":
            return UNKNOWN
        if module not in self.table.modules:
            return Place("external", f"{module}.{name}")
        return self._unknown(name)

    def _member(self, place: Place, name: str) -> Place:
        own, external = self.table.order(place.name)
        if not place.after:
            self.receivers.append((place.name, name))
        for one in own[1:] if place.after else own:
            identity = self.table.members(one).get(name)
            if identity is not None:
                self.trail.append(identity)
                return Place("definition", identity)
            target = self.table.imports.get((dotted(one), name))
            if target is not None:
                return self._follow(self.table.evaluate(target, self.depth + 1))
            if f"{dotted(one)}.{name}" in self.table.types:
                return self._attribute(f"{dotted(one)}.{name}", name)
        if external and external != ("?",) and place.after and not self.table.subclasses(place.name):
            return Place("external", f"{external[0]}.{name}")
        self.missing.append((place.name, name))
        return self._unknown(name)

    def _attribute(self, attribute: str, name: str) -> Place:
        """Return an instance attribute's value; one that is also set from outside may be anything."""
        if name not in self.table.stores:
            value = self.table.value(attribute, self.depth)
            if value.kind != "unknown":
                return value
        self.lost = ()
        return Place("unknown", "attribute")

    def behind(self, place: Place) -> Place:
        """Return `super()` of a class."""
        if place.kind == "definition" and self.table.is_class(place.name):
            return Place("definition", place.name, instance=True, after=True)
        return UNKNOWN

    def call(self, place: Place) -> Place:
        """Return what calling a place gives."""
        if place.kind == "external":
            return Place("external", f"{place.name}()")
        definition = self.table.by_id.get(place.name) if place.kind == "definition" else None
        if definition is None:
            return UNKNOWN
        if definition.kind == "class":
            if place.instance:
                return UNKNOWN
            return self._constructed(place)
        if definition.kind in ("function", "method") and definition.annotation:
            return self._returned(definition)
        if definition.kind == "variable":
            value = self._value_of(definition)
            if value.kind != "unknown" and not value.instance:
                return self.call(value)
        return UNKNOWN

    def _constructed(self, place: Place) -> Place:
        """Return an instance, unless the class decides by `__new__` or a metaclass what calling it gives."""
        own, _ = self.table.order(place.name)
        for one in own:
            found = self.table.by_id[one]
            if "__new__" in self.table.members(one) or (found.metaclass and "ABCMeta" not in found.metaclass):
                return UNKNOWN
        return Place("definition", place.name, instance=True)

    def _returned(self, definition: Definition) -> Place:
        if definition.annotation in _SELVES:
            owner = definition.parent
            return Place("definition", owner, instance=True) if owner and self.table.is_class(owner) else UNKNOWN
        if definition.annotation in _CLASSES:
            return UNKNOWN
        found = self.table.evaluate(f"{definition.annotation}()", self.depth + 1)
        return found.place if not found.rest else UNKNOWN

    def _value_of(self, definition: Definition) -> Place:
        if definition.kind == "property":
            return self._returned(definition) if definition.annotation else UNKNOWN
        value = self.table.value(dotted(definition.id), self.depth)
        return UNKNOWN if self._may_be_descriptor(definition, value) else value

    def _may_be_descriptor(self, definition: Definition, value: Place) -> bool:
        """Return whether a class variable's value may give something else when it is taken from an instance.

        `plan = models.ForeignKey(Plan)` gives a `Plan`. What is declared with a plain type gives that.
        """
        owner = definition.parent
        if owner is None or not self.table.is_class(owner):
            return False
        if value.kind == "definition":
            classes = self.table.order(value.name)[0]
            return value.instance and any("__get__" in self.table.members(one) for one in classes)
        if value.kind != "external" or not value.name.endswith("()"):
            return False
        if definition.annotation and definition.annotation.rpartition(".")[2] not in _DESCRIPTORS:
            return False
        return value.name.partition(".")[0] not in sys.stdlib_module_names or value.name.startswith("functools.")
