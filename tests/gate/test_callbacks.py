"""What calls register for others to call, in all the forms they have: it goes, or it takes another form."""

from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.gate.test_mentions import built
from tests.production import NOW, Project

MAIN = """
from fastapi import Depends, FastAPI
from starlette.middleware import Middleware
from shop import api, parts
from shop import receivers  # noqa
from shop.pages import create

MIDDLEWARE = [Middleware(parts.Listed)]
app = FastAPI(middleware=MIDDLEWARE, exception_handlers={KeyError: parts.failed}, on_startup=[parts.warm])
app.include_router(api.router, prefix="/api", dependencies=[Depends(parts.user)])
app.add_middleware(parts.Timing)
app.add_middleware(parts.Other, limit=3)

@app.on_event("shutdown")
def rest():
    return 3

pages = create()
"""
PARTS = """
class Timing:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


class Other(Timing):
    pass


class Listed(Timing):
    pass


def failed(request, error):
    return str(error)


def warm():
    return 1


def user():
    return 2


def start():
    return None


def extra():
    return {"x": 1}


def loud(text):
    return text.upper()


def wide(text):
    return list(text)
"""
RECEIVERS = """
from blinker import Signal
from sqlalchemy import event
from shop.models import User

paid = Signal()

@paid.connect
def on_paid(sender):
    return sender

def on_late(sender):
    return [sender]

paid.connect(on_late)

def stamped(mapper, connection, target):
    return target

event.listen(User, "before_insert", stamped)
"""
PAGES = """
from flask import Flask
from flask_login import LoginManager
from shop import parts

login = LoginManager()

def create():
    app = Flask("pages")
    app.before_request(parts.start)
    app.context_processor(parts.extra)
    app.jinja_env.filters["loud"] = parts.loud
    app.jinja_env.filters.update({"wide": parts.wide})
    login.init_app(app)
    return app

@login.user_loader
def member(key):
    return key

@login.unauthorized_handler
def nobody():
    return "no"
"""
COMMANDS = (
    "import click\n\n\n@click.command()\ndef drop():\n    return 1\n\n\n@click.command()\ndef load():\n    return 2\n"
)
SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.cli:cli"\n',
    "shop/__init__.py": "",
    "shop/main.py": MAIN,
    "shop/parts.py": PARTS,
    "shop/receivers.py": RECEIVERS,
    "shop/pages.py": PAGES,
    "shop/templates/page.html": "<p>\n{{ name|loud }} {{ name|wide }}\n",
    "shop/models.py": "class User:\n    pass\n",
    "shop/api.py": "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n"
    '@router.get("/a")\ndef a():\n    return 1\n',
    "shop/commands.py": COMMANDS,
    "shop/cli.py": "import click\nfrom shop.commands import drop, load\n\n@click.group()\ndef cli():\n    pass\n\n"
    "cli.add_command(drop)\ncli.add_command(load)\n",
}
ROUTES = {"GET /api/a": "shop.api:a"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("callbacks"), SHOP)
    project.watch(dict.fromkeys(ROUTES, 5), ROUTES)
    project.collect()
    return project


def judge(project: Project, name: str, **edits: tuple[tuple[str, str], ...]) -> GateResult:
    files = {}
    for module, pairs in edits.items():
        text = SHOP[f"shop/{module}.py"]
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        files[f"shop/{module}.py"] = text
    project.branch(name, files)
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


def test_a_call_that_goes_is_missed_though_what_it_registered_stays(shop: Project) -> None:
    result = judge(
        shop, "calls",
        main=(("Middleware(parts.Listed)", ""), (", exception_handlers={KeyError: parts.failed}", ""),
              (", on_startup=[parts.warm]", ""), (", dependencies=[Depends(parts.user)]", ""),
              ("app.add_middleware(parts.Timing)\n", "")),
        receivers=(("paid.connect(on_late)\n", ""), ('event.listen(User, "before_insert", stamped)\n', ""),
                   ("@paid.connect\n", "")),
        pages=(("    app.before_request(parts.start)\n", ""), ("    app.context_processor(parts.extra)\n", "")),
        cli=(("cli.add_command(drop)\n", ""),),
    )  # fmt: skip
    never = "def never():\n    app.add_middleware(parts.Timing)\n"
    unused = judge(shop, "never", main=(("app.add_middleware(parts.Timing)\n", never),))
    assert reasons(unused) == {"shop.parts:Timing": "called"}
    each = {f"shop.parts:{one}": "called" for one in ("Listed", "Timing", "start")}
    others = ("parts:failed", "parts:warm", "parts:user", "parts:extra", "receivers:on_late", "receivers:on_paid",
              "receivers:stamped", "commands:drop")  # fmt: skip
    assert reasons(result) == each | {f"shop.{one}": "reachable" for one in others}


