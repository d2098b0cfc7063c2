"""Who takes a name of something unknown, and can hardly mean a class's member.

In: a `Case`, those who take the name. Out: those of them that may mean the member. Code takes a private name only of a
class that its file knows. What is taken of an object of another package is that package's, as far as everybody who
meant the member gave the name up.
"""

from collections.abc import Iterable, Mapping

from auditor.gate.findings import Case
from auditor.gate.sides import Side
from auditor.model.code import DefinitionId


def likely_takers(
    case: Case, owner: DefinitionId, name: str, takers: Mapping[DefinitionId, int], givers: Iterable[DefinitionId]
) -> dict[DefinitionId, int]:
    """Return those of head's `takers` that may mean the member; `givers` are those of base who took it."""
    kept = dict(takers)
    if name.startswith("_") and not name.startswith("__"):
        homes = {one.partition(":")[0] for one in (owner, case.fates.now(owner)) if one is not None}
        kept = {one: line for one, line in kept.items() if _knows(case, one.partition(":")[0], homes)}
    meant = [one for one in givers if not _is_outside(case.base, one, name)]
    if kept and meant and all(case.fates.now(one) not in kept for one in meant):
        kept = {one: line for one, line in kept.items() if not _is_outside(case.head, one, name)}
    return kept


def _knows(case: Case, module: str, homes: set[str]) -> bool:
    """Return whether a file uses anything of these modules, at base or at head."""
    if module in homes:
        return True
    return any(
        edge.target.partition(":")[0] in homes
        for side in (case.base, case.head)
        if (facts := side.by_module.get(module)) is not None
        for one in facts.definitions
        for edge in side.edges.get(one.id, ())
    )


def _is_outside(side: Side, taker: DefinitionId, name: str) -> bool:
    """Return whether code takes a name only of what comes from outside of the tree: `sentry_sdk.Hub.current.scope`."""
    facts = side.by_module.get(taker.partition(":")[0])
    found = [
        one.target for one in (facts.references if facts is not None else ())
        if one.source == taker and name in one.target.replace("()", "").split(".")
    ]  # fmt: skip
    module = facts.module if facts is not None else ""
    return bool(found) and all(one[0] != "." and side.names.resolve(module, one).outside for one in found)
