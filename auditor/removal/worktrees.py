"""Temporary worktrees. In: a repository and a commit. Out: a checkout that is gone afterwards, whatever happens.

What killed runs left behind is removed by the next one. Never touches a worktree of the user's.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from auditor.errors import AuditorError, GitError
from auditor.git import Repository

_PREFIX = "auditor-worktree-"
_NAME = re.compile(rf"{_PREFIX}(\d+)-")


@contextlib.contextmanager
def worktree(repository: Repository, commit: str) -> Iterator[Repository]:
    """Check out a commit in a temporary worktree."""
    try:
        holder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    except OSError as error:
        raise GitError(
            f"no temporary directory for a worktree: {error}; set TMPDIR to one that can be written"
        ) from error
    try:
        yield repository.add_worktree(holder / "tree", commit)
    finally:
        with contextlib.suppress(AuditorError):
            repository.remove_worktree(holder / "tree")
        shutil.rmtree(holder, ignore_errors=True)


def remove_stale(repository: Repository) -> None:
    """Remove temporary worktrees of runs that were killed. Call it under the lock: no other run has any then."""
    for directory in repository.worktrees():
        match = _NAME.match(directory.parent.name)
        if match and int(match[1]) != os.getpid():
            with contextlib.suppress(AuditorError):
                repository.remove_worktree(directory)
            shutil.rmtree(directory.parent, ignore_errors=True)
