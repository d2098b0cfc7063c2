"""Usage sources that have the right types and cannot be meant. In: sources. Out: key, value and what would be right."""

from auditor.config.house import wrong_name
from auditor.config.source_values import SourceConfig

_BY_URL = ("redis", "file", "http_stats", "warehouse")
_BY_PATH = ("access_log", "json_log", "events", "coverage")


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
    return wrong
