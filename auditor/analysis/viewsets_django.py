"""The patterns that Django REST framework's routers make of view sets.

In: registrations, a router's name. Out: template, view and methods of each route: list, detail and extra actions. The
trailing slash is the default router's. Never imports the framework.
"""

from collections.abc import Iterator

from auditor.analysis.registrations import Registrations
from auditor.analysis.views_django import Pattern
from auditor.model.code import DefinitionId

_LIST = {"list": "GET", "create": "POST"}
_DETAIL = {"retrieve": "GET", "update": "PUT", "partial_update": "PATCH", "destroy": "DELETE"}
_MIXINS = {
    "ModelViewSet": {*_LIST, *_DETAIL},
    "ReadOnlyModelViewSet": {"list", "retrieve"},
    "ListModelMixin": {"list"},
    "CreateModelMixin": {"create"},
    "RetrieveModelMixin": {"retrieve"},
    "UpdateModelMixin": {"update", "partial_update"},
    "DestroyModelMixin": {"destroy"},
}


def router_patterns(known: Registrations, router: str, prefix: str | None) -> Iterator[Pattern]:
    """Yield the patterns of everything registered on a router, in order, below a prefix."""
    name = known.canonical(router)
    built = known.built.get(name)
    if built is None or "Router" not in built.constructor:
        return
    for _, call in known.calls("register"):
        if known.canonical(call.callee.rpartition(".")[0]) != name or len(call.args) < 2:
            continue
        viewset = known.callable_id(call.args[1])
        text = known.text(call.args[0])
        if viewset is None:
            continue
        base = None if prefix is None or text is None else f"{prefix}{text}/" if text else prefix
        for suffix, methods, view in _routes_of(known, viewset):
            yield Pattern(None if base is None else f"{base}{suffix}", view, methods)


def _routes_of(known: Registrations, viewset: DefinitionId) -> Iterator[tuple[str, tuple[str, ...], DefinitionId]]:
    """Yield suffix, methods and definition: extra list actions come before the detail routes, as in the framework."""
    own, external = known.symbols.order(viewset)
    actions = {name for one in own for name in known.symbols.members(one)}
    for base in external:
        actions |= _MIXINS.get(base.rpartition(".")[2], set())
    field = known.constants.get(f"{viewset.replace(':', '.')}.lookup_url_kwarg") or known.constants.get(
        f"{viewset.replace(':', '.')}.lookup_field"
    )
    lookup = field.text if field is not None and field.kind == "text" else "pk"
    extra = list(_extra_actions(known, own))
    if methods := tuple(verb for action, verb in _LIST.items() if action in actions):
        yield "", methods, viewset
    yield from ((f"{path}/", verbs, view) for detail, path, verbs, view in extra if not detail)
    if methods := tuple(verb for action, verb in _DETAIL.items() if action in actions):
        yield f"{{{lookup}}}/", methods, viewset
    yield from ((f"{{{lookup}}}/{path}/", verbs, view) for detail, path, verbs, view in extra if detail)


def _extra_actions(
    known: Registrations, classes: tuple[DefinitionId, ...]
) -> Iterator[tuple[bool, str, tuple[str, ...], DefinitionId]]:
    members = {member for one in classes for member in known.symbols.members(one).values()}
    for _, call in known.calls("action"):
        if call.decorates not in members or call.decorates is None:
            continue
        detail = call.keywords.get("detail")
        path = known.text(call.keywords.get("url_path")) or call.decorates.rpartition(".")[2]
        listed = tuple((known.text(one) or "").upper() for one in known.elements(call.keywords.get("methods")))
        is_detail = detail is not None and detail.text == "builtins.True"
        yield is_detail, path, tuple(one for one in listed if one) or ("GET",), call.decorates
