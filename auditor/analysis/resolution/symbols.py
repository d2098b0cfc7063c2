"""Names across files: re-exports, star imports, methods through base classes, types of variables.

In: all ModuleFacts. Out: answers about dotted names and type expressions. Never reads a file, never decides liveness.
A type expression is a dotted name with `()` after a part that is called, as `analysis.extraction.extract` writes them.
"""

from collections.abc import Iterable, Mapping

from auditor.analysis.resolution.import_roots import ImportRoots
from auditor.analysis.resolution.symbol_classes import Classes
from auditor.analysis.resolution.symbol_places import UNKNOWN, Lookup, Place, join, options
from auditor.analysis.resolution.symbol_trace import Trace
from auditor.analysis.resolution.symbol_values import Values
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted

_DEPTH = 25
_NOTHING = Lookup((), UNKNOWN, ("?",), (), ())


class SymbolTable(Classes):
    """Joins the names of all files. Deterministic; answers are remembered."""

    def __init__(self, facts: Iterable[ModuleFacts]) -> None:
        super().__init__()
        self.returns: dict[str, str] = {}
        self.inferred: set[str] = set()
        self.declared: set[str] = set()
        self.generics: dict[str, tuple[str, ...]] = {}
        self.values = Values(self)
        self.stores: set[str] = set()
        self._names: dict[str, dict[str, DefinitionId]] = {}
        self.imports: dict[tuple[str, str], str] = {}
        self._others: dict[tuple[str, str], list[str]] = {}
        self.local_ids: dict[str, DefinitionId] = {}
        self._evaluated: dict[tuple[str, Place | None, tuple[tuple[str, Place], ...]], Lookup] = {}
        self._valuing: set[str] = set()
        every = tuple(facts)
        self._roots = ImportRoots(every)
        self.modules = self._roots.modules
        self.packages = self._roots.packages
        for one in every:
            self._add(one)
        self._hidden: frozenset[str] | None = None

    def near(self, module: str, name: str) -> str:
        """Return a dotted name as `module` means it: a script's import may mean what lies beside it or above."""
        return self._roots.near(module, name)

    def is_top(self, name: str) -> bool:
        """Return whether a name is a top-level package or module of the project."""
        return name in self._roots.tops

    def _add(self, facts: ModuleFacts) -> None:
        self._add_types(facts)
        self._add_imports(facts)
        names = self._names.setdefault(facts.module, {})
        for definition in facts.definitions:
            known = self.by_id.get(definition.id)
            if known is None or _says_more(definition, known):
                self.by_id[definition.id] = definition
            qualified = definition.qualified_name
            if "<locals>" in qualified:
                self.local_ids[dotted(definition.id)] = definition.id
            elif qualified:
                names[qualified] = definition.id
            owner, _, name = qualified.rpartition(".")
            if owner and definition.kind != "import":
                self._classes.setdefault(f"{facts.module}:{owner}", {}).setdefault(name, definition.id)

    def _add_types(self, facts: ModuleFacts) -> None:
        for name, expression in facts.types.items():
            self.types[name] = self.near(facts.module, expression)
        for name, expression in facts.returns.items():
            self.returns.setdefault(name, self.near(facts.module, expression))
        self.inferred |= facts.inferred
        self.declared |= facts.declared
        for name, bases in facts.generics.items():
            self.generics[name] = tuple(self.near(facts.module, base) for base in bases)
        for call in facts.calls:
            if call.assigned_to and "<locals>" in call.assigned_to and not call.callee.startswith("."):
                self.types.setdefault(call.assigned_to, f"{self.near(facts.module, call.callee)}()")
        self.stores |= facts.stores

    def _add_imports(self, facts: ModuleFacts) -> None:
        for one in facts.imports:
            if one.scope == f"{facts.module}:":
                target = self.near(facts.module, one.target)
                if self.imports.setdefault((facts.module, one.name), target) != target:
                    self._others.setdefault((facts.module, one.name), []).append(target)
            elif self.is_class(one.scope):
                self.imports.setdefault((dotted(one.scope), one.name), self.near(facts.module, one.target))

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
            self._hidden |= {module for module in self.modules if self._is_starred_over(module)}
        return self._hidden

    def _is_starred_over(self, module: str) -> bool:
        """Return whether a star import of its package brings another module, or anything else, of its name."""
        package, _, name = module.rpartition(".")
        around = self.modules.get(package)
        for star in around.star_imports if around else ():
            found = self.in_module(star, name) if star != module else None
            if found is not None and found.place.name != module:
                return True
        return False

    # Lookup

    def lookup(self, name: str) -> Lookup:
        """Return where a dotted name or type expression leads. `.attr` has an unknown receiver."""
        return self.evaluate(name)

    def evaluate(
        self, expression: str, depth: int = 0, receiver: Place | None = None,
        environment: Mapping[str, Place] | None = None,
    ) -> Lookup:  # fmt: skip
        """Return where an expression leads; what leads back to itself is unknown, and `depth` bounds recursion.

        `receiver` and `environment` say what `Self` and type variables in it stand for.
        """
        key = (expression, receiver, tuple(environment.items()) if environment else ())
        found = self._evaluated.get(key)
        if found is _NOTHING and (expression in self.modules or expression in self.packages):
            return Lookup((), Place("module", expression), (), (), ())
        if found is None:
            if depth > _DEPTH:
                return _NOTHING
            self._evaluated[key] = _NOTHING
            found = self._evaluated[key] = Trace(self, depth, receiver, environment).run(expression)
        return found

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
        for other in self._others.get((module, name), ()):
            found = _either(found, self.evaluate(other, depth + 1))
        trail = (identity, *found.trail) if identity is not None else found.trail
        return found._replace(trail=trail)

    def forget(self) -> None:
        """Forget remembered answers: which classes stand below which has changed."""
        self._evaluated.clear()
        self._mixed_in.clear()
        self.values = Values(self)

    def value(self, name: str, depth: int) -> Place:
        """Return what the value of a variable or attribute is, by its dotted name; aliases are followed to the end."""
        expression = self.types.get(name, "")
        if not expression or name in self._valuing:
            return UNKNOWN
        self._valuing.add(name)
        found = self.evaluate(expression, depth + 1)
        place = UNKNOWN if found.rest else self.settled(found.place, depth)
        self._valuing.discard(name)
        return place

    def settled(self, place: Place, depth: int) -> Place:
        """Return what a place holds in the end: no variable, property or imported name."""
        return join(self._end(one, depth) for one in options(place))

    def _end(self, place: Place, depth: int) -> Place:
        definition = self.by_id.get(place.name) if place.kind == "definition" else None
        if definition is None or definition.kind not in ("variable", "property", "import"):
            return place
        return self.values.of(place, depth + 1) if definition.kind != "import" else UNKNOWN


def _either(one: Lookup, other: Lookup) -> Lookup:
    """Return where a name leads that a module imports in two ways; a way that leads nowhere does not count."""
    if other.rest or one.rest:
        return one if other.rest else other
    joined = (dict.fromkeys((*left, *right)) for left, right in zip(one, other, strict=True) if left is not one.place)
    trail, rest, receivers, missing, supers = (tuple(found) for found in joined)
    return Lookup(trail, join([one.place, other.place]), rest, receivers, missing, supers)


def _says_more(definition: Definition, known: Definition) -> bool:
    """Return whether the other of two definitions of a name tells more: `if TYPE_CHECKING: X = int` hides no class."""
    if known.kind == "import":
        return definition.kind != "import"
    return known.kind == "variable" and definition.kind == "class"
