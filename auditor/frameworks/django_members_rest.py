"""Names that Django's and REST framework's own classes define besides the hooks that the rules list by hand.

In: nothing. Out: `MEMBERS`, by the same bases as the rules' `base_classes`. Django 4.2 and 5.2, REST framework 3.17 and
3.18; written by `scripts/measuring/django_members.py`. An override of any of them is called by the framework itself.
"""

MEMBERS: dict[str, str] = {
    "rest_framework.authentication.*": (
        "_accept _async_check _bad_token_message _get_secret _origin_verified _reject _set_csrf_cookie "
        "allowed_origin_subdomains allowed_origins_exact async_capable csrf_trusted_origins_hosts header "
        "process_request process_response process_view sync_capable www_authenticate_realm"
    ),
    "rest_framework.exceptions.*": (
        "code extra_detail_plural extra_detail_singular"
    ),
    "rest_framework.fields.*": (
        "_creation_counter _get_choices _is_jsonfield _lower_if_str _set_choices child choices context "
        "datetime_parser default_empty_html default_timezone default_validators enforce_timezone fail html_cutoff "
        "html_cutoff_text initial iter_options quantize re_decimal requires_context root valid_formats "
        "validate_precision validators"
    ),
    "rest_framework.filters.*": (
        "construct_search default_lookup lookup_prefixes must_call_distinct remove_invalid_fields"
    ),
    "rest_framework.generics.*": (
        "_allowed_methods allowed_methods as_view content_negotiation_class default_response_headers "
        "determine_version http_method_not_allowed metadata_class pagination_class paginator settings setup "
        "throttled versioning_class view_is_async"
    ),
    "rest_framework.metadata.*": (
        "label_lookup"
    ),
    "rest_framework.negotiation.*": (
        "_get_parsed_accept_list filter_renderers get_accept_list max_accept_header_length max_accept_tokens "
        "max_media_type_length settings"
    ),
    "rest_framework.pagination.*": (
        "_get_position_from_instance decode_cursor default_limit display_page_controls django_paginator_class "
        "encode_cursor invalid_cursor_message invalid_page_message is_active is_break last_page_strings number "
        "offset offset_cutoff ordering position reverse template url"
    ),
    "rest_framework.parsers.*": (
        "errors renderer_class strict"
    ),
    "rest_framework.permissions.*": (
        "_queryset authenticated_users_only"
    ),
    "rest_framework.renderers.*": (
        "_get_serializer base_template code_style compact default_style encoder_class ensure_ascii "
        "exception_template_names filter_template form_renderer_class render_field render_form_for_serializer "
        "resolve_template show_form_for_method strict template template_name template_pack"
    ),
    "rest_framework.routers.*": (
        "APIRootView APISchemaView SchemaGenerator _allowed_methods _get_dynamic_route _ignore_model_permissions "
        "allowed_methods api_root_dict as_view authentication_classes check_object_permissions check_permissions "
        "check_throttles content_negotiation_class default_response_headers default_schema_renderers detail "
        "determine_version dispatch finalize_response get handle_exception http_method_names "
        "http_method_not_allowed initial initialize_request initkwargs is_already_registered mapping metadata_class "
        "name options parser_classes perform_authentication perform_content_negotiation permission_classes "
        "permission_denied raise_uncaught_exception renderer_classes root_view_name schema settings setup "
        "throttle_classes throttled url urls versioning_class view_is_async"
    ),
    "rest_framework.schemas.*": (
        "_allowed_methods _get_description_section _get_paths_and_endpoints _ignore_model_permissions _map_min_max "
        "_to_camel_case allowed_methods allows_filters as_view authentication_classes check_duplicate_operation_id "
        "check_object_permissions check_permissions check_throttles coerce_path coerce_path_pk "
        "content_negotiation_class create_view default_response_headers determine_version dispatch "
        "endpoint_inspector_cls finalize_response get handle_exception has_view_permissions header_regex "
        "http_method_names http_method_not_allowed initial initialize_request metadata_class method_mapping options "
        "parser_classes perform_authentication perform_content_negotiation permission_classes permission_denied "
        "public raise_uncaught_exception renderer_classes request_media_types response_media_types schema "
        "schema_generator settings setup should_include_endpoint throttle_classes throttled versioning_class view "
        "view_is_async"
    ),
    "rest_framework.serializers.*": (
        "_creation_counter _declared_fields _get_choices _get_constraint_violation_error_message "
        "_get_declared_fields _get_model_fields _is_jsonfield _lower_if_str _proxy_class _read_only_defaults "
        "_readable_fields _set_choices _writable_fields as_form_field bind child choices code context copy "
        "datetime_parser display_value enforce_required_fields enforce_timezone exclude_current_instance fail "
        "fields filter_queryset grouped_choices html_cutoff html_cutoff_text initial is_hyperlink iter_options "
        "lookup_field many many_init message missing_message name quantize queryset re_decimal requires_context "
        "root serializer_choice_field serializer_field_mapping serializer_related_field serializer_related_to_field "
        "serializer_url_field set_value status_code url_field_name use_pk_only_optimization valid_formats "
        "validated_data validators view_name"
    ),
    "rest_framework.test.*": (
        "_add_databases_failures _alogin _assertFooMessage _assert_contains _assert_form_error "
        "_assert_raises_or_warns_cm _assert_template_used _available_apps_calls_balanced _base_environ "
        "_classSetupFailed _class_cleanups _create_server_thread _databases_names _databases_support_savepoints "
        "_databases_support_transactions _disallowed_connection_methods _disallowed_database_msg _encode_data "
        "_encode_json _ensure_redirects_not_cyclic _enter_atomics _exception_middleware _fixture_setup "
        "_fixture_teardown _follow_redirect _get_backend _get_path _get_response _get_response_async "
        "_get_template_used _handle_redirects _login _make_connections_override _middleware_chain "
        "_modified_settings _overridden_settings _parse_json _post_teardown _pre_setup _pre_setup_ran_eagerly "
        "_remove_databases_failures _reset_sequences _rollback_atomics _set_login_cookies _setup_and_call "
        "_should_check_constraints _should_reload_connections _start_server_thread _template_response_middleware "
        "_terminate_thread _validate_databases _view_middleware adapt_method_mode aforce_login allowed_host alogin "
        "alogout asession assertContains assertFieldOutput assertFormError assertFormSetError assertFormsetError "
        "assertHTMLEqual assertHTMLNotEqual assertInHTML assertJSONEqual assertJSONNotEqual assertNotContains "
        "assertNotInHTML assertNumQueries assertQuerySetEqual assertQuerysetEqual assertRaisesMessage "
        "assertRedirects assertTemplateNotUsed assertTemplateUsed assertURLEqual assertWarnsMessage assertXMLEqual "
        "assertXMLNotEqual async_client_class available_apps captureOnCommitCallbacks check_exception "
        "check_response client_class close credentials databases debug default_format delete "
        "ensure_connection_patch_method fixtures force_authenticate force_login generic get get_all get_environ "
        "get_response get_response_async head host isclosed live_server_url load_middleware login logout "
        "make_view_atomic modify_settings options patch port post process_exception_by_middleware put "
        "renderer_classes_list request reset_sequences resolve_request send serialized_rollback server_thread_class "
        "session settings static_handler store_exc_info trace"
    ),
    "rest_framework.throttling.*": (
        "cache cache_format scope_attr timer"
    ),
    "rest_framework.versioning.*": (
        "allowed_versions default_version hostname_regex invalid_version_message is_allowed_version version_param"
    ),
    "rest_framework.views.*": (
        "_allowed_methods allowed_methods as_view content_negotiation_class default_response_headers "
        "determine_version http_method_not_allowed metadata_class settings setup throttled versioning_class "
        "view_is_async"
    ),
    "rest_framework.viewsets.*": (
        "_allowed_methods allowed_methods as_view content_negotiation_class default_response_headers "
        "determine_version http_method_not_allowed metadata_class pagination_class paginator reverse_action "
        "settings setup throttled versioning_class view_is_async"
    ),
}  # fmt: skip
