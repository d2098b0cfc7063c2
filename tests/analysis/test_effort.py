"""How much work following receivers takes: counted in calls of our own functions, which no busy machine changes."""

import sys
from pathlib import Path
from types import FrameType

import pytest

from tests.analysis.composing import analyse

FLUENT = """
class Column{number}:
    kind: "Column{next} | Column{skip} | None" = None
    other: "Column{skip} | Column{next} | None" = None

    @property
    def parent(self):
        return self.kind.other or self.other.kind or self.kind.parent or self.other.parent

    def then(self):
        return self.kind.parent.then() or self.other.parent.then()
"""
"""A ring of classes whose attributes lead to each other in two ways: 2 ** depth paths through it."""

GROWING = """
from typing import Generic, TypeVar

T = TypeVar("T")


class Box(Generic[T]):
    def __init__(self, held: T) -> None:
        self.held = held

    def twice(self) -> "Box[tuple[T, T]]":
        return Box((self.held, self.held))

    def forever(self):
        return self.twice().twice().forever()


START: Box[int] = Box(1)
print(START.forever().held, START{chain}.held)
""".replace("{chain}", ".twice()" * 40)
"""A type that doubles with each call."""


def calls(root: Path) -> int:
    """Return how many calls of Python functions the analysis of a directory takes."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        if event == "call":
            count += 1
            if count > 5_000_000:
                raise TimeoutError

    sys.setprofile(note)
    try:
        analyse(root)
    finally:
        sys.setprofile(None)
    return count


def ring(root: Path, size: int) -> Path:
    """Write a ring of classes."""
    root.mkdir()
    classes = (
        FLUENT.format(number=one, next=(one + 1) % size, skip=(one + 2) % size) for one in range(size)
    )  # fmt: skip
    root.joinpath("ring.py").write_text("\n".join((*classes, "print(Column0().parent.then().kind.other)\n")))
    return root


@pytest.fixture(autouse=True)
def warm(tmp_path: Path) -> None:
    """Load what the first analysis of a process loads."""
    analyse(ring(tmp_path / "warm", 3))


def test_classes_that_lead_to_each_other_in_many_ways_take_work_linear_in_their_number(tmp_path: Path) -> None:
    small, large = calls(ring(tmp_path / "small", 20)), calls(ring(tmp_path / "large", 80))
    assert large < 6 * small


def test_a_type_that_grows_with_each_call_is_given_up(tmp_path: Path) -> None:
    tmp_path.joinpath("growing.py").write_text(GROWING)
    assert calls(tmp_path) < 200_000
