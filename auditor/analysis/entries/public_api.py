"""The public API of a library: what its users, who are not in the tree, may call.

In: facts, the symbol table. Out: entry points of kind `public_api`. Public is what has no leading underscore in any
part of its name and, where a module says `__all__`, stands in it; what a package re-exports is public with its members.
Variables are public without it: old names are kept for users as aliases that `__all__` does not repeat. Libraries do
have a complete `__all__` on top while users import their submodules, so that only the configuration can close these.
"""

from collections.abc import Iterable, Iterator

from auditor.analysis.resolution.symbols import SymbolTable
from auditor.model.code import Definition, DefinitionId, ModuleFacts
from auditor.model.graph import EntryPoint, public_detail

_ASIDE = {
    "tests", "test", "testing_apps", "docs", "doc", "docs_src", "examples", "example", "benchmarks", "benchmark",
    "scripts",
    "tools", "samples", "setup", "noxfile", "tasks", "conftest", "bench", "extra", "extras",
}  # fmt: skip


def find(facts: Iterable[ModuleFacts], symbols: SymbolTable, *, exports_only: bool = False) -> Iterator[EntryPoint]:
    """Yield the public definitions of every public module; `exports_only`: of the top ones, and modules they export."""
    seen: set[DefinitionId] = set()
    offered = [one for one in facts if not one.in_tests and _is_public_module(one.module)]
    if exports_only:
        top = [one for one in offered if "." not in one.module]
        exported = {
            symbols.canonical(f"{one.module}.{name}") for one in top for name in one.exports or _bound(one)
        }  # fmt: skip
        offered = [one for one in offered if "." not in one.module or one.module in exported]
    for module in offered:
        yield from _with_targets((one for one in module.definitions if _is_public(one, module)), symbols, seen)
        for name in _starred(module, symbols):
            target = symbols.definition(f"{module.module}.{name}")
            found = symbols.by_id.get(target) if target is not None else None
            if found is not None and found.kind != "module":
                yield from _with_targets((found,), symbols, seen)


def _bound(module: ModuleFacts) -> Iterator[str]:
    """Yield the public names at the top of a module."""
    for definition in module.definitions:
        if definition.qualified_name and "." not in definition.qualified_name and _is_public(definition, module):
            yield definition.qualified_name


def _starred(module: ModuleFacts, symbols: SymbolTable) -> Iterator[str]:
    """Yield the public names that a module has through star imports only."""
    if module.exports is None and not module.star_imports:
        return
    own = {definition.qualified_name for definition in module.definitions}
    if module.exports is not None:
        yield from (name for name in module.exports if name not in own)
        return
    for star in module.star_imports:
        starred = symbols.module(star)
        if starred is not None:
            names = {definition.qualified_name for definition in starred.definitions if definition.kind != "import"}
            exported = names if starred.exports is None else set(starred.exports)
            yield from sorted(name for name in exported - own if name and not name.startswith("_") and "." not in name)


def _is_public_module(name: str) -> bool:
    parts = name.split(".")
    return parts[0] not in _ASIDE and not any(part.startswith("_") for part in parts)


def _is_public(definition: Definition, module: ModuleFacts) -> bool:
    """Return whether a definition is part of its module's face."""
    qualified = definition.qualified_name
    if not qualified:
        return True
    if qualified[0] == "_" or "._" in qualified or "<locals>" in qualified:
        return False
    if module.exports is not None:
        top, dot, _ = qualified.partition(".")
        return top in module.exports or (definition.kind == "variable" and not dot)
    return definition.kind != "import" or module.is_package


def _with_targets(
    definitions: Iterable[Definition], symbols: SymbolTable, seen: set[DefinitionId]
) -> Iterator[EntryPoint]:
    """Yield definitions; for a re-export also what it stands for, with that class's public members."""
    waiting = [*definitions][::-1]  # of several definitions of one id, the first in the file is told
    while waiting:
        definition = waiting.pop()
        if definition.id in seen:
            continue
        seen.add(definition.id)
        why = public_detail(definition.id)
        yield EntryPoint(definition.id, "public_api", True, why, definition.path, definition.line)
        if definition.kind == "import":
            target = symbols.definition(f"{definition.module}.{definition.qualified_name}")
            found = symbols.by_id.get(target) if target is not None else None
            if found is not None and found.kind != "module":
                waiting.append(found)
        elif definition.kind == "class":
            for owner in symbols.order(definition.id)[0]:
                for name, member in symbols.members(owner).items():
                    if member not in seen and name[0] != "_" and (found := symbols.by_id.get(member)) is not None:
                        waiting.append(found)
