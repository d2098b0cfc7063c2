"""The route table, compared with the frameworks' own on the sample projects, and the cases that hurt."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes
from auditor.frameworks import RULES
from auditor.model.code import ModuleFacts
from auditor.model.graph import Route

PROJECTS = Path(__file__).parent.parent / "projects"
FactsFrom = Callable[[Mapping[str, str]], tuple[ModuleFacts, ...]]
ProjectFacts = Callable[[str], tuple[ModuleFacts, ...]]

ASGI_TABLE = """
import json, sys
from importlib import import_module
from starlette.routing import Host, Mount, WebSocketRoute
try:
    from fastapi.routing import iter_route_contexts
except ImportError:
    iter_route_contexts = list
app = import_module(sys.argv[1]).app
warm_up = getattr(import_module(sys.argv[1]), "warm_up", None)
if warm_up:
    warm_up()
rows = []
def walk(routes, prefix):
    for context in iter_route_contexts(routes):
        route = getattr(context, "starlette_route", None) or getattr(context, "original_route", None) or context
        path = getattr(context, "path", None) or getattr(route, "path", "")
        if isinstance(route, Mount):
            walk(route.routes, prefix + route.path)
            continue
        if not hasattr(context.endpoint, "__module__") or context.endpoint.__module__.split(".")[0] not in sys.argv[2:]:
            continue
        handler = f"{context.endpoint.__module__}:{context.endpoint.__qualname__}"
        methods = getattr(context, "methods", None)
        if isinstance(route, WebSocketRoute) or "WebSocket" in type(route).__name__:
            methods = ["WEBSOCKET"]
        elif methods is None:
            methods = [name.upper() for name in ("get", "post") if hasattr(context.endpoint, name)]
            if any(base.__name__ == "WebSocketEndpoint" for base in context.endpoint.__mro__):
                methods = ["WEBSOCKET"]
        own = [m for m in methods if m not in ("HEAD", "OPTIONS")] or methods
        rows.extend([m, prefix + path, handler] for m in own)
walk(app.routes, "")
print(json.dumps(rows))
"""

FLASK_TABLE = """
import json, sys
from importlib import import_module
app = import_module(sys.argv[1]).application
rows = []
for rule in app.url_map.iter_rules():
    view = app.view_functions[rule.endpoint]
    view = getattr(view, "view_class", view)
    if view.__module__.split(".")[0] not in sys.argv[2:]:
        continue
    handler = f"{view.__module__}:{view.__qualname__}"
    own = [m for m in rule.methods if m not in ("HEAD", "OPTIONS")] or ["HEAD"]  # Flask itself adds OPTIONS
    rows += [[m, rule.rule, handler] for m in own]
print(json.dumps(rows))
"""


def own_table(project: str, script: str, *arguments: str) -> list[tuple[str, ...]]:
    """Return what the framework itself says, asked in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(PROJECTS / project), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return sorted(tuple(row) for row in json.loads(done.stdout))


def table(facts: tuple[ModuleFacts, ...]) -> tuple[Route, ...]:
    return routes.find(facts, SymbolTable(facts), RULES)


def rows(found: tuple[Route, ...]) -> list[tuple[str, str, str]]:
    return sorted((one.method, one.template, one.handler.replace(".<locals>.", ".<locals>.")) for one in found)


def shadows(found: tuple[Route, ...]) -> dict[tuple[str, str], str]:
    return {(one.key, one.handler): one.shadowed_by for one in found if one.shadowed_by is not None}


@pytest.mark.parametrize(
    ("project", "module", "packages"),
    [
        ("fastapi_app", "shop.main", ["shop"]),
        ("incident", "chat.main", ["chat"]),
        ("starlette_app", "main", ["main"]),
    ],
)
def test_asgi_routes_are_those_of_the_application(
    project_facts: ProjectFacts, project: str, module: str, packages: list[str]
) -> None:
    assert rows(table(project_facts(project))) == own_table(project, ASGI_TABLE, module, *packages)


def test_flask_routes_are_those_of_the_url_map(project_facts: ProjectFacts) -> None:
    from auditor.tracking.templates import from_angles

    own = [
        (method, from_angles(rule), handler)
        for method, rule, handler in own_table("flask_app", FLASK_TABLE, "wsgi", "blog")
    ]
    assert rows(table(project_facts("flask_app"))) == sorted(own)


