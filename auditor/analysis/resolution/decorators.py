"""Decorators that keep what they decorate: such a definition is used by the code it stands in.

In: decorators as facts, framework rules. Out: edges of kind `registers`. A decorator is taken to keep what it is given
unless it is known not to, or a framework rule makes an entry point of it.
"""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from auditor.analysis.resolution.edges import EdgeBuilder
from auditor.model.code import CallFact, DefinitionId, ModuleFacts, dotted
from auditor.model.framework import FrameworkRule

_PURE = (
    "builtins.*", "functools.*", "contextlib.*", "abc.*", "dataclasses.*", "typing.*", "typing_extensions.*", "enum.*",
    "types.*", "warnings.deprecated", "attr.*", "attrs.*", "pydantic.*", "auditor.tracking.*", "pytest.mark.*",
    "unittest.*", "mock.*", "tenacity.*", "cached_property.*", "asyncio.*", "override*", "deprecated.*", "hypothesis.*",
    "freezegun.*", "click.*", "rich_click.*", "decorator.*", "wrapt.*",
    "django.utils.functional.*", "django.utils.decorators.*", "django.views.decorators.*", "numba.*", "backoff.*",
    "django.contrib.auth.decorators.*", "asgiref.sync.*", "django.db.transaction.*",
    "staticmethod", "classmethod", "property",
)  # fmt: skip
_BUILTIN = ("staticmethod", "classmethod", "property")
_STORES = ("functools.singledispatch*", "functools.*.register", "functools.*().register")
_ACCESSORS = ("setter", "getter", "deleter", "expression", "comparator", "update_expression")
_BUILT_IN = ("staticmethod", "classmethod", "property")
_VERBS = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "route", "api_route", "websocket",
    "websocket_route",
})  # fmt: skip


def add_decorators(facts: Sequence[ModuleFacts], build: EdgeBuilder, rules: Sequence[FrameworkRule]) -> None:
    """Add an edge to every definition that one of its decorators may keep."""
    registering = [decorator.callee for rule in rules for decorator in rule.decorators]
    hooks = [decorator.callee for rule in rules for decorator in rule.decorators if decorator.kind == "hook"]
    pure = (*_PURE, *(glob for rule in rules for glob in rule.wrapping))
    mounted = [decorator.callee for rule in rules for decorator in rule.decorators if decorator.mounted]
    routing = {name for rule in rules if rule.routes for name in rule.enablers}
    wrappers = {identity for one in facts for identity in one.wrappers}
    for one in facts:
        for call in one.calls:
            if call.decorates is None:
                continue
            owner = _mounted_on(call, one.module, build, mounted) if mounted else None
            if owner is not None:
                build.add(owner, call.decorates, "registers", call.line)
            elif _keeps(call, one.module, build, registering, hooks, routing, wrappers, pure):
                parent = build.symbols.by_id[call.decorates].parent if call.decorates in build.symbols.by_id else None
                if parent:
                    build.add(parent, call.decorates, "registers", call.line)


def _mounted_on(call: CallFact, module: str, build: EdgeBuilder, mounted: Sequence[str]) -> DefinitionId | None:
    """Return the object that a decorator puts its function on, where that lives and dies with the object."""
    receiver, _, verb = call.callee.rpartition(".")
    if not receiver or not any(glob.endswith(f".{verb}") for glob in mounted):
        return None
    found = build.symbols.lookup(build.symbols.near(module, call.callee))
    owners = [one for one in found.trail if build.symbols.by_id[one].kind != "import"]
    if not owners:
        return None
    kind = build.symbols.by_id[owners[0]].kind
    plain = found.place.name.replace("()", "") if found.place.kind == "external" else ""
    if (kind == "function" and found.rest) or (kind == "variable" and any(fnmatchcase(plain, one) for one in mounted)):
        return owners[0]
    return None


def _own_name(call: CallFact) -> str:
    return (call.decorates or "").rpartition(":")[2].rpartition(".")[2]


def _keeps(
    call: CallFact,
    module: str,
    build: EdgeBuilder,
    registering: Sequence[str],
    hooks: Sequence[str],
    routing: set[str],
    wrappers: set[str],
    pure: Sequence[str],
) -> bool:
    last = call.callee.rpartition(".")[2]
    if last in _ACCESSORS and call.callee.rpartition(".")[0].rpartition(".")[2] == _own_name(call):
        return False
    decorated = build.symbols.by_id.get(call.decorates or "")
    owner = build.symbols.by_id.get((decorated.parent if decorated is not None else None) or "")
    if owner is not None and owner.kind == "class" and call.callee.startswith(f"{dotted(owner.id)}."):
        return True  # a field of the class is told of it: `@total.default`
    found = build.symbols.lookup(build.symbols.near(module, call.callee)) if call.callee else None
    if found is None:
        return True
    if call.callee == f"{module}.{last}" and last in _BUILTIN and found.place.kind != "definition":
        return False  # beside a star import it could be a name of that, and is none
    if found.place.kind == "definition" and not found.rest:
        if last in _VERBS and call.args and call.args[0].text.startswith("/"):
            return True  # given a path: whatever this one does, it stands for registering a route
        return (f"{found.place.name}()" if call.called else found.place.name) not in wrappers
    if last in _BUILT_IN and found.place.kind != "external":
        return False  # in a file with star imports, these too could come from anywhere
    name = found.place.name if found.place.kind == "external" else call.callee
    plain = name.replace("()", "")
    if any(fnmatchcase(plain, glob) for glob in hooks):
        return decorated is not None and decorated.kind in ("method", "property")
    if any(fnmatchcase(plain, glob) for glob in registering):
        return False
    if last in _VERBS and plain.partition(".")[0] in routing:
        return False
    if any(fnmatchcase(name, glob) for glob in _STORES):
        return True
    return not any(fnmatchcase(plain, glob) for glob in pure)
