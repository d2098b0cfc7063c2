"""formats.md: every document that is written or read, with its keys, from the types that it is written from."""

from typing import Any

from auditor.pipeline.schemas import Published, published, schema_of
from reference_pages import markdown
from reference_pages.markdown import quoted, table

_LEAD = (
    "JSON is written with sorted keys, two spaces of indentation and one newline at the end. Times are ISO 8601 "
    "in UTC, days are UTC days, paths are relative to the audited root, with `/`. A key may be added at any "
    "time; none is renamed or removed without a new `format_version`. Each document has a JSON Schema (draft "
    "2020-12), here and from `auditor schema NAME`; what the commands really write is validated against it in "
    "the tests.\n\n"
    "SARIF is version 2.1.0 and is valid by its own schema. GitLab's report is its Code Quality format, JUnit's "
    "is XML. What else lies in `.auditor/` (the cache, marks, notes of a run under way) is auditor's own and "
    "may change at any time."
)


def page() -> str:
    """Return the page."""
    index = table(
        ["document", "what it is", "written or read by", "schema"],
        [
            [f"[{one.name}](#{one.name})", one.title, one.where, f"[{one.name}.json](schemas/{one.name}.json)"]
            for one in published()
        ],
    )
    return markdown.page("Formats", _LEAD, index, *map(_document, published()))


def _document(document: Published) -> str:
    if document.name == "configuration":
        return "\n\n".join(["## configuration", "See [Configuration](configuration.md)."])
    schema = schema_of(document)
    version = f" `format_version` {document.version}." if document.version is not None else ""
    parts = [f"## {document.name}", f"{document.title}: {document.where}.{version}"]
    if "description" in schema:
        parts += [*schema["description"].split("\n")]
    if schema.get("type") == "array":
        parts.append(f"A list of {_word(schema['items'])}.")
    if "anyOf" in schema:
        parts.append(f"Each line is a JSON value of its own: {_word(schema)}.")
    parts.append(_keys(schema))
    for name, inner in schema.get("$defs", {}).items():
        parts += [f"**{name}.** {' '.join(inner.get('description', '').split())}", _keys(inner)]
    return "\n\n".join(part for part in parts if part)


def _keys(schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = [
        [
            quoted(name) + ("" if name in required else " (not always)"),
            _word(of),
            of.get("description", ""),
        ]
        for name, of in schema.get("properties", {}).items()
    ]
    told = any(row[2] for row in rows)
    return table(["key", "type", "meaning"] if told else ["key", "type"], rows if told else [row[:2] for row in rows])


def _word(of: dict[str, Any]) -> str:
    """Return a schema in a few words."""
    if "$ref" in of:
        return str(of["$ref"]).rpartition("/")[2]
    if "const" in of:
        return quoted(of["const"])
    if "enum" in of:
        return ", ".join(quoted(value) for value in of["enum"])
    if "anyOf" in of:
        return " or ".join(map(_word, of["anyOf"]))
    kind = of.get("type", "any value")
    if isinstance(kind, list):
        return " or ".join(_plain(one) for one in kind)
    if kind == "array" and "prefixItems" in of:
        return "[" + ", ".join(map(_word, of["prefixItems"])) + "]"
    if kind == "array":
        return f"list of {_word(of['items'])}"
    if kind == "object":
        return f"object, name to {_word(of['additionalProperties'])}" if "additionalProperties" in of else "object"
    return {"date-time": "time", "date": "day"}.get(of.get("format", ""), _plain(kind))


def _plain(kind: str) -> str:
    return {"string": "text", "integer": "whole number", "boolean": "true or false"}.get(kind, kind)
