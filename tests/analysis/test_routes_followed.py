"""Route tables of applications that register in their own ways, and of frameworks that are not installed here.

The house projects are compared with what the frameworks say of them, by the probe that measures real applications.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from auditor.analysis.resolution.symbols import SymbolTable
from auditor.analysis.routing import routes
from auditor.analysis.routing.route_syntaxes import from_braces, from_rule, host_from_rule
from auditor.frameworks import RULES
from auditor.model.code import ModuleFacts
from auditor.tracking.templates import from_angles
from tests.analysis.composing import analyse

PROJECTS = Path(__file__).parent.parent / "projects"
PROBE = PROJECTS.parents[1] / "scripts" / "measuring" / "route_probe.py"
FactsFrom = Callable[[Mapping[str, str]], tuple[ModuleFacts, ...]]
ProjectFacts = Callable[[str], tuple[ModuleFacts, ...]]


def rows(facts: tuple[ModuleFacts, ...]) -> set[tuple[str, str]]:
    """Return the keys of all routes with their handlers."""
    return {(one.key, one.handler) for one in routes.find(facts, SymbolTable(facts), RULES)}


@pytest.mark.parametrize(
    ("project", "application", "conditional"),
    [
        ("house_flask", "wsgi:application", {("GET /reports", "desk.factory:reports")}),
        ("house_fastapi", "main:app", set()),
        ("flask_app", "wsgi:application", set()),
        ("fastapi_app", "shop.main:app", {("GET /late/{thing}", "shop.api.late:register.<locals>.late_thing")}),
        ("starlette_app", "main:app", set()),
    ],
)
def test_tables_are_those_of_the_frameworks(
    project_facts: ProjectFacts, project: str, application: str, conditional: set[tuple[str, str]]
) -> None:
    done = subprocess.run(
        [sys.executable, PROBE, "--app", application], cwd=PROJECTS / project, capture_output=True, text=True,
        check=False, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    facts = project_facts(project)
    modules = {one.module for one in facts}
    own = {
        (f"{row['method']} {from_angles(row['template'])}", row["handler"])
        for row in json.loads(done.stdout)["rows"]
        if row["handler"].partition(":")[0] in modules
    }
    assert rows(facts) - conditional == own - conditional


def test_a_package_called_as_the_framework_does_not_stand_for_it(project_facts: ProjectFacts) -> None:
    assert rows(project_facts("import_roots")) == {
        ("GET /orders/{number}", "shop.server.app:order"),
        ("POST /orders/", "shop.server.app:place_order"),
        ("GET /internal/ready", "shop.server.app:ready"),
        ("GET /version", "shop.server.fastapi:create_app.<locals>.version"),
    }


def test_flask_restx_and_restful(facts_from: FactsFrom) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/users.py": (
            "from flask_restx import Namespace, Resource\nns = Namespace('users')\n"
            "@ns.route('/', '/<int:user>')\nclass Users(Resource):\n    def get(self, user=None): ...\n"
            "    def put(self, user): ...\n"
        ),
        "shop/app.py": (
            "from flask import Flask, Blueprint\nfrom flask_restx import Api, Resource\nimport flask_restful\n"
            "from shop.users import ns\n"
            "blueprint = Blueprint('api', __name__, url_prefix='/api')\napi = Api(blueprint, prefix='/v1')\n"
            "api.add_namespace(ns, path='/people')\nstatus = api.namespace('status')\n"
            "@status.route('')\nclass Status(Resource):\n    def get(self): ...\n"
            "old = flask_restful.Api(prefix='/old')\n"
            "class Todo(flask_restful.Resource):\n    def delete(self, todo): ...\n"
            "def create_app():\n    app = Flask(__name__)\n    app.register_blueprint(blueprint)\n"
            "    old.add_resource(Todo, '/todo/<todo>', '/todos/<todo>')\n    old.init_app(app)\n    return app\n"
        ),
    }
    users = [f"{method} /api/v1/people{path}" for method in ("GET", "PUT") for path in ("/", "/{user:int}")]
    assert rows(facts_from(files)) == {
        *((key, "shop.users:Users") for key in users),
        ("GET /api/v1/status", "shop.app:Status"),
        ("DELETE /old/todo/{todo}", "shop.app:Todo"), ("DELETE /old/todos/{todo}", "shop.app:Todo"),
    }  # fmt: skip


def test_aiohttp(facts_from: FactsFrom) -> None:
    files = {
        "app/__init__.py": "",
        "app/views.py": (
            "from aiohttp import web\nroutes = web.RouteTableDef()\n"
            "@routes.get('/files/{name:.*}')\nasync def file(request): ...\n"
            "@routes.view('/me')\nclass Me(web.View):\n    async def get(self): ...\n    async def patch(self): ...\n"
            "async def any_of(request): ...\nasync def stats(request): ...\n"
        ),
        "app/main.py": (
            "from aiohttp import web, hdrs\nfrom app import views\n"
            "def setup(app):\n    app.router.add_get(r'/items/{item:\\d+}', views.any_of)\n"
            "    app.router.add_route('*', '/any', views.any_of)\n"
            "    resource = app.router.add_resource('/stats')\n    resource.add_route(hdrs.METH_POST, views.stats)\n"
            "    admin = web.Application()\n    admin.add_routes([web.put('/stats', views.stats)])\n"
            "    app.add_subapp('/admin/', admin)\n    app.add_routes(views.routes)\n"
            "app = web.Application()\nsetup(app)\n"
        ),
    }
    assert rows(facts_from(files)) == {
        ("GET /files/{name:path}", "app.views:file"), ("GET /me", "app.views:Me"), ("PATCH /me", "app.views:Me"),
        ("GET /items/{item}", "app.views:any_of"), ("ANY /any", "app.views:any_of"),
        ("POST /stats", "app.views:stats"), ("PUT /admin/stats", "app.views:stats"),
    }  # fmt: skip


def test_tornado(facts_from: FactsFrom) -> None:
    files = {
        "web/__init__.py": "",
        "web/views.py": (
            "from tornado.web import RequestHandler, StaticFileHandler\n"
            "from tornado.websocket import WebSocketHandler\n"
            "class Base(RequestHandler):\n    def get(self, *args): ...\n"
            "class Task(Base):\n    def post(self, task): ...\n"
            "class Files(StaticFileHandler): ...\nclass Feed(WebSocketHandler):\n    def on_message(self, m): ...\n"
            "handlers = [(r'/task/(?P<task>\\d+)/?', Task), (r'/files/(.*)', Files, {'path': '/srv'})]\n"
        ),
        "web/app.py": (
            "import importlib\nfrom tornado.web import Application, url\nfrom web.views import Base, Feed\n"
            "class Server(Application):\n    def __init__(self, prefix='', **settings):\n"
            "        found = importlib.import_module('web.' + 'views').handlers\n"
            "        if settings.get('prefix'):\n            found = [(prefix + one[0], one[1]) for one in found]\n"
            "        super().__init__([*found, url(r'/feed', Feed)], **settings)\n"
            "        self.add_handlers(r'admin\\.example\\.org', [(r'/', Base)])\n"
            "def main():\n    Server(debug=True).listen(80)\nif __name__ == '__main__':\n    main()\n"
        ),
    }
    assert rows(facts_from(files)) == {
        ("GET /task/{task}", "web.views:Task"), ("POST /task/{task}", "web.views:Task"),
        ("GET /files/{0:path}", "web.views:Files"), ("WEBSOCKET /feed", "web.views:Feed"),
        ("GET admin.example.org/", "web.views:Base"),
    }  # fmt: skip


def test_a_blueprint_that_imports_the_application_it_is_registered_on(facts_from: FactsFrom) -> None:
    files = {
        "site/__init__.py": (
            "from flask import Flask\nimport importlib\n"
            "def build():\n    app = Flask(__name__)\n    for name in ('a', 'b'):\n"
            "        app.register_blueprint(importlib.import_module(f'{__name__}.{name}').bp)\n    return app\n"
            "def __getattr__(name):\n    return build()\n"
        ),
        "site/a.py": (
            "from flask import Blueprint\nfrom site import app\nbp = Blueprint('a', __name__)\n"
            "@bp.get('/a')\ndef a(): ...\n"
        ),
        "site/b.py": "from flask import Blueprint\nbp = Blueprint('b', __name__)\n@bp.get('/b')\ndef b(): ...\n",
    }
    assert rows(facts_from(files)) == {("GET /a", "site.a:a"), ("GET /b", "site.b:b")}


def test_a_name_of_a_package_stands_before_its_module_of_the_same_name(facts_from: FactsFrom) -> None:
    files = {
        "api/__init__.py": "from .Watch import Watch\n",
        "api/Watch.py": "from flask_restful import Resource\nclass Watch(Resource):\n    def get(self): ...\n",
        "main.py": (
            "from flask import Flask\nfrom flask_restful import Api\nfrom api import Watch\n"
            "app = Flask(__name__)\nApi(app).add_resource(Watch, '/watch')\n"
        ),
    }
    assert rows(facts_from(files)) == {("GET /watch", "api.Watch:Watch")}


def test_a_package_called_like_the_framework_is_not_the_framework(facts_from: FactsFrom) -> None:
    files = {
        "db/__init__.py": "",
        "db/server/__init__.py": "",
        "db/server/fastapi/__init__.py": (
            "import fastapi\nclass Server:\n    def __init__(self):\n        self._app = fastapi.FastAPI()\n"
            "        self.router = fastapi.APIRouter()\n        self.setup()\n"
            "        self._app.include_router(self.router)\n"
            "    def setup(self):\n        self.router.add_api_route('/up', self.up, methods=['POST'])\n"
            "    def up(self): ...\n    def app(self):\n        return self._app\n"
        ),
        "db/app.py": "from db.server.fastapi import Server\napp = Server().app()\n",
    }
    assert rows(facts_from(files)) == {("POST /up", "db.server.fastapi:Server.up")}


def test_hooks_called_by_name_on_what_is_not_known(facts_from: FactsFrom) -> None:
    files = {
        "forum/__init__.py": "",
        "forum/plugin.py": (
            "from flask import Blueprint\ndef home(): ...\n"
            "def load_blueprints(app):\n    bp = Blueprint('forum', __name__)\n"
            "    bp.add_url_rule('/', view_func=home)\n"
            "    app.register_blueprint(bp, url_prefix=app.config['PREFIX'])\n"
        ),
        "forum/app.py": (
            "from flask import Flask\nfrom pluggy import PluginManager\n"
            "class Settings:\n    PREFIX = '/f'\n"
            "def create_app():\n    app = Flask(__name__)\n    app.config.from_object(Settings)\n"
            "    app.plugins = PluginManager('forum')\n    app.plugins.hook.load_blueprints(app=app)\n    return app\n"
        ),
    }
    assert rows(facts_from(files)) == {("GET /f/", "forum.plugin:home")}


def test_start_up_code_that_never_ends_is_cut(facts_from: FactsFrom) -> None:
    text = (
        "from flask import Flask\napp = Flask(__name__)\n"
        "def again(n):\n    for i in range(900):\n        again(n + 1)\n        other(n)\n"
        "def other(n):\n    return [again(i) for i in range(900)]\n"
        "@app.get('/')\ndef index(): ...\nagain(0)\n"
    )
    assert rows(facts_from({"main.py": text})) == {("GET /", "main:index")}


@pytest.mark.parametrize(
    ("convert", "written", "template"),
    [
        (from_braces, "/a/{b}", "/a/{b}"),
        (from_braces, r"/a/{b:\d{2}}/{c:.+}", "/a/{b}/{c:path}"),
        (from_rule, r"^/a/([^/]+)/?$", "/a/{0}"),
        (from_rule, r".*", "/{0:path}"),
        (host_from_rule, r"^.*$", ""),
        (host_from_rule, r"www\.example\.org", "www.example.org"),
    ],
)
def test_templates_of_expressions(convert: Callable[[str], str], written: str, template: str) -> None:
    assert convert(written) == template


def test_what_a_server_could_be_told_to_start_is_held_back_and_says_why() -> None:
    analysis, _ = analyse(PROJECTS / "started_outside")
    reached = analysis.reachability
    for name in ("depot.web.stream:init", "depot.web.stream:events", "depot.web.classes:Builder.build"):
        assert reached.possible_by[name] == "started"
        assert "could" in reached.possible[name]
    assert "depot.web.stream:greeting" in reached.possible
    assert "depot.web.lonely:pong" in reached.production
