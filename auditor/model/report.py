"""What `scan` prints: static findings in the shape of the published JSON, `format_version` 1. No I/O.

History: 1 (2026-11) first version.
"""

from typing import Literal

import msgspec

from auditor.model.code import DefinitionId, Problem
from auditor.model.repository import RepositoryWeb
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
    """One static finding.

    Attributes:
        id: `pkg.mod:Class.method`; of what is no Python its path, and its name behind `#`.
        kind: What it is.
        language: Of its file.
        path: Of its file, relative to the audited root.
        line: The first, 1-based, decorators included.
        end_line: The last, 1-based, inclusive.
        lines: Source lines.
        status: `unreached`: no entry point and no test reaches it. `test_only`: tests alone do. `local`: an unused
            import, variable, argument or statement.
        rule: A stable id, as in `AUD001`.
        agreed_by: Other tools that say the same.
        evidence: What speaks for it and against it.
        inside: The finding that contains it, if any.
        island: Id of the `Island` it belongs to, if it hangs together with other findings or with tests of its own.
        owners: Those that the project's CODEOWNERS names for its file.
    """

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
    owners: tuple[str, ...] = ()


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
    """A whole scan.

    Attributes:
        tool: Who made it.
        root: The audited root.
        commit: The commit checked out, None outside git.
        files: Files read.
        lines: Lines in them.
        definitions: Definitions in them.
        routes: Routes found, one a method.
        findings: By path, line and id.
        problems: What could not be read or understood.
        project: Whether its public names are entry points (`library`).
        islands: Findings that hang together, by size.
        held_back: What nothing is seen to reach, and that is not claimed all the same.
        suppressed: How many findings comments and lists silence.
        suppressions: Those, where that was asked for.
        opinions: What vulture reports and we do not, with our reason; only where it was asked for.
        repository: Where its host shows the code; None where that is not known.
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
    repository: RepositoryWeb | None = None


class ChainStep(msgspec.Struct, frozen=True):
    """One step of an explanation: a definition and how the one before led to it."""

    id: DefinitionId
    path: str
    line: int
    how: str


class Explanation(msgspec.Struct, frozen=True):
    """The answer of `why`.

    Attributes:
        id: The definition.
        path: Of its file.
        line: Of its first line.
        status: Who reaches it.
        sentence: The answer in one sentence.
        chain: From an entry point to the definition; empty where nothing reaches it.
        referred_by: Who refers to it, where nothing reaches it.
        would_change: What would make it live.
        because: From it up to where the references end, where nothing reaches it.
        opinions: What other tools say of it, where they say otherwise.
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
