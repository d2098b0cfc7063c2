"""The routes of a running Starlette, FastAPI or Litestar application. In: the application. Out: keys, and who serves.

A template has every prefix the code gives it: `include_router`, `mount` and mounted applications, hosts. The prefix
under which a proxy serves the application (`root_path`) belongs to the deployment and is left out, so that the key is
the same everywhere and the same as the source says. Works by what route objects look like, imports no framework, calls
no route. Routes are listed in the order in which the framework asks them: of two that match the same, the first serves.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from auditor.tracking import layout
from auditor.tracking.handlers import Handler, describe, is_framework_own

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
WEBSOCKET = "WEBSOCKET"
OTHER = "OTHER"
"""Method of a request whose method no standard knows, so that a client cannot create keys."""
ANY = "ANY"
"""Method of a route that takes every method, as a mounted foreign application does."""

_DEEPEST = 20
_MOST_PATHS, _LONGEST_PATH = 1024, 500
_LITESTAR_PATH = re.compile(r"{([^{}:]+):path}")
_PARAMETER = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)(:[a-zA-Z_][a-zA-Z0-9_]*)?}")


class _Prefix(NamedTuple):
    """What stands before a route: template text, its pattern, the host's pattern, how deep in the tree."""

    template: str = ""
    pattern: str = ""
    host: str = ""
    depth: int = 0

    def below(self, path: str, convertors: Mapping[str, Any]) -> "_Prefix":
        return _Prefix(self.template + path, self.pattern + _pattern(path, convertors), self.host, self.depth + 1)


class _AnyPath:
    """Matches as Litestar's parameters of type `path` do."""

    regex = ".*"


