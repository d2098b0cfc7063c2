"""A plan never holds code that production runs, however it is reached and whatever the evidence looks like."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.plan import Plan
from tests.production import NOW, Project

MAIN = """
from fastapi import FastAPI
from shop import work

app = FastAPI()

@app.get("/go")
def go():
    return work.run()

@app.get("/users/{user_id}")
def user(user_id: int):
    return work.find(user_id)

@app.get("/old")
def old():
    return work.only_old()
"""
WORK = """
def run():
    return 1

def find(x):
    return x

def only_old():
    return 0
"""
ROUTES = {
    "GET /go": "shop.main:go",
    "GET /users/{user_id}": "shop.main:user",
    "GET /old": "shop.main:old",
}
CALLS = {"GET /go": 9, "GET /users/{user_id}": 3}
FILES = {"shop/__init__.py": "", "shop/main.py": MAIN, "shop/work.py": WORK}
ENDPOINT_OLD = {"shop.main:old", "shop.work:only_old"}


def removed(made: Plan) -> set[str]:
    return {definition for batch in made.batches for step in batch.steps for definition in step.remove}


def plan(project: Project, days: int = 14, include: Iterable[str] = ("dormant",)) -> Plan:
    return pipeline.plan(project.loaded, days=days, now=NOW, environment={}, include=frozenset(include))


@pytest.mark.parametrize(
    "body",
    [
        "from shop import named\nreturn [f() for n, f in vars(named).items() if n.startswith('check_')]",
        "from shop import named\nreturn [f() for n, f in named.__dict__.items() if n.startswith('check_')]",
        "from shop import named\nreturn [getattr(named, n)() for n in dir(named) if n.startswith('check_')]",
        "import inspect\nfrom shop import named\nreturn [f() for _, f in inspect.getmembers(named, callable)]",
        "return __import__('shop.named', fromlist=['x']).check_one()",
        "import importlib\nreturn importlib.import_module('shop.named').check_one()",
        "import importlib\nmodule = importlib.import_module('shop.named')\nreturn module.check_one()",
        "import operator\nfrom shop import named\nreturn operator.attrgetter('check_one')(named)()",
    ],
)
def test_what_is_looked_up_in_a_module_is_not_planned(tmp_path: Path, body: str) -> None:
    work = WORK.replace("    return 1\n", "".join(f"    {line}\n" for line in body.splitlines()), 1)
    project = Project(tmp_path, FILES | {"shop/work.py": work, "shop/named.py": "def check_one():\n    return 1\n"})
    project.watch(CALLS, ROUTES)
    made = plan(project)
    assert made.refusal is None
    assert removed(made) == ENDPOINT_OLD


def test_parameters_spelled_differently_are_the_same_route(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"GET /go": 9, "GET /users/{id:int}": 3}, {"GET /go": "shop.main:go", "GET /old": "shop.main:old"})
    assert removed(plan(project)) == ENDPOINT_OLD


def test_head_requests_are_calls(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"GET /go": 9, "HEAD /users/{user_id}": 3, "HEAD /old": 1}, ROUTES)
    assert removed(plan(project)) == set()


def test_a_handler_that_was_renamed_since_production_published_it_is_not_planned(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    routes = {**ROUTES, "GET /old": "shop.main:ancient", "GET /users/{user_id}": "shop.main:member"}
    project.watch(CALLS, routes)
    assert removed(plan(project)) == set()


def test_names_swapped_since_production_published_them_are_held_back(tmp_path: Path) -> None:
    swapped = MAIN.replace("def user", "def X").replace("def old", "def user").replace("def X", "def old")
    project = Project(tmp_path, FILES)
    project.commit({"shop/main.py": swapped}, days_ago=1)
    project.watch(CALLS, ROUTES)
    assert "shop.work:find" not in removed(plan(project))
    assert "shop.main:old" not in removed(plan(project))


def test_a_route_that_appeared_inside_the_window_is_not_planned(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch(CALLS, {key: ROUTES[key] for key in CALLS}, days=15)
    project.watch({}, ROUTES, days=3)
    assert removed(plan(project)) == set()


def test_a_route_that_another_version_served_part_of_the_window_is_not_planned_for_its_rival(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({**CALLS, "GET /old": 4}, {**ROUTES, "GET /old": "shop.main:go"}, days=15)
    project.watch({}, ROUTES, days=10)
    assert removed(plan(project)) == set()


def test_a_handler_that_an_earlier_version_served_in_the_window_is_not_planned(tmp_path: Path) -> None:
    old = "\ndef first():\n    return work.only_first()\n"
    project = Project(
        tmp_path, FILES | {"shop/main.py": MAIN + old, "shop/work.py": WORK + "\ndef only_first():\n    return 1\n"}
    )
    project.watch(CALLS, {**ROUTES, "GET /go": "shop.main:first"}, days=15, until=NOW - timedelta(days=5))
    project.watch(CALLS, ROUTES, days=5)
    made = plan(project)
    assert removed(made).isdisjoint({"shop.main:first", "shop.work:only_first"})
    (first,) = made.contradictions
    assert first.id == "shop.main:first"
    assert "production served `GET /go` by it until 2026-11-16" in first.evidence[0].detail
    assert "shop.main:old" in removed(made), "its neighbours are not held back: it is known how it was called"


@pytest.mark.parametrize(("days", "watched"), [(30, 15), (14, 13), (2, 1)])
def test_a_window_longer_than_what_was_watched_plans_nothing(tmp_path: Path, days: int, watched: int) -> None:
    project = Project(tmp_path, FILES)
    project.watch(CALLS, ROUTES, days=watched)
    made = plan(project, days=days)
    assert made.refusal is not None
    assert removed(made) == set()


def test_one_day_is_enough_for_a_window_of_one_day(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch(CALLS, ROUTES, days=2)
    assert plan(project, days=1).refusal is None


def test_a_window_that_starts_in_the_middle_of_a_day_counts_calls_of_the_whole_day(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch(CALLS, ROUTES)
    early = NOW - timedelta(days=14, hours=6)
    project.watch({"GET /old": 1}, {}, days=0, until=early)
    assert removed(plan(project)) == set()


def test_uncommitted_callers_keep_what_they_call(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES | {"shop/spare.py": "def spare():\n    return 1\n"})
    project.watch(CALLS, ROUTES)
    assert "shop.spare:spare" in removed(plan(project)) or "shop.spare:" in removed(plan(project))
    (project.root / "shop/work.py").write_text(
        "from shop.spare import spare\n" + WORK.replace("return 1", "return spare()")
    )
    assert not {one for one in removed(plan(project)) if one.startswith("shop.spare")}


def test_two_sources_of_which_one_is_sick_plan_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch(CALLS, ROUTES)
    config = (project.root / "auditor.toml").read_text("utf-8")
    more = f'\n[[usage.sources]]\nname = "second"\nkind = "file"\nurl = "{(tmp_path / "nowhere").as_uri()}"\n'
    project.commit({"auditor.toml": config + more})
    made = plan(project)
    assert made.refusal is not None
    assert "second" in made.refusal
    assert removed(made) == set()


def test_unmatched_requests_alone_plan_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path, FILES)
    project.watch({"(unmatched)": 500}, ROUTES)
    made = plan(project)
    assert made.refusal is not None


def test_a_task_whose_name_two_functions_share_keeps_both(tmp_path: Path) -> None:
    jobs = """
