"""Tables of SQLAlchemy: declarative classes (Flask-SQLAlchemy and SQLModel too) and `Table(…)`.

In: `ModelClasses`. Out: `DataTable`s.
"""

import re
from collections.abc import Iterator

from auditor.analysis.tables.classes import ModelClasses, is_true, last_part, text_of
from auditor.model.code import CallFact, Definition, Value
from auditor.model.tables import DataColumn, DataTable, ForeignKey

_TYPES = {
    "Integer": "integer", "INTEGER": "integer", "BigInteger": "bigint", "BIGINT": "bigint", "SmallInteger": "smallint",
    "String": "varchar", "Unicode": "varchar", "VARCHAR": "varchar", "Text": "text", "UnicodeText": "text",
    "TEXT": "text", "Boolean": "boolean", "Float": "double precision", "Double": "double precision",
    "Numeric": "numeric", "DECIMAL": "numeric", "Date": "date", "Time": "time", "DateTime": "timestamp",
    "TIMESTAMP": "timestamp", "Interval": "interval", "LargeBinary": "bytea", "JSON": "json", "JSONB": "jsonb",
    "UUID": "uuid", "Uuid": "uuid", "GUID": "uuid", "ARRAY": "", "Enum": "varchar", "CITEXT": "citext",
    "UTCDateTime": "timestamp with time zone",
}  # fmt: skip
_PYTHON = {
    "builtins.int": "integer", "builtins.str": "varchar", "builtins.bool": "boolean", "builtins.float":
    "double precision", "builtins.bytes": "bytea", "datetime.datetime": "timestamp", "datetime.date": "date",
    "datetime.time": "time", "datetime.timedelta": "interval", "decimal.Decimal": "numeric", "uuid.UUID": "uuid",
    "builtins.dict": "json",
}  # fmt: skip
_COLUMNS = ("Column", "mapped_column", "Field")
_OPTIONAL = re.compile(r"\bOptional\[|\|\s*None\b|\bNone\s*\|")


def tables(classes: ModelClasses) -> list[DataTable]:
    """Return the tables of declarative classes and of `Table(…)`."""
    reader = _Reader(classes)
    found = [table for one in classes.all() if (table := reader.declared(one)) is not None]
    for facts in classes.facts:
        found += [table for call in facts.calls if (table := reader.made(call, facts.path)) is not None]
    return found


