"""One part of a type expression: what the operations give (`.<is>`, `.<item>`, `.<await>`).

In: a place and an operation. Out: a place. Never notes a use: what a loop calls by itself is no attribute anyone took.
"""

from msgspec.structs import replace

from auditor.analysis.resolution import symbol_containers as containers
from auditor.analysis.resolution.symbol_places import UNKNOWN, Part, Place, in_each, join, options
from auditor.analysis.resolution.symbol_steps import Steps
from auditor.model.code import dotted

_CLASSES = frozenset({"builtins.type", "type", "typing.Type", "typing.Any", "builtins.object", "typing_extensions.Any"})
"""Declared types that say nothing of what attributes the value has: classes of the project may be among them."""
_VARIABLES = frozenset({"typing.TypeVar()", "typing_extensions.TypeVar()"})


class Trace(Steps):
    """One part of an expression, with all operations."""

    __slots__ = ()

    def operation(self, place: Place, part: Part) -> Place:
        """Return what an operation makes of a place."""
        if place.kind == "union":
            return self.each(place, part)
        name = part.name
        if place.kind == "definition" and name not in ("<is>", "<self>", "<alias>"):
            definition = self.table.by_id.get(place.name)
            if definition is not None and definition.kind in ("variable", "property"):
                value = self.table.values.of(place, self.depth)
                return self.operation(value, part) if value != place else UNKNOWN
        if name == "<is>":
            return self.instance(place)
        if name == "<alias>":
            return Place("alias", args=(place,))
        if name == "<self>":
            return self._self(place)
        if name == "<class>":
            return self._class(place)
        if name == "<not>":
            return self._without(place, part)
        if name in ("<item>", "<aitem>"):
            return self._item(place)
        if name in ("<enter>", "<aenter>"):
            special = "__enter__" if name == "<enter>" else "__aenter__"
            return self.method(place, special) if place.kind == "definition" else containers.entered(place)
        if name == "<await>":
            return self._awaited(place)
        return self._at(place, part) if name == "<at>" else place if containers.class_name(place) else UNKNOWN

    def instance(self, place: Place) -> Place:
        """Return an object declared to be of a type."""
        if place.kind == "union":
            return in_each(place, self.instance)
        if place.kind == "alias":
            return place.args[0]
        if place.kind == "typevar":
            return self.view.environment.get(place.name) or (join(place.args) if place.args else UNKNOWN)
        if place.kind == "external":
            return UNKNOWN if place.name in _CLASSES or place.name.endswith(")") else Place(
                "external", f"{place.name}()", args=place.args)  # fmt: skip
        definition = self.table.by_id.get(place.name) if place.kind == "definition" else None
        if definition is None or definition.kind not in ("class", "variable"):
            return UNKNOWN
        if definition.kind == "class":
            return Place("definition", place.name, instance=True, args=place.args)
        value = self.table.values.of(place, self.depth)
        if value.kind == "external" and value.name in _VARIABLES:
            return self.instance(Place("typevar", dotted(definition.id), args=value.args))
        return self.instance(value) if value.kind != "definition" or not value.instance else UNKNOWN

    def _self(self, place: Place) -> Place:
        """Return an object of the receiver's own class, which is the class in whose body `Self` stands or one below."""
        receiver = self.view.receiver
        if receiver is not None and receiver.kind == "definition" and place.name in self.table.order(receiver.name)[0]:
            return replace(receiver, instance=True, after=False)
        return Place("definition", place.name, instance=True) if place.kind == "definition" else UNKNOWN

    def _class(self, place: Place) -> Place:
        if place.kind == "definition" and place.instance:
            return replace(place, instance=False, args=())
        if place.kind == "external" and place.name.endswith("()") and not place.name.endswith(")()"):
            return Place("external", place.name[:-2])
        return UNKNOWN

    def _without(self, place: Place, part: Part) -> Place:
        """Return a place unless a test has told that it is none such."""
        excluded = options(self.aside(part.args[0])) if part.args else ()
        for one in excluded:
            above = self.table.order(place.name)[0] if place.kind == "definition" else (place.name,)
            if place.instance == one.instance and one.name in above and one.kind == place.kind:
                self.absent = True
                return UNKNOWN
        return place

    def _item(self, place: Place) -> Place:
        if place.kind == "external":
            return containers.item(place)
        if place.kind != "definition":
            return UNKNOWN
        if not place.instance:
            return Place("definition", place.name, instance=True) if self.table.is_enum(place.name) else UNKNOWN
        for special in ("__iter__", "__aiter__"):
            given = self.method(place, special)
            if given == replace(place, receiver=given.receiver) or given.name == place.name:
                return self.method(place, "__next__" if special == "__iter__" else "__anext__")
            if given != UNKNOWN:
                return in_each(given, self._item)
        return join(containers.item(one) for one in self.table.values.containers(place, self.depth))

    def _awaited(self, place: Place) -> Place:
        if place.kind == "definition" and place.instance and self.table.has(place.name, "__await__"):
            return UNKNOWN
        return containers.awaited(place)

    def _at(self, place: Place, part: Part) -> Place:
        index = part.args[0] if part.args else "?"
        if place.kind == "external":
            if place.name.endswith("()"):
                return containers.at(place, index)
            return replace(place, args=tuple(self.aside(one) for one in part.args))
        if place.kind != "definition":
            return UNKNOWN
        if not place.instance:
            if self.table.is_enum(place.name):
                return Place("definition", place.name, instance=True)
            return replace(place, args=tuple(self.aside(one) for one in part.args))
        if index.startswith("'") and (found := self.table.members(place.name).get(index[1:])) is not None:
            return self.table.values.of(Place("definition", found, receiver=place), self.depth)
        given = self.method(place, "__getitem__")
        if given != UNKNOWN:
            return given
        return join(containers.at(one, index) for one in self.table.values.containers(place, self.depth))
