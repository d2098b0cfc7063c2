"""Expressions as far as they can be known without running them.

In: an expression's node and its scope. Out: `Value`. Never evaluates anything.

Unpacking and joined sequences keep their order: `[a, *b]` and `[a] + b` are lists whose unknown part is a `call` of `*`
with that part as its only value.
"""

import ast

from auditor.analysis.extract_scopes import Names, Scope
from auditor.model.code import Value

_DEPTH = 12
_MANY = 400
UNKNOWN = Value("unknown")


def value_of(node: ast.expr | None, scope: Scope, names: Names, depth: int = 0) -> Value:
    """Return what can be known of an expression."""
    if node is None or depth > _DEPTH:
        return UNKNOWN
    if isinstance(node, ast.Constant):
        return _constant(node)
    if isinstance(node, ast.Name | ast.Attribute):
        text = names.callee(node, scope)
        return Value("name", text) if text else Value("unknown")
    if isinstance(node, ast.Call):
        return Value(
            "call",
            names.callee(node.func, scope),
            arguments(node, scope, names, depth + 1),
            keywords=keywords(node, scope, names, depth + 1),
        )
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return Value("list", "", _elements(node.elts, scope, names, depth + 1))
    if isinstance(node, ast.Dict):
        return _mapping(node, scope, names, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        joined = _joined(node, scope, names, depth + 1)
        if joined is not None:
            return joined
    pattern = pattern_of(node)
    return Value("pattern", pattern) if pattern is not None else UNKNOWN


def arguments(node: ast.Call, scope: Scope, names: Names, depth: int = 0) -> tuple[Value, ...]:
    """Return a call's positional arguments."""
    return _elements(node.args, scope, names, depth)


def keywords(node: ast.Call, scope: Scope, names: Names, depth: int = 0) -> dict[str, Value]:
    """Return a call's keyword arguments; `**x` is left out."""
    return {word.arg: value_of(word.value, scope, names, depth) for word in node.keywords if word.arg}


def pattern_of(node: ast.expr | None) -> str | None:
    """Return the text of a string expression with `*` for each unknown part, None where it is no string expression."""
    if isinstance(node, ast.Constant):
        return _plain(node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values]
        return _squeeze(_plain("".join(parts)))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = pattern_of(node.left), pattern_of(node.right)
        if left is None and right is None:
            return None
        return _squeeze((left if left is not None else "*") + (right if right is not None else "*"))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        left = pattern_of(node.left)
        return None if left is None else _squeeze(_percent(left))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        left = pattern_of(node.func.value)
        return None if left is None else _squeeze(_braces(left))
    return None


def _percent(text: str) -> str:
    pieces = text.split("%")
    return pieces[0] + "".join("*" + piece.lstrip("(")[1:] if piece else "*" for piece in pieces[1:])


def _braces(text: str) -> str:
    out, depth = [], 0
    for character in text:
        if character == "{":
            depth += 1
            out.append("*")
        elif character == "}":
            depth = max(0, depth - 1)
        elif not depth:
            out.append(character)
    return "".join(out)


def _squeeze(pattern: str) -> str:
    while "**" in pattern:
        pattern = pattern.replace("**", "*")
    return pattern


def _plain(text: str) -> str:
    """Return text that UTF-8 can hold: lone surrogates become question marks."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _constant(node: ast.Constant) -> Value:
    if isinstance(node.value, str):
        return Value("text", _plain(node.value))
    if isinstance(node.value, bool) or node.value is None:
        return Value("name", f"builtins.{node.value}")
    if isinstance(node.value, int | float):
        return Value("number", repr(node.value))
    return UNKNOWN


def _elements(nodes: list[ast.expr], scope: Scope, names: Names, depth: int) -> tuple[Value, ...]:
    if len(nodes) > _MANY and isinstance(nodes[0], ast.Constant):
        return ()
    return tuple(
        Value("call", "*", (value_of(node.value, scope, names, depth),))
        if isinstance(node, ast.Starred)
        else value_of(node, scope, names, depth)
        for node in nodes
    )


def _mapping(node: ast.Dict, scope: Scope, names: Names, depth: int) -> Value:
    if len(node.keys) > _MANY and isinstance(node.values[0], ast.Constant):
        return UNKNOWN
    keys: list[str] = []
    values: list[Value] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str | int):
            keys.append(str(key.value))
            values.append(value_of(value, scope, names, depth))
        elif key is None:
            keys.append("**")
            values.append(value_of(value, scope, names, depth))
        else:
            keys.append("*")
            values.append(value_of(value, scope, names, depth))
    return Value("dict", "", tuple(values), tuple(keys))


def _joined(node: ast.BinOp, scope: Scope, names: Names, depth: int) -> Value | None:
    sides = [value_of(side, scope, names, depth) for side in (node.left, node.right)]
    if not any(side.kind == "list" for side in sides):
        return None
    values: list[Value] = []
    for side in sides:
        values += side.values if side.kind == "list" else (Value("call", "*", (side,)),)
    return Value("list", "", tuple(values))
