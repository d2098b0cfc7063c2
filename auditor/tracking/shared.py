"""The counters of this process, shared by all hooks. In: settings. Out: one `Counters` for each app and sink.

Never starts a thread or connects; refused settings are said where they were given. Made in the main thread, as while an
application is imported, counters are delivered before SIGTERM ends the process, whichever thread starts them.
"""

import logging
import os
import threading

from auditor.tracking import endings, switch
from auditor.tracking.counters import EXIT_SECONDS, Counters, deliver_all
from auditor.tracking.sinks import Sink, open_sink

_log = logging.getLogger("auditor.tracking")


def of(settings: switch.Settings) -> Counters:
    """Return this process's counters for an app and its sink, the same for everyone who asks."""
    with _shared_lock:
        found = _shared.get((settings.app, settings.sink))
        if found is None:

            def open_here() -> Sink:
                return open_sink(settings.sink, settings.app, retention_days=settings.retention_days)

            open_here().close()  # names of sink and app are checked now: what is wrong is said at start
            found = Counters(
                open_here, settings.app, settings.version, settings.flush_interval, settings.max_keys,
                settings.retention_days,
            )  # fmt: skip
            _shared[settings.app, settings.sink] = found
            if switch.is_on():
                endings.prepare(deliver_all)
        return found


def prefer(app_name: str | None, sink: str | None, version: str | None, flush_interval: float | None = None) -> None:
    """Have hooks without settings of their own use these, where any is given and no counters were shared before."""
    if app_name is None and sink is None and version is None and flush_interval is None:
        return
    interval = switch.Settings.flush_interval if flush_interval is None else flush_interval
    settings = switch.settings(app_name, sink, version, interval)
    try:
        if settings is not None:
            of(settings)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the settings, the application must start
        _log.error("auditor: usage is not tracked: %s", error)


def close_all(timeout: float = EXIT_SECONDS) -> None:
    """Deliver and close all counters of this process, in about `timeout` seconds; who asks later gets new ones."""
    global _refused
    with _shared_lock:
        closing = list(_shared.values())
        _shared.clear()
    _refused = None
    for counters in closing:
        counters.close(timeout)


def current() -> Counters | None:
    """Return the counters that hooks without settings of their own use: the first shared, else by the environment."""
    global _refused
    for found in tuple(_shared.values()):
        return found
    asked = (os.environ.get("AUDITOR_SINK"), os.environ.get("AUDITOR_APP"))
    if not asked[0] or asked == _refused:
        return None
    settings = switch.settings()
    try:
        if settings is not None:
            return of(settings)
    except Exception as error:  # noqa: BLE001 - see above
        _log.error("auditor: usage is not tracked: %s", error)
    _refused = asked
    return None


def _after_fork() -> None:
    """Replace the lock in the child: a thread that held it at the fork would never release it there."""
    global _shared_lock
    _shared_lock = threading.Lock()


_shared: dict[tuple[str, str], Counters] = {}
_shared_lock = threading.Lock()
_refused: tuple[str | None, str | None] | None = None
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
