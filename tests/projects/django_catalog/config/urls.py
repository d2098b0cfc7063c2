from django.contrib import admin
from django.urls import include, path

from catalog import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.Shelf.as_view()),
    path("book/", views.BookForms.as_view()),
    path("red/", include("providers.red.urls")),
    path("blue/", include("providers.blue.urls")),
    path("feed/", views.Latest()),
]
