"""Statements of start-up code, in the order in which they run.

In: a body and its scope. Out: filled scopes. Both branches of a condition that cannot be told are followed, and what
happens there is conditional; a name that the branches disagree on keeps the value of which most is known.
"""

# ruff: noqa: ANN401 - values are anything

import ast
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from auditor.analysis.routing.startup.attributes import Attributes
from auditor.analysis.routing.startup.operators import operate
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Class,
    Either,
    External,
    Function,
    Instance,
    Made,
    Module,
    Scope,
    Unknown,
    truth,
)
from auditor.model.code import absolute_import

_MOST_ROUNDS = 2000
_VAGUE = (Unknown, External, Made)
_MISSING = object()


class Statements(Attributes):
    """Follows statements. `conditional` is above 0 while it cannot be told whether they run."""

    conditional = 0

    def block(self, body: Sequence[ast.stmt], scope: Scope) -> str:
        """Follow statements; return how they end: `""`, `return`, `raise`, `break` or `continue`."""
        for statement in body:
            found = self._statements.get(statement.__class__)
            ending = found(self, statement, scope) if found is not None else ""
            if ending:
                return ending
        return ""

    def named(self, value: Abstract, name: str) -> None:
        """Take note of the dotted name of the variable that holds a value."""
        raise NotImplementedError

    def returned(self, value: Abstract, scope: Scope) -> None:
        """Keep what a function returns."""
        raise NotImplementedError

    def _expression(self, node: ast.Expr, scope: Scope) -> str:
        self.evaluate(node.value, scope)
        return ""

    def _assign(self, node: ast.Assign, scope: Scope) -> str:
        value = self.evaluate(node.value, scope)
        for target in node.targets:
            self.bind(target, value, scope)
        return ""

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> str:
        if scope.kind == "class" and isinstance(node.target, ast.Name):
            scope.fields.append(node.target.id)
        if node.value is not None:
            self.bind(node.target, self.evaluate(node.value, scope), scope)
        return ""

    def bind(self, target: ast.AST, value: Abstract, scope: Scope) -> None:
        """Bind an assignment's target."""
        if isinstance(target, ast.Name):
            home = scope.module.scope if target.id in scope.globals else scope
            home.variables[target.id] = value
            self.named(value, home.id_of(target.id).replace(":", "."))
        elif isinstance(target, ast.Tuple | ast.List):
            self._bind_many(target.elts, value, scope)
        elif isinstance(target, ast.Attribute):
            receiver = self.evaluate(target.value, scope)
            self.set_attribute(receiver, target.attr, value)
            if isinstance(receiver, Instance) and isinstance(receiver.of, Class):
                self.named(value, f"{receiver.of.id.replace(':', '.')}.{target.attr}")
        elif isinstance(target, ast.Subscript):
            receiver, key = self.evaluate(target.value, scope), self.evaluate(target.slice, scope)
            if isinstance(receiver, dict):
                receiver[self.hashable(key)] = value
        elif isinstance(target, ast.Starred):
            self.bind(target.value, value, scope)

    def _bind_many(self, targets: list[ast.expr], value: Abstract, scope: Scope) -> None:
        values = self.iterate(value)
        starred = next((at for at, one in enumerate(targets) if isinstance(one, ast.Starred)), None)
        if values is not None and starred is not None and len(values) >= len(targets) - 1:
            after = len(targets) - starred - 1
            end = len(values) - after
            values = [*values[:starred], values[starred:end], *values[end:]]
        if values is None or len(values) != len(targets):
            values = [UNKNOWN] * len(targets)
        for one, given in zip(targets, values, strict=True):
            self.bind(one, given, scope)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> str:
        given = self.evaluate(node.value, scope)
        before = self.evaluate(node.target, scope)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            before += self.iterate(given) or []
        else:
            self.bind(node.target, operate(node.op, before, given), scope)
        return ""

    def _if(self, node: ast.If, scope: Scope) -> str:
        known = truth(self.evaluate(node.test, scope))
        if _asks_for_main(node.test):
            known = None
        if known is not None:
            return self.block(node.body if known else node.orelse, scope)
        return self.branches([node.body, node.orelse], scope)

    def branches(self, bodies: Sequence[Sequence[ast.stmt]], scope: Scope) -> str:
        """Follow all of several branches, of which one runs; return how they end where they agree on it."""
        before = dict(scope.variables)
        outcomes: list[dict[str, Abstract]] = []
        left: list[dict[str, Abstract]] = []
        endings: set[str] = set()
        self.conditional += 1
        for body in bodies:
            scope.variables.clear()
            scope.variables.update(before)
            ending = self.block(body, scope)
            endings.add(ending)
            (left if ending in ("return", "raise") else outcomes).append(dict(scope.variables))
        self.conditional -= 1
        outcomes = outcomes or left
        names = dict.fromkeys(name for one in outcomes for name in one)
        for name in names:
            values = [one.get(name, _MISSING) for one in outcomes]
            scope.variables[name] = _joined(before.get(name, _MISSING), values)
        return endings.pop() if len(endings) == 1 else ""

    def _for(self, node: ast.For | ast.AsyncFor, scope: Scope) -> str:
        elements = self.iterate(self.evaluate(node.iter, scope))
        if elements is None:
            self.bind(node.target, UNKNOWN, scope)
            self.branches([node.body, []], scope)
            return ""
        for one in elements[:_MOST_ROUNDS]:
            self.bind(node.target, one, scope)
            ending = self.block(node.body, scope)
            if ending in ("return", "raise"):
                return ending
            if ending == "break":
                return ""
        return self.block(node.orelse, scope)

    def _while(self, node: ast.While, scope: Scope) -> str:
        if truth(self.evaluate(node.test, scope)) is not False:
            self.branches([node.body, []], scope)
        return ""

    def _try(self, node: Any, scope: Scope) -> str:
        self.conditional += 1
        ending = self.block(node.body, scope)
        self.conditional -= 1
        if not ending:
            ending = self.block(node.orelse, scope)
        held = dict(scope.variables)
        for one in node.handlers:
            self.branches([one.body, []], scope)
            for name, value in held.items():
                if not isinstance(value, _VAGUE) or isinstance(scope.variables.get(name), _VAGUE):
                    scope.variables[name] = value
        last = self.block(node.finalbody, scope)
        return last or ("" if ending == "raise" and node.handlers else ending)

    def _with(self, node: ast.With | ast.AsyncWith, scope: Scope) -> str:
        for one in node.items:
            value = self.evaluate(one.context_expr, scope)
            if isinstance(value, Instance) and not value.native:
                value = self.call_method(value, "__enter__", [], {}, node.lineno)
            if one.optional_vars is not None:
                self.bind(one.optional_vars, value, scope)
        return self.block(node.body, scope)

    def _match(self, node: ast.Match, scope: Scope) -> str:
        self.evaluate(node.subject, scope)
        return self.branches([*(case.body for case in node.cases), []], scope)

    def _return(self, node: ast.Return, scope: Scope) -> str:
        self.returned(self.evaluate(node.value, scope), scope)
        return "return"

    def _raise(self, node: ast.Raise, scope: Scope) -> str:
        return "raise"

    def _break(self, node: ast.Break, scope: Scope) -> str:
        return "break"

    def _continue(self, node: ast.Continue, scope: Scope) -> str:
        return "continue"

    def _global(self, node: ast.Global, scope: Scope) -> str:
        scope.globals.update(node.names)
        return ""

    # Imports

    def _import(self, node: ast.Import, scope: Scope) -> str:
        for alias in node.names:
            value = self.imported(alias.name, scope.module.name)
            if alias.asname is None:
                value = self.imported(alias.name.partition(".")[0], scope.module.name)
            scope.variables[alias.asname or alias.name.partition(".")[0]] = value
        return ""

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> str:
        base = _absolute(node, scope.module)
        for alias in node.names:
            if alias.name == "*":
                self._star(base, scope)
                continue
            holder = self.imported(base, scope.module.name) if base else None
            if isinstance(holder, Module):
                value = self.module_member(holder, alias.name)
            else:
                value = self.imported(f"{base}.{alias.name}" if base else alias.name, scope.module.name)
            scope.variables[alias.asname or alias.name] = value
        return ""

    def _star(self, base: str, scope: Scope) -> None:
        module = self.imported(base, scope.module.name)
        if not isinstance(module, Module):
            return
        listed = self.iterate(module.scope.variables.get("__all__"))
        names = list(module.scope.variables) if listed is None else [one for one in listed if isinstance(one, str)]
        for name in names:
            if listed is not None or not name.startswith("_"):
                scope.variables[name] = self.module_member(module, name)

    # Definitions

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> str:
        made = self.make_function(node, scope, scope.id_of(node.name))
        scope.variables[node.name] = self.decorated(made, node.decorator_list, scope)
        return ""

    def decorated(self, made: Abstract, decorators: list[ast.expr], scope: Scope) -> Abstract:
        """Return what decorators make of a function or class; what they register, they register."""
        value = made
        for one in reversed(decorators):
            before = value
            found = self.call(self.evaluate(one, scope), [value], {}, one.lineno)
            if isinstance(found, Function | Class) or (isinstance(found, Instance) and found.native):
                value = found
            if isinstance(value, Function) and isinstance(before, Function) and value.origin is not before.origin:
                value.stands_for = before
        return value

    def _class(self, node: ast.ClassDef, scope: Scope) -> str:
        bases = [self.evaluate(one, scope) for one in node.bases]
        identity = scope.id_of(node.name)
        inside = identity.partition(":")[2]
        inner = Scope("class", scope.module, scope, inside, identity)
        made = Class(identity, [one for one in bases if isinstance(one, Class | External)], inner)
        inner.owner = made
        self.classes.append(made)
        words = {one.arg: self.evaluate(one.value, scope) for one in node.keywords if one.arg}
        self.block(node.body, inner)
        hook = made.find("__init_subclass__", after=made)
        if isinstance(hook, Function):
            self.call(hook, [made], {k: v for k, v in words.items() if k != "metaclass"}, node.lineno)
        scope.variables[node.name] = self.decorated(made, node.decorator_list, scope)
        return ""

    _statements: ClassVar[dict[type, Callable[[Any, Any, Scope], str]]] = {
        ast.Expr: _expression, ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _augmented, ast.If: _if,
        ast.For: _for, ast.AsyncFor: _for, ast.While: _while, ast.Try: _try, getattr(ast, "TryStar", ast.Try): _try,
        ast.With: _with, ast.AsyncWith: _with, ast.Match: _match, ast.Return: _return, ast.Raise: _raise,
        ast.Break: _break, ast.Continue: _continue, ast.Global: _global, ast.Import: _import,
        ast.ImportFrom: _import_from, ast.FunctionDef: _function, ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
    }  # fmt: skip


def _joined(before: Abstract, values: list[Abstract]) -> Abstract:
    """Return the value of a name after branches that may disagree: what was, unless it says less."""
    present = [one for one in values if one is not _MISSING]
    if all(one is present[0] for one in present):
        return present[0]
    useful = [one for one in present if one is not None and not isinstance(one, _VAGUE)] or present
    lists = [one for one in useful if isinstance(one, list)]
    if len(lists) == len(useful) and lists:
        return max([before, *lists] if any(before is one for one in lists) else lists, key=len)
    served = [one for one in useful if isinstance(one, Instance) and one.native]
    if len(served) > 1:
        return Either(served)
    return before if any(one is before for one in useful) else useful[0]


def _asks_for_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    is_package = module.facts is None or module.facts.is_package
    return absolute_import(module.name, node.level, node.module or "", is_package=is_package)
