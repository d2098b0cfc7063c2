"""Compare two commits: `gate`.

In: two revisions, the ledger. Out: the result. Never passes for want of evidence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import AuditorError
from auditor.git import Repository, starting_point
from auditor.model.progress import Progress, unheard
from auditor.model.script_paths import is_script
from auditor.model.usage import Observations
from auditor.model.window import Window
from auditor.pipeline import links
from auditor.pipeline.evidence import collect, observe, settled_digest
from auditor.pipeline.exchange import EvidenceOption, opened_evidence
from auditor.pipeline.exemptions import exempted, standing
from auditor.pipeline.grounds import Grounds
from auditor.pipeline.places import prefix_in, repository_of
from auditor.pipeline.planned import batch_trailers, plan_at_hand, with_batches
from auditor.pipeline.policy import Policies, policies
from auditor.pipeline.quick_gate import quick_answer
from auditor.pipeline.ratchet import ratcheted, with_ratchet
from auditor.pipeline.static import Joined, Static, joined_commit
from auditor.pipeline.survivors import Survivors
from auditor.pipeline.version_skew import VersionSkew

if TYPE_CHECKING:
    from auditor.git import Signed
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
    from auditor.analysis.extraction.running import only_running, switches
    from auditor.gate import Side, judge_change, with_scripts
    from auditor.pipeline.mentions import Named, lost_mentions
    from auditor.pipeline.names import TreeNames
    from auditor.pipeline.script_change import script_change

    repository = repository_of(loaded)
    head_commit = repository.resolve(head)
    onto = repository.resolve(base)
    base_commit, ancestors = starting_point(repository, onto, head_commit)
    rules = policies(loaded, repository, base_commit, head_commit, environment)
    policy = rules.base.config.gate
    window = Window.last_days(days or policy.days, now)
    about = _about(rules.base, evidence, window, environment) if evidence else ()
    prefix = prefix_in(loaded, repository)
    stored = f"{prefix}{rules.base.config.report.directory}/plan.json"
    at_hand = plan_at_hand(plan_file, repository, base_commit, head_commit, stored)
    tell = progress or unheard
    commits = standing(repository.signed(head_commit, onto, base_commit))
    grounds = Grounds(rules.base, repository, base_commit, now.date())

    def observed(static: Static) -> Observations:
        ledger = opened_evidence(rules.base, evidence, window, environment).ledger if evidence else None
        try:
            return observe(rules.base, static, window, now, policy.max_age, ledger=ledger)[0]
        except AuditorError as error:
            return nothing_known(window, str(error))

    def finished(result: GateResult) -> GateResult:
        notes = (
            *rules.notes,
            *about,
            *_sameness(repository, base_commit, head_commit),
            *_crosswise(ancestors),
            *links.said(repository, prefix, base_commit, head_commit, head),
        )
        return msgspec.structs.replace(result, base=ancestors[0], notes=(*notes, *result.notes), root=prefix)

    def held(result: GateResult) -> GateResult:
        if not no_new:
            return result
        found = ratcheted(
            repository, prefix, rules, base_commit, head_commit, today=now.date(), progress=progress
        )  # fmt: skip
        return with_ratchet(result, found)

    if not collect_first and not _speaks(rules, commits):
        tell("comparing what changed", 0, 0)
        nothing = nothing_known(window, "nobody asked")
        quick = quick_answer(rules, repository, (base_commit, head_commit), grounds, observed, nothing)
        if quick is not None:
            return finished(held(quick))
    reads: set[str] = set()
    joined = _base_joined(rules.base, repository, base_commit, now, reads, tell)
    before = joined.static
    changed = joined_commit(
        rules.head, repository, head_commit, today=now.date(), like=before,
        running=functools.partial(only_running, options=switches(before.facts)),
        progress=lambda part, *two: tell(f"head: {part}", *two),
    )  # fmt: skip
    after = changed.static
    tell("judging the change", 0, 0)
    if collect_first:
        collect(rules.base, days=days or policy.days, source=None, now=now, environment=environment)
    observations = observed(before)
    old, new = Named(before, TreeNames(joined.symbols)), Named(after, TreeNames(changed.symbols))
    sides = (
        Side(base_commit, before.analysis, before.facts, old.names),
        Side(head_commit, after.analysis, after.facts, new.names),
    )
    grounds.keep(sides[0], joined, reads)
    result = judge_change(
        *sides,
        observations,
        allow_dormant=policy.allow_dormant,
        unseen=(
            *_emptiness(base, head, base_commit, head_commit),
            *_unread(repository, prefix, base_commit, before),
            *links.unseen(repository, prefix, base_commit, head_commit),
        ),
        mentions=lost_mentions(repository, prefix, rules.base.config, (base_commit, head_commit), (old, new)),
        surviving=Survivors(repository, prefix, *sides),
        doubt=VersionSkew(repository, prefix, base_commit, observations),
    )
    counted = observations.components.counts.keys()
    if (scripts := script_change(rules.base, repository, base_commit, head_commit, counted)) is not None:
        result = with_scripts(result, scripts, observations, allow_dormant=policy.allow_dormant)

    def paths() -> list[str]:
        found = repository.files_at(head_commit)
        return [path.removeprefix(prefix) for path in found if path.startswith(prefix) and is_script(path)]

    def digest(window: Window) -> str:
        again = opened_evidence(rules.base, evidence, window, environment) if evidence else None
        return settled_digest(rules.base, window, ledger=again.ledger if again else None)

    result = with_batches(result, batch_trailers(commits), at_hand, digest, before, observations)
    result = exempted(held(result), rules, commits, before, after, now, paths)
    return finished(result)


def prepare_gate(
    loaded: LoadedConfig, base: str, *, now: datetime, environment: Mapping[str, str], progress: Progress | None = None
) -> str:
    """Keep what quick answers about changes on `base` need; return its commit. Judges nothing.

    Raises:
        GitError: The revision is unknown.
    """
    from auditor.gate import Side
    from auditor.pipeline.names import TreeNames

    repository = repository_of(loaded)
    commit = repository.resolve(base)
    rules = policies(loaded, repository, commit, commit, environment)
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


def _about(
    loaded: LoadedConfig, evidence: EvidenceOption, window: Window, environment: Mapping[str, str]
) -> tuple[str, ...]:
    """Return what is to be said of an evidence file; errors as of `opened_evidence`."""
    given = opened_evidence(loaded, evidence, window, environment)
    given.ledger.close()
    return given.notes


def _speaks(rules: Policies, commits: Sequence[Signed]) -> bool:
    """Return whether somebody speaks for the change: an override, a trailer of a plan's batch."""
    said = (rules.said_at_base.config, rules.said_at_head.config)
    allowed = any(one is not None and one.gate.allow for one in said)
    return allowed or any(key.lower().startswith("auditor-") for one in commits for key, _ in one.trailers)


