from django.contrib import admin
from django.urls import path

from catalog import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.Shelf.as_view()),
    path("book/", views.BookForms.as_view()),
    path("feed/", views.Latest()),
]
