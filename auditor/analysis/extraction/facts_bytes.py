"""ModuleFacts as bytes and back, with each text written once and rows as columns.

In: ModuleFacts, or what `encode` made of them. Out: the other. A file says the same few hundred names thousands of
times, so a table of texts makes facts a third of the size, faster to read, and light in memory: equal texts are one
object, in all files. Never reads a file; raises ValueError for what is no encoding.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

import msgspec

from auditor.analysis.extraction.facts_columns import Column, TableReader, Tables, TableWriter
from auditor.model.code import Assignment, CallFact, Definition, ImportFact, ModuleFacts, Reference
from auditor.model.inner import VultureItem


class _Rows(msgspec.Struct, frozen=True):
    """How rows are written: what makes a row of its columns (None: tuples), kinds of these, a row's cells."""

    make: Callable[..., Any] | None
    columns: tuple[Column, ...]
    read: Callable[[Any], tuple[Any, ...]]


def _structs(kind: type[msgspec.Struct], **columns: Column) -> _Rows:
    names = [one.name for one in msgspec.structs.fields(kind)]
    return _Rows(kind, tuple(columns.get(name, "text") for name in names), attrgetter(*names))


def _tuples(*columns: Column) -> _Rows:
    return _Rows(None, columns, lambda row: row)


_ROWS: Mapping[str, _Rows] = {
    "definitions": _structs(
        Definition, line="plain", end_line="plain", decorators="texts", bases="texts", in_tests="plain",
        body_hash="plain",
    ),
    "references": _structs(Reference, line="plain"),
    "imports": _structs(ImportFact, line="plain", explicit="plain", guarded="plain"),
    "calls": _structs(
        CallFact, line="plain", args="values", keywords="keywords", called="plain", conditional="plain"
    ),
    "assignments": _structs(Assignment, value="value", line="plain", conditional="plain", augmented="plain"),
    "vulture": _structs(
        VultureItem, line="plain", end_line="plain", confidence="plain", silenced="plain", tested="plain",
        decorators="texts",
    ),
    "strings": _tuples("text", "plain", "text"),
    "assigned": _tuples("text", "text", "plain"),
    "passed": _tuples("text", "text", "text", "plain"),
    "passed_by_name": _tuples("text", "text", "text", "plain"),
    "claims": _tuples("text", "text"),
    "operations": _tuples("text", "text", "text", "plain"),
    "handed": _tuples("text", "text", "text"),
}  # fmt: skip
_SETS = (
    "identifiers",
    "used_names",
    "wrappers",
    "stores",
    "given",
    "parameters",
    "inferred",
    "declared",
    "promises",
    "idle",
)
_MAPS: Mapping[str, Column] = {"types": "text", "returns": "text", "generics": "texts", "requests": "texts"}
_FIELDS = msgspec.structs.fields(ModuleFacts)
_REST = tuple(one for one in _FIELDS if one.name not in {*_ROWS, *_SETS, *_MAPS})
_REST_NAMES = tuple(one.name for one in _REST)


class _Encoded(msgspec.Struct, frozen=True, array_like=True):
    tables: Tables
    rows: list[list[list[Any]]]
    sets: list[list[int]]
    maps: list[tuple[list[int], list[Any]]]
    rest: msgspec.Raw


_decode = msgspec.msgpack.Decoder(_Encoded).decode
_decode_rest = msgspec.msgpack.Decoder(tuple.__class_getitem__(tuple(one.type for one in _REST))).decode
_read_rest = attrgetter(*_REST_NAMES)


def encode(facts: ModuleFacts) -> bytes:
    """Return the facts as bytes."""
    writer = TableWriter()
    rows = [_written(writer, form, getattr(facts, name)) for name, form in _ROWS.items()]
    sets = [writer.texts(sorted(found)) if (found := getattr(facts, name)) else [] for name in _SETS]
    maps = [(writer.texts(found), writer.column(kind, [*found.values()])) for found, kind in _maps(facts)]
    rest = msgspec.Raw(msgspec.msgpack.encode(_read_rest(facts)))
    return msgspec.msgpack.encode(_Encoded(writer.tables(), rows, sets, maps, rest))


def decode(content: bytes) -> ModuleFacts:
    """Return the facts again.

    Raises:
        ValueError: These bytes are no facts.
    """
    try:
        found = _decode(content)
        reader = TableReader(found.tables)
        values: dict[str, Any] = dict(zip(_REST_NAMES, _decode_rest(found.rest), strict=True))
        for (name, form), columns in zip(_ROWS.items(), found.rows, strict=True):
            if columns:
                cells = map(reader.column, form.columns, columns)
                values[name] = tuple(map(form.make, *cells) if form.make else zip(*cells, strict=True))
        for name, numbers in zip(_SETS, found.sets, strict=True):
            if numbers:
                values[name] = frozenset(reader.texts(numbers))
        for (name, kind), (keys, column) in zip(_MAPS.items(), found.maps, strict=True):
            if keys:
                values[name] = dict(zip(reader.texts(keys), reader.column(kind, column), strict=True))
        return ModuleFacts(**values)
    except (msgspec.MsgspecError, LookupError, TypeError) as error:
        raise ValueError("these bytes are no facts") from error


def _written(writer: TableWriter, form: _Rows, rows: tuple[Any, ...]) -> list[list[Any]]:
    return (
        list(map(writer.column, form.columns, zip(*(map(form.read, rows) if form.make else rows), strict=True)))
        if rows
        else []
    )


def _maps(facts: ModuleFacts) -> list[tuple[dict[str, Any], Column]]:
    return [(getattr(facts, name), kind) for name, kind in _MAPS.items()]
