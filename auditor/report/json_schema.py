"""JSON Schemas (draft 2020-12) of the values that auditor writes and reads, drawn from their types and docstrings.

In: a struct, or what else `msgspec` can describe. Out: a schema as plain values, the same for the same types. What is
written lists every key as required, as every one is there; more keys may be added by later versions, so none are
forbidden. Never looks at a value.
"""

import inspect
import re
from typing import Any

import msgspec
from msgspec import inspect as types

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ATTRIBUTE = re.compile(r"^    (\w+): (.+(?:\n(?:        .*|$))*)", re.MULTILINE)

Schema = dict[str, Any]


def schema(
    of: Any,  # noqa: ANN401 -- msgspec describes any type
    *,
    name: str,
    title: str,
    version: int | None = None,
    reading: bool = False,
) -> Schema:
    """Return the schema of one document.

    Args:
        of: The type that it is written from, or read into.
        name: Its published name, which its `$id` is made of.
        title: What it is, in a few words.
        version: Its `format_version`; None where it has none.
        reading: Whether it is read: what has a default may be left out then, and unknown keys are told.
    """
    drawing = _Drawing(reading)
    drawn = drawing.draw(types.type_info(of))
    definitions = drawing.definitions
    if "$ref" in drawn:
        drawn = definitions.pop(drawn["$ref"].rpartition("/")[2])
    drawn = {key: value for key, value in drawn.items() if key != "title"}
    if version is not None:
        drawn["properties"] = {**drawn["properties"], "format_version": {"const": version}}
        drawn["required"] = sorted({*drawn["required"], "format_version"})
    number = f":{version}" if version is not None else ""
    whole: Schema = {"$schema": DIALECT, "$id": f"urn:auditor:{name}{number}", "title": title, **drawn}
    if definitions:
        whole["$defs"] = dict(sorted(definitions.items()))
    return whole


def attributes(struct: type) -> dict[str, str]:
    """Return what the section `Attributes:` of a docstring says of each name, without line breaks."""
    _, _, section = inspect.cleandoc(struct.__doc__ or "").partition("\nAttributes:\n")
    return {name: _as_json(" ".join(text.split())) for name, text in _ATTRIBUTE.findall(section)}


def summary(struct: type) -> str:
    """Return a docstring without its section `Attributes:`, paragraphs as lines."""
    text, _, _ = inspect.cleandoc(struct.__doc__ or "").partition("\nAttributes:\n")
    return "\n".join(_as_json(" ".join(paragraph.split())) for paragraph in text.strip().split("\n\n"))


def _as_json(text: str) -> str:
    """Return a sentence about Python's values as one about those that stand in the document."""
    return re.sub(r"\b(None|True|False)\b", lambda found: {"None": "null"}.get(found[1], found[1].lower()), text)


class _Drawing:
    """Draws types; structs once each, under their own names, as definitions that others refer to."""

    def __init__(self, reading: bool) -> None:
        self._reading = reading
        self.definitions: dict[str, Schema] = {}

    def draw(self, of: types.Type) -> Schema:
        match of:
            case types.StructType():
                return self._struct(of)
            case types.UnionType():
                return _either([self.draw(one) for one in of.types])
            case types.DictType() | types.Metadata():
                return self._described(of)
            case types.TupleType():
                return {"type": "array", "prefixItems": [self.draw(one) for one in of.item_types], "items": False}
            case types.CollectionType():
                return {"type": "array", "items": self.draw(of.item_type)}
            case types.EnumType():
                return {"enum": [one.value for one in of.cls]}
            case types.LiteralType():
                return {"const": of.values[0]} if len(of.values) == 1 else {"enum": list(of.values)}
            case _:
                return _plain(of)

    def _described(self, of: "types.DictType | types.Metadata") -> Schema:
        if isinstance(of, types.Metadata):
            return {**self.draw(of.type), **(of.extra_json_schema or {})}
        drawn: Schema = {"type": "object", "additionalProperties": self.draw(of.value_type)}
        names = self.draw(of.key_type)
        return drawn if names == {"type": "string"} else {**drawn, "propertyNames": names}

    def _struct(self, of: types.StructType) -> Schema:
        name = of.cls.__name__.lstrip("_")
        if name not in self.definitions:
            self.definitions[name] = {}  # who refers to itself finds it
            self.definitions[name] = self._object(of)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, of: types.StructType) -> Schema:
        said = attributes(of.cls)
        drawn: Schema = {"title": of.cls.__name__.lstrip("_"), "description": summary(of.cls), "type": "object"}
        properties: Schema = {of.tag_field: {"const": of.tag}} if of.tag_field else {}
        required = list(properties)
        for field in of.fields:
            one = self.draw(field.type)
            if said.get(field.name):
                one = {**one, "description": said[field.name]}
            if self._reading and not field.required:
                one["default"] = msgspec.to_builtins(_default(field))
            properties[field.encode_name] = one
            if self._always(of, field):
                required.append(field.encode_name)
        drawn |= {"properties": properties, "required": sorted(required)}
        return {**drawn, "additionalProperties": False} if self._reading and of.forbid_unknown_fields else drawn

    def _always(self, of: types.StructType, field: types.Field) -> bool:
        """Return whether a document always has a key: msgspec leaves out defaults where a struct says so."""
        if field.required:
            return True
        own_factory = field.default_factory not in (msgspec.NODEFAULT, list, dict, set)
        return not self._reading and (own_factory or not of.cls.__struct_config__.omit_defaults)


def _default(field: types.Field) -> object:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _either(drawn: list[Schema]) -> Schema:
    """Return what one of several is; kinds without more to say are listed side by side."""
    if all(set(one) == {"type"} for one in drawn):
        return {"type": [one["type"] for one in drawn]}
    return {"anyOf": drawn}


def _plain(of: types.Type) -> Schema:
    """Return a kind of text, number or nothing, with its bounds."""
    kinds: dict[type[types.Type], Schema] = {
        types.StrType: {"type": "string"}, types.IntType: {"type": "integer"}, types.FloatType: {"type": "number"},
        types.BoolType: {"type": "boolean"}, types.NoneType: {"type": "null"}, types.AnyType: {},
        types.DateTimeType: {"type": "string", "format": "date-time"},
        types.DateType: {"type": "string", "format": "date"},
        types.BytesType: {"type": "string", "contentEncoding": "base64"},
    }  # fmt: skip
    words = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum",
             "min_length": "minLength", "max_length": "maxLength", "pattern": "pattern"}  # fmt: skip
    found = dict(kinds[type(of)])
    for field, word in words.items():
        bound = getattr(of, field, None)
        if bound is not None and not isinstance(of, types.BytesType):
            found[word] = bound.replace(r"\A", "^").replace(r"\Z", "$") if isinstance(bound, str) else bound
    return found
