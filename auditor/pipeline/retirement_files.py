"""The files of a retirement: written, found again, told from the project's own.

In: a plan, or the directory where plans lie. Out: paths, plans. Writes nothing but `retire-<symbol>.md` and `.json`.
"""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from auditor.config import LoadedConfig
from auditor.errors import ConfigError
from auditor.files import write_atomically
from auditor.model.code import dotted
from auditor.model.retirement import RETIREMENT_FORMAT_VERSION, Retirement, Target
from auditor.pipeline.static import STATE_DIRECTORY

_WRITTEN = re.compile(r"retire-[^/]*\.(?:json|md)")


def report_directory(loaded: LoadedConfig) -> Path:
    """Return where reports are written."""
    return loaded.root / loaded.config.report.directory


def write_retirement(made: Retirement, directory: Path, symbol: str) -> tuple[Path, ...]:
    """Write `retire-<symbol>.md` and `.json` and return their paths."""
    from auditor.report import formats

    name = directory / f"retire-{_slug(made.target, symbol)}"
    written = []
    for suffix, format_name in ((".json", "json"), (".md", "markdown")):
        written.append(name.with_name(name.name + suffix))
        write_atomically(written[-1], formats.retirement(made, format_name))
    return tuple(written)


def _slug(target: Target, symbol: str) -> str:
    """Return what a plan's files are called after: the id where the user gave one, else the name."""
    named = symbol if ":" in symbol and target.definitions else target.name
    return re.sub(r"[^\w.-]", "_", named.replace(":", "."))


def stored_retirement(directory: Path, symbol: str) -> Retirement | None:
    """Return the stored plan that means `symbol`, the one named after it first; None where there is none."""
    found: list[Retirement] = []
    for path in sorted(directory.glob("retire-*.json")):
        try:
            plan = msgspec.json.decode(path.read_bytes(), type=Retirement)
        except (OSError, msgspec.DecodeError) as error:
            if path.name == f"retire-{symbol}.json":
                raise ConfigError(f"{path}: not a retirement plan: {error}; remove it and run again") from error
            continue
        if plan.format_version != RETIREMENT_FORMAT_VERSION:
            raise ConfigError(f"{path}: format_version {plan.format_version} is not read here; remove it and run again")
        target = plan.target
        if symbol in (target.name, *target.definitions, *map(dotted, target.definitions)):
            found.insert(0, plan)
        elif symbol in target.spellings or symbol in {table.name for table in target.tables}:
            found.append(plan)
    return found[0] if found else None


def is_ours(loaded: LoadedConfig, directory: Path, path: str) -> bool:
    """Return whether a file is a plan that this command wrote, or state of ours."""
    if path.startswith(f"{STATE_DIRECTORY}/"):
        return True
    if not _WRITTEN.fullmatch(path.rpartition("/")[2]):
        return False
    places = (directory.resolve(), report_directory(loaded).resolve())
    return (loaded.root / path).parent.resolve() in places
