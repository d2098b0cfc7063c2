from django.urls import include, path
from rest_framework.routers import DefaultRouter

from shop import views
from shop.views import Old

router = DefaultRouter()
router.register("olds", Old)
router.register("new", views.New)

urlpatterns = [
    path("", views.home, name="home"),
    path(
        "old/<int:pk>/",
        views.old,
        name="old",
    ),
    path("class/", Old.as_view()),
    path("api/", include([path("old/", views.old), path("x/", views.x)])),
    path("older/", views.older),
]
urlpatterns += [path("again/", views.old)]
