"""What a walk notes, before any name is resolved.

In: nothing. Out: tuples that `extraction.walk` fills and `extract` reads. Never outlives the extraction of one file.
"""

import ast
from typing import NamedTuple

from auditor.analysis.extraction.scopes import Scope
from auditor.model.code import DefinitionId, DefinitionKind


class Found(NamedTuple):
    """A definition as met; its hash and resolved names are added later."""

    id: DefinitionId
    kind: DefinitionKind
    node: ast.AST
    scope: Scope
    line: int
    end_line: int
    annotation: ast.expr | None = None
    source: DefinitionId = ""


NameUse = tuple[Scope, DefinitionId, str, tuple[str, ...]]
"""`name.attr.attr` in a scope, used by a definition: (scope, source, name, attributes)."""


class ChainUse(NamedTuple):
    """Attributes taken from the value of an expression that is not a plain name."""

    scope: Scope
    source: DefinitionId
    root: ast.expr
    attributes: tuple[str, ...]
    line: int


class CallUse(NamedTuple):
    """A call or decorator to be recorded."""

    scope: Scope
    source: DefinitionId
    node: ast.expr
    assigned_to: str | None
    decorates: DefinitionId | None


class Imported(NamedTuple):
    """One imported name, its target still relative where `level` is above 0."""

    scope: Scope
    source: DefinitionId
    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    guarded: bool
    type_only: bool = False
    """It is guarded by `TYPE_CHECKING` alone, so that it cannot be a check of what is installed."""


class Store(NamedTuple):
    """`base.attr = value` (or with an annotation)."""

    scope: Scope
    base: ast.expr
    attribute: str
    value: ast.expr | None
    annotation: ast.expr | None
    source: DefinitionId
    line: int


def last_name(node: ast.AST | None) -> str:
    """Return the last part of a name, attribute or callee, `""` for anything else."""
    if isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
