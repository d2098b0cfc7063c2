"""Flask and what builds on it: what registers routes, and how the application matches them.

In: values of followed start-up code. Out: a model with nodes, a `RouteTable`. werkzeug ranks templates by itself
(literal parts first), so only equal templates shadow each other; the first registered serves. Never imports the
application.
"""

from typing import ClassVar

from auditor.analysis.routing.route_models import (
    RouteModel,
    argument,
    methods_of_class,
    path_of,
    prefix_text,
    texts,
    view_class,
)
from auditor.analysis.routing.route_tree import Node, RouteTable
from auditor.analysis.routing.startup.values import (
    UNKNOWN,
    Abstract,
    Class,
    External,
    Instance,
    Made,
    Native,
    Options,
    handler_of,
)
from auditor.tracking.templates import from_angles

_VERBS = ("get", "post", "put", "patch", "delete")
_AFTER_OWN = 1e8
"""Added to the order of nested blueprints: a blueprint registers its own routes first."""
_APPS = ("flask.Flask", "flask.app.Flask", "quart.Quart", "quart.app.Quart", "flask_openapi3.OpenAPI",
         "apiflask.APIFlask")  # fmt: skip
_BLUEPRINTS = (
    "flask.Blueprint", "flask.blueprints.Blueprint", "quart.Blueprint", "flask_smorest.Blueprint",
    "flask_openapi3.APIBlueprint", "apiflask.APIBlueprint", "flask_smorest.blueprint.Blueprint",
)  # fmt: skip
_APIS = (
    "flask_restx.Api", "flask_restx.api.Api", "flask_restplus.Api", "flask_restful.Api", "flask_smorest.Api",
    "flask_restful_swagger_2.Api",
)  # fmt: skip
_NAMESPACES = ("flask_restx.Namespace", "flask_restx.namespace.Namespace", "flask_restplus.Namespace")
VIEW = "flask.views.View.as_view()"
"""Name of what `as_view` makes."""


def join(prefix: str | None, path: str | None) -> str | None:
    """Join a prefix and a rule as `BlueprintSetupState.add_url_rule` does."""
    if prefix is None or path is None:
        return None
    if not prefix:
        return path
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path else prefix


