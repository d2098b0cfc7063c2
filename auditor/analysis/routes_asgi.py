"""The route table of FastAPI and Starlette applications, read from the source.

In: all facts, the symbol table. Out: a `RouteTable`. Routes are matched in the order of registration and the first
match serves; a router's routes stand where it was included, also those added later. Never imports the application.
"""

from collections.abc import Iterator

from auditor.analysis import route_methods
from auditor.analysis.registration_order import OrderOf
from auditor.analysis.registrations import Registrations
from auditor.analysis.route_objects import RouteObjects
from auditor.analysis.route_tree import ANY, Handler, Include, Node, Order, RouteTable, join_plain, table
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, Value

_FAMILIES = {
    "fastapi.FastAPI": "app",
    "fastapi.applications.FastAPI": "app",
    "starlette.applications.Starlette": "app",
    "fastapi.APIRouter": "router",
    "fastapi.routing.APIRouter": "router",
    "fastapi.routers.APIRouter": "router",
    "starlette.routing.Router": "router",
}
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
_BY_CALL = ("add_api_route", "add_route", "add_api_websocket_route", "add_websocket_route")
_BY_DECORATOR = ("api_route", "route", "websocket", "websocket_route")
_INCLUDES = ("include_router", "mount", "host")
_ROUTE_CLASSES = ("Route", "WebSocketRoute", "Mount", "Host", "APIRoute", "APIWebSocketRoute")


def read(registrations: Registrations) -> RouteTable:
    """Return the routes of every FastAPI and Starlette application."""
    builder = _Builder(registrations)
    builder.collect()
    found = table(builder.nodes, "fastapi", join_plain, registrations.place)
    return found._replace(unplaced=found.unplaced | builder.loose(found))


