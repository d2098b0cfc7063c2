"""Deletions of what is used are stopped, refactorings of the same code pass: one small shop, many changes."""

from pathlib import Path

import pytest

from auditor.model.gate import GateResult
from tests.changes import SHOP, Edit, build, judged, reasons
from tests.production import Project

STOPPED = (
    Edit(
        "called endpoint",
        {"shop/api.py": (('@router.get("/money")\ndef money():\n    return in_cents(3)\n', ""),)},
        stops={"shop.api:money": "called"},
    ),
    Edit(
        "mounted application unmounted",
        {"shop/main.py": (('app.mount("/partners", partners)\n', ""), ("from shop.partners import partners\n", ""))},
        stops={"shop.partners:feed": "called"},
    ),
    Edit(
        "mounted application deleted",
        {"shop/main.py": (('app.mount("/partners", partners)\n', ""), ("from shop.partners import partners\n", ""))},
        {"shop/partners.py": None},
        stops={"shop.partners:feed": "called"},
    ),
    Edit(
        "prefix changed",
        {"shop/main.py": (('prefix="/api"', 'prefix="/v2"'),)},
        stops={f"shop.api:{name}": "called" for name in ("order", "export", "event", "money")},
    ),
    Edit(
        "router no longer included",
        {"shop/main.py": (('app.include_router(router, prefix="/api")\n', ""),)},
        stops={f"shop.api:{name}": "called" for name in ("order", "export", "event", "money")},
    ),
    Edit(
        "method of the route changed",
        {"shop/api.py": (('router.get("/money")', 'router.post("/money")'),)},
        stops={"shop.api:money": "called"},
    ),
    Edit(
        "task",
        {"shop/jobs.py": (("\n\n@celery.task\ndef nightly():\n    return plugins.HOOKS\n", ""),)},
        stops={"shop.jobs:nightly": "reachable"},
    ),
    Edit(
        "task's decorator",
        {"shop/jobs.py": (("@celery.task\ndef", "def"),)},
        stops={"shop.jobs:nightly": "reachable"},
    ),
    Edit(
        "command",
        {"shop/cli.py": (("@cli.command()\ndef prune():\n    return 1\n\n\n", ""),)},
        stops={"shop.cli:prune": "reachable"},
    ),
    Edit(
        "command's decorator",
        {"shop/cli.py": (('@cli.command("reindex")\n', ""),)},
        stops={"shop.cli:rebuild": "reachable"},
    ),
    Edit(
        "command renamed outside",
        {"shop/cli.py": (('@cli.command("reindex")\n', '@cli.command("rebuild-index")\n'),)},
        stops={"shop.cli:rebuild": "reachable"},
    ),
    Edit(
        "script's function with its declaration",
        {"pyproject.toml": (('[project.scripts]\nshop-report = "shop.report:main"\n', ""),)},
        {"shop/report.py": None},
        stops={"shop.report:main": "reachable"},
    ),
    Edit(
        "script's declaration alone",
        {"pyproject.toml": (('[project.scripts]\nshop-report = "shop.report:main"\n', ""),)},
        stops={"shop.report:main": "reachable"},
    ),
    Edit(
        "name that getattr computes",
        {"shop/registry.py": (("def on_sent():\n    return 2\n\n\n", ""),)},
        stops={"shop.registry:on_sent": "reachable"},
    ),
    Edit(
        "name that getattr computes, while the caller is reformatted",
        {
            "shop/registry.py": (
                ("def on_sent():\n    return 2\n\n\n", ""),
                ("def dispatch(kind):", "def dispatch(kind) :"),
            )
        },
        stops={"shop.registry:on_sent": "reachable"},
    ),
    Edit(
        "registry entry",
        {"shop/registry.py": (('def as_csv(rows):\n    return "csv"\n\n\n', ""), ('"csv": as_csv, ', ""))},
        stops={"shop.registry:as_csv": "reachable"},
    ),
    Edit(
        "registry entry whose function stays",
        {"shop/registry.py": (('"csv": as_csv, ', ""),)},
        stops={"shop.registry:as_csv": "reachable"},
    ),
    Edit(
        "main guard",
        {"shop/cli.py": (('\n\nif __name__ == "__main__":\n    cli()\n', ""),)},
        # The group's commands are called through it alone: each is an end of its own, and all are gone.
        stops={"shop.cli:": "reachable", "shop.cli:prune": "reachable", "shop.cli:rebuild": "reachable"},
    ),
    Edit(
        "registered by a decorator",
        {"shop/plugins.py": (('@hook("welcome")\ndef welcome():\n    return "hello"\n', ""),)},
        stops={"shop.plugins:welcome": "reachable"},
    ),
    Edit(
        "method through an unknown receiver",
        {"shop/orders.py": (("    def sum(self):\n        return self.number * RATE\n\n", ""),)},
        stops={"shop.orders:Order.sum": "reachable"},
    ),
    Edit(
        "method through an unknown receiver, in a caller that changed elsewhere",
        {
            "shop/orders.py": (("    def sum(self):\n        return self.number * RATE\n\n", ""),),
            "shop/views.py": (('"sum": order.sum()', '"total": order.sum()'),),
        },
        stops={"shop.orders:Order.sum": "reachable"},
    ),
    Edit(
        "method that a template takes",
        {"shop/orders.py": (('    def reference(self):\n        return "r"\n', ""),)},
        stops={"shop.orders:Base.reference": "reachable"},
    ),
    Edit(
        "base class dropped, so that an inherited method vanishes",
        {"shop/orders.py": (("class Order(Base):", "class Order:"),)},
        stops={"shop.orders:Base.label": "reachable", "shop.orders:Base.reference": "reachable"},
    ),
    Edit(
        "constant",
        {"shop/orders.py": (("RATE = 3\n", ""),)},
        stops={"shop.orders:RATE": "dangling_reference"},
    ),
    Edit(
        "name that a string in unchanged settings holds",
        {},
        {"shop/named.py": "OTHER = 1\n"},
        stops={"shop.named:by_string": "dangling_reference"},
    ),
    Edit(
        "name that a string holds, while its file changes",
        {"shop/settings.py": (("HANDLER", "OTHER = 2\nHANDLER"),)},
        {"shop/named.py": "OTHER = 1\n"},
        stops={"shop.named:by_string": "dangling_reference"},
    ),
    Edit(
        "re-export",
        {},
        {"shop/public/__init__.py": ""},
        stops={"shop.public:total": "dangling_reference"},
    ),
    Edit(
        "name that arrives through a star import",
        {},
        {"shop/money.py": "def other():\n    return 1\n"},
        stops={"shop.money:in_cents": "dangling_reference"},
    ),
    Edit(
        "star import",
        {"shop/api.py": (("from shop.money import *\n", ""),)},
        stops={"shop.money:in_cents": "dangling_reference"},
    ),
    Edit(
        "whole package",
        {},
        {"shop/public/__init__.py": None, "shop/public/totals.py": None},
        stops={"shop.public.totals:total": "dangling_reference"},
    ),
    Edit(
        "file renamed without its importers",
        {},
        {"shop/orders.py": None, "shop/purchases.py": SHOP["shop/orders.py"]},
        stops={"shop.orders:": "dangling_reference", "shop.orders:load": "dangling_reference"},
    ),
    Edit(
        "import with a fallback",
        {
            "shop/views.py": (
                (
                    "\ndef render",
                    "try:\n    from shop.dead import leftover\nexcept ImportError:\n    leftover = None\n\ndef render",
                ),
            )
        },
        {"shop/dead.py": None},
        stops={"shop.dead:leftover": "dangling_reference"},
    ),
    Edit(
        "application that a server names",
        {
            "shop/main.py": (
                ("app = FastAPI()", "application = FastAPI()"),
                ("app.include", "application.include"),
                ("app.mount", "application.mount"),
            )
        },
        stops={"shop.main:app": "reachable"},
    ),
)

