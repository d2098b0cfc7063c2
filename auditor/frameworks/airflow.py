"""Airflow: files that define a DAG, and what operators, sensors, hooks, triggers and plugins are asked for.

In: nothing. Out: `RULE`. A file that imports `DAG` or `dag` is loaded from the folder of DAGs; its variables are
tasks. A function under `@task` or `@dag` does nothing until it is called. Never imports Airflow.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_DAGS = ("=*", "dag")
_OPERATOR = names(
    """
    poll_interval _apply_defaults _are_premature_tis _base_operator_shallow_copy_attrs _can_skip_downstream
    _check_and_change_state_before_execution _check_for_removed_or_restored_tasks _check_last_n_dagruns_failed
    _clear_xcom_data _coerce_max_wait _coerce_poke_interval _coerce_timeout _command_as_list _comps _convert__dag
    _convert_is_setup _convert_is_teardown _convert_max_retry_delay _convert_resources _convert_retries
    _convert_retry_delay _convert_timedelta _create_logger_name _create_task_instances _create_tasks _dag
    _do_render_template_fields _emit_duration_stats_for_finished_state
    _emit_true_scheduling_delay_stats_for_finished_state _execute_task _execute_task_with_callbacks _get_dagrun
    _get_log _get_log_template _get_next_poke_interval _get_partial_task_ids _get_ready_tis _get_task_creator
    _handle_reschedule _is_mapped _is_sensor _iter_all_mapped_downstreams _iter_references _lock_for_execution _log
    _log_config_logger_name _logger_name _needs_expansion _on_failure_fail_dagrun _post_execute_hook
    _pre_execute_hook _register_dataset_changes _render _render_nested_template_fields _render_object_storage_path
    _revise_map_indexes_if_mapped _run_execute_callback _run_raw_task _schedule_downstream_tasks _set_context
    _set_relatives _set_state _set_state_to_skipped _set_xcomargs_dependencies _set_xcomargs_dependency _skip
    _skip_all_except _state _task_display_name _task_display_property_value _tis_for_dagrun_state _try_number
    _validate_input_values _validate_start_from_trigger_kwargs active_runs_of_dags add_inlets add_outlets aexecute
    allow_nested_operators are_dependencies_met are_dependents_done as_setup as_teardown
    check_and_change_state_before_execution class_method clear clear_db_references clear_next_method_args
    clear_number clear_xcom_data command_as_list conf consumed_dataset_events creating_job_id current_state
    custom_operator_name dag dag_hash dag_id dag_model dag_run dag_run_note data_interval_end data_interval_start
    decorator default_args defer defer_task depends_on_past deprecated_since deps
    deserialization_allowed_class_fields do_xcom_push doc doc_json doc_md doc_rst doc_yaml downstream_list
    downstream_task_ids dry_run duration email email_alert email_on_failure email_on_retry emit_state_change_metric
    end_date ensure_dag error execute execution_date execution_timeout executor executor_config expand_mapped_task
    expand_start_from_trigger expand_start_trigger_args external_executor_id external_trigger extra_links
    fetch_handle_failure_context fetch_task_instance fetch_task_instances filter_for_tis find find_duplicate
    generate_command generate_run_id get_closest_mapped_task_group get_dag get_dagrun get_direct_relative_ids
    get_direct_relatives get_email_subject_content get_extra_links get_failed_dep_statuses get_flat_relative_ids
    get_flat_relatives get_inlet_defs get_latest_runs get_log_filename_template get_log_template get_mapped_ti_count
    get_needs_expansion get_num_running_task_instances get_outlet_defs get_parse_time_mapped_ti_count
    get_previous_dagrun get_previous_execution_date get_previous_scheduled_dagrun get_previous_start_date
    get_previous_ti get_relevant_upstream_map_indexes get_rendered_k8s_spec get_rendered_template_fields get_run
    get_serialized_fields get_state get_task_instance get_task_instances get_template_context get_template_env
    get_truncated_error_traceback get_upstreams_follow_setups get_upstreams_only_setups
    get_upstreams_only_setups_and_teardowns global_operator_extra_link_dict handle_failure has_dag
    has_on_execute_callback has_on_failure_callback has_on_retry_callback has_on_skipped_callback
    has_on_success_callback has_retry_policy hostname id ignore_first_depends_on_past inherits_from_empty_operator
    inherits_from_skipmixin init_on_load init_run_context inlets insert_mapping is_async is_backfill
    is_eligible_to_retry is_mapped is_premature is_setup is_teardown is_trigger_log_context iter_mapped_dependants
    iter_mapped_task_groups job_id key label last_scheduling_decision leaves log log_template_id log_url logger
    logger_name logical_date map_index map_index_template mark_success_url max_active_tis_per_dag
    max_active_tis_per_dagrun max_retry_delay max_tries model_config multiple_outputs next_dagruns_to_examine
    next_kwargs next_method next_retry_datetime next_try_number node_id note notify_dagrun_state_changed
    on_execute_callback on_failure_callback on_failure_fail_dagrun on_kill on_retry_callback on_skipped_callback
    on_success_callback operator operator_class operator_extra_link_dict operator_extra_links operator_name outlets
    output overwrite_params_with_dag_run_conf overwrite_rtif_after_execution owner params partial pid poke pool
    pool_slots post_execute pre_execute prepare_for_execution prepare_template prev_attempted_tries
    previous_start_date_success previous_ti previous_ti_success priority_weight priority_weight_total queue
    queued_at queued_by_job_id queued_dttm raw ready_for_retry refresh_from_db refresh_from_task render_k8s_pod_yaml
    render_template render_template_as_native_obj render_template_fields render_templates rendered_map_index
    rendered_task_instance_fields reschedule resolve_template_files resources resume_execution retries retry_delay
    retry_exponential_backoff retry_policy returns_dag_result roots run run_as_user run_id run_type save_to_db
    schedule_downstream_tasks schedule_tis sentinel_value serialize serialize_for_task_group set_downstream
    set_duration set_state set_upstream set_xcomargs_dependencies shallow_copy_attrs skip skip_all_except start_date
    start_from_trigger start_trigger_args state stats_tags status_code subdag supports_lineage task task_concurrency
    task_display_name task_group task_id task_instance_note task_instance_scheduling_decisions task_instances
    task_type template_ext template_fields template_fields_renderers test_mode ti_selector_condition tracker trigger
    trigger_id trigger_rule trigger_timeout triggerer_job try_number ui_color ui_fgcolor unixname unmap
    update_relative update_state updated_at upstream_list upstream_task_ids valid_modes validate_run_id
    verify_integrity wait_for_downstream wait_for_past_depends_before_skipping weight_rule xcom_pull xcom_push
    """
)
_HOOK = names(
    """
    conn_* default_conn_name hook_name _create_logger_name _get_log _log _log_config_logger_name _logger_name
    _set_context aget_connection aget_hook get_conn get_connection get_connection_form_widgets get_connections
    get_hook get_ui_field_behaviour log logger
    """
)
_TRIGGER = names(
    """
    _cached_logger _can_skip_downstream _check_and_change_state_before_execution _clear_xcom_data _command_as_list
    _create_logger_name _execute_task _execute_task_with_callbacks _get_dagrun _get_log
    _get_num_task_instances_of_state _handle_reschedule _is_empty _iter_all_mapped_downstreams _log
    _log_config_logger_name _logger_name _needs_expansion _push_xcoms_if_necessary _register_dataset_changes
    _rendered_map_index _run_execute_callback _run_raw_task _schedule_downstream_tasks _set_context _set_state
    _submit_callback_if_necessary _task_display_name _task_display_property_value _topological_upstream_ids
    _try_number _weight_rule aclose advance allow_nested_operators are_dependencies_met are_dependents_done as_dict
    check_and_change_state_before_execution cleanup clear_db_references clear_next_method_args clear_xcom_data
    command_as_list context_carrier create_shared_stream_producer current_state custom_operator_name dag dag_id
    dag_model dag_run dag_version dag_version_id defer_task depends_on_past do_xcom_push doc doc_json doc_md doc_rst
    doc_yaml downstream_group_ids downstream_list downstream_task_ids dry_run duration duration_expression_update
    email email_alert email_on_failure email_on_retry emit_state_change_metric end_date ensure_dag error
    execution_date execution_timeout executor executor_config expand_start_from_trigger expand_start_trigger_args
    external_executor_id extra_links fetch_handle_failure_context filter_for_tis filter_shared_stream from_dict
    from_json from_ti generate_command get_advance_lane get_closest_mapped_task_group get_dag get_dag_id get_dagrun
    get_direct_relative_ids get_direct_relatives get_email_subject_content get_executor_name get_extra_links
    get_failed_dep_statuses get_flat_relative_ids get_flat_relatives get_needs_expansion
    get_num_active_task_instances get_num_running_task_instances get_parse_time_mapped_ti_count get_previous_dagrun
    get_previous_execution_date get_previous_start_date get_previous_ti get_relevant_upstream_map_indexes
    get_rendered_k8s_spec get_rendered_template_fields get_serialized_fields get_task_instance get_template_context
    get_truncated_error_traceback get_upstreams_follow_setups get_upstreams_only_setups
    get_upstreams_only_setups_and_teardowns global_operator_extra_link_dict handle_failure handle_submit has_dag
    has_on_execute_callback has_on_failure_callback has_on_retry_callback has_on_skipped_callback
    has_on_success_callback has_retry_policy hash hitl_detail hostname id ignore_first_depends_on_past
    inherits_from_empty_operator inherits_from_skipmixin init_on_load init_run_context inlets insert_mapping
    is_eligible_to_retry is_failure_callback is_mapped is_premature is_schedulable is_setup is_task_schedulable
    is_teardown is_trigger_log_context iter_mapped_dependants iter_mapped_task_groups job_id key label
    last_heartbeat_at leaves log log_url logger logical_date map_index map_index_template mark_success_url
    max_active_tis_per_dag max_active_tis_per_dagrun max_retry_delay max_tries multiple_outputs next_kwargs
    next_method next_retry_datetime next_try_number node_id note on_failure_fail_dagrun on_kill open_shared_stream
    open_stream operator operator_extra_link_dict operator_extra_links operator_name outlets
    overwrite_params_with_dag_run_conf owner params payload pid pool pool_slots prepare_db_for_next_try
    prev_attempted_tries previous_start_date_success previous_ti previous_ti_success priority_weight queue
    queued_by_job_id queued_dttm raw ready_for_retry refresh_from_db refresh_from_task register_asset_changes_in_db
    render_k8s_pod_yaml render_template_as_native_obj render_template_fields render_templates rendered_map_index
    rendered_task_instance_fields repr resources retries retry_delay retry_delay_override retry_exponential_backoff
    retry_reason roots run run_after run_as_user run_id save_to_db schedule_downstream_tasks scheduled_dttm send
    ser_model serialize serialize_for_task_group set_duration set_state shared_stream_key span_status start_date
    start_from_trigger start_trigger_args state stats_tags supports_triggerer_queue task task_display_name
    task_group task_id task_instance task_instance_note task_instance_state task_type template_ext template_fields
    template_fields_renderers test_mode ti_selector_condition timeout to_json trigger trigger_cls trigger_id
    trigger_kwargs trigger_rule trigger_timeout triggerer_job try_number ui_color ui_fgcolor unixname
    update_heartbeat update_rtif updated_at upstream_list upstream_task_ids wait_for_downstream
    wait_for_past_depends_before_skipping weight_rule xcom_pull xcom_push xcoms
    """
)
_PLUGIN = names(
    """
    template_ext template_fields _are_premature_tis _base_operator_shallow_copy_attrs _can_be_scheduled
    _check_for_removed_or_restored_tasks _check_last_n_dagruns_failed _comps _create_host _create_logger_name
    _create_task_instances _create_tasks _dag _dag_display_property_value _deadline _decode_partition_date
    _dependency_type _deserialize_connection_value _do_render_template_fields _emit_dagrun_span
    _emit_duration_stats_for_finished_state _emit_true_scheduling_delay_stats_for_finished_state _extra
    _get_connection_class _get_log _get_log_template _get_partial_task_ids _get_ready_tis _get_task_creator
    _iter_all_mapped_downstreams _iter_references _lock_for_execution _log _log_config_logger_name _logger_name
    _needs_expansion _normalize_conn_type _on_failure_fail_dagrun _parse_from_uri _password
    _prefetched_dag_version_ids _propagate_log _render _render_nested_template_fields _render_object_storage_path
    _revise_map_indexes_if_mapped _set_connection_class _set_context _set_relatives _state _ti_dag_versions
    _tih_dag_versions _tis_for_dagrun_state _update_context _validate_extra access_control active_runs_limit
    active_runs_of_dags add_inlets add_outlets admin_views allowed_run_types appbuilder_menu_items appbuilder_views
    apply_partition_date_window as_expression as_json as_setup as_teardown asprofile asset_condition
    asset_expression async_notify backfill backfill_id backfill_max_active_runs build_path bundle_name
    bundle_version calculate_dagrun_date_fields can_be_scheduled carry_partition_date catchup
    check_version_id_exists_in_dr clear clear_number close closed conf conn_id conn_type context context_carrier
    created_at created_dag_version created_dag_version_id creating_job_id dag dag_display_name dag_id dag_model
    dag_owner_links dag_run_data dag_run_note dag_versions dags_needing_dagruns data_interval data_interval_end
    data_interval_start dataset_condition deactivate_deleted_dags deadline deadline_references deadlines debug
    debug_info decode_downstream defer dependency_id dependency_type deprecated_since deps description deserialize
    deserialize_connection downstream_list downstream_task_ids dry_run duration earliest encode_upstream encoding
    end end_date error evaluate exact exceeds_max_non_backfill exception execute execute_dag_callbacks executors
    expand_mapped_task expand_start_from_trigger expand_start_trigger_args expected_decoded_type external_views
    extra extra_dejson extra_links fail_fast fastapi_apps fastapi_root_middlewares fetch_task_instance
    fetch_task_instances fileloc fileno find find_duplicate flask_blueprints flush from_asset from_dict from_json
    from_run_id from_str generate_run_id getEffectiveLevel get_asset_triggered_next_run_info
    get_closest_mapped_task_group get_config get_conn_uri get_conn_value get_connection get_connection_from_secrets
    get_connections get_current get_dag get_dag_id_to_team_name_mapping get_dagmodel get_direct_relative_ids
    get_direct_relatives get_external_log_url get_extra get_extra_dejson get_extra_links get_flat_relative_ids
    get_flat_relatives get_hook get_inlet_defs get_is_active get_last_dagrun get_latest_runs get_link
    get_log_template get_mapped_ti_count get_needs_expansion get_outlet_defs get_parse_time_mapped_ti_count
    get_partition_mapper get_password get_paused_dag_ids get_previous_dagrun get_previous_scheduled_dagrun
    get_queued_dag_runs_to_set_running get_running_dag_runs_to_examine get_serialized_fields get_state
    get_task_instance get_task_instances get_team_name get_template_env get_upstreams_follow_setups
    get_upstreams_only_setups get_upstreams_only_setups_and_teardowns get_uri get_variable
    global_operator_extra_link_dict global_operator_extra_links group has_dag has_import_errors has_rollup_mappers
    has_task_concurrency_limits hook_lineage_readers hooks host id infer_manual_data_interval info
    inherits_from_empty_operator inlets interval isEnabledFor is_encrypted is_extra_encrypted is_paused
    is_paused_at_creation is_rollup is_rollup_asset is_setup is_stale is_teardown isatty iter_asset_aliases
    iter_asset_refs iter_assets iter_dag_dependencies iter_dataset_aliases iter_datasets iter_mapped_dependants
    iter_mapped_task_groups iter_partition_dagrun_infos key label last_expired last_parse_duration last_parsed_time
    last_scheduling_decision latest leaves listeners localize_partition_datetime log log_info log_name
    log_template_id logger logical_date login macros map_index max_active_runs max_active_tasks
    max_consecutive_failed_dag_runs max_downstream_keys menu_links mode name next_dagrun next_dagrun_create_after
    next_dagrun_data_interval next_dagrun_data_interval_end next_dagrun_data_interval_start next_dagrun_info
    next_dagrun_info_v2 next_dagrun_partition_date next_dagrun_partition_key next_run_info_from_dag_model node_id
    normalized_uri note notify notify_dagrun_state_changed on_db_load on_failure_fail_dagrun on_kill on_load
    operator_class operator_extra_link_dict operator_extra_links operator_name operators outlets output owner owners
    parse_from_uri partial partition_date partition_key partition_mapper_info partition_mappers partitioned
    partitioned_at_runtime password periodic pool port post_execute pre_execute prepare_for_execution
    prepare_template primary priority_weight priority_weight_strategies priority_weight_total produce_dag_callback
    queued_at react_apps readable reduced refresh_from_db relative_fileloc render_template render_template_fields
    resolve_partition_date resolve_template_files resume_execution roots rotate_fernet_key run run_after run_id
    run_info_from_dag_run run_ordering run_type safe_dag_id schedule_asset_alias_references
    schedule_asset_name_references schedule_asset_references schedule_asset_uri_references schedule_assets
    schedule_tis scheduled_by_job_id schema seekable serialize serialize_for_task_group set_downstream set_extra
    set_password set_state set_upstream set_xcomargs_dependencies shallow_copy_attrs source span_status start
    start_date start_from_trigger start_trigger_args state stats_tags stream subdag summary supports_external_link
    supports_lineage tags target task_display_name task_group task_id task_inlet_asset_references
    task_instance_scheduling_decisions task_instances task_instances_histories task_outlet_asset_references
    task_type template_fields_renderers test_connection ti_deps timetable_description timetable_partitioned
    timetable_periodic timetable_summary timetable_type timetables timezone to_dict to_downstream to_partition_date
    to_str trigger_rule triggered_by triggering_user_name try_number type_name ui_color ui_fgcolor unmap
    update_relative update_state updated_at upstream_list upstream_task_ids uri validate validate_run_id
    verify_integrity version_number warning watchers weight_rule windows with_try_number writable write xcom_key
    xcom_pull xcom_push
    """
)

RULE = FrameworkRule(
    name="airflow",
    enablers=("airflow",),
    decorators=(DecoratorRule("airflow.listeners.hookimpl", "hook"),),
    base_classes={
        "airflow.models.BaseOperator": _OPERATOR,
        "airflow.models.baseoperator.BaseOperator": _OPERATOR,
        "airflow.sdk.BaseOperator": _OPERATOR,
        "airflow.sdk.bases.operator.BaseOperator": _OPERATOR,
        "airflow.sensors.base.*": (*_OPERATOR, "poke"),
        "airflow.sensors.base_sensor_operator.BaseSensorOperator": (*_OPERATOR, "poke"),
        "airflow.sdk.BaseSensorOperator": (*_OPERATOR, "poke"),
        "airflow.sdk.bases.sensor.BaseSensorOperator": (*_OPERATOR, "poke"),
        "airflow.hooks.base.BaseHook": _HOOK,
        "airflow.hooks.base_hook.BaseHook": _HOOK,
        "airflow.sdk.BaseHook": _HOOK,
        "airflow.sdk.bases.hook.BaseHook": _HOOK,
        "airflow.triggers.base.*": _TRIGGER,
        "airflow.plugins_manager.AirflowPlugin": _PLUGIN,
        "airflow.models.BaseOperatorLink": _PLUGIN,
        "airflow.models.baseoperator.BaseOperatorLink": _PLUGIN,
        "airflow.models.baseoperatorlink.BaseOperatorLink": _PLUGIN,
        "airflow.sdk.BaseOperatorLink": _PLUGIN,
        "airflow.timetables.base.*": _PLUGIN,
        "airflow.notifications.basenotifier.BaseNotifier": (*_PLUGIN, "notify"),
        "airflow.sdk.BaseNotifier": (*_PLUGIN, "notify"),
        "airflow.utils.log.logging_mixin.LoggingMixin": _PLUGIN,
        "airflow.secrets.BaseSecretsBackend": _PLUGIN,
    },
    entry_base_classes={"airflow.plugins_manager.AirflowPlugin": "hook"},
    marker_names={"DAG": _DAGS, "dag": _DAGS},
    implicit_names=("get_provider_info",),
    string_members=("airflow.*",),
    wrapping=("airflow.decorators.*",
              "airflow.sdk.task", "airflow.sdk.task.*", "airflow.sdk.dag", "airflow.sdk.task_group",
              "airflow.sdk.setup", "airflow.sdk.teardown", "airflow.utils.session.*", "airflow.utils.db.*",
              "airflow.utils.decorators.*"),
)  # fmt: skip
