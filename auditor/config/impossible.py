"""Values that have the right type and cannot be meant. In: a configuration. Out: key, value and what would be right."""

import re

from auditor.config.house import impossible_rules, wrong_name
from auditor.config.values import MOST_DAYS, READABLE_SOURCES, AuditConfig, SourceConfig, parse_duration

_SMOKE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_PLACE = re.compile(r"(rediss?|unix)://\S+|env:\w+|(?!\w*://)(?!env:)[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*")


def impossible(config: AuditConfig) -> list[tuple[str, object, str]]:
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
    if isinstance(config.scan.cache, str) and not _PLACE.fullmatch(config.scan.cache):
        wrong.append(("scan.cache", config.scan.cache, "true, false, a directory, redis://host:port/db or 'env:NAME'"))
    if not config.app.isprintable():
        wrong.append(("app", config.app, "a name of printable characters"))
    wrong += [
        (f"roots[{index}]", root, "a directory inside the audited root, relative to it")
        for index, root in enumerate(config.roots)
        if root.startswith("/") or ".." in root.split("/") or not root.isprintable()
    ]
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
    wrong += [
        (f"scan.reports[{index}].path", report.path, "the report's path, relative to the audited root")
        for index, report in enumerate(config.scan.reports)
        if not report.path.strip() or not report.path.isprintable()
    ]
    wrong += [
        (f"service.origins[{index}]", origin, "an origin in small letters and no more, as in 'https://shop.example'")
        for index, origin in enumerate(config.service.origins)
        if not _ORIGIN.fullmatch(origin)
    ]
    if not 1 <= config.service.spool_megabytes <= 1_000_000:
        wrong.append(("service.spool_megabytes", config.service.spool_megabytes, "1 to 1,000,000 megabytes"))
    wrong += _impossible_sources(config.usage.sources)
    wrong += impossible_rules(config.frameworks)
    for index, entry in enumerate(config.keep):
        wrong += [
            (f"keep[{index}].{field}", getattr(entry, field), "a sentence, not nothing")
            for field in ("definition", "reason", "owner")
            if not getattr(entry, field).strip()
        ]
    return wrong


def _impossible_sources(sources: tuple[SourceConfig, ...]) -> list[tuple[str, object, str]]:
    wrong: list[tuple[str, object, str]] = []
    names = [source.name for source in sources]
    for index, source in enumerate(sources):
        key = f"usage.sources[{index}]"
        wrong += wrong_name(key, source.name, names, "sources")
        if source.kind not in READABLE_SOURCES:
            wrong.append((f"{key}.kind", source.kind, f"this version reads {', '.join(READABLE_SOURCES)}"))
        elif source.kind in ("redis", "file") and not source.url:
            wrong.append((f"{key}.url", source.url, f"a {source.kind} source needs a url, or 'env:NAME'"))
        elif source.kind in ("access_log", "json_log") and not source.path:
            wrong.append((f"{key}.path", source.path, "a log source needs the glob of its files"))
    return wrong