def gate_new(
    loaded: LoadedConfig,
    base: str,
    head: str,
    *,
    now: datetime,
    environment: Mapping[str, str],
    progress: Progress | None = None,
) -> GateResult:
    """Judge only what a change adds of unused code; nothing is asked of usage. Errors as of `gate`."""
    from auditor.model.gate import GateResult, concluded

    repository = repository_of(loaded)
    head_commit = repository.resolve(head)
    base_commit, ancestors = starting_point(repository, repository.resolve(base), head_commit)
    rules = policies(loaded, repository, base_commit, head_commit, environment)
    prefix = prefix_in(loaded, repository)
    unknowns = tuple(_emptiness(base, head, base_commit, head_commit))
    result = GateResult(
        ancestors[0], head_commit, False, 0, 0, (), rules.notes, root=prefix, unknowns=unknowns, judged_deletions=False,
    )  # fmt: skip
    if unknowns:
        return concluded(result)
    found = ratcheted(repository, prefix, rules, base_commit, head_commit, today=now.date(), progress=progress)
    return with_ratchet(result, found)


def _emptiness(base: str, head: str, base_commit: str, head_commit: str) -> Iterator[str]:
    """Say that a change without a commit is none: the wrong revisions were named, and nothing was looked at."""
    if base_commit == head_commit:
        yield (
            f"{head} has no commit that {base} lacks, so there is nothing to judge; name the branch that the change is "
            "to go into as base, and for a push what the branch was before it"
        )


def _crosswise(ancestors: Sequence[str]) -> Iterator[str]:
    if len(ancestors) > 1:
        named = " and ".join(one[:12] for one in ancestors)
        yield f"base and head were merged crosswise: the change is judged against {named} together"


def _sameness(repository: Repository, base: str, head: str) -> Iterator[str]:
    if base != head and repository.tree(base) == repository.tree(head):
        yield "base and head are the same files: there is nothing to judge"


def _unread(repository: Repository, prefix: str, base: str, before: Static) -> Iterator[str]:
    """Say that there is Python at base and none of it was read: a wrong root or `exclude` is no approval."""
    if before.analysis.files or before.facts:
        return
    code = [path for path in repository.files_at(base) if path.startswith(prefix) and path.endswith(".py")]
    if code:
        yield (
            f"none of the {len(code):,} Python files of base is audited, {code[0].removeprefix(prefix)} for one, so "
            "nothing was judged; correct `exclude` and `roots`"
        )


def nothing_known(window: Window, reason: str) -> Observations:
    """Return observations from which nothing may be concluded."""
    return Observations(
        window=window, by_definition={}, measured=frozenset(), unattributed=(), watched=(), watched_minutes=0,
        sources=(), insufficient=reason,
    )  # fmt: skip
