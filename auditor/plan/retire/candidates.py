"""Which definitions and tables a symbol means.

In: what the user wrote, the definitions of the program, the tables. Out: a `Target`, or the candidates to choose from.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from auditor.model.code import Definition, DefinitionId, dotted
from auditor.model.retirement import Target
from auditor.model.tables import DataTable
from auditor.plan.retire.spellings import Spellings, singulars, words_of

_KINDS = ("class", "function", "variable")


class Choice(msgspec.Struct, frozen=True):
    """What a symbol may mean: one target, or none and the candidates. `near` are names that look like it."""

    target: Target | None
    candidates: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


def choose(symbol: str, definitions: Mapping[DefinitionId, Definition], tables: Sequence[DataTable]) -> Choice:
    """Return what `symbol` means: an id, a dotted name, a table, or a name in any spelling.

    A name that nothing defines is a target without definitions: text alone may hold it.
    """
    known = [one for one in definitions.values() if _may_be_meant(one)]
    if ":" in symbol or "." in symbol:
        found = [one for one in known if symbol in (one.id, dotted(one.id))] or _ending(symbol, known)
        named = [table for table in tables if table.name == symbol]
        if not found and not named:
            return Choice(None, near=_near(symbol, known, tables))
        return _made(found, named, tables, symbol)
    by_table = [
        table for table in tables if symbol.lower() in (table.name.lower(), table.name.lower().rpartition(".")[2])
    ]
    exact = [one for one in known if one.name == symbol]
    found = _preferred(exact) or _by_table(by_table, definitions)
    if not found and not by_table:
        found = _preferred([one for one in known if _same_words(one.name, symbol)])
        by_table = [] if found else [table for table in tables if _same_words(table.model, symbol)]
    return _made(found, by_table, tables, symbol)


def _may_be_meant(one: Definition) -> bool:
    return one.kind in _KINDS and "<locals>" not in one.id and not one.in_tests and bool(one.qualified_name)


def _ending(symbol: str, known: Iterable[Definition]) -> list[Definition]:
    ends = (f".{symbol}", f":{symbol}")
    return [one for one in known if one.id.endswith(ends) or dotted(one.id).endswith(ends)]


def _preferred(found: list[Definition]) -> list[Definition]:
    """Return those that are meant first: classes, then what stands at the top of a module."""
    for wanted in (
        [one for one in found if one.kind == "class"],
        [one for one in found if "." not in one.qualified_name],
    ):
        if wanted:
            return wanted
    return []


def _by_table(tables: list[DataTable], definitions: Mapping[DefinitionId, Definition]) -> list[Definition]:
    return [definitions[table.definition] for table in tables if table.definition in definitions]


def _same_words(name: str, symbol: str) -> bool:
    one, other = words_of(name), words_of(symbol)
    if not one or not other or one[:-1] != other[:-1]:
        return "".join(one) == "".join(other) != ""
    last, wanted = one[-1], other[-1]
    return last == wanted or last in singulars(wanted)


def _made(found: list[Definition], named: list[DataTable], tables: Sequence[DataTable], symbol: str) -> Choice:
    if len(found) > 1:
        return Choice(None, candidates=tuple(f"{one.id} ({one.path}:{one.line})" for one in sorted_by_id(found)))
    ids = tuple(one.id for one in found)
    name = found[0].name if found else named[0].model if named else symbol
    meant = [
        table
        for table in tables
        if table in named
        or (table.definition and any(table.definition == one or _joins(table, one) for one in ids))
        or (table.framework == "prisma" and words_of(table.model) == words_of(name))
    ]
    if not found and len({table.model for table in meant if table.framework != "prisma"}) > 1:
        return Choice(None, candidates=tuple(f"{table.name} ({table.path}:{table.line})" for table in meant))
    names = {table.name for table in meant}
    joins = [table for table in tables if table not in meant and _joins_alone(table, names)]
    meant += joins
    ids += tuple(table.definition for table in joins if table.definition)
    spelled = Spellings(name, tuple(table.name for table in meant if "." not in table.model))
    return Choice(Target(name, ids, tuple(meant), spelled.listed()), near=_near(symbol, found, tables))


def _joins(table: DataTable, definition: DefinitionId) -> bool:
    """Return whether a table is the join table of a field of the model `definition`."""
    return "." in table.model and table.definition.startswith(f"{definition}.")


def _joins_alone(table: DataTable, names: set[str]) -> bool:
    """Return whether a table made by hand does nothing but join rows of `names` with others."""
    keys = {key.column: key.target_table for key in table.foreign_keys}
    made_by_hand = table.framework == "sqlalchemy" and table.definition.endswith(f":{table.model}")
    return (
        made_by_hand
        and bool(keys)
        and not names.isdisjoint(keys.values())
        and table.model[:1].islower()
        and all(column.name in keys or column.primary_key for column in table.columns)
    )


def sorted_by_id(found: Iterable[Definition]) -> list[Definition]:
    """Return definitions by id."""
    return sorted(found, key=lambda one: one.id)


def near_names(symbol: str, definitions: Iterable[Definition], tables: Iterable[DataTable]) -> tuple[str, ...]:
    """Return up to five names of definitions and tables that look like `symbol`."""
    return _near(symbol, [one for one in definitions if _may_be_meant(one)], tables)


def _near(symbol: str, known: Iterable[Definition], tables: Iterable[DataTable]) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for one in known:
        names.setdefault("".join(words_of(one.name)), one.name)
    for table in tables:
        names.setdefault("".join(words_of(table.name)), table.name)
    wanted = "".join(words_of(symbol.rpartition(":")[2].rpartition(".")[2]))
    return tuple(names[one] for one in difflib.get_close_matches(wanted, sorted(names), 5, 0.7))
