"""Source distributions and environments, made once and kept in the cache directory.

In: an application, the cache. Out: its unpacked tree, its environment, the peers' programs. Everything downloaded goes
through pip; an application's archive must have the digest of the table. Nothing is installed outside the cache.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from measuring.applications import Application

HERE = Path(__file__).resolve().parent.parent.parent
PYTHON = HERE / ".venv" / "bin" / "python"
PEERS = {"vulture": "vulture==2.16", "deadcode": "deadcode==2.4.1", "skylos": "skylos==5.1.2"}
COVERAGE = "coverage==7.11.3"
INSTALLED = "installed"
"""Name of the file that marks an environment as complete; it holds what was asked for."""


class Pinned(Protocol):
    """What is fetched: a source distribution of one version, with its digest."""

    @property
    def name(self) -> str:
        """Return the name on PyPI."""

    @property
    def version(self) -> str:
        """Return the version."""

    @property
    def sha256(self) -> str:
        """Return the archive's digest, in hexadecimal."""


class MeasuringError(Exception):
    """Something that stops one application; the message is one line for the user."""


def run(command: Sequence[str | Path], *, timeout: float = 1800, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it said; raise MeasuringError when it fails."""
    done = attempt(command, timeout=timeout, **options)
    if done.returncode:
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip() and "WARNING" not in line]
        error = next((line for line in said if "error" in line.lower()), said[-1] if said else "it said nothing")
        raise MeasuringError(f"{' '.join(map(str, command))[:160]} exited {done.returncode}: {error.strip()[:300]}")
    return done


def attempt(command: Sequence[str | Path], *, timeout: float, **options: object) -> subprocess.CompletedProcess[str]:
    """Run a program, whatever its exit code; raise MeasuringError when it takes too long or is not there."""
    try:
        return subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, errors="replace", check=False,
            timeout=timeout, stdin=subprocess.DEVNULL, **options,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise MeasuringError(f"{' '.join(map(str, command))[:160]}: timed out after {timeout:.0f} s") from error
    except OSError as error:
        raise MeasuringError(f"{command[0]}: {error.strerror}") from error


def unpacked(application: Pinned, cache: Path) -> Path:
    """Return the directory with the project's files, downloaded and unpacked once."""
    home = cache / f"{application.name}-{application.version}"
    target = home / "source"
    if not target.is_dir():
        archive = _archive(application, cache / "downloads")
        partial = home / "source.partial"
        shutil.rmtree(partial, ignore_errors=True)
        with tarfile.open(archive) as packed:
            packed.extractall(partial, filter="data")  # refuses links and paths that lead outside
        inside = [one for one in partial.iterdir() if one.is_dir()]
        if len(inside) != 1:
            raise MeasuringError(f"{archive.name} holds {len(inside)} directories; a source distribution holds one")
        inside[0].rename(target)
        shutil.rmtree(partial)
    return target


def _archive(application: Pinned, directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    found = _archived(application, directory)
    if found is None:
        wanted = f"{application.name}=={application.version}"
        run([PYTHON, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--no-binary", ":all:", "--dest", directory, wanted])  # fmt: skip
        found = _archived(application, directory)
    if found is None:
        raise MeasuringError(f"pip downloaded no archive with the digest {application.sha256[:12]}… of the table")
    return found


def _archived(application: Pinned, directory: Path) -> Path | None:
    """Return the archive whose digest is the table's."""
    for path in sorted(directory.glob("*.tar.gz")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == application.sha256:
            return path
    return None


def environment(application: Application, tree: Path, home: Path) -> Path:
    """Return the python of the application's own environment, into which `tree` is installed in place."""
    place = home / "environment"
    target = f"{tree}[{application.extras}]" if application.extras else str(tree)
    target = f"{application.name}=={application.version}" if application.wheel else target
    wanted = (*application.requires, COVERAGE)
    mark = "\n".join((target, *wanted, *application.pins))
    if _marked(place, mark):
        return place / "bin" / "python"
    _fresh(place)
    constraints = home / "constraints.txt"
    constraints.write_text("\n".join(application.pins) + "\n", "utf-8")
    _pip(
        place,
        "--constraint",
        constraints,
        *(() if application.wheel else ("--editable",)),
        target,
        *wanted,
        constraint=constraints,
    )
    (place / INSTALLED).write_text(mark, "utf-8")
    return place / "bin" / "python"


def peer(name: str, cache: Path) -> Path:
    """Return the program of another tool, installed into an environment of its own."""
    return together(name, (PEERS[name],), cache / "peers").parent / name


def together(name: str, wanted: Sequence[str], cache: Path) -> Path:
    """Return the python of an environment of its own with packages, made once and kept under a name."""
    place = cache / name
    mark = "\n".join(wanted)
    if not _marked(place, mark):
        _fresh(place)
        _pip(place, *wanted)
        (place / INSTALLED).write_text(mark, "utf-8")
    return place / "bin" / "python"


def _marked(place: Path, wanted: str) -> bool:
    mark = place / INSTALLED
    return mark.is_file() and mark.read_text("utf-8") == wanted


def _fresh(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    run([PYTHON, "-m", "venv", place])


def _pip(place: Path, *arguments: str | Path, constraint: Path | None = None) -> None:
    program = place / "bin" / "python"
    extra = {"PIP_CONSTRAINT": str(constraint)} if constraint else {}  # reaches isolated builds as well
    run([program, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments],
        env={**os.environ, **extra})  # fmt: skip
