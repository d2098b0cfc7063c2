"""The targets, and whether they are met.

In: what was measured. Out: one row a target, with the figure beside it. Never fails for a figure.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from measuring.speed.edits import EDITS
from measuring.speed.figures import Growth, Measured, per_million, times_faster

COLD, QUIET = "auditor cold", "auditor cold, no opinions"
FLOOR, PEER = "ast.parse, all cores", "vulture"
WARM = tuple(f"auditor warm, {edit} edited" for edit in EDITS)
WARM_QUIET = tuple(f"{name}, no opinions" for name in WARM)

SMALLEST = 100_000
"""Lines that a tree must have for the targets to mean something."""


class Target(NamedTuple):
    """One target on one tree: what is wanted, as `>= 2 times`, and what was got in the same unit."""

    tree: str
    what: str
    sign: str
    wanted: float
    unit: str
    got: float

    @property
    def met(self) -> bool:
        """Return whether the figure is on the right side."""
        return self.got >= self.wanted if self.sign == ">=" else self.got <= self.wanted


def judged(measured: Sequence[Measured], growth: Growth | None) -> list[Target]:
    """Return all targets for which there are figures; a small tree tells of the interpreter's start and little else."""
    large = [one for one in measured if one.lines >= SMALLEST]
    rows = [row for one in large for row in (*_cold(one), *_warm(one), *_memory(one))]
    if growth is not None:
        named = {"seconds": "time, 1 job", "largest": "memory, 1 job", "together": "memory, all processes"}
        rows += [
            Target("growth", named[name], "<=", 1.1, "exponent", value) for name, value in growth.exponents.items()
        ]
    return [row for row in rows if not math.isnan(row.got)]


def _cold(one: Measured) -> Iterator[Target]:
    runs = one.runs
    for name, wanted in ((COLD, 2.0), (QUIET, 4.0)):
        if name in runs and PEER in runs:
            yield Target(
                one.name, f"{name} against {PEER}", ">=", wanted, "times", times_faster(runs[name], runs[PEER])
            )
    if QUIET in runs and FLOOR in runs:
        got = times_faster(runs[FLOOR], runs[QUIET])
        yield Target(one.name, f"{QUIET} of {FLOOR}", "<=", 1.6, "times its time", got)


def _warm(one: Measured) -> Iterator[Target]:
    """Judge the slowest of the edits: what is promised holds for every edit."""
    for names, which in ((WARM, ""), (WARM_QUIET, ", no opinions")):
        runs = [one.runs[name] for name in names if name in one.runs]
        if not runs:
            continue
        what = f"auditor warm, one file changed{which}"
        if PEER in one.runs:
            got = min(times_faster(run, one.runs[PEER]) for run in runs)
            yield Target(one.name, f"{what} against {PEER}", ">=", 15.0, "times", got)
        got = max(run.wall for run in runs) * 500_000 / one.lines
        yield Target(one.name, what, "<=", 1.2, "s per 500k lines", got)


def _memory(one: Measured) -> Iterator[Target]:
    for name, memory in one.memory.items():
        got = per_million(memory.together, one.lines)
        yield Target(one.name, f"memory, {name}", "<=", 400.0, "MB per 1M lines", got)
