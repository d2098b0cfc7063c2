"""What one file says of its own unused parts: names, statements, comments that silence, a vulture whitelist.

In: a walked tree and its text. Out: `Inner`. Never decides what is reported.
"""

import ast
from collections.abc import Collection, Sequence
from typing import NamedTuple

from auditor.analysis.extraction.comments import may_silence, silencing_comments
from auditor.analysis.extraction.control_flow import unreachable_statements
from auditor.analysis.extraction.locals import given_names, parameters_of, unused_names
from auditor.analysis.extraction.references import Referred
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.code import SourceFile
from auditor.model.inner import LocalFinding, SilencingComment


class Inner(NamedTuple):
    """Fields of `ModuleFacts` of the same names."""

    local_findings: tuple[LocalFinding, ...]
    comments: tuple[SilencingComment, ...]
    keeps: tuple[int, ...]
    given: frozenset[str]
    parameters: frozenset[str]
    whitelist: tuple[tuple[str, int], ...]


def inner(walk: Walk, names: Names, referred: Referred, tree: ast.Module, text: str, file: SourceFile) -> Inner:
    """Return what the file says of its own unused parts."""
    local = (*unused_names(walk, referred, text), *unreachable_statements(tree, file.module))
    comments: tuple[SilencingComment, ...] = ()
    keeps: tuple[int, ...] = ()
    if may_silence(text):
        imported = _import_lines(walk)
        comments = silencing_comments(text, imported, _store_lines(walk, text))
        keeps = _of_definitions(comments, local, imported)
    parameters = _parameter_names(walk) if file.in_tests else frozenset()
    return Inner(local, comments, keeps, given_names(walk, names), parameters, whitelist_names(tree))


def _import_lines(walk: Walk) -> set[int]:
    """Return every line of import statements."""
    nodes = {id(one.node): one.node for one in walk.imports}.values()
    return {line for node in nodes for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def _store_lines(walk: Walk, text: str) -> set[int]:
    """Return every line on which a local variable may be bound."""
    stored = {line for *_, node in walk.local_stores
              for line in range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1)}  # fmt: skip
    return stored | {number for number, line in enumerate(text.split("\n"), 1) if "=" in line or " as " in line}


def whitelist_names(tree: ast.Module) -> tuple[tuple[str, int], ...]:
    """Return the names of a vulture whitelist, nothing where a file has anything but names, imports and text."""
    found = []
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        value = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(value, ast.Name | ast.Attribute):
            found.append((value.id if isinstance(value, ast.Name) else value.attr, statement.lineno))
        elif not isinstance(value, ast.Constant):
            return ()
    return tuple(found)


def _parameter_names(walk: Walk) -> frozenset[str]:
    """Return the names of all parameters of the file's functions."""
    return frozenset(one.arg for _, _, node in walk.functions for one in parameters_of(node.args))


def _of_definitions(
    comments: Sequence[SilencingComment], local: Sequence[LocalFinding], imported: Collection[int]
) -> tuple[int, ...]:
    """Return the lines of `# auditor: keep` that are about a definition, not about what is unused beside them."""
    about = {line for one in local for line in (one.line, one.line - 1)} | {*imported}
    return tuple(one.line for one in comments if one.kind == "keep" and one.line not in about)
