"""Tables of Django models: their names by `Meta.db_table` or app label, columns by fields, join tables.

In: `ModelClasses`. Out: `DataTable`s. Abstract and proxy models have none.
"""

from collections.abc import Iterator

from auditor.analysis.tables.classes import ModelClasses, is_true, last_part, text_of
from auditor.model.code import CallFact, Definition, Value, dotted
from auditor.model.tables import DataColumn, DataTable, ForeignKey

_MODEL_BASES = frozenset((
    "AbstractUser", "AbstractBaseUser", "MPTTModel", "ClusterableModel", "PolymorphicModel", "TimeStampedModel",
    "MP_Node", "NS_Node", "AL_Node", "SafeDeleteModel", "TranslatableModel",
))  # fmt: skip
_TYPES = {
    "AutoField": "serial", "BigAutoField": "bigserial", "SmallAutoField": "smallserial", "BooleanField": "boolean",
    "NullBooleanField": "boolean", "CharField": "varchar", "SlugField": "varchar", "EmailField": "varchar",
    "URLField": "varchar", "FileField": "varchar", "ImageField": "varchar", "FilePathField": "varchar",
    "TextField": "text", "IntegerField": "integer", "BigIntegerField": "bigint", "SmallIntegerField": "smallint",
    "PositiveIntegerField": "integer", "PositiveSmallIntegerField": "smallint", "PositiveBigIntegerField": "bigint",
    "FloatField": "double precision", "DecimalField": "numeric", "DateField": "date", "TimeField": "time",
    "DateTimeField": "timestamp with time zone", "DurationField": "interval", "UUIDField": "uuid",
    "JSONField": "jsonb", "BinaryField": "bytea", "GenericIPAddressField": "inet", "IPAddressField": "inet",
}  # fmt: skip
_LENGTHS = {"CharField": "", "SlugField": "50", "EmailField": "254", "URLField": "200", "FileField": "100",
            "ImageField": "100", "FilePathField": "100"}  # fmt: skip
_KEYS = ("ForeignKey", "OneToOneField", "ParentalKey", "TreeForeignKey", "TreeOneToOneField")
_JOINS = ("ManyToManyField", "ParentalManyToManyField", "SortedManyToManyField")
_COUNTED = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}


def tables(classes: ModelClasses) -> list[DataTable]:
    """Return the tables of all concrete Django models, the join tables of their many-to-many fields included."""
    reader = _Reader(classes)
    found: list[DataTable] = []
    for definition in classes.all():
        if reader.is_concrete(definition):
            found.append(reader.table(definition))
            found += reader.join_tables(definition)
    return found


