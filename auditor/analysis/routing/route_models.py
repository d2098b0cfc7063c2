"""What the models of all web frameworks share: nodes for what routes are registered on, and how a registration is kept.

In: values of followed start-up code. Out: nodes with handlers and includes, for `route_tree.table`. Never decides which
handler serves.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from auditor.analysis.routing import route_methods
from auditor.analysis.routing.route_tree import Handler, Include, Join, Node, RouteTable, table
from auditor.analysis.routing.startup.frameworks import Model
from auditor.analysis.routing.startup.values import (
    Abstract,
    Class,
    Either,
    External,
    Function,
    Instance,
    Made,
    Unknown,
    handler_of,
)
from auditor.model.code import DefinitionId

if TYPE_CHECKING:
    from auditor.analysis.routing.startup.run import Startup

_DEEPEST = 4


class RouteModel(Model):
    """A framework's model that keeps nodes."""

    run: "Startup"

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.loose: set[DefinitionId] = set()
        self.include_all = False
        self.places: dict[DefinitionId, tuple[str, int]] = {}
        self._sequence = 0

    def node(self, made: Instance | None, role: Literal["app", "router", "unknown"], prefix: str | None = "") -> Node:
        """Make the node of an object."""
        name = f"#{len(self.nodes)}"
        node = self.nodes[name] = Node(name, role, in_tests=self.run.in_tests, prefix=prefix)
        node.variable = ""
        node.made_at = (self.run.root, self.run.conditional)
        node.factory = self.run.factory
        if made is not None:
            made.state = node
            if role == "app":
                self.run.applications.append(made)
        return node

    def named(self, made: Instance, name: str) -> None:
        """Call a node by the first variable that holds its object."""
        if isinstance(made.state, Node) and not made.state.variable:
            made.state.variable = name

    def add(
        self, node: Node, path: str | None, value: Abstract, methods: Iterable[str], matched: Iterable[str] = (),
        *, first: bool = False,
    ) -> None:  # fmt: skip
        """Register a handler. `matched` are the methods for which the framework stops here, where they are others."""
        if self.run.in_tests and not node.in_tests:
            return
        given = tuple(methods)
        found = handler_of(value)
        identity = found[0] if found is not None else None
        if found is not None and isinstance(found[1], Function) and "<lambda>" in found[0]:
            identity = self._of_lambda(found[1])
        served = given if "ANY" in given else route_methods.rows(given)
        order = self.order(first=first)
        node.handlers.append(Handler(order, served, path, identity, tuple(matched) or given, self.is_certain(node)))

    def include(
        self, node: Node, value: Abstract, prefix: str | None, *, mounted: bool = False, is_host: bool = False,
        late: float = 0.0,
    ) -> None:  # fmt: skip
        """Register other nodes below one; what is mounted and not known still takes requests."""
        if self.run.in_tests and not node.in_tests:
            return
        children = list(self.nodes_of(value))
        order, certain, by = self.order(late=late), self.is_certain(node), self.run.source
        if len(children) > 1:
            certain = False
        for child in children:
            child.is_mounted = child.is_mounted or (mounted and not node.in_tests)
            node.includes.append(Include(order, child.name, prefix, mounted, by, certain, is_host))
        if not children and mounted:
            node.includes.append(Include(order, "", prefix, mounted, by, certain))
        elif not children and (isinstance(value, Unknown) or (isinstance(value, Made) and not value.name)):
            self.include_all = self.include_all or not self.run.in_tests

    def nodes_of(self, value: Abstract, depth: int = 0) -> Iterator[Node]:
        """Yield the nodes of a value, wrappers looked through."""
        if isinstance(value, Instance) and isinstance(value.state, Node) and value.state.name in self.nodes:
            yield value.state
        elif isinstance(value, Either):
            for one in value.options:
                yield from self.nodes_of(one, depth + 1)
        elif isinstance(value, Instance | Made) and depth < _DEEPEST:
            inner = value.attributes if isinstance(value, Instance) else value.keywords
            for one in (*(value.args if isinstance(value, Made) else ()), *inner.values()):
                yield from self.nodes_of(one, depth + 1)

    def order(self, *, first: bool = False, late: float = 0.0) -> tuple[float, str, int]:
        """Return the key of a registration that happens now."""
        self._sequence += 1
        return ((-self._sequence if first else self._sequence) + late, "", 0)

    def is_certain(self, node: Node) -> bool:
        """Return whether what happens now happens whenever the node is made."""
        return node.made_at[0] == self.run.root and self.run.conditional <= node.made_at[1]

    def unknown_node(self) -> Node:
        """Return the node of all objects that are not known."""
        return self.nodes.get("?") or self.nodes.setdefault("?", Node("?", "unknown", in_tests=False, prefix=""))

    def table(self, framework: str, join: Join, *, equal_only: bool) -> RouteTable:
        """Return the table of all that was registered."""
        found = table(self.nodes, framework, join, self.place, equal_only=equal_only)
        outside = (self.loose | (set(found.orphans) if self.include_all else set())) - {
            one.handler for one in found.routes
        }
        return found._replace(unplaced=found.unplaced | outside)

    def place(self, identity: DefinitionId) -> tuple[str, int]:
        """Return path and line of a handler."""
        return self.places.get(identity) or self.run.known.place(identity)

    def _of_lambda(self, made: Function) -> DefinitionId:
        facts = made.scope.module.facts
        self.places[made.id] = (facts.path if facts is not None else "", made.node.lineno)
        return made.id


def methods_of_class(of: Class) -> tuple[str, ...]:
    """Return the methods that a class-based handler defines, those of its bases in the project included."""
    names = {name for one in of.order if isinstance(one, Class) for name in one.attributes}
    return route_methods.of_class(names)


def view_class(value: Abstract) -> Class | None:
    """Return the class that serves when a value is called, wrappers looked through."""
    found = handler_of(value)
    return found[1] if found is not None and isinstance(found[1], Class) else None


def texts(value: Abstract) -> tuple[str, ...]:
    """Return the texts of a list, upper case, each once; methods of enumerations by their names."""
    if not isinstance(value, list | tuple):
        return (value.upper(),) if isinstance(value, str) else ()
    names = (_method_name(one) for one in value)
    return tuple(dict.fromkeys(name.upper() for name in names if name))


def _method_name(value: Abstract) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, External):  # `hdrs.METH_GET`, `http.HTTPMethod.GET`
        return value.name.rpartition(".")[2].removeprefix("METH_")
    return ""


def path_of(args: list[Abstract], keywords: dict[str, Abstract], name: str = "path", at: int = 0) -> str | None:
    """Return the path that a registration is given, None where it is not known."""
    value = args[at] if len(args) > at else keywords.get(name)
    return value if isinstance(value, str) else None


def argument(args: list[Abstract], keywords: dict[str, Abstract], at: int, *names: str) -> Abstract:
    """Return an argument by position or name, None where it is not given."""
    if len(args) > at:
        return args[at]
    return next((keywords[name] for name in names if name in keywords), None)


def prefix_text(value: Abstract) -> str | None:
    """Return a prefix: `""` where none is given, None where it is not known."""
    return "" if value is None else value if isinstance(value, str) else None
