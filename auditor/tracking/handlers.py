"""Who handles a route. In: the endpoint a framework calls. Out: its definition's name, file and line. Calls nothing."""

import functools
import sys
from collections.abc import Iterator
from types import MethodType
from typing import NamedTuple

_FRAMEWORKS = ("fastapi", "litestar", "starlette", "flask", "werkzeug", "django", "rest_framework")
_MOST_WRAPPINGS = 50


class Handler(NamedTuple):
    """`name` is `module:qualname`; `line` is 1-based, that of the first decorator, 0 where it is not known."""

    name: str
    file: str
    line: int


def describe(endpoint: object) -> Handler:
    """Return the function or class that was written for an endpoint: decorators, partials and methods undone."""
    target = _written(endpoint)
    if isinstance(target, type):
        return Handler(f"{_module(target.__module__)}:{target.__qualname__}", *_place_of_class(target))
    code = getattr(target, "__code__", None)
    if code is not None:
        name = f"{_module(getattr(target, '__module__', ''))}:{getattr(target, '__qualname__', code.co_name)}"
        return Handler(name, code.co_filename, code.co_firstlineno)
    return describe(type(target))


def is_framework_own(endpoint: object) -> bool:
    """Return whether the framework itself wrote the endpoint."""
    return describe(endpoint).name.partition(":")[0].partition(".")[0] in _FRAMEWORKS


def wrappings(endpoint: object) -> Iterator[object]:
    """Yield an endpoint and what each of its decorators, partials and methods wraps, the outermost first."""
    target = endpoint
    for _ in range(_MOST_WRAPPINGS):
        yield target
        if isinstance(target, functools.partial):
            target = target.func
        elif isinstance(target, MethodType):
            target = target.__func__
        elif getattr(target, "__wrapped__", None) is not None and not isinstance(target, type):
            target = target.__wrapped__  # type: ignore[attr-defined]  # functools.wraps() sets it
        else:
            return


def _module(name: str) -> str:
    """Return the name a module is imported under, where it runs as `__main__` by `python -m`."""
    spec = getattr(sys.modules.get(name), "__spec__", None) if name == "__main__" else None
    return spec.name if spec is not None else name


def _written(endpoint: object) -> object:
    *_, target = wrappings(endpoint)
    return target


def _place_of_class(target: type) -> tuple[str, int]:
    """Return file and first line of a class, as far as they can be known."""
    import inspect  # takes milliseconds to load, and few routes are classes

    try:
        return inspect.getsourcefile(target) or "", inspect.getsourcelines(target)[1]
    except (OSError, TypeError):
        return "", 0
