"""What runs or waits right now. In: this process. Out: code with its globals; modules.

A function that started long ago and goes on raises no event; here it is seen: on the stack of a thread, even one that
is blocked in a call, in what a task of asyncio awaits, in a greenlet of gevent. Generators in nobody's hands are not
found, nor are suspended coroutines of other libraries. Never changes a frame.
"""

import gc
import sys
from collections.abc import Iterator
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType, ModuleType
from typing import Any

_TRIES = 100
_DEEPEST_AWAIT = 1000
_OPAQUE = ("async_generator_asend", "async_generator_athrow", "coroutine_wrapper", "anext_awaitable")
"""Awaitables of the interpreter that do not say what they drive."""
_GREEN = ("gevent", "eventlet")
_SUSPENDED = (CoroutineType, GeneratorType, AsyncGeneratorType)

Running = tuple[CodeType, dict[str, Any]]


def running() -> Iterator[Running]:
    """Yield the code and globals of every frame of all threads, tasks of asyncio and greenlets; repeats."""
    for frame in (*sys._current_frames().values(), *_switched_out()):
        yield from _stack(frame)
    for task in _tasks():
        coroutine = task.get_coro() if hasattr(task, "get_coro") else None
        for _ in range(_DEEPEST_AWAIT):
            if not isinstance(coroutine, _SUSPENDED):
                break
            frame = _attribute(coroutine, "frame")
            if frame is not None:
                yield frame.f_code, frame.f_globals
            coroutine = _awaited(coroutine)


def imported() -> Iterator[dict[str, Any]]:
    """Yield the globals of the modules that were imported. A module that waits for its first use is left waiting."""
    for module in tuple(sys.modules.values()):
        if issubclass(type(module), ModuleType) and type(module).__name__ != "_LazyModule":
            yield ModuleType.__getattribute__(module, "__dict__")


def _stack(frame: FrameType | None) -> Iterator[Running]:
    while frame is not None:
        yield frame.f_code, frame.f_globals
        frame = frame.f_back


def _tasks() -> list[Any]:
    """Return the tasks of all loops; asyncio itself reads the set of them in this way."""
    known = getattr(sys.modules.get("asyncio.tasks"), "_scheduled_tasks", ())
    for _ in range(_TRIES):
        try:
            return list(known)
        except RuntimeError:  # another thread made a task meanwhile
            continue
    return []


def _switched_out() -> list[FrameType | None]:
    """Return the frames of greenlets that do not run. As in gevent's own reports, the collector has to know them."""
    greenlet = getattr(sys.modules.get("greenlet"), "greenlet", None)
    if greenlet is None or not any(name in sys.modules for name in _GREEN):
        return []
    return [one.gr_frame for one in gc.get_objects() if issubclass(type(one), greenlet)]


def _awaited(coroutine: object) -> object:
    """Return the coroutine or generator that a suspended one waits for, None where it waits for something else."""
    awaited = _attribute(coroutine, "await", "yieldfrom")
    if type(awaited).__name__ in _OPAQUE:
        return next((one for one in gc.get_referents(awaited) if isinstance(one, _SUSPENDED)), None)
    return awaited


def _attribute(coroutine: object, *names: str) -> Any:  # noqa: ANN401 - a frame, or whatever is awaited
    found = (getattr(coroutine, f"{prefix}_{name}", None) for prefix in ("cr", "gi", "ag") for name in names)
    return next((one for one in found if one is not None), None)
