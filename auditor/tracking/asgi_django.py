"""Which URL pattern of Django served an ASGI request. In: what `get_asgi_application()` returns. Out: usage keys.

Django tells its resolver's choice to its own middlewares only, so the handler's `resolve_request` is wrapped: it notes
the key in the scope, in the language and with the URL configuration of the request. Where Django answered before it
asked the resolver, the path decides; a 404 without a pattern is nobody's. Imports Django when it is asked.
"""

from typing import Any

from auditor.tracking import layout
from auditor.tracking.asgi_routes import SEEN, Mounted, Scope
from auditor.tracking.counters import Counters
from auditor.tracking.django_routes import DjangoRoutes
from auditor.tracking.told_routes import AskedRoutes

_KEY = "auditor.tracking.key"
_NOT_FOUND = 404


class HandlerRoutes(AskedRoutes):
    """The routes of the Django project behind an ASGI handler; see `asgi_routes.Routes`."""

    def __init__(self, handler: Any, counters: Counters) -> None:  # noqa: ANN401 - of whatever version
        super().__init__()
        self._counters = counters
        self._routes = DjangoRoutes()
        self._announced = False
        self._resolve = handler.resolve_request
        handler.resolve_request = self._noted

    def _noted(self, request: Any) -> Any:  # noqa: ANN401 - Django's request and match
        match = self._resolve(request)
        try:
            if SEEN in request.scope:
                urlconf = getattr(request, "urlconf", None)
                request.scope[_KEY] = self._routes.key(match, urlconf, request.method)
        except Exception as error:  # noqa: BLE001 - the application must go on
            request.scope[_KEY] = error  # raised where the request is counted: it is lost, not unmatched
        return match

    def start(self, scope: Scope) -> None:
        """See `Routes`."""
        self._counters.watch(layout.CALLS)
        if not self._announced:
            self._announced = True
            self._counters.publish(self, {})  # the flushing thread asks for them

    def refresh(self) -> None:
        """See `Routes`."""
        if self._routes.read():
            self._counters.publish(self, self._routes.records())

    def key(self, scope: Scope, mounted: Mounted | None, endpoint: object, method: str, status: int) -> str | None:
        """See `Routes`."""
        noted: str | Exception | None = scope.get(_KEY)
        if isinstance(noted, Exception):
            raise noted
        if noted is not None or status == _NOT_FOUND or scope["type"] != "http":
            return noted
        path, root = scope["path"], scope.get("root_path", "")
        return self._routes.key_by_path(path[len(root) :] if root and path.startswith(root) else path, None, method)
