"""The middleware among others: what answers before the routes, hides, cancels, mounts, rewrites or raises around it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter, BackgroundTasks, Depends, FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import PlainTextResponse, StreamingResponse
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles

from auditor.tracking.asgi import UsageMiddleware
from tests.tracking.asgi_driver import Tracked

Both = pytest.mark.parametrize("outside", [False, True])


def leaf(name: str = "leaf") -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get(f"/{name}/{{id}}")
    def get(id: int) -> int:
        return 1 // id

    return app


async def call(app: Any, **changes: Any) -> list[Any]:
    """Call an application as a plain server would; return the messages it sent."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/leaf/1", "query_string": b"", "headers": [], **changes}
    await app(scope, receive, send)
    return sent


@Both
def test_a_preflight_is_no_use_of_a_route(track: Any, outside: bool) -> None:
    app = leaf()
    app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"])
    tracked = track(app, outside)
    asked = {"Origin": "http://a", "Access-Control-Request-Method": "GET"}
    assert tracked.drive("OPTIONS /leaf/1", headers=asked) == [200]
    assert tracked.drive("GET /leaf/1", headers={"Origin": "http://a"}) == [200]
    assert tracked.calls == {"(unmatched) 2xx": 1, "GET /leaf/{id} 2xx": 1}


def test_within_cors_only_what_passes_is_seen(track: Any) -> None:
    tracked = track(leaf())
    tracked.app.add_middleware(CORSMiddleware, allow_origins=["*"])
    tracked.drive("OPTIONS /leaf/1", headers={"Origin": "http://a", "Access-Control-Request-Method": "GET"})
    tracked.drive("GET /leaf/1", headers={"Origin": "http://a"})
    assert tracked.calls == {"GET /leaf/{id} 2xx": 1}


@Both
def test_gzip_and_http_middleware_around_change_nothing(track: Any, outside: bool) -> None:
    app = leaf()
    app.add_middleware(GZipMiddleware, minimum_size=1)

    @app.middleware("http")
    async def timing(request: Request, call_next: Any) -> Any:
        return await call_next(request)

    tracked = track(app, outside)
    assert tracked.drive("GET /leaf/1", "GET /leaf/x", "GET /leaf/0", "GET /none") == [200, 422, 500, 404]
    failed = "5xx" if outside else "err"
    assert tracked.calls == {
        "(unmatched) 4xx": 1, "GET /leaf/{id} 2xx": 1, "GET /leaf/{id} 4xx": 1, f"GET /leaf/{{id}} {failed}": 1,
    }  # fmt: skip


@Both
def test_what_is_refused_before_the_routes_is_told_by_its_path(track: Any, outside: bool) -> None:
    app = leaf()

    @app.middleware("http")
    async def refuse(request: Request, call_next: Any) -> Any:
        return PlainTextResponse("who?", 401)

    tracked = track(app, outside)
    tracked.drive("GET /leaf/1", "POST /leaf/1", "GET /none", "PURGE /leaf/1")
    assert tracked.calls == {"(unmatched) 4xx": 3, "GET /leaf/{id} 4xx": 1}


@Both
def test_exception_handlers_and_dependencies_answer_for_the_route(track: Any, outside: bool) -> None:
    class TeapotError(Exception):
        pass

    def refuse() -> None:
        raise HTTPException(401)

    app = FastAPI()

    app.add_exception_handler(TeapotError, lambda request, error: PlainTextResponse("short", 418))
    app.add_exception_handler(404, lambda request, error: PlainTextResponse("page", 200))

    @app.get("/pot")
    def pot() -> None:
        raise TeapotError

    @app.get("/closed", dependencies=[Depends(refuse)])
    def closed() -> None: ...

    tracked = track(app, outside)
    assert tracked.drive("GET /pot", "GET /closed", "GET /missing") == [418, 401, 200]
    assert tracked.calls == {"(unmatched) 2xx": 1, "GET /closed 4xx": 1, "GET /pot 4xx": 1}


def test_what_fails_after_the_response_began_is_counted_once(track: Any) -> None:
    app = FastAPI()

    def fail() -> None:
        raise RuntimeError("later")

    @app.get("/later")
    def later(tasks: BackgroundTasks) -> int:
        tasks.add_task(fail)
        return 1

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def chunks() -> AsyncIterator[bytes]:
            yield b"a"
            raise RuntimeError("cut")

        return StreamingResponse(chunks())

    tracked = track(app)
    tracked.drive("GET /later", "GET /stream")
    assert tracked.calls == {"GET /later 2xx": 1, "GET /stream 2xx": 1}


