"""Who needs what: uses and imports of every file, joined so that a removal can ask what it would break.

In: `Analysis` and the `ModuleFacts` of all files. Out: `ReferenceIndex`. Never decides what goes. It errs towards need:
a name that may stand for a definition counts as needing it, and so does every re-export on the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from auditor.model.code import DefinitionId, ImportFact, ModuleFacts, module_id
from auditor.model.graph import Analysis, ReferenceGraph
from auditor.plan import requested

_NO_NEED = ("contains", "overrides", "import")
"""Edges that a removal may leave behind: containment, overriding, and imports (which `Binding` tells better)."""
_BODY = ("module", "import")

_NAME_READERS = frozenset(("locals", "vars"))


class Use(msgspec.Struct, frozen=True, order=True):
    """`source` needs the definition it is listed under; `line` is 1-based in the source's file.

    `through` is set where only the name is used, on a receiver that is not known: the owner of the member, without
    which nothing is needed.
    """

    source: DefinitionId
    line: int
    through: DefinitionId = ""


class Binding(msgspec.Struct, frozen=True):
    """An import at module level that could be edited out.

    `needs` are the modules, definitions and re-exports whose removal makes it fail. `users` are the uses of the name in
    its own file. `pinned` says why it may not be touched, `""` where it may.
    """

    id: DefinitionId
    module: str
    path: str
    line: int
    needs: frozenset[DefinitionId]
    users: tuple[Use, ...]
    exported: bool
    pinned: str = ""


class ReferenceIndex(msgspec.Struct, frozen=True):
    """The join.

    `uses` are listed by what is needed, `bindings` by module, `star_importers` and `importers` by imported module
    (modules that import all names of it; modules whose own body imports it in whatever way). `imported_by` has, by what
    is needed, the modules whose bindings need it. `children` are the definitions directly inside one, imports left out.
    `spans` are the functions and classes of a module with their first and last line. `name_readers` are modules with
    functions that may read all their own names at once (`locals()`), those included of which it is not known.
    `fixtures` are those that only functions ask for, by a parameter: each of these is one of its `uses`.
    """

    uses: Mapping[DefinitionId, tuple[Use, ...]]
    bindings: Mapping[str, tuple[Binding, ...]]
    imported_by: Mapping[DefinitionId, frozenset[str]]
    importers: Mapping[str, tuple[str, ...]]
    star_importers: Mapping[str, tuple[str, ...]]
    children: Mapping[DefinitionId, tuple[DefinitionId, ...]]
    facts: Mapping[str, ModuleFacts]
    spans: Mapping[str, tuple[tuple[int, int, DefinitionId], ...]]
    name_readers: frozenset[str]
    fixtures: frozenset[DefinitionId] = frozenset()

    def within(self, definition: DefinitionId) -> tuple[DefinitionId, ...]:
        """Return everything inside `definition`, nested at any depth, without itself."""
        found: list[DefinitionId] = []
        queue = list(self.children.get(definition, ()))
        while queue:
            current = queue.pop()
            found.append(current)
            queue.extend(self.children.get(current, ()))
        return tuple(sorted(found))


def index(
    analysis: Analysis, facts: Sequence[ModuleFacts], asleep: AbstractSet[DefinitionId] = frozenset()
) -> ReferenceIndex:
    """Join uses and imports of all files. `asleep` is what has a verdict other than LIVE."""
    by_module = {one.module: one for one in sorted(facts, key=lambda one: one.path, reverse=True)}
    names = _Names(analysis, by_module)
    uses, importers = _by_edges(analysis)
    stars: dict[str, set[str]] = {}
    imported_by: dict[DefinitionId, set[str]] = {}
    bindings: dict[str, tuple[Binding, ...]] = {}
    for one in by_module.values():
        _add_facts(one, names, uses)
        for target in one.star_imports:
            stars.setdefault(target, set()).add(one.module)
        bindings[one.module] = _bindings(one, names, analysis.graph)
        for binding in bindings[one.module]:
            for needed in binding.needs:
                imported_by.setdefault(needed, set()).add(one.module)
    _add_named(analysis, asleep, uses)
    fixtures = requested.fixtures(tuple(by_module.values()), analysis.graph.definitions)
    for fixture, asking in fixtures.items():
        uses.setdefault(fixture, set()).update(Use(one.id, one.line) for one in asking)
    return ReferenceIndex(
        uses={needed: tuple(sorted(found)) for needed, found in uses.items()},
        bindings=bindings,
        imported_by={needed: frozenset(modules) for needed, modules in imported_by.items()},
        importers={target: tuple(sorted(modules)) for target, modules in importers.items()},
        star_importers={target: tuple(sorted(modules)) for target, modules in stars.items()},
        children=_children(analysis),
        facts=by_module,
        spans={one.module: _spans(one) for one in by_module.values()},
        name_readers=frozenset(
            one.module for one in by_module.values() if not one.used_names or one.used_names & _NAME_READERS
        ),
        fixtures=frozenset(fixtures),
    )


def _by_edges(analysis: Analysis) -> tuple[dict[DefinitionId, set[Use]], dict[str, set[str]]]:
    """Return uses by what is needed, and the modules whose bodies import each module, as the graph has them."""
    uses: dict[DefinitionId, set[Use]] = {}
    importers: dict[str, set[str]] = {}
    definitions = analysis.graph.definitions
    for source, edges in analysis.graph.edges.items():
        found = definitions.get(source)
        is_import = found is not None and found.kind == "import"
        for edge in edges:
            if edge.kind == "import" and edge.target.endswith(":") and (found is None or found.kind in _BODY):
                importers.setdefault(edge.target[:-1], set()).add(source.partition(":")[0])
            if not is_import and edge.kind not in _NO_NEED and edge.target in definitions:
                uses.setdefault(edge.target, set()).add(Use(source, edge.line))
    return uses, importers


def _add_named(analysis: Analysis, asleep: AbstractSet[DefinitionId], uses: dict[DefinitionId, set[Use]]) -> None:
    """Add uses of members by name alone, on receivers that are not known, by tests and by code that is asleep.

    What is awake needs none: a member that it names would be awake as well.
    """
    graph = analysis.graph
    reached = analysis.reachability.production.keys() | analysis.reachability.tests.keys()
    wanted: dict[str, list[tuple[DefinitionId, DefinitionId]]] = {}
    for owner, members in graph.members.items():
        for name, found in members.items():
            asked = [member for member in found if member in asleep]
            if asked and owner in reached:
                wanted.setdefault(f".{name}", []).extend((member, owner) for member in asked)
    for source, edges in graph.edges.items():
        origin = graph.definitions.get(source)
        if origin is not None and (origin.in_tests or source in asleep):
            for edge in edges:
                for member, owner in wanted.get(edge.target, ()):
                    if member != source:
                        uses.setdefault(member, set()).add(Use(source, edge.line, owner))


class _Names:
    """Resolves dotted names to everything whose absence would break them."""

    def __init__(self, analysis: Analysis, facts: Mapping[str, ModuleFacts]) -> None:
        self.definitions = analysis.graph.definitions
        self.modules = set(facts) | {d.module for d in analysis.graph.definitions.values()}
        self.imports: dict[str, dict[str, list[str]]] = {}
        for one in facts.values():
            table = self.imports.setdefault(one.module, {})
            for fact in one.imports:
                if fact.scope == module_id(one.module):
                    table.setdefault(fact.name, []).append(fact.target)
        self.stars = {one.module: one.star_imports for one in facts.values()}
        self.known: dict[str, frozenset[DefinitionId]] = {}

    def needs(self, target: str) -> frozenset[DefinitionId]:
        """Return modules, definitions and re-exports that a dotted name leads through; empty outside the project."""
        known = self.known.get(target)
        if known is None:
            self.known[target] = frozenset()
            known = self.known[target] = frozenset(self._walk(target))
        return known

    def _walk(self, target: str) -> Iterable[DefinitionId]:
        parts = target.replace("()", "").split(".")
        length = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in self.modules), 0)
        if not length:
            return
        module, rest = ".".join(parts[:length]), parts[length:]
        yield module_id(module)
        if rest:
            for imported in self.imports.get(module, {}).get(rest[0], ()):
                yield f"{module}:{rest[0]}"
                yield from self.needs(".".join((imported, *rest[1:])))
            if f"{module}:{rest[0]}" not in self.definitions:
                for star in self.stars.get(module, ()):
                    found = self.needs(".".join((star, *rest)))
                    yield from found if any(not one.endswith(":") for one in found) else ()
        for n in range(1, len(rest) + 1):
            definition = f"{module}:{'.'.join(rest[:n])}"
            if definition in self.definitions and self.definitions[definition].kind != "import":
                yield definition


def _add_facts(one: ModuleFacts, names: _Names, uses: dict[DefinitionId, set[Use]]) -> None:
    """Add what a file's own facts say: uses of names, and imports that cannot be edited out by themselves."""
    own = module_id(one.module)
    for reference in one.references:
        exported = reference.kind == "string" and reference.source == own
        if reference.kind == "import" or exported or reference.target.startswith("."):
            continue
        for needed in names.needs(reference.target):
            if needed != own:
                uses.setdefault(needed, set()).add(Use(reference.source, reference.line))
    deeper = _deeper(one)
    for fact in one.imports:
        if fact.scope != own:
            for target in (fact.target, *deeper.get((fact.scope, fact.line, fact.name), ())):
                for needed in names.needs(target):
                    uses.setdefault(needed, set()).add(Use(fact.scope, fact.line))


