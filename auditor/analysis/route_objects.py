"""Applications, routers and blueprints of a project by the names of the variables that hold them.

In: registrations, the constructors of one framework. Out: nodes to register routes on. Follows factories
(`create_app`), re-exports and annotated parameters; what cannot be told becomes a node of role `unknown`.
"""

from collections.abc import Mapping
from typing import Literal

from auditor.analysis.registrations import Registrations
from auditor.analysis.route_tree import Node
from auditor.model.code import CallFact, ModuleFacts, Value, dotted


class RouteObjects:
    """The nodes of one framework. `families` maps constructors to `app` or `router`."""

    def __init__(self, registrations: Registrations, families: Mapping[str, str]) -> None:
        self.known = registrations
        self.families = families
        self.nodes: dict[str, Node] = {}
        self.aliases: dict[str, str] = {}
        self._families: dict[str, str | None] = {}
        self._factories: dict[str, list[str]] | None = None

    def collect(self) -> None:
        """Make a node of every variable that holds an application or router."""
        for name, built in self.known.built.items():
            made = self.made_by(built.constructor)
            role = self.family(built.constructor)
            if made is not None:
                self.aliases[name] = made
            elif role is not None:
                self.node(name, role, built.call, built.facts)

    def node(self, name: str, role: str, call: CallFact, facts: ModuleFacts) -> Node:
        """Make the node of a variable."""
        made: Literal["app", "router"] = "app" if role == "app" else "router"
        prefix = self.prefix(call.keywords.get("prefix"))
        node = self.nodes[name] = Node(name, made, in_tests=facts.in_tests, prefix=prefix)
        return node

    def family(self, constructor: str) -> str | None:
        """Return `app` or `router` for a constructor, None for others."""
        if constructor not in self._families:
            self._families[constructor] = self.known.family(constructor, self.families)
        return self._families[constructor]

    def made_by(self, callee: str) -> str | None:
        """Return the variable inside a factory function that holds what it makes."""
        definition = self.known.definition(callee)
        if definition is None or definition.kind not in ("function", "method"):
            return None
        if self._factories is None:
            self._factories = {}
            for name, built in self.known.built.items():
                function, is_local, rest = name.rpartition(".<locals>.")
                if is_local and "." not in rest and self.family(built.constructor) is not None:
                    self._factories.setdefault(function, []).append(name)
        made = self._factories.get(dotted(definition.id), [])
        apps = [name for name in made if self.family(self.known.built[name].constructor) == "app"]
        chosen = apps or made
        return chosen[0] if len(chosen) == 1 else None

    def prefix(self, given: Value | None) -> str | None:
        """Return a prefix's text: `""` where none is given, None where it is not known."""
        return "" if given is None or given.text == "builtins.None" else self.known.text(given)

    def receivers(self, callee: str, *, create: bool) -> list[Node]:
        """Return the nodes that `<receiver>.<method>` registers on."""
        receiver = callee.rpartition(".")[0]
        name = self.name(receiver)
        if name in self.nodes:
            return [self.nodes[name]]
        made = self.made_by(receiver) if receiver else None
        if made in self.nodes and made is not None:
            return [self.nodes[made]]
        if receiver and self.family(receiver) == "app":
            apps = [node for node in self.nodes.values() if node.role == "app" and not node.in_tests]
            mounted = {one.child for node in self.nodes.values() for one in node.includes}
            return [node for node in apps if node.name not in mounted] or apps
        built = self.known.built.get(name)
        if not create or (built is not None and self.known.definition(built.constructor) is None):
            return []
        key = name or "?"
        return [self.nodes.setdefault(key, Node(key, "unknown", in_tests=False, prefix=""))]

    def name(self, given: str) -> str:
        """Return the name of the variable that a name stands for, through factories."""
        name = self.known.canonical(given) if given else ""
        return self.aliases.get(name, name)

    def around(self, facts: ModuleFacts, call: CallFact) -> list[str]:
        """Return the routers that the code around a call refers to, by name or in a list that it goes through."""
        found: dict[str, None] = {}
        for reference in facts.references:
            if reference.source != call.source or reference.target.startswith("."):
                continue
            named = [reference.target]
            named += [one.text for one in self.known.elements(Value("name", reference.target)) if one.kind == "name"]
            found.update(dict.fromkeys(self.name(one) for one in named))
        return [name for name in found if name in self.nodes and self.nodes[name].role == "router"]
