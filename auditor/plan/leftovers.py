"""Templates and requirements that only what goes has needed, as pieces behind it.

In: the pieces of code, `Leftover`s. Out: `Pieces` with those that nothing needs any more at their end. Never reads a
file, and takes nothing of which a single place that names it stays.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from auditor.model.code import Definition, DefinitionId
from auditor.model.leftovers import Leftover, Place
from auditor.plan.checklist import Risk, worst
from auditor.plan.references import ReferenceIndex
from auditor.plan.steps import Piece, PieceKind, Pieces


def with_leftovers(
    found: Pieces,
    leftovers: Sequence[Leftover],
    definitions: Mapping[DefinitionId, Definition],
    references: ReferenceIndex,
    barred: Collection[DefinitionId] = (),
) -> Pieces:
    """Return the pieces with what they leave behind; whoever names it goes no later.

    What only another such thing names goes as well. `barred` are ids that were found impossible to plan.
    """
    if not leftovers:
        return found
    lines = _Lines(found, definitions, references)
    owners: dict[DefinitionId, set[int]] = {}
    going: dict[str, Leftover] = {}
    changed = True
    while changed:
        changed = False
        for one in leftovers:
            if one.id in owners or one.id in barred:
                continue
            users = [set() if place[0] in going else lines.owners(place) for place in one.places]
            by_code = any(lines.owners(place) for place in one.by_code)
            from_others = any(place[0] in going for place in one.places)
            if (by_code or from_others) and all(
                user or place[0] in going for user, place in zip(users, one.places, strict=True)
            ):
                owners[one.id] = set().union(*users)
                if one.action == "delete_file":
                    going[one.path] = one
                changed = True
    return _added(found, [one for one in leftovers if one.id in owners], owners)


def _added(found: Pieces, going: Sequence[Leftover], owners: Mapping[DefinitionId, AbstractSet[int]]) -> Pieces:
    first = len(found.pieces)
    place = {one.path: first + n for n, one in enumerate(going) if one.action == "delete_file"}
    refers: set[tuple[int, int]] = set()
    made = []
    for n, one in enumerate(going, first):
        kind: PieceKind = "file" if one.action == "delete_file" else "definition"
        made.append(Piece(kind, one.path, (one.id,), (one.id,), one.line, one.lines))
        refers |= {(owner, n) for owner in owners[one.id]}
        refers |= {(place[path], n) for path, _ in one.places if path in place and place[path] != n}
    return found.followed_by(made, refers)


def with_risks(found: Pieces, risks: Sequence[Risk], leftovers: Iterable[Leftover]) -> list[Risk]:
    """Return the risks of all pieces; what is left behind is as risky as what leaves it."""
    ids = {one.id for one in leftovers}
    before: dict[int, list[int]] = {}
    for source, target in found.refers:
        before.setdefault(target, []).append(source)
    made = list(risks)
    for n, piece in enumerate(found.pieces):
        if piece.names[0] in ids:
            made[n] = worst(risks[one] for one in before.get(n, ()) if found.pieces[one].names[0] not in ids)
    return made


class _Lines:
    """Which pieces remove a line of a file."""

    def __init__(
        self, found: Pieces, definitions: Mapping[DefinitionId, Definition], references: ReferenceIndex
    ) -> None:
        self.spans: dict[str, list[tuple[int, int, int]]] = {}
        self.whole = {piece.path: n for n, piece in enumerate(found.pieces) if piece.kind == "file"}
        self.imports: dict[Place, dict[DefinitionId, set[int]]] = {}
        self.bound: dict[Place, set[DefinitionId]] = {}
        for facts in references.facts.values():
            for fact in facts.imports:
                if fact.scope == f"{facts.module}:":
                    self.bound.setdefault((facts.path, fact.line), set()).add(f"{facts.module}:{fact.name}")
        for n, piece in enumerate(found.pieces):
            if piece.kind == "definition":
                for name in piece.names:
                    if name in definitions and definitions[name].kind != "import":
                        one = definitions[name]
                        self.spans.setdefault(piece.path, []).append((one.line, one.end_line, n))
                    elif name in definitions:
                        self.imports.setdefault((piece.path, definitions[name].line), {})[name] = {n}
            elif piece.kind == "import" and not piece.at:
                self.imports.setdefault((piece.path, piece.line), {})[piece.names[0]] = {n}
        for binding, users in found.orphans:
            self.imports.setdefault((binding.path, binding.line), {})[binding.id] = set(users)

    def owners(self, place: Place) -> set[int]:
        """Return the pieces that go with a line; none where it stays, or where that cannot be told."""
        path, line = place
        found = {n for first, last, n in self.spans.get(path, ()) if first <= line <= last}
        if path in self.whole:
            return found | {self.whole[path]}
        gone = self.imports.get(place, {})
        if not found and gone and self.bound.get(place, set()) <= gone.keys():
            return set().union(*gone.values())
        return found
