"""The user's branch moved to a commit, and its tags. In: a repository, where to, tag names. Out: all of it, or none.

What is about to be done is noted in git's own directory first, so that the next run can finish it, or take it back,
where this one is killed. Never moves or deletes a tag, never overwrites what the user wrote.
"""

import contextlib
from datetime import datetime
from pathlib import Path

import msgspec

from auditor.errors import ConfigError, GitError
from auditor.files import write_atomically
from auditor.git import Repository

_NOTE = "auditor-moving.json"
_UNDER_WAY = {
    "MERGE_HEAD": "merge", "rebase-merge": "rebase", "rebase-apply": "rebase", "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert", "BISECT_LOG": "bisect",
}  # fmt: skip


class Tag(msgspec.Struct, frozen=True):
    """An annotated tag to be made."""

    name: str
    commit: str
    message: str


class _Move(msgspec.Struct, frozen=True):
    """A move of the branch from `old` to `new`, with the tags that follow it, at `moment`."""

    old: str
    new: str
    tags: tuple[Tag, ...]
    moment: datetime


def check_movable(repository: Repository) -> None:
    """Raise GitError where the user's branch and files cannot be moved: dirty, in the middle of something, shared."""
    directory = repository.own_directory()
    for name, what in _UNDER_WAY.items():
        if (directory / name).exists():
            raise GitError(f"{repository.root}: a {what} is under way; finish it, or end it with 'git {what} --abort'")
    elsewhere = repository.branches_elsewhere().get(repository.branch() or "")
    if elsewhere is not None:
        raise GitError(
            f"the branch is checked out in {elsewhere} as well, whose files would not follow; use --no-merge"
        )
    modified = repository.modified()
    if modified:
        more = f" and {len(modified) - 1} more" if len(modified) > 1 else ""
        raise GitError(f"{modified[0]}{more} has uncommitted changes; commit or stash them first")


def move(repository: Repository, old: str, new: str, tags: tuple[Tag, ...], moment: datetime) -> None:
    """Fast-forward the user's branch and files from `old` to `new`, then make the tags; `moment` is their date.

    Raises:
        GitError: The branch moved meanwhile, files are in the way, or a tag is taken.
    """
    check_movable(repository)
    if repository.head() != old:
        raise GitError(f"{repository.root}: HEAD moved while the batch was checked; nothing was changed; run it again")
    note = repository.own_directory() / _NOTE
    _write(note, _Move(old, new, tags, moment))
    try:
        repository.fast_forward(new)
    except GitError:
        if repository.head() == old and not repository.modified():
            note.unlink(missing_ok=True)
        raise
    make_tags(repository, tags, moment)
    note.unlink(missing_ok=True)


def make_tags(repository: Repository, tags: tuple[Tag, ...], moment: datetime) -> None:
    """Make tags that are not there yet."""
    for tag in tags:
        if not repository.tags(tag.name):
            repository.tag(tag.name, tag.commit, tag.message, moment)


def mend(repository: Repository) -> str | None:
    """Finish, or take back, the move of a run that was killed; return what was done in one line, None for nothing.

    Raises:
        GitError: git itself was killed and left its lock, or a file was changed since; the message says what to do.
    """
    note = repository.own_directory() / _NOTE
    try:
        found = msgspec.json.decode(note.read_bytes(), type=_Move)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        note.unlink(missing_ok=True)
        return None
    if repository.is_ancestor(found.new, "HEAD"):
        with contextlib.suppress(GitError):
            make_tags(repository, found.tags, found.moment)
        done = f"a run that was stopped had moved the branch to {found.new[:12]}; its tags are complete now"
    elif repository.head() == found.old:
        done = _take_back(repository, found)
    else:
        done = "the branch moved on after a run that was stopped; nothing of that run is left"
    note.unlink(missing_ok=True)
    return done


def _take_back(repository: Repository, found: _Move) -> str:
    """Give files that a stopped fast-forward had written already the content of the commit checked out."""
    lock = repository.own_directory() / "index.lock"
    if lock.exists():
        raise GitError(
            f"git was stopped while it moved the branch; when no git runs here, delete {lock}, then run again"
        )
    paths = {change.path for change in repository.changes(found.old, found.new)}
    paths |= {change.old_path for change in repository.changes(found.old, found.new) if change.old_path}
    before, after = repository.entries(found.old, paths), repository.entries(found.new, paths)
    for path in sorted(paths):
        known = {side[path][1] for side in (before, after) if path in side}
        if (now := repository.cleaned_hash(path)) not in known and not _is_half(repository, found, path, now):
            raise GitError(
                f"{path}: a run was stopped while it moved the branch, and the file is neither as before nor as after; "
                f"save what you want of it, run 'git checkout HEAD -- {path}', then run again"
            )
    repository.forget(path for path in paths if path not in before)
    for path in sorted(paths - before.keys()):
        (repository.root / path).unlink(missing_ok=True)
    repository.restore(found.old, sorted(before))
    return "a run was stopped while it moved the branch; the files are as they were before it"


def _is_half(repository: Repository, found: _Move, path: str, now: str | None) -> bool:
    """Return whether a file is missing, or holds no more than the beginning of what it was to become."""
    if now is None:
        return not (repository.root / path).exists()
    becoming = repository.content(found.new, path)
    return becoming is not None and becoming.startswith((repository.root / path).read_bytes())


def _write(note: Path, move: _Move) -> None:
    try:
        write_atomically(note, msgspec.json.encode(move))
    except ConfigError as error:
        raise GitError(str(error)) from error
