from fastapi import APIRouter


class HouseRouter(APIRouter):
    def __init__(self, name, **kwargs):
        super().__init__(prefix=f"/{name}", tags=[name], **kwargs)

    def add_api_route(self, path, endpoint, **kwargs):
        super().add_api_route(path.rstrip("/"), endpoint, **kwargs)


def route(path, method="GET"):
    def mark(function):
        function.house_route = (path, method)
        return function

    return mark


def controller(router, prefix):
    def register(cls):
        instance = cls()
        for name in dir(cls):
            found = getattr(getattr(cls, name), "house_route", None)
            if found is not None:
                path, method = found
                router.add_api_route(prefix + path, getattr(instance, name), methods=[method])
        return cls

    return register


def include_all(app, routers, base):
    for name, router in routers.items():
        app.include_router(router, prefix=f"{base}/{name}")
