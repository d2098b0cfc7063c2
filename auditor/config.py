"""Configuration: TOML in, one frozen AuditConfig out. Every error names file, key, value and what would be right.

Read from `[tool.auditor]` in pyproject.toml, or from auditor.toml (the same tables without the prefix), or from a file
named explicitly. Secrets come only by reference (`env:NAME`). Never reads anything but that one file.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

import msgspec

from auditor.errors import ConfigError

_DURATION = re.compile(r"([0-9]{1,9})\s*([smhd])")
_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")
MOST_DAYS = 400
"""The longest window, in days: trackers and logs keep no more."""
_SMOKE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")
_LONGEST = timedelta(days=3650)
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

SourceKind = Literal[
    "redis", "file", "http_stats", "access_log", "json_log", "events", "components", "coverage", "warehouse"
]
READABLE_SOURCES: tuple[SourceKind, ...] = ("redis", "file", "access_log", "json_log")
"""The kinds this version reads; naming another one is an error, not silence."""


class SourceConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One usage source.

    Attributes:
        name: Unique name, shown everywhere.
        kind: What it is.
        url: For `redis` and `file`: the sink's URL, or `env:NAME`.
        layout: Redis layout; `auditor` is the tracker's.
        path: For logs: a glob relative to the configuration file.
        format: For `access_log`: `combined`.
        fields: For `json_log`: which field holds method, path, status, timestamp.
        complete: A log that is complete: minutes without lines count as watched between its first and last line.
        app: Name under which the tracker writes, where it differs from `app`.
    """

    name: str
    kind: SourceKind
    url: str = ""
    layout: Literal["auditor"] = "auditor"
    path: str = ""
    format: Literal["combined"] = "combined"
    fields: dict[str, str] = {}
    complete: bool = False
    app: str = ""


class ScanConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`jobs`: worker processes, 0 for one a core. `opinions`: ask vulture for its opinion."""

    jobs: int = 0
    opinions: bool = True


class UsageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`min_watched`: share of the window's minutes that must be watched, 0 to 1.

    `max_age`: of the newest evidence in a plan.
    """

    min_watched: float = 0.95
    max_age: str = "36h"
    sources: tuple[SourceConfig, ...] = ()


class PlanConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`max_files`: files a batch, 1 to 5.

    `test_command`: run after each batch. `smoke`: `module:attribute` imported after each. `python`: the interpreter
    for smoke imports; empty for the one that runs auditor.
    """

    max_files: int = 5
    test_command: str = ""
    smoke: tuple[str, ...] = ()
    timeout: str = "15m"
    python: str = ""


class GateConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gate asks of the evidence.

    Attributes:
        max_age: Of the newest evidence (`"36h"`).
        days: Length of the window looked at, in days.
        allow_dormant: Let endpoints be deleted that a sufficiently watched window saw no call of.
    """

    max_age: str = "36h"
    days: int = 14
    allow_dormant: bool = False


class ReportConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`directory`: where plan and report are written, relative to the audited root."""

    directory: str = "reports"


class KeepEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A definition (glob over ids) that must stay.

    With reason, owner and the last day (inclusive) on which that holds.
    """

    definition: str
    reason: str
    owner: str
    until: date | None = None


class AuditConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole configuration; defaults are what an absent file means. `roots` empty: detected."""

    app: str = ""
    roots: tuple[str, ...] = ()
    project: Literal["auto", "application", "library"] = "auto"
    exclude: tuple[str, ...] = ()
    tests: tuple[str, ...] = (
        "tests/**",
        "test/**",
        "**/tests/**",
        "**/test_*.py",
        "**/*_test.py",
        "**/tests.py",
        "**/conftest.py",
        "t/**",
    )
    ledger: str = "sqlite:///.auditor/ledger.db"
    scan: ScanConfig = ScanConfig()
    usage: UsageConfig = UsageConfig()
    plan: PlanConfig = PlanConfig()
    gate: GateConfig = GateConfig()
    report: ReportConfig = ReportConfig()
    keep: tuple[KeepEntry, ...] = ()


class LoadedConfig(msgspec.Struct, frozen=True):
    """A configuration and where it came from.

    `root` is the audited root: the directory of `path`, or the one searched.
    """

    config: AuditConfig
    root: Path
    path: Path | None


def load(directory: Path, explicit: Path | None = None) -> LoadedConfig:
    """Find and read the configuration.

    Searched upwards from `directory`: the first directory with an auditor.toml, or a pyproject.toml that has a
    `[tool.auditor]` table, is the root. Without one, the root is the git top's nearest equivalent: `directory` itself.

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
    return LoadedConfig(AuditConfig(), start, None)


