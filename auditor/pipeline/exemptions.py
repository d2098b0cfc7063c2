"""What lets a deletion pass although the gate would stop it: overrides, and the plan's own batches.

In: the configuration at base and head, the commits of a change. Out: the gate's result with them. Entries count as base
has them, trailers only where base says so: no change exempts itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from auditor.model.gate import GateResult, Override

if TYPE_CHECKING:
    from auditor.config import GateAllow
    from auditor.gate.overrides import Claim
    from auditor.git import Signed
    from auditor.pipeline.policy import Policies, Written
    from auditor.pipeline.static import Static

_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{40,64})\b", re.MULTILINE)
_SETTING = re.compile(r"^[ \t]*(gate\.)?trailers[ \t]*=", re.MULTILINE)
_SHORT = 12


def exempted(
    result: GateResult,
    rules: Policies,
    commits: Sequence[Signed],
    before: Static,
    after: Static,
    now: datetime,
    paths: Callable[[], Collection[str]],
) -> GateResult:
    """Return the result with the overrides that the configuration and the standing commits of a change hold.

    `paths` returns those of head's scripts, below the audited root.
    """
    from auditor.gate.overrides import Known, overridden

    today = now.astimezone(UTC).date()
    claims = (*_entries(rules, today), *_trailers(rules, commits, today))
    known = Known(
        before.analysis.graph.definitions.keys(),
        after.analysis.graph.definitions.keys(),
        frozenset(paths()) if any("/" in claim.override.symbol for claim in claims) else (),
    )
    return overridden(result, claims, known, today)


def standing(commits: Sequence[Signed]) -> tuple[Signed, ...]:
    """Return the commits (newest first) that no later one of them reverts."""
    undone: set[str] = set()
    kept = []
    for one in commits:
        if one.commit not in undone:
            undone.update(_REVERTS.findall(one.message))
            kept.append(one)
    return tuple(kept)


def _entries(rules: Policies, today: date) -> Iterator[Claim]:
    from auditor.gate.overrides import Claim

    before, after = _allowed(rules.said_at_base), _allowed(rules.said_at_head)
    for entry in dict.fromkeys((*before, *after)):
        written, index = (rules.said_at_head, after.index(entry)) if entry in after else (
            rules.said_at_base, before.index(entry)
        )  # fmt: skip
        override, line = _entry(entry, written, index)
        waiting = "" if entry in before else "the change brings it; it counts once base has it"
        yield Claim(override, written.name, line, _fault_of(entry, today), waiting, stays=entry in after)


def _allowed(written: Written) -> tuple[GateAllow, ...]:
    return written.config.gate.allow if written.config is not None else ()


def _entry(entry: GateAllow, written: Written, index: int) -> tuple[Override, int]:
    from auditor.gate.override_text import entry_line

    line = entry_line(written.text, index, entry.symbol)
    where = f"{written.name}:{line}"
    return Override(entry.symbol, "allow", _plain(entry.reason), _plain(entry.owner), entry.until, where), line


def _fault_of(entry: GateAllow, today: date) -> str:
    from auditor.gate.overrides import fault_of

    fault = fault_of(entry.symbol, entry.reason, entry.until, today)
    return fault or ("" if entry.owner.strip() else "it names no owner")


def _trailers(rules: Policies, commits: Iterable[Signed], today: date) -> Iterator[Claim]:
    from auditor.gate.override_text import OVERRIDE_TRAILER, trailer
    from auditor.gate.overrides import Claim, fault_of

    allowed = rules.said_at_base.config is not None and rules.said_at_base.config.gate.trailers
    waiting = "" if allowed else "it counts only where base sets gate.trailers"
    before = rules.said_at_head.text[: match.start()] if (match := _SETTING.search(rules.said_at_head.text)) else ""
    line = before.count("\n") + 1
    for commit in commits:
        for key, value in commit.trailers:
            if key.lower() == OVERRIDE_TRAILER.lower():
                said = trailer(value)
                where = f"commit {commit.commit[:_SHORT]}"
                override = Override(
                    said.symbol, "trailer", said.reason, said.owner or commit.author, said.until, where
                )  # fmt: skip
                fault = said.fault or fault_of(said.symbol, said.reason, said.until, today)
                yield Claim(override, rules.said_at_head.name, line, fault, waiting, stays=allowed)


def _plain(text: str) -> str:
    return " ".join(text.split())
