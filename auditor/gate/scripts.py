"""JavaScript and TypeScript in the gate: does a change delete what is still asked for, called or rendered?

In: what became of scripts, observations. Out: the result of the Python side with that of scripts. As for Python, what
those who referred to it live on without passes, and the ends are judged: entries, routes, components. Pure: never reads
git, files or the ledger, and never passes for want of evidence.
"""

import msgspec

from auditor.model.gate import Breach, BreachReason, GateResult, Passed, concluded
from auditor.model.listing import listed
from auditor.model.script_addresses import answers
from auditor.model.script_change import LostScript, ScriptChange
from auditor.model.usage import Observations

_MOST_NAMED = 10


def with_scripts(
    result: GateResult, change: ScriptChange, observations: Observations, *, allow_dormant: bool = False
) -> GateResult:
    """Return the gate's result with what a change takes away of scripts.

    Args:
        result: That of the Python side.
        change: What is lost, with who asks for it.
        observations: Production's usage; its components are what browsers rendered, among others.
        allow_dormant: Let ends go whose components were never rendered in a sufficiently watched window.
    """
    case = _Case(change, observations, allow_dormant=allow_dormant)
    for one in change.lost:
        case.judge(one)
    return concluded(msgspec.structs.replace(
        result,
        deleted=result.deleted + sum(_is_deleted(one) for one in change.lost),
        moved=result.moved + sum(bool(one.moved_to) for one in change.lost),
        breaches=tuple({*result.breaches, *case.breaches}),
        unknowns=(*result.unknowns, *change.unseen),
        notes=(*result.notes, *change.unread, *case.said()),
        passes=(*result.passes, *case.passes),
    ))  # fmt: skip


class _Case:
    """What is found while the lost scripts are judged."""

    def __init__(self, change: ScriptChange, observations: Observations, *, allow_dormant: bool) -> None:
        self.change, self.allow_dormant = change, allow_dormant
        self.observations = observations
        self.rendered = observations.components.only(change.browsers)
        self.silence = observations.insufficient or self.rendered.silence(observations.window)
        self.breaches: list[Breach] = []
        self.notes: dict[str, list[str]] = {}
        self.passes: list[Passed] = []

    def judge(self, lost: LostScript) -> None:
        """Judge one file, export or component."""
        asked = self.dangles(lost)
        called = self.is_called(lost)
        if asked or called or self.is_loaded(lost):
            return
        if lost.moved_to and not lost.entries:
            self.note("it lives on under another name or in another place", lost)
        elif lost.whole:
            self.note("no call below the address was seen", lost)
        elif lost.tracked and self.silence:
            self.stop(lost, "stale_evidence" if self.observations.stale else "no_evidence", self.silence)
        elif lost.entries:
            self.judge_end(lost)
        elif lost.unused:
            self.note(f"{lost.unused}, and no browser was seen to render it", lost)
        elif lost.living:
            self.note("what asked for it at base lives on without it", lost)
        elif lost.referrers:
            self.note("what asked for it at base is deleted too, and is judged", lost)
        else:
            self.note("nothing asked for it at base", lost)

    def dangles(self, lost: LostScript) -> bool:
        """Stop what head still asks for."""
        if not lost.dangling:
            return False
        first = lost.dangling[0]
        more = f", and {len(lost.dangling) - 1} more places do" if len(lost.dangling) > 1 else ""
        where = f"; it is {lost.moved_to} now" if lost.moved_to else ""
        detail = f"{first.path}:{first.line} still asks for it{more}{where}"
        self.breaches.append(Breach(
            lost.id, first.path, first.line, "dangling_reference", detail, was_path=lost.path, was_line=lost.line
        ))  # fmt: skip
        return True

    def is_called(self, lost: LostScript) -> bool:
        """Stop what production was seen to use: its component, or its route."""
        counts = self.rendered.counts
        used = max((name for name in lost.components if counts.get(name)), key=lambda n: (counts[n], n), default="")
        if used:
            more = "; head has it yet, and nothing renders it" if lost.stranded else ""
            self.stop(lost, "called", f"{self.rendering(used)}{more}")
            return True
        hits = [(key, count) for key, count in self.observations.unattributed if count and self.means(key, lost)]
        if not lost.address or not hits:
            return False
        count = sum(number for _, number in hits)
        named = ", ".join(key for key, _ in hits)
        self.stop(lost, "called", f"{count:,} calls of {named} in {self.observations.window.days:g} days")
        return True

    def means(self, key: str, lost: LostScript) -> bool:
        """Return whether a key of production is what was served there, and nothing else of head."""
        if not lost.address or not answers(key, lost.method, lost.address, whole=lost.whole):
            return False
        return not lost.whole or not any(answers(key, method, address) for method, address in self.change.served)

    def rendering(self, name: str) -> str:
        """Say how often and when last browsers rendered a component, and who told."""
        count, last = self.rendered.counts[name], self.rendered.last_seen.get(name)
        when = f", last at {last:%Y-%m-%dT%H:%M:%SZ}" if last else ""
        told = f" (told by {', '.join(names)})" if (names := self.rendered.sources.get(name)) else ""
        how_often = "once" if count == 1 else f"{count:,} times"
        return f"browsers rendered {name} {how_often} in {self.observations.window.days:g} days{when}{told}"

    def is_loaded(self, lost: LostScript) -> bool:
        """Stop what head loads by a pattern: nobody can tell when it asks for it."""
        place = lost.loaded_by
        if place is None or lost.moved_to:
            return False
        self.stop(lost, "reachable", f"{place.path}:{place.line} loads whatever fits a pattern, and it fits")
        return True

    def judge_end(self, lost: LostScript) -> None:
        """Judge what is called from outside and was not seen to be used."""
        if lost.unused:
            self.note(f"{lost.unused}, and no browser was seen to render it", lost)
        elif lost.tracked and self.allow_dormant:
            self.note("no browser rendered it in a watched window, and policy lets dormant ends go", lost)
        else:
            measured = "no browser rendered it in the window, but policy keeps what can be reached"
            detail = measured if lost.tracked else "nothing measures whether it is used"
            self.stop(lost, "reachable", f"{lost.entries[0]}; {detail}")

    def stop(self, lost: LostScript, why: BreachReason, detail: str) -> None:
        """Note a breach where the file is, or was."""
        lines = self.change.lines.get(lost.path)
        line = max(1, min(lost.line, lines)) if lines is not None else lost.line
        path = lost.moved_to or lost.path
        self.breaches.append(Breach(lost.id, path, line, why, detail, was_path=lost.path, was_line=lost.line))

    def note(self, sentence: str, lost: LostScript) -> None:
        """Note why something passes."""
        self.notes.setdefault(sentence, []).append(lost.id)
        self.passes.append(Passed(lost.id, lost.path, lost.line, sentence))

    def said(self) -> tuple[str, ...]:
        """Return the notes, each once with what it is true of."""
        return tuple(f"{sentence}: {listed(ids, _MOST_NAMED)}" for sentence, ids in self.notes.items())


def _is_deleted(lost: LostScript) -> bool:
    return not (lost.moved_to or lost.stranded or lost.kind == "passed_on")
