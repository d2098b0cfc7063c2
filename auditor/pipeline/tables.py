"""The tables that a project's models declare. In: the static side. Out: `DataTable`s. Never opens a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from auditor.config import LoadedConfig
from auditor.pipeline.static import Static

if TYPE_CHECKING:
    from auditor.model.tables import DataTable


def declared_tables(loaded: LoadedConfig, static: Static, listed: Iterable[str] = ()) -> tuple[DataTable, ...]:
    """Return the tables of Django, SQLAlchemy and SQLModel, and of the `.prisma` files among the paths `listed`."""
    from auditor.analysis.tables import tables

    return tables(static.facts, static.analysis.graph, _model_texts(loaded, static, listed))


def _model_texts(loaded: LoadedConfig, static: Static, listed: Iterable[str]) -> dict[str, str]:
    """Return the text of what tells tables by more than facts: Prisma schemas, annotated models."""
    paths = [path for path in listed if path.endswith(".prisma")]
    for module in static.facts:
        annotated = any(one.annotation.endswith(".Mapped") for one in module.definitions)
        if annotated or any(one.target.startswith("sqlmodel") for one in module.imports):
            paths.append(module.path)
    texts: dict[str, str] = {}
    for path in paths:
        try:
            texts[path] = (loaded.root / path).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            continue
    return texts
