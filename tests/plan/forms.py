"""Forms of definitions that are hard to take out: text in which `NAME` stands for the name."""

FUNCTIONS = (
    """
if len("a") == 1:
    def NAME(n=2):
        return "NAME"
else:
    def NAME(n=2):
        return "other NAME"
""",
    """
try:
    import json
except ImportError:
    json = None

def NAME(n=2):
    return "NAME" if json else "none"
""",
    """
from typing import overload
@overload
def NAME(n: int = ...) -> str: ...
@overload
def NAME(n: str) -> str: ...
def NAME(n=2):
    return "NAME"
""",
)

CLASSES = (
    """
import enum
class NAME(enum.Enum):
    ONE = 1
    TWO = 2

    def label(self):
        return "NAME"
""",
    """
import dataclasses
@dataclasses.dataclass
class NAME:
    one: int = 1

    def twice(self):
        return self.one * 2
""",
    """
import typing
class NAME(typing.NamedTuple):
    one: int = 1

    def twice(self):
        return self.one * 2
""",
    """
import functools
class NAME:
    @property
    def one(self):
        return 1

    @one.setter
    def one(self, value):
        pass

    @functools.cached_property
    def two(self):
        return 2
""",
)