@pytest.mark.parametrize(
    ("project", "settings", "conditional"),
    [
        ("django_app", "project.settings", set()),
        ("django_routes", "desk.settings", {("ANY", "/replaced/", "desk.views:debugging")}),
    ],
)
def test_django_routes_are_those_of_the_resolver_in_its_order(
    project_facts: ProjectFacts, project: str, settings: str, conditional: set[tuple[str, str, str]]
) -> None:
    script = (PROJECTS.parents[1] / "scripts" / "measuring" / "route_probe_django.py").read_text()
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=PROJECTS / project, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    own = [(one["method"], one["template"], one["handler"]) for one in json.loads(done.stdout)]
    found = [(one.method, one.template, one.handler) for one in table(project_facts(project))]
    assert [one for one in found if one not in conditional] == own
    assert conditional <= set(found)


def test_of_two_handlers_on_one_path_the_first_registered_serves(project_facts: ProjectFacts) -> None:
    found = table(project_facts("incident"))
    chat = [(one.handler, one.shadowed_by) for one in found if one.key == "POST /api/v1/pam/chat"]
    assert chat == [("chat.pam_simple:chat_simple", None), ("chat.pam:chat", "chat.pam_simple:chat_simple")]


def test_the_order_of_the_includes_decides_not_that_of_the_imports(facts_from: FactsFrom) -> None:
    router = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/x')\ndef {0}(): ...\n"
    main = (
        "from fastapi import FastAPI\nfrom app import a, b\napp = FastAPI()\n"
        "app.include_router({}.router)\napp.include_router({}.router)\n"
    )
    for first, second in (("a", "b"), ("b", "a")):
        files = {
            "app/__init__.py": "",
            "app/a.py": router.format("of_a"),
            "app/b.py": router.format("of_b"),
            "app/main.py": main.format(first, second),
        }
        assert shadows(table(facts_from(files))) == {("GET /x", f"app.{second}:of_{second}"): f"app.{first}:of_{first}"}


def test_a_parameter_before_a_literal_shadows_it(project_facts: ProjectFacts) -> None:
    assert shadows(table(project_facts("fastapi_app"))) == {
        ("GET /api/users/me", "shop.api.users:get_me"): "shop.api.users:get_user",
        ("GET /api/users/42/orders", "shop.api.users:orders_of_42"): "shop.api.users:orders",
        ("POST /v1/assistant/chat", "shop.api.assistant_simple:chat_simple"): "shop.api.assistant:chat_with_context",
        ("GET /admin/extra", "shop.main:behind_the_mount"): "shop.main:",
    }


def test_flask_ranks_literals_first_and_django_does_not(project_facts: ProjectFacts) -> None:
    assert shadows(table(project_facts("flask_app"))) == {
        ("GET /posts/{other}", "blog.posts:shadowed"): "blog.posts:show"
    }
    assert shadows(table(project_facts("django_app"))) == {
        ("ANY /about/", "project.views:about_again"): "project.views:about",
        ("ANY /last/page/", "project.views:never"): "project.views:last",
    }


def test_django_expressions_shadow_only_what_they_surely_match(project_facts: ProjectFacts) -> None:
    assert shadows(table(project_facts("django_routes"))) == {
        ("ANY /by/hidden/", "desk.views:hidden"): "desk.views:named",
        ("ANY /open/sesame/", "desk.views:behind_open"): "desk.views:open_ended",
    }


@pytest.mark.parametrize(
    ("include", "unplaced"),
    [
        ("app.include_router(users.router, prefix=load())", {"app.users:get"}),
        ("for one in (users.router,):\n    app.include_router(one)", None),
        ("for one in load():\n    app.include_router(one)", {"app.users:get"}),
        ("build().include_router(users.router)", {"app.users:get"}),
    ],
)
def test_what_cannot_be_placed_is_served_without_a_key(
    facts_from: FactsFrom, include: str, unplaced: set[str] | None
) -> None:
    files = {
        "app/__init__.py": "",
        "app/users.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/users')\ndef get(): ...\n",
        "app/main.py": "from fastapi import FastAPI\nfrom app import users\nfrom x import load, build\n"
        f"app = FastAPI()\n{include}\n",
    }
    facts = facts_from(files)
    found = routes.read(facts, SymbolTable(facts), RULES)
    if unplaced is None:
        assert [one.key for one in found.routes] == ["GET /users"]
    else:
        assert not found.routes
        assert found.unplaced == unplaced