class FlaskModel(RouteModel):
    """Knows applications, blueprints, and the interfaces and namespaces of its extensions."""

    kinds: ClassVar[dict[str, str]] = {
        **dict.fromkeys(_APPS, "flask.app"),
        **dict.fromkeys(_BLUEPRINTS, "flask.blueprint"),
        **dict.fromkeys(_APIS, "flask.api"),
        **dict.fromkeys(_NAMESPACES, "flask.namespace"),
    }

    def prepare(self, made: Instance) -> None:
        """Make the node of an object."""
        node = self.node(made, "app" if made.native == "flask.app" else "router")
        node.own_prefix = ""
        made.attributes["config"] = Options()
        made.attributes["view_functions"] = {}

    def construct(self, made: Instance, args: list[Abstract], keywords: dict[str, Abstract]) -> None:
        """Read what a constructor was given."""
        node = made.state
        if made.native == "flask.blueprint":
            prefix = keywords.get("url_prefix", args[5] if len(args) > 5 else None)
            node.own_prefix = _prefix(prefix)
            made.attributes |= {"url_prefix": prefix, "name": argument(args, keywords, 0, "name")}
        elif made.native == "flask.api":
            node.own_prefix = _prefix(keywords.get("prefix"))
            app = argument(args, keywords, 0, "app", "blueprint")
            if app is not None:
                self._on(made, app)
        elif made.native == "flask.namespace":
            name, path = argument(args, keywords, 0, "name"), keywords.get("path")
            given = path if path is not None else f"/{name}" if isinstance(name, str) else UNKNOWN
            node.own_prefix = given.rstrip("/") if isinstance(given, str) else None
            made.attributes |= {"name": name, "path": given}
            for api in self.run.iterate(keywords.get("api")) or [keywords.get("api")]:
                for parent in self.nodes_of(api):
                    self.include(parent, made, node.own_prefix)

    def _on(self, made: Instance, app: Abstract, prefix: str | None = "") -> None:
        """Serve an extension's interface by an application or blueprint."""
        for parent in self.nodes_of(app):
            if not any(one.child == made.state.name for one in parent.includes):
                self.include(parent, made, join(prefix, made.state.own_prefix))

    def attribute(self, made: Instance, name: str) -> Abstract:
        """Return a method or attribute of an application, blueprint or extension."""
        if name in _VERBS and made.native in ("flask.app", "flask.blueprint"):
            return Native(name, lambda args, words: self._route(made, args, words | {"methods": [name.upper()]}))
        known = _METHODS.get(made.native, {}).get(name)
        if known is not None:
            return Native(name, lambda args, words: known(self, made, args, words))
        if name == "wsgi_app":
            return made
        return None

    def class_attribute(self, of: Class, name: str) -> Abstract:
        """Return `as_view` of class-based views."""
        if name == "as_view" and of.externals():
            return Native(name, lambda _args, _words: Made(VIEW, [of], {}))
        return None

    # Methods

    def _init(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        self.construct(made, args, words)

    def _route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`@app.route("/x")`: asks the object's own `add_url_rule`, which a subclass may have of its own."""
        rule = argument(args, words, 0, "rule")
        rest = {name: value for name, value in words.items() if name not in ("rule", "endpoint")}

        def decorate(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
            view = given[0] if given else UNKNOWN
            self.run.call_method(made, "add_url_rule", [rule, words.get("endpoint"), view], rest, 0)
            return view

        return Native("route", decorate)

    def _add_url_rule(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        view = argument(args, words, 2, "view_func", "f")
        rule = path_of(args, words, "rule")
        if view is None:
            endpoint = argument(args, words, 1, "endpoint")
            made.attributes.setdefault("pending", []).append([endpoint, rule, words.get("methods")])
            view = made.attributes["view_functions"].get(endpoint)
        if view is not None:
            self._add(made.state, rule, view, words.get("methods"))

    def _add(self, node: Node, rule: str | None, view: Abstract, methods: Abstract) -> None:
        self.add(node, from_angles(rule) if rule is not None else None, view, self._methods(methods, view))

    def _endpoint(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`@app.endpoint("name")`: the view of rules that were added by name alone."""

        def decorate(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
            for endpoint, rule, methods in made.attributes.get("pending", ()):
                if given and args and endpoint == args[0]:
                    self._add(made.state, rule, given[0], methods)
            return given[0] if given else UNKNOWN

        return Native("endpoint", decorate)

    def _register_blueprint(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        given = argument(args, words, 0, "blueprint", "blp")
        prefix = words.get("url_prefix")
        parents = [made.state]
        if made.native == "flask.api":
            parents = [node for node in self.nodes.values() if any(made.state.name == i.child for i in node.includes)]
        for node in parents:
            late = _AFTER_OWN if node.role == "router" else 0.0
            children = list(self.nodes_of(given))
            for child in children:
                known = child.own_prefix if prefix is None else _prefix(prefix)
                self.include(node, _holder(child), known, late=late)
            if not children:
                self.include(node, given, None, late=late)

    def _record(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`blueprint.record(f)`: called with a state when the blueprint is registered."""
        return args[0] if args else UNKNOWN

    def _init_app(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        app = argument(args, words, 0, "app")
        self._on(made, app)

    def _add_resource(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`api.add_resource(View, "/a", "/b")` of Flask-RESTful and flask-restx."""
        urls = args[1:]
        for url in urls or [UNKNOWN]:
            self._add(
                made.state, url if isinstance(url, str) else None, args[0] if args else UNKNOWN, words.get("methods")
            )

    def _resource(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`@namespace.route("/a", "/b")`, `@api.resource("/a")`."""

        def decorate(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
            self.run.call_method(made, "add_resource", [given[0] if given else UNKNOWN, *args], {}, 0)
            return given[0] if given else UNKNOWN

        return Native("resource", decorate)

    def _add_namespace(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        given, path = argument(args, words, 0, "ns"), argument(args, words, 1, "path")
        for child in self.nodes_of(given):
            made.state.includes = [one for one in made.state.includes if one.child != child.name]
            known = child.own_prefix if path is None else _prefix(path)
            self.include(made.state, _holder(child), known.rstrip("/") if known is not None else None)

    def _namespace(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`api.namespace("users", path="/u")`: makes one and adds it."""
        space = self.run.call(External("flask_restx.Namespace"), args, words, 0)
        self._add_namespace(made, [space], {})
        return space

    # Methods of handlers

    def _methods(self, given: Abstract, view: Abstract) -> tuple[str, ...]:
        """Return the methods given, or those that a class-based view declares or defines, or GET."""
        listed = texts(given)
        of = view_class(view)
        if listed or of is None:
            declared = view.attributes.get("methods") if hasattr(view, "attributes") else None
            return listed or texts(declared) or ("GET",)
        declared = texts(of.find("methods"))
        if declared:
            return declared
        methodical = any(base.endswith(("MethodView", "Resource", "MethodResource")) for base in of.externals())
        return methods_of_class(of) if methodical else ("GET",)

    # What is not known

    def on_unknown(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Keep what is registered on an object that is not known: served, at a path that cannot be told."""
        if self.run.in_tests:
            return None
        rule = argument(args, keywords, 0, "rule")
        if name == "route" and isinstance(rule, str) and rule.startswith("/"):
            return Native(name, lambda given, _words: self._loose(given[0] if given else UNKNOWN))
        if name == "add_url_rule":
            return self._loose(argument(args, keywords, 2, "view_func"))
        if name == "register_blueprint":
            self.include(self.unknown_node(), argument(args, keywords, 0, "blueprint"), None)
            return UNKNOWN
        if name == "add_resource" and args:
            return self._loose(args[0])
        return None

    def _loose(self, view: Abstract) -> Abstract:
        found = handler_of(view)
        if found is not None:
            self.loose.add(found[0])
        return view if view is not None else UNKNOWN


_ROUTING = {
    "__init__": FlaskModel._init, "route": FlaskModel._route, "add_url_rule": FlaskModel._add_url_rule,
    "register_blueprint": FlaskModel._register_blueprint, "endpoint": FlaskModel._endpoint,
}  # fmt: skip
_RESOURCES = {
    "__init__": FlaskModel._init, "add_resource": FlaskModel._add_resource, "resource": FlaskModel._resource,
    "route": FlaskModel._resource, "init_app": FlaskModel._init_app, "add_namespace": FlaskModel._add_namespace,
    "namespace": FlaskModel._namespace, "register_blueprint": FlaskModel._register_blueprint,
}  # fmt: skip
_METHODS = {
    "flask.app": _ROUTING, "flask.blueprint": _ROUTING | {"record": FlaskModel._record,
                                                           "record_once": FlaskModel._record},
    "flask.api": _RESOURCES, "flask.namespace": _RESOURCES,
}  # fmt: skip


def _prefix(value: Abstract) -> str | None:
    """Return a prefix as a template: `""` where none is given, None where it is not known."""
    text = prefix_text(value)
    return from_angles(text) if text is not None else None


def _holder(node: Node) -> Instance:
    """Return a value that stands for a node."""
    made = Instance(External(""), "")
    made.state = node
    return made


def read(model: FlaskModel) -> RouteTable:
    """Return the routes of every Flask application."""
    return model.table("flask", join, equal_only=True)
