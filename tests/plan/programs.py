"""Programs small enough to write by hand: definitions and uses in, facts and analysis out, as if read from source."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from auditor.config import PlanConfig
from auditor.cross_reference import CrossReference, cross_reference
from auditor.model.code import Definition, DefinitionId, ImportFact, ModuleFacts, Reference, dotted, module_id
from auditor.model.graph import Analysis, Edge, EntryPoint, Reachability, ReferenceGraph
from auditor.model.plan import Plan
from auditor.model.usage import Observation, Observations
from auditor.model.window import Window
from auditor.plan.earlier import Earlier
from auditor.plan.make import TryEdit, make_plan

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WINDOW = Window.last_days(14, NOW)
DIGEST = "sha256:0000"
LINES = 5


class Program:
    """A program: `names` are definition ids, `uses` pairs of ids, `roots` entry points (tests are told by module).

    `bodies` are hashes other than the usual ones, `young` what did not exist when the window began, `bare` modules
    without any definition.
    """

    def __init__(
        self,
        names: Sequence[str],
        uses: Sequence[tuple[str, str]] = (),
        roots: Sequence[str] = (),
        *,
        packages: Sequence[str] = (),
        imports: Sequence[tuple[str, str]] = (),
        exports: Mapping[str, tuple[str, ...]] = {},
        fixtures: Sequence[str] = (),
        decorators: Mapping[str, tuple[str, ...]] = {},
        bases: Mapping[str, tuple[str, ...]] = {},
        kinds: Mapping[str, str] = {},
        bodies: Mapping[str, str] = {},
        young: Collection[str] = (),
        bare: Collection[str] = (),
    ) -> None:
        modules = sorted({name.partition(":")[0] for name in names} | set(packages) | set(bare))
        self.bodies = bodies
        self.young = young
        self.packages = set(packages)
        self.bases = bases
        self.decorators = decorators
        self.kinds = kinds
        self.definitions: dict[DefinitionId, Definition] = {}
        for module in modules:
            inside = [name for name in names if name.startswith(f"{module}:") and not name.endswith(":")]
            self.definitions[module_id(module)] = self.define(module_id(module), 1, 10 + 10 * len(inside))
            for n, name in enumerate(inside):
                self.definitions[name] = self.define(name, 10 + 10 * n, 9 + 10 * n + LINES)
        edges: dict[DefinitionId, list[Edge]] = {}
        bound: dict[str, set[str]] = {module: set() for module in modules}
        self.uses = [pair for pair in uses if pair[0] != pair[1]]
        for source, target in self.uses:
            line = self.definitions[source].line + 1
            edges.setdefault(source, []).append(Edge(source, target, "name", line))
            if source.partition(":")[0] != target.partition(":")[0]:
                bound[source.partition(":")[0]].add(dotted(target))
        for module, target in imports:
            bound[module].add(target)
        self.bound = {module: tuple(sorted(targets)) for module, targets in bound.items()}
        for module, targets in self.bound.items():
            for target in targets:
                owner = self.module_of(target)
                edges.setdefault(module_id(module), []).append(Edge(module_id(module), module_id(owner), "import", 2))
        for name, above in bases.items():
            for base in above:
                known = [other for other in self.definitions if dotted(other) == base]
                edges.setdefault(name, []).extend(Edge(name, other, "inherits", 1) for other in known)
        for name, found in self.definitions.items():
            if found.kind != "module":
                edges.setdefault(name, []).append(Edge(name, found.parent or "", "contains", 0))
            package = found.module.rpartition(".")[0]
            if found.kind == "module" and module_id(package) in self.definitions:
                edges.setdefault(name, []).append(Edge(name, module_id(package), "import", 0))
        graph = ReferenceGraph(self.definitions, {source: tuple(found) for source, found in edges.items()})
        entries = [self.entry(root, "fixture" if root in fixtures else "") for root in (*roots, *fixtures)]
        production = graph.reached_from([e.definition for e in entries if e.production])
        tests = graph.reached_from([e.definition for e in entries if not e.production])
        rest = {name: link for name, link in tests.items() if name not in production}
        self.analysis = Analysis(graph, tuple(entries), (), Reachability(production, rest), len(modules), 100)
        self.facts = tuple(self.facts_of(module, exports.get(module)) for module in modules)

    def module_of(self, target: str) -> str:
        parts = target.split(".")
        known = {found.module for found in self.definitions.values()}
        return next(".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in known)

    def path(self, module: str) -> str:
        return module.replace(".", "/") + ("/__init__.py" if module in self.packages else ".py")

    def define(self, name: str, line: int, end: int) -> Definition:
        module, _, qualified = name.partition(":")
        short = qualified.rpartition(".")[2]
        kind = (
            "module"
            if not qualified
            else "class"
            if short[0].isupper()
            else "method"
            if "." in qualified
            else "function"
        )
        kind = self.kinds.get(name, kind)
        text = self.bodies.get(name, f"hash of {name}")
        return Definition(
            name, kind, self.path(module), line, end, body_hash=text, in_tests=module.startswith("tests"),  # type: ignore[arg-type]  # one of the kinds above
            decorators=self.decorators.get(name, ()), bases=self.bases.get(name, ()),
        )  # fmt: skip

    def entry(self, name: str, kind: str) -> EntryPoint:
        found = self.definitions[name]
        kind = kind or ("test" if found.in_tests else "route")
        key = f"GET /{found.name}" if kind == "route" else ""
        return EntryPoint(name, kind, not found.in_tests, "it is one", found.path, found.line, key)  # type: ignore[arg-type]  # as above

    def facts_of(self, module: str, exports: tuple[str, ...] | None) -> ModuleFacts:
        own = [found for found in self.definitions.values() if found.module == module]
        imports = tuple(
            ImportFact(target.rpartition(".")[2], target, module_id(module), 2) for target in self.bound[module]
        )
        references = tuple(
            Reference(source, dotted(target), "name", self.definitions[source].line + 1)
            for source, target in self.uses
            if source.partition(":")[0] == module
        )
        return ModuleFacts(
            self.path(module), module, module in self.packages, module.startswith("tests"), own[0].end_line,
            definitions=tuple(own), references=references, imports=imports, exports=exports,
        )  # fmt: skip

    def observe(self, counts: Mapping[str, int] = {}, insufficient: str | None = None) -> Observations:
        seen = {
            name: Observation(name, (f"GET /{name.partition(':')[2]}",), count, 0, NOW - timedelta(hours=1))
            for name, count in counts.items()
        }
        return Observations(
            WINDOW, seen, frozenset(counts), (), (), WINDOW.minutes if insufficient is None else 0, (), insufficient
        )  # fmt: skip

    def join(self, observations: Observations) -> CrossReference:
        bodies = {name: found.body_hash for name, found in self.definitions.items() if name not in self.young}
        return cross_reference(self.analysis, observations, bodies_at_start=bodies, keep=(), today=NOW.date())

    def plan(
        self,
        counts: Mapping[str, int] = {},
        *,
        insufficient: str | None = None,
        include: frozenset[str] = frozenset(),
        max_files: int = 5,
        test_command: str = "",
        smoke: tuple[str, ...] = (),
        try_edit: TryEdit | None = None,
        earlier: Earlier | None = None,
    ) -> Plan:
        observations = self.observe(counts, insufficient)
        joined = self.join(observations)
        return make_plan(
            joined.findings, self.analysis, self.facts, observations, base_commit="c" * 40, evidence_digest=DIGEST,
            now=NOW, days=14, config=PlanConfig(max_files=max_files, test_command=test_command, smoke=smoke),
            include=include, counts=joined.counts, try_edit=try_edit, earlier=earlier or Earlier(),
        )  # fmt: skip


class Tree:
    """What is left of a program while batches are applied to it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.definitions = set(program.definitions)
        self.imports = {(f.module, i.name): i.target for f in program.facts for i in f.imports}

    def apply(self, plan: Plan, number: int) -> None:
        batch = next(one for one in plan.batches if one.number == number)
        for step in batch.steps:
            module = next(f.module for f in self.program.facts if f.path == step.path)
            if step.action == "delete_file":
                self.definitions = {d for d in self.definitions if d.partition(":")[0] != module}
                self.imports = {key: target for key, target in self.imports.items() if key[0] != module}
                continue
            for name in step.remove:
                short = name.partition(":")[2]
                known = name in self.definitions
                self.definitions = {d for d in self.definitions if d != name and not d.startswith(f"{name}.")}
                assert known or (module, short) in self.imports, f"{name} is removed twice, or was never there"
                self.imports.pop((module, short), None)

    def broken_imports(self) -> list[str]:
        """Modules that stand and import something that does not."""
        alive = {dotted(d) for d in self.definitions}
        rest = {f"{module}.{name}" for module, name in self.imports}
        return sorted({m for (m, _name), target in self.imports.items() if target not in alive | rest})

    def broken_uses(self) -> list[tuple[str, str]]:
        return [(s, t) for s, t in self.program.uses if s in self.definitions and t not in self.definitions]
