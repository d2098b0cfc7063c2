"""What hooks without settings of their own share. In: a kind and a name. Out: a count, or nothing when off.

Never raises: a mistake here is logged once and tracking goes on without it. What is used before anything says where
usage goes, as while the application is imported, waits here, bounded.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from auditor.tracking import layout, prefork, registered, shared, switch
from auditor.tracking.counters import Counters

_log = logging.getLogger("auditor.tracking")
_MOST_EARLY = 1000
_early: list[tuple[str, str]] = []
"""Uses before anything said where usage goes."""
_early_lost = 0
_complained: set[str] = set()


def count(kind: str, name: str) -> None:
    """Count one use in the process's counters; nothing where tracking is off or no sink is set."""
    try:
        found = _current()
        if found is not None:
            found.add(kind, name)
        elif switch.is_on():
            _keep(kind, name)
    except Exception as error:  # noqa: BLE001 - the application must go on
        lose(error)


def _keep(kind: str, name: str) -> None:
    """Keep a use until somebody says where usage goes; what does not fit is lost."""
    global _early_lost
    if len(_early) < _MOST_EARLY:
        _early.append((kind, name))
    else:
        _early_lost += 1


def outcome(kind: str, name: str, outcome: str) -> None:
    """Count how a use ended: `failed`, `timed_out` or `retried`."""
    try:
        found = _current()
        if found is not None:
            found.beside("outcomes", layout.outcome_field(kind, name, outcome))
    except Exception as error:  # noqa: BLE001 - see above
        complain(error)


def took(kind: str, name: str, seconds: float) -> None:
    """Count how long a use took, in seconds."""
    try:
        found = _current()
        if found is not None:
            found.took(kind, name, seconds)
    except Exception as error:  # noqa: BLE001 - see above
        complain(error)


def register(kind: str, name: str, target: object) -> None:
    """Have a name published that exists, with the place of `target`, what was written for it; starts nothing."""
    try:
        registered.register(kind, name, target)
    except Exception as error:  # noqa: BLE001 - see above
        complain(error)


def watch(kind: str) -> None:
    """Say that from now on this process sees every use of a kind; nothing where tracking is off or no sink is set."""
    try:
        found = _current()
        if found is not None:
            found.watch(kind)
    except Exception as error:  # noqa: BLE001 - see above
        complain(error)


def start() -> None:
    """Deliver from now on, first what is registered; nothing where tracking is off or no sink is set."""
    try:
        _current()
    except Exception as error:  # noqa: BLE001 - see above
        complain(error)


def _current() -> Counters | None:
    """Return the running counters, given what waited for them; None where tracking is off or no sink is set."""
    found = shared.current()
    if found is None:
        return None
    if prefork.is_master():  # its workers have what it used, each its own copy
        found.listen(_hand_over)
        return None
    if not switch.is_on():
        found.pause()
        return None
    found.start()
    if _early or _early_lost:
        _hand_over()
    return found


def _hand_over() -> None:
    """Count what was used before; also called by the flushing thread."""
    global _early_lost
    found = shared.current()
    if found is not None and _early_lost:
        missing, _early_lost = _early_lost, 0
        found.lose(missing)
    with suppress(IndexError):  # another thread does the same
        while found is not None and _early:
            found.add(*_early.pop())


def complain(error: Exception) -> None:
    """Log a mistake of the tracker once for each kind of error: where it is, not its text, which may name a user."""
    name = type(error).__name__
    if name not in _complained:
        _complained.add(name)
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "somewhere"
        _log.error("auditor: a use could not be counted: %s at %s", name, place)


def lose(error: Exception) -> None:
    """Complain, and have the use counted as lost: a mistake must not look like silence."""
    try:
        complain(error)
        found = shared.current()
        if found is not None:
            found.lose()
    except Exception:  # noqa: BLE001 - there is nothing left to do, and the application must go on
        return


class _Unharmed:
    """Keeps what a hook does wrong from the application: `with hooks.unharmed:`."""

    def __init__(self, respond: Callable[[Exception], None]) -> None:
        self._respond = respond

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self._respond(error)
            return True
        return False


unharmed = _Unharmed(complain)
counting = _Unharmed(lose)
"""For what counts a use: one that fails is lost, and says so."""
