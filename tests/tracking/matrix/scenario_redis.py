"""The Redis client: counts arrive once, and a server that is away or does not answer costs a moment."""

import logging
import os
import socket
import time

import redis
from drive import asgi, compare
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from auditor.tracking import component, shared, switch
from auditor.tracking.asgi import UsageMiddleware

URL = os.environ["AUDITOR_REDIS_URL"]


@component("page")
def show(request: object) -> PlainTextResponse:
    return PlainTextResponse("shown")


def failing(url: str) -> bool:
    """Return whether a delivery there failed, within seconds."""
    settings = switch.settings("away", url)
    assert settings is not None
    counters = shared.of(settings)
    counters.add("components", "lost")
    begin = time.monotonic()
    delivered = counters.flush()
    return not delivered and time.monotonic() - begin < 4


app = UsageMiddleware(Starlette(routes=[Route("/items/{id}", show)]), sink=URL, flush_interval=0.01)
statuses = []
for _ in range(5):
    statuses += asgi(app, ["GET /items/1", "GET /items/2"])
shared.close_all()

client = redis.Redis.from_url(URL, decode_responses=True)
hashes = {key.split(":")[2]: client.hgetall(key) for key in client.scan_iter("*") if client.type(key) == "hash"}
silent = socket.create_server(("127.0.0.1", 0))
refused = socket.create_server(("127.0.0.1", 0))
refused_port = refused.getsockname()[1]
refused.close()
logging.getLogger("auditor.tracking").setLevel(logging.ERROR)  # outages are warnings; what follows are some
compare(
    {
        "statuses": statuses,
        "calls": hashes["calls"],
        "components": hashes["components"],
        "routes": list(hashes["routes"]),
        "refused": failing(f"redis://127.0.0.1:{refused_port}/0"),
        "silent": failing(f"redis://127.0.0.1:{silent.getsockname()[1]}/0"),
    },
    {
        "statuses": [200] * 10,
        "calls": {"GET /items/{id} 2xx": "10"},
        "components": {"page": "10"},
        "routes": ["GET /items/{id}"],
        "refused": True,
        "silent": True,
    },
)
