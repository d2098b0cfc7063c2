"""graphene: resolvers by name, mutations, and types that are reached by the schema's fields.

In: nothing. Out: `RULE`. Never imports graphene.
"""

from auditor.model.framework import FrameworkRule, names

_TYPE = names(
    """
    Arguments Input Meta Output resolve_* subscribe_* Argument Field InputField _frozen _meta abstract add_type
    arguments coerce_float coerce_int coerce_string construct_union container create_enum create_fields_for_type
    create_inputobjecttype create_interface create_objecttype create_scalar create_type creation_counter
    deprecation_reason description enum execute execute_async fields freeze from_enum gen_counter get
    get_function_for_type get_name get_resolver get_type identity interfaces introspect is_type_of lazy mount_as
    mounted name of_type output parse_literal parse_value reset_counter resolver serialize subscribe type types
    wrap_resolve wrap_subscribe possible_types
    """
)
_DJANGO = names(
    """
    Arguments Input Meta Output resolve_* subscribe_* Argument Field InputField _frozen abstract choice_type clean
    coerce_int coerce_string connection connection_resolver cool_name create_type created creation_counter cursor
    default_error_messages description end_cursor errors field fields filter_fields filterset_class form_class
    freeze from_errors gen_counter get_converted_field get_enum_cnv_cls_instance get_form get_form_kwargs get_node
    get_node_from_global_id get_queryset get_resolver get_serializer_kwargs get_type get_type_for_model
    graphene_type has_next_page has_previous_page id_resolver interfaces is_type_of key last_edited lookup_field
    messages model model_class model_operations mount_as mounted mutate mutate_and_get_payload name node
    node_resolver of_type optional_fields parse_literal parse_value password perform_mutate register
    register_converted_field registry reset_counter return_field_name serialize serializer_class start_cursor
    to_global_id type valid_value value wrap_resolve wrap_subscribe
    """
)

RULE = FrameworkRule(
    name="graphene",
    enablers=("graphene", "graphene_django", "graphene_sqlalchemy"),
    registering_bases=(
        "graphene_django.DjangoObjectType",
        "graphene_django.types.DjangoObjectType",
        "graphene_sqlalchemy.*ObjectType",
        "graphene_sqlalchemy.*Enum",
    ),
    base_classes={
        "graphene.Mutation": (*_TYPE, "mutate"),
        "graphene.types.mutation.Mutation": (*_TYPE, "mutate"),
        "graphene.ObjectType": (*_TYPE, "get_node", "get_queryset"),
        "graphene.types.*": (*_TYPE, "mutate", "get_node", "get_queryset"),
        "graphene.Interface": (*_TYPE, "resolve_type"),
        "graphene.Union": (*_TYPE, "resolve_type"),
        "graphene.InputObjectType": _TYPE,
        "graphene.Scalar": (*_TYPE, "serialize", "parse_value", "parse_literal"),
        "graphene.Enum": (*_TYPE, "description", "deprecation_reason"),
        "graphene.AbstractType": _TYPE,
        "graphene.Schema": _TYPE,
        "graphene.relay.*": (
            *_TYPE,
            *_DJANGO,
            "mutate",
            "mutate_and_get_payload",
            "get_node",
            "get_node_from_global_id",
        ),
        "graphene_django.DjangoObjectType": (*_TYPE, *_DJANGO, "get_queryset", "get_node"),
        "graphene_django.types.*": (*_TYPE, *_DJANGO, "get_queryset", "get_node"),
    },
)
