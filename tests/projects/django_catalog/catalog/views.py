from django.contrib.syndication.views import Feed
from django.core.management import call_command
from django.views.generic import ListView, UpdateView

from config.pricing import price
from catalog.forms import BookForm
from catalog.models import Book


class Shelf(ListView):
    model = Book
    paginate_by = 10

    def get_queryset(self):
        call_command("count_books")
        return super().get_queryset()

    def get_context_data(self, **keywords):
        return {**super().get_context_data(**keywords), "price": price(3)}

    def paginate_queryset(self, queryset, page_size):
        return super().paginate_queryset(queryset, page_size)

    def paginating_is_over(self):  # expect: unreached
        return None


class BookForms(UpdateView):
    form_class = BookForm

    def form_valid(self, form):
        return super().form_valid(form)

    def get_initial(self):
        return {}

    def form_is_valid(self, form):  # expect: unreached
        return None


class Latest(Feed):
    def items(self):
        return []

    def item_title(self, item):
        return ""


def csrf_failure(request, reason=""):
    return None


def csrf_success(request):  # expect: unreached
    return None
