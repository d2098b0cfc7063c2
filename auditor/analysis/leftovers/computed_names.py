"""Where a template is asked for by a name that only exists at run time.

In: the text of a Python file or a template. Out: lines. What may be a name as written is left out; a file that cannot
be parsed computes on every line that renders. Never guesses what the name could be.
"""

import ast
import re
from collections.abc import Iterator

_ASKS = frozenset({
    "get_template", "select_template", "get_or_select_template", "render_to_string", "render_to_response",
    "render_template", "TemplateResponse", "SimpleTemplateResponse", "render_template_async", "template_response",
    "list_templates", "compile_templates", "stream_template",
})  # fmt: skip
"""Functions of Django, Flask, Starlette and Jinja that take the name of a template."""
_LISTS = frozenset({"list_templates", "compile_templates"})
_WRITTEN = r"""(?!(?:\w+\(\s*)?['"])"""
_IN_PAGES = re.compile(
    rf"\{{%-?\s*(?:(?:include|extends|from)\s+{_WRITTEN}[^%]*?|import\s+{_WRITTEN}[^%]*?\sas\s[^%]*?)%\}}"
    r"|<%(?:include|inherit|namespace)\b[^>]*\$\{"
)
_RENDERS = re.compile(r"render|emplate")


def computed_lines(path: str, text: str, *, is_page: bool) -> Iterator[int]:
    """Yield the lines (1-based) on which a template is asked for by a name that is not written there."""
    if is_page:
        for match in _IN_PAGES.finditer(text):
            yield text.count("\n", 0, match.start()) + 1
    elif path.endswith(".py") and _RENDERS.search(text):
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            yield from (text.count("\n", 0, match.start()) + 1 for match in _RENDERS.finditer(text))
            return
        yield from _in_python(tree)


def _in_python(tree: ast.Module) -> Iterator[int]:
    known = _Known(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if not _is_plain(node, known):
                yield node.lineno
            for keyword in node.keywords:
                if keyword.arg in ("template_name", "template") and not known.is_text(keyword.value):
                    yield keyword.value.lineno
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(_last(one) == "template_name" for one in targets) and not known.is_text(node.value):
                yield node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "get_template_names":
            texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Return))
            if not all(one is not None and known.is_text(one) for one in texts):
                yield node.lineno


def _is_plain(call: ast.Call, known: "_Known") -> bool:
    """Return whether a call asks for no template, or for one whose name is written there."""
    name = _last(call.func)
    if name in _LISTS:
        return False
    if name == "render":
        is_own = isinstance(call.func, ast.Attribute) and _last(call.func.value) in ("self", "cls")
        if isinstance(call.func, ast.Attribute) and not is_own and _last(call.func.value) != "shortcuts":
            return True  # the method of a template that was found by its name before
        given = call.args[:1] if is_own else call.args[1:2]
    elif name in _ASKS:
        given = call.args[:2]
    else:
        return True
    if any(known.is_text(one) for one in given):
        return True
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return False
    given = [*given, *(one.value for one in call.keywords if one.arg in ("template_name", "template", "name"))]
    return any(known.is_text(one) for one in given) or (name == "render" and not given)


class _Known:
    """Which names of a file only ever stand for texts that are written in it."""

    def __init__(self, tree: ast.Module) -> None:
        self.values: dict[str, list[ast.expr | None]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._note(target, node.value)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._note(node.target, node.value)
            elif isinstance(node, ast.arg):
                self.values.setdefault(node.arg, []).append(None)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self.values.setdefault(node.id, [])
            elif isinstance(node, ast.For | ast.AugAssign | ast.comprehension | ast.NamedExpr):
                self._note(node.target, None)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                self._note(node.optional_vars, None)

    def _note(self, target: ast.expr, value: ast.expr | None) -> None:
        if isinstance(target, ast.Name):
            self.values.setdefault(target.id, []).append(value)
        elif isinstance(target, ast.Tuple | ast.List):
            for one in target.elts:
                self._note(one, None)

    def is_text(self, node: ast.expr | None, depth: int = 0) -> bool:
        """Return whether an expression is a text that is written in the file, or one of several."""
        if depth > 5 or node is None:
            return False
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) or node.value is None
        if isinstance(node, ast.IfExp):
            return self.is_text(node.body, depth + 1) and self.is_text(node.orelse, depth + 1)
        if isinstance(node, ast.BoolOp):
            return all(self.is_text(one, depth + 1) for one in node.values)
        if isinstance(node, ast.List | ast.Tuple):
            return all(self.is_text(one, depth + 1) for one in node.elts)
        if isinstance(node, ast.JoinedStr):
            end = node.values[-1] if node.values else None
            return isinstance(end, ast.Constant) and "." in str(end.value)  # its end is looked for as such
        if isinstance(node, ast.Attribute):
            return node.attr == "template_name"  # whatever is assigned to one is looked at
        found = self.values.get(node.id, ()) if isinstance(node, ast.Name) else ()
        return bool(found) and all(self.is_text(one, depth + 1) for one in found)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