def _deeper(one: ModuleFacts) -> dict[tuple[DefinitionId, int, str], list[str]]:
    """Return, by scope, line and bound name, the modules that `import a.b.c` needs below the one it binds."""
    found: dict[tuple[DefinitionId, int, str], list[str]] = {}
    for reference in one.references:
        if reference.kind == "import":
            key = (reference.source, reference.line, reference.target.partition(".")[0])
            found.setdefault(key, []).append(reference.target)
    return found


def _bindings(one: ModuleFacts, names: _Names, graph: ReferenceGraph) -> tuple[Binding, ...]:
    own = module_id(one.module)
    facts = [fact for fact in one.imports if fact.scope == own]
    count: dict[str, int] = {}
    for fact in facts:
        count[fact.name] = count.get(fact.name, 0) + 1
    strings = {text.partition(".")[0] for text, _line, _source in one.strings}
    exports = frozenset(one.exports or ())
    deeper = _deeper(one)

    def needs(fact: ImportFact) -> frozenset[DefinitionId]:
        below = deeper.get((own, fact.line, fact.name), ()) if fact.name == fact.target else ()
        found = names.needs(fact.target).union(*(names.needs(target) for target in below))
        return (found or _targets(f"{one.module}:{fact.name}", graph)) - {own}

    return tuple(
        Binding(
            f"{one.module}:{fact.name}", one.module, one.path, fact.line, needs(fact),
            _users(one, fact), fact.explicit or fact.name in exports or one.is_package,
            _pinned(one, fact, count[fact.name], fact.name in strings - exports),
        )
        for fact in facts
    )  # fmt: skip


