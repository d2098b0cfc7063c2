"""Functions whose calls are uses. In: a function and what begins a use. Out: a function that behaves the same.

A coroutine function, a generator function or an asynchronous one stays what it is, as frameworks ask for it: its use
begins with its first step, not when the object is made. What it raises goes on unchanged. Counts nothing by itself but
what a `Use` says; never raises anything of its own.
"""

import functools
import inspect
import time
from collections.abc import AsyncGenerator, Callable, Generator
from types import TracebackType
from typing import Any, TypeVar

from auditor.tracking import hooks

Function = TypeVar("Function", bound=Callable[..., Any])


class Use:
    """One use of a name: counted when it begins; how it ended, and how long it took, said at its end.

    Args:
        kind: One of `layout.USES`.
        name: What is used.
        durations: Whether its duration is counted.
    """

    __slots__ = ("_began", "_kind", "_name")

    def __init__(self, kind: str, name: str, *, durations: bool = False) -> None:
        self._kind = kind
        self._name = name
        hooks.count(kind, name)
        self._began = time.perf_counter() if durations else None

    def end(self, error: BaseException | None = None) -> None:
        """Say how the use ended: by itself, or with an exception."""
        if error is not None and self.failed(error):
            hooks.outcome(self._kind, self._name, "failed")
        if self._began is not None:
            hooks.took(self._kind, self._name, time.perf_counter() - self._began)

    def __enter__(self) -> None:
        """Run what is used: the use began when it was made."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(error)

    def failed(self, error: BaseException) -> bool:
        """Return whether an exception is a failure: a cancelled task, a closed generator and an exit are none."""
        return isinstance(error, Exception)


def observed(function: Function, begin: Callable[[], Use]) -> Function:
    """Return a function that does what `function` does, and calls `begin` for each use of it."""
    if inspect.iscoroutinefunction(function):
        return _coroutine(function, begin)
    if inspect.isasyncgenfunction(function):
        return _async_generator(function, begin)
    if inspect.isgeneratorfunction(function):
        return _generator(function, begin)

    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes anything through
        with begin():
            return function(*args, **kwargs)

    return counted  # type: ignore[return-value]  # wraps() keeps the signature, not the type


def _coroutine(function: Function, begin: Callable[[], Use]) -> Function:
    @functools.wraps(function)
    async def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes anything through
        with begin():
            return await function(*args, **kwargs)

    return counted  # type: ignore[return-value]  # wraps() keeps the signature, not the type


def _generator(function: Function, begin: Callable[[], Use]) -> Function:
    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:  # noqa: ANN401 - see above
        with begin():
            return (yield from function(*args, **kwargs))

    return counted  # type: ignore[return-value]  # wraps() keeps the signature, not the type


def _async_generator(function: Function, begin: Callable[[], Use]) -> Function:
    @functools.wraps(function)
    async def counted(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:  # noqa: ANN401 - see above
        with begin():
            inner = function(*args, **kwargs)
            step = inner.__anext__()
            while True:
                try:
                    value = await step
                except StopAsyncIteration:
                    break
                try:
                    sent = yield value
                except GeneratorExit:
                    await inner.aclose()
                    raise
                except BaseException as error:  # noqa: BLE001 - what the caller throws in is the inner one's to handle
                    step = inner.athrow(error)
                else:
                    step = inner.asend(sent)

    return counted  # type: ignore[return-value]  # wraps() keeps the signature, not the type
