"""The routes of a Django project. In: what its resolver found, or a path. Out: usage keys, the route table.

A template has the prefixes of all includes; `{language}/` stands for the prefix that `i18n_patterns` adds, translated
paths stand as the source has them. A URL configuration other than `ROOT_URLCONF`, which a request was given, stands
before its templates by name: two of them may serve the same path. The pattern that served is found by its view and the
route that Django notes, never by matching again. Imports Django when it is asked; calls no view.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from typing import Any, NamedTuple

from auditor.tracking.django_views import answers, answers_head
from auditor.tracking.route_table import known_method
from auditor.tracking.templates import Template, from_angles, rooted, template_of
from auditor.tracking.view_routes import Answers, ViewRoute, records, told_apart

_PARAMETER = re.compile(r"{[^{}:]*(:[^{}]*)?}")
_LANGUAGE = Template("{language}/", "{:language}/")
_DEEPEST = 30
_MOST_TABLES = 100
_MOST_LANGUAGES = 200


class DjangoRoutes:
    """The routes of this process's Django project, one table for each URL configuration that requests were given."""

    def __init__(self) -> None:
        self._tables: dict[object, _Table] = {}

    def key(self, match: Any, urlconf: object, method: str, language: str = "") -> str:  # noqa: ANN401 - see below
        """Return the usage key of a request.

        Args:
            match: The `ResolverMatch` that the resolver gave.
            urlconf: `request.urlconf`, None for the project's own.
            method: The request's method.
            language: The language in which the resolver was asked, where that is not the one of now.
        """
        table = self._table(urlconf)
        route = table.route(match.func, match.route, language) if table is not None else None
        return (route or _strange(match.func, match.route)).key(known_method(method))

    def key_by_path(self, path: str, urlconf: object, method: str) -> str | None:
        """Return the usage key that a path leads to; None where it leads nowhere."""
        from django.urls import Resolver404, resolve

        self.know(urlconf)
        try:
            match = resolve(path, urlconf)
        except Resolver404:
            return None
        return self.key(match, urlconf, method)

    def know(self, urlconf: object) -> None:
        """Read the table of a URL configuration, None for the project's own, unless it is known.

        To be called where requests are served: it may import modules of the application.
        """
        self._table(urlconf)

    def read(self) -> bool:
        """Read those tables again whose resolver is another one; return whether there are tables not published yet."""
        changed = False
        for urlconf, table in tuple(self._tables.items()):
            if table.is_old():
                table = self._tables[urlconf] = _Table(table.urlconf)
            changed = changed or not table.is_published
        return changed

    def records(self) -> dict[str, dict[str, object]]:
        """Return the route table as it is published."""
        found: dict[str, dict[str, object]] = {}
        for table in tuple(self._tables.values()):
            table.is_published = True
            found = table.records() | found
        return found

    def _table(self, urlconf: object) -> "_Table | None":
        """Return the table of a URL configuration, None where there are too many: they are made for each request."""
        name = None if urlconf is None or urlconf == _root() else urlconf
        place = name if isinstance(name, str | None) else id(name)
        table = self._tables.get(place)
        if table is None and len(self._tables) < _MOST_TABLES:
            table = self._tables[place] = _Table(name)
        return table


class _Pattern(NamedTuple):
    """A URL pattern, with the parts of its route as the resolver tried them."""

    template: Template
    parts: tuple[Any, ...]
    view: Any


