"""What is scanned: Django's source, and a corpus of a million lines of real packages, laid side by side.

In: a cache directory. Out: `Tree`s, copies that the measurements may change. Archives come from PyPI through pip, at
fixed versions and digests; nothing of them is imported or run.
"""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from measuring.fetching import MeasuringError, unpacked

SKIPPED = (".auditor", ".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", "site-packages")


class Distribution(NamedTuple):
    """One source distribution of PyPI."""

    name: str
    version: str
    sha256: str


DJANGO = Distribution("django", "5.2.8", "23254866a5bb9a2cfa6004e8b809ec6246eba4b58a7589bc2772f1bcc8456c7f")
CORPUS: tuple[tuple[Distribution, ...], ...] = (
    (
        Distribution("werkzeug", "3.1.3", "60723ce945c19328679790e3282cc758aa4a6040e4bb330f53d30fa546d44746"),
        Distribution("tornado", "6.5.2", "ab53c8f9a0fa351e2c0741284e06c7a45da86afb544133201c5cc8578eb076a0"),
        Distribution("coverage", "7.11.3", "0f59387f5e6edbbffec2281affb71cdc85e0776c1745150a3ab9b6c1d016106b"),
    ),
    (
        Distribution("scrapy", "2.13.3", "bf17588c10e46a9d70c49a05380b749e3c7fba58204a367a5747ce6da2bd204d"),
        Distribution("paramiko", "4.0.0", "6a25f07b380cc9c9a88d2b920ad37167ac4667f8d9886ccebd8f90f654b5d69f"),
        Distribution("babel", "2.17.0", "0c54cffb19f690cdcc52a3b50bcbf71e07a808d1c80d549f2459b9d2cf0afb9d"),
    ),
    (
        Distribution("celery", "5.5.3", "6c972ae7968c2b5281227f01c3a3f984037d21c5129d07bf3550cc2afc6b10a5"),
        Distribution("docutils", "0.22.2", "9fdb771707c8784c8f2728b67cb2c691305933d68137ef95a75db5f4dfbc213d"),
        Distribution("rich", "14.2.0", "73ff50c7c0c1c77c8243079283f4edb376f0f6442433aecb8ce7e6d0b92d1fe4"),
        Distribution("hypothesis", "6.147.0", "72e6004ea3bd1460bdb4640b6389df23b87ba7a4851893fd84d1375635d3e507"),
    ),
    (
        Distribution("buildbot", "4.3.0", "cbf46a15004bb1229712285e4f2b98163a169868ea00783e5e0d7cf8d5e8d962"),
        Distribution("sphinx", "8.2.3", "398ad29dee7f63a75888314e9424d40f52ce5a6a87ae88e7071e80af296ec348"),
        Distribution("pytest", "8.4.2", "86c0d0b93306b961d58d62a4db4879f27fe25513d4b969df351abdddb3c30e01"),
        Distribution("ipython", "9.6.0", "5603d6d5d356378be5043e69441a072b50a5b33b4503428c77b04cb8ce7bc731"),
        Distribution("astroid", "4.0.1", "0d778ec0def05b935e198412e62f9bcca8b3b5c39fdbe50b0ba074005e477aab"),
    ),
)
"""Four groups; the first, the first two, and so on, are about 125, 250, 500 and 1000 thousand lines."""


class Tree(NamedTuple):
    """A directory that is scanned, as one project. `python` are its Python files, relative and sorted.

    Where `clean` is true, every tool may find nothing there and have done its work.
    """

    name: str
    path: Path
    python: tuple[str, ...]
    lines: int
    clean: bool = False


def django(cache: Path) -> Tree:
    """Return Django's source distribution."""
    return copied(f"django-{DJANGO.version}", unpacked(DJANGO, cache), cache)


def corpus(cache: Path, groups: int = len(CORPUS)) -> Tree:
    """Return the first groups of the corpus as one project, each package in a directory of its name."""
    place = cache / "trees" / f"corpus-{groups}"
    if not place.is_dir():
        partial = place.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        for one in (one for group in CORPUS[:groups] for one in group):
            _copy(unpacked(one, cache), partial / one.name)
        partial.rename(place)
    return tree(f"corpus of {sum(len(group) for group in CORPUS[:groups])} packages", place)


def copied(name: str, source: Path, cache: Path) -> Tree:
    """Return a fresh copy of what a tool would read below `source`: what git does not ignore, no environments.

    A package is copied into a directory of its own: what lies around a package belongs to its project.
    """
    place = cache / "trees" / name
    shutil.rmtree(place, ignore_errors=True)
    _copy(source, place / source.name if (source / "__init__.py").is_file() else place)
    return tree(name, place)


def tree(name: str, place: Path) -> Tree:
    """Return a directory as a tree; raise MeasuringError where it holds no Python."""
    python = tuple(sorted(one.relative_to(place).as_posix() for one in place.rglob("*.py") if one.is_file()))
    if not python:
        raise MeasuringError(f"{name}: no Python file lies there")
    return Tree(name, place, python, sum((place / path).read_bytes().count(b"\n") for path in python))


def _copy(source: Path, place: Path) -> None:
    listed = _listed(source)
    if listed is None:
        shutil.copytree(source, place, symlinks=True, ignore=shutil.ignore_patterns(*SKIPPED))
        return
    for path in listed:
        if (source / path).is_file() and not (source / path).is_symlink():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / path, place / path)


def _listed(source: Path) -> Sequence[str] | None:
    """Return what git tracks or does not ignore where `source` is the top of a repository, else None."""
    if not (source / ".git").exists():
        return None
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    return None if done.returncode else _outside_environments(done.stdout.split("\0"))


def _outside_environments(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if path and not set(path.split("/")) & set(SKIPPED)]
