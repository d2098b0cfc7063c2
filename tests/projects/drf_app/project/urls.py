from django.urls import include, path
from rest_framework.routers import DefaultRouter, SimpleRouter
from rest_framework.urlpatterns import format_suffix_patterns

from api import views


class OwnRouter(DefaultRouter):
    pass


router = OwnRouter()
router.register("users", views.UserViewSet, basename="user")
router.register(r"books", views.BookViewSet, basename="book")

loans = SimpleRouter(trailing_slash=False)
loans.register("loans", views.LoanViewSet, basename="loan")
everything = DefaultRouter()
everything.registry.extend(loans.registry)

bare = SimpleRouter()
bare.register("", views.LoanViewSet, basename="bare")

plain = format_suffix_patterns([path("profile/", views.Profile.as_view()), path("names", views.Names.as_view())])

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/", include((loans.urls, "loans"))),
    path("all/", include(everything.urls)),
    path("status/", views.state),
    path("plain/", include(plain)),
    path("ping/", views.PingViewSet.as_view({"get": "list", "post": "ping"})),
    path("raw/", views.Raw.as_view()),
    path("bare/", include(bare.urls)),
]
urlpatterns += router.urls
