"""What the middleware does when it is asked to: probes and bots apart, durations, users, templates that are told."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, HTTPException, Request, WebSocket
from fastapi.testclient import TestClient

from auditor.tracking import layout

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


def shop() -> FastAPI:
    app = FastAPI()

    @app.get("/orders/{id}")
    def order(id: int) -> int:
        return 1 // id

    @app.post("/orders")
    def create() -> int:
        return 1

    @app.get("/healthz")
    def health() -> int:
        return 1

    @app.get("/internal/warm")
    def warm() -> int:
        return 1

    return app


def test_probes_and_bots_are_counted_apart(track: Any) -> None:
    tracked = track(shop(), probes=["our-monitor", "/internal/warm"])
    for agent in ("kube-probe/1.29", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                  "our-monitor/1", CHROME):  # fmt: skip
        tracked.drive("GET /orders/1", "POST /orders", "GET /nothing", headers={"User-Agent": agent})
    tracked.drive("GET /healthz", "GET /internal/warm", headers={"User-Agent": "curl/8.5.0"})
    assert tracked.counts("calls") == {"(unmatched) 4xx": 1, "GET /orders/{id} 2xx": 1, "POST /orders 2xx": 3}
    assert tracked.counts("bots") == {"(unmatched) 4xx": 1, "GET /orders/{id} 2xx": 1}
    assert tracked.counts("probes") == {
        "(unmatched) 4xx": 2, "GET /healthz 2xx": 1, "GET /internal/warm 2xx": 1, "GET /orders/{id} 2xx": 2,
        "POST /orders 2xx": 1,
    }  # fmt: skip


def test_probes_and_bots_are_no_last_use(track: Any, tmp_path: Any, records: Any) -> None:
    tracked = track(shop())
    tracked.drive("GET /healthz", "GET /orders/1", headers={"User-Agent": "kube-probe/1.29"})
    assert sum(tracked.counts("probes").values()) == 2
    assert all(record.get("last", {}) == {} for record in records(tmp_path))


def test_durations_are_counted_in_buckets_of_calls_alone(track: Any) -> None:
    app = shop()

    @app.get("/slow")
    async def slow() -> int:
        await asyncio.sleep(0.05)
        return 1

    tracked = track(app, durations=True)
    begin = time.perf_counter()
    tracked.drive("GET /slow", "GET /slow", "GET /nothing")
    tracked.drive("GET /slow", headers={"User-Agent": "kube-probe/1.29"})
    passed = time.perf_counter() - begin
    fields = tracked.counts("durations")
    sums = {
        field: count for field, count in fields.items() if field == layout.duration_field("calls", "GET /slow", "sum")
    }
    (took,) = sums.values()
    assert 0.1e6 <= took <= passed * 1e6
    assert sum(count for field, count in fields.items() if field not in sums) == 2
    assert all(field.endswith(" GET /slow") for field in fields)


def test_without_asking_nothing_beside_is_counted(track: Any) -> None:
    tracked = track(shop())
    tracked.drive("GET /orders/1", "GET /orders/1")
    assert tracked.counts("durations") == {}
    assert tracked.users() == {}
    assert tracked.counts("calls") == {"GET /orders/{id} 2xx": 2}


def test_users_are_sketched_not_stored(track: Any, tmp_path: Any) -> None:
    app = shop()

    @app.middleware("http")
    async def authenticate(request: Request, call_next: Any) -> Any:
        request.scope["user-id"] = request.headers.get("x-user")
        return await call_next(request)

    tracked = track(app, user=lambda scope: scope["user-id"])
    for number in range(20):
        tracked.drive("GET /orders/1", "POST /orders", headers={"X-User": f"secret-{number % 5}"})
    tracked.drive("GET /orders/1", "GET /nothing", headers={"X-User": ""})
    assert tracked.users() == {"GET /orders/{id}": 5, "POST /orders": 5}
    assert all("secret" not in file.read_text() for file in tmp_path.rglob("*.jsonl"))


def test_a_number_is_a_user(track: Any) -> None:
    tracked = track(shop(), user=lambda scope: 17)
    tracked.drive("GET /orders/1", "GET /orders/1")
    assert tracked.users() == {"GET /orders/{id}": 1}


async def slow_user(scope: Any) -> str:
    return "x"


def no_user(scope: Any) -> str:
    raise KeyError("user")


@pytest.mark.parametrize("wrong", [no_user, slow_user, lambda scope: object(), "not a function"])
def test_a_user_that_cannot_be_told_loses_nothing(track: Any, tracker_log: Any, wrong: Any) -> None:
    tracked = track(shop(), user=wrong)
    assert tracked.drive("GET /orders/1", "GET /orders/1") == [200, 200]
    assert tracked.counts("calls") == {"GET /orders/{id} 2xx": 2}
    assert tracked.users() == {}
    assert tracked.lost() == 0
    assert len([message for message in tracker_log.messages if "user" in message]) == 1


@pytest.mark.parametrize("wrong", [{"probes": 5}, {"probes": [5]}, {"template": "x"}])
def test_wrong_options_are_logged_and_never_raised(track: Any, tracker_log: Any, wrong: dict[str, Any]) -> None:
    tracked = track(shop(), **wrong)
    assert tracked.drive("GET /orders/1") == [200]
    assert ["not tracked" in message for message in tracker_log.messages] == [True]


async def foreign(scope: Any, receive: Any, send: Any) -> None:
    """An application of no framework: answers by its path."""
    if scope["type"] == "http":
        status = {"/gone": 404, "/broken": 500}.get(scope["path"], 200)
        scope["chosen"] = None if status == 404 else f"/{scope['path'].split('/')[1]}/<id>"
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def test_a_function_tells_templates_and_handlers(track: Any) -> None:
    def template(scope: Any) -> Any:
        return (scope["chosen"], foreign) if scope["chosen"] else None

    tracked = track(foreign, outside=True, template=template)
    tracked.drive("GET /a/1", "GET /a/2", "HEAD /b/1", "BREW /a/1", "GET /gone", "GET /broken")
    assert tracked.counts("calls") == {
        "(unmatched) 4xx": 1, "GET /a/<id> 2xx": 2, "GET /broken/<id> 5xx": 1, "HEAD /b/<id> 2xx": 1,
        "OTHER /a/<id> 2xx": 1,
    }  # fmt: skip
    assert tracked.routes["GET /a/<id>"]["handler"].endswith(":foreign")
    assert tracked.minutes()


def test_a_function_that_tells_paths_cannot_fill_the_memory(track: Any, tracker_log: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("auditor.tracking.told_routes._MOST_TEMPLATES", 10)
    tracked = track(foreign, outside=True, template=lambda scope: scope["path"])
    tracked.drive(*(f"GET /{number}" for number in range(20)))
    counts = tracked.counts("calls")
    assert len(counts) == 11
    assert counts["(unmatched) 2xx"] == 10
    assert any("templates, not paths" in message for message in tracker_log.messages)


@pytest.mark.parametrize("wrong", [lambda scope: scope["none"], lambda scope: 5])
def test_a_function_that_cannot_tell_is_lost_counts_not_an_error(track: Any, wrong: Any) -> None:
    tracked = track(foreign, outside=True, template=wrong)
    assert tracked.drive("GET /a/1", "GET /a/2") == [200, 200]
    assert tracked.lost() == 2


def test_what_routes_cannot_be_seen_is_said_once_and_proves_nothing(track: Any, tracker_log: Any) -> None:
    tracked = track(foreign, outside=True)
    assert tracked.drive("GET /a/1", "GET /b/1", "GET /gone") == [200, 200, 404]
    assert tracked.counts("calls") == {"(unmatched) 2xx": 2, "(unmatched) 4xx": 1}
    assert tracked.minutes() == []
    assert len([message for message in tracker_log.messages if "template=" in message]) == 1


def test_what_the_framework_says_in_the_scope_is_taken(track: Any) -> None:
    async def litestar(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != "/gone":
            scope["path_template"] = "/items/{id}"
        await foreign(scope, receive, send)

    tracked = track(litestar, outside=True)
    tracked.drive("GET /items/1", "GET /gone", "GET /items/2")
    assert tracked.counts("calls") == {"(unmatched) 4xx": 1, "GET /items/{id} 2xx": 2}


def test_options_work_for_websockets(track: Any) -> None:
    app = shop()

    @app.websocket("/ws/{room}")
    async def room(socket: WebSocket, room: str) -> None:
        await socket.accept()
        await socket.close()

    tracked = track(app, durations=True, user=lambda scope: "one")
    with TestClient(tracked.app) as client, client.websocket_connect("/ws/a"):
        pass
    assert tracked.counts("calls") == {"WEBSOCKET /ws/{room} 1xx": 1}
    assert tracked.users() == {"WEBSOCKET /ws/{room}": 1}


def test_requests_that_were_decided_before_are_told_apart_as_ever(track: Any) -> None:
    app = FastAPI(openapi_url=None)

    def order(id: int) -> int:
        if id == 9:
            raise HTTPException(404)
        return id

    app.get("/orders/{id}")(order)
    app.delete("/orders/{id}")(order)
    tracked = track(app)
    for _ in range(3):
        for agent in ("Mozilla/5.0 (X11; Linux x86_64)", "kube-probe/1.29", "Googlebot/2.1"):
            tracked.drive("GET /orders/1", "GET /orders/9", "GET /orders/x", "DELETE /orders/2", "PUT /orders/1",
                          headers={"User-Agent": agent})  # fmt: skip
    calls = {
        "GET /orders/{id} 2xx": 3,
        "GET /orders/{id} 4xx": 6,
        "DELETE /orders/{id} 2xx": 9,
        "PUT /orders/{id} 4xx": 9,
    }
    assert tracked.calls == dict(sorted(calls.items()))
    apart = {"GET /orders/{id} 2xx": 3, "GET /orders/{id} 4xx": 6}
    assert tracked.counts("probes") == tracked.counts("bots") == apart


def test_any_number_of_user_agents_is_counted(track: Any) -> None:
    app = FastAPI(openapi_url=None)
    app.get("/a")(lambda: 1)
    tracked = track(app)

    async def many() -> None:
        transport = httpx.ASGITransport(tracked.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            for number in range(4100):
                await client.get("/a", headers={"User-Agent": f"client/{number}"})

    asyncio.run(many())
    assert tracked.calls == {"GET /a 2xx": 4100}


def test_a_handler_that_moved_is_counted_where_it_is(track: Any) -> None:
    app = FastAPI(openapi_url=None)

    def moving() -> int:
        return 1

    app.get("/old")(moving)
    tracked = track(app, flush_interval=0.05)
    tracked.drive("GET /old", "GET /old", "GET /old")
    app.router.routes.clear()
    app.get("/new")(moving)
    asyncio.run(asyncio.sleep(0.5))  # the routes are read again before each delivery
    tracked.drive("GET /new", "GET /new")
    assert tracked.calls == {"GET /new 2xx": 2, "GET /old 2xx": 3}
