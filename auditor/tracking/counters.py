"""The counters of one app in this process. In: names that were used. Out: deltas, delivered to a sink by one thread.

Everything slow happens in the flushing thread. While the sink is away what was counted stays here and is delivered
later. A delta whose fate is unknown keeps its number and is written again unchanged. Never raises into the
application. An orderly end is `atexit`, the server's own shutdown or SIGTERM (`endings`); of a killed process the
minutes since the last delivery are not marked watched, so what it lost is never taken for silence.
"""

import atexit
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Protocol

from auditor.tracking import endings, layout, prefork, registered, switch
from auditor.tracking.counts import Counts
from auditor.tracking.sinks import Sink, SinkError

_SECONDS_A_DAY = 86400
EXIT_SECONDS = 4.0
_FORK_SECONDS = 0.2
_HANGING_SECONDS = 0.5
_END_SECONDS = 1.0
_log = logging.getLogger("auditor.tracking")

Records = Mapping[str, Mapping[str, object]]
"""What is published: usage key -> `layout.route_record`, or `layout.registered_field` -> the same."""


class RouteOwner(Protocol):
    """Who knows the routes of an application; asked in the flushing thread before each delivery."""

    def refresh(self) -> None:
        """Publish the routes again where they changed."""


class Counters(Counts):
    """The counters of one app in this process, and their delivery.

    Args:
        open_sink: Opens the sink; called in the flushing thread, again after a fork.
        app: As for `Counts`; so are `version`, `flush_interval`, `max_keys`, `retention_days` and `clock`.
        version: See `app`.
        flush_interval: See `app`.
        max_keys: See `app`.
        retention_days: See `app`.
        clock: See `app`.
    """

    def __init__(
        self,
        open_sink: Callable[[], Sink],
        app: str = "",
        version: str = "",
        flush_interval: float = switch.Settings.flush_interval,
        max_keys: int = switch.Settings.max_keys,
        retention_days: int = layout.RETENTION_DAYS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._open_sink = open_sink
        self._tables: weakref.WeakKeyDictionary[RouteOwner, Records] = weakref.WeakKeyDictionary()
        self._listeners: set[Callable[[], None]] = set()
        super().__init__(app, version, flush_interval, max_keys, retention_days, clock)
        _all.add(self)

    def _reset(self) -> None:
        super()._reset()
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self.watches_calls = False
        self._stopped = False
        self._sink: Sink | None = None
        self._failing = False
        self._routes_failing = False
        self._published: dict[str, tuple[int, int]] = {}

    def publish(self, owner: RouteOwner, routes: Records) -> None:
        """Have the flushing thread publish the routes of an owner, with all others': now and daily."""
        with self._lock:
            self._tables[owner] = routes
            self._published.pop("routes", None)
        self._wake.set()

    def listen(self, listener: Callable[[], None]) -> None:
        """Have a function called before counts are cut for a delivery, switched on or off, in forked children too.

        It must not raise.
        """
        self._listeners.add(listener)

    def watch(self, kind: str) -> None:
        """Say that from now on the caller sees every use of a kind, and start the flushing thread. Cheap when it runs.

        Only then do minutes without uses prove anything; a script that merely uses a component proves nothing about the
        application's routes.
        """
        if kind not in self._watching or self._thread is None or self._process != os.getpid():
            self.start()
            self._watch(kind)
        if kind == layout.CALLS:
            self.watches_calls = self._thread is not None

    def start(self) -> None:
        """Start the flushing thread unless it runs in this process, or this process only forks. Cheap when it runs."""
        if self._process != os.getpid():
            self._reset()
        if self._thread is not None or prefork.is_master():
            return
        with self._lock:
            if self._thread is not None or self._stopped:
                return
            self._delivered_at = self._started_at = self._clock()
            thread = self._thread = threading.Thread(target=self._run, name="auditor-tracking", daemon=True)
        try:
            thread.start()  # without the lock: before it says that it has started, a finalizer may count in it
        except RuntimeError as error:  # the interpreter is shutting down
            _log.warning("auditor: usage is not tracked any more: %s", error)
            self._stopped, self._thread = True, None
            return
        if not prefork.lets_threads_run():
            _log.warning("auditor: uWSGI lets threads run only while a request does: usage is delivered late, and some "
                         "of it may be lost when a worker is killed; start uWSGI with --enable-threads")  # fmt: skip
        endings.prepare(deliver_all)
        atexit.register(self.close)
        forks = sys.modules.get("multiprocessing.util")
        if forks is not None:  # its children end without atexit
            forks.Finalize(self, self.close, exitpriority=0)

    def close(self, timeout: float = EXIT_SECONDS) -> None:
        """Deliver what there is and stop. Takes at most about `timeout` seconds, and the sink's own time-outs.

        A sink that hangs is not asked twice: somebody may wait for the end, as of a command.
        """
        began = time.monotonic()
        self._stopped = True
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread() and thread.is_alive():
            thread.join(timeout)
        hangs = self._failing and time.monotonic() - began > _HANGING_SECONDS
        if self._thread is not None and not hangs:
            self.flush(closing=True, timeout=timeout)
        self._thread, self.watches_calls = None, False
        atexit.unregister(self.close)
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close()

    def flush(self, *, closing: bool = False, timeout: float = -1) -> bool:
        """Deliver now and return whether everything was taken.

        `closing` says that nothing will be counted any more in this minute, as at an orderly shutdown of a server.
        """
        if not self._flushing.acquire(timeout=timeout):
            return False
        try:
            return self._deliver(closing)
        except SinkError as error:
            self._complain(error)
            return False
        except Exception as error:  # noqa: BLE001 - nothing may reach the application, whatever a sink does
            self._give_up(error)
            return False
        finally:
            self._flushing.release()

    def _run(self) -> None:
        endings.leave_signals_to_others()
        while not self._stopped:
            self.flush()
            if not self._stopped:
                spread = 0.9 + 0.2 * os.urandom(1)[0] / 255  # many processes, not all at once
                self._wake.wait(self._interval * spread)
            self._wake.clear()

    def _deliver(self, closing: bool) -> bool:
        self._look_again()
        self._gather(closing)
        if self._sink is None:
            self._sink = self._open_sink()
        for _ in range(2):  # the delta that waited, then what gathered meanwhile
            if self._pending is None:
                break
            self._sink.write(self._pending)
            self._pending = None
            if self._failing:
                self._gather(closing)
        self._delivered_at = self._clock()
        self._publish(self._sink)
        if self._failing:
            self._failing = False
            _log.warning("auditor: usage is delivered again")
        return True

    def _gather(self, closing: bool) -> None:
        """Cut what was counted, after who listens had a last word on it."""
        for listener in tuple(self._listeners):
            listener()
        self._cut(closing)

    def _look_again(self) -> None:
        """Let the owners of route tables publish what changed."""
        with self._lock:
            owners = list(self._tables) if switch.is_on() else []
        for owner in owners:
            try:
                owner.refresh()
            except Exception as error:  # noqa: BLE001 - the application's routes may be in any state
                self._complain_of_routes(error)

    def _complain_of_routes(self, error: Exception) -> None:
        if not self._routes_failing:
            _log.warning("auditor: the route table could not be read: %s: %s", type(error).__name__, error)
        self._routes_failing = True

    def _publish(self, sink: Sink) -> None:
        """Publish the tables that changed, and all of them daily."""
        now = self._clock()
        if not switch.is_on():
            return
        for table, size in (("routes", len(self._tables)), ("registered", registered.count())):
            with self._lock:
                due = size and self._published.get(table) != (int(now // _SECONDS_A_DAY), size)
                if not due:
                    continue
                self._published[table] = (int(now // _SECONDS_A_DAY), size)
                records = self._routes() if table == "routes" else registered.records()
            timed = {key: {**record, "first": now, "last": now} for key, record in records.items()}
            try:
                sink.publish(table, timed, self._version)
            except Exception:
                self._published.pop(table, None)
                raise

    def _routes(self) -> Records:
        return {key: record for routes in self._tables.values() for key, record in routes.items()}

    def _complain(self, error: Exception) -> None:
        """Log once an outage, without the sink's URL, which may hold a password."""
        if not self._failing:
            _log.warning("auditor: usage cannot be delivered and is kept for later: %s", error)
        self._failing = True

    def _give_up(self, error: Exception) -> None:
        """Drop a delta that no sink will ever take."""
        if not self._failing:
            _log.error("auditor: usage cannot be delivered: %s: %s", type(error).__name__, error)
        self._failing = True
        self._forget_pending()


def deliver_all(closing: bool) -> None:
    """Deliver what all counters of this process hold; `closing` as for `Counters.flush`."""
    for counters in list(_all):
        if counters._thread is not None:
            counters.flush(closing=closing, timeout=_END_SECONDS)


def _before_fork() -> None:
    """Let a delivery end: what its thread holds amid it, as the import of a client, would stay held in the child."""
    for counters in list(_all):
        delivering = counters._flushing
        if delivering.acquire(timeout=_FORK_SECONDS):
            _held.append(delivering)


def _after_fork_in_parent() -> None:
    while _held:
        _held.pop().release()


def _after_fork() -> None:
    """Give the child its own empty counters; a lock that another thread held at the fork would never be released."""
    _held.clear()
    for counters in list(_all):
        counters._reset()


_all: "weakref.WeakSet[Counters]" = weakref.WeakSet()
_held: list[threading.Lock] = []
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork)
