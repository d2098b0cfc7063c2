"""One call of git. In: a directory, arguments, standard input. Out: bytes; GitError says what failed.

Never prompts, never runs a hook of the repository, never lets variables point git at another repository.
"""

import os
import subprocess
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from auditor.errors import GitError

_TIMEOUT_SECONDS = 120
_ALWAYS = (
    "-c", "core.quotePath=false", "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
)  # fmt: skip
_ELSEWHERE = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX", "GIT_COMMON_DIR", "GIT_OBJECT_DIR", "GIT_NAMESPACE", "GIT_PREFIX",
)  # fmt: skip


def run(
    cwd: Path,
    args: Iterable[str],
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    fine: Collection[int] = (0,),
) -> bytes:
    """Run git in `cwd` and return its standard output; raise GitError where it is missing, fails or takes too long.

    `fine` are the exit codes that are no failure.
    """
    command = ["git", *_ALWAYS, *args]
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
    if done.returncode not in fine:
        complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"git {verb} failed: {complaint[0] if complaint else f'exit code {done.returncode}'}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Return the environment for git: the user's, without variables that point it at another repository."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_ELSEWHERE)}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
