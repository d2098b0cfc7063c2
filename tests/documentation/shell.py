"""A shell's environment in which pages are tried.

In: a home directory to make. Out: variables. What pages install is written down in the file `pip` of the home
directory, since packages come from where the tests run; one test asks pip about all of it.
"""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.documentation.pages import REPOSITORY

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
        "PATH": os.pathsep.join(
            [str(programs), *map(str, earlier), str(Path(sys.executable).parent), kept.get("PATH", "")]
        ),
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
