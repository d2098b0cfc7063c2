"""Syntax newer than the running Python: the same source in older syntax, line by line.

In: the decoded text of a file that this Python cannot parse. Out: a tree as `ast` gives it, with the lines of the text,
or None where libcst cannot read it either. Type parameters stand in `type_params` of functions and classes, template
strings as f-strings. Columns mean nothing. Never guesses: what the result does not say, the caller counts as used.
"""

import ast
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

_LONGEST_LINE = 5_000
_LARGEST_FILE = 1_000_000
"""Beyond these, libcst's own time grows with the square of the length."""
_Owner = tuple[int, str]
_String = cst.FormattedString | cst.TemplatedString | cst.ConcatenatedString
_Formatted = cst.FormattedString | cst.TemplatedString


class TypeParameter(ast.AST):
    """A type parameter: `name`, and what it is bound to and stands for by default."""

    _fields = ("bound", "default_value")

    def __init__(self, name: str, lineno: int, bound: ast.expr | None, default_value: ast.expr | None) -> None:
        super().__init__()
        self.lineno = lineno
        self.name = name
        self.bound = bound
        self.default_value = default_value


class _Edit(NamedTuple):
    """Characters `start` to `end` (exclusive) become `text`, which has as many line ends."""

    start: int
    end: int
    text: str


