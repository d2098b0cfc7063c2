import enum


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class Named(enum.StrEnum):
    A = enum.auto()
    B = enum.auto()


class Auto(enum.Enum):
    FIRST = enum.auto()
    LAST = enum.auto()
