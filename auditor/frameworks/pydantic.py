"""pydantic: validators, serializers and settings that the library calls.

In: nothing. Out: `RULE`. Never imports it.
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

RULE = FrameworkRule(
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
        "pydantic_settings.*": (*_MODEL, "get_field_value", "prepare_field_value", "field_is_complex", "_read_*",
                                "_load_*", "_extract_*", "_get_resolved_field_value", "_static_read_env_file",
                                "_parse_*", "_apply_case_sensitive", "_field_is_complex", "explode_env_vars",
                                "next_field", "decode_complex_value"),
        "sqlmodel.SQLModel": _MODEL,
    },
)  # fmt: skip
