"""Two handlers on one path, in every form: the one that serves may not go, whatever stands behind it."""

from pathlib import Path

import pytest

from auditor.model.gate import GateResult
from tests.changes import judged, reasons
from tests.production import Project

FIRST = """
from fastapi import APIRouter

router = APIRouter()

@router.post("/chat")
def chat(text: str):
    return text
"""
SECOND = FIRST.replace("def chat", "def chat_simple").replace("return text", 'return "simple"')
MAIN = """
from fastapi import FastAPI
from shop import first, second

app = FastAPI()
app.include_router(first.router, prefix="/api")
app.include_router(second.router, prefix="/api")
"""
SHOP = {"shop/__init__.py": "", "shop/main.py": MAIN, "shop/first.py": FIRST, "shop/second.py": SECOND}
NESTED = {
    **SHOP,
    "shop/main.py": """
from fastapi import FastAPI
from shop.api import router

app = FastAPI()
app.include_router(router)
""",
    "shop/api.py": """
from fastapi import APIRouter
from shop import first, second

router = APIRouter(prefix="/api")
router.include_router(first.router)
router.include_router(second.router)
""",
}  # fmt: skip
CONDITIONAL = {
    **SHOP,
    "shop/main.py": MAIN.replace("app.include_router(first", "if app.debug:\n    app.include_router(first"),
}
SWAPPED = MAIN.replace("first.router", "X").replace("second.router", "first.router").replace("X", "second.router")
BY_STRING = {
    **SHOP,
    "shop/main.py": """
from fastapi import FastAPI
from shop import second
from shop.load import by_name

app = FastAPI()
app.add_api_route("/api/chat", by_name("shop.first:chat"), methods=["POST"])
app.include_router(second.router, prefix="/api")
""",
    "shop/load.py": """
import importlib

def by_name(text):
    module, name = text.split(":")
    return getattr(importlib.import_module(module), name)
""",
}
KEY = "POST /api/chat"
CALLED = {"shop.first:chat": "called"}


def without(text: str, *lines: str) -> str:
    for line in lines:
        assert line in text
        text = text.replace(line, "")
    return text


WITHOUT_FIRST = without(MAIN, 'app.include_router(first.router, prefix="/api")\n').replace("first, second", "second")
WITHOUT_SECOND = without(MAIN, 'app.include_router(second.router, prefix="/api")\n').replace("first, second", "first")


def gate(
    root: Path,
    files: dict[str, str],
    change: dict[str, str | None],
    *,
    serves: str = "shop.first:chat",
    behind: str = "shop.second:chat_simple",
    calls: int = 9,
) -> GateResult:
    project = Project(root, files)
    project.watch({KEY: calls, "GET /other": 3}, {KEY: serves, "GET /other": "x:other"}, shadowed={KEY: behind})
    project.collect()
    return judged(project, change)


@pytest.mark.parametrize(
    ("files", "change"),
    [
        (SHOP, {"shop/main.py": WITHOUT_FIRST, "shop/first.py": None}),
        (SHOP, {"shop/main.py": WITHOUT_FIRST}),
        (SHOP, {"shop/main.py": SWAPPED}),
        (SHOP, {"shop/first.py": FIRST.replace('@router.post("/chat")\n', "")}),
        (SHOP, {"shop/first.py": FIRST.replace('"/chat"', '"/talk"')}),
        (SHOP, {"shop/main.py": WITHOUT_FIRST, "shop/first.py": None, "shop/second.py": SECOND.replace("_simple", "")}),
        (SHOP, {"shop/main.py": WITHOUT_FIRST.replace("second", "third"), "shop/first.py": None, "shop/second.py": None,
                "shop/third.py": SECOND}),
        (NESTED, {"shop/api.py": without(NESTED["shop/api.py"], "router.include_router(first.router)\n")
                  .replace("first, second", "second"), "shop/first.py": None}),
        (CONDITIONAL, {"shop/main.py": WITHOUT_FIRST, "shop/first.py": None}),
        (SHOP | {"shop/main.py": MAIN + 'app.include_router(first.router, prefix="/v1")\n'},
         {"shop/main.py": WITHOUT_FIRST.replace("import second", "import first, second")
          + 'app.include_router(first.router, prefix="/v1")\n'}),
    ],
    ids=["deleted", "not included", "order swapped", "decorator dropped", "path changed",
         "deleted, and the other one renamed", "deleted, and the other one moved", "nested", "conditional",
         "still included elsewhere"],
)  # fmt: skip
def test_the_handler_that_serves_is_missed(
    tmp_path: Path, files: dict[str, str], change: dict[str, str | None]
) -> None:
    result = gate(tmp_path, files, change)
    assert not result.passed
    assert reasons(result) == CALLED


