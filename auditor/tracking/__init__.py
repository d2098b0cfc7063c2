"""What runs inside the user's application: standard library, and redis where the sink is one.

`component` counts the uses of a named part of the application: `@component("invoice-export")`, `@component`, or
`with component("invoice-export"):`. Importing this package loads nothing but the standard library's basics.
"""

import functools
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Component:
    """A named component: a decorator and a context manager that counts on each entry."""

    def __init__(self, name: str | None, *, durations: bool) -> None:
        self._name = name
        self._durations = durations
        self._entered: list[float] = []
        """When the blocks began that run now. Where blocks of one object overlap, only their sum is exact."""

    def __call__(self, function: _Function) -> _Function:
        if isinstance(function, staticmethod | classmethod):
            return type(function)(self(function.__func__))
        from auditor.tracking import hooks, observed

        _check(function)
        name = self._name or _own_name(function)
        hooks.register("components", name, function)
        begin = functools.partial(observed.Use, "components", name, durations=self._durations)
        counted = observed.observed(function, begin)
        for offered in _CACHE_METHODS:
            if hasattr(function, offered):
                setattr(counted, offered, getattr(function, offered))
        return counted

    def __enter__(self) -> None:
        if not self._name:
            raise TypeError('component: a block needs a name: with component("invoice-export"):')
        from auditor.tracking import hooks

        hooks.count("components", self._name)
        if self._durations:
            self._entered.append(time.perf_counter())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say how the block ended; what it raises goes on."""
        from auditor.tracking import hooks

        name = self._name or ""
        if kind is not None and issubclass(kind, Exception):
            hooks.outcome("components", name, "failed")
        if self._durations:
            hooks.took("components", name, time.perf_counter() - self._entered.pop())

    async def __aenter__(self) -> None:
        self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)


@overload
def component(target: _Function, *, durations: bool = False) -> _Function: ...
@overload
def component(target: str | None = None, *, durations: bool = False) -> _Component: ...
def component(target: str | Callable[..., Any] | None = None, *, durations: bool = False) -> Any:
    """Count the uses of a component under a name, `module:qualname` of the decorated function by default.

    A use is a call of the decorated function or an entry into the block, whether it succeeds or not; that of a
    coroutine or a generator begins with its first step. A use that ends with an `Exception` is also counted as failed.
    Put it beneath the decorators of frameworks, next to the function.

    Args:
        target: The name, or the function itself.
        durations: Whether durations are counted as well.

    Raises:
        TypeError: What is decorated is no function.
    """
    if target is None or isinstance(target, str):
        return _Component(target, durations=durations)
    return _Component(None, durations=durations)(target)


_CACHE_METHODS = ("cache_info", "cache_clear", "cache_parameters")
"""What `functools.lru_cache` gives its functions besides what `functools.wraps` keeps."""


def _check(target: object) -> None:
    """Raise TypeError for what cannot be wrapped without losing what it offers: a class, a framework's object."""
    import inspect  # takes milliseconds to load

    if isinstance(target, type):
        raise TypeError(f"component: {target.__qualname__} is a class; decorate the functions to be counted")
    if not (inspect.isroutine(target) or isinstance(target, functools.partial) or hasattr(target, "cache_clear")):
        raise TypeError(f"component: a {type(target).__name__} is no function; put @component beneath other decorators")


def _own_name(function: Callable[..., Any]) -> str:
    if not hasattr(function, "__qualname__"):
        raise TypeError(f'component: a {type(function).__name__} has no name of its own: @component("invoice-export")')
    return f"{function.__module__}:{function.__qualname__}"
