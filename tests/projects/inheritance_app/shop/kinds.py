"""Enumerations: members that are looked up, iterated, or named one by one."""

import enum


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"

    def shade(self):
        return self.value

    def mix(self):  # expect: unreached
        return None

    @property
    def warm(self):
        return self is Color.RED


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Paint:
    def shade(self):  # expect: unreached
        return None

    def warm(self):  # expect: unreached
        return None


class Mood(enum.Enum):  # expect: unreached
    GOOD = 1


def run(text):
    Color(text).shade()
    Color.BLUE.warm
    for size in Size:
        print(size.name)
    Paint()
