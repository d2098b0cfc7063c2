"""Which database tables the project's models declare.

In: facts, the reference graph (who inherits from whom), the text of `.prisma` files and of the Python files in which
models stand. Out: `DataTable`s. Never opens a file or a database, and never runs a model.
"""

from auditor.analysis.tables.find import tables

__all__ = ["tables"]