def test_a_handler_in_a_function_that_nobody_calls_is_missed(tmp_path: Path) -> None:
    inner = FIRST.partition("@")[2].replace("\n", "\n    ")
    hidden = f"from fastapi import APIRouter\n\nrouter = APIRouter()\n\ndef register():\n    @{inner}\n"
    project = Project(tmp_path, {**SHOP, "shop/second.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"})
    project.watch({KEY: 5}, {KEY: "shop.first:chat"})
    project.collect()
    assert reasons(judged(project, {"shop/first.py": hidden})) == CALLED
    project.repository.run("branch", "-m", "change", "hidden")
    assert judged(project, {"shop/first.py": f"{hidden}\nregister()\n"}).passed


def test_a_handler_that_is_named_by_a_string_is_missed(tmp_path: Path) -> None:
    main = BY_STRING["shop/main.py"]
    line = 'app.add_api_route("/api/chat", by_name("shop.first:chat"), methods=["POST"])\n'
    assert reasons(gate(tmp_path, BY_STRING, {"shop/main.py": without(main, line), "shop/first.py": None})) == CALLED


@pytest.mark.parametrize(
    "change",
    [
        {"shop/main.py": WITHOUT_SECOND, "shop/second.py": None},
        {"shop/main.py": WITHOUT_SECOND},
        {"shop/main.py": WITHOUT_FIRST.replace("second", "new"), "shop/first.py": None, "shop/second.py": None,
         "shop/new.py": FIRST.replace("def chat", "def talk").replace("return text", "return text.strip()")},
        {"shop/main.py": MAIN.replace("first", "one"), "shop/first.py": None, "shop/one.py": FIRST},
    ],
    ids=["deleted", "not included", "both replaced by new code", "serving one moved"],
)  # fmt: skip
def test_the_handler_that_never_served_is_not_missed(tmp_path: Path, change: dict[str, str | None]) -> None:
    result = gate(tmp_path, SHOP, change)
    assert (result.passed, result.breaches, result.undecidable) == (True, (), None)


def test_production_knows_better_which_of_two_handlers_serves(tmp_path: Path) -> None:
    change = {"shop/main.py": WITHOUT_SECOND, "shop/second.py": None}
    result = gate(tmp_path, SHOP, change, serves="shop.second:chat_simple", behind="shop.first:chat")
    assert reasons(result) == {"shop.second:chat_simple": "contradicted"}


def test_a_path_that_a_wider_route_would_serve_is_missed(tmp_path: Path) -> None:
    main = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/users/me")
def me():
    return 1

@app.get("/users/{user_id}")
def user(user_id: str):
    return 2
"""
    project = Project(tmp_path, {"shop/__init__.py": "", "shop/main.py": main})
    keys = {"GET /users/me": "shop.main:me", "GET /users/{user_id}": "shop.main:user"}
    project.watch(dict.fromkeys(keys, 4), keys)
    project.collect()
    me = '@app.get("/users/me")\ndef me():\n    return 1\n\n'
    swapped = without(main, me) + "\n" + me
    assert reasons(judged(project, {"shop/main.py": swapped})) == {"shop.main:me": "called"}


def test_only_the_calls_of_the_path_that_goes_count(tmp_path: Path) -> None:
    main = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/a")
@app.get("/b")
def both():
    return 1
"""
    project = Project(tmp_path, {"shop/__init__.py": "", "shop/main.py": main})
    keys = {"GET /a": "shop.main:both", "GET /b": "shop.main:both"}
    project.watch({"GET /a": 4}, keys)
    project.collect()
    result = judged(project, {"shop/main.py": without(main, '@app.get("/b")\n')})
    assert reasons(result) == {"shop.main:both": "reachable"}
    assert "GET /b: 0 calls" in result.breaches[0].detail


