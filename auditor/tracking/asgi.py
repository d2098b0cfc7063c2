"""ASGI middleware that counts requests by route. In: an ASGI application. Out: the same, untouched, and counts.

A request is counted when its response starts, under the route that served it: the template with every prefix of the
code, found by the identity of the endpoint the framework chose. Requests that no route took share one key. Nothing is
awaited, nothing is written while a request runs; a mistake in here never reaches the application. Works inside
(`app.add_middleware(UsageMiddleware, …)`) and outside (`UsageMiddleware(app, …)`).
"""

import logging
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from time import perf_counter
from typing import Any

from auditor.tracking import hooks, shared, switch
from auditor.tracking.asgi_routes import SEEN, Mounted, Routes, Scope, mounted_at, routes_of
from auditor.tracking.requests import RequestCounts, Tracked, UserOf
from auditor.tracking.route_table import WEBSOCKET
from auditor.tracking.told_routes import TemplateOf

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

_CLIENT_GONE, _SWITCHING, _REFUSED = 499, 101, 403
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
        durations: Whether to count how long requests take, from here to the start of their response.
        user: Function of the ASGI scope that gives the user's id of a request, or None. It is called when the response
            starts. The id is not stored: only a sketch of each day's users is, see `sketches`.
        probes: What to count apart as health checks, beside well-known monitors and routes: parts of user agents
            ("our-monitor") and whole templates ("/internal/warm").
        template: Function of the ASGI scope that gives the template of the route that served a request (or a pair of it
            and the handler, or None), for frameworks whose routes are not known here. It is called when the response
            starts, and decides alone.
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
        *,
        durations: bool = False,
        user: UserOf | None = None,
        probes: Iterable[str] = (),
        template: TemplateOf | None = None,
    ) -> None:
        self.app = app
        self._tracked: Tracked[Routes] | None = None
        settings = switch.settings(app_name, sink, version, flush_interval, max_keys, retention_days)
        if settings is None:
            return
        try:
            counters = shared.of(settings)
            requests = RequestCounts(counters, probes, durations, user)
            self._tracked = Tracked(counters, requests, routes_of(app, counters, template))
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the settings, the application must start
            _log.error("auditor: usage is not tracked: %s", error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; count what is a request or a WebSocket."""
        tracked, kind = self._tracked, scope["type"]
        if tracked is None or kind not in ("http", "websocket", "lifespan"):
            await self.app(scope, receive, send)
        elif not switch.is_on():
            tracked.counters.pause()
            await self.app(scope, receive, send)
        elif kind == "lifespan":
            await self.app(scope, receive, _Lifespan(tracked, scope, send))
        elif scope.get(SEEN) is tracked.counters:
            await self.app(scope, receive, send)
        else:
            request = _Request(tracked, scope, send)
            try:
                await self.app(scope, receive, request)
            except Exception:
                request.count(0)
                raise
            except BaseException:  # cancelled: the client went away, the route was used
                request.count(_CLIENT_GONE)
                raise
            if not request.counted:
                request.count(0)


class _Request:
    """One request or WebSocket: the `send` the application is given, counting when the answer is known."""

    __slots__ = ("_before", "_begun", "_decided", "_mounted", "_scope", "_send", "_tracked", "counted")

    def __init__(self, tracked: Tracked[Routes], scope: Scope, send: Send) -> None:
        scope[SEEN] = tracked.counters
        self._tracked = tracked
        self._scope = scope
        self._send = send
        self._decided = tracked.routes.decided
        self._before: object = None
        self._mounted: Mounted | None = None
        self._begun = 0.0
        self.counted = False
        if not self._decided or not tracked.counters.watches_calls or "endpoint" in scope or "app_root_path" in scope:
            self._look(tracked, scope)

    def _look(self, tracked: Tracked[Routes], scope: Scope) -> None:
        """Note what is known of the request before the application has it."""
        self._before = scope.get("endpoint")
        self._mounted = mounted_at(scope)
        self._begun = perf_counter() if tracked.requests.durations else 0.0
        if self._before is not None or self._mounted is not None:
            self._decided = {}
        try:
            tracked.routes.start(scope)
        except Exception as error:  # noqa: BLE001 - the application must go on
            hooks.complain(error)

    def __call__(self, message: Message) -> Awaitable[None]:
        """Pass a message on; no coroutine of its own, which would cost each message."""
        if not self.counted:
            kind = message["type"]
            if kind == "http.response.start":
                self.count(message.get("status", 0))
            elif kind in _STATUS:
                self.count(_STATUS[kind] or message.get("status", 0))
        return self._send(message)

    def count(self, status: int) -> None:
        """Count once; 0 is an end without any answer."""
        if self.counted:
            return
        self.counted = True
        tracked, scope = self._tracked, self._scope
        try:
            endpoint = scope.get("endpoint")
            agent = _user_agent(scope)
            decision = self._decided.get((id(endpoint), scope.get("method"), status, agent))
            if decision is not None:
                tracked.counters.add(*decision)
            else:
                self._decide(tracked, endpoint, agent, status)
        except Exception as error:  # noqa: BLE001 - the application must go on
            tracked.counters.lose()
            hooks.complain(error)

    def _decide(self, tracked: Tracked[Routes], endpoint: object, agent: bytes | None, status: int) -> None:
        """Count what is not decided yet, and have it decided for all requests that are like this one."""
        scope = self._scope
        chosen = None if endpoint is self._before else endpoint
        method = WEBSOCKET if scope["type"] == "websocket" else scope["method"]
        key = tracked.routes.key(scope, self._mounted, chosen, method, status)
        seconds = perf_counter() - self._begun if self._begun and status != _CLIENT_GONE else None
        decision = tracked.requests.count(method, key, status, agent, seconds, scope)
        if self._before is None and self._mounted is None and tracked.requests.are_alike:
            tracked.routes.remember(endpoint, method, key, (status, agent), decision)


_STATUS: dict[str, int | None] = {
    "websocket.accept": _SWITCHING,
    "websocket.close": _REFUSED,
    "websocket.http.response.start": None,
}
"""Messages that say how a WebSocket was answered, and the status they stand for; None: the message has it."""


def _user_agent(scope: Scope) -> bytes | None:
    headers = scope.get("headers") or ()
    if not isinstance(headers, list | tuple):
        headers = scope["headers"] = list(headers)  # it may be read only once
    for name, value in headers:
        if name == b"user-agent":
            agent: bytes = value
            return agent
    return None


class _Lifespan:
    """The `send` of a lifespan: publishes routes when the application has started, delivers when it has ended."""

    def __init__(self, tracked: Tracked[Routes], scope: Scope, send: Send) -> None:
        self._tracked = tracked
        self._scope = scope
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "lifespan.startup.complete":
            try:
                self._tracked.routes.start(self._scope)
            except Exception as error:  # noqa: BLE001 - the application must go on
                hooks.complain(error)
        elif message["type"].startswith("lifespan.shutdown."):
            # Blocks for two seconds at worst; no request is left to wait for it. A server may end the process by the
            # signal it was sent, without `atexit`.
            self._tracked.counters.flush(closing=True, timeout=2.0)
        await self._send(message)
