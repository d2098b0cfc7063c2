"""Which batches of an earlier revision still stand, which are void and why, and what is left of those.

In: earlier batches in order, today's pieces with their relation, and what is known of definitions. Out: `Standing`. A
batch stands as it was or not at all. Never packs anything anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from auditor.model.code import DefinitionId, lies_in
from auditor.model.plan import Batch, Step
from auditor.plan.steps import Pieces

_NAMED = 3
"""How many things that changed are named in a reason."""


class Continued(msgspec.Struct, frozen=True):
    """`kept` are positions of pieces by the number of the batch that keeps them; `reasons` by that of a void batch.

    `remains` are the pieces of a void batch that may still go.
    """

    kept: Mapping[int, tuple[int, ...]]
    reasons: Mapping[int, str]
    remains: Mapping[int, tuple[int, ...]]


class Known(msgspec.Struct, frozen=True):
    """What to ask of definitions: `body` gives the hash of one today, `""` where there is none; `why_not` why it stays.

    `loose` are ids of imports: they go where their last user goes, so they belong to no batch for good.
    """

    body: Callable[[DefinitionId], str]
    why_not: Callable[[DefinitionId], str]
    loose: frozenset[DefinitionId]


def go_on(
    earlier: Sequence[Batch], found: Pieces, related: Iterable[tuple[int, int]], known: Known, most: int
) -> Continued:
    """Tell what becomes of earlier batches.

    A batch stands where each of its members is a piece of today with the same text, and whoever refers to a member goes
    with it or in an earlier batch that stands. Two files that go whole may import each other in whatever order.
    """
    matching = _Matching(found, known)
    members: dict[int, tuple[int, ...]] = {}
    reasons: dict[int, str] = {}
    for batch in sorted(earlier, key=lambda one: one.number):
        members[batch.number], faults = matching.match(batch)
        if not faults and len(batch.paths) > most:
            faults = [f"it touches {len(batch.paths)} files, and a batch may touch {most} now"]
        if faults:
            more = f", and {len(faults) - _NAMED} more changed" if len(faults) > _NAMED else ""
            reasons[batch.number] = "; ".join(faults[:_NAMED]) + more
    _void_what_is_needed(found, tuple(sorted(related)), members, reasons)
    return Continued(
        {number: found for number, found in members.items() if number not in reasons},
        reasons,
        {number: members[number] for number in reasons},
    )


def _void_what_is_needed(
    found: Pieces,
    related: Sequence[tuple[int, int]],
    members: Mapping[int, tuple[int, ...]],
    reasons: dict[int, str],
) -> None:
    """Add to `reasons` every batch with a member that something refers to which does not go before it."""
    kind = [piece.kind for piece in found.pieces]
    while True:
        place = {one: number for number, ones in members.items() if number not in reasons for one in ones}
        before = len(reasons)
        for source, target in related:
            number, first = place.get(target), place.get(source)
            if number is None or number in reasons or (first is not None and first <= number):
                continue
            if first is not None and kind[source] == kind[target] == "file":
                continue
            reasons[number] = (
                f"`{found.pieces[source].names[0]}` refers to `{found.pieces[target].names[0]}` "
                f"and has to go first, which {_where(source, first, members)}"
            )
        if len(reasons) == before:
            return


def _where(piece: int, first: int | None, members: Mapping[int, tuple[int, ...]]) -> str:
    if first is not None:
        return f"batch {first} does only later"
    void = next((number for number, ones in members.items() if piece in ones), None)
    return "no batch did before" if void is None else f"batch {void} would have done, which is void"


class _Matching:
    """Finds the pieces of today that a batch of earlier consists of."""

    def __init__(self, found: Pieces, known: Known) -> None:
        self.found = found
        self.known = known
        self.by_name = {name: n for n, piece in enumerate(found.pieces) for name in piece.names}
        self.owner = {identity: n for n, piece in enumerate(found.pieces) for identity in piece.ids}
        self.taken: set[int] = set()

    def match(self, batch: Batch) -> tuple[tuple[int, ...], list[str]]:
        """Return the pieces of a batch that are still there, unchanged, and a sentence for each that is not."""
        members: set[int] = set()
        faults: list[str] = []
        for step in batch.steps:
            for name in step.remove:
                position = self.by_name.get(name)
                if position is None and name in self.known.loose:
                    continue
                fault = self.fault(step, name, position)
                if fault:
                    faults.append(fault)
                members |= self.still_going(name) - self.taken
        self.taken |= members
        return tuple(sorted(members)), faults or ([] if members else ["nothing that it removes is there any more"])

    def still_going(self, name: DefinitionId) -> set[int]:
        """Return the pieces that remove `name`, or what is left of it."""
        if name in self.owner:
            return {self.owner[name]}
        return {n for n, piece in enumerate(self.found.pieces) if lies_in(piece.names[0], name)}

    def fault(self, step: Step, name: DefinitionId, position: int | None) -> str:
        """Return what changed about one member; empty where nothing did."""
        if position is None:
            owner = self.owner.get(name)
            if owner is not None:
                return f"`{name}` goes with `{self.found.pieces[owner].names[0]}` now"
            return f"`{name}` {self.known.why_not(name)}"
        piece = self.found.pieces[position]
        if position in self.taken:
            return f"`{name}` is in an earlier batch already"
        if piece.path != step.path:
            return f"`{name}` moved from {step.path} to {piece.path}"
        if (piece.kind == "file") != (step.action == "delete_file"):
            return f"{step.path} " + ("goes whole now" if piece.kind == "file" else "does not go whole any more")
        then, now = step.body_hash.get(name, ""), self.known.body(name)
        if piece.kind != "import" and then and now and then != now:
            return f"the code of `{name}` changed"
        return ""
