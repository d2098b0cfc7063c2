"""What only dead code has needed and is no code itself goes with it, on real repositories; all else stays."""

from pathlib import Path

import pytest

from auditor import pipeline
from auditor.analysis.leftovers import template_names
from auditor.errors import GitError, VerificationError
from auditor.model.plan import Plan
from tests.production import NOW, Project

REQUIREMENTS = """\
fastapi==0.115  # serves\r
# ours
Reporting.Kit==1.2 \\
    --hash=sha256:aa
    # via shop
python-slugify>=8
needed-lazily
tested_only
dockerized
a-driver
PyYAML>=6
used-later[more]
"""
PYPROJECT = """\
[project]
name = "shop"
dependencies = [
    'fastapi',
    "python-slugify>=8",  # for names
]

[project.optional-dependencies]
extra = ["PyYAML>=6", "a-driver"]
"""
FASTAPI = {
    "shop/__init__.py": "",
    "shop/main.py": """\
from fastapi import FastAPI, Request
from fastapi.templating import Jinja2Templates
from slugify import slugify
import used_later, yaml

app = FastAPI()
templates = Jinja2Templates(directory="shop/templates")


@app.get("/")
def home(request: Request):
    import needed_lazily
    return needed_lazily and templates.TemplateResponse(request, "shop/home.html")


def old_page(request: Request):
    import reporting_kit

    reporting_kit.render()
    return templates.TemplateResponse(request, "shop/old.html")


def shared_page(request: Request):
    slugify(yaml.dump(used_later.ask("x")))
    return templates.TemplateResponse(request, "shop/shared.html")


def named_in_a_test(request: Request):
    return templates.TemplateResponse(request, "shop/tested.html")


def not_found(request: Request):
    import dockerized, needed_lazily, tested_only

    dockerized.run(needed_lazily, tested_only)
    return templates.TemplateResponse(request, "404.html")
""",
    "requirements.txt": REQUIREMENTS,
    "requirements/extra.txt": "reporting_kit>=1\n",
    "pyproject.toml": PYPROJECT,
    "poetry.lock": 'name = "reporting-kit"\n',
    "Dockerfile": "RUN pip install dockerized\n",
    "shop/templates/shop/home.html": '{% include "shop/shared.html" %}\n',
    "shop/templates/shop/old.html": '{% extends "shop/old_base.html" %}\n{% include "shop/menu.html" %}\n',
    "shop/templates/shop/old_base.html": "{% block a %}{% endblock %}\n",
    "shop/templates/shop/menu.html": "menu\n",
    "shop/templates/shop/live.html": '{% include "shop/menu.html" %}\n',
    "shop/templates/shop/shared.html": "shared\n",
    "shop/templates/shop/tested.html": "tested\n",
    "shop/templates/404.html": "none\n",
    "tests/test_pages.py": "import tested_only\n\nPAGES = ['shop/tested.html', tested_only]\n\n\n"
    "def test_pages():\n    assert PAGES\n",
}
OLD = ("shop/templates/shop/old.html", "shop/templates/shop/old_base.html")
DJANGO = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n",
    "site1/__init__.py": "",
    "site1/settings.py": "ROOT_URLCONF = 'site1.urls'\nINSTALLED_APPS = ['orders']\n",
    "site1/urls.py": """\
from django.urls import path
from orders import views

urlpatterns = [path("", views.home), path("list/", views.Orders.as_view())]
""",
    "orders/__init__.py": "",
    "orders/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    name = models.CharField()\n",
    "orders/views.py": """\
from django.shortcuts import render
from django.views.generic import ListView

from orders.models import Order

REPORT = "orders/report.html"


def home(request):
    return render(request, "orders/home.html")


class Orders(ListView):
    model = Order


def old_orders(request):
    return render(request, "orders/order_list.html")


def old_report(request):
    return render(request, REPORT)
""",
    "orders/templates/orders/home.html": "home\n",
    "orders/templates/orders/order_list.html": "orders\n",
    "orders/templates/orders/report.html": "report\n",
}


def planned(project: Project) -> Plan:
    return pipeline.plan(project.loaded, days=14, now=NOW, environment={})


def removed(plan: Plan) -> dict[str, int]:
    """Return the batch of each path that no Python module is."""
    return {step.path: batch.number for batch in plan.batches for step in batch.steps if not step.path.endswith(".py")}


def batch_of(plan: Plan, definition: str) -> int:
    return next(one.batch for one in plan.findings if one.id == definition and one.batch is not None)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    made = Project(tmp_path, FASTAPI)
    made.watch({"GET /": 9}, {"GET /": "shop.main:home"})
    return made


