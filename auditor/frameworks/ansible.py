"""Ansible: plugins that it finds by directory and class name.

In: nothing. Out: `RULE`. Modules are scripts with a main guard. Never imports Ansible.
"""

from auditor.model.framework import FrameworkRule, names

_PLUGIN = names(
    """
    playbook_* runner_* v2_* _add_host_to_composed_groups _add_host_to_keyed_groups _add_pending_children
    _alarm_handler _as_dict _build_powershell_wrapper_action _build_success_command _cache _check_password_error
    _check_required _clean_results _combine _compile_patterns _compose _compute_environment_string
    _cond_not_supported_warn _configure_module _connect _consume_options _convert_wire_task_result_to_raw
    _copy_included_file _copy_result _create_content_tempfile _create_implicit_localhost _decrypt_if_vault_data
    _deduplicate _default_help_text _default_message _deprecate_inline_kv _deprecated _deprecated_with_plugin_info
    _deserialize _display _do_load_key _dump _dump_results _early_needs_tmp_path _encode_script _error _escape
    _exec_cli_command _execute_meta _execute_module _execute_remote_stat _exit_code _expand_hostpattern
    _expand_user2 _extras_prefix _find_needle _fixup_perms2 _flatten _flatten_hash_to_list _formatted_source_context
    _from_dict _generate_temp_dir_name _get_admin_users _get_cache_connection _get_cache_file_name _get_cache_prefix
    _get_cached_role _get_diff _get_diff_data _get_dir_vars_files _get_file_contents _get_item_label _get_prompt
    _get_remote_addr _get_remote_user _get_tag_to_propagate _handle_exception _handle_warnings
    _handle_warnings_and_exception _help_text _implemented_callback_methods _include_cause_message
    _init_callback_methods _is_become_unprivileged _is_pipelining_enabled _is_role _known_type_map _load _load_file
    _load_included_file _load_name _log _low_level_execute_command _make_tmp_path _meets_debug _meets_verbosity
    _mkdtemp2 _normalize_system_tmpdirs _original_message _original_path _parse _parse_flag _parse_group
    _parse_group_name _parse_host _parse_host_definition _parse_recursive_coerce_types_and_tag _parse_returned_data
    _parse_value _parse_variable_definition _persistent _populate_host_vars _post_validate _print_task_path
    _process_items _process_pending_results _proxy _queue_task _raise_error _read_config_data
    _read_non_blocking_stdin _redirected_names _remote_chgrp _remote_chmod _remote_chown _remote_expand_user
    _remote_file_exists _remote_set_user_facl _remove_tmp_path _replacing_warning_handler _repr _requires_connection
    _resolve_option_variables _run_is_verbose _sanitize_group_name _serialize _serialize_diff
    _set_always_delegated_facts _set_column_width _set_composite_vars _set_hosts_cache _should_remove_tmp_path
    _split_ssh_args _stdin _stdin_fd _stdout _stdout_fd _strip_success_message _strip_through_prefix _supports_async
    _supports_check_mode _take_step _transfer_data _transfer_file _type_key _unquote _update_cli_prompt_context
    _update_module_args _v2_v1_method_map _validation_allow_subclasses _validation_auto_enabled _verbose_display
    _verbose_log _wait_on_pending_results _warning accept_args_markers accept_lazy_markers add_child add_group
    add_host add_parents add_tqm_variables allow_executable allow_extras always_pipeline_modules ansi_re
    ansible_aliases ansible_name append_command banner banner_cowsay build_become_command build_module_command cache
    check_edit_config_capability check_incorrect_password check_missing_password check_password_prompt check_success
    checksum chgrp chmod chown cleanup cleanup_all_tmp_files cleanup_tmp_file clear clear_cache close col_num
    command commit connected connection_lock connection_unlock contains copy_config copy_file debug default_user
    delete delete_config deprecated description disable_response_logging discard_changes dispatch display
    do_var_prompt edit_config enable_response_logging env_prefix error error_as_warning exec_command exists
    expand_user expect_prompt extras_prefix fail fetch_file finalize_task_arg find_file_in_search_path
    find_vars_files first_tagged_on flush force_persistence get get_all_host_vars get_base_rpc get_basedir
    get_become_option get_cache_key get_capabilities get_config get_connection_option get_delegated_hosts
    get_deprecation_message get_device_info get_device_operations get_diff get_failed_hosts get_file
    get_finalize_task_args_context get_groups_dict get_history get_host get_host_variables get_hosts_left
    get_hosts_remaining get_option get_option_and_origin get_options get_or_create_tag get_plugin_option
    get_real_file get_remote_filename get_required_tag get_schema get_shell_option get_tag get_task_hosts
    get_text_file_contents get_vars guess_network_os handle_exception handle_httperror has_expired has_native_async
    has_option has_pipelining has_tty host_groupvars host_label host_vars input_data is_directory is_executable
    is_file is_pipelining_enabled is_stateless is_tagged_on items join join_path keys line_num list_directory load
    load_cache_plugin load_found_files load_from_file load_whole_cache lock locked login logout m matches_name
    message missing mkdtemp module_implementation_preferences name omit_exception_key omit_failed_key on_any
    on_authorize on_become on_close_shell on_deauthorize on_file_diff on_open_shell on_unbecome option_definitions
    parse path path_dwim path_dwim_relative path_dwim_relative_stack path_exists path_has_trailing_slash pipelining
    plugin_type pop prompt prompt_until put_file pwd quote reconcile_inventory remove remove_group remove_host
    replace require_tty reset reset_history result_contribution rollback rpc run run_commands
    search_handlers_by_notification send_command send_request set set_basedir set_become set_become_plugin set_cache
    set_cache_plugin set_cli_prompt_context set_cowsay_info set_option set_options set_play_context set_queue
    set_user_facl set_variable set_vault_secrets socket_path strip_become_prompt strip_become_success
    supports_persistence supports_raw_params system_warning tag templar template terminal_inital_prompt_newline
    terminal_initial_answer terminal_initial_prompt terminal_stderr_re terminal_stdout_re transport
    trusted_by_default try_tag unlock untag update update_active_connections update_auth update_cache_if_changed
    update_vars v validate validate_argument_spec validate_cache_connection values verbose verify_file vv vvv vvvv
    vvvvv vvvvvv warning wrap_for_exec
    """
)
_KINDS = names(
    "action lookup callback inventory connection cache vars strategy become shell terminal cliconf httpapi netconf"
)
_CLASSES = names(
    """
    ActionModule LookupModule FilterModule TestModule CallbackModule InventoryModule Connection CacheModule VarsModule
    StrategyModule BecomeModule ShellModule TerminalModule Cliconf HttpApi Netconf DOCUMENTATION EXAMPLES RETURN
    ANSIBLE_METADATA
    """
)

RULE = FrameworkRule(
    name="ansible",
    enablers=("ansible",),
    base_classes={f"ansible.plugins.{kind}.*Base*": _PLUGIN for kind in _KINDS},
    module_names={
        "*plugins.*": _CLASSES, "*_plugins.*": _CLASSES, "library.*": _CLASSES, "*.library.*": _CLASSES,
        "*plugins.modules.*": (*_CLASSES, "main"),
    },
    implicit_names=("DOCUMENTATION", "EXAMPLES", "RETURN", "ANSIBLE_METADATA", "FilterModule", "TestModule"),
    method_names=("filters", "tests"),
)  # fmt: skip
