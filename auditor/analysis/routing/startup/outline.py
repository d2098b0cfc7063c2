"""Whether an edit of a file leaves alone what start-up code does in it.

In: the text of a file before and after, the functions that start-up code calls, the modules that take part. Out: yes,
or not surely. A body that nothing calls at start does nothing, unless it registers routes or makes what they stand on:
then it is called although nothing names it.
"""

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from auditor.analysis.extraction.source import parse
from auditor.analysis.routing.startup.interest import DECORATING, REGISTERING, calls_in, decorates, last_part
from auditor.model.code import DefinitionId, absolute_import

_MAKES = re.compile(
    r"(?:App|Application|Router|Blueprint|A[Pp][Ii]|Flask|Starlette|Quart|Sanic|RouteTableDef|Namespace)$"
)
"""Last parts of names of classes whose objects routes are registered on."""


class Startup(NamedTuple):
    """What following the start-up code of base has shown: functions called, modules whose text takes part."""

    called: Collection[DefinitionId]
    modules: Collection[str]


class _Row(NamedTuple):
    key: str
    text: str
    optional: bool


def same_start(module: str, is_package: bool, old: str, new: str, startup: Startup) -> bool:
    """Return whether following both texts surely does the same; an empty text is that of a file that takes no part."""
    outline = _Outline(module, is_package, startup)
    try:
        before, after = (list(outline.rows(_statements(text, module), f"{module}:")) for text in (old, new))
    except (SyntaxError, ValueError, RecursionError):
        return False
    return _without_lone(before, after) == _without_lone(after, before)


def _statements(text: str, path: str) -> list[ast.stmt]:
    tree = parse(text.encode(), path)[1]
    if tree is None:
        raise ValueError(f"{path} cannot be parsed")
    return tree.body


def _without_lone(rows: Iterable[_Row], others: Iterable[_Row]) -> list[str]:
    """Return rows without the optional ones whose name the other side does not have."""
    there = {one.key for one in others}
    return [one.text for one in rows if not one.optional or one.key in there]


class _Outline:
    """What start-up code can see of one file."""

    def __init__(self, module: str, is_package: bool, startup: Startup) -> None:
        self._module, self._is_package, self._startup = module, is_package, startup

    def rows(self, body: Iterable[ast.stmt], prefix: str) -> Iterator[_Row]:
        """Yield what stands in a body of a module or class; `prefix` stands before the ids of functions in it."""
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from self._function(node, f"{prefix}{node.name}")
            elif isinstance(node, ast.ClassDef):
                yield self._class(node, prefix)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                yield from self._imports(node)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                yield _assignment(node)
            elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
                yield _Row("", ast.dump(node), False)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, identity: str) -> Iterator[_Row]:
        if identity in self._startup.called or _acts(node.body):
            yield _Row(node.name, ast.dump(node), False)
        elif node.decorator_list or any(isinstance(one, ast.Call) for one in ast.walk(node.args)):
            face = [*map(ast.dump, node.decorator_list), ast.dump(node.args)]
            routes = any(last_part(_callee(one)) in DECORATING for one in node.decorator_list)
            yield _Row(node.name, f"def {node.name} {face}", not routes)

    def _class(self, node: ast.ClassDef, prefix: str) -> _Row:
        inside = list(self.rows(node.body, f"{prefix}{node.name}."))
        plain = all(one.optional for one in inside) and not any(_MAKES.search(last_part(one)) for one in node.bases)
        face = [*map(ast.dump, (*node.decorator_list, *node.bases, *node.keywords)), *(one.text for one in inside)]
        return _Row(node.name, f"class {node.name} {face}", plain and not node.decorator_list)

    def _imports(self, node: ast.Import | ast.ImportFrom) -> Iterator[_Row]:
        """Yield the imports that may start following a module; others bind names that nothing else takes."""
        for one in node.names:
            if isinstance(node, ast.Import):
                target = one.name
            else:
                base = absolute_import(self._module, node.level, node.module or "", is_package=self._is_package)
                target = f"{base}.{one.name}"
            if any(part in self._startup.modules for part in _prefixes(target)):
                yield _Row(f"import {target}", f"import {target} {one.asname}", False)


def _callee(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _acts(body: list[ast.stmt]) -> bool:
    """Return whether a body registers routes, or makes something that they are registered on."""
    return decorates(body) or any(_registers(call) for call in calls_in(body))


def _registers(call: ast.Call) -> bool:
    last = last_part(call.func)
    return last in REGISTERING or bool(_MAKES.search(last))


def _assignment(node: ast.Assign | ast.AnnAssign) -> _Row:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    calls = (one for one in ast.walk(node.value) if isinstance(one, ast.Call)) if node.value is not None else iter(())
    plain = len(targets) == 1 and isinstance(targets[0], ast.Name) and not any(map(_registers, calls))
    return _Row(f"{ast.dump(targets[0])} =", ast.dump(node), plain)


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
