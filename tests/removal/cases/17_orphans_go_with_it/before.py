import decimal
import math
from typing import Protocol

_RATE = decimal.Decimal("0.19")
_LIMIT = 3


class Unused(Protocol):
    def run(self) -> None: ...


def _round(value):
    return value.quantize(_RATE)


def dead(value: Unused):
    return _round(value * _RATE) + math.floor(_LIMIT)


def live(value):
    return math.floor(value) + _LIMIT
