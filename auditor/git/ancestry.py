"""Where a change began: revisions, common ancestors, and the command that brings what a clone lacks.

In: a repository, revisions. Out: commits; GitError names the mend. Never fetches anything itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.errors import GitError

if TYPE_CHECKING:
    from auditor.git import Repository
    from auditor.git.reading import Reader

_PLAIN = re.compile(r"[A-Za-z0-9_][\w./@+-]*\Z")
_HASH = re.compile(r"[0-9a-f]{7,64}\Z")
_STEPS = re.compile(r"[~^@:{]")
_CHECKOUT = "with actions/checkout set fetch-depth: 0"
_AUTHOR = {
    f"GIT_{who}_{what}": text
    for who in ("AUTHOR", "COMMITTER")
    for what, text in (("NAME", "auditor"), ("EMAIL", "auditor@localhost"))
}


def unknown_revision(reader: Reader, revision: str) -> GitError:
    """Return the error for a revision that names no commit here, with the command that brings it."""
    if not revision:
        return GitError("the revision is empty; is a variable of the CI job not set?")
    shallow = reader.is_shallow()
    name = _STEPS.split(revision, maxsplit=1)[0]
    if name != revision and (not name or _knows(reader, name)):
        mend = "it has no such ancestor, or names no commit"
        mend = f"this is a shallow clone: run 'git fetch --unshallow', or {_CHECKOUT}" if shallow else mend
        return GitError(f"unknown revision {revision!r}; {mend}")
    return GitError(f"unknown revision {revision!r}; {_fetching(reader, name, shallow=shallow)}")


def _knows(reader: Reader, name: str) -> bool:
    try:
        reader.run("rev-parse", "--verify", "-q", f"{name}^{{commit}}")
    except GitError:
        return False
    return True


def _fetching(reader: Reader, name: str, *, shallow: bool) -> str:
    """Say how to bring a revision that is not here."""
    remotes = reader.run("remote").split()
    if not remotes:
        return "fetch it first: this repository has no remote" if not shallow else "run 'git fetch --unshallow'"
    if not _PLAIN.match(name):
        return f"run 'git fetch {remotes[0]}' first"
    deep = " --unshallow" if shallow else ""
    also = f" (a shallow clone: {_CHECKOUT})" if shallow else ""
    remote = next((one for one in remotes if name.startswith(f"{one}/")), None)
    if remote is not None:
        branch = name.removeprefix(f"{remote}/")
        return f"run 'git fetch{deep} {remote} {branch}:refs/remotes/{name}'{also}"
    if _HASH.match(name):
        return f"run 'git fetch{deep} {remotes[0]} {name}'{also}"
    there = [one for one in remotes if _knows(reader, f"{one}/{name}")]
    if there:
        return f"did you mean {f'{there[0]}/{name}'!r}?"
    return f"run 'git fetch{deep} {remotes[0]} {name}:{name}'{also}"


def starting_point(repository: Repository, base: str, head: str) -> tuple[str, tuple[str, ...]]:
    """Return the commit where the change from `base` to `head` began, and all best common ancestors.

    Where there are several, as after merges crosswise, the commit is what they make together: it stands on no branch.

    Raises:
        GitError: There is none, it lies beyond what a shallow clone holds, or several contradict each other.
    """
    found = _common_ancestors(repository, base, head)
    if repository.is_shallow() and found[0] != base:
        _refuse_uncertain(repository, base, head, found)
    return (found[0] if len(found) == 1 else _joined(repository, found)), found


def _common_ancestors(repository: Repository, base: str, head: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(repository.run("merge-base", "--all", base, head).split()))
    except GitError:
        if repository.is_shallow():
            mend = f"this is a shallow clone: run 'git fetch --unshallow', or {_CHECKOUT}"
        else:
            mend = "they share no history: name as base the branch that the change is to go into"
        raise GitError(f"no common ancestor of {base[:12]} and {head[:12]}; {mend}") from None


def _refuse_uncertain(repository: Repository, base: str, head: str, found: tuple[str, ...]) -> None:
    """Raise GitError where history is cut off above the ancestors: a nearer one may lie behind the cut."""
    place = repository.root / repository.run("rev-parse", "--git-path", "shallow")
    cut = set(place.read_text("ascii").split()) if place.is_file() else set()
    above = repository.run("rev-list", base, head, "--not", *found).split()
    if cut.intersection(above):
        raise GitError(
            f"where the change from {base[:12]} to {head[:12]} began is not certain: this is a shallow clone; "
            f"run 'git fetch --unshallow', or {_CHECKOUT}"
        )


def _joined(repository: Repository, commits: tuple[str, ...]) -> str:
    """Return a commit that has the merge of several commits as its tree, as git's own merge starts from."""
    current = commits[0]
    stamp = f"{max(int(repository.committed_at(one).timestamp()) for one in commits)} +0000"
    dated = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    for other in commits[1:]:
        try:
            tree = repository.run("merge-tree", "--write-tree", current, other).split("\n", 1)[0]
        except GitError:
            raise GitError(
                f"base and head have {len(commits)} common ancestors that git cannot join ({commits[0][:12]} and "
                f"{other[:12]}); merge base into the change, or rebase it, and run again"
            ) from None
        parents = ("-p", current, "-p", other)
        current = repository.run("commit-tree", tree, *parents, "-m", "common ancestors", env=_AUTHOR | dated)
    return current
