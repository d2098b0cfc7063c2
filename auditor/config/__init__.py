"""Configuration: TOML in, one frozen AuditConfig out. Every error names file, key, value and what would be right.

Read from `[tool.auditor]` in pyproject.toml, or from auditor.toml (the same tables without the prefix), or from a file
named explicitly. Secrets come only by reference (`env:NAME`). Never reads anything but that one file.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from auditor.config.house import HouseDecorator, HouseFramework
from auditor.config.impossible import BOUNDS, impossible
from auditor.config.messages import explain, shown
from auditor.config.source_values import LogFormat, RedisLayout, SourceConfig, SourceKind
from auditor.config.values import (
    MOST_DAYS,
    AuditConfig,
    GateAllow,
    GateConfig,
    KeepEntry,
    LoadedConfig,
    OpinionSource,
    OpinionTool,
    PlanConfig,
    ReportConfig,
    ScanConfig,
    ServiceConfig,
    UsageConfig,
    parse_duration,
)
from auditor.errors import ConfigError

__all__ = [
    "BOUNDS",
    "MOST_DAYS",
    "AuditConfig",
    "GateAllow",
    "GateConfig",
    "HouseDecorator",
    "HouseFramework",
    "KeepEntry",
    "LoadedConfig",
    "LogFormat",
    "OpinionSource",
    "OpinionTool",
    "PlanConfig",
    "RedisLayout",
    "ReportConfig",
    "ScanConfig",
    "ServiceConfig",
    "SourceConfig",
    "SourceKind",
    "UsageConfig",
    "load",
    "parse_duration",
    "with_environment",
]

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "manage.py")


def load(directory: Path, explicit: Path | None = None) -> LoadedConfig:
    """Find and read the configuration.

    Searched upwards from `directory`: the first directory with an auditor.toml, or a pyproject.toml that has a
    `[tool.auditor]` table, is the root. Without one, the root is the whole project around `directory`, so that what
    its other parts use is not called unused: the nearest directory upwards with a project file, else the git top, else
    the directory that holds the package.

    Raises:
        ConfigError: The file is missing, not TOML, or says something impossible.
    """
    if explicit is not None:
        prefixed = explicit.name == "pyproject.toml"
        table = _table(explicit, prefixed=prefixed)
        root = explicit.resolve().parent
        return LoadedConfig(_convert(explicit, table or {}, "tool.auditor." if prefixed else ""), root, explicit)
    start = directory.resolve()
    for candidate in (start, *start.parents):
        own = candidate / "auditor.toml"
        if own.is_file():
            return LoadedConfig(_convert(own, _table(own, prefixed=False) or {}, ""), candidate, own)
        project = candidate / "pyproject.toml"
        if project.is_file() and (table := _table(project, prefixed=True)) is not None:
            return LoadedConfig(_convert(project, table, "tool.auditor."), candidate, project)
        if (candidate / ".git").exists():
            break
    return LoadedConfig(AuditConfig(), _project_around(start), None)


def with_environment(loaded: LoadedConfig, environment: Mapping[str, str]) -> LoadedConfig:
    """Return the configuration with a ledger or a cache named `env:NAME` replaced by that variable's value.

    A ledger whose variable is not set stays as it is; a cache is the project's own then.
    """
    config = loaded.config
    ledger = _from_environment(config.ledger, environment) or config.ledger
    cache = config.scan.cache
    if isinstance(cache, str):
        cache = _from_environment(cache, environment) or cache.startswith("env:") or cache
    scan = msgspec.structs.replace(config.scan, cache=cache)
    return msgspec.structs.replace(loaded, config=msgspec.structs.replace(config, ledger=ledger, scan=scan))


def _from_environment(reference: str, environment: Mapping[str, str]) -> str:
    """Return what `env:NAME` stands for; empty for anything else, and for what is not set."""
    name = reference.removeprefix("env:")
    return environment.get(name, "").strip() if name != reference else ""


def _project_around(start: Path) -> Path:
    """Return the root of an unconfigured project: by its project file, its git top, or what holds its package."""
    for candidate in (start, *start.parents):
        if any((candidate / name).is_file() for name in _PROJECT_FILES):
            return candidate
        if (candidate / ".git").exists():
            return candidate
    candidate = start
    while (candidate / "__init__.py").is_file() and candidate.parent.name not in ("site-packages", "dist-packages"):
        candidate = candidate.parent
    return candidate


def _table(path: Path, *, prefixed: bool) -> dict[str, Any] | None:
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: cannot be read: it is not UTF-8 ({error.reason} at byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply") from error
    if not prefixed:
        return document
    tool = document.get("tool", {})
    table = tool.get("auditor") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.auditor is {shown(table)}; it must be a table")
    return table


def _convert(path: Path, table: Mapping[str, Any], prefix: str) -> AuditConfig:
    try:
        config = msgspec.convert(table, AuditConfig, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(explain(path, table, prefix, str(error))) from error
    for key, value, wanted in impossible(config):
        raise ConfigError(f"{path}: {prefix}{key} = {shown(value)} is impossible: {wanted}")
    return config
