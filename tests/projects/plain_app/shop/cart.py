from __future__ import annotations

import os
import json  # expect: local
from typing import TYPE_CHECKING

from .store import Base, MemoryStore, Store

if TYPE_CHECKING:
    from .money import Amount

try:
    import orjson
except ImportError:
    orjson = None  # expect: unreached

LIMIT = 10
_OLD_LIMIT = 20  # expect: unreached


class Cart(Base):
    colour = "red"
    unused_colour = "blue"  # expect: unreached

    def __init__(self):
        self.store = MemoryStore()
        self.lines = []
        self.amount: Amount = None

    def add(self, line):
        self.lines.append(line)
        self.store.save(line)
        return self._check() and self.amount.rounded() and self.colour

    def _check(self):
        return len(self.lines) < LIMIT and bool(os.environ)

    def template_step(self):
        return "mine"

    def drop(self):  # expect: unreached
        return self._dropped()

    def _dropped(self):  # expect: unreached
        return [orjson]

    @property
    def total(self):
        return sum(self.lines)

    @property
    def total_with_tax(self):  # expect: unreached
        return self.total * 2

    @staticmethod
    def parse(text):  # expect: unreached
        return text


class Duck:
    def save(self, line):  # expect: unreached
        """MemoryStore is the receiver of every save."""


def forgotten():  # expect: unreached
    return helper_of_the_forgotten()


def helper_of_the_forgotten():  # expect: unreached
    return Duck()


def use_duck(store: Store):
    store.load()
    return Duck
