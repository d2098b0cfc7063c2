"""Under which configuration a change is judged: what the change itself says about that is not yet in force.

In: the loaded configuration, two commits. Out: the configuration for each side, what each commit's file says, and what
to say about it. A change that edits the configuration is judged by the rules that base has: which files are code, which
are tests, what house frameworks use, what is kept, which cache is believed, what the gate asks for, where evidence is
read from. Where base has no configuration, the gate's defaults hold, and only what head says of the project's shape and
of its sources counts. Never writes but a file that it takes away again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from auditor.config import AuditConfig, LoadedConfig, load, with_environment
from auditor.errors import ConfigError
from auditor.git import Repository

_FILES = ("auditor.toml", "pyproject.toml")


class Written(msgspec.Struct, frozen=True):
    """What one commit's configuration file says; `name` is relative to the audited root, `config` None if unreadable.

    Where a commit has no such file, all are empty.
    """

    name: str = ""
    text: str = ""
    config: AuditConfig | None = None


class Policies(msgspec.Struct, frozen=True):
    """The configuration of each side, a note where the change edits it, and what each commit's file says."""

    base: LoadedConfig
    head: LoadedConfig
    notes: tuple[str, ...] = ()
    said_at_base: Written = Written()
    said_at_head: Written = Written()


def policies(
    loaded: LoadedConfig, repository: Repository, base: str, head: str, environment: Mapping[str, str] | None = None
) -> Policies:
    """Return what base and head are to be read and judged by; `base` and `head` are commits."""
    if loaded.path is not None and not loaded.path.resolve().is_relative_to(repository.root.resolve()):
        said = _outside(loaded)
        return Policies(loaded, loaded, (), said, said)
    before, after = (_written(loaded, repository, commit) for commit in (base, head))
    if before == after:
        said = before if before.name or loaded.path is None else _outside(loaded)
        return Policies(loaded, loaded, (), said, said)
    new = loaded.config
    if before.config is None:
        for_base = _strict(new)
    else:
        old = msgspec.structs.replace(loaded, config=before.config)
        for_base = with_environment(old, environment or {}).config
    for_head = msgspec.structs.replace(
        new,
        app=for_base.app,
        ledger=for_base.ledger,
        exclude=for_base.exclude,
        tests=for_base.tests,
        frameworks=for_base.frameworks,
        gate=for_base.gate,
        usage=for_base.usage,
        scan=msgspec.structs.replace(new.scan, cache=for_base.scan.cache),
    )
    changed = for_head != new or for_base.keep != new.keep
    return Policies(
        msgspec.structs.replace(loaded, config=for_base),
        msgspec.structs.replace(loaded, config=for_head),
        (_note(before, after),) if changed else (),
        before,
        after,
    )


def _note(before: Written, after: Written) -> str:
    if before.name and before.config is None:
        return f"{before.name} cannot be read at base; the defaults of the gate hold"
    if not before.name:
        return f"base has no configuration: what {after.name or 'the one here'} says of the gate is not yet in force"
    return f"the change edits {before.name}; it is judged by what base says there"


def _strict(new: AuditConfig) -> AuditConfig:
    """Return what holds where base says nothing: defaults, but for the project's shape and its evidence."""
    defaults = AuditConfig()
    usage = msgspec.structs.replace(
        new.usage, min_watched=defaults.usage.min_watched, max_age=defaults.usage.max_age
    )  # fmt: skip
    return msgspec.structs.replace(
        defaults, app=new.app, roots=new.roots, project=new.project, ledger=new.ledger, usage=usage
    )


def _outside(loaded: LoadedConfig) -> Written:
    """Return what a configuration says that no commit holds: no change can edit it."""
    if loaded.path is None:
        return Written()
    try:
        text = loaded.path.read_text("utf-8", "replace")
    except OSError:
        text = ""
    return Written(loaded.path.name, text, loaded.config)


def _written(loaded: LoadedConfig, repository: Repository, commit: str) -> Written:
    """Return what a commit's configuration says: the file that is loaded, else one of those that would be found."""
    for path in _places(loaded, repository):
        content = repository.content(commit, path)
        if content is None:
            continue
        name = Path(path).name
        text = content.decode("utf-8", "replace")
        try:
            found = _parsed(name, content)
        except ConfigError:
            return Written(name, text)
        if found.path is not None:
            return Written(name, text, found.config)
    return Written()


def _places(loaded: LoadedConfig, repository: Repository) -> Iterator[str]:
    """Yield where the configuration may lie, in the repository's paths."""
    top, root = repository.root.resolve(), loaded.root.resolve()
    here = None if loaded.path is None else loaded.path.resolve()
    if here is not None:
        yield here.relative_to(top).as_posix()
    if here is None or here.name in _FILES:
        yield from ((root / name).relative_to(top).as_posix() for name in _FILES if root / name != here)


def _parsed(name: str, content: bytes) -> LoadedConfig:
    """Return what a configuration file says; without a path where it says nothing of auditor.

    Raises:
        ConfigError: It says nothing right.
    """
    with tempfile.TemporaryDirectory(prefix="auditor-policy-") as scratch:
        place = Path(scratch) / name
        place.write_bytes(content)
        if name in _FILES:
            (Path(scratch) / ".git").mkdir()  # nothing above is asked
            return load(Path(scratch))
        return load(place.parent, place)
