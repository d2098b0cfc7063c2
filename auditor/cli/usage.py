"""`auditor usage`: what the ledger knows."""

from datetime import datetime
from pathlib import Path

import click

from auditor.cli import options
from auditor.errors import EvidenceError


@click.group("usage")
def command() -> None:
    """What the ledger knows of production usage.

    \b
    Example: auditor usage unused --days 14
    """


@command.command("stats")
@options.days_option
@options.now_option
@options.formats("text", "json")
@options.shared
def stats(days: int, now: datetime, format_name: str, output: Path | None) -> None:
    """Calls, errors and last use of every key in the window.

    \b
    Example: auditor usage stats --days 14 --format json
    """
    from auditor import pipeline
    from auditor.report import json_text, text

    found = pipeline.usage_stats(options.configuration(), days=days, now=now)
    options.emit((json_text if format_name == "json" else text).usage_stats(found), output)
    _refuse(found.refusal)


@command.command("unused")
@options.days_option
@options.now_option
@options.formats("text", "json")
@options.shared
def unused(days: int, now: datetime, format_name: str, output: Path | None) -> None:
    """Registered routes that nobody called in a watched window; exits 3 where it was not watched enough.

    \b
    Example: auditor usage unused --days 14
    """
    from auditor import pipeline
    from auditor.report import json_text, text

    found = pipeline.usage_unused(options.configuration(), days=days, now=now)
    options.emit((json_text if format_name == "json" else text).usage_unused(found), output)
    _refuse(found.refusal)


@command.command("health")
@options.now_option
@options.formats("text", "json")
@options.shared
def health(now: datetime, format_name: str, output: Path | None) -> None:
    """Health of every source and the minutes watched; exits 3 when not ok.

    \b
    Example: auditor usage health
    """
    from auditor import pipeline
    from auditor.report import json_text, text

    found = pipeline.usage_health(options.configuration(), now=now)
    options.emit((json_text if format_name == "json" else text).usage_health(found), output)
    if found.status != "ok":
        options.stop(3)


def _refuse(refusal: str | None) -> None:
    """End with exit code 3 and the reason where there is one."""
    if refusal:
        raise EvidenceError(refusal)
