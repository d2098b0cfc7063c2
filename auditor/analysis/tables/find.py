"""All tables of a project, joined: who points to whom.

In: as in the package. Out: `DataTable`s, sorted by path and line.
"""

from collections.abc import Iterable, Mapping

import msgspec

from auditor.analysis.tables import alchemy, django, prisma
from auditor.analysis.tables.classes import ModelClasses
from auditor.model.code import ModuleFacts
from auditor.model.graph import ReferenceGraph
from auditor.model.tables import DataTable, ForeignKey


def tables(facts: Iterable[ModuleFacts], graph: ReferenceGraph, texts: Mapping[str, str] = {}) -> tuple[DataTable, ...]:
    """Return every table that a Django, SQLAlchemy, SQLModel or Prisma model declares, tests left out.

    Args:
        facts: What each Python file says.
        graph: The joined program: its `inherits` edges say which classes are models.
        texts: Path -> text of the `.prisma` files, and of Python files where they are at hand: whether an annotated
            column may be null, and whether an SQLModel is a table, stands in the text alone.
    """
    classes = ModelClasses(facts, graph, texts)
    found = [*django.tables(classes), *alchemy.tables(classes)]
    for path in sorted(path for path in texts if path.endswith(".prisma")):
        found += prisma.tables(path, texts[path])
    incoming: dict[str, list[ForeignKey]] = {}
    for table in found:
        for key in table.foreign_keys:
            incoming.setdefault(key.target_table, []).append(key)
    joined = (msgspec.structs.replace(table, referenced_by=tuple(incoming.get(table.name, ()))) for table in found)
    return tuple(sorted(joined, key=lambda table: (table.path, table.line, table.name)))