class _Builder:
    def __init__(self, registrations: Registrations) -> None:
        self.known = registrations
        self.objects = RouteObjects(registrations, _FAMILIES)
        self.nodes = self.objects.nodes
        self.order = OrderOf(registrations)
        self.include_all = False

    def collect(self) -> None:
        """Make a node of every application and router, then read every registration on them."""
        self.objects.collect()
        for facts, call in list(self.known.calls(*_INCLUDES)):
            self._include(facts, call)
        for facts, call in list(self.known.calls(*_VERBS, *_BY_CALL, *_BY_DECORATOR)):
            self._handler(facts, call)
        for name, built in list(self.known.built.items()):
            if name in self.nodes:
                self._routes_of(self.nodes[name], built.call, built.facts)

    def _handler(self, facts: ModuleFacts, call: CallFact) -> None:
        """Read `@router.get("/x")` and `router.add_api_route("/x", f)`."""
        method = call.callee.rpartition(".")[2]
        by_call = method in _BY_CALL
        if not by_call and (call.decorates is None or not call.called):
            return
        first = call.args[0] if call.args else call.keywords.get("path")
        path = self.known.text(first)
        looks_like_path = path is not None and (path == "" or path.startswith("/"))
        nodes = self.objects.receivers(call.callee, create=looks_like_path and (by_call or method in _VERBS))
        if not nodes or (nodes[0].role == "unknown" and facts.in_tests):
            return
        if by_call:
            endpoint = call.args[1] if len(call.args) > 1 else call.keywords.get("endpoint", call.keywords.get("route"))
            handler = self.known.callable_id(endpoint)
        else:
            handler = call.decorates
        methods = self._methods(method, call, handler)
        for node in nodes:
            matched = methods if methods else (ANY,)
            served = route_methods.rows(methods or self._class_methods(handler))
            certain = self.order.is_certain(node.name, facts, call)
            node.handlers.append(
                Handler(self.order.of(node.name, facts, call), served, path, handler, matched, certain)
            )

    def _methods(self, verb: str, call: CallFact, handler: DefinitionId | None) -> tuple[str, ...]:
        """Return the methods of a registration; empty where an endpoint class answers for itself."""
        if "websocket" in verb:
            return ("WEBSOCKET",)
        if verb in _VERBS:
            return (verb.upper(),)
        position = 2 if verb in ("add_route",) else 1 if verb == "route" else len(call.args)
        given = call.keywords.get("methods") or (call.args[position] if len(call.args) > position else None)
        return self._given_methods(given, handler)

    def _given_methods(self, given: Value | None, handler: DefinitionId | None) -> tuple[str, ...]:
        listed = tuple(text.upper() for text in map(self.known.text, self.known.elements(given)) if text)
        if listed:
            return tuple(dict.fromkeys(listed))
        definition = self.known.symbols.by_id.get(handler) if handler is not None else None
        return () if definition is not None and definition.kind == "class" else ("GET",)

    def _class_methods(self, handler: DefinitionId | None) -> tuple[str, ...]:
        """Return the methods that an endpoint class defines, those of its bases included."""
        if handler is None:
            return ()
        own, external = self.known.symbols.order(handler)
        if any(base.endswith("WebSocketEndpoint") for base in external):
            return ("WEBSOCKET",)
        names = {name for one in own for name in self.known.symbols.members(one)}
        return route_methods.of_class(names)

    def _include(self, facts: ModuleFacts, call: CallFact) -> None:
        """Read `include_router`, `mount` and `host`."""
        method = call.callee.rpartition(".")[2]
        nodes = self.objects.receivers(call.callee, create=method == "include_router")
        if method == "include_router":
            given = call.args[0] if call.args else call.keywords.get("router")
            prefix, mounted = (
                self.objects.prefix(call.keywords.get("prefix", call.args[1] if len(call.args) > 1 else None)),
                False,
            )
        else:
            given = call.args[1] if len(call.args) > 1 else call.keywords.get("app")
            prefix, mounted = self.known.text(call.args[0] if call.args else call.keywords.get("path")), True
            prefix = prefix.rstrip("/") if prefix is not None else None
            mounted = method == "mount"
        for node in nodes:
            order = self.order.of(node.name, facts, call)
            certain = self.order.is_certain(node.name, facts, call)
            children = self._children(given, facts, call)
            for child in children:
                node.includes.append(Include(order, child, prefix, mounted, call.source, certain))
            if mounted and not children:
                node.includes.append(Include(order, "", prefix, mounted, call.source, certain))

    def _children(self, given: Value | None, facts: ModuleFacts, call: CallFact) -> list[str]:
        """Return the nodes that a value stands for; where it is not known, every router that its code refers to."""
        found = self._named_nodes(given)
        if found or call.callee.rpartition(".")[2] != "include_router":
            return found
        if given is not None and given.kind in ("name", "call") and given.text and not given.text.startswith("."):
            name = self.known.canonical(given.text)
            if self.known.definition(given.text) is None and "<locals>" not in name:
                return []
        routers = self.objects.around(facts, call)
        if not routers:
            self.include_all = True
        return routers

    def _named_nodes(self, given: Value | None) -> list[str]:
        """Return the nodes a value names: directly, through a factory, inside a wrapper, or built on the spot."""
        if given is None:
            return []
        if given.kind == "name":
            name = self.objects.name(given.text)
            return [name] if name in self.nodes else []
        if given.kind != "call":
            return []
        made = self.objects.made_by(given.text)
        if made is not None and made in self.nodes:
            return [made]
        if self.objects.family(given.text) is not None:
            return [self._inline(given)]
        return [name for argument in (*given.values, *given.keywords.values()) for name in self._named_nodes(argument)]

    def _inline(self, given: Value) -> str:
        """Make a node of an application built inside another call."""
        name = f"<inline {len(self.nodes)}>"
        node = self.nodes[name] = Node(
            name, "router", in_tests=False, prefix=self.objects.prefix(given.keywords.get("prefix"))
        )
        routes = given.keywords.get("routes") or (
            given.values[0] if given.values and given.text.endswith("Router") else None
        )
        self._listed(node, routes, (0.0, "", 0), "")
        return name

    def _routes_of(self, node: Node, call: CallFact, facts: ModuleFacts) -> None:
        """Read the `routes=[…]` that a constructor was given."""
        given = call.keywords.get("routes")
        if given is None and call.callee.endswith("Router") and call.args:
            given = call.args[0]
        if given is None and call.callee.endswith("Starlette") and len(call.args) > 1:
            given = call.args[1]
        self._listed(node, given, (float(call.line), facts.path, 0), call.source)

    def _listed(self, node: Node, given: Value | None, base: Order, by: DefinitionId) -> None:
        for index, element in enumerate(self.known.elements(given)):
            found = self.known.value(element)
            if found is not None and found.kind == "call":
                self._listed_one(node, found, (base[0], base[1], base[2] + index + 1), by)

    def _listed_one(self, node: Node, given: Value, order: Order, by: DefinitionId) -> None:
        """Read one `Route(…)`, `WebSocketRoute(…)`, `Mount(…)` or `Host(…)`."""
        kind = given.text.rpartition(".")[2]
        arguments = list(given.values)
        path = self.known.text(arguments[0] if arguments else given.keywords.get("path"))
        second = arguments[1] if len(arguments) > 1 else None
        if kind in ("Route", "APIRoute", "WebSocketRoute", "APIWebSocketRoute"):
            handler = self.known.callable_id(second or given.keywords.get("endpoint"))
            methods = (
                ("WEBSOCKET",) if "WebSocket" in kind else self._given_methods(given.keywords.get("methods"), handler)
            )
            served = route_methods.rows(methods or self._class_methods(handler))
            node.handlers.append(Handler(order, served, path, handler, methods or (ANY,)))
        elif kind in ("Mount", "Host"):
            prefix = path.rstrip("/") if path is not None else None
            children = self._named_nodes(second or given.keywords.get("app"))
            if "routes" in given.keywords:
                name = f"<inline {len(self.nodes)}>"
                self.nodes[name] = Node(name, "router", in_tests=node.in_tests, prefix="")
                self._listed(self.nodes[name], given.keywords["routes"], (0.0, "", 0), by)
                children.append(name)
            for child in children or [""]:
                node.includes.append(Include(order, child, prefix, kind == "Mount", by))

    def loose(self, found: RouteTable) -> frozenset[DefinitionId]:
        """Return handlers that may be served although nothing seen includes them.

        Those given to a `Route(…)` outside of any list that was read; all orphans where some `include_router` takes a
        router that is not known.
        """
        placed = {handler.handler for node in self.nodes.values() for handler in node.handlers}
        outside: set[DefinitionId] = set(found.orphans) if self.include_all else set()
        for _, call in self.known.calls(*_ROUTE_CLASSES):
            if not call.callee.startswith(("starlette.", "fastapi.")):
                continue
            for handler in self._endpoints(call):
                if handler not in placed:
                    outside.add(handler)
        return frozenset(outside)

    def _endpoints(self, call: CallFact) -> Iterator[DefinitionId]:
        given = call.args[1] if len(call.args) > 1 else call.keywords.get("endpoint")
        handler = self.known.callable_id(given)
        if handler is not None and not call.callee.endswith(("Mount", "Host")):
            yield handler
