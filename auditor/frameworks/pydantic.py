"""pydantic, attrs, marshmallow and msgspec: validators, serializers and settings that the library calls.

In: nothing. Out: `RULES`. Never imports any of them.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_VALIDATORS = (
    "validator", "root_validator", "field_validator", "model_validator", "field_serializer", "model_serializer",
    "computed_field",
)  # fmt: skip
_MODEL = (
    "model_config", "Config", "model_post_init", "__*__", "model_validate", "model_dump", "settings_customise_sources",
    "model_computed_fields", "dict", "json", "update_forward_refs", "customise_sources",
)  # fmt: skip

PYDANTIC = FrameworkRule(
    name="pydantic",
    enablers=("pydantic", "pydantic_settings", "sqlmodel"),
    decorators=tuple(DecoratorRule(f"pydantic.{place}{name}", "hook")
                     for name in _VALIDATORS for place in ("", "v1.", "functional_validators.",
                     "functional_serializers.",
                                                           "class_validators.", "fields.")),
    base_classes={
        "pydantic.BaseModel": _MODEL,
        "pydantic.v1.BaseModel": _MODEL,
        "pydantic.main.BaseModel": _MODEL,
        "pydantic.RootModel": _MODEL,
        "pydantic.generics.GenericModel": _MODEL,
        "pydantic.BaseSettings": _MODEL,
        "pydantic_settings.*": (*_MODEL, "get_field_value", "prepare_field_value", "field_is_complex"),
        "sqlmodel.SQLModel": _MODEL,
    },
)  # fmt: skip

ATTRS = FrameworkRule(
    name="attrs",
    enablers=("attr", "attrs", "marshmallow"),
    decorators=(
        DecoratorRule("*.validator", "hook"),
        DecoratorRule("attr.*.default", "hook"),
        DecoratorRule("attrs.*.default", "hook"),
        DecoratorRule("attr.ib.*", "hook"),
        DecoratorRule("attr.attrib.*", "hook"),
        DecoratorRule("attrs.field.*", "hook"),
        DecoratorRule("attr.field.*", "hook"),
        DecoratorRule("marshmallow.*", "hook"),
        DecoratorRule("marshmallow.decorators.*", "hook"),
    ),
    base_classes={
        "marshmallow.*": ("Meta", "_serialize", "_deserialize", "_validate", "handle_error", "on_bind_field",
                          "get_attribute",
                          "default_error_messages", "OPTIONS_CLASS", "opts", "TYPE_MAPPING"),
    },
)  # fmt: skip

RULES = (PYDANTIC, ATTRS)
