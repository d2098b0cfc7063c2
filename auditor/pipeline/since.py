"""Since when the code of a definition is what it is: the commit that gave it the body it has.

In: a repository, definitions of today. Out: a date for each. Asks git once for all files, and reads former contents
until the body differs; never further back than three years or thirty contents of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

import msgspec

from auditor.analysis.extraction.extract import extract
from auditor.git import Repository
from auditor.model.code import Definition, DefinitionId, SourceFile
from auditor.model.verdict import Unchanged

_YEARS = 3
_MOST_CONTENTS = 30
_MOST_READ = 1000
"""Contents that are read for all definitions together."""


class _Former(msgspec.Struct, frozen=True):
    """A commit that touched a file, and the blob it replaced; empty where the file began."""

    day: date
    before: str


def unchanged_since(
    repository: Repository, prefix: str, definitions: Iterable[Definition], now: datetime
) -> dict[DefinitionId, Unchanged]:
    """Return since when each definition has its body; `now` is aware, `prefix` the audited root's with its slash."""
    by_path = {
        path: list(found)
        for path, found in groupby(sorted(definitions, key=lambda one: (one.path, one.id)), lambda one: one.path)
    }
    start = now.astimezone(UTC) - timedelta(days=365 * _YEARS)
    history = _history(repository, [prefix + path for path in by_path], start) if by_path else {}
    found: dict[DefinitionId, Unchanged] = {}
    left = _MOST_READ
    for path, wanted in by_path.items():
        commits = history.get(prefix + path, [])
        read = min(_MOST_CONTENTS, len(commits), left)
        left -= read
        found |= _of_file(repository, wanted, commits, read, start.date())
    return found


def _of_file(
    repository: Repository, wanted: list[Definition], commits: list[_Former], most: int, start: date
) -> dict[DefinitionId, Unchanged]:
    """Return since when the definitions of one file have their bodies; `commits` are the file's, newest first."""
    open_, found = {one.id: one for one in wanted}, dict[DefinitionId, Unchanged]()
    contents = _contents(repository, [one.before for one in commits[:most]])
    for commit, content in zip(commits[:most], contents, strict=False):
        bodies = _bodies(content, wanted[0])
        for identity in [one.id for one in open_.values() if bodies.get(one.id) != one.body_hash]:
            found[identity] = Unchanged(commit.day, exactly=True)
            del open_[identity]
        if not open_:
            return found
    known = commits[most - 1].day if 0 < most < len(commits) else start
    return found | dict.fromkeys(open_, Unchanged(known, exactly=False))


def _contents(repository: Repository, blobs: list[str]) -> Iterator[bytes]:
    """Yield the contents of blobs, few at a time: most bodies are told by the first; nothing for an empty name."""
    for start in range(0, len(blobs), 5):
        some = blobs[start : start + 5]
        found = dict(repository.blobs(dict.fromkeys(filter(None, some))))
        yield from (found.get(blob, b"") for blob in some)


def _bodies(content: bytes, like: Definition) -> dict[DefinitionId, str]:
    file = SourceFile(like.path, like.module, like.path.endswith("__init__.py"), in_tests=False, digest="")
    return {one.id: one.body_hash for one in extract(content, file, frozenset(), opinions=False).definitions}


def _history(repository: Repository, paths: list[str], start: datetime) -> dict[str, list[_Former]]:
    """Return the commits on the way to HEAD that touched each path since `start`, newest first."""
    told = repository.run(
        "--literal-pathspecs", "log", "-z", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev",
        "--no-renames", "--format=%x01%ct", f"--since={int(start.timestamp())}", "--stdin",
        stdin=("HEAD\n--\n" + "".join(f"{path}\n" for path in paths)).encode("utf-8", "surrogateescape"),
    )  # fmt: skip
    found: dict[str, list[_Former]] = {}
    day, before = date.min, ""
    for field in told.split("\0"):
        text = field.lstrip("\n")
        if text.startswith("\x01"):
            day = datetime.fromtimestamp(int(text[1:]), UTC).date()
        elif text.startswith(":"):
            before = text.split(" ")[2]
        elif text:
            found.setdefault(text, []).append(_Former(day, before if before.strip("0") else ""))
    return found
