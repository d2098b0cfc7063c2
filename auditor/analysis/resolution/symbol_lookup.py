"""Where dotted names and type expressions lead: part by part, each prefix looked up once.

In: the names, imports and types that files give. Out: `Lookup`s and `Place`s. Never decides what a call or an
operation gives: `symbol_trace` does. What leads back to itself is unknown.
"""

from abc import ABC
from collections.abc import Sequence
from functools import reduce

from msgspec.structs import replace

from auditor.analysis.extraction.annotations import split
from auditor.analysis.resolution.import_roots import ImportRoots
from auditor.analysis.resolution.symbol_answers import Answers
from auditor.analysis.resolution.symbol_classes import Classes
from auditor.analysis.resolution.symbol_places import (
    ANYONE,
    UNKNOWN,
    Lookup,
    Place,
    Question,
    View,
    asked,
    at_module,
    join,
    joined,
    last_part,
    part_of,
)
from auditor.analysis.resolution.symbol_trace import Trace
from auditor.analysis.resolution.symbol_values import Values
from auditor.model.code import DefinitionId, ModuleFacts, dotted

_DEPTH = 25
_LOCALS = "<locals>"
_NOTHING = Lookup((), UNKNOWN, ("?",), (), ())
_NOWHERE = Lookup((), UNKNOWN, (), (), ())


