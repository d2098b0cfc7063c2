"""Packing: pieces in order into batches of few paths, near together, lowest risk first.

In: pieces with their relation and risk, the largest number of paths. Out: `Packing`. A group of pieces that refer to
each other in a circle and touch more paths than a batch may is split only where it consists of whole files, which
nothing that stays imports: then any part of it may go first. All other such groups are named as oversize. Never
edits anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import msgspec

from auditor.plan.checklist import RISKS, Risk, worst
from auditor.plan.order import groups, ordered, reachable
from auditor.plan.steps import Piece, Pieces

_LOOK_AHEAD = 60
"""How many units of the same directory, and of all, are tried for a place in a batch: keeps packing near linear."""


class Packing(msgspec.Struct, frozen=True):
    """`batches` are positions of pieces, in order. `depends` are, by batch, the batches (from 0) that must come first.

    `oversize` are groups of pieces that fit into no batch; where there is any, nothing is packed.
    """

    batches: tuple[tuple[int, ...], ...]
    depends: tuple[tuple[int, ...], ...]
    oversize: tuple[tuple[int, ...], ...] = ()


def pack(found: Pieces, risks: Sequence[Risk], most: int) -> Packing:
    """Pack all pieces into batches of at most `most` paths."""
    related = relation(found)
    knots = groups(len(found.pieces), related)
    oversize = [knot for knot in knots if len(_paths(found.pieces, knot)) > most]
    unsplittable = tuple(knot for knot in oversize if any(found.pieces[one].kind != "file" for one in knot))
    if unsplittable:
        return Packing((), (), unsplittable)
    units, before = _units(found.pieces, knots, related, most)
    packed = _Packer(found.pieces, units, before, [worst(risks[one] for one in unit) for unit in units], most).run()
    return _finish(units, before, packed)


def relation(found: Pieces) -> frozenset[tuple[int, int]]:
    """Return who goes before whom: who refers before what it refers to, and a package's files before the package.

    The last does not hold where the package itself refers to them.
    """
    related = set(found.refers)
    packages = sorted({target for _source, target in found.packages})
    for package in packages:
        refers_to = reachable(len(found.pieces), related, package)
        related |= {(source, target) for source, target in found.packages
                    if target == package and source not in refers_to}  # fmt: skip
    return frozenset(related)


def _units(
    made: Sequence[Piece], knots: Sequence[tuple[int, ...]], related: Iterable[tuple[int, int]], most: int
) -> tuple[list[tuple[int, ...]], set[tuple[int, int]]]:
    """Return the units of packing and which goes before which; oversize knots become a chain of parts."""
    related = list(related)
    units: list[tuple[int, ...]] = []
    before: set[tuple[int, int]] = set()
    first_of: dict[int, int] = {}
    last_of: dict[int, int] = {}
    for knot in knots:
        parts = [knot] if len(_paths(made, knot)) <= most else _split(knot, related, most)
        start = len(units)
        units += parts
        before |= {(n, n + 1) for n in range(start, start + len(parts) - 1)}
        first_of |= dict.fromkeys(knot, start)
        last_of |= dict.fromkeys(knot, start + len(parts) - 1)
    for source, target in related:
        if first_of[source] != first_of[target]:
            before.add((last_of[source], first_of[target]))
    return units, before


def _split(knot: Sequence[int], related: Iterable[tuple[int, int]], most: int) -> list[tuple[int, ...]]:
    """Cut a circle of whole files into parts, files that fewest of the rest import first."""
    left = set(knot)
    inner = [(source, target) for source, target in related if source in left and target in left and source != target]
    line: list[int] = []
    while left:
        needed = {one: sum(1 for source, target in inner if target == one and source in left) for one in left}
        chosen = min(left, key=lambda one: (needed[one], one))
        line.append(chosen)
        left.discard(chosen)
    return [tuple(sorted(line[n : n + most])) for n in range(0, len(line), most)]


def _paths(made: Sequence[Piece], positions: Iterable[int]) -> set[str]:
    return {made[one].path for one in positions}


class _Packer:
    """Fills one batch after the other: a seed with what must come before it, then what fits and lies near."""

    def __init__(
        self,
        made: Sequence[Piece],
        units: Sequence[tuple[int, ...]],
        before: Iterable[tuple[int, int]],
        risks: Sequence[Risk],
        most: int,
    ) -> None:
        self.most = most
        self.paths = [frozenset(_paths(made, unit)) for unit in units]
        self.folders = [frozenset(made[one].folder for one in unit) for unit in units]
        self.risk = [RISKS.index(risk) for risk in risks]
        self.primary = [any(not made[one].test and made[one].kind != "import" for one in unit) for unit in units]
        self.earlier: dict[int, set[int]] = {}
        self.later: dict[int, set[int]] = {}
        for source, target in before:
            self.earlier.setdefault(target, set()).add(source)
            self.later.setdefault(source, set()).add(target)
        keys = [f"{self.risk[n]} {min(self.paths[n])} {min(unit):08d}" for n, unit in enumerate(units)]
        self.line = ordered(len(units), before, keys)
        self.place = {unit: position for position, unit in enumerate(self.line)}
        self.left = dict.fromkeys(self.line)
        self.in_folder: dict[str, list[int]] = {}
        for unit in self.line:
            for folder in self.folders[unit]:
                self.in_folder.setdefault(folder, []).append(unit)

    def run(self) -> list[list[int]]:
        """Return the units of each batch, in order."""
        batches: list[list[int]] = []
        while self.left:
            batch = self._seed()
            self._take(batch)
            self._grow(batch)
            batches.append(batch)
        return batches

    def _take(self, units: Iterable[int]) -> None:
        for unit in units:
            self.left.pop(unit, None)

    def _bundle(self, unit: int, batch: Iterable[int], risk: int) -> list[int] | None:
        """Return `unit` with what must come before it and is left; None where it does not fit or is riskier."""
        paths = set().union(*(self.paths[one] for one in batch))
        bundle, queue = {unit}, [unit]
        while queue:
            current = queue.pop()
            paths |= self.paths[current]
            if len(paths) > self.most or self.risk[current] > risk:
                return None
            for one in self.earlier.get(current, ()):
                if one in self.left and one not in bundle:
                    bundle.add(one)
                    queue.append(one)
        return sorted(bundle, key=self.place.__getitem__)

    def _seed(self) -> list[int]:
        """Return the least risky removal that fits together with all it needs; else the first piece that is free."""
        for risk in range(len(RISKS)):
            for unit in self.left:
                if self.primary[unit] and self.risk[unit] <= risk and (bundle := self._bundle(unit, (), risk)):
                    return bundle
            free = [unit for unit in self.left if self.risk[unit] <= risk and not self._blocked(unit)]
            if free:
                return free[:1]
        raise AssertionError("a relation without cycles always leaves a unit that is free")

    def _blocked(self, unit: int) -> bool:
        return any(one in self.left for one in self.earlier.get(unit, ()))

    def _grow(self, batch: list[int]) -> None:
        """Add what fits: first what costs no path, then what is connected, then the same directory, then the rest."""
        while True:
            found = min(self._candidates(batch), default=None)
            if found is None:
                return
            bundle = found[-1]
            batch += bundle
            self._take(bundle)

    def _candidates(self, batch: list[int]) -> Iterable[tuple[int, int, int, list[int]]]:
        paths = set().union(*(self.paths[one] for one in batch))
        folders = set().union(*(self.folders[one] for one in batch))
        risk = max(self.risk[one] for one in batch)
        near = {one for unit in batch for one in (*self.later.get(unit, ()), *self.earlier.get(unit, ()))}
        mates = [unit for folder in sorted(folders) for unit in self.in_folder[folder] if unit in self.left]
        pool = [*sorted(near & self.left.keys()), *mates[:_LOOK_AHEAD], *islice(self.left, _LOOK_AHEAD)]
        for unit in dict.fromkeys(pool):
            if not self.primary[unit] and self._blocked(unit) and not self.paths[unit] <= paths:
                continue
            bundle = self._bundle(unit, batch, risk)
            if bundle is None:
                continue
            cost = len(set().union(*(self.paths[one] for one in bundle)) - paths)
            nearness = 0 if not cost else 1 if unit in near else 2 if self.folders[unit] & folders else 3
            yield nearness, cost, self.place[unit], bundle


def _finish(
    units: Sequence[tuple[int, ...]], before: Iterable[tuple[int, int]], packed: Sequence[Sequence[int]]
) -> Packing:
    number = {unit: n for n, batch in enumerate(packed) for unit in batch}
    depends: Mapping[int, set[int]] = {n: set() for n in range(len(packed))}
    for source, target in before:
        if number[source] != number[target]:
            depends[number[target]].add(number[source])
    return Packing(
        tuple(tuple(sorted(piece for unit in batch for piece in units[unit])) for batch in packed),
        tuple(tuple(sorted(depends[n])) for n in range(len(packed))),
    )