def parse_newer(text: str) -> ast.Module | None:
    """Return the tree of source whose syntax may be newer than this Python's, None where that is not to be had."""
    if len(text) > _LARGEST_FILE or max(map(len, text.split("\n"))) > _LONGEST_LINE:
        return None
    try:
        lowering = _Lowering(text)
        tree = ast.parse(lowering.text_of(0, len(text)))
        return _Restore(lowering).module(tree)
    except (cst.ParserSyntaxError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


class _Lowering(cst.CSTVisitor):
    """The edits that make a text older; `strings` and `parameters` keep what they took out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.starts = [0]
        for line in text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        self.positions = wrapper.resolve(PositionProvider)
        self.prefix = "_string"
        while self.prefix in text:
            self.prefix += "_"
        self.edits: list[_Edit] = []
        self.strings: dict[str, _String] = {}
        self.parameters: dict[_Owner, Sequence[cst.TypeParam]] = {}
        wrapper.module.visit(self)
        self.edits.sort(key=lambda one: (one.start, one.end > one.start, -one.end))

    def span(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return the character offsets of a node."""
        place = self.positions[node]
        if not isinstance(place, CodeRange):
            raise TypeError("a node without a place")
        start, end = place.start, place.end
        return self.starts[start.line - 1] + start.column, self.starts[end.line - 1] + end.column

    def line(self, node: cst.CSTNode) -> int:
        """Return the line a node begins on, 1-based."""
        place = self.positions[node]
        return place.start.line if isinstance(place, CodeRange) else 1

    def text_of(self, start: int, end: int) -> str:
        """Return a part of the text, lowered: of nested edits only the outermost counts."""
        pieces: list[str] = []
        for position in range(bisect_left(self.edits, (start,)), len(self.edits)):
            edit = self.edits[position]
            if edit.start > end:
                break
            if edit.start >= start and edit.end <= end:
                pieces += (self.text[start : edit.start], edit.text)
                start = edit.end
        return "".join((*pieces, self.text[start:end]))

    def parsed(self, node: cst.CSTNode) -> ast.expr:
        """Return an expression of the text as a tree, at its lines; its strings are still placeholders."""
        start, end = self.span(node)
        found = ast.parse(f"({self.text_of(start, end)}\n)", mode="eval").body
        ast.increment_lineno(found, self.line(node) - 1)
        return found

    def _replace(self, start: int, end: int, text: str) -> None:
        if start < end or text:
            self.edits.append(_Edit(start, end, text))

    def _remove(self, start: int, end: int) -> None:
        self._replace(start, end, "\\\n" * self.text.count("\n", start, end))

    def _string(self, node: _String) -> None:
        name = f"{self.prefix}{len(self.strings)}"
        self.strings[name] = node
        start, end = self.span(node)
        self._replace(start, end, f"({name}{chr(10) * self.text.count(chr(10), start, end)})")

    def visit_FormattedString(self, node: cst.FormattedString) -> None:  # noqa: N802 -- libcst's names
        self._string(node)

    def visit_TemplatedString(self, node: cst.TemplatedString) -> None:  # noqa: N802
        self._string(node)

    def visit_ConcatenatedString(self, node: cst.ConcatenatedString) -> None:  # noqa: N802
        if any(isinstance(part, _Formatted) for part in _parts(node)):
            self._string(node)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        self._parameters(node)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        self._parameters(node)

    def _parameters(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        if node.type_parameters is not None:
            self.parameters[self.line(node.name), node.name.value] = node.type_parameters.params
            self._remove(*self.span(node.type_parameters))

    def visit_TypeAlias(self, node: cst.TypeAlias) -> None:  # noqa: N802 -- `type X[T: B] = V` -> `X = V, B`
        start, _ = self.span(node)
        self._remove(start, self.span(node.name)[0])
        if node.type_parameters is None:
            return
        self._remove(*self.span(node.type_parameters))
        used = [self.text_of(*self.span(one)) for one in _used_by(node.type_parameters.params)]
        _, end = self.span(node.value)
        self._replace(end, end, "".join(f", ({' '.join(one.split())})" for one in used))

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:  # noqa: N802
        self._enclose(node.type)

    def visit_ExceptStarHandler(self, node: cst.ExceptStarHandler) -> None:  # noqa: N802
        self._enclose(node.type)

    def _enclose(self, node: cst.BaseExpression | None) -> None:
        if isinstance(node, cst.Tuple) and not node.lpar:
            start, end = self.span(node)
            self._replace(start, start, "(")
            self._replace(end, end, ")")

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Visit a node; those that only newer releases of libcst know are told by their names."""
        name = type(node).__name__
        start, end = self.span(node) if name in _NEWEST else (0, 0)
        if name.startswith("Lazy"):  # `lazy import x` -> `import x`
            self._remove(start, start + self.text[start:end].index("lazy") + len("lazy "))
        elif name == "StarredDictComp":  # `{**x for x in xs}` -> `{  x for x in xs}`
            stars = self.text.index("**", start)
            self._replace(stars, stars + 2, "  ")
        elif name in _COMPREHENSIONS:
            element = node.elt  # type: ignore[attr-defined]  # every comprehension with one element has it
            if isinstance(element, cst.StarredElement):  # `[*x for x in xs]` -> `[x for x in xs]`
                begin = self.text.index("*", self.span(node)[0])
                self._replace(begin, begin + 1, " ")
        return super().on_visit(node)


_NEWEST = frozenset({"LazyImport", "LazyImportFrom", "StarredDictComp"})
_COMPREHENSIONS = frozenset({"ListComp", "SetComp", "GeneratorExp"})


def _parts(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """Yield the strings of an implicit concatenation in order."""
    while isinstance(node, cst.ConcatenatedString):
        yield node.left
        node = node.right
    yield node


def _used_by(parameters: Sequence[cst.TypeParam]) -> Iterator[cst.BaseExpression]:
    """Yield bounds and defaults."""
    for one in parameters:
        bound = one.param.bound if isinstance(one.param, cst.TypeVar) else None
        yield from (part for part in (bound, one.default) if part is not None)


class _Restore(ast.NodeTransformer):
    """Puts strings back in place of their placeholders, and type parameters back where they stood."""

    def __init__(self, lowering: _Lowering) -> None:
        self.lowering = lowering

    def module(self, tree: ast.Module) -> ast.Module:
        """Return the tree as a newer Python would have given it."""
        self.visit(tree)
        return tree

    def visit_Name(self, node: ast.Name) -> ast.expr:
        string = self.lowering.strings.get(node.id)
        return node if string is None else self._joined(string, node)

    def _joined(self, string: _String, place: ast.expr) -> ast.JoinedStr:
        values: list[ast.expr] = []
        for part in _parts(string):
            if isinstance(part, cst.SimpleString):
                values.append(ast.copy_location(ast.Constant(part.evaluated_value), place))
            elif isinstance(part, _Formatted):
                values += self._values(part.parts, place)
        return ast.copy_location(ast.JoinedStr(values), place)

    def _values(self, parts: Sequence[cst.CSTNode], place: ast.expr) -> Iterator[ast.expr]:
        for one in parts:
            if isinstance(one, cst.FormattedStringExpression | cst.TemplatedStringExpression):
                value = self.visit(self.lowering.parsed(one.expression))
                wanted = None
                if one.format_spec:
                    wanted = ast.copy_location(ast.JoinedStr(list(self._values(one.format_spec, place))), place)
                yield ast.copy_location(ast.FormattedValue(value, -1, wanted), place)
            elif isinstance(one, cst.FormattedStringText | cst.TemplatedStringText):
                text = one.value.replace("{{", "{").replace("}}", "}")
                yield ast.copy_location(ast.Constant(text), place)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._with_parameters(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._with_parameters(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._with_parameters(node)

    def _with_parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.AST:
        taken = self.lowering.parameters.get((node.lineno, node.name))
        if taken is not None:
            fields = tuple(dict.fromkeys((*node._fields, "type_params")))
            vars(node).update(_fields=fields, type_params=[self._parameter(one) for one in taken])
        return self.generic_visit(node)

    def _parameter(self, one: cst.TypeParam) -> TypeParameter:
        bound = one.param.bound if isinstance(one.param, cst.TypeVar) else None
        given = (self.lowering.parsed(part) if part is not None else None for part in (bound, one.default))
        return TypeParameter(one.param.name.value, self.lowering.line(one.param), *given)