class _Reader:
    def __init__(self, classes: ModelClasses) -> None:
        self.classes = classes

    def name(self, definition: Definition) -> tuple[str, bool]:
        """Return the table's name and whether it is computed at run time; `""` for a class without a table."""
        given = self.classes.attribute(definition, "__tablename__")
        if given is not None:
            return text_of(given) or _snake(definition.name), not text_of(given)
        own = [call for _, call in self.classes.fields.get(definition.id, ()) if _is_column(call)]
        if is_true(self.classes.attribute(definition, "__abstract__")):
            return "", False
        if self._is_sqlmodel(definition):
            return definition.name.lower(), False
        computed = any(f"{one.id}.__tablename__" in self.classes.graph.definitions
                       for one in self.classes.ancestors(definition)[1:])  # fmt: skip
        mapped = own or any(last_part(one.annotation) == "Mapped" for one in self._annotated(definition))
        if computed and mapped:
            return _snake(definition.name), True
        flask = any(base.endswith(".Model") and not base.startswith("django.")
                    for base in self.classes.outside_bases(definition))  # fmt: skip
        return (_snake(definition.name), False) if flask and own else ("", False)

    def full_name(self, definition: Definition) -> str:
        """Return the table's name with its schema, `""` for a class without a table."""
        name = self.name(definition)[0]
        schema = _schema(self.classes.attribute(definition, "__table_args__")) if name else ""
        return f"{schema}.{name}" if schema else name

    def _is_sqlmodel(self, definition: Definition) -> bool:
        if "sqlmodel.SQLModel" not in self.classes.outside_bases(definition):
            return False
        header = self.classes.line_text(definition).partition("\n")[0]
        return re.search(r"\btable\s*=\s*True", header) is not None

    def _annotated(self, definition: Definition) -> list[Definition]:
        return self.classes.annotated.get(definition.id, [])

    def declared(self, definition: Definition) -> DataTable | None:
        name, computed = self.name(definition)
        columns = list(self._columns(definition)) if name else []
        if not columns:
            return None
        name = self.full_name(definition)
        keys = [self._key(name, column, call, owner.path) for column, call, owner in columns
                if call is not None and _foreign(call.args, call.keywords) is not None]  # fmt: skip
        return DataTable(
            definition.id, definition.name, name, "sqlalchemy", definition.path, definition.line, definition.end_line,
            tuple(column for column, _, _ in columns), tuple(keys), computed_name=computed,
        )  # fmt: skip

    def _columns(self, definition: Definition) -> Iterator[tuple[DataColumn, CallFact | None, Definition]]:
        seen: set[str] = set()
        for owner in self.classes.ancestors(definition):
            if owner is not definition and self.name(owner)[0]:
                continue
            found: list[tuple[int, DataColumn, CallFact | None]] = []
            calls = {attribute: call for attribute, call in self.classes.fields.get(owner.id, ())}
            for attribute, made in calls.items():
                if _is_column(made) and attribute not in seen:
                    found.append((made.line, self._column(attribute, made, owner), made))
            for one in self._annotated(owner):
                if one.name not in calls and one.name not in seen and self._is_bare(one):
                    found.append((one.line, self._bare(one), None))
            for _, column, call in sorted(found, key=lambda row: row[0]):
                seen.add(column.name)
                yield column, call, owner
            seen |= set(calls)

    def _is_bare(self, one: Definition) -> bool:
        """Return whether an annotation without a value declares a column."""
        if last_part(one.annotation) == "Mapped":
            return self._python_type(one) != ""
        return one.annotation in _PYTHON and self._is_sqlmodel_member(one)

    def _is_sqlmodel_member(self, one: Definition) -> bool:
        owner = self.classes.graph.definitions.get(one.parent or "")
        return owner is not None and "sqlmodel.SQLModel" in self.classes.outside_bases(owner)

    def _bare(self, one: Definition) -> DataColumn:
        return DataColumn(one.name, self._python_type(one), self._optional(one), line=one.line)

    def _python_type(self, one: Definition) -> str:
        written = self.classes.types.get(one.id.replace(":", "."), one.annotation)
        inner = written.partition("[")[2].removesuffix("].<is>") or written
        return _PYTHON.get(inner.removesuffix(".<is>"), "")

    def _optional(self, one: Definition) -> bool | None:
        text = self.classes.line_text(one)
        return bool(_OPTIONAL.search(text.partition("=")[0])) if text else None

    def _column(self, attribute: str, call: CallFact, owner: Definition) -> DataColumn:
        declared = self.classes.graph.definitions.get(f"{owner.id}.{attribute}")
        found = _column_of(call.args, call.keywords, attribute, call.line)
        if declared is None or not declared.annotation:
            return found
        primary = found.primary_key
        given = call.keywords.get("nullable")
        nullable = found.nullable if given is not None else False if primary else self._optional(declared)
        return DataColumn(found.name, found.type or self._python_type(declared), nullable, primary, found.unique,
                          found.line)  # fmt: skip

    def made(self, call: CallFact, path: str) -> DataTable | None:
        """Return the table that a call of `Table` makes, None for any other call."""
        if last_part(call.callee) != "Table" or not call.args or not text_of(call.args[0]):
            return None
        given = [one for one in call.args[1:] if one.kind == "call" and last_part(one.text) == "Column"]
        if not given:
            return None
        schema = text_of(call.keywords.get("schema"))
        name = f"{schema}.{call.args[0].text}" if schema else call.args[0].text
        columns = [_column_of(one.values, one.keywords, "", call.line) for one in given]
        keys = [
            self._foreign_key(name, column.name, found, call, path)
            for column, one in zip(columns, given, strict=True)
            if (found := _foreign(one.values, one.keywords)) is not None
        ]
        module = call.source.partition(":")[0]
        variable = (call.assigned_to or "").removeprefix(f"{module}.")
        definition = f"{module}:{variable}"
        known = self.classes.graph.definitions.get(definition)
        line, end = (known.line, known.end_line) if known is not None else (call.line, call.line)
        return DataTable(definition if known else "", variable or name, name, "sqlalchemy", path, line, end,
                         tuple(columns), tuple(keys))  # fmt: skip

    def _key(self, table: str, column: DataColumn, call: CallFact, path: str) -> ForeignKey:
        found = _foreign(call.args, call.keywords)
        assert found is not None
        return self._foreign_key(table, column.name, found, call, path)

    def _foreign_key(self, table: str, column: str, target: Value, call: CallFact, path: str) -> ForeignKey:
        pointed, _, other = target.text.rpartition(".")
        if target.kind == "name":
            found = self.classes.named(pointed, call.source.partition(":")[0])
            name = self.full_name(found) if found is not None else ""
            pointed = name or last_part(pointed)
        return ForeignKey(table, column, pointed, other, path, call.line)


