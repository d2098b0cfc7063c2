"""Evidence as a file: `ledger export`, `ledger import`, `gate --evidence`.

In: a configuration, a path. Out: the file, a ledger that it was joined into, a ledger in memory. So that whoever judges
changes needs no access to production: a job that has it publishes a file, and others read that. A file that git tracks
is refused: who writes a change must not also write what is known of its use.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from auditor.config import LoadedConfig
from auditor.errors import ConfigError, EvidenceError, GitError
from auditor.files import keep_out_of_git
from auditor.git import Repository
from auditor.model.keeping import EvidenceJoined, EvidenceWritten
from auditor.model.window import Window
from auditor.pipeline.evidence import opened, source_names
from auditor.pipeline.keeping import ledger_migrate
from auditor.pipeline.static import STATE_DIRECTORY

if TYPE_CHECKING:
    from auditor.ledger.evidence.reading import EvidenceFile
    from auditor.ledger.store import Ledger

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class EvidenceOption(NamedTuple):
    """An evidence file, and the digest that it must have (None: any)."""

    path: Path
    digest: str | None = None


class OpenedEvidence(NamedTuple):
    """An evidence file as a ledger in memory, and what to say of it: a sentence each."""

    ledger: Ledger
    notes: tuple[str, ...]


def ledger_export(
    loaded: LoadedConfig, path: Path, *, days: int, now: datetime, environment: Mapping[str, str]
) -> EvidenceWritten:
    """Write the evidence of the last `days` days into a file, signed where AUDITOR_EVIDENCE_KEY is set.

    Raises:
        ConfigError: The file cannot be written.
        EvidenceError: Nothing was ever collected.
        StoreError: There is no ledger, or it cannot be read.
    """
    first = Window.last_days(days, now).dates()[0]
    with opened(loaded) as ledger:
        seal = ledger.export(path, app=loaded.config.app, first_day=first, now=now, key=_key(environment))
    return EvidenceWritten(seal.digest, seal.hmac is not None, path.stat().st_size, first)


def ledger_import(loaded: LoadedConfig, evidence: EvidenceOption, *, environment: Mapping[str, str]) -> EvidenceJoined:
    """Join an evidence file into the configured ledger: all of it or nothing, and nothing counts twice.

    Raises:
        ConfigError: The file is missing, or git tracks it.
        EvidenceError: It may not be used.
        StoreError: The ledger cannot be written.
    """
    from auditor.ledger.store import Ledger

    file = _opened(loaded, evidence, environment)
    migrated = ledger_migrate(loaded)
    with Ledger.open(loaded.config.ledger, loaded.root, sources=source_names(loaded)) as ledger:
        changed = ledger.adopt(file)
    keep_out_of_git(loaded.root / STATE_DIRECTORY)
    assert file.seal is not None
    return EvidenceJoined(file.head.created_at, file.seal.digest, changed, migrated, _unchecked(file, environment))


def opened_evidence(
    loaded: LoadedConfig, evidence: EvidenceOption, window: Window, environment: Mapping[str, str]
) -> OpenedEvidence:
    """Return a ledger in memory that holds an evidence file, to be asked for `window` and closed by the caller.

    Raises:
        ConfigError: The file is missing, or git tracks it.
        EvidenceError: It may not be used, or holds fewer days than the window.
    """
    from auditor.ledger.store import Ledger

    file = _opened(loaded, evidence, environment)
    first = window.dates()[0]
    if file.head.first_day > first:
        lacking = (file.head.first_day - first).days
        raise EvidenceError(
            f"evidence {evidence.path}: not used: it begins on {file.head.first_day}, {lacking} days after the window; "
            "export it with a larger --days"
        )
    ledger = Ledger.of_evidence(file, loaded.root, sources=source_names(loaded), first_day=first)
    assert file.seal is not None
    about = (
        f"usage is that of {evidence.path.name}, written {file.head.created_at:%Y-%m-%d %H:%M} UTC, {file.seal.digest}"
    )
    return OpenedEvidence(ledger, (about, *_unchecked(file, environment)))


def _opened(loaded: LoadedConfig, evidence: EvidenceOption, environment: Mapping[str, str]) -> EvidenceFile:
    from auditor.ledger.evidence.reading import EvidenceFile

    if evidence.digest is not None and not _DIGEST.fullmatch(evidence.digest):
        raise ConfigError("--digest: write what 'auditor ledger export' printed: 'sha256:' and 64 hexadecimal digits")
    if _is_tracked(evidence.path):
        raise ConfigError(
            f"evidence {evidence.path}: git tracks it, and a change cannot bring its own evidence; "
            "take it from where a job with access to production publishes it"
        )
    return EvidenceFile(evidence.path, app=loaded.config.app, key=_key(environment), digest=evidence.digest)


def _is_tracked(path: Path) -> bool:
    """Return whether git tracks a file, or a link on the way to it, in the index or in the commit checked out."""
    written = path.absolute()
    places = {place for place in (written, *written.parents) if place.is_symlink()} | {written, path.resolve()}
    return any(map(_is_tracked_itself, places))


def _is_tracked_itself(path: Path) -> bool:
    directory = path.parent.resolve()
    try:
        repository = Repository.containing(directory) if directory.is_dir() else None
        if repository is None:
            return False
        inside = (directory / path.name).relative_to(repository.root.resolve()).as_posix()
        listed = repository.run("--literal-pathspecs", "ls-files", "-z", "--", str(directory / path.name))
        head = repository.head()
        return bool(listed) or (head is not None and repository.content(head, inside) is not None)
    except (GitError, ValueError):
        return True


def _key(environment: Mapping[str, str]) -> bytes:
    from auditor.ledger.evidence.sealed import KEY

    return environment.get(KEY, "").strip().encode("utf-8", "surrogateescape")


def _unchecked(file: EvidenceFile, environment: Mapping[str, str]) -> tuple[str, ...]:
    if file.seal is None or file.seal.hmac is None or _key(environment):
        return ()
    return (f"{file.path.name} is signed, and nobody looked at the signature: AUDITOR_EVIDENCE_KEY is not set",)
