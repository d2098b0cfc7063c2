"""Is a planned batch still right, and the tree without it? Asked again when it is applied, of the commits themselves.

In: a plan, commits, the ledger as it is now. Out: nothing, or errors that name what changed; what a removal leaves
behind. Never applies anything, and never takes missing evidence for zero usage.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig, parse_duration
from auditor.errors import AuditorError, EvidenceError, VerificationError
from auditor.git import Repository
from auditor.model.gate import Breach
from auditor.model.script_paths import is_script
from auditor.model.usage import Observations
from auditor.model.verdict import Finding, Verdict
from auditor.model.window import Window
from auditor.pipeline.change import nothing_known
from auditor.pipeline.evidence import observe
from auditor.pipeline.leftovers import still_named
from auditor.pipeline.places import prefix_in
from auditor.pipeline.scripts import named
from auditor.pipeline.static import Static, analyse_commit

if TYPE_CHECKING:
    from auditor.model.plan import Batch, Plan, PlanFinding

_WEIGHT = {Verdict.DEAD: 0, Verdict.TEST_ONLY: 1, Verdict.DORMANT: 2}
_BY_CODE = ("keep_list", "dynamic_access", "public_api")
"""Reasons that may be new since the plan, and that code and configuration alone give."""

_BY_EVIDENCE = (*_BY_CODE, "period_longer_than_window", "registering_decorator", "contradiction_in_module")
"""The same where production is known. Others are judged otherwise: text by its hash, evidence by its age."""


class Recheck:
    """A plan's batches, judged anew. Keeps the last two analyses: each batch stands on what the one before left."""

    def __init__(
        self, loaded: LoadedConfig, repository: Repository, plan: Plan, now: datetime, on_note: Callable[[str], None]
    ) -> None:
        self._loaded, self._repository, self._plan, self._now, self._note = loaded, repository, plan, now, on_note
        self._known: dict[str, Static] = {}

    def standing(self, batch: Batch, head: str) -> None:
        """Raise where what a batch removes may not go any more.

        Raises:
            EvidenceError: The plan's evidence is too old, and there is none that is newer.
            VerificationError: Something was called since, is reached now, or is to be kept.
        """
        from auditor.cross_reference import cross_reference

        static = self._analysed(head)
        observed, is_whole = self._observed(static)
        scripts = self._scripts(observed, head)
        joined = cross_reference(
            static.analysis, observed, bodies_at_start=None, keep=self._loaded.config.keep, today=self._now.date(),
            others=named(scripts),
        )  # fmt: skip
        found = {one.definition.id: one for one in (*joined.findings, *scripts)}
        known = (*static.analysis.graph.definitions, *(one.id for one in self._plan.findings if is_script(one.path)))
        planned = [one for one in self._plan.findings if one.batch == batch.number and one.id in frozenset(known)]
        if not is_whole:
            planned = [one for one in planned if _can_be_told(one, found.get(one.id), observed)]
        reasons = _BY_EVIDENCE if is_whole else _BY_CODE
        problems = [f"{one.id} {why}" for one in planned if (why := _why_not(one, found.get(one.id), reasons))]
        if problems:
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            raise VerificationError(
                f"batch {batch.number} may not go any more: {problems[0]}{more}; plan again with 'auditor plan'"
            )

    def _scripts(self, observed: Observations, head: str) -> tuple[Finding, ...]:
        from auditor.pipeline.scripts import scripts_side

        return scripts_side(self._loaded, self._repository, head, observed, frozenset(), None).findings

    def leftovers(self, head: str, commit: str) -> tuple[Breach, ...]:
        """Return what running code of `commit` would look for in vain, and finds on `head`."""
        from auditor.analysis.resolution.symbols import SymbolTable
        from auditor.gate import Side, judge_removal
        from auditor.pipeline.names import TreeNames

        before, after = self._analysed(head), self._analysed(commit, keep=head)
        found = judge_removal(
            Side(head, before.analysis, before.facts, TreeNames(SymbolTable(before.facts))),
            Side(commit, after.analysis, after.facts, TreeNames(SymbolTable(after.facts))),
            nothing_known(Window(self._plan.window.start, self._plan.window.end), "it is not asked"),
        )
        gone = {change.path for change in self._repository.changes(head, commit)}
        prefix = prefix_in(self._loaded, self._repository)
        steps = [step for batch in self._plan.batches for step in batch.steps if prefix + step.path in gone]
        return (*found, *still_named(self._loaded, self._repository, steps, commit, after))

    def left_unused(self, head: str, commit: str) -> tuple[str, ...]:
        """Return what is unused at `commit`, was not at `head`, and is no finding of the plan: ids, sorted."""
        from auditor.analysis.findings.findings import scan_findings

        before, after = self._analysed(head), self._analysed(commit, keep=head)
        known = {one.id for one in self._plan.findings}
        known |= {one.id for one in scan_findings(before.analysis, before.facts)}
        found = scan_findings(after.analysis, after.facts)
        return tuple(sorted({one.id for one in found if one.id not in known and one.inside not in known}))

    def _analysed(self, commit: str, keep: str = "") -> Static:
        """Return the analysis of a commit; of those before it, only that of `keep` is remembered any longer."""
        tree = self._repository.tree(commit)
        if tree not in self._known:
            kept = self._repository.tree(keep) if keep else ""
            self._known = {one: static for one, static in self._known.items() if one == kept}
            self._known[tree] = analyse_commit(self._loaded, self._repository, commit, today=self._now.date())
        return self._known[tree]

    def _observed(self, static: Static) -> tuple[Observations, bool]:
        """Return what production did since the plan's window began, and whether absence may be concluded from it.

        Raises:
            EvidenceError: It may not, and the plan's own evidence is too old.
        """
        window = self._plan.window
        end = max(self._now, window.end)
        max_age = self._loaded.config.usage.max_age
        is_fresh = self._now - window.end <= parse_duration(max_age)
        since = Window(window.start, end)
        try:
            observed, _ = observe(self._loaded, static, since, self._now, max_age)
            missing = observed.insufficient
            if missing is not None and not is_fresh:
                lately, _ = observe(self._loaded, static, Window.last_days(window.days, end), self._now, max_age)
                missing = lately.insufficient
        except AuditorError as error:
            observed, missing = nothing_known(since, str(error)), str(error)
        if missing is None:
            return msgspec.structs.replace(observed, insufficient=None), True
        if not is_fresh:
            raise EvidenceError(
                f"the evidence of plan {self._plan.plan_id} ends at {window.end:%Y-%m-%d %H:%M} UTC, longer ago than "
                f"usage.max_age ({max_age}), and nothing newer suffices: {missing.rstrip('.')}; "
                "run 'auditor collect', then again"
            )
        self._note(
            f"what was called since the plan is not known ({missing.rstrip('.')}); its own evidence is fresh enough"
        )
        return msgspec.structs.replace(observed, insufficient=None), False


def _can_be_told(planned: PlanFinding, found: Finding | None, observed: Observations) -> bool:
    """Return whether a finding can be judged where what was called lately is not known: by calls that are."""
    if is_script(planned.path):
        return found is None or found.verdict is Verdict.CONTRADICTED
    use = observed.by_definition.get(planned.id)
    return planned.verdict is not Verdict.DORMANT or (use is not None and use.count > 0)


def _why_not(planned: PlanFinding, found: Finding | None, reasons: Collection[str]) -> str:
    """Return why a planned definition may not go any more; empty where it may. `reasons` to hold it back count."""
    if found is None and is_script(planned.path):
        return "is not among what Knip reports now"
    if found is None:
        return "is alive now: code of the commit checked out reaches it"
    if found.verdict not in _WEIGHT or _WEIGHT[found.verdict] > _WEIGHT.get(planned.verdict, -1):
        alive = next((one.detail for one in found.evidence if one.supports == "alive"), "")
        return f"was {planned.verdict} and is {found.verdict} now{f' ({alive})' if alive else ''}"
    new = [one for one in found.held_back if one.reason in reasons]
    return f"is held back now: {new[0].detail}" if new else ""
