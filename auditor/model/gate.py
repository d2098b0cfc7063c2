"""The gate's answer. In: nothing. Out: frozen structs whose JSON form is the gate's, `format_version` 1. No I/O.

History: 1 (2026-11) first version.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from auditor.model.code import DefinitionId

BreachReason = Literal[
    "called", "reachable", "dangling_reference", "no_evidence", "stale_evidence", "contradicted",
    "bad_override", "new_finding", "fixed_finding",
]  # fmt: skip
"""Why something may not pass. The first six are about what is deleted; `bad_override` is about an override that is
expired, without a reason or names nothing; the last two about unused code that the baseline does not list, or lists
although it is mended (`--no-new`)."""
UNKNOWN: tuple[BreachReason, ...] = ("no_evidence", "stale_evidence")
"""Reasons that say that nothing is known, and not that something is used."""


class Breach(msgspec.Struct, frozen=True):
    """A deletion, an override or a finding that may not pass.

    `path` and `line` name the nearest surviving place; the base's where none survives. `override` is who lets it pass
    nevertheless and why, in one line; None where nobody does. `was_path` and `was_line` are where it stood at base.
    """

    id: DefinitionId
    path: str
    line: int
    why: BreachReason
    detail: str
    override: str | None = None
    was_path: str = ""
    was_line: int = 0


class Override(msgspec.Struct, frozen=True):
    """A person's word that something may go.

    `symbol` is what it names, as written; `kind` a commit's trailer, or an entry of `gate.allow` in the configuration.
    `until` is its last day (UTC, inclusive). `where` is the commit, or the file and line. `used_for` are the ids of the
    breaches that it lets pass. `problem` says in one sentence why it lets nothing pass; empty where it may.
    """

    symbol: str
    kind: Literal["trailer", "allow"]
    reason: str
    owner: str
    until: date | None
    where: str
    used_for: tuple[DefinitionId, ...] = ()
    problem: str = ""


class Passed(msgspec.Struct, frozen=True):
    """A deletion that may pass, and why in one sentence; `path` and `line` are base's."""

    id: DefinitionId
    path: str
    line: int
    detail: str


class GateResult(msgspec.Struct, frozen=True):
    """The result of comparing two commits.

    `undecidable` says in one sentence why nothing could be concluded (exit 3); `passed` is false then too. It is drawn
    from `unknowns`, which make the whole answer unknown, and from breaches whose reason is one of `UNKNOWN`; see
    `concluded`. `notes` list what passed and why, one sentence each. `root` is the audited root relative to the
    repository's top, empty or ending in a slash: what shows breaches in the repository's own paths puts it in front of
    theirs. `overrides` are all that the change could use, used or not. `passes` are the deletions that may pass, one by
    one. `judged_deletions` is false where only new unused code was asked for.
    """

    base: str
    head: str
    passed: bool
    deleted: int
    moved: int
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...] = ()
    undecidable: str | None = None
    root: str = ""
    overrides: tuple[Override, ...] = ()
    unknowns: tuple[str, ...] = ()
    passes: tuple[Passed, ...] = ()
    judged_deletions: bool = True
    format_version: int = 1

    @property
    def stopped(self) -> tuple[Breach, ...]:
        """The breaches that say that something is used and that nothing overrides: exit 1."""
        return tuple(one for one in self.breaches if one.override is None and one.why not in UNKNOWN)


def concluded(result: GateResult) -> GateResult:
    """Return the result with `passed` and `undecidable` as its breaches, their overrides and its `unknowns` say.

    The breaches are then in the order of their places.
    """
    breaches = tuple(sorted(result.breaches, key=lambda one: (one.path, one.line, one.id, one.why)))
    standing = [one for one in breaches if one.override is None]
    reasons = [*result.unknowns, *_evidence_lacking([one for one in standing if one.why in UNKNOWN])]
    more = len(reasons) - 1
    undecidable = None
    if reasons:
        undecidable = reasons[0] + (f" (and {more} more reason{'s' if more > 1 else ''})" if more else "")
    passed = not standing and not reasons
    return msgspec.structs.replace(result, passed=passed, breaches=breaches, undecidable=undecidable)


def _evidence_lacking(unknown: list[Breach]) -> Iterator[str]:
    """Yield each sentence on evidence once, with the first definition that it is true of."""
    of: dict[str, list[DefinitionId]] = {}
    for one in unknown:
        of.setdefault(one.detail, []).append(one.id)
    for detail, (first, *others) in of.items():
        more = f" and {len(others)} more" if others else ""
        yield f"whether {first}{more} is used cannot be known: {detail}"
