"""The walk over one parsed file: bindings, definitions, and every use with the scope it stands in.

In: a module's tree. Out: a filled `Walk`, whose uses are resolved once all scopes are complete (`analysis.extract`).
Never resolves a name itself: a function may use what the module binds further down.
"""

# ruff: noqa: N802, N815, ANN401 - visitors are named after ast's classes; several classes share a visitor

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from auditor.analysis.extract_scopes import Binding, Origin, Scope
from auditor.model.code import DefinitionId, DefinitionKind

Function = ast.FunctionDef | ast.AsyncFunctionDef
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "AttributeError"}
_DYNAMIC = {
    "getattr", "hasattr", "setattr", "delattr", "globals", "vars", "locals", "eval", "exec", "import_module",
    "__import__", "attrgetter", "methodcaller", "cast", "TypeVar", "NewType", "ForwardRef",
}  # fmt: skip


class Found(NamedTuple):
    """A definition as met; its hash and resolved names are added later."""

    id: DefinitionId
    kind: DefinitionKind
    node: ast.AST
    scope: Scope
    line: int
    end_line: int
    annotation: ast.expr | None = None
    source: DefinitionId = ""


class NameUse(NamedTuple):
    """`name.attr.attr` in a scope, used by `source`."""

    scope: Scope
    source: DefinitionId
    name: str
    attributes: tuple[str, ...]
    line: int


class ChainUse(NamedTuple):
    """Attributes taken from the value of an expression that is not a plain name."""

    scope: Scope
    source: DefinitionId
    root: ast.expr
    attributes: tuple[str, ...]
    line: int


class CallUse(NamedTuple):
    """A call or decorator to be recorded."""

    scope: Scope
    source: DefinitionId
    node: ast.expr
    assigned_to: str | None
    decorates: DefinitionId | None


class Imported(NamedTuple):
    """One imported name, its target still relative where `level` is above 0."""

    scope: Scope
    source: DefinitionId
    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    guarded: bool


class Store(NamedTuple):
    """`base.attr = value` (or with an annotation)."""

    scope: Scope
    base: ast.expr
    attribute: str
    value: ast.expr | None
    annotation: ast.expr | None


class _Dispatch(dict[type, Callable[[Any], None]]):
    def __init__(self, default: Callable[[Any], None]) -> None:
        super().__init__()
        self.default = default

    def __missing__(self, key: type) -> Callable[[Any], None]:
        self[key] = self.default
        return self.default


