"""Routes of frameworks whose start-up code is followed.

In: registrations, the names of the frameworks. Out: their `RouteTable`s. A module of its own, so that a project without
such a framework never loads what follows code. Never imports the application.
"""

from collections.abc import Callable, Collection

from auditor.analysis.entries.registrations import Registrations
from auditor.analysis.routing import routes_aiohttp, routes_asgi, routes_flask, routes_tornado
from auditor.analysis.routing.route_models import RouteModel
from auditor.analysis.routing.route_tree import RouteTable
from auditor.analysis.routing.startup.run import Startup
from auditor.model.code import DefinitionId

MODELS: dict[str, tuple[Callable[[], RouteModel], Callable[..., RouteTable]]] = {
    "asgi": (routes_asgi.AsgiModel, routes_asgi.read),
    "flask": (routes_flask.FlaskModel, routes_flask.read),
    "aiohttp": (routes_aiohttp.AiohttpModel, routes_aiohttp.read),
    "tornado": (routes_tornado.TornadoModel, routes_tornado.read),
}
"""The model of each framework, and how its table is read."""
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket"})


def read(registrations: Registrations, wanted: Collection[str]) -> list[RouteTable]:
    """Return the tables of those frameworks that are wanted, all followed at once."""
    names = [name for name in MODELS if name in wanted]
    models = [MODELS[name][0]() for name in names]
    startup = Startup(registrations, tuple(models))
    for model in models:
        model.run = startup
    startup.run()
    tables = [MODELS[name][1](model) for name, model in zip(names, models, strict=True)]
    seen = {one.handler for model in models for node in model.nodes.values() for one in node.handlers}
    seen |= {handler for model in models for handler in model.loose}
    return [*tables, RouteTable(unplaced=frozenset(_never_followed(registrations) - seen), followed=startup.calls())]


def _never_followed(registrations: Registrations) -> set[DefinitionId]:
    """Return what is decorated as a handler with a path, on a receiver that may be an application of any kind."""
    found: set[DefinitionId] = set()
    for facts, call in registrations.calls(*_VERBS):
        first = call.args[0] if call.args else call.keywords.get("path")
        path = registrations.text(first)
        if call.decorates is None or facts.in_tests or path is None or not path.startswith("/"):
            continue
        receiver = registrations.built.get(registrations.canonical(call.callee.rpartition(".")[0]))
        if receiver is None or registrations.definition(receiver.constructor) is not None:
            found.add(call.decorates)
    return found
