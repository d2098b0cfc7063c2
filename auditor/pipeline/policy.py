"""Under which configuration a change is judged: what the change itself says about that is not yet in force.

In: the loaded configuration, two commits. Out: the configuration for each side, and what to say about it. A change that
edits the configuration is judged by the rules that base has: which files are code, which are tests, what house
frameworks use, what is kept, which cache is believed, what the gate asks for. Where evidence is read from stays as it
is loaded. Never writes but a file that it takes away again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from auditor.config import AuditConfig, LoadedConfig, load
from auditor.errors import ConfigError
from auditor.git import Repository


class Policies(msgspec.Struct, frozen=True):
    """The configuration of each side, and a note where the change edits it."""

    base: LoadedConfig
    head: LoadedConfig
    notes: tuple[str, ...] = ()


def policies(loaded: LoadedConfig, repository: Repository, base: str, head: str) -> Policies:
    """Return what base and head are to be read and judged by; `base` and `head` are commits."""
    name = _inside(loaded, repository)
    before = repository.content(base, name) if name is not None else None
    after = repository.content(head, name) if name is not None else None
    if before is None or before == after:
        return Policies(loaded, loaded)
    old = _parsed(loaded, before)
    if old is None:
        return Policies(loaded, loaded)
    new = loaded.config
    gate, usage = old.gate, msgspec.structs.replace(new.usage, min_watched=old.usage.min_watched)
    scan = msgspec.structs.replace(new.scan, cache=old.scan.cache)
    common = {
        "exclude": old.exclude, "tests": old.tests, "frameworks": old.frameworks, "gate": gate, "usage": usage,
        "scan": scan,
    }  # fmt: skip
    for_base = msgspec.structs.replace(old, app=new.app, ledger=new.ledger, usage=usage)
    for_head = msgspec.structs.replace(new, **common)
    if for_head == new and for_base.keep == new.keep:
        return Policies(msgspec.structs.replace(loaded, config=for_base), loaded)
    return Policies(
        msgspec.structs.replace(loaded, config=for_base),
        msgspec.structs.replace(loaded, config=for_head),
        (f"the change edits {name}; it is judged by what base says there",),
    )


def _inside(loaded: LoadedConfig, repository: Repository) -> str | None:
    """Return the configuration's path in the repository, None where it lies elsewhere."""
    if loaded.path is None:
        return None
    try:
        return loaded.path.resolve().relative_to(repository.root.resolve()).as_posix()
    except ValueError:
        return None


def _parsed(loaded: LoadedConfig, content: bytes) -> AuditConfig | None:
    """Return what a configuration file says; None for one that says nothing right: then today's holds."""
    name = loaded.path.name if loaded.path is not None else "auditor.toml"
    with tempfile.TemporaryDirectory(prefix="auditor-policy-") as scratch:
        place = Path(scratch) / name
        place.write_bytes(content)
        try:
            return load(place.parent, place).config
        except ConfigError:
            return None
