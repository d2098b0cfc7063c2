"""A plan arranged in the order in which a reviewer asks about it; Markdown and HTML print this, so they never differ.

In: a Plan. Out: frozen values: the answer, sections of entries, watched minutes by source. Concludes nothing the plan
does not say, and lists every finding exactly once.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

import msgspec

from auditor.model.code import DefinitionId
from auditor.model.days import midnight
from auditor.model.leftovers import is_requirement
from auditor.model.plan import Batch, Plan, PlanFinding, Step
from auditor.model.script_paths import is_script
from auditor.model.usage import MINUTES_A_DAY
from auditor.model.verdict import Evidence, HoldReason, Verdict
from auditor.model.window import Window
from auditor.report import wording

_USAGE_KEY = re.compile(r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|WEBSOCKET|ANY) /[^\s,;'\"`]*")
_MORE = re.compile(r"\b[\d,]+ more\b")
_REMOVABLE = (Verdict.DEAD, Verdict.TEST_ONLY)


class Answer(msgspec.Struct, frozen=True):
    """May anything be deleted? `headline` in a few words, `detail` in one sentence."""

    kind: Literal["yes", "nothing", "refused"]
    headline: str
    detail: str


class Entry(msgspec.Struct, frozen=True):
    """A finding with its anchor, unique in the document, and the findings inside it that go or stay with it."""

    finding: PlanFinding
    anchor: str
    inside: tuple["Entry", ...] = ()


class Removal(msgspec.Struct, frozen=True):
    """One step of a batch with the entries it removes; `also` are ids without a finding (imports, exports)."""

    step: Step
    entries: tuple[Entry, ...]
    also: tuple[str, ...]

    @property
    def by_knip(self) -> bool:
        """Whether Knip does the edit: exports of JavaScript or TypeScript."""
        return self.step.action == "edit" and is_script(self.step.path)

    @property
    def of_requirements(self) -> bool:
        """Whether requirements are taken out, which lock files do not follow by themselves."""
        return not self.by_knip and is_requirement(self.step)


class BatchOutline(msgspec.Struct, frozen=True):
    """A batch with its removals in order of path."""

    batch: Batch
    removals: tuple[Removal, ...]


class Group(msgspec.Struct, frozen=True):
    """Entries under one heading: a reason to hold back, an endpoint, a file."""

    key: str
    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Number of entries, those inside others counted."""
        return sum(1 + len(entry.inside) for entry in self.entries)


class DayBar(msgspec.Struct, frozen=True):
    """Watched minutes on one UTC day, and how many of its minutes lie inside the window."""

    day: date
    minutes: int
    possible: int


class WatchedSource(msgspec.Struct, frozen=True):
    """What one source watched, day by day over the whole window. `healthy` None: not among the plan's sources.

    `enough` is the share of a day's minutes from which it counts as watched. Of a source that is `only_for_use` silence
    proves nothing.
    """

    name: str
    bars: tuple[DayBar, ...]
    healthy: bool | None
    problem: str | None
    enough: float = 0.95
    only_for_use: bool = False

    @property
    def minutes(self) -> int:
        """Watched minutes in the window."""
        return sum(bar.minutes for bar in self.bars)

    @property
    def possible(self) -> int:
        """Minutes of the window."""
        return sum(bar.possible for bar in self.bars)


class PlanOutline(msgspec.Struct, frozen=True):
    """The whole document.

    `unplanned` holds deletable findings that neither a batch nor a reason to hold back names, `in_use` the live ones.
    """

    answer: Answer
    watched: tuple[WatchedSource, ...]
    contradictions: tuple[Entry, ...]
    batches: tuple[BatchOutline, ...]
    held_back: tuple[Group, ...]
    dormant: tuple[Group, ...]
    undecided: tuple[Group, ...]
    unplanned: tuple[Group, ...]
    in_use: tuple[Group, ...]


