"""The modules of the project as start-up code sees them.

In: facts. Out: modules with their names; a module is followed when it is first imported. Of a module whose text was not
kept, its definitions and constants are known, and no more.
"""

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Class,
    External,
    Function,
    Module,
    Scope,
)
from auditor.model.code import DefinitionId, Value

_DEPTH = 8


class Modules:
    """Answers for modules and imports."""

    def __init__(self, known: Registrations) -> None:
        self.known = known
        self.symbols = known.symbols
        self.modules: dict[str, Module] = {}
        self._stubs: dict[DefinitionId, Abstract] = {}

    def follow(self, module: Module) -> None:
        """Follow a module's body, once."""
        raise NotImplementedError

    def call(self, _function: Abstract, args: list[Abstract], keywords: dict[str, Abstract], _line: int, /) -> Abstract:
        """Call a value."""
        raise NotImplementedError

    def builtin(self, name: str) -> Abstract:
        """Return a builtin."""
        raise NotImplementedError

    def module(self, name: str) -> Module | None:
        """Return a module or package of the project, not followed yet; None where there is none."""
        found = self.modules.get(name)
        if found is None:
            facts = self.symbols.modules.get(name)
            if facts is None and name not in self.symbols.packages:
                return None
            found = self.modules[name] = Module(name, facts)
        return found

    def imported(self, target: str, importing: str) -> Abstract:
        """Return what a dotted name stands for: a module of the project, a name in one, or something external."""
        name = self.symbols.near(importing, target)
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            module = self.module(".".join(parts[:end]))
            if module is None:
                continue
            value: Abstract = module
            self.follow(module)
            for part in parts[end:]:
                value = self.member(value, part)
            return value
        return External(target)

    def member(self, value: Abstract, name: str) -> Abstract:
        """Return an attribute of a module or class without calling anything."""
        if isinstance(value, Module):
            return self.module_member(value, name)
        if isinstance(value, Class):
            return value.find(name) or UNKNOWN
        return External(f"{value.name}.{name}") if isinstance(value, External) else UNKNOWN

    def module_member(self, module: Module, name: str) -> Abstract:
        """Return an attribute of a module: a name in it, a submodule, or what is known of it without its text."""
        self.follow(module)
        if name in module.scope.variables:
            return module.scope.variables[name]
        if module.facts is not None and not module.facts.registering:
            found = self._known(module, name)
            if found is not UNKNOWN:
                module.scope.variables[name] = found
                return found
        below = self.module(f"{module.name}.{name}")
        if below is not None:
            self.follow(below)
            return below
        if module.facts is None:
            return External(f"{module.name}.{name}")
        if not module.facts.registering:
            return UNKNOWN
        getter = module.scope.variables.get("__getattr__")
        if isinstance(getter, Function):
            return self.call(getter, [name], {}, 0)
        star = next((one for one in module.facts.star_imports if self.module(one) is None), None)
        return External(f"{star}.{name}") if star else UNKNOWN

    def _known(self, module: Module, name: str) -> Abstract:
        """Return what facts say of a name in a module whose text was not kept."""
        target = self.symbols.imports.get((module.name, name))
        if target is not None and target != f"{module.name}.{name}":
            return self.imported(target, module.name)
        full = f"{module.name}.{name}"
        if full in self.known.constants:
            return self.from_value(self.known.constants[full], module.name)
        built = self.known.built.get(full)
        if built is not None:
            value = Value("call", built.call.callee, built.call.args, keywords=built.call.keywords)
            return self.from_value(value, module.name)
        stub = self.stub(f"{module.name}:{name}")
        if stub is not UNKNOWN:
            return stub
        for star in module.facts.star_imports if module.facts is not None else ():
            starred = self.module(star)
            if starred is not None and starred is not module:
                found = self.module_member(starred, name)
                if found is not UNKNOWN:
                    return found
        return UNKNOWN

    def stub(self, identity: DefinitionId) -> Abstract:
        """Return a function or class of which only facts are known."""
        if identity in self._stubs:
            return self._stubs[identity]
        definition = self.symbols.by_id.get(identity)
        if definition is None or definition.kind not in ("function", "class", "method", "property"):
            return UNKNOWN
        module = self.module(definition.module) or Module(definition.module, None)
        scope = Scope("class", module, module.scope, definition.qualified_name, identity)
        if definition.kind != "class":
            made: Abstract = Function(None, module.scope, identity, None)
            if "builtins.staticmethod" in definition.decorators:
                made.kind = "static"
            elif "builtins.classmethod" in definition.decorators:
                made.kind = "class"
            elif definition.kind == "property":
                made.kind = "property"
            self._stubs[identity] = made
            return made
        self._stubs[identity] = UNKNOWN
        bases = [self.imported(base, definition.module) for base in definition.bases if not base.startswith("?")]
        made = Class(identity, [base for base in bases if isinstance(base, Class | External)], scope)
        self._stubs[identity] = made
        scope.owner = made
        prefix = f"{definition.module}.{definition.qualified_name}."
        for name, member in self.symbols.members(identity).items():
            constant = self.known.constants.get(f"{prefix}{name}")
            value = self.from_value(constant, module.name) if constant is not None else self.stub(member)
            if isinstance(value, Function):
                value.owner = made
            scope.variables[name] = value
        return made

    def from_value(self, value: Value, importing: str, depth: int = 0) -> Abstract:
        """Return the value of an expression that facts hold."""
        if depth > _DEPTH:
            return UNKNOWN
        if value.kind == "text":
            return value.text
        if value.kind == "number":
            return float(value.text) if "." in value.text or "e" in value.text else int(value.text)
        if value.kind == "list":
            return [self.from_value(one, importing, depth + 1) for one in value.values]
        if value.kind == "dict":
            given = (self.from_value(one, importing, depth + 1) for one in value.values)
            return {key: one for key, one in zip(value.keys, given, strict=True) if "*" not in key}
        if value.kind == "name" and value.text.startswith("builtins."):
            return self.builtin(value.text.removeprefix("builtins."))
        if value.kind == "name" and value.text and "<locals>" not in value.text and value.text[0] != ".":
            return self.imported(value.text.replace("()", ""), importing) if "()" not in value.text else UNKNOWN
        if value.kind == "call" and value.text and value.text[0] not in ".*" and "()" not in value.text:
            args = [self.from_value(one, importing, depth + 1) for one in value.values]
            words = {name: self.from_value(one, importing, depth + 1) for name, one in value.keywords.items()}
            return self.call(self.imported(value.text, importing), args, words, 0)
        return UNKNOWN