class Lookups(Classes, ABC):
    """Follows names through the modules of one program. Answers are remembered."""

    def __init__(self, facts: Sequence[ModuleFacts]) -> None:
        super().__init__()
        self.imports: dict[tuple[str, str], str] = {}
        self.importing: dict[str, set[DefinitionId]] = {}
        self.local_ids: dict[str, DefinitionId] = {}
        self.returns: dict[str, str] = {}
        self.inferred: set[str] = set()
        self.declared: set[str] = set()
        self.generics: dict[str, tuple[str, ...]] = {}
        self.stores: set[str] = set()
        self._names: dict[str, dict[str, DefinitionId]] = {}
        self._others: dict[tuple[str, str], list[str]] = {}
        self._lookups: Answers[Question, Lookup] = Answers(self.progress, _NOTHING)
        self._valued: Answers[str, Place] = Answers(self.progress, UNKNOWN)
        self._hidden: frozenset[str] | None = None
        self._roots = ImportRoots(facts)
        self.modules = self._roots.modules
        self.packages = self._roots.packages
        self.values = Values(self)

    def near(self, module: str, name: str) -> str:
        """Return a dotted name as `module` means it: a script's import may mean what lies beside it or above."""
        if name.partition(".")[0] in self._roots.fixed and "[" not in name:
            return name
        return self._roots.near(module, name)

    def lookup(self, name: str) -> Lookup:
        """Return where a dotted name or type expression leads. `.attr` has an unknown receiver."""
        return self._lookups.lasting.get(name) or self.evaluate(name)

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

    def evaluate(self, expression: str, depth: int = 0, view: View = ANYONE) -> Lookup:
        """Return where an expression leads; what leads back to itself is unknown, and `depth` bounds recursion."""
        question = expression if view is ANYONE else asked(expression, view)
        found = self._lookups.lasting.get(question) or self._lookups.known(question)
        if found is not None:
            return found
        if depth > _DEPTH:
            self.progress.stop()
            return _NOTHING
        found = self._lookups.ask(question, self._follow, expression, depth, view)
        if found is _NOTHING and (expression in self.modules or expression in self.packages):
            return at_module(expression)
        return found

    def part(self, expression: str, depth: int, view: View) -> Lookup:
        """Return where a part of an expression leads, which is never left out for leading back to itself."""
        question = asked(expression, view)
        found = self._lookups.known(question)
        if found is None:
            found = self._lookups.ask_on_the_way(question, self._follow, expression, depth, view)
        return found

    def _follow(self, expression: str, depth: int, view: View) -> Lookup:
        """Return where an expression leads, starting from its longest prefix that is known."""
        if not expression or expression[0] == "?":
            return _NOWHERE
        if expression[0] in ".(":
            names = [part_of(one).name for one in split(expression, ".")]
            return Lookup((), UNKNOWN, tuple(name for name in names if name), (), ())
        if self._is_outside(expression):
            return Lookup((), Place("external", expression), (), (), ())
        found, text, hidden = None, expression, self.hidden()
        waiting: list[tuple[str, str]] = []
        while found is None:
            head, last = last_part(text)
            if not head or last == _LOCALS or head.endswith(_LOCALS):
                found = self._start(text, head, last, depth, view)
            else:
                waiting.append((text, last))
                found = self._module_behind(head, last, depth) if head in hidden else None
                if found is None:
                    found = self._lookups.known(head if view is ANYONE else asked(head, view))
                text = head
        while len(waiting) > 1:
            text, last = waiting.pop()
            found = self._lookups.ask_on_the_way(asked(text, view), self._extend, found, last, depth, view)
        return self._extend(found, waiting[0][1], depth, view) if waiting else found

    def _is_outside(self, expression: str) -> bool:
        """Return whether an expression takes nothing but attributes and calls from something outside the project."""
        first = expression.partition(".")[0]
        if first in self.modules or first in self.packages or first[-1] == ")":
            return False
        return not ("<" in expression or "[" in expression or "{" in expression or ".super" in expression)

    def _module_behind(self, module: str, last: str, depth: int) -> Lookup | None:
        """Return the module of a name where it has what comes `last`, though its package binds the name otherwise."""
        return at_module(module) if self.in_module(module, part_of(last).name, depth + 1) else None

    def _start(self, text: str, head: str, last: str, depth: int, view: View) -> Lookup:
        """Return where an expression begins: with alternatives, a name inside a function, or a module's name."""
        if text[0] == "{":
            end = text.find("}") if text.count("{") == 1 else text.rfind("}")
            every = [self.part(one, depth, view) for one in split(text[1:end], "|")]
            found = replace(reduce(joined, every), place=join(one.place for one in every))
            return Trace(self, depth, view).called(found, text[end + 1 :].count("()"))
        part = part_of(last)
        if head:
            return Trace(self, depth, view).local(f"{head}.{part.name}", part)
        if part.name in self.modules or part.name in self.packages:
            return at_module(part.name)
        return Lookup((), Place("external", part.name), (), (), ())

    def _extend(self, before: Lookup, last: str, depth: int, view: View) -> Lookup:
        """Return where one more part leads; most are plain attributes of modules or of something outside."""
        place = before.place
        if place.kind == "module" and last and last[-1] not in ")]>":
            found = self.in_module(place.name, last, depth)
            if found is not None:
                return joined(before, found)
        part = part_of(last)
        if place.kind == "unknown" and part.name != "super" and last[:1] != "<":
            return Lookup(
                before.trail, place, (*before.rest, part.name), before.receivers, before.missing, before.supers
            )
        return Trace(self, depth, view).after(before, part)

    def in_module(self, module: str, name: str, depth: int = 0, seen: frozenset[str] = frozenset()) -> Lookup | None:
        """Return what `name` leads to as an attribute of a module, None where the module has no such name."""
        if module in seen or depth > _DEPTH:
            return None
        identity = self._names.get(module, {}).get(name)
        if identity is not None and self.by_id[identity].kind != "import":
            return Lookup((identity,), Place("definition", identity), (), (), ())
        target = self.imports.get((module, name))
        if target is not None:
            return self._through_import(module, name, target, identity, depth)
        facts = self.modules.get(module)
        stars = facts.star_imports if facts is not None else ()
        for star in stars:
            starred = self.modules.get(star)
            if starred is None or (starred.exports is None and name.startswith("_")):
                continue
            found = self.in_module(star, name, depth + 1, seen | {module})
            if found is not None:
                return found
        submodule = f"{module}.{name}"
        if submodule in self.modules or submodule in self.packages:
            return at_module(submodule)
        outside = next((star for star in stars if star not in self.modules), None) if not seen else None
        return None if outside is None else Lookup((), Place("external", f"{outside}.{name}"), (), (), ())

    def _through_import(
        self, module: str, name: str, target: str, identity: DefinitionId | None, depth: int
    ) -> Lookup | None:
        if target == f"{module}.{name}":
            return at_module(target) if target in self.modules or target in self.packages else None
        found = self.evaluate(target, depth + 1)
        for other in self._others.get((module, name), ()):
            found = _either(found, self.evaluate(other, depth + 1))
        trail = found.trail if identity is None else tuple(dict.fromkeys((identity, *found.trail)))
        return Lookup(trail, UNKNOWN if found.rest else found.place, found.rest, found.receivers, found.missing)

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
            starred = {module for module in self.modules if self._is_starred_over(module)}
            if starred:
                self._hidden |= starred
                self._lookups.lasting.clear()
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

    # What variables hold

    def value(self, name: str, depth: int) -> Place:
        """Return what the value of a variable or attribute is, by its dotted name; aliases are followed to the end."""
        expression = self.types.get(name, "")
        if not expression:
            return UNKNOWN
        found = self._valued.known(name)
        return self._valued.ask(name, self._value, expression, depth) if found is None else found

    def _value(self, expression: str, depth: int) -> Place:
        found = self.evaluate(expression, depth + 1)
        return UNKNOWN if found.rest else self.settled(found.place, depth)

    def settled(self, place: Place, depth: int) -> Place:
        """Return what a place holds in the end: no variable, property or imported name."""
        if place.kind == "union":
            return join([self._end(one, depth) for one in place.args])
        return self._end(place, depth)

    def _end(self, place: Place, depth: int) -> Place:
        definition = self.by_id.get(place.name) if place.kind == "definition" else None
        if definition is None or definition.kind not in ("variable", "property", "import"):
            return place
        return self.values.of(place, depth + 1) if definition.kind != "import" else UNKNOWN


def _either(one: Lookup, other: Lookup) -> Lookup:
    """Return where a name leads that a module imports in two ways; a way that leads nowhere does not count."""
    if other.rest or one.rest:
        return one if other.rest else other
    trail, rest, receivers, missing, supers = (
        tuple(dict.fromkeys((*left, *right)))
        for left, right in (
            (one.trail, other.trail), (one.rest, other.rest), (one.receivers, other.receivers),
            (one.missing, other.missing), (one.supers, other.supers),
        )
    )  # fmt: skip
    return Lookup(trail, join([one.place, other.place]), rest, receivers, missing, supers)
