"""Descriptors, properties with setters, context managers, class items."""

from shop.proxied import Engine
from shop.proxies import Proxy


class Field:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner) -> "Cell":
        return Cell()

    def __set__(self, instance, value):
        self.validate(value)

    def validate(self, value):
        return value

    def describe(self):  # expect: unreached
        return self.name


class Cell:
    def text(self):
        return ""

    def color(self):  # expect: unreached
        return ""


class Row:
    cell = Field()

    @property
    def width(self):
        return self._width

    @width.setter
    def width(self, value):
        self._width = self.clip(value)

    @property
    def height(self):  # expect: unreached
        return 1

    @height.setter
    def height(self, value):
        return None

    def clip(self, value):
        return value


class Typed:
    def __class_getitem__(cls, item):
        return cls.of(item)

    @classmethod
    def of(cls, item):
        return cls


class Lock:
    def __enter__(self):
        return self.take()

    def __exit__(self, *_):
        return self.drop()

    def take(self):
        return self

    def drop(self):
        return None

    def steal(self):  # expect: unreached
        return None


def run():
    row = Row()
    row.cell.text()
    row.width = 2
    Proxy(Engine()).spin()
    with Lock():
        return Typed[int]
