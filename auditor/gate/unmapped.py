"""Usage that leads to no single definition, and could be that of one which goes.

In: keys that were called and lead nowhere. Out: a sentence, or None. What might have been called is not unused.
"""

import re
from collections.abc import Iterable

from auditor.model.code import Definition

_PART = re.compile(r"[.:/]")
_SHORTEST = 3
"""Shorter names than this many letters say too little."""


def could_be_its(unattributed: Iterable[tuple[str, int]], definition: Definition, routes: Iterable[str]) -> str | None:
    """Return a sentence that names a key which could be a definition's; `routes` are the keys of its routes."""
    own = tuple(routes)
    for key, count in unattributed:
        method, space, _ = key.partition(" ")
        if space and method.isupper():
            meant = any(_same(key, route) for route in own)
        else:
            called = definition.kind in ("function", "method", "class") and len(definition.name) >= _SHORTEST
            meant = called and _PART.split(key)[-1] == definition.name
        if count and meant:
            return f"{count:,} calls of {key} lead to no one definition of base, and could be its (an unmapped key)"
    return None


def _same(key: str, route: str) -> bool:
    """Return whether a key of production could mean a route, under another prefix as well."""
    (method, _, path), (wanted, _, template) = key.partition(" "), route.partition(" ")
    if method != wanted and "ANY" not in (method, wanted) and (method, wanted) != ("HEAD", "GET"):
        return False
    parts, own = path.strip("/").split("/"), template.strip("/").split("/")
    pairs = list(zip(reversed(parts), reversed(own), strict=False))
    alike = all(one == other or "{" in one + other for one, other in pairs)
    return alike and (len(parts) == len(own) or any(one == other and one for one, other in pairs))