def test_a_handler_whose_path_cannot_be_told_is_an_end(tmp_path: Path) -> None:
    main = """
import os
from fastapi import FastAPI
app = FastAPI()

@app.get(os.environ["PATH_OF_IT"])
def somewhere():
    return 1
"""
    project = Project(tmp_path, {"shop/__init__.py": "", "shop/main.py": main})
    project.watch({"GET /x": 4}, {"GET /x": "shop.main:somewhere"})
    project.collect()
    text = without(main, '@app.get(os.environ["PATH_OF_IT"])\ndef somewhere():\n    return 1\n')
    assert reasons(judged(project, {"shop/main.py": text})) == {"shop.main:somewhere": "called"}


@pytest.mark.parametrize("key", ["HEAD /a", "GET /proxied/a"])
@pytest.mark.parametrize("change", ["handler", "decorator"])
def test_calls_count_by_whatever_key_production_knew_the_handler(tmp_path: Path, key: str, change: str) -> None:
    main = """
from fastapi import FastAPI
app = FastAPI()

@app.get("/a")
def a():
    return 1

@app.get("/b")
def b():
    return 1
"""
    project = Project(tmp_path, {"shop/__init__.py": "", "shop/main.py": main})
    config = (project.root / "auditor.toml").read_text("utf-8") + "\n[gate]\nallow_dormant = true\n"
    project.commit({"auditor.toml": config})
    routes = {"GET /a": "shop.main:a", "GET /b": "shop.main:b", key: "shop.main:a"}
    project.watch({"GET /b": 4, key: 3}, routes)
    project.collect()
    gone = '@app.get("/a")\n' + ("def a():\n    return 1\n\n" if change == "handler" else "")
    assert reasons(judged(project, {"shop/main.py": without(main, gone)})) == {"shop.main:a": "called"}


DEPLOYED = {
    **SHOP,
    "shop/main.py": WITHOUT_FIRST,
    "deploy/__init__.py": "",
    "deploy/prod.py": MAIN,
    "Dockerfile": 'FROM python:3.12\nCMD ["uvicorn", "deploy.prod:app"]\n',
    "tests/test_shop.py": "from shop.main import app\n\n\ndef test_app():\n    assert app\n",
}


@pytest.mark.parametrize("keeps_name", [True, False])
def test_a_handler_that_only_the_deployed_application_serves_is_missed(tmp_path: Path, *, keeps_name: bool) -> None:
    """The tests import another entry point, in which the other handler of the path is the only one."""
    change: dict[str, str | None] = {"deploy/prod.py": WITHOUT_FIRST}
    if not keeps_name:
        change["shop/first.py"] = None
    assert reasons(gate(tmp_path, DEPLOYED, change))["shop.first:chat"] == "called"


FLASK = {
    "shop/__init__.py": "",
    "shop/first.py": "from flask import Blueprint\n\nfirst = Blueprint('first', __name__)\n\n\n"
    "@first.post('/chat')\ndef chat():\n    return 'a'\n",
    "shop/second.py": "from flask import Blueprint\n\nsecond = Blueprint('second', __name__)\n\n\n"
    "@second.post('/chat')\ndef chat_simple():\n    return 'b'\n",
    "shop/main.py": "from flask import Flask\nfrom shop.first import first\nfrom shop.second import second\n\n"
    "app = Flask(__name__)\napp.register_blueprint(first, url_prefix='/api')\n"
    "app.register_blueprint(second, url_prefix='/api')\n",
}
DJANGO = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n',
    "site_/__init__.py": "",
    "site_/settings.py": 'ROOT_URLCONF = "site_.urls"\n',
    "site_/urls.py": "from django.urls import include, path\n\nurlpatterns = [\n"
    "    path('api/', include('shop.first')),\n    path('api/', include('shop.second')),\n]\n",
    "shop/__init__.py": "",
    "shop/views.py": "def chat(request):\n    return 'a'\n\n\ndef chat_simple(request):\n    return 'b'\n",
    "shop/first.py": "from django.urls import path\nfrom shop.views import chat\n\n"
    "urlpatterns = [path('chat', chat)]\n",
    "shop/second.py": "from django.urls import path\nfrom shop.views import chat_simple\n\n"
    "urlpatterns = [path('chat', chat_simple)]\n",
}


