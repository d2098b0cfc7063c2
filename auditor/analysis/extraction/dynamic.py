"""Names that only exist at run time: getattr, globals, attrgetter, mock.patch, loaders.

In: the calls and subscripts a walk kept. Out: references where the name is a literal, `DynamicAccess` where it is not.
Code and modules by name (eval, import_module) are in `extraction.dynamic_code`. Never guesses what a name that is not
written down could be.
"""

import ast
import re
from collections.abc import Callable, Iterator

from auditor.analysis.extraction.dynamic_code import evaluated, imported, walked
from auditor.analysis.extraction.records import last_name
from auditor.analysis.extraction.scopes import Scope
from auditor.analysis.extraction.texts import Texts
from auditor.analysis.extraction.types import Names
from auditor.analysis.extraction.walk import Walk
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
_IMPORTS = frozenset({
    "import_module", "__import__", "run_module", "run_path", "importorskip", "spec_from_file_location",
    "SourceFileLoader", "load_source",
})  # fmt: skip
_WALKS = frozenset({"iter_modules", "walk_packages", "find_modules"})
_PATCHES = frozenset({"object", "multiple", "spy", "setattr", "delattr"})
"""`patch.object(x, "name")`, `mocker.spy(x, "name")`, `monkeypatch.setattr(x, "name", …)`: the name must exist."""
_Found = Iterator[Reference | DynamicAccess]


def dynamic_uses(walk: Walk, names: Names, package: str) -> _Found:
    """Yield what the walk's dynamic calls and namespace lookups refer to. Relative names start from `package`."""
    if not walk.dynamic_calls and not walk.namespace_reads:
        return
    texts = Texts(walk, names, package)
    for scope, source, call, name in walk.dynamic_calls:
        if isinstance(call.func, ast.Name) and _is_shadowed(scope, name):
            continue
        yield from _of_call(scope, source, call, name, texts)
    yield from _own_names(walk, names)
    for scope, source, base, key in walk.namespace_reads:
        yield from _namespace_read(scope, source, base, key, texts)


def _of_call(scope: Scope, source: DefinitionId, call: ast.Call, name: str, texts: Texts) -> _Found:
    """Yield what one call refers to, by the last part of its name."""
    plain = isinstance(call.func, ast.Name)
    if name in _LOOKUPS and plain:
        if len(call.args) >= 2:
            yield from _looked_up(scope, source, call.args[0], call.args[1], texts, writes=name in _LOOKUPS[2:])
    elif name in ("eval", "exec"):
        if call.args and (plain or last_name(getattr(call.func, "value", None)) == "builtins"):
            yield from evaluated(scope, source, call, texts)
    elif name == "__getattribute__":
        if call.args and isinstance(call.func, ast.Attribute):
            receiver = call.func.value if len(call.args) == 1 else call.args[0]
            yield from _looked_up(scope, source, receiver, call.args[-1], texts)
    elif name == "vars" and plain:
        yield from _listed(scope, source, call, texts)
    elif name not in _FACTORIES:
        for names, interpret in _INTERPRETED:
            if name in names:
                yield from interpret(scope, source, call, texts)
                return


def _own_names(walk: Walk, names: Names) -> Iterator[DynamicAccess]:
    """Yield `globals()`, and a module's own `vars()`, that are gone through as a whole."""
    read = {id(base) for _, _, base, _ in walk.namespace_reads}
    for _, _, call, name in walk.dynamic_calls:
        if name == "__import__":
            read.update(id(argument) for argument in call.args)
    for _, source, call, name in walk.dynamic_calls:
        own = name == "globals" or (name in _FACTORIES and source.endswith(":"))
        if own and not call.args and id(call) not in read:
            yield DynamicAccess(source, "globals", names.module.prefix, "*", call.lineno)


