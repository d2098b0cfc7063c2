"""What Knip's reports say of the commit that a change starts from; nothing where a report may be of other code.

In: a loaded configuration, the repository, a commit. Out: a sentence by id, as in `web/x.ts` and `web/x.ts:name`. A
report counts where it was committed with the scripts of that commit, or, kept out of git, was written after the commit
was made. Never runs Knip, which would read the working tree.
"""

from __future__ import annotations

from datetime import UTC, datetime
from posixpath import normpath
from typing import TYPE_CHECKING

from auditor.analysis.opinions import knip
from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.git import Repository
from auditor.pipeline.places import prefix_in

if TYPE_CHECKING:
    from auditor.model.report import ScanFinding

_SCRIPTS = ("*.ts", "*.tsx", "*.js", "*.jsx", "*.mjs", "*.cjs", "*.mts", "*.cts", "*.vue", "*.svelte", "*package.json")


def unused_at(loaded: LoadedConfig, repository: Repository, commit: str) -> dict[str, str]:
    """Return what fresh reports of Knip's call unused at a commit, with what they say of it.

    A report that cannot be read says nothing: it could only let something pass.
    """
    found: dict[str, str] = {}
    for source in loaded.config.scan.reports:
        content = _fresh(loaded, repository, commit, normpath(source.path)) if source.tool == "knip" else None
        if content is None:
            continue
        try:
            report = knip.read(content, source.path)
        except ConfigError:
            continue
        found |= {
            one.id: f"{_said(one)} at base ({source.path})" for one in report.findings if one.kind != "dependency"
        }
    return found


def _said(finding: ScanFinding) -> str:
    return finding.evidence[0].detail


def _fresh(loaded: LoadedConfig, repository: Repository, commit: str, path: str) -> bytes | None:
    """Return a report's bytes where it is of a commit's code, None where that cannot be told."""
    inside = prefix_in(loaded, repository) + path
    committed = repository.content(commit, inside)
    if committed is not None:
        if repository.is_shallow():
            return None
        written = repository.last_touching(commit, [f":(top,literal){inside}"])
        changed = repository.last_touching(commit, [f":(top){pattern}" for pattern in _SCRIPTS])
        is_fresh = written is not None and (changed is None or repository.is_ancestor(changed, written))
        return committed if is_fresh else None
    place = loaded.root / path
    tracked = repository.head() and repository.content("HEAD", inside) is not None
    if tracked or not place.is_file():
        return None
    when = datetime.fromtimestamp(place.stat().st_mtime, tz=UTC)
    return place.read_bytes() if when >= repository.committed_at(commit) else None
