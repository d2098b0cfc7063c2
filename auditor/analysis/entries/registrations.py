"""What variables hold that frameworks register things on: which constructor built them, under which one name.

In: all facts and the symbol table. Out: `Registrations`, which answers by dotted name. Never decides what is alive.
"""

from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from auditor.analysis.globs import Globs
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import Assignment, CallFact, Definition, DefinitionId, ModuleFacts, Value, dotted

_DEPTH = 20
_SETTINGS = "django.conf.settings."
_ALWAYS_SET = frozenset({"DATABASES", "SECRET_KEY", "MIDDLEWARE", "TEMPLATES", "DEFAULT_AUTO_FIELD", "USE_TZ"})
MAYBE = "*?"
"""Callee of a list's part that only a condition adds; `*` is that of a part that is always unpacked."""


class Built(NamedTuple):
    """A variable that a call's result was assigned to. `name` is its dotted name, `constructor` the callee."""

    name: str
    constructor: str
    call: CallFact
    facts: ModuleFacts


class Registrations:
    """Answers about names, calls and constants of the whole project."""

    def __init__(self, facts: Sequence[ModuleFacts], symbols: SymbolTable) -> None:
        self.facts = facts
        self.symbols = symbols
        self.built: dict[str, Built] = {}
        self.constants: dict[str, Value] = {}
        self.conditional: set[str] = set()
        self._settings: tuple[str, ...] | None = None
        self._calls: dict[str, list[tuple[int, ModuleFacts, CallFact]]] | None = None
        for module in facts:
            for call in module.calls:
                if call.assigned_to is not None:
                    self.built[call.assigned_to] = Built(call.assigned_to, call.callee, call, module)
            for assignment in module.assignments:
                self._assign(assignment)

    def _assign(self, assignment: Assignment) -> None:
        """Note an assignment: lists are joined, and what is sure is not replaced by what a condition may make of it."""
        target, before = assignment.target, self.constants.get(assignment.target)
        if before is None and assignment.augmented and (built := self.built.get(target)) is not None:
            before = Value("call", built.constructor, built.call.args, keywords=built.call.keywords)
        joined = assignment.augmented or (before is not None and before.kind == assignment.value.kind == "list")
        if before is None:
            self.constants[target] = assignment.value
        elif joined:
            start = before.values if before.kind == "list" else (Value("call", "*", (before,)),)
            if assignment.conditional and target not in self.conditional:
                added: tuple[Value, ...] = (Value("call", MAYBE, (assignment.value,)),)
            elif assignment.value.kind == "list":
                added = assignment.value.values
            else:
                added = (Value("call", "*", (assignment.value,)),)
            self.constants[target] = Value("list", "", start + added)
        elif not assignment.conditional or target in self.conditional:
            self.constants[target] = assignment.value
        if assignment.conditional and (before is None or target in self.conditional):
            self.conditional.add(target)

    def calls(self, *names: str) -> Iterator[tuple[ModuleFacts, CallFact]]:
        """Yield every recorded call whose last name part is one of `names`, in file order."""
        if self._calls is None:
            self._calls = self._by_last_part()
        found = [one for name in dict.fromkeys(names) for one in self._calls.get(name, ())]
        if len(names) > 1:
            found.sort(key=itemgetter(0))
        for _, module, call in found:
            yield module, call

    def _by_last_part(self) -> dict[str, list[tuple[int, ModuleFacts, CallFact]]]:
        """Return all recorded calls by the last part of their name, each with its place among all."""
        found: dict[str, list[tuple[int, ModuleFacts, CallFact]]] = {}
        place = 0
        for module in self.facts:
            for call in module.calls:
                found.setdefault(call.callee.rpartition(".")[2], []).append((place, module, call))
                place += 1
        return found

    def definition(self, name: str) -> Definition | None:
        """Return the definition that a dotted name stands for, re-exports followed."""
        found = self.symbols.definition(name)
        return self.symbols.by_id.get(found) if found is not None else None

    def canonical(self, name: str) -> str:
        """Return the dotted name of the variable, function or class that a name stands for."""
        bare = name.replace("()", "")
        return bare if bare in self.built or not bare else self.symbols.canonical(bare)

    def place(self, identity: DefinitionId) -> tuple[str, int]:
        """Return path and line of a definition, `("", 0)` where it is none."""
        found = self.symbols.by_id.get(identity)
        return (found.path, found.line) if found is not None else ("", 0)

    def makes(self, name: str, wanted: Globs[None], depth: int = 0) -> bool:
        """Return whether a constructor makes what is wanted: itself, by a base class, by what a function returns."""
        if wanted.matching(name) or wanted.matching(self.canonical(name)):
            return True
        definition = self.definition(name) if depth < _DEPTH else None
        if definition is None:
            return False
        candidates = definition.bases if definition.kind == "class" else (definition.annotation,)
        return any(self.makes(candidate, wanted, depth + 1) for candidate in candidates if candidate)

    def settings_modules(self) -> tuple[str, ...]:
        """Return the modules that read like Django settings, those of tests last."""
        if self._settings is None:
            self._settings = self._find_settings()
        return self._settings

    def _find_settings(self) -> tuple[str, ...]:
        found = {
            target.rpartition(".")[0]
            for target in self.constants
            if target.endswith((".INSTALLED_APPS", ".ROOT_URLCONF"))
        }
        found |= set(self._like_settings())
        stars = {module.module: module.star_imports for module in self.facts if module.star_imports}
        grown = True
        while grown:  # what takes all names of settings is one of several settings modules
            near = {
                name for name, targets in stars.items() if any(self.symbols.near(name, one) in found for one in targets)
            }
            grown = not near <= found
            found |= near
        modules = [module for name in found if (module := self.symbols.module(name)) is not None]
        return tuple(one.module for one in sorted(modules, key=lambda one: (one.in_tests, one.module)))

    def _like_settings(self) -> Iterator[str]:
        """Yield modules with nothing but upper-case names, among them some that every Django project sets."""
        by_id = self.symbols.by_id
        for module in self.facts:
            if sum(f"{module.module}:{name}" in by_id for name in _ALWAYS_SET) < 2:
                continue
            names = {one.qualified_name for one in module.definitions if one.qualified_name and one.kind != "import"}
            if len(names & _ALWAYS_SET) > 1 and all(map(str.isupper, names)):
                yield module.module

    def value(self, given: Value | None, depth: int = 0) -> Value | None:
        """Return what a value stands for: names of literals are followed, through settings and their classes too."""
        if given is None or given.kind != "name" or depth > _DEPTH:
            return given
        name = given.text
        names = [name, self.canonical(name)]
        if name.startswith(_SETTINGS):
            names += [f"{module}.{name.removeprefix(_SETTINGS)}" for module in self.settings_modules()]
        for one in names:
            if one in self.constants:
                return self.value(self.constants[one], depth + 1)
        owner, _, attribute = name.rpartition(".")
        built = self.built.get(self.canonical(owner)) if owner else None
        holder = self.definition(built.constructor) if built is not None else None
        if holder is not None and holder.kind == "class":
            name = f"{dotted(holder.id)}.{attribute}"
            found = self.value(Value("name", name), depth + 1)
            return given if found is None or found.text == name else found
        return given

    def text(self, given: Value | None) -> str | None:
        """Return the text of a value, None where it is not known; composed texts are put together."""
        found = self.value(given)
        if found is not None and found.kind == "pattern" and found.values:
            parts = [self.text(part) for part in found.values]
            return "".join(part for part in parts if part is not None) if None not in parts else None
        return found.text if found is not None and found.kind == "text" else None

    def elements(self, given: Value | None, depth: int = 0) -> tuple[Value, ...]:
        """Return the elements of a list, names and unpacked parts followed; empty where it is not a list."""
        found = self.value(given)
        if found is None or found.kind != "list" or depth > _DEPTH:
            return ()
        elements: list[Value] = []
        for element in found.values:
            if element.kind == "call" and element.text in ("*", MAYBE):
                inner = element.values[0] if element.values else None
                unpacked = self.elements(inner, depth + 1)
                elements += unpacked or (() if inner is None else (inner,))
            else:
                elements.append(element)
        return tuple(elements)

    def repeated(self, given: Value) -> Iterator[Value]:
        """Yield the elements of a comprehension (`<for>`) over a list that is known."""
        for item in self.elements(given.values[0]):
            found = (item,) if len(given.keys) == 1 else self.elements(item)
            yield _substituted(given.values[1], dict(zip(given.keys, found, strict=False)))

    def callable_id(self, given: Value | None) -> DefinitionId | None:
        """Return the definition a value calls: a name, or the first argument of a wrapper (`csrf_exempt(view)`)."""
        if given is None:
            return None
        if given.kind == "name":
            definition = self.definition(given.text)
            return definition.id if definition is not None and definition.kind != "import" else None
        if given.kind == "call":
            if given.text.endswith((".as_view", ".as_asgi")):
                return self.callable_id(Value("name", given.text.rpartition(".")[0]))
            for argument in (*given.values, *given.keywords.values()):
                found = self.callable_id(argument)
                if found is not None:
                    return found
        return None


def _substituted(given: Value, variables: Mapping[str, Value]) -> Value:
    """Return a value with the variables of a comprehension replaced by what they stand for."""
    if given.kind == "name":
        head, _, rest = given.text, "", ""
        while head and head not in variables:
            head, _, last = head.rpartition(".")
            rest = f"{last}.{rest}" if rest else last
        found = variables.get(head)
        if found is None:
            return given
        if not rest:
            return found
        return Value("name", f"{found.text}.{rest}") if found.kind == "name" else Value("unknown")
    values = tuple(_substituted(one, variables) for one in given.values)
    keywords = {name: _substituted(one, variables) for name, one in given.keywords.items()}
    text = given.text
    if given.kind == "call":
        text = _substituted(Value("name", given.text), variables).text
    return Value(given.kind, text, values, given.keys, keywords)
