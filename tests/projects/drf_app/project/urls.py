from django.urls import include, path
from rest_framework.routers import DefaultRouter

from api import views



class OwnRouter(DefaultRouter):
    pass


router = OwnRouter()
router.register("users", views.UserViewSet)
router.register(r"books", views.BookViewSet, basename="book")

urlpatterns = [
    path("api/", include(router.urls)),
    path("status/", views.status),
]
