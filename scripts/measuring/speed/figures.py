"""Arithmetic of the measurements: order of runs, medians, ratios, growth.

In: numbers. Out: numbers. Never measures.
"""

import math
from collections.abc import Mapping, Sequence
from statistics import linear_regression, median
from typing import NamedTuple

from measuring.speed.running import Memory, Ran


class Runs(NamedTuple):
    """What one contender's rounds took, by the number of the round. `late`: it ran out of time, and ran no more."""

    rounds: Mapping[int, Ran]
    late: bool = False

    @property
    def wall(self) -> float:
        """Return the median of seconds."""
        return median(one.wall for one in self.rounds.values())

    @property
    def cpu(self) -> float:
        """Return the median of CPU seconds."""
        return median(one.cpu for one in self.rounds.values())

    @property
    def spread(self) -> float:
        """Return the longest run's part above the shortest, of the median."""
        walls = [one.wall for one in self.rounds.values()]
        return (max(walls) - min(walls)) / median(walls)


class Measured(NamedTuple):
    """Everything measured on one tree. `memory` by what ran: auditor on all cores, and in one process."""

    name: str
    files: int
    lines: int
    runs: Mapping[str, Runs]
    memory: Mapping[str, Memory]


class Growth(NamedTuple):
    """Figures over sizes: lines, and seconds, bytes of one process, bytes of all; and their exponents."""

    lines: tuple[int, ...]
    seconds: tuple[float, ...]
    largest: tuple[int, ...]
    together: tuple[int, ...]

    @property
    def exponents(self) -> dict[str, float]:
        """Return by what power of the lines each figure grows."""
        return {name: exponent(self.lines, getattr(self, name)) for name in ("seconds", "largest", "together")}


def order(wanted: Mapping[str, int], rounds: int) -> list[tuple[int, str]]:
    """Return who runs when, as (round, name): everyone once a round, each round beginning with another.

    `wanted` tells in how many rounds each takes part; those of fewer rounds take part in the first ones.
    """
    turns = []
    for number in range(rounds):
        names = [name for name, times in wanted.items() if number < times]
        shift = number * len(names) // rounds
        turns += [(number, name) for name in names[shift:] + names[:shift]]
    return turns


def times_faster(one: Runs, than: Runs) -> float:
    """Return how many times less time `one` took: the median over the rounds that both ran."""
    both = one.rounds.keys() & than.rounds.keys()
    return median(than.rounds[number].wall / one.rounds[number].wall for number in both) if both else math.nan


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of log(value) on log(size) by least squares: 1 is linear growth."""
    return linear_regression([math.log(one) for one in sizes], [math.log(one) for one in values]).slope


def per_million(size: int, lines: int) -> float:
    """Return bytes as MB a million lines."""
    return size / 1e6 / (lines / 1e6)
