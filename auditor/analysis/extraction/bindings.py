"""The walk over statements that bind names: assignments, loops, patterns, imports, and the guards around them.

In: nodes of one file's tree. Out: bindings in scopes, variables and imports as definitions. Never follows an import.
"""

# ruff: noqa: N802, N815, ANN401 - visitors are named after ast's classes; several classes share a visitor

import ast
from collections.abc import Sequence
from typing import Any, Literal

from auditor.analysis.extraction.expressions import ExpressionWalk
from auditor.analysis.extraction.narrowing import Told
from auditor.analysis.extraction.records import (
    Found,
    Store,
    last_name,
)  # fmt: skip
from auditor.analysis.extraction.scopes import Binding, Origin, Scope, made
from auditor.model.code import DefinitionId

_DECLARED = frozenset({
    ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.BinOp, ast.JoinedStr,
    ast.ListComp,
})  # fmt: skip


OriginKind = Literal["value", "unknown", "is"]


class BindingWalk(ExpressionWalk):
    """Adds bindings to the walk over expressions."""

    def bind(
        self, target: ast.AST, value: ast.expr | None, *, defines: ast.stmt | None = None, taken: str = ""
    ) -> None:
        """Bind an assignment's target to a value, or to what is `taken` of it (`.<item>`).

        `defines` is the statement where it makes module or class variables.
        """
        if isinstance(target, ast.Name):
            kind: OriginKind = "value" if value is not None else "unknown"
            self._bind_name(target.id, made(Origin, (kind, value, self.scope, taken, None)), defines)
        elif isinstance(target, ast.Attribute):
            self._store(target, None if taken else value, None)
            if self.scope is not self.scope.home:
                self._forget(ast.unparse(target), None if taken else value)
            self.visit(target.value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._bind_each(target, value, defines, taken)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, None, defines=defines)
        else:
            if isinstance(target, ast.Subscript) and value is not None and not taken:
                self.added.append((self.scope, target.value, value))
            self.visit(target)

    def _bind_each(
        self, target: ast.Tuple | ast.List, value: ast.expr | None, defines: ast.stmt | None, taken: str
    ) -> None:
        """Bind the elements of an unpacking, each to its element where the value is written out."""
        starred = any(isinstance(one, ast.Starred) for one in target.elts)
        if not taken and isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
            for element, one in zip(target.elts, value.elts, strict=True):
                self.bind(element, None if starred else one, defines=defines)
            return
        for position, element in enumerate(target.elts):
            self.bind(element, None if starred else value, defines=defines, taken=f"{taken}.<at>[#{position}]")

    def _bind_name(self, name: str, origin: Origin, defines: ast.stmt | None) -> None:
        scope = self.scope.home
        binding = scope.binding(name)
        binding.origins.append(origin)
        if self.scope is not scope:
            self._forget(name, origin.node, origin)
        if scope.kind == "function" and name not in scope.global_names:
            return
        home = scope.module() if name in scope.global_names else scope
        if home.kind in ("module", "class") and (defines is not None or home is not scope):
            self._target(binding, f"{home.prefix}.{name}")
            if defines is not None and home is scope:
                self.define_variable(home, name, defines, None)

    def _store(self, target: ast.Attribute, value: ast.expr | None, annotation: ast.expr | None) -> None:
        stored = (self.scope, target.value, target.attr, value, annotation, self.source, target.lineno)
        self.stores.append(made(Store, stored))

    def _forget(self, name: str, value: ast.expr | None, origin: Origin | None = None) -> None:
        """Let what tests have told of a name hold no longer than until it is bound again."""
        scope: Scope | None = self.scope
        while scope is not None and scope.kind in ("branch", "comprehension"):
            if scope.kind == "branch":
                for told, binding in scope.bindings.items():
                    if told == name:
                        kind: OriginKind = "value" if value is not None else "unknown"
                        binding.origins.append(origin or Origin(kind, value, self.scope))
                    elif told.startswith(f"{name}."):
                        binding.origins.append(Origin("unknown", None, self.scope))
            scope = scope.parent

    def branch(self, facts: Sequence[Told]) -> None:
        """Go on in a part of the code in which a test has told more of some names."""
        if not facts or self.scope.home.kind != "function":
            return
        outer = self.scope
        self.scope = Scope("branch", outer.prefix, outer)
        sure = {one.name for one in facts if one.kind != "not"}
        for one in facts:
            if one.kind != "not" or one.name not in sure:
                self.scope.binding(one.name).origins.append(Origin(one.kind, one.node, outer, "", one.classes))

    def within(self, facts: Sequence[Told], nodes: Sequence[ast.AST | None]) -> None:
        """Visit nodes of which a test has told something."""
        outer = self.scope
        self.branch(facts)
        self.visit_all(nodes)
        self.scope = outer

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
            made(Found, (self.id_in(scope, name), "variable", statement, scope, statement.lineno, end, annotation, ""))
        )

    def id_in(self, scope: Scope, name: str) -> DefinitionId:
        """Return the id of a name defined in a scope."""
        inside = scope.prefix[len(self.module_name) + 1 :]
        return f"{self.module_name}:{inside}.{name}" if inside else f"{self.module_name}:{name}"

    def visit_Assign(self, node: ast.Assign) -> None:
        """Bind targets; a pure value of one module variable is used by that variable, not by the module."""
        scope, outer, value = self.scope.home, self.source, node.value
        if scope.kind != "function":
            self._assign_variables(scope, node)
        if isinstance(value, ast.Call):
            self.visit_Call(value, self._named_call(node.targets[0]) if len(node.targets) == 1 else None)
        else:
            self.table[value.__class__](self, value)
        self.source = outer
        for target in node.targets:
            self.bind(target, value, defines=node)
            if target.__class__ is ast.Name and scope.kind == "function":
                self.local_stores.append((scope, outer, target.id, node))

    def _assign_variables(self, scope: Scope, node: ast.Assign) -> None:
        """Declare the variables of a module or class that a statement assigns."""
        named = [target for target in node.targets if isinstance(target, ast.Name)]
        for name in named:
            self._declare(scope, name.id, node.value, node.lineno)
        only = named[0].id if scope.kind == "module" and len(node.targets) == len(named) == 1 else "__"
        if not only.startswith("__") and _is_pure(node.value):
            self.source = self.id_in(scope, only)

    def _named_call(self, target: ast.expr) -> str | None:
        """Return the dotted name of the variable that a call's result is assigned to, if it has one."""
        if isinstance(target, ast.Name):
            scope = self.scope.home
            home = scope.module() if target.id in scope.global_names else scope
            return f"{home.prefix}.{target.id}"
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = self.scope.enclosing_class() if target.value.id in ("self", "cls") else ""
            return f"{owner}.{target.attr}" if owner else None
        return None

    def _declare(self, scope: Scope, name: str, value: ast.expr, line: int, *, augmented: bool = False) -> None:
        if name == "__all__" and scope.kind == "module":
            self._export(value)
        elif value.__class__ in _DECLARED or (augmented and isinstance(value, ast.Call)):
            self.assignments.append((self.scope, f"{scope.prefix}.{name}", value, line, augmented))

    def _export(self, value: ast.expr) -> None:
        if self.exports is None:
            self.exports = []
        for node in ast.walk(value):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in self.exports:
                self.exports.append(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Bind an annotated variable; the annotation says its type."""
        scope = self.scope.home
        outer = self.source
        target = node.target
        if isinstance(target, ast.Name):
            binding = scope.binding(target.id)
            is_alias = last_name(node.annotation) == "TypeAlias" and node.value is not None
            said = Origin("alias", node.value, self.scope) if is_alias else Origin("annotation", node.annotation, scope)
            binding.origins.insert(0, said)
            if scope.kind in ("module", "class") and target.id not in scope.global_names:
                self._target(binding, f"{scope.prefix}.{target.id}")
                self.define_variable(scope, target.id, node, node.annotation)
                if node.value is not None:
                    self._declare(scope, target.id, node.value, node.lineno)
                if scope.kind == "module" and (node.value is None or _is_pure(node.value)):
                    self.source = self.id_in(scope, target.id)
        elif isinstance(target, ast.Attribute):
            self._store(target, node.value, node.annotation)
            self.visit(target.value)
        else:
            self.visit(target)
        self.annotation(node.annotation)
        if node.value is not None:
            self.annotated.append((self.scope, node.annotation, node.value))
            if isinstance(node.value, ast.Call):
                self.visit_Call(node.value, self._named_call(target))
            else:
                self.visit(node.value)
            if scope.kind == "function" and isinstance(target, ast.Name):
                self.local_stores.append((scope, outer, target.id, node))
        self.source = outer

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Bind again with an unknown value; `__all__ += …` and `urlpatterns += …` are kept."""
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            scope = self.scope.home
            if scope.kind in ("module", "class"):
                self._declare(scope, node.target.id, node.value, node.lineno, augmented=True)
            binding = scope.binding(node.target.id)
            self.touched.add((self.scope, node.target.id))
            if not binding.targets:
                binding.origins.append(Origin("unknown", None, self.scope))
        elif isinstance(node.target, ast.Attribute):
            self._store(node.target, None, None)
            self.visit(node.target.value)
        else:
            self.visit(node.target)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Visit an expression statement; a lone string is documentation."""
        value = node.value
        if isinstance(value, ast.Call):
            self.visit_Call(value)
            if self.scope.kind == "module":
                self._add_to_list(value, node.lineno)
        elif value.__class__ is not ast.Constant:
            self.table[value.__class__](self, value)

    def _add_to_list(self, call: ast.Call, line: int) -> None:
        """Keep what a module's statement adds to a list: `urlpatterns.append(…)`, `router.registry.extend([…])`."""
        if (
            len(call.args) == 1
            and isinstance(call.func, ast.Attribute)
            and call.func.attr in ("append", "extend")
            and (name := _list_name(call.func.value))
        ):
            added = ast.List(call.args, ast.Load()) if call.func.attr == "append" else call.args[0]
            self._declare(self.module, name, added, line, augmented=True)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Bind a walrus in the scope around comprehensions."""
        self.visit(node.value)
        self.bind(node.target, node.value)
        scope = self.scope.home
        if scope.kind == "function":
            self.local_stores.append((scope, self.source, node.target.id, node))

    def visit_For(self, node: ast.For) -> None:
        """Bind a loop's variable to what the loop goes through."""
        self.visit(node.iter)
        self.operate(node.iter, "for" if node.__class__ is ast.For else "async for")
        self.bind(node.target, node.iter, taken=".<item>")
        self.visit_all(node.body)
        self.visit_all(node.orelse)

    visit_AsyncFor = visit_For

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        """Bind what contexts give."""
        taken = ".<enter>" if isinstance(node, ast.With) else ".<aenter>"
        for one in node.items:
            self.visit(one.context_expr)
            self.operate(one.context_expr, "with" if taken == ".<enter>" else "async with")
            if one.optional_vars is not None:
                self.bind(one.optional_vars, one.context_expr, taken=taken)
        self.visit_all(node.body)

    visit_AsyncWith = visit_With

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        """Bind an exception's name."""
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            kind: OriginKind = "is" if node.type is not None else "unknown"
            self._bind_name(node.name, Origin(kind, node.type, self.scope), None)
        self.visit_all(node.body)

    def visit_Global(self, node: ast.Global) -> None:
        """Note names that belong to the module."""
        self.scope.global_names |= frozenset(node.names)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        """Note names that belong to a function around."""
        self.scope.nonlocal_names |= frozenset(node.names)

    def visit_TypeAlias(self, node: Any) -> None:
        """Bind a type alias (3.12)."""
        self.visit(node.value)
        self._bind_name(node.name.id, Origin("alias", node.value, self.scope), node)


_LITERAL = frozenset({
    ast.Constant, ast.Name, ast.Lambda, ast.Load, ast.Not, ast.USub, ast.UAdd, ast.Invert,
})  # fmt: skip
_MADE_OF_OTHERS = frozenset({
    ast.Attribute, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.UnaryOp, ast.JoinedStr, ast.FormattedValue,
})  # fmt: skip


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
        kind = current.__class__
        if kind in _MADE_OF_OTHERS:
            stack += ast.iter_child_nodes(current)
        elif kind not in _LITERAL:
            return False
    return True
