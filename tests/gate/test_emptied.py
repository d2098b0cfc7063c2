"""A deletion whose name stays: bodies emptied, registrations that never run. And what only looks like it."""

from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

WORK = "return work(3)\n"
STUBS = (
    "pass\n", "...\n", '"""Gone."""\n', "return\n", "return None\n", "return {}\n", "raise NotImplementedError\n",
    'raise NotImplementedError("gone")\n', f"return None\n    {WORK}", f'return {{"off": True}}\n    {WORK}',
    f"if False:\n        {WORK}", f"if 0 and number:\n        {WORK}", f"while False:\n        {WORK}",
    "# return work(3)\n    pass\n", 'log.warning("called %s", number)\n    return None\n',
    "from fastapi import HTTPException\n    raise HTTPException(status_code=410)\n",
    "from fastapi import Response\n    return Response(status_code=410)\n", f'raise ValueError("off")\n    {WORK}',
)  # fmt: skip
WORKING = (
    "return 3\n", "return number\n", "yield work(3)\n", "if False:\n        pass\n    else:\n        return work(3)\n",
    "log.info(work(3))\n", "while True:\n        work(3)\n", "return work\n", 'return {"price": 3}\n',
)  # fmt: skip


def handlers(*bodies: str) -> str:
    routes = "".join(
        f'\n@router.get("/h{at}")\ndef h{at}(number: int = 1):\n    {body}' for at, body in enumerate(bodies)
    )
    return (
        "import logging\nfrom fastapi import APIRouter\nfrom shop.work import work\n\nlog = logging.getLogger()\n"
        f"router = APIRouter()\n{routes}"
    )


SHOP = {
    "shop/__init__.py": "",
    "shop/main.py": (
        "from fastapi import FastAPI\nfrom shop import api, jobs\nfrom shop.shapes import Round\n\napp = FastAPI()\n"
        'app.include_router(api.router, prefix="/api")\n\n\ndef area(): return Round().area()\n\n\narea()\n'
    ),
    "shop/api.py": handlers(*[WORK] * max(len(STUBS), len(WORKING))),
    "shop/work.py": "def work(number):\n    return helper(number)\n\n\ndef helper(number):\n    return number * 2\n",
    "shop/shapes.py": (
        "class Shape:\n    def area(self):\n        return self.size() * 2\n\n"
        "    def size(self):\n        return 2\n\n\nclass Round(Shape):\n    pass\n"
    ),
    "shop/jobs.py": (
        'from celery import Celery\nfrom shop.work import work\n\ncelery = Celery("shop")\n\n\n'
        "@celery.task\ndef nightly():\n    return work(1)\n\n\n@celery.task\ndef was_empty():\n    pass\n"
    ),
    "shop/cli.py": (
        "import click\nfrom shop.work import work\n\n\n@click.group()\ndef cli():\n    work(1)\n\n\n"
        "@cli.command()\ndef prune():\n    return work(2)\n\n\nif __name__ == '__main__':\n    cli()\n"
    ),
}
ROUTES = {f"GET /api/h{at}": f"shop.api:h{at}" for at in range(len(STUBS))}
SEEN = {"shop.work:helper": 4, "shop.shapes:Shape.area": 4, "shop.shapes:Shape.size": 4}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("emptied"), SHOP)
    project.watch(dict.fromkeys(ROUTES, 5), ROUTES, uses={"functions": SEEN})
    project.collect()
    return project


def judge(project: Project, name: str, files: dict[str, str | None]) -> GateResult:
    project.branch(name.replace(" ", "-"), files)
    return pipeline.gate(project.loaded, "main", name.replace(" ", "-"), days=None, now=NOW, environment={})


def test_an_emptied_handler_is_missed_however_it_was_emptied(shop: Project) -> None:
    result = judge(shop, "stubs", {"shop/api.py": handlers(*STUBS)})
    assert reasons(result) == {f"shop.api:h{at}": "called" for at in range(len(STUBS))}
    first = next(one for one in result.breaches if one.id == "shop.api:h0")
    assert (first.path, first.line) == ("shop/api.py", 8)
    assert "does nothing any more; 70 calls" in first.detail or "does nothing any more; 75 calls" in first.detail


def test_a_body_that_still_does_something_is_not_empty(shop: Project) -> None:
    bodies = (*WORKING, *[WORK] * (len(STUBS) - len(WORKING)))
    assert judge(shop, "working", {"shop/api.py": handlers(*bodies)}).passed


