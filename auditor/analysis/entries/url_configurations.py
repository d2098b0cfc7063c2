"""Django's URL configurations: modules of which it reads `urlpatterns` and a few names besides.

In: registrations, the route table. Out: entry points. A module is one where a route table serves it, and where its
name is taken (`ROOT_URLCONF=__name__`, `request.urlconf = urls.__name__`). Never reads a pattern.
"""

from collections.abc import Iterable, Iterator

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.routing.route_tree import RouteTable
from auditor.model.graph import EntryPoint

_READ = ("urlpatterns", "app_name", "handler400", "handler403", "handler404", "handler500")
_OVERRIDES = ("override_settings", "settings")


def find(known: Registrations, table: RouteTable) -> Iterator[EntryPoint]:
    """Yield the URL configurations that Django loads, with the names it reads from them."""
    yield from _read(known, sorted(table.served), "django loads this URL configuration")
    yield from _read(known, sorted(set(_told(known)) - table.served), "code tells django of this URL configuration")


def _read(known: Registrations, modules: Iterable[str], why: str) -> Iterator[EntryPoint]:
    for name in modules:
        module = known.symbols.module(name)
        for one in module.definitions if module is not None else ():
            if not one.qualified_name or one.qualified_name in _READ:
                yield EntryPoint(one.id, "hook", not one.in_tests, why, one.path, one.line)


def _told(known: Registrations) -> Iterator[str]:
    """Yield the modules with patterns whose `__name__` is asked for, or that give their own to a setting."""
    for facts, call in known.calls(*_OVERRIDES):
        given = call.keywords.get("ROOT_URLCONF")
        if given is not None and given.kind == "name" and given.text.rpartition(".")[2] == "__name__":
            yield facts.module
    ending = ".urlpatterns"
    modules = {name.removesuffix(ending) for name in (*known.constants, *known.built) if name.endswith(ending)}
    for facts in known.facts if modules else ():
        for reference in facts.references:
            if reference.target.endswith(".__name__"):
                owner = known.symbols.near(facts.module, reference.target.removesuffix(".__name__"))
                if owner in modules:
                    yield owner
