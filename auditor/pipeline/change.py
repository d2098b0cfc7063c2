"""Compare two commits: `gate`.

In: two revisions, the ledger. Out: the result. Never passes for want of evidence.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import AuditorError
from auditor.git import Repository
from auditor.model.progress import Progress, unheard
from auditor.model.script_paths import is_script
from auditor.model.usage import Observations
from auditor.model.window import Window
from auditor.pipeline import compared, links
from auditor.pipeline.commits import Commits, commits_of
from auditor.pipeline.evidence import collect, observe, settled_digest
from auditor.pipeline.exchange import EvidenceOption, opened_evidence
from auditor.pipeline.exemptions import exempted, standing
from auditor.pipeline.grounds import Grounds
from auditor.pipeline.planned import PlanAtHand, batch_trailers, plan_at_hand, with_batches
from auditor.pipeline.quick_gate import quick_answer
from auditor.pipeline.ratchet import ratcheted, with_ratchet
from auditor.pipeline.static import Joined, Static, joined_commit
from auditor.pipeline.survivors import Survivors
from auditor.pipeline.version_skew import VersionSkew

if TYPE_CHECKING:
    from auditor.model.gate import GateResult


def gate(
    loaded: LoadedConfig,
    base: str,
    head: str,
    *,
    days: int | None,
    now: datetime,
    environment: Mapping[str, str],
    collect_first: bool = False,
    evidence: EvidenceOption | None = None,
    plan_file: Path | None = None,
    no_new: bool = False,
    progress: Progress | None = None,
) -> GateResult:
    """Judge what a change deletes: the merge base of `base` and `head` against `head`, with production's usage.

    That is the ledger's, or with `evidence` that of a file. `plan_file` is the plan that trailers of batches are held
    against; without it, the one that base has. With `no_new` unused code is judged as well that base does not have.

    Raises:
        ConfigError: A file is missing or no such, or git tracks the evidence: a change cannot bring its own.
        EvidenceError: The evidence file may not be used.
        GitError: A revision is unknown, or history is too shallow to find where the change began.
    """
    commits = commits_of(loaded, base, head, environment)
    asked = _Asked(commits, days, now, environment, evidence, no_new=no_new, tell=progress or unheard)
    with contextlib.closing(asked):
        at_hand = asked.plan_at_hand(plan_file)
        result = None if collect_first or asked.somebody_speaks() else asked.quickly()
        if result is None:
            result = asked.wholly(at_hand, collect_first=collect_first)
        return asked.finished(result)


class _Asked:
    """A change as it is asked about: its commits, the rules it is judged by, and where use is read from."""

    def __init__(
        self,
        commits: Commits,
        days: int | None,
        now: datetime,
        environment: Mapping[str, str],
        evidence: EvidenceOption | None,
        *,
        no_new: bool,
        tell: Progress,
    ) -> None:
        self._change, self._now, self._tell, self._no_new = commits, now, tell, no_new
        self._evidence, self._environment = evidence, environment
        self._repository, self._prefix, self._rules = commits.repository, commits.prefix, commits.rules
        self._base, self._head = commits.base, commits.head
        self._policy = self._rules.base.config.gate
        self._days = days or self._policy.days
        self._window = Window.last_days(self._days, now)
        self._given = opened_evidence(self._rules.base, evidence, self._window, environment) if evidence else None
        self._commits = standing(self._repository.signed(self._head, commits.onto, self._base))
        self._grounds = Grounds(self._rules.base, self._repository, self._base, now.date())

    def close(self) -> None:
        """Let go of the evidence file."""
        if self._given is not None:
            self._given.ledger.close()

    def plan_at_hand(self, plan_file: Path | None) -> PlanAtHand:
        """Return the plan that trailers of batches are held against; errors as of `planned.plan_at_hand`."""
        stored = f"{self._prefix}{self._rules.base.config.report.directory}/plan.json"
        return plan_at_hand(plan_file, self._repository, self._base, self._head, stored)

    def somebody_speaks(self) -> bool:
        """Return whether somebody speaks for the change: an override, a trailer of a plan's batch."""
        said = (self._rules.said_at_base.config, self._rules.said_at_head.config)
        allowed = any(one is not None and one.gate.allow for one in said)
        return allowed or any(key.lower().startswith("auditor-") for one in self._commits for key, _ in one.trailers)

    def quickly(self) -> GateResult | None:
        """Return what the whole judgement would give where the change surely passes, None elsewhere."""
        self._tell("comparing what changed", 0, 0)
        nothing = nothing_known(self._window, "nobody asked")
        commits = self._base, self._head
        quick = quick_answer(self._rules, self._repository, commits, self._grounds, self._observed, nothing)
        return None if quick is None else self._held(quick)

    def wholly(self, at_hand: PlanAtHand, *, collect_first: bool) -> GateResult:
        """Judge both commits as wholes, with the overrides and batches that speak for the change."""
        reads: set[str] = set()
        joined = _base_joined(self._rules.base, self._repository, self._base, self._now, reads, self._tell)
        changed = self._head_joined(joined.static)
        before, after = joined.static, changed.static
        self._tell("judging the change", 0, 0)
        if collect_first:
            collect(self._rules.base, days=self._days, source=None, now=self._now, environment=self._environment)
        observations = self._observed(before)
        result = self._judged(joined, changed, reads, observations)
        result = with_batches(
            result, batch_trailers(self._commits), at_hand, self._settled, before, observations
        )  # fmt: skip
        return exempted(self._held(result), self._rules, self._commits, before, after, self._now, self._scripts)

    def finished(self, result: GateResult) -> GateResult:
        """Return a result with what is to be said of the change as a whole."""
        repository, prefix = self._repository, self._prefix
        notes = (
            *self._rules.notes,
            *(self._given.notes if self._given is not None else ()),
            *compared.sameness(repository, self._base, self._head),
            *compared.crosswise(self._change.ancestors),
            *links.said(repository, prefix, self._base, self._head, self._change.named[1]),
        )
        return msgspec.structs.replace(
            result, base=self._change.ancestors[0], notes=(*notes, *result.notes), root=prefix
        )

    def _head_joined(self, before: Static) -> Joined:
        from auditor.analysis.extraction.running import only_running, switches

        return joined_commit(
            self._rules.head, self._repository, self._head, today=self._now.date(), like=before,
            running=functools.partial(only_running, options=switches(before.facts)),
            progress=lambda part, *two: self._tell(f"head: {part}", *two),
        )  # fmt: skip

    def _judged(self, joined: Joined, changed: Joined, reads: set[str], observations: Observations) -> GateResult:
        from auditor.gate import Side, judge_change, with_scripts
        from auditor.pipeline.mentions import Named, lost_mentions
        from auditor.pipeline.names import TreeNames
        from auditor.pipeline.script_change import script_change

        repository, prefix, config = self._repository, self._prefix, self._rules.base.config
        before, after, commits = joined.static, changed.static, (self._base, self._head)
        old, new = Named(before, TreeNames(joined.symbols)), Named(after, TreeNames(changed.symbols))
        sides = (
            Side(self._base, before.analysis, before.facts, old.names),
            Side(self._head, after.analysis, after.facts, new.names),
        )
        self._grounds.keep(sides[0], joined, reads)
        result = judge_change(
            *sides,
            observations,
            allow_dormant=self._policy.allow_dormant,
            unseen=(
                *compared.emptiness(*self._change.named, *commits),
                *compared.unread(repository, prefix, self._base, before),
                *links.unseen(repository, prefix, *commits),
            ),
            mentions=lost_mentions(repository, prefix, config, commits, (old, new)),
            surviving=Survivors(repository, prefix, *sides),
            doubt=VersionSkew(repository, prefix, self._base, observations),
        )
        scripts = script_change(self._rules.base, repository, *commits, observations.components.counts.keys())
        if scripts is None:
            return result
        return with_scripts(result, scripts, observations, allow_dormant=self._policy.allow_dormant)

    def _observed(self, static: Static) -> Observations:
        ledger = self._given.ledger if self._given is not None else None
        try:
            return observe(
                self._rules.base, static, self._window, self._now, self._policy.max_age, ledger=ledger
            )[0]  # fmt: skip
        except AuditorError as error:
            return nothing_known(self._window, str(error))

    def _settled(self, window: Window) -> str:
        """Return the digest of the settled evidence of another window, for which an evidence file is read again."""
        if self._evidence is None:
            return settled_digest(self._rules.base, window)
        with opened_evidence(self._rules.base, self._evidence, window, self._environment).ledger as ledger:
            return settled_digest(self._rules.base, window, ledger=ledger)

    def _held(self, result: GateResult) -> GateResult:
        """Return a result with what the ratchet finds, where that is asked for."""
        if not self._no_new:
            return result
        return with_ratchet(result, ratcheted(self._change, today=self._now.date(), progress=self._tell))

    def _scripts(self) -> list[str]:
        found = self._repository.files_at(self._head)
        inside = (path.removeprefix(self._prefix) for path in found if path.startswith(self._prefix))
        return [path for path in inside if is_script(path)]


