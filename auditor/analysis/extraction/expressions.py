"""The walk over expressions: uses of names and attributes, calls, strings, annotations.

In: nodes of one file's tree. Out: lists of uses with the scope each stands in. Never resolves a name: a function may
use what the module binds further down.
"""

# ruff: noqa: N802, N815 - visitors are named after ast's classes; several classes share a visitor

import ast
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from auditor.analysis.extraction.operating import BINARY, COMPARING, SUBSCRIPT, OperationWalk
from auditor.analysis.extraction.quiet_strings import QUIET, quiet_in_call, quiet_in_comparison
from auditor.analysis.extraction.records import CallUse, ChainUse, last_name
from auditor.analysis.extraction.scopes import made
from auditor.analysis.extraction.templates import format_attributes, template_names
from auditor.analysis.extraction.values import pattern_of

DYNAMIC = frozenset({
    "getattr", "hasattr", "setattr", "delattr", "globals", "vars", "locals", "eval", "exec", "import_module",
    "__import__", "getmembers", "getmembers_static", "attrgetter", "methodcaller", "cast", "TypeVar",
    "NewType", "ForwardRef", "import_object", "import_string", "locate", "instantiate", "symbol_by_name",
    "resolve_name", "import_from_string", "load_object", "iter_modules", "walk_packages", "find_modules", "run_module",
    "run_path", "importorskip", "spec_from_file_location", "SourceFileLoader", "load_source", "object", "multiple",
    "spy", "__getattribute__",
})  # fmt: skip
"""Last name parts of calls that look something up by a name (see `extraction.dynamic`)."""


