"""Celery: tasks, schedules and signals; likewise dramatiq, huey, rq and APScheduler, which register the same way.

In: nothing. Out: `RULE`. Names and periods of tasks are worked out by `analysis.entries.schedules`; never imports
Celery.
"""

from auditor.model.framework import DecoratorRule, FrameworkRule

_SIGNALS = (
    "on_after_configure.connect", "on_after_finalize.connect", "on_after_fork.connect", "on_configure.connect",
)  # fmt: skip

RULE = FrameworkRule(
    name="celery",
    enablers=("celery", "dramatiq", "huey", "apscheduler", "rq", "rq_scheduler", "arq", "schedule"),
    decorators=(
        DecoratorRule("celery.shared_task", "task"),
        DecoratorRule("celery.app.shared_task", "task"),
        DecoratorRule("celery.task.*", "task"),
        DecoratorRule("celery.Celery.task", "task"),
        DecoratorRule("celery.app.base.Celery.task", "task"),
        DecoratorRule("celery.app.Celery.task", "task"),
        *(DecoratorRule(f"celery.Celery.{signal}", "signal") for signal in _SIGNALS),
        DecoratorRule("celery.signals.*.connect", "signal"),
        DecoratorRule("dramatiq.actor", "task"),
        DecoratorRule("huey.*.task", "task"),
        DecoratorRule("huey.*.periodic_task", "task"),
        DecoratorRule("huey.contrib.djhuey.*", "task"),
        DecoratorRule("rq.decorators.job", "task"),
        DecoratorRule("apscheduler.*.scheduled_job", "task"),
        DecoratorRule("schedule.repeat", "task"),
    ),
    base_classes={
        "celery.Task": (
            "run", "on_success", "on_failure", "on_retry", "after_return", "before_start", "apply_async", "shadow_name",
            "name", "max_retries", "default_retry_delay", "autoretry_for", "retry_*", "rate_limit", "ignore_result",
            "acks_late", "time_limit", "soft_time_limit", "queue", "abstract", "bind", "serializer", "typing",
            "track_started", "reject_on_worker_lost", "throws", "priority", "expires",
        ),
        "celery.app.task.Task": ("run", "on_*", "after_return", "before_start", "apply_async", "name"),
        "celery.bootsteps.*": ("start", "stop", "terminate", "create", "include_if", "info", "requires", "label",
                               "name",
                               "get_consumers", "get_handlers", "shutdown", "on_*"),
        "celery.beat.*": ("*",),
        "celery.schedules.*": ("is_due", "remaining_estimate"),
        "celery.backends.base.*": ("*",),
        "celery.loaders.base.BaseLoader": ("*",),
        "dramatiq.Middleware": ("before_*", "after_*", "actor_options"),
        "dramatiq.middleware.*": ("before_*", "after_*", "actor_options"),
    },
    entry_base_classes={"celery.Task": "task"},
    module_names={"*.celeryconfig": ("*",), "celeryconfig": ("*",)},
    calls=(
        "Celery", "autodiscover_tasks", "add_periodic_task", "crontab", "add_job", "update", "config_from_object",
        "register_task", "connect", "send_task", "enqueue", "solar", "schedule", "every", "do", "timedelta", "cron",
        "CronTrigger", "IntervalTrigger", "from_crontab",
    ),
    implicit_names=(
        "beat_schedule", "CELERYBEAT_SCHEDULE", "CELERY_BEAT_SCHEDULE", "task_routes", "CELERY_TASK_ROUTES",
        "WorkerSettings",
    ),
)  # fmt: skip
