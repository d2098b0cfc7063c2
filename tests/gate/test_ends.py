"""What ends are and what not: files that are run, settings, hooks of classes, tasks that were measured."""

from pathlib import Path

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import judged, reasons
from tests.production import NOW, Project

TASKS = """
from celery import Celery
from celery.schedules import crontab

celery = Celery("shop")
celery.conf.beat_schedule = {"close": {"task": "shop.jobs.close_year", "schedule": crontab(0, 0, 1, 1)}}


@celery.task
def mail():
    return 1


@celery.task
def stamp():
    return 2


@celery.task
def close_year():
    return 3
"""
SHOP = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'INSTALLED_APPS = ["shop"]\nSPARE_SETTING = 3\nPAGE = 5\n',
    "shop/orders.py": "from django.conf import settings\nfrom shop import jobs\n\n\n"
    "class Lines:\n    def unused(self):\n        return 1\n\n    def pick(self, kind):\n"
    "        return getattr(self, kind)\n\n\ndef page(kind):\n    return Lines().pick(kind), settings.PAGE\n",
    "shop/jobs.py": TASKS,
    "shop/forms.py": """
from pydantic import BaseModel, field_validator


class Order(BaseModel):
    number: int

    @field_validator("number")
    def positive(cls, value):
        return value
""",
    "shop/main.py": """
from fastapi import FastAPI
from shop import forms, orders

app = FastAPI()

@app.post("/order")
def order(one: forms.Order):
    return orders.page(one)

@app.get("/simple")
@app.get("/plain")
def plain():
    return 1
""",
    "shop/templatetags/__init__.py": "",
    "shop/templatetags/texts.py": "from django import template\n\nregister = template.Library()\n\n\n"
    "@register.filter\ndef loud(text):\n    return text\n\n\n@register.simple_tag\ndef spare():\n    return 1\n",
    "shop/templates/a.html": "{% load texts %}\n{{ name|loud }}\n",
    "{{template}}/part.py": "import json\n\nLIMIT = 3\n\n\ndef inner():\n    return json\n",
    "scripts/load.py": "FIRST = 1\nSECOND = 2\nprint(FIRST)\n",
    "Makefile": "load:\n\tpython scripts/load.py\n",
    "migrations/versions/one.py": 'revision = "1"\ndown_revision = None\n\n\ndef upgrade():\n    pass\n\n\n'
    "def downgrade():\n    pass\n",
    "alembic.ini": "[alembic]\nscript_location = migrations\n",
    "migrations/env.py": "from alembic import context\n\ncontext.run_migrations()\n",
}
ROUTES = {"POST /order": "shop.main:order", "GET /plain": "shop.main:plain", "GET /simple": "shop.main:plain"}
CALLED = {"POST /order": 4, "GET /plain": 2}
NAMES = {f"tasks shop.jobs.{name}": f"shop.jobs:{name}" for name in ("mail", "stamp", "close_year")}
FUNCTIONS = ("shop.forms:Order.positive", "shop.main:plain", "shop.main:order")


WATCHED = {"functions shop.orders:Lines.unused": "shop.orders:Lines.unused"}


def shop(root: Path, *, dormant: bool) -> Project:
    project = Project(root, SHOP)
    if dormant:
        config = (project.root / "auditor.toml").read_text("utf-8") + "\n[gate]\nallow_dormant = true\n"
        project.commit({"auditor.toml": config})
    uses = {"tasks": {"shop.jobs.mail": 7}, "functions": dict.fromkeys(FUNCTIONS, 2)}
    project.watch(CALLED, ROUTES, uses=uses, registered=NAMES | WATCHED)
    project.collect()
    return project


def judged_as(project: Project, name: str, path: str, *pairs: tuple[str, str]) -> GateResult:
    text = SHOP[path]
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    project.branch(name, {path: text})
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


def test_what_stands_in_files_settings_and_classes_is_no_end_by_itself(tmp_path: Path) -> None:
    project = shop(tmp_path, dormant=True)
    for name, path, *pairs in (
        ("value", "shop/settings.py", ("SPARE_SETTING = 3\n", "")),
        ("file", "{{template}}/part.py", ("import json\n\nLIMIT = 3\n", ""), ("json", "1"), ("inner", "other")),
        ("script", "scripts/load.py", ("SECOND = 2\n", "")),
        ("validator", "shop/forms.py", ('    @field_validator("number")\n    def positive(cls, value):\n'
                                        "        return value\n", "")),
        ("renamed", "shop/main.py", ("def plain", "def simple")),
        ("one-route", "shop/main.py", ('@app.get("/simple")\n', ""), ("def plain", "def simple")),
        ("watched-method", "shop/orders.py", ("    def unused(self):\n        return 1\n\n", "")),
    ):  # fmt: skip
        result = judged_as(project, name, path, *pairs)
        assert (result.passed, result.breaches, result.undecidable) == (True, (), None), name
    tag = judged_as(
        project, "tag", "shop/templatetags/texts.py", ("\n\n@register.simple_tag\ndef spare():\n    return 1\n", "")
    )
    named = (("@register.filter\ndef loud", '@register.filter(name="loud")\ndef shout'),)
    assert tag.passed and judged_as(project, "named", "shop/templatetags/texts.py", *named).passed
    for branch, *pair in (("loud", "@register.filter\n", ""), ("louder", "def loud(", "def louder(")):
        loud = judged_as(project, branch, "shop/templatetags/texts.py", (pair[0], pair[1]))
        assert [(one.path, one.line, one.why) for one in loud.breaches] == [
            ("shop/templates/a.html", 2, "dangling_reference")
        ], branch
    setting = judged_as(project, "setting", "shop/settings.py", ("PAGE = 5\n", ""))
    assert reasons(setting) == {"shop.settings:PAGE": "dangling_reference"}


