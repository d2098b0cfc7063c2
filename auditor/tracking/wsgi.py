"""WSGI middleware that counts requests by route. In: a WSGI application. Out: the same, untouched, and counts.

A request is counted once, when the application has answered: under the rule that Flask chose, the pattern that Django's
resolver finds, or the template that `template` gives for any other framework. Nothing is written while a request runs;
what the application returns goes to the server as it is, so that files are still sent by the server itself. A mistake
in here never reaches the application.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Any

from auditor.tracking import hooks, shared, switch
from auditor.tracking.requests import RequestCounts, Tracked, UserOf
from auditor.tracking.told_routes import TemplateOf
from auditor.tracking.wsgi_routes import AppRoutes, Environ, GivenRoutes, Routes

StartResponse = Callable[..., Any]
WSGIApp = Callable[[Environ, StartResponse], Iterable[bytes]]

_SEEN = "auditor.tracking"
_log = logging.getLogger("auditor.tracking")


class UsageMiddleware:
    """Counts the requests of a WSGI application: `app.wsgi_app = UsageMiddleware(app.wsgi_app, app_name="shop")`.

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
        user: Function of the WSGI environ that gives the user's id of a request, or None. It is called when the
            application has answered. The id is not stored: only a sketch of each day's users is, see `sketches`.
        probes: What to count apart as health checks, beside well-known monitors and routes: parts of user agents
            ("our-monitor") and whole templates ("/internal/warm").
        template: For frameworks other than Flask and Django: function of the WSGI environ that gives the template of
            the route that serves (`"/users/{id}"`, never the path itself), alone or in a pair with its handler, or
            None where no route does. It is called when the response starts, and decides alone.
    """

    def __init__(
        self,
        app: WSGIApp,
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
            routes = AppRoutes(app, counters) if template is None else GivenRoutes(template, counters)
            self._tracked = Tracked(counters, RequestCounts(counters, probes, durations, user), routes)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the settings, the application must start
            _log.error("auditor: usage is not tracked: %s", error)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Pass everything through and count."""
        tracked = self._tracked
        if tracked is None or environ.get(_SEEN) is tracked.counters:
            return self.app(environ, start_response)
        if not switch.is_on():
            tracked.counters.pause()
            return self.app(environ, start_response)
        request = _Request(tracked, environ, start_response)
        try:
            body = self.app(environ, request)
        except BaseException:
            request.end(failed=True)
            raise
        if request.status is None:  # the application answers while its body is read
            return _Body(body, request)
        request.end()
        return body


class _Request:
    """One request: the `start_response` the application is given, which notes status and route."""

    __slots__ = (
        "_begun",
        "_counted",
        "_environ",
        "_error",
        "_key",
        "_method",
        "_seconds",
        "_start_response",
        "_tracked",
        "status",
    )

    def __init__(self, tracked: Tracked[Routes], environ: Environ, start_response: StartResponse) -> None:
        environ[_SEEN] = tracked.counters
        self.status: int | None = None
        self._tracked = tracked
        self._environ = environ
        self._start_response = start_response
        self._method: str = environ.get("REQUEST_METHOD", "")
        self._key: str | None = None
        self._error: Exception | None = None
        self._counted = False
        self._seconds: float | None = None
        self._begun = perf_counter() if tracked.requests.durations else 0.0
        try:
            tracked.routes.start()
        except Exception as error:  # noqa: BLE001 - the application must go on
            hooks.complain(error)

    def __call__(self, status: str, *rest: Any, **named: Any) -> Any:  # noqa: ANN401 - passes anything through
        """Note the answer: the last one, where an error comes before the first part. The route is known only now."""
        try:
            self.status = int(status[:3])
            if self._begun and self._seconds is None:
                self._seconds = perf_counter() - self._begun
            if self._key is None:
                self._key = self._tracked.routes.key(self._environ, self._method, self.status)
        except Exception as error:  # noqa: BLE001 - the application must go on
            if self.status is None:  # a strange status: the route is asked for at the end
                hooks.complain(error)
            else:
                self._error = error
        return self._start_response(status, *rest, **named)

    def end(self, *, failed: bool = False) -> None:
        """Count once; what failed, or never answered, is an end without any answer."""
        if self._counted:
            return
        self._counted = True
        tracked, environ = self._tracked, self._environ
        if self._error is not None and self._key is None:
            tracked.counters.lose()
            hooks.complain(self._error)
            return
        try:
            if self._key is None and self.status is None:
                self._key = tracked.routes.key(environ, self._method, 0)
            status = 0 if failed else self.status or 0
            agent = environ.get("HTTP_USER_AGENT")
            tracked.requests.count(self._method, self._key, status, agent, self._seconds, environ)
        except Exception as error:  # noqa: BLE001 - the application must go on
            tracked.counters.lose()
            hooks.complain(error)


class _Body:
    """The body of an application that answers only when its body is read: counts at the first part."""

    def __init__(self, body: Iterable[bytes], request: _Request) -> None:
        self._body = body
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        try:
            for part in self._body:
                if self._request.status is not None:
                    self._request.end()
                yield part
        except Exception:
            self._request.end(failed=True)
            raise
        self._request.end()

    def close(self) -> None:
        """Close the application's body, as the server does after the last part, read or not."""
        try:
            close = getattr(self._body, "close", None)
            if close is not None:
                close()
        finally:
            self._request.end()
