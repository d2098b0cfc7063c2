"""Registrations that go, with their code or without it: settings of Django, calls, schedules."""

from collections.abc import Mapping

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

SETTINGS = """
INSTALLED_APPS = ["django.contrib.admin", "blog", "blog.extra.apps.ExtraConfig", "carts"]
ROOT_URLCONF = "site1.urls"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "blog.parts.Audit", "blog.parts.Timed"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "blog.auth.Backend"]
TEMPLATES = [{"BACKEND": "x", "OPTIONS": {"context_processors": ["blog.parts.context"]}}]
LOGGING = {"version": 1, "filters": {"f": {"()": "blog.logs.Filter"}}, "loggers": {"blog.extra": {}}}
DATABASE_ROUTERS = ["blog.parts.Router"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["blog.parts.Staff"], "EXCEPTION_HANDLER": "blog.parts.failed"}
CELERY_BEAT_SCHEDULE = {"n": {"task": "blog.tasks.nightly", "schedule": 3600}}
"""
PARTS = """
from rest_framework.permissions import BasePermission


class Audit:
    def __init__(self, get):
        self.get = get

    def __call__(self, request):
        return self.get(request)

    def process_exception(self, request, error):
        return str(error)


class Timed(Audit):
    def __call__(self, request):
        return [self.get(request)]


class Router:
    def db_for_read(self, model, **hints):
        return "replica"


class Staff(BasePermission):
    def has_permission(self, request, view):
        return request.user.is_staff


def context(request):
    return {"user": request.user}


def failed(error, context):
    return repr(error)
"""
RECEIVERS = """
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

@receiver(post_save)
def saved(sender, **more):
    return sender

def before(sender, **more):
    return [sender]

pre_save.connect(before)
"""
APPS = "from django.apps import AppConfig\n\n\nclass {0}Config(AppConfig):\n    name = {1!r}\n"
READY = "\n    def ready(self):\n        from blog import receivers\n"
URLS = """
from django.urls import path
from blog import views

urlpatterns = [path("", views.index), path("late/", views.late)]
handler404 = "blog.views.missing"
"""
SITE = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site1.settings")\n',
    "site1/__init__.py": "",
    "site1/settings.py": SETTINGS,
    "site1/urls.py": URLS,
    "site1/celery.py": "from celery import Celery\n\napp = Celery('site1')\n",
    "blog/__init__.py": "",
    "blog/parts.py": PARTS,
    "blog/auth.py": "class Backend:\n    def authenticate(self, request):\n        return request.user\n",
    "blog/logs.py": "class Filter:\n    def filter(self, record):\n        return record.lineno\n",
    "blog/tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef nightly():\n    return 1\n",
    "blog/receivers.py": RECEIVERS,
    "blog/views.py": "def index(request):\n    return 1\n\n\ndef late(request):\n    return 2\n\n\n"
    "def missing(request, exception):\n    return 3\n",
    "blog/extra/__init__.py": "",
    "blog/extra/apps.py": APPS.format("Extra", "blog.extra") + READY,
    "carts/__init__.py": "",
    "carts/apps.py": APPS.format("Carts", "carts"),
    "carts/models.py": "from django.db import models\n\n\nclass Cart(models.Model):\n    size = 3\n",
}
ROUTES = {"GET /": "blog.views:index", "GET /late/": "blog.views:late"}
Edits = Mapping[str, tuple[tuple[str, str], ...] | str | None]
SCHEDULE = SETTINGS[SETTINGS.index("CELERY_BEAT") :]
BEAT = 'app.conf.beat_schedule = {"n": {"task": "blog.tasks.nightly", "schedule": 60}}\n'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("registrations"), SITE)
    project.watch(dict.fromkeys(ROUTES, 5), ROUTES, registered={"tasks blog.tasks.nightly": "blog.tasks:nightly"},
                  uses={"tasks": {"blog.tasks.nightly": 3}})  # fmt: skip
    project.collect()
    return project


def judge(project: Project, name: str, edits: Edits) -> GateResult:
    files: dict[str, str | None] = {}
    for path, edit in edits.items():
        if edit is None or isinstance(edit, str):
            files[path] = edit
            continue
        files[path] = SITE[path]
        for old, new in edit:
            assert old in (files[path] or "")
            files[path] = (files[path] or "").replace(old, new)
    project.branch(name, files)
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


