from django.urls import path

from accounts import views

urlpatterns = [
    path("profile/", views.Profile.as_view()),
    path("signup/<uuid:token>", views.Signup.as_view()),
]
