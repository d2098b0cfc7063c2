"""Locust: users and task sets of a load test, and the listeners of its events.

In: nothing. Out: `RULE`. The runner finds user classes by their base in the file that it is given. Never imports
Locust.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule, names

_USER = names(
    """
    _build_url _callstack_regex _catch_response _entered _manual_result _parent _report_request _request_event
    _send_request_safe_mode _sleep _user abstract client conn_string context cpu_log_warning db_name delete error errors
    execute_next_task execute_task failure fixed_count fixtures fullname functions get get_current_user_count
    get_next_task get_run_time greenlet group head host interrupt js json log_exception max_wait min_wait
    monitor_cpu_and_memory on_start on_stop options parent patch pool_manager post prepare_request put quit
    raise_for_status register_message rename_request request request_meta reset_time rest rest_ run runner
    schedule_task send_message shape_worker spawn_users start start_shape stats stop stop_users success tasks tick
    update_state use_common_options user user_classes user_classes_by_name user_classes_count user_count wait
    wait_function wait_time weight wrap_response
    """
)

RULE = FrameworkRule(
    name="locust",
    enablers=("locust",),
    decorators=(
        DecoratorRule("locust.events.*.add_listener", "hook"),
        DecoratorRule("locust.event.*.add_listener", "hook"),
    ),
    base_classes={
        **dict.fromkeys(("locust.*User", "locust.contrib.fasthttp.FastHttpUser", "locust.user.*"),
                        (*_USER, "rest", "rest_", "wait_time", "get_*", "client", "pool_manager")),
        **dict.fromkeys(("locust.*TaskSet", "locust.LoadTestShape", "locust.shape.*"), (*_USER, "tick")),
    },
    entry_base_classes={"locust.*User": "task", "locust.contrib.fasthttp.FastHttpUser": "task",
                        "locust.LoadTestShape": "task"},
)  # fmt: skip
