"""A clone that the gate can be asked in: shares the objects of the one it was made from, and has no working tree.

In: a clone, bare or not. Out: a repository below the cache, configured. What was given is never changed.
"""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.errors import GitError
from auditor.git import Repository
from measuring.fetching import MeasuringError
from measuring.watched import SOURCE

SETTINGS = f"""app = "trial"
project = "application"

[scan]
jobs = 1

[[usage.sources]]
name = "{SOURCE}"
kind = "file"
url = "file:///never-read"

[gate]
allow_dormant = true
"""
DAYS_WITHOUT_RELEASES = 60
_RELEASE = re.compile(r"(?:^|[^0-9])\d+(?:[._]\d+)+$|^v?\d+$")


def opened(directory: Path, cache: Path) -> tuple[str, Repository]:
    """Return a clone's name, and a repository of our own with its history; raise MeasuringError where it has none."""
    if not directory.is_dir():
        raise MeasuringError(f"{directory}: no such directory; give a clone with its whole history")
    given = Repository(directory)
    try:
        given.run("rev-parse", "--git-dir")
        head = given.resolve("HEAD")
    except GitError as error:
        raise MeasuringError(f"{directory}: not a git repository with a commit ({error})") from error
    if given.is_shallow():
        raise MeasuringError(f"{directory}: its history is cut off; run git fetch --unshallow there")
    name = _name(given, directory)
    home = cache / "trees" / name
    if not (home / ".git").is_dir():
        home.mkdir(parents=True, exist_ok=True)
        given.run("clone", "--quiet", "--shared", "--no-checkout", str(directory.resolve()), str(home))
    made = Repository(home)
    made.run("update-ref", "--no-deref", "HEAD", head)
    (home / "auditor.toml").write_text(SETTINGS, "utf-8")
    return name, made


def _name(given: Repository, directory: Path) -> str:
    """Return what the clone's remote calls it, else the directory's name."""
    try:
        url = given.run("config", "remote.origin.url").strip()
    except GitError:
        url = ""
    parts = [part for part in (url or str(directory.resolve())).replace(":", "/").split("/") if part]
    named = [part for part in parts if part not in ("repo", ".git")]
    return re.sub(r"[^\w.-]", "-", named[-1].removesuffix(".git").rpartition("+")[2]) if named else "repository"


class Releases:
    """The releases of a repository, by time."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        text = repository.run(
            "for-each-ref", "refs/tags", "--format=%(objectname) %(*objectname) %(refname:strip=2)"
        )  # fmt: skip
        rows = [line.split(" ", 2) for line in text.splitlines()]
        commits = {(peeled or own): name for own, peeled, name in rows if _RELEASE.search(name)}
        self._releases = sorted((self._time(commit), commit) for commit in commits)

    def _time(self, commit: str) -> datetime:
        try:
            return self._repository.committed_at(commit)
        except GitError:
            return datetime(1970, 1, 1, tzinfo=UTC)

    def after(self, commit: str) -> str:
        """Return the first release with a commit in it; without one, what stood on the main line 60 days later."""
        when = self._repository.committed_at(commit)
        for moment, release in self._releases:
            if moment >= when and release != commit and self._repository.is_ancestor(commit, release):
                return release
        later = self._repository.commit_before(when + timedelta(days=DAYS_WITHOUT_RELEASES))
        return later or self._repository.resolve("HEAD")


def forget(repository: Repository) -> None:
    """Take the evidence of the last change away."""
    state = repository.root / ".auditor"
    for place in state.glob("ledger*"):
        place.unlink()
    shutil.rmtree(state / "backups", ignore_errors=True)
