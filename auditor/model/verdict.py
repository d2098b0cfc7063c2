"""Values of the join: evidence, what is held back and why, and findings with a verdict.

In: nothing. Out: frozen structs. A verdict has no confidence percentage: it has evidence. Never reads anything.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec

from auditor.model.code import Definition, DefinitionId


class Verdict(StrEnum):
    """The cell of the verdict table (static reachability x production usage) that a definition is in."""

    LIVE = "LIVE"
    DORMANT = "DORMANT"
    DEAD = "DEAD"
    TEST_ONLY = "TEST_ONLY"
    CONTRADICTED = "CONTRADICTED"
    UNDECIDED = "UNDECIDED"


HoldReason = Literal[
    "changed_in_window",
    "younger_than_window",
    "period_longer_than_window",
    "dynamic_access",
    "public_api",
    "keep_list",
    "contradiction_in_module",
    "insufficient_evidence",
    "still_referenced",
    "registering_decorator",
    "oversize",
    "uneditable",
    "uncommitted_changes",
    "migration",
    "generated_code",
    "linked_to",
    "left_in_window",
    "taken_back",
    "breaks_tests",
]


class Evidence(msgspec.Struct, frozen=True):
    """One checkable statement for or against deletion. `line` is 1-based, 0 where there is no location."""

    kind: str
    supports: Literal["alive", "dead"]
    detail: str
    path: str = ""
    line: int = 0


class HeldBack(msgspec.Struct, frozen=True):
    """Why a finding is not planned. `detail` is one sentence that also says what would release it."""

    reason: HoldReason
    detail: str


class Unchanged(msgspec.Struct, frozen=True):
    """The UTC day since which code is as it is; where it is not `exactly` that day, it was so on it already."""

    day: date
    exactly: bool


class EarlierBodies(msgspec.Struct, frozen=True):
    """A version that production ran from `first` to `last` (aware UTC): the body hash of every definition in it."""

    version: str
    first: datetime
    last: datetime
    bodies: Mapping[DefinitionId, str]


class Finding(msgspec.Struct, frozen=True):
    """A definition with its verdict. `evidence` is never empty. `inside` is the outermost finding that contains it."""

    definition: Definition
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    held_back: tuple[HeldBack, ...] = ()
    inside: DefinitionId | None = None

    def __post_init__(self) -> None:
        """Reject findings without evidence."""
        if not self.evidence:
            raise ValueError(f"{self.definition.id}: a finding needs evidence")

    @property
    def plannable(self) -> bool:
        """True where nothing holds it back and its verdict may be planned."""
        return not self.held_back and self.verdict in (Verdict.DEAD, Verdict.TEST_ONLY, Verdict.DORMANT)

    def held(self, reason: HeldBack) -> "Finding":
        """Return the finding with one more reason why it is not planned."""
        return msgspec.structs.replace(self, held_back=(*self.held_back, reason))