def test_tasks_commands_and_observed_functions_may_not_be_emptied(shop: Project) -> None:
    change = {
        "shop/jobs.py": SHOP["shop/jobs.py"].replace("return work(1)", "pass"),
        "shop/cli.py": SHOP["shop/cli.py"].replace("work(1)", "pass").replace("return work(2)", "..."),
        "shop/work.py": SHOP["shop/work.py"].replace("return number * 2", "pass"),
        "shop/shapes.py": SHOP["shop/shapes.py"].replace("return self.size() * 2", "raise NotImplementedError"),
    }
    assert reasons(judge(shop, "ends", change)) == {  # the group's own body is none that anybody calls for itself
        "shop.jobs:nightly": "reachable", "shop.cli:prune": "reachable", "shop.work:helper": "called",
        "shop.shapes:Shape.area": "called",
    }  # fmt: skip


def test_what_is_given_up_declared_or_pushed_down_may_be_empty(shop: Project) -> None:
    change = {
        "shop/work.py": "def work(number):\n    return number * 2\n\n\ndef helper(number):\n    pass\n",
        "shop/shapes.py": (
            "import abc\n\n\nclass Shape(abc.ABC):\n    def area(self):\n        return self.size() * 2\n\n"
            "    @abc.abstractmethod\n    def size(self):\n        ...\n\n\n"
            "class Round(Shape):\n    def size(self):\n        return 2\n"
        ),
    }
    assert judge(shop, "declared", change).passed
    down = SHOP["shop/shapes.py"].replace("    return 2", "    raise NotImplementedError").replace(
        "    pass", "    def size(self):\n        return 2"
    )  # fmt: skip
    assert judge(shop, "down", {"shop/shapes.py": down}).passed


def under(guard: str, text: str) -> str:
    return f"{guard}:\n" + "".join(f"    {line}\n" for line in text.splitlines())


GUARDS = ("if False", "if 0", "while False", "if not True", "if app and False", "if TYPE_CHECKING", "if OFF",
          "if app and not ON and OFF")  # fmt: skip


@pytest.mark.parametrize("guard", GUARDS)
def test_a_registration_that_never_runs_is_none(shop: Project, guard: str) -> None:
    include = 'app.include_router(api.router, prefix="/api")\n'
    main = SHOP["shop/main.py"].replace(include, under(guard, include))
    top = "from typing import TYPE_CHECKING\nOFF = False\nON = True\n"
    task = "@celery.task\ndef nightly():\n    return work(1)\n"
    helper = "def helper(number):\n    return number * 2\n"
    change = {
        "shop/main.py": top + main,
        "shop/jobs.py": top + SHOP["shop/jobs.py"].replace(task, under(guard, task)),
        "shop/work.py": top + SHOP["shop/work.py"].replace(helper, under(guard, helper)),
    }
    expected = dict.fromkeys(ROUTES.values(), "called") | {"shop.jobs:nightly": "reachable"}
    if "TYPE_CHECKING" not in guard:
        expected["shop.work:helper"] = "dangling_reference"
    assert reasons(judge(shop, f"guard {GUARDS.index(guard)}", change)) == expected


def test_a_switch_that_somebody_may_turn_on_hides_nothing(tmp_path: Path) -> None:
    main = "OFF = False\n" + SHOP["shop/main.py"].replace(
        'app.include_router(api.router, prefix="/api")\n',
        'if OFF:\n    app.include_router(api.router, prefix="/api")\n',
    )
    project = Project(tmp_path, SHOP | {"shop/main.py": main})
    project.watch(dict.fromkeys(ROUTES, 5), ROUTES)
    project.collect()
    assert judge(project, "other", {"shop/work.py": SHOP["shop/work.py"] + "\n\nx = 1\n"}).passed
    gone = judge(project, "gone", {"shop/main.py": SHOP["shop/main.py"].replace("app.include_router", "print")})
    assert set(reasons(gone)) == set(ROUTES.values())
    set_elsewhere = {
        "shop/main.py": SHOP["shop/main.py"].replace("app.include", "FRESH = False\nif FRESH:\n    app.include"),
        "shop/start.py": "from shop import main\n\nmain.FRESH = True\n",
    }
    assert judge(project, "elsewhere", set_elsewhere).passed
