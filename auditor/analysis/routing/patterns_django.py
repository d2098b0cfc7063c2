"""The URL patterns of a Django project, one by one, in the order in which the resolver tries them.

In: registrations. Out: `Pattern`s with their full template. Follows lists, includes, routers and the wrappers of Django
and REST framework; a list that a call of something else gives is not known and gives none.
"""

from collections.abc import Iterator, Mapping

from auditor.analysis.entries.registrations import MAYBE, Registrations
from auditor.analysis.routing.route_templates import shape
from auditor.analysis.routing.views_django import Pattern, Views
from auditor.analysis.routing.viewsets_django import RouterPatterns, with_suffix
from auditor.model.code import DefinitionId, ModuleFacts, Value
from auditor.tracking.templates import Template, from_angles, template_of

_PATTERNS = ("path", "re_path", "url")
_DEPTH = 30
_LANGUAGE = Template("{language}/", "{:language}/")
ROOT = Template("", "")


class Patterns:
    """Reads the patterns of modules. `modules` are those with `urlpatterns`; `seen` those that were included."""

    def __init__(self, registrations: Registrations) -> None:
        self.known = registrations
        self.views = Views(registrations)
        self.routers = RouterPatterns(registrations)
        self.seen: set[str] = set()
        self.modules: Mapping[str, ModuleFacts] = {
            module.module: module
            for module in registrations.facts
            if (name := f"{module.module}.urlpatterns") in registrations.constants or name in registrations.built
        }

    def module_of(self, given: Value | None, here: str) -> str | None:
        """Return the URL configuration that the argument of `include` names: text, module, or (module, app name).

        `here` is the module that names it: below a directory on the path, names start there.
        """
        if given is None:
            return None
        if given.kind == "list" and given.values:
            return self.module_of(given.values[0], here)
        text = self.known.text(given)
        if text is None and given.kind == "name":
            text = self.known.symbols.canonical(given.text)
        if text is None or text in self.modules:
            return text
        near = self.known.symbols.near(here, text)
        return near if near in self.modules else None

    def of_module(self, module: str, prefix: Template | None = ROOT, path: tuple[str, ...] = ()) -> Iterator[Pattern]:
        """Yield the patterns of a module's `urlpatterns`, in order, below a prefix."""
        if module in path or len(path) > _DEPTH:
            return
        if path:
            self.seen.add(module)
        name = f"{module}.urlpatterns"
        certain = name not in self.known.conditional
        for pattern in self._of(Value("name", name), prefix, (*path, module)):
            yield pattern if certain else pattern._replace(certain=False)

    def _resolved(self, given: Value) -> Value:
        """Return what a name stands for: a list, or the call that made it."""
        found = self.known.value(given) or given
        names = (given.text, found.text) if given.kind == found.kind == "name" else (given.text,)
        for name in names if given.kind == "name" else ():
            built = self.known.built.get(self.known.canonical(name))
            if built is not None and not built.constructor.endswith("Router"):
                around_itself = any(one.kind == "name" and one.text == built.name for one in built.call.args)
                if found.kind == "name" or around_itself:
                    return Value("call", built.constructor, built.call.args, keywords=built.call.keywords)
        return found

    def _of(self, given: Value, prefix: Template | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        """Yield the patterns of whatever may stand where a list of patterns does, or in one."""
        if len(path) > _DEPTH:
            return
        found = self._resolved(given)
        inner = (*path, "*")
        if found.kind == "list":
            for element in found.values:
                yield from self._of(element, prefix, inner)
        elif found.kind == "name":
            yield from self._named(found, prefix)
        elif found.kind == "call":
            yield from self._called(found, prefix, inner)

    def _named(self, found: Value, prefix: Template | None) -> Iterator[Pattern]:
        if self._has_urls(found):
            yield from self.routers.of(found.text.removesuffix(".urls"), prefix)

    def _called(self, found: Value, prefix: Template | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        name = found.text.rpartition(".")[2]
        if name in _PATTERNS:
            yield from self._one(name, found, prefix, path)
        elif name == "i18n_patterns":
            everywhere = found.keywords.get("prefix_default_language")
            prefixed = everywhere is None or everywhere.text != "builtins.False"
            below = _LANGUAGE.below(prefix) if prefix is not None and prefixed else prefix
            for argument in found.values:
                yield from self._of(argument, below, path)
        elif name == "format_suffix_patterns":
            yield from self._suffixed(found, prefix, path)
        elif name == MAYBE:
            yield from (one._replace(certain=False) for one in self._of(found.values[0], prefix, path))
        elif name == "<for>":
            for element in self.known.repeated(found):
                yield from self._of(element, prefix, path)
        elif name not in ("static", "staticfiles_urlpatterns", "include"):
            for argument in map(self._before, found.values):
                if name == "*" or self._resolved(argument).kind == "list":
                    yield from self._of(argument, prefix, path)

    def _suffixed(self, found: Value, prefix: Template | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        required = found.keywords.get("suffix_required")
        for argument in found.values[:1]:
            for pattern in self._of(self._before(argument), prefix, path):
                if required is None or required.text != "builtins.True":
                    yield pattern
                yield with_suffix(pattern, of_path=True)

    def _before(self, argument: Value) -> Value:
        """Return the list that `urlpatterns = wrapped(urlpatterns)` wraps: what the name meant before."""
        return self.known.constants.get(argument.text, argument) if argument.kind == "name" else argument

    def _one(self, kind: str, given: Value, prefix: Template | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        """Yield the pattern of one `path(…)`, or those that it includes."""
        arguments = given.values
        route = arguments[0] if arguments else given.keywords.get("route", given.keywords.get("regex"))
        view = arguments[1] if len(arguments) > 1 else given.keywords.get("view")
        if view is None:
            return
        found = self._resolved(view)
        text = self._route(route)
        included = self._included(found)
        own = None if text is None else _of_path(text) if kind == "path" else template_of(text, whole=included is None)
        template = None if prefix is None or own is None else own.below(prefix)
        if included is not None:
            yield from self._include(included, template, path)
        else:
            served = self.views.served(view)
            if served:
                yield Pattern(template, served)

    def _included(self, found: Value) -> Value | None:
        """Return what a pattern includes, None where it has a view: `include(…)`, `(patterns, app, namespace)`."""
        if found.kind == "call" and found.text.rpartition(".")[2] in ("include", "decorator_include"):
            position = int(found.text.endswith("decorator_include"))
            given = found.values[position] if len(found.values) > position else found.keywords.get("arg")
            return given if given is not None else Value("unknown")
        return found if found.kind == "list" or self._has_urls(found) else None

    def _has_urls(self, found: Value) -> bool:
        """Return whether a name is the `.urls` of a router or an admin site, not a view of that name."""
        definition = self.known.definition(found.text) if found.text.endswith(".urls") else None
        return (
            found.kind == "name"
            and found.text.endswith(".urls")
            and (definition is None or definition.kind not in ("function", "class", "method"))
        )

    def _include(self, given: Value, template: Template | None, path: tuple[str, ...]) -> Iterator[Pattern]:
        module = self.module_of(given, _here(path))
        if module is not None:
            yield from self.of_module(module, template, path)
            return
        found = self._resolved(given)
        if found.kind == "list" and found.values:
            first = found.values[0]
            module = self.module_of(first, _here(path))
            if module is not None:
                yield from self.of_module(module, template, path)
                return
            nested = self._resolved(first)
            is_pair = nested.kind == "list" or self._has_urls(nested)
            found = nested if is_pair else found
        yield from self._of(found, template, (*path, "*"))

    def _route(self, route: Value | None) -> str | None:
        """Return the text of a route; that of `_("users/")` is the untranslated one."""
        while route is not None and route.kind == "call" and route.values and "()" not in route.text:
            route = route.values[-1 if "pgettext" in route.text else 0]
        return self.known.text(route)

    def views_of(self, module: str) -> set[DefinitionId]:
        """Return the views that a module's patterns name."""
        return {view for one in self.of_module(module) for view in one.views}


def _here(path: tuple[str, ...]) -> str:
    """Return the module that patterns are read from."""
    return next((one for one in reversed(path) if one != "*"), "")


def _of_path(route: str) -> Template:
    text = from_angles(route)
    return Template(text, shape(text))