@Both
def test_a_request_whose_client_went_away_was_a_use(track: Any, outside: bool) -> None:
    app = FastAPI()
    begun = asyncio.Event()

    @app.get("/slow")
    async def slow() -> None:
        begun.set()
        await asyncio.sleep(60)

    tracked = track(app, outside, durations=True)

    async def go() -> None:
        task = asyncio.create_task(call(tracked.app, path="/slow"))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(go())
    assert tracked.calls == {"GET /slow 4xx": 1}
    assert tracked.counts("durations") == {}


def test_files_below_a_mount_share_its_key(track: Any, tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a")
    app = leaf()
    app.mount("/static", StaticFiles(directory=tmp_path / "static"))
    tracked = track(app)
    assert tracked.drive("GET /static/a.css", "GET /static/b.css", "HEAD /static/a.css") == [200, 404, 200]
    assert tracked.calls == {"ANY /static/{path:path} 2xx": 2, "ANY /static/{path:path} 4xx": 1}
    assert set(tracked.routes) == {"GET /leaf/{id}"}


@Both
def test_a_mounted_applications_own_refusals(track: Any, outside: bool) -> None:
    app = FastAPI()
    app.mount("/sub", leaf())
    tracked = track(app, outside)
    assert tracked.drive("GET /sub/none", "DELETE /sub/leaf/1", "GET /sub/leaf/1/", "GET /sub/") == [404, 405, 307, 404]
    assert tracked.calls == {"(unmatched) 3xx": 1, "(unmatched) 4xx": 2, "DELETE /sub/leaf/{id} 4xx": 1}


def test_a_mount_within_an_included_router_has_all_prefixes(track: Any) -> None:
    app, router = FastAPI(), APIRouter()
    router.mount("/sub", leaf())
    router.add_websocket_route("/ws", lambda socket: None)  # type: ignore[arg-type,return-value]  # never called
    app.include_router(router, prefix="/api")
    tracked = track(app)
    statuses = tracked.drive("GET /api/sub/leaf/1")
    assert tracked.calls == ({"GET /api/sub/leaf/{id} 2xx": 1} if statuses == [200] else {"(unmatched) 4xx": 1})
    assert "WEBSOCKET /api/ws" in tracked.routes


def test_one_handler_under_overlapping_paths_is_told_by_the_route_that_served(track: Any) -> None:
    app, router = FastAPI(), APIRouter()

    def same(id: str = "") -> str:
        return id

    router.get("/a/special")(same)
    router.get("/a/{id}")(same)
    router.post("/a/{id}")(same)
    app.include_router(router, prefix="/one")
    app.include_router(router, prefix="/two")
    tracked = track(app)
    tracked.drive("GET /one/a/special", "GET /one/a/1", "POST /two/a/special", "GET /two/a/2", "PUT /two/a/2")
    assert tracked.calls == {
        "GET /one/a/special 2xx": 1, "GET /one/a/{id} 2xx": 1, "GET /two/a/{id} 2xx": 1, "POST /two/a/{id} 2xx": 1,
        "PUT /two/a/{id} 4xx": 1,
    }  # fmt: skip


class Rewriting:
    """Takes the language off the path, as a middleware of an application may."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path", "").startswith("/de/"):
            scope = {**scope, "path": scope["path"][3:]}
        await self.app(scope, receive, send)


def test_behind_a_rewritten_path_the_route_that_served_is_told(track: Any) -> None:
    app = FastAPI()

    def same(id: str) -> str:
        return id

    app.get("/a/{id}")(same)
    app.get("/b/{id}")(same)
    tracked = track(app)
    tracked.app.add_middleware(Rewriting)
    tracked.drive("GET /de/b/1", "GET /de/a/1", "GET /b/1")
    assert tracked.calls == {"GET /a/{id} 2xx": 1, "GET /b/{id} 2xx": 2}


def test_methods_of_no_standard_are_counted_where_a_route_takes_them(track: Any) -> None:
    app = leaf()
    app.add_api_route("/files/{name}", lambda name: name, methods=["PROPFIND"])
    tracked = track(app)
    assert tracked.drive("PROPFIND /files/a", "PROPFIND /leaf/1", "PROPFIND /none") == [200, 405, 404]
    assert tracked.calls == {"(unmatched) 4xx": 1, "OTHER /leaf/{id} 4xx": 1, "PROPFIND /files/{name} 2xx": 1}
    assert "PROPFIND /files/{name}" in tracked.routes


def test_applications_behind_a_dispatcher_are_all_found(track: Any) -> None:
    one, two = leaf("one"), leaf("two")

    async def dispatch(scope: Any, receive: Any, send: Any) -> None:
        await (one if scope["path"].startswith("/one") else two)(scope, receive, send)

    tracked = track(dispatch, outside=True)
    tracked.drive("GET /one/1", "GET /two/1", "GET /two/2", "GET /one/x", "GET /three/1")
    assert tracked.calls == {
        "(unmatched) 4xx": 1, "GET /one/{id} 2xx": 1, "GET /one/{id} 4xx": 1, "GET /two/{id} 2xx": 2,
    }  # fmt: skip
    assert set(tracked.routes) == {"GET /one/{id}", "GET /two/{id}"}


def test_a_tracker_of_a_mount_knows_its_place_once(track: Any, tmp_path: Path, totals: Any, records: Any) -> None:
    settings = {"app_name": "shop", "sink": f"file://{tmp_path}"}
    inner = [Route("/page/{id}", lambda request: PlainTextResponse("page"))]
    mount = Mount("/sub", routes=inner, middleware=[Middleware(UsageMiddleware, **settings)])
    app = FastAPI(routes=[mount, Route("/other", lambda request: PlainTextResponse("other"))], openapi_url=None)
    tracked = Tracked(app, tmp_path, totals, records)
    tracked.drive("GET /sub/page/1", "GET /other", "GET /sub/none")
    assert tracked.calls == {"(unmatched) err": 1, "GET /sub/page/{id} 2xx": 1}  # a 404 passes as an exception here
    assert set(tracked.routes) == {"GET /sub/page/{id}"}


def test_a_tracker_of_one_route_watches_nothing(track: Any, tmp_path: Path, totals: Any, records: Any) -> None:
    settings = {"app_name": "shop", "sink": f"file://{tmp_path}"}
    page = Route(
        "/page", lambda request: PlainTextResponse("page"), middleware=[Middleware(UsageMiddleware, **settings)]
    )
    app = Router([page, Route("/other", lambda request: PlainTextResponse("other"))])
    tracked = Tracked(app, tmp_path, totals, records)
    tracked.drive("GET /page", "GET /other")
    assert tracked.minutes() == []
    assert sum(tracked.calls.values()) == 1


def test_headers_that_can_be_read_once_are_left_to_the_application(track: Any) -> None:
    app, seen = FastAPI(), []

    @app.get("/leaf/{id}")
    def get(request: Request) -> int:
        seen.append(dict(request.headers))
        return 1

    tracked = track(app)
    headers = [(b"user-agent", b"kube-probe/1.29"), (b"x-own", b"1")]
    asyncio.run(call(tracked.app, headers=iter(headers)))
    assert seen == [{"user-agent": "kube-probe/1.29", "x-own": "1"}]
    assert tracked.counts("probes") == {"GET /leaf/{id} 2xx": 1}


async def silent(scope: Any, receive: Any, send: Any) -> None:
    """An application that answers nothing."""


async def twice(scope: Any, receive: Any, send: Any) -> None:
    for status in (200, 500):
        await send({"type": "http.response.start", "status": status, "headers": []})


async def concurrent(scope: Any, receive: Any, send: Any) -> None:
    start = asyncio.create_task(send({"type": "http.response.start", "status": 200, "headers": []}))
    await asyncio.wait_for(start, 5)
    await asyncio.gather(send({"type": "http.response.body"}), send({"type": "http.response.body"}))


@pytest.mark.parametrize(("app", "counted", "sent"), [(silent, "err", 0), (twice, "2xx", 2), (concurrent, "2xx", 3)])
def test_strange_applications_are_passed_through(track: Any, app: Any, counted: str, sent: int) -> None:
    tracked = track(app, outside=True)
    assert len(asyncio.run(call(tracked.app))) == sent
    assert tracked.calls == {f"(unmatched) {counted}": 1}


@pytest.mark.parametrize("kind", ["startup", "shutdown"])
def test_a_lifespan_that_fails_fails_as_before(track: Any, kind: str) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": f"lifespan.{kind}.failed", "message": "no"})

    tracked = track(app, outside=True)
    assert asyncio.run(call(tracked.app, type="lifespan")) == [{"type": f"lifespan.{kind}.failed", "message": "no"}]


def test_what_is_no_request_is_passed_through(track: Any) -> None:
    tracked = track(silent, outside=True)
    assert asyncio.run(call(tracked.app, type="something.new")) == []
    assert tracked.calls == {}


def test_an_application_that_raises_what_is_no_exception(track: Any) -> None:
    class Exit(BaseException):
        pass

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise Exit

    tracked = track(app, outside=True)
    with pytest.raises(Exit):
        asyncio.run(call(tracked.app))
    assert tracked.calls == {"(unmatched) 4xx": 1}


def test_routes_that_are_removed_are_no_longer_published(track: Any) -> None:
    app = FastAPI(openapi_url=None)
    app.get("/a")(lambda: 1)
    app.get("/b")(lambda: 1)
    tracked = track(app, flush_interval=0.05)
    tracked.drive("GET /a")
    app.router.routes.pop()

    async def wait() -> None:
        await asyncio.sleep(0.3)

    asyncio.run(wait())
    assert set(tracked.routes) == {"GET /a"}
