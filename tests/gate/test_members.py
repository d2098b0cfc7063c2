"""Members and classes that go: who could still take them, and of what."""

from pathlib import Path

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.changes import reasons
from tests.production import NOW, Project

SHOP = {
    "shop/__init__.py": "",
    "shop/run.py": (
        "from shop import crud, pages, shapes, old\n\n\nif __name__ == '__main__':\n    crud.CRUD(crud.User).get()\n"
        "    pages.show(shapes.make(), shapes.Round(), old.Reader(), shapes.Sponsor())\n"
    ),
    "shop/base.py": "class Base:\n    number = 1\n",
    "shop/crud.py": (
        "from typing import Generic, Type, TypeVar\nfrom shop.base import Base\n\n"
        "Model = TypeVar('Model', bound=Base)\n\n\nclass User(Base):\n    pass\n\n\nclass CRUD(Generic[Model]):\n"
        "    def __init__(self, model: Type[Model]):\n        self.model = model\n\n"
        "    def get(self):\n        return self.model.number\n"
    ),
    "shop/shapes.py": (
        "class Shape:\n    def area(self):\n        return 1\n\n    def edges(self):\n        return 2\n\n\n"
        "class Round(Shape):\n    def size(self):\n        return 3\n\n\nclass Sponsor:\n    benefits = []\n\n\n"
        "class Benefit:\n    pass\n\n\ndef make():\n    return Round()\n"
    ),
    "shop/old.py": "class Reader:\n    def perform(self):\n        return 1\n",
    "shop/pages.py": (
        "def show(one, other, reader, sponsor):\n    one.area(), one.edges(), other.size()\n    reader.perform()\n"
        "    return sponsor.benefits\n"
    ),
    "tests/data/page.html": "<p>{{ page.edges() }}</p>\n",
}
RUN = SHOP["shop/run.py"]
SHAPES = SHOP["shop/shapes.py"]
EDGES = "    def edges(self):\n        return 2\n\n\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("members"), SHOP)
    project.watch({"GET /x": 3})
    project.collect()
    return project


def judge(project: Project, name: str, files: dict[str, str | None]) -> GateResult:
    project.branch(name, files)
    return pipeline.gate(project.loaded, "main", name, days=None, now=NOW, environment={})


def test_members_of_a_class_that_goes_without_an_heir_are_not_missed(shop: Project) -> None:
    without = {"shop/run.py": RUN.replace(", old", "").replace("old.Reader()", "None"), "shop/old.py": None}
    result = judge(shop, "gone", without)
    assert result.passed, result.breaches
    assert any("no object of shop.old:Reader is left" in note for note in result.notes)
    heir = "class Writer:\n    def write(self):\n        return 1\n"
    replaced = {"shop/run.py": RUN.replace("old.Reader", "old.Writer"), "shop/old.py": heir}
    assert reasons(judge(shop, "heir", replaced)) == {"shop.old:Reader.perform": "reachable"}
    whole = {**replaced, "shop/old.py": heir + "\n    def perform(self):\n        return self.write()\n"}
    assert judge(shop, "whole", whole).passed


def test_a_member_of_a_type_that_is_no_longer_known_is_judged_by_its_name(shop: Project) -> None:
    crud = SHOP["shop/crud.py"].replace("from shop.base import Base", "from sqlmodel import SQLModel")
    change = {"shop/crud.py": crud.replace("bound=Base", "bound=object").replace("(Base)", "(SQLModel)")}
    assert judge(shop, "any", {**change, "shop/base.py": None}).passed
    kept = judge(shop, "kept", {"shop/base.py": "class Base:\n    pass\n"})
    assert reasons(kept) == {"shop.base:Base.number": "dangling_reference"}


def test_a_method_that_all_classes_below_have_now_may_go_above(shop: Project) -> None:
    down = SHAPES.replace(EDGES, "\n").replace("    def size", EDGES.rstrip("\n") + "\n\n    def size")
    assert judge(shop, "down", {"shop/shapes.py": down}).passed
    other = down.replace("\n\nclass Sponsor", "\n\nclass Square(Shape):\n    pass\n\n\nclass Sponsor")
    assert reasons(judge(shop, "other", {"shop/shapes.py": other})) == {"shop.shapes:Shape.edges": "reachable"}
    gone = judge(shop, "edges", {"shop/shapes.py": SHAPES.replace(EDGES, "\n")})
    assert reasons(gone) == {"shop.shapes:Shape.edges": "reachable"}


