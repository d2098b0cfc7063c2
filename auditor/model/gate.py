"""The gate's answer. In: nothing. Out: frozen structs whose JSON form is the gate's, `format_version` 1. No I/O.

History: 1 (2026-11) first version.
"""

from typing import Literal

import msgspec

from auditor.model.code import DefinitionId

BreachReason = Literal["called", "reachable", "dangling_reference", "no_evidence", "stale_evidence", "contradicted"]


class Breach(msgspec.Struct, frozen=True):
    """A deletion that may not pass.

    `path` and `line` name the nearest surviving place; the base's where none survives.
    """

    id: DefinitionId
    path: str
    line: int
    why: BreachReason
    detail: str
    override: str | None = None


class GateResult(msgspec.Struct, frozen=True):
    """The result of comparing two commits.

    `undecidable` says in one sentence why nothing could be concluded (exit 3); `passed` is false then too. `notes` list
    what passed and why, one sentence each. `root` is the audited root relative to the repository's top, empty or ending
    in a slash: what shows breaches in the repository's own paths puts it in front of theirs.
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
    format_version: int = 1
