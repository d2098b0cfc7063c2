"""Names that Django's and REST framework's own classes define besides the hooks that the rules list by hand.

In: nothing. Out: `MEMBERS`, by the same bases as the rules' `base_classes`. Django 4.2 and 5.2, REST framework 3.17 and
3.18; written by `scripts/measuring/django_members.py`. An override of any of them is called by the framework itself.
"""

MEMBERS: dict[str, str] = {
    "django.apps.AppConfig": (
        "_is_default_auto_field_overridden _path_from_module create get_model"
    ),
    "django.contrib.*.middleware.*": (
        "_aremove_invalid_user _async_check _remove_invalid_user aprocess_request clean_username "
        "force_logout_if_no_header get_login_url get_redirect_field_name handle_no_permission header "
        "redirect_field_name response_gone_class"
    ),
    "django.contrib.admin.*": (
        "_allowed_methods _build_app_dict _choice_has_empty_value _clean_fields _clean_form _create_formsets "
        "_do_insert _do_update _field_list_filters _filter_actions_by_permissions _get_FIELD_display "
        "_get_action_description _get_base_actions _get_default_ordering _get_deterministic_ordering "
        "_get_edited_object_pks _get_expr_references _get_field_expression_map _get_field_value_map "
        "_get_form_for_get_fields _get_list_editable_queryset _get_media _get_obj_does_not_exist_redirect "
        "_get_pk_val _get_preserved_qsl _get_queryset_methods _get_unique_checks _has_any_perms_for_target_model "
        "_has_signal_listeners _html_output _insert _is_default_auto_field_overridden _is_pk_set _nested "
        "_parse_save_params _path_from_module _post_clean _prepare_related_fields_for_save _queryset_class _render "
        "_response_post_save _save_parents _save_table _set_creation_counter _set_pk_val _setup "
        "_take_priority_index _update _validate_force_insert _widget_data_value _wrapped aaggregate abulk_create "
        "abulk_update acontains acount acreate action_checkbox action_flag action_time add adelete admin_site "
        "aearliest aexists aexplain afirst aget aget_or_create aggregate ain_bulk aiterator alast alatest alias all "
        "allow_empty allow_multiple_selected annotate apply apply_select_related arefresh_from_db as_data as_div "
        "as_json as_p as_table as_text as_ul asave atomic aupdate aupdate_or_create auto_created base_fields "
        "base_url_parameters bound_field_class build_attrs bulk_create bulk_update can_fast_delete changed_data "
        "checked checked_attribute child_nodelists class_name clear_checkbox_id clear_checkbox_label "
        "clear_checkbox_name clear_restricted_objects_from_queryset clear_restricted_objects_from_set collect "
        "complex_filter contains content_type content_type_id contents context_object_name contribute_to_class copy "
        "count create create_option creation_counter date_error_message dates datetimes db db_manager "
        "declared_fields decompress deconstruct default default_auto_field default_renderer default_site defer "
        "delete deletion_field dependencies difference disable_action dispatch distinct earliest errors exists "
        "explain extra_context field_admin_ordering field_choices field_order filter first fk_field format_key "
        "format_value forms from_db from_queryset full_clean get hidden_fields http_method_names "
        "http_method_not_allowed i18n_javascript id id_for_label import_models in_bulk include_empty_choice initial "
        "initial_text inline_formset_data input_text input_type instances_with_model intersection is_addition "
        "is_bound is_change is_collapsible is_deletion is_hidden is_initial is_localized is_multipart is_registered "
        "is_required is_valid iterator label_and_url_for_value label_tag last latest must_be_first mutate_state "
        "name needs_explicit_pk_field needs_multipart_form nested non_field_errors non_form_errors none object_id "
        "object_repr objects only operations optgroups option_inherits_attrs option_template_name options order_by "
        "order_fields page_kwarg paginate_by paginate_orphans paginate_queryset paginator_class pk pk_field "
        "prefetch_related prefix prepare_database_save process_request raw ready refresh_from_db related_objects "
        "render replaces reverse run_before save select_for_update select_related serializable_value "
        "serialize_result setup show_facets show_full_result_count sort subwidgets suggest_name "
        "supports_microseconds template template_name template_name_div template_name_label template_name_p "
        "template_name_table template_name_text template_name_ul token total_form_count unapply union "
        "unique_error_message update update_or_create url_for_result url_name url_parameters use_fieldset "
        "use_in_migrations use_required_attribute user user_id using validate_constraints validate_unique "
        "value_from_datadict value_omitted_from_data values values_list view_is_async visible_fields"
    ),
    "django.contrib.admin.forms.*": (
        "_html_output _widget_data_value as_div as_p as_table as_ul base_fields bound_field_class changed_data "
        "confirm_login_allowed create_password_fields declared_fields error_messages errors hidden_fields "
        "is_multipart non_field_errors order_fields set_password_and_save visible_fields"
    ),
    "django.contrib.auth.admin.*": (
        "_create_formsets _filter_actions_by_permissions _get_action_description _get_base_actions "
        "_get_edited_object_pks _get_form_for_get_fields _get_list_editable_queryset "
        "_get_obj_does_not_exist_redirect _get_preserved_qsl _response_post_save action_checkbox show_facets "
        "show_full_result_count user_change_password"
    ),
    "django.contrib.auth.backends.*": (
        "_aget_permissions _get_group_permissions _get_permissions _get_user_permissions aconfigure_user "
        "aget_all_permissions aget_group_permissions aget_user aget_user_permissions ahas_module_perms ahas_perm "
        "create_unknown_user get_all_permissions get_group_permissions"
    ),
    "django.contrib.auth.base_user.*": (
        "_do_insert _do_update _get_FIELD_display _get_expr_references _get_field_expression_map "
        "_get_field_value_map _get_pk_val _get_session_auth_hash _get_unique_checks _is_pk_set _parse_save_params "
        "_password _prepare_related_fields_for_save _save_parents _save_table _set_pk_val _validate_force_insert "
        "acheck_password check_password date_error_message get_constraints get_email_field_name "
        "get_session_auth_fallback_hash has_usable_password last_login normalize_username password pk "
        "serializable_value set_password set_unusable_password"
    ),
    "django.contrib.auth.base_user.BaseUserManager": (
        "_get_queryset_methods _insert _queryset_class _set_creation_counter _update aaggregate abulk_create "
        "abulk_update acontains acount acreate aearliest aexists aexplain afirst aget aget_by_natural_key "
        "aget_or_create aggregate ain_bulk aiterator alast alatest alias all annotate aupdate aupdate_or_create "
        "auto_created bulk_create bulk_update complex_filter contains contribute_to_class count create "
        "creation_counter dates datetimes db db_manager deconstruct defer difference distinct earliest exclude "
        "exists explain extra filter first from_queryset get get_or_create in_bulk intersection iterator last "
        "latest make_random_password none normalize_email only order_by prefetch_related raw reverse "
        "select_for_update select_related union update update_or_create use_in_migrations using values values_list"
    ),
    "django.contrib.auth.forms.*": (
        "_get_validation_exclusions _html_output _render _save_m2m _update_errors _widget_data_value add_error "
        "add_initial_prefix as_div as_p as_table as_ul base_fields bound_data bound_field_class build_attrs "
        "changed_data confirm_login_allowed create_password_fields create_usable_password_field declared_fields "
        "default_error_messages default_validators empty_values error_messages errors has_error hidden_fields "
        "hidden_widget is_hidden is_localized is_multipart is_required needs_multipart_form non_field_errors "
        "order_fields prepare_value read_only run_validators send_mail set_password_and_save subwidgets "
        "supports_microseconds to_python usable_password_help_text validate visible_fields widget widget_attrs"
    ),
    "django.contrib.auth.hashers.*": (
        "_load_library block_size digest maxmem memory_cost parallelism params rounds salt salt_entropy time_cost "
        "work_factor"
    ),
    "django.contrib.auth.mixins.*": (
        "permission_denied_message"
    ),
    "django.contrib.auth.models.*": (
        "_do_insert _do_update _get_FIELD_display _get_expr_references _get_field_expression_map "
        "_get_field_value_map _get_pk_val _get_session_auth_hash _get_unique_checks _groups _is_pk_set "
        "_parse_save_params _password _prepare_related_fields_for_save _save_parents _save_table _set_pk_val "
        "_user_permissions _validate_force_insert acheck_password aget_all_permissions aget_group_permissions "
        "aget_user_permissions ahas_module_perms ahas_perm ahas_perms check_password codename content_type "
        "content_type_id date_error_message date_joined email email_user first_name get_all_permissions "
        "get_constraints get_email_field_name get_group_permissions get_next_by_date_joined "
        "get_previous_by_date_joined get_session_auth_fallback_hash get_user_permissions group_set groups "
        "has_usable_password id is_superuser last_login last_name logentry_set name normalize_username password "
        "permissions pk serializable_value set_password set_unusable_password user_permissions user_set username "
        "username_validator"
    ),
    "django.contrib.auth.models.*Manager": (
        "_acreate_user _create_user _create_user_object _get_queryset_methods _insert _queryset_class "
        "_set_creation_counter _update aaggregate abulk_create abulk_update acontains acount acreate "
        "acreate_superuser acreate_user aearliest aexists aexplain afirst aget aget_by_natural_key aget_or_create "
        "aggregate ain_bulk aiterator alast alatest alias all annotate aupdate aupdate_or_create auto_created "
        "bulk_create bulk_update complex_filter contains contribute_to_class count create creation_counter dates "
        "datetimes db db_manager deconstruct defer difference distinct earliest exclude exists explain extra filter "
        "first from_queryset get get_or_create in_bulk intersection iterator last latest make_random_password none "
        "normalize_email only order_by prefetch_related raw reverse select_for_update select_related union update "
        "update_or_create use_in_migrations using values values_list with_perm"
    ),
    "django.contrib.auth.views.*": (
        "_allowed_methods authentication_form email_template_name extra_email_context from_email "
        "html_email_template_name next_page post_reset_login post_reset_login_backend redirect_authenticated_user "
        "reset_url_token response_class subject_template_name success_url_allowed_hosts template_engine title "
        "token_generator view_is_async"
    ),
    "django.contrib.contenttypes.admin.*": (
        "_get_form_for_get_fields _has_any_perms_for_target_model ct_fk_field show_full_result_count template"
    ),
    "django.contrib.messages.storage.base.*": (
        "_get_level _loaded_messages _prepare _prepare_messages _set_level add level level_tag tags update"
    ),
    "django.contrib.sessions.base_session.*": (
        "_do_insert _do_update _get_FIELD_display _get_expr_references _get_field_expression_map "
        "_get_field_value_map _get_pk_val _get_queryset_methods _get_unique_checks _insert _is_pk_set "
        "_parse_save_params _prepare_related_fields_for_save _queryset_class _save_parents _save_table "
        "_set_creation_counter _set_pk_val _update _validate_force_insert aaggregate abulk_create abulk_update "
        "acontains acount acreate aearliest aexists aexplain afirst aget aget_or_create aggregate ain_bulk "
        "aiterator alast alatest alias all annotate aupdate aupdate_or_create auto_created bulk_create bulk_update "
        "complex_filter contains contribute_to_class count create creation_counter date_error_message dates "
        "datetimes db db_manager deconstruct defer difference distinct earliest encode exclude exists expire_date "
        "explain extra filter first from_queryset get get_constraints get_decoded get_next_by_expire_date "
        "get_or_create get_previous_by_expire_date get_queryset get_session_store_class in_bulk intersection "
        "iterator last latest none only order_by pk prefetch_related raw reverse select_for_update select_related "
        "serializable_value session_data session_key union update update_or_create use_in_migrations using values "
        "values_list"
    ),
    "django.core.files.storage.*": (
        "_clear_cached_properties _convert_stream_content _datetime_from_timestamp _ensure_location_group_id "
        "_relative_path _resolve _resolve_child _setup _update_accessed_time _update_modified_time "
        "_value_or_setting _wrapped backends base_location base_url chunks close closed create_storage "
        "directory_permissions_mode encoding file_permissions_mode fileno flush is_name_available isatty location "
        "multiple_chunks newlines open read readable readinto readline readlines remove_child resolve save seek "
        "seekable tell truncate writable write writelines"
    ),
    "django.core.files.uploadhandler.*": (
        "chunk_size"
    ),
    "django.core.management.BaseCommand": (
        "_called_from_command_line add_base_argument"
    ),
    "django.core.management.base.*": (
        "_called_from_command_line _reordered_actions add_base_argument add_subparsers add_usage error flush isatty "
        "parse_args show_last style_func write"
    ),
    "django.core.paginator.Paginator": (
        "_get_page default_error_messages get_elided_page_range num_pages page_range"
    ),
    "django.core.validators.*": (
        "deconstruct domain_allowlist domain_regex literal_regex max_length messages schemes ul unsafe_chars "
        "user_regex validate_domain_part"
    ),
    "django.forms.*": (
        "_choice_has_empty_value _construct_form _css _existing_object _get_media _get_to_python "
        "_get_validation_exclusions _html_output _js _parse_date_fmt _render _save_m2m _should_delete_form "
        "_update_errors _widget_data_value absolute_path add_error add_id_index add_initial_prefix "
        "allow_multiple_selected as_data as_div as_field_group as_hidden as_json as_p as_table as_text as_ul "
        "as_widget backend base_fields bound_field_class build_attrs changed_data checked checked_attribute choice "
        "choice_label choices cleaned_data clear_checkbox_id clear_checkbox_label clear_checkbox_name copy "
        "day_field declared_fields default_error_messages delete_existing deleted_forms deletion_widget edit_only "
        "element_template empty_form engine errors extra_forms field_template_name form_template_name format_key "
        "forms formset_template_name has_error hidden_fields initial_form_count initial_forms initial_text "
        "input_text is_hidden is_initial is_localized is_multipart is_required management_form merge model "
        "month_field needs_multipart_form non_field_errors non_form_errors none_value option_inherits_attrs "
        "option_template_name options order_fields ordered_forms ordering_widget path render_css render_js "
        "save_existing save_existing_objects save_new save_new_objects select_widget subwidgets "
        "supports_microseconds tag total_error_count total_form_count unique_fields visible_fields year_field"
    ),
    "django.forms.*Field": (
        "_coerce _get_choices _get_queryset _get_regex _has_changed _set_choices _set_queryset _set_regex "
        "aria_describedby as_field_group as_hidden as_text as_textarea as_widget auto_id bound_field_class "
        "build_widget_attrs choices css_classes data empty_values errors hidden_widget initial input_formats "
        "is_hidden iterator label_tag legend_tag queryset re_decimal regex strptime subwidgets valid_value value "
        "widget_type"
    ),
    "django.middleware.*": (
        "_accept _async_check _bad_token_message _get_secret _origin_verified _reject _set_csrf_cookie "
        "_should_update_cache allowed_origin_subdomains allowed_origins_exact cache csrf_trusted_origins_hosts "
        "get_full_path_with_slash get_xframe_options_value is_ignorable_request is_internal_request "
        "max_random_bytes needs_etag should_redirect_with_slash"
    ),
    "django.template.Node": (
        "get_nodes_by_type token"
    ),
    "django.template.backends.base.BaseEngine": (
        "check iter_template_filenames template_dirs"
    ),
    "django.template.base.Node": (
        "get_nodes_by_type token"
    ),
    "django.utils.deprecation.MiddlewareMixin": (
        "_async_check"
    ),
    "django.utils.log.*": (
        "connection default_time_format format_subject uses_server_time"
    ),
    "django.views.View": (
        "_allowed_methods view_is_async"
    ),
    "django.views.debug.*": (
        "_get_explicit_or_implicit_cause _get_lines_from_file _get_raw_insecure_uri _get_source cleanse_setting "
        "cleanse_special_types html_template_path text_template_path"
    ),
    "django.views.generic.*": (
        "_allowed_methods _get_dated_items _get_weekday _make_date_lookup_arg _make_single_date_lookup "
        "date_list_period day day_format make_object_list month page_kwarg paginator_class query_pk_and_slug "
        "response_class template_engine uses_datetime_field view_is_async week week_format year year_format"
    ),
}  # fmt: skip
