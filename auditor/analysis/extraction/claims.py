"""Where code puts an object into a place for which a type is declared: the two may not agree.

In: a finished walk and its names. Out: pairs of type expressions, declared parameters. Never
decides whether a class is the one that is declared: that needs other files.
"""

import ast
from collections.abc import Iterator

from auditor.analysis.extraction.annotations import union
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Function, Walk
from auditor.model.code import dotted

_PLAIN = frozenset({
    "builtins.str()", "builtins.int()", "builtins.float()", "builtins.bool()", "builtins.bytes()", "builtins.None",
    "builtins.str.<is>", "builtins.int.<is>", "builtins.float.<is>", "builtins.bool.<is>", "builtins.bytes.<is>",
})  # fmt: skip
_CASTS = ("typing.cast", "typing_extensions.cast")
_FACTORIES = ("default_factory", "factory")


def claims(walk: Walk, names: Names) -> tuple[tuple[str, str], ...]:
    """Return (declared type, what is put there): annotated variables, returns, casts, attributes, elements."""
    found = ((declared, _given(value, scope, names)) for declared, value, scope in _places(walk, names))
    return tuple(dict.fromkeys((wanted, given) for wanted, given in found if says(wanted) and says(given)))


def says(expression: str) -> bool:
    """Return whether a type expression may be of a class of the project's."""
    return bool(expression) and expression not in _PLAIN and not expression.startswith("?")


def _places(walk: Walk, names: Names) -> Iterator[tuple[str, ast.expr, Scope]]:
    """Yield (declared type, value, the value's scope)."""
    for scope, annotation, value in walk.annotated:
        declared = names.declared(annotation, scope)
        for one in (value, *_made(value)):
            yield declared, one, scope
    for found in walk.found:
        node = found.node
        if isinstance(node, Function) and node.returns is not None:
            declared = names.declared(node.returns, found.scope)
            for value, scope in (*walk.given.get(id(node), ()), *walk.yielded.get(id(node), ())):
                yield declared, value, scope
    for scope, _, call, name in walk.dynamic_calls:
        if name == "cast" and len(call.args) == 2 and names.expression(call.func, scope) in _CASTS:
            yield names.declared(call.args[0], scope), call.args[1], scope
    yield from _stored(walk, names)


def _stored(walk: Walk, names: Names) -> Iterator[tuple[str, ast.expr, Scope]]:
    """Yield what is put into attributes of objects, and into containers."""
    for store in walk.stores:
        if store.value is not None and not isinstance(store.value, ast.Constant):
            base = names.expression(store.base, store.scope)
            if base:
                yield f"{base}.{store.attribute}", store.value, store.scope
    for scope, container, value in walk.added:
        base = names.expression(container, scope) if not isinstance(value, ast.Constant) else None
        for taken in (".<at>[?]", ".<item>") if base else ():
            yield f"{base}{taken}", value, scope


def _made(value: ast.expr) -> Iterator[ast.expr]:
    """Yield what a field's factory is called for: `field(default_factory=Foo)` gives `Foo()`."""
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        if keyword.arg in _FACTORIES:
            yield ast.Call(keyword.value, [], [])


def _given(node: ast.expr, scope: Scope, names: Names) -> str:
    """Return what a value is; of a variable that is declared as anything, what is assigned to it."""
    found = names.expression(node, scope)
    return what_is_put(node, scope, names) if found is None else found


def what_is_put(node: ast.expr, scope: Scope, names: Names) -> str:
    """Return what is assigned to a variable that is declared, `""` for any other expression."""
    binding = names.lookup(scope, node.id) if isinstance(node, ast.Name) else None
    for one in binding.origins if binding is not None else ():
        if one.kind == "annotation":
            break
    else:
        return ""
    origins = binding.origins if binding is not None else ()
    values = [one.node for one in origins if one.kind == "value" and one.node is not None and not one.expression]
    return union([known for value in values if (known := names.expression(value, scope))]) or ""


def accepts(walk: Walk, names: Names) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the parameters of functions that declare some: name and declared type, `""` where it says nothing."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for one in walk.found:
        if isinstance(one.node, Function):
            arguments = one.node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            if any(parameter.annotation is not None for parameter in every):
                declared = [(parameter.arg, _declared(parameter, one.scope, names)) for parameter in every]
                if any(kind for _, kind in declared):
                    found[dotted(one.id)] = tuple(declared)
    return found


def _declared(parameter: ast.arg, scope: Scope, names: Names) -> str:
    declared = names.declared(parameter.annotation, scope) if parameter.annotation is not None else ""
    return declared if says(declared) else ""
