"""The walk over imports and `try`/`except ImportError` around them.

In: nodes of one file's tree. Out: imported names in scopes, imports as definitions. Never follows an import.
"""

# ruff: noqa: N802, N815, ANN401 - visitors are named after ast's classes; several classes share a visitor

import ast
from typing import Any

from auditor.analysis.extraction.bindings import BindingWalk
from auditor.analysis.extraction.records import Found, Imported, last_name
from auditor.analysis.extraction.scopes import made

_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "AttributeError"}


class ImportWalk(BindingWalk):
    """Adds imports to the walk over bindings."""

    def visit_Import(self, node: ast.Import) -> None:
        """Bind imported modules."""
        scope = self.scope.home
        for alias in node.names:
            local = alias.asname or alias.name.partition(".")[0]
            target = alias.name if alias.asname else local
            self._target(scope.binding(local), target)
            self._imported(node, alias, local)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Bind imported names; a star import is kept apart."""
        base, scope = self.resolve_import(node), self.scope.home
        for alias in node.names:
            if alias.name == "*":
                self.star_imports.append(base)
                self._note_import(node, alias)
                continue
            local = alias.asname or alias.name
            self._target(scope.binding(local), f"{base}.{alias.name}" if base else alias.name)
            self._imported(node, alias, local)

    def _imported(self, node: ast.Import | ast.ImportFrom, alias: ast.alias, local: str) -> None:
        self._note_import(node, alias)
        scope = self.scope
        if scope.kind == "module" and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            end = node.end_lineno or node.lineno
            self.found.append(
                made(Found, (self.id_in(scope, local), "import", node, scope, node.lineno, end, None, ""))
            )

    def _note_import(self, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> None:
        guarded, checking = bool(self.guard), bool(self.guard) and self.guard == self.checking
        self.imports.append(made(Imported, (self.scope, self.source, node, alias, guarded, checking)))

    def visit_Try(self, node: Any) -> None:
        """Visit a try statement; imports in it may fail where an ImportError is caught."""
        guarded = any([_may_catch(one.type) for one in node.handlers])
        self.guard += guarded
        self.visit_all(node.body)
        self.visit_all(node.handlers)
        self.guard -= guarded
        self.visit_all(node.orelse)
        self.visit_all(node.finalbody)

    visit_TryStar = visit_Try


def _may_catch(caught: ast.expr | None) -> bool:
    """Return whether an exception handler may catch that something cannot be imported."""
    if caught is None or isinstance(caught, ast.Name):
        return caught is None or caught.id in _IMPORT_ERRORS
    return any(last_name(part) in _IMPORT_ERRORS for part in ast.walk(caught))