class _Reader:
    def __init__(self, classes: ModelClasses) -> None:
        self.classes = classes
        self.labels = {
            target.rpartition(".apps.")[0]: value.text
            for target, value in classes.values.items()
            if target.endswith(".label") and ".apps." in target and value.kind == "text"
        }

    def is_model(self, definition: Definition) -> bool:
        outside = self.classes.outside_bases(definition)
        if definition.name != "Meta" and any(_is_model_base(base) for base in outside):
            return True
        inside_django = any(base.startswith("django.db.models.") for base in outside)
        if not outside or inside_django or definition.name == "Meta":
            return False
        return any(_is_models_own(call) for _, call in self.classes.fields.get(definition.id, ()))

    def is_concrete(self, definition: Definition) -> bool:
        meta = self.classes.meta
        plain = not is_true(meta(definition, "abstract")) and not is_true(meta(definition, "proxy"))
        return plain and self.is_model(definition) and "migrations" not in definition.module.split(".")

    def name(self, definition: Definition) -> str:
        given = self.inherited_meta(definition, "db_table", own=True)
        return given or f"{self.label(definition)}_{definition.name.lower()}"

    def inherited_meta(self, definition: Definition, name: str, *, own: bool) -> str:
        found = text_of(self.classes.meta(definition, name))
        if found or own:
            return found
        abstract = [a for a in self.classes.ancestors(definition)[1:] if is_true(self.classes.meta(a, "abstract"))]
        return next((text for a in abstract if (text := text_of(self.classes.meta(a, name)))), "")

    def label(self, definition: Definition) -> str:
        given = self.inherited_meta(definition, "app_label", own=False)
        if given:
            return given
        parts = definition.module.split(".")
        if "models" in parts[1:]:
            parts = parts[: len(parts) - parts[::-1].index("models") - 1]
        elif len(parts) > 1:
            parts = parts[:-1]
        package = ".".join(parts)
        return self.labels.get(package) or parts[-1]

    def table(self, definition: Definition) -> DataTable:
        name = self.name(definition)
        columns: list[DataColumn] = []
        keys: list[ForeignKey] = []
        for attribute, call, owner in self.fields(definition):
            if last_part(call.callee) in _JOINS or last_part(call.callee) == "GenericForeignKey":
                continue
            columns.append(self.column(attribute, call))
            if last_part(call.callee) in _KEYS:
                keys.append(self.key(name, columns[-1].name, call, owner))
        parent = self.concrete_parent(definition)
        if parent is not None:
            pointer = f"{parent.name.lower()}_ptr_id"
            columns.insert(0, DataColumn(pointer, "bigint", False, True, True, definition.line))
            pointed = self.target_column(parent)
            keys.append(ForeignKey(name, pointer, self.name(parent), pointed, definition.path, definition.line))
        elif not any(column.primary_key for column in columns):
            columns.insert(0, DataColumn("id", "bigserial", nullable=False, primary_key=True, line=definition.line))
        bases = self.classes.outside_bases(definition)
        plain = all(last_part(base) in ("Model", "object") or not _is_model_base(base) for base in bases)
        managed = self.classes.meta(definition, "managed")
        return DataTable(
            definition.id, definition.name, name, "django", definition.path, definition.line, definition.end_line,
            tuple(columns), tuple(keys), complete=plain,
            managed=managed is None or managed.text != "builtins.False",
        )  # fmt: skip

    def fields(self, definition: Definition) -> Iterator[tuple[str, CallFact, Definition]]:
        """Yield the fields of a model and of its abstract ancestors and mixins: attribute, call, where declared."""
        seen: set[str] = set()
        parent = self.concrete_parent(definition)
        apart = self.classes.ancestors(parent) if parent is not None else []
        for owner in self.classes.ancestors(definition):
            if owner in apart:
                continue
            for attribute, call in self.classes.fields.get(owner.id, ()):
                if _is_field(call) and attribute not in seen:
                    seen.add(attribute)
                    yield attribute, call, owner

    def concrete_parent(self, definition: Definition) -> Definition | None:
        return next((one for one in self.classes.ancestors(definition)[1:] if self.is_concrete(one)), None)

    def column(self, attribute: str, call: CallFact) -> DataColumn:
        kind, keywords = last_part(call.callee), call.keywords
        is_key = kind in _KEYS
        name = text_of(keywords.get("db_column")) or (f"{attribute}_id" if is_key else attribute)
        primary = is_true(keywords.get("primary_key"))
        unique = primary or is_true(keywords.get("unique")) or kind in ("OneToOneField", "AutoField", "BigAutoField")
        sql = self.key_type(call) if is_key else _sql_type(kind, keywords)
        nullable = is_true(keywords.get("null")) or kind == "NullBooleanField"
        return DataColumn(name, sql, nullable, primary, unique, call.line)

    def key_type(self, call: CallFact) -> str:
        target = self.target(call)
        if target is None:
            return "bigint"
        for _, field, _ in self.fields(target):
            if is_true(field.keywords.get("primary_key")):
                sql = _sql_type(last_part(field.callee), field.keywords) if not _is_key(field) else "bigint"
                return _COUNTED.get(sql, sql)
        return "bigint"

    def target(self, call: CallFact) -> Definition | None:
        given = call.keywords.get("to") or (call.args[0] if call.args else None)
        if given is None:
            return None
        near = call.source.partition(":")[0]
        return self.classes.named(_target_name(given, call), near)

    def key(self, table: str, column: str, call: CallFact, owner: Definition) -> ForeignKey:
        given = call.keywords.get("to") or (call.args[0] if call.args else None)
        found = self.target(call)
        pointed = self.name(found) if found is not None else _table_of(given)
        reverse = text_of(call.keywords.get("related_name")) or f"{last_part(dotted(call.source)).lower()}_set"
        reverse = "" if reverse.endswith("+") or last_part(call.callee) == "OneToOneField" else reverse
        return ForeignKey(table, column, pointed, self.target_column(found), owner.path, call.line, reverse)

    def target_column(self, target: Definition | None) -> str:
        for attribute, call, _ in self.fields(target) if target is not None else ():
            if is_true(call.keywords.get("primary_key")):
                return self.column(attribute, call).name
        return "id"

    def join_tables(self, definition: Definition) -> Iterator[DataTable]:
        for attribute, call, owner in self.fields(definition):
            if last_part(call.callee) not in _JOINS or "through" in call.keywords:
                continue
            own, target = self.name(definition), self.target(call)
            name = text_of(call.keywords.get("db_table")) or f"{own}_{attribute}"
            given = call.keywords.get("to") or (call.args[0] if call.args else None)
            pointed = self.name(target) if target is not None else _table_of(given)
            other = target.name.lower() if target is not None else last_part(pointed).rpartition("_")[2]
            near = definition.name.lower()
            left, right = ("from_" + near, "to_" + other) if other == near else (near, other)
            columns = (
                DataColumn("id", "bigserial", False, True, True, call.line),
                DataColumn(f"{left}_id", "bigint", nullable=False, line=call.line),
                DataColumn(f"{right}_id", "bigint", nullable=False, line=call.line),
            )
            reverse = text_of(call.keywords.get("related_name"))
            keys = (
                ForeignKey(name, f"{left}_id", own, self.target_column(definition), owner.path, call.line),
                ForeignKey(name, f"{right}_id", pointed, self.target_column(target), owner.path, call.line, reverse),
            )
            yield DataTable(
                f"{owner.id}.{attribute}", f"{definition.name}.{attribute}", name, "django", owner.path, call.line,
                call.line, columns, keys,
            )  # fmt: skip


