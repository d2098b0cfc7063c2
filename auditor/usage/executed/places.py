"""Paths of production's files -> files of this tree. In: the tree's modules. Out: one path, or none. No I/O.

Production may keep the code under another root (`/app/shop/api.py`), or installed. A path stands for the one file whose
path in the tree agrees with it longest, if it ends in that file's whole module path. Never guesses between two.
"""

import re
from collections.abc import Iterable
from typing import Literal

from auditor.model.code import Definition

_INSTALLED = ("site-packages", "dist-packages")
_INTERPRETER = re.compile(r"python\d*(\.\d+)?|<.*>?")

Place = Literal["foreign", "unclear"]
"""What is no file of the tree: another project's, as that of an installed package; or it is not clear which."""


class TreePlaces:
    """The files of one tree, by the paths that production may give them.

    Args:
        definitions: The tree's definitions; those of modules count.
    """

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._by_name: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for one in definitions:
            if one.kind == "module":
                path = tuple(one.path.split("/"))
                depth = len(one.module.split(".")) + (path[-1] == "__init__.py")
                self._by_name.setdefault(path[-1], []).append((path[-depth:], one.path))

    def of(self, measured: str) -> str | Place:
        """Return the path in the tree of a file that production measured, or why there is none."""
        parts = tuple(part for part in measured.replace("\\", "/").split("/") if part not in ("", "."))
        if not parts or parts[-1].startswith("<"):
            return "foreign"
        known = self._by_name.get(parts[-1], ())
        agreeing = [(_agreeing(parts, tuple(path.split("/"))), module, path) for module, path in known]
        longest = max((length for length, _, _ in agreeing), default=0)
        best = [(module, path) for length, module, path in agreeing if length == longest]
        ours = [path for module, path in best if _fits(parts, module)]
        if len(best) == 1 and ours:
            return ours[0]
        return "unclear" if ours or not _is_foreign(parts[:-1]) else "foreign"


def _fits(parts: tuple[str, ...], module: tuple[str, ...]) -> bool:
    """Return whether a path ends in a module's, under a root that may be ours."""
    return parts[-len(module) :] == module and not _is_foreign(parts[: -len(module)])


def _agreeing(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Return how many parts two paths have in common at their ends."""
    length = 0
    while length < min(len(one), len(other)) and one[-1 - length] == other[-1 - length]:
        length += 1
    return length


def _is_foreign(root: tuple[str, ...]) -> bool:
    """Return whether code under a root is another project's: in an installed package, or the interpreter's own."""
    installed = next((place for place, part in enumerate(root) if part in _INSTALLED), None)
    if installed is not None:
        return installed < len(root) - 1
    return bool(root) and _INTERPRETER.fullmatch(root[-1]) is not None and "lib" in root