class _Table:
    """The routes of one URL configuration, as they were when it was made; None is the project's own."""

    def __init__(self, urlconf: Any) -> None:  # noqa: ANN401 - a name, a module or a list of patterns
        from django.urls import get_resolver
        from django.utils.translation import override

        self.urlconf = urlconf
        self.is_published = False
        self._resolver = get_resolver(urlconf)
        with override(None):  # as the source has it, in no language
            patterns = list(_walk(self._resolver.url_patterns, Template("", ""), (), 0))
        self._patterns = patterns
        self._answers = [answers(pattern.view) for pattern in patterns]
        self._routes = told_apart(_routes(patterns, self._answers, _name(urlconf)))
        self._has_languages = any(_is_translated(part) for pattern in patterns for part in pattern.parts)
        self._found: dict[str, dict[tuple[int, str], ViewRoute]] = {}

    def is_old(self) -> bool:
        """Return whether Django has another resolver by now, as after `clear_url_caches`."""
        from django.urls import get_resolver

        return get_resolver(self.urlconf) is not self._resolver

    def route(self, view: object, route: str, language: str) -> ViewRoute | None:
        """Return the route of a view and of what Django notes of its pattern; None for a pattern not in the table."""
        if self._has_languages:
            from django.utils.translation import get_language

            language = language or get_language() or ""
        else:
            language = ""
        found = self._found.get(language)
        if found is None:
            if len(self._found) >= _MOST_LANGUAGES:
                self._found.clear()
            found = self._found[language] = self._by_view(language)
        return found.get((id(view), route))

    def records(self) -> dict[str, dict[str, object]]:
        """Return what is published."""
        return records(zip(self._routes, self._answers, strict=True), first_takes_all=True)

    def _by_view(self, language: str) -> dict[tuple[int, str], ViewRoute]:
        """Return the routes by view and route as Django writes it in a language; of two the first serves."""
        from django.utils.translation import override

        found: dict[tuple[int, str], ViewRoute] = {}
        with override(language) if language else nullcontext():
            for pattern, route in zip(self._patterns, self._routes, strict=True):
                found.setdefault((id(pattern.view), _joined(pattern.parts)), route)
        return found


def is_django(app: object) -> bool:
    """Return whether an object is what Django gives servers to call."""
    return hasattr(app, "load_middleware") and hasattr(app, "resolve_request")


def _name(urlconf: object) -> str:
    """Return what stands before the templates of a URL configuration: nothing before the project's own."""
    if urlconf is None or isinstance(urlconf, str):
        return urlconf or ""
    return str(getattr(urlconf, "__name__", "urlconf"))


def _root() -> object:
    from django.conf import settings

    root: object = settings.ROOT_URLCONF
    return root


def _walk(patterns: Iterable[Any], above: Template, parts: tuple[Any, ...], depth: int) -> Iterator[_Pattern]:
    """Yield the patterns of a tree in the order in which they are tried. Strange objects are passed over."""
    if depth > _DEEPEST:
        return
    for one in patterns:
        own = getattr(one, "pattern", None)
        view = getattr(one, "callback", None)
        below = getattr(one, "url_patterns", None) if view is None else None
        if own is None or (view is None and below is None):
            continue
        template = _template(own, is_view=view is not None).below(above)
        if view is not None:
            yield _Pattern(template, (*parts, own), view)
        else:
            yield from _walk(below or (), template, (*parts, own), depth + 1)


def _template(pattern: Any, *, is_view: bool) -> Template:  # noqa: ANN401 - of whatever version
    """Return a pattern's own part of a template."""
    if hasattr(pattern, "prefix_default_language"):
        return _LANGUAGE if pattern.prefix_default_language else Template("", "")
    if hasattr(pattern, "_route"):
        text = from_angles(str(pattern._route))
        return Template(text, _PARAMETER.sub(r"{\1}", text))
    return template_of(str(getattr(pattern, "_regex", pattern)), whole=is_view)


def _routes(patterns: list[_Pattern], answered: list[Answers], before: str) -> Iterator[ViewRoute]:
    for pattern, given in zip(patterns, answered, strict=True):
        template, written = before + rooted(pattern.template.text), before + rooted(_joined(pattern.parts))
        methods = frozenset(method for method, _ in given)
        yield ViewRoute(template, written, pattern.template.compared, methods, pattern.view, answers_head(pattern.view))


def _joined(parts: tuple[Any, ...]) -> str:
    """Return a route as `ResolverMatch.route` has it, in the language of now."""
    route = str(parts[-1])
    for part in reversed(parts[:-1]):
        text = str(part)
        route = text + route.removeprefix("^") if text else route
    return route


def _is_translated(pattern: Any) -> bool:  # noqa: ANN401 - of whatever version
    """Return whether what a pattern matches depends on the language."""
    if hasattr(pattern, "prefix_default_language"):
        return True
    return not isinstance(getattr(pattern, "_route", getattr(pattern, "_regex", "")), str)


def _strange(view: object, route: str) -> ViewRoute:
    """Return a route that no table has, as of a resolver that makes its patterns anew for each request."""
    is_expression = route.startswith("^") or "(?P<" in route or route.endswith("$")
    template = rooted(template_of(route).text if is_expression else from_angles(route))
    return ViewRoute(template, route, route, frozenset(method for method, _ in answers(view)), view)
