"""Names across files: re-exports, star imports, methods through base classes, types of variables.

In: all ModuleFacts. Out: answers about dotted names and type expressions. Never reads a file, never decides liveness.
A type expression is a dotted name with `()` after a part that is called, as `analysis.extract` writes them.
"""

import sys
from collections.abc import Iterable, Mapping

from auditor.analysis.symbol_trace import UNKNOWN, Lookup, Place, Trace
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted

_DEPTH = 40


class SymbolTable:
    """Joins the names of all files. Deterministic; answers are remembered."""

    def __init__(self, facts: Iterable[ModuleFacts]) -> None:
        self.modules: dict[str, ModuleFacts] = {}
        self.by_id: dict[DefinitionId, Definition] = {}
        self.types: dict[str, str] = {}
        self.stores: set[str] = set()
        self._names: dict[str, dict[str, DefinitionId]] = {}
        self.imports: dict[tuple[str, str], str] = {}
        self._classes: dict[DefinitionId, dict[str, DefinitionId]] = {}
        self.local_ids: dict[str, DefinitionId] = {}
        self._lookups: dict[str, Lookup] = {}
        self._valuing: set[str] = set()
        self.packages: set[str] = set()
        self._tops: set[str] = set()
        self._floating: set[str] = set()
        self._loose: dict[str, list[str]] = {}
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
        self.packages.update(parents)
        self._tops.add(facts.module.partition(".")[0])
        for name in (facts.module, *parents):
            self._floating.add(name.rpartition(".")[2])
        folder, _, last = facts.module.rpartition(".")
        if folder and not facts.is_package:
            self._loose.setdefault(last, []).append(folder)

    def near(self, module: str, name: str) -> str:
        """Return a dotted name as a script in `module` means it: what lies beside it or above.

        Else the only such file in a folder below the same top that is no package, put on `sys.path` by the script.
        """
        first = name.partition(".")[0].removesuffix("()")
        if first in self._tops or first not in self._floating or first in sys.stdlib_module_names:
            return name
        folder = module
        while folder:
            folder = folder.rpartition(".")[0]
            beside = f"{folder}.{first}"
            if folder and (beside in self.modules or beside in self.packages):
                return f"{folder}.{name}"
        loose = [folder for folder in self._loose.get(first, ()) if folder not in self.modules]
        below = [folder for folder in loose if folder.partition(".")[0] == module.partition(".")[0]]
        return f"{below[0]}.{name}" if len(below) == 1 else name

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
                self.imports.setdefault((facts.module, one.name), self.near(facts.module, one.target))
            elif self.is_class(one.scope):
                self.imports.setdefault((dotted(one.scope), one.name), self.near(facts.module, one.target))

    def is_class(self, identity: DefinitionId) -> bool:
        """Return whether an id is a class of the project."""
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
                target = self.imports.get((package, name))
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
            lookup = self.evaluate(self.near(found.module, base)) if found and base != "?" else None
            place = lookup.place if lookup is not None and not lookup.rest else UNKNOWN
            if place.kind == "definition" and self.is_class(place.name) and not place.instance:
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
            known = self._lookups[name] = self.evaluate(name)
        return known

    def evaluate(self, expression: str, depth: int = 0) -> Lookup:
        """Return where an expression leads without remembering it; `depth` bounds recursion."""
        parts = expression.split(".")
        if not parts[0] or depth > _DEPTH:
            return Lookup((), UNKNOWN, tuple(part.rstrip("()") for part in parts if part), (), ())
        trace = Trace(self, depth)
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
        target = self.imports.get((module, name))
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
        if submodule in self.modules or submodule in self.packages:
            return Lookup((), Place("module", submodule), (), (), ())
        outside = [star for star in (facts.star_imports if facts else ()) if star not in self.modules]
        if outside and module not in seen and not seen:
            return Lookup((), Place("external", f"{outside[0]}.{name}"), (), (), ())
        return None

    def _through_import(
        self, module: str, name: str, target: str, identity: DefinitionId | None, depth: int
    ) -> Lookup | None:
        if target == f"{module}.{name}":
            known = target in self.modules or target in self.packages
            return Lookup((), Place("module", target), (), (), ()) if known else None
        found = self.evaluate(target, depth + 1)
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
            found = self.evaluate(expression, depth + 1)
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


def _parents(module: str) -> Iterable[str]:
    parts = module.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts)))
