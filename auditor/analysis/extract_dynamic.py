"""Names that only exist at run time: getattr, globals, import_module, eval.

In: the calls and subscripts a walk kept. Out: references where the name is a literal, `DynamicAccess` where it is not.
Never guesses what a name that is not written down could be.
"""

import ast
import re
from collections.abc import Iterator

from auditor.analysis.extract_records import last_name
from auditor.analysis.extract_scopes import Scope
from auditor.analysis.extract_types import Names
from auditor.analysis.extract_values import pattern_of
from auditor.analysis.extract_walk import Walk
from auditor.model.code import DefinitionId, DynamicAccess, Reference

LOADERS = {
    "import_object": ("tornado",), "import_string": ("django", "werkzeug", "pydantic"), "locate": ("pydoc", "hydra"),
    "instantiate": ("celery", "hydra"), "symbol_by_name": ("celery", "kombu"), "resolve_name": ("pkgutil", "zope"),
    "import_from_string": ("uvicorn", "rest_framework"), "load_object": ("scrapy",),
}  # fmt: skip
"""Functions that load an object by a dotted name, with the packages that have them."""
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_LOOKUPS = ("getattr", "hasattr", "setattr", "delattr")
_FACTORIES = ("vars", "globals", "locals")


def dynamic_uses(walk: Walk, names: Names, package: str) -> Iterator[Reference | DynamicAccess]:
    """Yield what the walk's dynamic calls and namespace lookups refer to. Relative names start from `package`."""
    for scope, source, call, name in walk.dynamic_calls:
        plain = isinstance(call.func, ast.Name)
        if plain and _is_shadowed(scope, name):
            continue
        if name in _LOOKUPS:
            if plain and len(call.args) >= 2:
                yield from _looked_up(scope, source, call.args[0], call.args[1], names, writes=name in _LOOKUPS[2:])
        elif name in LOADERS or name.startswith("getmembers") or (name == "vars" and plain):
            yield from (_loaded if name in LOADERS else _listed)(scope, source, call, names)
        elif name in ("eval", "exec"):
            if plain and call.args:
                yield from _evaluated(source, call, names)
        elif name in ("import_module", "__import__"):
            yield from _imported(source, call, package)
        elif name in ("attrgetter", "methodcaller"):
            yield from _fetched(source, call, name)
        elif name not in _FACTORIES:
            yield from _quoted_types(scope, source, call, name, names)
    yield from _own_names(walk, names)
    for scope, source, node in walk.namespace_reads:
        yield from _namespace_read(scope, source, node, names)


def _own_names(walk: Walk, names: Names) -> Iterator[DynamicAccess]:
    """Yield `globals()`, and a module's own `vars()`, that are gone through as a whole."""
    read = {id(node.value) for _, _, node in walk.namespace_reads}
    for _, source, call, name in walk.dynamic_calls:
        own = name == "globals" or (name in _FACTORIES and source.endswith(":"))
        if own and not call.args and id(call) not in read:
            yield DynamicAccess(source, "globals", names.module.prefix, "*", call.lineno)


def _loaded(scope: Scope, source: DefinitionId, call: ast.Call, names: Names) -> Iterator[DynamicAccess]:
    """Yield an object that a library loads by a dotted name; a literal one is found as any other string."""
    known = names.callee(call.func, scope).partition(".")[0] in LOADERS[last_name(call)]
    if known and call.args and pattern_of(call.args[0]) is None:
        yield DynamicAccess(source, "load", "", "*", call.lineno)


def _listed(scope: Scope, source: DefinitionId, call: ast.Call, names: Names) -> Iterator[DynamicAccess]:
    for argument in call.args[:1]:
        receiver = _receiver(names.expression(argument, scope) or "")
        yield DynamicAccess(source, "members", receiver, "*", call.lineno)


