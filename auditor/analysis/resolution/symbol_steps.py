"""One evaluation of a dotted name or type expression: its start, its attributes and its calls.

In: a SymbolTable and the parts of a name. Out: `Place`s, and the definitions and receivers passed on the way. Never
keeps anything between two evaluations. What is one of several is followed in each of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from auditor.analysis.extraction.annotations import split
from auditor.analysis.resolution import symbol_containers as containers
from auditor.analysis.resolution.symbol_places import UNKNOWN, Lookup, Part, Place, is_large, join, options, parts_of
from auditor.model.code import DefinitionId, dotted

if TYPE_CHECKING:
    from auditor.analysis.resolution.symbols import SymbolTable

OPERATIONS = frozenset({
    "<is>", "<self>", "<class>", "<item>", "<aitem>", "<at>", "<slice>", "<enter>", "<aenter>", "<await>", "<not>",
    "<alias>",
})  # fmt: skip


class Steps(ABC):
    """One evaluation: notes the definitions and receivers passed on the way.

    `receiver` is the object whose `Self` is meant, `environment` what type variables stand for there.
    """

    def __init__(
        self, table: "SymbolTable", depth: int, receiver: Place | None = None,
        environment: Mapping[str, Place] | None = None,
    ) -> None:  # fmt: skip
        self.table = table
        self.depth = depth
        self.receiver = receiver
        self.environment = environment or {}
        self.trail: list[DefinitionId] = []
        self.receivers: list[tuple[DefinitionId, str]] = []
        self.supers: list[tuple[DefinitionId, str]] = []
        self.missing: list[tuple[DefinitionId, str]] = []
        self.lost: list[str] = []
        self.absent = False

    def run(self, expression: str) -> Lookup:
        """Return where an expression leads."""
        place = self.place(expression)
        return Lookup(
            tuple(dict.fromkeys(self.trail)), place, tuple(self.lost), tuple(dict.fromkeys(self.receivers)),
            tuple(self.missing), tuple(dict.fromkeys(self.supers)),
        )  # fmt: skip

    def place(self, expression: str) -> Place:
        """Return the place of an expression."""
        group, parts = parts_of(expression)
        if group:
            place, used = join(self.place(one) for one in split(group, "|")), 0
        elif not parts or parts[0].name == "?":
            return UNKNOWN
        else:
            place, used = self.start(parts)
        for part in parts[used:]:
            place = self.apply(place, part)
        return place

    def start(self, parts: list[Part]) -> tuple[Place, int]:
        """Return the place of the first parts (up to a name inside a function) and how many that took."""
        names = [part.name for part in parts]
        if not names[0]:
            self.lost += [name for name in names if name]
            return UNKNOWN, len(parts)
        if "<locals>" in names:
            return self._local(parts, min(len(names), len(names) - names[::-1].index("<locals>") + 1))
        for end in range(len(parts) - 1, 1, -1):
            module = ".".join(names[:end])
            if module in self.table.hidden() and self.table.in_module(module, names[end], self.depth + 1):
                return Place("module", module), end
        first = names[0]
        if first in self.table.modules or first in self.table.packages:
            return Place("module", first), 1
        return Place("external", first), 1

    def _local(self, parts: list[Part], end: int) -> tuple[Place, int]:
        last = parts[end - 1]
        local = ".".join([*(part.name for part in parts[: end - 1]), last.name])
        identity = self.table.local_ids.get(local)
        if identity is None:
            return self._finish(self.table.value(local, self.depth), last), end
        self.trail.append(identity)
        return self._finish(Place("definition", identity), last), end

    def apply(self, place: Place, part: Part) -> Place:
        """Return what a part makes of a place."""
        if place.kind == "union":
            return self.each(place, part)
        if part.name.startswith("<"):
            place = self.operation(place, part) if part.name in OPERATIONS else self.unknown(part.name)
        elif part.name == "super" and part.calls:
            return self._finish(self.behind(place), part._replace(calls=part.calls - 1))
        else:
            place = self.step(place, part.name)
        return self._finish(place, part)

    @abstractmethod
    def operation(self, place: Place, part: Part) -> Place:
        """Return what a part in angle brackets makes of a place."""

    def _finish(self, place: Place, part: Part) -> Place:
        if part.args and not part.name.startswith("<") and place.kind in ("definition", "external"):
            place = place._replace(args=tuple(self.aside(one) for one in part.args))
        for _ in range(part.calls):
            place = join(self.call(one) for one in options(place))
        return place

    def aside(self, expression: str) -> Place:
        """Return a place without noting what it touches."""
        found = type(self)(self.table, self.depth + 1, self.receiver, self.environment)
        place = found.place(expression) if self.depth < 30 else UNKNOWN
        return UNKNOWN if found.lost or is_large(place) else place

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
        place = place._replace(receiver=None)
        if place.after:
            self.supers.append((place.name, name))
        else:
            self.receivers.append((place.name, name))
        for one in own[1:] if place.after else own:
            identity = self.table.members(one).get(name)
            if identity is not None:
                self.trail.append(identity)
                return Place("definition", identity, receiver=place)
            target = self.table.imports.get((dotted(one), name))
            if target is not None:
                return self._follow(self.table.evaluate(target, self.depth + 1))
            if f"{dotted(one)}.{name}" in self.table.types:
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
            return join(self.call(one) for one in options(self.table.values.of(place, self.depth)))
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
