"""FastAPI and Starlette: what registers routes, and how the application matches them.

In: values of followed start-up code. Out: a model with nodes, a `RouteTable`. Routes are matched in the order of
registration and the first match serves; a router's routes stand where it was included, also those added later. Never
imports the application.
"""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from auditor.analysis.routing.route_models import (
    RouteModel,
    argument,
    methods_of_class,
    path_of,
    prefix_text,
    texts,
    view_class,
)
from auditor.analysis.routing.route_tree import ANY, Node, RouteTable, join_plain
from auditor.analysis.routing.startup.values import Abstract, Instance, Native, Unknown, handler_of

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_WEBSOCKET = ("WEBSOCKET",)
_ADDRESSES = {
    "docs_url": "/docs", "redoc_url": "/redoc", "openapi_url": "/openapi.json",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
}  # fmt: skip
"""Attributes of a FastAPI application that are paths, with what they are unless the constructor is told otherwise."""


class _Route(NamedTuple):
    """A route object: what `Route`, `Mount` and the like were given; `kind` as in `AsgiModel.kinds`."""

    kind: str
    path: str | None
    target: Abstract
    methods: tuple[str, ...] = ()


class _Routes(list[Abstract]):
    """`app.routes`: what is added to the list is registered."""

    def __init__(self, model: "AsgiModel", node: Node) -> None:
        super().__init__()
        self.model, self.node = model, node

    def append(self, one: Abstract) -> None:
        """Register a route object behind all others."""
        self.model.register(self.node, one)

    def extend(self, many: Iterable[Abstract]) -> None:
        """Register route objects behind all others."""
        for one in list(many):
            self.append(one)

    def insert(self, at: object, one: Abstract) -> None:
        """Register a route object before all others, wherever it is put."""
        self.model.register(self.node, one, first=at == 0)

    def __iadd__(self, many: Iterable[Abstract]) -> "_Routes":  # type: ignore[misc]  # a list that registers
        self.extend(many)
        return self

    def note(self, one: Abstract) -> None:
        """Keep a route object that is registered already."""
        super().append(one)


