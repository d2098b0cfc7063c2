"""The application that is measured: routes that do next to nothing, so that whatever stands around them weighs most.

In: `BENCH_TRACKER`, one of `TRACKERS`, and `BENCH_INTERVAL`, the tracker's seconds between two deliveries. Out: `app`,
for a server. The tracker's own settings come from `AUDITOR_*`.
"""

import os
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, FastAPI

Message = Any
Send = Callable[[Message], Awaitable[None]]

TRACKERS = ("none", "passing", "auditor", "prometheus")
RESOURCES = ("orders", "users", "invoices", "carts", "parcels", "vouchers", "ratings", "stores")


def application(tracker: str) -> FastAPI:
    """Return the application with a tracker around it."""
    app = FastAPI()
    for name in RESOURCES:
        app.include_router(_resource(name), prefix="/api/v1")
    if tracker == "auditor":
        from auditor.tracking.asgi import UsageMiddleware

        app.add_middleware(UsageMiddleware, flush_interval=float(os.environ.get("BENCH_INTERVAL", "5")))
    elif tracker == "passing":
        app.add_middleware(Passing)
    elif tracker == "prometheus":
        from prometheus_fastapi_instrumentator import Instrumentator

        Instrumentator().instrument(app).expose(app)
    elif tracker != "none":
        raise ValueError(f"BENCH_TRACKER={tracker!r} is none of {', '.join(TRACKERS)}")
    return app


class Passing:
    """A middleware that sees each request and each answer and does nothing: what any tracker costs at least."""

    def __init__(self, app: Callable[[Message, Message, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Message, send: Send) -> None:
        """Pass everything on."""

        async def passed_on(message: Message) -> None:
            await send(message)

        await self.app(scope, receive, passed_on)


def _resource(name: str) -> APIRouter:
    router = APIRouter(prefix=f"/{name}")

    @router.get("")
    async def listed(limit: int = 10) -> dict[str, int]:
        return {"limit": limit}

    @router.get("/{id}")
    async def one(id: int) -> dict[str, int]:
        return {"id": id}

    @router.get("/{id}/parts/{part}")
    async def part(id: int, part: str) -> dict[str, str | int]:
        return {"id": id, "part": part}

    return router


def requests() -> list[tuple[str, str]]:
    """Return a mix of requests as (path, the field it is counted under); 1 of 32 meets no route, 1 of 32 is refused."""
    mix: list[tuple[str, str]] = []
    for number, name in enumerate(RESOURCES):
        top = f"/api/v1/{name}"
        mix += [
            (f"{top}?limit=5", f"GET {top} 2xx"),
            (f"{top}/{number}", f"GET {top}/{{id}} 2xx"),
            (f"{top}/{number + 1000}", f"GET {top}/{{id}} 2xx"),
            (f"{top}/{number}/parts/lid", f"GET {top}/{{id}}/parts/{{part}} 2xx"),
        ]
    mix[7] = ("/wp-login.php", "(unmatched) 4xx")
    mix[18] = (f"/api/v1/{RESOURCES[4]}/nan", f"GET /api/v1/{RESOURCES[4]}/{{id}} 4xx")
    return mix


app = application(os.environ.get("BENCH_TRACKER", "none"))
