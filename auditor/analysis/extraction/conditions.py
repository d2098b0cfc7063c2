"""Which lines of a file run only under a condition: in an `if`, a loop, a `try` or a `match`.

In: a module's tree. Out: an answer for each line. A function's body counts as unconditional in itself: whether the
function is called is another question.
"""

import ast
from bisect import bisect_right

_BRANCHING = frozenset({ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.Match})
_NESTING = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith})


class Conditions:
    """The conditional lines of one file."""

    def __init__(self, tree: ast.Module) -> None:
        ranges: list[tuple[int, int]] = []
        stack: list[ast.stmt] = list(tree.body)
        while stack:
            statement = stack.pop()
            kind = statement.__class__
            if kind in _BRANCHING:
                ranges.append((statement.lineno, statement.end_lineno or statement.lineno))
            elif kind in _NESTING:
                stack += statement.body  # type: ignore[attr-defined]  # by class
        ranges.sort()
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def __contains__(self, line: int) -> bool:
        """Return whether a line (1-based) runs only under a condition."""
        at = bisect_right(self._starts, line) - 1
        return at >= 0 and line <= self._ends[at]
