"""Whether, where and under which name to track. In: arguments and `AUDITOR_*` variables. Out: `Settings` or nothing.

What is wrong with the settings is logged and turns tracking off; it is never raised into the application.
"""

import logging
import os
from dataclasses import dataclass

from auditor.tracking import layout

_ON = ("", "on", "1", "true", "yes")
_log = logging.getLogger("auditor.tracking")


@dataclass(frozen=True)
class Settings:
    """`app` is the name under which usage is stored, `sink` the URL it goes to, `version` the application's version."""

    app: str
    sink: str
    version: str = ""
    flush_interval: float = 5.0
    max_keys: int = 10_000
    retention_days: int = layout.RETENTION_DAYS


def is_on() -> bool:
    """Return whether `AUDITOR_TRACKING` lets tracking run now; anything but a word for "on" stops it."""
    value = os.environ.get("AUDITOR_TRACKING")
    return value is None or value.strip().lower() in _ON


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
    if not name:
        _log.error("auditor: usage is not tracked: give app_name or set AUDITOR_APP")
        return None
    if flush_interval <= 0 or max_keys < 1 or retention_days < 1:
        _log.error("auditor: usage is not tracked: flush_interval, max_keys and retention_days must be above 0")
        return None
    found = version if version is not None else os.environ.get("AUDITOR_VERSION", "")
    return Settings(name, url, found, flush_interval, max_keys, retention_days)