def test_what_settings_name_no_more_is_missed_though_its_code_stays(site: Project) -> None:
    settings = (
        (', "blog.parts.Timed"', ""), (', "blog.auth.Backend"', ""), ('"blog.parts.context"', ""),
        ('"f": {"()": "blog.logs.Filter"}', ""), ('"blog.parts.Router"', ""), ('"blog.parts.Staff"', ""),
        (', "EXCEPTION_HANDLER": "blog.parts.failed"', ""), (', "carts"', ""),
        (', "blog.extra.apps.ExtraConfig"', ""), (SCHEDULE, ""),
    )  # fmt: skip
    urls = (('handler404 = "blog.views.missing"\n', ""),)
    result = judge(site, "entries", {"site1/settings.py": settings, "site1/urls.py": urls})
    parts = ("auth:Backend", "parts:context", "logs:Filter", "parts:Router", "parts:Staff", "parts:failed",
             "views:missing", "extra:")  # fmt: skip
    expected = {f"blog.{one}": "reachable" for one in parts}
    assert reasons(result) == expected | {
        "carts:": "reachable", "blog.parts:Timed": "called", "blog.tasks:nightly": "called",
    }  # fmt: skip
    details = {one.id: one.detail for one in result.breaches}
    assert details["blog.parts:Timed"].startswith(
        "MIDDLEWARE of site1/settings.py:4 names it, and nothing registers it at head; it runs with each request"
    )


def test_what_settings_name_no_more_is_missed_with_its_code(site: Project) -> None:
    parts = PARTS[: PARTS.index("class Timed")] + PARTS[PARTS.index("class Staff") : PARTS.index("def context")]
    settings = (
        (', "blog.parts.Timed"', ""), (', "blog.auth.Backend"', ""), ('"blog.parts.context"', ""),
        ('"f": {"()": "blog.logs.Filter"}', ""), ('DATABASE_ROUTERS = ["blog.parts.Router"]\n', ""),
        (', "EXCEPTION_HANDLER": "blog.parts.failed"', ""),
    )  # fmt: skip
    files: Edits = {"site1/settings.py": settings, "blog/parts.py": parts, "blog/auth.py": None, "blog/logs.py": None}
    gone = ("parts:context", "parts:Router", "parts:failed", "auth:Backend", "logs:Filter")
    expected = {f"blog.{one}": "reachable" for one in gone} | {"blog.parts:Timed": "called"}
    assert reasons(judge(site, "with-code", files)) == expected


def test_what_is_named_in_another_way_stands(site: Project) -> None:
    settings = (
        ('"blog.parts.Audit", "blog.parts.Timed"', '*OWN, "blog.parts.Counted"'),
        ("INSTALLED_APPS =", 'OWN = ("blog.parts.Audit",)\nINSTALLED_APPS ='),
        ('["django.contrib.auth.backends.ModelBackend", "blog.auth.Backend"]', '["blog.backends.Backend"]'),
        ("blog.extra.apps.ExtraConfig", "blog.extra"), ('"carts"', '"carts.apps.CartsConfig"'),
        ("blog.logs", "blog.logging.filters"), ("blog.parts.Staff", "rest_framework.permissions.IsAdminUser"),
        (SCHEDULE, 'DATABASE_ROUTERS += ["blog.parts.Router"]\nTEMPLATES.insert(0, {"x": "blog.parts.context"})\n'),
        ('DATABASE_ROUTERS = ["blog.parts.Router"]', "DATABASE_ROUTERS = []"), ('["blog.parts.context"]', "[]"),
    )  # fmt: skip
    files: Edits = {
        "site1/settings.py": settings,
        "site1/urls.py": (('"blog.views.missing"', "views.missing"),),
        "site1/celery.py": SITE["site1/celery.py"] + BEAT,
        "blog/parts.py": (("class Timed", "class Counted"),),
        "blog/backends.py": "from blog.auth import Backend\n",
        "blog/logging/__init__.py": "", "blog/logging/filters.py": SITE["blog/logs.py"], "blog/logs.py": None,
        "blog/receivers.py": (("@receiver(post_save)\n", ""), ("pre_save.connect(before)", "post_save.connect(saved)"),
                              ("def before", "@receiver(pre_save)\ndef before")),
    }  # fmt: skip
    assert reasons(judge(site, "otherwise", files)) == {}
    computed = (
        ('["django.contrib.admin", "blog", "blog.extra.apps.ExtraConfig", "carts"]',
         'LOCAL + [one for one in ("carts",)]'),
        ("INSTALLED_APPS =", "from site1.apps import LOCAL\nINSTALLED_APPS ="),
        ('["django.middleware.common.CommonMiddleware", "blog.parts.Audit", "blog.parts.Timed"]', "chosen()"),
        ("ROOT_URLCONF =", 'def chosen():\n    return ["blog.parts.Audit", "blog.parts.Timed"]\n\nROOT_URLCONF ='),
    )  # fmt: skip
    apps = 'LOCAL = ["blog", "blog.extra"]\n'
    assert reasons(judge(site, "computed", {"site1/settings.py": computed, "site1/apps.py": apps})) == {}
    named: Edits = {
        "site1/settings.py": (("extra.apps.ExtraConfig", "extra.apps.MoreConfig"),),
        "blog/extra/apps.py": (("ExtraConfig", "MoreConfig"),), "carts/apps.py": None,
    }  # fmt: skip
    assert reasons(judge(site, "configs", named)) == {}