def of(plan: Plan) -> PlanOutline:
    """Arrange a plan: every finding in exactly one place, in a stable order."""
    anchors: dict[str, int] = {}
    findings = _unique((*plan.contradictions, *plan.findings))
    contradicted = [f for f in findings if f.verdict is Verdict.CONTRADICTED]
    batch_numbers = {batch.number for batch in plan.batches}
    placed = [f for f in findings if f.verdict is not Verdict.CONTRADICTED and f.batch in batch_numbers]
    rest = [f for f in findings if f.verdict is not Verdict.CONTRADICTED and f.batch not in batch_numbers]
    held = [f for f in rest if f.verdict in _REMOVABLE and f.held_back]
    return PlanOutline(
        answer=answer(plan),
        watched=watched(plan),
        contradictions=_entries(contradicted, anchors),
        batches=tuple(_batch(batch, [f for f in placed if f.batch == batch.number], anchors) for batch in plan.batches),
        held_back=_groups(held, lambda f: f.held_back[0].reason, anchors),
        dormant=_groups([f for f in rest if f.verdict is Verdict.DORMANT], _endpoints, anchors),
        undecided=_groups([f for f in rest if f.verdict is Verdict.UNDECIDED], lambda f: f.path, anchors),
        in_use=_groups([f for f in rest if f.verdict is Verdict.LIVE], lambda f: f.path, anchors),
        unplanned=_groups([f for f in rest if f.verdict in _REMOVABLE and not f.held_back], lambda f: f.path, anchors),
    )


def answer(plan: Plan) -> Answer:
    """Return the plain answer to "may we delete?"."""
    if plan.refusal is not None:
        return Answer("refused", "Not yet: the evidence is not enough.", plan.refusal)
    if not plan.batches:
        return Answer("nothing", "Nothing to delete.", _nothing(plan))
    files = len({path for batch in plan.batches for path in batch.paths})
    lines = sum(batch.lines_removed for batch in plan.batches)
    return Answer(
        "yes",
        f"Yes: {wording.count(len(plan.batches), 'batch', 'batches')}, {wording.count(lines, 'line')}.",
        f"{wording.count(files, 'file')} touched, at most 5 a batch. "
        "Each batch is verified, tagged and can be taken back.",
    )


def _nothing(plan: Plan) -> str:
    """Return why nothing is planned: one reason to hold back where it is that of all."""
    held = [finding for finding in plan.findings if finding.verdict in _REMOVABLE and finding.held_back]
    if not held:
        return "No finding is both unreached and unused, and free to go."
    reasons = {finding.held_back[0].detail for finding in held}
    every = f"{wording.count(len(held), 'finding is', 'findings are')} unused, but held back"
    return f"{every}: {reasons.pop()}." if len(reasons) == 1 else f"{every}, each for a reason below."


def watched(plan: Plan) -> tuple[WatchedSource, ...]:
    """Return watched minutes a day for every source the plan names, healthy or not, in order of name."""
    window = Window(plan.window.start, plan.window.end)
    by_day = {(row.source, row.day): row.minutes for row in plan.evidence.watched}
    health = {row.name: row for row in plan.evidence.sources}
    names = sorted({row.source for row in plan.evidence.watched} | set(health))
    return tuple(
        WatchedSource(
            name,
            tuple(DayBar(day, by_day.get((name, day), 0), possible_minutes(day, window)) for day in window.dates()),
            health[name].healthy if name in health else None,
            health[name].problem if name in health else None,
            plan.evidence.min_watched,
            name in health and health[name].only_for_use,
        )
        for name in names
    )


def possible_minutes(day: date, window: Window) -> int:
    """Return how many minutes of a UTC day lie inside the window, 0 to 1440."""
    begin = midnight(day)
    overlap = min(window.end, begin + timedelta(minutes=MINUTES_A_DAY)) - max(window.start, begin)
    return max(0, int(overlap / timedelta(minutes=1)))


def shared_evidence(batch: BatchOutline) -> tuple[Evidence, ...]:
    """Return what is said, word for word and of no place, of every finding of a batch; nothing for a single one."""
    found = [entry.finding.evidence for removal in batch.removals for entry in removal.entries]
    if len(found) < 2:
        return ()
    return tuple(one for one in found[0] if not one.path and all(one in others for others in found))


def hold_label(reason: str) -> str:
    """Return the heading of a reason to hold back."""
    labels: dict[str, str] = {str(k): v for k, v in wording.HOLD_LABEL.items()}
    return labels.get(reason, reason)


