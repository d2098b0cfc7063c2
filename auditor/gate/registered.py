"""Calls and assignments by which a file registers something, compared before and after an edit.

In: the facts of one file at base and at head, what it lost and gained, the `Ground`. Out: nothing, or `Unsure` where
something that it registered, or that frameworks read, is not the same. What only fills a local variable is no matter.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from auditor.gate.ground import Ground
from auditor.model.code import Assignment, CallFact, Definition, DefinitionId, ModuleFacts, Value, containers, dotted

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
DECORATING = ROUTING | {
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
"""Last parts of decorators and calls that give a handler its routes, those of `ROUTING` included."""
_MAKING = re.compile(r"^[A-Z]|(?:^|_)(?:app|application|celery)s?(?:_|$)")
"""Names of what may make an application."""
_URLS = frozenset({"include", "override_settings", "settings"})
ANSWERING = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "trace", "dispatch", "list", "create", "retrieve",
    "update", "partial_update", "destroy", "http_method_names", "as_view", "queryset", "serializer_class", "name",
    "lookup_field", "basename", "prefix", "methods", "decorators",
})  # fmt: skip
"""Members that decide what a class-based view answers."""


_SETTINGS = frozenset({"ROOT_URLCONF", "urlpatterns", "INSTALLED_APPS"})


Renamed = Callable[[str], str]
"""From a text of base to the same one with the names that things have at head."""


_HARMLESS = frozenset({
    "update", "redirect", "reverse", "reverse_lazy", "reverse_url", "url_for", "url_path_for", "resolve_url",
    "timedelta",
})  # fmt: skip
"""Last parts of recorded calls that only say where something leads, or are mostly no such calls."""


class Unsure(Exception):  # noqa: N818 -- an answer, not an error
    """Only the whole judgement can tell; the text says why."""


def same_calls(
    old: ModuleFacts, new: ModuleFacts, lost: Mapping[DefinitionId, Definition],
    fresh: Mapping[DefinitionId, Definition], ground: Ground, renamed: Renamed,
) -> None:  # fmt: skip
    """Refuse calls that register, where they went or came."""
    parts = [one for one in old.calls if _is_part(one.decorates or one.source, lost)]
    for call in () if old.in_tests else parts:
        if call.decorates is None and (_last(call) in ground.recorded - _HARMLESS or _hands_over(call, ground)):
            raise Unsure(f"{call.callee} on {old.path}:{call.line} went, and may have registered something")
    before = [one for one in old.calls if not _is_part(one.decorates or one.source, lost)]
    kept = _kept_in_order([_call(one, renamed) for one in before], list(map(_call, new.calls)))
    for index, call in enumerate(before):
        if index not in kept and not _is_plain(call, old, ground):
            raise Unsure(f"{call.callee} is not called any more as on {old.path}:{call.line}")
    there = set(kept.values())
    for index, call in enumerate(new.calls):
        if index in there:
            continue
        last = call.callee.rpartition(".")[2]
        if last in (DECORATING if call.decorates else _URLS if new.in_tests else ROUTING):
            raise Unsure(f"{call.callee} on {new.path}:{call.line} may register something")
        if call.decorates is not None and call.decorates not in fresh and not new.in_tests:
            raise Unsure(f"{call.decorates} has another decorator")


def _last(call: CallFact) -> str:
    return call.callee.replace("()", "").rpartition(".")[2]


def _hands_over(call: CallFact, ground: Ground) -> bool:
    """Return whether a call was given something by a name under which something is registered."""
    given = {name.rpartition(".")[2] for name in given_names((*call.args, *call.keywords.values()))}
    return bool(given) and not given.isdisjoint(
        {one.replace(":", ".").rpartition(".")[2] for one in ground.registrations}
    )


def given_names(values: Iterable[Value]) -> Iterator[str]:
    """Yield the names that arguments of a call mention, those in lists and in calls included."""
    queue = [*values]
    for value in queue:  # which grows
        if value.kind == "name":
            yield value.text
        queue.extend((*value.values, *value.keywords.values()))


def _is_part(identity: DefinitionId, among: Mapping[DefinitionId, Definition]) -> bool:
    return identity in among or any(outer in among for outer in containers(identity))


def _call(call: CallFact, renamed: Renamed = str) -> str:
    place = (call.source, call.callee, call.assigned_to, call.decorates, call.called, call.conditional)
    said = repr((place, call.args, call.keywords))
    return said if call.decorates is not None else renamed(said)


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


def _is_plain(call: CallFact, facts: ModuleFacts, ground: Ground) -> bool:
    """Return whether a call is recorded only because a local variable, or an attribute of a class, holds its value."""
    last = _last(call)
    if facts.in_tests:
        return last not in (DECORATING if call.decorates else _URLS)
    if call.decorates is not None:
        return False
    if call.assigned_to is None or last in ROUTING or call.source == f"{facts.module}:":
        return False
    if last in ground.recorded - _HARMLESS or _hands_over(call, ground):
        return False
    return not _MAKING.search(last) or ground.ends.isdisjoint((call.source, *containers(call.source)))


def same_assignments(
    old: ModuleFacts, new: ModuleFacts, lost: Mapping[DefinitionId, Definition],
    fresh: Mapping[DefinitionId, Definition], renamed: Renamed,
) -> None:  # fmt: skip
    """Refuse where a value that frameworks or the gate read is another one."""
    gone, made = set(map(dotted, lost)), set(map(dotted, fresh))
    before = [renamed(_assigned(one)) for one in old.assignments if _is_read(one, old) and not within(one.target, gone)]
    after = [_assigned(one) for one in new.assignments if _is_read(one, new) and not within(one.target, made)]
    if before != after:
        raise Unsure(f"{new.path} assigns something else")


def _is_read(one: Assignment, facts: ModuleFacts) -> bool:
    """Return whether an assignment may decide anything but what its own class does with a list of texts."""
    inner, _, last = one.target.removeprefix(f"{facts.module}.").rpartition(".")
    if facts.in_tests:
        return last in _SETTINGS
    texts = one.value.kind == "list" and all(value.kind == "text" for value in one.value.values)
    return not (inner and last not in ANSWERING and (texts or inner.endswith(".Meta")))


def _assigned(one: Assignment) -> str:
    return repr((one.target, one.value, one.conditional, one.augmented))


def within(name: str, names: AbstractSet[str]) -> bool:
    """Return whether a dotted name is one of `names` or below one."""
    while name:
        if name in names:
            return True
        name = name.rpartition(".")[0]
    return False
