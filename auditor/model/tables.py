"""Values that describe the database tables which models declare.

In: nothing. Out: frozen structs made by `analysis.tables`. What cannot be known stands as such: an empty type, a
`nullable` of None, `complete` false. Never reads a file or a database.
"""

from typing import Literal

import msgspec

from auditor.model.code import DefinitionId

TableFramework = Literal["django", "sqlalchemy", "prisma"]


class DataColumn(msgspec.Struct, frozen=True):
    """A column. `type` is the SQL type on PostgreSQL, `""` where it is not known; `nullable` None likewise."""

    name: str
    type: str = ""
    nullable: bool | None = None
    primary_key: bool = False
    unique: bool = False
    line: int = 0


class ForeignKey(msgspec.Struct, frozen=True):
    """A column of `table` that points to `target_column` of `target_table`, declared on `line` of `path`.

    `reverse` is the name under which the target's objects reach back, empty where there is none or it is not known.
    """

    table: str
    column: str
    target_table: str
    target_column: str
    path: str
    line: int
    reverse: str = ""


class DataTable(msgspec.Struct, frozen=True):
    """A table that a model declares.

    Attributes:
        definition: The class or variable that declares it (`""` for Prisma, which is no Python).
        model: The model's name; for a join table the field's, as in `Order.items`.
        name: The table's name in the database, with its schema where one is declared.
        framework: What declares it.
        path: Where it is declared, `line` to `end_line`.
        columns: In the order of declaration.
        foreign_keys: From this table to others.
        referenced_by: From other tables to this one.
        complete: Whether all its columns are known; false where it inherits from what is not part of the project.
        managed: Whether migrations of the framework make and drop it.
        computed_name: The name is put together at run time, and `name` is what the usual rule gives.
    """

    definition: DefinitionId
    model: str
    name: str
    framework: TableFramework
    path: str
    line: int
    end_line: int
    columns: tuple[DataColumn, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    referenced_by: tuple[ForeignKey, ...] = ()
    complete: bool = True
    managed: bool = True
    computed_name: bool = False
