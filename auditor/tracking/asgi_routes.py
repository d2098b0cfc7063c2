"""Which route served an ASGI request. In: the application, and scopes that it has worked on. Out: usage keys.

The endpoint that the framework left in the scope decides, by identity; where none can be seen, the path. Reads the
routes at start, again where an endpoint is unknown, and before each delivery, in the flushing thread. Minutes are
watched only where the routes can be seen, or are told by the application: who cannot tell routes apart cannot say of
one that nobody called it.
"""

import logging
import time
from collections.abc import Mapping, MutableMapping
from typing import Any, Protocol

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.requests import Decided, Decision
from auditor.tracking.route_table import RouteTable, find_routes, known_method, signature
from auditor.tracking.told_routes import CANNOT_BE_SEEN, TemplateOf, ToldRoutes

Scope = MutableMapping[str, Any]
Mounted = tuple[str, str, dict[str, Any]]
"""Of an application mounted in another: the root path up to it, the deployment's part of that, the parameters in it."""

SEEN = "auditor.tracking"
"""Where a scope says whose counters count its request."""

_INNER = ("application", "app", "inner", "wrapped")
"""Names under which ASGI middlewares and Django's own wrappers keep what they wrap."""
_DEEPEST = 20
_MOST_PREFIXES = 16
_MOST_ROOTS = 16
_MOST_STRANGE = 1000
_MOST_DECIDED = 4000
_LONGEST_AGENT = 300
_LOOK_AGAIN_SECONDS = 5.0
_NOT_FOUND = 404
_log = logging.getLogger("auditor.tracking")


class Routes(Protocol):
    """Knows which route served a request.

    `decided` are the requests that need no question, because the endpoint alone tells their key; valid as long as it is
    the same object.
    """

    decided: Decided

    def remember(
        self, endpoint: object, method: str, key: str | None, rest: tuple[int, bytes | None], decision: Decision
    ) -> None:
        """Take over a decision where the endpoint and the method alone tell the key; `rest` is status and agent."""

    def start(self, scope: Scope) -> None:
        """Start what runs beside the application, and read its routes, at the first chance. Cheap afterwards."""

    def refresh(self) -> None:
        """Read and publish the routes again where they changed."""

    def key(self, scope: Scope, mounted: Mounted | None, endpoint: object, method: str, status: int) -> str | None:
        """Return the usage key of a request that was answered, None where no route took it."""


