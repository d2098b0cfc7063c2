"""Which HTTP methods a Django view answers, and which definition answers each, as far as the source says.

In: registrations, a view as a URL pattern names it. Out: methods with their handlers. A function view without a
decorator that says otherwise, and a class that answers by `dispatch` or has external bases that are not known, answer
to `ANY`. Never imports a view.
"""

from typing import NamedTuple

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.routing import route_methods
from auditor.model.code import Definition, DefinitionId, Value, dotted
from auditor.tracking.templates import Template

Served = tuple[tuple[str, DefinitionId], ...]
"""Methods of one pattern, each with its handler."""

_FIXED = {"require_GET": ("GET",), "require_POST": ("POST",), "require_safe": ("GET",)}
_BASES: dict[str, dict[str, tuple[str, ...]]] = {
    "django.views.generic": {
        "GET": ("ListView", "DetailView", "TemplateView", "ArchiveIndexView", "YearArchiveView", "MonthArchiveView",
                "WeekArchiveView", "DayArchiveView", "TodayArchiveView", "DateDetailView"),
        "GET POST PUT": ("FormView", "CreateView", "UpdateView", "ProcessFormView", "BaseFormView", "BaseCreateView",
                         "BaseUpdateView"),
        "GET POST DELETE": ("DeleteView", "BaseDeleteView"),
        "GET POST PUT PATCH DELETE": ("RedirectView",),
    },
    "django.contrib.auth.views": {
        "GET POST PUT": ("LoginView", "PasswordResetView", "PasswordResetConfirmView", "PasswordChangeView"),
        "GET": ("PasswordResetDoneView", "PasswordResetCompleteView", "PasswordChangeDoneView"),
        "POST": ("LogoutView",),
    },
    "django.views.i18n": {"GET": ("JavaScriptCatalog", "JSONCatalog")},
    "rest_framework.generics": {
        "GET": ("ListAPIView", "RetrieveAPIView"),
        "POST": ("CreateAPIView",),
        "DELETE": ("DestroyAPIView",),
        "PUT PATCH": ("UpdateAPIView",),
        "GET POST": ("ListCreateAPIView",),
        "GET PUT PATCH": ("RetrieveUpdateAPIView",),
        "GET DELETE": ("RetrieveDestroyAPIView",),
        "GET PUT PATCH DELETE": ("RetrieveUpdateDestroyAPIView",),
    },
    "rest_framework.authtoken.views": {"POST": ("ObtainAuthToken",)},
    "django_filters.views": {"GET": ("FilterView",)},
    "django_tables2": {"GET": ("SingleTableView", "MultiTableView")},
    "formtools.wizard.views": {"GET POST": ("WizardView", "SessionWizardView", "CookieWizardView",
                                            "NamedUrlSessionWizardView", "NamedUrlCookieWizardView")},
    "drf_spectacular.views": {"GET": ("SpectacularAPIView", "SpectacularSwaggerView", "SpectacularRedocView")},
}  # fmt: skip
"""What the views of frameworks answer to, by the package they stand in."""
_PLAIN = ("View", "APIView", "GenericAPIView", "object", "Mixin", "Protocol", "Generic", "ViewSet", "ABC")
_ACTIONS = ("list", "create", "retrieve", "update", "partial_update", "destroy")


class Pattern(NamedTuple):
    """One URL pattern: its full template (None: not known), and who answers which method.

    `certain` is false where the list it stands in depends on a condition.
    """

    template: Template | None
    served: Served
    certain: bool = True

    @property
    def views(self) -> tuple[DefinitionId, ...]:
        """The handlers, each once."""
        return tuple(dict.fromkeys(view for _, view in self.served))


