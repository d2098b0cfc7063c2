"""Builds the demonstration's project: a small shop as a git repository with a past.

In: an empty directory, the present, where usage is stored. Out: the repository. Never touches a directory with content.
"""

import shutil
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import msgspec

from auditor.errors import ConfigError
from auditor.git import Repository

TEMPLATE = Path(__file__).parent / "project"

AUTHOR = {
    "GIT_AUTHOR_NAME": "Shop Team",
    "GIT_AUTHOR_EMAIL": "team@shop.example",
    "GIT_COMMITTER_NAME": "Shop Team",
    "GIT_COMMITTER_EMAIL": "team@shop.example",
}

OLD_RATES = "RATES = ((500, 390), (2000, 590), (10000, 990))"
NEW_RATES = "RATES = ((500, 420), (2000, 640), (10000, 1090))"


class Commit(msgspec.Struct, frozen=True):
    """One commit of the shop's past: how many days ago, its subject, and globs of the files that it adds."""

    days_ago: int
    subject: str
    files: tuple[str, ...]


PAST = (
    Commit(400, "Import products of the old shop", ("shop/__init__.py", "shop/legacy/*", "shop/services/catalog.py")),
    Commit(330, "Sell tea", ("shop/services/*",)),
    Commit(210, "Let deployments name a price plugin", ("shop/plugins/*",)),
    Commit(120, "Serve the shop with FastAPI", ("*",)),
)


class Storage(msgspec.Struct, frozen=True):
    """Where the shop's tracker stores usage.

    `app` is the name it writes under, `sink` the URL it is given, `kind` and `url` the source in the configuration.
    """

    app: str
    sink: str
    kind: str
    url: str


def build(directory: Path, storage: Storage, now: datetime) -> Repository:
    """Write the shop into `directory` (made if missing) and commit its past, the last commit three days before `now`.

    Raises:
        ConfigError: The directory holds something already.
        GitError: Git is missing or failed.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        taken = any(directory.iterdir())
    except OSError as error:
        raise ConfigError(f"{directory}: cannot be used: {error.strerror}; name a new directory") from error
    if taken:
        raise ConfigError(f"{directory}: not empty; name a new directory for the demonstration")
    repository = Repository.init(directory)
    for name, value in (("name", AUTHOR["GIT_AUTHOR_NAME"]), ("email", AUTHOR["GIT_AUTHOR_EMAIL"])):
        repository.run("config", f"user.{name}", value)
    for commit in PAST:
        for source in sorted(TEMPLATE.rglob("*")):
            path = source.relative_to(TEMPLATE).as_posix()
            if source.is_file() and "__pycache__" not in path and any(fnmatchcase(path, g) for g in commit.files):
                _write(source, directory / path.replace("gitignore", ".gitignore"), storage)
        commit_all(repository, commit.subject, now - timedelta(days=commit.days_ago))
    shipping = directory / "shop/services/shipping.py"
    shipping.write_text(shipping.read_text("utf-8").replace(OLD_RATES, NEW_RATES), "utf-8")
    commit_all(repository, "Raise shipping rates", now - timedelta(days=3))
    return repository


def commit_all(repository: Repository, subject: str, moment: datetime) -> str:
    """Commit everything in the working tree as of `moment` and return the commit's hash."""
    repository.run("add", "--all")
    stamp = moment.isoformat()
    repository.run(
        "commit", "--quiet", "--no-gpg-sign", "-m", subject,
        env={**AUTHOR, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp},
    )  # fmt: skip
    commit = repository.head()
    assert commit is not None
    return commit


def _write(source: Path, target: Path, storage: Storage) -> None:
    """Copy one file of the template, with the storage filled in."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.name == "pyproject.toml":
        text = source.read_text("utf-8")
        for name, value in (("@APP@", storage.app), ("@KIND@", storage.kind), ("@URL@", storage.url)):
            text = text.replace(name, value)
        target.write_text(text, "utf-8")
    else:
        shutil.copyfile(source, target)
