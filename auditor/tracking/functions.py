"""Which functions run: `functions.start(packages=["shop"])`. In: names of packages. Out: counts of kind `functions`.

`sys.monitoring` (Python 3.12 and newer) reports the first start or resumption of each function; it is counted and then
left alone for the rest of the UTC day, so the steady cost is nothing. The flushing thread sees the day end, has all
functions reported once more, and counts what is running or waiting at that moment, which would not start again. The
modules that are imported count as used on each day.

A minute is marked as watched when the events were armed during the whole of it. A function that was used in a watched
minute is counted on that day, though perhaps for an earlier use. What ran before `start` is not seen: call it first.
Code that was compiled by other means (Cython, mypyc) raises no events. Never raises into the application.
"""

import logging
import os
import sys
import threading
import time
from collections.abc import Iterable
from types import CodeType
from typing import Any

from auditor.tracking import hooks, running, shared, switch
from auditor.tracking.code_names import CodeNames
from auditor.tracking.counters import Counters

_KIND = "functions"
_SECONDS_A_DAY = 86400
_MOST_NAMES = 100_000
_TOOLS = (3, 4, 5)
"""Ids that no one owns by convention. Those of debuggers, coverage and profilers stay free for them: taking one that is
free now would break who asks for it later."""
_log = logging.getLogger("auditor.tracking")
_monitoring: Any = getattr(sys, "monitoring", None)
_lock = threading.RLock()
_tracked: "_Tracked | None" = None
_forking = False


def start(
    packages: Iterable[str],
    app_name: str | None = None,
    sink: str | None = None,
    version: str | None = None,
    flush_interval: float = switch.Settings.flush_interval,
    max_keys: int = switch.Settings.max_keys,
    retention_days: int = switch.Settings.retention_days,
) -> None:
    """Count which functions of some packages run. Call it before these packages are imported; once a process.

    Nothing happens where no sink is set, before Python 3.12 and where other tools hold all ids of `sys.monitoring`;
    the last two are logged.

    Args:
        packages: Dotted names of packages or modules; what is below them belongs to them. A second call adds to them.
        app_name: As for `asgi.UsageMiddleware`; so are all others.
        sink: See `app_name`.
        version: See `app_name`.
        flush_interval: See `app_name`.
        max_keys: See `app_name`.
        retention_days: See `app_name`.
    """
    global _tracked
    try:
        settings = switch.settings(app_name, sink, version, flush_interval, max_keys, retention_days)
        if settings is None:
            return
        if _monitoring is None:
            _log.warning("auditor: functions are not tracked: sys.monitoring needs Python 3.12")
            return
        found = shared.of(settings)
        names = {packages} if isinstance(packages, str) else set(packages)
        with _lock:
            before, _tracked = _tracked, None
            if before is not None:
                names |= before.packages
                before.stop()
            tool = _take_tool()
            if tool is None:
                _log.warning("auditor: functions are not tracked: other tools hold all ids of sys.monitoring")
                return
            _tracked = _Tracked(tool, names, found)
            _tracked.look()
            found.listen(_look)
    except Exception as error:  # noqa: BLE001 - the application must go on
        hooks.complain(error)


def stop() -> None:
    """Stop counting functions; what was counted is delivered as always."""
    global _tracked
    try:
        with _lock:
            before, _tracked = _tracked, None
            if before is not None:
                before.stop()
    except Exception as error:  # noqa: BLE001 - see above
        hooks.complain(error)


