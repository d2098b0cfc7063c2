"""ASGI middleware that counts requests by route. In: an ASGI application. Out: the same, untouched, and counts.

A request is counted when its response starts, under the route that served it: the template with every prefix of the
code, found by the identity of the endpoint the framework chose. Requests that no route took share one key. Nothing is
awaited, nothing is written while a request runs; a mistake in here never reaches the application. Works inside
(`app.add_middleware(UsageMiddleware, …)`) and outside (`UsageMiddleware(app, …)`).
"""

import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from auditor.tracking import hooks, layout, shared, switch
from auditor.tracking.counters import Counters
from auditor.tracking.route_table import METHODS, WEBSOCKET, RouteTable, find_routes, signature

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_SEEN = "auditor.tracking"
_MOST_PREFIXES = 16
_LOOK_AGAIN_SECONDS = 5.0
_NOT_FOUND, _CLIENT_GONE, _SWITCHING = 404, 499, 101
_log = logging.getLogger("auditor.tracking")


class UsageMiddleware:
    """Counts the requests of an ASGI application.

    Args:
        app: The application, or the next middleware.
        app_name: Name under which usage is stored; `AUDITOR_APP` by default.
        sink: `redis://…`, `rediss://…` or `file:///directory`; `AUDITOR_SINK` by default. Without one nothing is
            tracked.
        version: Version of the application, as a commit's hash; `AUDITOR_VERSION` by default.
        flush_interval: Seconds between two deliveries.
        max_keys: How many different counts wait in memory at most; further ones are counted as lost.
        retention_days: Days after which stored usage expires.
    """

    def __init__(
        self,
        app: ASGIApp,
        app_name: str | None = None,
        sink: str | None = None,
        version: str | None = None,
        flush_interval: float = switch.Settings.flush_interval,
        max_keys: int = switch.Settings.max_keys,
        retention_days: int = switch.Settings.retention_days,
    ) -> None:
        self.app = app
        self._counters: Counters | None = None
        self._routes: _Routes | None = None
        settings = switch.settings(app_name, sink, version, flush_interval, max_keys, retention_days)
        if settings is None:
            return
        try:
            self._counters = shared.of(settings)
        except ValueError as error:
            _log.error("auditor: usage is not tracked: %s", error)
        else:
            self._routes = _Routes(app, self._counters)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; count what is a request or a WebSocket."""
        found, routes = self._counters, self._routes
        if found is None or routes is None or scope["type"] not in ("http", "websocket", "lifespan"):
            await self.app(scope, receive, send)
        elif not switch.is_on():
            found.pause()
            await self.app(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.app(scope, receive, _Lifespan(scope, send, found, routes))
        elif scope.get(_SEEN) is found:
            await self.app(scope, receive, send)
        else:
            scope[_SEEN] = found
            await self._counted(_Request(scope, send, found, routes), scope, receive)

    async def _counted(self, request: "_Request", scope: Scope, receive: Receive) -> None:
        try:
            await self.app(scope, receive, request)
        except Exception:
            request.count(0)
            raise
        except BaseException:  # cancelled: the client went away, the route was used
            request.count(_CLIENT_GONE)
            raise
        request.count(0)


class _Request:
    """One request or WebSocket: the `send` the application is given, counting when the answer is known."""

    __slots__ = ("_before", "_counted", "_counters", "_place", "_routes", "_scope", "_send")

    def __init__(self, scope: Scope, send: Send, found: Counters, routes: "_Routes") -> None:
        self._scope = scope
        self._send = send
        self._counters = found
        self._routes = routes
        self._counted = False
        self._before = scope.get("endpoint")
        self._place = (scope.get("root_path", ""), scope.get("app_root_path"), scope.get("path_params"))
        routes.start(scope)

    async def __call__(self, message: Message) -> None:
        kind = message["type"]
        if not self._counted and kind in _STATUS:
            status = _STATUS[kind]
            self.count(message.get("status", 0) if status is None else status)
        await self._send(message)

    def count(self, status: int) -> None:
        """Count once; 0 is an end without any answer."""
        if self._counted:
            return
        self._counted = True
        try:
            endpoint = self._scope.get("endpoint")
            if endpoint is self._before:
                endpoint = None
            key = self._routes.key(self._scope, self._place, endpoint, status) or layout.UNMATCHED
            self._counters.add("calls", layout.call_field(key, layout.status_class(status)), key)
        except Exception as error:  # noqa: BLE001 - the application must go on
            self._counters.lose()
            hooks.complain(error)


_STATUS: dict[str, int | None] = {
    "http.response.start": None,
    "websocket.accept": _SWITCHING,
    "websocket.close": 403,
    "websocket.http.response.start": None,
}
"""Messages that say how the application answered, and the status they stand for; None: the message has it."""

_Place = tuple[str, str | None, Any]


class _Routes:
    """The route tables of one application: one, or one for each place where it is mounted in another."""

    def __init__(self, app: ASGIApp, found: Counters) -> None:
        self._app: object = app
        self._tables: dict[str, RouteTable] = {}
        self._counters = found
        self._looked = 0.0

    def start(self, scope: Scope) -> None:
        """Start what runs beside the application, and read its routes, at the first chance."""
        try:
            self._counters.watch("calls")
            if self._tables:
                return
            app = scope.get("app")
            if app is not None and find_routes(app) is not None:
                self._app = app
            self._table(
                _mount_prefix((scope.get("root_path", ""), scope.get("app_root_path"), scope.get("path_params")))
            )
        except Exception as error:  # noqa: BLE001 - the application must go on
            hooks.complain(error)

    def refresh(self) -> None:
        """Read the routes again where they changed."""
        routes = find_routes(self._app)
        for prefix, table in tuple(self._tables.items()):
            if routes is not None and table.signature != signature(routes):
                self._tables[prefix] = RouteTable(routes, prefix)
                self._publish()

    def key(self, scope: Scope, place: _Place, endpoint: object, status: int) -> str | None:
        """Return the usage key of a request, None where no route took it."""
        table = self._table(_mount_prefix(place))
        if not table.entries and scope.get("router") is not None and self._time_to_look():
            self._app = scope["router"]  # the application hides behind something that does not say what it wraps
            self.refresh()
            table = self._table(_mount_prefix(place))
        method = WEBSOCKET if scope["type"] == "websocket" else _method(scope["method"])
        path, host = self._path(scope["path"], place), _host(scope) if table.has_hosts else ""
        if endpoint is not None:
            if not table.knows(endpoint) and self._time_to_look():
                self.refresh()
                table = self._table(_mount_prefix(place))
            key = table.key_of(endpoint, method, path, host)
            if key is not None:
                return key
        # The endpoint cannot be seen: something outside of the routes answered, or hid the scope the routes wrote to.
        # Then the path decides, so that a route in use never looks unused; a 404 is nobody's.
        return None if status == _NOT_FOUND else table.key_for(method, path, host)

    def _table(self, prefix: str) -> RouteTable:
        table = self._tables.get(prefix)
        if table is None:
            if len(self._tables) >= _MOST_PREFIXES:
                return next(iter(self._tables.values()))
            table = self._tables[prefix] = RouteTable(find_routes(self._app) or (), prefix)
            self._publish()
        return table

    def _publish(self) -> None:
        records: dict[str, dict[str, object]] = {}
        for table in tuple(self._tables.values()):
            records |= table.records()
        self._counters.publish(self, records)

    def _path(self, path: str, place: _Place) -> str:
        """Return the path as the code's templates see it: without the deployment's root path."""
        root_path, app_root_path, _ = place
        for root in (getattr(self._app, "root_path", ""), root_path if app_root_path is None else app_root_path):
            if (
                root
                and isinstance(root, str)
                and path.startswith(root)
                and path[len(root) : len(root) + 1] in ("", "/")
            ):
                return path[len(root) :]
        return path

    def _time_to_look(self) -> bool:
        now = time.monotonic()
        if now - self._looked < _LOOK_AGAIN_SECONDS:
            return False
        self._looked = now
        return True


class _Lifespan:
    """The `send` of a lifespan: publishes routes when the application has started, delivers when it has ended."""

    def __init__(self, scope: Scope, send: Send, found: Counters, routes: _Routes) -> None:
        self._scope = scope
        self._send = send
        self._counters = found
        self._routes = routes

    async def __call__(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            self._routes.start(self._scope)
        elif message["type"].startswith("lifespan.shutdown."):
            # Blocks for two seconds at worst; no request is left to wait for it. A server may end the process by the
            # signal it was sent, without `atexit`.
            self._counters.flush(closing=True, timeout=2.0)
        await self._send(message)


def _mount_prefix(place: _Place) -> str:
    """Return the template of the mounts above an application that is itself mounted; parameters' values undone."""
    root_path, app_root_path, parameters = place
    if app_root_path is None:
        return ""
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


def _method(method: str) -> str:
    """Return the method; what no standard knows shares one name, so that a client cannot create keys."""
    return method if method in METHODS else "OTHER"


def _host(scope: Scope) -> str:
    for name, value in scope.get("headers") or ():
        if name == b"host":
            host: str = value.decode("latin-1")
            return host if host.endswith("]") else host.rpartition(":")[0] or host
    return ""
