"""Pieces of removal, who of them refers to whom, and the steps that a batch of pieces makes.

In: `Selection`, `ReferenceIndex`, findings. Out: `Piece`s with their relation, `Step`s. A piece is what cannot be
split: a file deleted whole, a definition with all that is inside it, or one import. Never decides order or batches.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Literal

import msgspec

from auditor.model.code import Definition, DefinitionId, module_id
from auditor.model.graph import Analysis
from auditor.model.plan import Step
from auditor.plan.references import Binding, ReferenceIndex, Use
from auditor.plan.selection import Selection

PieceKind = Literal["file", "definition", "import"]


class Piece(msgspec.Struct, frozen=True):
    """What is removed in one go.

    `names` are the ids to hand to the edit, `ids` everything that vanishes. `lines` counts source lines. `test` marks
    test code. `at` are the lines of uses that go with an entry in a table of routes, which counts as an import.
    """

    kind: PieceKind
    path: str
    names: tuple[DefinitionId, ...]
    ids: tuple[DefinitionId, ...]
    line: int
    lines: int
    test: bool = False
    at: tuple[int, ...] = ()

    @property
    def folder(self) -> str:
        """Directory of its file, `"."` for the top."""
        return str(PurePosixPath(self.path).parent)


class Pieces(msgspec.Struct, frozen=True):
    """All pieces by position; `refers` holds (who refers, to whom); `packages` those that only keep a package for last.

    `orphans` maps an import that nothing uses once certain pieces are gone to those pieces.
    """

    pieces: tuple[Piece, ...]
    refers: frozenset[tuple[int, int]]
    packages: tuple[tuple[int, int], ...]
    orphans: tuple[tuple[Binding, tuple[int, ...]], ...]

    def followed_by(self, made: Sequence[Piece], refers: Iterable[tuple[int, int]]) -> "Pieces":
        """Return the pieces with others at their end, and who refers to whom besides, by position among all."""
        return Pieces((*self.pieces, *made), self.refers | frozenset(refers), self.packages, self.orphans)


def pieces(
    selection: Selection,
    analysis: Analysis,
    references: ReferenceIndex,
    barred: frozenset[DefinitionId] = frozenset(),
    claims: frozenset[DefinitionId] = frozenset(),
) -> Pieces:
    """Cut what goes into pieces, ordered by path and line, and relate them; orphans among `barred` are let be.

    What `claims` names is a piece of its own also where all around it goes: an earlier batch removes it.
    """
    cut = _Cutting(selection, analysis, references, claims).run()
    made = sorted(cut, key=lambda piece: (piece.path, piece.line, piece.names))
    relation = Relation(made, references)
    refers = frozenset((*relation.by_use(), *relation.by_import(), *relation.by_claim()))
    orphans = tuple(
        (binding, users) for binding, users in _orphans(references, relation, made) if binding.id not in barred
    )
    return Pieces(tuple(made), refers, tuple(relation.by_package()), orphans)


class _Cutting:
    """Cuts what goes: files, definitions, imports, and what is claimed inside of these."""

    def __init__(
        self,
        selection: Selection,
        analysis: Analysis,
        references: ReferenceIndex,
        claims: frozenset[DefinitionId],
    ) -> None:
        self.selection = selection
        self.definitions = analysis.graph.definitions
        self.references = references
        self.claims = claims

    def run(self) -> Iterable[Piece]:
        for module in sorted(self.selection.files):
            facts = self.references.facts[module]
            inner = [*self.claimed(module_id(module))]
            ids = self.rest(module_id(module), inner)
            lines = max(0, facts.lines - sum(piece.lines for piece in inner))
            yield Piece("file", facts.path, ids[:1], ids, 0, lines, facts.in_tests)
            yield from inner
        for identity in self.selection.outermost:
            yield from self.definition(identity)
        for binding in self.selection.imports:
            yield self.binding(binding)
        for one in self.selection.registrations:
            yield Piece("import", one.path, one.ids, one.ids, one.lines[0], len(one.lines), at=one.lines)
        for module in sorted(self.selection.files & {claim.partition(":")[0] for claim in self.claims}):
            for binding in self.references.bindings[module]:
                if binding.id in self.claims and binding.needs & self.selection.going:
                    yield self.binding(binding)

    def definition(self, identity: DefinitionId) -> Iterable[Piece]:
        """Yield a definition without what is claimed inside of it, and that."""
        found: Definition = self.definitions[identity]
        inner = [*self.claimed(identity)]
        lines = max(0, found.lines - sum(piece.lines for piece in inner))
        yield Piece(
            "definition", found.path, (identity,), self.rest(identity, inner), found.line, lines, found.in_tests
        )
        yield from inner

    def claimed(self, outer: DefinitionId) -> Iterable[Piece]:
        """Yield what is claimed inside of a definition, the outermost first."""
        for identity in self.references.children.get(outer, ()) if self.claims else ():
            yield from self.definition(identity) if identity in self.claims else self.claimed(identity)

    def rest(self, outer: DefinitionId, inner: Iterable[Piece]) -> tuple[DefinitionId, ...]:
        """Return everything inside of a definition, itself first, that no piece of `inner` holds."""
        gone = {identity for piece in inner for identity in piece.ids}
        return (outer, *(one for one in self.references.within(outer) if one not in gone))

    def binding(self, binding: Binding) -> Piece:
        in_tests = self.references.facts[binding.module].in_tests
        return Piece("import", binding.path, (binding.id,), (binding.id,), binding.line, 1, in_tests)


class Relation:
    """Who of the pieces refers to whom."""

    def __init__(self, made: Sequence[Piece], references: ReferenceIndex) -> None:
        self.made = made
        self.references = references
        self.owner = {identity: position for position, piece in enumerate(made) for identity in piece.ids}
        self.by_file = {piece.path: position for position, piece in enumerate(made) if piece.kind == "file"}
        self.registered = {
            (piece.names[0].partition(":")[0], line): n for n, piece in enumerate(made) for line in piece.at
        }
        self.split = {piece.path for piece in made if piece.kind != "file"} & self.by_file.keys()

    def piece_of(self, use: Use) -> int | None:
        """Return the piece with which a use vanishes; None where it stays."""
        known = self.owner.get(use.source)
        if known is not None:
            return known
        module = use.source.partition(":")[0]
        if (module, use.line) in self.registered:
            return self.registered[module, use.line]
        facts = self.references.facts.get(module)
        whole = self.by_file.get(facts.path) if facts is not None else None
        if whole is None or (facts is not None and facts.path in self.split):
            for first, last, identity in self.references.spans.get(module, ()):
                if first <= use.line <= last and identity in self.owner:
                    return self.owner[identity]
        return whole

    def by_need(self) -> dict[int, set[DefinitionId]]:
        """Return, by position, what a piece needs of code that is not part of it, tests and code that stays included.

        A module is listed only where nothing in it is.
        """
        found: dict[int, set[DefinitionId]] = {}
        modules = {piece.names[0].partition(":")[0] for piece in self.made}
        for needed, uses in self.references.uses.items():
            for use in uses if not needed.endswith(":") else ():
                source = self.piece_of(use) if use.source.partition(":")[0] in modules else None
                if source is not None and self.owner.get(needed) != source:
                    found.setdefault(source, set()).add(needed)
        for module in modules & self.references.bindings.keys():
            for binding in self.references.bindings[module]:
                source = self.owner.get(binding.id, self.by_file.get(binding.path))
                if source is not None:
                    inner = {need.partition(":")[0] for need in binding.needs if not need.endswith(":")}
                    needs = {need for need in binding.needs if not need.endswith(":") or need[:-1] not in inner}
                    found.setdefault(source, set()).update(needs)
        return found

    def by_use(self) -> Iterable[tuple[int, int]]:
        """Yield who uses whom."""
        for target, piece in enumerate(self.made):
            for identity in piece.ids:
                for use in self.references.uses.get(identity, ()):
                    source = self.piece_of(use) if use.through not in self.owner else None
                    if source is not None and source != target:
                        yield source, target

    def by_claim(self) -> Iterable[tuple[int, int]]:
        """Yield what is claimed inside of something before that."""
        for source, piece in enumerate(self.made):
            if piece.path in self.split and piece.kind != "file":
                yield source, self.by_file[piece.path]
            found = piece.names[0]
            while piece.kind == "definition" and "." in found.partition(":")[2]:
                found = found.rpartition(".")[0]
                if found in self.owner and self.owner[found] != source:
                    yield source, self.owner[found]

    def by_import(self) -> Iterable[tuple[int, int]]:
        """Yield imports before what they import, and the users of an import before it."""
        edited = {piece.names[0] for piece in self.made if piece.kind == "import"}
        for bindings in self.references.bindings.values():
            for binding in bindings:
                source = self.owner.get(binding.id) if binding.id in edited else self.by_file.get(binding.path)
                if source is None:
                    continue
                for target in sorted({self.owner[need] for need in binding.needs if need in self.owner} - {source}):
                    yield source, target
                for use in binding.users if binding.id in edited else ():
                    user = self.piece_of(use)
                    if user is not None and user != source:
                        yield user, source
        for module, importers in self.references.star_importers.items():
            imported = self.references.facts.get(module)
            for importer in importers if imported is not None and imported.path in self.by_file else ():
                path = self.references.facts[importer].path
                if imported is not None and path in self.by_file and path != imported.path:
                    yield self.by_file[path], self.by_file[imported.path]

    def by_package(self) -> Iterable[tuple[int, int]]:
        """Yield each file of a package before the package's own file."""
        for target, package in enumerate(self.made):
            if package.kind == "file" and PurePosixPath(package.path).name == "__init__.py":
                inside = "" if package.folder == "." else f"{package.folder}/"
                for source, piece in enumerate(self.made):
                    if source != target and piece.path.startswith(inside):
                        yield source, target


