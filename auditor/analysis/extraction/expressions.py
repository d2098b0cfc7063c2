"""The walk over expressions: uses of names and attributes, calls, strings, annotations.

In: nodes of one file's tree. Out: lists of uses with the scope each stands in. Never resolves a name: a function may
use what the module binds further down.
"""

# ruff: noqa: N802, N815 - visitors are named after ast's classes; several classes share a visitor

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

from auditor.analysis.extraction.quiet_strings import quiet_in_call, quiet_in_comparison
from auditor.analysis.extraction.records import (
    CallUse,
    ChainUse,
    Found,
    Imported,
    NameUse,
    Store,
    last_name,
)  # fmt: skip
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.templates import template_names
from auditor.analysis.extraction.values import pattern_of
from auditor.model.code import DefinitionId

DYNAMIC = {
    "getattr", "hasattr", "setattr", "delattr", "globals", "vars", "locals", "eval", "exec", "import_module",
    "__import__", "getmembers", "getmembers_static", "attrgetter", "methodcaller", "cast", "TypeVar",
    "NewType", "ForwardRef", "import_object", "import_string", "locate", "instantiate", "symbol_by_name",
    "resolve_name", "import_from_string", "load_object", "iter_modules", "walk_packages", "find_modules", "run_module",
    "run_path", "importorskip", "spec_from_file_location", "SourceFileLoader", "load_source", "object", "multiple",
    "spy", "__getattribute__",
}  # fmt: skip
"""Last name parts of calls that look something up by a name (see `extraction.dynamic`)."""