def test_templates_go_with_the_last_that_names_them_and_come_back(shop: Project) -> None:
    before = shop.repository.tree("HEAD")
    plan = planned(shop)
    assert removed(plan).keys() == {*OLD, "requirements.txt", "requirements/extra.txt", "pyproject.toml"}
    taken = sorted(one for batch in plan.batches for step in batch.steps for one in step.remove if ".t" in one)
    assert taken == [
        "pyproject.toml:python-slugify", "pyproject.toml:pyyaml", "requirements.txt:python-slugify",
        "requirements.txt:pyyaml", "requirements.txt:reporting-kit", "requirements/extra.txt:reporting-kit",
    ]  # fmt: skip
    assert batch_of(plan, "shop.main:old_page") <= removed(plan)[OLD[0]] <= removed(plan)[OLD[1]]
    assert all(len(batch.paths) <= 5 for batch in plan.batches)
    text = pipeline.render_plan(shop.loaded, plan, "markdown")
    assert f"- [ ] Delete `{OLD[1]}`\n  - the whole file, needed by nothing else: `{OLD[1]}`" in text
    assert pipeline.render_plan(shop.loaded, planned(shop), "json") == pipeline.render_plan(shop.loaded, plan, "json")
    for batch in plan.batches:
        pipeline.apply(shop.loaded, plan, batch.number, now=NOW)
    assert not any((shop.root / path).exists() for path in OLD)
    assert (shop.root / "shop/templates/shop/menu.html").exists()
    assert (shop.root / "requirements.txt").read_bytes() == (
        b"fastapi==0.115  # serves\r\n# ours\nneeded-lazily\ntested_only\ndockerized\na-driver\nused-later[more]\n"
    )
    assert (shop.root / "pyproject.toml").read_text("utf-8") == PYPROJECT.replace(
        '    "python-slugify>=8",  # for names\n', ""
    ).replace('"PyYAML>=6", ', "")
    assert not planned(shop).batches
    for batch in reversed(plan.batches):
        pipeline.rollback(shop.loaded, batch.number, now=NOW)
    assert shop.repository.tree("HEAD") == before


def test_a_template_that_is_named_since_the_plan_stays(shop: Project) -> None:
    pipeline.write_plan(shop.loaded, plan := planned(shop), shop.root / "reports")
    shop.commit(
        {"shop/templates/shop/home.html": FASTAPI["shop/templates/shop/home.html"] + '{% include "shop/old.html" %}\n'},
        days_ago=0,
    )
    with pytest.raises(VerificationError, match=r"home.html:2: .*old.html.* is removed, and this line may ask for it"):
        pipeline.apply(shop.loaded, plan, removed(plan)[OLD[0]], now=NOW)
    shop.commit({"requirements.txt": REQUIREMENTS.replace("slugify>=8", "slugify>=9")}, days_ago=0)
    slugified = next(
        one for one in plan.batches for step in one.steps if "requirements.txt:python-slugify" in step.remove
    )
    with pytest.raises(GitError, match=r"`python-slugify` in requirements\.txt changed after the plan was made"):
        pipeline.apply(shop.loaded, plan, slugified.number, now=NOW)
    assert set(OLD).isdisjoint(removed(planned(shop)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shop/main.py", FASTAPI["shop/main.py"].replace('"shop/home.html"', 'f"shop/{request.url.path}.html"')),
        ("shop/main.py", FASTAPI["shop/main.py"].replace('"shop/home.html"', "request.url.path")),
        ("shop/main.py", FASTAPI["shop/main.py"].replace('"shop/home.html"', '"shop/%s.html" % request.url.path')),
        ("shop/templates/shop/home.html", "{% include page %}\n"),
        ("shop/templates/shop/home.html", "{%- import page as one %}\n"),
        ("shop/templates/shop/home.html", '{% include "shop/" ~ page ~ ".html" %}\n'),
        ("shop/templates/shop/home.html", '{% extends "./old.html" %}\n'),
        ("README.md", "See [the page](shop/templates/shop/old.html).\n"),
        ("web/app.js", "fetch(`${root}/old.html`);\n"),
    ],
)
def test_whatever_may_name_a_template_is_a_place_that_does(path: str, text: str) -> None:
    found = template_names.named(OLD[:1], {**FASTAPI, path: text})[OLD[0]]
    line = FASTAPI["shop/main.py"][: FASTAPI["shop/main.py"].index("shop/old.html")].count("\n") + 1
    assert found.by_code == {("shop/main.py", line)}
    assert any(place[0] == path for place in found.places - found.by_code)


def test_what_only_looks_like_a_name_is_none() -> None:
    page = (
        "{% import pprint %}<script>$(this).html('a')</script>{% from theme('macros.html') import a %}{# "
        + "a/" * 50_000
        + " #}\n"
    )
    view = "def page(**more):\n    return render_template('shop/home.html', **more)\n"
    found = template_names.named(OLD[:1], {**FASTAPI, "shop/templates/shop/live.html": page, "shop/more.py": view})
    assert found[OLD[0]].places == found[OLD[0]].by_code


def test_names_that_django_derives_from_a_model_are_not_free(tmp_path: Path) -> None:
    project = Project(tmp_path, DJANGO)
    project.watch({"GET /": 9, "GET /list/": 1}, {"GET /": "orders.views:home", "GET /list/": "orders.views:Orders"})
    before = project.repository.tree("HEAD")
    plan = planned(project)
    assert batch_of(plan, "orders.views:old_orders")
    assert removed(plan).keys() == {"orders/templates/orders/report.html"}
    for batch in plan.batches:
        pipeline.apply(project.loaded, plan, batch.number, now=NOW)
    for batch in reversed(plan.batches):
        pipeline.rollback(project.loaded, batch.number, now=NOW)
    assert project.repository.tree("HEAD") == before
