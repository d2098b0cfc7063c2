"""vulture's opinion, by its own rules on a tree that is parsed already; checked against vulture 2.14 to 2.16.

Its visitor is called for those nodes only that it has a rule for, in its own order; wholly where a file has type
comments, where vulture itself refuses a file, and for a vulture of another version.

In: a parsed file. Out: its per-file sets; and from all files' sets, exactly what its command line reports for these
files at the same settings. Never decides anything: what it says is evidence beside ours. It reads no file and prints
nothing.
"""

import ast
import contextlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Sequence, Set
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from vulture import core, noqa, utils
from vulture.version import __version__

from auditor.analysis.opinions.vulture_walk import Met, is_open, may_stop, walk
from auditor.model.code import ModuleFacts
from auditor.model.inner import VultureItem

_NOTHING = (ast.expr_context, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.Constant)
_CHECKED = __version__ in ("2.14", "2.15", "2.16")
_TYPE_COMMENT = re.compile(r"#[ \t]*type:(?![ \t]*ignore(?![A-Za-z0-9\x80-\U0010ffff]))")
_REFUSED = (SyntaxError, AttributeError, TypeError, ValueError, AssertionError)


class VultureSettings(msgspec.Struct, frozen=True):
    """What `[tool.vulture]` says that changes a report: globs over names and decorators, and the least confidence."""

    ignore_names: tuple[str, ...] = ()
    ignore_decorators: tuple[str, ...] = ()
    min_confidence: int = core.DEFAULT_CONFIDENCE


class VultureSets(NamedTuple):
    """What vulture says of one file: names it takes for used, what they leave unused, imports it has lists for."""

    used_names: frozenset[str]
    items: tuple[VultureItem, ...]
    imports: tuple[str, ...]


class VultureLine(NamedTuple):
    """One finding of vulture over a whole program."""

    path: str
    item: VultureItem

    @property
    def text(self) -> str:
        """The line that its command line prints."""
        message = self.item.message or f"unused {self.item.kind} '{self.item.name}'"
        return f"{self.path}:{self.item.line}: {message} ({self.item.confidence}% confidence)"


def ask_vulture(tree: ast.Module, text: str, path: str) -> VultureSets:
    """Return vulture's names and items of one file: empty sets where vulture itself refuses the file."""
    if _CHECKED and not ("type:" in text and _TYPE_COMMENT.search(text)):
        with contextlib.suppress(*_REFUSED):
            return _ask_of(walk(tree), text, path)
    return ask_visitor(tree, text, path)


def ask_visitor(tree: ast.Module, text: str, path: str) -> VultureSets:
    """Return the same by vulture's visitor alone, which is slower and knows of no other rule than vulture's own."""
    tool = _Asked(text, path)
    with contextlib.suppress(*_REFUSED):  # as its command line does: what was met before the refusal counts
        tool.visit(ast.parse(text, type_comments=True) if "type:" in text else tree)
    return tool.sets()


def _ask_of(met: Met, text: str, path: str) -> VultureSets:
    """Ask vulture of the nodes that matter; names are all known first, so that what is used needs no asking."""
    tool = _Asked(text, path)
    used = tool.used_names
    used |= (met.names - core.IGNORED_VARIABLE_NAMES) | met.attributes
    for node in met.using:
        _use(tool, node)
    known = used | core.IGNORED_VARIABLE_NAMES
    for node in met.judged:
        kind = node.__class__
        if kind is ast.Name:
            if node.id not in known:
                tool.visit_Name(node)
        elif kind is ast.arg:
            if node.arg not in known:
                tool.visit_arg(node)
        elif kind is ast.Attribute:
            if node.attr not in used:
                tool.visit_Attribute(node)
        else:
            _judge(tool, node, used)
    return tool.sets()


def _use(tool: "_Asked", node: Any) -> None:  # noqa: ANN401 -- a node of one of several classes
    if isinstance(node, ast.Import | ast.ImportFrom):
        if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
            tool.used_names.update(alias.name for alias in node.names if alias.asname is not None)
    else:
        getattr(tool, f"visit_{node.__class__.__name__}")(node)


def _judge(tool: "_Asked", node: Any, used: Set[str]) -> None:  # noqa: ANN401 -- as above
    kind = node.__class__
    if kind is ast.FunctionDef or kind is ast.AsyncFunctionDef:
        if may_stop(node.body):
            tool.reachability.visit(node)
        if node.name not in used:
            tool.visit_FunctionDef(node)
    elif kind is ast.ClassDef:
        if node.name not in used:
            tool.visit_ClassDef(node)
    elif kind is ast.Import:
        tool.visit_Import(node)
    elif kind is ast.ImportFrom:
        tool.visit_ImportFrom(node)
    elif kind is ast.If:
        if node.orelse or may_stop(node.body) or not is_open(node.test):
            tool.reachability.visit(node)
    elif kind is ast.With:
        if may_stop(node.body):
            tool.reachability.visit(node)
    else:
        tool.reachability.visit(node)


