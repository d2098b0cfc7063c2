"""Mapped classes that are used under another name: in a string, or through the accessor that a relation gives.

In: facts. Out: edges. `"shop.Payment"` and `"Payment"` name a model to Django and SQLAlchemy, `"payment.id"` its table;
`user.payment_set` and `related_name` reach one without naming it. Never looks for a name in a class that is not mapped.
"""

import re
from collections.abc import Mapping, Sequence, Set
from fnmatch import fnmatchcase

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.model.code import DefinitionId, ModuleFacts, dotted, module_id
from auditor.model.framework import FrameworkRule

_BASES = (
    "django.db.models.*", "django.contrib.*", "*.Model", "sqlalchemy*", "sqlmodel*", "flask_sqlalchemy*",
    "mongoengine*", "peewee*", "tortoise*",
)  # fmt: skip
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
"""Where Flask-SQLAlchemy puts the underscores of a table that is not named: `BillOwer` -> `bill_ower`."""
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_OF_TABLES = frozenset(("__tablename__", "__table__"))
_NO_MODELS = ("Field", "Manager", "QuerySet", "Transform", "Lookup", "Func", "Aggregate", "Choices", "Expression")
"""Ends of names of bases that stand beside models and are none."""
_ANY_MODEL = "<mapped class>"
_ACCESSORS = ("related_name", "backref", "related_query_name")


def add_models(facts: Sequence[ModuleFacts], build: EdgeBuilder, rules: Sequence[FrameworkRule]) -> None:
    """Add the edges to every mapped class that a string or a reverse accessor stands for, and to its members."""
    named: dict[str, list[DefinitionId]] = {}
    tables: dict[str, list[DefinitionId]] = {}
    plain = _plain_tables(facts, build)
    for one in facts:
        given = {a.target: a.value.text for a in one.assignments if a.target.endswith(".__tablename__")}
        for definition in one.definitions:
            if definition.kind == "class" and _is_mapped(definition.id, build):
                named.setdefault(definition.name, []).append(definition.id)
                table = given.get(f"{dotted(definition.id)}.__tablename__", _WORDS.sub("_", definition.name).lower())
                tables.setdefault(table, []).append(definition.id)
                accessor = f"{definition.name.lower()}_set"
                build.add_member(module_id(one.module), accessor, definition.id)
    mapped = {identity for found in named.values() for identity in found}
    modules = {module_id(identity.partition(":")[0]) for identity in mapped}
    if named:
        for one in facts:
            _add_accessors(one, build)
            _add_names(one, named, build)
            _add_tables(one, tables, mapped | modules, build)
            _add_related(one, named, plain, mapped, build)
        for identity in sorted(mapped):
            _add_variant(identity, mapped, build)
        globs = tuple(glob for rule in rules for glob in rule.string_models)
        if globs:
            _add_member_names(facts, [one for found in named.values() for one in found], globs, build)


def _is_mapped(identity: DefinitionId, build: EdgeBuilder) -> bool:
    """Return whether a class is one of a mapper's: by its base, or where that is computed, by its table."""
    if any(fnmatchcase(base, glob) for base in build.symbols.external_bases(identity) for glob in _BASES):
        return True
    own = (build.symbols.members(owner) for owner in build.symbols.order(identity)[0])
    return any(not _OF_TABLES.isdisjoint(members) for members in own)


def _plain_tables(facts: Sequence[ModuleFacts], build: EdgeBuilder) -> dict[str, list[DefinitionId]]:
    """Return the variables that hold a `Table("name", …)`, by its name."""
    found: dict[str, list[DefinitionId]] = {}
    for call in (call for one in facts for call in one.calls if call.assigned_to is not None):
        if call.callee.rpartition(".")[2] == "Table" and call.args and call.args[0].kind == "text":
            holder = build.symbols.definition(call.assigned_to or "")
            if holder is not None:
                found.setdefault(call.args[0].text, []).append(holder)
    return found


