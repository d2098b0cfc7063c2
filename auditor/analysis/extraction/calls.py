"""What calls of builtins and of the standard library give, as type expressions.

In: the callee's dotted name and the call. Out: a type expression, None where the call is as any other. Never knows
the project's own functions.
"""

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from auditor.analysis.extraction.annotations import union

if TYPE_CHECKING:
    from auditor.analysis.extraction.annotations import Annotations
    from auditor.analysis.extraction.scopes import Scope

Typed = Callable[[ast.expr], str | None]
STANDARD = (
    "builtins.", "typing", "functools.", "copy.", "asyncio.", "contextlib.", "weakref.", "random.", "dataclasses.",
    "itertools.",
)  # fmt: skip
"""How all callees begin of which `standard_call` knows anything."""
_LISTS = frozenset({"builtins.list", "builtins.sorted", "builtins.reversed", "builtins.iter", "builtins.tuple"})
_SETS = frozenset({"builtins.set", "builtins.frozenset"})
_SAME = frozenset({
    "asyncio.run", "asyncio.wait_for", "asyncio.shield", "copy.copy", "copy.deepcopy", "dataclasses.replace",
    "functools.partial", "weakref.proxy", "typing.assert_type",
})  # fmt: skip
_FIRST = frozenset({"builtins.next", "builtins.min", "builtins.max", "random.choice", "builtins.anext"})
_WITH = frozenset({"contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext"})
_TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})
_CASTS = frozenset({"typing.cast", "typing_extensions.cast"})
_DEFAULTED = frozenset({"get", "pop", "setdefault"})
_TYPE_VARIABLES = frozenset({"typing.TypeVar", "typing_extensions.TypeVar"})


def standard_call(callee: str, call: ast.Call, typed: Typed, names: "Annotations", scope: "Scope") -> str | None:
    """Return what a call gives where the callee is known to give back, hold or name one of its arguments."""
    if not callee.startswith(STANDARD):
        return None
    first = call.args[0] if call.args else None
    if first is None or isinstance(first, ast.Starred):
        return None
    if callee in _CASTS:
        return names.declared(first, scope) or "?"
    if callee in _TYPE_VARIABLES:
        return _type_variable(call, callee, names, scope)
    if callee == "typing.NewType" or callee == "typing_extensions.NewType":
        return names.expression(call.args[1], scope) if len(call.args) > 1 else None
    if callee == "builtins.type":
        return _followed(typed(first), ".<class>") if len(call.args) == 1 else None
    return _holding(callee, call, first, typed)


def _holding(callee: str, call: ast.Call, first: ast.expr, typed: Typed) -> str | None:
    if callee in _SAME:
        return typed(first) or "?"
    if callee in _FIRST:
        return _followed(typed(first), ".<item>") if len(call.args) == 1 or callee.endswith("next") else None
    if callee in _LISTS and not call.args[1:]:
        return f"builtins.list[{_item(first, typed)}]()"
    if callee in _SETS:
        return f"builtins.set[{_item(first, typed)}]()"
    if callee == "builtins.filter" and len(call.args) == 2:
        return f"builtins.list[{_item(call.args[1], typed)}]()"
    if callee == "builtins.enumerate":
        return f"builtins.list[builtins.tuple[builtins.int(),{_item(first, typed)}].<is>].<is>"
    if callee == "builtins.zip" or callee == "itertools.product":
        return f"builtins.list[builtins.tuple[{','.join(_item(one, typed) for one in call.args)}].<is>].<is>"
    if callee == "itertools.chain":
        items = dict.fromkeys(_item(one, typed) for one in call.args)
        return f"builtins.list[{next(iter(items))}].<is>" if len(items) == 1 else None
    if callee in _WITH:
        return f"contextlib.AbstractContextManager[{typed(first) or '?'}].<is>"
    if callee in _TASKS:
        return f"asyncio.Task[{typed(first) or '?'}].<is>"
    return None


def or_default(given: str, call: ast.Call, typed: Typed) -> str:
    """Return what `known.get(key, default)` gives: what the mapping holds, or the default, an object like any other.

    A default of a built-in class adds nothing: it has no member of the project's.
    """
    if len(call.args) != 2 or not isinstance(call.func, ast.Attribute) or call.func.attr not in _DEFAULTED:
        return given
    default = typed(call.args[1])
    if default is None or default.startswith(("builtins.", "?")):
        return given
    return union([given, default]) or given


def _item(node: ast.expr, typed: Typed) -> str:
    found = None if isinstance(node, ast.Starred) else typed(node)
    return f"{found}.<item>" if found else "?"


def _followed(expression: str | None, operation: str) -> str | None:
    return f"{expression}{operation}" if expression else None


def _type_variable(call: ast.Call, callee: str, names: "Annotations", scope: "Scope") -> str:
    bounds = [keyword.value for keyword in call.keywords if keyword.arg == "bound"] or call.args[1:]
    found = [names.declared(one, scope) or "?" for one in bounds]
    return f"{callee}[{','.join(found)}]()" if found else f"{callee}()"