class Walk:
    """One file's walk. Attributes are lists in source order; `module` is the outermost scope."""

    def __init__(self, module: str, calls: frozenset[str], resolve_import: Callable[[ast.ImportFrom], str]) -> None:
        self.module = Scope("module", module, None)
        self.module_name = module
        self.calls = calls
        self.resolve_import = resolve_import
        self.scope = self.module
        self.source: DefinitionId = f"{module}:"
        self.guard = 0
        self.function: ast.AST | None = None
        self.assigned: dict[int, str] = {}
        self.found: list[Found] = []
        self.uses: list[NameUse] = []
        self.chains: list[ChainUse] = []
        self.call_uses: list[CallUse] = []
        self.dynamic_calls: list[tuple[Scope, DefinitionId, ast.Call, str]] = []
        self.namespace_reads: list[tuple[Scope, DefinitionId, ast.Subscript]] = []
        self.imports: list[Imported] = []
        self.star_imports: list[str] = []
        self.stores: list[Store] = []
        self.assignments: list[tuple[Scope, str, ast.expr, int]] = []
        self.strings: dict[tuple[str, DefinitionId], int] = {}
        self.exports: list[str] | None = None
        self.has_main_guard = False
        self.nesting: set[int] = set()
        self.table = _Dispatch(self._children)
        for name in dir(self):
            if name.startswith("visit_"):
                self.table[getattr(ast, name[6:], type(None))] = getattr(self, name)

    def visit(self, node: ast.AST) -> None:
        """Visit any node."""
        self.table[node.__class__](node)

    def visit_all(self, nodes: Sequence[ast.AST | None]) -> None:
        """Visit nodes in order."""
        table = self.table
        for node in nodes:
            if node is not None:
                table[node.__class__](node)

    def _children(self, node: ast.AST) -> None:
        table = self.table
        for field in node._fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for item in value:
                    if isinstance(item, ast.AST):
                        table[item.__class__](item)
            elif isinstance(value, ast.AST):
                table[value.__class__](value)

    # Names, attributes, literals

    def visit_Load(self, node: ast.AST) -> None:
        """Nothing: a context says nothing by itself."""

    visit_Store = visit_Del = visit_Load

    def visit_Name(self, node: ast.Name) -> None:
        """Note a use; targets are bound elsewhere."""
        if node.ctx.__class__ is ast.Load:
            self.uses.append(NameUse(self.scope, self.source, node.id, (), node.lineno))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note a chain `a.b.c` as one use."""
        attributes = [node.attr]
        root = node.value
        while root.__class__ is ast.Attribute:
            attributes.append(root.attr)
            root = root.value
        attributes.reverse()
        if isinstance(root, ast.Name):
            self.uses.append(NameUse(self.scope, self.source, root.id, tuple(attributes), node.lineno))
            return
        self.table[root.__class__](root)
        line = node.end_lineno or node.lineno
        self.chains.append(ChainUse(self.scope, self.source, root, tuple(attributes), line))

    def visit_Constant(self, node: ast.Constant) -> None:
        """Note a string that may name something."""
        text = node.value
        if text.__class__ is str and 2 <= len(text) <= 200 and (text.isidentifier() or _dotted(text)):
            self.strings.setdefault((text, self.source), node.lineno)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Visit what an f-string interpolates; its literal parts name nothing."""
        for part in node.values:
            if part.__class__ is not ast.Constant:
                self.visit(part)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Visit an expression statement; a lone string is documentation."""
        if node.value.__class__ is not ast.Constant:
            self.table[node.value.__class__](node.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Visit a chain of operators without deep recursion."""
        right: list[ast.expr] = []
        current: ast.expr = node
        while isinstance(current, ast.BinOp):
            right.append(current.right)
            current = current.left
        self.visit(current)
        self.visit_all(right[::-1])

    def visit_Call(self, node: ast.Call) -> None:
        """Visit a call; keep it where a rule asks for it, where its result is named, or where it looks up a name."""
        function = node.func
        kind = function.__class__
        name = function.attr if kind is ast.Attribute else function.id if kind is ast.Name else ""  # type: ignore[attr-defined]  # by class
        target = self.assigned.pop(id(node), None)
        if target is not None or name in self.calls:
            self.call_uses.append(CallUse(self.scope, self.source, node, target, None))
        if name in _DYNAMIC:
            self.dynamic_calls.append((self.scope, self.source, node, name))
        table = self.table
        table[kind](function)
        for argument in node.args:
            table[argument.__class__](argument)
        for keyword in node.keywords:
            table[keyword.value.__class__](keyword.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Visit a subscript; keep those that look a name up in a namespace."""
        base = node.value
        if isinstance(base, ast.Call | ast.Attribute):
            called = base.func if isinstance(base, ast.Call) else None
            in_namespace = isinstance(called, ast.Name) and called.id in ("globals", "vars")
            if in_namespace or (isinstance(base, ast.Attribute) and base.attr == "__dict__"):
                self.namespace_reads.append((self.scope, self.source, node))
        self.visit(base)
        self.visit(node.slice)

    # Bindings

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

    def _name_call(self, value: ast.expr, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            scope = self._variable_scope()
            home = scope.module() if target.id in scope.global_names else scope
            self.assigned[id(value)] = f"{home.prefix}.{target.id}"
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = self.scope.enclosing_class()
            if owner and target.value.id in ("self", "cls"):
                self.assigned[id(value)] = f"{owner}.{target.attr}"

    def _declare(self, scope: Scope, name: str, value: ast.expr, line: int) -> None:
        if name == "__all__" and scope.kind == "module":
            self._export(value)
        elif isinstance(value, ast.Constant | ast.Name | ast.Attribute | ast.List | ast.Tuple | ast.Set | ast.Dict
                        | ast.BinOp | ast.JoinedStr):  # fmt: skip
            self.assignments.append((self.scope, f"{scope.prefix}.{name}", value, line))

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
        self.source = outer

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Bind again with an unknown value; `__all__ += …` and `urlpatterns += …` are kept."""
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            scope = self._variable_scope()
            if scope.kind in ("module", "class"):
                self._declare(scope, node.target.id, node.value, node.lineno)
            binding = scope.binding(node.target.id)
            if not binding.targets:
                binding.origins.append(Origin("unknown", None, self.scope))
        elif isinstance(node.target, ast.Attribute):
            self.stores.append(Store(self.scope, node.target.value, node.target.attr, None, None))
            self.visit(node.target.value)
        else:
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Bind a walrus in the scope around comprehensions."""
        self.visit(node.value)
        self.bind(node.target, node.value)

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

    # Imports and guards

    def visit_Import(self, node: ast.Import) -> None:
        """Bind imported modules."""
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            target = alias.name if alias.asname else local
            self._target(self._variable_scope().binding(local), target)
            self._imported(node, alias, local)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind imported names; a star import is kept apart."""
        base = self.resolve_import(node)
        for alias in node.names:
            if alias.name == "*":
                self.star_imports.append(base)
                self.imports.append(Imported(self.scope, self.source, node, alias, bool(self.guard)))
                continue
            local = alias.asname or alias.name
            self._target(self._variable_scope().binding(local), f"{base}.{alias.name}" if base else alias.name)
            self._imported(node, alias, local)

    def _imported(self, node: ast.Import | ast.ImportFrom, alias: ast.alias, local: str) -> None:
        self.imports.append(Imported(self.scope, self.source, node, alias, bool(self.guard)))
        scope = self._variable_scope()
        if scope.kind == "module" and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            end = node.end_lineno or node.lineno
            self.found.append(Found(self.id_in(scope, local), "import", node, scope, node.lineno, end))

    def visit_Try(self, node: Any) -> None:
        """Visit a try statement; imports in it may fail where an ImportError is caught."""
        names = {_last(part) for one in node.handlers if one.type is not None for part in ast.walk(one.type)}
        guarded = bool(names & _IMPORT_ERRORS) or any(one.type is None for one in node.handlers)
        self.guard += guarded
        self.visit_all(node.body)
        self.visit_all(node.handlers)
        self.guard -= guarded
        self.visit_all(node.orelse)
        self.visit_all(node.finalbody)

    visit_TryStar = visit_Try

    def visit_If(self, node: ast.If) -> None:
        """Visit a condition; know `TYPE_CHECKING` and the main guard."""
        test = node.test
        checking = _last(test) == "TYPE_CHECKING"
        if self.scope.kind == "module" and isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            sides = (test.left, test.comparators[0])
            if any(_last(side) == "__name__" for side in sides):
                self.has_main_guard |= any(isinstance(s, ast.Constant) and s.value == "__main__" for s in sides)
        self.visit(test)
        self.guard += checking
        self.visit_all(node.body)
        self.guard -= checking
        self.visit_all(node.orelse)

    # Scopes

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Visit a lambda: a function scope without a definition of its own."""
        self.visit_all(node.args.defaults)
        self.visit_all(node.args.kw_defaults)
        outer = self.scope
        self.scope = Scope("function", f"{outer.prefix}.<lambda>", outer)
        self._parameters(node.args)
        self.visit(node.body)
        self.scope = outer

    def _comprehension(self, node: Any) -> None:
        outer = self.scope
        self.visit(node.generators[0].iter)
        self.scope = Scope("comprehension", outer.prefix, outer)
        for position, generator in enumerate(node.generators):
            if position:
                self.visit(generator.iter)
            self._bind_comprehension(generator.target)
            self.visit_all(generator.ifs)
        if isinstance(node, ast.DictComp):
            self.visit(node.key)
            self.visit(node.value)
        else:
            self.visit(node.elt)
        self.scope = outer

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _bind_comprehension(self, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.scope.binding(node.id).origins.append(Origin("unknown", None, self.scope))
            elif isinstance(node, ast.Attribute | ast.Subscript):
                self.visit(node.value)

    def visit_FunctionDef(self, node: Function) -> None:
        """Define a function, method or property and walk its body in a scope of its own."""
        outer, user = self.scope, self.source
        home = self._variable_scope()
        if self.function is not None:
            self.nesting.add(id(self.function))
        around, self.function = self.function, node
        identity = self.id_in(home, node.name)
        kind: DefinitionKind = "function"
        if home.kind == "class":
            kind = "property" if any(_is_property(one) for one in node.decorator_list) else "method"
        self._defined(node, identity, kind, home, node.returns)
        self.source = identity
        self._decorators(node, identity, user)
        arguments = node.args
        for one in _all_arguments(arguments):
            if one.annotation is not None:
                self.annotation(one.annotation)
        self.visit_all(arguments.defaults)
        self.visit_all(arguments.kw_defaults)
        if node.returns is not None:
            self.annotation(node.returns)
        self.scope = Scope("function", f"{home.prefix}.{node.name}.<locals>", outer)
        self._type_parameters(node)
        self._parameters(arguments, outer.class_name if outer.kind == "class" else "", node.decorator_list)
        self.visit_all(node.body)
        self.scope, self.source, self.function = outer, user, around

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Define a class; its body, bases and decorators are used by the class itself."""
        outer, user = self.scope, self.source
        home = self._variable_scope()
        identity = self.id_in(home, node.name)
        self._defined(node, identity, "class", home, None)
        self.source = identity
        self._decorators(node, identity, user)
        self.visit_all(node.bases)
        for keyword in node.keywords:
            self.visit(keyword.value)
        name = f"{home.prefix}.{node.name}"
        self.scope = Scope("class", name, outer, name)
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
        self.found.append(Found(identity, kind, node, self.scope, first, end, annotation, self.source))

    def _decorators(self, node: Any, identity: DefinitionId, user: DefinitionId) -> None:
        for decorator in node.decorator_list:
            self.call_uses.append(CallUse(self.scope, user, decorator, None, identity))
            if isinstance(decorator, ast.Call):
                self.visit(decorator.func)
                self.visit_all(decorator.args)
                self.visit_all([keyword.value for keyword in decorator.keywords])
            else:
                self.visit(decorator)

    def _type_parameters(self, node: Any) -> None:
        for parameter in getattr(node, "type_params", ()):
            self.scope.binding(parameter.name).origins.append(Origin("unknown", None, self.scope))
            self._children(parameter)

    def _parameters(self, arguments: ast.arguments, owner: str = "", decorators: Sequence[ast.expr] = ()) -> None:
        positional = [*arguments.posonlyargs, *arguments.args]
        names = {_last(decorator) for decorator in decorators}
        for position, one in enumerate(_all_arguments(arguments)):
            binding = self.scope.binding(one.arg)
            is_variadic = one in (arguments.vararg, arguments.kwarg)
            if owner and position == 0 and positional and "staticmethod" not in names:
                of_class = "classmethod" in names or one.arg in ("cls", "mcs", "metacls")
                binding.origins.append(Origin("expression", None, self.scope, owner if of_class else f"{owner}()"))
            elif one.annotation is not None and not is_variadic:
                outside = self.scope.parent or self.scope
                binding.origins.append(Origin("annotation", one.annotation, outside))
            else:
                binding.origins.append(Origin("unknown", None, self.scope))

    def annotation(self, node: ast.expr) -> None:
        """Visit an annotation: strings in it are code, except in `Literal` and the rest of `Annotated`."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                parsed = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return
            for part in ast.walk(parsed):
                if isinstance(part, ast.expr):
                    part.lineno = part.end_lineno = node.lineno
            self.annotation(parsed)
        elif isinstance(node, ast.Subscript):
            self.visit(node.value)
            name = _last(node.value)
            if name == "Annotated" and isinstance(node.slice, ast.Tuple):
                self.annotation(node.slice.elts[0])
                self.visit_all(node.slice.elts[1:])
            elif name == "Literal":
                self.visit(node.slice)
            else:
                self.annotation(node.slice)
        elif isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self.annotation(element)
        elif isinstance(node, ast.BinOp):
            self.annotation(node.left)
            self.annotation(node.right)
        else:
            self.visit(node)


def _all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return every + [one for one in (arguments.vararg, arguments.kwarg) if one is not None]


def _dotted(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    return all(part.isidentifier() for part in text.replace(":", ".", 1).split("."))


def _last(node: ast.AST | None) -> str:
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_property(decorator: ast.expr) -> bool:
    name = _last(decorator)
    return name.endswith("property") or (
        isinstance(decorator, ast.Attribute) and name in ("setter", "getter", "deleter")
    )


_PURE = (
    ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred, ast.Load, ast.Lambda,
    ast.UnaryOp, ast.unaryop, ast.JoinedStr, ast.FormattedValue,
)  # fmt: skip


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
