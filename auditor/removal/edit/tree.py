"""One parsed file with what libcst knows of it. In: text. Out: nodes with their positions, parents and scopes.

Wraps libcst's metadata so that the rest of the package asks short questions. Never changes a node.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import libcst as cst
from libcst.metadata import (
    CodePosition,
    MetadataWrapper,
    PositionProvider,
    QualifiedNameSource,
    Scope,
    ScopeProvider,
)

from auditor.errors import EditError
from auditor.removal.edit.text import line_starts

Compound = (cst.If, cst.Try, cst.TryStar, cst.With, cst.For, cst.While, cst.Match)
SuiteOwner = cst.If | cst.Try | cst.TryStar | cst.With | cst.For | cst.While | cst.Match


class Span(NamedTuple):
    """A stretch of text: character offsets, half-open."""

    start: int
    end: int


class Tree:
    """A file's tree.

    Attributes:
        text: The whole text, without a byte order mark.
        name: How messages call the file.
        body: The statements of the module.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        try:
            module = cst.parse_module(text)
        except cst.ParserSyntaxError as error:
            raise EditError(f"{name}:{error.raw_line}: cannot be parsed: {error.message}") from error
        except (ValueError, RecursionError) as error:
            raise EditError(f"{name}: cannot be parsed: {error}") from error
        if module.code != text:
            raise EditError(f"{name}: cannot be edited without changing other bytes; remove the code by hand")
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.module = wrapper.module
        self._positions = wrapper.resolve(PositionProvider)
        self._parents = _parents(wrapper.module)
        self._wrapper = wrapper
        self._starts = line_starts(text)

    def span(self, node: cst.CSTNode) -> Span:
        """Return where a node stands; decorators belong to what they decorate."""
        place = self._positions[node]
        start = place.start
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)) and node.decorators:
            start = self._positions[node.decorators[0]].start
        return Span(self._offset(start), self._offset(place.end))

    def outer_span(self, expression: cst.BaseExpression) -> Span:
        """Return where an expression stands, the parentheses around it included."""
        start, end = self.span(expression)
        if expression.lpar and expression.rpar:
            start, end = self.span(expression.lpar[0]).start, self.span(expression.rpar[-1]).end
        return Span(start, end)

    def lines(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return the first and last line of a node: 1-based, inclusive, decorators included."""
        place = self._positions[node]
        first = place.start.line
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)) and node.decorators:
            first = self._positions[node.decorators[0]].start.line
        return first, place.end.line

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Return the node that holds `node`; None for the module."""
        return self._parents.get(node)

    def scope(self, node: cst.CSTNode) -> Scope | None:
        """Return the scope a node's names are looked up in; None where libcst does not know."""
        found = self._scopes.get(node)
        return found() if callable(found) else found

    @cached_property
    def _scopes(self) -> Mapping[cst.CSTNode, Scope | Callable[[], Scope] | None]:
        """Scopes by node; the slowest of all answers, so only when somebody asks."""
        return self._wrapper.resolve(ScopeProvider)

    def reads(self, name: str) -> bool:
        """Return whether any scope of the file looks a name up."""
        scopes = {id(scope): scope for node in self._scopes if (scope := self.scope(node)) is not None}
        return any(scope.accesses[name] for scope in scopes.values())

    def qualified_names(self, node: cst.CSTNode) -> frozenset[str]:
        """Return the dotted names that an expression stands for, where they come from an import or are builtin."""
        scope = self.scope(node)
        names = scope.get_qualified_names_for(node) if scope else ()
        outside = (QualifiedNameSource.IMPORT, QualifiedNameSource.BUILTIN)
        return frozenset(name.name for name in names if name.source in outside)

    def refusal(self, node: cst.CSTNode, name: str, why: str) -> EditError:
        """Return the error that says why `name` cannot be removed, with file and line."""
        return EditError(f"{self.name}:{self.lines(node)[0]}: cannot remove {name}: {why}")

    def _offset(self, position: CodePosition) -> int:
        return self._starts[position.line - 1] + position.column


def _parents(module: cst.Module) -> dict[cst.CSTNode, cst.CSTNode]:
    """Return the holder of every node; libcst's own provider takes five times as long."""
    parents: dict[cst.CSTNode, cst.CSTNode] = {}
    left: list[cst.CSTNode] = [module]
    while left:
        node = left.pop()
        for field in type(node).__dataclass_fields__:
            value = getattr(node, field)
            for child in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(child, cst.CSTNode):
                    parents[child] = node
                    left.append(child)
    return parents


def block_statements(block: cst.BaseSuite | cst.Module) -> tuple[cst.CSTNode, ...]:
    """Return the statements of a block: compound ones and small ones, those joined by `;` one by one."""
    found: list[cst.CSTNode] = []
    for statement in block.body:
        found.extend(statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,))
    return tuple(found)


def scope_statements(blocks: Iterable[cst.BaseSuite | cst.Module]) -> Iterator[cst.CSTNode]:
    """Yield every statement of one scope in order: branches of `if`, `try` and so on included, nested scopes not."""
    for block in blocks:
        for statement in block_statements(block):
            yield statement
            if isinstance(statement, Compound):
                yield from scope_statements(branches(statement))


def branches(statement: SuiteOwner) -> tuple[cst.BaseSuite, ...]:
    """Return every block of a compound statement, `else` and `finally` included, an `elif`'s own blocks too."""
    blocks: list[cst.BaseSuite] = []
    if isinstance(statement, cst.Match):
        return tuple(case.body for case in statement.cases)
    blocks.append(statement.body)
    if isinstance(statement, (cst.Try, cst.TryStar)):
        blocks.extend(handler.body for handler in statement.handlers)
    if not isinstance(statement, cst.With) and statement.orelse is not None:
        orelse = statement.orelse
        blocks.extend(branches(orelse) if isinstance(orelse, cst.If) else (orelse.body,))
    if isinstance(statement, (cst.Try, cst.TryStar)) and statement.finalbody is not None:
        blocks.append(statement.finalbody.body)
    return tuple(blocks)
