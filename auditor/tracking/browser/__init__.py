"""The tracker of front ends: ES modules for a page's build. In: nothing. Out: where they are, or a copy of them.

`src/` is the TypeScript source, `lib/` what `scripts/build_browser` makes of it. Python never runs any of it.
"""

import shutil
from pathlib import Path

_COPIED = ("package.json", "README.md", "lib")


def directory() -> Path:
    """Return the directory of the npm package `auditor-tracking`."""
    return Path(__file__).resolve().parent


def copy_to(target: Path) -> None:
    """Copy the npm package into a directory, which is made; files of the same names are replaced.

    Raises:
        OSError: It cannot be written there.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        source = directory() / name
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target / name)