def parse_duration(text: str) -> timedelta:
    """Return the length of `"36h"`, `"90m"`, `"2d"`; raise ValueError for anything else, zero and centuries included."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a duration; write a whole number and s, m, h or d, as in '36h'")
    length = timedelta(seconds=int(match[1]) * _UNIT_SECONDS[match[2]])
    if not timedelta(0) < length <= _LONGEST:
        raise ValueError(f"{text!r} is not a duration above zero and up to {_LONGEST.days} days")
    return length


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
        raise ConfigError(f"{path}: tool.auditor is {_shown(table)}; it must be a table")
    return table


def _convert(path: Path, table: Mapping[str, Any], prefix: str) -> AuditConfig:
    try:
        config = msgspec.convert(table, AuditConfig, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(path, table, prefix, str(error))) from error
    for key, value, wanted in _impossible(config):
        raise ConfigError(f"{path}: {prefix}{key} = {_shown(value)} is impossible: {wanted}")
    return config


def _explain(path: Path, table: Mapping[str, Any], prefix: str, message: str) -> str:
    """Turn msgspec's message into file, key, value and what would be right."""
    what, _, where = message.partition(" - at `$")
    key = where.rstrip("`").lstrip(".")
    unknown = re.search(r"contains unknown field `(.+)`", what)
    if unknown:
        known = ", ".join(_struct_at(key).__struct_fields__)
        full = ".".join(part for part in (key, unknown[1]) if part)
        return f"{path}: unknown key {prefix}{full}; known here: {known}"
    missing = re.search(r"missing required field `(.+)`", what)
    if missing:
        return f"{path}: {prefix}{key or '(top)'} lacks the key {missing[1]!r}"
    return f"{path}: {prefix}{key} = {_shown(_value_at(table, key))}: {what[:1].lower()}{what[1:]}{_choices(key)}"


def _shown(value: object) -> str:
    """Return a value as a message may show it: short, dates as they are written, no password of a URL."""
    text = _PASSWORD.sub(r"\1:***@", str(value) if isinstance(value, date) else repr(value))
    return text if len(text) <= 80 else f"{text[:79]}…"


def _struct_at(key: str) -> type[msgspec.Struct]:
    """Return the struct that the table at `key` is read into."""
    structs: dict[str, type[msgspec.Struct]] = {
        "": AuditConfig,
        "scan": ScanConfig,
        "usage": UsageConfig,
        "usage.sources": SourceConfig,
        "plan": PlanConfig,
        "gate": GateConfig,
        "report": ReportConfig,
        "keep": KeepEntry,
    }
    return structs[re.sub(r"\[.*?\]", "", key)]


def _value_at(table: Mapping[str, Any], key: str) -> object:
    """Return the value at a key such as `usage.sources[0].kind`, or the last table on the way to it."""
    value: object = table
    for part in re.findall(r"[^.\[\]]+|\[\d+\]", key):
        if part.startswith("[") and isinstance(value, list):
            value = value[int(part[1:-1])]
        elif isinstance(value, Mapping) and part in value:
            value = value[part]
    return value