class AsgiModel(RouteModel):
    """Knows applications, routers and route objects."""

    kinds: ClassVar[dict[str, str]] = {
        "fastapi.FastAPI": "asgi.app", "fastapi.applications.FastAPI": "asgi.app",
        "starlette.applications.Starlette": "starlette.app",
        "fastapi.APIRouter": "asgi.router", "fastapi.routing.APIRouter": "asgi.router",
        "fastapi.routers.APIRouter": "asgi.router", "fastapi_utils.inferring_router.InferringRouter": "asgi.router",
        "starlette.routing.Router": "starlette.router",
        "starlette.routing.Route": "asgi.route", "fastapi.routing.APIRoute": "asgi.route",
        "starlette.routing.WebSocketRoute": "asgi.websocket", "fastapi.routing.APIWebSocketRoute": "asgi.websocket",
        "starlette.routing.Mount": "asgi.mount", "fastapi.routing.Mount": "asgi.mount",
        "starlette.routing.Host": "asgi.host",
    }  # fmt: skip

    def prepare(self, made: Instance) -> None:
        """Make the node of an application or router."""
        if made.native.endswith((".app", ".router")):
            node = self.node(made, "app" if made.native.endswith(".app") else "router")
            node.routes = _Routes(self, node)

    def construct(self, made: Instance, args: list[Abstract], keywords: dict[str, Abstract]) -> None:
        """Read what a constructor was given."""
        if isinstance(made.state, Node):
            made.state.prefix = prefix_text(keywords.get("prefix"))
            if made.native == "asgi.app":
                made.attributes |= {name: keywords.get(name, known) for name, known in _ADDRESSES.items()}
            at = {"starlette.app": 1, "starlette.router": 0}.get(made.native, 99)
            routes = argument(args, keywords, at, "routes")
            for one in routes if isinstance(routes, list | tuple) else ():
                self.register(made.state, one)
            if isinstance(routes, Unknown):
                self.include_all = True
        else:
            made.state = self._route_object(made.native, args, keywords)

    def _route_object(self, kind: str, args: list[Abstract], keywords: dict[str, Abstract]) -> _Route:
        path = path_of(args, keywords, "host" if kind == "asgi.host" else "path")
        if kind in ("asgi.mount", "asgi.host"):
            target = argument(args, keywords, 1, "app")
            routes = keywords.get("routes")
            if isinstance(routes, list | tuple):
                inner = Instance(self.run.imported("starlette.routing.Router", ""), "starlette.router")
                self.prepare(inner)
                for one in routes:
                    self.register(inner.state, one)
                target = inner
            return _Route(kind, path.rstrip("/") if path is not None else None, target)
        target = argument(args, keywords, 1, "endpoint")
        if kind == "asgi.websocket":
            return _Route(kind, path, target, _WEBSOCKET)
        return _Route(kind, path, target, self._given_methods(keywords.get("methods"), target))

    def register(self, node: Node, made: Abstract, *, first: bool = False) -> None:
        """Register a route object on a node."""
        if not isinstance(made, Instance) or not isinstance(made.state, _Route):
            return
        kind, path, target, methods = made.state
        if kind == "asgi.include":
            self.include(node, target, path)
        elif kind in ("asgi.mount", "asgi.host"):
            self.include(node, target, path, mounted=kind == "asgi.mount", is_host=kind == "asgi.host")
        else:
            self.add(node, path, target, methods or self._of_class(target), methods or (ANY,), first=first)
        if isinstance(node.routes, _Routes):
            node.routes.note(made)

    def _note(self, node: Node, kind: str, path: str | None, target: Abstract, methods: tuple[str, ...] = ()) -> None:
        """Register what a method of an application or router was given."""
        name = {"asgi.websocket": "WebSocketRoute", "asgi.mount": "Mount"}.get(kind, "Route")
        made = Instance(self.run.imported(f"starlette.routing.{name}", ""), kind)
        made.state = _Route(kind, path, target, methods)
        made.attributes |= {"path": path if path is not None else Unknown(), "endpoint": target}
        self.register(node, made)

    def attribute(self, made: Instance, name: str) -> Abstract:
        """Return a method or attribute of an application, router or route."""
        node = made.state
        if not isinstance(node, Node):
            return self._of_route(made, name)
        if name == "router":
            return made
        if name == "routes":
            return node.routes
        if name == "prefix":
            return node.prefix if node.prefix is not None else Unknown()
        if name in _VERBS:
            return Native(name, lambda args, words: self._verb(made, name, args, words))
        method = getattr(self, f"_do_{name.strip('_')}", None)
        return Native(name, lambda args, words: method(made, args, words)) if method is not None else None

    def _of_route(self, made: Instance, name: str) -> Abstract:
        route = made.state
        if name == "__init__":
            return Native(name, lambda args, words: self.construct(made, args, words))
        if not isinstance(route, _Route):
            return None
        found = {"path": route.path, "endpoint": route.target, "app": route.target, "methods": list(route.methods)}
        return found.get(name)

    # Methods of applications and routers

    def _do_init(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        self.construct(made, args, words)

    def _verb(self, made: Instance, verb: str, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        """`@router.get("/x")`: a router asks its own `api_route`, which a subclass may have of its own."""
        words = words | {"methods": [verb.upper()]}
        if made.native == "asgi.router":
            return self.run.call_method(made, "api_route", args, words, 0)
        return self._do_api_route(made, args, words)

    def _do_api_route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        path = argument(args, words, 0, "path")
        rest = {name: value for name, value in words.items() if name != "path"}

        def decorate(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
            endpoint = given[0] if given else Unknown()
            if made.native == "asgi.router":
                self.run.call_method(made, "add_api_route", [path, endpoint], rest, 0)
            else:
                self._do_add_api_route(made, [path, endpoint], rest)
            return endpoint

        return Native("api_route", decorate)

    def _do_add_api_route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        endpoint = argument(args, words, 1, "endpoint")
        methods = self._given_methods(words.get("methods"), endpoint)
        self._note(made.state, "asgi.route", path_of(args, words), endpoint, methods)

    def _do_route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        return Native("route", lambda given, _words: self._routed(made, args, words, given))

    def _routed(
        self, made: Instance, args: list[Abstract], words: dict[str, Abstract], given: list[Abstract]
    ) -> Abstract:
        endpoint = given[0] if given else Unknown()
        methods = self._given_methods(argument(args, words, 1, "methods"), endpoint)
        self._note(made.state, "asgi.route", path_of(args, words), endpoint, methods)
        return endpoint

    def _do_add_route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        endpoint = argument(args, words, 1, "endpoint", "route")
        methods = self._given_methods(argument(args, words, 2, "methods"), endpoint)
        self._note(made.state, "asgi.route", path_of(args, words), endpoint, methods)

    def _do_websocket(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        def decorate(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
            self._note(made.state, "asgi.websocket", path_of(args, words), given[0] if given else None, _WEBSOCKET)
            return given[0] if given else Unknown()

        return Native("websocket", decorate)

    _do_websocket_route = _do_websocket

    def _do_add_websocket_route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        endpoint = argument(args, words, 1, "endpoint", "route")
        self._note(made.state, "asgi.websocket", path_of(args, words), endpoint, _WEBSOCKET)

    _do_add_api_websocket_route = _do_add_websocket_route

    def _do_include_router(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        router = argument(args, words, 0, "router")
        prefix = prefix_text(words.get("prefix", args[1] if len(args) > 1 else None))
        self._note(made.state, "asgi.include", prefix, router)

    def _do_mount(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        path = path_of(args, words)
        target = argument(args, words, 1, "app")
        self._note(made.state, "asgi.mount", path.rstrip("/") if path is not None else None, target)

    def _do_host(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        self._note(made.state, "asgi.host", path_of(args, words, "host"), argument(args, words, 1, "app"))

    # Methods of handlers

    def _given_methods(self, given: Abstract, endpoint: Abstract) -> tuple[str, ...]:
        """Return the methods of a registration; none where an endpoint class answers for itself."""
        return texts(given) or (() if view_class(endpoint) is not None else ("GET",))

    def _of_class(self, endpoint: Abstract) -> tuple[str, ...]:
        """Return the methods that an endpoint class defines."""
        of = view_class(endpoint)
        if of is None:
            return ()
        if any(base.endswith("WebSocketEndpoint") for base in of.externals()):
            return _WEBSOCKET
        return methods_of_class(of)

    # What is not known

    def on_unknown(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Keep what is registered on an object that is not known: served, at a path that cannot be told."""
        if self.run.in_tests:
            return None
        path = argument(args, keywords, 0, "path")
        if name in (*_VERBS, "api_route", "websocket") and isinstance(path, str) and (not path or path[0] == "/"):
            return Native(name, lambda given, _words: self._loose(given))
        if name in ("add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route"):
            self._loose([argument(args, keywords, 1, "endpoint", "route")])
            return Unknown()
        if name in ("include_router", "mount", "host"):
            given = argument(args, keywords, 0 if name == "include_router" else 1, "router", "app")
            if next(self.nodes_of(given), None) is not None:
                self.include(self.unknown_node(), given, "", mounted=False)
                return Unknown()
        return None

    def _loose(self, given: list[Abstract]) -> Abstract:
        found = handler_of(given[0]) if given else None
        if found is not None:
            self.loose.add(found[0])
        return given[0] if given else Unknown()


def read(model: AsgiModel) -> RouteTable:
    """Return the routes of every FastAPI and Starlette application."""
    return model.table("fastapi", join_plain, equal_only=False)
