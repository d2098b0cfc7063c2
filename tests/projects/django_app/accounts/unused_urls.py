# The whole module: no URL configuration includes it. expect-module: unreached
from django.urls import path


def page(request):
    return None


urlpatterns = [path("old/", page)]