def _choices(key: str) -> str:
    """Return what a key that takes one of a few words allows, as the end of a message; empty for other keys."""
    parent, _, name = re.sub(r"\[[^\]]*\]$|\[\.\.\.$", "", key).rpartition(".")
    try:
        wanted = get_type_hints(_struct_at(parent)).get(name)
    except KeyError:  # inside a table of the user's own keys
        return ""
    if wanted == date | None:
        return "; write a date, as in 2027-06-30"
    allowed = get_args(wanted)
    return f"; one of {', '.join(map(repr, allowed))}" if allowed and all(isinstance(a, str) for a in allowed) else ""


def _impossible(config: AuditConfig) -> list[tuple[str, object, str]]:
    """Return (key, value, what would be right) for each value that has the right type and cannot be meant."""
    wrong: list[tuple[str, object, str]] = []
    if not 0 < config.usage.min_watched <= 1:
        wrong.append(("usage.min_watched", config.usage.min_watched, "a share above 0 and up to 1"))
    if not 1 <= config.plan.max_files <= 5:
        wrong.append(("plan.max_files", config.plan.max_files, "1 to 5 files a batch"))
    if not 1 <= config.gate.days <= MOST_DAYS:
        wrong.append(("gate.days", config.gate.days, f"1 to {MOST_DAYS} days"))
    if not 0 <= config.scan.jobs <= 256:
        wrong.append(("scan.jobs", config.scan.jobs, "0 (one a core) to 256"))
    if not config.app.isprintable():
        wrong.append(("app", config.app, "a name of printable characters"))
    wrong += [
        (f"roots[{index}]", root, "a directory inside the audited root, relative to it")
        for index, root in enumerate(config.roots)
        if root.startswith("/") or ".." in root.split("/") or not root.isprintable()
    ]
    wrong += _impossible_patterns(config)
    for key, text in (("usage.max_age", config.usage.max_age), ("gate.max_age", config.gate.max_age),
                      ("plan.timeout", config.plan.timeout)):  # fmt: skip
        try:
            parse_duration(text)
        except ValueError as error:
            wrong.append((key, text, str(error)))
    wrong += [
        (f"plan.smoke[{index}]", target, "write module or module:attribute, as in 'shop.main:app'")
        for index, target in enumerate(config.plan.smoke)
        if not _SMOKE.fullmatch(target)
    ]
    wrong += _impossible_sources(config.usage.sources)
    for index, entry in enumerate(config.keep):
        wrong += [
            (f"keep[{index}].{field}", getattr(entry, field), "a sentence, not nothing")
            for field in ("definition", "reason", "owner")
            if not getattr(entry, field).strip()
        ]
    return wrong


def _impossible_patterns(config: AuditConfig) -> list[tuple[str, object, str]]:
    from pathspec import GitIgnoreSpec

    wrong: list[tuple[str, object, str]] = []
    for key, patterns in (("exclude", config.exclude), ("tests", config.tests)):
        for index, pattern in enumerate(patterns):
            try:
                GitIgnoreSpec.from_lines([pattern])
            except ValueError:
                wrong.append((f"{key}[{index}]", pattern, "a pattern as in .gitignore, such as 'tests/**'"))
    return wrong


def _impossible_sources(sources: tuple[SourceConfig, ...]) -> list[tuple[str, object, str]]:
    wrong: list[tuple[str, object, str]] = []
    names = [source.name for source in sources]
    for index, source in enumerate(sources):
        key = f"usage.sources[{index}]"
        if not source.name.strip() or not source.name.isprintable():
            wrong.append((f"{key}.name", source.name, "a name of printable characters"))
        if names.count(source.name) > 1:
            wrong.append((f"{key}.name", source.name, "names of sources must differ"))
        if source.kind not in READABLE_SOURCES:
            wrong.append((f"{key}.kind", source.kind, f"this version reads {', '.join(READABLE_SOURCES)}"))
        elif source.kind in ("redis", "file") and not source.url:
            wrong.append((f"{key}.url", source.url, f"a {source.kind} source needs a url, or 'env:NAME'"))
        elif source.kind in ("access_log", "json_log") and not source.path:
            wrong.append((f"{key}.path", source.path, "a log source needs the glob of its files"))
    return wrong
