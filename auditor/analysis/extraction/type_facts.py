"""What one file says of types: of its variables, of instance attributes, of what functions return, of generic bases.

In: a finished walk and its names. Out: type expressions by dotted name. Never trusts an assignment that another one in
the file contradicts.
"""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from auditor.analysis.extraction.annotations import is_none, loosened, union
from auditor.analysis.extraction.records import Store, last_name
from auditor.analysis.extraction.scopes import Origin, Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Function, Walk
from auditor.model.code import dotted

_CONSTANTS = frozenset({
    "builtins.str()", "builtins.bytes()", "builtins.int()", "builtins.float()", "builtins.bool()",
})  # fmt: skip
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
_PLAIN = _MANAGERS | {
    "staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "abstractproperty", "override",
    "overload", "final", "lru_cache", "cache", "cachedproperty", "reify", "hybrid_property",
}  # fmt: skip
"""Decorators behind which a function gives what its body gives, as far as its callers see."""


class TypeFacts(NamedTuple):
    """Type expressions as `ModuleFacts` holds them."""

    types: dict[str, str]
    returns: dict[str, str]
    inferred: frozenset[str]
    declared: frozenset[str]
    generics: dict[str, tuple[str, ...]]


def type_facts(walk: Walk, names: Names) -> TypeFacts:
    """Return everything one file says of types."""
    types, declared = _variables(walk, names)
    returns, inferred = _returns(walk, names)
    return TypeFacts(types, returns, inferred, declared, dict(_generics(walk, names)))


def owner_of(base: ast.expr, scope: Scope) -> str:
    """Return the class whose `self` or `cls` an expression is, `""` for anything else."""
    if not isinstance(base, ast.Name):
        return ""
    binding = scope.lookup(base.id)
    if binding is None or binding.targets or len(binding.origins) != 1:
        return ""
    owner = scope.enclosing_class()
    given = binding.origins[0].expression.removesuffix("()")
    return given if owner and given == owner else ""


def note_growth(walk: Walk, names: Names) -> None:
    """Mark variables to whose value elements are added, or which are handed to a function that may do so."""
    grown = {(scope, argument.id) for scope, _, _, argument in walk.arguments if isinstance(argument, ast.Name)}
    for scope, _, name, attributes in walk.uses:
        if attributes and attributes[0] in _ADDING and len(attributes) == 1:
            grown.add((scope, name))
    for scope, name in grown:
        binding = names.lookup(scope, name)
        if binding is not None:
            binding.grows = True


_ADDING = frozenset({"append", "extend", "insert", "add", "update", "setdefault", "appendleft", "extendleft"})


def _variables(walk: Walk, names: Names) -> tuple[dict[str, str], frozenset[str]]:
    """Return the types of module variables, class variables and instance attributes, and which are declared."""
    origins: dict[str, list[Origin]] = {}
    scopes = {id(found.scope): found.scope for found in walk.found if found.kind == "variable"}
    for scope in scopes.values():
        for name, binding in scope.bindings.items():
            if binding.origins and binding.targets == [f"{scope.prefix}.{name}"]:
                origins[binding.targets[0]] = list(binding.origins)
    for store in walk.stores:
        if owner := owner_of(store.base, store.scope):
            origins.setdefault(f"{owner}.{store.attribute}", []).append(_stored(store))
    declared = frozenset(name for name, given in origins.items() if any(one.kind == "annotation" for one in given))
    return {name: _held(given, names) for name, given in origins.items()}, declared


def _stored(store: Store) -> Origin:
    if store.annotation is not None:
        return Origin("annotation", store.annotation, store.scope)
    return Origin("value" if store.value is not None else "unknown", store.value, store.scope)


def _held(origins: list[Origin], names: Names) -> str:
    """Return what a variable may hold as far as its file says.

    Others may put anything in the place of a text or a number, and more elements into a container.
    """
    found = names.agreed(sorted(origins, key=lambda one: one.kind != "annotation")) or ""
    if any(one.kind == "annotation" for one in origins):
        return found
    return "" if found in _CONSTANTS else loosened(found)


def _returns(walk: Walk, names: Names) -> tuple[dict[str, str], frozenset[str]]:
    """Return what functions give back, by dotted name, and which of these their bodies alone say."""
    given: dict[str, list[tuple[bool, str]]] = {}
    inferred: set[str] = set()
    for found in walk.found:
        node = found.node
        if not isinstance(node, Function):
            continue
        marks = {last_name(one) for one in node.decorator_list}
        if marks & {"setter", "deleter"}:
            continue
        name = dotted(found.id)
        if node.returns is not None:
            result = names.declared(node.returns, found.scope)
        else:
            result = _inferred(node, marks, walk, names)
            inferred.add(name)
        if result and marks & _MANAGERS:
            taken = f"{result}.<item>"
            result = f"contextlib.AbstractContextManager[{taken}].<is>"
        given.setdefault(name, []).append(("overload" in marks, result))
    returns = {name: _either(results) for name, results in given.items()}
    return {name: result for name, result in returns.items() if result}, frozenset(inferred & returns.keys())


def _either(results: list[tuple[bool, str]]) -> str:
    """Return what several definitions of one function give: the overloads alone, where there are some."""
    counted = [result for overloaded, result in results if overloaded] or [result for _, result in results]
    return (union(counted) or "") if all(counted) else ""


def _inferred(node: Function, marks: set[str], walk: Walk, names: Names) -> str:
    """Return what every `return` gives, `""` where one is not known or a decorator may change it."""
    if not marks <= _PLAIN:
        return ""
    yielded = walk.yielded.get(id(node))
    found: list[str] = []
    for value, scope in yielded or walk.given.get(id(node)) or ():
        if is_none(value):
            continue
        one = _given(value, scope, names)
        if not one:
            return ""
        found.append(one)
    result = union(found) or ""
    return f"builtins.list[{result}].<is>" if result and yielded else result


def _given(value: ast.expr, scope: Scope, names: Names) -> str:
    """Return what a returned value is; `self` and `cls(…)` are of the receiver's own class."""
    if isinstance(value, ast.Name) and (owner := owner_of(value, scope)):
        is_class = value.id in ("cls", "mcs")
        return f"{owner}.<self>.<class>" if is_class else f"{owner}.<self>"
    if isinstance(value, ast.Call) and (owner := owner_of(value.func, scope)):
        return f"{owner}.<self>" if names.expression(value.func, scope) == owner else ""
    return names.expression(value, scope) or ""


def _generics(walk: Walk, names: Names) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the subscripted bases of classes as declared types, in order."""
    for found in walk.found:
        if isinstance(found.node, ast.ClassDef):
            bases = [base for base in found.node.bases if isinstance(base, ast.Subscript)]
            declared = [names.declared(base, found.scope) for base in bases]
            if any(declared):
                yield dotted(found.id), tuple(one for one in declared if one)
