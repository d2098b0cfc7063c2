"""The routes of a Flask application. In: the application, rules and paths. Out: usage keys, the route table.

A template has the prefixes of all blueprints, of the mount below which another application serves this one, and the
host or subdomain of a rule that has one (`{user}.{domain}/profile`). What belongs to the deployment (`SCRIPT_NAME`,
`SERVER_NAME`) is left out. Works by what werkzeug's objects look like; imports no framework, calls no view.
"""

import re
import sys
from collections.abc import Mapping
from typing import Any

from auditor.tracking.route_table import ANY, WEBSOCKET, known_method
from auditor.tracking.templates import from_angles
from auditor.tracking.view_routes import Answers, ViewRoute, records, told_apart, view_class

_NAME = re.compile(r"[A-Za-z_]\w*>")


class FlaskRoutes:
    """The routes of one application.

    Args:
        app: Whatever has a werkzeug `url_map` and `view_functions`.
        mount: What stands before all its paths, where another application serves it below a path.
    """

    def __init__(self, app: Any, mount: str = "") -> None:  # noqa: ANN401 - of whatever version
        self.app = app
        self.mount = mount
        self._known: dict[int, tuple[Any, ViewRoute]] = {}
        self._signature: int | None = None
        self._published: int | None = None
        self.read_again()

    def read_again(self) -> None:
        """Read the rules where they changed."""
        rules = [rule for rule in self.app.url_map.iter_rules() if not rule.build_only]
        signature = hash(tuple((id(rule), id(self._view(rule))) for rule in rules))
        if signature != self._signature:
            routes = told_apart(self._route(rule) for rule in rules)
            self._known = {id(rule): (rule, route) for rule, route in zip(rules, routes, strict=True)}
            self._signature = signature

    def read(self) -> bool:
        """Read the rules where they changed; return whether what is published is out of date."""
        self.read_again()
        return self._published != self._signature

    def records(self) -> dict[str, dict[str, object]]:
        """Return the route table as it is published."""
        self._published = self._signature
        routes = ((route, _answers(route)) for _, route in self._known.values() if route.view is not None)
        return records(routes, first_takes_all=False)

    def knows(self, rule: object) -> bool:
        """Return whether a rule is one of this application's, as far as they were read."""
        return id(rule) in self._known

    def key(self, rule: Any, method: str) -> str:  # noqa: ANN401 - see above
        """Return the usage key of a request that a rule took."""
        known = self._known.get(id(rule))
        route = known[1] if known is not None else self._route(rule)
        return route.key(WEBSOCKET if WEBSOCKET in route.methods else known_method(method))

    def key_by_path(self, environ: Mapping[str, Any], path: str) -> str | None:
        """Return the usage key of the rule that takes a path, whatever served it; None where no rule does."""
        from werkzeug.exceptions import HTTPException, MethodNotAllowed

        method = environ.get("REQUEST_METHOD", "")
        has_subdomains = getattr(self.app, "subdomain_matching", False)
        server_name = self.app.config.get("SERVER_NAME") if has_subdomains else None
        adapter = self.app.url_map.bind_to_environ(environ, server_name=server_name)
        try:
            try:
                rule, _ = adapter.match(path, method=method, return_rule=True)
            except MethodNotAllowed as refused:
                allowed = list(refused.valid_methods or ())
                if not allowed:
                    return None
                rule, _ = adapter.match(path, method=allowed[0], return_rule=True)
        except HTTPException:
            return None
        return self.key(rule, method)

    def _view(self, rule: Any) -> object:  # noqa: ANN401 - see above
        return self.app.view_functions.get(rule.endpoint)

    def _route(self, rule: Any) -> ViewRoute:  # noqa: ANN401 - see above
        written = self._host(rule) + self.mount + rule.rule
        methods = _methods(rule)
        return ViewRoute(from_angles(written), written, _compared(written), methods, self._view(rule))

    def _host(self, rule: Any) -> str:  # noqa: ANN401 - see above
        if self.app.url_map.host_matching:
            return rule.host or ""
        subdomain = rule.subdomain or ""
        return f"{subdomain}.{{domain}}" if subdomain != (self.app.url_map.default_subdomain or "") else ""


def is_flask(app: object) -> bool:
    """Return whether an object is a Flask application."""
    return hasattr(app, "url_map") and hasattr(app, "view_functions")


def app_now() -> object | None:
    """Return the Flask application that serves the present request; None outside of one."""
    flask = sys.modules.get("flask")
    if flask is None or not flask.has_app_context():
        return None
    found: object = flask.current_app._get_current_object()
    return found


def _methods(rule: Any) -> frozenset[str]:  # noqa: ANN401 - see above
    """Return the methods of a rule's own: without `HEAD` that goes with `GET`, and `OPTIONS` that Flask answers."""
    if getattr(rule, "websocket", False):
        return frozenset({WEBSOCKET})
    methods = set(rule.methods or {ANY})
    if "GET" in methods:
        methods.discard("HEAD")
    if getattr(rule, "provide_automatic_options", False) and len(methods) > 1:
        methods.discard("OPTIONS")
    return frozenset(methods)


def _answers(route: ViewRoute) -> Answers:
    """Return who answers each method: a class-based view as a whole, as the source names it."""
    target = view_class(route.view) or route.view
    return tuple((method, target) for method in sorted(route.methods))


def _compared(written: str) -> str:
    """Return a rule without its parameters' names: of equal ones werkzeug asks the first."""
    return _NAME.sub(">", written)
