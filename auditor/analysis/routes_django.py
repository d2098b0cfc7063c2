"""The route table of a Django project, read from its URL configurations.

In: registrations. Out: a `RouteTable`. Patterns are tried in order and the first match serves, whatever the method. A
function view that names no methods answers to all and has one row, `ANY`; a class-based view has one row for each
method it defines. Regular expressions become templates for reading; only equal ones shadow each other.
"""

from collections.abc import Iterator, Mapping

from auditor.analysis.registrations import Registrations
from auditor.analysis.route_templates import from_angles, from_regex, rooted
from auditor.analysis.route_tree import ANY, Placed, RouteTable, rows
from auditor.analysis.views_django import Pattern, methods_of
from auditor.analysis.viewsets_django import router_patterns
from auditor.model.code import DefinitionId, ModuleFacts, Value

_PATTERNS = ("path", "re_path", "url")
_DEPTH = 20


def read(registrations: Registrations) -> RouteTable:
    """Return the routes of every root URL configuration."""
    builder = _Builder(registrations)
    roots = builder.roots()
    routes = []
    unplaced: set[DefinitionId] = set()
    tests: set[DefinitionId] = set()
    for module, in_tests in roots:
        placed: list[Placed] = []
        for pattern in builder.patterns_of(module, "", ()):
            if pattern.view is None:
                continue
            if in_tests:
                tests.add(pattern.view)
            elif pattern.template is None:
                unplaced.add(pattern.view)
            else:
                methods = pattern.methods or methods_of(registrations, pattern.view)
                matched = pattern.methods or (ANY,)
                placed.append(Placed(methods, rooted(pattern.template), pattern.view, matched, certain=pattern.certain))
        routes += rows(placed, "django", registrations.place, equal_only=False)
    here = {route.handler for route in routes} | unplaced
    served = {name for name, in_tests in roots if not in_tests} | builder.seen
    orphans = {
        pattern.view: module.module
        for module in builder.modules.values()
        if module.module not in served and not module.in_tests
        for pattern in builder.patterns_of(module.module, "", ())
        if pattern.view is not None and pattern.view not in here
    }
    return RouteTable(
        tuple(dict.fromkeys(routes)),
        frozenset(unplaced),
        frozenset(tests - here),
        orphans,
        frozenset(),
        frozenset(served),
    )


class _Builder:
    def __init__(self, registrations: Registrations) -> None:
        self.known = registrations
        self.seen: set[str] = set()
        self.modules: Mapping[str, ModuleFacts] = {
            module.module: module
            for module in registrations.facts
            if f"{module.module}.urlpatterns" in registrations.constants
        }

    def roots(self) -> list[tuple[str, bool]]:
        """Return the modules that are root URL configurations, with whether only tests use them.

        Those that a setting or any other string names, and those that no other includes.
        """
        included = set(self._included())
        named: dict[str, bool] = {}
        for module in self.known.facts:
            for text, _, _ in module.strings:
                if text in self.modules and text not in included:
                    named[text] = named.get(text, True) and module.in_tests
        for target, value in self.known.constants.items():
            if target.rpartition(".")[2] == "ROOT_URLCONF":
                given = self.known.text(value)
                if given is not None and given in self.modules:
                    named[given] = False
        if not any(not in_tests for in_tests in named.values()):
            rest = [name for name, module in self.modules.items() if name not in included and not module.in_tests]
            named.update(dict.fromkeys(rest, False))
        return sorted((name, in_tests or self.modules[name].in_tests) for name, in_tests in named.items())

    def _included(self) -> Iterator[str]:
        """Yield the modules that some URL configuration includes."""
        for _, call in self.known.calls("include"):
            if call.args:
                name = self._module_of(call.args[0])
                if name is not None:
                    yield name

    def _module_of(self, given: Value) -> str | None:
        """Return the URL configuration that the argument of `include` names: text, module, or (module, app name)."""
        if given.kind == "list" and given.values:
            return self._module_of(given.values[0])
        text = self.known.text(given)
        if text is None and given.kind == "name":
            text = self.known.symbols.canonical(given.text)
        return text if text in self.modules else None

    def patterns_of(self, module: str, prefix: str | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        """Yield the patterns of a module's `urlpatterns`, in order, below a prefix."""
        if module in path or len(path) > _DEPTH:
            return
        if path:
            self.seen.add(module)
        name = f"{module}.urlpatterns"
        certain = name not in self.known.conditional
        for pattern in self._listed(Value("name", name), prefix, (*path, module)):
            yield pattern if certain else pattern._replace(certain=False)

    def _listed(self, given: Value, prefix: str | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        for element in self.known.elements(given):
            found = self.known.value(element)
            if found is None:
                continue
            if found.kind == "call":
                yield from self._one(found, prefix, path)
            elif found.kind == "name" and found.text.endswith(".urls"):
                yield from router_patterns(self.known, found.text.removesuffix(".urls"), prefix)

    def _one(self, given: Value, prefix: str | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        name = given.text.rpartition(".")[2]
        if name in ("i18n_patterns", "format_suffix_patterns", "decorator_include", "patterns", "static"):
            for argument in given.values:
                inner = self.known.value(argument)
                if inner is not None and inner.kind == "list":
                    yield from self._listed(inner, prefix, path)
                elif inner is not None and inner.kind == "call":
                    yield from self._one(inner, prefix, path)
            return
        if name not in _PATTERNS:
            return
        arguments = list(given.values)
        route = arguments[0] if arguments else given.keywords.get("route", given.keywords.get("regex"))
        view = arguments[1] if len(arguments) > 1 else given.keywords.get("view")
        template = self._joined(prefix, self._template(name, route))
        if view is None:
            return
        yield from self._viewed(self.known.value(view) or view, view, template, path)

    def _template(self, kind: str, route: Value | None) -> str | None:
        while route is not None and route.kind == "call" and route.values:
            route = route.values[0]
        text = self.known.text(route)
        if text is None:
            return None
        return from_angles(text) if kind == "path" else from_regex(text)

    def _joined(self, prefix: str | None, template: str | None) -> str | None:
        return None if prefix is None or template is None else prefix + template

    def _viewed(self, found: Value, written: Value, template: str | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        """Yield the pattern of a view, or those of what is included."""
        last = found.text.rpartition(".")[2]
        if found.kind == "call" and last == "include":
            yield from self._include(found, template, path)
        elif found.kind == "name" and last == "urls":
            yield from router_patterns(self.known, found.text.removesuffix(".urls"), template)
        elif found.kind == "list" and found.values:
            yield from self._viewed(Value("call", "include", (found,)), written, template, path)
        elif found.kind == "text":
            yield Pattern(template, self.known.callable_id(Value("name", found.text)))
        else:
            yield Pattern(template, self.known.callable_id(found) or self.known.callable_id(written))

    def _include(self, found: Value, template: str | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        given = found.values[0] if found.values else found.keywords.get("arg")
        if given is None:
            return
        module = self._module_of(given)
        if module is not None:
            yield from self.patterns_of(module, template, path)
            return
        inner = self.known.value(given)
        if inner is not None and inner.kind == "list":
            nested = self.known.value(inner.values[0]) if inner.values else None
            yield from self._listed(nested if nested is not None and nested.kind == "list" else inner, template, path)
        elif inner is not None and inner.kind == "name" and inner.text.endswith(".urls"):
            yield from router_patterns(self.known, inner.text.removesuffix(".urls"), template)
