"""What hooks without settings of their own share. In: a kind and a name. Out: a count, or nothing when off.

Never raises: a mistake here is logged once and tracking goes on without it.
"""

import logging

from auditor.tracking import shared, switch

_log = logging.getLogger("auditor.tracking")
_MOST_EARLY = 1000
_early: list[tuple[str, str]] = []
"""What was used before anything said where usage goes, as while the application is imported."""
_complained: set[str] = set()


def count(kind: str, name: str) -> None:
    """Count one use in the process's counters; nothing where tracking is off or no sink is set."""
    try:
        found = shared.current()
        if found is None:
            if len(_early) < _MOST_EARLY and switch.is_on():
                _early.append((kind, name))
            return
        if not switch.is_on():
            found.pause()
            return
        found.start()
        while _early:
            found.add(*_early.pop())
        found.add(kind, name)
    except Exception as error:  # noqa: BLE001 - the application must go on
        complain(error)


def complain(error: Exception) -> None:
    """Log a mistake of the tracker once for each kind of error."""
    name = type(error).__name__
    if name not in _complained:
        _complained.add(name)
        _log.error("auditor: a use could not be counted: %s: %s", name, error)
