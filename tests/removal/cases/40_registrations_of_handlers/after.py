from django.urls import include, path
from rest_framework.routers import DefaultRouter

from shop import views

router = DefaultRouter()
router.register("new", views.New)

urlpatterns = [
    path("", views.home, name="home"),
    path("api/", include([path("x/", views.x)])),
    path("older/", views.older),
]
urlpatterns += []