_TAKES = frozenset({"get", "pop", "__getitem__"})
_ADDS = frozenset({"append", "appendleft", "add", "insert", "setdefault", "put", "put_nowait", "extend", "update"})
_OBJECTS = frozenset({
    ast.Name, ast.Attribute, ast.Call, ast.IfExp, ast.BoolOp, ast.Await, ast.List, ast.Tuple, ast.Set, ast.Dict,
    ast.ListComp, ast.GeneratorExp, ast.NamedExpr,
})  # fmt: skip
"""Arguments that may be objects of the project's classes, or hold some."""
_JOINING = frozenset({ast.Add, ast.Mod})
_NAMES = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}(?![\w(])")
"""Dotted names of three parts and more, as configuration and code inside a string have them."""
_LONG = 50_000


@lru_cache(maxsize=4)
def _noted(calls: frozenset[str]) -> frozenset[str]:
    """Return the names of calls that are more than what they use: those that rules ask for, and those known here."""
    return calls | DYNAMIC | _TAKES | _ADDS | QUIET


class ExpressionWalk(OperationWalk):
    """Adds expressions to what every walk has.

    Calls, names and texts are most of a tree, so what visits one of them does as much as it can in one step.
    """

    def __init__(self, module: str, calls: frozenset[str], resolve_import: Callable[[ast.ImportFrom], str]) -> None:
        super().__init__(module, resolve_import)
        self.calls = calls
        self.noted = _noted(calls)

    def _nothing(self, node: ast.AST) -> None:
        """See nothing: contexts, operators and statements of one word say nothing by themselves."""

    visit_Load = visit_Store = visit_Del = visit_Pass = visit_Break = visit_Continue = _nothing

    def _value(self, node: ast.Starred | ast.keyword) -> None:
        value = node.value
        self.table[value.__class__](self, value)

    visit_Starred = visit_keyword = _value

    def _display(self, node: ast.List | ast.Tuple | ast.Set) -> None:
        self._each(node.elts)

    visit_List = visit_Tuple = visit_Set = _display

    def visit_Dict(self, node: ast.Dict) -> None:
        """Visit all keys, then all values."""
        self._each([key for key in node.keys if key is not None])
        self._each(node.values)

    def _each(self, nodes: Sequence[ast.expr]) -> None:
        """Visit expressions in order; a number says nothing."""
        table = self.table
        for node in nodes:
            kind = node.__class__
            if kind is not ast.Constant or node.value.__class__ is str:  # type: ignore[attr-defined]  # by class
                table[kind](self, node)

    # Names, attributes, literals

    def visit_Name(self, node: ast.Name) -> None:
        """Note a use; targets are bound elsewhere."""
        if node.ctx.__class__ is ast.Load:
            name = node.id
            self.values.add(name)
            self.uses.setdefault((self.scope, self.source, name, ()), node.lineno)
        else:
            self.touched.add((self.scope, node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note a chain `a.b.c` as one use."""
        root, name = node.value, node.attr
        self.values.add(name)
        if root.__class__ is ast.Name:
            self.uses.setdefault((self.scope, self.source, root.id, (name,)), node.lineno)
        else:
            self._chain(node)

    def _chain(self, node: ast.Attribute) -> None:
        root = node.value
        if root.__class__ is ast.Name:
            self.uses.setdefault((self.scope, self.source, root.id, (node.attr,)), node.lineno)
            return
        attributes = [node.attr]
        while isinstance(root, ast.Attribute):
            attributes.append(root.attr)
            root = root.value
        attributes.reverse()
        if isinstance(root, ast.Name):
            self.uses.setdefault((self.scope, self.source, root.id, tuple(attributes)), node.lineno)
            return
        self.table[root.__class__](self, root)
        line = node.end_lineno or node.lineno
        self.chains.append(ChainUse(self.scope, self.source, root, tuple(attributes), line))

    def visit_Constant(self, node: ast.Constant) -> None:
        """Note a string that may name something."""
        text = node.value
        if text.__class__ is not str or len(text) < 2:
            return
        if len(text) <= 200:
            if text.isidentifier() or _dotted(text):
                key = (text, self.source)
                self.strings.setdefault(key, node.lineno)
                if id(node) not in self.quiet:
                    self.flowing.add(key)
                return
            if text[-1] == "]" and _dotted(text.partition("[")[0]):  # a quoted generic type
                self.strings.setdefault((text.partition("[")[0], self.source), node.lineno)
                return
        if "{" in text and "." in text:
            self.quoted += [(self.source, name, node.lineno) for name in format_attributes(text)]
        if "{{" in text or "{%" in text:
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
                    self.values.add(text[2:])
                    self.uses.setdefault((self.scope, self.source, text[2:], ()), node.lineno)
                elif isinstance(part, ast.Attribute) and part.attr == "__name__" and isinstance(part.value, ast.Name):
                    self.values.add(text[2:])
                    self.uses.setdefault((self.scope, self.source, part.value.id, (text[2:],)), node.lineno)
        elif _dotted(text.replace("*", "_")) and (text.partition(".")[0].isidentifier() or text.rfind("*") == 0):
            self.strings.setdefault((text, self.source), node.lineno)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Visit what an f-string interpolates."""
        self._pattern(node)
        for part in node.values:
            if part.__class__ is not ast.Constant:
                self.visit(part)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Visit a chain of operators without deep recursion."""
        if node.op.__class__ in _JOINING and (_is_text(node.left) or _is_text(node.right)):
            self._pattern(node)
        right: list[ast.expr] = []
        current: ast.expr = node
        while isinstance(current, ast.BinOp):
            right.append(current.right)
            current = current.left
        right.append(current)
        right.reverse()
        if node.op.__class__ not in _JOINING or not _is_text(right[0]):
            for one in right:
                self.operate(one, BINARY[node.op.__class__])
        self._each(right)

    def visit_Call(self, node: ast.Call, target: str | None = None) -> None:
        """Visit a call; keep it where a rule asks for it, where its result is named, or where it looks up a name.

        `target` is the variable that the result is assigned to.
        """
        function, scope, source, table = node.func, self.scope, self.source, self.table
        kind = function.__class__
        name = function.attr if kind is ast.Attribute else function.id if kind is ast.Name else ""  # type: ignore[attr-defined]  # by class
        noted = name in self.noted
        if noted or target is not None:
            self._note_call(node, name, target)
        if kind is ast.Name:
            self.uses.setdefault((scope, source, name, ()), function.lineno)
            self.operate_call(node, name)
        elif kind is ast.Attribute:
            self._chain(function)  # type: ignore[arg-type]  # by class
        else:
            table[kind](self, function)
        if noted and name in _ADDS and node.args and isinstance(function, ast.Attribute):
            self.added.append((scope, function.value, node.args[-1]))
        for position, argument in enumerate(node.args):
            kind = argument.__class__
            if kind is ast.Constant:
                if argument.value.__class__ is str:  # type: ignore[attr-defined]  # by class
                    self.visit_Constant(argument)  # type: ignore[arg-type]  # by class
                continue
            if kind in _OBJECTS:
                self.handed.append((scope, source, function, position, argument))
                if kind is ast.Name or kind is ast.Call:
                    self.arguments.append((scope, source, function, argument))
            table[kind](self, argument)
        if node.keywords:
            self._keywords(node)

    def _keywords(self, node: ast.Call) -> None:
        function, scope, source = node.func, self.scope, self.source
        for keyword in node.keywords:
            value = keyword.value
            kind = value.__class__
            if kind in _OBJECTS:
                if keyword.arg:
                    self.handed.append((scope, source, function, keyword.arg, value))
                if kind is ast.Name or kind is ast.Call:
                    self.named_arguments.append((scope, source, function, value))
            self.table[kind](self, value)

    def _note_call(self, node: ast.Call, name: str, target: str | None) -> None:
        """Keep a call that says more than what it uses."""
        function = node.func
        if target is not None or name in self.calls:
            self.call_uses.append(made(CallUse, (self.scope, self.source, node, target, None)))
        if name in DYNAMIC:
            self.dynamic_calls.append((self.scope, self.source, node, name))
        if name in _TAKES and isinstance(function, ast.Attribute) and node.args and _is_namespace(function.value):
            self.namespace_reads.append((self.scope, self.source, function.value, node.args[0]))
        if name in QUIET:
            self.quiet.update(quiet_in_call(node, name))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Visit a subscript; keep those that look a name up in a namespace."""
        base, index = node.value, node.slice
        if _is_namespace(base):
            self.namespace_reads.append((self.scope, self.source, base, index))
        self.operate(base, SUBSCRIPT[node.ctx.__class__])
        self.table[base.__class__](self, base)
        if index.__class__ is ast.Constant:
            self.quiet.add(id(index))
        self.table[index.__class__](self, index)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Visit a comparison, whose literals go nowhere."""
        self.quiet.update(quiet_in_comparison(node))
        for operator, one in zip(node.ops, node.comparators, strict=True):
            if (operation := COMPARING.get(operator.__class__)) is not None:
                self.operate(one, operation)
                if operation != "in":
                    self.operate(node.left, operation)
        self.table[node.left.__class__](self, node.left)
        self._each(node.comparators)

    def annotation(self, node: ast.expr) -> None:
        """Visit an annotation: strings in it are code, except in `Literal` and the rest of `Annotated`."""
        if node.__class__ is ast.Name or node.__class__ is ast.Attribute:
            self.table[node.__class__](self, node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
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
                self._each(node.slice.elts[1:])
            elif name == "Literal":
                self.visit(node.slice)
            else:
                self.annotation(node.slice)
        elif isinstance(node, (ast.Tuple, ast.List)):
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


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _dotted(text: str) -> bool:
    if " " in text or ("." not in text and ":" not in text):
        return False
    return all([part.isidentifier() for part in text.replace(":", ".", 1).split(".")])
