from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET
from django.views.generic import RedirectView

from desk import views
from desk.wrapping import page_of, staff

BASE64 = r"[A-Za-z0-9+/]+={0,2}"


class Code(StringConverter):
    regex = "[A-Z]{3}"


register_converter(Code, "code")

inner = ([path("wide/", views.Contact.as_view()), path("code/<code:code>/", views.named)], "inner")

urlpatterns = i18n_patterns(path("about/", views.about), path(_("seen/"), views.page))
urlpatterns += [
    path("", views.root),
    path("dashboard/", views.dashboard),
    path("tickets/", views.tickets),
    path("mailman/urls", views.urls),
    re_path(r"^n/(?P<pk>\d+)/$", views.number),
    path("n/new/", views.new),
    path("by/<name>/", views.named),
    path("by/hidden/", views.hidden),
    path("files/<path:path>", views.rest),
    path("files/", views.root),
    re_path(r"^open/", views.open_ended),
    path("open/sesame/", views.behind_open),
    re_path(r"^year/([0-9]{4})/(?:page-\d+/)?", include([re_path(r"^(.*)/?$", views.year)])),
    re_path(r"^query/(?P<query>{})$".format(BASE64), views.composed),
    path(f"{settings.API_PREFIX}/first/", views.first),
    path("close/", views.close),
    path("reopen/", views.reopen),
    path("feed/", views.News()),
    path("list/", login_required(views.Tickets.as_view())),
    path("ticket/", csrf_exempt(staff(views.Ticket.as_view()))),
    path("read/", views.ReadOnly.as_view()),
    path("remove/<int:pk>", views.Removal.as_view(success_url="/")),
    path("any/", views.Anything.as_view()),
    path("check/", views.Checks.as_view()),
    path("get/", require_GET(views.second)),
    path("made/", page_of("made")),
    path("old/", RedirectView.as_view(url="/")),
    path("inner/", include(inner, namespace="in")),
    path("more/", include(("desk.more", "more"), namespace="other")),
    path("shop/", include("backend.shop.urls")),
]
if settings.DEBUG:
    urlpatterns += [path("replaced/", views.debugging)]
urlpatterns += (path("replaced/", views.replaced),)

handler404 = "desk.views.not_found"
handler500 = "desk.errors.broken"
