"""What runs inside the user's application: standard library, and redis where the sink is one.

`component` counts the uses of a named part of the application: `@component("invoice-export")`, `@component`, or
`with component("invoice-export"):`. Importing this package loads nothing but the standard library's basics.
"""

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar, overload

_Function = TypeVar("_Function", bound=Callable[..., Any])


class _Component:
    """A named component: a decorator and a context manager that counts on each entry."""

    def __init__(self, name: str | None) -> None:
        self.name = name

    def __call__(self, function: _Function) -> _Function:
        if isinstance(function, type):
            raise TypeError(f"component: {function.__qualname__} is a class; decorate the functions to be counted")
        name = self.name or f"{function.__module__}:{function.__qualname__}"
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def counted_coroutine(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes anything through
                _count(name)
                return await function(*args, **kwargs)

            return counted_coroutine  # type: ignore[return-value]  # wraps() keeps the signature, not the type

        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - passes anything through
            _count(name)
            return function(*args, **kwargs)

        return counted  # type: ignore[return-value]  # wraps() keeps the signature, not the type

    def __enter__(self) -> None:
        if not self.name:
            raise TypeError('component: a block needs a name: with component("invoice-export"):')
        _count(self.name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Change nothing: what the block raises goes on."""


@overload
def component(target: _Function) -> _Function: ...
@overload
def component(target: str | None = None) -> _Component: ...
def component(target: str | Callable[..., Any] | None = None) -> Any:
    """Count the uses of a component under a name, `module:qualname` of the decorated function by default.

    A use is a call of the decorated function or an entry into the block, whether it succeeds or not.
    """
    if target is None or isinstance(target, str):
        return _Component(target)
    return _Component(None)(target)


def _count(name: str) -> None:
    from auditor.tracking import hooks

    hooks.count("components", name)
