"""configuration.md: every key with its type, default and meaning, from the structs that it is read into."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import inspect as types

from auditor.config import BOUNDS, AuditConfig
from auditor.report.json_schema import attributes, summary
from reference_pages import markdown
from reference_pages.markdown import code, quoted, table

_ANNOTATED = Path(__file__).parents[2] / "config" / "auditor.toml"
_LEAD = (
    "Read from `auditor.toml`, or from `pyproject.toml`, where each table is prefixed with `tool.auditor`; searched "
    "upwards from where auditor runs, or named with `--config`. Every key may be left out but those marked required. "
    "Paths are relative to the file, with `/`. A secret is only ever given as `env:NAME`, the name of an environment "
    "variable. A key or a value that cannot be meant is an error that names it, and what would be right. An "
    "editor that knows JSON Schema completes and checks the file with "
    "[configuration.json](schemas/configuration.json), which `auditor schema configuration` prints as well."
)


def page() -> str:
    """Return the page."""
    sections = list(_sections("", types.type_info(AuditConfig), several=False))
    whole = [
        "## The whole file",
        "Every key with its default; what may be there any number of times is commented out, with an example.",
        code(_ANNOTATED.read_text("utf-8"), "toml"),
    ]
    return markdown.page("Configuration", _LEAD, *sections, "\n\n".join(whole))


def _sections(path: str, of: types.Type, *, several: bool) -> Iterator[str]:
    """Yield the section of a table, then those of the tables in it."""
    assert isinstance(of, types.StructType)
    said = attributes(of.cls)
    rows: list[list[str]] = []
    inner: list[tuple[str, types.Type, bool]] = []
    for field in of.fields:
        name = f"{path}.{field.name}".lstrip(".")
        plain = _without_unit(field.type)
        item = plain.item_type if isinstance(plain, types.CollectionType) else plain
        if isinstance(item, types.StructType):
            inner.append((name, item, isinstance(plain, types.CollectionType)))
        else:
            rows.append([quoted(field.name), _type(field.type, name), _default(field), said.get(field.name, "")])
    title = f"[[{path}]]" if several else f"[{path}]"
    heading = f"## {quoted(title)}" if path else "## At the top"
    lead = "\n\n".join(summary(of.cls).split("\n"))
    yield "\n\n".join([heading, lead, table(["key", "type", "default", "meaning"], rows)])
    for name, item, many in inner:
        yield from _sections(name, item, several=many)


def _without_unit(of: types.Type) -> types.Type:
    return of.type if isinstance(of, types.Metadata) else of


def _default(field: types.Field) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    if value is None:
        return ""
    if value == {}:
        return quoted("{}")
    return quoted(msgspec.json.encode(value).decode().replace(",", ", "))


def _type(of: types.Type, key: str) -> str:
    """Return a type in words, with its unit or its bounds."""
    unit = ""
    if isinstance(of, types.Metadata):
        unit = str((of.extra or {}).get("unit", ""))
        of = of.type
    if key in BOUNDS:
        least, most, what = BOUNDS[key]
        return f"whole number, {least:,} to {most:,} {what}"
    return unit or _word(of)


def _word(of: types.Type) -> str:
    match of:
        case types.UnionType():
            words = [_word(one) for one in of.types if not isinstance(one, types.NoneType)]
            return " or ".join(words)
        case types.LiteralType():
            return "one of " + ", ".join(quoted(value) for value in of.values)
        case types.DictType():
            return f"table, name to {_word(of.value_type)}"
        case types.CollectionType():
            return f"list of {_word(of.item_type)}s"
    words_of: dict[type[types.Type], str] = {
        types.StrType: "text", types.IntType: "whole number", types.FloatType: "number",
        types.BoolType: "`true` or `false`", types.DateType: "date",
    }  # fmt: skip
    return words_of[type(of)]
