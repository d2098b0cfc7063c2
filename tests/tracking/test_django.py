"""The middleware in Django, under WSGI and ASGI: which key, which class, who serves."""

import asyncio
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, include, path, re_path
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_GET, require_http_methods
from django.views.generic import RedirectView, TemplateView

from auditor.tracking import shared
from auditor.tracking.wsgi import UsageMiddleware
from tests.tracking.django_project import configure
from tests.tracking.wsgi_driver import Tracked, call

HERE = "auditor.tracking.django.UsageMiddleware"


@pytest.fixture(scope="module", autouse=True)
def project() -> None:
    configure()


@pytest.fixture
def tracked(tmp_path: Path, totals: Any, records: Any) -> Tracked:
    return Tracked(tmp_path, totals, records)


Serve = Callable[..., Any]


@pytest.fixture
def serve(tracked: Tracked) -> Iterator[Serve]:
    """Give a function that makes an application of URL patterns, with the middleware in it."""
    changed: list[Any] = []
    modules: list[str] = []
    served: list[Any] = []  # the table of an application that is gone is not published

    def make(patterns: list[Any], *middleware: Any, handler: Any = WSGIHandler, **given: Any) -> Any:
        name = f"urls_{len(modules)}_{id(changed)}"
        sys.modules[name] = ModuleType(name)
        sys.modules[name].urlpatterns = patterns  # type: ignore[attr-defined]
        modules.append(name)
        own = {f"AUDITOR_{key.removesuffix('_name').upper()}": value for key, value in tracked.settings.items()}
        changed.append(override_settings(**own | {"ROOT_URLCONF": name, "MIDDLEWARE": [HERE, *middleware]} | given))
        changed[-1].enable()
        served.append(handler())
        return served[-1]

    yield make
    shared.close_all()  # while the settings are still there
    for one in reversed(changed):
        one.disable()
    for name in modules:
        del sys.modules[name]
    clear_url_caches()


class Async:
    """An ASGI application of Django, called as a WSGI one."""

    def __init__(self) -> None:
        self.app = ASGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        scope = {
            "type": "http", "method": environ["REQUEST_METHOD"], "path": environ["PATH_INFO"], "query_string": b"",
            "headers": [(b"host", b"testserver")], "root_path": environ["SCRIPT_NAME"], "http_version": "1.1",
            "server": ("testserver", 80), "client": ("127.0.0.1", 1), "scheme": "http",
        }  # fmt: skip
        body: list[bytes] = []

        async def go() -> None:
            sent = False

            async def receive() -> dict[str, Any]:
                nonlocal sent
                if sent:
                    await asyncio.sleep(60)
                sent = True
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    start_response(f"{message['status']} …", [])
                body.append(message.get("body", b""))

            await self.app(scope, receive, send)

        asyncio.run(go())
        return body


BOTH = pytest.mark.parametrize("handler", [WSGIHandler, Async])


def answer(request: Any, *rest: Any, **given: Any) -> HttpResponse:
    return HttpResponse(f"{rest} {given}")


async def answer_later(request: Any) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("later")


def missing(request: Any, pk: int) -> HttpResponse:
    raise Http404


def boom(request: Any) -> HttpResponse:
    raise RuntimeError("on purpose")


def stream(request: Any) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a", b"b"]))


@require_http_methods(["GET", "POST", "HEAD"])
def restricted(request: Any) -> HttpResponse:
    return HttpResponse("restricted")


class Basket(View):
    def get(self, request: Any, pk: int) -> HttpResponse:
        return HttpResponse("basket")

    def delete(self, request: Any, pk: int) -> HttpResponse:
        return HttpResponse("gone", status=202)


class Whatever(View):
    def dispatch(self, request: Any) -> HttpResponse:
        return HttpResponse("whatever the method")


class Feed:
    def __call__(self, request: Any) -> HttpResponse:
        return HttpResponse("feed")