def test_pages_that_tests_read_take_nothing(shop: Project) -> None:
    change: dict[str, str | None] = {
        "shop/shapes.py": SHAPES.replace(EDGES, "\n"),
        "shop/pages.py": SHOP["shop/pages.py"].replace(" one.edges(),", ""),
    }
    assert judge(shop, "page", change).passed


def test_the_other_side_of_a_relation_is_given_by_its_name(shop: Project) -> None:
    related = SHAPES.replace("    benefits = []", "    pass").replace(
        "class Benefit:\n    pass", 'class Benefit:\n    of = models.ManyToManyField(Sponsor, related_name="benefits")'
    )
    assert judge(shop, "related", {"shop/shapes.py": "from django.db import models\n\n\n" + related}).passed
    bare = judge(shop, "bare", {"shop/shapes.py": SHAPES.replace("    benefits = []", "    pass")})
    assert "shop.shapes:Sponsor.benefits" in reasons(bare)


def test_a_file_that_nobody_can_parse_uses_no_common_name(tmp_path: Path) -> None:
    extra = "class Api:\n    def __init__(self): pass\n\n    def area(self): pass\n\n    def rare(self): pass\n"
    project = Project(tmp_path, SHOP | {"shop/py2.py": "print area, rare, __init__\n", "shop/extra.py": extra})
    project.watch({"GET /x": 3})
    project.collect()
    project.branch("rare", {"shop/extra.py": "x = 1\n"})
    result = pipeline.gate(project.loaded, "main", "rare", days=None, now=NOW, environment={})
    assert "names rare" in str(result.undecidable)
    project.commit({"shop/extra.py": extra.replace("    def rare(self): pass\n", "")})
    project.branch("class", {"shop/extra.py": "y = 1\n"})
    assert pipeline.gate(project.loaded, "main", "class", days=None, now=NOW, environment={}).passed


TOLD = {
    "shop/__init__.py": "",
    "shop/run.py": "import sys\n\nfrom shop import errors, models, output\n\n\nif __name__ == '__main__':\n"
    "    models.wrap(sys.argv), errors.told(), output.Stream().show()\n",
    "shop/errors.py": "class Exceeded(Exception):\n    @property\n    def scope(self):\n        return ''\n\n"
    "    level = 1\n\n"
    "    def other(self):\n        return 1\n\n\n"
    "def noted(error: Exceeded):\n    return error.scope, error.level\n\n\ndef told():\n    return noted(Exceeded())\n",
    "shop/output.py": "class Stream:\n    def show(self):\n        return self._headers()\n\n"
    "    def _headers(self):\n        return 1\n",
    "shop/models.py": "from collections import namedtuple\n\nfrom sentry_sdk import Hub\n\n"
    "Reason = namedtuple('Reason', 'level name')\n\n\ndef wrap(thing):\n"
    "    return thing.inner._headers, Hub.current.scope.span, [thing.level]\n",
}


def test_a_name_that_is_taken_of_objects_from_outside_is_not_the_member_that_went(tmp_path: Path) -> None:
    project = Project(tmp_path, TOLD)
    project.watch({"GET /x": 3})
    project.collect()
    errors = TOLD["shop/errors.py"].replace("    @property\n    def scope(self):\n        return ''\n\n", "")
    without = errors.replace("    level = 1\n\n", "")
    gone = without.replace("def noted(error: Exceeded):\n    return error.scope, error.level\n\n\n", "").replace(
        "noted(", "str("
    )
    output = TOLD["shop/output.py"].replace("self._headers()\n\n    def _headers(self):\n        return 1", "1")
    assert judge(project, "gone", {"shop/errors.py": gone, "shop/output.py": output}).passed
    assert reasons(judge(project, "kept", {"shop/errors.py": errors})).keys() == {"shop.errors:Exceeded.scope"}
    known = TOLD["shop/models.py"].replace("\n\n\ndef", "\nfrom shop import output\n\n\ndef") + "output.Stream\n"
    result = judge(project, "known", {"shop/output.py": output, "shop/models.py": known})
    assert reasons(result).keys() == {"shop.output:Stream._headers"}
