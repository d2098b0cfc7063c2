"""Litestar: routers, controllers, mounts, refused requests, WebSockets; the middleware stands around it."""

from typing import Any

from drive import asgi, expect_requests
from litestar import Controller, Litestar, Router, WebSocket, delete, get, websocket
from litestar.handlers import asgi as foreign_handler

from auditor.tracking.asgi import UsageMiddleware


@get("/users/{user_id:int}")
async def get_user(user_id: int) -> int:
    return user_id


@get(["/pages", "/pages/{name:path}"])
async def page(name: str = "") -> str:
    return name


class Orders(Controller):
    path = "/orders"

    @get("/")
    async def listed(self) -> list[int]:
        return []

    @delete("/{order_id:str}")
    async def remove(self, order_id: str) -> None:
        return None


@websocket("/live/{room:str}")
async def live(socket: WebSocket, room: str) -> None:
    await socket.accept()
    await socket.close()


@foreign_handler("/old", is_mount=True)
async def old(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


app = UsageMiddleware(
    Litestar([get_user, page, live, old, Router("/api", route_handlers=[Orders])], openapi_config=None),
    flush_interval=60,
)

REQUESTS = {
    "GET /users/3": (200, "GET /users/{user_id} 2xx"),
    "GET /users/x": (404, "(unmatched) 4xx"),
    "POST /users/3": (405, "(unmatched) 4xx"),
    "GET /pages": (200, "GET /pages 2xx"),
    "GET /pages/a/b": (200, "GET /pages/{name} 2xx"),
    "GET /api/orders": (200, "GET /api/orders 2xx"),
    "DELETE /api/orders/7": (204, "DELETE /api/orders/{order_id} 2xx"),
    "GET /old/x/y": (200, "ANY /old/{path:path} 2xx"),
    "WEBSOCKET /live/blue": (101, "WEBSOCKET /live/{room} 1xx"),
    "GET /wp-login.php": (404, "(unmatched) 4xx"),
}
HANDLERS = {
    "GET /users/{user_id}": "__main__:get_user",
    "GET /pages": "__main__:page",
    "GET /pages/{name}": "__main__:page",
    "GET /api/orders": "__main__:Orders.listed",
    "DELETE /api/orders/{order_id}": "__main__:Orders.remove",
    "WEBSOCKET /live/{room}": "__main__:live",
    "ANY /old/{path:path}": "__main__:old",
}
expect_requests(REQUESTS, asgi(app, REQUESTS), HANDLERS)
