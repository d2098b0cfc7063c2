"""The only caller of git.

In: a directory, revisions, paths. Out: text, bytes and frozen values; GitError says what failed.

Never runs hooks of the audited repository, never prompts, never touches the user's working tree except through
`fast_forward`, `restore`, `forget` and `run` calls that say so. Paths are relative to the repository's top with `/`.
"""

import tempfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from auditor.errors import GitError
from auditor.git.ancestry import starting_point
from auditor.git.process import run
from auditor.git.reading import Change, Reader
from auditor.git.signed import Signed

__all__ = ["Change", "Repository", "Signed", "starting_point"]

_WHOLE = ("-c", "core.sparseCheckout=false")
"""Temporary worktrees hold every file, whatever the user's own one leaves out."""


class Repository(Reader):
    """A git repository seen from one directory, and what can be made in it without touching the user's tree."""

    @classmethod
    def init(cls, directory: Path) -> "Repository":
        """Create a repository with branch `main` in an existing directory."""
        run(directory, ("init", "-q", "-b", "main"))
        return cls(directory.resolve())

    def edited_tree(
        self,
        commit: str,
        contents: Mapping[str, bytes | None] | Mapping[str, bytes],
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Return the hash of `commit`'s tree with other contents for some of its files; None deletes one.

        Blobs are stored as given (no filters, no line-ending conversion) and keep their mode; `modes` gives those of
        files that the commit does not have.
        """
        held = {path: (mode, "") for path, mode in (modes or {}).items()} | self.entries(commit, contents)
        rows: list[str] = []
        for path, content in sorted(contents.items()):
            if content is None:
                rows.append(f"0 {'0' * 40}\t{path}\0")
            else:
                blob = run(self.root, ("hash-object", "-w", "--no-filters", "--stdin"), content).decode().strip()
                rows.append(f"{held[path][0]} {blob}\t{path}\0")
        with tempfile.TemporaryDirectory(prefix="auditor-index-") as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            self.run("read-tree", commit, env=index)
            rows_bytes = "".join(rows).encode("utf-8", "surrogateescape")
            self.run("update-index", "-z", "--index-info", stdin=rows_bytes, env=index)
            return self.run("write-tree", env=index)

    def commit_tree(self, tree: str, parent: str, message: str, moment: datetime) -> str:
        """Make a commit object that no branch names yet and return its hash; `moment` is aware.

        Author and committer come from git's configuration; no hook runs and nothing is signed.
        """
        stamp = f"{int(moment.timestamp())} +0000"
        dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
        try:
            return self.run(
                "commit-tree", tree, "-p", parent, "-F", "-", stdin=message.encode("utf-8", "replace"), env=dates
            )
        except GitError as error:
            if "identity" in str(error).lower() or "tell me who you are" in str(error).lower():
                raise GitError(
                    "git does not know who commits; set user.name and user.email with 'git config'"
                ) from error
            raise

    def add_worktree(self, directory: Path, commit: str) -> "Repository":
        """Check a commit out, detached and without hooks, in a directory that does not exist yet."""
        self.run(*_WHOLE, "worktree", "add", "-q", "--force", "--detach", str(directory), commit)
        return Repository(directory)

    def remove_worktree(self, directory: Path) -> None:
        """Remove a worktree with everything in it, whatever state it is in, even if its directory has vanished."""
        self.run("worktree", "remove", "--force", "--force", "--", str(directory))

    def reverted_tree(self, commit: str) -> str:
        """Revert a commit in this worktree without committing and return the tree's hash.

        Raise GitError where it conflicts with what came after.
        """
        self.run(*_WHOLE, "-c", "rerere.enabled=false", "revert", "--no-commit", "--no-edit", commit)
        return self.run("write-tree")

    def merged(self, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
        """Return a three-way merge of one file's contents, None where they conflict."""
        with tempfile.TemporaryDirectory(prefix="auditor-merge-") as scratch:
            places = [Path(scratch) / name for name in ("ours", "base", "theirs")]
            for place, content in zip(places, (ours, base, theirs), strict=True):
                place.write_bytes(content)
            try:
                return run(self.root, ("merge-file", "-p", *map(str, places)))
            except GitError:
                return None

    def restore(self, commit: str, paths: Iterable[str]) -> None:
        """Make paths of the user's index and working tree what they are in a commit that has all of them."""
        wanted = tuple(paths)
        if wanted:
            self.run("--literal-pathspecs", "checkout", "-q", commit, "--", *wanted)

    def forget(self, paths: Iterable[str]) -> None:
        """Take paths out of the user's index and working tree; absent ones are passed over."""
        wanted = tuple(paths)
        if wanted:
            self.run("--literal-pathspecs", "rm", "-q", "-f", "--ignore-unmatch", "--", *wanted)

    def fast_forward(self, commit: str) -> None:
        """Move the user's branch and working tree to a descendant of HEAD; raise GitError and change nothing else."""
        self.run("merge", "--ff-only", "--no-verify-signatures", "-q", commit)

    def tag(self, name: str, commit: str, message: str, moment: datetime) -> None:
        """Make an annotated tag, unsigned; raise GitError where the name is taken."""
        dates = {"GIT_COMMITTER_DATE": f"{int(moment.timestamp())} +0000"}
        self.run("tag", "--no-sign", "-a", "-m", message, "--", name, commit, env=dates)
