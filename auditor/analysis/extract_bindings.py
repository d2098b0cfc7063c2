"""The walk over statements that bind names: assignments, loops, patterns, imports, and the guards around them.

In: nodes of one file's tree. Out: bindings in scopes, variables and imports as definitions. Never follows an import.
"""

# ruff: noqa: N802, N815, ANN401 - visitors are named after ast's classes; several classes share a visitor

import ast
from typing import Any

from auditor.analysis.extract_expressions import ExpressionWalk
from auditor.analysis.extract_records import (
    ChainUse,
    Found,
    Store,
)  # fmt: skip
from auditor.analysis.extract_scopes import Binding, Origin, Scope
from auditor.model.code import DefinitionId

_DECLARED = (
    ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.BinOp, ast.JoinedStr,
    ast.ListComp,
)  # fmt: skip


class BindingWalk(ExpressionWalk):
    """Adds bindings to the walk over expressions."""

    def bind(self, target: ast.AST, value: ast.expr | None, *, defines: ast.stmt | None = None) -> None:
        """Bind an assignment's target; `defines` is the statement where it makes module or class variables."""
        if isinstance(target, ast.Name):
            self._bind_name(target.id, value, target.lineno, defines)
        elif isinstance(target, ast.Tuple | ast.List):
            values: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(values):
                values = list(value.elts)
            for element, one in zip(target.elts, values, strict=True):
                self.bind(element, one, defines=defines)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None, defines=defines)
        elif isinstance(target, ast.Attribute):
            self.stores.append(Store(self.scope, target.value, target.attr, value, None))
            self.visit(target.value)
        else:
            self.visit(target)

    def _bind_name(self, name: str, value: ast.expr | None, line: int, defines: ast.stmt | None) -> None:
        scope = self._variable_scope()
        binding = scope.binding(name)
        binding.origins.append(Origin("value" if value is not None else "unknown", value, self.scope))
        home = scope.module() if name in scope.global_names else scope
        if home.kind in ("module", "class") and (defines is not None or home is not scope):
            self._target(binding, f"{home.prefix}.{name}")
            if defines is not None and home is scope:
                self.define_variable(home, name, defines, None)

    def _variable_scope(self) -> Scope:
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        return scope

    @staticmethod
    def _target(binding: Binding, target: str) -> None:
        if target not in binding.targets:
            binding.targets.append(target)

    def define_variable(self, scope: Scope, name: str, statement: ast.stmt, annotation: ast.expr | None) -> None:
        """Record a module- or class-level variable."""
        if scope.kind == "module" and name == "__all__":
            return
        end = statement.end_lineno or statement.lineno
        self.found.append(
            Found(self.id_in(scope, name), "variable", statement, scope, statement.lineno, end, annotation)
        )

    def id_in(self, scope: Scope, name: str) -> DefinitionId:
        """Return the id of a name defined in a scope."""
        inside = scope.prefix[len(self.module_name) + 1 :]
        return f"{self.module_name}:{inside}.{name}" if inside else f"{self.module_name}:{name}"

    def unbound_target(self, target: ast.AST) -> None:
        """Bind a target whose value cannot be known (loops, `with`, `except`)."""
        self.bind(target, None)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Bind targets; a pure value of one module variable is used by that variable, not by the module."""
        scope = self._variable_scope()
        named = [target for target in node.targets if isinstance(target, ast.Name)]
        outer = self.source
        if scope.kind in ("module", "class"):
            for name in named:
                self._declare(scope, name.id, node.value, node.lineno)
            only = named[0].id if scope.kind == "module" and len(node.targets) == len(named) == 1 else "__"
            if not only.startswith("__") and _is_pure(node.value):
                self.source = self.id_in(scope, only)
        if node.value.__class__ is ast.Call and len(node.targets) == 1:
            self._name_call(node.value, node.targets[0])
        self.visit(node.value)
        self.source = outer
        for target in node.targets:
            self.bind(target, node.value, defines=node)
        if scope.kind == "function":
            self.local_stores += [(scope, outer, name.id, node) for name in named]

    def _name_call(self, value: ast.expr, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            scope = self._variable_scope()
            home = scope.module() if target.id in scope.global_names else scope
            self.assigned[id(value)] = f"{home.prefix}.{target.id}"
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = self.scope.enclosing_class()
            if owner and target.value.id in ("self", "cls"):
                self.assigned[id(value)] = f"{owner}.{target.attr}"

    def _declare(self, scope: Scope, name: str, value: ast.expr, line: int, *, augmented: bool = False) -> None:
        if name == "__all__" and scope.kind == "module":
            self._export(value)
        elif isinstance(value, _DECLARED) or (augmented and isinstance(value, ast.Call)):
            self.assignments.append((self.scope, f"{scope.prefix}.{name}", value, line, augmented))

    def _export(self, value: ast.expr) -> None:
        if self.exports is None:
            self.exports = []
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in self.exports:
                self.exports.append(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Bind an annotated variable; the annotation says its type."""
        scope = self._variable_scope()
        outer = self.source
        target = node.target
        if isinstance(target, ast.Name):
            binding = scope.binding(target.id)
            binding.origins.insert(0, Origin("annotation", node.annotation, self.scope))
            if scope.kind in ("module", "class") and target.id not in scope.global_names:
                self._target(binding, f"{scope.prefix}.{target.id}")
                self.define_variable(scope, target.id, node, node.annotation)
                if node.value is not None:
                    self._declare(scope, target.id, node.value, node.lineno)
                if scope.kind == "module" and (node.value is None or _is_pure(node.value)):
                    self.source = self.id_in(scope, target.id)
        elif isinstance(target, ast.Attribute):
            self.stores.append(Store(self.scope, target.value, target.attr, node.value, node.annotation))
            self.visit(target.value)
        else:
            self.visit(target)
        self.annotation(node.annotation)
        if node.value is not None:
            if isinstance(node.value, ast.Call):
                self._name_call(node.value, target)
            self.visit(node.value)
            if scope.kind == "function" and isinstance(target, ast.Name):
                self.local_stores.append((scope, outer, target.id, node))
        self.source = outer

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Bind again with an unknown value; `__all__ += …` and `urlpatterns += …` are kept."""
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            scope = self._variable_scope()
            if scope.kind in ("module", "class"):
                self._declare(scope, node.target.id, node.value, node.lineno, augmented=True)
            binding = scope.binding(node.target.id)
            self.touched.add((self.scope, node.target.id))
            if not binding.targets:
                binding.origins.append(Origin("unknown", None, self.scope))
        elif isinstance(node.target, ast.Attribute):
            self.stores.append(Store(self.scope, node.target.value, node.target.attr, None, None))
            self.visit(node.target.value)
        else:
            self.visit(node.target)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Keep what a module's statement adds to a list: `urlpatterns.append(…)`, `router.registry.extend([…])`."""
        super().visit_Expr(node)
        call, scope = node.value, self._variable_scope()
        if (
            scope.kind == "module"
            and isinstance(call, ast.Call)
            and len(call.args) == 1
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("append", "extend")
            and (name := _list_name(call.func.value))
        ):
            added = ast.List(call.args, ast.Load()) if call.func.attr == "append" else call.args[0]
            self._declare(scope, name, added, node.lineno, augmented=True)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Bind a walrus in the scope around comprehensions."""
        self.visit(node.value)
        self.bind(node.target, node.value)
        scope = self._variable_scope()
        if scope.kind == "function":
            self.local_stores.append((scope, self.source, node.target.id, node))

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        """Bind a loop's variable."""
        self.visit(node.iter)
        self.unbound_target(node.target)
        self.visit_all(node.body)
        self.visit_all(node.orelse)

    visit_AsyncFor = visit_For

    def visit_withitem(self, node: ast.withitem) -> None:
        """Bind what a context gives: unknown, though `.attr` on it also counts for the context's own class."""
        self.visit(node.context_expr)
        if node.optional_vars is not None:
            self.bind(node.optional_vars, None)
            if isinstance(node.optional_vars, ast.Name) and isinstance(node.context_expr, ast.Call):
                entered = ast.Attribute(node.context_expr, "__enter__", ast.Load())
                opened = ast.copy_location(ast.Call(entered, [], []), node.context_expr)
                binding = self._variable_scope().binding(node.optional_vars.id)
                if len(binding.origins) == 1 and not binding.targets:
                    binding.origins[:] = [Origin("value", opened, self.scope)]

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Bind an exception's name."""
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self._bind_name(node.name, None, node.lineno, None)
        self.visit_all(node.body)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        """Bind a captured name."""
        if node.pattern is not None:
            self.visit(node.pattern)
        if node.name:
            self._bind_name(node.name, None, node.lineno, None)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        """Bind a captured rest."""
        if node.name:
            self._bind_name(node.name, None, node.lineno, None)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        """Bind a captured rest of a mapping."""
        self._children(node)
        if node.rest:
            self._bind_name(node.rest, None, node.lineno, None)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        """Note the attributes a class pattern reads."""
        for attribute in node.kwd_attrs:
            self.chains.append(ChainUse(self.scope, self.source, ast.Constant(None), (attribute,), node.lineno))
        self._children(node)

    def visit_Global(self, node: ast.Global) -> None:
        """Note names that belong to the module."""
        self.scope.global_names.update(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        """Note names that belong to a function around."""
        self.scope.nonlocal_names.update(node.names)

    def visit_TypeAlias(self, node: Any) -> None:
        """Bind a type alias (3.12)."""
        self.visit(node.value)
        self.bind(node.name, None, defines=node)


_PURE = (
    ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.Load, ast.Lambda,
    ast.UnaryOp, ast.unaryop, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip


def _list_name(node: ast.expr) -> str:
    """Return the name of a list that is added to, `""` for other objects."""
    if isinstance(node, ast.Attribute) and node.attr == "registry" and isinstance(node.value, ast.Name):
        return f"{node.value.id}.registry"
    return node.id if isinstance(node, ast.Name) else ""


def _is_pure(node: ast.expr) -> bool:
    """Return whether a value is made of literals and names alone, so that removing it has no effect."""
    stack: list[ast.AST] = [node]
    while stack:
        current = stack.pop()
        if not isinstance(current, _PURE):
            return False
        if not isinstance(current, ast.Lambda):
            stack += ast.iter_child_nodes(current)
    return True