def shop() -> list[Any]:
    users = [path("<int:pk>/", answer), path("<str:name>/", answer, {"extra": 1}), path("", answer)]
    return [
        path("", answer),
        path("api/", include([path("users/", include((users, "users"), namespace="people"))])),
        re_path(r"^archive/(?P<year>[0-9]{4})/", include([re_path(r"^(?:page-(\d+)/)?$", answer)])),
        path("later/", answer_later),
        path("missing/<int:pk>/", missing),
        path("boom/", boom),
        path("stream/", stream),
        path("restricted/", restricted),
        path("get/", require_GET(Feed())),
        path("basket/<uuid:pk>", Basket.as_view()),
        path("any/", Whatever.as_view()),
        path("old/", RedirectView.as_view(url="/")),
        path("template/", TemplateView.as_view(template_name="nowhere.html")),
        path("files/<path:rest>", answer),
        path("files/never/", answer_later),
    ]


ASKED = {
    "GET /": (200, "ANY / 2xx"),
    "BREW /": (200, "ANY / 2xx"),
    "GET /api/users/3/": (200, "ANY /api/users/{pk:int}/ 2xx"),
    "POST /api/users/eve/": (200, "ANY /api/users/{name}/ 2xx"),
    "GET /api/users/": (200, "ANY /api/users/ 2xx"),
    "GET /api/users": (404, "(unmatched) 4xx"),
    "GET /archive/2024/page-3/": (200, "ANY /archive/{year}/page-{0}/ 2xx"),
    "GET /archive/2025/": (200, "ANY /archive/{year}/page-{0}/ 2xx"),
    "GET /later/": (200, "ANY /later/ 2xx"),
    "GET /missing/4/": (404, "ANY /missing/{pk:int}/ 4xx"),
    "GET /boom/": (500, "ANY /boom/ 5xx"),
    "GET /stream/": (200, "ANY /stream/ 2xx"),
    "GET /restricted/": (200, "GET /restricted/ 2xx"),
    "HEAD /restricted/": (200, "GET /restricted/ 2xx"),
    "PUT /restricted/": (405, "PUT /restricted/ 4xx"),
    "GET /basket/00000000-0000-0000-0000-000000000000": (200, "GET /basket/{pk:uuid} 2xx"),
    "HEAD /basket/00000000-0000-0000-0000-000000000000": (200, "GET /basket/{pk:uuid} 2xx"),
    "DELETE /basket/00000000-0000-0000-0000-000000000000": (202, "DELETE /basket/{pk:uuid} 2xx"),
    "OPTIONS /basket/00000000-0000-0000-0000-000000000000": (200, "OPTIONS /basket/{pk:uuid} 2xx"),
    "PATCH /any/": (200, "ANY /any/ 2xx"),
    "GET /old/": (302, "GET /old/ 3xx"),
    "GET /files/a/b": (200, "ANY /files/{rest:path} 2xx"),
    "GET /wp-login.php": (404, "(unmatched) 4xx"),
}


@BOTH
def test_a_request_is_counted_under_the_pattern_that_served(tracked: Tracked, serve: Serve, handler: Any) -> None:
    app = serve(shop(), handler=handler)
    assert tracked.drive(app, ASKED) == [status for status, _ in ASKED.values()]
    expected: dict[str, int] = {}
    for _, field in ASKED.values():
        expected[field] = expected.get(field, 0) + 1
    assert tracked.calls == dict(sorted(expected.items()))


