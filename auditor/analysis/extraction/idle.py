"""Functions whose body does nothing as it stands, and lines that run only if a false constant is changed.

In: the functions and the tree of one file. Out: ids, and ranges of lines. What a body was emptied of may be left
behind in it: after a `return`, under `if False`. Never asks what a value could be; what is not certain does something.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence

from auditor.analysis.extraction.control_flow import constant
from auditor.model.code import DefinitionId

_CHECKING = "TYPE_CHECKING"
_TELLING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log", "print"})
_TOLD = frozenset({"log", "logger", "logging", "warnings", "_log", "_logger", "LOG", "LOGGER"})
_GONE = frozenset({400, 403, 404, 405, 410, 501, 503})
"""Status codes by which an endpoint refuses whatever it is asked."""
_REFUSING = frozenset({"abort", "HttpResponseGone", "HttpResponseNotFound", "HttpResponseNotAllowed"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_ASKED = frozenset({ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.BoolOp})
"""What a condition may be that hangs on one constant."""
_SILENT = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Delete)


def idle(functions: Iterable[tuple[DefinitionId, ast.AST]]) -> frozenset[DefinitionId]:
    """Return the ids of functions that give nothing back and do nothing but log, or that refuse every call."""
    return frozenset([one for one, node in functions if isinstance(node, _Function) and _ending(node.body) != "does"])


def _ending(body: Sequence[ast.stmt]) -> str:
    """Return how a block that does nothing ends: `"returns"`, or `""` at its end; `"does"` for one that does more."""
    left = False
    for position, statement in enumerate(body):
        kind = statement.__class__
        if kind in _SILENT:
            continue
        if kind is ast.Return:
            left = left or position + 1 < len(body)
            return "returns" if _gives_nothing(statement.value, left=left) else "does"  # type: ignore[attr-defined]
        if kind is ast.Raise:
            return "returns"
        if kind is ast.Expr:
            value: ast.expr = statement.value  # type: ignore[attr-defined]
            if isinstance(value, ast.Call) and _name(value.func) in _REFUSING:
                return "returns"
            if not isinstance(value, ast.Constant) and not _only_tells(value):
                return "does"
            continue
        rest = _running(statement)
        if rest is None:
            return "does"
        left = True
        if ended := _ending(rest):
            return ended
    return ""


def _running(statement: ast.stmt) -> Sequence[ast.stmt] | None:
    """Return the branch of a condition or loop that runs, where a constant says so."""
    known = constant(statement.test) if isinstance(statement, ast.If | ast.While) else None
    if known is False:
        return statement.orelse  # type: ignore[attr-defined,no-any-return]
    return statement.body if known and isinstance(statement, ast.If) else None


def _gives_nothing(value: ast.expr | None, *, left: bool) -> bool:
    """Return whether a value tells a caller nothing; `left`: code is left behind, so that any constant does."""
    if value is None or _refuses(value):
        return True
    if isinstance(value, ast.Tuple) and any(_refuses(one) or _is_status(one) for one in value.elts):
        return True
    nodes = list(ast.walk(value))
    plain = (ast.Constant, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.expr_context, ast.unaryop, ast.UnaryOp)
    if not all(isinstance(one, plain) for one in nodes):
        return False
    return left or not any(isinstance(one, ast.Constant) and one.value for one in nodes)


def _refuses(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    if _name(value.func) in _REFUSING:
        return True
    return any(keyword.arg in ("status", "status_code") and _is_status(keyword.value) for keyword in value.keywords)


def _is_status(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value.__class__ is int and value.value in _GONE


def _only_tells(value: ast.expr) -> bool:
    """Return whether an expression only logs, prints or warns."""
    if not isinstance(value, ast.Call) or _name(value.func) not in _TELLING:
        return False
    owner = value.func.value if isinstance(value.func, ast.Attribute) else None
    if owner is not None and _name(owner) not in _TOLD:
        return False
    given = (*value.args, *(keyword.value for keyword in value.keywords))
    return not any(isinstance(node, ast.Call | ast.Await) for one in given for node in ast.walk(one))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def guards(tree: ast.Module, conditions: Iterable[ast.If | ast.While]) -> tuple[tuple[int, int, str], ...]:
    """Return ranges of lines that a false constant keeps from running: first line, last line, the constant's name.

    `conditions` are those of the file. The name is `""` for a constant that is written there, `TYPE_CHECKING`, or a
    variable of the module that is set to False or 0 once, which other modules may set.
    """
    asked = [one for one in conditions if one.test.__class__ in _ASKED]
    tested = {node.id for one in asked for node in ast.walk(one.test) if isinstance(node, ast.Name)}
    switches = _switches(tree, tested) if tested else ()
    found: list[tuple[int, int, str]] = []
    for one in asked:
        for name, known in _values(one.test, switches):
            never: Sequence[ast.stmt] = one.orelse if known else one.body
            if never and _first_line(never[0]) == one.lineno:
                never = [] if one.orelse else [one]
            if never and (not known or isinstance(one, ast.If)):
                found.append((_first_line(never[0]), never[-1].end_lineno or never[-1].lineno, name))
    return tuple(sorted(found))


def _values(test: ast.expr, switches: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Yield what a condition is known to be, with the name of the constant that it hangs on."""
    known = constant(test)
    if known is not None:
        yield "", known
        return
    for name in (_CHECKING, *switches):
        known = constant(test, name)
        if known is not None:
            yield name, known
            return


def _switches(tree: ast.Module, tested: set[str]) -> tuple[str, ...]:
    """Return variables of the module that are bound once in the whole file, to False or 0."""
    found: dict[str, int] = {}
    for one in tree.body:
        value = one.value if isinstance(one, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Constant) and value.value.__class__ in (bool, int) and not value.value:
            targets = one.targets if isinstance(one, ast.Assign) else [one.target]  # type: ignore[attr-defined]
            found |= {t.id: one.lineno for t in targets if isinstance(t, ast.Name) and t.id in tested}
    if not found:
        return ()
    bound: dict[str, int] = {}
    stars = 0
    for node in ast.walk(tree):
        names: Sequence[str] = ()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names = (node.id,)
        elif isinstance(node, ast.Global):
            names = node.names
        elif isinstance(node, ast.alias):
            names = (node.asname or node.name.partition(".")[0],)
            stars = max(stars, node.lineno if node.name == "*" else 0)
        for name in names:
            bound[name] = bound.get(name, 0) + 1
    return tuple(sorted(name for name, line in found.items() if bound[name] == 1 and stars < line))


def _first_line(statement: ast.stmt) -> int:
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    return min([statement.lineno, *(one.lineno for one in decorators)])
