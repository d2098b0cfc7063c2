"""What `scan` prints: static findings in the shape of the published JSON, `format_version` 1. No I/O.

History: 1 (2026-11) first version.
"""

from typing import Literal

import msgspec

from auditor.model.code import DefinitionId, Problem
from auditor.model.verdict import Evidence

SCAN_FORMAT_VERSION = 1

RULES: dict[str, str] = {
    "AUD001": "definition not reached from any entry point",
    "AUD002": "module not reached from any entry point",
    "AUD003": "reached from tests only",
    "AUD010": "unused import",
    "AUD011": "unused variable",
    "AUD012": "unused argument",
    "AUD013": "unreachable statement",
    "AUD014": "suppression that silences nothing",
    "AUD020": "unused file (Knip)",
    "AUD021": "unused export (Knip)",
    "AUD022": "unused exported type (Knip)",
    "AUD023": "unused member of an enum, class or namespace (Knip)",
    "AUD024": "unused dependency (Knip)",
    "AUD025": "dependency that no package.json lists (Knip)",
    "AUD026": "duplicate export (Knip)",
}
"""Stable rule ids and what each says; SARIF and the gate's baseline rely on the ids."""


class Tool(msgspec.Struct, frozen=True):
    """Who made the result."""

    name: str
    version: str


class ScanFinding(msgspec.Struct, frozen=True, omit_defaults=False):
    """One static finding. `lines` counts source lines; `inside` names the finding that contains it, if any."""

    id: DefinitionId
    kind: Literal[
        "module", "class", "function", "method", "property", "variable", "import", "unreachable", "argument",
        "suppression", "file", "export", "dependency",
    ]  # fmt: skip
    language: Literal["python", "typescript", "javascript"]
    path: str
    line: int
    end_line: int
    lines: int
    status: Literal["unreached", "test_only", "local"]
    rule: str
    agreed_by: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    inside: DefinitionId | None = None
    island: DefinitionId | None = None
    """Id of the `Island` it belongs to, if it hangs together with other findings or with tests of its own."""


class Island(msgspec.Struct, frozen=True):
    """Findings that refer only to one another: dead together, and to be deleted together.

    `id` is the first member's. `members` are findings that are inside no other, by path and line; `heads` are those of
    them that no other member uses: empty where they use one another in a circle. `lines` are the members' source lines.
    `detail` is one sentence: the edge to nowhere. `tests` use members and no other production code: they go too.
    """

    id: DefinitionId
    members: tuple[DefinitionId, ...]
    heads: tuple[DefinitionId, ...]
    paths: tuple[str, ...]
    lines: int
    status: Literal["unreached", "test_only"]
    detail: str
    tests: tuple[DefinitionId, ...] = ()


class HeldCandidate(msgspec.Struct, frozen=True):
    """Something that nothing is seen to reach (`test_only`: nothing but tests), and that is not claimed all the same.

    `reason` is stable; `detail` says in one sentence which access, by path and line, could reach it.
    """

    id: DefinitionId
    kind: str
    path: str
    line: int
    status: Literal["unreached", "test_only"]
    reason: Literal[
        "computed_name",
        "given_outside",
        "named_in_string",
        "evaluated_code",
        "documentation",
        "not_parsed",
        "started_outside",
    ]
    detail: str


class SuppressedFinding(msgspec.Struct, frozen=True):
    """A finding that a comment or a list silences.

    `by` is `keep`, `keep_list`, `noqa`, `file`, `skylos`, `whitelist`, `ignore_names` or `ignore_decorators`; `where`
    and `at` are the file and line (0 for the whole file) of what silences it.
    """

    id: DefinitionId
    kind: str
    path: str
    line: int
    rule: str
    by: str
    reason: str
    where: str
    at: int


class ScanResult(msgspec.Struct, frozen=True):
    """A whole scan. `commit` is None outside git. Findings are sorted by path, line and id, islands by size.

    `suppressed` counts what comments and lists silence; `suppressions` lists it where that was asked for.
    """

    tool: Tool
    root: str
    commit: str | None
    files: int
    lines: int
    definitions: int
    routes: int
    findings: tuple[ScanFinding, ...]
    problems: tuple[Problem, ...]
    project: Literal["application", "library"] = "application"
    islands: tuple[Island, ...] = ()
    format_version: int = SCAN_FORMAT_VERSION
    held_back: tuple[HeldCandidate, ...] = ()
    suppressed: int = 0
    suppressions: tuple[SuppressedFinding, ...] = ()
    opinions: tuple[str, ...] = ()
    """What vulture reports and we do not, with our reason; only where it was asked for."""


class ChainStep(msgspec.Struct, frozen=True):
    """One step of an explanation: a definition and how the one before led to it."""

    id: DefinitionId
    path: str
    line: int
    how: str


class Explanation(msgspec.Struct, frozen=True):
    """The answer of `why`.

    `chain` leads from an entry point to the definition; where nothing reaches it, `referred_by` lists who refers to
    it, `because` leads from it up to where the references end, and `would_change` says what would make it live.
    """

    id: DefinitionId
    path: str
    line: int
    status: Literal["production", "test_only", "unreached"]
    sentence: str
    chain: tuple[ChainStep, ...] = ()
    referred_by: tuple[ChainStep, ...] = ()
    would_change: str = ""
    because: tuple[ChainStep, ...] = ()
    opinions: tuple[str, ...] = ()
    """What other tools say of it, where they say otherwise."""
