"""Code that stands outside code: type comments, and examples in docstrings (`>>> discount(3)`).

In: one file's text and its walk. Out: uses for the walk, and what examples use. Never decides whether examples are run.
"""

import ast
import re
from collections.abc import Iterator

from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.code import DefinitionId

_TYPE = re.compile(r"#[ \t]*type:[ \t]*(?!ignore\b)([^#\n]+)")
_PROMPT = re.compile(r"[ \t]*(>>>|\.\.\.)(?: (.*))?$")


def note_type_comments(text: str, walk: Walk) -> None:
    """Let the walk see the types that comments declare; they count as used by the module."""
    for match in _TYPE.finditer(text) if "type:" in text else ():
        given, line = match[1].strip(), text.count("\n", 0, match.start()) + 1
        try:
            if "->" in given:
                signature = ast.parse(given, mode="func_type")
                types = [*signature.argtypes, signature.returns]
            else:
                types = [ast.parse(given, mode="eval").body]
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for one in types:
            for part in ast.walk(one):
                if isinstance(part, ast.expr):
                    part.lineno = part.end_lineno = line
            walk.annotation(one)


def examples(text: str, tree: ast.Module, walk: Walk, names: Names) -> tuple[tuple[DefinitionId, str, int], ...]:
    """Return what examples use: the documented definition, a dotted name or `.attr`, the docstring's line."""
    if ">>>" not in text:
        return ()
    found: dict[tuple[DefinitionId, str], int] = {}
    documented = [(f"{walk.module_name}:", tree), *((one.id, one.node) for one in walk.found)]
    for identity, node in documented:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            value = first.value if isinstance(first, ast.Expr) else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and ">>>" in value.value:
                for target in _used(value.value, walk, names):
                    found.setdefault((identity, target), value.lineno)
    return tuple((identity, target, line) for (identity, target), line in found.items())


def _used(docstring: str, walk: Walk, names: Names) -> Iterator[str]:
    for statement in _statements(docstring):
        try:
            tree = ast.parse(statement)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                yield from (one for one in names.targets(walk.module, node.id) if not one.startswith("builtins."))
            elif isinstance(node, ast.Attribute):
                yield names.expression(node, walk.module) or f".{node.attr}"
                yield f".{node.attr}"
            elif isinstance(node, ast.ImportFrom):
                base = walk.resolve_import(node)
                yield from (f"{base}.{alias.name}" for alias in node.names)


def _statements(docstring: str) -> Iterator[str]:
    lines: list[str] = []
    for line in docstring.split("\n"):
        match = _PROMPT.match(line)
        if lines and (match is None or match[1] == ">>>"):
            yield "\n".join(lines)
            lines = []
        if match is not None and (lines or match[1] == ">>>"):
            lines.append(match[2] or "")
    if lines:
        yield "\n".join(lines)
