"""Pieces to numbered batches: what stood keeps its number, what is left of void batches and what is new comes after.

In: `Earlier`, pieces with their risk, what is known of definitions. Out: `Numbered`. Numbers are never used twice, and
whoever refers goes no later than what it refers to, over old and new numbers alike.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

import msgspec

from auditor.model.plan import Voided
from auditor.plan.batches import Packing, pack, relation
from auditor.plan.checklist import Risk
from auditor.plan.continuing import Continued, Known, go_on
from auditor.plan.earlier import Earlier
from auditor.plan.steps import Pieces

Related = Set[tuple[int, int]]


class Numbered(msgspec.Struct, frozen=True):
    """`batches` are positions of pieces by number, in order; `depends` the earlier numbers that each needs.

    `voided` are all batches that are void, those of earlier revisions included. `oversize` are groups of pieces that
    fit into no batch; where there is any, nothing else is to be used.
    """

    batches: Mapping[int, tuple[int, ...]]
    depends: Mapping[int, tuple[int, ...]]
    voided: tuple[Voided, ...]
    oversize: tuple[tuple[int, ...], ...] = ()


def number(earlier: Earlier, found: Pieces, risks: Sequence[Risk], known: Known, most: int) -> Numbered:
    """Put every piece into a batch of at most `most` paths, in as many of the earlier batches as possible."""
    related = relation(found)
    standing = go_on(earlier.pending, found, related, known, most)
    batches = dict(standing.kept)
    heirs = _heirs(standing, found, related, earlier.highest, most)
    batches |= {number: group for number, group in heirs.values()}
    placed = {one for group in batches.values() for one in group}
    rest = [one for one in range(len(found.pieces)) if one not in placed]
    packing = pack(_part(found, rest), [risks[one] for one in rest], most)
    if packing.oversize:
        return Numbered({}, {}, (), tuple(tuple(rest[one] for one in knot) for knot in packing.oversize))
    first = max((earlier.highest, *batches)) + 1
    batches |= {first + n: tuple(rest[one] for one in group) for n, group in enumerate(packing.batches)}
    batches = dict(sorted(batches.items()))
    depends = _depends(batches, found, related, earlier, packing, first)
    return Numbered(batches, depends, (*earlier.voided, *_voided(standing, batches, earlier.revision + 1)))


def _heirs(
    standing: Continued, found: Pieces, related: Related, highest: int, most: int
) -> dict[int, tuple[int, tuple[int, ...]]]:
    """Return, by void batch, the new batch that holds what is left of it, where nothing else has to go before that."""
    into: dict[int, set[int]] = {}
    for source, target in related:
        into.setdefault(target, set()).add(source)
    placed = {one for group in standing.kept.values() for one in group}
    waiting = {number: group for number, group in sorted(standing.remains.items()) if group}
    heirs: dict[int, tuple[int, tuple[int, ...]]] = {}
    found_one = True
    while found_one:
        found_one = False
        for void, group in waiting.items():
            needed = {source for one in group for source in into.get(one, ())}
            small = len({found.pieces[one].path for one in group}) <= most
            if void not in heirs and small and needed <= placed.union(group):
                heirs[void] = highest + len(heirs) + 1, group
                placed.update(group)
                found_one = True
    return heirs


def _part(found: Pieces, chosen: Sequence[int]) -> Pieces:
    """Return some of the pieces with the relation among them."""
    if len(chosen) == len(found.pieces):
        return found
    place = {one: n for n, one in enumerate(chosen)}

    def within(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(place[source], place[target]) for source, target in pairs if source in place and target in place]

    pieces = tuple(found.pieces[one] for one in chosen)
    return Pieces(pieces, frozenset(within(found.refers)), tuple(within(found.packages)), ())


def _depends(
    batches: Mapping[int, tuple[int, ...]],
    found: Pieces,
    related: Related,
    earlier: Earlier,
    packing: Packing,
    first: int,
) -> dict[int, tuple[int, ...]]:
    """Return the batches that each needs: by what refers to what, by what was said before, by what is applied."""
    place = {one: number for number, group in batches.items() for one in group}
    depends: dict[int, set[int]] = {number: set() for number in batches}
    for source, target in related:
        if place[source] < place[target]:
            depends[place[target]].add(place[source])
    for n, needed in enumerate(packing.depends):
        depends[first + n] |= {first + one for one in needed}
    applied = {past.batch.number for past in earlier.past if past.state == "applied"}
    for batch in earlier.pending:
        if batch.number in batches:
            depends[batch.number] |= {one for one in batch.depends_on if one in applied or one in batches}
    for number, group in batches.items():
        depends[number] |= earlier.depends_on(identity for one in group for identity in found.pieces[one].ids)
    return {number: tuple(sorted(one for one in needed if one < number)) for number, needed in depends.items()}


def _voided(standing: Continued, batches: Mapping[int, tuple[int, ...]], revision: int) -> Iterable[Voided]:
    place = {one: number for number, group in batches.items() for one in group}
    for number, reason in sorted(standing.reasons.items()):
        by = sorted({place[one] for one in standing.remains[number]})
        yield Voided(number, f"{reason[:1].upper()}{reason[1:]}.", revision, tuple(by))
