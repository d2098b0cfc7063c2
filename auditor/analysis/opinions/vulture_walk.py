"""One pass over a tree for what vulture has to be asked about, in the order in which its own visitor meets it.

In: a tree. Out: the names that are read, and the nodes that vulture judges: what may use names in a way of its own,
what defines something, what decides what can be reached. It knows which nodes can matter, and no rule of what they
mean.
"""

import ast
from ast import Assign, Attribute, Call, Constant, Expr, Load, Name, Store, arg, arguments, keyword
from collections.abc import Sequence
from types import NoneType
from typing import Any, NamedTuple

_LOOKUPS = frozenset(("getattr", "hasattr"))
_SEQUENCES = frozenset((ast.List, ast.Tuple))
_USING = frozenset((ast.BinOp, ast.Import, ast.ImportFrom, ast.MatchClass))
_JUDGED = frozenset((
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Module, ast.Return, ast.Raise,
    ast.Break, ast.Continue, ast.If, ast.IfExp, ast.While, ast.For, ast.AsyncFor, ast.With, ast.AsyncWith, ast.Try,
))  # fmt: skip

_BLANK = frozenset(("ctx", "op", "ops", "names", "type_comment"))
_PLAIN = frozenset((NoneType, str, int))
_FIELDS: dict[type, tuple[str, ...]] = {}

_OPEN = frozenset((ast.Name, ast.Attribute, ast.Compare, ast.Subscript, ast.NamedExpr, ast.Await))
_STOPPING = frozenset((ast.Return, ast.Raise, ast.Break, ast.Continue, ast.If, ast.While, ast.Try))


class Met(NamedTuple):
    """What one tree has: names and attributes that are read, and what vulture has to judge.

    `using` are nodes that may use names beside those of their children. `judged` are nodes that define something or
    matter to what can be reached, each after all that it contains.
    """

    names: set[str]
    attributes: set[str]
    using: list[Any]
    judged: list[Any]


def walk(tree: ast.Module) -> Met:  # noqa: C901 -- one loop that calls nothing of ours: it runs for every node
    """Return what vulture's visitor would meet.

    It visits children first. A stack that gives each node before its children, the last child first, has that order
    backwards. The inner loop goes down to the last child without a detour by the stack.
    """
    met = Met(set(), set(), [], [])
    name, attribute, using, judge = met.names.add, met.attributes.add, met.using.append, met.judged.append
    stack: list[Any] = [tree]
    push, pop, extend, fields_of = stack.append, stack.pop, stack.extend, _FIELDS.get
    while stack:
        node = pop()
        while True:
            kind = node.__class__
            if kind is Name:
                if node.ctx.__class__ is Store:
                    judge(node)
                else:
                    name(node.id)
            elif kind is Attribute:
                context = node.ctx.__class__
                if context is Load:
                    attribute(node.attr)
                elif context is Store:
                    judge(node)
                node = node.value
                continue
            elif kind is Constant:
                pass
            elif kind is Call:
                called = node.func
                if called.__class__ is Name:
                    name(called.id)
                    if called.id in _LOOKUPS:
                        using(node)
                else:
                    push(called)
                    if called.__class__ is Attribute and called.attr == "format":
                        using(node)
                extend(node.args)
                extend(node.keywords)
            elif kind is keyword or kind is Expr:
                node = node.value
                continue
            elif kind is Assign:
                if node.value.__class__ in _SEQUENCES:
                    using(node)
                extend(node.targets)
                node = node.value
                continue
            elif kind is arg:
                judge(node)
                node = node.annotation
                continue
            elif kind is arguments and not (node.posonlyargs or node.kwonlyargs or node.vararg or node.kwarg):
                extend(node.args)
                extend(node.defaults)
            elif kind not in _PLAIN:
                if kind in _JUDGED:
                    judge(node)
                if kind in _USING:
                    using(node)
                for field in fields_of(kind) or _fields(kind):
                    value = getattr(node, field, None)
                    if value.__class__ is list:
                        extend(value)
                    elif value is not None:
                        push(value)
            break
    met.judged.reverse()
    return met


def _fields(kind: type) -> tuple[str, ...]:
    _FIELDS[kind] = tuple(field for field in getattr(kind, "_fields", ()) if field not in _BLANK)
    return _FIELDS[kind]


def is_open(test: ast.expr) -> bool:
    """Return whether nothing in a condition is a value that can be told without running it."""
    if isinstance(test, ast.BoolOp):
        return all(map(is_open, test.values))
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not) and is_open(test.operand)
    if isinstance(test, ast.Call):  # the exception is `set()`
        return bool(test.args) or isinstance(test.func, ast.Attribute)
    return test.__class__ in _OPEN


def may_stop(block: Sequence[ast.stmt]) -> bool:
    """Return whether a statement of a block, but for its last, can be one after which nothing runs."""
    return not _STOPPING.isdisjoint(map(type, block[:-1]))
