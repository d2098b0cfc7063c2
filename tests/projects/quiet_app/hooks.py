"""References that are no calls keep what they name; beside each stands one that nobody names."""

import asyncio
import atexit
import functools
import pickle
import signal
import threading
import weakref

from looking import dispatch


class Point:
    def __reduce__(self):
        return Point, ()


def on_exit():
    return 1


def on_exit_too():  # expect: unreached
    return 1


def on_signal(number, frame):
    return number


def on_signal_too(number, frame):  # expect: unreached
    return number


def in_thread():
    return 1


def in_thread_too():  # expect: unreached
    return 1


def at_end():
    return 1


def at_end_too():  # expect: unreached
    return 1


def added(one, two):
    return one + two


def soon():
    return 1


def soon_too():  # expect: unreached
    return 1


def register(name):
    atexit.register(on_exit)
    signal.signal(signal.SIGTERM, on_signal)
    threading.Thread(target=in_thread, name=name).start()
    weakref.finalize(Point(), at_end)
    return functools.partial(added, 1), pickle.dumps(Point())


def scheduled():
    loop = asyncio.new_event_loop()
    loop.call_soon(soon)
    return loop


def named(desk, kind):
    return dispatch(desk, {"open": "opened"}[kind])


def drain(argv):
    return [one for one in argv if one != "shape"]
