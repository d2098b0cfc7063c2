"""Modules and classes under other names, `cls`, `super()`."""

import shop.printing_tools as tools
from shop import wrapping as w
from shop.wrapping import Ribbon as Band


class Base:
    def __init__(self):
        self.setup()

    def setup(self):
        return None

    @classmethod
    def build(cls):
        return cls.prepared()

    @classmethod
    def prepared(cls):
        return cls()

    @classmethod
    def discarded(cls):  # expect: unreached
        return cls()


class Special(Base):
    def setup(self):
        super().setup()

    def teardown(self):  # expect: unreached
        super().setup()


class Stranger:
    def setup(self):  # expect: unreached
        return None

    def build(self):  # expect: unreached
        return None


def run():
    tools.draw()
    w.wrap()
    Band().tie()
    Special.build()
    Stranger()
