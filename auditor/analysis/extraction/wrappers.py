"""What the body of a function shows: decorators that provably keep no hold of what they decorate, and mere promises.

In: the functions of one file. Out: ids of those that as bare decorators only wrap or return what they are given, and,
with `()` behind the id, of those whose call returns such a function; anything else is taken to keep it. And ids of
those that only raise NotImplementedError.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.model.code import DefinitionId

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Given = Mapping[int, Sequence[tuple[ast.expr, object]]]
_INSPECTING = frozenset({
    "wraps", "update_wrapper", "iscoroutinefunction", "isgeneratorfunction", "isasyncgenfunction", "isfunction",
    "isclass",
    "signature", "callable", "isinstance", "issubclass", "repr", "str",
})  # fmt: skip


def wrappers(functions: Iterable[tuple[DefinitionId, ast.AST]], given: _Given) -> frozenset[str]:
    """Return the ids of decorators that only wrap, and `id()` for factories of such decorators.

    `given` has the values that functions return, by the identities of their nodes.
    """
    found: set[str] = set()
    for identity, node in functions:
        if isinstance(node, _Function):
            if _only_wraps(node, given):
                found.add(identity)
            if _makes_wrappers(node, given):
                found.add(f"{identity}()")
    return frozenset(found)


def promises(functions: Iterable[tuple[DefinitionId, ast.AST]]) -> frozenset[DefinitionId]:
    """Return the ids of functions that, but for a docstring, only raise NotImplementedError."""
    return frozenset(
        identity for identity, node in functions if isinstance(node, _Function) and _only_promises(node.body)
    )


def _only_promises(body: list[ast.stmt]) -> bool:
    rest = body[1:] if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) else body
    if len(rest) != 1 or not isinstance(rest[0], ast.Raise):
        return False
    raised = rest[0].exc.func if isinstance(rest[0].exc, ast.Call) else rest[0].exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _only_wraps(function: _Function, given: _Given) -> bool:
    """Return whether the first parameter is only called from inside a nested function, inspected, or returned."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    if parameters and parameters[0].arg in ("self", "cls"):
        del parameters[0]
    if not parameters:
        return False
    if id(function) not in given and not any(isinstance(node, ast.Return) for node in _own(function)):
        return False
    return _is_kept_nowhere(function, parameters[0].arg)


def _is_kept_nowhere(function: _Function, name: str) -> bool:
    """Return whether a name is used, and only where nothing keeps its value; parents are met before their children."""
    allowed: set[int] = set()
    used = False
    stack: list[tuple[ast.AST, bool, bool]] = [(function, False, True)]
    while stack:
        node, inside, own = stack.pop()
        if isinstance(node, ast.Name):
            if node.id == name:
                used = True
                if id(node) not in allowed:
                    return False
        elif isinstance(node, ast.Call):
            if inside:
                allowed.add(id(node.func))
            if _last(node.func) in _INSPECTING:
                allowed |= {id(argument) for argument in node.args}
        elif (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)) or (
            isinstance(node, ast.Return) and node.value is not None
        ):
            allowed.add(id(node.value))
        elif isinstance(node, ast.Compare) and all(isinstance(one, ast.Is | ast.IsNot) for one in node.ops):
            allowed.add(id(node.left))
        elif node is not function and own:
            inside = isinstance(node, _Function | ast.Lambda)
            own = not inside and not isinstance(node, ast.ClassDef)
        stack += [(child, inside, own) for child in ast.iter_child_nodes(node)]
    return used


def _makes_wrappers(function: _Function, given: _Given) -> bool:
    """Return whether every value a function returns is a function defined in it that only wraps."""
    values = [value for value, _ in given.get(id(function), ())]
    names = {value.id for value in values if isinstance(value, ast.Name)}
    if not values or not all(isinstance(value, ast.Name) for value in values):
        return False
    own = list(_own(function))
    nested = {one.name: one for one in own if isinstance(one, _Function)}
    if any(isinstance(one, ast.Return) and one.value is None for one in own):
        return False
    return all(name in nested and _only_wraps(nested[name], given) for name in names)


def _own(function: _Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body without entering functions and classes defined in it."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _Function | ast.Lambda | ast.ClassDef):
            stack += reversed(list(ast.iter_child_nodes(node)))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