def _is_model_base(base: str) -> bool:
    if base.startswith("django.") and base.endswith((".models.Model", ".models.base.Model")):
        return True
    return last_part(base) in _MODEL_BASES or base in ("wagtail.models.Page", "django.contrib.auth.models.User")


def _is_field(call: CallFact) -> bool:
    kind = last_part(call.callee)
    if "forms." in call.callee or "serializers." in call.callee or "filters." in call.callee:
        return False
    if kind in _KEYS:
        return "sqlalchemy" not in call.callee
    return kind in _JOINS or (kind in _TYPES and "django" in call.callee) or (
        kind.endswith("Field") and ".fields." in f".{call.callee}" and "wtforms" not in call.callee
    )  # fmt: skip


def _is_models_own(call: CallFact) -> bool:
    """Return whether only the body of a Django model assigns such a call."""
    if call.callee.startswith("django.") and ".db.models." in call.callee:
        return last_part(call.callee) in _TYPES or last_part(call.callee) in (*_KEYS, *_JOINS)
    return last_part(call.callee) in _KEYS and "on_delete" in call.keywords


def _is_key(call: CallFact) -> bool:
    return last_part(call.callee) in _KEYS


def _sql_type(kind: str, keywords: dict[str, Value]) -> str:
    sql = _TYPES.get(kind, "")
    given = keywords.get("max_length")
    if sql == "varchar":
        length = given.text if given is not None and given.kind == "number" else _LENGTHS.get(kind, "")
        return f"varchar({length})" if length else "varchar" if given is None else "text"
    if sql == "numeric":
        digits, places = keywords.get("max_digits"), keywords.get("decimal_places")
        if digits is not None and places is not None and digits.kind == places.kind == "number":
            return f"numeric({digits.text}, {places.text})"
    return sql


def _target_name(given: Value, call: CallFact) -> str:
    if given.kind == "text":
        if given.text == "self":
            return dotted(call.source)
        return last_part(given.text)
    return given.text if given.kind == "name" else ""


def _table_of(given: Value | None) -> str:
    """Return the usual name of a table whose model is no part of the project: `auth.User` -> `auth_user`."""
    if given is None or not given.text:
        return ""
    if given.text.endswith("AUTH_USER_MODEL"):
        return "auth_user"
    parts = [part for part in given.text.split(".") if part != "models"]
    return "_".join(parts[-2:]).lower()
