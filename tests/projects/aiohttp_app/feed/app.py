from aiohttp import web

from feed import handlers, storage
from feed.api import init
from feed.middleware import measured
from feed.mounts import mount
from feed.views import ItemView, routes


async def make_app() -> web.Application:
    app = web.Application(middlewares=[measured])
    app.router.add_get("/health", handlers.health)
    app.add_routes([web.post("/items", handlers.create), web.view("/items/{id}", ItemView)])
    app.add_routes(routes)
    app.on_startup.append(storage.connect)
    app.cleanup_ctx.append(storage.session)
    admin = web.Application()
    admin.router.add_route("*", "/stats", handlers.stats)
    app.add_subapp("/admin/", admin)
    app.add_subapp("/api/", init({"clients": True}))
    mount(app)
    return app


async def legacy_site():  # nothing names it: a server may
    app = web.Application()
    app.router.add_get("/old", handlers.old)
    return app
