"""Django's views that are reached only by links: a page that runs would fail without them."""

from pathlib import Path

from auditor import pipeline
from tests.production import NOW, Project

URLS = """
from django.contrib.auth.decorators import login_required
from django.urls import path
from shop import views

app_name = "shop"
urlpatterns = [
    path("", views.home, name="home"),
    path("a/", views.in_template, name="a-page"),
    path("b/", login_required(views.in_code), name="b-page"),
    path("c/", views.free, name="c-page"),
    path("d/", views.by_dead, name="d-page"),
]
"""
VIEWS = """
from django.shortcuts import redirect, render
from django.urls import reverse


def home(request):
    if request.GET:
        return redirect(reverse("shop:b-page"))
    return render(request, "home.html")


def in_template(request):
    return 1


def in_code(request):
    return 2


def free(request):
    return redirect("d-page")


def by_dead(request):
    return 3
"""
FILES = {
    "manage.py": "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'proj.settings'\n"
    "from django.core.management import execute_from_command_line\nexecute_from_command_line()\n",
    "proj/__init__.py": "",
    "proj/settings.py": "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'shop.urls'\n",
    "shop/__init__.py": "",
    "shop/urls.py": URLS,
    "shop/views.py": VIEWS,
    "shop/templates/home.html": "<a href=\"{% url 'shop:a-page' %}\">a</a>\n",
}
KEYS = {
    "GET /": "shop.views:home",
    "GET /a/": "shop.views:in_template",
    "GET /b/": "shop.views:in_code",
    "GET /c/": "shop.views:free",
    "GET /d/": "shop.views:by_dead",
}


def test_a_view_that_a_page_links_to_by_its_name_stays_and_one_that_only_dead_code_links_to_goes(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"GET /": 9}, KEYS)
    plan = pipeline.plan(project.loaded, days=14, now=NOW, environment={}, include=frozenset({"dormant"}))
    held = {one.id: [reason.reason for reason in one.held_back] for one in plan.findings}
    assert held["shop.views:in_template"] == held["shop.views:in_code"] == ["linked_to"]
    going = {name for batch in plan.batches for step in batch.steps for name in step.remove}
    assert going >= {"shop.views:free", "shop.views:by_dead", "shop.urls:@views.free", "shop.urls:@views.by_dead"}
    assert not any("in_template" in name or "in_code" in name for name in going)