class AppRoutes:
    """The routes of what is below a middleware: one application whose routes can be seen, several, or none.

    There is one table, or one for each place where the application is mounted in another.
    """

    def __init__(self, app: object, counters: Counters) -> None:
        self._roots: list[object] = [app]
        self._tables: dict[str, RouteTable] = {}
        self._counters = counters
        self._looked = 0.0
        self._only: Mapping[int, Mapping[str, str]] = {}
        self.decided: Decided = {}
        self._strange: set[int] = set()
        self._visible = False
        self._behind = False
        self._told = False

    def start(self, scope: Scope) -> None:
        """See `Routes`."""
        if self._visible:
            self._counters.watch(layout.CALLS)
            return
        self._counters.start()
        if not self._tables:
            mounted = mounted_at(scope)
            chosen = scope.get("endpoint") or scope.get("route_handler")
            self._behind = mounted is None and chosen is not None  # below one route: others' requests do not pass here
            self._find_root(scope, mounted is not None)
            self._table(_mount_prefix(mounted))

    def refresh(self) -> None:
        """See `Routes`."""
        routes = self._read()
        for prefix, table in tuple(self._tables.items()):
            if table.signature != signature(routes):
                self._tables[prefix] = RouteTable(routes, prefix)
                self._publish()

    def key(self, scope: Scope, mounted: Mounted | None, endpoint: object, method: str, status: int) -> str | None:
        """See `Routes`."""
        keys = self._only.get(id(endpoint)) if mounted is None else None
        key = None if keys is None else keys.get(method)
        return key or self._search(scope, mounted, endpoint, method, status)

    def remember(
        self, endpoint: object, method: str, key: str | None, rest: tuple[int, bytes | None], decision: Decision
    ) -> None:
        """See `Routes`."""
        keys = self._only.get(id(endpoint))
        if keys is None or key is None or keys.get(method) != key or len(rest[1] or b"") > _LONGEST_AGENT:
            return
        if len(self.decided) >= _MOST_DECIDED:  # clients may send any number of user agents
            self.decided = {}
        self.decided[id(endpoint), method, *rest] = decision

    def _search(self, scope: Scope, mounted: Mounted | None, endpoint: object, method: str, status: int) -> str | None:
        table = self._table(_mount_prefix(mounted))
        if not table.knows(endpoint) and (endpoint is not None or not table.entries) and self._time_to_look(endpoint):
            self._add_root(scope.get("router"))
            self.refresh()
            table = self._table(_mount_prefix(mounted))
        path, host = self._path(scope, mounted), _host(scope) if table.has_hosts else ""
        if endpoint is not None:
            own = scope.get("fastapi")
            chosen = own.get("effective_route_context") if isinstance(own, dict) else None
            key = table.key_of(endpoint, method, path, host, (chosen, scope.get("route")))
            if key is not None:
                return key
        template = scope.get("path_template")  # newer versions of Litestar say it, but for mounts
        if template and isinstance(template, str):
            return f"{known_method(method)} {template}"
        served = getattr(scope.get("route_handler"), "fn", None)
        if served is not None:
            return table.key_of(served, method, path, host)
        if not table.entries:
            self._tell()
            return None
        # The endpoint cannot be seen: something outside of the routes answered, or hid the scope the routes wrote to.
        # Then the path decides, so that a route in use never looks unused; a 404 is nobody's.
        return None if status == _NOT_FOUND else table.key_for(method, path, host)

    def _tell(self) -> None:
        """Say once that routes cannot be seen, and what to do."""
        if not self._told:
            self._told = True
            _log.warning(CANNOT_BE_SEEN)

    def _find_root(self, scope: Scope, is_mounted: bool) -> None:
        """Take the application that the server or the mount called, where what is below does not show its routes."""
        app = scope.get("app")
        parent = is_mounted and getattr(app, "router", None) is scope.get("router")
        if find_routes(self._roots[0]) is None and find_routes(app) is not None and not parent:
            self._roots = [app]

    def _add_root(self, router: object) -> None:
        """Take one more application, which hid behind something that does not say what it wraps."""
        routes = find_routes(router)
        if routes is None or len(self._roots) >= _MOST_ROOTS:
            return
        if all(find_routes(root) is not routes for root in self._roots):
            self._roots.append(router)

    def _read(self) -> list[object]:
        return [route for root in self._roots for route in find_routes(root) or ()]

    def _table(self, prefix: str) -> RouteTable:
        table = self._tables.get(prefix)
        if table is None:
            if len(self._tables) >= _MOST_PREFIXES:
                return next(iter(self._tables.values()))
            table = self._tables[prefix] = RouteTable(self._read(), prefix)
            self._publish()
        return table

    def _publish(self) -> None:
        records: dict[str, dict[str, object]] = {}
        for table in tuple(self._tables.values()):
            records |= table.records()
        self._counters.publish(self, records)
        self._visible = not self._behind and any(table.entries for table in self._tables.values())
        self._only = self._tables[""].only if "" in self._tables else {}
        self.decided = {}
        if self._visible:
            self._counters.watch(layout.CALLS)

    def _path(self, scope: Scope, mounted: Mounted | None) -> str:
        """Return the path as the code's templates see it: without the deployment's root path."""
        path: str = scope["path"]
        root_path = mounted[1] if mounted else scope.get("app_root_path", scope.get("root_path", ""))
        for root in (root_path, *(getattr(root, "root_path", "") for root in self._roots)):
            if (
                isinstance(root, str)
                and root
                and path.startswith(root)
                and path[len(root) : len(root) + 1] in ("", "/")
            ):
                return path[len(root) :]
        return path

    def _time_to_look(self, endpoint: object) -> bool:
        """Return whether to read the routes: at once for an endpoint never seen, else now and then."""
        now = time.monotonic()
        if id(endpoint) not in self._strange and len(self._strange) < _MOST_STRANGE:
            self._strange.add(id(endpoint))
            self._looked = now
            return True
        if now - self._looked < _LOOK_AGAIN_SECONDS:
            return False
        self._looked = now
        return True


def routes_of(app: object, counters: Counters, template_of: TemplateOf | None) -> Routes:
    """Return what knows the routes of an application."""
    if template_of is not None:
        return ToldRoutes(template_of, counters)
    handler = _django_handler(app)
    if handler is None:
        return AppRoutes(app, counters)
    from auditor.tracking.asgi_django import HandlerRoutes

    return HandlerRoutes(handler, counters)


def _django_handler(app: object) -> object | None:
    """Return the innermost of Django's handlers that an application is or wraps, None where it does neither."""
    found = None
    for _ in range(_DEEPEST):
        if hasattr(app, "resolve_request") and hasattr(app, "load_middleware"):
            found = app
        kinds = getattr(app, "application_mapping", None)  # of Channels: an application for each kind of connection
        inner = kinds.get("http") if isinstance(kinds, dict) else None
        app = inner or next((held for name in _INNER if callable(held := getattr(app, name, None))), None)
    return found


def mounted_at(scope: Scope) -> Mounted | None:
    """Return where an application that was just called is mounted in another, None where it is not."""
    app_root_path = scope.get("app_root_path")
    if app_root_path is None:
        return None
    return scope.get("root_path", ""), app_root_path, scope.get("path_params") or {}


def _mount_prefix(mounted: Mounted | None) -> str:
    """Return the template of the mounts above an application that is itself mounted; parameters' values undone."""
    if mounted is None:
        return ""
    root_path, app_root_path, parameters = mounted
    prefix = root_path[len(app_root_path) :]
    if not parameters:
        return prefix
    parts = prefix.split("/")
    for name, value in reversed(parameters.items()):
        for position in range(len(parts) - 1, -1, -1):
            if parts[position] == str(value):
                parts[position] = f"{{{name}}}"
                break
    return "/".join(parts)


def _host(scope: Scope) -> str:
    for name, value in scope.get("headers") or ():
        if name == b"host":
            host: str = value.decode("latin-1")
            return host if host.endswith("]") else host.rpartition(":")[0] or host
    return ""