class Entry:
    """One route.

    `methods` are the keys' methods; `head` says that GET brings HEAD along; `pattern` and `host` are regular
    expressions without groups; `route` is the framework's own object, kept so that its identity stays its own; `keys`
    has the usage key of each method that it takes.
    """

    def __init__(
        self,
        methods: frozenset[str],
        template: str,
        pattern: str,
        host: str,
        endpoint: object,
        head: bool = False,
        route: object = None,
    ) -> None:
        self.methods = methods
        self.template = template
        self.pattern = pattern
        self.host = host
        self.endpoint = endpoint
        self.head = head
        self.route = route
        found = {method: self._key(method) for method in (*METHODS, WEBSOCKET, OTHER, *methods)}
        self.keys = {method: key for method, key in found.items() if key is not None}

    @cached_property
    def _path(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    @cached_property
    def _host(self) -> re.Pattern[str]:
        return re.compile(self.host, re.IGNORECASE)

    def matches(self, path: str, host: str) -> bool:
        """Return whether a request's path, below the deployment's root path, and its host match."""
        return self._path.fullmatch(path) is not None and (not self.host or self._host.fullmatch(host) is not None)

    def _key(self, method: str) -> str | None:
        """Return the usage key of a method, None where the route does not take it; HEAD on GET is GET."""
        if method in self.methods:
            return f"{method} {self.template}"
        if method == "HEAD" and self.head:
            return f"GET {self.template}"
        return f"{ANY} {self.template}" if ANY in self.methods and method != WEBSOCKET else None


class RouteTable:
    """The routes of one application, as they were when it was made.

    `only` has the usage keys by method of each endpoint that one route alone has: by its id, which then decides.

    Args:
        routes: The application's own list of routes.
        prefix: What stands before all of them, where the application is mounted in another one.
    """

    def __init__(self, routes: Iterable[object], prefix: str = "") -> None:
        self.signature = signature(routes)
        self.entries = tuple(_walk(routes, _Prefix(prefix, re.escape(prefix))))
        self._by_endpoint: dict[int, list[Entry]] = {}
        self._by_method: dict[str, list[Entry]] = {}
        self._by_path: dict[tuple[str, str, str], str | None] = {}
        for entry in self.entries:
            self._by_endpoint.setdefault(id(entry.endpoint), []).append(entry)
            for method in entry.keys:
                self._by_method.setdefault(method, []).append(entry)
        self.only = {endpoint: found[0].keys for endpoint, found in self._by_endpoint.items() if len(found) == 1}
        self.has_hosts = any(entry.host for entry in self.entries)

    def knows(self, endpoint: object) -> bool:
        """Return whether the endpoint is one of the table's."""
        return id(endpoint) in self._by_endpoint

    def key_of(
        self, endpoint: object, method: str, path: str, host: str, routes: tuple[object, ...] = ()
    ) -> str | None:
        """Return the usage key of a request that `endpoint` served, None where the endpoint is not in the table.

        Of several routes with the endpoint, it is the one among `routes`, which the framework says it chose, else the
        first that matches. A method that it does not take (405) is kept in the key: it is no call of its own methods.
        """
        entries = self._by_endpoint.get(id(endpoint))
        if entries is None:
            return None
        entries = [entry for entry in entries if any(entry.route is route for route in routes)] or entries
        matching = [entry for entry in entries if entry.matches(path, host)] if len(entries) > 1 else entries
        # Where no template matches, something between rewrote the path. The endpoint is the truth.
        for entry in matching or entries:
            if method in entry.keys:
                return entry.keys[method]
        return f"{known_method(method)} {(matching or entries)[0].template}"

    def key_for(self, method: str, path: str, host: str) -> str | None:
        """Return the usage key of the first route that takes a request, judged by its path alone."""
        method = method if method in self._by_method else OTHER
        asked = (method, path, host)
        if asked in self._by_path:
            return self._by_path[asked]
        matching = (entry for entry in self._by_method.get(method, ()) if entry.matches(path, host))
        found = next((entry.keys[method] for entry in matching), None)
        if len(path) + len(host) <= _LONGEST_PATH:
            if len(self._by_path) >= _MOST_PATHS:
                self._by_path.clear()
            self._by_path[asked] = found
        return found

    def records(self) -> dict[str, dict[str, object]]:
        """Return what is published: usage key -> `layout.route_record`, times and version still empty.

        Routes that the framework adds by itself (documentation, schema) are left out.
        """
        serving: dict[tuple[str, str, str], tuple[str, Handler, list[Handler]]] = {}
        for entry in self.entries:
            if is_framework_own(entry.endpoint):
                continue
            handler = describe(entry.endpoint)
            for method in sorted(entry.methods):
                place = (method, entry.host, entry.pattern)
                _, first, shadowed = serving.setdefault(place, (f"{method} {entry.template}", handler, []))
                if handler.name != first.name and handler not in shadowed:
                    shadowed.append(handler)
        return {
            key: layout.route_record(
                handler.name, handler.file, handler.line, "",
                [{"handler": other.name, "file": other.file, "line": other.line} for other in shadowed], 0.0, 0.0,
            )
            for key, handler, shadowed in serving.values()
        }  # fmt: skip


def known_method(method: str) -> str:
    """Return the method; what no standard knows shares one name, so that a client cannot create keys."""
    return method if method in METHODS or method == WEBSOCKET else OTHER


def find_routes(app: object) -> list[object] | None:
    """Return the list of routes of an application or of the one that its middleware wraps; None where there is none."""
    for _ in range(_DEEPEST):
        routes = getattr(app, "routes", None)
        if isinstance(routes, list):
            return routes
        inner = getattr(app, "app", None)
        if inner is None or inner is app:
            return None
        app = inner
    return None


def signature(routes: Iterable[object]) -> int:
    """Return a number that differs when routes were added or removed anywhere in the tree. Cheap."""
    return hash(tuple(_identities(routes, 0)))


def _identities(routes: Iterable[object], depth: int) -> Iterator[int]:
    for route in list(routes):
        yield id(route)
        below = getattr(route, "original_router", None)
        if below is None and not hasattr(route, "endpoint"):
            below = getattr(route, "app", None)
        inner = find_routes(below) if below is not None and depth < _DEEPEST else None
        if inner is not None:
            yield from _identities(inner, depth + 1)


def _walk(routes: Iterable[object], prefix: _Prefix) -> Iterator[Entry]:
    """Yield the routes of a tree in the order in which they are asked. Strange objects are passed over."""
    if prefix.depth > _DEEPEST:
        return
    for route in list(routes):
        if hasattr(route, "effective_route_contexts"):  # FastAPI from 0.137 on keeps an included router as one route
            contexts = list(route.effective_route_contexts())
            effective = [getattr(context, "starlette_route", None) or context for context in contexts]
            yield from _walk(effective, prefix)
        elif isinstance(getattr(route, "path", None), str) and getattr(route, "endpoint", None) is not None:
            yield _entry(route, prefix)
        elif isinstance(getattr(route, "path_format", None), str) and hasattr(route, "handler_names"):
            yield from _walk_litestar(route, prefix)
        elif isinstance(getattr(route, "host", None), str):
            yield from _walk_host(route, prefix)
        elif isinstance(getattr(route, "path", None), str) and hasattr(route, "app"):
            yield from _walk_mount(route, prefix)


def _entry(route: Any, prefix: _Prefix) -> Entry:  # noqa: ANN401 - a route of whatever framework version
    place = prefix.below(route.path, getattr(route, "param_convertors", None) or {})
    methods = _methods(route)
    head = "GET" in methods and ("HEAD" in methods or isinstance(route.endpoint, type))
    return Entry(
        methods - {"HEAD"} if head else methods, place.template, place.pattern, place.host, route.endpoint, head, route
    )


def _walk_litestar(route: Any, prefix: _Prefix) -> Iterator[Entry]:  # noqa: ANN401 - see above
    """Yield the handlers of a route of Litestar but for those of OPTIONS that it adds by itself."""
    place = prefix.below(route.path_format, dict.fromkeys(_LITESTAR_PATH.findall(route.path), _AnyPath))
    for handler in getattr(route, "route_handlers", None) or [route.route_handler]:
        methods = frozenset(str(getattr(method, "value", method)) for method in getattr(handler, "http_methods", ()))
        if type(route).__name__.startswith("WebSocket"):
            methods = frozenset({WEBSOCKET})
        if getattr(handler, "is_mount", False):
            yield _foreign(handler.fn, place)
        elif methods != {"OPTIONS"}:
            yield Entry(methods or frozenset({ANY}), place.template, place.pattern, place.host, handler.fn)


def _walk_host(route: Any, prefix: _Prefix) -> Iterator[Entry]:  # noqa: ANN401 - see above
    pattern = _pattern(route.host, getattr(route, "param_convertors", None) or {})
    below = _Prefix(f"{route.host}{prefix.template}", prefix.pattern, pattern, prefix.depth + 1)
    inner = find_routes(route.app)
    if inner is not None:
        yield from _walk(inner, below)
    else:
        yield _foreign(route.app, below)


def _walk_mount(route: Any, prefix: _Prefix) -> Iterator[Entry]:  # noqa: ANN401 - see above
    below = prefix.below(route.path.rstrip("/"), getattr(route, "param_convertors", None) or {})
    inner = find_routes(route.app)
    if inner is not None:
        yield from _walk(inner, below)
    else:
        yield _foreign(route.app, below)


def _foreign(app: object, below: _Prefix) -> Entry:
    """Return the one entry of a mounted application whose routes cannot be seen."""
    return Entry(frozenset({ANY}), below.template + "/{path:path}", below.pattern + "/.*", below.host, app)


def _methods(route: Any) -> frozenset[str]:  # noqa: ANN401 - see above
    """Return the methods a route takes."""
    if not hasattr(route, "methods"):
        return frozenset({WEBSOCKET})
    methods = set(route.methods or ())
    if not methods and isinstance(route.endpoint, type):
        methods = {method for method in METHODS if callable(getattr(route.endpoint, method.lower(), None))}
    return frozenset(methods or {ANY})


def _pattern(path: str, convertors: Mapping[str, Any]) -> str:
    """Return a path's regular expression without groups' names, so that equal expressions match the same."""
    parts: list[str] = []
    position = 0
    for match in _PARAMETER.finditer(path):
        expression = getattr(convertors.get(match[1]), "regex", "[^/]+")
        parts += (re.escape(path[position : match.start()]), f"(?:{expression})")
        position = match.end()
    return "".join([*parts, re.escape(path[position:])])
