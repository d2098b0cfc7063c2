"""What broke tests when it was removed, kept so that the next plan leaves it alone.

In: what a run held back, findings. Out: a file in the state directory, and findings held back. A hold ends by itself
when the definition or one of the tests' files changes. A file that cannot be read is an error, never "nothing held".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.files import keep_out_of_git, write_atomically
from auditor.model.code import DefinitionId, lies_in
from auditor.model.verdict import Finding, HeldBack
from auditor.pipeline.static import STATE_DIRECTORY

if TYPE_CHECKING:
    from auditor.removal.bisect import HeldStep

_FILE = "holds.json"


class Hold(msgspec.Struct, frozen=True):
    """A definition that stays since tests fail without it.

    `detail` is one sentence. `body_hash` is that of the definition then, `files` the digests of the tests' files.
    """

    definition: DefinitionId
    body_hash: str
    detail: str
    files: Mapping[str, str] = {}


def keep_holds(loaded: LoadedConfig, held: Iterable[HeldStep], *, batch: str, now: datetime) -> None:
    """Add what was held back of a batch, named as in `2 of plan X`, to what is kept."""
    kept = {one.definition: one for one in _read(loaded)}
    for one in held:
        if one.guilty:
            files = {path: _digest(loaded, path) for path in sorted({test.partition("::")[0] for test in one.tests})}
            for definition in one.guilty:
                text = f"{one.detail} (batch {batch}, {now.astimezone(UTC):%Y-%m-%d})"
                kept[definition] = Hold(definition, one.step.body_hash.get(definition, ""), text, files)
    place = _place(loaded)
    write_atomically(place, msgspec.json.format(msgspec.json.encode([kept[name] for name in sorted(kept)])) + b"\n")
    keep_out_of_git(place.parent)


def with_holds(loaded: LoadedConfig, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings, those held back that broke tests, or lie in what did, and have not changed since."""
    hashes = {one.definition.id: one.definition.body_hash for one in findings}
    holds = [
        one for one in _read(loaded)
        if one.body_hash in ("", hashes.get(one.definition)) and _tests_are_as_then(loaded, one)
    ]  # fmt: skip
    return tuple(_held(loaded, finding, holds) for finding in findings) if holds else tuple(findings)


def _held(loaded: LoadedConfig, finding: Finding, holds: Sequence[Hold]) -> Finding:
    for one in holds:
        if lies_in(finding.definition.id, one.definition):
            place = _place(loaded).relative_to(loaded.root).as_posix()
            detail = (
                f"{one.detail}; it is planned again when it or these tests change, or when its entry is taken out of "
                f"{place}"
            )
            return finding.held(HeldBack("breaks_tests", detail))
    return finding


def _tests_are_as_then(loaded: LoadedConfig, hold: Hold) -> bool:
    return all(_digest(loaded, path) == digest for path, digest in hold.files.items())


def _digest(loaded: LoadedConfig, path: str) -> str:
    """Return the digest of a file below the audited root, empty where there is none."""
    place = loaded.root / path
    if not place.is_file() or not place.resolve().is_relative_to(loaded.root.resolve()):
        return ""
    return hashlib.sha256(place.read_bytes()).hexdigest()


def _read(loaded: LoadedConfig) -> tuple[Hold, ...]:
    place = _place(loaded)
    try:
        return msgspec.json.decode(place.read_bytes(), type=tuple[Hold, ...])
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"{place}: what was held back cannot be read: {error}; correct or delete the file") from error


def _place(loaded: LoadedConfig) -> Path:
    return loaded.root / STATE_DIRECTORY / _FILE
