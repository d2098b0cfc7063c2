"""Which HTTP methods a Django view answers, as far as its source says.

In: registrations, a view's definition. Out: method names. A function view without a decorator that says otherwise, and
a class whose external bases are not known, answer to `ANY`.
"""

from typing import NamedTuple

from auditor.analysis import route_methods
from auditor.analysis.registrations import Registrations
from auditor.model.code import DefinitionId, Value

_FIXED = {"require_GET": ("GET",), "require_POST": ("POST",), "require_safe": ("GET",)}
_GENERIC = {
    "ListView": ("GET",),
    "DetailView": ("GET",),
    "TemplateView": ("GET",),
    "ArchiveIndexView": ("GET",),
    "FormView": ("GET", "POST"),
    "CreateView": ("GET", "POST"),
    "UpdateView": ("GET", "POST"),
    "DeleteView": ("GET", "POST", "DELETE"),
    "RedirectView": ("GET", "POST", "PUT", "PATCH", "DELETE"),
    "LoginView": ("GET", "POST"),
    "LogoutView": ("POST",),
    "ListAPIView": ("GET",),
    "RetrieveAPIView": ("GET",),
    "CreateAPIView": ("POST",),
    "DestroyAPIView": ("DELETE",),
    "UpdateAPIView": ("PUT", "PATCH"),
    "ListCreateAPIView": ("GET", "POST"),
    "RetrieveUpdateAPIView": ("GET", "PUT", "PATCH"),
    "RetrieveDestroyAPIView": ("GET", "DELETE"),
    "RetrieveUpdateDestroyAPIView": ("GET", "PUT", "PATCH", "DELETE"),
}
_PLAIN = ("View", "APIView", "GenericAPIView", "object", "Mixin")


class Pattern(NamedTuple):
    """One URL pattern: its full template (None: not known) and its view; `methods` where a router gives them.

    `certain` is false where the list it stands in depends on a condition.
    """

    template: str | None
    view: DefinitionId | None
    methods: tuple[str, ...] = ()
    certain: bool = True


def methods_of(known: Registrations, view: DefinitionId) -> tuple[str, ...]:
    """Return the methods a view answers; `("ANY",)` where it does not say."""
    definition = known.symbols.by_id.get(view)
    if definition is None:
        return ("ANY",)
    if definition.kind == "class":
        return _class_methods(known, view)
    for module in known.facts:
        if module.module != definition.module:
            continue
        for call in module.calls:
            if call.decorates == view and (methods := _decorated(known, call.callee, call.args)):
                return methods
    return ("ANY",)


def _decorated(known: Registrations, callee: str, args: tuple[Value, ...]) -> tuple[str, ...]:
    """Return the methods that a decorator allows, none where it says nothing about methods."""
    name = callee.rpartition(".")[2]
    if name in _FIXED:
        return _FIXED[name]
    if name not in ("require_http_methods", "api_view"):
        return ()
    listed = (known.text(element) for element in known.elements(args[0])) if args else ()
    methods = tuple(text.upper() for text in listed if text)
    return route_methods.rows(methods) or (("GET",) if name == "api_view" else ())


def _class_methods(known: Registrations, view: DefinitionId) -> tuple[str, ...]:
    own, external = known.symbols.order(view)
    names = {name for one in own for name in known.symbols.members(one)}
    own_methods = route_methods.of_class(names)
    found = set(own_methods)
    unknown = False
    for base in external:
        last = base.rpartition(".")[2]
        if last in _GENERIC:
            found.update(_GENERIC[last])
        elif not last.endswith(_PLAIN):
            unknown = True
    listed = route_methods.of_class({verb.lower() for verb in found})
    if not found or (unknown and not own_methods):
        return listed or ("ANY",)
    return listed