def test_two_handlers_on_one_path_are_told_apart_in_other_frameworks(tmp_path: Path) -> None:
    flask_main = without(
        FLASK["shop/main.py"],
        "from shop.first import first\n",
        "app.register_blueprint(first, url_prefix='/api')\n",
    )
    urls = without(DJANGO["site_/urls.py"], "    path('api/', include('shop.first')),\n")
    views = DJANGO["shop/views.py"].partition("\n\n\n")[2]
    for name, files, key, handler, behind, change in (
        ("flask", FLASK, "POST /api/chat", "shop.first:chat", "shop.second:chat_simple",
         {"shop/main.py": flask_main, "shop/first.py": None}),
        ("django", DJANGO, "ANY /api/chat", "shop.views:chat", "shop.views:chat_simple",
         {"site_/urls.py": urls, "shop/first.py": None, "shop/views.py": views}),
    ):  # fmt: skip
        root = tmp_path / name
        root.mkdir()
        project = Project(root, files)
        project.watch({key: 9}, {key: handler}, shadowed={key: behind})
        project.collect()
        result = judged(project, change)
        assert reasons(result) == {handler: "called"}, (name, result)
        assert "which did not serve it until now" in result.breaches[0].detail


PAGES = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n",
    "site1/__init__.py": "", "blog/__init__.py": "", "site1/settings.py": "ROOT_URLCONF = 'site1.urls'\n",
    "site1/urls.py": "from django.urls import path\nfrom blog import views\n"
                     "urlpatterns = [path('one/', views.one), path('two/', views.Two.as_view())]\n",
    "blog/views.py": "from django.views import View\n\n\ndef one(request):\n    return 1\n\n\n"
                     "class Two(View):\n    def get(self, request):\n        return 2\n",
    "blog/admin.py": "from django.contrib import admin\nfrom django.contrib.auth.models import User\n\n\n"
                     "@admin.register(User)\nclass Users(admin.ModelAdmin):\n    list_display = ['badge']\n\n"
                     "    def badge(self, user):\n        return 'b'\n",
}  # fmt: skip


def test_functions_become_classes_and_back_at_the_methods_that_are_called(tmp_path: Path) -> None:
    project = Project(tmp_path, PAGES)
    project.watch({"GET /one/": 5, "GET /two/": 5}, {"GET /one/": "blog.views:one", "GET /two/": "blog.views:Two"})
    project.collect()
    there = "from django.views import View\n\n\nclass One(View):\n    def get(self, request):\n        return 1\n\n\n"
    urls = PAGES["site1/urls.py"].replace("views.one", "views.One.as_view()").replace("Two.as_view()", "two")
    views = f"{there}def two(request):\n    return 2\n"
    branch = project.repository.run
    assert judged(project, {"site1/urls.py": urls, "blog/views.py": views}).passed
    branch("branch", "-m", "change", "there")
    posting = views.replace("def get", "def post")
    assert set(reasons(judged(project, {"site1/urls.py": urls, "blog/views.py": posting}))) == {"blog.views:one"}
    branch("branch", "-m", "change", "posting")
    admin = PAGES["blog/admin.py"].partition("    def badge")[0]
    assert reasons(judged(project, {"blog/admin.py": admin})) == {"blog.admin:Users.badge": "dangling_reference"}
    branch("branch", "-m", "change", "badge")
    assert judged(project, {"blog/admin.py": admin.replace("['badge']", "['email']")}).passed