def test_a_router_that_nothing_includes_has_no_routes(project_facts: ProjectFacts) -> None:
    facts = project_facts("fastapi_app")
    found = routes.read(facts, SymbolTable(facts), RULES)
    assert found.orphans == {"shop.api.forgotten:forgotten_thing": "shop.api.forgotten.router"}
    assert not any("forgotten" in one.template for one in found.routes)


def test_applications_of_tests_serve_no_production_route(facts_from: FactsFrom) -> None:
    files = {
        "app/__init__.py": "",
        "app/users.py": "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/users')\ndef get(): ...\n",
        "tests/test_users.py": "from fastapi import FastAPI\nfrom app.users import router\n"
        "def test_users():\n    app = FastAPI()\n    app.include_router(router)\n",
    }
    facts = facts_from(files)
    found = routes.read(facts, SymbolTable(facts), RULES)
    assert not found.routes
    assert found.test_handlers == {"app.users:get"}


def test_a_factory_and_the_variable_it_is_assigned_to_are_one_application(facts_from: FactsFrom) -> None:
    text = (
        "from fastapi import FastAPI\n"
        "def create_app():\n    app = FastAPI()\n    @app.get('/a')\n    def a(): ...\n    return app\n"
        "app = create_app()\n"
        "@app.get('/b')\ndef b(): ...\n"
    )
    assert rows(table(facts_from({"main.py": text}))) == [
        ("GET", "/a", "main:create_app.<locals>.a"),
        ("GET", "/b", "main:b"),
    ]


def test_django_rest_routes_are_those_that_the_framework_lists(project_facts: ProjectFacts) -> None:
    """`rest_routes.txt` is what `scripts/measuring/route_probe_django.py` prints with REST framework 3.18."""
    expected = (Path(__file__).parent / "rest_routes.txt").read_text().splitlines()
    found = table(project_facts("drf_app"))
    assert [f"{one.method} {one.template} {one.handler}" for one in found] == expected


def test_a_project_without_frameworks_has_no_routes(facts_from: FactsFrom) -> None:
    assert table(facts_from({"a.py": "def get(path): ...\n@get('/x')\ndef b(): ...\n"})) == ()


@pytest.mark.parametrize(
    "include",
    [
        "if NEW:\n    app.include_router(b.router)",
        "try:\n    app.include_router(b.router)\nexcept Exception:\n    pass",
        "def switch():\n    app.include_router(b.router)\nif NEW:\n    switch()",
    ],
)
def test_what_is_registered_under_a_condition_shadows_nothing(facts_from: FactsFrom, include: str) -> None:
    router = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/x')\ndef {0}(): ...\n"
    main = "from fastapi import FastAPI\nfrom app import a, b\nfrom x import NEW\napp = FastAPI()\n"
    files = {
        "app/__init__.py": "",
        "app/a.py": router.format("of_a"),
        "app/b.py": router.format("of_b"),
        "app/main.py": f"{main}{include}\napp.include_router(a.router)\n",
    }
    found = table(facts_from(files))
    assert shadows(found) == {}
    assert rows(found) == [("GET", "/x", "app.a:of_a"), ("GET", "/x", "app.b:of_b")]


def test_url_patterns_under_a_condition_shadow_nothing(facts_from: FactsFrom) -> None:
    urls = (
        "from django.urls import path\nfrom x import NEW\ndef a(r): ...\ndef b(r): ...\n"
        "if NEW:\n    urlpatterns = [path('x/', a)]\nelse:\n    urlpatterns = [path('x/', b)]\n"
    )
    found = table(facts_from({"site/__init__.py": "", "site/urls.py": urls}))
    assert shadows(found) == {}
    assert [one.handler for one in found] == ["site.urls:a", "site.urls:b"]
