"""The route table of Flask applications, read from the source.

In: registrations. Out: a `RouteTable`. werkzeug ranks templates by itself (literal parts first), so only equal
templates shadow each other; the first registered serves. Never imports the application.
"""

from auditor.analysis import route_methods
from auditor.analysis.registration_order import OrderOf
from auditor.analysis.registrations import Registrations
from auditor.analysis.route_objects import RouteObjects
from auditor.analysis.route_templates import from_angles
from auditor.analysis.route_tree import Handler, Include, Node, RouteTable, table
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, Value

_FAMILIES = {
    "flask.Flask": "app",
    "flask.app.Flask": "app",
    "quart.Quart": "app",
    "flask_openapi3.OpenAPI": "app",
    "flask.Blueprint": "router",
    "flask.blueprints.Blueprint": "router",
    "quart.Blueprint": "router",
    "flask_smorest.Blueprint": "router",
    "flask_openapi3.APIBlueprint": "router",
}
_VERBS = ("get", "post", "put", "patch", "delete")
_DECORATORS = ("route", *_VERBS)
_AFTER_OWN = 1e8
"""Added to the order of nested blueprints: a blueprint registers its own routes first."""


def read(registrations: Registrations) -> RouteTable:
    """Return the routes of every Flask application."""
    builder = _Builder(registrations)
    builder.collect()
    found = table(builder.nodes, "flask", _join, registrations.place, equal_only=True)
    return found._replace(unplaced=found.unplaced | builder.loose(found))


def _join(prefix: str | None, path: str | None) -> str | None:
    """Join a prefix and a rule as `BlueprintSetupState.add_url_rule` does."""
    if prefix is None or path is None:
        return None
    if not prefix:
        return path
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}" if path else prefix


class _Builder:
    def __init__(self, registrations: Registrations) -> None:
        self.known = registrations
        self.objects = RouteObjects(registrations, _FAMILIES)
        self.nodes = self.objects.nodes
        self.order = OrderOf(registrations)
        self.own_prefix: dict[str, str | None] = {}
        self.include_all = False

    def collect(self) -> None:
        """Make a node of every application and blueprint, then read every registration on them."""
        self.objects.collect()
        for name, node in self.nodes.items():
            call = self.known.built[name].call
            self.own_prefix[name] = self.objects.prefix(call.keywords.get("url_prefix"))
            node.prefix = ""
        for facts, call in self.known.calls("register_blueprint"):
            self._register(facts, call)
        for facts, call in self.known.calls(*_DECORATORS):
            if call.decorates is not None and call.called:
                self._decorated(facts, call)
        for facts, call in self.known.calls("add_url_rule"):
            self._rule(facts, call)

    def _register(self, facts: ModuleFacts, call: CallFact) -> None:
        given = call.args[0] if call.args else call.keywords.get("blueprint")
        prefix = call.keywords.get("url_prefix")
        for node in self.objects.receivers(call.callee, create=True):
            at, path, line = self.order.of(node.name, facts, call)
            order = (at + (_AFTER_OWN if node.role == "router" else 0.0), path, line)
            for child in self._children(given, facts, call):
                own = self.own_prefix.get(child, "")
                known = own if prefix is None or prefix.text == "builtins.None" else self.known.text(prefix)
                certain = self.order.is_certain(node.name, facts, call)
                node.includes.append(Include(order, child, known, False, call.source, certain))

    def _children(self, given: Value | None, facts: ModuleFacts, call: CallFact) -> list[str]:
        """Return the blueprints a value stands for; where it is not known, all that the code around it refers to."""
        if given is not None and given.text:
            name = self.objects.name(given.text)
            if name in self.nodes:
                return [name]
            made = self.objects.made_by(given.text)
            if made is not None:
                return [made]
        found = self.objects.around(facts, call)
        if not found:
            self.include_all = True
        return found

    def _decorated(self, facts: ModuleFacts, call: CallFact) -> None:
        verb = call.callee.rpartition(".")[2]
        rule = self._template(call.args[0] if call.args else call.keywords.get("rule"))
        looks_like_rule = rule is not None and rule.startswith("/")
        handler = call.decorates
        methods = (verb.upper(),) if verb in _VERBS else self._methods(call.keywords.get("methods"), handler)
        for node in self.objects.receivers(call.callee, create=looks_like_rule and not facts.in_tests):
            self._add(node, facts, call, rule, handler, methods)

    def _rule(self, facts: ModuleFacts, call: CallFact) -> None:
        """Read `add_url_rule(rule, endpoint, view_func, methods=…)`."""
        rule = self._template(call.args[0] if call.args else call.keywords.get("rule"))
        view = call.args[2] if len(call.args) > 2 else call.keywords.get("view_func")
        handler = self.known.callable_id(self.known.value(view))
        built = self.known.built.get(self.known.canonical(view.text)) if view is not None and view.text else None
        if built is not None and built.constructor.endswith(".as_view"):
            handler = self.known.callable_id(Value("name", built.constructor.rpartition(".")[0]))
        methods = self._methods(call.keywords.get("methods"), handler)
        for node in self.objects.receivers(call.callee, create=not facts.in_tests):
            self._add(node, facts, call, rule, handler, methods)

    def _add(
        self,
        node: Node,
        facts: ModuleFacts,
        call: CallFact,
        rule: str | None,
        handler: DefinitionId | None,
        methods: tuple[str, ...],
    ) -> None:
        served = route_methods.rows(methods)
        certain = self.order.is_certain(node.name, facts, call)
        node.handlers.append(Handler(self.order.of(node.name, facts, call), served, rule, handler, methods, certain))

    def _template(self, given: Value | None) -> str | None:
        rule = self.known.text(given)
        return from_angles(rule) if rule is not None else None

    def _methods(self, given: Value | None, handler: DefinitionId | None) -> tuple[str, ...]:
        """Return the methods given, or those that a class-based view declares or defines, or GET."""
        listed = self._listed(given)
        if listed or handler is None:
            return listed or ("GET",)
        own, external = self.known.symbols.order(handler)
        for one in own:
            declared = self._listed(self.known.constants.get(f"{one.replace(':', '.')}.methods"))
            if declared:
                return declared
        names = {name for one in own for name in self.known.symbols.members(one)}
        if any(base.endswith("MethodView") for base in external):
            return route_methods.of_class(names)
        return ("GET",)

    def _listed(self, given: Value | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text.upper() for text in map(self.known.text, self.known.elements(given)) if text))

    def loose(self, found: RouteTable) -> frozenset[DefinitionId]:
        """Return handlers that may be served at a path that is not known: Flask-RESTful's resources, orphans."""
        outside: set[DefinitionId] = set(found.orphans) if self.include_all else set()
        for facts, call in self.known.calls("add_resource"):
            handler = self.known.callable_id(call.args[0]) if call.args else None
            if handler is not None and not facts.in_tests:
                outside.add(handler)
        return frozenset(outside)
