"""What code refers to: every distinct use of a name, attribute or module, and what is looked up at run time.

In: a finished walk and its names. Out: `Reference`s, each with the first line of its use, and `DynamicAccess`es. Never
refers to what a builtin has.
"""

import ast
from collections.abc import Collection, Sequence
from typing import NamedTuple

from auditor.analysis.extraction.dynamic import dynamic_uses
from auditor.analysis.extraction.scopes import Binding, Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.code import GIVING_BACK, DefinitionId, DynamicAccess, Reference, ReferenceKind

_GIVEN_BACK = tuple(f"builtins.{name}()" for name in sorted(GIVING_BACK))
_Seen = dict[tuple[DefinitionId, str, ReferenceKind], int]


_Meaning = tuple[tuple[str, ...], tuple[str, ...]]
"""Of a name in a scope: what the bare name refers to, and what attributes are taken of (`""`: something unknown)."""
_UNKNOWN: _Meaning = ((), ("",))


class Referred(NamedTuple):
    """What a file refers to; the variables it reads, and names that may mean several: in class bodies and branches."""

    references: tuple[Reference, ...]
    dynamic: tuple[DynamicAccess, ...]
    read: Collection[Binding]
    unsure: Collection[tuple[Scope, str]]


def references(walk: Walk, names: Names, package: str) -> Referred:
    """Return every distinct use (the first line of each) and every dynamic access."""
    seen: _Seen = {}
    meanings = _Meanings(names)
    _uses(seen, walk, meanings)
    for scope, source, root, attributes, line in walk.chains:
        _take(seen, source, names.expression(root, scope), attributes, line)
    for source, name, line in walk.quoted:
        seen.setdefault((source, f".{name}", "attribute"), line)
    for imported in walk.imports:
        if isinstance(imported.node, ast.Import) and "." in imported.alias.name and not imported.alias.asname:
            seen.setdefault((imported.source, imported.alias.name, "import"), imported.node.lineno)
    dynamic: list[DynamicAccess] = []
    for one in dynamic_uses(walk, names, package):
        if isinstance(one, DynamicAccess):
            dynamic.append(one)
        else:
            seen.setdefault((one.source, one.target, one.kind), one.line)
    kept = [Reference(source, target, kind, line) for (source, target, kind), line in seen.items()
            if not _of_builtins(target)]  # fmt: skip
    return Referred(tuple(kept), tuple(dynamic), meanings.read, meanings.unsure)


def _uses(seen: _Seen, walk: Walk, meanings: "_Meanings") -> None:
    """Note the first line of each distinct use of a name and its attributes."""
    note = seen.setdefault
    every: dict[Scope, dict[str, _Meaning]] = {}
    last: Scope | None = None
    here: dict[str, _Meaning] = {}
    for (scope, source, name, attributes), line in walk.uses.items():
        if attributes and (scope.kind == "branch" or scope.kind == "comprehension"):
            attributes = meanings.told(seen, scope, source, name, attributes, line)
        if scope is not last:
            last, here = scope, every.setdefault(scope, {})
        meaning = here.get(name)
        if meaning is None:
            meaning = here[name] = meanings.of(scope, name)
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


class _Meanings:
    """What names mean: the same in all scopes in which they are the same variable or builtin."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.read: dict[Binding, _Meaning] = {}
        self.unsure: list[tuple[Scope, str]] = []
        self._known: dict[str, _Meaning] = {}

    def of(self, scope: Scope, name: str) -> _Meaning:
        kind, around = scope.kind, scope.parent
        if around is not None and (kind != "function" or around.kind in ("comprehension", "branch")):
            self.unsure.append((scope, name))
            if kind == "class":
                return _noted(self.names.targets(scope, name))
        binding = self.names.lookup(scope, name)
        if binding is None:
            return self._of_one(self.names.free(name))
        found = self.read.get(binding)
        if found is None:
            targets = binding.targets
            if targets:
                found = self._of_one(targets[0]) if len(targets) == 1 else _noted(targets)
            else:
                known = binding.resolved if binding.resolved != "" else self.names.type_of(binding)
                found = self._of_one(known) if known else _UNKNOWN
            self.read[binding] = found
        return found

    def _of_one(self, target: str) -> _Meaning:
        found = self._known.get(target)
        if found is None:
            found = self._known[target] = _noted((target,))
        return found

    def told(
        self, seen: _Seen, scope: Scope, source: DefinitionId, name: str, attributes: tuple[str, ...], line: int
    ) -> tuple[str, ...]:
        """Note what is taken of an attribute of which a test has told something; return those up to that one."""
        told = self.names.told(scope, name, attributes)
        if told is None:
            return attributes
        _take(seen, source, self.names.type_of(told[0]), attributes[told[1] :], line)
        return attributes[: told[1]]


def _noted(targets: Sequence[str]) -> _Meaning:
    """Return what is worth noting where a name stands for one of these: nothing of builtins, no names of values."""
    if not targets:
        return _UNKNOWN
    known = [one for one in targets if not _of_builtins(one)]
    bare = [one for one in known if one[-1] not in ")>]}?" and not one.startswith("builtins.")]
    return tuple(bare), tuple(["" if one == "?" else one for one in known])


def _of_builtins(target: str) -> bool:
    """Return whether something belongs to a builtin, and not to an object that a builtin gives back."""
    return target.startswith("builtins.") and "<" not in target and not target.startswith(_GIVEN_BACK)


def _take(seen: _Seen, source: DefinitionId, base: str | None, attributes: tuple[str, ...], line: int) -> None:
    """Note attributes taken of a value, each by itself where nothing is known of the value."""
    if not base or base == "?":
        for attribute in attributes:
            seen.setdefault((source, f".{attribute}", "attribute"), line)
    elif attributes:
        seen.setdefault((source, ".".join((base, *attributes)), "attribute"), line)
