"""Names that a file binds and never reads: imports, local variables, parameters; by scope, not by spelling.

In: a finished walk and the text. Out: `LocalFinding`s that hold as far as this one file can tell, and the names whose
functions are given away as values. What other files may ask for (exports, overrides) is judged by `findings_local`.
Doubt is silence: `locals()`, `eval`, `del`, `x += 1`, type comments and names in quoted types count as reads.
"""

import ast
import re
from collections.abc import Iterator

from auditor.analysis.extraction.records import Imported, last_name
from auditor.analysis.extraction.references import Referred
from auditor.analysis.extraction.scopes import Binding, Scope
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
from auditor.model.inner import LocalFinding

_NAME = re.compile(r"[^\W\d]\w*")
_TYPE_COMMENT = re.compile(r"#\s*type:(.*)")
_WHOLE_SCOPE = ("locals", "vars", "eval", "exec")
_ARGUMENT_HOLDERS = ("self", "cls", "mcs", "metacls")


def unused_names(walk: Walk, referred: Referred, text: str) -> list[LocalFinding]:
    """Return imports, local variables and parameters that nothing in their scopes reads, in source order."""
    read = _read_bindings(walk, referred)
    comments = _TYPE_COMMENT.finditer(text) if "type:" in text else ()
    commented = {name for match in comments for name in _NAME.findall(match[1])}
    whole = _scopes_taken_whole(walk)
    found = [*_imports(walk, read, commented, text), *_variables(walk, read, commented, whole)]
    return sorted([*found, *_arguments(walk, read, commented, whole)], key=lambda one: (one.line, one.name, one.kind))


def given_names(walk: Walk, names: Names) -> frozenset[str]:
    """Return last parts of imported names, and of attributes of imported things, that are read but not called."""
    values = walk.values
    found: set[str] = set()
    for scope, _, name, attributes in walk.uses:
        last = attributes[-1] if attributes else name
        if last in values and last not in found:
            binding = names.lookup(scope, name)
            if binding is not None and binding.targets:
                found.add(last)
                if not attributes:
                    found.update([target.rpartition(".")[2] for target in binding.targets])
    return frozenset(found)


def _read_bindings(walk: Walk, referred: Referred) -> set[int]:
    """Return the identities of bindings that some code reads, deletes or adds to."""
    read = {id(binding) for binding in referred.read}
    for scope, name in (*referred.unsure, *walk.touched):
        read.update(_around(scope, name))
    return read


def _around(scope: Scope, name: str) -> Iterator[int]:
    """Yield the identities of what a name means in a scope, and in a class body also of what it means before that."""
    yield from map(id, _meant(scope, name))
    if scope.kind == "class" and (outer := scope.behind(name)) is not None:
        yield id(outer)


def _meant(scope: Scope, name: str) -> Iterator[Binding]:
    """Yield what a name means in a scope; where a branch only tells its type, what it means around it as well."""
    if name in scope.global_names:
        start: Scope | None = scope.module()
    else:
        start = scope
    while start is not None:
        binding = start.bindings.get(name) if start is scope or start.kind != "class" else None
        if binding is not None:
            yield binding
            if start.kind != "branch":
                return
        start = start.parent


def _scopes_taken_whole(walk: Walk) -> set[int]:
    """Return scopes whose variables code may read without naming them, and the scopes around those."""
    whole: set[int] = set()
    for start, _, call, name in walk.dynamic_calls:
        if name not in _WHOLE_SCOPE or not isinstance(call.func, ast.Name) or (name == "vars" and call.args):
            continue
        scope: Scope | None = start
        while scope is not None and id(scope) not in whole:
            whole.add(id(scope))
            scope = scope.parent
    return whole


def _imports(walk: Walk, read: set[int], commented: set[str], text: str) -> Iterator[LocalFinding]:
    quoted: set[str] | None = None
    for one in walk.imports:
        name = _bound(one)
        binding = one.scope.lookup(name)
        if one.scope.kind == "class" or name == "*" or binding is None or id(binding) in read:
            continue
        if one.guarded and not (one.type_only and not _is_quoted(name, one.node, text)):
            continue
        if quoted is None:
            quoted = {text.partition(".")[0] for text, _ in walk.strings if "." in text or text[:1].isupper()}
        if name not in commented and name not in quoted and getattr(one.node, "module", "") != "__future__":
            end = one.node.end_lineno or one.node.lineno
            yield LocalFinding("import", name, one.node.lineno, end, one.source, one.alias.lineno)


