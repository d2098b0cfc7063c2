"""Django under ASGI: includes, converters, expressions, views of both kinds and classes, refused requests."""

import logging

import django
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.http import require_http_methods
from drive import asgi, expect_requests

settings.configure(
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["auditor.tracking.django.UsageMiddleware", "django.middleware.common.CommonMiddleware"],
    SECRET_KEY="for tests",
    AUDITOR_FLUSH_INTERVAL=60,
    LOGGING_CONFIG=None,
)
django.setup()
logging.getLogger("django").setLevel(logging.CRITICAL)


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse("index")


@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(str(number))


async def slow(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponse(slug)


def archive(request: HttpRequest, year: str) -> HttpResponse:
    return HttpResponse(year)


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def boom(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def never_called(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse()


class Basket(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("basket")

    def delete(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=202)


below = [path("users/<int:number>/", user), path("users/<int:number>/", never_called), path("<slug:slug>/", slow)]
urlpatterns = [
    path("", index),
    path("api/v1/", include(below)),
    path("api/v2/", include((below, "second"), namespace="two")),
    re_path(r"^archive/(?P<year>[0-9]{4})/$", archive),
    path("basket", Basket.as_view()),
    path("missing", missing),
    path("boom", boom),
]

REQUESTS = {
    "GET /": (200, "ANY / 2xx"),
    "GET /api/v1/users/3/": (200, "GET /api/v1/users/{number:int}/ 2xx"),
    "HEAD /api/v1/users/3/": (405, "HEAD /api/v1/users/{number:int}/ 4xx"),
    "POST /api/v2/users/3/": (200, "POST /api/v2/users/{number:int}/ 2xx"),
    "PATCH /api/v1/users/3/": (405, "PATCH /api/v1/users/{number:int}/ 4xx"),
    "GET /api/v1/some-slug/": (200, "ANY /api/v1/{slug:slug}/ 2xx"),
    "GET /archive/2026/": (200, "ANY /archive/{year}/ 2xx"),
    "GET /basket": (200, "GET /basket 2xx"),
    "DELETE /basket": (202, "DELETE /basket 2xx"),
    "PUT /basket": (405, "PUT /basket 4xx"),
    "GET /missing": (404, "ANY /missing 4xx"),
    "GET /boom": (500, "ANY /boom 5xx"),
    "GET /nowhere/17": (404, "(unmatched) 4xx"),
}
HANDLERS = {
    "ANY /": "__main__:index",
    "ANY /api/v1/{slug:slug}/": "__main__:slow",
    "ANY /api/v2/{slug:slug}/": "__main__:slow",
    "ANY /archive/{year}/": "__main__:archive",
    "ANY /boom": "__main__:boom",
    "ANY /missing": "__main__:missing",
    "DELETE /basket": "__main__:Basket",
    "GET /basket": "__main__:Basket",
    "GET /api/v1/users/{number:int}/": "__main__:user < __main__:never_called",
    "GET /api/v2/users/{number:int}/": "__main__:user < __main__:never_called",
    "POST /api/v1/users/{number:int}/": "__main__:user < __main__:never_called",
    "POST /api/v2/users/{number:int}/": "__main__:user < __main__:never_called",
}
app = get_asgi_application()
expect_requests(REQUESTS, asgi(app, REQUESTS), HANDLERS)
