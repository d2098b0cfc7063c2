"""Which methods of a route get a row of their own.

In: methods as they are registered. Out: those listed. `HEAD` and `OPTIONS` are added by frameworks themselves and are
left out, except where a handler is registered for nothing else. Never reads anything.
"""

from collections.abc import Collection, Iterable

_OWN = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_LISTED = (*_OWN, "WEBSOCKET")
_ADDED = ("HEAD", "OPTIONS")


def rows(methods: Iterable[str]) -> tuple[str, ...]:
    """Return the methods to list, in the order given."""
    given = tuple(methods)
    return tuple(one for one in given if one in _LISTED) or tuple(one for one in given if one in _ADDED)


def of_class(names: Collection[str]) -> tuple[str, ...]:
    """Return the methods to list of a class-based handler whose methods are called `names`."""
    return rows(one for one in (*_OWN, *_ADDED) if one.lower() in names)
