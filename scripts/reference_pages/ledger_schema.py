"""ledger-schema.md: every table and column of the ledger, from the SQLAlchemy tables that it is made of."""

import ast
import inspect
from itertools import pairwise

import sqlalchemy as sa

from auditor.ledger import schema
from reference_pages import markdown
from reference_pages.markdown import quoted, table

_LEAD = (
    f"Revision {schema.HEAD}. SQLite by default, PostgreSQL by URL (`ledger` in the configuration). Daily "
    "aggregates only: no row for a request, nothing about a person. Days are UTC; times are stored in UTC "
    "without a zone. A row's state only ever grows, so collecting twice or in another order changes nothing; "
    "only projections are replaced. Migrations are additive, and are preceded by a backup. Read it as you like, "
    "with any client; only auditor writes it."
)


def page() -> str:
    """Return the page."""
    said = _docstrings()
    sections = [
        "\n\n".join([f"## {quoted(one.name)}", said[one.name], table(_HEADS, [_row(column) for column in one.columns])])
        for one in schema.metadata.tables.values()
    ]
    revision = f"## {quoted(schema.REVISION_TABLE)}\n\nThe revision of the schema; Alembic's own table."
    return markdown.page("Ledger schema", _LEAD, *sections, revision)


_HEADS = ("column", "type", "holds")


def _row(column: sa.Column[object]) -> list[str]:
    kind = "TIME (UTC)" if isinstance(column.type, schema.UtcTime) else str(column.type)
    if column.primary_key:
        kind += ", key"
    elif column.nullable:
        kind += ", or NULL"
    return [quoted(column.name), kind, column.doc or ""]


def _docstrings() -> dict[str, str]:
    """Return what stands below each table in its module, by the table's name."""
    body = ast.parse(inspect.getsource(schema)).body
    found: dict[str, str] = {}
    for statement, following in pairwise(body):
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call) and statement.value.args:
            name, told = statement.value.args[0], following
            if isinstance(name, ast.Constant) and isinstance(told, ast.Expr) and isinstance(told.value, ast.Constant):
                found[str(name.value)] = " ".join(str(told.value.value).split())
    return found
