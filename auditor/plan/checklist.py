"""What a person ticks off for one batch: its risk, its tags, what proves it good, how it is taken back.

In: a batch's number and pieces, findings, configuration. Out: plain values. Never renders anything: `report` does.
"""

import shlex
from collections.abc import Iterable, Mapping
from typing import Literal

from auditor.config import PlanConfig
from auditor.model.code import DefinitionId
from auditor.model.plan import BatchTags
from auditor.model.verdict import Finding, Verdict
from auditor.plan.references import ReferenceIndex
from auditor.plan.steps import Piece

Risk = Literal["low", "medium", "high"]
RISKS: tuple[Risk, ...] = ("low", "medium", "high")


def risk_of(piece: Piece, findings: Mapping[DefinitionId, Finding], references: ReferenceIndex) -> Risk:
    """Return the risk of removing one piece.

    high: reachable but never called (DORMANT), or registered by a decorator or in a table of routes, or named by text
    rather than by code.
    low: dead, and a whole file, or private, or referred to by nothing outside its own file. medium: everything else:
    public names that other files know, code that tests use, and those tests.
    """
    found = [findings[identity] for identity in piece.ids if identity in findings]
    if piece.at or any(f.verdict is Verdict.DORMANT or any(e.kind == "registered" for e in f.evidence) for f in found):
        return "high"
    if not found or any(f.verdict is not Verdict.DEAD for f in found):
        return "low" if piece.kind == "import" else "medium"
    module = piece.names[0].partition(":")[0]
    used = any(
        use.source.partition(":")[0] != module for identity in piece.ids for use in references.uses.get(identity, ())
    )
    private = all(identity.rpartition(".")[2].rpartition(":")[2].startswith("_") for identity in piece.names)
    return "low" if piece.kind == "file" or private or not used else "medium"


def worst(risks: Iterable[Risk]) -> Risk:
    """Return the highest of some risks; `"low"` of none."""
    return max(risks, key=RISKS.index, default="low")


def tags(plan_id: str, number: int) -> BatchTags:
    """Return the names of a batch's tags: `auditor/<plan-id>/b03/before` and `/verified`."""
    stem = f"auditor/{plan_id}/b{number:02d}"
    return BatchTags(f"{stem}/before", f"{stem}/verified")


def verification(config: PlanConfig) -> tuple[str, ...]:
    """Return the commands that prove a batch good: the user's test command, then the import of each smoke target."""
    commands = [config.test_command] if config.test_command.strip() else []
    for target in config.smoke:
        module, _, attribute = target.partition(":")
        code = f"import {module}; {module}.{attribute}" if attribute else f"import {module}"
        commands.append(f"python -c {shlex.quote(code)}")
    return tuple(commands)


def rollback(number: int) -> str:
    """Return the command that takes a batch back."""
    return f"auditor rollback {number}"
