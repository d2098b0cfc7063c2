"""What Django itself says of a project's routes.

In: a project directory, with `DJANGO_SETTINGS_MODULE` set. Out: JSON rows `{"method", "template", "handler"}` on
stdout, in the order in which the resolver tries them. Runs inside the application's own environment and imports
nothing of auditor, so that its answer is independent of the static one. Left out are views that do not stand below the
directory, those that an admin site registers, and `HEAD` and `OPTIONS`. Never serves a request.

    DJANGO_SETTINGS_MODULE=demo.settings venv/bin/python route_probe_django.py [ROOT]
"""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

try:
    from re import _parser as sre  # type: ignore[attr-defined]  # Python 3.11 and later
except ImportError:
    import sre_parse as sre  # type: ignore[no-redef]

import django
from django.urls import URLPattern, URLResolver, get_resolver

_VERBS = ("get", "post", "put", "patch", "delete", "trace")
_ACTIONS = ("list", "create", "retrieve", "update", "partial_update", "destroy")
_ADDED = ("head", "options")


def main() -> None:
    """Print the table of the project whose settings the environment names."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    sys.path.insert(0, str(root))
    os.chdir(root)
    django.setup()
    rows: dict[tuple[str, str, str], None] = {}
    for template, view in _patterns(get_resolver(), ""):
        for method, handler in _served(view):
            if _is_below(handler[0], root):
                rows[method, "/" + template.lstrip("/"), ":".join(handler)] = None
    sys.stdout.write(json.dumps([{"method": m, "template": t, "handler": h} for m, t, h in rows], indent=1))


def _patterns(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        template = prefix + _template(one.pattern)
        if isinstance(one, URLPattern):
            yield template, one.callback
        elif isinstance(one, URLResolver):
            yield from _patterns(one, template)


def _template(pattern: Any) -> str:  # noqa: ANN401 - a pattern of whatever version
    """Return a pattern's own part of a template."""
    if hasattr(pattern, "prefix_default_language"):
        return "{language}/" if pattern.prefix_default_language else ""
    if hasattr(pattern, "_route"):
        text = str(pattern._route)
        for name, converter in pattern.converters.items():
            from django.urls.converters import get_converters

            kind = next((key for key, one in get_converters().items() if one is converter), "")
            written = f"{{{name}}}" if kind == "str" else f"{{{name}:{kind}}}"
            for spelling in (f"<{name}>", f"<{kind}:{name}>"):
                text = text.replace(spelling, written)
        return text
    return _Expression(str(pattern._regex)).text


class _Expression:
    """A regular expression as a template, made from the tree that Python's own parser gives."""

    def __init__(self, expression: str) -> None:
        parsed = sre.parse(expression)
        self.names = {index: name for name, index in parsed.state.groupdict.items()}
        self.unnamed = 0
        self.text = self._of(parsed)

    def _of(self, parts: Any) -> str:  # noqa: ANN401 - trees of a private module
        return "".join(self._one(str(operator).lower(), argument) for operator, argument in parts)

    def _one(self, operator: str, argument: Any) -> str:  # noqa: ANN401
        if operator == "literal":
            return chr(argument)
        if operator == "subpattern":
            group, _, _, inner = argument
            if group is None:
                return self._of(inner)
            return self._parameter(inner, self.names.get(group))
        if operator in ("max_repeat", "min_repeat", "possessive_repeat"):
            least, _, inner = argument
            if not any(str(kind).lower() in ("subpattern", "literal") for kind, _ in inner):
                return self._parameter([(operator, argument)], None)
            return self._of(inner) if least or _captures(inner) else ""
        if operator == "atomic_group":
            return self._of(argument)
        if operator == "branch":
            return self._of(argument[1][0])
        if operator in ("in", "any", "not_literal", "category", "range"):
            return self._parameter([(operator, argument)], None)
        return ""

    def _parameter(self, inner: Any, name: str | None) -> str:  # noqa: ANN401
        if name is None:
            name = str(self.unnamed)
            self.unnamed += 1
        return f"{{{name}:path}}" if _spans(inner) else f"{{{name}}}"


