"""What is delivered when a signal ends the process. In: who delivers. Out: SIGTERM delivers first, then ends as before.

Where SIGTERM would end the process at once, as in a plain script, a handler delivers for two seconds at most; then the
process ends by the same signal, so that who waits for it sees the same status. A handler that somebody has set stays in
charge. uvicorn's is one that ends the process by the signal, without `atexit`: it is called first, and while the server
shuts down everything is delivered as soon as it is counted. Only a main thread can say what a signal does; elsewhere,
and in servers that handle signals below Python, nothing is done.
"""

import _thread
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

_LONGEST_SECONDS = 2.0
_SHUTDOWN_SECONDS = 60.0
_AT_ONCE_SECONDS = 0.02
_LATER_SECONDS = 0.25
_COUNTING = ("auditor.tracking.counts", "auditor.tracking.counters")
"""Modules whose functions may hold a lock that delivering needs."""
_SERVERS_BELOW = ("uwsgi", "mod_wsgi")
"""Servers that have handlers of their own which Python does not know."""

Deliver = Callable[[bool], None]
"""Delivers all counts; told whether nothing will be counted any more."""

_deliver: Deliver | None = None
_delivered = False


def prepare(deliver: Deliver) -> None:
    """Have counts delivered before SIGTERM ends this process. Cheap when it is prepared; never raises."""
    global _deliver
    try:
        import signal
    except ImportError:  # an interpreter without signals
        return
    if threading.current_thread() is not threading.main_thread():
        return
    found = signal.getsignal(signal.SIGTERM)
    if found is _end:
        return
    with suppress(ValueError, OSError):  # not the main interpreter
        if found == signal.SIG_DFL and not _is_handled_below(signal.SIGTERM):
            _deliver = deliver
            signal.signal(signal.SIGTERM, _end)
        elif _ends_by_signal(found):
            _deliver = deliver
            signal.signal(signal.SIGTERM, _Shutdown(found))


def leave_signals_to_others() -> None:
    """Keep signals from the calling thread: a server's own handler may end the process in whatever thread it runs.

    Where threads are made of greenlets the calling thread may be the main one, which keeps its signals.
    """
    signal = sys.modules.get("signal")
    main = {os.getpid(), threading.main_thread().native_id}
    if signal is not None and hasattr(signal, "pthread_sigmask") and _thread.get_native_id() not in main:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


def _end(number: int, frame: FrameType | None) -> None:
    """Deliver, then end by the same signal."""
    if not _delivered:
        if _is_counting(frame):
            _thread.start_new_thread(_send_again, (number,))
            return
        thread = threading.Thread(target=_deliver_last, args=(number,), name="auditor-ending", daemon=True)
        try:
            thread.start()
            thread.join(_LONGEST_SECONDS)
        except RuntimeError:  # the interpreter is shutting down: `atexit` has delivered
            pass
        except Exception:  # noqa: BLE001 - an event loop that must not be blocked; the thread sends the signal again
            return
    import signal

    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _send_again(number: int) -> None:
    time.sleep(0.01)
    os.kill(os.getpid(), number)


def _deliver_last(number: int) -> None:
    global _delivered
    leave_signals_to_others()
    main, own = threading.main_thread(), "auditor-"
    others = any(one is not main and not one.name.startswith(own) for one in threading.enumerate())
    try:
        if _deliver is not None:
            _deliver(not others)  # the main thread waits in the handler; other threads may count until the very end
    finally:
        _delivered = True
        os.kill(os.getpid(), number)


class _Shutdown:
    """Calls a server's handler; from then on counts are delivered as soon as they are made."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - whatever handles a signal
        self._server = server
        self._begun = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self._server(number, frame)
        if not self._begun:
            self._begun = True
            _thread.start_new_thread(_deliver_until_the_end, ())


def _deliver_until_the_end() -> None:
    leave_signals_to_others()
    begun = time.monotonic()
    while _deliver is not None and time.monotonic() - begun < _SHUTDOWN_SECONDS:
        _deliver(False)
        time.sleep(_AT_ONCE_SECONDS if time.monotonic() - begun < _LONGEST_SECONDS else _LATER_SECONDS)


def _ends_by_signal(handler: object) -> bool:
    """Return whether a handler is that of a server which ends the process by the signal it was sent: uvicorn."""
    server = type(getattr(handler, "__self__", None))
    return any(base.__module__.partition(".")[0] == "uvicorn" for base in server.__mro__)


def _is_handled_below(number: int) -> bool:
    """Return whether something handles a signal that Python does not know of."""
    if any(server in sys.modules for server in _SERVERS_BELOW):
        return True
    from pathlib import Path

    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def _is_counting(frame: FrameType | None) -> bool:
    """Return whether the interrupted code is that of the counters, by itself or in what it calls."""
    for _ in range(20):
        if frame is None:
            return False
        if frame.f_globals.get("__name__") in _COUNTING:
            return True
        frame = frame.f_back
    return False
