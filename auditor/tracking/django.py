"""Django middleware that counts requests by route, under WSGI and ASGI. In: requests. Out: the same, and counts.

`MIDDLEWARE = ["auditor.tracking.django.UsageMiddleware", …]`, first, so that it sees what the others answer. What is
not given as an argument comes from Django's settings (`AUDITOR_APP`, `AUDITOR_SINK`, `AUDITOR_VERSION`, …), then from
the environment. The pattern that Django's resolver chose decides. Nothing is awaited or written while a request runs; a
mistake in here never reaches the application.
"""

import logging
from collections.abc import Awaitable, Callable, Iterable
from time import perf_counter
from typing import Any

from auditor.tracking import hooks, layout, shared, switch
from auditor.tracking.counters import Counters
from auditor.tracking.django_routes import DjangoRoutes
from auditor.tracking.requests import RequestCounts, UserOf

GetResponse = Callable[[Any], Any]

_SEEN = "auditor.tracking"
_NOT_FOUND, _CLIENT_GONE = 404, 499
_log = logging.getLogger("auditor.tracking")


class UsageMiddleware:
    """Counts the requests of a Django project.

    Args:
        get_response: What Django gives a middleware: the next one, or the view.
        app_name: Name under which usage is stored; `AUDITOR_APP` by default.
        sink: `redis://…`, `rediss://…` or `file:///directory`; `AUDITOR_SINK` by default. Without one nothing is
            tracked.
        version: Version of the application, as a commit's hash; `AUDITOR_VERSION` by default.
        flush_interval: Seconds between two deliveries; `AUDITOR_FLUSH_INTERVAL` in Django's settings.
        max_keys: How many different counts wait in memory at most; further ones are counted as lost;
            `AUDITOR_MAX_KEYS`.
        retention_days: Days after which stored usage expires; `AUDITOR_RETENTION_DAYS`.
        durations: Whether to count how long requests take; `AUDITOR_DURATIONS`.
        user: Function of Django's request, or its dotted name, that gives the user's id, or None; `AUDITOR_USER`.
            Called when the view has answered; must not query a database. The id is not stored, see `sketches`.
        probes: What to count apart as health checks: parts of user agents and whole templates; `AUDITOR_PROBES`.
    """

    sync_capable = True
    async_capable = True

    def __init__(
        self,
        get_response: GetResponse,
        app_name: str | None = None,
        sink: str | None = None,
        version: str | None = None,
        flush_interval: float | None = None,
        max_keys: int | None = None,
        retention_days: int | None = None,
        *,
        durations: bool | None = None,
        user: UserOf | str | None = None,
        probes: Iterable[str] | None = None,
    ) -> None:
        from asgiref.sync import iscoroutinefunction, markcoroutinefunction

        self.get_response = get_response
        self._tracked: _Tracked | None = None
        self._is_async = bool(iscoroutinefunction(get_response))
        if self._is_async:
            markcoroutinefunction(self)
        try:
            settings = switch.settings(
                _given(app_name, "APP"), _given(sink, "SINK"), _given(version, "VERSION"),
                _given(flush_interval, "FLUSH_INTERVAL", switch.Settings.flush_interval),
                _given(max_keys, "MAX_KEYS", switch.Settings.max_keys),
                _given(retention_days, "RETENTION_DAYS", switch.Settings.retention_days),
            )  # fmt: skip
            if settings is not None:
                counters = shared.of(settings)
                user_of = _function(_given(user, "USER"))
                requests = RequestCounts(
                    counters, _given(probes, "PROBES", ()), _given(durations, "DURATIONS", False), user_of
                )
                self._tracked = _Tracked(counters, requests)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the settings, the application must start
            _log.error("auditor: usage is not tracked: %s", error)

    def __call__(self, request: Any) -> Any:  # noqa: ANN401 - requests and responses of whatever version
        """Pass a request on and count it; return the response, awaitable where Django serves asynchronously."""
        tracked = self._tracked
        if tracked is None or not tracked.is_on(request):
            return self.get_response(request)
        begun = tracked.begin(request)
        if self._is_async:
            return _answered(self.get_response(request), tracked, request, begun)
        try:
            response = self.get_response(request)
        except BaseException:
            tracked.count(request, 0, begun)
            raise
        tracked.count(request, response.status_code, begun)
        return response


