"""Settings of log sources that cannot be meant. In: a source. Out: setting, value and what would be right."""

import re
from collections.abc import Iterator

from auditor.config.source_values import SourceConfig

LOG_FIELDS = ("method", "path", "status", "timestamp", "request", "duration", "route")
"""What may be named in `fields`, and as groups of a `pattern`; `request` is a whole request line."""

_NOT_RE2 = re.compile(r"\(\?(?:[=!>(]|<[=!]|P=)|(?<!\\)\\[1-9]|[*+?}]\+")
_GROUPS = "named groups, as in (?P<timestamp>…), (?P<method>…) and (?P<path>…), or (?P<request>…) for the last two"


def impossible_log(source: SourceConfig) -> Iterator[tuple[str, object, str]]:
    """Yield what is wrong with the settings of a source of kind `access_log` or `json_log`."""
    for name in source.fields:
        if name not in LOG_FIELDS:
            yield f"fields.{name}", source.fields[name], f"one of {', '.join(LOG_FIELDS)}"
    if source.kind == "json_log" and source.format == "regex":
        yield "format", source.format, "kind = 'access_log' for lines that an expression describes"
    elif source.format == "regex":
        right = _pattern_to_be(source.pattern)
        if right:
            yield "pattern", source.pattern, right
    elif source.pattern:
        yield "pattern", source.pattern, "format = 'regex' beside it, or no pattern"
    if source.kind == "access_log" and source.format == "cloudfront" and source.complete:
        yield (
            "complete",
            source.complete,
            "false for cloudfront: it writes no file while there are no requests, and may write one late",
        )


def _pattern_to_be(pattern: str) -> str | None:
    """Return what a pattern must be, None where it may be as it is."""
    if not pattern:
        return f"a regular expression with {_GROUPS}"
    if _NOT_RE2.search(pattern):
        return "an expression without look-around, back-references and possessive quantifiers: DuckDB runs it (RE2)"
    try:
        groups = set(re.compile(pattern).groupindex)
    except (re.error, OverflowError, RecursionError) as error:
        return f"a regular expression, and it is none: {error}"
    if "timestamp" not in groups or not ("request" in groups or {"method", "path"} <= groups):
        return f"a regular expression with {_GROUPS}"
    unknown = sorted(groups - set(LOG_FIELDS))
    return f"an expression whose groups are among {', '.join(LOG_FIELDS)}, not {unknown[0]}" if unknown else None
