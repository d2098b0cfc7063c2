from django.urls import include, path, re_path

from accounts import views as accounts
from orders import urls as order_urls
from project import views

extra = [
    path("about/", views.about),
    path("about/", views.about_again),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("orders/", include(order_urls)),
    path("accounts/", include(("accounts.urls", "accounts"), namespace="accounts")),
    path("inline/", include([path("one/<slug:name>/", views.one), path("two/", views.two)])),
    re_path(r"^archive/(?P<year>[0-9]{4})/$", views.archive),
    path("by-name/", accounts.Profile.as_view()),
] + extra

urlpatterns += [
    path("last/<path:rest>", views.last),
    path("last/page/", views.never),
]
