"""The last whole scan of a tree, kept beside the facts, so that a scan of what has not changed joins nothing.

In: the context of a scan (everything it depends on but the audited files) and the audited files. Out: the whole result
of the last scan where it still holds: nothing changed, or nothing that facts say did but the lines it stands on. Never
an answer that a scan from nothing would not give; a file that is cut off, foreign or of another context is no answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

from auditor.model.code import SourceFile
from auditor.model.report import ScanResult
from auditor.own_sources import sources_digest
from auditor.pipeline import sealed
from auditor.pipeline.line_changes import Shifts, with_lines

_MAGIC = b"auditor answers 1\n"
_LIBRARIES = ("vulture", "libcst", "pathspec", "rustworkx")
_FEW = 200
"""So many changed files are compared one by one; more are joined anew at once."""

LineShift = Callable[[SourceFile, SourceFile], Mapping[int, int] | None]
"""From a file as it was and as it is, which line became which; None where more changed."""


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    context: str
    files: tuple[SourceFile, ...]
    result: ScanResult


class Recalled(NamedTuple):
    """A whole result that holds, and whether it differs from what is kept."""

    result: ScanResult
    is_new: bool


class KeptAnswers:
    """The last answer, kept in one file for one context; `path` None keeps nothing."""

    def __init__(self, path: Path | None = None, context: str = "") -> None:
        self._path = path
        self._context = context

    def recall(self, files: Sequence[SourceFile], shift: LineShift) -> Recalled | None:
        """Return the whole result for these files, None where everything has to be joined."""
        kept = self._read()
        if kept is None or kept.context != self._context or len(kept.files) != len(files):
            return None
        changed = [(old, new) for old, new in zip(kept.files, files, strict=True) if old != new]
        if not changed:
            return Recalled(kept.result, False)
        if len(changed) > _FEW or not all(_is_same_place(old, new) for old, new in changed):
            return None
        shifts: Shifts = {}
        for old, new in changed:
            lines = shift(old, new)
            if lines is None:
                return None
            shifts[new.path] = lines
        moved = with_lines(kept.result, shifts)
        return None if moved is None else Recalled(moved, True)

    def keep(self, files: Sequence[SourceFile], result: ScanResult) -> None:
        """Keep a whole result; a place that cannot be written keeps nothing."""
        if self._path is None:
            return
        content = msgspec.msgpack.encode(_Kept(self._context, tuple(files), result))
        sealed.keep(self._path, _MAGIC, content)

    def _read(self) -> _Kept | None:
        content = sealed.recall(self._path, _MAGIC)
        try:
            return msgspec.msgpack.decode(content, type=_Kept) if content is not None else None
        except msgspec.DecodeError:
            return None


def _is_same_place(old: SourceFile, new: SourceFile) -> bool:
    return msgspec.structs.replace(old, digest=new.digest) == new


def context_of(*parts: object) -> str:
    """Return the hex digest of all that a scan depends on besides the audited files, our own program included."""
    made_by = (sources_digest(("**/*.py",), _LIBRARIES), sys.version)
    digest = blake2b("\0".join(made_by).encode(), digest_size=16)
    for part in parts:
        digest.update(msgspec.msgpack.encode(part, order="sorted"))
        digest.update(b"\0")
    return digest.hexdigest()
