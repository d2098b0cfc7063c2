"""Celery: counts tasks as they start in a worker. In: a Celery application. Out: uses of kind `tasks` by task name.

`celery.track(app)`, after the application was made. A task counts when it starts, never when it is sent, revoked or
unknown; a retry starts again, an eager task where it runs. Only processes that run tasks say that they watch, and only
for what reaches them: a worker publishes the tasks of the queues it consumes. Nothing is written while a task runs.

Works by Celery's signals, which concern all applications of a process. Imports Celery when `track` is called.
"""

import os
import sys
import time
from contextlib import suppress
from typing import Any

from auditor.tracking import hooks, registered, shared

_KIND = "tasks"
_EXIT_SECONDS = 2.0
_MOST_RUNNING = 10_000
_MOST_KILLED = 100
_FOR_EACH = ("celery.map", "celery.starmap")
"""Celery's own tasks that call another one for each item, without a signal of its own; `chunks` sends these too."""


def track(
    app: Any,  # noqa: ANN401 - a celery.Celery, which is not imported here
    *,
    app_name: str | None = None,
    sink: str | None = None,
    version: str | None = None,
    flush_interval: float | None = None,
    durations: bool = False,
) -> None:
    """Count the tasks that this process runs, publish those of the application, say when they are watched.

    In a process that only sends tasks nothing happens. May be called for several applications.

    Args:
        app: The `celery.Celery` application.
        app_name: Name under which usage is stored; `AUDITOR_APP` by default.
        sink: Where usage goes, as for the middleware; `AUDITOR_SINK` by default.
        version: Version of the application; `AUDITOR_VERSION` by default.
        flush_interval: Seconds between two deliveries; what a killed process may take with it.
        durations: Whether durations are counted as well.
    """
    shared.prefer(app_name, sink, version, flush_interval)
    with hooks.unharmed:
        _signals.connect()
        _signals.applications.append(app)
        _signals.durations |= durations


class _Signals:
    """The receivers of Celery's signals; each takes what Celery sends by keyword, and none raises."""

    def __init__(self) -> None:
        self.applications: list[Any] = []
        self.durations = False
        self._main_process = 0
        self._running: dict[str, float] = {}
        self._killed: dict[str, float] = {}

    def connect(self) -> None:
        """Connect once, however often this is called."""
        from celery import signals

        for signal, receiver in (
            (signals.worker_init, self.before_forks),
            (signals.worker_ready, self.ready),
            (signals.worker_process_init, self.process_starts),
            (signals.worker_process_shutdown, self.process_ends),
            (signals.task_prerun, self.starts),
            (signals.task_postrun, self.ends),
            (signals.task_retry, self.retries),
            (signals.task_failure, self.fails),
        ):
            signal.connect(receiver, weak=False, dispatch_uid="auditor.tracking")

    def before_forks(self, **_: object) -> None:
        """Import what deliveries need once for all children: each would spend a third of a second on it."""
        with hooks.unharmed:
            self._main_process = os.getpid()
            shared.current()
            if "auditor.tracking.redis_sink" in sys.modules:
                with suppress(ImportError):
                    import redis  # noqa: F401 - only to have it loaded

    def ready(self, sender: Any = None, **_: object) -> None:  # noqa: ANN401 - a consumer of whatever version
        """Publish from the worker's main process the tasks that come to it; where they run in it, it watches them.

        A task that is sent to other queues is left to the workers of those: here its silence means nothing.
        """
        with hooks.unharmed:
            queues = {getattr(queue, "name", queue) for queue in sender.app.amqp.queues.consume_from}
            for app in self.applications:
                for name, task in list(app.tasks.items()):
                    if not _is_of_celery(task) and _queue_of(app, task) in queues:
                        hooks.register(_KIND, name, task)
            prefork = sys.modules.get("celery.concurrency.prefork")
            if prefork is not None and isinstance(getattr(sender, "pool", None), prefork.TaskPool):
                hooks.start()
            else:
                hooks.watch(_KIND)

    def process_starts(self, **_: object) -> None:
        """Watch in a process that runs tasks; what exists is published by the main process, once for all children."""
        with hooks.unharmed:
            if os.getpid() != self._main_process:
                registered.forget()
            hooks.watch(_KIND)

    def process_ends(self, **_: object) -> None:
        """Deliver: the process ends by `os._exit`."""
        with hooks.unharmed:
            shared.close_all(_EXIT_SECONDS)

    def starts(self, sender: Any = None, task_id: str = "", args: Any = (), kwargs: Any = None, **_: object) -> None:  # noqa: ANN401 - as above
        """Count a task that starts."""
        with hooks.counting:
            name = sender.name
            if _is_of_celery(sender):
                name = _called_for_each(sender, args, kwargs) if name in _FOR_EACH else None
            if name is not None:
                hooks.count(_KIND, name)
                if self.durations and len(self._running) < _MOST_RUNNING:
                    self._running[task_id] = time.perf_counter()

    def ends(self, sender: Any = None, task_id: str = "", **_: object) -> None:  # noqa: ANN401 - as above
        """Say how long a task took."""
        with hooks.unharmed:
            began = self._running.pop(task_id, None)
            if began is not None and not _is_of_celery(sender):
                hooks.took(_KIND, sender.name, time.perf_counter() - began)

    def retries(self, sender: Any = None, **_: object) -> None:  # noqa: ANN401 - as above
        """Count a task that ended by asking for another try."""
        with hooks.unharmed:
            if not _is_of_celery(sender):
                hooks.outcome(_KIND, sender.name, "retried")

    def fails(self, sender: Any = None, task_id: str = "", exception: Any = None, **_: object) -> None:  # noqa: ANN401 - as above
        """Count a task that raised, ran out of time or lost its process; the latter are said in the main process."""
        with hooks.unharmed:
            from celery.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded

            if _is_of_celery(sender) or (
                isinstance(exception, TimeLimitExceeded) and self._is_said(task_id, exception)
            ):
                return
            in_time = not isinstance(exception, SoftTimeLimitExceeded | TimeLimitExceeded)
            hooks.outcome(_KIND, sender.name, "failed" if in_time else "timed_out")

    def _is_said(self, task_id: str, exception: BaseException) -> bool:
        """Return whether this end was said before: newer Celery says it twice that a hard limit killed a task."""
        now, limit = time.monotonic(), exception.args[0] if exception.args else 1.0
        before = self._killed.pop(task_id, None)
        self._killed[task_id] = now
        if len(self._killed) > _MOST_KILLED:
            del self._killed[next(iter(self._killed))]
        return before is not None and now - before < limit  # the next try may be killed too, after its time


def _is_of_celery(task: object) -> bool:
    return str(getattr(task, "__module__", "")).partition(".")[0] == "celery"


def _queue_of(app: Any, task: Any) -> object:  # noqa: ANN401 - as above
    """Return the name of the queue that a task is sent to, None where that is computed for each message."""
    from celery.app.routes import MapRoute

    queue = getattr(task, "queue", None)
    for router in () if queue else app.amqp.router.routes:
        if not isinstance(router, MapRoute):
            return None
        route = router(task.name)
        if route is not None:
            queue = route.get("queue")
            return getattr(queue, "name", queue)
    return getattr(queue, "name", queue) or app.conf.task_default_queue


def _called_for_each(task: Any, args: Any, kwargs: Any) -> str | None:  # noqa: ANN401 - what a message holds
    """Return the name of the task that one of `_FOR_EACH` calls, None where the application does not know it."""
    signature = (kwargs or {}).get("task") or args[0]
    name = signature["task"]
    return name if isinstance(name, str) and name in task.app.tasks else None


_signals = _Signals()
