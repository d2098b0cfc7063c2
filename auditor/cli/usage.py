"""`auditor usage`: what the ledger knows."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from auditor.cli import options
from auditor.errors import EvidenceError

if TYPE_CHECKING:
    from auditor.model.usage import UsageKind


@click.group("usage")
def command() -> None:
    """What the ledger knows of production usage.

    \b
    Example: auditor usage unused --days 14
    """


_KINDS = click.Choice(["endpoint", "component", "task", "command", "function"])
_kind_option = click.option("--kind", type=_KINDS, help="This kind alone.")
_limit_option = click.option("--limit", type=click.IntRange(1), metavar="N", help="List the N most used of each kind.")


@command.command("stats")
@options.days_option
@_kind_option
@_limit_option
@click.option("--details", is_flag=True, help="Say how each key's uses ended, what failed and what they cost.")
@options.now_option
@options.formats("text", "json")
@options.shared
def stats(
    days: int,
    kind: "UsageKind | None",
    limit: int | None,
    details: bool,
    now: datetime,
    format_name: str,
    output: Path | None,
) -> None:
    """Calls, errors, durations, users and last use of every key in the window; JSON always holds all of it.

    \b
    Example: auditor usage stats --days 14 --format json
    """
    from auditor import pipeline
    from auditor.report import json_text, stats_text

    found = pipeline.usage_stats(options.configuration(), days=days, now=now)
    if format_name == "json":
        options.emit(json_text.document(found), output)
    else:
        options.emit(stats_text.stats(found, kind=kind, limit=limit, details=details), output)
    _refuse(found.refusal)


@command.command("unused")
@options.days_option
@options.now_option
@options.formats("text", "json")
@options.shared
def unused(days: int, now: datetime, format_name: str, output: Path | None) -> None:
    """Registered routes and names that nobody used in a watched window; exits 3 where it was not watched enough.

    \b
    Example: auditor usage unused --days 14
    """
    from auditor import pipeline
    from auditor.report import json_text, unused_text

    found = pipeline.usage_unused(options.configuration(), days=days, now=now)
    options.emit(json_text.document(found) if format_name == "json" else unused_text.unused(found), output)
    _refuse(found.refusal)


@command.command("show")
@click.argument("key")
@_kind_option
@options.days_option
@options.now_option
@options.formats("text", "json")
@options.ascii_option
@options.shared
def show(
    key: str, kind: "UsageKind | None", days: int, now: datetime, format_name: str, output: Path | None, plain: bool
) -> None:
    """All that is known of one KEY: last use, days, hours, durations, errors, handler, and who watched.

    KEY may be "GET /users/{id}", "GET:/users/{id}", "/users/{id}", "/users/5", the name of a task or component, or the
    handler. Exits 2 when it is not known, or may be several; 3 when nobody watched and nobody counted.

    \b
    Example: auditor usage show "GET /users/{id}" --days 30
    """
    from auditor import pipeline
    from auditor.report import json_text, key_text

    found = pipeline.usage_show(options.configuration(), key, kind=kind, days=days, now=now)
    if format_name == "json":
        options.emit(json_text.document(found), output)
    else:
        options.emit(key_text.answer(found, now=now, plain=plain), output)
    if found.refusal or (found.report is not None and found.report.nothing_known):
        options.stop(3)
    if found.report is None:
        options.stop(2)


@command.command("dead-weight")
@options.days_of(90)
@options.now_option
@options.formats("text", "json")
@options.shared
def dead_weight(days: int, now: datetime, format_name: str, output: Path | None) -> None:
    """What nobody used in so many days, registered or not, where that was watched; exits 3 where nothing may be said.

    \b
    Example: auditor usage dead-weight --days 90
    """
    from auditor import pipeline
    from auditor.report import json_text, unused_text

    found = pipeline.usage_dead_weight(options.configuration(), days=days, now=now)
    options.emit(json_text.document(found) if format_name == "json" else unused_text.dead_weight(found), output)
    _refuse(found.refusal)


@command.command("scores")
@options.days_of(30)
@_kind_option
@_limit_option
@options.now_option
@options.formats("text", "json")
@options.shared
def scores(
    days: int, kind: "UsageKind | None", limit: int | None, now: datetime, format_name: str, output: Path | None
) -> None:
    """Success rate, sample size, average cost and median duration of every key; exits 3 where nothing is known.

    \b
    Example: auditor usage scores --days 30 --kind component
    """
    from auditor import pipeline
    from auditor.report import json_text, stats_text

    found = pipeline.usage_scores(options.configuration(), days=days, now=now)
    if format_name == "json":
        options.emit(json_text.document(found), output)
    else:
        options.emit(stats_text.scores(found, kind=kind, limit=limit), output)
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
    from auditor.report import json_text, usage_text

    found = pipeline.usage_health(options.configuration(), now=now)
    options.emit(json_text.document(found) if format_name == "json" else usage_text.health(found), output)
    if found.status != "ok":
        options.stop(3)


def _refuse(refusal: str | None) -> None:
    """End with exit code 3 and the reason where there is one."""
    if refusal:
        raise EvidenceError(refusal)
