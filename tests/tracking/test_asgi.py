"""The middleware around real applications, driven in process: which key, which class, who serves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, WebSocket, WebSocketDisconnect
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import PlainTextResponse, StreamingResponse
from fastapi.testclient import TestClient
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.routing import Host, Mount, Route, Router

from auditor.tracking import shared
from auditor.tracking.asgi import UsageMiddleware


def users() -> APIRouter:
    router = APIRouter(prefix="/users")

    @router.get("/{id}")
    def get_user(id: int) -> int:
        return id

    @router.get("")
    def list_users() -> list[int]:
        return []

    return router


@pytest.mark.parametrize("outside", [False, True])
def test_a_template_has_the_prefix_of_every_router(track: Any, outside: bool) -> None:
    app, v1, v2, shared = FastAPI(), APIRouter(prefix="/v1"), APIRouter(prefix="/v2"), users()
    v1.include_router(shared)
    v2.include_router(shared, prefix="/deep")
    app.include_router(v1, prefix="/api")
    app.include_router(v2, prefix="/api")
    tracked = track(app, outside)
    assert tracked.drive("GET /api/v1/users/3", "GET /api/v2/deep/users/3", "GET /api/v2/deep/users/4",
                         "GET /api/v1/users") == [200] * 4  # fmt: skip
    assert tracked.calls == {
        "GET /api/v1/users 2xx": 1, "GET /api/v1/users/{id} 2xx": 1, "GET /api/v2/deep/users/{id} 2xx": 2,
    }  # fmt: skip
    assert set(tracked.routes) == {
        "GET /api/v1/users", "GET /api/v1/users/{id}", "GET /api/v2/deep/users", "GET /api/v2/deep/users/{id}",
    }  # fmt: skip


@pytest.mark.parametrize("outside", [False, True])
def test_of_two_handlers_on_one_path_the_first_serves_and_the_table_says_so(track: Any, outside: bool) -> None:
    app, first, second = FastAPI(), APIRouter(prefix="/pam"), APIRouter(prefix="/pam")

    @first.post("/{chat}")
    def chat_enhanced(chat: str) -> str:
        return "first"

    @second.post("/{session}")
    def chat_simple(session: str) -> str:
        return "second"

    app.include_router(first)
    app.include_router(second)
    tracked = track(app, outside)
    tracked.drive("POST /pam/x")
    assert tracked.calls == {"POST /pam/{chat} 2xx": 1}
    (key,) = tracked.routes
    record = tracked.routes[key]
    assert key == "POST /pam/{chat}"
    assert record["handler"].endswith("<locals>.chat_enhanced")
    assert record["file"] == __file__
    assert record["line"] == chat_enhanced.__code__.co_firstlineno
    assert record["version"] == "v1"
    assert [other["handler"].rpartition(".")[2] for other in record["shadowed"]] == ["chat_simple"]


def test_a_router_included_twice_does_not_shadow_itself(track: Any) -> None:
    app, router = FastAPI(), users()
    app.include_router(router)
    app.include_router(router)
    tracked = track(app)
    tracked.drive("GET /users/1")
    assert all(record["shadowed"] == [] for record in tracked.routes.values())


def nested() -> FastAPI:
    app, admin, tenant = FastAPI(), FastAPI(), FastAPI()

    @app.get("/users/{id}")
    def outer(id: int) -> int:
        return id

    @admin.get("/users/{id}")
    def inner(id: int) -> int:
        return id

    @tenant.get("/leaf")
    def leaf() -> int:
        return 1

    admin.mount("/of/{tenant}", tenant)
    app.mount("/admin", CORSMiddleware(admin, allow_origins=["*"]))
    return app


@pytest.mark.parametrize("outside", [False, True])
def test_mounted_applications_keep_their_mounts_templates(track: Any, outside: bool) -> None:
    tracked = track(nested(), outside)
    tracked.drive("GET /users/1", "GET /admin/users/1", "GET /admin/of/acme/leaf", "GET /admin/of/umbrella/leaf")
    assert tracked.calls == {
        "GET /admin/of/{tenant}/leaf 2xx": 2, "GET /admin/users/{id} 2xx": 1, "GET /users/{id} 2xx": 1,
    }  # fmt: skip
    assert tracked.routes["GET /admin/of/{tenant}/leaf"]["handler"].endswith("leaf")


def test_a_tracker_inside_a_mounted_application_knows_where_it_is_mounted(track: Any) -> None:
    app, sub = FastAPI(), FastAPI()
    sub.include_router(users())
    app.mount("/tenants/{name}/api", sub)
    tracked = track(sub)
    tracked.app = app
    tracked.drive("GET /tenants/acme/api/users/1", "GET /tenants/umbrella/api/users/1")
    assert tracked.calls == {"GET /tenants/{name}/api/users/{id} 2xx": 2}
    assert "GET /tenants/{name}/api/users" in tracked.routes


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize("declared", ["", "/proxied"])
@pytest.mark.filterwarnings("ignore:The `root_path` parameter")
def test_the_deployments_root_path_is_no_part_of_the_template(track: Any, outside: bool, declared: str) -> None:
    app = FastAPI(root_path=declared)
    app.include_router(users())
    app.mount("/admin", nested())
    tracked = track(app, outside)
    statuses = tracked.drive("GET /proxied/users/1", "GET /proxied/admin/admin/users/1", "GET /users/1",
                             root_path="" if declared else "/proxied")  # fmt: skip
    assert statuses == [200, 200, 200]
    assert tracked.calls == {"GET /admin/admin/users/{id} 2xx": 1, "GET /users/{id} 2xx": 2}


def test_two_applications_under_one_name_publish_both_tables(track: Any) -> None:
    one, two = FastAPI(), outcomes()
    one.include_router(users())
    tracked, other = track(one), track(two)
    tracked.drive("GET /users/1")
    other.drive("GET /items/1")
    assert set(tracked.routes) == {"GET /items/{id}", "GET /users", "GET /users/{id}"}


def test_the_tracker_mounted_twice_counts_once(track: Any, tmp_path: Path) -> None:
    app, sub = FastAPI(), FastAPI()
    sub.include_router(users())
    sub.add_middleware(UsageMiddleware, app_name="shop", sink=f"file://{tmp_path}")
    app.mount("/sub", sub)
    tracked = track(app)
    tracked.drive("GET /sub/users/1")
    assert tracked.calls == {"GET /sub/users/{id} 2xx": 1}


def outcomes() -> FastAPI:
    app = FastAPI()

    @app.get("/items/{id}")
    def item(id: int) -> int:
        if id == 404:
            raise HTTPException(404)
        return 1 // id

    return app


@pytest.mark.parametrize(("outside", "failed"), [(False, "err"), (True, "5xx")])
def test_outcomes_keep_their_class(track: Any, outside: bool, failed: str) -> None:
    tracked = track(outcomes(), outside)
    statuses = tracked.drive("GET /items/1", "GET /items/404", "GET /items/x", "GET /items/0", "DELETE /items/1",
                             "BREW /items/1", "GET /wp-admin.php", "BREW /other", "GET /items/1/")  # fmt: skip
    assert statuses == [200, 404, 422, 500, 405, 405, 404, 404, 307]
    assert tracked.calls == {
        "(unmatched) 3xx": 1, "(unmatched) 4xx": 2, "DELETE /items/{id} 4xx": 1, "GET /items/{id} 2xx": 1,
        "GET /items/{id} 4xx": 2, f"GET /items/{{id}} {failed}": 1, "OTHER /items/{id} 4xx": 1,
    }  # fmt: skip


def test_a_head_request_is_no_call_of_a_get_that_refuses_it(track: Any) -> None:
    app = outcomes()
    app.router.routes.append(Route("/page", lambda request: PlainTextResponse("page")))
    tracked = track(app)
    assert tracked.drive("HEAD /items/1", "HEAD /page") == [405, 200]
    assert tracked.calls == {"GET /page 2xx": 1, "HEAD /items/{id} 4xx": 1}
    assert set(tracked.routes) == {"GET /items/{id}", "GET /page"}


def test_scanners_cannot_create_keys(track: Any) -> None:
    tracked = track(outcomes())
    tracked.drive(*(f"GET /{n}/.env" for n in range(50)), *(f"M{n} /items/1" for n in range(50)))
    assert tracked.calls == {"(unmatched) 4xx": 50, "OTHER /items/{id} 4xx": 50}


def test_one_handler_on_two_paths_is_told_apart(track: Any) -> None:
    app = FastAPI()

    def same() -> int:
        return 1

    app.get("/a")(same)
    app.post("/b")(same)
    app.get("/c/{x}")(same)
    tracked = track(app)
    tracked.drive("GET /a", "POST /b", "GET /c/1", "POST /a")
    assert tracked.calls == {"GET /a 2xx": 1, "GET /c/{x} 2xx": 1, "POST /a 4xx": 1, "POST /b 2xx": 1}


def test_plain_starlette_classes_hosts_and_foreign_applications(track: Any) -> None:
    class Things(HTTPEndpoint):
        async def get(self, request: Request) -> PlainTextResponse:
            return PlainTextResponse("x")

    async def legacy(scope: Any, receive: Any, send: Any) -> None:
        await PlainTextResponse("legacy")(scope, receive, send)

    def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("page")

    app = FastAPI(openapi_url=None)
    app.router.routes += [
        Route("/things/{id:int}", Things),
        Mount("/old", app=legacy),
        Host("{tenant}.example.org", Router([Route("/page", page)])),
        Mount("/pages", routes=[Route("/page", page)]),
    ]
    tracked = track(app)
    tracked.drive("GET /things/1", "HEAD /things/1", "GET /old/x/y", "POST /old/z", "GET /pages/page")
    tracked.drive("GET /page", host="acme.example.org:8000")
    assert tracked.calls == {
        "ANY /old/{path:path} 2xx": 2, "GET /pages/page 2xx": 1, "GET /things/{id:int} 2xx": 2,
        "GET {tenant}.example.org/page 2xx": 1,
    }  # fmt: skip
    routes = tracked.routes
    assert routes["GET /things/{id:int}"]["handler"].endswith("Things")
    assert routes["ANY /old/{path:path}"]["handler"].endswith("legacy")
    assert set(routes) == {"ANY /old/{path:path}", "GET /pages/page", "GET /things/{id:int}",
                           "GET {tenant}.example.org/page"}  # fmt: skip


def test_the_frameworks_own_pages_are_counted_but_not_published(track: Any) -> None:
    tracked = track(outcomes())
    tracked.drive("GET /docs")
    assert tracked.calls == {"GET /docs 2xx": 1}
    assert set(tracked.routes) == {"GET /items/{id}"}


def test_a_middleware_that_hides_the_scope_does_not_make_routes_look_unused(track: Any) -> None:
    class Copying:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.app(dict(scope), receive, send)

    app = outcomes()
    app.add_middleware(Copying)
    tracked = track(app)
    tracked.drive("GET /items/1", "GET /items/0", "GET /nothing")
    assert tracked.calls == {"(unmatched) 4xx": 1, "GET /items/{id} 2xx": 1, "GET /items/{id} err": 1}


def test_routes_added_later_are_found_and_published(track: Any) -> None:
    app = outcomes()
    tracked = track(app)
    tracked.drive("GET /items/1")
    app.get("/late/{x}")(lambda x: x)
    tracked.drive("GET /late/1")
    assert tracked.calls == {"GET /items/{id} 2xx": 1, "GET /late/{x} 2xx": 1}
    assert "GET /late/{x}" in tracked.routes


def test_routes_added_later_and_never_called_are_published_too(track: Any) -> None:
    app = outcomes()
    tracked = track(app, flush_interval=0.05)
    tracked.drive("GET /items/1")
    app.include_router(users())

    async def wait() -> None:
        await asyncio.sleep(0.4)

    asyncio.run(wait())
    assert "GET /users/{id}" in tracked.routes


def test_streams_are_counted_when_they_start_and_background_tasks_run(track: Any) -> None:
    app = FastAPI()
    ran: list[int] = []
    seen: list[dict[str, int]] = []

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"a"
            (own,) = shared._shared.values()
            seen.extend(dict(bucket) for bucket in own._buckets.values())
            yield b"b"

        return StreamingResponse(chunks())

    @app.get("/later")
    def later(tasks: BackgroundTasks) -> int:
        tasks.add_task(ran.append, 1)
        return 1

    tracked = track(app, flush_interval=60)
    assert tracked.drive("GET /stream", "GET /later") == [200, 200]
    assert {"GET /stream 2xx": 1} in seen
    assert ran == [1]
    assert tracked.calls == {"GET /later 2xx": 1, "GET /stream 2xx": 1}


def test_websockets_are_counted_when_they_are_accepted_or_refused(track: Any) -> None:
    app = FastAPI()

    @app.websocket("/ws/{room}")
    async def room(socket: WebSocket, room: str) -> None:
        if room == "closed":
            await socket.close()
            return
        await socket.accept()
        await socket.send_text(await socket.receive_text())
        await socket.close()

    tracked = track(app)
    with TestClient(tracked.app) as client:
        with client.websocket_connect("/ws/open") as socket:
            socket.send_text("hello")
            assert socket.receive_text() == "hello"
        for path in ("/ws/closed", "/nowhere"):
            with pytest.raises(WebSocketDisconnect), client.websocket_connect(path):
                pass
    assert tracked.calls == {"(unmatched) 4xx": 1, "WEBSOCKET /ws/{room} 1xx": 1, "WEBSOCKET /ws/{room} 4xx": 1}
    assert "WEBSOCKET /ws/{room}" in tracked.routes


@pytest.mark.parametrize("outside", [False, True])
def test_the_lifespan_passes_through_publishes_and_delivers(
    track: Any, records: Any, tmp_path: Path, outside: bool
) -> None:
    happened: list[str] = []

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, int]]:
        app.include_router(users())
        happened.append("started")
        yield {"state": 1}
        happened.append("ended")

    tracked = track(FastAPI(lifespan=lifespan), outside, flush_interval=60)
    with TestClient(tracked.app) as client:
        assert client.get("/users/1").status_code == 200
    assert happened == ["started", "ended"]
    flushes = [record for record in records(tmp_path) if record["kind"] == "flush"]
    assert flushes[-1]["closed"]
    assert flushes[-1]["minutes"]
    assert tracked.calls == {"GET /users/{id} 2xx": 1}
    assert set(tracked.routes) == {"GET /users", "GET /users/{id}"}


def test_an_application_that_nobody_asks_is_watched(track: Any) -> None:
    tracked = track(outcomes())
    with TestClient(tracked.app):
        pass
    assert tracked.minutes()
    assert tracked.calls == {}
    assert set(tracked.routes) == {"GET /items/{id}"}


def test_without_a_sink_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    app = outcomes()
    app.add_middleware(UsageMiddleware, app_name="shop")
    assert TestClient(app).get("/items/1").status_code == 200
    assert not shared._shared


def test_the_environment_gives_what_arguments_do_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, totals: Any, records: Any
) -> None:
    monkeypatch.setenv("AUDITOR_APP", "from-env")
    monkeypatch.setenv("AUDITOR_SINK", f"file://{tmp_path}")
    monkeypatch.setenv("AUDITOR_VERSION", "abc")
    app = outcomes()
    app.add_middleware(UsageMiddleware)
    TestClient(app).get("/items/1")
    shared.close_all()
    assert totals(tmp_path / "from-env") == {"GET /items/{id} 2xx": 1}
    assert {record["version"] for record in records(tmp_path)} == {"abc"}


@pytest.mark.parametrize(
    "wrong", [{"sink": "mysql://x"}, {"app_name": "a/b"}, {"app_name": ""}, {"flush_interval": 0}, {"max_keys": 0}]
)
def test_wrong_settings_are_logged_and_never_raised(track: Any, tracker_log: Any, wrong: dict[str, Any]) -> None:
    tracked = track(outcomes(), **wrong)
    assert tracked.drive("GET /items/1") == [200]
    assert any("not tracked" in message for message in tracker_log.messages)
    assert not shared._shared


def test_switching_off_stops_at_once_and_on_again(track: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tracked = track(outcomes())
    tracked.drive("GET /items/1")
    monkeypatch.setenv("AUDITOR_TRACKING", "off")
    tracked.drive("GET /items/1", "GET /items/1")
    monkeypatch.setenv("AUDITOR_TRACKING", "on")
    tracked.drive("GET /items/1")
    assert tracked.calls == {"GET /items/{id} 2xx": 2}


def test_off_from_the_start_leaves_no_trace(track: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AUDITOR_TRACKING", "off")
    tracked = track(outcomes())
    assert tracked.drive("GET /items/1") == [200]
    shared.close_all()
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_of_the_tracker_is_lost_counts_not_an_error(track: Any, tmp_path: Path, records: Any) -> None:
    class Nasty:
        path = "/nasty"
        methods = ("GET",)

        @property
        def endpoint(self) -> Any:
            raise RuntimeError("nasty")

        def matches(self, scope: Any) -> Any:
            from starlette.routing import Match

            return Match.NONE, {}

    app = outcomes()
    app.router.routes.append(Nasty())  # type: ignore[arg-type]  # the point
    tracked = track(app)
    assert tracked.drive("GET /items/1") == [200]
    shared.close_all()
    lost = [count for record in records(tmp_path) for count in record.get("lost", {}).values()]
    assert sum(lost) == 1
