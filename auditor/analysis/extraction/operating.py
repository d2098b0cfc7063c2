"""The walk over what is done to objects without naming a method: operators, builtins, what is awaited or called.

In: nodes of one file's tree. Out: a list of such operations, with the scope each stands in. Never resolves a name.
"""

# ruff: noqa: N802 - visitors are named after ast's classes

import ast
from collections.abc import Callable

from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.visiting import Visitor
from auditor.model.code import DefinitionId

_HOLDING = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Await, ast.Subscript})
"""Expressions whose value may be an object of a class of the project."""
_ASKED = {
    "len": "len", "iter": "for", "list": "for", "tuple": "for", "set": "for", "sorted": "for", "sum": "for",
    "any": "for", "all": "for", "enumerate": "for", "next": "next", "aiter": "async for", "anext": "anext",
    "bool": "bool", "str": "str", "int": "int", "float": "float", "hash": "hash", "reversed": "reversed", "abs": "abs",
    "bytes": "bytes", "round": "round",
}  # fmt: skip
"""Builtins that do something to their first argument, which its class has to know of."""
_UNARY: dict[type, str] = {ast.Not: "bool", ast.USub: "-x", ast.UAdd: "+x", ast.Invert: "~x"}
BINARY: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}  # fmt: skip
COMPARING: dict[type, str] = {
    ast.In: "in", ast.NotIn: "in", ast.Eq: "==", ast.NotEq: "==", ast.Lt: "<", ast.Gt: "<", ast.LtE: "<=",
    ast.GtE: "<=",
}  # fmt: skip
SUBSCRIPT: dict[type, str] = {ast.Load: "[]", ast.Store: "[]=", ast.Del: "del []"}


class OperationWalk(Visitor):
    """Adds operations to what every walk has: `operated` in source order, `called` variables with their first line."""

    def __init__(self, module: str, resolve_import: Callable[[ast.ImportFrom], str]) -> None:
        super().__init__(module, resolve_import)
        self.operated: list[tuple[Scope, DefinitionId, ast.expr, str]] = []
        self.called: dict[tuple[Scope, DefinitionId, str], int] = {}

    def operate(self, node: ast.expr, operation: str) -> None:
        """Note what is done to an object."""
        if node.__class__ in _HOLDING:
            self.operated.append((self.scope, self.source, node, operation))

    def visit_Await(self, node: ast.Await) -> None:
        """Visit what is awaited; a call gives what can be."""
        value = node.value
        if value.__class__ is not ast.Call:
            self.operate(value, "await")
        self.table[value.__class__](self, value)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """Visit what is negated."""
        self.operate(node.operand, _UNARY[node.op.__class__])
        self.table[node.operand.__class__](self, node.operand)

    def operate_call(self, node: ast.Call, name: str) -> None:
        """Note what calling a variable, a class with one value, or a builtin such as `len` does to an object."""
        arguments = node.args
        if name in _ASKED:
            if arguments:
                self.operate(arguments[0], _ASKED[name])
        elif not name[0].isupper():
            self.called.setdefault((self.scope, self.source, name), node.lineno)
        elif len(arguments) == 1 and not node.keywords and arguments[0].__class__ is not ast.Constant:
            self.operate(node.func, "value")
