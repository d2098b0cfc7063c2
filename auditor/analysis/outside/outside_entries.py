"""What files that are not Python use: entry points for what they run, edges for what they name.

In: `ProjectMetadata`, the symbol table, the graph. Out: entry points; a graph in which each such file is a module of
its own (named `/` and its path, as a template is) that uses what it names, so that a chain starts at the file and line,
and that could use what it documents. Never reads a file. A name that leads nowhere uses nothing.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from auditor.analysis.outside.project_files import (
    DOCUMENTED_GROUP,
    NAMED_GROUP,
    RUN_GROUP,
    SERVED_GROUP,
    SETTINGS_GROUP,
    Declared,
)
from auditor.analysis.outside.project_metadata import ProjectMetadata
from auditor.analysis.resolution.symbol_places import options
from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import Definition, DefinitionId, ModuleFacts, dotted, module_id
from auditor.model.framework import EntryPointKind
from auditor.model.graph import Edge, EntryPoint, Guess, ReferenceGraph

_SERVED_NAMES = ("application", "app", "celery")
_EDGES = (NAMED_GROUP, DOCUMENTED_GROUP)


def find(facts: Sequence[ModuleFacts], symbols: SymbolTable, metadata: ProjectMetadata) -> Iterator[EntryPoint]:
    """Yield what project files run or load: scripts, plugins, served apps, modules, files, settings."""
    for one, identities in definitions_of(metadata.declared, facts, symbols):
        if one.group in _EDGES:
            continue
        why = f"{one.path}:{one.line} {_verb(one)} {one.target.rstrip(':')}"
        kind: EntryPointKind = "script" if one.group in ("console_scripts", "gui_scripts", SERVED_GROUP) else "hook"
        if one.group == RUN_GROUP:
            kind = "main"
        for identity in identities:
            definition = symbols.by_id.get(identity)
            if definition is not None:
                production = not (definition.in_tests or one.in_tests)
                yield EntryPoint(definition.id, kind, production, why, definition.path, definition.line)
                if kind == "hook" and one.group != SETTINGS_GROUP:
                    for member in _face(definition, symbols):
                        yield EntryPoint(member.id, kind, production, why, member.path, member.line)


def _face(plugin: Definition, symbols: SymbolTable) -> Iterator[Definition]:
    """Yield what a host uses of a plugin: the public members, inherited ones too, of its class.

    A variable's is that of its value, a function's that of what it gives back.
    """
    name = f"{dotted(plugin.id)}()" if plugin.kind == "function" else dotted(plugin.id)
    for place in options(symbols.lookup(name).place) if plugin.kind != "module" else ():
        for owner in symbols.order(place.name)[0] if symbols.is_class(place.name) else ():
            for attribute, identity in symbols.members(owner).items():
                member = symbols.by_id.get(identity)
                if member is not None and attribute[:1] != "_":
                    yield member


def definitions_of(
    declared: Iterable[Declared], facts: Sequence[ModuleFacts], symbols: SymbolTable
) -> Iterator[tuple[Declared, list[DefinitionId]]]:
    """Yield each of what is declared with the definitions that it names."""
    by_path = {module.path: module for module in facts}
    names = _Names(symbols)
    for one in declared:
        if one.target.endswith(".py"):
            yield one, _in_file(by_path.get(one.target), one.name)
        elif one.group in _EDGES:
            yield one, list(dict.fromkeys(names.resolve(one)))
        else:
            yield one, list(dict.fromkeys(_targets(one, symbols, names)))


def named(declared: Iterable[Declared], symbols: SymbolTable) -> Iterator[tuple[Declared, DefinitionId]]:
    """Yield each of what is declared with the one definition that it names in full; others are left out."""
    by_path = {module.path: module for module in symbols.modules.values()}
    names = _Names(symbols)
    for one in declared:
        if one.target.endswith(".py"):
            file = by_path.get(one.target)
            found = module_id(file.module) + one.name.replace("*", "") if file is not None else None
            if found in symbols.by_id:
                yield one, found
        elif (whole := names.whole(one)) is not None:
            yield one, whole


def attach(graph: ReferenceGraph, symbols: SymbolTable, metadata: ProjectMetadata) -> ReferenceGraph:
    """Return the graph with the files that name definitions, and edges from them."""
    names = _Names(symbols)
    files: dict[str, tuple[dict[DefinitionId, int], dict[DefinitionId, int]]] = {}
    tested: dict[str, bool] = {}
    for one in metadata.declared:
        if one.group in _EDGES:
            found = list(names.resolve(one))
            if found:
                used, shown = files.setdefault(one.path, ({}, {}))
                tested[one.path] = one.in_tests
                for identity in found:
                    (shown if one.group == DOCUMENTED_GROUP else used).setdefault(identity, one.line)
    if not files:
        return graph
    definitions, edges, maybe = dict(graph.definitions), dict(graph.edges), dict(graph.maybe)
    for path, (used, shown) in files.items():
        source = module_id(f"/{path}")
        definitions[source] = Definition(source, "module", path, 1, 1, in_tests=tested[path])
        edges[source] = (*edges.get(source, ()), *(Edge(source, one, "string", line) for one, line in used.items()))
        if shown:
            maybe[source] = tuple(Guess((one,), "maybe", line) for one, line in shown.items())
    return msgspec.structs.replace(graph, definitions=definitions, edges=edges, maybe=maybe)


def _verb(one: Declared) -> str:
    verbs = {SERVED_GROUP: "serves", RUN_GROUP: "runs", SETTINGS_GROUP: "reads its settings from"}
    return verbs.get(one.group, f"declares {one.group} {one.name} =")


def _in_file(module: ModuleFacts | None, attribute: str) -> list[DefinitionId]:
    """Return a file's module, and the attribute of it that is named, or with `*` every top-level definition.

    Without one its upper-case names: what is named by its path may be a file of settings.
    """
    if module is None:
        return []
    found = [module_id(module.module)]
    for definition in module.definitions:
        name = definition.qualified_name
        settings = not attribute and name.isupper() and definition.kind == "variable"
        if name == attribute or settings or (attribute == "*" and name and "." not in name):
            found.append(definition.id)
    return found


def _targets(one: Declared, symbols: SymbolTable, names: "_Names") -> Iterator[DefinitionId]:
    """Yield the definitions a declared target names: its module, its attribute, for settings and plugins every name."""
    module, _, attribute = one.target.partition(":")
    matching = names.modules(module)
    if not matching:
        yield from names.resolve(one)
    for name in matching:
        yield module_id(name)
        if one.group == RUN_GROUP and (main := symbols.module(f"{name}.__main__")) is not None:
            yield module_id(main.module)
        wanted = [attribute] if attribute else []
        if one.group == SERVED_GROUP and not attribute:
            wanted = [*_SERVED_NAMES, "celery.app", "celery.celery", "app.app"]
        for part in wanted:
            found = symbols.definition(f"{name}.{part}")
            if found is not None:
                yield found
        for definition in symbols.modules[name].definitions:
            is_setting = one.group == SETTINGS_GROUP and definition.qualified_name.isupper()
            is_hook = one.group == "pytest11" and definition.qualified_name.startswith("pytest_")
            if is_setting or is_hook:
                yield definition.id


class _Names:
    """Finds what dotted names outside Python mean, wherever the import roots lie."""

    def __init__(self, symbols: SymbolTable) -> None:
        self.symbols = symbols
        self._ends: dict[str, list[str]] = {}
        for name in symbols.modules:
            if "/" not in name:
                parts = name.split(".")
                for start in range(1, len(parts)):
                    self._ends.setdefault(".".join(parts[start:]), []).append(name)

    def modules(self, name: str) -> list[str]:
        """Return the module of a name, or else those whose names end in it."""
        return [name] if name in self.symbols.modules else self._ends.get(name, [])

    def whole(self, one: Declared) -> DefinitionId | None:
        """Return the definition that a target names in full, wherever it is defined; None where there is none."""
        return next((identity for _, identity in self._found(one)), None)

    def resolve(self, one: Declared) -> Iterator[DefinitionId]:
        """Yield the definition that a target names, with what contains it, and the settings in it."""
        for trail, identity in self._found(one):
            yield from trail
            yield from self._with_owners(identity)
            yield from self._settings(identity)

    def _found(self, one: Declared) -> Iterator[tuple[tuple[DefinitionId, ...], DefinitionId]]:
        """Yield the definitions that a target may name in full, each with what its name touches on the way."""
        module, _, attribute = one.target.partition(":")
        name = f"{module}.{attribute}" if attribute else module
        for candidate in self._candidates(name, loose=bool(attribute or one.name)):
            found = self.symbols.lookup(candidate)
            if found.rest or found.place.kind not in ("module", "definition"):
                continue
            identity = f"{found.place.name}:" if found.place.kind == "module" else found.place.name
            if identity in self.symbols.by_id:
                yield found.trail, identity

    def _candidates(self, name: str, *, loose: bool) -> Iterator[str]:
        """Yield full dotted names for a name as it may be written from within an unknown import root.

        A directory may be called as the module in it: what is not found in the one is looked for in the other.
        """
        if self.symbols.is_top(name.partition(".")[0]):
            yield name
            if not self.symbols.lookup(name).rest:
                return
            loose = True
        parts = name.split(".")
        for end in range(len(parts), 0 if loose else 1, -1):
            whole = self._ends.get(".".join(parts[:end]))
            if whole:
                yield from (".".join([module, *parts[end:]]) for module in whole)
                return

    def _with_owners(self, identity: DefinitionId) -> Iterator[DefinitionId]:
        current: DefinitionId | None = identity
        while current is not None and current in self.symbols.by_id:
            yield current
            current = self.symbols.by_id[current].parent

    def _settings(self, identity: DefinitionId) -> Iterator[DefinitionId]:
        """Yield the upper-case names of a module or class that is loaded by its name: it may hold settings."""
        definition = self.symbols.by_id[identity]
        if definition.kind == "class":
            for owner in self.symbols.order(identity)[0]:
                yield from (member for name, member in self.symbols.members(owner).items() if name.isupper())
        elif definition.kind == "module":
            for one in self.symbols.modules[definition.module].definitions:
                if one.qualified_name.isupper() and one.kind == "variable":
                    yield one.id