def _targets(binding: DefinitionId, graph: ReferenceGraph) -> frozenset[DefinitionId]:
    """Return what the graph says an import leads to, where its name does: beside a script, on a test's path."""
    found = {edge.target for edge in graph.edges.get(binding, ()) if edge.target in graph.definitions}
    return frozenset((*found, *(module_id(target.partition(":")[0]) for target in found)))


def _users(one: ModuleFacts, fact: ImportFact) -> tuple[Use, ...]:
    """Return the uses of an imported name in its own file."""
    dotted = f"{fact.target}."
    own = f"{one.module}.{fact.name}"
    found = {
        Use(reference.source, reference.line)
        for reference in one.references
        if reference.kind != "import"
        and (
            reference.target.replace("()", "") in (fact.target, own)
            or reference.target.replace("()", "").startswith((dotted, f"{own}."))
        )
    }
    return tuple(sorted(found))


def _pinned(one: ModuleFacts, fact: ImportFact, same_name: int, in_string: bool) -> str:
    if not one.parsed:
        return "its file could not be parsed"
    if fact.guarded:
        return "the import is guarded, so the program has a way for when it fails"
    if same_name > 1:
        return f"`{fact.name}` is imported more than once there"
    return f"the text `{fact.name}` stands in a string there" if in_string else ""


def _children(analysis: Analysis) -> dict[DefinitionId, tuple[DefinitionId, ...]]:
    found: dict[DefinitionId, list[DefinitionId]] = {}
    for definition in analysis.graph.definitions.values():
        if definition.kind != "import" and definition.parent is not None:
            found.setdefault(definition.parent, []).append(definition.id)
    return {parent: tuple(sorted(children)) for parent, children in found.items()}


def _spans(one: ModuleFacts) -> tuple[tuple[int, int, DefinitionId], ...]:
    kinds = ("function", "method", "class", "property")
    return tuple(sorted((d.line, d.end_line, d.id) for d in one.definitions if d.kind in kinds))
