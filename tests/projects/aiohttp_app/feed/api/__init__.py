import importlib

from aiohttp import web

from feed.api.tables import routes


def init(features):
    for name, enabled in features.items():
        if enabled:
            importlib.import_module(f"feed.api.{name}")
    api = web.Application()
    api.add_routes(routes)
    return api
