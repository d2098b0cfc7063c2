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

    `line` is 1-based, 0 for a whole file, of `lines` lines. `body_hash` is git's of a whole file, else that of its
    text. `places` are all that name it or could, `by_code` those of them that are sure to be uses by Python.
    """

    id: DefinitionId
    path: str
    action: Literal["delete_file", "edit"]
    line: int
    lines: int
    body_hash: str
    places: frozenset[Place]
    by_code: frozenset[Place]


def is_whole_file(step: Step) -> bool:
    """Return whether a step deletes a file that is known by its path and not as a module of Python."""
    return step.action == "delete_file" and step.remove == (step.path,) and not step.path.endswith(".py")


def is_requirement(step: Step) -> bool:
    """Return whether a step takes requirements out of the file that declares them; their ids begin with its path."""
    return step.action == "edit" and step.remove != () and all(one.startswith(f"{step.path}:") for one in step.remove)


def requirements_of(step: Step) -> dict[DefinitionId, str]:
    """Return the names of the requirements that a step takes out, by id."""
    return {one: one.removeprefix(f"{step.path}:") for one in step.remove}