async def _answered(response: Awaitable[Any], tracked: "_Tracked", request: Any, begun: float) -> Any:  # noqa: ANN401
    """Await the response of a request and count it."""
    try:
        answer = await response
    except Exception:
        tracked.count(request, 0, begun)
        raise
    except BaseException:  # cancelled: the client went away, the view was used
        tracked.count(request, _CLIENT_GONE, begun)
        raise
    tracked.count(request, answer.status_code, begun)
    return answer


class _Tracked:
    """What counts the requests of this process's project. Publishes its routes."""

    def __init__(self, counters: Counters, requests: RequestCounts) -> None:
        self._counters = counters
        self._requests = requests
        self._routes: DjangoRoutes | None = None

    def is_on(self, request: Any) -> bool:  # noqa: ANN401 - see above
        """Return whether to count a request: tracking is on, and nothing around the project counts it."""
        if not switch.is_on():
            self._counters.pause()
            return False
        scope = getattr(request, "scope", None)
        carried = scope if isinstance(scope, dict) else request.META
        if carried.get(_SEEN) is self._counters:
            return False
        carried[_SEEN] = self._counters
        return True

    def begin(self, request: Any) -> float:  # noqa: ANN401 - see above
        """Start what runs beside the application, at the first request; return when this one began."""
        try:
            self._counters.watch(layout.CALLS)
            if self._routes is None:
                self._routes = DjangoRoutes()
                self._counters.publish(self, {})  # the flushing thread asks for them
        except Exception as error:  # noqa: BLE001 - the application must go on
            hooks.complain(error)
        return perf_counter() if self._requests.durations else 0.0

    def refresh(self) -> None:
        """Publish the routes again where they changed."""
        if self._routes is not None and self._routes.read():
            self._counters.publish(self, self._routes.records())

    def count(self, request: Any, status: int, begun: float) -> None:  # noqa: ANN401 - see above
        """Count a request that ended; status 0 is an end without any answer."""
        try:
            seconds = perf_counter() - begun if begun and status != _CLIENT_GONE else None
            agent = request.META.get("HTTP_USER_AGENT")
            self._requests.count(request.method, self._key(request, status), status, agent, seconds, request)
        except Exception as error:  # noqa: BLE001 - the application must go on
            self._counters.lose()
            hooks.complain(error)

    def _key(self, request: Any, status: int) -> str | None:  # noqa: ANN401 - see above
        """Return the usage key of a request, None where no pattern took it."""
        if self._routes is None:
            return None
        match, urlconf = request.resolver_match, getattr(request, "urlconf", None)
        self._routes.know(None)
        if match is not None:
            return self._routes.key(match, urlconf, request.method, getattr(request, "LANGUAGE_CODE", ""))
        # The resolver was not asked, or found nothing. Where a middleware answered, as one that caches, the path
        # decides, so that a route in use never looks unused; a 404 is nobody's.
        return None if status == _NOT_FOUND else self._routes.key_by_path(request.path_info, urlconf, request.method)


def _given(argument: Any, name: str, default: Any = None) -> Any:  # noqa: ANN401 - whatever a setting holds
    """Return an argument, where it is None Django's setting `AUDITOR_…` of that name, else the default."""
    from django.conf import settings

    if argument is not None:
        return argument
    found = getattr(settings, f"AUDITOR_{name}", None)
    return default if found is None else found


def _function(given: Any) -> UserOf | None:  # noqa: ANN401 - whatever a setting holds
    """Return a function that is given as it is or by its dotted name."""
    if not isinstance(given, str):
        found: UserOf | None = given
        return found
    from django.utils.module_loading import import_string

    named: UserOf = import_string(given)
    return named
