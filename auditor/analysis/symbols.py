"""Names across files: re-exports, star imports, methods through base classes, types of variables.

In: all ModuleFacts. Out: answers about dotted names and type expressions. Never reads a file, never decides liveness.
A type expression is a dotted name with `()` after a part that is called, as `analysis.extract` writes them.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted

_DEPTH = 40
_CHAINS = frozenset({"typing.Self", "typing_extensions.Self"})


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


class SymbolTable:
    """Joins the names of all files. Deterministic; answers are remembered."""

    def __init__(self, facts: Iterable[ModuleFacts]) -> None:
        self.modules: dict[str, ModuleFacts] = {}
        self.by_id: dict[DefinitionId, Definition] = {}
        self.types: dict[str, str] = {}
        self.stores: set[str] = set()
        self._names: dict[str, dict[str, DefinitionId]] = {}
        self._imports: dict[tuple[str, str], str] = {}
        self._classes: dict[DefinitionId, dict[str, DefinitionId]] = {}
        self.local_ids: dict[str, DefinitionId] = {}
        self._lookups: dict[str, Lookup] = {}
        self._valuing: set[str] = set()
        self._packages: set[str] = set()
        self._tops: set[str] = set()
        self._floating: set[str] = set()
        self._orders: dict[DefinitionId, tuple[tuple[DefinitionId, ...], tuple[str, ...]]] = {}
        every = tuple(facts)
        for one in every:
            self._place(one)
        for one in every:
            self._add(one)
        self._hidden: frozenset[str] | None = None
        self._subclasses: dict[str, list[DefinitionId]] | None = None

    def _place(self, facts: ModuleFacts) -> None:
        """Note a module, its packages, and the names by which scripts beside it may import it."""
        self.modules.setdefault(facts.module, facts)
        if "/" in facts.module:
            return
        parents = tuple(_parents(facts.module))
        self._packages.update(parents)
        self._tops.add(facts.module.partition(".")[0])
        for name in (facts.module, *parents):
            self._floating.add(name.rpartition(".")[2])

    def near(self, module: str, name: str) -> str:
        """Return a dotted name as a script in `module` means it: what lies beside it or above."""
        first = name.partition(".")[0].removesuffix("()")
        if first in self._tops or first not in self._floating:
            return name
        folder = module
        while folder:
            folder = folder.rpartition(".")[0]
            beside = f"{folder}.{first}"
            if folder and (beside in self.modules or beside in self._packages):
                return f"{folder}.{name}"
        return name

    def is_top(self, name: str) -> bool:
        """Return whether a name is a top-level package or module of the project."""
        return name in self._tops

    def _add(self, facts: ModuleFacts) -> None:
        for name, expression in facts.types.items():
            self.types[name] = self.near(facts.module, expression)
        for call in facts.calls:
            if call.assigned_to and "<locals>" in call.assigned_to and not call.callee.startswith("."):
                self.types.setdefault(call.assigned_to, f"{self.near(facts.module, call.callee)}()")
        self.stores |= facts.stores
        names = self._names.setdefault(facts.module, {})
        for definition in facts.definitions:
            known = self.by_id.get(definition.id)
            if known is None or (known.kind == "import" and definition.kind != "import"):
                self.by_id[definition.id] = definition
            qualified = definition.qualified_name
            if "<locals>" in qualified:
                self.local_ids[dotted(definition.id)] = definition.id
            elif qualified:
                names[qualified] = definition.id
            owner, _, name = qualified.rpartition(".")
            if owner and definition.kind != "import":
                self._classes.setdefault(f"{facts.module}:{owner}", {}).setdefault(name, definition.id)
        for one in facts.imports:
            if one.scope == f"{facts.module}:":
                self._imports.setdefault((facts.module, one.name), self.near(facts.module, one.target))
            elif self._is_class(one.scope):
                self._imports.setdefault((dotted(one.scope), one.name), self.near(facts.module, one.target))

    def _is_class(self, identity: DefinitionId) -> bool:
        found = self.by_id.get(identity)
        return found is not None and found.kind == "class"

    # Public answers

    def module(self, name: str) -> ModuleFacts | None:
        """Return a module's facts by its dotted name."""
        return self.modules.get(name)

    def canonical(self, name: str) -> str:
        """Return the dotted name something has where it is defined; external and unknown rests stay as they are."""
        found = self.lookup(name)
        place = found.place
        if place.kind == "module" or place.kind == "external":
            base = place.name
        elif place.kind == "definition":
            base = dotted(place.name)
        else:
            return f"{dotted(found.trail[-1])}.{'.'.join(found.rest)}" if found.trail and found.rest else name
        return ".".join((base, *found.rest))

    def definition(self, name: str) -> DefinitionId | None:
        """Return the definition a dotted name leads to (methods through base classes), None outside the project."""
        found = self.lookup(name)
        if found.rest:
            return None
        if found.place.kind == "module":
            return f"{found.place.name}:" if found.place.name in self.modules else None
        if found.place.kind == "definition" and not found.place.instance:
            return found.place.name
        return None

    def bases(self, identity: DefinitionId) -> tuple[str, ...]:
        """Return canonical dotted names of all transitive bases, nearest first, external ones included."""
        return tuple(dotted(one) for one in self.order(identity)[0][1:]) + self.order(identity)[1]

    def external_bases(self, identity: DefinitionId) -> tuple[str, ...]:
        """Return those transitive bases that are outside the project; `?` where a base is an unknown expression."""
        return self.order(identity)[1]

    def subclasses(self, identity: DefinitionId) -> tuple[DefinitionId, ...]:
        """Return all transitive subclasses in the project, sorted."""
        return tuple(self._by_base().get(dotted(identity), ()))

    def subclasses_of(self, base: str) -> tuple[DefinitionId, ...]:
        """Return all transitive subclasses in the project of a canonical dotted name, external ones too; sorted."""
        return tuple(self._by_base().get(base, ()))

    def _by_base(self) -> dict[str, list[DefinitionId]]:
        if self._subclasses is None:
            table: dict[str, list[DefinitionId]] = {}
            for identity in sorted(self.by_id):
                if self.by_id[identity].kind == "class":
                    for base in dict.fromkeys(self.bases(identity)):
                        table.setdefault(base, []).append(identity)
            self._subclasses = table
        return self._subclasses

    def hidden(self) -> frozenset[str]:
        """Return modules whose package binds their last name to something else (`from .reports import reports`)."""
        if self._hidden is None:
            found = set()
            for module in self.modules:
                package, _, name = module.rpartition(".")
                target = self._imports.get((package, name))
                if name in self._names.get(package, {}) and target != module:
                    found.add(module)
            self._hidden = frozenset(found)
        return self._hidden

    def members(self, identity: DefinitionId) -> Mapping[str, DefinitionId]:
        """Return a class's own members by name."""
        return self._classes.get(identity, {})

    def order(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], tuple[str, ...]]:
        """Return the project classes in lookup order (the class itself first) and the external bases."""
        known = self._orders.get(identity)
        if known is not None:
            return known
        self._orders[identity] = ((identity,), ())
        own: dict[DefinitionId, None] = {identity: None}
        external: dict[str, None] = {}
        found = self.by_id.get(identity)
        for base in found.bases if found else ():
            lookup = self._evaluate(self.near(found.module, base)) if found and base != "?" else None
            place = lookup.place if lookup is not None and not lookup.rest else UNKNOWN
            if place.kind == "definition" and self._is_class(place.name) and not place.instance:
                classes, outside = self.order(place.name)
                for one in classes:
                    own.pop(one, None)
                    own[one] = None
                external |= dict.fromkeys(outside)
            elif place.kind == "external":
                external[place.name] = None
            else:
                external["?"] = None
        self._orders[identity] = (tuple(own), tuple(external))
        return self._orders[identity]

    # Lookup

    def lookup(self, name: str) -> Lookup:
        """Return where a dotted name or type expression leads. `.attr` has an unknown receiver."""
        known = self._lookups.get(name)
        if known is None:
            known = self._lookups[name] = self._evaluate(name)
        return known

    def _evaluate(self, expression: str, depth: int = 0) -> Lookup:
        parts = expression.split(".")
        if not parts[0] or depth > _DEPTH:
            return Lookup((), UNKNOWN, tuple(part.rstrip("()") for part in parts if part), (), ())
        trace = _Trace(self, depth)
        place, used = trace.start(parts)
        position = used
        if place.kind == "unknown":
            rest = [one.rstrip("()") for one in parts[position:]]
            return trace.end(place, tuple(one for one in rest if one != "super"))
        while position < len(parts):
            part = parts[position]
            position += 1
            name = part.rstrip("()")
            calls = (len(part) - len(name)) // 2
            if name == "super" and calls:
                place, calls = trace.behind(place), calls - 1
            else:
                place = trace.step(place, name)
            for _ in range(calls):
                place = trace.call(place)
            if place.kind == "unknown":
                rest = [one.rstrip("()") for one in parts[position:] if one != "super()"]
                return trace.end(place, (*trace.lost, *rest))
        return trace.end(place, ())

    def in_module(self, module: str, name: str, depth: int = 0, seen: frozenset[str] = frozenset()) -> Lookup | None:
        """Return what `name` leads to as an attribute of a module, None where the module has no such name."""
        if module in seen or depth > _DEPTH:
            return None
        names = self._names.get(module, {})
        identity = names.get(name)
        if identity is not None and self.by_id[identity].kind != "import":
            return Lookup((identity,), Place("definition", identity), (), (), ())
        target = self._imports.get((module, name))
        if target is not None:
            return self._through_import(module, name, target, identity, depth)
        facts = self.modules.get(module)
        for star in facts.star_imports if facts else ():
            starred = self.modules.get(star)
            if starred is None or (starred.exports is None and name.startswith("_")):
                continue
            found = self.in_module(star, name, depth + 1, seen | {module})
            if found is not None:
                return found
        submodule = f"{module}.{name}"
        if submodule in self.modules or submodule in self._packages:
            return Lookup((), Place("module", submodule), (), (), ())
        outside = [star for star in (facts.star_imports if facts else ()) if star not in self.modules]
        if outside and module not in seen and not seen:
            return Lookup((), Place("external", f"{outside[0]}.{name}"), (), (), ())
        return None

    def _through_import(
        self, module: str, name: str, target: str, identity: DefinitionId | None, depth: int
    ) -> Lookup | None:
        if target == f"{module}.{name}":
            known = target in self.modules or target in self._packages
            return Lookup((), Place("module", target), (), (), ()) if known else None
        found = self._evaluate(target, depth + 1)
        trail = (identity, *found.trail) if identity is not None else found.trail
        return found._replace(trail=trail)

    def value(self, name: str, depth: int) -> Place:
        """Return what the value of a variable or attribute is, by its dotted name; aliases are followed to the end."""
        seen: set[str] = set()
        while name not in seen and name not in self._valuing:
            seen.add(name)
            expression = self.types.get(name, "")
            if not expression:
                return UNKNOWN
            self._valuing.add(name)
            found = self._evaluate(expression, depth + 1)
            self._valuing.discard(name)
            place = found.place
            if found.rest or place.kind == "unknown":
                return UNKNOWN
            definition = self.by_id.get(place.name) if place.kind == "definition" else None
            if definition is None or definition.kind not in ("variable", "property", "import"):
                return place
            if definition.kind != "variable":
                return UNKNOWN
            name = dotted(definition.id)
        return UNKNOWN


class _Trace:
    """One evaluation: notes the definitions and receivers passed on the way."""

    def __init__(self, table: SymbolTable, depth: int) -> None:
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
        if first in self.table.modules or first in self.table._packages:
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
            target = self.table._imports.get((dotted(one), name))
            if target is not None:
                return self._follow(self.table._evaluate(target, self.depth + 1))
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
        if place.kind == "definition" and self.table._is_class(place.name):
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
        if definition.annotation in _CHAINS:
            owner = definition.parent
            return Place("definition", owner, instance=True) if owner and self.table._is_class(owner) else UNKNOWN
        found = self.table._evaluate(f"{definition.annotation}()", self.depth + 1)
        return found.place if not found.rest else UNKNOWN

    def _value_of(self, definition: Definition) -> Place:
        if definition.kind == "property":
            return self._returned(definition) if definition.annotation else UNKNOWN
        return self.table.value(dotted(definition.id), self.depth)


def _parents(module: str) -> Iterable[str]:
    parts = module.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))
