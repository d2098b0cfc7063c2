"""Counts requests that are answered: what every HTTP hook shares. In: what is known of a request. Out: counts.

A call is counted under its usage key and status class; where that was asked for, its duration and its user as well.
Probes and bots are counted apart, under the same fields, and are no last use. Never keeps a path or a user; of user
agents, a bounded number is known again.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.traffic import Traffic

Routes = TypeVar("Routes")

_MOST_KEYS = 10_000
_FREQUENT = (0, 200, 201, 204, 301, 302, 304, 400, 401, 403, 404, 405, 422, 500, 503)
_Known = tuple[str, str, dict[int, str]]
"""Of a usage key: its name, what `Traffic` knows of its route, the field of each frequent status."""
_log = logging.getLogger("auditor.tracking")

Decision = tuple[str, str, str]
"""How a request is counted: what `Counters.add` is called with."""

Decided = dict[tuple[int, str | None, int, bytes | None], Decision]
"""By the endpoint's identity, method, status and user agent: how requests are counted that are all alike."""

UserOf = Callable[[Any], str | bytes | int | None]
"""Gives the user's id of a request, in the form the hook has it (an ASGI scope, a WSGI environment, Django's request);
None for nobody. Called in the request's own thread or loop, once the response starts, so that authentication has run;
must be quick and not wait."""


class RequestCounts:
    """Counts the requests of one application.

    Args:
        counters: Where counts go.
        probes: What else is a probe, see `Traffic`.
        durations: Whether durations are counted, in buckets.
        user: Gives the user's id of a request. Only the registers of the day's sketch that it raises are kept.
    """

    def __init__(
        self, counters: Counters, probes: Iterable[str] = (), durations: bool = False, user: UserOf | None = None
    ) -> None:
        self.durations = bool(durations)
        self._counters = counters
        self._traffic = Traffic(probes)
        self._user = user
        self._user_failed = False
        self._known: dict[str | None, _Known] = {}
        given: object = user
        if given is not None and not callable(given):
            _log.error("auditor: users are not counted: user= is to be a function")
            self._user = None
        if self._user is not None:
            from auditor.tracking import sketches  # noqa: F401 - its hash loads for milliseconds, not in a request

    def count(
        self,
        method: str,
        key: str | None,
        status: int,
        agent: str | bytes | None,
        seconds: float | None = None,
        request: object = None,
    ) -> Decision:
        """Count one request, once, and return how: the arguments of `Counters.add`.

        Args:
            method: HTTP method as it was sent, or `WEBSOCKET`.
            key: Usage key of its route ("GET /users/{id}"); None where no route took it.
            status: Status of the response; 0 where there was none.
            agent: Value of its `User-Agent`, None where there was none.
            seconds: How long it took to the start of the response; None where that was not measured. Hooks need not
                measure unless `durations` is set.
            request: What the function that gives the user is called with.
        """
        name, route, fields = self._known.get(key) or self._remember(key)
        field = fields.get(status) or layout.call_field(name, layout.status_class(status))
        kind = self._traffic.kind(method, route, agent)
        decision = (kind, field, name if kind is layout.CALLS else "")
        self._counters.add(*decision)
        if key is not None and kind is layout.CALLS:
            if seconds is not None:
                self._counters.took(kind, key, seconds)
            if self._user is not None:
                self._see(self._user, key, request)
        return decision

    @property
    def are_alike(self) -> bool:
        """Whether requests of one key, method, status and user agent count alike: no duration, no user of their own."""
        return not self.durations and self._user is None

    def _remember(self, key: str | None) -> "_Known":
        """Keep what is the same for all requests of a key; forget all of them where there are too many."""
        if len(self._known) >= _MOST_KEYS:
            self._known.clear()
        name = key or layout.UNMATCHED
        fields = {status: layout.call_field(name, layout.status_class(status)) for status in _FREQUENT}
        known = self._known[key] = (name, self._traffic.route(name), fields)
        return known

    def _see(self, user_of: UserOf, key: str, request: object) -> None:
        try:
            user: object = user_of(request)
        except Exception as error:  # noqa: BLE001 - the application's function; the call itself is counted
            self._complain(f"it raised {type(error).__name__}")
            return
        if isinstance(user, int):
            user = str(user)
        if isinstance(user, str | bytes):
            if user:
                self._counters.saw(key, user)
        elif user is not None:
            if hasattr(user, "close"):
                user.close()  # a coroutine that nobody will await
            self._complain(f"it returned {type(user).__name__}, not str, bytes or None")

    def _complain(self, what: str) -> None:
        """Say once that the application's function does not work."""
        if not self._user_failed:
            self._user_failed = True
            _log.error("auditor: a user could not be counted: user= failed: %s", what)


class Tracked(Generic[Routes]):
    """What counts the requests of one application; `routes` knows which route served."""

    __slots__ = ("counters", "requests", "routes")

    def __init__(self, counters: Counters, requests: RequestCounts, routes: Routes) -> None:
        self.counters = counters
        self.requests = requests
        self.routes = routes
