# expect-module: unreached
"""Nobody is told of this one."""

from django.urls import path

urlpatterns = [path("left/", lambda request: None)]
