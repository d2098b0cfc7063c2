from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_http_methods


def home(request):
    return HttpResponse("home")


def about(request):
    return HttpResponse("about")


def about_again(request):  # expect: unreached
    return HttpResponse("shadowed")


@require_GET
def one(request, name):
    return HttpResponse(name)


@require_http_methods(["GET", "POST"])
def two(request):
    return HttpResponse("two")


def archive(request, year):
    return HttpResponse(year)


def last(request, rest):
    return HttpResponse(rest)


def never(request):  # expect: unreached
    return HttpResponse("the path converter takes it")


def forgotten(request):  # expect: unreached
    return HttpResponse("no pattern names it")