def _loaded(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> Iterator[DynamicAccess]:
    """Yield an object that a library loads by a dotted name; a literal one is found as any other string."""
    known = texts.names.callee(call.func, scope).partition(".")[0] in LOADERS[last_name(call)]
    if known and call.args and "*" in texts.of(call.args[0], scope):
        yield DynamicAccess(source, "load", "", "*", call.lineno)


def _listed(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> Iterator[DynamicAccess]:
    for argument in call.args[:1]:
        receiver = _receiver(texts.receiver(argument, scope))
        yield DynamicAccess(source, "members", receiver, "*", call.lineno)


def _fetched(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> _Found:
    for argument in call.args if last_name(call) == "attrgetter" else call.args[:1]:
        for text in texts.of(argument, scope) if not isinstance(argument, ast.Starred) else ("*",):
            for part in text.split("."):
                yield from _named(source, "", part, call.lineno)


def _patched(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> Iterator[Reference]:
    """Yield what a test replaces: removing it would break the test."""
    name = last_name(call)
    if name in ("object", "multiple") and last_name(getattr(call.func, "value", None)) != "patch":
        return
    if not call.args or isinstance(call.func, ast.Name):
        return
    named = [keyword.arg for keyword in call.keywords if keyword.arg] if name == "multiple" else []
    named += [text for one in call.args[1:2] if name != "multiple" for text in texts.of(one, scope)]
    receiver = texts.receiver(call.args[0], scope)
    for text in named:
        if text.isidentifier():
            yield Reference(source, f"{receiver}.{text}", "attribute", call.lineno)


def _is_shadowed(scope: Scope, name: str) -> bool:
    binding = scope.lookup(name)
    return binding is not None and any(not target.endswith(name) for target in binding.targets or ("",))


def _looked_up(
    scope: Scope, source: DefinitionId, receiver: ast.expr, key: ast.expr, texts: Texts, *, writes: bool = False
) -> _Found:
    if writes:
        return
    base = texts.receiver(receiver, scope)
    for text in texts.of(key, scope):
        yield from _named(source, base, text, key.lineno)


def _named(source: DefinitionId, base: str, text: str, line: int) -> _Found:
    """Yield the use of one name, known or in part, of a receiver (`""` for an unknown one)."""
    if "*" not in text:
        if text.isidentifier():
            yield Reference(source, f"{base}.{text}", "attribute", line)
    else:
        yield DynamicAccess(source, "getattr", _receiver(base), _graded(text, base), line)


def _graded(pattern: str, base: str) -> str:
    """Return a pattern, or `*` where what is known of it says next to nothing."""
    known = pattern.replace("*", "")
    enough = any(part.isalnum() for part in known) and (base or len(known) > 2)
    return pattern if enough else "*"


def _receiver(base: str) -> str:
    return base if base.endswith(".super()") else base.removesuffix("()")


def _namespace_read(scope: Scope, source: DefinitionId, base: ast.expr, key: ast.expr, texts: Texts) -> _Found:
    """Yield what is looked up in `globals()`, `locals()`, `vars(x)` or `x.__dict__`."""
    kind = "getattr"
    if isinstance(base, ast.Attribute):
        receiver = texts.receiver(base.value, scope)
    elif not isinstance(base, ast.Call) or (base.args and not isinstance(base.func, ast.Name)):
        return
    elif base.args:
        receiver = texts.receiver(base.args[0], scope)
    else:
        own = last_name(base) == "globals" or scope.home.kind == "module"
        receiver, kind = (texts.names.module if own else scope.home).prefix, "globals"
    for text in texts.of(key, scope):
        for found in _named(source, receiver, text, key.lineno):
            if isinstance(found, DynamicAccess) and kind == "globals":
                yield DynamicAccess(source, "globals", receiver, found.pattern, found.line)
            else:
                yield found


def _quoted_types(scope: Scope, source: DefinitionId, call: ast.Call, texts: Texts) -> Iterator[Reference]:
    quoted = {"cast": call.args[:1], "ForwardRef": call.args[:1], "NewType": call.args[1:2], "TypeVar": call.args[1:]}
    bounds = [keyword.value for keyword in call.keywords if keyword.arg == "bound"]
    for node in [*quoted.get(last_name(call), ()), *bounds]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for word in _IDENTIFIER.findall(node.value):
                for target in texts.names.targets(scope, word):
                    yield Reference(source, target, "name", call.lineno)


_INTERPRETED: tuple[tuple[frozenset[str], Callable[[Scope, DefinitionId, ast.Call, Texts], _Found]], ...] = (
    (_PATCHES, _patched), (frozenset(LOADERS), _loaded), (frozenset({"getmembers", "getmembers_static"}), _listed),
    (_IMPORTS, imported), (_WALKS, walked), (frozenset({"attrgetter", "methodcaller"}), _fetched),
    (frozenset({"cast", "TypeVar", "NewType", "ForwardRef"}), _quoted_types),
)  # fmt: skip
