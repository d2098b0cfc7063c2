"""Objects that routes are registered on, and the flat, ordered list of routes that an application serves.

In: nodes (applications, routers, blueprints) with their registrations. Out: placed handlers in matching order,
and which nodes are served. Knows nothing of a particular framework.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from auditor.analysis.routing.route_templates import covers
from auditor.model.code import DefinitionId
from auditor.model.graph import Route

ANY = "*"
"""A method that stands for every method: a mount, or a class that answers for itself."""

_DEPTH = 30

Order = tuple[float, str, int]


class Handler(NamedTuple):
    """One registration of a handler. `handler` is None where it is not a definition of the project.

    `path` None: not known. `matched` are the methods for which the framework stops here; `methods` those it serves.
    `raw` is the path as written, where the template says less.
    """

    order: Order
    methods: tuple[str, ...]
    path: str | None
    handler: DefinitionId | None
    matched: tuple[str, ...]
    certain: bool = True
    raw: str = ""


class Include(NamedTuple):
    """One node included in another. `prefix` None: not known. `mounted`: nothing behind it below its prefix matches.

    `is_host`: the prefix is a host, which stands before all others.
    """

    order: Order
    child: str
    prefix: str | None
    mounted: bool
    by: DefinitionId
    certain: bool = True
    is_host: bool = False


class Node:
    """An object that routes are registered on.

    `role` is `app` (serves by itself), `router` (serves where it is included) or `unknown` (could be either).
    `variable` is the dotted name of the variable that holds it, `""` where none does. `made_at` tells the root of the
    start-up code that made it and under how many conditions; `own_prefix` is the one it has unless its includer says
    otherwise.
    """

    def __init__(
        self, name: str, role: Literal["app", "router", "unknown"], *, in_tests: bool, prefix: str | None
    ) -> None:
        self.name = name
        self.role = role
        self.in_tests = in_tests
        self.prefix = prefix
        self.handlers: list[Handler] = []
        self.includes: list[Include] = []
        self.variable = name
        self.made_at = (0, 0)
        self.is_mounted = False
        self.own_prefix: str | None = ""
        self.routes: list[object] = []
        self.factory: DefinitionId = ""

    def registrations(self) -> list[Handler | Include]:
        """Return what is registered here, in order."""
        return sorted((*self.handlers, *self.includes), key=lambda one: one.order)


class Placed(NamedTuple):
    """A handler at its full template below one application; `template` None where a prefix is not known.

    `certain`: it is registered whenever the application is; only then can it take requests from those behind it.
    """

    methods: tuple[str, ...]
    template: str | None
    handler: DefinitionId | None
    matched: tuple[str, ...]
    blocks: bool = False
    certain: bool = True


class RouteTable(NamedTuple):
    """The routes of one framework, and what is known of those that have no row.

    `unplaced` are handlers that are served at a path that is not known; `test_handlers` those that only applications of
    tests serve; `unserved` the names of nodes that no application includes, with their handlers in `orphans`. `made_by`
    has the handlers that only applications serve made by functions that no followed code calls, with those; `factories`
    are all such functions. `followed` are the functions that start-up code calls; None where none was followed.
    """

    routes: tuple[Route, ...] = ()
    unplaced: frozenset[DefinitionId] = frozenset()
    test_handlers: frozenset[DefinitionId] = frozenset()
    orphans: Mapping[DefinitionId, str] = {}
    unserved: frozenset[str] = frozenset()
    served: frozenset[str] = frozenset()
    made_by: Mapping[DefinitionId, frozenset[DefinitionId]] = {}
    factories: frozenset[DefinitionId] = frozenset()
    followed: frozenset[DefinitionId] | None = None


Join = Callable[[str | None, str | None], str | None]


def join_plain(prefix: str | None, path: str | None) -> str | None:
    """Join as Starlette and FastAPI do: by concatenation."""
    return None if prefix is None or path is None else prefix + path


def expand(nodes: Mapping[str, Node], root: Node, join: Join) -> Iterator[tuple[Node, Placed | None]]:
    """Yield every node below `root` (with None) and every placed handler, in matching order."""

    def below(
        node: Node, prefix: str | None, path: tuple[str, ...], certain: bool
    ) -> Iterator[tuple[Node, Placed | None]]:
        yield node, None
        for one in node.registrations():
            sure = certain and one.certain
            if isinstance(one, Handler):
                yield node, Placed(one.methods, join(prefix, one.path), one.handler, one.matched, certain=sure)
                continue
            child = nodes.get(one.child)
            inner = join_plain(one.prefix, prefix) if one.is_host else join(prefix, one.prefix)
            if child is not None and child.name not in path and len(path) < _DEPTH:
                yield from below(child, join(inner, child.prefix), (*path, child.name), sure)
            if one.mounted:
                yield node, Placed((), inner, one.by, (ANY,), blocks=True, certain=sure)

    yield from below(root, root.prefix, (root.name,), certain=True)


def table(
    nodes: Mapping[str, Node],
    framework: str,
    join: Join,
    place: Callable[[DefinitionId], tuple[str, int]],
    *,
    equal_only: bool = False,
) -> RouteTable:
    """Return the route table of all nodes.

    Applications of production code serve; what is included in one of them is not a root of its own. `equal_only`: the
    framework ranks templates itself, so only equal ones shadow each other.
    """
    included = {one.child for node in nodes.values() for one in node.includes}
    roots = [
        node for node in nodes.values() if node.role == "app" or (node.role == "unknown" and node.name not in included)
    ]
    served: set[str] = set()
    routes: list[Route] = []
    unplaced: set[DefinitionId] = set()
    factories: dict[DefinitionId, set[DefinitionId]] = {}
    mounted_apps = {one.child for node in nodes.values() if not node.in_tests for one in node.includes if one.mounted}
    for root in (one for one in roots if not one.in_tests and one.name not in mounted_apps):
        placed: list[Placed] = []
        for node, one in expand(nodes, root, join):
            served.add(node.name)
            if one is None:
                continue
            if one.template is None or root.role == "unknown":
                unplaced.update(() if one.handler is None or one.blocks else (one.handler,))
            else:
                placed.append(one)
            if one.handler is not None:
                factories.setdefault(one.handler, set()).add(root.factory)
        routes += rows(placed, framework, place, equal_only=equal_only)
    tests = _handlers_below(nodes, (root for root in roots if root.in_tests), join)
    here = {route.handler for route in routes} | unplaced
    orphans = {
        handler.handler: node.variable
        for node in nodes.values()
        if node.name not in served
        for handler in node.handlers
        if handler.handler is not None and handler.handler not in here
    }
    reached = frozenset(nodes[name].variable for name in served)
    unserved = frozenset(node.variable for node in nodes.values()) - reached
    return RouteTable(
        tuple(dict.fromkeys(routes)),
        frozenset(unplaced),
        frozenset(tests - here),
        orphans,
        unserved,
        reached,
        {handler: frozenset(made) for handler, made in factories.items() if "" not in made},
        frozenset(node.factory for node in nodes.values() if node.role == "app" and not node.in_tests) - {""},
    )


def _handlers_below(nodes: Mapping[str, Node], roots: Iterable[Node], join: Join) -> set[DefinitionId]:
    found: set[DefinitionId] = set()
    for root in roots:
        for _, one in expand(nodes, root, join):
            if one is not None and one.handler is not None and not one.blocks:
                found.add(one.handler)
    return found


def rows(
    placed: Iterable[Placed], framework: str, place: Callable[[DefinitionId], tuple[str, int]], *, equal_only: bool
) -> list[Route]:
    """Return one route a method, in matching order, each with the handler that is served instead, if any."""
    routes: list[Route] = []
    before: list[Placed] = []
    for one in placed:
        template = one.template or "/"
        for method in one.methods:
            if one.handler is None:
                continue
            first = next((other for other in before if _serves_instead(other, method, template, equal_only)), None)
            shadow = first.handler if first is not None and first.handler != one.handler else None
            again = first is not None and shadow is None
            if not again:
                path, line = place(one.handler)
                routes.append(Route(method, template, one.handler, path, line, framework, shadow))
        before.append(one)
    return routes


def _serves_instead(earlier: Placed, method: str, template: str, equal_only: bool) -> bool:
    if not earlier.certain:
        return False
    if method not in earlier.matched and (ANY not in earlier.matched or method == "WEBSOCKET") and not earlier.blocks:
        return False
    if earlier.blocks:
        return template.startswith((earlier.template or "").rstrip("/") + "/")
    if equal_only:
        return covers(earlier.template or "/", template) and covers(template, earlier.template or "/")
    return covers(earlier.template or "/", template)