from celery import Celery

celery = Celery("shop")

@celery.task(name="mail")
def one():
    return 1

@celery.task(name="mail")
def two():
    return 2
"""
    project = Project(tmp_path, FILES | {"shop/jobs.py": jobs})
    project.watch(CALLS, ROUTES)
    assert removed(plan(project)) == ENDPOINT_OLD


def test_a_component_whose_name_two_functions_share_keeps_both(tmp_path: Path) -> None:
    text = (
        "from auditor.tracking import component\n\n@component('export')\ndef {0}():\n    return {0}_inner()\n\n\n"
        "def {0}_inner():\n    return 1\n"
    )
    project = Project(tmp_path, FILES | {"shop/one.py": text.format("one"), "shop/two.py": text.format("two")})
    project.watch(CALLS, ROUTES, components={"export": 4})
    made = plan(project)
    assert removed(made) == ENDPOINT_OLD


def test_a_component_that_was_counted_under_a_name_of_its_function_is_kept(tmp_path: Path) -> None:
    text = "from auditor.tracking import component\n\ndef export():\n    with component('nightly'):\n        return 1\n"
    project = Project(tmp_path, FILES | {"shop/one.py": text})
    project.watch(CALLS, ROUTES, components={"nightly": 4})
    assert removed(plan(project)) == ENDPOINT_OLD


def test_a_computed_name_holds_back_what_it_can_be_and_not_the_handlers_beside_it(tmp_path: Path) -> None:
    tools = """
from shop import pages

class Tool:
    def one(self):
        return pages.helped()
"""
    pages = """
from fastapi import APIRouter

router = APIRouter()

def helped():
    return 1

def quiet():
    return 0

router.add_api_route("/quiet", quiet)
"""
    work = WORK.replace("    return 1\n", "    return getattr(tools.Tool(), input())()\n", 1)
    main = MAIN + "\nfrom shop import pages\napp.include_router(pages.router)\n"
    files = {"shop/main.py": main, "shop/work.py": f"from shop import tools\n{work}"}
    project = Project(tmp_path, FILES | files | {"shop/tools.py": tools, "shop/pages.py": pages})
    project.watch(CALLS, {**ROUTES, "GET /quiet": "shop.pages:quiet"})
    made = plan(project)
    held = {one.id: one.held_back[0].reason for one in made.findings if one.held_back}
    assert held == {"shop.tools:Tool.one": "dynamic_access", "shop.pages:helped": "dynamic_access"}
    assert "shop.pages:quiet" in {name for batch in made.batches for step in batch.steps for name in step.remove}
