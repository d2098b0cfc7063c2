"""What still stands in the text of head, or went together with its registration, and is missed all the same."""

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

MAIN = """
from fastapi import FastAPI
from shop.api import router

app = FastAPI()
app.include_router(router, prefix="/api")
"""
API = """
from fastapi import APIRouter
from shop.auth import logged

router = APIRouter()

@router.get("/state")
@logged
def state():
    return 1

def late():
    return 2

router.add_api_route("/late", late)
"""
SHOP = {
    "shop/__init__.py": "",
    "shop/main.py": MAIN,
    "shop/api.py": API,
    "shop/auth.py": "def logged(function):\n    return function\n",
}
INCLUDE, LATE = 'app.include_router(router, prefix="/api")\n', 'router.add_api_route("/late", late)\n'
STATE = '@router.get("/state")\n@logged\ndef state():\n    return 1\n'
ROUTES = {"GET /api/state": "shop.api:state", "GET /api/late": "shop.api:late"}
ALL = dict.fromkeys(ROUTES.values(), "called")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("standing"), SHOP)
    project.watch(dict.fromkeys(ROUTES, 5), ROUTES)
    project.collect()
    return project


def judge(project: Project, name: str, path: str, *edits: tuple[str, str]) -> GateResult:
    text = SHOP[path]
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    project.branch(name, {path: text})
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


def within(name: str, text: str, after: str = "") -> str:
    return f"def {name}:\n" + "".join(f"    {line}\n" for line in text.splitlines()) + after


def test_a_registration_in_a_function_that_nobody_calls_is_none(shop: Project) -> None:
    api, main = "shop/api.py", "shop/main.py"
    assert reasons(judge(shop, "handler", api, (STATE, within("never()", STATE)))) == {"shop.api:state": "called"}
    assert reasons(judge(shop, "late", api, (LATE, within("never()", LATE)))) == {"shop.api:late": "called"}
    assert reasons(judge(shop, "include", main, (INCLUDE, within("never()", INCLUDE)))) == ALL


def test_a_registration_in_a_function_that_is_called_stands(shop: Project) -> None:
    api, main = "shop/api.py", "shop/main.py"
    assert judge(shop, "wired", api, (LATE, within("wire(router)", LATE, "wire(router)\n"))).passed
    table = "for one in (wire,):\n    one(router)\n"
    assert judge(shop, "listed", api, (LATE, within("wire(router)", LATE, table))).passed
    factory = within("make()", f"app = FastAPI()\n{INCLUDE}return app", "app = make()\n")
    assert reasons(judge(shop, "factory", main, (f"app = FastAPI()\n{INCLUDE}", factory))) == {}


def test_what_was_registered_on_an_application_goes_with_it(shop: Project) -> None:
    main, end = "shop/main.py", f"{INCLUDE}app = FastAPI()\n"
    assert reasons(judge(shop, "again", main, (INCLUDE, end))) == ALL
    wrapped = f"{INCLUDE}class Timed:\n    def __init__(self, app): self.app = app\n\napp = Timed(app)\n"
    assert judge(shop, "wrapped", main, (INCLUDE, wrapped)).passed
    assert judge(shop, "twice", main, (INCLUDE, f"app = FastAPI()\n{INCLUDE}")).passed
    kept = f"{INCLUDE}served = FastAPI()\nserved.mount('/', app)\napp = FastAPI()\n"
    assert judge(shop, "given", main, (INCLUDE, kept)).passed
