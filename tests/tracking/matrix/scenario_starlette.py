"""Starlette alone: routes, mounts, hosts, classes, refused requests, WebSockets."""

from drive import asgi, expect_requests
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.websockets import WebSocket

from auditor.tracking.asgi import UsageMiddleware


async def show(request: Request) -> PlainTextResponse:
    return PlainTextResponse("shown")


async def never_called(request: Request) -> PlainTextResponse:
    return PlainTextResponse("never")


def blocking(request: Request) -> PlainTextResponse:
    return PlainTextResponse("blocking")


async def boom(request: Request) -> PlainTextResponse:
    raise RuntimeError("on purpose")


async def live(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


class Basket(HTTPEndpoint):
    async def get(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse("basket")

    async def delete(self, request: Request) -> PlainTextResponse:
        return PlainTextResponse("gone", status_code=202)


async def foreign(scope: object, receive: object, send: object) -> None:
    await PlainTextResponse("foreign")(scope, receive, send)


inner = Starlette(routes=[Route("/{number:int}", show, methods=["GET"])])
app = Starlette(
    routes=[
        Route("/items/{id}", show, methods=["GET", "POST"]),
        Route("/items/{name}", never_called, methods=["GET"]),
        Route("/blocking", blocking),
        Route("/boom", boom),
        Route("/basket", Basket),
        Mount("/nested", routes=[Mount("/deep", routes=[Route("/end", show)])]),
        Mount("/inner", app=inner),
        Mount("/foreign", app=foreign),
        WebSocketRoute("/live/{room}", live),
        Host("admin.example.org", app=Router(routes=[Route("/", show)])),
    ],
    middleware=[Middleware(UsageMiddleware, flush_interval=60)],
)

REQUESTS = {
    "GET /items/3": (200, "GET /items/{id} 2xx"),
    "HEAD /items/3": (200, "GET /items/{id} 2xx"),
    "POST /items/3": (200, "POST /items/{id} 2xx"),
    "PATCH /items/3": (405, "PATCH /items/{id} 4xx"),
    "GET /blocking": (200, "GET /blocking 2xx"),
    "GET /boom": (500, "GET /boom err"),
    "GET /basket": (200, "GET /basket 2xx"),
    "DELETE /basket": (202, "DELETE /basket 2xx"),
    "GET /nested/deep/end": (200, "GET /nested/deep/end 2xx"),
    "GET /inner/7": (200, "GET /inner/{number:int} 2xx"),
    "GET /inner/x": (404, "(unmatched) 4xx"),
    "GET /foreign/whatever/9": (200, "ANY /foreign/{path:path} 2xx"),
    "WEBSOCKET /live/blue": (101, "WEBSOCKET /live/{room} 1xx"),
    "WEBSOCKET /nowhere": (403, "(unmatched) 4xx"),
    "GET /wp-login.php": (404, "(unmatched) 4xx"),
}
HANDLERS = {
    "GET /items/{id}": "__main__:show < __main__:never_called",
    "POST /items/{id}": "__main__:show",
    "GET /blocking": "__main__:blocking",
    "GET /boom": "__main__:boom",
    "GET /basket": "__main__:Basket",
    "DELETE /basket": "__main__:Basket",
    "GET /nested/deep/end": "__main__:show",
    "GET /inner/{number:int}": "__main__:show",
    "ANY /foreign/{path:path}": "__main__:foreign",
    "WEBSOCKET /live/{room}": "__main__:live",
    "GET admin.example.org/": "__main__:show",
}
expect_requests(REQUESTS, asgi(app, REQUESTS), HANDLERS)
