"""A git repository of an application, old enough that nothing in it is young, and configured for auditor.

In: an application, where it lives. Out: the repository below its home; what was unpacked is never changed.
"""

import hashlib
import os
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from auditor.git import Repository
from measuring.applications import Application
from measuring.fetching import HERE
from measuring.measure import Place
from measuring.watched import SOURCE

NOW = datetime(2026, 1, 15, tzinfo=UTC)
"""The present of every trial: same sources, same plan."""
DAYS = 14

SETTINGS = """project = "{kind}"

[[usage.sources]]
name = "{source}"
kind = "file"
url = "file://{home}/never-read"

[plan]
test_command = "{command}"
timeout = "40m"
"""
OURS = (".git", ".auditor", "reports")


def made(application: Application, place: Place, home: Path) -> Repository:
    """Return a new repository below `home` with the application's files, committed before the window began."""
    tree = home / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(place.source, tree, symlinks=True)
    command = f"{HERE / 'scripts' / 'deletion_trial'} --judge {home}"
    text = SETTINGS.format(kind=application.kind, source=SOURCE, home=home, command=command)
    (tree / "auditor.toml").write_text(text, "utf-8")
    repository = Repository.init(tree)
    for name, value in (("name", "Trial"), ("email", "trial@example.org"), ("core.autocrlf", "false")):
        repository.run("config", name if "." in name else f"user.{name}", value)
    with (tree / ".git" / "info" / "exclude").open("a") as excluded:
        excluded.write("".join(f"/{name}/\n" for name in OURS))
    repository.run("add", "--all", "--force", "--", ".")
    stamp = (NOW - timedelta(days=4 * DAYS)).isoformat()
    dates = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp}
    repository.run("commit", "--quiet", "--no-gpg-sign", "--no-verify", "-m", application.name, env=dates)
    return repository


def fingerprints(tree: Path) -> Mapping[str, str]:
    """Return path -> mode and digest of every file of a working tree; auditor's own, git's and bytecode left out."""
    found: dict[str, str] = {}
    for directory, folders, files in os.walk(tree):
        at = Path(directory)
        folders[:] = [one for one in folders if one != "__pycache__" and (at != tree or one not in OURS)]
        for name in files:
            path = at / name
            content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()
            mode = path.lstat().st_mode
            found[path.relative_to(tree).as_posix()] = f"{mode:o} {hashlib.sha256(content).hexdigest()}"
    return found
