"""Entry points that framework rules name by module, by variable, or by base class.

In: registrations, the active rules. Out: entry points, in the order of the rules within each file. A rule is data; what
it means is here. Never looks at decorators.
"""

from collections.abc import Iterator, Sequence
from operator import itemgetter

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.globs import Globs
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted
from auditor.model.framework import EntryPointKind, FrameworkRule
from auditor.model.graph import EntryPoint

Placed = tuple[int, EntryPoint]
"""An entry point with the place that decides which of several reasons for it comes first."""


class NamedRules:
    """Applies what the active rules say of names and bases to one project: every rule at once, by the name asked."""

    def __init__(self, known: Registrations, rules: Sequence[FrameworkRule]) -> None:
        self.known = known
        every = list(enumerate(rules))
        self._modules = Globs(
            (pattern, (place, rule, pattern, names))
            for place, rule in every
            for pattern, names in rule.module_names.items()
        )
        self._markers = [
            (place, rule, name, names) for place, rule in every for name, names in rule.marker_names.items()
        ]
        self._implicit: dict[str, list[tuple[int, FrameworkRule]]] = {}
        for place, rule in every:
            for name in dict.fromkeys(rule.implicit_names):
                self._implicit.setdefault(name, []).append((place, rule))
        bases = [(place, rule, pattern, kind) for place, rule in every
                 for pattern, kind in rule.entry_base_classes.items()]  # fmt: skip
        self._bases = Globs((one[2], (number, *one)) for number, one in enumerate(bases))
        self._globs: dict[tuple[str, ...], tuple[Globs[None], Globs[None]]] = {}

    def by_name(self, facts: ModuleFacts) -> Iterator[EntryPoint]:
        """Yield what rules name in modules of a name, in modules that define a marker, and names read anywhere."""
        found: list[Placed] = []
        for place, rule, pattern, names in self._modules.matching(facts.module):
            found += self._named(3 * place, facts, rule, f"modules named {pattern}", names)
        for place, rule, marker, names in self._markers:
            if f"{facts.module}:{marker}" in self.known.symbols.by_id:
                found += self._named(3 * place + 1, facts, rule, f"modules that define {marker}", (marker, *names))
        for definition in facts.definitions if self._implicit else ():
            if definition.kind in ("variable", "function"):
                for place, rule in self._implicit.get(definition.id.partition(":")[2], ()):
                    why = f"{rule.name} reads the name {definition.name}"
                    found.append((3 * place + 2, _hook(definition, why, production=not definition.in_tests)))
        found.sort(key=itemgetter(0))
        return (one for _, one in found)

    def _named(
        self, place: int, facts: ModuleFacts, rule: FrameworkRule, modules: str, names: tuple[str, ...]
    ) -> Iterator[Placed]:
        why = f"{rule.name} imports {modules}"
        production = not facts.in_tests
        wanted, wanted_variables = self._globs_of(names)
        everything = "*" in names
        for definition in facts.definitions:
            qualified = definition.id.partition(":")[2]
            if not qualified or (
                definition.kind != "import"
                and "<locals>" not in qualified
                and (everything or wanted.matching(qualified)
                     or (definition.kind == "variable" and wanted_variables.matching(qualified)))
            ):  # fmt: skip
                yield place, _hook(definition, why, production=production)

    def _globs_of(self, names: tuple[str, ...]) -> tuple[Globs[None], Globs[None]]:
        """Return globs of definitions, and those behind `=`, which name variables only."""
        known = self._globs.get(names)
        if known is None:
            known = self._globs[names] = (
                Globs((one, None) for one in names if not one.startswith("=")),
                Globs((one[1:], None) for one in names if one.startswith("=")),
            )
        return known

    def by_base(self) -> Iterator[EntryPoint]:
        """Yield the classes that a framework finds by what they inherit from."""
        for facts in self.known.facts:
            found: list[Placed] = []
            for definition in facts.definitions:
                if definition.kind == "class":
                    found += self._found_by_base(definition, production=not facts.in_tests)
            found.sort(key=itemgetter(0))
            yield from (one for _, one in found)

    def _found_by_base(self, definition: Definition, *, production: bool) -> Iterator[Placed]:
        """Yield one entry point a rule: the first of its globs that any base matches."""
        best: dict[int, tuple[int, int, FrameworkRule, str, EntryPointKind]] = {}
        for base in (*self.known.symbols.bases(definition.id), *definition.bases):
            for one in self._bases.matching(base):
                if one[1] not in best or one[0] < best[one[1]][0]:
                    best[one[1]] = one
        for place, (_, _, rule, pattern, kind) in best.items():
            key = self._task_class_name(definition.id) if kind == "task" else ""
            why = f"{rule.name} finds subclasses of {pattern}"
            where = (definition.path, definition.line)
            yield place, EntryPoint(definition.id, kind, production, why, *where, key)

    def _task_class_name(self, identity: DefinitionId) -> str:
        """Return the name of a class-based task."""
        given = self.known.constants.get(f"{dotted(identity)}.name")
        return given.text if given is not None and given.kind == "text" else dotted(identity)


def _hook(definition: Definition, why: str, *, production: bool) -> EntryPoint:
    return EntryPoint(definition.id, "hook", production, why, definition.path, definition.line)