def prepare_gate(
    loaded: LoadedConfig, base: str, *, now: datetime, environment: Mapping[str, str], progress: Progress | None = None
) -> str:
    """Keep what quick answers about changes on `base` need; return its commit. Judges nothing.

    Raises:
        GitError: The revision is unknown.
    """
    from auditor.gate import Side
    from auditor.pipeline.names import TreeNames

    asked = commits_of(loaded, base, base, environment)
    repository, commit, rules = asked.repository, asked.base, asked.rules
    grounds = Grounds(rules.base, repository, commit, now.date())
    if grounds.recall() is None:
        reads: set[str] = set()
        joined = _base_joined(rules.base, repository, commit, now, reads, progress or unheard)
        static = joined.static
        grounds.keep(Side(commit, static.analysis, static.facts, TreeNames(joined.symbols)), joined, reads)
    return commit


def _base_joined(
    loaded: LoadedConfig, repository: Repository, commit: str, now: datetime, reads: set[str], tell: Progress
) -> Joined:
    from auditor.analysis.extraction.running import only_running

    return joined_commit(
        loaded, repository, commit, today=now.date(), running=only_running, reads=reads,
        progress=lambda part, *two: tell(f"base: {part}", *two),
    )  # fmt: skip


def nothing_known(window: Window, reason: str) -> Observations:
    """Return observations from which nothing may be concluded."""
    return Observations(
        window=window, by_definition={}, measured=frozenset(), unattributed=(), watched=(), watched_minutes=0,
        sources=(), insufficient=reason,
    )  # fmt: skip
