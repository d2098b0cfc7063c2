"""Usage sources that have the right types and cannot be meant. In: sources. Out: key, value and what would be right."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auditor.config.house import wrong_name
from auditor.config.key_patterns import foreign_pattern
from auditor.config.log_settings import impossible_log
from auditor.config.source_values import SourceConfig

_BY_URL = ("redis", "file", "http_stats", "warehouse")
_BY_PATH = ("access_log", "json_log", "events", "coverage")
_ENVIRONMENT = re.compile(r"env:\w+")
_STATS_URL = re.compile(r"https?://[^\s/]\S*|env:\w+")


def impossible_sources(sources: tuple[SourceConfig, ...]) -> list[tuple[str, object, str]]:
    """Return (key, value, what would be right) for each value of the sources that cannot be meant."""
    wrong: list[tuple[str, object, str]] = []
    names = [source.name for source in sources]
    for index, source in enumerate(sources):
        key = f"usage.sources[{index}]"
        wrong += wrong_name(key, source.name, names, "sources")
        if source.kind in _BY_URL and not source.url:
            wrong.append((f"{key}.url", source.url, f"a {source.kind} source needs a url, or 'env:NAME'"))
        if source.kind in _BY_PATH and not source.path:
            wrong.append((f"{key}.path", source.path, f"a source of kind {source.kind} needs the glob of its files"))
        wrong += ((f"{key}.{name}", value, right) for name, value, right in _impossible_parts(source))
    return wrong


def _impossible_parts(source: SourceConfig) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with the settings that belong together in one source."""
    if source.timezone and not _is_zone(source.timezone):
        yield "timezone", source.timezone, "the IANA name of a time zone, as in 'Europe/Berlin'"
    if source.kind == "warehouse" and not source.table:
        yield "table", source.table, "the table or view of a warehouse source, as in 'edge.requests'"
    if source.kind in ("access_log", "json_log"):
        yield from impossible_log(source)
    if source.kind == "redis":
        yield from _impossible_layout(source)
    if source.kind == "http_stats":
        if source.url and not _STATS_URL.fullmatch(source.url):
            yield "url", "…", "https://…, http://… or 'env:NAME'"
        for name, value in source.headers.items():
            if not _ENVIRONMENT.fullmatch(value):
                yield f"headers.{name}", "…", "'env:NAME': a secret does not belong into a file"


def _impossible_layout(source: SourceConfig) -> Iterator[tuple[str, object, str]]:
    if source.layout == "auditor":
        if source.pattern:
            yield (
                "pattern",
                source.pattern,
                "nothing for layout 'auditor': the tracker's keys are known; or another layout",
            )
        return
    try:
        foreign_pattern(source.layout, source.pattern, source.counts)
    except ValueError as error:
        yield "pattern", source.pattern, str(error)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
