"""The files of a commit and their texts, without the tool's own reports and those of other tools.

In: a loaded configuration, the repository, a commit. Out: blobs and texts by path. What a report says of a file is no
use of it, so reports are left out. Never reads the working tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from posixpath import normpath

from auditor.config import LoadedConfig
from auditor.git import Repository
from auditor.pipeline.places import prefix_in

LARGEST = 1_000_000
"""Bytes of a file that is still read where it is no Python: larger ones are data or bundles."""


class CommitFiles:
    """Paths are relative to the audited root; what lies outside of it begins with `/` and is not in `own`."""

    def __init__(self, loaded: LoadedConfig, repository: Repository, commit: str) -> None:
        self.repository = repository
        prefix = prefix_in(loaded, repository)
        directory = f"{normpath(loaded.config.report.directory)}/"
        reports = {normpath(one.path) for one in loaded.config.scan.reports}
        named = repository.files_at(commit).items()
        placed = ((path[len(prefix) :] if path.startswith(prefix) else f"/{path}", blob) for path, blob in named)
        self.blobs = {
            path: blob for path, blob in placed if not path.startswith(directory) and path not in reports
        }  # fmt: skip
        self.own = {path: blob for path, blob in self.blobs.items() if not path.startswith("/")}

    def texts(self, paths: Iterable[str] | None = None) -> dict[str, str]:
        """Return texts by path, of all files by default; what is binary, or very large and no Python, is left out."""
        wanted = list(self.blobs if paths is None else paths)
        contents = dict(self.repository.blobs(dict.fromkeys(self.blobs[path] for path in wanted)))
        found = {}
        for path in wanted:
            content = contents.get(self.blobs[path], b"")
            if b"\0" not in content[:8000] and (len(content) <= LARGEST or path.endswith(".py")):
                found[path] = content.decode("utf-8", "replace")
        return found
