"""FastAPI: prefixes of routers, twins, mounts, refused requests, WebSockets."""

from drive import asgi, expect_requests
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from auditor.tracking.asgi import UsageMiddleware

app = FastAPI()
v1, v2, users = APIRouter(prefix="/v1"), APIRouter(prefix="/v2"), APIRouter(prefix="/users")
first, second = APIRouter(prefix="/chats"), APIRouter(prefix="/chats")
reports, files = FastAPI(), FastAPI()


@users.get("/{id}")
def get_user(id: int) -> int:
    return id


@users.post("", status_code=201)
async def create_user() -> str:
    return "new"


@first.post("/{chat}")
def serves(chat: str) -> str:
    return chat


@second.post("/{session}")
def never_called(session: str) -> str:
    return session


@app.get("/boom")
def boom() -> None:
    raise RuntimeError("on purpose")


@app.api_route("/both", methods=["GET", "PUT"])
def both() -> str:
    return "both"


@app.websocket("/live/{room}")
async def live(websocket: WebSocket, room: str) -> None:
    await websocket.accept()
    await websocket.close()


@reports.get("/monthly/{month}")
def monthly(month: int) -> int:
    return month


@files.get("/{name:path}")
def read_file(name: str) -> str:
    return name


async def plain(request: object) -> PlainTextResponse:
    return PlainTextResponse("plain")


v1.include_router(users)
v2.include_router(users, prefix="/deep")
app.include_router(v1, prefix="/api")
app.include_router(v2, prefix="/api")
app.include_router(first)
app.include_router(second)
app.mount("/reports", reports)
app.mount("/tenants/{tenant}/files", files)
app.router.routes.append(Mount("/old", routes=[Route("/plain", plain)]))
app.add_middleware(UsageMiddleware, flush_interval=60)

REQUESTS = {
    "GET /api/v1/users/3": (200, "GET /api/v1/users/{id} 2xx"),
    "GET /api/v1/users/4": (200, "GET /api/v1/users/{id} 2xx"),
    "HEAD /api/v1/users/4": (405, "HEAD /api/v1/users/{id} 4xx"),
    "GET /api/v2/deep/users/3": (200, "GET /api/v2/deep/users/{id} 2xx"),
    "POST /api/v2/deep/users": (201, "POST /api/v2/deep/users 2xx"),
    "GET /api/v1/users/x": (422, "GET /api/v1/users/{id} 4xx"),
    "DELETE /api/v1/users/3": (405, "DELETE /api/v1/users/{id} 4xx"),
    "POST /chats/7": (200, "POST /chats/{chat} 2xx"),
    "PUT /both": (200, "PUT /both 2xx"),
    "GET /boom": (500, "GET /boom err"),
    "GET /nowhere/17": (404, "(unmatched) 4xx"),
    "GET /reports/monthly/5": (200, "GET /reports/monthly/{month} 2xx"),
    "GET /reports/nothing": (404, "(unmatched) 4xx"),
    "GET /tenants/t1/files/a/b.txt": (200, "GET /tenants/{tenant}/files/{name:path} 2xx"),
    "GET /old/plain": (200, "GET /old/plain 2xx"),
    "WEBSOCKET /live/blue": (101, "WEBSOCKET /live/{room} 1xx"),
    "WEBSOCKET /nowhere": (403, "(unmatched) 4xx"),
}
HANDLERS = {
    "GET /api/v1/users/{id}": "__main__:get_user",
    "POST /api/v1/users": "__main__:create_user",
    "GET /api/v2/deep/users/{id}": "__main__:get_user",
    "POST /api/v2/deep/users": "__main__:create_user",
    "POST /chats/{chat}": "__main__:serves < __main__:never_called",
    "GET /both": "__main__:both",
    "PUT /both": "__main__:both",
    "GET /boom": "__main__:boom",
    "WEBSOCKET /live/{room}": "__main__:live",
    "GET /reports/monthly/{month}": "__main__:monthly",
    "GET /tenants/{tenant}/files/{name:path}": "__main__:read_file",
    "GET /old/plain": "__main__:plain",
}
expect_requests(REQUESTS, asgi(app, REQUESTS), HANDLERS)
