"""The rows of an evidence file. In: a path. Out: its head and its rows, checked one by one.

Rows are given as they are read: they count only when the last one was taken, as the seal comes at the end. What a file
says is checked like a stranger's: known tables, known columns, texts and numbers that every ledger can hold.
"""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import msgspec

from auditor.ledger.evidence import sealed
from auditor.ledger.evidence.tables import PARTS, Part, Table
from auditor.ledger.rows import Row

FORMAT_VERSION = 1


class Head(msgspec.Struct, frozen=True, tag_field="line", tag="evidence", forbid_unknown_fields=True):
    """The first line: whose evidence it is, when it was written, and from which UTC day on it tells everything."""

    app: str
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]
    first_day: date
    format_version: int = FORMAT_VERSION


class _AnyHead(msgspec.Struct, frozen=True, tag_field="line", tag="evidence"):
    """The first line of whatever version."""

    format_version: int


class EvidenceFile:
    """An evidence file that is being read.

    Attributes:
        path: Where it lies.
        head: Its first line.
    """

    def __init__(self, path: Path, *, app: str, key: bytes, digest: str | None) -> None:
        """Begin to read.

        Args:
            path: The file.
            app: Whose evidence is wanted.
            key: The writer's key; empty: signatures are not looked at.
            digest: What its digest must be, None for any.

        Raises:
            ConfigError: The file is missing or cannot be read.
            EvidenceError: It is none of ours, or another application's, or a newer auditor's.
        """
        self.path = path
        self._sealed = sealed.SealedLines(path, key=key, digest=digest)
        self._lines = self._sealed.read()
        self.head = _head(next(self._lines, b""), path)
        if self.head.app != app:
            raise sealed.unusable(path, f"it is evidence of app {self.head.app!r}, and app = {app!r} is configured")

    @property
    def seal(self) -> sealed.Seal | None:
        """Its seal, None until all rows were taken."""
        return self._sealed.seal

    def rows(self) -> Iterator[tuple[Part, Row]]:
        """Yield each row with its table; may be asked once.

        Raises:
            EvidenceError: The file is damaged, was edited or is not the one that is wanted: nothing of it counts.
        """
        parts = iter(PARTS)
        part: Part | None = None
        for line in self._lines:
            try:
                if line.startswith(b"{"):
                    part = next(parts, None)
                    if part is None or msgspec.json.decode(line, type=Table) != part.head:
                        raise sealed.damaged(self.path, "its tables are not those of its format")
                elif part is not None:
                    yield part, part.row(line)
            except (ValueError, RecursionError) as error:
                raise sealed.damaged(self.path, f"a row is none: {error}") from error
        if next(parts, None) is not None:
            raise sealed.damaged(self.path, "a table is missing")


def _head(line: bytes, path: Path) -> Head:
    try:
        version = msgspec.json.decode(line, type=_AnyHead).format_version
    except (ValueError, RecursionError) as error:
        raise sealed.unusable(path, "it is no evidence file; write one with 'auditor ledger export'") from error
    if version != FORMAT_VERSION:
        raise sealed.unusable(path, f"it was written by a newer auditor (format {version}); upgrade auditor")
    try:
        return msgspec.json.decode(line, type=Head)
    except (ValueError, RecursionError) as error:
        raise sealed.damaged(path, f"its first line cannot be read: {error}") from error
