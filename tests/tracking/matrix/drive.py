"""Drives applications in process and reads back what the tracker wrote: with nothing but the standard library.

Runs in environments that hold a framework and nothing else. A request is "METHOD /path"; "WEBSOCKET /path" connects
and leaves. A scenario ends with `compare`, which prints what was found beside what was expected.
"""

import asyncio
import io
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from auditor.tracking import shared

DIRECTORY = Path(sys.argv[1])
"""Where the file sink of this run writes."""


def asgi(app: Any, requests: Iterable[str]) -> list[int]:
    """Start an ASGI application, send requests, stop it; return the statuses (101: a WebSocket was accepted)."""
    return asyncio.run(_serve(app, list(requests)))


async def _serve(app: Any, requests: list[str]) -> list[int]:
    incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outgoing: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    await incoming.put({"type": "lifespan.startup"})
    running = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, incoming.get, outgoing.put))
    await asyncio.wait([running, asyncio.create_task(outgoing.get())], return_when=asyncio.FIRST_COMPLETED)
    statuses = [await _one(app, *request.split(" ")) for request in requests]
    await incoming.put({"type": "lifespan.shutdown"})
    with suppress(ValueError):  # Django has no lifespan
        await running
    return statuses


async def _one(app: Any, method: str, path: str) -> int:
    kind = "websocket" if method == "WEBSOCKET" else "http"
    path, _, query = path.partition("?")
    scope = {
        "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "server": ("testserver", 80),
        "client": ("127.0.0.1", 1), "headers": [(b"host", b"testserver")], "subprotocols": [],
    }  # fmt: skip
    if kind == "http":
        scope["method"] = method
    received = iter(
        [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": 1000}]
        if kind == "websocket"
        else [{"type": "http.request", "body": b"", "more_body": False}]
    )
    statuses: list[int] = []
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        message = next(received, None)
        if message is None:
            await answered.wait()
            message = {"type": "http.disconnect"}
        return message

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()
        known = {"http.response.start": message.get("status"), "websocket.accept": 101, "websocket.close": 403}
        if message["type"] in known:
            statuses.append(known[message["type"]])

    try:
        await app(scope, receive, send)
    except RuntimeError as error:
        if "on purpose" not in str(error):
            raise
    return statuses[0]


def wsgi(app: Callable[..., Iterable[bytes]], requests: Iterable[str]) -> list[int]:
    """Send requests to a WSGI application; return the statuses."""
    return [_call(app, *request.split(" ")) for request in requests]


def _call(app: Callable[..., Iterable[bytes]], method: str, path: str) -> int:
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "testserver", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    statuses: list[int] = []

    def start_response(status: str, headers: object, error: object = None) -> Callable[[bytes], object]:
        statuses.append(int(status.split(" ")[0]))
        return lambda data: None

    body = app(environ, start_response)
    try:
        for _ in body:
            pass
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return statuses[-1]


def recorded(kind: str) -> dict[str, int]:
    """Return what the file sink holds of a kind ("calls", "tasks", …), summed: field -> count."""
    totals: dict[str, int] = {}
    for record in _records():
        for fields in record.get(kind, {}).values():
            if isinstance(fields, dict):
                for field, count in fields.items():
                    totals[field] = totals.get(field, 0) + count
    return totals


def routes() -> dict[str, str]:
    """Return the route table that was published last: usage key -> handler, and "handler < shadowed handler"."""
    tables = [record["routes"] for record in _records() if record["kind"] == "routes"]
    return {
        key: " < ".join([route["handler"], *(other["handler"] for other in route["shadowed"])])
        for key, route in (tables[-1] if tables else {}).items()
    }


def registered() -> dict[str, str]:
    """Return the names that were published last, besides routes: "KIND NAME" -> handler."""
    tables = [record["registered"] for record in _records() if record["kind"] == "registered"]
    return {field: record["handler"] for table in tables for field, record in sorted(table.items())}


def _records() -> list[dict[str, Any]]:
    shared.close_all()
    files = sorted(DIRECTORY.rglob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Print both as JSON, for the test that started this scenario."""
    sys.stdout.write(json.dumps({"found": found, "expected": expected}) + "\n")


def expect_requests(requests: dict[str, tuple[int, str]], statuses: list[int], handlers: dict[str, str]) -> None:
    """Compare requests ("GET /users/1" -> status and counted field) and route tables with what was found.

    The application must still be there: nobody publishes the routes of one that is gone.
    """
    calls: dict[str, int] = {}
    for _, field in requests.values():
        calls[field] = calls.get(field, 0) + 1
    compare(
        {"statuses": dict(zip(requests, statuses, strict=True)), "calls": recorded("calls"), "routes": routes()},
        {"statuses": {asked: status for asked, (status, _) in requests.items()}, "calls": calls, "routes": handlers},
    )
