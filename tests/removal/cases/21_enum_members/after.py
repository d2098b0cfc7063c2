import enum


class Color(enum.Enum):
    GREEN = 2


class Named(enum.StrEnum):
    B = enum.auto()


class Auto(enum.Enum):
    FIRST = enum.auto()