def _is_quoted(name: str, statement: ast.stmt, text: str) -> bool:
    """Return whether a line outside the import has the name beside a quote, as types in strings have."""
    if text.count(name) < 2:
        return False
    word = re.compile(rf"\b{re.escape(name)}\b")
    own = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    lines = enumerate(text.split("\n"), 1)
    return any(word.search(line) for number, line in lines if number not in own and ("'" in line or '"' in line))


def _bound(one: Imported) -> str:
    return one.alias.asname or (
        one.alias.name.partition(".")[0] if isinstance(one.node, ast.Import) else one.alias.name
    )


def _variables(walk: Walk, read: set[int], commented: set[str], whole: set[int]) -> Iterator[LocalFinding]:
    parameters: set[tuple[int, str]] | None = None
    seen: set[int] = set()
    for scope, source, name, node in walk.local_stores:
        binding: Binding | None = scope.bindings.get(name)
        if binding is None or binding.targets or id(binding) in read or id(binding) in seen:
            continue
        if parameters is None:
            parameters = {(id(one), each.arg) for one, _, def_ in walk.functions for each in parameters_of(def_.args)}
        outside = name in scope.global_names or name in scope.nonlocal_names or (id(scope), name) in parameters
        if outside or name.startswith("_") or name in commented or id(scope) in whole:
            continue
        seen.add(id(binding))
        line = getattr(node, "lineno", 0)
        yield LocalFinding("variable", name, line, getattr(node, "end_lineno", 0) or line, source, line)


def parameters_of(arguments: ast.arguments) -> list[ast.arg]:
    """Return every parameter, `*args` and `**kwargs` last."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return every + [one for one in (arguments.vararg, arguments.kwarg) if one is not None]


def _arguments(walk: Walk, read: set[int], commented: set[str], whole: set[int]) -> Iterator[LocalFinding]:
    values = walk.values
    for scope, source, node in walk.functions:
        if node.decorator_list:
            continue
        arguments = node.args
        bindings = scope.bindings
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        unread = [one for one in named if one.arg in bindings and id(bindings[one.arg]) not in read
                  and not one.arg.startswith("_") and one.arg not in _ARGUMENT_HOLDERS]  # fmt: skip
        if not unread or id(scope) in whole or _is_stub(node, scope):
            continue
        if _is_method(scope) and named and unread[0] is named[0]:
            unread = unread[1:]
        if node.name in values or _is_owner_given(scope, values) or _is_named_in_text(walk, node.name):
            continue
        for one in unread:
            if one.arg not in commented:
                yield LocalFinding("argument", one.arg, one.lineno, one.end_lineno or one.lineno, source, node.lineno)


def _is_method(scope: Scope) -> bool:
    return scope.parent is not None and scope.parent.kind == "class"


def _is_owner_given(scope: Scope, values: set[str]) -> bool:
    """Return whether the class of a constructor is itself given away, to be called by others."""
    name = scope.prefix.removesuffix(".<locals>")
    owner, _, own = name.rpartition(".")
    return own == "__init__" and owner.rpartition(".")[2] in values


def _is_named_in_text(walk: Walk, name: str) -> bool:
    return any(text == name or text.endswith(f".{name}") for text, _ in walk.strings)


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> bool:
    """Return whether a body promises only: a docstring, `...`, `pass`, NotImplementedError; of a method, a literal."""
    return all(_is_empty(statement, in_class=_is_method(scope)) for statement in node.body)


def _is_empty(statement: ast.stmt, *, in_class: bool) -> bool:
    if isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    ):
        return True
    if isinstance(statement, ast.Raise):
        return statement.exc is not None and last_name(statement.exc) in ("NotImplementedError", "NotImplemented")
    if isinstance(statement, ast.Return):
        value = statement.value
        return value is None or (isinstance(value, ast.Constant) and in_class) or last_name(value) == "NotImplemented"
    return False