def test_a_registration_may_take_another_form(shop: Project) -> None:
    result = judge(
        shop, "forms",
        main=(("exception_handlers={KeyError: parts.failed}, on_startup=[parts.warm]", "lifespan=parts.life"),
              ("app.add_middleware(parts.Timing)\napp.add_middleware(parts.Other, limit=3)\n",
               "for one in (parts.Timing, parts.Other):\n    app.add_middleware(one)\n"
               "app.add_exception_handler(KeyError, parts.failed)\n"),
              ('@app.on_event("shutdown")\ndef rest():\n    return 3\n', ""),
              (", dependencies=[Depends(parts.user)]", "")),
        parts=(("def warm():\n    return 1\n", "async def life(app):\n    yield\n"),
               ("def start():\n    return None\n\n\n", "")),
        api=(("import APIRouter\n", "import APIRouter, Depends\nfrom shop.parts import user\n"),
             ("def a():", "def a(_=Depends(user)):")),
        receivers=(("@paid.connect\n", ""), ("paid.connect(on_late)", "paid.connect(on_paid)"),
                   ("def on_late", "@paid.connect\ndef on_late"),
                   ('event.listen(User, "before_insert", stamped)\n', ""),
                   ("def stamped", '@event.listens_for(User, "before_insert")\ndef stamped')),
        pages=(("    app.before_request(parts.start)\n",
                "    @app.before_request\n    def start():\n        return None\n"),
               ('    app.jinja_env.filters["loud"] = parts.loud\n', '    app.template_filter("loud")(parts.loud)\n'),
               ('filters.update({"wide": parts.wide})', 'filters["wide"] = parts.wide'),
               ("@login.user_loader\n", ""), ("    return key\n", "    return key\n\nlogin.user_loader(member)\n")),
        cli=(("cli.add_command(drop)\n", "@cli.command()\ndef drop():\n    return 1\n"), ("drop, load", "load")),
        commands=(("@click.command()\ndef drop():\n    return 1\n\n\n", ""),),
    )  # fmt: skip
    assert reasons(result) == {}


def test_a_module_that_registers_while_it_is_imported_is_missed_without_its_import(shop: Project) -> None:
    dropped = ("from shop import receivers  # noqa\n", "")
    result = judge(shop, "import", main=(dropped,))
    assert reasons(result) == {"shop.receivers:": "reachable"}
    assert "and nothing at head imports it any more" in result.breaches[0].detail
    moved = ("from shop import parts", "from shop import parts, receivers")
    assert reasons(judge(shop, "moved-import", main=(dropped,), pages=(moved,))) == {}
    replaced = MAIN.replace("import api, parts", "import newer, parts").replace("api.router", "newer.router")
    newer = SHOP["shop/api.py"].replace("return 1", "return 2")
    shop.branch("newer", {"shop/main.py": replaced, "shop/newer.py": newer})
    result = pipeline.gate(shop.loaded, "main", "newer", days=None, now=NOW, environment={})
    assert reasons(result) == {}, "the old file stays, and what it registered is served by another one"


WORK = {
    "shop/__init__.py": "",
    "shop/work.py": "from celery import Celery\n\nwork = Celery('shop', include=['shop.tasks', 'shop.jobs'])\n"
    "work.conf.beat_schedule = {'night': {'task': 'shop.jobs.nightly', 'schedule': 60}}\n",
    "shop/tasks.py": "from shop.work import work\n\n\n@work.task\ndef mail():\n    return 1\n",
    "shop/jobs.py": "from shop.work import work\n\n\n@work.task\ndef nightly():\n    return 2\n",
    "worker.sh": "celery -A shop.work worker\n",
}


def test_a_worker_that_includes_a_module_of_tasks_no_more_misses_it_though_a_schedule_names_them(
    tmp_path: Path,
) -> None:
    project = built(tmp_path, WORK)
    heads = {
        "dropped": (", 'shop.jobs'", ""),
        "imported": (
            "include=['shop.tasks', 'shop.jobs'])\n",
            "include=['shop.tasks'])\nwork.conf.imports = ['shop.jobs']\n",
        ),
        "found": (", 'shop.jobs'])\n", "])\nwork.autodiscover_tasks(['shop'], related_name='jobs')\n"),
    }
    for head, (old, new) in heads.items():
        assert old in WORK["shop/work.py"]
        project.branch(head, {"shop/work.py": WORK["shop/work.py"].replace(old, new)})
    found = {
        head: reasons(pipeline.gate(project.loaded, "main", head, days=None, now=NOW, environment={})) for head in heads
    }
    assert found == {"dropped": {"shop.jobs:": "reachable"}, "imported": {}, "found": {}}


def test_filters_that_statements_give_templates_are_missed_while_templates_use_them(shop: Project) -> None:
    loud = ('    app.jinja_env.filters["loud"] = parts.loud\n', "")
    wide = ('{"wide": parts.wide}', "{}")
    result = judge(shop, "filters", pages=(loud, wide, ("@login.unauthorized_handler\n", "")))
    assert reasons(result) == {"shop.pages:": "dangling_reference", "shop.pages:nobody": "reachable"}
    assert {(one.path, one.line) for one in result.breaches} >= {("shop/templates/page.html", 2)}
    gone = (("def loud(text):\n    return text.upper()\n\n\n", ""),)
    both = judge(shop, "filters-and-code", pages=(loud,), parts=gone)
    assert reasons(both) == {"shop.pages:": "dangling_reference"}
    every = "    for name, one in vars(parts).items():\n        app.jinja_env.filters[name] = one\n"
    assert reasons(judge(shop, "computed", pages=((loud[0], every),))) == {}
