"""Findings to batches: what goes is selected, cut, numbered and tried, and what cannot go is barred, until it settles.

In: findings, `Analysis`, the index of references, `Earlier`, configuration. Out: `Assembled`. Never knows what the plan
as a whole says.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from auditor.config import PlanConfig
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis
from auditor.model.leftovers import Leftover
from auditor.model.plan import Batch, Voided
from auditor.model.verdict import Finding, HeldBack
from auditor.plan.checklist import Risk, risk_of, rollback, tags, verification, worst
from auditor.plan.continuing import Known
from auditor.plan.earlier import Earlier
from auditor.plan.leftovers import with_leftovers, with_risks
from auditor.plan.numbering import Numbered, number
from auditor.plan.references import Binding, ReferenceIndex
from auditor.plan.scripts import KINDS, of_scripts, with_scripts
from auditor.plan.selection import Selection, select
from auditor.plan.steps import Pieces, Relation, pieces, steps_of

TryEdit = Callable[[str, tuple[DefinitionId, ...]], str | None]


class Assembled(msgspec.Struct, frozen=True):
    """Batches by number; reasons to hold back found on the way; the batch of each id; every batch that is void."""

    batches: tuple[Batch, ...]
    held: Mapping[DefinitionId, tuple[HeldBack, ...]]
    batch_of: Mapping[DefinitionId, int]
    voided: tuple[Voided, ...]


class Assembling:
    """Everything that selection, numbering and steps look at, for one plan."""

    def __init__(
        self,
        plan_id: str,
        findings: Sequence[Finding],
        analysis: Analysis,
        references: ReferenceIndex,
        config: PlanConfig,
        earlier: Earlier,
        imports: Sequence[tuple[str, str]] = (),
        leftovers: Sequence[Leftover] = (),
    ) -> None:
        self.plan_id = plan_id
        self.scripts = of_scripts(findings)
        self.findings = [finding for finding in findings if finding.definition.kind not in KINDS]
        self.by_id = {finding.definition.id: finding for finding in findings}
        self.leftovers = [one for one in leftovers if one.id not in self.by_id]
        self.definitions = {
            **analysis.graph.definitions,
            **{f.definition.id: f.definition for f in self.scripts},
            **{
                one.id: Definition(one.id, "file", one.path, one.line, one.lines, body_hash=one.body_hash)
                for one in self.leftovers
            },
        }
        self.imports = imports
        self.analysis = analysis
        self.references = references
        self.config = config
        self.earlier = earlier

    def why_not(self, dormant: frozenset[DefinitionId]) -> Mapping[DefinitionId, tuple[HeldBack, ...]]:
        """Return what would be held back if all of `dormant` were to go, before any edit is tried."""
        return select(self.findings, self.analysis, self.references, dormant=dormant).held if dormant else {}

    def run(self, dormant: frozenset[DefinitionId], try_edit: TryEdit | None) -> Assembled:
        """Return the batches. What fits into none, or cannot be edited out, is barred, and all starts over.

        `dormant` are the DORMANT definitions to plan as well.
        """
        barred: dict[DefinitionId, HeldBack] = {}
        standing = {batch.number for batch in self.earlier.pending}
        while True:
            selection = select(self.findings, self.analysis, self.references, dormant=dormant, barred=barred)
            claims = self.earlier.claims(standing)
            python = pieces(selection, self.analysis, self.references, frozenset(barred), claims)
            python = with_leftovers(python, self.leftovers, self.definitions, self.references, barred)
            found = with_scripts(python, self.scripts, self.imports, barred)
            risks = [risk_of(piece, self.by_id, self.references) for piece in found.pieces]
            risks = with_risks(found, risks, self.leftovers)
            numbered = number(self.earlier, found, risks, self.known(selection, found), self.config.max_files)
            left = self.standing(standing, found, numbered)
            if left != standing:
                standing = left
                continue
            new = self.too_large(found, numbered)
            if not new and try_edit is not None:
                new = _refused(found, numbered, try_edit)
            if not new.keys() - barred.keys():
                break
            barred |= new
        needs = Relation(found.pieces, self.references).by_need()
        extra = _orphans(found, numbered)
        made = tuple(
            self.batch(position, found, numbered, extra[position], worst(risks[one] for one in group), needs)
            for position, group in numbered.batches.items()
        )
        batch_of = {
            identity: position
            for position, group in numbered.batches.items()
            for one in group
            for identity in found.pieces[one].ids
        }
        held = {f.definition.id: (barred[f.definition.id],) for f in self.scripts if f.definition.id in barred}
        return Assembled(made, {**selection.held, **held}, batch_of, numbered.voided)

    def standing(self, pending: set[int], found: Pieces, numbered: Numbered) -> set[int]:
        """Return those of some pending batches whose claims go on: batches that stand, and make nothing too large."""
        if not numbered.oversize:
            return pending & numbered.batches.keys()
        tight = {name for knot in numbered.oversize for one in knot for name in found.pieces[one].names}
        return {one for one in pending if tight.isdisjoint(self.earlier.claims({one}))}

    def known(self, selection: Selection, found: Pieces) -> Known:
        """Return what to ask of the members of earlier batches."""
        definitions = self.definitions

        def body(identity: DefinitionId) -> str:
            return definitions[identity].body_hash if identity in definitions else ""

        def why_not(identity: DefinitionId) -> str:
            if identity not in definitions:
                return "is no longer there"
            finding = self.by_id.get(identity)
            reasons = (*(finding.held_back if finding else ()), *selection.held.get(identity, ()))
            if reasons:
                return f"is held back now: {reasons[0].detail}"
            return f"is {finding.verdict.value} now" if finding else "is in use now"

        imports = {d.id for d in definitions.values() if d.kind == "import"}
        return Known(body, why_not, frozenset((*imports, *(binding.id for binding, _users in found.orphans))))

    def too_large(self, found: Pieces, numbered: Numbered) -> dict[DefinitionId, HeldBack]:
        """Return the findings of groups that fit into no batch, each with the reason."""
        held: dict[DefinitionId, HeldBack] = {}
        for knot in numbered.oversize:
            paths = sorted({found.pieces[one].path for one in knot})
            reason = HeldBack(
                "oversize",
                f"it and others refer to each other in a circle across {len(paths)} files ({', '.join(paths[:3])}, "
                f"...), more than the {self.config.max_files} of a batch; break the circle by hand first",
            )
            held |= {i: reason for one in knot for i in found.pieces[one].ids if i in self.by_id}
        return held

    def batch(
        self,
        position: int,
        found: Pieces,
        numbered: Numbered,
        extra: Sequence[Binding],
        risk: Risk,
        needs: Mapping[int, AbstractSet[DefinitionId]],
    ) -> Batch:
        """Return one batch; `extra` are the imports whose last user it removes, `needs` what each piece uses."""
        chosen = [found.pieces[one] for one in numbered.batches[position]]
        steps = steps_of(chosen, extra, self.definitions)
        own = {identity for piece in chosen for identity in piece.ids}
        return Batch(
            number=position,
            paths=tuple(step.path for step in steps),
            risk=risk,
            lines_removed=sum(piece.lines for piece in chosen) + len(extra),
            tags=tags(self.plan_id, position),
            steps=steps,
            verify=verification(self.config),
            rollback=rollback(position),
            depends_on=numbered.depends[position],
            uses=tuple(sorted({need for one in numbered.batches[position] for need in needs.get(one, ())} - own)),
        )


def _refused(found: Pieces, numbered: Numbered, try_edit: TryEdit) -> dict[DefinitionId, HeldBack]:
    """Return what the edit of a file refuses to take out, tried batch after batch as it will be applied."""
    refused: dict[DefinitionId, HeldBack] = {}
    gone: dict[str, tuple[DefinitionId, ...]] = {}
    extra = _orphans(found, numbered)
    for position, batch in numbered.batches.items():
        wanted: dict[str, list[DefinitionId]] = {}
        for piece in (found.pieces[one] for one in batch):
            if piece.kind != "file":
                wanted.setdefault(piece.path, []).extend(piece.names)
        for binding in extra[position]:
            wanted.setdefault(binding.path, []).append(binding.id)
        for path, names in sorted(wanted.items()):
            before = gone.get(path, ())
            gone[path] = (*before, *names)
            reason = try_edit(path, gone[path])
            if reason is not None:
                guilty = [one for one in names if try_edit(path, (*before, *(n for n in names if n != one))) is None]
                held = HeldBack("uneditable", f"it cannot be edited out of {path} ({reason}); remove it by hand")
                refused |= dict.fromkeys(guilty or names, held)
    return refused


def _orphans(found: Pieces, numbered: Numbered) -> dict[int, list[Binding]]:
    """Return, for each batch, the imports whose last user it removes."""
    batch_of = {one: position for position, batch in numbered.batches.items() for one in batch}
    extra: dict[int, list[Binding]] = {position: [] for position in numbered.batches}
    for binding, users in found.orphans:
        extra[max(batch_of[user] for user in users)].append(binding)
    return extra
