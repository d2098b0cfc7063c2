"""Strawberry: types whose decorated methods are resolvers, and classes that its schema calls.

In: nothing. Out: `RULE`. What `@strawberry.type` makes of a class is reached by the schema's annotations; a resolver
lives with its class. Never imports Strawberry.
"""

from auditor.model.framework import FrameworkRule, names

_EXTENSION = names(
    """
    SerializeToString _arg_filter _check_should_trace _collect_graphql_directives _collect_schema_directives
    _create_execution_context _create_node _descriptor _ensure_parent_node _execute_operation _extend_introspection
    _field _get_custom_context_kwargs _get_execute_function _get_first_operation _get_middleware_manager
    _handle_execution_result _has_async_base_resolver _implements_resolve _make_error _namespace _path_to_string
    _prepare_operation_async _prepare_operation_sync _prepare_schema_directives _process_errors _process_result
    _process_stream_result _python_name _raw_info _resolve_node_ids _resource_name _set_python_name _span_holder
    _stream _stream_non_subscription _tracer _unbound_wrapped_func _validate_type_annotation
    _warn_for_federation_directives add_tags allowed_operations annotations anonymise_error apply arguments as_str
    base_resolver bind config context convert_dict_to_allowed_types convert_list_or_tuple_to_allowed_types
    convert_set_to_allowed_types convert_to_allowed_types copy_with create_extensions_runner create_span data
    default_resolver description duration end_time error_message errors exception_handlers execute execute_sync
    executing execution execution_context extension extensions extensions_results field_args field_name
    filter_resolver_args from_callable get_argument_definition get_directive_by_name get_extensions
    get_extensions_results get_extensions_results_sync get_field_for_type get_fields get_hook get_result get_results
    get_type_by_name graphql_document graphql_name has_generic has_resolver hash_query hook info_parameter
    input_extensions introspect is_async is_basic_field is_graphql_generic is_one_of locations map_arguments module
    mutation name node now on_execute on_operation on_parse on_stream_result on_validate operation
    operation_extensions operation_name operation_type package parent_parameter parent_type parse_options parsing
    path pre_execution_errors process_errors provided_operation_name python_name query remove_field_suggestion
    reserved_parameters resolve resolve_async resolve_type resolver resolvers result return_type root_parameter
    root_value schema schema_converter schema_directives selected_fields self_parameter should_mask_error signature
    start_offset start_time stats strawberry_annotations stream subscribe subscription supports_async supports_sync
    to_json type type_annotation type_name type_params validation validation_rules value_parameter variable_values
    variables version
    """
)
_SCHEMA = names(
    """
    _add_directive_type_of _auto_schema_directive _collect_graphql_directives _collect_schema_directives
    _create_execution_context _descriptor _dispatch_task _evaluated_annotation _execute_operation
    _extend_introspection _field _get_custom_context_kwargs _get_error_inline _get_execute_function
    _get_field_exception_handlers _get_first_operation _get_is_type_of _get_middleware_manager _get_scalar_registry
    _get_type_name _get_type_with_args _handle_execution_result _has_async_base_resolver _implements_resolve
    _is_async_type _is_enum _is_graphql_generic _is_lazy_type _is_list _is_maybe _is_optional _is_strawberry_type
    _is_streamable _is_type_generic _is_union _namespace _on_future_done _on_unauthorized _prepare_operation_async
    _prepare_operation_sync _prepare_schema_directives _process_errors _python_name _queue_graphql_type _raw_info
    _record_applied_directives _resolve _resolve_evaled_type _resolve_node_ids _scalar_definition _schema_directive
    _set_python_name _source_file _source_line _stream _stream_non_subscription _strip_async_type _strip_lazy_type
    _to_input_object_value _to_input_value _unbound_wrapped_func _unsafe_disable_same_type_validation
    _validate_pydantic_field _validate_type_annotation _visit_graphql_type _warn_for_federation_directives
    abort_signal add_directive_type add_graphql_types add_schema_directives add_task allowed_operations annotation
    annotation_message annotations apply apply_naming_config arguments as_http_error_reason as_str async_helpers
    auto_camel_case base_resolver batch batching_config bind build_resolve_info cache cache_map clear clear_all
    clear_many coerce_input_literal coerce_input_value coerce_output_value collect concrete_of config context
    copy_with create_concrete_type create_enum create_extensions_runner create_list create_maybe create_optional
    create_type_var create_union data default_resolver definition delete deprecation_reason description directives
    disable_field_suggestions dispatched documentation_path documentation_url
    enable_experimental_incremental_execution enter_argument enter_object_value enter_operation_definition
    enter_variable_definition error error_class error_extensions errors evaluate exception_handlers exception_source
    execute execute_sync executing execution_context extend extensions extensions_results field_name field_nodes
    fields fragments from_annotation from_argument from_directive from_enum from_enum_value from_field from_generic
    from_http from_id from_input from_input_field from_input_object from_interface from_list from_maybe_optional
    from_object from_resolver from_scalar from_schema_directive from_type from_union future get
    get_argument_definition get_base_type_var_map get_directive_by_name get_extensions get_extensions_results
    get_extensions_results_sync get_field get_field_for_type get_fields get_graphql_fields get_graphql_input_fields
    get_graphql_name get_name_from_type get_result get_results get_type_by_name get_type_resolver graphql_document
    graphql_name handle has_generic has_permission has_resolver implementation info_class info_parameter
    input_extensions interfaces introspect invalid_type is_async is_awaitable is_basic_field is_graphql_generic
    is_implemented_by is_input is_interface is_maybe is_object_type is_one_of is_specialized_generic is_type_of
    is_valid_union_type key load load_many locations logger loop map_arguments max_operations message module
    mutation name name_converter node_id on_execute on_operation on_parse on_stream_result on_unauthorized
    on_validate operation operation_extensions operation_name operation_type origin package parent_parameter
    parent_type parse_literal parse_options parse_value parsing path pre_execution_errors prime prime_many
    print_definition process_errors provided_operation_name python_name query relay_max_results
    relay_use_legacy_global_id remove_field_suggestion repeatable reserved_parameters resolve resolve_async
    resolve_generic resolve_node resolve_node_sync resolve_type resolver result return_type rich_message
    root_parameter root_value scalar_map schema schema_converter schema_directive schema_directives selected_fields
    self_parameter serialize set set_namespace_from_field signature sort_schema specialized_type_var_map
    specified_by_url strawberry_annotations stream subscribe subscription suggestion supports_async supports_sync
    tasks to_input type type_annotation type_name type_params type_var_map types validate_maybe_fields
    validate_one_of validate_one_of_fields validate_same_type_definition validation validation_rules value values
    variable_values variables wrapped_cls
    """
)

RULE = FrameworkRule(
    name="strawberry",
    enablers=("strawberry", "strawberry_django"),
    base_classes={
        "strawberry.extensions.*": (*_EXTENSION, "resolve", "on_*", "get_results"),
        "strawberry.permission.BasePermission": (*_SCHEMA, "has_permission", "on_unauthorized", "error_class"),
        "strawberry.BasePermission": (*_SCHEMA, "has_permission", "on_unauthorized"),
        "strawberry.Schema": _SCHEMA,
        "strawberry.schema.*": _SCHEMA,
    },
    wrapping=("strawberry.schema_directive", "strawberry.directive", "strawberry.scalar", "strawberry.enum",
              "strawberry.type", "strawberry.input", "strawberry.interface", "strawberry.federation.type",
              "strawberry.federation.input", "strawberry.federation.interface", "strawberry.federation.enum"),
)  # fmt: skip
