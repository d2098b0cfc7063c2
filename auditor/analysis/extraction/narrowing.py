"""What a test tells of the names in it: `isinstance`, `issubclass`, `type(x) is C`, patterns of `match`.

In: the test of a condition, or a pattern. Out: what holds of which name where it is true, and where it is false. Never
looks a class up, and says nothing where it is not sure.
"""

import ast
from collections.abc import Sequence
from typing import Literal, NamedTuple


class Told(NamedTuple):
    """`name` (`x`, `self.x`) is an instance of a class (`is`), that class or a subclass (`class`), or no such (`not`).

    `node` is the class for `is` and the tested expression for `not` and `class`; `classes` are those it is not.
    """

    name: str
    kind: Literal["is", "class", "not"]
    node: ast.expr
    classes: ast.expr | None = None


Facts = tuple[Told, ...]


_NOTHING: tuple[Facts, Facts] = ((), ())
_TELLING = frozenset({ast.UnaryOp, ast.BoolOp, ast.Call, ast.Compare})


def told_by(test: ast.expr) -> tuple[Facts, Facts]:
    """Return what holds where a test is true, and what holds where it is false."""
    if test.__class__ not in _TELLING:
        return _NOTHING
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        true, false = told_by(test.operand)
        return false, true
    if isinstance(test, ast.BoolOp):
        return _joined(test)
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and len(test.args) == 2:
        return _called(test.func.id, test.args[0], test.args[1])
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Call) and len(test.ops) == 1:
        left = test.left
        if (
            isinstance(left.func, ast.Name) and left.func.id == "type" and left.args
            and isinstance(test.ops[0], (ast.Is, ast.Eq))
        ):  # fmt: skip
            true, _ = _called("isinstance", left.args[0], test.comparators[0])
            return true, ()
    return _NOTHING


def _called(function: str, tested: ast.expr, classes: ast.expr) -> tuple[Facts, Facts]:
    name = name_of(tested) if function in ("isinstance", "issubclass") else ""
    if not name:
        return _NOTHING
    if function == "issubclass":
        return ((Told(name, "class", classes),) if isinstance(classes, ast.Name | ast.Attribute) else ()), ()
    return (Told(name, "is", classes),), (Told(name, "not", tested, classes),)


def _joined(test: ast.BoolOp) -> tuple[Facts, Facts]:
    sides = [told_by(one) for one in test.values]
    if isinstance(test.op, ast.And):
        return tuple(fact for true, _ in sides for fact in true), ()
    false = tuple(fact for _, false in sides for fact in false)
    first = sides[0][0]
    every = [true[0] for true, _ in sides if len(true) == 1 and true[0].kind == "is"]
    if len(first) == 1 and len(every) == len(sides) and all(one.name == first[0].name for one in every):
        return (first[0]._replace(node=ast.Tuple([one.node for one in every], ast.Load())),), false
    return (), false


def name_of(node: ast.expr | None) -> str:
    """Return `x` or `x.a.b` as written, `""` for anything else; of a walrus, its name."""
    if isinstance(node, ast.NamedExpr):
        node = node.target
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def classes_of(pattern: ast.pattern | None) -> ast.expr | None:
    """Return the class, or the tuple of classes, that a pattern requires; None where it takes others too."""
    if isinstance(pattern, ast.MatchClass):
        return pattern.cls
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is not None:
        return classes_of(pattern.pattern)
    if isinstance(pattern, ast.MatchOr):
        found = [classes_of(one) for one in pattern.patterns]
        known = [one for one in found if one is not None]
        return ast.Tuple(known, ast.Load()) if len(known) == len(found) else None
    return None


def ends(body: Sequence[ast.stmt]) -> bool:
    """Return whether nothing behind these statements runs after them."""
    last = body[-1] if body else None
    if isinstance(last, ast.If):
        return ends(last.body) and ends(last.orelse)
    return last.__class__ in _ENDS


_ENDS = frozenset({ast.Return, ast.Raise, ast.Continue, ast.Break})


def told_after(node: ast.If, true: Facts, false: Facts) -> Facts:
    """Return what holds behind a condition, because one of its branches never gets there.

    `true` and `false` are what its test tells.
    """
    if ends(node.body) and not ends(node.orelse):
        return (*false, *_last(node.orelse))
    return (*true, *_last(node.body)) if ends(node.orelse) else ()


def _last(body: Sequence[ast.stmt]) -> Facts:
    last = body[-1] if body else None
    return told_after(last, *told_by(last.test)) if isinstance(last, ast.If) else ()