def _fetched(source: DefinitionId, call: ast.Call, name: str) -> Iterator[Reference]:
    for argument in call.args if name == "attrgetter" else call.args[:1]:
        for part in (pattern_of(argument) or "").split("."):
            if part.isidentifier():
                yield Reference(source, f".{part}", "attribute", call.lineno)


def _is_shadowed(scope: Scope, name: str) -> bool:
    binding = scope.lookup(name)
    return binding is not None and any(not target.endswith(name) for target in binding.targets or ("",))


def _looked_up(
    scope: Scope, source: DefinitionId, receiver: ast.expr, key: ast.expr, names: Names, *, writes: bool
) -> Iterator[Reference | DynamicAccess]:
    base = names.expression(receiver, scope) or ""
    text = pattern_of(key)
    line = key.lineno
    if text is not None and "*" not in text:
        if text.isidentifier() and not writes:
            yield Reference(source, f"{base}.{text}", "attribute", line)
        return
    if writes:
        return
    yield DynamicAccess(source, "getattr", _receiver(base), text or "*", line)


def _receiver(base: str) -> str:
    return base if base.endswith(".super()") else base.removesuffix("()")


def _namespace_read(
    scope: Scope, source: DefinitionId, node: ast.Subscript, names: Names
) -> Iterator[Reference | DynamicAccess]:
    base = node.value
    if isinstance(base, ast.Attribute):
        receiver, kind = names.expression(base.value, scope) or "", "getattr"
    else:
        call = base if isinstance(base, ast.Call) else None
        if call is None or (call.args and not isinstance(call.func, ast.Name)):
            return
        if call.args:
            receiver, kind = names.expression(call.args[0], scope) or "", "getattr"
        else:
            receiver, kind = names.module.prefix, "globals"
    text = pattern_of(node.slice)
    if text is not None and "*" not in text:
        if text.isidentifier():
            yield Reference(source, f"{receiver}.{text}", "attribute", node.lineno)
        return
    yield DynamicAccess(
        source, "globals" if kind == "globals" else "getattr", _receiver(receiver), text or "*", node.lineno
    )


def _imported(source: DefinitionId, call: ast.Call, package: str) -> Iterator[Reference | DynamicAccess]:
    if not call.args:
        return
    text = pattern_of(call.args[0])
    if text is not None and text.startswith("."):
        anchor = (
            call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "package"), None)
        )
        given = pattern_of(anchor)
        parts = (given or package).split(".")
        up = len(text) - len(text.lstrip(".")) - 1
        text = ".".join(parts[: len(parts) - up]) + "." + text.lstrip(".")
    if text is not None and "*" not in text:
        if text:
            yield Reference(source, text, "import", call.lineno)
            yield DynamicAccess(source, "import", "", text, call.lineno)
        if text and isinstance(call.func, ast.Name) and call.func.id == "__import__":
            yield DynamicAccess(source, "members", text, "*", call.lineno)
        return
    yield DynamicAccess(source, "import", "", text or "*", call.lineno)


def _evaluated(source: DefinitionId, call: ast.Call, names: Names) -> Iterator[Reference | DynamicAccess]:
    text = pattern_of(call.args[0])
    if text is None or "*" in text:
        yield DynamicAccess(source, "eval", "", "*", call.lineno)
        return
    for word in sorted(set(_IDENTIFIER.findall(text))):
        yield Reference(source, f"{names.module.prefix}.{word}", "string", call.lineno)
        yield Reference(source, f".{word}", "attribute", call.lineno)


def _quoted_types(scope: Scope, source: DefinitionId, call: ast.Call, name: str, names: Names) -> Iterator[Reference]:
    quoted = {"cast": call.args[:1], "ForwardRef": call.args[:1], "NewType": call.args[1:2], "TypeVar": call.args[1:]}[
        name
    ]
    for node in [*quoted, *(keyword.value for keyword in call.keywords if keyword.arg == "bound")]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word in _IDENTIFIER.findall(node.value):
                for target in names.targets(scope, word):
                    yield Reference(source, target, "name", call.lineno)
