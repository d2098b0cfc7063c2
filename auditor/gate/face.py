"""Whether an edited file still says all that it said, as far as anything outside of it can tell.

In: the facts of one file at base and at head, and the `Ground`. Out: what it lost and gained; `Unsure` where the edit
could have changed what the outside calls, or what a name elsewhere means. Never decides whether what is lost may go.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from auditor.gate.ground import Ground
from auditor.model.code import (
    Assignment,
    CallFact,
    Definition,
    DefinitionId,
    ModuleFacts,
    container,
    containers,
    dotted,
)

ROUTING = frozenset({
    "include", "path", "re_path", "url", "i18n_patterns", "override_settings", "include_router", "mount", "host",
    "Mount", "Host", "Route", "WebSocketRoute", "Rule", "URLSpec", "add_route", "add_api_route", "add_typer",
    "add_api_websocket_route", "add_websocket_route", "register_blueprint", "add_url_rule", "add_resource",
    "add_namespace", "add_routes", "add_get", "add_post", "add_put", "add_delete", "add_patch", "add_head", "add_view",
    "add_subapp", "add_handlers", "register_view", "add_domain", "register", "register_converter", "as_view",
    "add_command", "APIRouter", "Application", "Blueprint", "DefaultRouter", "FastAPI", "Flask", "RouteTableDef",
    "Router", "SimpleRouter", "Starlette", "Typer", "setdefault",
})  # fmt: skip
"""Last parts of calls that may change which handler serves what, or which modules a framework reads."""
_DECORATING = ROUTING | {
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "route",
    "api_route",
    "websocket",
    "websocket_route",
    "view",
    "trace",
    "action",
    "api_view",
    "require_http_methods",
}
_MAKING = re.compile(r"^[A-Z]|(?:^|_)(?:app|application|celery)s?(?:_|$)")
"""Names of what may make an application."""
_URLS = frozenset({"include", "override_settings", "settings"})
_ANSWERING = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "dispatch", "list", "create", "retrieve",
    "update", "partial_update", "destroy", "http_method_names", "as_view", "queryset", "serializer_class", "name",
    "lookup_field", "basename", "prefix",
})  # fmt: skip
"""Members that decide what a class-based view answers."""


class Unsure(Exception):  # noqa: N818 -- an answer, not an error
    """Only the whole judgement can tell; the text says why."""


class Edited(NamedTuple):
    """One file of the change; `old` is None for a new one. `lost` and `fresh` are definitions by id."""

    old: ModuleFacts | None
    new: ModuleFacts
    lost: Mapping[DefinitionId, Definition]
    fresh: Mapping[DefinitionId, Definition]


def edited(old: ModuleFacts | None, new: ModuleFacts, ground: Ground, modules: AbstractSet[str]) -> Edited:
    """Return what an edit takes away and adds.

    Args:
        old: The file at base; None where the change brings it.
        new: The file at head.
        ground: What is known of base.
        modules: The names of all modules and packages of base.

    Raises:
        Unsure: It says something else than before of what it keeps.
    """
    if not new.parsed or new.problems or (old is not None and not (old.parsed and not old.problems)):
        raise Unsure(f"{new.path} cannot be read")
    if {name for *_, name in new.guards} - {"", "TYPE_CHECKING"} - ground.switches:
        raise Unsure(f"{new.path} has a new switch")
    before = old or _empty(new)
    if old is None:
        _new_module(new, ground, modules)
    elif old == new:
        return Edited(old, new, {}, {})
    elif new.module in ground.special:
        raise Unsure(f"{new.path} is read as a whole by a framework")
    was, now = _by_id(before), _by_id(new)
    lost = {key: found[0] for key, found in was.items() if key not in now}
    fresh = {key: found[0] for key, found in now.items() if key not in was}
    _same_whole(before, new, ground)
    _same_definitions(was, now, lost)
    for one in fresh.values():
        _fits(one, before, ground, modules, now)
    _same_names(before, new, lost, fresh, ground)
    _same_calls(before, new, lost, fresh)
    _same_assignments(before, new, lost, fresh)
    _same_uses(before, new, ground)
    return Edited(old, new, lost, fresh)


def _empty(new: ModuleFacts) -> ModuleFacts:
    whole = tuple(one for one in new.definitions if not one.qualified_name)
    return ModuleFacts(new.path, new.module, new.is_package, new.in_tests, 0, definitions=whole)


def _by_id(facts: ModuleFacts) -> dict[DefinitionId, list[Definition]]:
    found: dict[DefinitionId, list[Definition]] = {}
    for one in facts.definitions:
        found.setdefault(one.id, []).append(one)
    return found


def _new_module(new: ModuleFacts, ground: Ground, modules: AbstractSet[str]) -> None:
    """Refuse a new file that could stand where something else was found under its name."""
    if new.module.startswith("/"):
        return
    package, _, last = new.module.rpartition(".")
    known = new.module in modules or new.module in ground.in_packages or package not in modules
    if known or last in ground.tops or new.star_imports or new.has_main_guard or new.is_program:
        raise Unsure(f"{new.path} may hide something else")
    if new.is_package or any(one.qualified_name in ("urlpatterns", "INSTALLED_APPS") for one in new.definitions):
        raise Unsure(f"{new.path} may change what a framework finds")


def _same_whole(old: ModuleFacts, new: ModuleFacts, ground: Ground) -> None:
    """Refuse what changes how the file is read or run as a whole."""
    as_whole = ("star_imports", "has_main_guard", "is_program", "whitelist", "keeps")
    is_new = not old.lines
    if old.keeps or (not is_new and any(getattr(old, name) != getattr(new, name) for name in as_whole)):
        raise Unsure(f"{new.path} changes how it is read as a whole")
    before, after = old.exports, new.exports
    if (
        not is_new
        and before != after
        and (before is None or after is None or not set(before) <= set(after) or new.module in ground.starred)
    ):
        raise Unsure(f"{new.path} offers other names")


def _same_definitions(
    was: Mapping[DefinitionId, list[Definition]], now: Mapping[DefinitionId, list[Definition]],
    lost: Mapping[DefinitionId, Definition],
) -> None:  # fmt: skip
    for identity, found in was.items():
        if identity not in lost and list(map(_face, found)) != list(map(_face, now[identity])):
            raise Unsure(f"{identity} is declared in another way")


def _face(one: Definition) -> tuple[object, ...]:
    return one.kind, one.decorators, one.bases, one.in_tests, one.annotation, one.metaclass


def _fits(
    one: Definition,
    old: ModuleFacts,
    ground: Ground,
    modules: AbstractSet[str],
    now: Mapping[DefinitionId, list[Definition]],
) -> None:
    """Refuse a new definition that may hide another one of its name, or serve in its stead."""
    name, parent = one.name, container(one.id) or ""
    if "<locals>" in one.id:
        outer = one.id.rpartition(".<locals>.")[0]
        if outer in ground.outers or outer in ground.handlers:
            raise Unsure(f"{one.id} stands beside a handler")
        return
    if parent == f"{one.module}:" or parent == "":
        hides = old.star_imports or dotted(one.id) in modules or name in ("__getattr__", "urlpatterns")
        if hides or (one.module in ground.starred and not name.startswith("_")):
            raise Unsure(f"{one.id} may hide another name")
        return
    owner = now[parent][0] if parent in now else None
    if owner is None or owner.kind != "class":
        return
    _fits_in_class(one, owner, ground)


def _fits_in_class(one: Definition, owner: Definition, ground: Ground) -> None:
    special = one.name.startswith("__") and one.name.endswith("__") and not one.in_tests
    if special and owner.id in ground.parents | ground.production:
        raise Unsure(f"{one.id} may change what its class does")
    if one.name in _ANSWERING and not one.in_tests:
        raise Unsure(f"{one.id} may change what a view answers")
    if one.name in ground.inherited and (owner.bases or owner.id in ground.parents):
        raise Unsure(f"{one.id} may stand in for an inherited name")


def _same_names(
    old: ModuleFacts, new: ModuleFacts, lost: Mapping[DefinitionId, Definition],
    fresh: Mapping[DefinitionId, Definition], ground: Ground,
) -> None:  # fmt: skip
    """Refuse other types than before for what is kept."""
    gone, made = set(map(dotted, lost)), set(map(dotted, fresh))
    for field in ("types", "returns", "generics"):
        before, after = getattr(old, field), getattr(new, field)
        for key, said in before.items():
            if not _within(key, gone) and after.get(key) != said and "<locals>" not in key:
                raise Unsure(f"{key} is of another type")
        for key in after.keys() - before.keys():
            name = key.rpartition(".")[2]
            if not (_within(key, made) or "<locals>" in key) and (name in ground.inherited or field == "generics"):
                raise Unsure(f"{key} is of a known type now")
    _same_ways(old, new, gone, made)
    if any(one not in fresh for one in new.idle - old.idle):
        raise Unsure(f"{new.path} empties a body")


def _same_ways(old: ModuleFacts, new: ModuleFacts, gone: AbstractSet[str], made: AbstractSet[str]) -> None:
    """Refuse where something is known in another way than before, or does another kind of thing."""
    for field, said in (("inferred", old.returns), ("declared", old.types)):
        for key in getattr(old, field) ^ getattr(new, field):
            if key in said and not _within(key, gone):
                raise Unsure(f"{key} is known in another way")
    for field in ("wrappers", "promises"):
        for key in getattr(old, field) ^ getattr(new, field):
            name = dotted(key.removesuffix("()"))
            if not (_within(name, gone) or _within(name, made)):
                raise Unsure(f"{key} gives something else")


def _within(name: str, names: AbstractSet[str]) -> bool:
    """Return whether a dotted name is one of `names` or below one."""
    while name:
        if name in names:
            return True
        name = name.rpartition(".")[0]
    return False


def _same_calls(
    old: ModuleFacts, new: ModuleFacts, lost: Mapping[DefinitionId, Definition],
    fresh: Mapping[DefinitionId, Definition],
) -> None:  # fmt: skip
    """Refuse calls that register, where they went or came."""
    before = [one for one in old.calls if not _is_part(one.decorates or one.source, lost)]
    kept = _kept_in_order(list(map(_call, before)), list(map(_call, new.calls)))
    for index, call in enumerate(before):
        if index not in kept and not _is_plain(call):
            raise Unsure(f"{call.callee} is not called any more as on {old.path}:{call.line}")
    there = set(kept.values())
    for index, call in enumerate(new.calls):
        if index in there:
            continue
        last = call.callee.rpartition(".")[2]
        if last in (_DECORATING if call.decorates else _URLS if new.in_tests else ROUTING):
            raise Unsure(f"{call.callee} on {new.path}:{call.line} may register something")
        if call.decorates is not None and call.decorates not in fresh:
            raise Unsure(f"{call.decorates} has another decorator")


def _is_part(identity: DefinitionId, among: Mapping[DefinitionId, Definition]) -> bool:
    return identity in among or any(outer in among for outer in containers(identity))


def _call(call: CallFact) -> str:
    place = (call.source, call.callee, call.assigned_to, call.decorates, call.called, call.conditional)
    return repr((place, call.args, call.keywords))


def _kept_in_order(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """Return which of `before` are in `after`, in the same order: index -> index, the first that fits each."""
    kept: dict[int, int] = {}
    position = 0
    places: dict[str, list[int]] = {}
    for index, one in enumerate(after):
        places.setdefault(one, []).append(index)
    for index, one in enumerate(before):
        found = next((place for place in places.get(one, ()) if place >= position), None)
        if found is not None:
            kept[index] = found
            position = found + 1
    return kept


def _is_plain(call: CallFact) -> bool:
    """Return whether a call is recorded only because a local variable holds what it gives."""
    last = call.callee.replace("()", "").rpartition(".")[2]
    is_local = call.decorates is None and call.assigned_to is not None and "<locals>" in call.assigned_to
    return is_local and not _MAKING.search(last) and last not in ROUTING


def _same_assignments(
    old: ModuleFacts, new: ModuleFacts, lost: Mapping[DefinitionId, Definition],
    fresh: Mapping[DefinitionId, Definition],
) -> None:  # fmt: skip
    gone, made = set(map(dotted, lost)), set(map(dotted, fresh))
    before = [_assigned(one) for one in old.assignments if not _within(one.target, gone)]
    after = [_assigned(one) for one in new.assignments if not _within(one.target, made)]
    if before != after:
        raise Unsure(f"{new.path} assigns something else")


def _assigned(one: Assignment) -> tuple[object, ...]:
    return one.target, one.value, one.conditional, one.augmented


def _same_uses(old: ModuleFacts, new: ModuleFacts, ground: Ground) -> None:
    """Refuse where a use of something that others register on went, or a text that may name a URL configuration."""
    after = {(one.source, one.target) for one in new.references}
    for one in old.references:
        if (one.source, one.target) not in after and not ground.registered_on.isdisjoint(_parts(one.target)):
            raise Unsure(f"{one.source} does not use {one.target} any more")
    texts = ({text for text, *_ in old.strings}, {text for text, *_ in new.strings})
    for text in texts[0] ^ texts[1]:
        if text.replace(":", ".") in ground.special:
            raise Unsure(f"the text {text!r} names what a framework reads as a whole")
    for text in texts[0] - texts[1]:
        if not ground.registered_on.isdisjoint(_parts(text.replace(":", "."))):
            raise Unsure(f"the text {text!r} went")


def _parts(name: str) -> Iterable[str]:
    return name.replace("()", "").split(".")


def uses_of(facts: ModuleFacts) -> Iterator[str]:
    """Yield every dotted name that a file takes, in code and in texts."""
    yield from (one.target for one in facts.references if not one.target.startswith("."))
    yield from (one.target for one in facts.imports)
    yield from (text.replace(":", ".") for text, *_ in facts.strings)
