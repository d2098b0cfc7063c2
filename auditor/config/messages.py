"""What is wrong with a configuration's types, in words. In: msgspec's message. Out: file, key, value, what is right."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from auditor.config.house import HouseDecorator, HouseFramework
from auditor.config.source_values import SourceConfig
from auditor.config.values import (
    AuditConfig,
    GateAllow,
    GateConfig,
    KeepEntry,
    OpinionSource,
    PlanConfig,
    ReportConfig,
    ScanConfig,
    UsageConfig,
)

_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")


def explain(path: Path, table: Mapping[str, Any], prefix: str, message: str) -> str:
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
    return f"{path}: {prefix}{key} = {shown(_value_at(table, key))}: {what[:1].lower()}{what[1:]}{_choices(key)}"


def shown(value: object) -> str:
    """Return a value as a message may show it: short, dates as they are written, no password of a URL."""
    text = _PASSWORD.sub(r"\1:***@", str(value) if isinstance(value, date) else repr(value))
    return text if len(text) <= 80 else f"{text[:79]}…"


def _struct_at(key: str) -> type[msgspec.Struct]:
    """Return the struct that the table at `key` is read into."""
    structs: dict[str, type[msgspec.Struct]] = {
        "": AuditConfig,
        "scan": ScanConfig,
        "scan.reports": OpinionSource,
        "usage": UsageConfig,
        "usage.sources": SourceConfig,
        "plan": PlanConfig,
        "gate": GateConfig,
        "gate.allow": GateAllow,
        "report": ReportConfig,
        "keep": KeepEntry,
        "frameworks": HouseFramework,
        "frameworks.decorators": HouseDecorator,
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