def _captures(parts: Any) -> bool:  # noqa: ANN401
    """Return whether a part of a tree is a parameter."""
    groups = [argument for operator, argument in parts if str(operator).lower() == "subpattern"]
    return any(group is not None or _captures(inner) for group, _, _, inner in groups)


def _spans(parts: Any) -> bool:  # noqa: ANN401
    """Return whether what a tree matches may contain a slash."""
    for operator, argument in parts:
        name = str(operator).lower()
        if name == "any" or (name == "literal" and argument == ord("/")):
            return True
        if name == "not_literal" and argument != ord("/"):
            return True
        if name == "in" and _has_slash(argument):
            return True
        inner = []
        if name == "subpattern":
            inner = [argument[3]]
        elif name in ("max_repeat", "min_repeat", "possessive_repeat"):
            inner = [argument[2]]
        elif name == "branch":
            inner = argument[1]
        if any(_spans(one) for one in inner):
            return True
    return False


def _has_slash(members: Any) -> bool:  # noqa: ANN401
    found = negated = False
    for operator, argument in members:
        name = str(operator).lower()
        if name == "negate":
            negated = True
        elif name == "literal":
            found |= argument == ord("/")
        elif name == "range":
            found |= argument[0] <= ord("/") <= argument[1]
        elif name == "category":
            found |= "not" in str(argument).lower()
    return found != negated


def _served(view: Callable[..., Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield the methods of a view with who answers them: a viewset's extra actions answer for themselves."""
    actions, cls = _attribute(view, "actions"), _attribute(view, "cls") or _attribute(view, "view_class")
    if hasattr(view, "admin_site") or hasattr(getattr(view, "__self__", None), "admin_view"):
        return  # Django's admin registers these; the project only changes them
    if cls is None:
        yield from ((method, _name(_unwrapped(view))) for method in _allowed(view) or ("ANY",))
    elif actions:
        for verb in (*_VERBS, *_ADDED):
            action = actions.get(verb, "")
            listed = verb in _VERBS or not set(actions) & set(_VERBS)
            if listed and verb in cls.http_method_names and hasattr(cls, action):
                yield verb.upper(), _name(cls if action in _ACTIONS else getattr(cls, action))
    else:
        is_function = cls.__qualname__ == "WrappedAPIView"  # what `api_view` makes of one
        allowed = [verb for verb in (*_VERBS, *_ADDED) if verb in cls.http_method_names and hasattr(cls, verb)]
        own = [verb for verb in allowed if verb in _VERBS] or []
        own = own or ([] if is_function else ["head"] if "head" in allowed else ["any"])
        yield from ((verb.upper(), (cls.__module__, cls.__name__) if is_function else _name(cls)) for verb in own)


def _name(handler: Any) -> tuple[str, str]:  # noqa: ANN401
    return handler.__module__, handler.__qualname__


def _wrappings(view: Any) -> Iterator[Any]:  # noqa: ANN401
    for _ in range(30):
        yield view
        inner = getattr(view, "__wrapped__", None) or (view.func if isinstance(view, functools.partial) else None)
        if inner is None:
            return
        view = inner


def _attribute(view: Any, name: str) -> Any:  # noqa: ANN401
    return next((getattr(one, name) for one in _wrappings(view) if getattr(one, name, None)), None)


def _unwrapped(view: Any) -> Any:  # noqa: ANN401
    last = list(_wrappings(view))[-1]
    return last if hasattr(last, "__qualname__") else type(last)


def _allowed(view: Any) -> list[str]:  # noqa: ANN401
    """Return the methods that `require_http_methods` left in a wrapper's closure."""
    for one in _wrappings(view):
        code, cells = getattr(one, "__code__", None), getattr(one, "__closure__", None)
        if code is not None and cells and "request_method_list" in code.co_freevars:
            given = cells[code.co_freevars.index("request_method_list")].cell_contents
            return [method for method in given if method.lower() in _VERBS] or list(given)
    return []


def _is_below(module: str, root: Path) -> bool:
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is not None and "site-packages" not in file and root in Path(file).resolve().parents


if __name__ == "__main__":
    main()
