"""SQL and shell commands for one table: copy, drop, make again. PostgreSQL, and what differs on SQLite.

In: `DataTable`s. Out: text. Names are quoted for SQL, and SQL for the shell; nothing is run.
"""

import hashlib
import shlex
from collections.abc import Iterable, Mapping

from auditor.model.tables import DataColumn, DataTable, ForeignKey

Keys = Mapping[str, tuple[str, ...]]
"""Table -> the columns of its primary key."""
_LONGEST_NAME = 63
_COUNTED = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}


def quoted(name: str) -> str:
    """Return a name as SQL writes it; a schema before a dot is quoted apart."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def quoted_column(name: str) -> str:
    """Return a column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def _fitting(name: str) -> str:
    """Return a name that PostgreSQL does not cut: long ones end in a digest, so that no two become one."""
    if len(name.encode()) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{name.encode()[: _LONGEST_NAME - 9].decode('utf-8', 'ignore')}_{digest}"


def copy_name(table: str) -> str:
    """Return the name of the copy that stays in the database."""
    schema, _, name = table.rpartition(".")
    kept = _fitting(f"retired_{name}")
    return f"{schema}.{kept}" if schema else kept


def dump(table: DataTable, file: str) -> str:
    """Return the command that writes structure and rows of a table to a file."""
    pattern = shlex.quote(quoted(table.name))
    return f'pg_dump "$DATABASE_URL" --format=custom --table={pattern} --file={shlex.quote(file)}'


def sqlite_backup(file: str) -> str:
    """Return the command that copies a whole SQLite database while it is in use."""
    return f'sqlite3 "$SQLITE_FILE" {shlex.quote(f".backup {file}")}'


def sqlite_restore(table: DataTable, file: str) -> str:
    """Return the command that brings one table back from a copy of a SQLite database."""
    return f'sqlite3 {shlex.quote(file)} {shlex.quote(f".dump {quoted(table.name)}")} | sqlite3 "$SQLITE_FILE"'


def copies(table: DataTable, keys: Keys) -> str:
    """Return the SQL that copies a table, and of each table that points to it the pointing column with its key."""
    lines = [f"CREATE TABLE {quoted(copy_name(table.name))} AS SELECT * FROM {quoted(table.name)};"]
    for key in pointing(table):
        primary = keys.get(key.table, ())
        columns = ", ".join(map(quoted_column, dict.fromkeys((*primary, key.column)))) if primary else "*"
        lines.append(
            f"CREATE TABLE {quoted(_column_copy(key))} AS SELECT {columns} FROM {quoted(key.table)} "
            f"WHERE {quoted_column(key.column)} IS NOT NULL;"
        )
    return "\n".join(lines)


def comparison(table: DataTable) -> str:
    """Return the SQL that shows that the copy holds as many rows."""
    one, other = quoted(table.name), quoted(copy_name(table.name))
    return f"SELECT (SELECT count(*) FROM {one}) = (SELECT count(*) FROM {other}) AS complete;"


def pointing(table: DataTable) -> tuple[ForeignKey, ...]:
    """Return the foreign keys of other tables that point to this one."""
    return tuple(key for key in table.referenced_by if key.table != table.name)


def drop_columns(table: DataTable) -> str:
    """Return the SQL that drops the columns of other tables which point to this one; their constraints go with them."""
    return "\n".join(f"ALTER TABLE {quoted(k.table)} DROP COLUMN {quoted_column(k.column)};" for k in pointing(table))


def drop_table(table: DataTable) -> str:
    """Return the SQL that drops the table."""
    return f"DROP TABLE {quoted(table.name)};"


def create(table: DataTable) -> str:
    """Return the SQL that makes the table again from what its model declares."""
    lines = [_declared(column) for column in table.columns]
    keys = [quoted_column(column.name) for column in table.columns if column.primary_key]
    if keys:
        lines.append(f"PRIMARY KEY ({', '.join(keys)})")
    body = "".join(f"    {line},\n" for line in lines).removesuffix(",\n")
    return f"CREATE TABLE {quoted(table.name)} (\n{body}\n);"


