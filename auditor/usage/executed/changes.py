"""Which files changed since a moment. In: the audited root. Out: paths. Reads git, else the times of files.

A clone gives every file the time of the clone, so in a repository only history counts: what differs from the last
commit before the moment, and what is not committed. Without a repository the file's own time decides.
"""

from datetime import UTC, datetime
from pathlib import Path

from auditor.errors import GitError
from auditor.git import Repository


class SourceChanges:
    """The changes under one root."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._by_moment: dict[datetime, frozenset[str] | None] = {}
        self._by_commit: dict[str, frozenset[str]] = {}
        try:
            found = Repository.containing(self._root)
            self._repository = found if found is not None and found.head() is not None else None
            self._readable = True
        except GitError:
            self._repository, self._readable = None, False

    def have_changed(self, path: str, since: datetime) -> bool:
        """Return whether a file, relative to the root, may have changed since an aware moment."""
        if not self._readable:
            return True
        if self._repository is None:
            return self._modified(path) > since
        changed = self._since(self._repository, since)
        return changed is None or path in changed

    def _modified(self, path: str) -> datetime:
        try:
            return datetime.fromtimestamp((self._root / path).stat().st_mtime, UTC)
        except OSError:
            return datetime.max.replace(tzinfo=UTC)

    def _since(self, repository: Repository, moment: datetime) -> frozenset[str] | None:
        """Return what changed, None where history does not reach back as far."""
        if moment not in self._by_moment:
            try:
                commit = repository.commit_before(moment)
                self._by_moment[moment] = None if commit is None else self._changed(repository, commit)
            except GitError:
                self._by_moment[moment] = None
        return self._by_moment[moment]

    def _changed(self, repository: Repository, commit: str) -> frozenset[str]:
        if commit in self._by_commit:
            return self._by_commit[commit]
        inside = self._root.relative_to(repository.root.resolve()).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        paths = {change.path for change in repository.changes(commit, "HEAD")} | set(repository.uncommitted())
        found = frozenset(path.removeprefix(prefix) for path in paths if path.startswith(prefix))
        return self._by_commit.setdefault(commit, found)
