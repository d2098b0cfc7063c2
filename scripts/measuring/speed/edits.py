"""One file of a project, edited as people edit: a comment, a statement, a function.

In: a tree; a file's text and a number that makes each edit another. Out: the edited text. Never writes.
"""

import ast
from collections.abc import Callable, Iterator

from measuring.fetching import MeasuringError
from measuring.speed.corpus import Tree

_SMALLEST, _LARGEST = 4_000, 20_000


def chosen(tree: Tree) -> str:
    """Return the path of the file to edit: of middling size, no test, in the middle of all that allow every edit."""
    fitting = [path for path in tree.python if "test" not in path and _fits(tree, path)]
    fitting = fitting or [path for path in tree.python if _allows((tree.path / path).read_bytes())]
    if not fitting:
        raise MeasuringError(f"{tree.name}: no file in which a statement could be edited")
    return fitting[len(fitting) // 2]


def _fits(tree: Tree, path: str) -> bool:
    file = tree.path / path
    return _SMALLEST <= file.stat().st_size <= _LARGEST and _allows(file.read_bytes())


def _allows(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
        return "\r" not in text and len(ast.parse(text).body) > 2 and next(_returns(text), None) is not None
    except (SyntaxError, ValueError, RecursionError):
        return False


def comment(text: str, number: int) -> str:
    """Return the text with a comment line in its middle, so that all below moves by a line."""
    body = ast.parse(text).body
    one = body[len(body) // 2]
    decorators = getattr(one, "decorator_list", [])
    line = min([one.lineno, *(decorator.lineno for decorator in decorators)])
    lines = text.splitlines(keepends=True)
    return "".join((*lines[: line - 1], f"# remark {number}\n", *lines[line - 1 :]))


def statement(text: str, number: int) -> str:
    """Return the text with one statement changed: it uses the names that it used before."""
    line, indent, value = next(_returns(text))
    lines = text.splitlines(keepends=True)
    lines[line - 1] = f"{indent}return ({value}) or {number}\n"
    return "".join(lines)


def function(text: str, number: int) -> str:
    """Return the text with a new function at its end, and a call of it."""
    name = f"added_{number}"
    return f"{text.rstrip()}\n\n\ndef {name}(value):\n    return value\n\n\n{name}({number})\n"


def _returns(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, indentation and value of statements that return something named, alone on a line."""
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Return) and node.value is not None and node.lineno == node.end_lineno):
            continue
        line = lines[node.lineno - 1]
        value = ast.get_source_segment(text, node.value) or ""
        named = any(isinstance(one, ast.Name) for one in ast.walk(node.value))
        if named and line.strip() == f"return {value}":
            yield node.lineno, line[: len(line) - len(line.lstrip())], value


EDITS: dict[str, Callable[[str, int], str]] = {"comment": comment, "statement": statement, "function": function}
