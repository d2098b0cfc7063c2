"""The only caller of git.

In: a directory, revisions, paths. Out: text, bytes and frozen values; GitError says what failed.

Never runs hooks of the audited repository where it commits by itself, never prompts, never touches the user's working
tree except through `fast_forward` and `run` calls that say so. Paths are relative to the repository's top with `/`.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from auditor.errors import GitError

_TIMEOUT_SECONDS = 120
_HOOKLESS = ("-c", f"core.hooksPath={os.devnull}")


class Change(msgspec.Struct, frozen=True):
    """One path that differs between two commits.

    `status` is git's letter: A, D, M, R, T; `old_path` is set for renames.
    """

    status: str
    path: str
    old_path: str | None = None


def _environment() -> dict[str, str]:
    """Return the environment for git: the user's, without variables that point it at another repository."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX"))}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}


class Repository:
    """A git repository seen from one directory.

    Attributes:
        root: Absolute path of the working tree's top.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def containing(cls, directory: Path) -> "Repository | None":
        """Return the repository whose work tree contains `directory`, None where there is none or no git.

        Raises:
            GitError: There is one that git refuses to read, since another user owns it.
        """
        try:
            top = _run(directory, ("rev-parse", "--show-toplevel")).decode("utf-8", "surrogateescape").rstrip("\n")
        except GitError as error:
            if "dubious ownership" in str(error):
                raise GitError(
                    f"{directory}: git refuses this repository, since another user owns it; "
                    f"run 'git config --global --add safe.directory {directory}', or give it to yourself"
                ) from error
            return None
        return cls(Path(top)) if top else None

    @classmethod
    def init(cls, directory: Path) -> "Repository":
        """Create a repository with branch `main` in an existing directory."""
        _run(directory, ("init", "-q", "-b", "main"))
        return cls(directory.resolve())

    def run(self, *args: str, cwd: Path | None = None, stdin: bytes | None = None, env: Mapping[str, str] = {}) -> str:
        """Run git and return its standard output as text without the last newline.

        Raise GitError with its complaint.
        """
        return _run(cwd or self.root, args, stdin, env).decode("utf-8", "surrogateescape").rstrip("\n")

    def head(self) -> str | None:
        """Return the commit checked out, None in a repository without commits."""
        try:
            return self.run("rev-parse", "--verify", "-q", "HEAD^{commit}")
        except GitError:
            return None

    def resolve(self, revision: str) -> str:
        """Return the full hash of a revision's commit; raise GitError where it names none."""
        if revision.startswith("-"):
            raise GitError(f"{revision!r} is not a revision")
        try:
            return self.run("rev-parse", "--verify", "-q", f"{revision}^{{commit}}")
        except GitError:
            hint = "; this is a shallow clone: run 'git fetch --unshallow'" if self.is_shallow() else "; fetch it first"
            raise GitError(f"unknown revision {revision!r}{hint}") from None

    def is_shallow(self) -> bool:
        """Return whether history is cut off."""
        return self.run("rev-parse", "--is-shallow-repository") == "true"

    def merge_base(self, base: str, head: str) -> str:
        """Return the best common ancestor; raise GitError where there is none, with the mend."""
        try:
            return self.run("merge-base", base, head)
        except GitError:
            hint = "run 'git fetch --unshallow'" if self.is_shallow() else "the branches share no history"
            raise GitError(f"no common ancestor of {base} and {head}; {hint}") from None

    def tracked_and_untracked(self) -> tuple[str, ...]:
        """Return every path that is tracked or neither tracked nor ignored, sorted, deleted ones left out."""
        listed = self.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate")
        return tuple(sorted(path for path in listed.split("\0") if path))

    def files_at(self, commit: str) -> dict[str, str]:
        """Return path -> blob hash of every regular file in a commit (symlinks and submodules left out)."""
        files: dict[str, str] = {}
        for row in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0"):
            meta, _, path = row.partition("\t")
            if path and meta.startswith("100"):
                files[path] = meta.split(" ")[2]
        return files

    def executables_at(self, commit: str) -> dict[str, str]:
        """Return path -> blob hash of every file in a commit that git marks as executable."""
        rows = (row.partition("\t") for row in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0"))
        return {path: meta.split(" ")[2] for meta, _, path in rows if meta.startswith("100755")}

    def links_at(self, commit: str) -> dict[str, str]:
        """Return path -> what it is ("submodule" or "symbolic link") of everything in a commit that is no file."""
        found: dict[str, str] = {}
        for row in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0"):
            meta, _, path = row.partition("\t")
            if path and not meta.startswith("100"):
                found[path] = "submodule" if meta.startswith("160") else "symbolic link"
        return found

    def blobs(self, hashes: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (hash, content) for each blob hash, in order, from one git process; missing ones are left out."""
        wanted = list(hashes)
        if not wanted:
            return
        output = _run(self.root, ("cat-file", "--batch"), "".join(f"{h}\n" for h in wanted).encode())
        position = 0
        while position < len(output):
            end = output.index(b"\n", position)
            fields = output[position:end].decode("ascii", "replace").split(" ")
            position = end + 1
            if len(fields) == 3 and fields[1] == "blob":
                size = int(fields[2])
                yield fields[0], output[position : position + size]
                position += size + 1

    def content(self, commit: str, path: str) -> bytes | None:
        """Return a file's bytes at a commit, None where it does not exist there."""
        try:
            return _run(self.root, ("cat-file", "blob", f"{commit}:{path}"))
        except GitError:
            return None

    def changes(self, base: str, head: str) -> tuple[Change, ...]:
        """Return what differs between two commits, renames detected, sorted by path."""
        fields = self.run("diff", "--name-status", "-z", "-M", "--no-ext-diff", base, head).split("\0")
        changes: list[Change] = []
        position = 0
        while position < len(fields) and fields[position]:
            status = fields[position][0]
            if status in "RC":
                changes.append(Change(status, fields[position + 2], fields[position + 1]))
                position += 3
            else:
                changes.append(Change(status, fields[position + 1]))
                position += 2
        return tuple(sorted(changes, key=lambda change: change.path))

    def commit_before(self, moment: datetime, revision: str = "HEAD") -> str | None:
        """Return the last first-parent commit made at or before `moment` (aware), None where history starts later."""
        stamp = str(int(moment.astimezone(UTC).timestamp()))
        found = self.run("rev-list", "-1", "--first-parent", f"--before={stamp}", revision)
        return found or None

    def uncommitted(self) -> tuple[str, ...]:
        """Return paths with uncommitted changes or not yet tracked, sorted; ignored files are left out."""
        fields = self.run("status", "--porcelain=v1", "-z", "--untracked-files=all").split("\0")
        paths: list[str] = []
        position = 0
        while position < len(fields) and fields[position]:
            paths.append(fields[position][3:])
            position += 2 if fields[position][0] in "RC" else 1
        return tuple(sorted(paths))

    def tree(self, revision: str) -> str:
        """Return the hash of a revision's tree: equal hashes mean byte-identical trees."""
        return self.run("rev-parse", "--verify", f"{revision}^{{tree}}")

    def tags(self, pattern: str) -> tuple[str, ...]:
        """Return names of tags that match a glob, sorted."""
        listed = self.run("tag", "--list", pattern)
        return tuple(sorted(listed.splitlines()))

    # --- making commits without touching the user's tree ---

    def entries(self, commit: str, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Return path -> (mode, object hash) of what a commit holds at exactly these paths, absent ones left out."""
        wanted = tuple(paths)
        found: dict[str, tuple[str, str]] = {}
        for row in self.run("--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", *wanted).split("\0"):
            meta, _, path = row.partition("\t")
            if path in wanted:
                mode, _, blob = meta.split(" ")
                found[path] = (mode, blob)
        return found

    def edited_tree(self, commit: str, contents: Mapping[str, bytes | None]) -> str:
        """Return the hash of `commit`'s tree with other contents for some of its files; None deletes one.

        Blobs are stored as given (no filters, no line-ending conversion) and keep their mode.
        """
        held = self.entries(commit, contents)
        rows: list[str] = []
        for path, content in sorted(contents.items()):
            if content is None:
                rows.append(f"0 {'0' * 40}\t{path}\0")
            else:
                blob = _run(self.root, ("hash-object", "-w", "--no-filters", "--stdin"), content).decode().strip()
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
            return self.run("commit-tree", tree, "-p", parent, "-F", "-", stdin=message.encode(), env=dates)
        except GitError as error:
            if "identity" in str(error).lower() or "tell me who you are" in str(error).lower():
                raise GitError(
                    "git does not know who commits; set user.name and user.email with 'git config'"
                ) from error
            raise

    def add_worktree(self, directory: Path, commit: str) -> "Repository":
        """Check a commit out, detached and without hooks, in a directory that does not exist yet."""
        self.run(*_HOOKLESS, "worktree", "add", "-q", "--force", "--detach", str(directory), commit)
        return Repository(directory)

    def remove_worktree(self, directory: Path) -> None:
        """Remove a worktree with everything in it, whatever state it is in, even if its directory has vanished."""
        self.run("worktree", "remove", "--force", "--force", "--", str(directory))

    def worktrees(self) -> tuple[Path, ...]:
        """Return the directories of all worktrees that git knows, the main one first, vanished ones included."""
        rows = self.run("worktree", "list", "--porcelain").splitlines()
        return tuple(Path(row.removeprefix("worktree ")) for row in rows if row.startswith("worktree "))

    def reverted_tree(self, commit: str) -> str:
        """Revert a commit in this worktree without committing and return the tree's hash.

        Raise GitError where it conflicts with what came after.
        """
        self.run(*_HOOKLESS, "-c", "rerere.enabled=false", "revert", "--no-commit", "--no-edit", commit)
        return self.run("write-tree")

    def fast_forward(self, commit: str) -> None:
        """Move the user's branch and working tree to a descendant of HEAD; raise GitError and change nothing else."""
        self.run(*_HOOKLESS, "merge", "--ff-only", "--no-verify-signatures", "-q", commit)

    def tag(self, name: str, commit: str, message: str, moment: datetime) -> None:
        """Make an annotated tag, unsigned; raise GitError where the name is taken."""
        dates = {"GIT_COMMITTER_DATE": f"{int(moment.timestamp())} +0000"}
        self.run(*_HOOKLESS, "tag", "--no-sign", "-a", "-m", message, "--", name, commit, env=dates)

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Return whether `older` is `newer` or reached from it; false where either is unknown here."""
        try:
            self.run("merge-base", "--is-ancestor", older, newer)
        except GitError:
            return False
        return True

    def messages(self, revisions: str, *needles: str) -> tuple[tuple[str, str], ...]:
        """Return (hash, message) of commits in a range whose message contains one of `needles`, newest first."""
        wanted = [f"--grep={needle}" for needle in needles]
        listed = self.run("log", "-z", "--fixed-strings", "--topo-order", *wanted, "--format=%H%n%B", revisions, "--")
        records = (record.partition("\n") for record in listed.split("\0") if record)
        return tuple((commit, message) for commit, _, message in records)

    def commits_touching(self, revisions: str, paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Return (hash, message) of commits in a range that touch one of `paths`, newest first, merges left out."""
        log = ("--literal-pathspecs", "log", "-z", "--no-merges", "--full-history", "--format=%H%n%B")
        listed = self.run(*log, revisions, "--", *paths)
        records = (record.partition("\n") for record in listed.split("\0") if record)
        return tuple((commit, message) for commit, _, message in records)

    def modified(self) -> tuple[str, ...]:
        """Return tracked paths with uncommitted changes, staged or not, sorted; untracked files are left out."""
        fields = self.run("status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames").split("\0")
        return tuple(sorted(field[3:] for field in fields if field))

    def patch(self, base: str, head: str) -> str:
        """Return the unified diff between two commits or trees, as `git apply` takes it."""
        return self.run(
            "diff", "--no-color", "--no-ext-diff", "--no-textconv", "--binary", "--no-renames", base, head, "--"
        )


def _run(cwd: Path, args: Iterable[str], stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
    """Run git in `cwd` and return its standard output; raise GitError where it is missing, fails or takes too long."""
    command = ["git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *args]
    verb = next((arg for arg in args if not arg.startswith("-") and "=" not in arg), "")
    try:
        done = subprocess.run(
            command, cwd=cwd, input=stdin, capture_output=True, check=False, timeout=_TIMEOUT_SECONDS,
            env=_environment() | dict(env or {}),
        )  # fmt: skip
    except FileNotFoundError as error:
        raise GitError("git was not found on the PATH; install it") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git {verb} could not run in {cwd}: {error}") from error
    if done.returncode != 0:
        complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"git {verb} failed: {complaint[0] if complaint else f'exit code {done.returncode}'}")
    return done.stdout
