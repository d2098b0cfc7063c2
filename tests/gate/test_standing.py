"""What still stands in the text of head, or went together with its registration, and is missed all the same."""

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

MAIN = """
from fastapi import Depends, FastAPI
from shop import hooks
from shop.api import router

app = FastAPI()
app.include_router(router, prefix="/api")
app.add_middleware(hooks.Timed)
app.add_exception_handler(ValueError, hooks.on_error)
inner = FastAPI(lifespan=hooks.lifespan, dependencies=[Depends(hooks.user)])
app.mount("/inner", inner)
"""
HOOKS = """
import atexit
import signal

class Timed:
    def __init__(self, app):
        self.app = app

def on_error(request, error):
    return None

def lifespan(app):
    yield

def user():
    return 1

def flush():
    return 1

atexit.register(flush)

def stop(number, frame):
    return 1

signal.signal(signal.SIGTERM, stop)
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
    "shop/hooks.py": HOOKS,
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


def test_a_callback_that_goes_with_its_registration_is_missed(shop: Project) -> None:
    main = MAIN.partition("app.add_middleware")[0].replace("from shop import", "from shop import jobs,")
    main += 'inner = FastAPI()\napp.mount("/inner", inner)\n'
    shop.branch("callbacks", {"shop/main.py": main, "shop/jobs.py": "", "shop/hooks.py": "import atexit\n"})
    result = pipeline.gate(shop.loaded, "main", "callbacks", days=None, now=NOW, environment={})
    gone = ("Timed", "on_error", "lifespan", "user", "flush", "stop")
    expected = {f"shop.hooks:{name}": "reachable" for name in gone} | {"shop.hooks:Timed": "called"}
    assert reasons(result) == expected
    details = {one.id: one.detail for one in result.breaches}
    assert "it runs with each request, of which there were 150 in 14 days" in details["shop.hooks:Timed"]
    assert "registers it, to be called later; nothing measures" in details["shop.hooks:flush"]


def test_a_callback_that_another_takes_the_place_of_may_go(shop: Project) -> None:
    main, hooks = MAIN, HOOKS
    for old, new in (("Timed", "Counted"), ("user", "person"), ("flush", "close"), ("lifespan(", "life(")):
        hooks = hooks.replace(old, new).replace("return 1", "return 2")
        main = main.replace(f"hooks.{old.rstrip('(')}", f"hooks.{new.rstrip('(')}")
    error = "app.add_exception_handler(ValueError, hooks.on_error)\n"
    decorated = "@app.exception_handler(ValueError)\ndef failed(request, error):\n    return 3\n"
    main = main.replace(error, decorated)
    hooks = hooks.replace("def on_error(request, error):\n    return None\n", "")
    shop.branch("instead", {"shop/main.py": main, "shop/hooks.py": hooks})
    assert reasons(pipeline.gate(shop.loaded, "main", "instead", days=None, now=NOW, environment={})) == {}
    library = MAIN.replace("hooks.Timed", "GZip").replace(
        "from fastapi", "from starlette.gzip import GZip\nfrom fastapi"
    )
    shop.branch("library", {"shop/main.py": library, "shop/hooks.py": HOOKS.replace("class Timed", "class Unused")})
    assert reasons(pipeline.gate(shop.loaded, "main", "library", days=None, now=NOW, environment={})) == {}
    other = MAIN.replace("app.add_middleware(hooks.Timed)\n", "").replace(
        "hooks\n", "hooks\nfrom gzips import GZip\n", 1
    )
    shop.branch("other", {"shop/main.py": f"{other}inner.add_middleware(GZip)\n"})
    result = pipeline.gate(shop.loaded, "main", "other", days=None, now=NOW, environment={})
    assert reasons(result) == {"shop.hooks:Timed": "called"}, "what another application gained takes no place of it"
