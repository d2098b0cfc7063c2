"""Django with REST framework beside it: patterns, includes, languages, classes, view sets; WSGI."""
# ruff: noqa: E402 - Django is set up before what needs it is imported

from typing import Any

import django
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns

settings.configure(
    SECRET_KEY="no secret", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, USE_TZ=True, INSTALLED_APPS=["rest_framework"],
    MIDDLEWARE=["auditor.tracking.django.UsageMiddleware", "django.middleware.locale.LocaleMiddleware"],
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None}, AUDITOR_FLUSH_INTERVAL=60,
    LANGUAGES=[("en", "English"), ("de", "Deutsch")],
)  # fmt: skip
django.setup()

from django.core.wsgi import get_wsgi_application
from django.http import Http404, HttpResponse
from django.urls import include, path, re_path
from django.views import View
from django.views.decorators.http import require_http_methods
from drive import expect_requests, wsgi
from rest_framework.decorators import action, api_view
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSet


def show(request: Any, pk: int = 0) -> HttpResponse:
    if pk == 404:
        raise Http404
    return HttpResponse("shown")


def never_called(request: Any, number: int) -> HttpResponse:
    return HttpResponse("never")


def boom(request: Any) -> HttpResponse:
    raise RuntimeError("on purpose")


@require_http_methods(["GET", "POST"])
def restricted(request: Any) -> HttpResponse:
    return HttpResponse("restricted")


class Basket(View):
    def get(self, request: Any) -> HttpResponse:
        return HttpResponse("basket")

    def delete(self, request: Any) -> HttpResponse:
        return HttpResponse("gone", status=202)


@api_view(["GET", "PUT"])
def state(request: Any) -> Any:
    return Response({})


class Loans(ViewSet):
    def list(self, request: Any) -> Any:
        return Response([])

    @action(detail=True, methods=["post"])
    def extend(self, request: Any, pk: str) -> Any:
        return Response({})


router = SimpleRouter()
router.register("loans", Loans, basename="loan")
urlpatterns = [
    path("users/", include([path("<int:pk>/", show), path("<int:number>/", never_called)])),
    re_path(r"^archive/(?P<pk>[0-9]{4})/$", show),
    path("boom/", boom),
    path("restricted/", restricted),
    path("basket/", Basket.as_view()),
    path("state/", state),
    path("api/", include(router.urls)),
    *i18n_patterns(path("about/", show)),
]

REQUESTS = {
    "GET /users/3/": (200, "ANY /users/{pk:int}/ 2xx"),
    "DELETE /users/3/": (200, "ANY /users/{pk:int}/ 2xx"),
    "GET /users/404/": (404, "ANY /users/{pk:int}/ 4xx"),
    "GET /archive/2026/": (200, "ANY /archive/{pk}/ 2xx"),
    "GET /boom/": (500, "ANY /boom/ 5xx"),
    "HEAD /restricted/": (405, "HEAD /restricted/ 4xx"),
    "PUT /restricted/": (405, "PUT /restricted/ 4xx"),
    "GET /basket/": (200, "GET /basket/ 2xx"),
    "HEAD /basket/": (200, "GET /basket/ 2xx"),
    "HEAD /state/": (405, "HEAD /state/ 4xx"),
    "HEAD /api/loans/": (200, "GET /api/loans/ 2xx"),
    "DELETE /basket/": (202, "DELETE /basket/ 2xx"),
    "GET /state/": (200, "GET /state/ 2xx"),
    "GET /api/loans/": (200, "GET /api/loans/ 2xx"),
    "POST /api/loans/3/extend/": (200, "POST /api/loans/{pk}/extend/ 2xx"),
    "GET /en/about/": (200, "ANY /{language}/about/ 2xx"),
    "GET /de/about/": (200, "ANY /{language}/about/ 2xx"),
    "GET /wp-login.php": (404, "(unmatched) 4xx"),
}
HANDLERS = {
    "ANY /users/{pk:int}/": "__main__:show < __main__:never_called",
    "ANY /archive/{pk}/": "__main__:show",
    "ANY /boom/": "__main__:boom",
    "GET /restricted/": "__main__:restricted",
    "POST /restricted/": "__main__:restricted",
    "GET /basket/": "__main__:Basket",
    "DELETE /basket/": "__main__:Basket",
    "GET /state/": "__main__:state",
    "PUT /state/": "__main__:state",
    "GET /api/loans/": "__main__:Loans",
    "POST /api/loans/{pk}/extend/": "__main__:Loans.extend",
    "ANY /{language}/about/": "__main__:show",
}
app = get_wsgi_application()
expect_requests(REQUESTS, wsgi(app, REQUESTS), HANDLERS)
