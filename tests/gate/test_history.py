"""Miniatures of real changes that the gate once answered wrongly; `scripts/gate_trial` found them."""

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import Edit, reasons
from tests.production import NOW, Project

DEPOT = {
    "depot/__init__.py": "",
    "depot/main.py": """
from fastapi import FastAPI
from depot import models, report, runners

app = FastAPI()


@app.middleware("http")
async def find_page(request, call_next):
    return await call_next(request)


@app.middleware("http")
async def open_session(request, call_next):
    return await call_next(request)


@app.get("/report")
def show_report():
    return report.page({}), models.Package().is_custom(), models.Benefit(), runners.debug()
""",
    "depot/report.py": """
import redwood
from django.shortcuts import render
from durations.parsing import parse as parse_duration
from rest_framework.decorators import action


class Widget:
    def render(self):
        return "w"

    def parse(self, text):
        return text

    def action(self):
        return 1

    def pair(self):
        return 2


@action(detail=False)
def page(context):
    shown = Widget().render()
    return render(None, "page.html", context), parse_duration("1h"), redwood.pair(1), shown
""",
}
DEPOT["depot/models.py"] = """
from django.db import models


class Package(models.Model):
    @property
    def benefits(self):
        return []

    def is_custom(self):
        return bool(self.benefits)


class Benefit(models.Model):
    package = models.ForeignKey(Package, on_delete=models.CASCADE)
"""
DEPOT["depot/views.py"] = """
from django.views.generic import FormView


class PushView(FormView):
    @classmethod
    def as_view(cls, **options):
        return FormView.as_view(**options)
"""
DEPOT["depot/urls.py"] = """
from django.urls import path
from depot.views import PushView

urlpatterns = [path("push", PushView.as_view())]
"""
DEPOT["depot/settings.py"] = """
class Settings:
    name = "depot"

    @classmethod
    def current(cls):
        return cls()


class Level:
    def noted(self):
        return 0


config = Settings()
"""
DEPOT["depot/runners.py"] = """
from depot.settings import *
from depot.settings import config

SCHEMA = {"name": Level(), "former": Level(), "page": Level()}


class High(Level):
    @classmethod
    def noted(cls):
        return 1


def debug():
    return getattr(config, "debug", False), High().noted(), SCHEMA["name"].noted()
"""
STRANGE = "{{name}}/app/"
DEPOT |= {
    f"{STRANGE}__init__.py": "",
    f"{STRANGE}main.py": "from app.crud import get_item\n\nprint(get_item())\n",
    f"{STRANGE}crud.py": "from typing import List\n\n\ndef get_item() -> List:\n    return []\n",
}
OVERRIDE = "\n    @classmethod\n    def as_view(cls, **options):\n        return FormView.as_view(**options)\n"
ROUTES = {"GET /report": "depot.main:show_report"}
FUNCTIONS = ("depot.main:show_report", "depot.report:page", "depot.main:find_page", "depot.main:open_session",
             "depot.runners:High.noted", "depot.runners:debug", "depot.settings:Level")  # fmt: skip
REPORT = DEPOT["depot/report.py"]
WIDGET = REPORT[REPORT.index("class") : REPORT.index("@action")]

MAIN = DEPOT["depot/main.py"]
FIND_PAGE = MAIN[
    MAIN.index('@app.middleware("http")\nasync def find') : MAIN.index('@app.middleware("http")\nasync def open')
]

STOPPED = (
    Edit(
        "a middleware goes and another one stays",
        {"depot/main.py": ((FIND_PAGE, ""),)},
        stops={"depot.main:find_page": "called"},
    ),
)
PASSED = (
    Edit(
        "two middlewares become one",
        {"depot/main.py": ((FIND_PAGE, ""), ("def open_session(", "def both("))},
    ),
    Edit(
        "a class goes whose methods are called like functions that others import",
        {"depot/report.py": ((WIDGET, ""), ("    shown = Widget().render()\n", ""), (", shown\n", "\n"))},
    ),
    Edit("a key of a schema goes", {"depot/runners.py": (('"former": Level(), ', ""),)}),
    Edit("an override goes and the base serves", {"depot/views.py": ((OVERRIDE, "    pass\n"),)}),
    Edit(
        "a module of a template of projects is merged into the one that imports it",
        {},
        {
            f"{STRANGE}crud.py": None,
            f"{STRANGE}main.py": "def get_item() -> list:\n    return []\n\n\nprint(get_item())\n",
        },
    ),
    Edit(
        "a class method goes below a star import, and its base's serves",
        {"depot/runners.py": (("    @classmethod\n    def noted(cls):\n        return 1\n", "    pass\n"),)},
    ),
    Edit(
        "an imported object is made where it is used",
        {
            "depot/runners.py": (("from depot.settings import config\n", "\nconfig = Settings.current()\n"),),
            "depot/settings.py": (("\n\nconfig = Settings()\n", "\n"),),
        },
    ),
    Edit(
        "a property becomes the other side of a relation",
        {
            "depot/models.py": (
                ("    @property\n    def benefits(self):\n        return []\n\n", ""),
                ("(Package, on", '(Package, related_name="benefits", on'),
            )
        },
    ),
)


@pytest.fixture(scope="module")
def depot(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("depot"), DEPOT)
    project.watch(
        dict.fromkeys(ROUTES, 5),
        ROUTES,
        uses={"functions": dict.fromkeys(FUNCTIONS, 7)},
        registered={f"functions {one}": one for one in FUNCTIONS},
    )
    project.collect()
    return project


def judged(depot: Project, edit: Edit) -> GateResult:
    head = depot.branch(edit.name.replace(" ", "-"), edit.contents(DEPOT))
    return pipeline.gate(depot.loaded, "main", head, days=None, now=NOW, environment={})


@pytest.mark.parametrize("edit", STOPPED, ids=lambda edit: edit.name)
def test_what_had_to_come_back_is_stopped(depot: Project, edit: Edit) -> None:
    assert reasons(judged(depot, edit)) == edit.stops


@pytest.mark.parametrize("edit", PASSED, ids=lambda edit: edit.name)
def test_ordinary_changes_pass(depot: Project, edit: Edit) -> None:
    result = judged(depot, edit)
    assert result.passed, (reasons(result), result.undecidable)
