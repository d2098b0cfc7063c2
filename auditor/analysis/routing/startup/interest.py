"""Which bodies of functions are worth following: by the names of what they call and how they decorate.

In: nodes. Out: answers. Never knows what a name stands for.
"""

import ast
from collections.abc import Iterable, Iterator

REGISTERING = frozenset({
    "include_router", "mount", "host", "add_route", "add_api_route", "add_api_websocket_route", "add_websocket_route",
    "register_blueprint", "add_url_rule", "add_resource", "add_namespace", "add_routes", "add_get", "add_post",
    "add_put", "add_delete", "add_patch", "add_view", "add_subapp", "add_handlers", "register_view", "add_domain",
})  # fmt: skip
"""Calls that register routes, by the last part of their name."""
DECORATING = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket", "websocket_route",
    "view", "trace",
})  # fmt: skip


def calls_in(body: Iterable[ast.stmt]) -> Iterator[ast.Call]:
    """Yield the calls of a body, not those in functions and classes defined in it, but their decorators."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stack += node.decorator_list
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Call):
            yield node
        stack += ast.iter_child_nodes(node)


def decorates(body: Iterable[ast.stmt]) -> bool:
    """Return whether functions in a body are decorated as routes are."""
    for one in body:
        for node in ast.walk(one):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and any(
                isinstance(decorator, ast.Call) and last_part(decorator.func) in DECORATING
                for decorator in node.decorator_list
            ):
                return True
    return False


def last_part(node: ast.expr) -> str:
    """Return the last part of a name, `""` where it is something else."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def parts_of(node: ast.expr) -> list[str]:
    """Return the parts of a dotted name, none where it is something else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return [node.id, *reversed(parts)] if isinstance(node, ast.Name) else []
