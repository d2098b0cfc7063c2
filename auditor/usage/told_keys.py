"""Keys as other programs write them -> usage keys.

In: known usage keys; a method and a concrete path, both in one text, or a name. Out: usage keys. A path that no route
serves is `UNMATCHED` and never a key itself: it may hold ids and whatever a scanner thought of. Never reads a source.
"""

import re
from collections.abc import Mapping, Sequence

from auditor.model.route_keys import shape
from auditor.model.usage import UsageKind
from auditor.tracking import layout
from auditor.usage.events.names import refusal
from auditor.usage.routes import RouteTable

_BOTH = re.compile(r"([A-Za-z]{1,16})[ :|_-]{1,3}(/.*)", re.DOTALL)
MOST_NAMES = 10_000
"""Names, of one source, that no route table bounds."""


class ToldKeys:
    """What a source's own words name.

    Args:
        kind: What they name.
        route_keys: Known usage keys in the order of registration.
    """

    def __init__(self, kind: UsageKind, route_keys: Sequence[str]) -> None:
        self.kind = kind
        self._routes = RouteTable(route_keys)
        self._by_shape = {shape(key): key for key in reversed(route_keys)}
        self._methods = sorted({key.partition(" ")[0] for key in route_keys})
        self._names: set[str] = set()

    def lacks_routes(self) -> bool:
        """Return whether paths are told and there is no route to match them against."""
        return self.kind == "endpoint" and not len(self._routes)

    def of(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        """Return the usage keys that the placeholders' texts name; none for what can be no name.

        Without a method every route on the path is named: which of them was called is not known.
        """
        if self.kind != "endpoint":
            return self.named(texts.get("name") or texts.get("key") or "")
        method, path = texts.get("method"), texts.get("path")
        return self.told(texts.get("key", "")) if path is None else self._matched(method, path)

    def told(self, text: str) -> tuple[str, ...]:
        """Return the usage keys of a text with method and path, `"POST:/x"` or `"POST /x"`, or a path alone."""
        both = _BOTH.fullmatch(text)
        return self._matched(both[1], both[2]) if both else self._matched(None, text)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the name if it is one: printable, not long, no person's id or address, and not one of too many."""
        name = name.strip()
        if refusal(name) is not None:
            return ()
        if name not in self._names and len(self._names) >= MOST_NAMES:
            return ()
        self._names.add(name)
        return (name,)

    def _matched(self, method: str | None, path: str) -> tuple[str, ...]:
        methods = self._methods if method is None else (method.upper(),)
        found = (self._key(one, path) for one in methods)
        return tuple(dict.fromkeys(key for key in found if key is not None)) or (layout.UNMATCHED,)

    def _key(self, method: str, path: str) -> str | None:
        written = self._by_shape.get(shape(f"{method} {path}")) if "{" in path else None
        return written or self._routes.match_end(method, path)
