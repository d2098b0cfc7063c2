from django.urls import path

from . import views

urlpatterns = [path(route, view) for route, view in (("one/", views.one), ("two/", views.two))]
urlpatterns += [path("cart/", views.cart)]