def _is_column(call: CallFact) -> bool:
    kind = last_part(call.callee)
    return kind in _COLUMNS and (kind != "Field" or call.callee.startswith("sqlmodel."))


def _column_of(args: tuple[Value, ...], keywords: dict[str, Value], attribute: str, line: int) -> DataColumn:
    name = text_of(args[0]) if args else ""
    name = name or text_of(keywords.get("name")) or attribute
    primary = is_true(keywords.get("primary_key"))
    given = keywords.get("nullable")
    nullable = False if primary else given is None or given.text != "builtins.False"
    candidates = [*args, *([keywords["type_"]] if "type_" in keywords else [])]
    sql = next((sql for one in candidates if (sql := _sql_type(one))), "")
    if not sql and any(last_part(one.text) == "ForeignKey" for one in args if one.kind == "call"):
        sql = "integer"
    return DataColumn(name, sql, nullable, primary, is_true(keywords.get("unique")), line)


def _sql_type(value: Value) -> str:
    if value.kind not in ("name", "call"):
        return ""
    kind = last_part(value.text)
    sql = _TYPES.get(kind, "")
    if value.kind == "call" and sql == "varchar" and kind != "Enum":
        length = value.values[0] if value.values else value.keywords.get("length")
        return f"varchar({length.text})" if length is not None and length.kind == "number" else sql
    if value.kind == "call" and sql == "timestamp" and is_true(value.keywords.get("timezone")):
        return "timestamp with time zone"
    numbers = [one.text for one in value.values if one.kind == "number"]
    return f"numeric({', '.join(numbers)})" if sql == "numeric" and numbers else sql


def _foreign(args: tuple[Value, ...], keywords: dict[str, Value]) -> Value | None:
    """Return what a column's foreign key points to."""
    for one in args:
        if one.kind == "call" and last_part(one.text) == "ForeignKey" and one.values:
            return one.values[0]
    given = keywords.get("foreign_key")
    return given if given is not None and given.kind == "text" else None


def _schema(value: Value | None) -> str:
    """Return the schema that `__table_args__` names."""
    if value is None:
        return ""
    if value.kind == "list":
        return next((schema for one in value.values if (schema := _schema(one))), "")
    pairs = dict(zip(value.keys, value.values, strict=False)) if value.kind == "dict" else {}
    return text_of(pairs.get("schema"))


def _snake(name: str) -> str:
    """Return `ToolUsage` as `tool_usage`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