def _orphans(
    references: ReferenceIndex, relation: Relation, made: Sequence[Piece]
) -> Iterable[tuple[Binding, tuple[int, ...]]]:
    """Yield imports that only code which goes has used, with the pieces that used them.

    Re-exports, guarded imports and names that anybody else imports from there are left alone.
    """
    edited = {piece.names[0] for piece in made if piece.kind == "import"}
    touched = {piece.path for piece in made if piece.kind == "definition" or piece.at}
    for module in sorted(references.bindings):
        facts = references.facts[module]
        if facts.path not in touched or references.star_importers.get(module):
            continue
        for binding in references.bindings[module]:
            if binding.exported or binding.pinned or binding.id in edited or not binding.users:
                continue
            users = [relation.piece_of(use) for use in binding.users]
            if (
                {None, relation.by_file.get(binding.path)}.isdisjoint(users)
                and binding.id not in references.imported_by
                and not references.uses.get(binding.id)
            ):
                yield binding, tuple(sorted({user for user in users if user is not None}))


def steps_of(
    chosen: Iterable[Piece], extra: Iterable[Binding], definitions: Mapping[DefinitionId, Definition]
) -> tuple[Step, ...]:
    """Return one step a path for the pieces of a batch, `extra` being imports they orphan; ordered by path."""
    names: dict[str, set[DefinitionId]] = {}
    whole: set[str] = set()
    for piece in chosen:
        names.setdefault(piece.path, set()).update(piece.names)
        if piece.kind == "file":
            whole.add(piece.path)
    for binding in extra:
        names.setdefault(binding.path, set()).add(binding.id)
    return tuple(
        Step(
            path,
            "delete_file" if path in whole else "edit",
            tuple(sorted(found)),
            {i: definitions[i].body_hash for i in sorted(found) if i in definitions and definitions[i].body_hash},
        )
        for path, found in sorted(names.items())
    )
