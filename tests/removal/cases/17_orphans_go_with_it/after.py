import math
from typing import Protocol

_LIMIT = 3


def live(value):
    return math.floor(value) + _LIMIT
