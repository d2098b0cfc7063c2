"""Route templates that a log gives (`/users/:id`, `/users/<int:id>`, `/users/{id}`) -> usage keys.

In: usage keys, a template as logged. Out: the key of the route that it spells, or None. A template that cannot serve
the path logged beside it is not believed: routers log it without the prefix they are mounted on.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from auditor.model.route_keys import shape
from auditor.tracking.templates import from_angles, rooted, template_of
from auditor.usage.routes import RouteTable

_COLON = re.compile(r"(?<=/):([A-Za-z_]\w*)(?:\([^()]*\))?\??")
_STAR = re.compile(r"(?<=/)\*(\w*)$|(?<=/)\{(\w+)\.\.\.\}$|(?<=/):(\w+)\*$")
_ANY_METHODS = ("*", "ANY")


class LoggedTemplates:
    """The routes of one application, to be found by how a log spells their templates.

    Args:
        keys: Usage keys in the order of registration.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        self._by_shape: dict[str, str] = {}
        for key in keys:
            method, _, template = key.partition(" ")
            if template.startswith("/"):
                self._by_shape.setdefault(shape(f"{method.upper()} {template}"), key)

    def key(self, method: str, template: str, target: str) -> str | None:
        """Return the key of the first route of that template, None if there is none or it cannot serve `target`.

        `target` may be empty. A slash more or less at the end is the same template, as for paths.
        """
        spelled = _spelled(template)
        if spelled is None:
            return None
        other = spelled[:-1] if spelled.endswith("/") and len(spelled) > 1 else f"{spelled}/"
        methods = (method.upper(), *(("GET",) if method.upper() == "HEAD" else ()), *_ANY_METHODS)
        for one in (spelled, other):
            for name in methods:
                key = self._by_shape.get(shape(f"{name} {one}"))
                if key is not None and (not target or _serves(key, method, target)):
                    return key
        return None


@lru_cache(maxsize=4096)
def _spelled(template: str) -> str | None:
    """Return a template as usage keys spell it, None where it is no path."""
    if not template or len(template) > 2000 or not template.isprintable():
        return None
    if template.startswith("^") or "(?P<" in template:
        return rooted(template_of(template, whole=True).text)
    text = from_angles(rooted(template))
    text = _STAR.sub(lambda found: f"{{{found[1] or found[2] or found[3] or 'rest'}:path}}", text)
    return _COLON.sub(lambda found: f"{{{found[1]}}}", text)


@lru_cache(maxsize=4096)
def _alone(key: str) -> RouteTable:
    return RouteTable((key,))


def _serves(key: str, method: str, target: str) -> bool:
    return _alone(key).match(method, target) is not None
