"""Executed lines of one file -> the functions whose bodies ran. In: source text, definitions, lines. Out: ids. No I/O.

A definition's own line runs at import, and so do its decorators, defaults and annotations: only lines below them prove
a call. A function written on one line is told from its definition only by the entry into its code, where arcs are
recorded; without them nothing is said of it.
"""

import ast
from collections.abc import Collection, Iterable
from typing import NamedTuple

from auditor.model.code import Definition, DefinitionId

_FUNCTIONS = ("function", "method", "property")
_OWN_CODE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Arc = tuple[int, int]


class _Body(NamedTuple):
    """The lines, 1-based and inclusive, that run only in a call; `first` is above `last` where there are none.

    `entry` is the line where the function's code begins, 0 where an entry there could be that of other code.
    """

    definition: DefinitionId
    first: int
    last: int
    entry: int


class Bodies:
    """The bodies of one file's functions.

    Args:
        source: The file's bytes.
        definitions: The definitions in it.

    Raises:
        SyntaxError: This Python cannot parse the file.
        ValueError: It holds a null byte.
    """

    def __init__(self, source: bytes, definitions: Iterable[Definition]) -> None:
        known: dict[tuple[int, str], DefinitionId] = {}
        for one in definitions:
            if one.kind in _FUNCTIONS:
                known[one.line, one.name] = one.id
        self._bodies = [
            _body(node, known[start, node.name])
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (start := _start(node), node.name) in known
        ]

    def ran(self, lines: Collection[int], arcs: Collection[Arc] = ()) -> frozenset[DefinitionId]:
        """Return the functions that were called, as far as executed lines and, where they are recorded, arcs tell."""
        entered = {-start for start, _ in arcs if start < 0}
        executed = sorted(line for line in lines if line > 0)
        return frozenset(
            body.definition
            for body in self._bodies
            if (body.entry in entered if body.first > body.last else _any_between(executed, body.first, body.last))
        )

    def untold(self) -> int:
        """Return how many functions are written on one line: without arcs nothing is known of them."""
        return sum(body.first > body.last for body in self._bodies)


def _start(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min((node.lineno, *(decorator.lineno for decorator in node.decorator_list)))


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef, definition: DefinitionId) -> _Body:
    header = [*node.decorator_list, *_of_arguments(node.args), *filter(None, [node.returns])]
    header += getattr(node, "type_params", [])  # from Python 3.12
    last_of_header = max((node.lineno, *(part.end_lineno or part.lineno for part in header)))
    start = _start(node)
    others = any(isinstance(inner, _OWN_CODE) for part in header for inner in ast.walk(part))
    return _Body(definition, last_of_header + 1, node.end_lineno or 0, start if start > 1 and not others else 0)


def _of_arguments(arguments: ast.arguments) -> list[ast.expr]:
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    annotations = [one.annotation for one in every if one is not None and one.annotation is not None]
    return [*annotations, *arguments.defaults, *filter(None, arguments.kw_defaults)]


def _any_between(lines: list[int], first: int, last: int) -> bool:
    from bisect import bisect_left

    place = bisect_left(lines, first)
    return place < len(lines) and lines[place] <= last
