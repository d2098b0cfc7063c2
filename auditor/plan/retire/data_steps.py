"""What happens to the data of retired tables: backup, migration, the irreversible steps, the way back.

In: the target, all tables of the project. Out: `DataSteps`, in the order in which tables can be dropped. Runs nothing.
"""

import shlex
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from auditor.model.retirement import DataStep, DataSteps, Target
from auditor.model.tables import DataColumn, DataTable, ForeignKey
from auditor.plan.retire import sql
from auditor.plan.retire.spellings import words_of

_SQLITE_COPY = "retired-before.sqlite3"


def data_steps(target: Target, tables: Sequence[DataTable]) -> tuple[DataSteps, ...]:
    """Return the steps for each table of the target."""
    dropped = {table.name for table in target.tables}
    return tuple(table_steps(target.name, table, tables, dropped) for table in sql.in_drop_order(target.tables))


def table_steps(name: str, table: DataTable, tables: Sequence[DataTable], dropped: AbstractSet[str]) -> DataSteps:
    """Return what happens to one table.

    Args:
        name: What is retired, for the names of migrations.
        table: The table.
        tables: All tables of the project.
        dropped: Names of the tables that go, this one included.
    """
    primary = {(one.name, column.name) for one in tables for column in one.columns if column.primary_key}
    outside = [key for key in table.referenced_by if key.table not in dropped]
    own = tuple(key for key in outside if (key.table, key.column) not in primary)
    alone = msgspec.structs.replace(table, referenced_by=own)
    return DataSteps(
        table.name,
        backup=tuple(_backup(alone, _keys(tables))),
        migration=tuple(_migration(name, alone)),
        irreversible=tuple(_irreversible(alone)),
        rollback=tuple(_rollback(alone, tables)),
        notes=(*_notes(table), *(_inseparable(key) for key in outside if key not in own)),
    )


def _inseparable(key: ForeignKey) -> str:
    return (
        f"`{key.table}` points to it by its own primary key (`{key.column}`, {key.path}:{key.line}): "
        "its rows cannot stay without this table, so retire it first"
    )


def _backup(table: DataTable, keys: sql.Keys) -> Iterable[DataStep]:
    file = f"retired-{table.name.replace('/', '_')}.dump"
    yield DataStep("Back it up outside the database (PostgreSQL)", "bash", sql.dump(table, file))
    yield DataStep("The same on SQLite", "bash", sql.sqlite_backup(_SQLITE_COPY))
    yield DataStep("Keep a copy inside, for a quick way back", "sql", sql.copies(table, keys))
    yield DataStep("Prove both: the rows are equal in number, and the file can be read", "sql", sql.comparison(table))
    yield DataStep("List what the file holds", "bash", f"pg_restore --list {shlex.quote(file)}")


def _irreversible(table: DataTable) -> Iterable[DataStep]:
    if sql.pointing(table):
        yield DataStep("Drop the columns that point to it", "sql", sql.drop_columns(table), irreversible=True)
    yield DataStep("Drop the table", "sql", sql.drop_table(table), irreversible=True)


def _rollback(table: DataTable, tables: Sequence[DataTable]) -> Iterable[DataStep]:
    file = f"retired-{table.name.replace('/', '_')}.dump"
    restore = f'pg_restore --dbname="$DATABASE_URL" --no-owner {shlex.quote(file)}'
    yield DataStep("Structure and rows from the file, exactly as they were", "bash", restore)
    yield DataStep("The same on SQLite", "bash", sql.sqlite_restore(table, _SQLITE_COPY))
    again = "\n".join(part for part in (sql.create(table), sql.refill(table), sql.constraints(table)) if part)
    yield DataStep("Or from the copy inside, by what the model declares", "sql", again)
    if sql.pointing(table):
        types: dict[tuple[str, str], DataColumn] = {(t.name, c.name): c for t in tables for c in t.columns}
        yield DataStep("The columns that pointed to it", "sql", sql.columns_again(table, types, _keys(tables)))


def _keys(tables: Iterable[DataTable]) -> sql.Keys:
    found = {one.name: tuple(column.name for column in one.columns if column.primary_key) for one in tables}
    return {name: columns for name, columns in found.items() if columns}


def _migration(retired: str, table: DataTable) -> Iterable[DataStep]:
    name = f"drop_{'_'.join(words_of(retired)) or 'table'}"
    if not table.managed:
        yield DataStep("No migration of the framework drops it: it is not managed", "text", "Drop it by SQL, as below.")
    elif table.framework == "django":
        yield from _django(table, name)
    elif table.framework == "prisma":
        yield from _prisma(table, name)
    else:
        yield from _alembic(table, name)