def test_one_new_registration_takes_the_place_of_one_that_is_lost(site: Project) -> None:
    settings = (('"blog.parts.Audit", "blog.parts.Timed"', '"blog.parts.Audited"'),)
    audited = PARTS[: PARTS.index("class Timed")].replace("Audit", "Audited")
    files: Edits = {"site1/settings.py": settings, "blog/parts.py": audited + PARTS[PARTS.index("class Router") :]}
    result = judge(site, "fewer", files)
    assert reasons(result) == {"blog.parts:Timed": "called"}
    assert any("blog.parts:Audited is registered in its place" in one for one in result.notes)


def test_settings_of_several_modules_are_read_as_production_does(site: Project) -> None:
    short = SETTINGS.replace(', "blog.parts.Timed"', "")
    more = "from site1.settings.base import *\n\nMIDDLEWARE = MIDDLEWARE + ['blog.parts.Timed']\n"
    files: Edits = {
        "site1/settings.py": None, "site1/settings/__init__.py": "", "site1/settings/base.py": short,
        "site1/settings/prod.py": more, "site1/settings/dev.py": "from site1.settings.base import *\n",
        "manage.py": (("site1.settings", "site1.settings.prod"),),
    }  # fmt: skip
    assert reasons(judge(site, "split", files)) == {}
    swapped = {**files, "site1/settings/prod.py": files["site1/settings/dev.py"], "site1/settings/dev.py": more}
    assert reasons(judge(site, "swapped", swapped)) == {"blog.parts:Timed": "called"}


def test_a_task_may_be_scheduled_elsewhere(site: Project) -> None:
    periodic = "\n\n@app.on_after_configure.connect\ndef later(sender, **more):\n"
    periodic += "    from blog.tasks import nightly\n    sender.add_periodic_task(60.0, nightly.s())\n"
    weekly = "\n\n@shared_task\ndef weekly():\n    return nightly()\n"
    record = (
        "def forward(apps, schema):\n    apps.get_model('beat', 'Task').objects.create(task='blog.tasks.nightly')\n"
    )
    gone = {"site1/settings.py": ((SCHEDULE, ""),)}
    kept = SITE["blog/tasks.py"].replace(
        "@shared_task\ndef nightly", '@shared_task(name="blog.tasks.nightly")\ndef night'
    )
    renamed = {"site1/settings.py": (("blog.tasks.nightly", "blog.tasks.weekly"),)}
    for name, files in (
        ("periodic", {**gone, "site1/celery.py": SITE["site1/celery.py"] + periodic}),
        ("leading", {**renamed, "blog/tasks.py": SITE["blog/tasks.py"] + weekly}),
        ("named", {"blog/tasks.py": kept}),
        ("recorded", {**gone, "blog/migrations/0001_beat.py": record}),
    ):
        assert reasons(judge(site, name, files)) == {}, name


def test_a_hook_of_a_registered_class_is_missed_where_nothing_does_its_work(site: Project) -> None:
    exception = "\n    def process_exception(self, request, error):\n        return str(error)\n"
    routed = '    def db_for_read(self, model, **hints):\n        return "replica"\n'
    staff = "    def has_permission(self, request, view):\n        return request.user.is_staff\n"
    files: Edits = {
        "blog/parts.py": ((exception, ""), (routed, "    pass\n"), (staff, "    pass\n")),
        "blog/auth.py": "class Backend:\n    def get_user(self, number):\n        return number\n",
        "blog/logs.py": (("    def filter(self, record):\n        return record.lineno\n", "    pass\n"),),
        "blog/extra/apps.py": ((READY, ""),),
    }
    gone = ("parts:Audit.process_exception", "parts:Router.db_for_read", "parts:Staff.has_permission",
            "logs:Filter.filter", "extra.apps:ExtraConfig.ready", "receivers:")  # fmt: skip
    assert reasons(judge(site, "hooks", files)) == {f"blog.{one}": "reachable" for one in gone}
    mixin = ((exception, ""), ("class Audit:", f"class Failing:{exception}\n\nclass Audit(Failing):"))
    inner = ((exception, ""), ("        return self.get(request)\n", "        return self.get(request) or None\n"))
    moved: Edits = {
        "blog/auth.py": "from django.contrib.auth import backends\n\nclass Backend(backends.ModelBackend):\n    x = 1",
        "blog/extra/apps.py": ((READY, ""),),
        "blog/views.py": f"from blog import receivers\n\n\n{SITE['blog/views.py']}",
    }  # fmt: skip
    assert reasons(judge(site, "mixin", {**moved, "blog/parts.py": mixin})) == {}
    assert reasons(judge(site, "inlined", {"blog/parts.py": inner})) == {}
