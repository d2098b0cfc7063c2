"""marshmallow: hooks by decorator, and methods that a field names by a string.

In: nothing. Out: `RULE`. `Method("get_total", deserialize="load_total")` names members of its own schema. Never
imports marshmallow.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_HOOKS = names("pre_load post_load pre_dump post_dump validates validates_schema")
_SCHEMA = names(
    """
    Meta _bind_field _bind_to_schema _call_and_store _declared_fields _default_error_messages _deserialize _do_load
    _hooks _init_fields _invoke_dump_processors _invoke_field_validators _invoke_load_processors _invoke_processors
    _invoke_schema_validators _normalize_nested_options _normalize_processors _run_validator _serialize _validate
    _validate_all _validate_missing add additional context dateformat datetimeformat default default_error_messages
    deserialize dict_class discard dump dump_only dumps error_messages exclude fail fields from_dict get_attribute
    get_declared_fields get_value handle_error include index_errors load load_only loads make_error many
    messages_dict missing normalized_messages on_bind_field opts ordered pop register render_module resolve_hooks
    serialize set_class store_error timeformat unknown validate
    """
)
_FIELD = names(
    """
    _bind_field _bind_to_schema _call_and_store _call_or_raise _declared_fields _default_error_messages _deserialize
    _do_load _field_data_key _format_error _format_num _hooks _init_fields _invoke_dump_processors
    _invoke_field_validators _invoke_load_processors _invoke_processors _invoke_schema_validators _load
    _make_object_from_format _nested_normalized_option _normalize_nested_options _normalize_processors _repr_args
    _run_validator _serialize _test_collection _to_string _unit_to_microseconds_mapping _validate _validate_all
    _validate_missing _validated allow_none attribute context data_key default default_error_message
    default_error_messages deserialize dict_class dump dump_default dump_only dumps error error_messages fail falsy
    from_dict get_attribute get_declared_fields get_value handle_error load load_default load_only loads make_error
    mapping_type message_all message_equal message_max message_min messages_dict metadata missing
    normalized_messages num_type on_bind_field opts post_load pre_load required resolve_hooks schema serialize
    set_class truthy validate
    """
)
_VALIDATOR = names(
    """
    _format_error _regex _regex_generator _repr_args default_error_message default_message default_schemes error
    message_all message_equal message_gt message_gte message_lt message_lte message_max message_min messages_dict
    normalized_messages options
    """
)

RULE = FrameworkRule(
    name="marshmallow",
    enablers=("marshmallow", "flask_marshmallow", "marshmallow_sqlalchemy", "apiflask"),
    decorators=(
        *(DecoratorRule(f"marshmallow.{hook}", "hook") for hook in _HOOKS),
        *(DecoratorRule(f"marshmallow.decorators.{hook}", "hook") for hook in _HOOKS),
    ),
    base_classes={
        "marshmallow.Schema": _SCHEMA,
        "marshmallow.schema.*Schema": _SCHEMA,
        "marshmallow.SchemaOpts": _SCHEMA,
        "marshmallow.schema.SchemaOpts": _SCHEMA,
        "marshmallow.fields.*": _FIELD,
        "marshmallow.validate.*": _VALIDATOR,
    },
    string_members=("marshmallow.*", "*.Schema", "*.SQLAlchemy*Schema", "*.SQLAlchemyAutoSchema", "*.ModelSchema"),
)