def _add_related(
    facts: ModuleFacts,
    named: Mapping[str, Sequence[DefinitionId]],
    plain: Mapping[str, Sequence[DefinitionId]],
    mapped: Set[DefinitionId],
    build: EdgeBuilder,
) -> None:
    """Let a mapped class reach what its relations name.

    In a text, which may be an expression over classes, as a table in between, or in an annotation that nothing imports.
    All of it is looked up as soon as any mapped class is used.
    """
    for text, line, source in facts.strings:
        if source in mapped:
            words = set(_IDENTIFIER.findall(text))
            for identity in (one for word in words for one in (*named.get(word, ()), *plain.get(word, ()))):
                build.add(source, identity, "string", line)
    for one in facts.references:
        if one.source in mapped and build.symbols.definition(one.target) is None:
            for identity in named.get(one.target.rpartition(".")[2], ()):
                build.add(one.source, identity, "string", one.line)


def _add_variant(identity: DefinitionId, mapped: Set[DefinitionId], build: EdgeBuilder) -> None:
    """Let a mapped class reach those below it that rows of its table become: nobody names them when rows are read."""
    if "__mapper_args__" in build.symbols.members(identity):
        line = build.symbols.by_id[identity].line
        for base in build.symbols.order(identity)[0][1:]:
            if base in mapped:
                build.add(base, identity, "string", line)


def _add_accessors(facts: ModuleFacts, build: EdgeBuilder) -> None:
    """Let a use of a relation's `related_name` reach the class that declares the relation."""
    for call in facts.calls:
        if call.assigned_to is None:
            continue
        owner = build.symbols.definition(call.assigned_to.rpartition(".")[0])
        if owner is None or build.symbols.by_id[owner].kind != "class":
            continue
        for word in _ACCESSORS:
            given = call.keywords.get(word)
            if given is not None and given.text.isidentifier():
                build.add_member(module_id(facts.module), given.text, owner)


def _add_names(facts: ModuleFacts, named: Mapping[str, Sequence[DefinitionId]], build: EdgeBuilder) -> None:
    for text, line, source in facts.strings:
        label, _, name = text.rpartition(".")
        found = named.get(name, ())
        if len(found) > 1 and label:
            found = [one for one in found if label in one.partition(":")[0].split(".")] or found
        for identity in found:
            build.add(source, identity, "string", line)


def _add_tables(
    facts: ModuleFacts,
    tables: Mapping[str, Sequence[DefinitionId]],
    sources: Set[DefinitionId],
    build: EdgeBuilder,
) -> None:
    """Let `"table.column"`, as a foreign key names its other end, reach the class mapped to the table.

    Only in mapped classes and the modules that hold them: a migration names tables too, and needs no class for that.
    """
    for text, line, source in facts.strings:
        if source in sources:
            for identity in tables.get(text.rpartition(".")[0].rpartition(".")[2], ()):
                build.add(source, identity, "string", line)


def _add_member_names(
    facts: Sequence[ModuleFacts], mapped: Sequence[DefinitionId], globs: Sequence[str], build: EdgeBuilder
) -> None:
    """Let a class that names members in strings (`list_display = ["total"]`) reach those of mapped classes.

    A string in a base may also name what a subclass has.
    """
    names: set[str] = set()
    for model in mapped:
        if any(base.endswith(_NO_MODELS) for base in build.symbols.external_bases(model)):
            continue
        for owner in build.symbols.order(model)[0]:
            for name, member in build.symbols.members(owner).items():
                names.add(name)
                build.add_member(model, f"{_ANY_MODEL}#{name}", member)
    known: dict[DefinitionId, bool] = {}
    for one in facts:
        for text, line, source in one.strings:
            user = _class_around(source, build)
            if user is None:
                continue
            if user not in known:
                bases = build.symbols.external_bases(user)
                known[user] = any(fnmatchcase(base, glob) for base in bases for glob in globs)
            if known[user]:
                if text in names:
                    build.add(user, f".{_ANY_MODEL}#{text}", "string", line)
                if any(text in build.symbols.members(below) for below in build.symbols.subclasses(user)):
                    build.add_keys(user, build.member_use(user, text), line)


def _class_around(source: DefinitionId, build: EdgeBuilder) -> DefinitionId | None:
    """Return the outermost class that a use stands in, None outside of classes."""
    module, _, qualified = source.partition(":")
    outermost = f"{module}:{qualified.partition('.')[0]}"
    return outermost if qualified and build.symbols.is_class(outermost) else None
