"""Expressions as far as they can be known without running them.

In: an expression's node and its scope. Out: `Value`. Never evaluates anything.

Unpacking and joined sequences keep their order: `[a, *b]` and `[a] + b` are lists whose unknown part is a `call` of `*`
with that part as its only value. A comprehension is a `call` of `<for>` with what it goes through and its element, and
its variables as `keys`.
"""

import ast
from collections.abc import Callable
from string import Formatter
from typing import Any

from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.types import Names
from auditor.model.code import Value

_DEPTH = 12
_MANY = 400
UNKNOWN = Value("unknown")


def value_of(node: ast.expr | None, scope: Scope, names: Names, depth: int = 0) -> Value:
    """Return what can be known of an expression."""
    if node is None or depth > _DEPTH:
        return UNKNOWN
    if isinstance(node, _NAMED):
        text = names.callee(node, scope)
        return Value("name", text) if text else UNKNOWN
    read = _KINDS.get(node.__class__)
    return read(node, scope, names, depth + 1) if read is not None else _pattern(node, scope, names, depth + 1)


def _pattern(node: ast.expr, scope: Scope, names: Names, depth: int) -> Value:
    pattern = pattern_of(node)
    return UNKNOWN if pattern is None else Value("pattern", pattern, _parts(node, scope, names, depth))


def _sequence(node: ast.List | ast.Tuple | ast.Set, scope: Scope, names: Names, depth: int) -> Value:
    return Value("list", "", _elements(node.elts, scope, names, depth))


def _call(node: ast.Call, scope: Scope, names: Names, depth: int) -> Value:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "format" and (text := pattern_of(node)) is not None:
        return Value("pattern", text, _filled(node, scope, names, depth))
    given = arguments(node, scope, names, depth)
    return Value("call", names.callee(node.func, scope), given, keywords=keywords(node, scope, names, depth))


def _repeated(node: ast.ListComp | ast.GeneratorExp, scope: Scope, names: Names, depth: int) -> Value:
    """Return a comprehension over one iterable; unknown where it filters or nests."""
    generator = node.generators[0]
    targets = generator.target.elts if isinstance(generator.target, ast.Tuple) else [generator.target]
    if len(node.generators) > 1 or generator.ifs or not all(isinstance(one, ast.Name) for one in targets):
        return UNKNOWN
    keys = tuple(names.callee(one, scope) for one in targets)
    inner = (value_of(generator.iter, scope, names, depth), value_of(node.elt, scope, names, depth))
    return Value("call", "<for>", inner, keys)


def _parts(node: ast.expr, scope: Scope, names: Names, depth: int) -> tuple[Value, ...]:
    """Return what an f-string or a concatenation is put together from."""
    parts: tuple[ast.expr, ...] = ()
    if isinstance(node, ast.JoinedStr):
        parts = tuple(_inserted(part) for part in node.values)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = (node.left, node.right)
    return tuple(value_of(part, scope, names, depth) for part in parts)


def _inserted(part: ast.expr) -> ast.expr:
    """Return what an f-string inserts as it is; a part that is formatted stays unknown."""
    plain = isinstance(part, ast.FormattedValue) and part.conversion == -1 and part.format_spec is None
    return part.value if isinstance(part, ast.FormattedValue) and plain else part


def _filled(node: ast.Call, scope: Scope, names: Names, depth: int) -> tuple[Value, ...]:
    """Return the parts of `"…{}…".format(…)`, none where the text or what fills it cannot be told."""
    text = node.func.value if isinstance(node.func, ast.Attribute) else None
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return ()
    given: dict[str, ast.expr] = {str(position): one for position, one in enumerate(node.args)}
    given.update({word.arg: word.value for word in node.keywords if word.arg})
    parts: list[Value] = []
    try:
        for position, (literal, field, _, _) in enumerate(Formatter().parse(text.value)):
            parts.append(Value("text", _plain(literal)))
            if field is not None:
                parts.append(value_of(given.get(field or str(position)), scope, names, depth))
    except ValueError:
        return ()
    return tuple(parts)


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


def _constant(node: ast.Constant, *_: object) -> Value:
    value = node.value
    if isinstance(value, str):
        return Value("text", _plain(value))
    if value is None or isinstance(value, bool):
        return Value("name", f"builtins.{value}")
    return Value("number", repr(value)) if isinstance(value, int | float) else UNKNOWN


def _elements(nodes: list[ast.expr], scope: Scope, names: Names, depth: int) -> tuple[Value, ...]:
    if not nodes or (len(nodes) > _MANY and isinstance(nodes[0], ast.Constant)):
        return ()
    return tuple(
        [
            Value("call", "*", (value_of(node.value, scope, names, depth),))
            if isinstance(node, ast.Starred)
            else value_of(node, scope, names, depth)
            for node in nodes
        ]
    )


def _mapping(node: ast.Dict, scope: Scope, names: Names, depth: int) -> Value:
    if len(node.keys) > _MANY and isinstance(node.values[0], ast.Constant):
        return UNKNOWN
    keys: list[str] = []
    values: list[Value] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str | int):
            keys.append(_plain(str(key.value)))
            values.append(value_of(value, scope, names, depth))
        elif key is None:
            keys.append("**")
            values.append(value_of(value, scope, names, depth))
        else:
            keys.append("*")
            values.append(value_of(value, scope, names, depth))
    return Value("dict", "", tuple(values), tuple(keys))


def _added(node: ast.BinOp, scope: Scope, names: Names, depth: int) -> Value:
    if isinstance(node.op, ast.Add):
        sides = [value_of(side, scope, names, depth) for side in (node.left, node.right)]
        if any(side.kind == "list" for side in sides):
            values: list[Value] = []
            for side in sides:
                values += side.values if side.kind == "list" else (Value("call", "*", (side,)),)
            return Value("list", "", tuple(values))
    return _pattern(node, scope, names, depth)


_NAMED = (ast.Name, ast.Attribute)
_KINDS: dict[type, Callable[[Any, Scope, Names, int], Value]] = {
    ast.Constant: _constant, ast.Call: _call, ast.List: _sequence, ast.Tuple: _sequence, ast.Set: _sequence,
    ast.Dict: _mapping, ast.BinOp: _added, ast.ListComp: _repeated, ast.GeneratorExp: _repeated,
}  # fmt: skip
"""How each kind of expression is read; of others, the text they may be."""
