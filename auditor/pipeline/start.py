"""A first configuration for what is found in a directory: `init`.

In: a directory. Out: the file written and what was found. Never overwrites a configuration that is there.
"""

from pathlib import Path

import msgspec

from auditor.config import load
from auditor.errors import ConfigError
from auditor.files import write_atomically

IGNORED = ".auditor/"


class Started(msgspec.Struct, frozen=True):
    """What `init` did: the configuration's path, the kind of project and why, import roots, files found."""

    path: Path
    kind: str
    why: str
    roots: tuple[str, ...]
    files: int
    gitignored: bool


def init(directory: Path) -> Started:
    """Write a commented configuration: into pyproject.toml where there is one, else into auditor.toml.

    Raises:
        ConfigError: There is a configuration already, or it cannot be written.
    """
    from auditor.analysis import discover, project_metadata

    loaded = load(directory)
    if loaded.path is not None:
        raise ConfigError(f"{loaded.path}: holds a configuration already; edit it, it is never overwritten")
    found = discover.discover(directory, loaded.config)
    metadata = project_metadata.read(directory, loaded.config)
    app = metadata.distribution or directory.resolve().name
    pyproject = directory / "pyproject.toml"
    if pyproject.is_file():
        path = pyproject
        text = pyproject.read_text("utf-8").rstrip("\n") + "\n\n" + _table(app, "tool.auditor")
    else:
        path = directory / "auditor.toml"
        text = _table(app, "")
    write_atomically(path, text)
    return Started(path, metadata.kind, metadata.why, found.roots, len(found.files), _ignore(directory))


def _table(app: str, prefix: str) -> str:
    """Return the configuration's text, its tables below `prefix`."""
    name = app.replace("\\", "").replace('"', "")
    dot = f"{prefix}." if prefix else ""
    head = f"[{prefix}]\n" if prefix else ""
    return f"""{head}app = "{name}"                     # the name under which the tracker writes
# roots = ["src"]                 # import roots; default: detected
# project = "application"         # or "library"; default: detected, and said by 'auditor scan'

# Where production's usage is; without a source nothing can be planned, only scanned.
# [[{dot}usage.sources]]
# name = "production"
# kind = "redis"                  # or file, access_log, json_log
# url = "env:REDIS_URL"           # secrets only by env:NAME

# [{dot}plan]
# test_command = "pytest -q"      # run after each batch
# smoke = ["{name}.main:app"]     # imported after each batch
"""


def _ignore(directory: Path) -> bool:
    """Add the state directory to .gitignore in a git repository; return whether it is ignored now."""
    if not (directory / ".git").exists():
        return False
    path = directory / ".gitignore"
    text = path.read_text("utf-8") if path.is_file() else ""
    if IGNORED not in text.splitlines():
        write_atomically(path, f"{text.rstrip()}\n{IGNORED}\n".lstrip("\n"))
    return True
