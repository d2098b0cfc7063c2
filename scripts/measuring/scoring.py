"""Claims against what ran and what a person confirmed.

In: units, the executed ones, claims, verdicts. Out: `Score`s. Only functions, methods and classes of production files
are compared; a claim that names nothing of these is left out and counted.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from measuring.tools import Claim
from measuring.units import Key, Unit, at

COMPARED = frozenset(("function", "method", "property", "class"))


class Score(NamedTuple):
    """One tool on one application.

    `called` are the units called unused; `ran` those of them that were executed: false alarms. `lines` counts the
    source lines of the others, each once. Of the units that a person judged: `dead` and `alive` ones among `called`,
    the `lines_dead` of the dead ones, and how many dead ones there are in all.
    """

    tool: str
    called: tuple[Key, ...]
    ran: tuple[Key, ...]
    lines: int
    dead: int
    alive: tuple[Key, ...]
    lines_dead: int
    all_dead: int
    seconds: float
    problem: str = ""


def units_claimed(claims: Iterable[Claim], units: Mapping[Key, Unit]) -> frozenset[Key]:
    """Return the units that claims name, by path, line and name."""
    by_place: dict[tuple[str, str], dict[Key, Unit]] = {}
    for key, unit in units.items():
        by_place.setdefault((unit.path, unit.name), {})[key] = unit
    found = set()
    for claim in claims:
        if claim.kind in COMPARED:
            unit = at(by_place.get((claim.path, claim.name), {}), claim.path, claim.line, claim.name)
            if unit is not None:
                found.add(unit.key)
    return frozenset(found)


def score(
    tool: str,
    called: Collection[Key],
    units: Mapping[Key, Unit],
    ran: Collection[Key],
    verdicts: Mapping[Key, bool],
    seconds: float,
    problem: str = "",
) -> Score:
    """Return a tool's row. `verdicts` maps units that a person judged to whether they are dead."""
    false = tuple(sorted(key for key in called if key in ran))
    quiet = [key for key in called if key not in ran]
    dead = [key for key in called if verdicts.get(key) is True]
    alive = tuple(sorted(key for key in called if verdicts.get(key) is False))
    all_dead = sum(1 for key, is_dead in verdicts.items() if is_dead and key in units)
    return Score(
        tool, tuple(sorted(called)), false, lines_of(quiet, units), len(dead), alive, lines_of(dead, units), all_dead,
        seconds, problem,
    )  # fmt: skip


def lines_of(keys: Iterable[Key], units: Mapping[Key, Unit]) -> int:
    """Return how many source lines units cover, nested ones counted once."""
    covered: dict[str, set[int]] = {}
    for key in keys:
        covered.setdefault(key[0], set()).update(units[key].lines)
    return sum(len(lines) for lines in covered.values())


def pooled(called: Iterable[Collection[Key]], ran: Collection[Key]) -> list[Key]:
    """Return what any tool called unused and no test executed: what a person has to judge."""
    return sorted({key for one in called for key in one if key not in ran})
