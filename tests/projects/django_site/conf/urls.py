from django.conf import settings
from django.urls import include, path

from site_app import views

URL_PREFIX = settings.URL_PREFIX
if URL_PREFIX:
    URL_PREFIX = URL_PREFIX.strip("/") + "/"

pages = [path("", views.home)]
if "site_app" in settings.INSTALLED_APPS:
    pages += [path("about/", views.about)]
if settings.DEBUG:
    pages.append(path("debug/", views.debug))
if settings.DEBUG:
    pages.extend((path("one/", views.one), path("two/", views.two)))

if not URL_PREFIX:
    urlpatterns = pages
else:
    urlpatterns = [path(URL_PREFIX, include(pages))]
