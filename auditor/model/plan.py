"""The deletion plan: steps packed into batches, with the evidence they rest on.

In: nothing. Out: frozen structs whose JSON form is `plan.json`, `format_version` 1. Never reads a file.

History of `plan.json`: 1 (2026-11) first version. Fields added since have defaults, so that older files are read.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec

from auditor.model.code import DefinitionId
from auditor.model.daily_use import DailyUse
from auditor.model.repository import RepositoryWeb
from auditor.model.retirement import DataSteps
from auditor.model.verdict import Evidence, HeldBack, Verdict

PLAN_FORMAT_VERSION = 1
MAX_PATHS = 5


class Step(msgspec.Struct, frozen=True):
    """One file: edited (the definitions in `remove` go) or deleted whole.

    `remove` holds definition ids; for an edit also ids of imports (`"pkg.mod:name"`) and `__all__` entries that the
    removal orphans. `body_hash` maps each id to the hash it had on the plan's commit.
    """

    path: str
    action: Literal["delete_file", "edit"]
    remove: tuple[DefinitionId, ...]
    body_hash: dict[DefinitionId, str] = {}


class BatchTags(msgspec.Struct, frozen=True):
    """Names of the annotated tags of a batch: before it and after its verification."""

    before: str
    verified: str


class Batch(msgspec.Struct, frozen=True):
    """A deployment's worth of deletion: 1 to 5 paths.

    `depends_on` are numbers of earlier batches, applied ones too. `uses` are definitions that what it removes uses and
    that stay for now: a batch that removes one of them later depends on this one.
    """

    number: int
    paths: tuple[str, ...]
    risk: Literal["low", "medium", "high"]
    lines_removed: int
    tags: BatchTags
    steps: tuple[Step, ...]
    verify: tuple[str, ...]
    rollback: str
    depends_on: tuple[int, ...] = ()
    uses: tuple[DefinitionId, ...] = ()

    def __post_init__(self) -> None:
        """Reject batches whose paths are not the sorted, distinct paths of their steps, or too many."""
        if not 1 <= len(self.paths) <= MAX_PATHS:
            raise ValueError(f"batch {self.number} touches {len(self.paths)} files; 1 to {MAX_PATHS} are allowed")
        if self.paths != tuple(sorted({step.path for step in self.steps})):
            raise ValueError(f"batch {self.number}: its paths are not those of its steps")


class Deployment(msgspec.Struct, frozen=True):
    """What a calendar week is for: `batches` to deploy one after the other, in the week that begins on `week_of`.

    `week_of` is a Monday. A week without batches is the one from which irreversible steps may be taken.
    """

    week_of: date
    batches: tuple[int, ...] = ()


class AreaRow(msgspec.Struct, frozen=True):
    """What the batches do to one area: files deleted whole and edited, definitions and lines that go."""

    area: str
    deleted: int
    edited: int
    definitions: int
    lines: int


class TableRemoval(msgspec.Struct, frozen=True):
    """A table that no model declares any more once batch `after` is deployed, with what then happens to its data.

    `model` is the definition that declares it, on `line` of `path` where the plan was made.
    """

    model: str
    path: str
    line: int
    after: int
    steps: DataSteps


class SharedCode(msgspec.Struct, frozen=True):
    """A definition that several silent entry points lead to: it goes with the last of them.

    `others` are the first ten of these by name, `more` the number of those left out.
    """

    id: DefinitionId
    others: tuple[str, ...]
    more: int = 0


class DormantEntry(msgspec.Struct, frozen=True):
    """An entry point that nobody called, and what would fall with it.

    `keys` are all names by which it is known and may be included. `alone` is what falls with it and with nothing else,
    outermost definitions only, its handler first; `files` and `lines` count these. `shared` goes only with others.
    `batches` plan it; `why_not` is one sentence where it could not be planned, empty where it could. `sharing` is the
    number of other entry points that anything in `shared` goes with.
    """

    keys: tuple[str, ...]
    kind: str
    handler: DefinitionId
    path: str
    line: int
    alone: tuple[DefinitionId, ...]
    shared: tuple[SharedCode, ...]
    files: int
    lines: int
    batches: tuple[int, ...] = ()
    why_not: str = ""
    sharing: int = 0


class PastBatch(msgspec.Struct, frozen=True):
    """A batch that was applied, by `commit`, and perhaps taken back, by `undone_by`.

    What was taken back is held back until somebody asks to plan it again (`released`). `plan_id` is that of another
    plan, empty for this one's batches.
    """

    batch: Batch
    state: Literal["applied", "rolled_back"]
    commit: str
    undone_by: str | None = None
    released: bool = False
    plan_id: str = ""


class Voided(msgspec.Struct, frozen=True):
    """A batch that is not to be applied any more, as of a revision of the plan; its number is not used again.

    `reason` is one sentence. `replaced_by` are the batches of that revision that remove what is left of its members.
    """

    number: int
    reason: str
    revision: int
    replaced_by: tuple[int, ...] = ()


class PlanWindow(msgspec.Struct, frozen=True):
    """The observed window: half-open, aware UTC; `days` as asked for."""

    start: datetime
    end: datetime
    days: int


class WatchedRow(msgspec.Struct, frozen=True):
    """Watched minutes of one source on one UTC day."""

    source: str
    day: date
    minutes: int


class SourceRow(msgspec.Struct, frozen=True):
    """Health of one source when the plan was made; `only_for_use`: it proves use, and its silence nothing."""

    name: str
    healthy: bool
    problem: str | None = None
    only_for_use: bool = False


class EvidenceSnapshot(msgspec.Struct, frozen=True):
    """What the plan rests on. `digest` is `sha256:` of the canonical JSON of the observations used.

    `settled` is that of the part which later collections leave as it is: as long as the ledger gives it, the evidence
    holds. Empty in plans of versions that did not know it. `min_watched` is the share of a day's minutes from which it
    counted as watched, above 0 to 1.
    """

    digest: str
    watched: tuple[WatchedRow, ...]
    sources: tuple[SourceRow, ...]
    endpoints_observed: int
    watched_share: float = 0.0
    settled: str = ""
    min_watched: float = 0.95


class PlanFinding(msgspec.Struct, frozen=True):
    """A finding as the plan lists it.

    `batch` is the number of the batch that removes it, None where it is not planned. `owners` are those that the
    project's CODEOWNERS names for its file.
    """

    id: DefinitionId
    kind: str
    path: str
    line: int
    end_line: int
    verdict: Verdict
    held_back: tuple[HeldBack, ...]
    batch: int | None
    evidence: tuple[Evidence, ...]
    inside: DefinitionId | None = None
    owners: tuple[str, ...] = ()


class Unattributed(msgspec.Struct, frozen=True):
    """A usage key that leads to no known definition, with its count in the window."""

    key: str
    count: int


class Plan(msgspec.Struct, frozen=True):
    """The plan. `refusal` says in one sentence why there are no batches on insufficient evidence; None otherwise.

    A plan lives through `revision`s: its id, and the numbers of batches that nothing changed, stay. `first_commit` is
    the commit of the first revision. `past` are batches that were applied, `voided` those that something changed,
    `waiting` those that a refused revision carries over. `dormant` are entry points that nobody called, `included` the
    parts of them that were asked for. `note` is a sentence on where the plan comes from. `daily_use` is what the calls
    of each day were; `repository` where its host shows the code.
    """

    plan_id: str
    base_commit: str
    window: PlanWindow
    evidence: EvidenceSnapshot
    counts: Mapping[str, int]
    batches: tuple[Batch, ...]
    findings: tuple[PlanFinding, ...]
    contradictions: tuple[PlanFinding, ...] = ()
    unattributed: tuple[Unattributed, ...] = ()
    refusal: str | None = None
    format_version: int = PLAN_FORMAT_VERSION
    timeline: tuple[Deployment, ...] = ()
    impact: tuple[AreaRow, ...] = ()
    data_steps: tuple[TableRemoval, ...] = ()
    revision: int = 1
    first_commit: str = ""
    past: tuple[PastBatch, ...] = ()
    voided: tuple[Voided, ...] = ()
    waiting: tuple[Batch, ...] = ()
    included: tuple[str, ...] = ()
    dormant: tuple[DormantEntry, ...] = ()
    note: str = ""
    daily_use: DailyUse = DailyUse()
    repository: RepositoryWeb | None = None

    @property
    def known_batches(self) -> tuple[Batch, ...]:
        """Every batch that was or may be applied under this plan's id, by number."""
        found = (*(past.batch for past in self.past if not past.plan_id), *self.waiting, *self.batches)
        return tuple(sorted(found, key=lambda batch: batch.number))
