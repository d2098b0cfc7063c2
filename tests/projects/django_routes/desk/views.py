from django.contrib.auth.decorators import login_required
from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import DeleteView, FormView, ListView, TemplateView

from desk.wrapping import staff

office = staff


@office
def dashboard(request):
    return HttpResponse("decorated by a variable")


def tickets(request):
    return HttpResponse("wrapped below")


tickets = staff(tickets)


def urls(request):
    return HttpResponse("a view that is called like a router's list")


def number(request, pk):
    return HttpResponse(pk)


def new(request):
    return HttpResponse("the number before it does not match this")


def named(request, name):
    return HttpResponse(name)


def hidden(request):  # expect: unreached
    return HttpResponse("the name before it matches this")


def rest(request, path):
    return HttpResponse(path)


def root(request):
    return HttpResponse("a path of nothing is not a path")


def open_ended(request):
    return HttpResponse("matches whatever starts with it")


def behind_open(request):  # expect: unreached
    return HttpResponse("never")


def year(request, year, rest):
    return HttpResponse(year)


@require_POST
def close(request):
    return HttpResponse("closed")


@login_required
@require_POST
def reopen(request):
    return HttpResponse("reopened")


def about(request):
    return HttpResponse("in each language")


def composed(request, query):
    return HttpResponse(query)


def first(request):
    return HttpResponse("1")


def second(request):
    return HttpResponse("2")


def debugging(request):
    return HttpResponse("only where settings say so")


def replaced(request):
    return HttpResponse("an earlier one may be there, or not")


def listed(request):
    return HttpResponse("appended")


def not_listed(request):  # expect: unreached
    return HttpResponse("nowhere")


class News(Feed):
    title = "news"

    def items(self):
        return []


class Tickets(ListView):
    queryset = ()


class Base(View):
    def get(self, request):
        return HttpResponse("inherited")


class Ticket(Base):
    def post(self, request):
        return HttpResponse("own")


class ReadOnly(FormView):
    http_method_names = ["get", "options"]


class Contact(FormView):
    template_name = "contact.html"


class Removal(DeleteView):
    queryset = ()


class Anything(View):
    def dispatch(self, request, *arguments, **keywords):
        return HttpResponse("whatever the method")


class Checks(View):
    def head(self, request):
        return HttpResponse()


class Page(TemplateView):
    template_name = "page.html"


page = Page.as_view()


def not_found(request, exception):
    return HttpResponse("nothing here", status=404)
