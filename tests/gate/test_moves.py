"""What moved and was edited on the way is the same thing; what moved to where nothing runs it is lost."""

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

RUNNERS = (
    "from shop import register\n\n\nclass Plain:\n    def run(self):\n        return 1\n\n    def name(self):\n"
    '        return "plain"\n\n\nregister(Plain)\n'
)
SHOP = {
    "shop/__init__.py": "KNOWN = []\n\n\ndef register(one):\n    KNOWN.append(one)\n",
    "shop/__main__.py": (
        "import importlib\nfrom shop import KNOWN, views\n\nfor name in ('shop.runners',):\n"
        "    importlib.import_module(name)\nprint([one().run() for one in KNOWN], views.View().show())\n"
    ),
    "shop/runners.py": RUNNERS + "\n\nclass Cloud(Plain):\n    def run(self):\n        return 2\n\n"
    '    def name(self):\n        return "cloud"\n\n\nregister(Cloud)\n',
    "shop/views.py": (
        "from lib import ListView\nfrom shop.prices import price\n\n\nclass View(ListView):\n    def get_items(self):\n"
        "        return super().get_items()[:9]\n\n    def own(self):\n        return price(1)\n\n"
        "    def show(self):\n        return self.get_items(), self.own()\n"
    ),
    "shop/prices.py": "def price(number):\n    return number * 3\n",
}
CLOUD = (
    "from shop import register\nfrom shop.runners import Plain\n\n\nclass Cloud(Plain):\n    def run(self):\n"
    "        print('run')\n        return 2\n\n    def name(self):\n        return 'cloud'\n\n\nregister(Cloud)\n"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("moves"), SHOP)
    project.watch({"GET /x": 3}, uses={"functions": {"shop.prices:price": 3}})
    project.collect()
    return project


def judge(project: Project, name: str, files: dict[str, str | None]) -> GateResult:
    project.branch(name, files)
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


def test_a_class_that_moved_to_where_nothing_imports_it_is_lost(shop: Project) -> None:
    moved: dict[str, str | None] = {"shop/runners.py": RUNNERS, "shop/cloud.py": CLOUD}
    result = judge(shop, "stranded", moved)
    assert reasons(result) == {"shop.runners:Cloud": "reachable"}
    assert (result.deleted, result.moved) == (0, 1)
    assert "moved to shop/cloud.py, which nothing imports" in result.breaches[0].detail
    assert (result.breaches[0].path, result.breaches[0].line) == ("shop/cloud.py", 5)
    named = SHOP["shop/__main__.py"].replace("'shop.runners',", "'shop.runners', 'shop.cloud'")
    assert judge(shop, "imported", {**moved, "shop/__main__.py": named}).passed


def test_what_moved_and_was_edited_is_no_deletion(shop: Project) -> None:
    edited = "def price(number):\n    total = number * 3\n    return total\n"
    views = SHOP["shop/views.py"].replace("shop.prices", "shop.money")
    result = judge(shop, "edited", {"shop/prices.py": None, "shop/money.py": edited, "shop/views.py": views})
    assert result.passed, result.breaches
    assert (result.deleted, result.moved) == (0, 1)
    emptied = judge(
        shop,
        "emptied",
        {"shop/prices.py": None, "shop/money.py": "def price(number):\n    pass\n", "shop/views.py": views},
    )
    assert reasons(emptied) == {"shop.prices:price": "called"}
    assert (emptied.breaches[0].path, emptied.breaches[0].line) == ("shop/money.py", 1)


def test_an_override_of_what_a_base_outside_has_may_go(shop: Project) -> None:
    views = SHOP["shop/views.py"]
    override = "    def get_items(self):\n        return super().get_items()[:9]\n\n"
    assert judge(shop, "override", {"shop/views.py": views.replace(override, "")}).passed
    own = "    def own(self):\n        return price(1)\n\n"
    assert "shop.views:View.own" in reasons(judge(shop, "own", {"shop/views.py": views.replace(own, "")}))
