"""Which route served a WSGI request. In: the application and a request's environ. Out: usage keys, the route tables.

Flask says itself which rule it chose; Django's handler does not, so its resolver is asked again. What neither knows
shares one key. Reads the routes at the first request, again where a rule is unknown, and before each delivery, in the
flushing thread. Minutes are watched only where routes can be seen: who cannot tell routes apart cannot say of one that
nobody called it.
"""

import logging
import time
from collections.abc import Iterator
from types import MethodType
from typing import Any, Protocol

from auditor.tracking import layout
from auditor.tracking.counters import Counters
from auditor.tracking.django_routes import DjangoRoutes, is_django
from auditor.tracking.flask_routes import FlaskRoutes, app_now, is_flask
from auditor.tracking.told_routes import CANNOT_BE_SEEN, TemplateOf, ToldRoutes

Environ = dict[str, Any]

_INNER = ("app", "wsgi_app", "application", "wrapped", "__wrapped__")
"""Names under which WSGI middlewares keep what they wrap."""
_DEEPEST = 20
_MOST_APPS = 100
_LOOK_AGAIN_SECONDS = 5.0
_NOT_FOUND = 404
_log = logging.getLogger("auditor.tracking")


class Routes(Protocol):
    """Knows which route served a request."""

    def start(self) -> None:
        """Start what runs beside the application, and find its routes, at the first chance. Cheap afterwards."""

    def key(self, environ: Environ, method: str, status: int) -> str | None:
        """Return the usage key of a request that is being answered, None where no route took it."""


class AppRoutes:
    """The routes of what is below a middleware: Flask applications, a Django project, or none that can be seen."""

    def __init__(self, app: object, counters: Counters) -> None:
        self._app = app
        self._counters = counters
        self._flask: list[FlaskRoutes] = []
        self._django: DjangoRoutes | None = None
        self._started = False
        self._looked = 0.0
        self._told = False

    def start(self) -> None:
        """See `Routes`."""
        if self._flask or self._django is not None:
            self._counters.watch(layout.CALLS)
            return
        self._counters.start()
        if not self._started:
            self._started = True
            for mount, app in _applications(self._app, "", 0):
                self._add(app, mount)

    def refresh(self) -> None:
        """Publish the routes again where they changed; where everything stands is looked up here, not in a request."""
        changed = [table.read() for table in tuple(self._flask)]
        if self._django is not None:
            changed.append(self._django.read())
        if any(changed):
            records = {} if self._django is None else self._django.records()
            for table in tuple(self._flask):
                records = table.records() | records
            self._counters.publish(self, records)

    def key(self, environ: Environ, method: str, status: int) -> str | None:
        """See `Routes`."""
        asked = environ.get("werkzeug.request")
        rule = getattr(asked, "url_rule", None)
        if rule is not None:
            table = self._table(rule, environ)
            return None if table is None else table.key(rule, method)
        if self._django is not None and asked is None:
            # A view's own 404 keeps its route: the resolver knows it.
            key = self._django.key_by_path(_path(environ), None, method)
            if key is not None or not self._flask:
                return key
        # No rule can be seen: it was a 404, which is nobody's; the method was refused; or something outside of the
        # routes answered. Then the path decides, so that a route in use never looks unused.
        if status == _NOT_FOUND:
            return None
        if not self._flask:
            self._tell()
        return self._key_by_path(environ)

    def _table(self, rule: Any, environ: Environ) -> FlaskRoutes | None:  # noqa: ANN401 - a rule of whatever version
        """Return the table of a rule that served: of several mounts of one application the one that was called."""
        found = [table for table in self._flask if table.knows(rule)]
        if not found and (not self._flask or self._time_to_look()):
            app = app_now()
            if app is not None and all(table.app is not app for table in self._flask):
                self._add(app, "")  # it hides behind something that does not say what it wraps
            for table in self._flask:
                table.read_again()
            found = [table for table in self._flask if table.knows(rule)]
        found = found or self._flask
        if not found:
            self._tell()
            return None
        called = [table for table in found if _script(environ).endswith(table.mount)]
        return max(called or found, key=lambda table: len(table.mount))

    def _key_by_path(self, environ: Environ) -> str | None:
        path = _path(environ)
        for table in sorted(self._flask, key=lambda table: -len(table.mount)):
            if _script(environ).endswith(table.mount):
                below = path
            elif f"{path}/".startswith(f"{table.mount}/"):
                below = path[len(table.mount) :] or "/"
            else:
                continue
            key = table.key_by_path(environ, below)
            if key is not None:
                return key
        return None

    def _add(self, app: object, mount: str) -> None:
        if is_django(app):
            self._django = self._django or DjangoRoutes()
        elif len(self._flask) < _MOST_APPS:
            self._flask.append(FlaskRoutes(app, mount))
        self._counters.publish(self, {})  # the flushing thread asks for them
        self._counters.watch(layout.CALLS)

    def _time_to_look(self) -> bool:
        now = time.monotonic()
        if now - self._looked < _LOOK_AGAIN_SECONDS:
            return False
        self._looked = now
        return True

    def _tell(self) -> None:
        """Say once that routes cannot be seen, and what to do."""
        if not self._told:
            self._told = True
            _log.warning(CANNOT_BE_SEEN)


class GivenRoutes:
    """Routes that a function of the application gives, request by request, when the answer begins."""

    def __init__(self, template: TemplateOf, counters: Counters) -> None:
        self._told = ToldRoutes(template, counters)

    def start(self) -> None:
        """See `Routes`."""
        self._told.start({})

    def key(self, environ: Environ, method: str, status: int) -> str | None:
        """See `Routes`; the application's own errors are raised."""
        return self._told.key(environ, None, None, method, status)


def _applications(app: object, mount: str, depth: int) -> Iterator[tuple[str, object]]:
    """Yield the applications that a WSGI application is, wraps or mounts, each with the path of its mount."""
    owner = app.__self__ if isinstance(app, MethodType) else app
    if owner is None or depth > _DEEPEST:
        return
    if is_flask(owner) or is_django(owner):
        yield mount, owner
        return
    mounts = getattr(owner, "mounts", None)
    for path, mounted in mounts.items() if isinstance(mounts, dict) else ():
        yield from _applications(mounted, mount + path, depth + 1)
    inner = next((found for name in _INNER if callable(found := getattr(owner, name, None))), None)
    yield from _applications(inner, mount, depth + 1)


def _script(environ: Environ) -> str:
    return environ.get("SCRIPT_NAME") or ""


def _path(environ: Environ) -> str:
    """Return the path that is left for the application, decoded."""
    path: str = environ.get("PATH_INFO") or "/"
    return path.encode("latin-1", "replace").decode("utf-8", "replace")