def hold_release(reason: HoldReason) -> str:
    """Return what releases findings held back for a reason."""
    return wording.HOLD_RELEASE.get(reason, "")


def anchors(definitions: Iterable[str]) -> list[str]:
    """Return one anchor a definition id, in the same order, each unique."""
    taken: dict[str, int] = {}
    return [_anchor(definition, taken) for definition in definitions]


def flat(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries and those inside them, one after the other."""
    return [one for entry in entries for one in (entry, *entry.inside)]


def _unique(findings: Iterable[PlanFinding]) -> list[PlanFinding]:
    return sorted(dict.fromkeys(findings), key=lambda f: (f.path, f.line, -f.end_line, f.id))


def _anchor(definition: str, taken: dict[str, int]) -> str:
    """Return `f-` and a hash of the id, numbered where the same id comes again: stable, short, and safe in HTML."""
    digest = hashlib.blake2b(definition.encode("utf-8", "backslashreplace"), digest_size=5).digest()
    anchor = "f-" + base64.b32encode(digest).decode().lower()
    taken[anchor] = taken.get(anchor, 0) + 1
    return anchor if taken[anchor] == 1 else f"{anchor}-{taken[anchor]}"


def _entries(findings: list[PlanFinding], anchors: dict[str, int]) -> tuple[Entry, ...]:
    """Nest findings below the outermost one of the same list that they are inside of."""
    ids = {finding.id for finding in findings}
    outer = [f for f in findings if f.inside is None or f.inside == f.id or f.inside not in ids]
    tops = set(outer)
    nested: dict[DefinitionId, list[PlanFinding]] = {finding.id: [] for finding in outer}
    for finding in findings:
        if finding not in tops and finding.inside in nested:
            nested[finding.inside].append(finding)
    placed = {*outer, *(finding for inner in nested.values() for finding in inner)}
    homeless = [finding for finding in findings if finding not in placed]
    return tuple(
        Entry(
            finding,
            _anchor(finding.id, anchors),
            tuple(Entry(inner, _anchor(inner.id, anchors)) for inner in nested.pop(finding.id, ())),
        )
        for finding in [*outer, *homeless]
    )


def _batch(batch: Batch, findings: list[PlanFinding], anchors: dict[str, int]) -> BatchOutline:
    """Give each finding to the step that removes it; one that no step names goes to the step of its path."""
    by_path: dict[str, list[PlanFinding]] = {step.path: [] for step in batch.steps}
    for finding in findings:
        home = next((s.path for s in batch.steps if finding.id in s.remove), finding.path)
        by_path.setdefault(home if home in by_path else batch.steps[0].path, []).append(finding)
    known = {finding.id for finding in findings}
    seen: set[str] = set()
    removals: list[Removal] = []
    for step in sorted(batch.steps, key=lambda s: s.path):
        here = [] if step.path in seen else by_path[step.path]
        seen.add(step.path)
        also = tuple(name for name in step.remove if name not in known)
        removals.append(Removal(step, _entries(here, anchors), also))
    return BatchOutline(batch, tuple(removals))


def _groups(
    findings: list[PlanFinding], key: Callable[[PlanFinding], str], anchors: dict[str, int]
) -> tuple[Group, ...]:
    """Group by a key; what is inside another listed finding stays with it."""
    entries = _entries(findings, anchors)
    ordered = sorted(entries, key=lambda entry: key(entry.finding))
    return tuple(Group(name, tuple(group)) for name, group in groupby(ordered, key=lambda e: key(e.finding)))


def _endpoints(finding: PlanFinding) -> str:
    """Return the entry points that evidence says a dormant finding hangs on, as one heading."""
    told = [e.detail for e in finding.evidence if e.kind.startswith("dormant")]
    named = {name for detail in told for is_code, name in wording.fragments(detail) if is_code}
    keys = {match.rstrip(".)]:") for e in finding.evidence for match in _USAGE_KEY.findall(e.detail)}
    more = {f"and {match}" for detail in told for match in _MORE.findall(detail)}
    return ", ".join([*sorted(named or keys), *sorted(more)]) or "Entry points named in the evidence"
