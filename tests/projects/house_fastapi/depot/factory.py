import functools

from fastapi import FastAPI

from depot import pages, stock
from depot.routing import include_all
from depot.settings import settings


def health(detail, name="depot"):
    return {"detail": detail, "name": name}


class Depot(FastAPI):
    def setup(self):
        super().setup()
        self.add_api_route("/health", functools.partial(health, "ok"))


def create_app() -> FastAPI:
    app = Depot(title="depot")
    setup_routes(app)

    @app.get(settings.base + "/version")
    def version():
        return settings.version

    app.mount("/site", pages.site())
    app.router.routes.extend([pages.hosted])
    return app


def setup_routes(app):
    include_all(app, {"stock": stock.router, "again": stock.router}, settings.base)
    app.include_router(stock.shelves, prefix=settings.prefix)
    for name in ("bins", "racks"):
        app.include_router(stock.crud(name))
