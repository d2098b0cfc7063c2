"""Prices.

>>> from rates import shown_in_module
>>> shown_in_module(3)
3
"""
import rates
from kinds import Argument, Element, Result, Unused  # expect: local


def price(amount, rate):
    # type: (Argument, float) -> Result
    """Return a price.

    >>> shown = helper(3)
    >>> for one in [shown]:
    ...     rates.rounded(one)
    3
    >>> Basket().total()
    0
    """
    rows = []  # type: list[Element]
    rows.append(amount)
    return rows, rate


def helper(amount):
    """Not run by anybody but an example of another."""
    return amount


def own(amount):  # expect: unreached
    """An example of itself goes with it.

    >>> own(3)
    3
    """
    return amount


class Basket:
    def total(self):
        return 0

    def never(self):  # expect: unreached
        return 0


if __name__ == "__main__":
    print(price(1, 2), rates, Basket())
