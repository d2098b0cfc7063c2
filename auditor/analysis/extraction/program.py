"""Whether a file is a program without saying so: no main guard, but its body reads the command line or calls `main()`.

In: a file's text and tree. Out: yes or no. Only what importing would do for no one counts: a module that merely calls
something when it is imported may be there to register, and is no program: that it `acts`.
"""

import ast
from collections.abc import Iterable

_ENDS = frozenset({"main", "exit", "sys.exit", "asyncio.run", "anyio.run", "uvloop.run", "trio.run"})
_STATEMENTS = (ast.Assign, ast.AnnAssign, ast.Expr, ast.With, ast.For, ast.If)


def is_program(text: str, body: Iterable[ast.stmt]) -> bool:
    """Return whether the body of a module reads `sys.argv`, parses arguments, or ends in `main()` or `sys.exit(…)`.

    Its first line may say so as well: one that names Python, in a file that calls something when it is run.
    """
    shebang = text.startswith("#!") and "python" in text.partition("\n")[0]
    arguments = "sys.argv[" in text or "parse_args(" in text or "sys.argv)" in text
    for statement in body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and (shebang or _dotted(call.func) in _ENDS):
            return True
        reads = arguments and isinstance(statement, _STATEMENTS)
        if reads and any(_reads_arguments(node) for node in ast.walk(statement)):
            return True
    return False


def acts(body: Iterable[ast.stmt]) -> bool:
    """Return whether running a module's body does more than define: a call for its effect, a loop, a store elsewhere.

    What only a main guard runs does not count, nor what builds a value for a name of the module.
    """
    for statement in body:
        if isinstance(statement, ast.For | ast.While | ast.With):
            return True
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            return True
        if isinstance(statement, ast.Assign | ast.AugAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(one, ast.Subscript | ast.Attribute) for one in targets):
                return True
        if isinstance(statement, ast.If | ast.Try) and not _is_main_guard(statement) and acts(statement.body):
            return True
    return False


def _is_main_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in {
        node.id for node in ast.walk(statement.test) if isinstance(node, ast.Name)
    }


def _reads_arguments(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript):
        return _dotted(node.value) == "sys.argv" and not isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "parse_args"


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