def test_a_file_that_is_run_is_one_end(tmp_path: Path) -> None:
    project = shop(tmp_path, dormant=False)
    gone = {"migrations/versions/one.py": None, "{{template}}/part.py": None}
    assert len(reasons(judged(project, gone))) == 2


def test_a_folder_that_alembic_runs_is_no_package_that_nobody_is_told_of(tmp_path: Path) -> None:
    project = Project(tmp_path, {"alembic/env.py": SHOP["migrations/env.py"], "shop.py": "import alembic\n"})
    assert reasons(judged(project, {"alembic/env.py": None})) == {"alembic.env:": "reachable"}


HOUSE = {
    "shop/__init__.py": "",
    "shop/marks.py": "MARKED = []\nNAMES = ('fast',)\n\n\n"
    "def mark(*names):\n    def kept(one):\n        MARKED.append(one)\n        return one\n\n    return kept\n",
    "shop/work.py": "from shop.marks import NAMES, mark\n\n\n@mark('fast')\ndef run():\n    return NAMES\n",
    "shop/__main__.py": "import shop.work\nfrom shop.marks import MARKED\n\nprint([one() for one in MARKED])\n",
}


def test_a_registration_under_a_name_that_is_computed_now_stands(tmp_path: Path) -> None:
    project = Project(tmp_path, HOUSE)
    for name, decorator, stopped in (("computed", "@mark(*NAMES)\n", set()), ("bare", "@mark()\n", {"shop.work:run"}),
                                     ("dropped", "", {"shop.work:run"})):  # fmt: skip
        text = HOUSE["shop/work.py"].replace("@mark('fast')\n", decorator)
        project.branch(name, {"shop/work.py": text})
        result = pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})
        assert set(reasons(result)) == stopped, name


def test_a_task_that_was_measured_and_never_called_is_dormant(tmp_path: Path) -> None:
    for dormant, stamp in ((False, {"shop.jobs:stamp": "reachable"}), (True, {})):
        root = tmp_path / str(dormant)
        root.mkdir()
        project = shop(root, dormant=dormant)
        one = judged_as(project, "one", "shop/jobs.py", ("@celery.task\ndef stamp():\n    return 2\n", ""))
        assert reasons(one) == stamp
        assert "0 calls in 14 days" in str([*one.breaches, *one.notes])
        two = judged_as(project, "two", "shop/jobs.py", ("@celery.task\ndef close_year():\n    return 3\n", ""))
        assert reasons(two)["shop.jobs:close_year"] == "reachable"
        assert any("it is run every 31" in breach.detail for breach in two.breaches)
        used = judged_as(project, "used", "shop/jobs.py", ("@celery.task\ndef mail():\n    return 1\n", ""))
        assert reasons(used) == {"shop.jobs:mail": "called"}
        assert used.breaches[0].detail.startswith("105 calls of shop.jobs.mail in 14 days, last at 2026-11-21T")
        assert used.breaches[0].detail.endswith(", seen by production")
        for name, text, stopped in (("stamp", "2", set()), ("mail", "1", {"shop.jobs:mail"})):
            task = f"@celery.task\ndef {name}():\n    return {text}\n"
            later = f"from shop.jobs import celery\n\n\n{task}"
            main = SHOP["shop/main.py"].replace("from shop", "from shop import later\nfrom shop", 1)
            jobs = SHOP["shop/jobs.py"].replace(task, "")
            project.branch(f"to-{name}", {"shop/later.py": later, "shop/main.py": main, "shop/jobs.py": jobs})
            result = pipeline.gate(project.loaded, "main", f"to-{name}", days=None, now=NOW, environment={})
            assert set(reasons(result)) == stopped, result


SIGNALS = """
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save, sender=get_user_model())
def saved(sender, **kwargs):
    return 1
"""


def test_a_receiver_may_name_its_sender_in_another_way(tmp_path: Path) -> None:
    project = Project(tmp_path, {"manage.py": SHOP["manage.py"], "shop/__init__.py": "", "shop/models.py": SIGNALS})
    project.watch({"GET /x": 3})
    project.collect()
    for name, text, stopped in (
        ("user", SIGNALS.replace("sender=get_user_model()", "sender=User"), set()),
        ("gone", SIGNALS.partition("\n@receiver")[0], {"shop.models:saved"}),
    ):
        project.branch(name, {"shop/models.py": text})
        result = pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})
        assert set(reasons(result)) == stopped, result
