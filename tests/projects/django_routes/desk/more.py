from django.urls import path

from desk import views

app_name = "more"
urlpatterns = [path("first/", views.first, name="first")]
urlpatterns.append(path("listed/", views.listed))