def vulture_report(facts: Sequence[ModuleFacts], root: Path, settings: VultureSettings) -> tuple[VultureLine, ...]:
    """Return what `vulture ROOT` reports of these files, in its order. `root` decides what it takes for test files."""
    imported = {name for one in facts for name in one.vulture_imports if not _matches(name, settings.ignore_names)}
    used = frozenset().union(*(one.used_names for one in facts), *(_whitelist(name) for name in sorted(imported)))
    found: list[VultureLine] = []
    for one in facts:
        tested = core._is_test_file(root / one.path) if any(item.tested for item in one.vulture) else False
        seen: set[tuple[object, ...]] = set()
        for item in one.vulture:
            if item.silenced or (tested and item.tested) or item.confidence < settings.min_confidence:
                continue
            if item.kind != "unreachable_code" and (item.name in used or (item.kind, item.line, item.name) in seen):
                continue
            decorated = any(_matches(name, settings.ignore_decorators) for name in item.decorators)
            if not decorated and not _matches(item.name, settings.ignore_names):
                seen.add((item.kind, item.line, item.name))
                found.append(VultureLine(one.path, item))
    kinds = {kind: place for place, kind in enumerate(_ORDER)}
    return tuple(sorted(found, key=lambda one: (
        one.path.lower(), one.item.line, kinds[one.item.kind],
        "" if one.item.kind == "unreachable_code" else one.item.name.lower(),
    )))  # fmt: skip


def vulture_silenced(facts: Sequence[ModuleFacts]) -> frozenset[tuple[str, int, str]]:
    """Return path, line and kind of what vulture would report, were it not for a `noqa` comment."""
    used = frozenset().union(*(one.used_names for one in facts)) if facts else frozenset()
    return frozenset(
        (one.path, item.line, item.kind)
        for one in facts
        for item in one.vulture
        if item.silenced and (item.kind == "unreachable_code" or item.name not in used)
    )


_ORDER = ("attribute", "class", "function", "import", "method", "property", "variable", "unreachable_code")


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


class _TestsDifferError(Exception):
    """vulture wants to know whether a file is one of tests."""


class _Place(NamedTuple):
    """What vulture asks of a file's path: its name, and whether the whole path looks like a test's."""

    name: str
    whole: str

    def resolve(self) -> str:
        if not self.whole:
            raise _TestsDifferError
        return self.whole


class _Asked(core.Vulture):  # type: ignore[misc]  # vulture has no types
    """vulture's visitor that keeps what it defines, also what its comments and test names silence."""

    def __init__(self, text: str, path: str) -> None:
        super().__init__()
        self.has_noqa = "noqa" in text.lower()
        self.noqa_lines = noqa.parse_noqa(text.splitlines()) if self.has_noqa else {}
        self.items: list[VultureItem] = []
        self.imported: set[str] = set()
        self.decorators: tuple[str, ...] = ()
        name = path.rpartition("/")[2]
        self.place, self.test = _Place(name, ""), _Place(name, "/test/")

    def sets(self) -> VultureSets:
        """Return what was met."""
        used = frozenset(self.used_names)
        items = (one for one in self.items if one.kind == "unreachable_code" or one.name not in used)
        return VultureSets(used, tuple(dict.fromkeys(items)), tuple(sorted(self.imported & _listed())))

    def generic_visit(self, node: ast.AST) -> None:
        """Visit the children that vulture has something to say of."""
        for field in node._fields:
            value = getattr(node, field, None)
            if value.__class__ is list:
                for one in value:
                    if isinstance(one, ast.AST) and not isinstance(one, _NOTHING):
                        self.visit(one)
            elif isinstance(value, ast.AST) and not isinstance(value, _NOTHING):
                self.visit(value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802 -- ast's name
        """Keep the decorators' names for what is defined."""
        self._decorated(node, super().visit_FunctionDef)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802 -- ast's name
        """Keep the decorators' names for what is defined."""
        self._decorated(node, super().visit_ClassDef)

    def _decorated(self, node: ast.FunctionDef | ast.ClassDef, visit: Callable[[Any], None]) -> None:
        self.decorators = tuple(utils.get_decorator_name(one) for one in node.decorator_list)
        visit(node)
        self.decorators = ()

    def _define(
        self, collection: utils.LoggingList, name: str, first_node: ast.stmt, last_node: ast.stmt | None = None,
        message: str = "", confidence: int = core.DEFAULT_CONFIDENCE,
        ignore: Callable[[Any, str], bool] | None = None,
    ) -> None:  # fmt: skip
        tested = False
        if ignore is not None:
            try:
                if ignore(self.place, name):
                    return
            except _TestsDifferError:  # nothing is ignored because its file is not one of tests
                tested = ignore(self.test, name)
        kind = collection.typ
        decorated = getattr(first_node, "decorator_list", None)
        line = decorated[0].lineno if decorated else first_node.lineno
        silenced = self.has_noqa and noqa.ignore_line(self.noqa_lines, line, core.ERROR_CODES[kind])
        if kind == "import" and not silenced:
            self.imported.add(name)
        end = (last_node or first_node).end_lineno or line
        self.items.append(VultureItem(kind, name, line, end, confidence, message, silenced, tested, self.decorators))


@cache
def _listed() -> frozenset[str]:
    """Return the imports for which vulture ships a list of names that count as used."""
    directory = Path(core.__file__).parent / "whitelists"
    return frozenset(path.name.removesuffix("_whitelist.py") for path in directory.glob("*_whitelist.py"))


@cache
def _whitelist(name: str) -> frozenset[str]:
    """Return the names that one of vulture's own lists uses."""
    tool = core.Vulture()
    tool.scan((pkgutil.get_data("vulture", f"whitelists/{name}_whitelist.py") or b"").decode(), Path(name))
    return frozenset(tool.used_names)
