"""The only caller of git.

In: a directory, revisions, paths. Out: text, bytes and frozen values; GitError says what failed.

Never runs hooks of the audited repository where it commits by itself, never prompts, never touches the user's working
tree except through `fast_forward` and `run` calls that say so. Paths are relative to the repository's top with `/`.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from auditor.errors import GitError

_TIMEOUT_SECONDS = 120


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
        """Return the repository whose work tree contains `directory`, None where there is none or no git."""
        try:
            top = _run(directory, ("rev-parse", "--show-toplevel")).decode("utf-8", "surrogateescape").rstrip("\n")
        except GitError:
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


def _run(cwd: Path, args: Iterable[str], stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
    """Run git in `cwd` and return its standard output; raise GitError where it is missing, fails or takes too long."""
    command = ["git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *args]
    verb = next((arg for arg in args if not arg.startswith("-")), "")
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