def _declared(column: DataColumn) -> str:
    kind = column.type or "text /* its type is not known: see the migration history */"
    null = " NOT NULL" if column.nullable is False else ""
    return f"{quoted_column(column.name)} {kind}{null}{' UNIQUE' if column.unique and not column.primary_key else ''}"


def refill(table: DataTable) -> str:
    """Return the SQL that fills the new table from its copy, and sets its counters on."""
    names = ", ".join(quoted_column(column.name) for column in table.columns)
    lines = [f"INSERT INTO {quoted(table.name)} ({names}) SELECT {names} FROM {quoted(copy_name(table.name))};"]
    for column in table.columns:
        if column.type in _COUNTED:
            literal = _literal(quoted(table.name))
            lines.append(
                f"SELECT setval(pg_get_serial_sequence({literal}, {_literal(column.name)}), "
                f"COALESCE((SELECT max({quoted_column(column.name)}) FROM {quoted(table.name)}), 0) + 1, false);"
            )
    return "\n".join(lines)


def constraints(table: DataTable) -> str:
    """Return the SQL that lets the new table point to others again."""
    return "\n".join(_constraint(key) for key in table.foreign_keys if key.target_table and key.target_column)


def columns_again(table: DataTable, types: Mapping[tuple[str, str], DataColumn], keys: Keys) -> str:
    """Return the SQL that gives other tables their pointing columns back, with what stood in them.

    Args:
        table: What they point to.
        types: (table, column) -> the column, where it is known.
        keys: The primary keys, where they are known.
    """
    lines: list[str] = []
    for key in pointing(table):
        known = types.get((key.table, key.column))
        kind = _COUNTED.get(known.type, known.type) if known is not None else _key_type(table, key)
        column, primary = quoted_column(key.column), [quoted_column(one) for one in keys.get(key.table, ())]
        same = " AND ".join(f"t.{one} = c.{one}" for one in primary)
        copy = quoted(_column_copy(key))
        fill = f"UPDATE {quoted(key.table)} AS t SET {column} = c.{column} FROM {copy} AS c WHERE {same};"
        lines += [
            f"ALTER TABLE {quoted(key.table)} ADD COLUMN {column} {kind};",
            fill if same else f"-- {_column_copy(key)} holds its rows: no primary key is known to match them by",
            _constraint(key),
        ]
        if known is not None and known.unique:
            lines.append(f"ALTER TABLE {quoted(key.table)} ADD UNIQUE ({column});")
        if known is not None and known.nullable is False:
            lines.append(f"ALTER TABLE {quoted(key.table)} ALTER COLUMN {column} SET NOT NULL;")
    return "\n".join(lines)


def _key_type(table: DataTable, key: ForeignKey) -> str:
    found = next((column.type for column in table.columns if column.name == key.target_column), "")
    return _COUNTED.get(found, found) or "bigint"


def _constraint(key: ForeignKey) -> str:
    return (
        f"ALTER TABLE {quoted(key.table)} ADD FOREIGN KEY ({quoted_column(key.column)}) "
        f"REFERENCES {quoted(key.target_table)} ({quoted_column(key.target_column)});"
    )


def _column_copy(key: ForeignKey) -> str:
    schema, _, name = key.table.rpartition(".")
    kept = _fitting(f"retired_{name}_{key.column}".replace(".", "_"))
    return f"{schema}.{kept}" if schema else kept


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def in_drop_order(tables: Iterable[DataTable]) -> tuple[DataTable, ...]:
    """Return tables so that those that point to others come first: join tables before what they join."""
    left = sorted(tables, key=lambda table: ("." not in table.model, table.name))
    ordered: list[DataTable] = []
    while left:
        names = {table.name for table in left}
        free = [t for t in left if not any(k.table in names and k.table != t.name for k in t.referenced_by)]
        ordered += free or left
        left = [table for table in left if table not in ordered]
    return tuple(ordered)
