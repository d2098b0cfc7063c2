"""Findings inside one file: unused imports, local variables and arguments, unreachable statements.

In: facts with their local findings, and the analysis. Out: `ScanFinding`s of status `local`. A file's own verdict
stands unless other files ask for the thing: an export, an import that registers something, an override, a function
given as a value.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from auditor.model.code import Definition, DefinitionId, ImportFact, ModuleFacts
from auditor.model.graph import Analysis
from auditor.model.inner import LocalFinding
from auditor.model.report import ScanFinding
from auditor.model.verdict import Evidence

_RULES = {"import": "AUD010", "variable": "AUD011", "argument": "AUD012", "unreachable": "AUD013"}
_SAID = {
    "import": "nothing in the file uses this import, and no other file takes it from here",
    "variable": "its scope assigns this local variable and never reads it",
    "argument": "the function never reads this argument",
    "unreachable": "control flow never gets here",
}
_FOR_EFFECT = {"readline", "rlcompleter", "setuptools", "antigravity", "this"}
_PLAIN = {"abc", "builtins", "contextlib", "dataclasses", "enum", "functools", "typing", "typing_extensions"}
_STANDARD = {*sys.stdlib_module_names, "builtins"}


def local_findings(
    analysis: Analysis, facts: Sequence[ModuleFacts], outer: Mapping[DefinitionId, ScanFinding]
) -> Iterable[ScanFinding]:
    """Yield the local findings of all files; `outer` are the findings they may lie inside."""
    imports, arguments = _Imports(analysis, facts), _Arguments(analysis, facts)
    definitions = analysis.graph.definitions
    for one in facts:
        for local in one.local_findings:
            if local.kind == "import" and imports.is_asked_for(one, local):
                continue
            if local.kind == "argument" and arguments.is_asked_for(local):
                continue
            yield _finding(one, local, definitions.get(local.scope), outer)


class _Imports:
    """Which unused imports other files, or what they import, still need."""

    def __init__(self, analysis: Analysis, facts: Sequence[ModuleFacts]) -> None:
        asked = {
            f"{one.module}:{local.name}" for one in facts for local in one.local_findings if local.kind == "import"
        }
        self.taken = {edge.target for edges in analysis.graph.edges.values() for edge in edges if edge.target in asked
                      and edge.source.partition(":")[0] != edge.target.partition(":")[0]}  # fmt: skip
        self.starred = {star for one in facts for star in one.star_imports}
        self.modules = {one.module: one for one in facts}
        self.importers = Counter(module for one in facts for module in {self._module(fact) for fact in one.imports})

    def is_asked_for(self, facts: ModuleFacts, local: LocalFinding) -> bool:
        at_top = local.scope.endswith(":")
        if at_top and (facts.is_package or local.name in (facts.exports or ())):
            return True
        if at_top and (f"{facts.module}:{local.name}" in self.taken or facts.module in self.starred):
            return facts.exports is None or f"{facts.module}:{local.name}" in self.taken
        said = [one for one in facts.imports if one.name == local.name and one.line == local.line]
        return any(self._is_meant(facts, one) for one in said) or _is_fixture(facts, local, said)

    def _is_meant(self, facts: ModuleFacts, one: ImportFact) -> bool:
        if one.explicit or _root(one.target) in _FOR_EFFECT or _is_referred_to(facts, one):
            return True
        module = self._loaded(facts, one)
        found = self.modules.get(module)
        if found is None or not _registers(found):
            return False
        return one.target == module or one.target == module.partition(".")[0] or self.importers[module] < 2

    def _loaded(self, facts: ModuleFacts, one: ImportFact) -> str:
        """Return the module that an import loads; `import a.b` binds `a` and loads `a.b`."""
        if "." not in one.target:
            for reference in facts.references:
                if reference.kind == "import" and reference.line == one.line and (
                    reference.target.startswith(f"{one.target}.") and reference.target in self.modules
                ):  # fmt: skip
                    return reference.target
        return self._module(one)

    def _module(self, one: ImportFact) -> str:
        """Return the module of the project that an import loads, the target itself where there is none."""
        return one.target if one.target in self.modules else one.target.rpartition(".")[0] or one.target


def _is_referred_to(facts: ModuleFacts, one: ImportFact) -> bool:
    """Return whether a quoted type or a composed name leads to the import's target."""
    longer = (f"{one.target}.", f"{one.target}(")
    return any(
        reference.kind in ("string", "dynamic")
        and (reference.target == one.target or reference.target.startswith(longer))
        for reference in facts.references
    )


