"""The patterns that Django REST framework's routers make of view sets.

In: registrations, a router's name. Out: its patterns in the router's own order: list, extra list actions, detail, extra
detail actions, and behind each the same with a format's suffix where the router adds one. Never imports the framework.
"""

from collections.abc import Iterator
from typing import NamedTuple

from auditor.analysis.entries.registrations import Built, Registrations
from auditor.analysis.routing import route_methods
from auditor.analysis.routing.views_django import Pattern, Served, Views
from auditor.model.code import CallFact, DefinitionId, Value, dotted
from auditor.tracking.templates import Template, template_of

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
_FORMAT = Template(".{format}", ".{:xformat}")
_PATH_FORMAT = Template("{format:drf_format_suffix}", "{:xformat}")
_DEPTH = 6


class Action(NamedTuple):
    """An extra action of a view set: the handlers of its methods below one path."""

    detail: bool
    path: str
    served: Served


class RouterPatterns:
    """Reads the routers of one project."""

    def __init__(self, known: Registrations) -> None:
        self.known = known
        self.views = Views(known)
        self._registered: dict[str, list[CallFact]] | None = None
        self._actions: dict[DefinitionId, CallFact] | None = None
        self._mapped: dict[str, list[tuple[str, DefinitionId]]] = {}

    def of(self, router: str, prefix: Template | None) -> Iterator[Pattern]:
        """Yield the patterns of everything registered on a router, in order, below a prefix."""
        name = self.known.canonical(router)
        built = self.known.built.get(name)
        if built is None or "Router" not in built.constructor:
            return
        nested = self._nested(built)
        below = None if prefix is None or nested is None else Template(nested, _compared(nested)).below(prefix)
        suffixed = self._suffixes(built)
        slash = self._slash(built)
        for call in self._calls(name):
            for pattern in self._of_viewset(call, below, slash, built):
                yield pattern
                if suffixed:
                    yield with_suffix(pattern, of_path=False)

    def _calls(self, name: str, depth: int = 0) -> Iterator[CallFact]:
        """Yield the registrations on a router, and those of other routers that it takes over."""
        if self._registered is None:
            self._registered = {}
            for _, call in self.known.calls("register"):
                owner = self.known.canonical(call.callee.rpartition(".")[0])
                self._registered.setdefault(owner, []).append(call)
        yield from self._registered.get(name, ())
        taken = self.known.constants.get(f"{name}.registry") if depth < _DEPTH else None
        for one in (taken.values if taken.kind == "list" else (taken,)) if taken is not None else ():
            router = (one.values[0] if one.kind == "call" and one.values else one).text.removesuffix(".registry")
            yield from self._calls(self.known.canonical(router), depth + 1)

    def _of_viewset(
        self, call: CallFact, prefix: Template | None, slash: str | None, router: Built
    ) -> Iterator[Pattern]:
        given = call.args[1] if len(call.args) > 1 else call.keywords.get("viewset")
        text = self.known.text(call.args[0] if call.args else call.keywords.get("prefix"))
        viewset = self.known.callable_id(given)
        if viewset is None:
            return
        own = template_of(text.removeprefix("^")) if text is not None else None
        for suffix, served in self._routes(viewset, router):
            if own is None or prefix is None or suffix is None or slash is None:
                yield Pattern(None, served)
            else:
                rest = f"/{suffix}" if suffix and own.text else suffix
                end = slash if own.text or suffix else ""  # without a prefix the framework drops a slash at the front
                yield Pattern(Template(end, end).below(template_of(rest).below(own.below(prefix))), served)

    def _routes(self, viewset: DefinitionId, router: Built) -> Iterator[tuple[str | None, Served]]:
        """Yield the expression behind the prefix, and who answers what."""
        own, external = self.known.symbols.order(viewset)
        names = {name for one in own for name in self.known.symbols.members(one)}
        for base in external:
            names |= _MIXINS.get(base.rpartition(".")[2], set())
        lookup = self._lookup(own, router)
        extra = list(self._extra(own))
        if methods := self._let(own, (verb for action, verb in _LIST.items() if action in names)):
            yield "", tuple((verb, viewset) for verb in methods)
        yield from ((one.path, one.served) for one in extra if not one.detail)
        if methods := self._let(own, (verb for action, verb in _DETAIL.items() if action in names)):
            yield lookup, tuple((verb, viewset) for verb in methods)
        yield from ((None if lookup is None else f"{lookup}/{one.path}", one.served) for one in extra if one.detail)

    def _let(self, classes: tuple[DefinitionId, ...], verbs: Iterator[str]) -> tuple[str, ...]:
        allowed = self.views.let(classes)
        return tuple(verb for verb in verbs if not allowed or verb.lower() in allowed)

    def _attribute(self, classes: tuple[DefinitionId, ...], name: str) -> Value | None:
        found = (self.known.constants.get(f"{dotted(one)}.{name}") for one in classes)
        return next((one for one in found if one is not None), None)

    def _lookup(self, classes: tuple[DefinitionId, ...], router: Built) -> str | None:
        """Return the expression of one object: `(?P<pk>[^/.]+)`; several where a router of the project joins them."""
        field = self.known.text(self._attribute(classes, "lookup_field")) or "pk"
        name = self.known.text(self._attribute(classes, "lookup_url_kwarg")) or field
        value = self.known.text(self._attribute(classes, "lookup_value_regex")) or "[^/.]+"
        names = [name]
        several = self._attribute(classes, "lookup_fields")
        if several is not None and self._overrides(router, "get_lookup_regex"):
            names = [text for one in self.known.elements(several) if (text := self.known.text(one))] or names
        return "/".join(f"(?P<{one}>{value})" for one in names)

    def _overrides(self, router: Built, method: str) -> bool:
        definition = self.known.definition(router.constructor)
        own = self.known.symbols.order(definition.id)[0] if definition is not None else ()
        return any(method in self.known.symbols.members(one) for one in own)

    def _extra(self, classes: tuple[DefinitionId, ...]) -> Iterator[Action]:
        """Yield the extra actions, sorted by name as the framework lists them."""
        members: dict[str, DefinitionId] = {}
        for one in classes:
            for name, member in self.known.symbols.members(one).items():
                members.setdefault(name, member)
        for name in sorted(members):
            call = self._decorators().get(members[name])
            if call is None:
                continue
            detail = call.keywords.get("detail")
            path = self.known.text(call.keywords.get("url_path")) or name
            given = call.keywords.get("methods")
            listed = tuple((self.known.text(one) or "").upper() for one in self.known.elements(given))
            served = [(verb, members[name]) for verb in route_methods.rows(listed) or ("GET",)]
            served += self._mapped.get(f"{dotted(members[name])}.mapping", ())
            allowed = self.views.let(classes)
            kept = tuple((verb, view) for verb, view in served if not allowed or verb.lower() in allowed)
            is_detail = call.callee.endswith("detail_route") or (
                detail is not None and (self.known.value(detail) or detail).text == "builtins.True"
            )
            yield Action(is_detail, path, kept)

    def _decorators(self) -> dict[DefinitionId, CallFact]:
        if self._actions is None:
            self._actions = {}
            for module in self.known.facts:
                for call in module.calls:
                    if call.decorates is None:
                        continue
                    owner, _, name = call.callee.rpartition(".")
                    if name in ("action", "detail_route", "list_route"):
                        self._actions[call.decorates] = call
                    elif owner.endswith(".mapping"):
                        self._mapped.setdefault(owner, []).append((name.upper(), call.decorates))
        return self._actions

    # What a router adds by itself

    def _slash(self, built: Built) -> str | None:
        """Return what ends every path; None where that is not known."""
        given = built.call.keywords.get("trailing_slash")
        if given is None:
            definition = self.known.definition(built.constructor)
            own = self.known.symbols.order(definition.id)[0] if definition is not None else ()
            given = self._attribute(own, "trailing_slash")
        found = self.known.value(given)
        if found is None or found.text == "builtins.True":
            return "/"
        if found.text == "builtins.False" or (found.kind == "text" and "/?" in found.text):
            return ""
        return found.text if found.kind == "text" else None

    def _suffixes(self, built: Built) -> bool:
        """Return whether a router is a default one, which adds a format's suffix to each of its paths."""
        definition = self.known.definition(built.constructor)
        names = [built.constructor, *(self.known.symbols.bases(definition.id) if definition is not None else ())]
        own = self.known.symbols.order(definition.id)[0] if definition is not None else ()
        given = self._attribute(own, "include_format_suffixes")
        is_default = any(name.endswith("DefaultRouter") for name in names)
        return is_default and (given is None or given.text != "builtins.False")

    def _nested(self, built: Built, depth: int = 0) -> str | None:
        """Return the prefix of a nested router: its parent's, and one parameter for the parent's object."""
        if "Nested" not in built.constructor or depth > _DEPTH:
            return ""
        parent = self.known.built.get(self.known.canonical(built.call.args[0].text)) if built.call.args else None
        text = self.known.text(built.call.args[1]) if len(built.call.args) > 1 else None
        lookup = self.known.text(built.call.keywords.get("lookup")) or "nested_1"
        above = self._nested(parent, depth + 1) if parent is not None else None
        if above is None or text is None or parent is None:
            return None
        viewset = next(
            (
                self.known.callable_id(call.args[1])
                for call in self._calls(parent.name)
                if len(call.args) > 1 and self.known.text(call.args[0]) == text
            ),
            None,
        )
        classes = self.known.symbols.order(viewset)[0] if viewset is not None else ()
        name = self.known.text(self._attribute(classes, "lookup_url_kwarg")) or "pk"
        field = self.known.text(self._attribute(classes, "lookup_field")) or name
        return f"{above}{text}/{{{lookup}_{field}}}/"


def _compared(template: str) -> str:
    return "/".join("{:xlookup}" if part.startswith("{") else part for part in template.split("/"))


def with_suffix(pattern: Pattern, *, of_path: bool) -> Pattern:
    """Return a pattern with a format's suffix in place of the slash at its end."""
    if pattern.template is None:
        return pattern
    text, compared = pattern.template
    suffix = _PATH_FORMAT if of_path else _FORMAT
    return pattern._replace(template=Template(text.rstrip("/") + suffix.text, compared.rstrip("/") + suffix.compared))
