from django.test import TestCase, override_settings
from django.urls import path

from . import urls_inner


def page(request):
    return None


urlpatterns = [path("page/", page)]


@override_settings(ROOT_URLCONF=__name__)
class PageTest(TestCase):
    def test_page(self):
        self.client.get("/page/")

    def test_other(self):
        def change(request):
            request.urlconf = urls_inner.__name__

        change(self.client)
