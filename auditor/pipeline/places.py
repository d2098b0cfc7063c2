"""Where the audited root lies in its repository.

In: a loaded configuration. Out: the repository and the prefix of paths in it. Never changes either.
"""

from __future__ import annotations

import shutil

from auditor.config import LoadedConfig
from auditor.errors import GitError
from auditor.git import Repository


def prefix_in(loaded: LoadedConfig, repository: Repository) -> str:
    """Return the audited root relative to the repository's top: empty, or ending in a slash."""
    inside = loaded.root.resolve().relative_to(repository.root.resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"


def repository_of(loaded: LoadedConfig) -> Repository:
    """Return the repository that holds the audited root; raise GitError where there is none, or no commit in it."""
    if shutil.which("git") is None:
        raise GitError("git was not found on the PATH; install it")
    repository = Repository.containing(loaded.root)
    if repository is None or repository.head() is None:
        raise GitError(f"{loaded.root}: not in a git repository with commits; run 'git init' and commit first")
    return repository
