"""Operators of start-up code between values, and what going through a value gives.

In: values. Out: a value, `UNKNOWN` where a part that matters is not known. Never calls anything.
"""

import ast
import operator
from collections.abc import Callable
from typing import Any

from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Class,
    Either,
    External,
    Function,
    Instance,
    Made,
    Unknown,
)

_LONGEST = 2000
"""Characters of a text: more than any path has."""
_COMPARED: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
OPAQUE = (Unknown, External, Made, Either)
"""Values that may turn out to be any other."""


def elements(value: Abstract) -> list[Abstract] | None:
    """Return what going through a value gives, None where that is not known."""
    if isinstance(value, list | tuple | dict | str):
        return list(value)
    if isinstance(value, Class):  # an enumeration
        members = (one for name, one in value.attributes.items() if not name.startswith("_"))
        return [one for one in members if not isinstance(one, Function | Class)]
    if isinstance(value, Instance) and isinstance(value.state, list):
        return list(value.state)
    return None


def operate(op: ast.operator, left: Abstract, right: Abstract) -> Abstract:
    """Return the value of an operator between two values."""
    if isinstance(op, ast.Add):
        return _add(left, right)
    if isinstance(op, ast.Mod) and isinstance(left, str):
        return _fill_in(left, right)
    if isinstance(op, ast.BitOr) and isinstance(left, dict) and isinstance(right, dict):
        return left | right
    if isinstance(op, ast.BitOr) and isinstance(left, list) and isinstance(right, list):
        return [*left, *(one for one in right if not any(one is known for known in left))]
    if isinstance(op, ast.Div) and isinstance(left, str) and isinstance(right, str):  # paths, URLs
        return f"{left.rstrip('/')}/{right}"
    return UNKNOWN


def _add(left: Abstract, right: Abstract) -> Abstract:
    if isinstance(left, list | tuple) or isinstance(right, list | tuple):
        return [*(elements(left) or []), *(elements(right) or [])]
    if isinstance(left, str) and isinstance(right, str) and len(left) + len(right) < _LONGEST:
        return left + right
    return left + right if isinstance(left, int) and isinstance(right, int) else UNKNOWN


def _fill_in(text: str, given: Abstract) -> Abstract:
    """Return `text % given`."""
    values = tuple(given) if isinstance(given, tuple | list) else given
    parts = values if isinstance(values, tuple) else values.values() if isinstance(values, dict) else (values,)
    if not all(isinstance(one, str | int) for one in parts):
        return UNKNOWN
    try:
        return text % values
    except (TypeError, ValueError, KeyError):
        return UNKNOWN


def compare(op: ast.cmpop, left: Abstract, right: Abstract) -> Abstract:
    """Return the value of one comparison."""
    if isinstance(op, ast.In | ast.NotIn):
        found = _contains(left, right)
        return UNKNOWN if found is None else found is isinstance(op, ast.In)
    if isinstance(left, OPAQUE) or isinstance(right, OPAQUE):
        return UNKNOWN
    if isinstance(op, ast.Is | ast.IsNot):
        return (left is right) is isinstance(op, ast.Is)
    try:
        return bool(_COMPARED[op.__class__](left, right))
    except TypeError:
        return UNKNOWN


def _contains(one: Abstract, container: Abstract) -> bool | None:
    """Return whether `one in container`, None where that is not known."""
    if isinstance(one, str) and isinstance(container, str):
        return one in container
    inside = elements(container)
    if inside is None or isinstance(one, OPAQUE):
        return None
    if any(known is one or (type(known) is type(one) and known == one) for known in inside):
        return True
    return None if any(isinstance(known, OPAQUE) for known in inside) else False