@BOTH
def test_the_route_table_names_what_was_written(tracked: Tracked, serve: Serve, handler: Any) -> None:
    tracked.drive(serve(shop(), handler=handler), ["GET /"])
    assert tracked.handlers == {
        "ANY /": "answer",
        "ANY /api/users/{pk:int}/": "answer",
        "ANY /api/users/{name}/": "answer",
        "ANY /api/users/": "answer",
        "ANY /archive/{year}/page-{0}/": "answer",
        "ANY /later/": "answer_later",
        "ANY /missing/{pk:int}/": "missing",
        "ANY /boom/": "boom",
        "ANY /stream/": "stream",
        "GET /restricted/": "restricted",
        "POST /restricted/": "restricted",
        "GET /get/": "Feed",
        "GET /basket/{pk:uuid}": "Basket",
        "DELETE /basket/{pk:uuid}": "Basket",
        "ANY /any/": "Whatever",
        "ANY /files/{rest:path}": "answer",
        "ANY /files/never/": "answer_later",
    }
    route = tracked.routes["GET /basket/{pk:uuid}"]
    assert (route["handler"], route["file"], route["version"]) == ("tests.tracking.test_django:Basket", __file__, "v1")
    assert Path(__file__).read_text().splitlines()[route["line"] - 1] == "class Basket(View):"


def first(request: Any, a: str) -> HttpResponse:
    return HttpResponse("first")


@BOTH
def test_of_two_views_on_one_path_the_first_takes_every_method(tracked: Tracked, serve: Serve, handler: Any) -> None:
    app = serve([path("x/<a>/", require_GET(first)), path("x/<b>/", answer), path("x/<b>/", first)], handler=handler)
    assert tracked.drive(app, ["GET /x/1/", "POST /x/1/"]) == [200, 405]
    assert tracked.calls == {"GET /x/{a}/ 2xx": 1, "POST /x/{a}/ 4xx": 1}
    assert tracked.handlers == {"GET /x/{a}/": "first < answer"}


def test_patterns_that_read_the_same_but_match_otherwise_are_told_apart(tracked: Tracked, serve: Serve) -> None:
    app = serve([re_path(r"^x/(?P<a>\d+)/$", first), re_path(r"^x/(?P<a>[a-f]+)/$", answer)])
    tracked.drive(app, ["GET /x/1/", "GET /x/abc/", "GET /x/abc/"])
    assert tracked.calls == {"ANY /^x/(?P<a>[a-f]+)/$ 2xx": 2, "ANY /x/{a}/ 2xx": 1}
    assert tracked.handlers == {"ANY /^x/(?P<a>[a-f]+)/$": "answer", "ANY /x/{a}/": "first"}


@BOTH
def test_languages_are_one_route_written_as_in_the_source(tracked: Tracked, serve: Serve, handler: Any) -> None:
    patterns = i18n_patterns(path("about/", answer), path(gettext_lazy("Yes"), answer), path("<int:a>/", answer))
    app = serve(
        [*patterns, path(gettext_lazy("No"), answer), path("about/", answer)],
        "django.middleware.locale.LocaleMiddleware",
        handler=handler, LANGUAGES=[("en", "English"), ("de", "Deutsch"), ("fr", "Français")], USE_I18N=True,
    )  # fmt: skip
    asked = ["GET /en/about/", "GET /de/about/", "GET /de/Ja", "GET /fr/Oui", "GET /de/3/", "GET /about/", "GET /No"]
    assert tracked.drive(app, asked) == [200] * 7
    assert tracked.calls == {
        "ANY /No 2xx": 1, "ANY /about/ 2xx": 1, "ANY /{language}/Yes 2xx": 2, "ANY /{language}/about/ 2xx": 2,
        "ANY /{language}/{a:int}/ 2xx": 1,
    }  # fmt: skip
    assert set(tracked.handlers) == {
        "ANY /No", "ANY /about/", "ANY /{language}/Yes", "ANY /{language}/about/", "ANY /{language}/{a:int}/",
    }  # fmt: skip


