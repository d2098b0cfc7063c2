"""Path syntaxes of frameworks whose parameters are regular expressions: aiohttp's and Tornado's, as templates.

In: text. Out: `/users/{id}`, `{name:path}` where a parameter may hold a slash. Never knows routers or handlers.
"""

from auditor.tracking.templates import template_of


def from_braces(path: str) -> str:
    """Return aiohttp's `{name:regex}` form as a template."""
    out: list[str] = []
    position = 0
    while position < len(path):
        if path[position] != "{":
            out.append(path[position])
            position += 1
            continue
        depth, end = 1, position + 1
        while end < len(path) and depth:
            depth += {"{": 1, "}": -1}.get(path[end], 0)
            end += 1
        name, _, expression = path[position + 1 : end - 1].partition(":")
        spans = ":path" if expression and ":path" in template_of(f"({expression})").text else ""
        out.append(f"{{{name}{spans}}}")
        position = end
    return "".join(out)


def from_rule(pattern: str) -> str:
    """Return a Tornado rule as a template; unnamed groups are `{0}`, `{1}`."""
    template = template_of(pattern, whole=True).text
    return template if template.startswith("/") or not template else f"/{template}"


def host_from_rule(pattern: str) -> str:
    """Return the host that a Tornado host pattern stands for, `""` for any."""
    return "" if pattern.strip("^$") in (".*", ".+", "") else template_of(pattern).text
