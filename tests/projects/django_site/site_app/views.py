from django.shortcuts import get_object_or_404

from site_app.models import Invoice


def home(request):
    return Invoice.objects.get().plan.is_free


def about(request):
    return get_object_or_404(Invoice, pk=1).mark()


def debug(request):
    return Invoice.objects.first().check_paid()


def one(request):
    request.user.payment_set.create()


def two(request):
    request.user.grants.all()


def three(request):  # expect: unreached
    return None