def other_urls(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        if request.path.startswith("/tenant"):
            request.urlconf = "tenant_urls"
        return get_response(request)

    return middleware


def test_another_url_configuration_stands_before_its_routes(
    tracked: Tracked, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = ModuleType("tenant_urls")
    tenant.urlpatterns = [path("tenant/", first, {"a": "1"}), path("", answer)]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tenant_urls", tenant)
    app = serve([path("", answer), path("tenant/", answer)], f"{__name__}.other_urls")
    assert tracked.drive(app, ["GET /", "GET /tenant/"]) == [200, 200]
    assert tracked.calls == {"ANY / 2xx": 1, "ANY tenant_urls/tenant/ 2xx": 1}
    assert tracked.handlers == {
        "ANY /": "answer", "ANY /tenant/": "answer", "ANY tenant_urls/": "answer", "ANY tenant_urls/tenant/": "first",
    }  # fmt: skip


def cache(get_response: Any) -> Any:
    def middleware(request: Any) -> Any:
        return HttpResponse("cached", status=404 if "missing" in request.path else 200)

    return middleware


@BOTH
def test_what_a_middleware_answers_still_counts_for_the_route(tracked: Tracked, serve: Serve, handler: Any) -> None:
    app = serve(shop(), f"{__name__}.cache", handler=handler)
    tracked.drive(app, ["GET /api/users/3/", "GET /missing/1/", "GET /nowhere/"])
    assert tracked.calls == {"(unmatched) 2xx": 1, "(unmatched) 4xx": 1, "ANY /api/users/{pk:int}/ 2xx": 1}


@BOTH
def test_an_error_that_is_raised_keeps_its_route(tracked: Tracked, serve: Serve, handler: Any) -> None:
    app = serve(shop(), handler=handler, DEBUG_PROPAGATE_EXCEPTIONS=True)
    assert isinstance(call(app, "GET /boom/").error, RuntimeError)
    assert tracked.calls == {"ANY /boom/ err": 1}


def test_rest_framework_is_looked_through(tracked: Tracked, serve: Serve) -> None:
    from rest_framework.decorators import action, api_view
    from rest_framework.response import Response
    from rest_framework.routers import SimpleRouter
    from rest_framework.viewsets import ViewSet

    @api_view(["GET", "PUT"])
    def state(request: Any) -> Any:
        return Response({})

    class Loans(ViewSet):
        def list(self, request: Any) -> Any:
            return Response([])

        def destroy(self, request: Any, pk: str) -> Any:
            return Response(status=204)

        @action(detail=True, methods=["post"])
        def extend(self, request: Any, pk: str) -> Any:
            return Response({})

        @extend.mapping.delete
        def shorten(self, request: Any, pk: str) -> Any:
            return Response({})

    router = SimpleRouter()
    router.register("loans", Loans, basename="loan")
    app = serve([path("state/", state), path("api/", include(router.urls))])
    asked = ["GET /state/", "PATCH /state/", "GET /api/loans/", "DELETE /api/loans/3/", "POST /api/loans/3/extend/"]
    assert tracked.drive(app, asked) == [200, 405, 200, 204, 200]
    assert tracked.calls == {
        "DELETE /api/loans/{pk}/ 2xx": 1, "GET /api/loans/ 2xx": 1, "GET /state/ 2xx": 1, "PATCH /state/ 4xx": 1,
        "POST /api/loans/{pk}/extend/ 2xx": 1,
    }  # fmt: skip
    assert tracked.handlers == {
        "GET /state/": "state", "PUT /state/": "state", "GET /api/loans/": "Loans",
        "DELETE /api/loans/{pk}/": "Loans", "POST /api/loans/{pk}/extend/": "Loans.extend",
        "DELETE /api/loans/{pk}/extend/": "Loans.shorten",
    }  # fmt: skip


def test_the_wsgi_middleware_around_django_asks_the_resolver(tracked: Tracked, serve: Serve) -> None:
    app = UsageMiddleware(serve(shop(), AUDITOR_SINK="", MIDDLEWARE=[]), **tracked.settings)
    asked = ["GET /api/users/3/", "GET /missing/4/", "GET /nowhere/", "PUT /restricted/"]
    assert tracked.drive(app, asked) == [200, 404, 404, 405]
    assert tracked.calls == {
        "(unmatched) 4xx": 1, "ANY /api/users/{pk:int}/ 2xx": 1, "ANY /missing/{pk:int}/ 4xx": 1,
        "PUT /restricted/ 4xx": 1,
    }  # fmt: skip
    assert tracked.handlers["GET /restricted/"] == "restricted"


def test_both_middlewares_count_once(tracked: Tracked, serve: Serve) -> None:
    app = UsageMiddleware(serve(shop()), **tracked.settings)
    tracked.drive(app, ["GET /", "GET /api/users/3/"])
    assert tracked.calls == {"ANY / 2xx": 1, "ANY /api/users/{pk:int}/ 2xx": 1}


def user_of(request: Any) -> str | None:
    name: str | None = request.META.get("REMOTE_USER")
    return name


def test_modules_of_the_application_are_imported_where_requests_are_served(
    tracked: Tracked, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a module makes at import may be bound to its thread, as a connection to SQLite is."""
    lines = "import threading\nthread = threading.current_thread()\nurlpatterns = []\n"
    (tmp_path / "bound_urls.py").write_text(lines)
    monkeypatch.syspath_prepend(tmp_path)
    app = serve([], ROOT_URLCONF="bound_urls")
    assert tracked.drive(app, ["GET /nowhere"]) == [404]
    assert tracked.calls == {"(unmatched) 4xx": 1}
    assert sys.modules.pop("bound_urls").thread is threading.current_thread()


def test_settings_of_django_are_taken(tracked: Tracked, serve: Serve) -> None:
    app = serve(shop(), AUDITOR_PROBES=["/later/"], AUDITOR_DURATIONS=True, AUDITOR_USER=f"{__name__}.user_of")
    tracked.drive(app, ["GET /later/", "GET /"], REMOTE_USER="eve")
    flush = next(record for record in tracked.records if record.get("calls"))
    assert [*flush["calls"].values()] == [{"ANY / 2xx": 1}]
    assert [*flush["probes"].values()] == [{"ANY /later/ 2xx": 1}]
    assert [list(keys) for keys in flush["users"].values()] == [["ANY /"]]
    assert flush["durations"]


@pytest.mark.parametrize(
    "given", [{"AUDITOR_SINK": "ftp://x"}, {"AUDITOR_USER": "no.such.module"}, {"AUDITOR_APP": ""}]
)
def test_wrong_settings_are_said_and_the_project_runs(
    tracked: Tracked, serve: Serve, tracker_log: Any, given: dict[str, str]
) -> None:
    assert tracked.drive(serve(shop(), **given), ["GET /"]) == [200]
    assert "usage is not tracked" in tracker_log.text
    assert tracked.calls == {}


@BOTH
def test_off_is_off_at_once_and_on_again(
    tracked: Tracked, serve: Serve, handler: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = serve(shop(), handler=handler)
    tracked.drive(app, ["GET /"])
    monkeypatch.setenv("AUDITOR_TRACKING", "off")
    assert tracked.drive(app, ["GET /"]) == [200]
    monkeypatch.setenv("AUDITOR_TRACKING", "on")
    tracked.drive(app, ["GET /"])
    assert tracked.calls == {"ANY / 2xx": 2}


def test_a_client_that_goes_away_has_used_the_route(tracked: Tracked, serve: Serve) -> None:
    begun = asyncio.Event()

    async def slow(request: Any) -> HttpResponse:
        begun.set()
        await asyncio.sleep(60)
        return HttpResponse()

    app = serve([path("slow/", slow)], handler=Async).app

    async def go() -> None:
        gone = asyncio.Event()
        asked = False

        async def receive() -> dict[str, Any]:
            nonlocal asked
            if asked:
                await gone.wait()
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None: ...

        scope = {
            "type": "http", "method": "GET", "path": "/slow/", "headers": [], "query_string": b"", "root_path": "",
            "server": ("testserver", 80),
        }  # fmt: skip
        serving = asyncio.create_task(app(scope, receive, send))
        await begun.wait()
        gone.set()
        await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(go())
    assert tracked.calls == {"ANY /slow/ 4xx": 1}
