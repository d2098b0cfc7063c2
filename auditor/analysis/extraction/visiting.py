"""What every part of the walk stands on: the lists it fills, and which visitor sees a node.

In: nodes of one file's tree. Out: calls of the visitors that the subclasses define, by the node's class. Never says
what a node means.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any

from auditor.analysis.extraction.records import CallUse, ChainUse, Found, Imported, NameUse, Store
from auditor.analysis.extraction.scopes import Scope
from auditor.model.code import DefinitionId

_Visitor = Callable[[Any, Any], None]
_PREFIX = "visit_"


class _Dispatch(dict[type, _Visitor]):
    """Visitors by the class of a node; one that none is made for goes to the default."""

    def __init__(self, default: _Visitor, visitors: dict[type, _Visitor]) -> None:
        super().__init__(visitors)
        self.default = default

    def __missing__(self, key: type) -> _Visitor:
        self[key] = self.default
        return self.default


class Visitor:
    """One file's walk. Attributes are lists in source order; `module` is the outermost scope.

    `uses` has each distinct use with the line of the first, `values` the last parts of what is read and not called.
    """

    visitors = _Dispatch(lambda *_: None, {})

    def __init_subclass__(cls) -> None:
        """Find the visitors of a class once, not for each file."""
        named = [name for name in dir(cls) if name.startswith(_PREFIX) and hasattr(ast, name.removeprefix(_PREFIX))]
        found = {getattr(ast, name.removeprefix(_PREFIX)): getattr(cls, name) for name in named}
        cls.visitors = _Dispatch(cls.visit_children, found)

    def __init__(self, module: str, resolve_import: Callable[[ast.ImportFrom], str]) -> None:
        self.table = self.visitors
        self.module = Scope("module", module, None)
        self.module_name = module
        self.resolve_import = resolve_import
        self.scope = self.module
        self.source: DefinitionId = f"{module}:"
        self.guard = 0
        self.checking = 0
        self.function: ast.AST | None = None
        self.found: list[Found] = []
        self.uses: dict[NameUse, int] = {}
        self.values: set[str] = set()
        self.chains: list[ChainUse] = []
        self.call_uses: list[CallUse] = []
        self.dynamic_calls: list[tuple[Scope, DefinitionId, ast.Call, str]] = []
        self.arguments: list[tuple[Scope, DefinitionId, ast.expr, ast.expr]] = []
        self.namespace_reads: list[tuple[Scope, DefinitionId, ast.expr, ast.expr]] = []
        self.named_arguments: list[tuple[Scope, DefinitionId, ast.expr, ast.expr]] = []
        self.handed: list[tuple[Scope, DefinitionId, ast.expr, str | int, ast.expr]] = []
        self.added: list[tuple[Scope, ast.expr, ast.expr]] = []
        self.annotated: list[tuple[Scope, ast.expr, ast.expr]] = []
        self.defaults: dict[int, ast.expr] = {}
        self.imports: list[Imported] = []
        self.star_imports: list[str] = []
        self.stores: list[Store] = []
        self.assignments: list[tuple[Scope, str, ast.expr, int, bool]] = []
        self.strings: dict[tuple[str, DefinitionId], int] = {}
        self.quiet: set[int] = set()
        self.flowing: set[tuple[str, DefinitionId]] = set()
        self.quoted: list[tuple[DefinitionId, str, int]] = []
        self.exports: list[str] | None = None
        self.touched: set[tuple[Scope, str]] = set()
        self.local_stores: list[tuple[Scope, DefinitionId, str, ast.AST]] = []
        self.functions: list[tuple[Scope, DefinitionId, ast.FunctionDef | ast.AsyncFunctionDef]] = []
        self.has_main_guard = False
        self.nesting: set[int] = set()
        self.conditions: list[ast.If | ast.While] = []
        self.given: dict[int, list[tuple[ast.expr, Scope]]] = {}
        self.yielded: dict[int, list[tuple[ast.expr, Scope]]] = {}
        self.inner: dict[int, Scope] = {}

    def visit(self, node: ast.AST) -> None:
        """Visit any node."""
        self.table[node.__class__](self, node)

    def visit_all(self, nodes: Sequence[ast.AST | None]) -> None:
        """Visit nodes in order. What one of them tells of names holds for the nodes behind it, and no further."""
        table, outer = self.table, self.scope
        for node in nodes:
            if node is not None:
                table[node.__class__](self, node)
        self.scope = outer

    def visit_children(self, node: ast.AST) -> None:
        """Visit what a node is made of."""
        for field in node._fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                self.visit_all([one for one in value if isinstance(one, ast.AST)])
            elif isinstance(value, ast.AST):
                self.table[value.__class__](self, value)
