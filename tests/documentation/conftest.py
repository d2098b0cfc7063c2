"""Where pages are tried: an empty directory, a shell's environment, and a Redis server of its own."""

import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.documentation.pages import REPOSITORY
from tests.documentation.ready import ReadyAuditor

# Packages come from where the tests run: what pages install is written down, and one test asks pip about all of it.
_PIP = '#!/bin/sh\necho "$@" >>{asked}\n'


def shell_environment(home: Path, *earlier: Path) -> dict[str, str]:
    """Return the variables of a shell in which `auditor`, `python` and git work, and nothing else is known.

    Args:
        home: Its home directory, which is made.
        earlier: Directories of programs that come before all others.
    """
    programs = home / "bin"
    programs.mkdir(parents=True)
    pip = programs / "pip"
    pip.write_text(_PIP.format(asked=shlex.quote(str(home / "pip"))))
    pip.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "LD_LIBRARY_PATH"}}
    return kept | {
        "PATH": os.pathsep.join([str(programs), *map(str, earlier), str(Path(sys.executable).parent), kept.get("PATH", "")]),
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(home),
        "COLUMNS": "80",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "NO_COLOR": "1",
        "npm_config_offline": "true",
        **_GIT,
    }


_GIT: Mapping[str, str] = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Reader",
    "GIT_AUTHOR_EMAIL": "reader@shop.example",
    "GIT_COMMITTER_NAME": "Reader",
    "GIT_COMMITTER_EMAIL": "reader@shop.example",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "init.defaultBranch",
    "GIT_CONFIG_VALUE_0": "main",
}


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with an `auditor` that starts at once."""
    directory = tmp_path_factory.mktemp("ready")
    auditor = ReadyAuditor(directory)
    yield directory
    auditor.stop()


@pytest.fixture
def environment(tmp_path: Path, ready: Path) -> dict[str, str]:
    """A shell's environment with a home directory of its own."""
    return shell_environment(tmp_path / "home", ready)
