"""Both sides of a change as far as its own files tell.

In: the edited files, the `Ground`. Out: `Side`s whose names nobody can look up. Never guesses what other files mean.
"""

from collections.abc import Mapping, Sequence

from auditor.gate.edited import Edited
from auditor.gate.ground import Ground
from auditor.gate.registered import Unsure
from auditor.gate.sides import Resolution, Side
from auditor.model.code import Definition, DefinitionId
from auditor.model.graph import Analysis, Link, Reachability, ReferenceGraph


def sides_of(commits: tuple[str, str], ground: Ground, edits: Sequence[Edited]) -> tuple[Side, Side]:
    """Return both sides as far as the change touches them."""
    before = {one.id: one for edit in edits if edit.old is not None for one in reversed(edit.old.definitions)}
    after = {one.id: one for edit in edits for one in reversed(edit.new.definitions)}
    reached = {one: Link(one, None, "entry_point", 0) for one in before if one in ground.production}
    old = _analysis(before, reached), tuple(edit.old for edit in edits if edit.old is not None)
    new = _analysis(after, {}), tuple(edit.new for edit in edits if not edit.went)
    return Side(commits[0], *old, _NoNames()), Side(commits[1], *new, _NoNames())


def _analysis(definitions: Mapping[DefinitionId, Definition], reached: Mapping[DefinitionId, Link]) -> Analysis:
    graph = ReferenceGraph(definitions, {})
    return Analysis(graph, (), (), Reachability(reached, {}), len(definitions), 0)


class _NoNames:
    """Names of a tree of which only a few files are known: whoever asks cannot be answered."""

    def resolve(self, module: str, name: str) -> Resolution:
        """Refuse."""
        raise Unsure(f"where {name} leads in {module} takes the whole tree")

    def lineage(self, identity: DefinitionId) -> tuple[tuple[DefinitionId, ...], frozenset[str]]:
        """Refuse."""
        raise Unsure(f"what {identity} inherits takes the whole tree")

    def members(self, identity: DefinitionId) -> Mapping[str, DefinitionId]:
        """Refuse."""
        raise Unsure(f"what {identity} has takes the whole tree")

    def attributes(self, identity: DefinitionId) -> frozenset[str]:
        """Refuse."""
        raise Unsure(f"what {identity} has takes the whole tree")
