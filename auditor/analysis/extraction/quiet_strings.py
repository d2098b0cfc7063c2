"""String literals that go nowhere: keys, operands of comparisons, what is logged or formatted.

In: a call, a subscript or a comparison. Out: ids of the nodes whose text cannot become a name that something looks up.
Never says that a string is no name: `getattr` itself is seen elsewhere, and the whole-program step still counts quiet
strings beside an unknown lookup, and keys where a class of the project looks its keys up as attributes.
"""

import ast

_KEYED = frozenset({"get", "pop", "setdefault", "has_key", "move_to_end"})
_TEXT = frozenset({
    "startswith", "endswith", "removeprefix", "removesuffix", "find", "rfind", "partition", "rpartition", "strip",
    "lstrip", "rstrip",
})  # fmt: skip
"""Methods whose argument is no part of what they give back."""
_LOGGED = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical"})
_LOGGERS = frozenset({"log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER"})
_PLAIN = frozenset({"print", "len", "isinstance"})
QUIET = _KEYED | _TEXT | _LOGGED | _PLAIN
"""Last name parts of calls that may have such arguments."""
_EMPTY: tuple[int, ...] = ()


def quiet_in_call(node: ast.Call, name: str) -> tuple[int, ...]:
    """Return the arguments of a call that stay where they are: a key, part of a text, a message."""
    if not node.args:
        return _EMPTY
    function = node.func
    if isinstance(function, ast.Attribute):
        if name in _KEYED:
            return (id(node.args[0]),)
        if name in _TEXT:
            return tuple(map(id, node.args))
        if name in _LOGGED:
            owner = function.value
            last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            return tuple(map(id, node.args)) if last in _LOGGERS else _EMPTY
        return _EMPTY
    return tuple(map(id, node.args)) if name in _PLAIN else _EMPTY


def quiet_in_comparison(node: ast.Compare) -> list[int]:
    """Return the literals that something is compared with, also those listed behind `in`."""
    found: list[int] = []
    for operand in (node.left, *node.comparators):
        if operand.__class__ is ast.Constant:
            found.append(id(operand))
        elif isinstance(operand, (ast.Tuple, ast.List, ast.Set)):
            found += map(id, operand.elts)
    return found
