"""The public API of a library: what its users, who are not in the tree, may call.

In: facts, the symbol table. Out: entry points of kind `public_api`. Public is what has no leading underscore in any
part of its name and, where a module says `__all__`, stands in it; what a package re-exports is public with its members.
"""

from collections.abc import Iterable, Iterator

from auditor.analysis.symbols import SymbolTable
from auditor.model.code import Definition, DefinitionId, ModuleFacts
from auditor.model.graph import EntryPoint

_ASIDE = {
    "tests", "test", "testing_apps", "docs", "doc", "docs_src", "examples", "example", "benchmarks", "benchmark",
    "scripts",
    "tools", "samples", "setup", "noxfile", "tasks", "conftest", "bench", "extra", "extras",
}  # fmt: skip


def find(facts: Iterable[ModuleFacts], symbols: SymbolTable) -> Iterator[EntryPoint]:
    """Yield the public definitions of every public module."""
    seen: set[DefinitionId] = set()
    for module in facts:
        if module.in_tests or not _is_public_module(module.module):
            continue
        for definition in module.definitions:
            if _is_public(definition, module):
                yield from _with_target(definition, symbols, seen)


def _is_public_module(name: str) -> bool:
    parts = name.split(".")
    return parts[0] not in _ASIDE and not any(part.startswith("_") for part in parts)


def _is_public(definition: Definition, module: ModuleFacts) -> bool:
    """Return whether a definition is part of its module's face."""
    qualified = definition.qualified_name
    if not qualified:
        return True
    parts = qualified.split(".")
    if "<locals>" in parts or any(part.startswith("_") for part in parts):
        return False
    if module.exports is not None:
        return parts[0] in module.exports
    return definition.kind != "import" or module.is_package


def _with_target(definition: Definition, symbols: SymbolTable, seen: set[DefinitionId]) -> Iterator[EntryPoint]:
    """Yield a definition; for a re-export also what it stands for, with that class's public members."""
    if definition.id in seen:
        return
    seen.add(definition.id)
    why = f"{definition.id} is public API of a library"
    yield EntryPoint(definition.id, "public_api", True, why, definition.path, definition.line)
    if definition.kind == "import":
        target = symbols.definition(f"{definition.module}.{definition.qualified_name}")
        found = symbols.by_id.get(target) if target is not None else None
        if found is not None and found.kind != "module":
            yield from _with_target(found, symbols, seen)
    elif definition.kind == "class":
        for name, member in sorted(symbols.members(definition.id).items()):
            if not name.startswith("_") and (found := symbols.by_id.get(member)) is not None:
                yield from _with_target(found, symbols, seen)
