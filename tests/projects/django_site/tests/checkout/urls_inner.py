from django.urls import path


def inner(request):
    return None


def forgotten(request):  # expect: unreached
    return None


urlpatterns = [path("inner/", inner)]
