"""What is found while a change is judged: breaches, notes, and what could not be known.

In: base and head, the observations, one finding after the other. Out: `GateResult`. Never decides what is a breach.
"""

from collections.abc import Callable, Mapping
from functools import cached_property

from auditor.gate.fates import Fates
from auditor.gate.sides import Side
from auditor.gate.unmapped import could_be_its
from auditor.model.code import Definition, DefinitionId, containers
from auditor.model.gate import Breach, BreachReason, GateResult, Passed, concluded
from auditor.model.listing import listed
from auditor.model.usage import Observation, Observations

_MOST_NAMED = 10
Surviving = Callable[[Definition], tuple[str, int]]
Doubt = Callable[[Definition, bool], str | None]
"""Says why what was observed says nothing of a definition, told whether it is an end; None where it does."""


class Case:
    """Both sides, the evidence, and what was found so far.

    `surviving` says where in head a definition is shown that head has not; `doubt` whether other code ran than base's.
    """

    def __init__(
        self, base: Side, head: Side, observations: Observations, *, allow_dormant: bool,
        surviving: Surviving | None = None, doubt: Doubt | None = None,
    ) -> None:  # fmt: skip
        self.base, self.head, self.observations, self.allow_dormant = base, head, observations, allow_dormant
        self.surviving, self.doubt = surviving, doubt
        self.fates = Fates(base, head)
        self.breaches: dict[tuple[DefinitionId, str], Breach] = {}
        self._breached: set[DefinitionId] = set()
        self.notes: dict[DefinitionId, str] = {}
        self.blind: dict[str, None] = {}
        self.needs_evidence: dict[DefinitionId, str | None] = {}

    def breach(self, definition: Definition, why: BreachReason, detail: str) -> None:
        """Note a breach at the nearest place that survives in head, or at base's place where the file is gone."""
        place = self.head.definitions.get(self.fates.now(definition.id) or "")
        path, line = (place.path, place.line) if place is not None else self._nearest(definition)
        self.breach_at(definition.id, path, line, why, detail)

    def breach_at(self, definition: DefinitionId, path: str, line: int, why: BreachReason, detail: str) -> None:
        """Note a breach at a place of head; the first one of a definition and reason stays."""
        if definition not in self.fates.unknown:
            was = self.base.definitions.get(definition)
            origin = (was.path, was.line) if was is not None else ("", 0)
            found = Breach(definition, path, line, why, detail, was_path=origin[0], was_line=origin[1])
            self.breaches.setdefault((definition, why), found)
            self._breached.update((definition, *containers(definition)))

    def _nearest(self, definition: Definition) -> tuple[str, int]:
        """Return the place in head that is nearest to a definition that head has not."""
        if self.surviving is not None:
            return self.surviving(definition)
        file = self.head.by_path.get(definition.path)
        return definition.path, definition.line if file is None else max(1, min(definition.line, file.lines))

    def note(self, definition: DefinitionId, sentence: str) -> None:
        """Note why a deletion passes; the first sentence stays."""
        self.notes.setdefault(definition, sentence)

    def need(self, definition: DefinitionId) -> None:
        """Note that whether a definition may go depends on evidence of absence."""
        self.absent(definition)

    def absent(self, identity: DefinitionId, *, end: bool = False) -> bool:
        """Note that a deletion rests on evidence of absence, and return whether there is such evidence.

        `end` says that the definition is one: then it must have been there for the whole window.
        """
        if identity not in self.needs_evidence:
            definition, seen = self.base.definitions[identity], self.observations
            reason = seen.insufficient or could_be_its(seen.unattributed, definition, self._keys.get(identity, ()))
            if reason is None and self.doubt is not None:
                reason = self.doubt(definition, end)
            self.needs_evidence[identity] = reason
        return self.needs_evidence[identity] is None

    @cached_property
    def _keys(self) -> Mapping[DefinitionId, tuple[str, ...]]:
        """The keys of each handler's routes at base."""
        found: dict[DefinitionId, tuple[str, ...]] = {}
        for route in self.base.analysis.routes:
            found[route.handler] = (*found.get(route.handler, ()), route.key)
        return found

    def dormant(self, definition: Definition, what: str) -> None:
        """Judge what was measured and never called: `what` says what it is, and why it is an end.

        It passes only if policy says so, the window was watched, and it is not run more rarely than that.
        """
        days = f"{self.observations.window.days:g} days"
        period = self._periods.get(definition.id, 0.0)
        if not self.absent(definition.id, end=True):
            return
        if period > self.observations.window.days:
            self.breach(definition, "reachable", f"{what}: 0 calls in {days}, but it is run every {period:g} days")
        elif self.allow_dormant:
            self.note(definition.id, f"{what}: 0 calls in {days}")
        else:
            self.breach(
                definition, "reachable",
                f"{what}: 0 calls in {days}, but an end that can be called; "
                "set gate.allow_dormant to let such ends go",
            )  # fmt: skip

    @cached_property
    def _periods(self) -> Mapping[DefinitionId, float]:
        """How many days pass at most between two runs of what base runs on a schedule."""
        found: dict[DefinitionId, float] = {}
        for one in self.base.analysis.schedules:
            found[one.definition] = max(one.days, found.get(one.definition, 0.0))
        for entry in self.base.analysis.entry_points:
            if entry.period_days is not None:
                found[entry.definition] = max(entry.period_days, found.get(entry.definition, 0.0))
        return found

    def lives_on(self, definition: DefinitionId) -> bool:
        """Return whether a definition stood in a class that head still has."""
        parent = self.base.definitions.get(self.base.definitions[definition].parent or "")
        return parent is not None and parent.kind == "class" and self.fates.now(parent.id) is not None

    def outermost(self, definition: DefinitionId) -> DefinitionId:
        """Return the outermost definition around a deleted one, itself included, that is deleted as well."""
        current, outer = self.base.definitions[definition].parent, definition
        while current is not None and current in self.fates.deleted:
            outer, current = current, self.base.definitions[current].parent
        return outer

    def cannot_see(self, sentence: str) -> None:
        """Note something that makes the whole answer unknown."""
        self.blind.setdefault(sentence)

    def observed(self, definition: DefinitionId) -> Observation | None:
        """Return production's observation of one of base's definitions."""
        return self.observations.by_definition.get(definition)

    def calls(self, observed: Observation, keys: tuple[str, ...], count: int) -> str:
        """Say how often and when last production called something."""
        last = f", last at {observed.last_seen:%Y-%m-%dT%H:%M:%SZ}" if observed.last_seen else ""
        seen = f", seen by {', '.join(observed.sources)}" if observed.sources else ""
        return f"{count:,} calls of {', '.join(keys)} in {self.observations.window.days:g} days{last}{seen}"

    def breached(self, definition: DefinitionId) -> bool:
        """Return whether a definition, or one inside it, may not be deleted."""
        return definition in self._breached

    def result(self) -> GateResult:
        """Sum up."""
        deleted, moved = self.fates.deleted, self.fates.moved
        self._judge_needs()
        return concluded(GateResult(
            base=self.base.commit,
            head=self.head.commit,
            passed=False,
            deleted=sum(1 for d in deleted.values() if d.parent not in deleted),
            moved=sum(1 for d in moved if self.base.definitions[d].parent not in moved),
            breaches=tuple(self.breaches.values()),
            notes=self._said(),
            unknowns=tuple(self.blind),
            passes=self._passes(),
        ))  # fmt: skip

    def _judge_needs(self) -> None:
        """Make breaches of what needs evidence of absence that there is not."""
        why: BreachReason = "stale_evidence" if self.observations.stale else "no_evidence"
        for identity, reason in self.needs_evidence.items():
            if reason is not None:
                self.breach(self.base.definitions[identity], why, reason)

    def _passes(self) -> tuple[Passed, ...]:
        """Return what may go, each with its first note."""
        of = self.base.definitions
        noted = [(one, note) for one, note in sorted(self.notes.items()) if one in of and not self.breached(one)]
        return tuple(Passed(one, of[one].path, of[one].line, note) for one, note in noted)

    def _said(self) -> tuple[str, ...]:
        """Return the notes, each once with the definitions it is true of, in the order of the first of them."""
        of: dict[str, list[DefinitionId]] = {}
        for definition, note in sorted(self.notes.items()):
            if not self.breached(definition):
                of.setdefault(note, []).append(definition)
        return tuple(f"{note}: {listed(definitions, _MOST_NAMED)}" for note, definitions in of.items())


def own_names(definition: DefinitionId) -> frozenset[str]:
    """Return the names under which what runs is counted, whoever called it."""
    return frozenset((definition, definition.replace(":", ".")))
