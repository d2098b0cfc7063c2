"""Tables of a Prisma schema.

In: the path and text of a `.prisma` file. Out: `DataTable`s, relations as foreign keys. Reads line by line: a broken
schema gives what can be read of it.
"""

import re
from collections.abc import Iterator

from auditor.model.tables import DataColumn, DataTable, ForeignKey

_BLOCK = re.compile(r"^\s*(model|enum)\s+(\w+)\s*\{")
_FIELD = re.compile(r"^\s*(\w+)\s+(\w+)(\[\])?(\?)?(.*)$")
_MAP = re.compile(r"""@map\(\s*(?:name:\s*)?"([^"]+)\"""")
_TABLE_MAP = re.compile(r"""@@map\(\s*(?:name:\s*)?"([^"]+)\"""")
_SCHEMA = re.compile(r"""@@schema\(\s*"([^"]+)\"""")
_RELATION = re.compile(r"fields:\s*\[([^\]]*)\].*references:\s*\[([^\]]*)\]")
_COMPOSITE = re.compile(r"@@id\(\s*(?:fields:\s*)?\[([^\]]*)\]")
_NATIVE = re.compile(r"@db\.(\w+)(?:\(([\d, ]+)\))?")
_TYPES = {
    "String": "text", "Int": "integer", "BigInt": "bigint", "Float": "double precision", "Boolean": "boolean",
    "Decimal": "decimal(65,30)", "DateTime": "timestamp(3)", "Json": "jsonb", "Bytes": "bytea",
}  # fmt: skip
_NATIVE_TYPES = {"VarChar": "varchar", "Char": "char", "Timestamptz": "timestamptz", "Uuid": "uuid", "Text": "text",
                 "Decimal": "decimal", "SmallInt": "smallint", "Date": "date", "Time": "time"}  # fmt: skip


class _Model:
    def __init__(self, name: str, line: int) -> None:
        self.name, self.line, self.end = name, line, line
        self.rows: list[tuple[int, re.Match[str]]] = []
        self.table, self.schema, self.composite = name, "", tuple[str, ...]()

    def column(self, field: str) -> str:
        """Return the column of a field, which `@map` may name otherwise."""
        for _, row in self.rows:
            if row[1] == field:
                found = _MAP.search(row[5])
                return found[1] if found else field
        return field

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.table}" if self.schema else self.table


def tables(path: str, text: str) -> list[DataTable]:
    """Return the tables of one schema, in the order of declaration."""
    models, enums = _blocks(text)
    return [_table(path, model, models, enums) for model in models.values()]


def _blocks(text: str) -> tuple[dict[str, _Model], set[str]]:
    models: dict[str, _Model] = {}
    enums: set[str] = set()
    current: _Model | None = None
    for number, written in enumerate(text.splitlines(), 1):
        line = re.sub(r"//.*$", "", written)
        opened = _BLOCK.match(line)
        if opened:
            current = None
            if opened[1] == "enum":
                enums.add(opened[2])
            else:
                current = models.setdefault(opened[2], _Model(opened[2], number))
        elif current is not None:
            current.end = number
            if line.strip() == "}":
                current = None
            else:
                _read(current, number, line)
    return models, enums


def _read(model: _Model, number: int, line: str) -> None:
    if line.strip().startswith("@@"):
        if found := _TABLE_MAP.search(line):
            model.table = found[1]
        if found := _SCHEMA.search(line):
            model.schema = found[1]
        if found := _COMPOSITE.search(line):
            model.composite = tuple(part.strip() for part in found[1].split(","))
    elif row := _FIELD.match(line):
        model.rows.append((number, row))


def _table(path: str, model: _Model, models: dict[str, _Model], enums: set[str]) -> DataTable:
    columns = tuple(_columns(model, models, enums))
    keys = tuple(_keys(path, model, models))
    return DataTable("", model.name, model.full_name, "prisma", path, model.line, model.end, columns, keys)


def _columns(model: _Model, models: dict[str, _Model], enums: set[str]) -> Iterator[DataColumn]:
    for number, row in model.rows:
        name, kind, many, optional, rest = row[1], row[2], row[3], row[4], row[5]
        if kind in models:
            continue
        sql = f'"{kind}"' if kind in enums else _native(rest) or _TYPES.get(kind, "")
        if "autoincrement()" in rest:
            sql = "bigserial" if kind == "BigInt" else "serial"
        primary = re.search(r"@id\b", rest) is not None or name in model.composite
        yield DataColumn(
            model.column(name), f"{sql}[]" if many and sql else sql, bool(optional), primary,
            re.search(r"(?<!@)@unique\b", rest) is not None, number,
        )  # fmt: skip


def _native(rest: str) -> str:
    found = _NATIVE.search(rest)
    if found is None or found[1] not in _NATIVE_TYPES:
        return ""
    return _NATIVE_TYPES[found[1]] + (f"({found[2]})" if found[2] else "")


def _keys(path: str, model: _Model, models: dict[str, _Model]) -> Iterator[ForeignKey]:
    for number, row in model.rows:
        relation = _RELATION.search(row[5])
        target = models.get(row[2])
        if relation is None or target is None:
            continue
        fields = [part.strip() for part in relation[1].split(",")]
        others = [part.strip() for part in relation[2].split(",")]
        back = next((r[1] for _, r in target.rows if r[2] == model.name), "")
        for field, other in zip(fields, others, strict=False):
            yield ForeignKey(
                model.full_name, model.column(field), target.full_name, target.column(other), path, number, back
            )
