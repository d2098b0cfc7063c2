"""One shop with every kind of end, and changes to it, for tests of the gate."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.production import NOW, Project

SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop-report = "shop.report:main"\n',
    "shop/__init__.py": "",
    "shop/main.py": """
from fastapi import FastAPI
from shop.api import router
from shop.partners import partners

app = FastAPI()
app.include_router(router, prefix="/api")
app.mount("/partners", partners)
""",
    "shop/partners.py": """
from fastapi import FastAPI

partners = FastAPI()

@partners.get("/feed")
def feed():
    return []
""",
    "shop/api.py": """
from fastapi import APIRouter
from shop import orders, registry, views
from shop.money import *
from shop.public import total

router = APIRouter()

@router.get("/orders/{order_id}")
def order(order_id: int):
    return views.render(orders.load(order_id))

@router.get("/export")
def export(fmt: str):
    return registry.FORMATS[fmt](total([1]))

@router.post("/event")
def event(kind: str):
    return registry.dispatch(kind)

@router.get("/money")
def money():
    return in_cents(3)
""",
    "shop/orders.py": """
import decimal


class Base:
    def label(self):
        return "base"

    def reference(self):
        return "r"


class Order(Base):
    def __init__(self, number):
        self.number = number

    def sum(self):
        return self.number * RATE

    def archive_now(self):
        return None


RATE = 3


def load(number):
    return Order(number)
""",
    "shop/views.py": """
def render(order):
    return {"sum": order.sum(), "label": order.label()}
""",
    "shop/money.py": "def in_cents(amount):\n    return amount * 100\n",
    "shop/public/__init__.py": "from shop.public.totals import total, mean\n",
    "shop/public/totals.py": """
def total(amounts):
    return sum(amounts)


def mean(amounts):
    return total(amounts)
""",
    "shop/registry.py": """
import sys


def as_csv(rows):
    return "csv"


def as_json(rows):
    return "json"


FORMATS = {"csv": as_csv, "json": as_json}


def on_paid():
    return 1


def on_sent():
    return 2


def dispatch(kind):
    return getattr(sys.modules[__name__], f"on_{kind}")()
""",
    "shop/plugins.py": """
HOOKS = {}


def hook(name):
    def keep(function):
        HOOKS[name] = function
        return function
    return keep


@hook("welcome")
def welcome():
    return "hello"
""",
    "shop/jobs.py": """
from celery import Celery
from shop import plugins

celery = Celery("shop")


@celery.task
def nightly():
    return plugins.HOOKS


@celery.task(name="mail")
def send_mail():
    return 1
""",
    "shop/cli.py": """
import click


@click.group()
def cli():
    pass


@cli.command()
def prune():
    return 1


@cli.command("reindex")
def rebuild():
    return 1


if __name__ == "__main__":
    cli()
""",
    "shop/report.py": "def main():\n    return 0\n",
    "shop/settings.py": 'HANDLER = "shop.named:by_string"\n',
    "shop/loader.py": """
import importlib
from shop import settings


def load_handler():
    module, _, name = settings.HANDLER.partition(":")
    return getattr(importlib.import_module(module), name)


handler = load_handler()
""",
    "shop/named.py": "def by_string():\n    return 1\n",
    "shop/templates/order.html": "<p>{{ order.reference() }}</p>\n",
    "shop/dead.py": "def leftover():\n    return 1\n",
}
ROUTES = {
    "GET /api/orders/{order_id}": "shop.api:order",
    "GET /api/export": "shop.api:export",
    "POST /api/event": "shop.api:event",
    "GET /api/money": "shop.api:money",
    "GET /partners/feed": "shop.partners:feed",
}
CALLS = dict.fromkeys(ROUTES, 5)
MAIN = SHOP["shop/main.py"].replace("from shop.api", "from shop import jobs, loader\nfrom shop.api")
SHOP["shop/main.py"] = MAIN


class Edit(msgspec.Struct, frozen=True):
    """A change: in each file, what is replaced by what; `files` are written whole, or deleted (None)."""

    name: str
    replace: Mapping[str, tuple[tuple[str, str], ...]] = {}
    files: Mapping[str, str | None] = {}
    stops: Mapping[str, str] = {}
    """Breaches expected: id -> reason; empty: the change passes."""

    def contents(self, base: Mapping[str, str]) -> dict[str, str | None]:
        made: dict[str, str | None] = dict(self.files)
        for path, pairs in self.replace.items():
            text = base[path]
            for old, new in pairs:
                assert old in text, (path, old)
                text = text.replace(old, new)
            made[path] = text
        return made


def build(root: Path, files: Mapping[str, str] = SHOP, *, watched: bool = True) -> Project:
    project = Project(root, files)
    if watched:
        project.watch(CALLS, ROUTES)
        project.collect()
    return project


def judged(project: Project, files: Mapping[str, str | None]) -> GateResult:
    project.branch("change", files)
    return pipeline.gate(project.loaded, "main", "change", days=None, now=NOW, environment={})


def reasons(result: GateResult) -> dict[str, str]:
    return {breach.id: breach.why for breach in result.breaches}
