"""Whether, where and under which name to track. In: arguments and `AUDITOR_*` variables. Out: `Settings` or nothing.

What is wrong with the settings is logged and turns tracking off; it is never raised into the application.
"""

import logging
import os

from auditor.tracking import layout

_ON = ("", "on", "1", "true", "yes")
_log = logging.getLogger("auditor.tracking")

# Asked at each use, so not of `os.environ`, which takes ten times as long as the dictionary below it.
_environment = getattr(os.environ, "_data", os.environ)
_SWITCH = os.environ.encodekey("AUDITOR_TRACKING") if hasattr(os.environ, "encodekey") else "AUDITOR_TRACKING"


class Settings:
    """`app` is the name under which usage is stored, `sink` the URL it goes to, `version` the application's version."""

    flush_interval = 5.0
    max_keys = 10_000
    retention_days = layout.RETENTION_DAYS

    def __init__(
        self,
        app: str,
        sink: str,
        version: str = "",
        flush_interval: float = flush_interval,
        max_keys: int = max_keys,
        retention_days: int = retention_days,
    ) -> None:
        self.app = app
        self.sink = sink
        self.version = version
        self.flush_interval = flush_interval
        self.max_keys = max_keys
        self.retention_days = retention_days


def is_on() -> bool:
    """Return whether `AUDITOR_TRACKING` lets tracking run now; anything but a word for "on" stops it."""
    if _SWITCH not in _environment:
        return True
    return os.environ.get("AUDITOR_TRACKING", "").strip().lower() in _ON


def settings(
    app: str | None = None,
    sink: str | None = None,
    version: str | None = None,
    flush_interval: float = Settings.flush_interval,
    max_keys: int = Settings.max_keys,
    retention_days: int = Settings.retention_days,
) -> Settings | None:
    """Return the settings, taken from the environment where an argument is None; None where nothing is to be tracked.

    `AUDITOR_TRACKING` is not asked here: it may change while the process runs.
    """
    url = sink if sink is not None else os.environ.get("AUDITOR_SINK", "")
    name = app if app is not None else os.environ.get("AUDITOR_APP", "")
    if not url:
        return None
    found = version if version is not None else os.environ.get("AUDITOR_VERSION", "")
    problem = _problem(name, url, found, (flush_interval, max_keys, retention_days))
    if problem:
        _log.error("auditor: usage is not tracked: %s", problem)
        return None
    return Settings(name, url, found, flush_interval, max_keys, retention_days)


def _problem(name: object, url: object, version: object, numbers: tuple[object, ...]) -> str:
    """Return what is wrong with settings, whatever they are; empty where nothing is."""
    if not name:
        return "give app_name or set AUDITOR_APP"
    if not (isinstance(name, str) and isinstance(url, str) and isinstance(version, str)):
        return "app_name, sink and version must be str"
    if any(not isinstance(one, int | float) or one <= 0 for one in numbers):
        return "flush_interval, max_keys and retention_days must be numbers above 0"
    return ""