def _django(table: DataTable, name: str) -> Iterable[DataStep]:
    label = table.name.removesuffix(f"_{table.model.lower()}")
    if label == table.name:  # it has a name of its own, so the label is the package's
        app = table.definition.partition(":")[0].split(".")
        label = app[app.index("models") - 1] if "models" in app[1:] else app[max(len(app) - 2, 0)]
    yield DataStep(
        "Write the migration, once the model and the fields that point to it are gone from the code",
        "bash",
        f"python manage.py makemigrations --name {name}\npython manage.py sqlmigrate {label} {name}",
    )
    removed = [f"migrations.RemoveField(model_name=…, name=…)  # {k.table}.{k.column}" for k in sql.pointing(table)]
    if "." not in table.model:
        removed.append(f'migrations.DeleteModel(name="{table.model}")')
    yield DataStep("It must hold this and nothing else", "python", "\n".join(removed) or "# the field's join table")
    yield DataStep("Rows that name the model elsewhere (content types, permissions)", "bash",
                   "python manage.py remove_stale_contenttypes")  # fmt: skip


def _prisma(table: DataTable, name: str) -> Iterable[DataStep]:
    yield DataStep("Write the migration and read its SQL before it runs anywhere", "bash",
                   f"npx prisma migrate dev --create-only --name {name}")  # fmt: skip
    lines = [part for part in (sql.drop_columns(table), sql.drop_table(table)) if part]
    yield DataStep("It must hold this and nothing else", "sql", "\n".join(lines))
    yield DataStep("Make the client again, and let the deployment run it", "bash",
                   "npx prisma generate\nnpx prisma migrate deploy")  # fmt: skip


def _alembic(table: DataTable, name: str) -> Iterable[DataStep]:
    yield DataStep("Write the migration", "bash", f'alembic revision -m "{name.replace("_", " ")}"')
    schema, _, plain = table.name.rpartition(".")
    where = f", schema={schema!r}" if schema else ""
    up = [f"op.drop_column({k.table.rpartition('.')[2]!r}, {k.column!r})" for k in sql.pointing(table)]
    up.append(f"op.drop_table({plain!r}{where})")
    columns = "".join(f"        {_alembic_column(column)},\n" for column in table.columns)
    down = f"op.create_table(\n        {plain!r},\n{columns}    {where.removeprefix(', ')})"
    body = "\n    ".join(up)
    yield DataStep("Its body", "python", f"def upgrade():\n    {body}\n\n\ndef downgrade():\n    {down}")
    yield DataStep("Let the deployment run it", "bash", "alembic upgrade head")


def _alembic_column(column: DataColumn) -> str:
    kind = _ALEMBIC.get(column.type.partition("(")[0], "")
    arguments = column.type.partition("(")[2].removesuffix(")")
    made = f"sa.{kind}({arguments})" if kind else "sa.Text()  # its type is not known"
    if column.type == "timestamp with time zone":
        made = "sa.DateTime(timezone=True)"
    options = "".join((
        ", primary_key=True" if column.primary_key else "",
        ", nullable=False" if column.nullable is False and not column.primary_key else "",
        ", unique=True" if column.unique and not column.primary_key else "",
    ))  # fmt: skip
    if not kind and "time zone" not in column.type:
        return f"sa.Column({column.name!r}, sa.Text(){options})"
    return f"sa.Column({column.name!r}, {made}{options})"


_ALEMBIC = {
    "integer": "Integer", "bigint": "BigInteger", "smallint": "SmallInteger", "varchar": "String", "text": "Text",
    "boolean": "Boolean", "double precision": "Float", "numeric": "Numeric", "date": "Date", "time": "Time",
    "timestamp": "DateTime", "interval": "Interval", "bytea": "LargeBinary", "json": "JSON", "jsonb": "JSON",
    "uuid": "Uuid", "serial": "Integer", "bigserial": "BigInteger",
}  # fmt: skip


def _notes(table: DataTable) -> Iterable[str]:
    unknown = [column.name for column in table.columns if not column.type]
    if table.computed_name:
        yield f"its name is computed at run time; `{table.name}` is the usual rule's: check it in the database"
    if not table.complete:
        yield "it inherits columns from a class that is no part of this project; only the dumped structure has them"
    if unknown:
        yield f"the types of {', '.join(f'`{one}`' for one in unknown)} are not known; the dumped structure has them"
    for key in table.referenced_by:
        if key.table == table.name:
            yield f"its column `{key.column}` points to itself"
