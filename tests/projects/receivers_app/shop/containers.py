"""Loops, comprehensions, unpacking and indices over typed containers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator


class Crate:
    def weigh(self):
        return 1

    def open(self):
        return 1

    def seal(self):
        return 1

    def stack(self):
        return 1

    def paint(self):
        return 1

    def burn(self):  # expect: unreached
        return 1


class Barrel:
    def weigh(self):  # expect: unreached
        return 2

    def open(self):
        return 2

    def seal(self):  # expect: unreached
        return 2

    def roll(self):
        return 2

    def stack(self):  # expect: unreached
        return 2

    def paint(self):  # expect: unreached
        return 2


class Bottle:
    def weigh(self):  # expect: unreached
        return 3

    def open(self):  # expect: unreached
        return 3

    def roll(self):  # expect: unreached
        return 3

    def cork(self):
        return 3

    def seal(self):
        return 3


class Shelf:
    def __init__(self, crates: list[Crate], barrels: dict[str, Barrel]) -> None:
        self.crates = crates
        self.barrels = barrels
        self.pairs: list[tuple[Crate, Bottle]] = []

    def __iter__(self) -> Iterator[Bottle]:
        return iter([])

    def weigh(self):  # expect: unreached
        return sum(one.weigh() for one in self.crates)


def run():
    shelf = Shelf([], {})
    for crate in shelf.crates:
        crate.weigh()
    for barrel in shelf.barrels.values():
        barrel.open()
    for _, barrel in shelf.barrels.items():
        barrel.roll()
    for crate, bottle in shelf.pairs:
        crate.open(), bottle.cork()
    for bottle in shelf:
        bottle.seal()
    pick(shelf.crates), every([]), first((Crate(), Barrel())), grouped(defaultdict(list))


def pick(crates: list[Crate]):
    crates[0].seal()
    for number, crate in enumerate(sorted(crates)):
        crate.stack(number)


def every(crates: Iterable[Crate]):
    return [crate.paint() for crate in crates]


def first(pair: tuple[Crate, Barrel]):
    crate, barrel = pair
    return crate.seal(), barrel.open(), pair[1].roll()


def grouped(found: dict[str, list[Crate]]):
    return {name: [one.weigh() for one in crates] for name, crates in found.items()}
