"""Tornado: what registers handlers, and how the application matches them.

In: values of followed start-up code. Out: a model with nodes, a `RouteTable`. Rules are regular expressions, tried in
order; which covers which is only known of equal ones. Never imports the application.
"""

from collections import Counter
from typing import ClassVar, NamedTuple

from auditor.analysis.routing.route_models import RouteModel, argument, methods_of_class, view_class
from auditor.analysis.routing.route_syntaxes import from_rule, host_from_rule
from auditor.analysis.routing.route_tree import Node, RouteTable, join_plain
from auditor.analysis.routing.startup.values import UNKNOWN, Abstract, Instance, Made, Native

_GIVEN = {"StaticFileHandler": ("GET",), "RedirectHandler": ("GET",), "FallbackHandler": ("ANY",)}
"""Methods of Tornado's own handlers that a subclass need not define."""


class _Rule(NamedTuple):
    """One rule: a pattern (text, or a matcher) and what it leads to."""

    pattern: Abstract
    target: Abstract


class TornadoModel(RouteModel):
    """Knows applications and rules."""

    kinds: ClassVar[dict[str, str]] = {
        "tornado.web.Application": "tornado.app", "tornado.routing.RuleRouter": "tornado.app", "tornado.web.url":
        "tornado.rule", "tornado.web.URLSpec": "tornado.rule", "tornado.routing.Rule": "tornado.rule",
        "tornado.routing.URLSpec": "tornado.rule", }  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.patterns: Counter[tuple[str, str]] = Counter()

    def prepare(self, made: Instance) -> None:
        """Make the node of an application."""
        if made.native == "tornado.app":
            self.node(made, "app")

    def construct(self, made: Instance, args: list[Abstract], keywords: dict[str, Abstract]) -> None:
        """Read what a constructor was given."""
        if made.native == "tornado.rule":
            made.state = _Rule(argument(args, keywords, 0, "pattern", "matcher"),
                               argument(args, keywords, 1, "handler", "target"))  # fmt: skip
        else:
            self._rules(made.state, argument(args, keywords, 0, "handlers", "rules"), "")

    def attribute(self, made: Instance, name: str) -> Abstract:
        """Return a method of an application."""
        if made.native != "tornado.app":
            return None
        if name == "__init__":
            return Native(name, lambda args, words: self.construct(made, args, words))
        if name == "add_handlers":
            return Native(name, lambda args, words: self._add_handlers(made, args, words))
        if name in ("wildcard_router", "default_router"):
            return made
        if name == "add_rules":
            return Native(name, lambda args, _words: self._rules(made.state, args[0] if args else None, ""))
        return None

    def _add_handlers(self, made: Instance, args: list[Abstract], words: dict[str, Abstract]) -> Abstract:
        host = argument(args, words, 0, "host_pattern")
        self._rules(made.state, argument(args, words, 1, "host_handlers"),
                    host_from_rule(host) if isinstance(host, str) else None)  # fmt: skip

    def _rules(self, node: Node, rules: Abstract, host: str | None) -> None:
        for one in self.run.iterate(rules) or ():
            rule = one.state if isinstance(one, Instance) and isinstance(one.state, _Rule) else None
            parts = self.run.iterate(one) if rule is None and isinstance(one, list | tuple) else None
            if parts is not None and len(parts) > 1:
                rule = _Rule(parts[0], parts[1])
            if rule is not None:
                self._rule(node, rule, host)

    def _rule(self, node: Node, rule: _Rule, host: str | None) -> None:
        pattern, target = rule
        if isinstance(pattern, Made) and pattern.args and isinstance(pattern.args[0], str):
            if pattern.name.endswith("HostMatches"):
                host, pattern = host_from_rule(pattern.args[0]), ".*"
            elif pattern.name.endswith("PathMatches"):
                pattern = pattern.args[0]
        if isinstance(target, list | tuple):
            self._rules(node, target, host)
        elif next(self.nodes_of(target), None) is not None:
            self.include(node, target, host, is_host=True)
        else:
            if isinstance(target, str):
                target = self.run.imported(target, "")
            known = isinstance(pattern, str) and host is not None
            if known:
                self.patterns[node.name, f"{host}{pattern}"] += 1
            template = f"{host}{from_rule(pattern)}" if known else None
            self.add(node, template, target, self._methods(target))
            if known and node.handlers:
                node.handlers[-1] = node.handlers[-1]._replace(raw=f"{host}{pattern}")

    def _methods(self, target: Abstract) -> tuple[str, ...]:
        of = view_class(target)
        if of is None:
            return ("ANY",)
        outside = [base.rpartition(".")[2] for base in of.externals()]
        if "WebSocketHandler" in outside:
            return ("WEBSOCKET",)
        inherited = [method for base in outside for method in _GIVEN.get(base, ())]
        return tuple(dict.fromkeys((*methods_of_class(of), *inherited)))

    def distinct(self) -> None:
        """Let only rules of equal expressions shadow each other: their templates say less than the expressions."""
        for node in self.nodes.values():
            node.handlers = [
                one._replace(certain=one.certain and self.patterns[node.name, one.raw] > 1) for one in node.handlers
            ]

    def on_unknown(self, name: str, args: list[Abstract], keywords: dict[str, Abstract]) -> Abstract:
        """Keep handlers added to an application that is not known: served, at a path that cannot be told."""
        if name != "add_handlers" or self.run.in_tests:
            return None
        self._rules(self.unknown_node(), argument(args, keywords, 1, "host_handlers"), None)
        return UNKNOWN


def read(model: TornadoModel) -> RouteTable:
    """Return the routes of every Tornado application."""
    model.distinct()
    return model.table("tornado", join_plain, equal_only=True)
