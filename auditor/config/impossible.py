"""Values that have the right type and cannot be meant. In: a configuration. Out: key, value and what would be right."""

import re

from auditor.config.house import impossible_rules
from auditor.config.impossible_sources import impossible_sources
from auditor.config.values import MOST_DAYS, AuditConfig, parse_duration

_ENVIRONMENT = re.compile(r"env:\w+")
_WEBHOOK = re.compile(r"https?://\S+|env:\w+")
_PAGE = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s/@?#]+)+/?")
_SMOKE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*(:[^\W\d]\w*(\.[^\W\d]\w*)*)?")
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_PLACE = re.compile(r"(rediss?|unix)://\S+|env:\w+|(?!\w*://)(?!env:)[^\x00-\x1f]*[^\x00-\x20][^\x00-\x1f]*")

BOUNDS: dict[str, tuple[int, int, str]] = {
    "plan.max_files": (1, 5, "files a batch"),
    "plan.per_week": (1, 100, "batches a week"),
    "gate.days": (1, MOST_DAYS, "days"),
    "scan.jobs": (0, 256, "processes"),
    "usage.keep_days": (1, MOST_DAYS, "days"),
    "usage.keep_hours": (0, MOST_DAYS, "days"),
    "service.spool_megabytes": (1, 1_000_000, "megabytes"),
    "service.deliveries_a_minute": (1, 1_000_000, "deliveries"),
}
"""Key -> the least and the most that a number may be, and of what."""


def impossible(config: AuditConfig) -> list[tuple[str, object, str]]:
    """Return (key, value, what would be right) for each value that has the right type and cannot be meant."""
    wrong: list[tuple[str, object, str]] = []
    wrong += _impossible_numbers(config)
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
    if config.report.repository_url and not _PAGE.fullmatch(config.report.repository_url):
        shown = config.report.repository_url if "@" not in config.report.repository_url else "…"
        right = "the repository's page without a password in it, as in 'https://git.example.com/team/shop'"
        wrong.append(("report.repository_url", shown, right))
    if config.usage.alert_webhook and not _WEBHOOK.fullmatch(config.usage.alert_webhook):
        wrong.append(("usage.alert_webhook", config.usage.alert_webhook, "https://…, http://… or 'env:NAME'"))
    wrong += [
        (f"service.{key}", "…", "'env:NAME': a secret does not belong into a file")
        for key, token in (("token", config.service.token), ("read_token", config.service.read_token))
        if token and not _ENVIRONMENT.fullmatch(token)
    ]
    wrong += impossible_sources(config.usage.sources)
    wrong += impossible_rules(config.frameworks)
    for index, entry in enumerate(config.keep):
        wrong += [
            (f"keep[{index}].{field}", getattr(entry, field), "a sentence, not nothing")
            for field in ("definition", "reason", "owner")
            if not getattr(entry, field).strip()
        ]
    return wrong


def _impossible_numbers(config: AuditConfig) -> list[tuple[str, object, str]]:
    wrong: list[tuple[str, object, str]] = []
    for key, (least, most, what) in BOUNDS.items():
        table, _, name = key.partition(".")
        value = getattr(getattr(config, table), name)
        if not least <= value <= most:
            wrong.append((key, value, f"{least:,} to {most:,} {what}"))
    if not 0 < config.usage.min_watched <= 1:
        wrong.append(("usage.min_watched", config.usage.min_watched, "a share above 0 and up to 1"))
    return wrong
