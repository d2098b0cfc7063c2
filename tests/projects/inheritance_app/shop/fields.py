"""Fields of dataclasses, NamedTuples and TypedDicts go with their class; methods do not."""

import dataclasses
from dataclasses import dataclass
from typing import NamedTuple, TypedDict, overload


@dataclass
class Point:
    x: int
    y: int = 0

    def __post_init__(self):
        self.check()

    def check(self):
        return self.x

    def norm(self):  # expect: unreached
        return self.x


class Pair(NamedTuple):
    left: int
    right: int

    def both(self):
        return self.left

    def none(self):  # expect: unreached
        return None


class Options(TypedDict, total=False):
    verbose: bool


class Slotted:
    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name


class Loader:
    @overload
    def load(self, key: int) -> int: ...
    @overload
    def load(self, key: str) -> str: ...
    def load(self, key):
        return key

    @overload
    def store(self, key: int) -> int: ...  # expect: unreached
    @overload
    def store(self, key: str) -> str: ...
    def store(self, key):
        return key


def options() -> Options:
    return {"verbose": True}


def run():
    point = dataclasses.replace(Point(1), x=2)
    Pair(1, 2).both(), options(), Slotted("a"), Loader().load(point)