class Views:
    """Answers for the views of one project."""

    def __init__(self, known: Registrations) -> None:
        self.known = known
        self._decorated: dict[DefinitionId, tuple[str, ...]] | None = None
        self._inner: dict[DefinitionId, list[Definition]] | None = None

    def served(self, given: Value, methods: tuple[str, ...] = (), depth: int = 0) -> Served:
        """Return who answers what where a pattern names `given`; nothing where it is no view of the project.

        `methods` are those that a decorator around it allows.
        """
        if depth > 20:
            return ()
        if given.kind == "text":
            given = Value("name", given.text)
        if given.kind == "name":
            return self._named(given, methods, depth)
        return self._called(given, methods, depth) if given.kind == "call" else ()

    def _named(self, given: Value, methods: tuple[str, ...], depth: int) -> Served:
        built = self.known.built.get(self.known.canonical(given.text))
        definition = self.known.definition(given.text)
        if built is not None and (definition is None or definition.kind == "variable"):
            call = Value("call", built.constructor, built.call.args, keywords=built.call.keywords)
            return self.served(call, methods, depth + 1)
        if definition is None or definition.kind in ("import", "module"):
            return ()
        if built is not None:  # `view = decorator(view)` below the function
            methods = methods or self._of_decorator(built.constructor, built.call.args)
        if definition.kind == "variable":
            alias = self.known.value(given)
            followed = self.served(alias, methods, depth + 1) if alias is not None and alias != given else ()
            return followed or _rows(methods or ("ANY",), definition)
        if definition.kind == "class":
            return _rows(methods or self.methods_of_class(definition.id), definition)
        return _rows(methods or self._allowed(definition.id) or ("ANY",), definition)

    def _called(self, given: Value, methods: tuple[str, ...], depth: int) -> Served:
        owner, _, name = given.text.rpartition(".")
        if name in ("as_view", "as_asgi"):
            return self._class_view(self.known.definition(owner), given, methods)
        allowed = self._of_decorator(name, given.values) if "()" not in given.text else ()
        for argument in (*given.values, *given.keywords.values()):
            if self._is_view(argument):
                found = self.served(argument, methods or allowed, depth + 1)
                if found:
                    return found
        made = self.known.definition(given.text)
        if made is None or made.kind == "class":
            return () if made is None else _rows(methods or ("ANY",), made)
        inner = self._inside().get(made.id, ())
        return _rows(methods or ("ANY",), inner[0] if len(inner) == 1 else made)

    def _inside(self) -> dict[DefinitionId, list[Definition]]:
        """Return the functions that stand right inside others: what a call of those gives, where there is one."""
        if self._inner is None:
            self._inner = {}
            for one in self.known.symbols.local_ids.values():
                outer, _, name = one.rpartition(".<locals>.")
                if "." not in name and self.known.symbols.by_id[one].kind == "function":
                    self._inner.setdefault(outer, []).append(self.known.symbols.by_id[one])
        return self._inner

    def _is_view(self, argument: Value) -> bool:
        """Return whether an argument of a wrapper may be the view that it wraps: no plain class, no bare text."""
        if argument.kind != "name":
            return argument.kind == "call"
        definition = self.known.definition(argument.text)
        return definition is not None and definition.kind in ("function", "method", "variable")

    def _class_view(self, definition: Definition | None, given: Value, methods: tuple[str, ...]) -> Served:
        if definition is None or definition.kind != "class":
            return ()
        actions = given.values[0] if given.values else given.keywords.get("actions")
        actions = self.known.value(actions)
        if actions is not None and actions.kind == "dict" and actions.keys:
            pairs = zip(actions.keys, actions.values, strict=False)
            listed = {verb.upper(): self.known.text(action) or "" for verb, action in pairs}
            return tuple((verb, self.action(definition.id, listed[verb])) for verb in route_methods.rows(listed))
        return _rows(methods or self.methods_of_class(definition.id), definition)

    def action(self, viewset: DefinitionId, name: str) -> DefinitionId:
        """Return who answers for a viewset's action: the viewset for the usual ones, the method for others."""
        if name in _ACTIONS:
            return viewset
        found = (self.known.symbols.members(one).get(name) for one in self.known.symbols.order(viewset)[0])
        return next((one for one in found if one is not None), viewset)

    def _allowed(self, view: DefinitionId) -> tuple[str, ...]:
        """Return the methods that the decorators of a function allow, none where they do not say."""
        if self._decorated is None:
            self._decorated = {}
            for module in self.known.facts:
                for call in module.calls:
                    if call.decorates is not None and (methods := self._of_decorator(call.callee, call.args)):
                        self._decorated.setdefault(call.decorates, methods)
        return self._decorated.get(view, ())

    def _of_decorator(self, callee: str, args: tuple[Value, ...]) -> tuple[str, ...]:
        name = callee.rpartition(".")[2]
        if name in _FIXED:
            return _FIXED[name]
        if name not in ("require_http_methods", "api_view"):
            return ()
        listed = (self.known.text(element) for element in self.known.elements(args[0])) if args else ()
        return route_methods.rows(text.upper() for text in listed if text) or (("GET",) if name == "api_view" else ())

    def methods_of_class(self, view: DefinitionId) -> tuple[str, ...]:
        """Return the methods that a class-based view answers, its own and inherited ones, as far as it lets them."""
        own, external = self.known.symbols.order(view)
        found = {name for one in own for name in self.known.symbols.members(one)}
        unknown = False
        for base in external:
            verbs = _of_base(base)
            unknown = unknown or (verbs is None and not base.endswith(_PLAIN))
            found.update(verbs or ())
        listed = route_methods.of_class(found & self.let(own) if self.let(own) else found)
        return listed if listed and not (unknown and set(listed) <= {"HEAD", "OPTIONS"}) else ("ANY",)

    def let(self, classes: tuple[DefinitionId, ...]) -> frozenset[str]:
        """Return the `http_method_names` of a class where it lists them."""
        for one in classes:
            given = self.known.constants.get(f"{dotted(one)}.http_method_names")
            if given is not None:
                return frozenset(text.lower() for each in self.known.elements(given) if (text := self.known.text(each)))
        return frozenset()


def _rows(methods: tuple[str, ...], definition: Definition) -> Served:
    return tuple((method, definition.id) for method in methods)


def _of_base(base: str) -> tuple[str, ...] | None:
    """Return the methods, in lower case, that a framework's view answers; None for a class that is not known."""
    package, _, name = base.rpartition(".")
    for known, views in _BASES.items():
        if package == known or package.startswith(f"{known}."):
            for methods, names in views.items():
                if name in names:
                    return tuple(methods.lower().split())
    return None