PASSED = (
    Edit("nothing"),
    Edit("dead code", {}, {"shop/dead.py": None}),
    Edit(
        "function renamed with its caller",
        {"shop/orders.py": (("def load", "def fetch"),), "shop/api.py": (("orders.load", "orders.fetch"),)},
    ),
    Edit(
        "function inlined",
        {
            "shop/orders.py": (("\n\ndef load(number):\n    return Order(number)\n", ""),),
            "shop/api.py": (("orders.load(", "orders.Order("),),
        },
    ),
    Edit(
        "module split into a package with re-exports",
        {},
        {
            "shop/orders.py": None,
            "shop/orders/__init__.py": (
                "from shop.orders.model import Base, Order, RATE\nfrom shop.orders.store import load\n"
            ),
            "shop/orders/model.py": SHOP["shop/orders.py"].replace(
                "\n\ndef load(number):\n    return Order(number)\n", ""
            ),
            "shop/orders/store.py": (
                "from shop.orders.model import Order\n\n\ndef load(number):\n    return Order(number)\n"
            ),
        },
    ),
    Edit(
        "function turned into a class method",
        {
            "shop/orders.py": (
                ("\n\ndef load(number):\n    return Order(number)\n", ""),
                (
                    "    def archive_now",
                    "    @classmethod\n    def load(cls, number):\n        return cls(number)\n\n    def archive_now",
                ),
            ),
            "shop/api.py": (("orders.load(", "orders.Order.load("),),
        },
    ),
    Edit("handler renamed", {"shop/api.py": (("def money()", "def show_money()"),)}),
    Edit(
        "handler and path parameter renamed",
        {
            "shop/api.py": (
                ("def order(order_id: int)", "def show(number: int)"),
                ("load(order_id)", "load(number)"),
                ("{order_id}", "{number}"),
            )
        },
    ),
    Edit("path parameter renamed", {"shop/api.py": (("order_id", "number"),)}),
    Edit("path parameter typed", {"shop/api.py": (("{order_id}", "{order_id:int}"),)}),
    Edit(
        "router moved to another file",
        {"shop/main.py": (("from shop.api import", "from shop.web.api import"),)},
        {"shop/api.py": None, "shop/web/__init__.py": "", "shop/web/api.py": SHOP["shop/api.py"]},
    ),
    Edit(
        "prefix moved into the router",
        {"shop/main.py": ((', prefix="/api"', ""),), "shop/api.py": (("APIRouter()", 'APIRouter(prefix="/api")'),)},
    ),
    Edit(
        "constant extracted",
        {"shop/orders.py": (("RATE = 3\n", ""), ("\nclass Base", "from shop.rates import RATE\n\n\nclass Base"))},
        {"shop/rates.py": "RATE = 3\n"},
    ),
    Edit(
        "unused import and re-export deleted",
        {
            "shop/orders.py": (("import decimal\n", ""),),
            "shop/public/__init__.py": (("import total, mean", "import total"),),
            "shop/api.py": (
                (
                    "from shop import orders, registry, views",
                    "from shop import registry\nfrom shop import orders, views",
                ),
            ),
        },
    ),
    Edit(
        "reformatted, signature changed",
        {
            "shop/orders.py": (("def load(number):", "def load(number, *, strict=False):"),),
            "shop/registry.py": (("return getattr(sys", "return  getattr(sys"),),
        },
    ),
    Edit(
        "method renamed with its callers",
        {"shop/orders.py": (("def sum(", "def amount("),), "shop/views.py": (("order.sum()", "order.amount()"),)},
    ),
    Edit(
        "class renamed with its callers",
        {"shop/orders.py": (("class Order(", "class Purchase("), ("return Order(", "return Purchase("))},
    ),
    Edit(
        "method moved up to the base",
        {
            "shop/orders.py": (
                ("    def archive_now(self):\n        return None\n\n", ""),
                ("    def reference", "    def archive_now(self):\n        return None\n\n    def reference"),
            )
        },
    ),
    Edit(
        "base classes merged",
        {
            "shop/orders.py": (
                (
                    'class Base:\n    def label(self):\n        return "base"\n\n'
                    '    def reference(self):\n        return "r"\n\n\n',
                    "",
                ),
                (
                    "class Order(Base):",
                    'class Order:\n    def label(self):\n        return "base"\n\n'
                    '    def reference(self):\n        return "r"\n',
                ),
            )
        },
    ),
    Edit("task with a name of its own renamed", {"shop/jobs.py": (("def send_mail", "def deliver"),)}),
    Edit("command with a name of its own renamed", {"shop/cli.py": (("def rebuild", "def build_again"),)}),
    Edit(
        "script's function renamed with its declaration",
        {"pyproject.toml": (("shop.report:main", "shop.report:run"),), "shop/report.py": (("def main", "def run"),)},
    ),
    Edit(
        "registered function renamed",
        {"shop/plugins.py": (("def welcome", "def greet"),), "shop/registry.py": (("as_csv", "to_csv"),)},
    ),
    Edit(
        "code and the string that names it",
        {"shop/settings.py": (("by_string", "renamed"),), "shop/named.py": (("by_string", "renamed"),)},
    ),
    Edit(
        "application moved, its old name kept",
        {},
        {"shop/core.py": SHOP["shop/main.py"], "shop/main.py": "from shop.core import app\n"},
    ),
    Edit(
        "table renamed",
        {"shop/registry.py": (("FORMATS", "OUTPUTS"),), "shop/api.py": (("FORMATS", "OUTPUTS"),)},
    ),
    Edit(
        "table moved with its entries, its old name kept",
        {
            "shop/registry.py": (
                ('FORMATS = {"csv": as_csv, "json": as_json}\n', "from shop.tables import FORMATS\n"),
                ('def as_csv(rows):\n    return "csv"\n\n\n', ""),
                ('def as_json(rows):\n    return "json"\n\n\n', ""),
            )
        },
        {
            "shop/tables.py": (
                'def as_csv(rows):\n    return "csv"\n\n\ndef as_json(rows):\n    return "json"\n\n\n'
                'FORMATS = {"csv": as_csv, "json": as_json}\n'
            )
        },
    ),
    Edit(
        "method turned into an attribute",
        {
            "shop/orders.py": (
                ("    def sum(self):\n        return self.number * RATE\n\n", ""),
                ("        self.number = number\n", "        self.number = number\n        self.sum = number * RATE\n"),
            )
        },
    ),
    Edit(
        "names loaded when they are asked for",
        {},
        {
            "shop/public/__init__.py": (
                "def __getattr__(name):\n    from shop.public import totals\n\n    return getattr(totals, name)\n"
            )
        },
    ),
    Edit(
        "method moved to an object that the class holds, and reached through it",
        {
            "shop/orders.py": (
                ("    def sum(self):\n        return self.number * RATE\n\n", ""),
                ("        self.number = number\n", "        self.price = Price(number)\n"),
                (
                    "RATE = 3\n",
                    "RATE = 3\n\n\nclass Price:\n    def __init__(self, number):\n        self.number = number\n\n"
                    "    def sum(self):\n        return self.number * RATE\n",
                ),
            ),
            "shop/views.py": (("order.sum()", "order.price.sum()"),),
        },
    ),
    Edit("module turned into a package", {}, {"shop/views.py": None, "shop/views/__init__.py": SHOP["shop/views.py"]}),
    Edit(
        "sources moved below src",
        {},
        {
            **{path: None for path in SHOP if path.startswith("shop/")},
            **{f"src/{path}": text for path, text in SHOP.items() if path.startswith("shop/")},
        },
    ),
)


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    return build(tmp_path)


def verdict(project: Project, edit: Edit) -> GateResult:
    return judged(project, edit.contents(SHOP) or {"README": "x"})


@pytest.mark.parametrize("edit", STOPPED, ids=lambda edit: edit.name)
def test_stopped(shop: Project, edit: Edit) -> None:
    result = verdict(shop, edit)
    assert not result.passed
    assert reasons(result) == edit.stops


@pytest.mark.parametrize("edit", PASSED, ids=lambda edit: edit.name)
def test_passes(shop: Project, edit: Edit) -> None:
    result = verdict(shop, edit)
    assert (result.passed, result.breaches, result.undecidable) == (True, (), None)
