"""Where a deletion is shown in what is left: the nearest line that survives, and that the change's own diff shows.

In: two commits, their analyses. Out: a path and line of head. A deleted file is shown where base referred to it in a
file that stands, first of all on a line that the change touched. Asks git only once something is to be shown.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from auditor.git import Repository
from auditor.git.reading import Hunk
from auditor.model.code import Definition, DefinitionId

if TYPE_CHECKING:
    from auditor.gate.sides import Side


class Survivors:
    """The lines of head that stand for lines of base. `prefix` is put in front of paths in git."""

    def __init__(self, repository: Repository, prefix: str, base: Side, head: Side) -> None:
        self._repository, self._prefix, self._base, self._head = repository, prefix, base, head
        self._hunks: dict[str, tuple[Hunk, ...]] = {}

    def __call__(self, definition: Definition) -> tuple[str, int]:
        """Return the nearest place of head; base's own where nothing is left that had to do with it."""
        here = self._now(definition.path, definition.line)
        if here is not None:
            return here[:2]
        for target in (definition.id, f"{definition.id.partition(':')[0]}:"):
            found = [now for path, line in self._referrers.get(target, ()) if (now := self._now(path, line))]
            if found:
                return min(found, key=lambda one: (not one[2], one))[:2]
        return definition.path, definition.line

    def _now(self, path: str, line: int) -> tuple[str, int, bool] | None:
        """Return where a line of base is in head, and whether the change touched it; None where its file is gone."""
        there = self._renamed.get(path, path)
        if there not in self._head.by_path:
            return None
        shift = 0
        for (start, end), (new_start, new_end) in self._changed(path, there):
            if line < start:
                break
            if line < end:
                return there, max(1, new_start if new_end > new_start else new_start - 1), True
            shift = new_end - end
        return there, max(1, line + shift), False

    def _changed(self, path: str, there: str) -> tuple[Hunk, ...]:
        if path not in self._hunks:
            before, after = f"{self._base.commit}:{self._prefix}{path}", f"{self._head.commit}:{self._prefix}{there}"
            self._hunks[path] = self._repository.hunks(before, after)
        return self._hunks[path]

    @cached_property
    def _renamed(self) -> dict[str, str]:
        """Paths that the change renamed: base's -> head's, both in the audited root."""
        found = self._repository.changes(self._base.commit, self._head.commit)
        inside = len(self._prefix)
        return {
            change.old_path[inside:]: change.path[inside:]
            for change in found
            if change.status == "R" and change.old_path and change.path.startswith(self._prefix)
        }

    @cached_property
    def _referrers(self) -> dict[DefinitionId, list[tuple[str, int]]]:
        """Places of base that refer to something in a file which head has not."""
        of, found = self._base.definitions, dict[DefinitionId, list[tuple[str, int]]]()
        for source, edges in self._base.edges.items():
            for edge in edges:
                target = of.get(edge.target)
                if target is not None and target.path not in self._head.by_path and edge.line and source in of:
                    found.setdefault(edge.target, []).append((of[source].path, edge.line))
        return found