class _Tracked:
    """The functions of some packages, counted once a UTC day."""

    def __init__(self, tool: int, packages: set[str], found: Counters) -> None:
        self.packages = frozenset(packages)
        self._tool = tool
        self._names = CodeNames(self.packages)
        self._counters = found
        self._armed = False
        self._armed_on = -1
        self._whole = False
        self._leave_alone = _monitoring.DISABLE  # kept here: this module's names go before the last finalizers run
        self._reset()
        events = _monitoring.events
        for event in (events.PY_START, events.PY_RESUME):
            _monitoring.register_callback(tool, event, self._started)

    def _reset(self) -> None:
        """Forget what was counted: at first, and in a forked child, whose counts start empty."""
        self._process = os.getpid()
        self._lock = threading.RLock()  # a finalizer may start a function while this thread counts another
        self._days: dict[str, int] = {}
        self._missed = False

    def look(self) -> None:
        """Arm the events where a new day began or tracking was switched on, disarm them where it was switched off."""
        if not switch.is_on():
            self._disarm()
        elif not self._armed or self._missed or self._armed_on != _today():
            self._arm()

    def stop(self) -> None:
        """Give the events and the tool's id back."""
        self._disarm()
        events = _monitoring.events
        for event in (events.PY_START, events.PY_RESUME):
            _monitoring.register_callback(self._tool, event, None)
        _monitoring.free_tool_id(self._tool)

    def fork(self) -> None:
        """Start anew in a forked child, where what its parent counted would never be reported again.

        The flushing thread starts with the first function that does: a child that only executes another program gets
        none.
        """
        self._reset()
        if switch.is_on():
            self._report_all()

    def _arm(self) -> None:
        today = _today()
        ended = self._armed and self._armed_on < today
        # What ran before and ran again was not reported until now, or since the day began.
        self._whole = False
        self._counters.unwatch(_KIND, today * _SECONDS_A_DAY if ended else None)
        self._missed = False
        self._armed, self._armed_on = True, today
        self._report_all()
        for code, namespace in running.running():  # after the restart, so that none slips between
            self._use(self._names.of(code, namespace))
        for namespace in running.imported():
            module = self._names.module(namespace)
            self._use(module and f"{module}:")
        if not self._missed:
            self._whole = True
            self._watch()

    def _report_all(self) -> None:
        """Have every function reported at its next start or resumption, reported before or not."""
        events = _monitoring.events
        _monitoring.set_events(self._tool, events.PY_START | events.PY_RESUME)
        _monitoring.restart_events()

    def _watch(self) -> None:
        """Claim the minutes from now on, in a forked child too; not if another thread found a reason against it."""
        self._counters.watch(_KIND)
        if self._missed or not self._whole:
            self._counters.unwatch(_KIND)

    def _disarm(self) -> None:
        if self._armed:
            self._armed = self._whole = False
            _monitoring.set_events(self._tool, 0)
            self._counters.unwatch(_KIND)

    def _started(self, code: CodeType, _offset: int) -> Any:  # noqa: ANN401 - sys.monitoring.DISABLE is an object
        """Count a function that starts or goes on; called amid the application's code."""
        try:
            if self._process != os.getpid():
                if _forking:  # a finalizer amid the fork, before there may be new threads; all is reported again soon
                    return self._leave_alone
                self.fork()  # it was forked without Python's knowledge, as some servers do
            self._use(self._names.of(code, sys._getframe(1).f_globals))
        except Exception as error:  # noqa: BLE001 - the application must go on
            self._lose(error)
        return self._leave_alone

    def _use(self, name: str | None) -> None:
        if not name:
            return
        if not switch.is_on():
            self._missed, self._whole = True, False
            self._counters.unwatch(_KIND)
            return
        today = _today()
        with self._lock:  # held without asking for another lock: who counts may hold that one and start a function
            if self._days.get(name) == today:  # another code of this name, or events that another tool restarted
                return
            fits = len(self._days) < _MOST_NAMES or name in self._days
            if fits:
                self._days[name] = today
        if self._whole:
            self._watch()
        else:
            self._counters.start()
        if fits:
            self._counters.add(_KIND, name, key="")
        else:
            self._counters.lose()

    def _lose(self, error: Exception) -> None:
        try:
            self._counters.lose()
            hooks.complain(error)
        except Exception:  # noqa: BLE001 - the interpreter is being taken down: there is no one left to tell
            pass


def _look() -> None:
    """Look at the day and the switch; called by the flushing thread before each delivery."""
    try:
        with _lock:
            if _tracked is not None:
                _tracked.look()
    except Exception as error:  # noqa: BLE001 - see above
        hooks.complain(error)


def _take_tool() -> int | None:
    for tool in _TOOLS:
        if _monitoring.get_tool(tool) is None:
            _monitoring.use_tool_id(tool, "auditor")
            return tool
    return None


def _today() -> int:
    return int(time.time() // _SECONDS_A_DAY)


def _before_fork() -> None:
    global _forking
    _forking = True


def _after_fork_in_parent() -> None:
    global _forking
    _forking = False


def _after_fork_in_child() -> None:
    """Replace the lock, and have the child's functions reported anew."""
    global _forking, _lock
    _forking = False
    _lock = threading.RLock()
    if _tracked is not None:
        _tracked.fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
