from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views import View
from django.views.generic import ListView

from orders.models import Order
from orders.services import total


class OrderList(ListView):
    model = Order
    template_name = "orders/list.html"

    def get_queryset(self):
        return Order.objects.all()

    def leftover(self):  # expect: unreached
        return None


class OrderDetail(View):
    def get(self, request, pk):
        return HttpResponse(str(total(pk)))

    def delete(self, request, pk):
        return HttpResponse(status=204)


@login_required
def pay(request, pk):
    return HttpResponse("paid")
