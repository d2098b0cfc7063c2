"""The ASGI middleware around Django's handler: which pattern served, and what Django's own wrappers hide."""

import asyncio
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.handlers.asgi import ASGIHandler
from django.http import Http404, HttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, include, path
from django.utils.decorators import async_only_middleware

from auditor.tracking import shared
from tests.tracking.django_project import configure

URLS = "tests_tracking_asgi_django_urls"


def order(request: Any, id: int) -> HttpResponse:
    if id == 404:
        raise Http404
    return HttpResponse(str(1 // id))


async def waiting(request: Any) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("waited")


def other(request: Any, id: int) -> HttpResponse:
    return HttpResponse("other")


@async_only_middleware
def refusing(get_response: Any) -> Any:
    async def middleware(request: Any) -> Any:
        if request.headers.get("x-refused"):
            return HttpResponse("no", status=401)
        if request.headers.get("x-tenant"):
            request.urlconf = f"{URLS}_tenant"
        return await get_response(request)

    return middleware


@pytest.fixture(autouse=True)
def project() -> Iterator[None]:
    configure()
    below = [path("orders/<int:id>/", order), path("waiting", waiting)]
    modules = {URLS: [path("api/", include(below)), *i18n_patterns(path("pages/<int:id>", other))]}
    modules[f"{URLS}_tenant"] = [path("api/orders/<int:id>/", other)]
    for name, patterns in modules.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].urlpatterns = patterns  # type: ignore[attr-defined]
    middleware = ["django.middleware.locale.LocaleMiddleware", f"{__name__}.refusing",
                  "django.middleware.common.CommonMiddleware"]  # fmt: skip
    with override_settings(
        ROOT_URLCONF=URLS, MIDDLEWARE=middleware, STATIC_URL="/static/", LANGUAGES=[("en", "en"), ("de", "de")]
    ):
        yield
        shared.close_all()  # while the settings are still there
    for name in modules:
        del sys.modules[name]
    clear_url_caches()


def test_djangos_own_resolver_decides(track: Any) -> None:
    tracked = track(ASGIHandler(), outside=True, durations=True, user=lambda scope: "one")
    statuses = tracked.drive("GET /api/orders/1/", "GET /api/orders/2/", "GET /api/orders/404/", "GET /api/orders/0/",
                             "GET /api/waiting", "GET /api/none", "GET /api/orders/1", "GET /de/pages/1")  # fmt: skip
    assert statuses == [200, 200, 404, 500, 200, 404, 301, 200]
    counts = {
        "(unmatched) 3xx": 1, "(unmatched) 4xx": 1, "ANY /api/orders/{int:id}/ 2xx": 2, "ANY /api/waiting 2xx": 1,
        "ANY /api/orders/{int:id}/ 4xx": 1, "ANY /api/orders/{int:id}/ 5xx": 1, "ANY /{language}/pages/{int:id} 2xx": 1,
    }  # fmt: skip
    found = {field.replace("{id:int}", "{int:id}"): count for field, count in tracked.counts("calls").items()}
    assert found == counts
    assert sum(tracked.users().values()) == 3
    assert tracked.routes["ANY /api/waiting"]["handler"].endswith(":waiting")
    assert tracked.minutes()


def test_what_answers_before_the_resolver_is_told_by_its_path(track: Any) -> None:
    tracked = track(ASGIHandler(), outside=True)
    tracked.drive("GET /api/waiting", "GET /none", headers={"x-refused": "1"})
    tracked.drive("GET /proxied/api/waiting", headers={"x-refused": "1"}, root_path="/proxied")
    assert tracked.counts("calls") == {"(unmatched) 4xx": 1, "ANY /api/waiting 4xx": 2}


def test_a_requests_own_configuration_of_urls_decides(track: Any) -> None:
    tracked = track(ASGIHandler(), outside=True)
    tracked.drive("GET /api/orders/1/", headers={"x-tenant": "1"})
    (field,) = tracked.counts("calls")
    assert f"{URLS}_tenant" in field


class Kinds:
    """What Channels' `ProtocolTypeRouter` looks like."""

    def __init__(self, application_mapping: dict[str, Any]) -> None:
        self.application_mapping = application_mapping

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.application_mapping[scope["type"]](scope, receive, send)


@pytest.mark.parametrize(
    "wrap",
    [ASGIStaticFilesHandler, lambda app: Kinds({"http": app}), lambda app: Kinds({"http": Kinds({"http": app})})],
)
def test_djangos_wrappers_and_channels_are_looked_through(track: Any, wrap: Any) -> None:
    tracked = track(wrap(ASGIHandler()), outside=True)
    assert tracked.drive("GET /api/waiting", "GET /static/none.css") == [200, 404]
    assert tracked.counts("calls") == {"(unmatched) 4xx": 1, "ANY /api/waiting 2xx": 1}


def test_switched_off_django_answers_as_before(track: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUDITOR_TRACKING", "off")
    tracked = track(ASGIHandler(), outside=True)
    assert tracked.drive("GET /api/waiting", "GET /none") == [200, 404]
    assert tracked.counts("calls") == {}


def test_the_middleware_in_django_and_around_it_count_once(track: Any, tmp_path: Any) -> None:
    own = {"AUDITOR_APP": "shop", "AUDITOR_SINK": f"file://{tmp_path}", "MIDDLEWARE": [
        "auditor.tracking.django.UsageMiddleware"]}  # fmt: skip
    with override_settings(**own):
        tracked = track(ASGIHandler(), outside=True)
        assert tracked.drive("GET /api/waiting") == [200]
        assert tracked.counts("calls") == {"ANY /api/waiting 2xx": 1}
