"""Names across files: re-exports, star imports, methods through base classes, types of variables.

In: all ModuleFacts. Out: answers about dotted names and type expressions. Never reads a file, never decides liveness.
A type expression is a dotted name with `()` after a part that is called, as `analysis.extraction.extract` writes them.
"""

from collections.abc import Iterable

from auditor.analysis.resolution.symbol_lookup import Lookups
from auditor.model.code import Definition, ModuleFacts, dotted


class SymbolTable(Lookups):
    """Joins the names of all files. Deterministic; answers are remembered."""

    def __init__(self, facts: Iterable[ModuleFacts]) -> None:
        every = tuple(facts)
        super().__init__(every)
        for one in every:
            self._add(one)

    def is_top(self, name: str) -> bool:
        """Return whether a name is a top-level package or module of the project."""
        return name in self._roots.tops

    def _add(self, facts: ModuleFacts) -> None:
        self._add_types(facts)
        names = self._names.setdefault(facts.module, {})
        by_id, classes, module = self.by_id, self._classes, facts.module
        for definition in facts.definitions:
            identity = definition.id
            known = by_id.get(identity)
            if known is None or _says_more(definition, known):
                by_id[identity] = definition
            qualified = identity[len(module) + 1 :]
            if "<locals>" in qualified:
                self.local_ids[dotted(identity)] = identity
            elif qualified:
                names[qualified] = identity
            if "." in qualified and definition.kind != "import":
                owner, _, name = identity.rpartition(".")
                classes.setdefault(owner, {}).setdefault(name, identity)
        self._add_imports(facts)

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
                self.importing.setdefault(one.name, set()).add(one.scope)

    # Public answers

    def module(self, name: str) -> ModuleFacts | None:
        """Return a module's facts by its dotted name."""
        return self.modules.get(name)

    def forget(self) -> None:
        """Forget remembered answers: which classes stand below which has changed."""
        self.progress.forget()


def _says_more(definition: Definition, known: Definition) -> bool:
    """Return whether the other of two definitions of a name tells more: `if TYPE_CHECKING: X = int` hides no class."""
    if known.kind == "import":
        return definition.kind != "import"
    return known.kind == "variable" and definition.kind == "class"
