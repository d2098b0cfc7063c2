"""Where the audited root lies in its repository, and what lies in the paths that a command was given.

In: a loaded configuration, paths. Out: the repository and the prefix of paths in it; what lies within. Never changes
anything.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from auditor.config import LoadedConfig
from auditor.errors import ConfigError, GitError
from auditor.git import Repository
from auditor.model.code import Problem, SourceFile


def prefix_in(loaded: LoadedConfig, repository: Repository) -> str:
    """Return the audited root relative to the repository's top: empty, or ending in a slash."""
    inside = loaded.root.resolve().relative_to(repository.root.resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"


def repository_of(loaded: LoadedConfig) -> Repository:
    """Return the repository that holds the audited root; raise GitError where there is none, or no commit in it."""
    if shutil.which("git") is None:
        raise GitError("git was not found on the PATH; install it")
    repository = Repository.containing(loaded.root)
    if repository is None and Repository.is_bare(loaded.root):
        raise GitError(
            f"{loaded.root}: a bare repository has no files to audit; run 'git worktree add DIR', and auditor there"
        )
    if repository is None or repository.head() is None:
        raise GitError(f"{loaded.root}: not in a git repository with commits; run 'git init' and commit first")
    return repository


def within(loaded: LoadedConfig, paths: Sequence[Path]) -> Callable[[str], bool]:
    """Return whether a path lies in one of `paths`; all do when there are none.

    Raises:
        ConfigError: One of them does not exist, or lies outside the audited root.
    """
    root = loaded.root.resolve()
    wanted = []
    for path in paths:
        if not path.exists():
            raise ConfigError(f"{path}: no such file or directory")
        wanted.append(path.resolve())
        if not wanted[-1].is_relative_to(root):
            raise ConfigError(f"{path}: outside the audited root {root}; run auditor there, or name its --config")
    return lambda path: not wanted or any((root / path).is_relative_to(one) for one in wanted)


def unread(loaded: LoadedConfig, paths: Sequence[Path], files: Iterable[SourceFile]) -> Iterable[Problem]:
    """Return a problem for each of `paths` in which no audited file lies: nothing found there means nothing."""
    root = loaded.root.resolve()
    read = [root / one.path for one in files]
    for path in paths:
        one = path.resolve()
        if not any(file.is_relative_to(one) for file in read):
            where = one.relative_to(root).as_posix()
            yield Problem(where, 0, "no audited file lies here: it holds no Python, is excluded, or git ignores it")
