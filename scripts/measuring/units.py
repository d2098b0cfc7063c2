"""Units of comparison: every function, method and class of the production files, and whether it was executed.

In: source text, executed lines. Out: `Unit`s by path and qualified name. Read with `ast` alone, so that no tool's own
idea of a definition decides.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

UnitKind = Literal["function", "class"]
Key = tuple[str, str]
"""Path relative to the tree, and qualified name as in `Class.method` or `outer.<locals>.inner`."""


class Site(NamedTuple):
    """One place where a unit is defined: lines, 1-based and inclusive, decorators included.

    `body` is the line of the first statement that runs when it is called, 0 where that shares a line with its head, so
    that line coverage cannot tell; `name_line` is where `def` or `class` stands.
    """

    line: int
    name_line: int
    body: int
    end_line: int


class Unit(NamedTuple):
    """A function (methods and properties too) or class; twins of one name in one place are one unit."""

    path: str
    qualified: str
    kind: UnitKind
    sites: tuple[Site, ...]

    @property
    def key(self) -> Key:
        """Path and qualified name."""
        return self.path, self.qualified

    @property
    def name(self) -> str:
        """Last part of the qualified name."""
        return self.qualified.rpartition(".")[2]

    @property
    def lines(self) -> frozenset[int]:
        """All its lines."""
        return frozenset(line for site in self.sites for line in range(site.line, site.end_line + 1))


def production_files(tree: Path, production: Iterable[str], tests: Iterable[str]) -> list[str]:
    """Return the Python files below `production` that are not tests, relative to the tree, sorted."""
    found = {
        file.relative_to(tree).as_posix()
        for one in production
        for file in ([tree / one] if (tree / one).is_file() else (tree / one).rglob("*.py"))
    }
    without = tuple(tests)
    return sorted(path for path in found if not _is_test(path, without))


def _is_test(path: str, tests: Iterable[str]) -> bool:
    parts = path.split("/")
    if {"tests", "test", "testing"} & set(parts[:-1]) or parts[-1] in ("conftest.py", "tests.py"):
        return True
    return parts[-1].startswith("test_") or any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in tests)


def units_of(text: str, path: str) -> dict[Key, Unit]:
    """Return the units of one file; none where it cannot be parsed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return {}
    units: dict[Key, Unit] = {}
    for qualified, kind, site in _walk(tree, ""):
        before = units.get((path, qualified))
        sites = (*before.sites, site) if before else (site,)
        units[path, qualified] = Unit(path, qualified, before.kind if before else kind, sites)
    return units


def _walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, UnitKind, Site]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{child.name}", "function", _site(child)
            yield from _walk(child, f"{prefix}{child.name}.<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield f"{prefix}{child.name}", "class", _site(child)
            yield from _walk(child, f"{prefix}{child.name}.")
        else:
            yield from _walk(child, prefix)


def _site(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Site:
    first = min((one.lineno for one in node.decorator_list), default=node.lineno)
    body = [one for one in node.body if not _is_docstring(one)] or node.body
    start = body[0].lineno
    start = min((start, *(one.lineno for one in getattr(body[0], "decorator_list", ()))))
    return Site(first, node.lineno, 0 if start == node.lineno else start, node.end_lineno or node.lineno)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def executed(units: Mapping[Key, Unit], lines: Mapping[str, frozenset[int]]) -> frozenset[Key]:
    """Return the units that ran.

    A function ran when a line of its body did; a class when a function inside it did: that its own body ran says only
    that its module was imported. Of a class without functions, and of a body on the line of its `def`, nothing is said.
    """
    ran = {
        key
        for key, unit in units.items()
        if unit.kind == "function" and any(_ran(site, lines.get(unit.path, frozenset())) for site in unit.sites)
    }
    for path, qualified in tuple(ran):
        outer = qualified.rpartition(".")[0].removesuffix(".<locals>")
        while outer:
            ran |= {(path, outer)} & units.keys()
            outer = outer.rpartition(".")[0].removesuffix(".<locals>")
    return frozenset(ran)


def _ran(site: Site, lines: frozenset[int]) -> bool:
    return bool(site.body) and any(site.body <= line <= site.end_line for line in lines)


def at(units: Mapping[Key, Unit], path: str, line: int, name: str) -> Unit | None:
    """Return the unit of a name whose head is on a line; tools name the line of `def` or of its first decorator."""
    for unit in units.values():
        if unit.path == path and unit.name == name:
            for site in unit.sites:
                if site.line <= line <= max(site.name_line, site.body - 1):
                    return unit
    return None
