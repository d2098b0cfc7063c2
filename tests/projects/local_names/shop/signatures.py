"""Arguments: free where the function alone decides on them."""

import abc
import functools
import threading


def own(used: int, unused: int) -> int:  # `unused` is found
    return used


def on_tick(event: object) -> None:
    print("tick")


def in_table(event: object, context: object) -> None:
    print("table")


TABLE = {"tick": in_table}


def key_of(first: object, *rest: object, _spare: int = 0, **options: object) -> int:
    return 1 + len([first])


class Base(abc.ABC):
    @abc.abstractmethod
    def price(self, basket: object) -> int: ...

    def discount(self, basket: object) -> int:
        return 0


class Simple(Base):
    def price(self, basket: object) -> int:
        return int(self.discount(basket) + 1)


class Alone:
    def __init__(self, size: int) -> None:
        self.sized = True

    def grow(self, by: int) -> bool:
        print("grown")
        return self.sized

    @functools.lru_cache
    def cached(self, by: int) -> bool:
        return self.sized


def run() -> None:
    threading.Timer(1, on_tick).start()
    print(own(1, 2), TABLE, key_of(1), Simple().price(1), Alone(1).grow(2), Alone(2).cached(1))
