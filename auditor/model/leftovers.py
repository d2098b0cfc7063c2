"""What is not code and may be needed by code alone: templates and requirements.

In: nothing. Out: frozen structs, and which steps remove such things. Never reads a file.
"""

from typing import Literal

import msgspec

from auditor.model.code import DefinitionId
from auditor.model.plan import Step

Place = tuple[str, int]
"""Path relative to the audited root and line (1-based; 0 for what belongs to no line)."""


class Leftover(msgspec.Struct, frozen=True):
    """A template (`delete_file`) or a requirement (`edit`): `id` is how the plan names it.

    `line` is 1-based, 0 for a whole file, of `lines` lines. `blob` is git's hash of its file. `places` are all that
    name it or could, `by_code` those of them that are sure to be uses by Python.
    """

    id: DefinitionId
    path: str
    action: Literal["delete_file", "edit"]
    line: int
    lines: int
    blob: str
    places: frozenset[Place]
    by_code: frozenset[Place]


def is_whole_file(step: Step) -> bool:
    """Return whether a step deletes a file that is known by its path and not as a module of Python."""
    return step.action == "delete_file" and step.remove == (step.path,) and not step.path.endswith(".py")