def _is_fixture(facts: ModuleFacts, local: LocalFinding, said: Sequence[ImportFact]) -> bool:
    """Return whether tests ask for an imported name by the name of a parameter, as for a fixture."""
    if not facts.in_tests or not any("." in one.target for one in said):
        return False
    asked = any(one.kind == "argument" and one.name == local.name for one in facts.local_findings)
    return asked or local.name in facts.parameters or facts.path.endswith("conftest.py")


def _registers(facts: ModuleFacts) -> bool:
    """Return whether running a module's body may do more than define: a decorator, a foreign base, a call."""
    if facts.acts:
        return True
    for call in facts.calls:
        if call.decorates is not None and _root(call.callee) not in _PLAIN:
            return True
        if call.source == f"{facts.module}:" and call.called and call.decorates is None and call.assigned_to is None:
            return True
    return any(_root(base) not in _STANDARD for one in facts.definitions for base in one.bases)


def _root(name: str) -> str:
    return name.partition(".")[0]


class _Arguments:
    """Which unused arguments something else asks for: a base class, an override, an entry point, a caller by value."""

    def __init__(self, analysis: Analysis, facts: Sequence[ModuleFacts]) -> None:
        self.definitions = analysis.graph.definitions
        self.entries = {one.definition for one in analysis.entry_points}
        self.given = frozenset().union(*(one.given for one in facts)) if facts else frozenset()
        self.opaque = analysis.graph.opaque
        self.bases = {base for one in self.definitions.values() if one.kind == "class" for base in one.bases}

    def is_asked_for(self, local: LocalFinding) -> bool:
        function = self.definitions.get(local.scope)
        if function is None or function.in_tests or function.id in self.entries or function.module in self.opaque:
            return True
        name = function.name
        if name.startswith("pytest_"):
            return True
        owner = self.definitions.get(function.parent or "")
        if owner is None or owner.kind != "class":
            return name in self.given or name.startswith("__")
        if owner.bases or owner.decorators or owner.metaclass or name in self.given or owner.id in self.entries:
            return True
        if name == "__init__":
            return owner.name in self.given or f"{owner.id}.__new__" in self.definitions or self._is_base(owner)
        return name.startswith("__") or self._is_base(owner)

    def _is_base(self, owner: Definition) -> bool:
        return f"{owner.module}.{owner.qualified_name}" in self.bases


def _finding(
    facts: ModuleFacts, local: LocalFinding, around: Definition | None, outer: Mapping[DefinitionId, ScanFinding]
) -> ScanFinding:
    around = around if around is not None and around.qualified_name else None
    identity = f"{around.id}.<locals>.{local.name}" if around else f"{facts.module}:{local.name}"
    detail = f"{_SAID[local.kind]}, {local.detail}" if local.detail else _SAID[local.kind]
    inside = None
    if around is not None and around.id in outer:
        inside = outer[around.id].inside or around.id
    elif f"{facts.module}:" in outer:
        inside = f"{facts.module}:"
    return ScanFinding(
        identity, local.kind, "python", facts.path, local.line, local.end_line, local.end_line - local.line + 1,
        "local", _RULES[local.kind], (), (Evidence("local", "dead", detail, facts.path, local.line),), inside,
    )  # fmt: skip
