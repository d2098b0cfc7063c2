"""Statements that control flow never gets to.

In: a module's tree. Out: `LocalFinding`s. Only certain causes count: `return`, `raise`, `break`, `continue`, an
endless loop, a constant condition, `sys.exit()` and its like, a function of the file annotated NoReturn. Never
reasons about values.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from auditor.model.code import DefinitionId, module_id
from auditor.model.inner import LocalFinding

_EXITS = {"exit": "sys", "_exit": "os", "abort": "os"}
_CLOSING = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Pass)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def unreachable_statements(tree: ast.Module, module: str) -> list[LocalFinding]:
    """Return one finding for each stretch of statements that nothing leads to, outermost only, in source order."""
    flow = _Flow(module, tree)
    flow.block(tree.body)
    return flow.found


class _Flow:
    """Goes through blocks; a block's answer is what ends it for certain (`""` where it may run to its end)."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.source: DefinitionId = module_id(module)
        self.prefix = module_id(module)
        self.found: list[LocalFinding] = []
        self.never = {one.name for one in tree.body if isinstance(one, _SCOPES[:2]) and _returns_never(one)}

    def block(self, statements: Sequence[ast.stmt]) -> str:
        for position, statement in enumerate(statements):
            follow = _KINDS.get(statement.__class__)
            if follow is not None and (ended := follow(self, statement)):
                self._report(statements[position + 1 :], f"after '{ended}'", certain=not ended.endswith("()"))
                return ended
        return ""

    def expression(self, node: ast.Expr) -> str:
        return self._exit(node.value) if node.value.__class__ is ast.Call else ""

    def iteration(self, node: ast.For | ast.AsyncFor) -> str:
        self.block(node.body)
        self.block(node.orelse)
        return ""

    def context(self, node: ast.With | ast.AsyncWith) -> str:
        self.block(node.body)  # what it enters may swallow an exception
        return ""

    def match(self, node: ast.Match) -> str:
        for case in node.cases:
            self.block(case.body)
        return ""

    def scope(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
        outside = self.source, self.prefix
        self.source = f"{self.prefix}{node.name}"
        self.prefix = f"{self.source}." if isinstance(node, ast.ClassDef) else f"{self.source}.<locals>."
        self.block(node.body)
        self.source, self.prefix = outside
        return ""

    def condition(self, node: ast.If) -> str:
        value = constant(node.test)
        if value is None:
            body, other = self.block(node.body), self.block(node.orelse)
            return "if" if body and other else ""
        dead, live = (node.orelse, node.body) if value else (node.body, node.orelse)
        if dead and not (isinstance(dead[0], ast.If) and dead is node.orelse):
            self._report(dead, f"as the condition is always {'true' if value else 'false'}")
        return self.block(live) if live else ""

    def loop(self, node: ast.While) -> str:
        value = constant(node.test)
        if value is False:
            self._report(node.body, "as the condition is always false")
            return self.block(node.orelse)
        self.block(node.body)
        if not value:
            self.block(node.orelse)
            return ""
        self._report(node.orelse, "as the loop never ends by its condition")
        return "" if _breaks(node.body) else "while"

    def attempt(self, node: ast.Try | ast.TryStar) -> str:
        body = self.block(node.body)
        if body:
            self._report(node.orelse, f"as the body always ends in '{body}'")
        else:
            body = self.block(node.orelse)
        handled = [self.block(one.body) for one in node.handlers]
        final = self.block(node.finalbody)
        return final or ("try" if body and all(handled) else "")

    def _exit(self, call: ast.expr) -> str:
        function = call.func if isinstance(call, ast.Call) else None
        if isinstance(function, ast.Attribute):
            owner = _EXITS.get(function.attr)
            called = owner is not None and isinstance(function.value, ast.Name) and function.value.id == owner
            return f"{owner}.{function.attr}()" if called else ""
        return f"{function.id}()" if isinstance(function, ast.Name) and function.id in self.never else ""

    def _report(self, statements: Sequence[ast.stmt], why: str, *, certain: bool = True) -> None:
        if not statements or _is_meant(statements, certain=certain):
            return
        line, end = statements[0].lineno, statements[-1].end_lineno or statements[-1].lineno
        first = statements[0]
        if isinstance(first, _SCOPES) and first.decorator_list:
            line = first.decorator_list[0].lineno
        self.found.append(LocalFinding("unreachable", f"<line {line}>", line, end, self.source, line, why))


_KINDS: dict[type, Callable[[_Flow, Any], str]] = {
    ast.Expr: _Flow.expression, ast.If: _Flow.condition, ast.While: _Flow.loop, ast.For: _Flow.iteration,
    ast.AsyncFor: _Flow.iteration, ast.With: _Flow.context, ast.AsyncWith: _Flow.context, ast.Try: _Flow.attempt,
    ast.TryStar: _Flow.attempt, ast.Match: _Flow.match, ast.FunctionDef: _Flow.scope,
    ast.AsyncFunctionDef: _Flow.scope, ast.ClassDef: _Flow.scope, ast.Return: lambda *_: "return",
    ast.Raise: lambda *_: "raise", ast.Break: lambda *_: "break", ast.Continue: lambda *_: "continue",
}  # fmt: skip
"""What follows each kind of statement; any other runs to its end."""


def constant(test: ast.expr, false: str = "") -> bool | None:
    """Return the value of a condition that is written down as a constant, None for any other.

    `false` is a name that is taken for False.
    """
    kind = test.__class__
    if kind is ast.UnaryOp and isinstance(test.op, ast.Not):  # type: ignore[attr-defined]
        value = constant(test.operand, false)  # type: ignore[attr-defined]
        return None if value is None else not value
    if kind is ast.BoolOp:
        values = [constant(one, false) for one in test.values]  # type: ignore[attr-defined]
        decides = isinstance(test.op, ast.Or)  # type: ignore[attr-defined]
        return decides if decides in values else None if None in values else not decides
    if isinstance(test, ast.Name | ast.Attribute):
        return False if false and (test.id if isinstance(test, ast.Name) else test.attr) == false else None
    return bool(test.value) if isinstance(test, ast.Constant) and test.value is not ... else None


def _is_meant(statements: Sequence[ast.stmt], *, certain: bool) -> bool:
    """Return whether statements stand there for what they are: a `yield` makes a generator, an import tells tools.

    After a call that never returns, a closing `return` or `raise` only tells readers and linters so.
    """
    if not certain and all(isinstance(one, _CLOSING) for one in statements):
        return True
    if all(isinstance(one, ast.Import | ast.ImportFrom | ast.Pass) for one in statements):
        return True
    return any(_yields(one) for one in statements)


def _yields(node: ast.AST) -> bool:
    if isinstance(node, ast.Yield | ast.YieldFrom):
        return True
    return not isinstance(node, (*_SCOPES, ast.Lambda)) and any(_yields(one) for one in ast.iter_child_nodes(node))


def _breaks(statements: Sequence[ast.AST]) -> bool:
    """Return whether statements contain a `break` that ends the loop they are the body of."""
    for node in statements:
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, _LOOPS):
            if _breaks(node.orelse):
                return True
        elif not isinstance(node, (*_SCOPES, ast.expr)) and _breaks(list(ast.iter_child_nodes(node))):
            return True
    return False


def _returns_never(node: ast.AST) -> bool:
    returns = getattr(node, "returns", None)
    name = returns.attr if isinstance(returns, ast.Attribute) else getattr(returns, "id", "")
    return (
        name in ("NoReturn", "Never") and not getattr(node, "decorator_list", ()) and isinstance(node, ast.FunctionDef)
    )
