"""What a repository holds: commits, trees, files, messages, what is uncommitted.

In: revisions and paths. Out: text, bytes and frozen values; GitError says what failed. Never changes anything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from auditor.errors import GitError
from auditor.git.ancestry import unknown_revision
from auditor.git.process import run
from auditor.git.signed import SIGNED_FORM, Signed, signed_in

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
Hunk = tuple[tuple[int, int], tuple[int, int]]
"""Lines of the old text and what stands for them in the new one: 1-based, half-open; empty where nothing does."""


_SPECIAL = re.compile(r"[][(){}.*+?|^$\\]")
_WORDS_AT_ONCE = 500
"""One expression of many words is searched for at once; git searches for several one after the other."""


class Change(msgspec.Struct, frozen=True):
    """One path that differs between two commits.

    `status` is git's letter: A, D, M, R, T; `old_path` is set for renames.
    """

    status: str
    path: str
    old_path: str | None = None


class Difference(NamedTuple):
    """One path that differs between two commits: git's letter (A, D, M, T), modes and blob hashes on both sides."""

    path: str
    status: str
    old_mode: str
    mode: str
    old_blob: str
    blob: str


class Reader:
    """A git repository seen from one directory.

    Attributes:
        root: Absolute path of the working tree's top.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def containing(cls, directory: Path) -> "Self | None":
        """Return the repository whose work tree contains `directory`, None where there is none or no git.

        Raises:
            GitError: There is one that git refuses to read, since another user owns it.
        """
        try:
            top = run(directory, ("rev-parse", "--show-toplevel")).decode("utf-8", "surrogateescape").rstrip("\n")
        except GitError as error:
            if "dubious ownership" in str(error):
                raise GitError(
                    f"{directory}: git refuses this repository, since another user owns it; "
                    f"run 'git config --global --add safe.directory {directory}', or give it to yourself"
                ) from error
            return None
        return cls(Path(top)) if top else None

    @staticmethod
    def is_bare(directory: Path) -> bool:
        """Return whether a directory belongs to a repository without a work tree."""
        try:
            return run(directory, ("rev-parse", "--is-bare-repository")).strip() == b"true"
        except GitError:
            return False

    def run(self, *args: str, cwd: Path | None = None, stdin: bytes | None = None, env: Mapping[str, str] = {}) -> str:
        """Run git and return its standard output as text without the last newline.

        Raise GitError with its complaint.
        """
        return run(cwd or self.root, args, stdin, env).decode("utf-8", "surrogateescape").rstrip("\n")

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
            raise unknown_revision(self, revision) from None

    def committed_at(self, commit: str) -> datetime:
        """Return when a commit was made, by its committer's clock; aware UTC."""
        return datetime.fromtimestamp(int(self.run("log", "-1", "--format=%ct", commit)), tz=UTC)

    def is_shallow(self) -> bool:
        """Return whether history is cut off."""
        return self.run("rev-parse", "--is-shallow-repository") == "true"

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

    def links_at(self, commit: str) -> dict[str, tuple[str, str]]:
        """Return path -> what all is that is no file: "submodule" or "symbolic link", and its hash."""
        found: dict[str, tuple[str, str]] = {}
        for row in self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0"):
            meta, _, path = row.partition("\t")
            if path and not meta.startswith("100"):
                found[path] = "submodule" if meta.startswith("160") else "symbolic link", meta.split(" ")[2]
        return found

    def blobs(self, hashes: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (hash, content) for each blob hash, in order, from one git process; missing ones are left out."""
        wanted = list(hashes)
        if not wanted:
            return
        output = run(self.root, ("cat-file", "--batch"), "".join(f"{h}\n" for h in wanted).encode())
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
            return run(self.root, ("cat-file", "blob", f"{commit}:{path}"))
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

    def naming(self, commit: str, words: Iterable[str], patterns: Iterable[str] = ()) -> tuple[str, ...]:
        """Return the paths of a commit's text files in which one of some words stands, sorted.

        `patterns` are globs over paths of which one must fit, as in `*.ts`; without any, all files are searched.
        """
        wanted = sorted(set(words))
        groups = [wanted[first : first + _WORDS_AT_ONCE] for first in range(0, len(wanted), _WORDS_AT_ONCE)]
        joined = ("|".join(_SPECIAL.sub(r"\\\g<0>", word) for word in group) for group in groups)
        given = [argument for one in joined for argument in ("-e", one)]
        if not given:
            return ()
        places = [f":(top){pattern}" for pattern in patterns]
        search = ("grep", "-l", "-z", "-I", "-E", "--full-name", "--no-color", *given, commit, "--", *places)
        listed = run(self.root, search, fine=(0, 1)).decode("utf-8", "surrogateescape")
        return tuple(sorted(row.partition(":")[2] for row in listed.split("\0") if row))

    def last_touching(self, commit: str, pathspecs: Iterable[str]) -> str | None:
        """Return the last commit up to `commit` that touches what pathspecs name, None where none does."""
        return self.run("log", "-1", "--format=%H", commit, "--", *pathspecs) or None

    def differences(self, base: str, head: str) -> tuple["Difference", ...]:
        """Return what differs between two commits with modes and blob hashes, renames as deletion and addition."""
        fields = self.run("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", base, head).split("\0")
        found = []
        for row, path in zip(fields[::2], fields[1::2], strict=False):
            old_mode, mode, old_blob, blob, status = row.removeprefix(":").split(" ")
            found.append(Difference(path, status[:1], old_mode, mode, old_blob, blob))
        return tuple(found)

    def has_text(self, commit: str, words: Iterable[str], parts: Iterable[str] = ()) -> bool:
        """Return whether any file of a commit, binary ones too, has one of `words` as a whole word, or of `parts`."""
        return self._has(commit, words, "-w") or self._has(commit, parts)

    def _has(self, commit: str, texts: Iterable[str], *how: str) -> bool:
        wanted = [part for text in texts for part in ("-e", text)]
        grep = ("grep", "-l", "-z", "-F", "--no-textconv", "--full-name", *how, *wanted, commit)
        return bool(wanted) and bool(run(self.root, grep, fine=(0, 1)))

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

    def worktrees(self) -> tuple[Path, ...]:
        """Return the directories of all worktrees that git knows, the main one first, vanished ones included."""
        rows = self.run("worktree", "list", "--porcelain").splitlines()
        return tuple(Path(row.removeprefix("worktree ")) for row in rows if row.startswith("worktree "))

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

    def signed(self, head: str, *without: str) -> tuple[Signed, ...]:
        """Return what the commits say that `head` reaches and none of `without` does, newest first.

        Folded lines of a trailer are one line. Merges are commits like others.
        """
        excluded = [f"^{one}" for one in without]
        return signed_in(self.run("log", "-z", *SIGNED_FORM, head, *excluded, "--"))

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

    def hunks(self, before: str, after: str) -> tuple[Hunk, ...]:
        """Return which lines differ between two files, each given as `commit:path`."""
        shown = self.run("diff", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", before, after, "--")
        found = [[int(number or 1) for number in numbers] for numbers in _HUNK.findall(shown)]
        return tuple(((a + (not b), a + (not b) + b), (c + (not d), c + (not d) + d)) for a, b, c, d in found)

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

    def own_directory(self) -> Path:
        """Return git's directory of this worktree alone."""
        return self.root / self.run("rev-parse", "--git-dir")

    def common_directory(self) -> Path:
        """Return git's directory that all worktrees share."""
        return self.root / self.run("rev-parse", "--git-common-dir")

    def branch(self) -> str | None:
        """Return the full name of the branch checked out, None where HEAD is detached."""
        try:
            return self.run("symbolic-ref", "-q", "HEAD")
        except GitError:
            return None

    def branches_elsewhere(self) -> dict[str, Path]:
        """Return the full names of branches that other worktrees have checked out, with their directories."""
        found: dict[str, Path] = {}
        place = Path()
        for row in self.run("worktree", "list", "--porcelain").splitlines():
            if row.startswith("worktree "):
                place = Path(row.removeprefix("worktree "))
            elif row.startswith("branch ") and place.resolve() != self.root.resolve():
                found[row.removeprefix("branch ")] = place
        return found

    def cleaned_hash(self, path: str) -> str | None:
        """Return the blob hash that a file of the working tree would be stored under, None where there is no file."""
        place = self.root / path
        if not place.is_file() or place.is_symlink():
            return None
        return self.run("hash-object", f"--path={path}", "--", str(place))
