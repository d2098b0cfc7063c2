"""What an auditor's tables hold, of whatever revision. In: a connection, a saved ledger. Out: figures to compare. Pure.

Tables and columns come from the database itself, so ledgers of older and newer auditors are measured alike. Figures do
not depend on the order of rows. Never writes.
"""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
import sqlalchemy as sa

from auditor.ledger import schema

_PREFIX = "auditor_"
_DIGEST_BYTES = 8
_AT_ONCE = 2000


class TableFigures(msgspec.Struct, frozen=True):
    """What one table holds.

    Attributes:
        columns: Names of the columns that were read.
        rows: Number of rows.
        sums: Column -> sum of its integers, or of the bits set in its bytes.
        digest: Over the contents of all rows, in whatever order they stand.
    """

    columns: tuple[str, ...]
    rows: int
    sums: Mapping[str, int]
    digest: str


Holdings = Mapping[str, TableFigures]
"""Table -> figures."""


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision a database is at, None where it holds no ledger."""
    if not sa.inspect(connection).has_table(schema.REVISION_TABLE):
        return None
    revision: str | None = connection.execute(sa.text(f"SELECT version_num FROM {schema.REVISION_TABLE}")).scalar()
    return revision


def tables(connection: sa.Connection) -> tuple[sa.Table, ...]:
    """Return the auditor's tables as they stand in the database, by name; not the one that holds the revision."""
    names = [name for name in sa.inspect(connection).get_table_names() if name.startswith(_PREFIX)]
    found = sa.MetaData()
    found.reflect(connection, only=[name for name in names if name != schema.REVISION_TABLE])
    return tuple(found.tables[name] for name in sorted(found.tables))


def columns_of(table: sa.Table) -> tuple[str, ...]:
    """Return the names of a table's columns, as plain text."""
    return tuple(str(column.name) for column in table.c)


def rows(connection: sa.Connection, table: sa.Table, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield a table's rows, without holding all of them at once."""
    query = sa.select(*(table.c[name] for name in columns)).execution_options(yield_per=_AT_ONCE)
    return (tuple(row) for row in connection.execute(query))


def encoded(row: tuple[Any, ...]) -> bytes:
    """Return a row as one line of JSON: what backups hold of it, and what digests are made of."""
    return msgspec.json.encode(row, order="sorted", enc_hook=str)


def measured(connection: sa.Connection, like: Holdings | None = None) -> Holdings:
    """Return what the database holds; with `like`, only of the tables and columns that were there then."""
    found = {}
    for table in tables(connection):
        if like is None or table.name in like:
            wanted = columns_of(table) if like is None else like[table.name].columns
            columns = tuple(name for name in wanted if name in table.c)
            found[str(table.name)] = _figures(connection, table, columns)
    return found


def difference(before: Holdings, after: Holdings) -> str | None:
    """Return what `after` lacks or has differently, in one line; None where all is as it was."""
    for name, was in before.items():
        now = after.get(name)
        if now is None:
            return f"table {name} is gone"
        if now.columns != was.columns:
            return f"table {name} lost the column {next(one for one in was.columns if one not in now.columns)}"
        if now.rows != was.rows:
            return f"table {name} had {was.rows:,} rows and has {now.rows:,}"
        for column, total in was.sums.items():
            if now.sums.get(column) != total:
                return f"table {name}: the sum of {column} was {total:,} and is {now.sums.get(column, 0):,}"
        if now.digest != was.digest:
            return f"table {name}: a row has other contents"
    return None


class Tally:
    """Figures of one table, row by row."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._rows = 0
        self._digest = 0
        self._sums: dict[str, int] = {}

    def add(self, line: bytes, row: tuple[Any, ...] = ()) -> None:
        """Add a row as `encoded` gives it; its values add to the sums."""
        self._rows += 1
        self._digest += int.from_bytes(blake2b(line, digest_size=_DIGEST_BYTES).digest())
        for column, value in zip(self._columns, row, strict=False):
            if isinstance(value, bytes):
                self._sums[column] = self._sums.get(column, 0) + int.from_bytes(value).bit_count()
            elif isinstance(value, int):
                self._sums[column] = self._sums.get(column, 0) + value

    def figures(self) -> TableFigures:
        """Return what was added up."""
        digest = f"{self._digest % 2 ** (8 * _DIGEST_BYTES):0{2 * _DIGEST_BYTES}x}"
        return TableFigures(self._columns, self._rows, dict(self._sums), digest)


def _figures(connection: sa.Connection, table: sa.Table, columns: tuple[str, ...]) -> TableFigures:
    tally = Tally(columns)
    for row in rows(connection, table, columns):
        tally.add(encoded(row), row)
    return tally.figures()
