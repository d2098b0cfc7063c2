"""Workflows and data pipelines: Luigi, Prefect, Dagster, Kedro.

In: nothing. Out: `RULES`. What their decorators make is used where it is called or listed; tasks of Luigi are found
by name. Never imports any of them.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_TASK = names(
    """
    _abort _add_months _apply_regex _attempt_load_module _build_parser _convert _convert_iterable_to_tuple
    _convert_to_dt _counter _default_namespace_dict _editdistance _event_callbacks _finish _get_namespace
    _get_param_visibilities _get_reg _get_task_cls _get_task_kwargs _get_value _get_value_from_config _instance
    _is_batchable _missing_task_msg _module_parents _namespace_at_class_time _owner_list _parseIso8601 _parseSimple
    _parse_list _parse_or_no_value _parser_global_dest _parser_kwargs _possibly_exit_with_help _reg _requires _sep
    _set_reg _timedelta _touchz _trailing_slash _value_iterator _visible_in_registry _warn_on_wrong_param_type
    _warn_on_wrong_param_types abort accepts_messages always_in_help batch_method batch_param_names batchable
    bulk_complete clear_instance_cache clone close complete config_path copy create_subprocess date_format default
    deprecated_date_format deps description disable_hard_timeout disable_instance_cache disable_window
    disable_window_seconds disabled event_handler exists expected_type flat_requirements fn from_str_params fs
    generate_tmp_path get_all_params get_instance get_param_names get_param_values get_params get_task_cls
    get_task_family get_task_namespace get_task_obj get_wrapped global_instance has_task_value has_value initialized
    input is_global isdir listdir makedirs max_batch_size mkdir move move_dir move_to_final_destination name
    next_in_enumeration no_unpicklable_properties normalize on_failure on_success open output owner_email param_args
    parse parsing paths pipe_reader pipe_writer positional priority process_resources read readable remove
    remove_event_handler rename rename_dont_move requires resources retry_count run section seekable serialize
    significant task_family task_module task_names task_namespace task_value tasks_str temporary_path tmp_path
    to_str_params trigger_event use_cmdline_section visibility worker_timeout wrapper_cls writable write writeLine
    writelines ignore_unconsumed
    """
)

LUIGI = FrameworkRule(
    name="luigi",
    enablers=("luigi",),
    decorators=(DecoratorRule("luigi.Task.event_handler", "hook"), DecoratorRule("luigi.*.event_handler", "hook")),
    base_classes={
        **dict.fromkeys(
            (
                "luigi.Task",
                "luigi.WrapperTask",
                "luigi.ExternalTask",
                "luigi.Config",
                "luigi.task.*",
                "luigi.Target",
                "luigi.target.*",
                "luigi.LocalTarget",
                "luigi.*Parameter",
                "luigi.Parameter",
            ),
            _TASK,
        ),
    },
    entry_base_classes={"luigi.Task": "task", "luigi.WrapperTask": "task", "luigi.task.WrapperTask": "task"},
)
PREFECT = FrameworkRule(
    name="prefect",
    enablers=("prefect",),
    decorators=(DecoratorRule("prefect.flow", "task"), DecoratorRule("prefect.flows.flow", "task")),
    wrapping=("prefect.task", "prefect.tasks.task", "prefect.task_runners.*"),
)
DAGSTER = FrameworkRule(
    name="dagster",
    enablers=("dagster",),
    decorators=tuple(
        DecoratorRule(f"dagster.{name}", "task")
        for name in names(
            "asset multi_asset graph_asset sensor asset_sensor schedule job repository asset_check "
            "observable_source_asset multi_observable_source_asset multi_asset_sensor multi_asset_check "
            "definitions run_status_sensor run_failure_sensor"
        )
    ),
    base_classes={
        **dict.fromkeys(("dagster.*IOManager", "dagster.InputManager"), ("handle_output", "load_input")),
        "dagster.Configurable*": names(
            "setup_for_execution teardown_after_execution yield_for_execution create_resource create_io_manager "
            "get_resource_definition get_resource_context get_resource_requirements handle_output load_input"
        ),
    },
    implicit_names=("defs",),
    wrapping=("dagster.op", "dagster.graph", "dagster.resource", "dagster.io_manager", "dagster.config_mapping"),
)
KEDRO = FrameworkRule(
    name="kedro",
    enablers=("kedro",),
    decorators=(DecoratorRule("kedro.framework.hooks.hook_impl", "hook"),),
    base_classes={
        "kedro.io.*Abstract*Data*et": names(
            "_load _save _describe _exists _release load save exists release from_config _copy _logger _init_config "
            "_pretty_repr resolve_load_version resolve_save_version _get_load_path _get_save_path _load_wrapper "
            "_save_wrapper _fetch_* metadata confirm list_versions _clear_version_cache _get_version*"
        )
    },
    implicit_names=(
        "create_pipeline",
        "register_pipelines",
        "HOOKS",
        "CONTEXT_CLASS",
        "CONFIG_LOADER_CLASS",
        "CONFIG_LOADER_ARGS",
        "DATA_CATALOG_CLASS",
        "SESSION_STORE_CLASS",
        "SESSION_STORE_ARGS",
        "DISABLE_HOOKS_FOR_PLUGINS",
        "CONF_SOURCE",
        "SESSION_CLASS",
        "DATASET_VALIDATION",
        "RUNNER_MODULE_ALLOWLIST",
        "KEDRO_LOGGING_MODULE_ALLOWLIST",
    ),
)
RULES = (LUIGI, PREFECT, DAGSTER, KEDRO)  # fmt: skip
