"""Another tool's opinion as evidence: vulture's classes on a tree that is parsed already.

In: a parsed file. Out: the names it says are used, and its findings inside the file. Never decides anything: what it
says is evidence beside ours. vulture reads no file and prints nothing here.
"""

import ast
from pathlib import Path
from typing import Literal

from vulture.core import Vulture
from vulture.noqa import parse_noqa

from auditor.model.code import LocalFinding, SourceFile

LocalKind = Literal[
    "import", "variable", "argument", "attribute", "function", "method", "class", "property", "unreachable"
]


def ask_vulture(tree: ast.Module, text: str, file: SourceFile) -> tuple[frozenset[str], tuple[LocalFinding, ...]]:
    """Return vulture's used names of one file, and everything it finds unused by the file's own names alone.

    Variables that something else asks for (loops, unpacking, `with`) are left out. Findings are sorted by line and
    name. A finding of the whole program needs the names of all files.
    """
    tool = Vulture()
    tool.code = text.splitlines()
    tool.noqa_lines = parse_noqa(tool.code)
    tool.filename = Path(file.path)
    try:
        tool.visit(tree)
    except (SyntaxError, AttributeError, TypeError, ValueError, AssertionError):
        return frozenset(_names(tree)), ()
    kinds: tuple[tuple[LocalKind, list[object]], ...] = (
        ("import", tool.unused_imports), ("variable", tool.unused_vars), ("class", tool.unused_classes),
        ("function", tool.unused_funcs), ("method", tool.unused_methods), ("property", tool.unused_props),
        ("unreachable", tool.unreachable_code),
    )  # fmt: skip
    shaped = _shaped_targets(tree) if tool.unused_vars else frozenset()
    every = {_finding(kind, item) for kind, items in kinds for item in items}
    findings = {one for one in every if one.kind != "variable" or (one.name, one.line) not in shaped}
    return frozenset(tool.used_names), tuple(sorted(findings, key=lambda one: (one.line, one.name, one.kind)))


def _finding(kind: LocalKind, item: object) -> LocalFinding:
    confidence = int(getattr(item, "confidence", 0))
    name = str(getattr(item, "message" if kind == "unreachable" else "name", ""))
    if kind == "variable" and confidence == 100:
        kind = "argument"
    line, end = int(getattr(item, "first_lineno", 0)), int(getattr(item, "last_lineno", 0))
    return LocalFinding(kind, name, line, end, confidence)


def _shaped_targets(tree: ast.Module) -> frozenset[tuple[str, int]]:
    """Return name and line of variables that the shape of a loop, an unpacked value or a handler asks for."""
    shaped: list[ast.AST] = []
    found: set[tuple[str, int]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            shaped.append(node.target)
        elif isinstance(node, ast.Assign):
            shaped += [target for target in node.targets if isinstance(target, ast.Tuple | ast.List)]
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            shaped.append(node.optional_vars)
    for target in shaped:
        found |= {(one.id, one.lineno) for one in ast.walk(target) if isinstance(one, ast.Name)}
    return frozenset(found)


def _names(tree: ast.Module) -> set[str]:
    """Return every name and attribute in a tree: what counts as used where vulture itself fails."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
