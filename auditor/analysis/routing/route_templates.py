"""Path templates in the form `{name}` or `{name:converter}`: which covers which.

In: text. Out: text and answers. Never knows routers or handlers.
"""

import re

_PARAMETER = re.compile(r"\{([A-Za-z_]\w*)(?::([A-Za-z_]\w*))?\}")
_PLAIN = {"str", "string", "default"}
_ACCEPTED = {
    "int": re.compile(r"[0-9]+"),
    "float": re.compile(r"[0-9]+(\.[0-9]+)?"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"),
    "slug": re.compile(r"[-a-zA-Z0-9_]+"),
}
_WITHIN = {
    "int": {"int"},
    "float": {"float", "int"},
    "uuid": {"uuid"},
    "slug": {"slug", "int", "uuid"},
}


def shape(template: str) -> str:
    """Return a template without its parameters' names: equal shapes match the same paths."""
    return _PARAMETER.sub(lambda m: "{}" if not m[2] or m[2] in _PLAIN else f"{{:{m[2]}}}", template)


def covers(earlier: str, later: str) -> bool:
    """Return whether every path that `later` matches is also matched by `earlier` (both in `{name}` form)."""
    if shape(earlier) == shape(later):
        return True
    left, right = shape(earlier).split("/"), shape(later).split("/")
    for index, part in enumerate(left):
        if part == "{:path}" and index == len(left) - 1:
            return len(right) > index
        if index >= len(right) or "{:path}" in right[index] or not _covers_segment(part, right[index]):
            return False
    return len(left) == len(right)


def _covers_segment(earlier: str, later: str) -> bool:
    if earlier == later:
        return True
    if earlier == "{}":
        return later != ""
    converter = earlier[2:-1] if re.fullmatch(r"\{:\w+\}", earlier) else ""
    if converter not in _ACCEPTED:
        return False
    if "{" not in later:
        return _ACCEPTED[converter].fullmatch(later) is not None
    return later[2:-1] in _WITHIN[converter]
