"""Methods that code calls by syntax, and members that enumerations are made of: nobody has to name either."""

from collections.abc import Mapping
from itertools import count

import pytest

from auditor import pipeline
from auditor.model.gate import GateResult
from tests.gate.test_mentions import built
from tests.production import NOW, Project

_NUMBERS = count()
METHODS = (
    "__enter__(self):\n        return self", "__exit__(self, *a):\n        return None",
    "__iter__(self):\n        return self", "__next__(self):\n        raise StopIteration",
    "__getitem__(self, key):\n        return key", "__len__(self):\n        return 1",
    "__contains__(self, one):\n        return True", "__eq__(self, other):\n        return True",
    "__add__(self, other):\n        return self", "__call__(self, one):\n        return one",
    "__aenter__(self):\n        return self", "__bool__(self):\n        return True",
)  # fmt: skip
BOX = "class Box:\n" + "".join(f"    def {one}\n\n" for one in METHODS)
WEB = """
from fastapi import FastAPI
from shop.box import Box, Empty, made
from shop.states import Answer, Colour, Kind, Size, State, Table

app = FastAPI()
check = Box()


@app.get("/one")
def one(box: Box, size: Size):
    with made() as inner:
        pass
    for part in box:
        pass
    Table(part)
    print(box["x"], len(box), 3 in box, box == inner, box + inner)
    if box:
        return check
    return [Empty() for _ in range(2)]


@app.get("/two")
async def two(name: str):
    async with made():
        return State(name), Kind[name], Colour.RED, Answer()


def idle(box: Box):
    del box["x"]
"""
STATES = """
import enum
from pydantic import BaseModel


class State(str, enum.Enum):
    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


class Kind(enum.Enum):
    ONE = 1
    TWO = 2


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Size(enum.IntEnum):
    S = 1
    M = 2


class Mood(enum.Enum):
    GOOD = 1
    BAD = 2


class Table(enum.Enum):
    A = 1
    B = 2

    @classmethod
    def _missing_(cls, value):
        return cls.A


class Answer(BaseModel):
    mood: Mood | None = None
"""
SHOP = {
    "shop/__init__.py": "",
    "shop/web.py": WEB,
    "shop/box.py": BOX + "def made() -> Box:\n    return Box()\n\n\n"
    "class Empty:\n    def __delitem__(self, key):\n        return None\n",
    "shop/states.py": STATES,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return built(tmp_path_factory.mktemp("shop"), SHOP)


def answer(project: Project, files: Mapping[str, str | None]) -> GateResult:
    head = project.branch(f"change-{next(_NUMBERS)}", files)
    return pipeline.gate(project.loaded, "main", head, days=None, now=NOW, environment={})


def test_methods_that_code_calls_by_syntax_are_missed(shop: Project) -> None:
    result = answer(shop, {"shop/box.py": SHOP["shop/box.py"].replace(BOX, "class Box:\n    pass\n\n\n")})
    lines = {one.id.removeprefix("shop.box:Box."): one.line for one in result.breaches}
    assert lines == {
        "__enter__": 12, "__exit__": 12, "__iter__": 14, "__next__": 14, "__getitem__": 17, "__len__": 17,
        "__contains__": 17, "__eq__": 17, "__add__": 17, "__call__": 19, "__aenter__": 25, "__bool__": 18,
    }  # fmt: skip
    assert {one.path for one in result.breaches} == {"shop/web.py"}


def test_a_method_passes_where_another_one_serves_or_nothing_that_runs_needs_it(shop: Project) -> None:
    left = [one for one in METHODS if one.split("(")[0] not in ("__bool__", "__contains__")]
    box = "class Box:\n" + "".join(f"    def {one}\n\n" for one in left)
    box = box.replace("    def __eq__(self, other):\n        return True\n\n", "").replace(
        "class Box:", "from dataclasses import dataclass\n\n\n@dataclass\nclass Box:"
    )
    rest = (
        SHOP["shop/box.py"]
        .removeprefix(BOX)
        .replace("    def __delitem__(self, key):\n        return None", "    x = 1")
    )
    assert answer(shop, {"shop/box.py": f"{box}{rest}"}).passed
    base = BOX.replace("class Box:", "class Above:") + "class Box(Above):\n    pass\n\n\n"
    assert answer(shop, {"shop/box.py": SHOP["shop/box.py"].replace(BOX, base)}).passed


def test_members_of_enumerations_that_are_made_of_values_are_missed(shop: Project) -> None:
    gone = ('    CLOSED = "closed"\n', "    TWO = 2\n", "    BLUE = 2\n", "    M = 2\n", "    BAD = 2\n", "    B = 2\n")
    states = STATES.replace('ENDED = "ended"', 'DONE = "ended"')
    for one in gone:
        states = states.replace(one, "")
    result = answer(shop, {"shop/states.py": states})
    assert {one.id.partition(":")[2]: one.detail.partition(" ")[0] for one in result.breaches} == {
        "State.CLOSED": "shop/web.py:26", "Kind.TWO": "shop/web.py:26", "Size.M": "shop/web.py:10",
        "Mood.BAD": "shop/states.py:36",
    }  # fmt: skip
