"""The walk over one parsed file: functions, classes, lambdas and comprehensions, each with its scope.

In: a module's tree. Out: a filled `Walk`, whose uses are resolved once all scopes are complete
(`analysis.extraction.extract`).
Never resolves a name itself: a function may use what the module binds further down.
"""

# ruff: noqa: N802, N815, ANN401 - visitors are named after ast's classes; several classes share a visitor

import ast
from collections.abc import Sequence
from typing import Any

from auditor.analysis.extraction.branches import BranchWalk
from auditor.analysis.extraction.expressions import DYNAMIC
from auditor.analysis.extraction.narrowing import told_by
from auditor.analysis.extraction.records import (
    CallUse,
    Found,
    last_name,
)  # fmt: skip
from auditor.analysis.extraction.scopes import Origin, Scope, made
from auditor.model.code import DefinitionId, DefinitionKind

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Walk(BranchWalk):
    """The whole walk. Attributes are lists in source order; `module` is the outermost scope."""

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Visit a lambda: a function scope without a definition of its own."""
        self.visit_all(node.args.defaults)
        self.visit_all(node.args.kw_defaults)
        outer = self.scope
        self.scope = Scope("function", f"{outer.prefix}.<lambda>", _around(outer))
        self._parameters(node.args, _all_arguments(node.args))
        self.visit(node.body)
        self.scope = outer

    def _comprehension(self, node: Any) -> None:
        outer = self.scope
        self.visit(node.generators[0].iter)
        self.operate(node.generators[0].iter, "async for" if node.generators[0].is_async else "for")
        self.scope = Scope("comprehension", outer.prefix, outer)
        for position, generator in enumerate(node.generators):
            if position:
                self.visit(generator.iter)
            self._bind_comprehension(generator.target, Origin("value", generator.iter, self.scope, ".<item>"))
            if not position:
                self._bind_first(outer)
            for condition in generator.ifs:
                self.visit(condition)
                self.branch(told_by(condition)[0])
        self.inner[id(node)] = self.scope
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _bind_first(self, outer: Scope) -> None:
        """Let the first loop of a comprehension go through what its iterable means outside."""
        for binding in self.scope.bindings.values():
            binding.origins[:] = [origin._replace(scope=outer) for origin in binding.origins]

    def _bind_comprehension(self, target: ast.expr, origin: Origin) -> None:
        if isinstance(target, ast.Name):
            self.scope.binding(target.id).origins.append(origin)
        elif isinstance(target, ast.Tuple | ast.List):
            for position, element in enumerate(target.elts):
                taken = origin._replace(expression=f"{origin.expression}.<at>[#{position}]")
                self._bind_comprehension(element, taken)
        elif isinstance(target, ast.Starred):
            self._bind_comprehension(target.value, Origin("unknown", None, self.scope))
        else:
            self.visit(target)

    def visit_Return(self, node: ast.Return) -> None:
        """Keep what a function gives back."""
        value = node.value
        if value is not None:
            self.table[value.__class__](self, value)
            self.given.setdefault(id(self.function), []).append((value, self.scope))

    def visit_Yield(self, node: ast.Yield) -> None:
        """Keep what a generator gives."""
        value = node.value or ast.Constant(None)
        self.visit(value)
        self.yielded.setdefault(id(self.function), []).append((value, self.scope))

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        """Know a generator whose elements are another's."""
        self.visit(node.value)
        self.yielded.setdefault(id(self.function), []).append((ast.Name("?", ast.Load()), self.scope))

    def visit_FunctionDef(self, node: Function) -> None:
        """Define a function, method or property and walk its body in a scope of its own."""
        outer, user, around = self.scope, self.source, self.function
        home = outer.home
        if around is not None:
            self.nesting.add(id(around))
        self.function = node
        identity = self.id_in(home, node.name)
        kind: DefinitionKind = "function"
        if home.kind == "class":
            is_property = node.decorator_list and any([_is_property(one) for one in node.decorator_list])
            kind = "property" if is_property else "method"
        self._defined(node, identity, kind, home, node.returns)
        self.source = identity
        if node.decorator_list:
            self._decorators(node, identity, user)
        every = _all_arguments(node.args)
        self._signature(node, every)
        self.scope = Scope("function", f"{home.prefix}.{node.name}.<locals>", _around(outer))
        self.functions.append((self.scope, identity, node))
        self._type_parameters(node)
        if every:
            self._parameters(node.args, every)
            if outer.class_name and outer.kind == "class" and (node.args.posonlyargs or node.args.args):
                self._receiver(every[0], outer.class_name, node.decorator_list)
        self.visit_all(node.body)
        self.scope, self.source, self.function = outer, user, around

    def _signature(self, node: Function, every: Sequence[ast.arg]) -> None:
        """Visit what a function's parameters and result are declared as, and the defaults."""
        for one in every:
            if one.annotation is not None:
                self.annotation(one.annotation)
        if node.args.defaults:
            self._each(node.args.defaults)
        if node.args.kwonlyargs:
            self.visit_all(node.args.kw_defaults)
        if node.returns is not None:
            self.annotation(node.returns)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Define a class; its body, bases and decorators are used by the class itself."""
        outer, user = self.scope, self.source
        home = outer.home
        identity = self.id_in(home, node.name)
        self._defined(node, identity, "class", home, None)
        self.source = identity
        self._decorators(node, identity, user)
        self.visit_all(node.bases)
        for keyword in node.keywords:
            self.visit(keyword.value)
        name = f"{home.prefix}.{node.name}"
        self.scope = Scope("class", name, _around(outer), name)
        self._type_parameters(node)
        self.visit_all(node.body)
        self.scope, self.source = outer, user

    def _defined(
        self, node: Any, identity: DefinitionId, kind: DefinitionKind, home: Scope, annotation: ast.expr | None
    ) -> None:
        binding = home.binding(node.name)
        self._target(binding, f"{home.prefix}.{node.name}")
        first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        end = node.end_lineno or node.lineno
        self.found.append(made(Found, (identity, kind, node, self.scope, first, end, annotation, self.source)))

    def _decorators(self, node: Any, identity: DefinitionId, user: DefinitionId) -> None:
        for decorator in node.decorator_list:
            self.call_uses.append(made(CallUse, (self.scope, user, decorator, None, identity)))
            if isinstance(decorator, ast.Call):
                if (name := last_name(decorator)) in DYNAMIC:
                    self.dynamic_calls.append((self.scope, user, decorator, name))
                self.visit(decorator.func)
                self._each(decorator.args)
                self._each([keyword.value for keyword in decorator.keywords])
            else:
                self.visit(decorator)

    def _type_parameters(self, node: Any) -> None:
        for parameter in getattr(node, "type_params", ()):
            self.scope.binding(parameter.name).origins.append(Origin("unknown", None, self.scope))
            self.visit_children(parameter)

    def _parameters(self, arguments: ast.arguments, every: Sequence[ast.arg]) -> None:
        """Bind parameters to what they are declared as."""
        scope = self.scope
        outside = scope.parent or scope
        if arguments.defaults or arguments.kwonlyargs:
            self._defaults(arguments, outside)
        unknown = made(Origin, ("unknown", None, scope, "", None))
        for one in every:
            annotation = one.annotation
            if annotation is None:
                origin = unknown
            elif one is arguments.vararg or one is arguments.kwarg:
                origin = Origin("args" if one is arguments.vararg else "kwargs", annotation, outside)
            else:
                origin = made(Origin, ("annotation", annotation, outside, "", None))
            scope.binding(one.arg).origins.append(origin)

    def _receiver(self, first: ast.arg, owner: str, decorators: Sequence[ast.expr]) -> None:
        """Bind a method's first parameter to the class or its instance."""
        names = [last_name(decorator) for decorator in decorators] if decorators else ()
        if "staticmethod" in names:
            return
        of_class = "classmethod" in names or first.arg in ("cls", "mcs", "metacls")
        origins = self.scope.binding(first.arg).origins
        origins[-1] = made(Origin, ("expression", None, self.scope, owner if of_class else f"{owner}()", None))

    def _defaults(self, arguments: ast.arguments, outside: Scope) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        given: list[ast.expr | None] = [*arguments.defaults, *arguments.kw_defaults]
        last = positional[len(positional) - len(arguments.defaults) :]
        for one, value in zip([*last, *arguments.kwonlyargs], given, strict=True):
            if value is not None:
                self.defaults[id(self.scope.binding(one.arg))] = value
                if one.annotation is not None:
                    self.annotated.append((outside, one.annotation, value))


def _around(scope: Scope) -> Scope:
    """Return the scope that code of its own stands in: what a test told may no longer hold when it runs."""
    while scope.kind == "branch" and scope.parent is not None:
        scope = scope.parent
    return scope


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if arguments.vararg is not None:
        every.append(arguments.vararg)
    if arguments.kwarg is not None:
        every.append(arguments.kwarg)
    return every


def _is_property(decorator: ast.expr) -> bool:
    name = last_name(decorator)
    return name.endswith("property") or (
        isinstance(decorator, ast.Attribute) and name in ("setter", "getter", "deleter")
    )
