"""Code and modules by a name that only exists at run time: eval, exec, import_module, pkgutil walks.

In: one call. Out: references and dynamic accesses. Code in a namespace of its own sees
of a module only what the namespace is given: that is written down (a name, `globals()`, `vars(module)`) and counted
where it stands.
"""

import ast
import re
from collections.abc import Iterator

from auditor.analysis.extraction.records import last_name
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.texts import Texts
from auditor.model.code import DefinitionId, DynamicAccess, Reference

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_PATHS = frozenset({"run_path", "spec_from_file_location", "SourceFileLoader", "load_source"})
BESIDE = "__file__"
"""The receiver of an import by path in a file that lists a folder beside it: what is loaded lies there."""
_Found = Iterator[Reference | DynamicAccess]


def evaluated(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> _Found:
    """Yield what `eval` and `exec` can use: a literal's names; of a computed one, everything its namespace holds."""
    found = texts.of(call.args[0], scope)
    for text in found:
        for word in sorted(set(_IDENTIFIER.findall(text.replace("*", "\0"))) if "*" not in text else ()):
            yield Reference(source, f"{texts.names.module.prefix}.{word}", "string", call.lineno)
            yield Reference(source, f".{word}", "attribute", call.lineno)
    if not any("*" in text for text in found):
        return
    yield from _files(source, call)
    if texts.lists_its_folder:
        yield DynamicAccess(source, "import", BESIDE, "*", call.lineno)
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "globals")]
    kind = _namespace(given[0], scope, texts) if given else "own names"
    if kind == "own names":
        yield DynamicAccess(source, "eval", "", "*", call.lineno)
    elif kind == "objects":
        yield DynamicAccess(source, "getattr", "", "*", call.lineno)


def _namespace(node: ast.expr, scope: Scope, texts: Texts, depth: int = 0) -> str:
    """Return what code sees in a namespace: `own names` of this module, `objects` put in it, or `nothing`."""
    if isinstance(node, ast.Call) and last_name(node) in ("globals", "locals", "vars"):
        return "objects" if node.args else "own names"
    if isinstance(node, ast.Dict):
        plain = all(isinstance(one, ast.Constant) or last_name(one).startswith("__") for one in node.values)
        return "nothing" if plain and None not in node.keys else "objects"
    if isinstance(node, ast.Call) and last_name(node) == "dict" and not node.args and not node.keywords:
        return "nothing"
    binding = scope.lookup(node.id) if isinstance(node, ast.Name) else None
    if binding is not None and binding.origins and depth < 3:
        values = [one.node for one in binding.origins if one.kind == "value" and one.node is not None]
        kinds = {_namespace(one, scope, texts, depth + 1) for one in values}
        for kind in ("own names", "objects"):
            if kind in kinds:
                return kind
        return "nothing" if len(values) == len(binding.origins) and id(binding) not in texts.grown else "objects"
    return "objects"


def _files(source: DefinitionId, call: ast.Call) -> Iterator[DynamicAccess]:
    """Yield files of Python that are named in a call: `exec(open("pkg/version.py").read(), found)`."""
    for part in ast.walk(call):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.endswith(".py"):
            yield DynamicAccess(source, "import", "", part.value, call.lineno)


def imported(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> _Found:
    """Yield the modules that a call imports by name or path."""
    if last_name(call) in _PATHS:
        paths = list(_files(source, call))
        beside = BESIDE if texts.lists_its_folder else ""
        yield from paths or [DynamicAccess(source, "import", beside, "*", call.lineno)]
        return
    if not call.args:
        return
    for text in texts.of(call.args[0], scope):
        yield from _module(source, call, _absolute(text, call, scope, texts))


def _absolute(text: str, call: ast.Call, scope: Scope, texts: Texts) -> str:
    """Return the absolute name of a module: relative ones start from `package=`, else from the file's package."""
    if not text.startswith("."):
        return text
    anchor = next((word.value for word in call.keywords if word.arg == "package"), None)
    given = texts.of(call.args[1] if len(call.args) > 1 else anchor, scope)[0]
    parts = (texts.package if given == "*" else given).split(".")
    up = len(text) - len(text.lstrip(".")) - 1
    return ".".join((*parts[: len(parts) - up], text.lstrip(".")))


def _module(source: DefinitionId, call: ast.Call, text: str) -> _Found:
    if "*" in text:
        enough = any(part.isalnum() for part in text)
        yield DynamicAccess(source, "import", "", text if enough else "*", call.lineno)
    elif text:
        yield Reference(source, text, "import", call.lineno)
        yield DynamicAccess(source, "import", "", text, call.lineno)
        if isinstance(call.func, ast.Name) and call.func.id == "__import__":
            yield DynamicAccess(source, "members", text, "*", call.lineno)


def walked(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> Iterator[DynamicAccess]:
    """Yield the packages whose modules are walked, in order to be imported."""
    given = [*call.args[:1], *(word.value for word in call.keywords if word.arg in ("path", "import_path"))]
    for node in given[:1]:
        for package in _packages(node, scope, texts):
            yield DynamicAccess(source, "import", "", f"{package}.*", call.lineno)


def _packages(node: ast.expr, scope: Scope, texts: Texts) -> Iterator[str]:
    """Yield the packages that a path stands for: `__path__`, `pkg.__path__`, the directory of `__file__`."""
    if isinstance(node, ast.Name) and node.id == "__path__":
        yield texts.names.module.prefix
        return
    if isinstance(node, ast.Attribute) and node.attr == "__path__":
        if (one := texts.receiver(node.value, scope)) and one.replace(".", "").isidentifier():
            yield one
        return
    yield from (text for text in texts.of(node, scope) if "*" not in text and "/" not in text)
    parts = list(ast.walk(node))
    if isinstance(node, ast.Name) and (binding := scope.lookup(node.id)) is not None:
        parts = [part for one in binding.origins if one.node is not None for part in ast.walk(one.node)]
    if any(isinstance(part, ast.Name) and part.id == "__file__" for part in parts):
        folders = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        yield ".".join((texts.package, *(one for one in folders if one.isidentifier())))
