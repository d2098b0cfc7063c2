"""aiohttp's server: what registers routes, and how the application matches them.

In: values of followed start-up code. Out: a model with nodes, a `RouteTable`. Resources are looked up by their literal
beginnings first, so only equal templates shadow each other. Never imports the application.
"""

from typing import ClassVar, NamedTuple

from auditor.analysis.routing.route_models import RouteModel, argument, methods_of_class, path_of, view_class
from auditor.analysis.routing.route_syntaxes import from_braces
from auditor.analysis.routing.route_tree import ANY, Node, RouteTable, join_plain
from auditor.analysis.routing.startup.values import UNKNOWN, Abstract, External, Instance, Native, handler_of

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_WEB = ("aiohttp.web.", "aiohttp.web_routedef.")


class _Definition(NamedTuple):
    """What `web.get(…)` makes; `method` is `VIEW` for a class that answers for itself."""

    method: str
    path: str | None
    target: Abstract


class _Table(list[Abstract]):
    """A table of route definitions, and the nodes of the applications that took it."""

    def __init__(self) -> None:
        super().__init__()
        self.takers: list[Node] = []


class AiohttpModel(RouteModel):
    """Knows applications, tables of routes and resources."""

    kinds: ClassVar[dict[str, str]] = {
        "aiohttp.web.Application": "aiohttp.app", "aiohttp.web_app.Application": "aiohttp.app",
        "aiohttp.web.RouteTableDef": "aiohttp.table", "aiohttp.web_routedef.RouteTableDef": "aiohttp.table",
        "aiohttp.web.Resource": "aiohttp.resource",
    }  # fmt: skip

    def prepare(self, made: Instance) -> None:
        """Make the node of an application; a table is a list of definitions."""
        if made.native == "aiohttp.app":
            self.node(made, "app")
        elif made.native == "aiohttp.table":
            made.state = _Table()

    def attribute(self, made: Instance, name: str) -> Abstract:
        """Return a method or attribute of an application, a table or a resource."""
        if name == "router":
            return made
        if isinstance(made.state, _Table):
            return self._of_table(made.state, name)
        if made.native == "aiohttp.resource":
            if not isinstance(made.state, Node):
                return None  # one that the project makes itself, of a class of its own
            path = made.attributes["path"]
            return Native(name, lambda args, _words: self._add_route(made, [args[0], path, args[1]])
                          if name == "add_route" and len(args) > 1 else UNKNOWN)  # fmt: skip
        verb = name.removeprefix("add_")
        if name.startswith("add_") and verb in (*_VERBS, "view"):
            return Native(name, lambda args, words: self._add_verb(made, verb, args, words))
        method = getattr(self, f"_do_{name}", None)
        return Native(name, lambda args, words: method(made, args, words)) if method is not None else None

    def _of_table(self, table: "_Table", name: str) -> Abstract:
        """`@routes.get("/x")`.

        A module that is imported by a computed name is followed after the application that took the table was built.
        """

        def registering(args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
            method = args[0] if name == "route" and args else name
            path = path_of(args, words, at=1 if name == "route" else 0)

            def decorate(given: list[Abstract], _words: dict[str, Abstract]) -> Abstract:
                target = given[0] if given else UNKNOWN
                one = _defined(method, path, target)
                table.append(one)
                for node in table.takers:
                    self._register(node, one)
                return target

            return Native(name, decorate)

        return Native(name, registering) if name in (*_VERBS, "view", "route") else None

    def function(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Return what `web.get(…)` and the like make."""
        last = name.rpartition(".")[2]
        if not name.startswith(_WEB) or last not in (*_VERBS, "view", "route"):
            return None
        shift = 1 if last == "route" else 0
        method = argument(args, keywords, 0, "method") if shift else last
        return _defined(method, path_of(args, keywords, at=shift), argument(args, keywords, 1 + shift, "handler"))

    # Methods of applications

    def _add_verb(self, made: Instance, verb: str, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        target = argument(args, words, 1, "handler")
        return self._add_route(made, [verb, argument(args, words, 0, "path"), target])

    def _do_add_route(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        given = [argument(args, words, at, name) for at, name in enumerate(("method", "path", "handler"))]
        return self._add_route(made, given)

    def _add_route(self, made: Instance, given: list[Abstract]) -> Abstract:
        method, path, target = given
        self._register(made.state, _defined(method, path if isinstance(path, str) else None, target))
        return UNKNOWN

    def _do_add_routes(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        given = argument(args, words, 0, "routes")
        if isinstance(given, Instance) and isinstance(given.state, _Table):
            self._register(made.state, given)
            return []
        for one in self.run.iterate(given) or ():
            self._register(made.state, one)
        return []

    def _do_add_resource(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        resource = Instance(External("aiohttp.web.Resource"), "aiohttp.resource")
        resource.state = made.state
        resource.attributes["path"] = argument(args, words, 0, "path")
        return resource

    def _do_add_subapp(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        prefix = path_of(args, words, "prefix")
        below = prefix.rstrip("/") if prefix is not None else None
        self.include(made.state, argument(args, words, 1, "subapp"), below, mounted=True)
        return UNKNOWN

    def _do_add_domain(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        self.include(made.state, argument(args, words, 1, "subapp"), path_of(args, words, "domain"), is_host=True)
        return UNKNOWN

    def _register(self, node: Node, one: Abstract) -> None:
        if isinstance(one, Instance) and isinstance(one.state, _Table):
            one.state.takers.append(node)
            for inner in one.state:
                self._register(node, inner)
            return
        if not isinstance(one, Instance) or not isinstance(one.state, _Definition):
            return
        method, path, target = one.state
        of = view_class(target)
        methods: tuple[str, ...] = (method,)
        if method in ("VIEW", ANY):
            methods = methods_of_class(of) if of is not None else ("ANY",)
        self.add(node, from_braces(path) if path is not None else None, target, methods, () if of is None else (ANY,))

    def on_unknown(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Keep what is registered on an object that is not known: served, at a path that cannot be told."""
        if self.run.in_tests or name not in ("add_get", "add_post", "add_put", "add_patch", "add_delete", "add_view",
                                              "add_routes"):  # fmt: skip
            return None
        targets = [argument(args, keywords, 1, "handler")]
        if name == "add_routes":
            given = [
                one.state for one in self.run.iterate(args[0] if args else None) or () if isinstance(one, Instance)
            ]
            targets = [one.target for one in given if isinstance(one, _Definition)]
        for target in targets:
            found = handler_of(target)
            if found is not None:
                self.loose.add(found[0])
        return UNKNOWN


def _defined(method: Abstract, path: str | None, target: Abstract) -> Instance:
    name = method.name.rpartition("METH_")[2] if isinstance(method, External) else method
    made = Instance(External("aiohttp.web.RouteDef"), "aiohttp.definition")
    made.state = _Definition(name.upper() if isinstance(name, str) else ANY, path, target)
    return made


def read(model: AiohttpModel) -> RouteTable:
    """Return the routes of every aiohttp application."""
    return model.table("aiohttp", join_plain, equal_only=True)
