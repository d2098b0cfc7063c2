"""What code refers to: every distinct use of a name, attribute or module, and what is looked up at run time.

In: a finished walk and its names. Out: `Reference`s, each with the first line of its use, and `DynamicAccess`es. Never
refers to what a builtin has.
"""

import ast

from auditor.analysis.extraction.dynamic import dynamic_uses
from auditor.analysis.extraction.records import NameUse
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.code import DefinitionId, DynamicAccess, Reference, ReferenceKind

_Seen = dict[tuple[DefinitionId, str, ReferenceKind], int]
_Meaning = tuple[tuple[str, ...], tuple[str, ...]]
"""Of a name in a scope: what the bare name refers to, and what attributes are taken of (`""`: something unknown)."""
_UNKNOWN: _Meaning = ((), ("",))


def references(walk: Walk, names: Names, package: str) -> tuple[tuple[Reference, ...], tuple[DynamicAccess, ...]]:
    """Return every distinct use (the first line of each) and every dynamic access."""
    seen = _uses(walk, names)
    for imported in walk.imports:
        if isinstance(imported.node, ast.Import) and "." in imported.alias.name and not imported.alias.asname:
            seen.setdefault((imported.source, imported.alias.name, "import"), imported.node.lineno)
    dynamic: list[DynamicAccess] = []
    for one in dynamic_uses(walk, names, package):
        if isinstance(one, DynamicAccess):
            dynamic.append(one)
        else:
            seen.setdefault((one.source, one.target, one.kind), one.line)
    return tuple([Reference(*key, line) for key, line in seen.items() if not _is_builtin(key[1])]), tuple(dynamic)


def _is_builtin(target: str) -> bool:
    return target.startswith("builtins.") and "<" not in target


def _uses(walk: Walk, names: Names) -> _Seen:
    """Return the first line of each distinct use of a name or attribute."""
    seen: _Seen = {}
    note = seen.setdefault
    last: Scope | None = None
    meanings: dict[str, _Meaning] = {}
    for use, line in walk.uses.items():
        scope, source, name, attributes = use
        if attributes and (scope.kind == "branch" or scope.kind == "comprehension"):
            attributes = _told(seen, use, line, names)
        if scope is not last:
            last, meanings = scope, names.used.setdefault(scope, {})
        meaning = meanings.get(name)
        if meaning is None:
            meaning = meanings[name] = _meaning(names.targets(scope, name))
        if not attributes:
            for target in meaning[0]:
                note((source, target, "name"), line)
            continue
        for base in meaning[1]:
            if base:
                note((source, f"{base}.{'.'.join(attributes)}", "attribute"), line)
            else:
                for attribute in attributes:
                    note((source, f".{attribute}", "attribute"), line)
    for scope, source, root, attributes, line in walk.chains:
        _taken(seen, source, names.expression(root, scope), attributes, line)
    for source, name, line in walk.quoted:
        note((source, f".{name}", "attribute"), line)
    return seen


def _told(seen: _Seen, use: NameUse, line: int, names: Names) -> tuple[str, ...]:
    """Note what is taken of an attribute of which a test has told something; return the attributes up to that one."""
    scope, source, name, attributes = use
    told = scope.told(name, attributes)
    if told is None:
        return attributes
    _taken(seen, source, names.type_of(told[0]), attributes[told[1] :], line)
    return attributes[: told[1]]


def _meaning(targets: tuple[str, ...]) -> _Meaning:
    """Return what is worth noting where a name stands for one of these: nothing of builtins, no names of values."""
    if not targets:
        return _UNKNOWN
    bare: list[str] = []
    bases: list[str] = []
    for target in targets:
        if target.startswith("builtins."):
            if "<" in target:
                bases.append(target)
        elif target == "?":
            bases.append("")
        else:
            bases.append(target)
            if target[-1] not in ")>]}?":
                bare.append(target)
    return tuple(bare), tuple(bases)


def _taken(seen: _Seen, source: DefinitionId, base: str | None, attributes: tuple[str, ...], line: int) -> None:
    """Note attributes taken of a value, each by itself where nothing is known of the value."""
    if base and base != "?":
        if attributes:
            seen.setdefault((source, ".".join((base, *attributes)), "attribute"), line)
        return
    for attribute in attributes:
        seen.setdefault((source, f".{attribute}", "attribute"), line)
