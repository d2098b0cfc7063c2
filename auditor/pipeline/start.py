"""A first configuration for what is found in a directory: `init`.

In: a directory. Out: the file written and what was found. Never overwrites a configuration that is there.
"""

import tomllib
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
    from auditor.analysis import discover
    from auditor.analysis.outside import project_metadata

    loaded = load(directory)
    if loaded.path is not None:
        raise ConfigError(f"{loaded.path}: holds a configuration already; edit it, it is never overwritten")
    found = discover.discover(directory, loaded.config)
    metadata = project_metadata.read(directory, loaded.config)
    app = metadata.distribution or directory.resolve().name
    pyproject = directory / "pyproject.toml"
    path, text = directory / "auditor.toml", _table(app, "").encode()
    if pyproject.is_file():
        extended = _extended(_content(pyproject), _table(app, "tool.auditor"))
        path, text = (pyproject, extended) if extended is not None else (path, text)
    write_atomically(path, text)
    return Started(path, metadata.kind, metadata.why, found.roots, len(found.files), _ignore(directory))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _extended(document: bytes, table: str) -> bytes | None:
    """Return a TOML document with a table at its end, in its own line endings; None where it can take none."""
    newline = b"\r\n" if b"\r\n" in document else b"\n"
    text = document.rstrip(b"\r\n") + newline * 2 + table.encode().replace(b"\n", newline)
    try:
        tomllib.loads(text.decode("utf-8-sig"))
    except ValueError:  # `tool` is an inline table, which nothing can be added to
        return None
    return text


def _table(app: str, prefix: str) -> str:
    """Return the configuration's text, its tables below `prefix`."""
    name = "".join(c for c in app if c.isprintable() and c not in '"\\') or "app"
    dot = f"{prefix}." if prefix else ""
    head = f"[{prefix}]\n" if prefix else ""
    said = f'app = "{name}"'
    return f"""{head}{said:<33} # the name under which the tracker writes
# roots = ["src"]                 # import roots; default: detected
# project = "application"         # or "library"; default: detected, and said by 'auditor scan'

# Where production's usage is; without a source nothing can be planned, only scanned.
# [[{dot}usage.sources]]
# name = "production"
# kind = "redis"                  # or file, http_stats, access_log, json_log, events, components, coverage, warehouse
# url = "env:REDIS_URL"           # secrets only by env:NAME

# [{dot}plan]
# test_command = "pytest -q"      # run after each batch
# smoke = ["package.module:app"]  # what to import after each batch; yours in place of this
"""


def _ignore(directory: Path) -> bool:
    """Add the state directory to .gitignore in a git repository; return whether it is ignored now."""
    if not (directory / ".git").exists():
        return False
    path = directory / ".gitignore"
    content = _content(path) if path.is_file() else b""
    if IGNORED.encode() not in content.splitlines():
        newline = b"\r\n" if b"\r\n" in content else b"\n"
        kept = content.rstrip(b"\r\n")
        write_atomically(path, (kept + newline if kept else b"") + IGNORED.encode() + newline)
    return True
