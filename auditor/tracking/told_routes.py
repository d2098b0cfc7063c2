"""Routes that a function of the application tells. In: scopes or environs. Out: usage keys, and routes to publish.

For frameworks whose routes are not known here. What the function gives is a template, never a path; their number is
bounded all the same.
"""

import logging
from collections.abc import Callable
from typing import Any

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.handlers import describe
from auditor.tracking.requests import Decided, Decision
from auditor.tracking.route_table import known_method

_MOST_TEMPLATES = 5000
_log = logging.getLogger("auditor.tracking")

TemplateOf = Callable[[Any], str | tuple[str, object] | None]
"""Gives the template of the route that served a request, alone or with its handler; None where no route took it."""


CANNOT_BE_SEEN = (
    "auditor: the routes of this application cannot be seen, so its requests are counted together and no minute is "
    "marked as watched; give UsageMiddleware a template=, see its description"
)
"""What is logged, once, where nobody tells."""


class AskedRoutes:
    """Routes that are asked for request by request, so that nothing is decided; see `asgi_routes.Routes`."""

    def __init__(self) -> None:
        self.decided: Decided = {}

    def remember(
        self, endpoint: object, method: str, key: str | None, rest: tuple[int, bytes | None], decision: Decision
    ) -> None:
        """Forget it: the next request may have another key."""


class ToldRoutes(AskedRoutes):
    """Routes that a function of the application tells, request by request.

    Their number is bounded: a function that gives paths for templates would make a route of each.
    """

    def __init__(self, template_of: TemplateOf, counters: Counters) -> None:
        if not callable(template_of):
            raise TypeError("template= is to be a function")
        super().__init__()
        self._template_of = template_of
        self._counters = counters
        self._records: dict[str, dict[str, object] | None] = {}

    def start(self, scope: object) -> None:
        """See `asgi_routes.Routes`."""
        self._counters.watch(layout.CALLS)

    def refresh(self) -> None:
        """See `asgi_routes.Routes`; what is told is published when it is told first."""

    def key(self, scope: object, mounted: object, endpoint: object, method: str, status: int) -> str | None:
        """See `asgi_routes.Routes`; the application's own errors are raised."""
        told = self._template_of(scope)
        template, handler = told if isinstance(told, tuple) else (told, None)
        if template is None:
            return None
        if not isinstance(template, str):
            raise TypeError(f"template= gave {type(template).__name__}, not str, (str, handler) or None")
        key = f"{known_method(method)} {template}"
        if key not in self._records and not self._admit(key, handler):
            return None
        return key

    def _admit(self, key: str, handler: object) -> bool:
        if len(self._records) >= _MOST_TEMPLATES:
            return False
        if len(self._records) == _MOST_TEMPLATES - 1:
            _log.error("auditor: template= gave %d different templates; further ones are not told apart. "
                       "Give templates, not paths", _MOST_TEMPLATES)  # fmt: skip
        self._records[key] = None
        if handler is not None:
            found = describe(handler)
            self._records[key] = layout.route_record(found.name, found.file, found.line, "", [], 0.0, 0.0)
            self._counters.publish(self, {key: record for key, record in self._records.items() if record})
        return True