_TAKES = frozenset({"get", "pop", "__getitem__"})
_ADDS = frozenset({"append", "appendleft", "add", "insert", "setdefault", "put", "put_nowait", "extend", "update"})
_OBJECTS = frozenset({
    ast.Name, ast.Attribute, ast.Call, ast.IfExp, ast.BoolOp, ast.Await, ast.List, ast.Tuple, ast.Set, ast.Dict,
    ast.ListComp, ast.GeneratorExp, ast.NamedExpr,
})  # fmt: skip
"""Arguments that may be objects of the project's classes, or hold some."""
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}(?![\w(])")
"""Dotted names of three parts and more, as configuration and code inside a string have them."""
_LONG = 50_000


class _Dispatch(dict[type, Callable[[Any], None]]):
    def __init__(self, default: Callable[[Any], None]) -> None:
        super().__init__()
        self.default = default

    def __missing__(self, key: type) -> Callable[[Any], None]:
        self[key] = self.default
        return self.default


class ExpressionWalk:
    """One file's walk. Attributes are lists in source order; `module` is the outermost scope."""

    def __init__(self, module: str, calls: frozenset[str], resolve_import: Callable[[ast.ImportFrom], str]) -> None:
        self.module = Scope("module", module, None)
        self.module_name = module
        self.calls = calls
        self.resolve_import = resolve_import
        self.scope = self.module
        self.source: DefinitionId = f"{module}:"
        self.guard = 0
        self.checking = 0
        self.function: ast.AST | None = None
        self.assigned: dict[int, str] = {}
        self.found: list[Found] = []
        self.uses: list[NameUse] = []
        self.chains: list[ChainUse] = []
        self.call_uses: list[CallUse] = []
        self.dynamic_calls: list[tuple[Scope, DefinitionId, ast.Call, str]] = []
        self.arguments: list[tuple[Scope, DefinitionId, ast.expr, ast.expr]] = []
        self.namespace_reads: list[tuple[Scope, DefinitionId, ast.expr, ast.expr]] = []
        self.named_arguments: list[tuple[Scope, DefinitionId, ast.expr, ast.expr]] = []
        self.handed: list[tuple[Scope, DefinitionId, ast.expr, str, ast.expr]] = []
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
        self.called: dict[str, int] = {}
        self.touched: set[tuple[Scope, str]] = set()
        self.local_stores: list[tuple[Scope, DefinitionId, str, ast.AST]] = []
        self.functions: list[tuple[Scope, DefinitionId, ast.FunctionDef | ast.AsyncFunctionDef]] = []
        self.has_main_guard = False
        self.nesting: set[int] = set()
        self.given: dict[int, list[tuple[ast.expr, Scope]]] = {}
        self.yielded: dict[int, list[tuple[ast.expr, Scope]]] = {}
        self.bodies: dict[int, Scope] = {}
        self.inner: dict[int, Scope] = {}
        self.table = _Dispatch(self._children)
        for name in dir(self):
            if name.startswith("visit_"):
                self.table[getattr(ast, name[6:], type(None))] = getattr(self, name)

    def visit(self, node: ast.AST) -> None:
        """Visit any node."""
        self.table[node.__class__](node)

    def visit_all(self, nodes: Sequence[ast.AST | None]) -> None:
        """Visit nodes in order. What one of them tells of names holds for the nodes behind it, and no further."""
        table, outer = self.table, self.scope
        for node in nodes:
            if node is not None:
                table[node.__class__](node)
        self.scope = outer

    def _children(self, node: ast.AST) -> None:
        table = self.table
        for field in node._fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                outer = self.scope
                for item in value:
                    if isinstance(item, ast.AST):
                        table[item.__class__](item)
                self.scope = outer
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
        else:
            self.touched.add((self.scope, node.id))

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
        if text.__class__ is not str or len(text) < 2:
            return
        if len(text) <= 200 and (text.isidentifier() or _dotted(text)):
            self.strings.setdefault((text, self.source), node.lineno)
            if id(node) not in self.quiet:
                self.flowing.add((text, self.source))
        elif len(text) <= 200 and text.endswith("]") and _dotted(text.partition("[")[0]):
            self.strings.setdefault((text.partition("[")[0], self.source), node.lineno)  # a quoted generic type
        elif "{{" in text or "{%" in text:
            for name, line in template_names(text).items():
                self.quoted.append((self.source, name, node.lineno + line - 1))
        elif "\n" in text and "." in text and len(text) < _LONG:
            for match in _NAMES.finditer(text):
                self.strings.setdefault((match[0], self.source), node.lineno + text.count("\n", 0, match.start()))

    def _pattern(self, node: ast.expr) -> None:
        """Note a dotted name that is put together: `f"plugins.{kind}.run"`, `__name__ + ".run"`."""
        text = pattern_of(node)
        if text is None or "." not in text or "*" not in text:
            return
        if text.startswith("*.") and text[2:].isidentifier():
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and part.id == "__name__":
                    self.uses.append(NameUse(self.scope, self.source, text[2:], (), node.lineno))
                elif isinstance(part, ast.Attribute) and part.attr == "__name__" and isinstance(part.value, ast.Name):
                    self.uses.append(NameUse(self.scope, self.source, part.value.id, (text[2:],), node.lineno))
        elif _dotted(text.replace("*", "_")) and (text.partition(".")[0].isidentifier() or text.rfind("*") == 0):
            self.strings.setdefault((text, self.source), node.lineno)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Visit what an f-string interpolates."""
        self._pattern(node)
        for part in node.values:
            if part.__class__ is not ast.Constant:
                self.visit(part)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Visit an expression statement; a lone string is documentation."""
        if node.value.__class__ is not ast.Constant:
            self.table[node.value.__class__](node.value)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Visit a chain of operators without deep recursion."""
        if isinstance(node.op, ast.Add | ast.Mod) and _is_text(node.left, node.right):
            self._pattern(node)
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
        self.called[name] = self.called.get(name, 0) + 1
        if name in DYNAMIC:
            self.dynamic_calls.append((self.scope, self.source, node, name))
        if name in _TAKES and isinstance(function, ast.Attribute) and node.args and _is_namespace(function.value):
            self.namespace_reads.append((self.scope, self.source, function.value, node.args[0]))
        table = self.table
        self.quiet.update(quiet_in_call(node, name))
        table[kind](function)
        if name in _ADDS and node.args and isinstance(function, ast.Attribute):
            self.added.append((self.scope, function.value, node.args[-1]))
        for position, argument in enumerate(node.args):
            if argument.__class__ is ast.Name or argument.__class__ is ast.Call:
                self.arguments.append((self.scope, self.source, function, argument))
            if argument.__class__ in _OBJECTS:
                self.handed.append((self.scope, self.source, function, str(position), argument))
            table[argument.__class__](argument)
        for keyword in node.keywords:
            if keyword.arg and keyword.value.__class__ in _OBJECTS:
                self.handed.append((self.scope, self.source, function, keyword.arg, keyword.value))
            if keyword.value.__class__ is ast.Name or keyword.value.__class__ is ast.Call:
                self.named_arguments.append((self.scope, self.source, function, keyword.value))
            table[keyword.value.__class__](keyword.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Visit a subscript; keep those that look a name up in a namespace."""
        base = node.value
        if _is_namespace(base):
            self.namespace_reads.append((self.scope, self.source, base, node.slice))
        self.quiet.add(id(node.slice))
        self.visit(base)
        self.visit(node.slice)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Visit a comparison, whose literals go nowhere."""
        self.quiet.update(quiet_in_comparison(node))
        self._children(node)

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
            name = last_name(node.value)
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


def _is_namespace(base: ast.expr) -> bool:
    """Return whether an expression is `globals()`, `locals()`, `vars(x)` or `x.__dict__`."""
    if isinstance(base, ast.Call):
        return isinstance(base.func, ast.Name) and base.func.id in ("globals", "vars", "locals")
    return isinstance(base, ast.Attribute) and base.attr == "__dict__"


def _is_text(left: ast.expr, right: ast.expr) -> bool:
    """Return whether one side of an operator is a literal string."""
    return any(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in (left, right))


def _dotted(text: str) -> bool:
    if "." not in text and ":" not in text:
        return False
    return all(part.isidentifier() for part in text.replace(":", ".", 1).split("."))
